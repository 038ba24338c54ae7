package report

import (
	"strconv"
	"strings"

	"github.com/runboard/runboard/api"
)

// mochaFormat is what Mocha's json and json-stream reporters write.
func mochaFormat() format {
	return format{
		name: "mocha", title: "Mocha JSON",
		sniff: func(o *opening) bool {
			return !o.array && o.has("stats", "tests") || isMochaStream(o)
		},
		read: func(in *input) {
			head, _ := in.text.Peek(openingSize) // An error comes again with the first read.
			if isMochaStream(&opening{text: string(head)}) {
				m := &mochaStream{mochaReader: mochaReader{in: in}}
				m.file()
				return
			}
			m := &mochaReader{in: in, json: in.json(), order: newMochaOrder(in)}
			for m.json.more() {
				m.json.members(m.file)
			}
			m.conclude()
		},
	}
}

// mochaReader reads one file. Every test is in the list of its outcome, and once
// more among all tests, which come before.
type mochaReader struct {
	in    *input
	json  *jsonReader
	order *mochaOrder // Of a file that is no stream.
}

// mochaTest is a test as Mocha and mochawesome tell of it.
type mochaTest struct {
	test

	fullTitle, state         string
	pending, skips, sped, by bool // It is pending, did not run, has a speed, has an error.
	message, trace, kind     string
	details, fails           test // Of which they have only fields.
}

func (m *mochaReader) file(name string) {
	switch name {
	case "stats":
		m.stats()
	case "tests":
		m.json.items(m.keep)
	case "passes":
		m.list(passed)
	case "failures":
		m.list(failed)
	case "pending":
		m.list(skipped)
	}
}

func (m *mochaReader) stats() {
	m.json.members(func(name string) {
		if name == "duration" {
			if elapsed := m.json.millis(); elapsed != nil {
				m.in.state(*elapsed)
			}
		}
	})
}

// list passes the tests of one outcome.
func (m *mochaReader) list(status string) {
	m.order.given = m.order.given || m.json.next() == '['
	m.json.items(func() {
		t := readMocha(m.json)
		if !m.json.failed() {
			m.order.tell(t.assemble(status))
		}
	})
}

// keep passes a test of which another list will say how it ended.
func (m *mochaReader) keep() {
	t := readMocha(m.json)
	if !m.json.failed() {
		m.order.add(t)
	}
}

// conclude sends what is held.
func (m *mochaReader) conclude() {
	m.order.conclude(m.json.failed())
	if m.order.full && !m.order.given {
		m.in.problem(0, "There are no lists of passes, failures and pending tests, and too many tests to do without; the last of them are left out.")
	}
}

// readMocha passes a test.
func readMocha(j *jsonReader) *mochaTest {
	var t mochaTest
	j.members(func(name string) {
		switch name {
		case "title":
			t.name = j.text()
		case "fullTitle":
			t.fullTitle = j.joined(" ")
		case "file":
			t.file = j.text()
		case "duration":
			t.elapsed = j.millis()
		case "currentRetry":
			if retries := count(j.text()); retries != nil && *retries > 0 {
				t.details.addField(api.FieldString, "Retries", strconv.Itoa(*retries))
			}
		case "speed":
			t.sped = j.text() != ""
		case "state":
			t.state = j.text()
		case "pending":
			t.pending = j.flag()
		case "skipped":
			t.skips = j.flag()
		case "context":
			t.context(j)
		case "stack":
			t.trace = j.text()
		case "err":
			t.fault(j)
		}
	})
	return &t
}

// fault passes the error of a test: an object, or its message alone.
func (t *mochaTest) fault(j *jsonReader) {
	if j.next() != '{' {
		t.message = j.text()
		t.by = t.message != ""
		return
	}
	j.members(func(name string) {
		t.by = true
		switch name {
		case "message":
			t.message = j.text()
		case "stack", "estack":
			if stack := j.text(); t.trace == "" {
				t.trace = stack
			}
		case "name":
			t.kind = j.text()
		case "code":
			if code := j.text(); t.kind == "" {
				t.kind = code
			}
		case "expected":
			t.fails.addField(api.FieldConsole, "Expected", j.text())
		case "actual":
			t.fails.addField(api.FieldConsole, "Actual", j.text())
		case "diff":
			t.fails.addField(api.FieldConsole, "Difference", j.text())
		}
	})
}

// outcome is that of a test by itself.
func (t *mochaTest) outcome() string {
	switch {
	case t.skips:
		return untested
	case t.pending || t.state == "pending":
		return skipped
	case t.by || t.state == "failed":
		return failed
	case t.state == "passed" || t.sped || t.elapsed != nil:
		return passed
	default:
		return skipped
	}
}

// assemble is what was gathered as a test.
func (t *mochaTest) assemble(status string) *test {
	t.status = status
	t.folder = trim(strings.TrimSuffix(t.fullTitle, t.name))
	if t.folder == "" {
		t.folder = baseName(t.file)
	}
	if t.name == "" {
		t.name = t.fullTitle
	}
	t.name = orUnnamed(t.name)
	if t.status != passed { // Else the error is that with which it failed after that.
		t.addReason(t.status, t.message, t.trace, t.kind)
		t.addParts(&t.fails)
	}
	t.addParts(&t.details)
	return &t.test
}
