package report

import (
	"fmt"
	"strings"

	"github.com/runboard/runboard/api"
)

// ctestFormat is the Test.xml of CTest.
func ctestFormat() format {
	return format{
		name: "ctest", title: "CTest XML",
		sniff: func(o *opening) bool {
			// What CTest writes of builds and coverage has the same root. Labels may come first.
			return o.root == "Site" && (o.holds("Testing") || strings.Contains(o.text, "<Testing>"))
		},
		read: func(in *input) {
			r := &ctestReader{in: in, xml: in.xml()}
			r.file()
		},
	}
}

// ctestReader reads one file.
type ctestReader struct {
	in  *input
	xml *xmlReader
}

// ctestTest is a test while its element is read.
type ctestTest struct {
	test
	found labels

	command, environment  string
	exitCode, exitValue   string
	completion, explained string // Why the test ended as it did.
	output                string
	preformatted          []field
}

func (r *ctestReader) file() {
	x := r.xml
	x.root(func(string) {
		x.children(func(name string) {
			if name == "Testing" {
				r.testing()
			}
		})
	})
}

func (r *ctestReader) testing() {
	x := r.xml
	var start, end float64
	x.children(func(name string) {
		switch name {
		case "StartTestTime":
			start, _ = number(trim(x.text()))
		case "EndTestTime":
			end, _ = number(trim(x.text()))
		case "Test":
			r.test()
		}
	})
	// They are whole seconds: too few to say anything of a short run.
	if elapsed := micros((end - start) * 1e6); elapsed != nil && start > 0 && end-start >= 1 {
		r.in.state(*elapsed)
	}
}

func (r *ctestReader) test() {
	x, line := r.xml, r.xml.line
	var t ctestTest
	var full string
	t.status = ctestStatus(x.attribute("Status"))
	x.children(func(name string) {
		switch name {
		case "Name":
			t.name = trim(x.text())
		case "Path":
			t.folder = ctestFolder(trim(x.text()))
		case "FullName":
			full = trim(x.text())
		case "FullCommandLine":
			t.command = x.text()
		case "Results":
			x.children(func(name string) { r.result(&t, name) })
		case "Labels":
			x.children(func(string) { t.found.add("Labels", x.text()) })
		}
	})
	if x.failed() {
		return
	}
	if t.name == "" {
		t.name = full
	}
	if t.status == skipped && !t.isWanted() {
		r.in.problem(line, fmt.Sprintf("%s did not run, though it should have: %s", shorten(t.name), oneLine(t.why())))
	}
	t.assemble()
	t.name = orUnnamed(t.name)
	r.in.emit(&t.test)
}

// ctestStatus is what a status means.
func ctestStatus(status string) string {
	switch strings.ToLower(status) {
	case "passed":
		return passed
	case "failed":
		return failure
	case "notrun":
		return skipped
	default:
		return untested
	}
}

// ctestFolder is the folder of the build in which a test stands: "./a/b" is "a/b".
func ctestFolder(path string) string {
	return strings.TrimPrefix(strings.TrimPrefix(path, "."), "/")
}

// isWanted reports whether a test that did not run was not meant to.
func (t *ctestTest) isWanted() bool {
	return t.completion == "" || t.completion == "Disabled" || strings.HasPrefix(strings.ToUpper(t.completion), "SKIP")
}

// why tells in one line why the test ended as it did.
func (t *ctestTest) why() string {
	var parts []string
	for _, part := range []string{t.completion, t.exitCode, t.explained} {
		if part != "" && part != "Completed" {
			parts = append(parts, trim(part))
		}
	}
	if t.exitValue != "" {
		parts = append(parts, "exit value "+trim(t.exitValue))
	}
	return strings.Join(parts, ", ")
}

// assemble brings what was gathered into order. CTest knows no messages; why a
// test has failed stands in what it has printed.
func (t *ctestTest) assemble() {
	if t.status == passed {
		t.addReason(t.status, t.explained, "", "")
		t.addOutput("Output", t.output)
	} else {
		t.addReason(t.status, t.why(), trim(ofConsole(t.output)), "")
	}
	t.found.addTo(&t.test)
	for _, f := range t.preformatted {
		t.add(f)
	}
	t.addField(api.FieldText, "Command", t.command)
	t.addField(api.FieldText, "Environment", t.environment)
}

// result passes something that was measured. What was printed has no name.
func (r *ctestReader) result(t *ctestTest, element string) {
	x := r.xml
	name, kind := x.attribute("name"), x.attribute("type")
	var value string
	switch {
	case element == "Measurement":
		x.children(func(string) { t.output = r.value() })
		return
	case element != "NamedMeasurement" || kind == "file" || strings.HasPrefix(kind, "image/"):
		return // The content of a file.
	}
	x.children(func(string) { value = r.value() })
	switch {
	case name == "Execution Time":
		t.elapsed = seconds(value)
	case name == "Exit Code":
		t.exitCode = value
	case name == "Exit Value":
		t.exitValue = value
	case name == "Completion Status":
		t.completion = value
	case name == "Pass Reason" || name == "Fail Reason":
		t.explained = value
	case name == "Command Line":
		t.command = value
	case name == "Environment":
		t.environment = value
	case kind == "text/link":
		t.addAttachment(name, trim(value), "")
	case kind == "text/preformatted":
		if len(t.preformatted) < maxFields {
			t.preformatted = append(t.preformatted, field{kind: api.FieldText, name: name, value: cutMiddle(value)})
		}
	default:
		t.found.add(name, value)
	}
}

// value passes a value, which may be packed.
func (r *ctestReader) value() string {
	if r.xml.attribute("encoding") != "base64" {
		return r.xml.text()
	}
	line, isCompressed := r.xml.line, r.xml.has("compression")
	var packed ctestPacked
	r.xml.content(nil, packed.write)
	if r.xml.failed() {
		return ""
	}
	text, err := packed.unpack(isCompressed)
	if err != nil {
		r.in.problem(line, "What a test has printed cannot be unpacked: "+err.Error()+".")
	}
	return text
}
