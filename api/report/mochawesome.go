package report

import (
	"slices"
	"strings"

	"github.com/runboard/runboard/api"
)

// mochawesomeFormat is what the mochawesome reporter of Mocha and Cypress writes.
func mochawesomeFormat() format {
	return format{
		name: "mochawesome", title: "Mochawesome JSON",
		sniff: func(o *opening) bool {
			return !o.array && o.has("stats") && (o.has("results") || o.has("suites")) && o.says("passPercent")
		},
		read: func(in *input) {
			m := &mochawesomeReader{mochaReader{in: in, json: in.json()}}
			for m.json.more() {
				m.json.members(m.file)
			}
		},
	}
}

// mochawesomeReader reads one file.
type mochawesomeReader struct{ mochaReader }

func (m *mochawesomeReader) file(name string) {
	switch name {
	case "stats":
		m.stats()
	case "results":
		m.json.items(func() { m.suite(nil, "") })
	case "suites": // Of old versions: the outermost one.
		m.suite(nil, "")
	}
}

// suite passes a file or a describe block. Its title and file come before what is in it.
func (m *mochawesomeReader) suite(around []string, file string) {
	path := around
	m.json.members(func(name string) {
		switch name {
		case "title":
			if title := m.json.text(); title != "" {
				path = slices.Concat(around, []string{title})
			}
		case "file", "fullFile":
			if own := m.json.text(); own != "" && (file == "" || name == "file") {
				file = strings.TrimPrefix(slashed(own), "/")
			}
		case "beforeHooks", "afterHooks":
			m.json.items(func() { m.test(path, file, true) })
		case "tests":
			m.json.items(func() { m.test(path, file, false) })
		case "suites":
			m.json.items(func() { m.suite(path, file) })
		}
	})
}

// test passes a test, or a hook, which is one only if it failed.
func (m *mochawesomeReader) test(path []string, file string, isHook bool) {
	t := readMocha(m.json)
	status := t.outcome()
	if m.json.failed() || isHook && status != failed {
		return
	}
	whole := t.assemble(status)
	if len(path) > 0 {
		whole.folder = strings.Join(path, " ")
	}
	if whole.file == "" {
		whole.file = file
	}
	if whole.folder == "" {
		whole.folder = baseName(file)
	}
	m.in.emit(whole)
}

// context passes what a test has added to its report: a text, a link or an image,
// named or not, or a list of such, in JSON that is written as a text.
func (t *mochaTest) context(j *jsonReader) {
	inner, _ := j.in.jsonText(j.whole()) // One that is none is left out.
	if inner.next() == '[' {
		inner.items(func() { t.addContext(inner) })
	} else {
		t.addContext(inner)
	}
}

func (t *mochaTest) addContext(j *jsonReader) {
	title, value := "Context", ""
	if j.next() == '{' {
		j.members(func(name string) {
			switch name {
			case "title":
				title = j.text()
			case "value":
				value = j.text()
			}
		})
	} else if j.next() == '"' {
		value = j.text()
	}
	if isLink(value) {
		t.details.addAttachment(title, value, "")
	} else {
		t.details.addField(api.FieldString, title, value)
	}
}
