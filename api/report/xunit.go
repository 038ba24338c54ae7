package report

import (
	"fmt"
	"strings"

	"github.com/runboard/runboard/api"
)

// xunitFormat is the XML of xUnit.net, versions 1 to 3.
func xunitFormat() format {
	return format{
		name: "xunit", title: "xUnit.net XML",
		sniff: func(o *opening) bool {
			// Maven describes packages by an element that is called assembly too.
			return o.root == "assemblies" && (o.holds("assembly") || len(o.elements) == 0) ||
				o.root == "assembly" && (o.attributes["test-framework"] != "" || o.holds("test"))
		},
		read: func(in *input) {
			r := &xunitReader{in: in, xml: in.xml()}
			r.file()
		},
	}
}

// xunitReader reads one file.
type xunitReader struct {
	in  *input
	xml *xmlReader
}

// xunitTest is a test while its element is read.
type xunitTest struct {
	test
	found                labels
	message, trace, kind string
	output               string
	warnings             longText
	texts                []field // That are attached.
}

func (r *xunitReader) file() {
	x := r.xml
	x.root(func(name string) {
		if elapsed := between(x.attribute("start-rtf"), x.attribute("finish-rtf")); elapsed != nil {
			r.in.state(*elapsed)
		}
		if name == "assembly" {
			r.assembly()
			return
		}
		x.children(func(name string) {
			if name == "assembly" {
				r.assembly()
			}
		})
	})
}

// assembly passes an assembly. Its groups are collections or, of version 1, classes.
func (r *xunitReader) assembly() {
	x := r.xml
	x.children(func(name string) {
		switch name {
		case "collection", "class":
			group := x.attribute("name")
			x.children(func(name string) {
				switch name {
				case "test":
					r.test(group)
				case "failure": // Of a class, by its fixture.
					var t xunitTest
					line := x.line
					r.testElement(&t, name)
					r.outside(line, "class", group, &t)
				}
			})
		case "errors":
			x.children(func(string) {
				var t xunitTest
				line, kind, title := x.line, x.attribute("type"), x.attribute("name")
				x.children(func(name string) { r.testElement(&t, name) })
				r.outside(line, kind, title, &t)
			})
		}
	})
}

// outside tells of a failure that belongs to no test.
func (r *xunitReader) outside(line int, kind, name string, t *xunitTest) {
	r.in.problem(line, fmt.Sprintf("A failure belongs to no test (%s): %s", shorten(trim(kind+" "+name)), shorten(trim(t.message))))
}

func (r *xunitReader) test(group string) {
	x := r.xml
	var t xunitTest
	t.name, t.folder = x.attribute("name"), x.attribute("type")
	t.file, t.line = x.attribute("source-file"), count(x.attribute("source-line"))
	t.elapsed = seconds(x.attribute("time"))
	if t.elapsed == nil {
		t.elapsed = clock(x.attribute("time-rtf"))
	}
	if t.name == "" {
		t.name = x.attribute("method")
	}
	t.status = xunitStatus(x.attribute("result"))
	if t.folder == "" {
		t.folder, t.name = splitName(t.name)
	}
	if t.folder == "" {
		t.folder = group
	}
	if short, ok := strings.CutPrefix(t.name, t.folder+"."); ok && short != "" {
		t.name = short
	}
	x.children(func(name string) { r.testElement(&t, name) })
	if x.failed() {
		return
	}
	t.addReason(t.status, t.message, t.trace, t.kind)
	t.addOutput("Output", t.output)
	t.addOutput("Warnings", t.warnings.String())
	for _, f := range t.texts {
		t.add(f)
	}
	t.found.addTo(&t.test)
	t.name = orUnnamed(t.name)
	r.in.emit(&t.test)
}

// xunitStatus is what a result means.
func xunitStatus(result string) string {
	switch result {
	case "Pass":
		return passed
	case "Fail":
		return failure
	case "Skip":
		return skipped
	default: // NotRun is for tests that run only when asked for.
		return untested
	}
}

func (r *xunitReader) testElement(t *xunitTest, name string) {
	x := r.xml
	switch name {
	case "failure":
		t.kind = x.attribute("exception-type")
		x.children(func(name string) {
			switch name {
			case "message":
				t.message = x.text()
			case "stack-trace":
				t.trace = x.text()
			}
		})
	case "reason": // Of version 1 there is a message in it.
		text := x.mixed(func(string) { t.message = x.text() })
		t.message = joined(text, t.message)
	case "output":
		t.output = x.text()
	case "warnings":
		x.children(func(string) {
			x.content(nil, t.warnings.write)
			t.warnings.write([]byte{'\n'})
		})
	case "traits":
		x.children(func(string) { t.found.add(x.attribute("name"), x.attribute("value")) })
	case "attachments":
		x.children(func(string) { r.attachment(t) })
	}
}

// attachment passes an attachment, which is within the file. Texts are kept; what
// has a media type is no text, and is left out.
func (r *xunitReader) attachment(t *xunitTest) {
	if r.xml.attribute("media-type") != "" {
		return
	}
	name, text := r.xml.attribute("name"), r.xml.text()
	if isLink(text) {
		t.addAttachment(name, text, "")
	} else if len(t.texts) < maxFields {
		t.texts = append(t.texts, field{kind: api.FieldText, name: name, value: cutMiddle(text)})
	}
}
