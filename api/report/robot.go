package report

import (
	"fmt"
	"strings"
	"time"

	"github.com/runboard/runboard/api"
)

// robotFormat is the output.xml of Robot Framework, versions 3 to 7.
func robotFormat() format {
	return format{
		name: "robot", title: "Robot Framework output.xml",
		sniff: func(o *opening) bool {
			// Robots of metal are described by an element of the same name.
			return o.root == "robot" && (o.attributes["generator"] != "" || o.holds("suite"))
		},
		read: func(in *input) {
			r := &robotReader{in: in, xml: in.xml()}
			r.xml.deepest = robotDepth
			r.file()
		},
	}
}

// robotDepth is how deep elements may be nested: a keyword stands in the one that
// calls it, and Robot Framework itself stops at a bit more than 100 of them.
const robotDepth = 256

// robotReader reads one file.
type robotReader struct {
	in  *input
	xml *xmlReader
}

// robotSuite is what is known of a suite while its content is read.
type robotSuite struct {
	name   string // With those around it.
	source string
}

// robotTest is a test while its element is read.
type robotTest struct {
	test
	found   labels
	message string
	doc     string
	output  longText
}

// robotStatus is how a suite, a test or a step ended.
type robotStatus struct {
	word    string // One of the words of tests.
	elapsed *int64
	message string
}

func (r *robotReader) file() {
	x := r.xml
	x.root(func(string) {
		x.children(func(name string) {
			if name != "suite" {
				return
			}
			if elapsed := r.suite(""); elapsed != nil {
				r.in.state(*elapsed)
			}
		})
	})
}

// suite passes a suite and returns its time.
func (r *robotReader) suite(around string) *int64 {
	x := r.xml
	s := robotSuite{name: x.attribute("name"), source: cutShort(x.attribute("source"))}
	if around != "" {
		s.name = around + "." + s.name
	}
	s.name = cutLong(s.name)
	var elapsed *int64
	x.children(func(name string) {
		switch name {
		case "suite":
			r.suite(s.name)
		case "test", "task":
			r.test(s)
		case "kw":
			r.suiteKeyword(s)
		case "status":
			elapsed = r.status().elapsed
		}
	})
	return elapsed
}

// suiteKeyword passes the setup or teardown of a suite. When a setup fails, the
// tests say so; but a teardown runs when they have been written.
func (r *robotReader) suiteKeyword(s robotSuite) {
	line, isTeardown := r.xml.line, strings.EqualFold(r.xml.attribute("type"), "teardown")
	var inner robotTest
	if status := r.step(&inner, "kw", false); status.word == failure && isTeardown {
		r.in.problem(line, fmt.Sprintf("The teardown of the suite %s failed. Robot Framework counts all of its tests as failed; here they stay as they ended. It says: %s",
			shorten(s.name), oneLine(joined(status.message, inner.message))))
	}
}

func (r *robotReader) test(s robotSuite) {
	x := r.xml
	var t robotTest
	t.name, t.folder, t.file, t.line = x.attribute("name"), s.name, s.source, count(x.attribute("line"))
	t.status = untested
	x.children(func(name string) {
		switch name {
		case "doc":
			t.doc = x.text()
		case "tag":
			t.found.add("Tags", x.text())
		case "tags": // Before version 4.
			x.children(func(string) { t.found.add("Tags", x.text()) })
		case "timeout":
			t.found.add("Timeout", x.attribute("value"))
		case "msg":
			r.logged(&t)
		case "status":
			status := r.status()
			t.status, t.elapsed, t.message = status.word, status.elapsed, status.message
		case "arguments", "meta":
		default:
			r.step(&t, name, true)
		}
	})
	if x.failed() {
		return
	}
	t.addReason(t.status, robotText(t.message), "", "")
	t.addOutput("Output", t.output.String())
	t.found.addTo(&t.test)
	t.addField(api.FieldText, "Documentation", t.doc)
	t.name = orUnnamed(t.name)
	r.in.emit(&t.test)
}

// status passes a status.
func (r *robotReader) status() robotStatus {
	x := r.xml
	var s robotStatus
	switch strings.ToUpper(x.attribute("status")) {
	case "PASS":
		s.word = passed
	case "FAIL":
		s.word = failure
	case "SKIP":
		s.word = skipped
	default:
		s.word = untested // Such as NOT RUN.
	}
	if s.elapsed = seconds(x.attribute("elapsed")); s.elapsed == nil {
		s.elapsed = robotBetween(x.attribute("starttime"), x.attribute("endtime"))
	}
	s.message = x.text()
	return s
}

// robotBetween is the microseconds from one instant to another, as Robot
// Framework wrote them before version 7.
func robotBetween(start, end string) *int64 {
	const layout = "20060102 15:04:05.999"
	from, err := time.Parse(layout, start)
	if err != nil {
		return nil
	}
	to, err := time.Parse(layout, end)
	if err != nil {
		return nil
	}
	return micros(float64(to.Sub(from)) / float64(time.Microsecond))
}
