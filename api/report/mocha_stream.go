package report

import (
	"fmt"
	"strings"
)

// isMochaStream reports whether a file begins like that of the json-stream
// reporter, of which each line is an event: its name and what it is about.
func isMochaStream(o *opening) bool {
	text, ok := strings.CutPrefix(strings.TrimLeft(o.text, " \t\r\n"), "[")
	if !ok {
		return false
	}
	return strings.HasPrefix(strings.ReplaceAll(text[:min(len(text), 32)], " ", ""), `"start",{`)
}

// mochaEvent is how an event begins. What a test has printed may stand before it.
var mochaEvent = pattern(`\[ *"(?:start|pass|fail|pending|end)" *, *\{`)

// mochaStream reads a file of events, amid lines that are none.
type mochaStream struct {
	mochaReader // Of one line.

	ended bool
}

func (m *mochaStream) file() {
	lines := m.in.lines()
	broken, stray := 0, 0 // Lines; 0 for none.
	for lines.next() {
		if broken > 0 {
			m.in.problem(broken, "This is no whole event; it is left out.")
			broken = 0
		}
		begin := mochaEvent().FindStringIndex(lines.text)
		switch {
		case lines.cut && begin != nil:
			m.in.problem(lines.number, fmt.Sprintf("An event is longer than %d MiB; it is left out.", maxLine>>20))
		case begin == nil:
			if stray == 0 && trim(lines.text) != "" {
				stray = lines.number
			}
		case !m.events(lines.text[begin[0]:]):
			broken = lines.number
		}
	}
	if stray > 0 {
		m.in.remark(stray, "Lines that are no events of Mocha, such as this one, are left out.")
	}
	switch {
	case broken > 0:
		m.in.fail(broken, "The file ends within an event.")
	case !m.ended:
		m.in.problem(lines.number, "The last event is missing; the run did not end.")
	}
}

// events passes the events of a line and reports whether they are whole.
func (m *mochaStream) events(line string) bool {
	var apart *input
	m.json, apart = m.in.jsonText(line)
	for m.json.more() {
		m.event()
	}
	return apart.err == nil
}

// event passes one event.
func (m *mochaStream) event() {
	var name string
	m.json.items(func() {
		switch name {
		case "":
			name = m.json.text()
			m.ended = m.ended && name != "start"
		case "pass", "fail", "pending":
			t := readMocha(m.json)
			if !m.json.failed() {
				m.in.emit(t.assemble(map[string]string{"pass": passed, "fail": failed, "pending": skipped}[name]))
			}
		case "end":
			m.stats()
			m.ended = true
		}
	})
}
