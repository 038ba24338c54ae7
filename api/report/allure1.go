package report

import (
	"io/fs"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/runboard/runboard/api"
)

// allure1Format is a folder of Allure 1 results, or one of its files: a suite each.
func allure1Format() format {
	return format{
		name: "allure1", title: "Allure 1 results",
		sniff: func(o *opening) bool { return o.root == "test-suite" && o.holds("test-cases") },
		read: func(in *input) {
			a := &allure1Reader{in: in, xml: in.xml()}
			a.file()
		},
		belongs:    isAllure1Suite,
		readFolder: readAllure1Folder,
	}
}

func isAllure1Suite(name string) bool { return strings.HasSuffix(name, "-testsuite.xml") }

// readAllure1Folder reads the suites one after the other. What they name as
// attached is part of the report, and is not opened.
func readAllure1Folder(in *input, folder fs.FS, names []string) []string {
	attached := map[string]bool{}
	for _, name := range names {
		if isAllure1Suite(name) {
			in.part(folder, name, func(in *input) {
				a := &allure1Reader{in: in, xml: in.xml(), names: names, attached: attached}
				a.file()
			})
		}
	}
	return slices.DeleteFunc(slices.Clone(names), func(name string) bool {
		return !isAllure1Suite(name) && !isAllureAttachment(name) && path.Ext(name) != ".properties" && !attached[name]
	})
}

// allure1Reader reads one suite.
type allure1Reader struct {
	in       *input
	xml      *xmlReader
	suite    string
	names    []string        // Of the files of its folder, sorted; nil for a file alone.
	attached map[string]bool // Of names, those of attachments.
}

// allure1Case is a test while its element is read.
type allure1Case struct {
	test

	title, message, trace string
	arguments             string
	parameters            test // Of which it has only fields.
	labels                labels
}

func (a *allure1Reader) file() {
	a.xml.root(func(string) {
		a.xml.children(func(name string) {
			switch name {
			case "name":
				a.suite = a.xml.text()
			case "test-cases":
				a.xml.children(func(string) { a.testCase() })
			}
		})
	})
}

// testCase passes a test.
func (a *allure1Reader) testCase() {
	x := a.xml
	c := allure1Case{test: test{folder: a.suite, status: allureStatus(x.attribute("status")), elapsed: a.elapsed()}}
	c.labels.add("severity", x.attribute("severity"))
	x.children(func(name string) {
		switch name {
		case "name":
			c.name = x.text()
		case "title":
			c.title = x.text()
		case "description":
			c.description(x.attribute("type"), x.text())
		case "failure":
			x.children(func(name string) {
				switch name {
				case "message":
					c.message = x.text()
				case "stack-trace":
					c.trace = x.text()
				}
			})
		case "steps":
			a.steps(&c.test, 0)
		case "attachments":
			a.attachments(&c.test)
		case "labels":
			x.children(func(string) { c.labels.add(x.attribute("name"), x.attribute("value")) })
		case "parameters":
			x.children(func(string) { c.parameter(x.attribute("name"), x.attribute("value"), x.attribute("kind")) })
		}
	})
	if !x.failed() {
		c.assemble()
		a.in.emit(&c.test)
	}
}

// elapsed is the time between the instants of the element that began last.
func (a *allure1Reader) elapsed() *int64 {
	start, _ := strconv.ParseFloat(a.xml.attribute("start"), 64) // 0 is none.
	stop, _ := strconv.ParseFloat(a.xml.attribute("stop"), 64)
	return allureElapsed(start, stop)
}

func (c *allure1Case) description(kind, text string) {
	if kind == "html" {
		c.parameters.addField(api.FieldHTML, "Description", text)
	} else {
		c.parameters.addField(api.FieldText, "Description", text)
	}
}

// parameter takes a parameter. Arguments tell a test from others of its name;
// other kinds are of its environment.
func (c *allure1Case) parameter(name, value, kind string) {
	if (kind == "" || kind == "argument") && len(c.arguments) < longLimit {
		c.arguments += " " + cutShort(name) + "=" + cutShort(value)
	}
	c.parameters.addField(api.FieldString, name, value)
}

// assemble brings what was gathered into order. People see the title, but the
// name is what stays the same.
func (c *allure1Case) assemble() {
	if c.title != "" || c.arguments != "" {
		c.id = strings.TrimPrefix(c.folder+"."+c.name, ".") + c.arguments
	}
	if c.title != "" {
		c.name = c.title
	}
	c.name = orUnnamed(c.name)
	c.addReason(c.status, c.message, c.trace, "")
	c.addParts(&c.parameters)
	c.labels.addTo(&c.test)
}

// steps passes steps, each followed by those within it.
func (a *allure1Reader) steps(to *test, depth int) {
	x := a.xml
	x.children(func(string) {
		if len(to.steps) >= maxSteps {
			return
		}
		at, s := len(to.steps), allureStep{depth: depth, status: x.attribute("status")}
		to.steps = append(to.steps, step{})
		x.children(func(name string) {
			switch name {
			case "name":
				if text := x.text(); s.name == "" {
					s.name = text
				}
			case "title":
				s.name = x.text()
			case "attachments":
				a.attachments(to)
			case "steps":
				a.steps(to, depth+1)
			}
		})
		to.steps[at] = s.step()
	})
}

// attachments passes what is attached. None of these files is opened.
func (a *allure1Reader) attachments(to *test) {
	x := a.xml
	x.children(func(string) {
		name := x.attribute("title")
		if name == "" {
			name = "Attachment"
		}
		source := cutShort(x.attribute("source"))
		to.addAttachment(cutShort(name), source, cutShort(x.attribute("type")))
		if isAmong(a.names, source) {
			a.attached[source] = true
		}
	})
}
