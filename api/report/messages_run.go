package report

import (
	"cmp"
	"fmt"
)

// messagesWhole is what is known of the whole run: of the last one, if the
// messages of several stand behind each other.
type messagesWhole struct {
	ended   bool
	start   float64
	isTimed bool
	before  int // Failures and problems when it began.
}

// begin notes that a run has begun, unless it has already.
func (m *messagesReader) begin() {
	if m.whole.ended {
		m.whole = messagesWhole{before: m.mishaps()}
	}
}

// mishaps are how many failures and problems there are so far.
func (m *messagesReader) mishaps() int { return m.in.failures() + len(m.in.report.Problems) }

func (m *messagesReader) runStarted() {
	m.begin()
	m.json.members(func(name string) {
		if name == "timestamp" {
			m.whole.start, m.whole.isTimed = m.seconds(), true
		}
	})
}

func (m *messagesReader) runFinished(line int) {
	var result messagesResult
	var end float64
	hasEnd, hasFailed := false, false
	m.json.members(func(name string) {
		switch name {
		case "message":
			result.message = m.json.text()
		case "exception":
			m.exception(&result)
		case "success":
			hasFailed = m.json.text() == "false"
		case "timestamp":
			end, hasEnd = m.seconds(), true
		}
	})
	if m.json.failed() {
		return
	}
	m.whole.ended = true
	m.runs++
	if elapsed := micros((end - m.whole.start) * 1e6); m.whole.isTimed && hasEnd && elapsed != nil {
		m.timed++
		m.elapsed = addElapsed(m.elapsed, *elapsed)
	}
	switch {
	case result.reason() != "":
		m.complain(line, "The run ended with an error", result.reason())
	case hasFailed && m.whole.before == m.mishaps() && len(m.running) == 0:
		m.complain(line, "The run has failed, though no scenario of it has", "")
	}
}

// runHookFinished notes what went wrong before or after all scenarios.
func (m *messagesReader) runHookFinished(line int) {
	var result messagesResult
	m.json.members(func(name string) {
		if name == "result" {
			m.result(&result)
		}
	})
	switch result.status {
	case "passed", "skipped", "":
	default:
		m.complain(line, "A hook of the whole run failed", result.reason())
	}
}

func (m *messagesReader) parseError(line int) {
	var why string
	m.json.members(func(name string) {
		if name == "message" {
			why = m.json.text()
		}
	})
	m.complain(line, "A feature cannot be parsed", why)
}

// reason is why something has its status, "" when that is not said.
func (r *messagesResult) reason() string { return cmp.Or(r.message, r.what, r.trace) }

// complain notes what went wrong outside of any scenario.
func (m *messagesReader) complain(line int, what, why string) {
	switch {
	case m.json.failed(): // It is not whole.
	case why == "":
		m.in.problem(line, what+".")
	default:
		m.in.problem(line, what+": "+oneLine(why))
	}
}

// concludeRun tells whether the run has ended, and how long it took.
func (m *messagesReader) concludeRun() {
	switch {
	case m.json.failed(): // That tells it.
	case m.whole.ended:
		if m.timed == m.runs {
			m.in.state(m.elapsed)
		}
	default:
		text := "The file ends before the run has."
		if waiting := m.unbegun(); waiting > 0 && m.runs == 0 {
			text += fmt.Sprintf(" Scenarios that have not begun: %d of %d.", waiting, len(m.cases))
		}
		m.in.problem(0, text)
	}
}

// unbegun are how many scenarios were to be executed, and were not.
func (m *messagesReader) unbegun() int {
	waiting := 0
	for _, c := range m.cases {
		if !c.begun {
			waiting++
		}
	}
	return waiting
}
