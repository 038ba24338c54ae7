package report

import (
	"strings"
	"unsafe"

	"github.com/runboard/runboard/api"
)

// junitFormat is JUnit XML in all its dialects, mapped as the Testmo CLI maps it: contract 6.
func junitFormat() format {
	return format{
		name: "junit", title: "JUnit XML",
		sniff: func(o *opening) bool {
			// Check writes an element of the same name, but in a namespace, and with other elements in it.
			// Eclipse calls the outermost one testrun.
			return (o.root == "testsuites" || o.root == "testsuite" || o.root == "testrun" && o.holds("testsuite", "testcase")) &&
				!strings.Contains(o.attributes["xmlns"], "check.sourceforge.net")
		},
		read: func(in *input) {
			j := &junitReader{in: in, xml: in.xml()}
			j.file()
		},
	}
}

// maxHeld is how much of a suite's own cases waits for the suites nested in it, in bytes.
const maxHeld = 8 << 20

// junitReader reads one file.
type junitReader struct {
	in  *input
	xml *xmlReader

	unrun     int // Cases that say that they did not run, but are sent as passed.
	unrunLine int // Where the first of them is.
	reordered bool
}

// junitSuite is what is known of a suite, or of the file, while its content is read.
type junitSuite struct {
	name    string
	timed   bool   // It states a time, well or not.
	elapsed *int64 // That time; of the only suite in it if it states none.
	suites  int
	cases   int

	held   []api.NewTest // Its own cases: they come after the suites in it.
	size   int           // Of held, in bytes.
	passed bool          // Some that were held have been sent.
}

func (j *junitReader) file() {
	var top junitSuite
	// Cargo writes a document for every program with tests. The Testmo CLI refuses such files.
	j.xml.roots(func(name string) {
		if name == "testrun" {
			name = "testsuites"
		}
		j.element(&top, name)
	}, "testsuites", "testsuite")
	j.flush(&top)
	if top.elapsed = j.above(&top); top.elapsed != nil {
		j.in.state(*top.elapsed)
	}
	if j.unrun > 0 {
		j.in.remark(j.unrunLine, "Cases from here on say that they did not run, but count as passed for the Testmo CLI, and are sent like that.")
	}
}

// element passes one element of a suite.
func (j *junitReader) element(around *junitSuite, name string) {
	switch name {
	case "testsuites", "testsuite":
		around.suites++
		inner := j.suite(around)
		around.elapsed = inner
	case "testcase":
		around.cases++
		j.testcase(around)
	case "failure", "error":
		j.suiteFailure(around, name)
	}
}

// suite passes a suite. It returns the time of the file as far as this suite
// tells: contract 6.1.
func (j *junitReader) suite(around *junitSuite) *int64 {
	if around.passed && !j.reordered {
		j.reordered = true
		j.in.remark(j.xml.line, "The suite around this one has so many cases before it that they come before those of this one.")
	}
	s := junitSuite{name: j.xml.attribute("name"), timed: j.xml.has("time") || j.xml.has("duration")}
	stated := j.elapsed()
	j.xml.children(func(name string) { j.element(&s, name) })
	j.flush(&s)
	if s.timed {
		return stated
	}
	return j.above(&s)
}

// above is the time of what holds nothing but one suite.
func (j *junitReader) above(s *junitSuite) *int64 {
	if s.cases == 0 && s.suites == 1 {
		return s.elapsed
	}
	return nil
}

// hold keeps a case until the suites nested in its suite have been sent.
func (j *junitReader) hold(s *junitSuite, sent api.NewTest) {
	s.held = append(s.held, sent)
	s.size += int(unsafe.Sizeof(sent)) + len(sent.Key) + len(sent.Name) + len(sent.Folder) + len(sent.File)
	for _, f := range sent.Fields {
		s.size += int(unsafe.Sizeof(f)) + len(f.Name) + len(*f.Value)
	}
	if s.size > maxHeld {
		j.flush(s)
		s.passed = true
	}
}

func (j *junitReader) flush(s *junitSuite) {
	for _, sent := range s.held {
		j.in.send(sent)
	}
	s.held, s.size = s.held[:0], 0
}

// add counts a test and holds it.
func (j *junitReader) add(s *junitSuite, t *test) {
	j.in.count(t)
	j.hold(s, t.result())
}

// suiteFailure passes a failure that belongs to a suite and to no case.
func (j *junitReader) suiteFailure(s *junitSuite, name string) {
	line := j.xml.line
	if !j.in.options.Extended {
		j.xml.skip()
		j.in.remark(line, "The suite "+shorten(s.name)+" has a failure of its own, which belongs to no test and is left out, as the Testmo CLI does.")
		return
	}
	t := test{name: s.name, folder: s.name, status: name}
	if t.name == "" {
		t.name = "Suite without name"
	}
	j.outcome(&t, junitTitle(name))
	j.add(s, &t)
}

// elapsed is the time that the element that began last states, nil if it
// states none that the Testmo CLI would take: contract 6.2.
func (j *junitReader) elapsed() *int64 {
	for _, name := range []string{"time", "duration"} {
		text := j.xml.attribute(name)
		if text == "" {
			continue
		}
		if value := plainSeconds(text); value != nil {
			return value
		}
		if j.in.options.Extended {
			if value := seconds(text); value != nil {
				return value
			}
		}
	}
	return nil
}
