package report

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// dartFormat is what "dart test --reporter json" and "flutter test --machine" write:
// https://github.com/dart-lang/test/blob/master/pkgs/test/doc/json_reporter.md.
func dartFormat() format {
	return format{
		name: "dart", title: "Dart and Flutter JSON (machine)",
		sniff: func(o *opening) bool {
			// Other lines may come before the first event.
			return o.says("protocolVersion", "runnerVersion")
		},
		read: func(in *input) {
			d := &dartReader{
				in: in, lines: in.lines(),
				suites: map[string]string{}, platforms: map[string]string{}, groups: map[string]string{}, running: map[string]*dartTest{},
			}
			d.file()
		},
	}
}

const (
	maxDartKept = 16 << 20 // Of what later events refer to, in bytes.
	maxDartTold = 8 << 20  // Of what tests that run have printed, and of their errors, in bytes.
)

// dartReader reads one file.
type dartReader struct {
	in    *input
	lines *lineReader

	suites    map[string]string // Paths.
	platforms map[string]string // Of the suites that do not run on the virtual machine.
	groups    map[string]string // Names, with those of the groups around them.
	running   map[string]*dartTest
	kept      int  // In bytes.
	told      int  // In bytes.
	full      bool // That a test has printed more than can be held has been said.
	ended     bool
}

// dartTest is a test that has begun.
type dartTest struct {
	test

	begun        int // The line on which it has.
	start        float64
	skipReason   string
	told         int // In bytes.
	output       longText
	errors       test // Of which it has only fields.
	isError      bool // Something else than an expectation failed.
	hasFailed    bool
	hidden, skip bool
	outcome      string
}

// dartEvent is one line. It has the members that its type has.
type dartEvent struct {
	kind, id    string
	time        float64
	test        dartTest
	platform    string
	suite       string // Of a suite the path, of a group or a test the id of the suite.
	group       string // Of a group the name, of a test the id of the innermost group.
	message     string
	messageType string
	trace       string
	isFailure   bool
}

func (d *dartReader) file() {
	for d.lines.next() {
		// Flutter writes events of its own as arrays, and prints what is none.
		if !strings.HasPrefix(strings.TrimSpace(d.lines.text), "{") {
			continue
		}
		if d.lines.cut {
			d.in.problem(d.lines.number, "The line is too long to be read; it is left out.")
			continue
		}
		j, apart := d.in.jsonText(d.lines.text)
		e := readDart(j)
		if apart.err == nil {
			d.event(e)
		} else if strings.HasPrefix(d.lines.text, `{"`) {
			d.in.problem(d.lines.number, "The line is no whole event; it is left out.")
		}
	}
	d.conclude()
}

func (d *dartReader) event(e *dartEvent) {
	t := d.running[e.id]
	switch e.kind {
	case "suite":
		d.keep(d.suites, e.id, e.suite)
		if e.platform != "" && e.platform != "vm" {
			d.keep(d.platforms, e.id, e.platform)
		}
	case "group":
		d.keep(d.groups, e.id, e.group)
	case "testStart":
		d.begin(e)
	case "print":
		if t != nil && e.messageType != "skip" {
			d.print(t, e.message)
		}
	case "error":
		d.fault(t, e)
	case "testDone":
		if t != nil {
			delete(d.running, e.id)
			d.kept -= t.size()
			d.told -= t.told
			d.end(t, e)
		}
	case "done":
		d.ended = true
	}
}

// dartOverhead is about how much memory what is kept takes beside its texts.
const dartOverhead = 1 << 10

// admit reports whether there is room for more that later events refer to. Without it reading ends.
func (d *dartReader) admit(size int) bool {
	if d.kept += size; d.kept > maxDartKept {
		d.in.fail(d.lines.number, "There are more suites, groups and tests at a time than can be held.")
		return false
	}
	return true
}

// hasRoom reports whether there is room for more of what tests tell while they run.
func (d *dartReader) hasRoom() bool {
	if d.told < maxDartTold {
		return true
	}
	if !d.full {
		d.full = true
		d.in.remark(d.lines.number, "The tests that run at a time have printed more than can be held; the rest is left out.")
	}
	return false
}

// print notes what a test has printed.
func (d *dartReader) print(t *dartTest, text string) {
	if d.hasRoom() {
		before := t.output.size()
		t.output.write([]byte(text + "\n"))
		t.tell(d, t.output.size()-before)
	}
}

func (t *dartTest) tell(d *dartReader, size int) {
	t.told += size
	d.told += size
}

// size is about how much memory a test takes beside what it has told, in bytes.
func (t *dartTest) size() int { return dartOverhead + len(t.name) + len(t.folder) }

func (d *dartReader) keep(in map[string]string, id, text string) {
	text = cutShort(text)
	if d.admit(dartOverhead/8 + len(text)) {
		in[id] = text
	}
}

// begin keeps a test that begins. Its name begins with those of its groups.
func (d *dartReader) begin(e *dartEvent) {
	t := &e.test
	t.begun, t.start = d.lines.number, e.time
	t.file = d.suites[e.suite]
	t.folder = shortenedPath(t.file)
	if platform := d.platforms[e.suite]; platform != "" {
		t.folder = platform + " › " + t.folder
	}
	if group := d.groups[e.group]; group != "" {
		if name, ok := strings.CutPrefix(t.name, group+" "); ok {
			t.name = name
			t.folder += " › " + group
		}
	}
	t.name, t.folder = cutShort(orUnnamed(t.name)), cutShort(t.folder)
	if d.admit(t.size()) {
		d.running[e.id] = t
	}
}

// shortenedPath is the path of a suite from its "test" folder on, if it is absolute:
// the part before that differs from machine to machine.
func shortenedPath(file string) string {
	file = slashed(file)
	if !strings.HasPrefix(file, "/") && (len(file) < 2 || file[1] != ':') {
		return file
	}
	for _, folder := range []string{"/test/", "/integration_test/", "/test_driver/"} {
		if at := strings.LastIndex(file, folder); at >= 0 {
			return file[at+1:]
		}
	}
	return baseName(file)
}

// fault notes an error of a test, of which there may be several.
func (d *dartReader) fault(t *dartTest, e *dartEvent) {
	if t == nil {
		d.in.problem(d.lines.number, "An error belongs to no test that runs: "+oneLine(e.message))
		return
	}
	t.hasFailed = true
	t.isError = t.isError || !e.isFailure
	status := errored
	if e.isFailure {
		status = failed
	}
	if len(t.errors.fields) < maxFields && d.hasRoom() {
		t.errors.addReason(status, e.message, e.trace, "")
		t.tell(d, min(len(e.message)+len(e.trace), keptHead))
	}
}

// end sends a test that has ended. Hidden ones, such as the loading of a file, are none.
func (d *dartReader) end(t *dartTest, e *dartEvent) {
	if e.test.hidden {
		return
	}
	if elapsed := micros((e.time - t.start) * 1000); elapsed != nil {
		t.elapsed = elapsed
	}
	switch {
	case e.test.skip:
		t.status = skipped
		t.addReason(t.status, t.skipReason, "", "")
	case e.test.outcome == "success":
		t.status = passed
	case e.test.outcome == "failure":
		t.status = failed
	default:
		t.status = errored
	}
	d.send(t)
}

func (d *dartReader) send(t *dartTest) {
	t.addParts(&t.errors)
	t.addOutput("Output", t.output.String())
	d.in.emit(&t.test)
}

// conclude sends the tests that have begun and not ended.
func (d *dartReader) conclude() {
	open := slices.SortedFunc(maps.Values(d.running), func(a, b *dartTest) int { return cmp.Compare(a.begun, b.begun) })
	for _, t := range open {
		if strings.HasPrefix(t.name, "loading ") && !t.hasFailed {
			continue
		}
		t.status = untested
		if t.isError {
			t.status = errored
		} else if t.hasFailed {
			t.status = failed
		}
		d.in.problem(t.begun, fmt.Sprintf("The test %q has begun, but not ended.", shorten(t.name)))
		d.send(t)
	}
	if !d.ended {
		d.in.problem(d.lines.number, "The last event is missing; the run did not end.")
	}
}
