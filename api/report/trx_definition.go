package report

import "strings"

// trxDefinition is what is known of a test beside its results.
type trxDefinition struct {
	class   string
	storage string // The last part of the path of its assembly or file.
	fields  []field
}

// maxTrxDefinitions is how much of the definitions is kept, in bytes.
const maxTrxDefinitions = 20 << 20

// definition passes the definition of a test.
func (r *trxReader) definition() {
	x := r.xml
	id, storage, priority, line := x.attribute("id"), x.attribute("storage"), x.attribute("priority"), x.line
	var d trxDefinition
	var found labels
	x.children(func(name string) { r.definitionElement(&d, &found, name) })
	if priority != "2147483647" { // It stands for none.
		found.add("Priority", priority)
	}
	var described test
	found.addTo(&described)
	d.fields = described.fields
	d.storage = r.once(baseName(storage))
	const overhead, perField = 160, 100 // Of the map and its values.
	size := overhead + len(id)
	for _, f := range d.fields {
		size += perField + len(f.name) + len(f.value)
	}
	switch r.size += size; {
	case r.size <= maxTrxDefinitions:
		r.definitions[id] = d
	case !r.full:
		r.full = true
		r.in.problem(line, "There are more definitions than can be held; the classes of the tests from here on are not known.")
	}
}

func (r *trxReader) definitionElement(d *trxDefinition, found *labels, name string) {
	x := r.xml
	switch name {
	case "TestMethod":
		d.class = r.once(withoutAssembly(x.attribute("className")))
	case "Description":
		found.add(name, x.text())
	case "TestCategory":
		x.children(func(string) { found.add("Category", x.attribute("TestCategory")) })
	case "Owners":
		x.children(func(string) { found.add("Owner", x.attribute("name")) })
	case "Properties":
		x.children(func(string) {
			var key, value string
			x.children(func(name string) {
				switch name {
				case "Key":
					key = x.text()
				case "Value":
					value = x.text()
				}
			})
			found.add(key, value)
		})
	}
}

// once is a text that is kept only once, as classes have many tests.
func (r *trxReader) once(text string) string {
	if known, ok := r.classes[text]; ok {
		return known
	}
	if r.size += len(text) + 64; r.size <= maxTrxDefinitions {
		r.classes[text] = text
	}
	return text
}

// withoutAssembly is the name of a class without what stands behind it: "a.B, a, Version=1.0".
func withoutAssembly(name string) string {
	for at, c := range name {
		if before := name[:at]; c == ',' && strings.Count(before, "(") == strings.Count(before, ")") && strings.Count(before, "[") == strings.Count(before, "]") {
			return before
		}
	}
	return name
}
