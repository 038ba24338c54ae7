package report

import (
	"cmp"
	"fmt"
	"maps"
	"slices"

	"github.com/runboard/runboard/api"
)

// messagesFormat is the stream of Cucumber's message formatter:
// https://github.com/cucumber/messages.
func messagesFormat() format {
	return format{
		name: "cucumber-messages", title: "Cucumber messages (NDJSON)",
		sniff: func(o *opening) bool {
			if o.array || len(o.members) != 1 {
				return false
			}
			return o.has("gherkinDocument") || o.has("pickle") || o.has("testRunStarted") || o.has("stepDefinition") || o.has("testCase") ||
				o.has("meta") && o.says("protocolVersion") || o.has("source") && o.says("uri", "data")
		},
		read: func(in *input) {
			m := &messagesReader{
				in: in, json: in.json(), nodes: map[string]messagesNode{}, pickles: map[string]*messagesPickle{},
				cases: map[string]*messagesCase{}, running: map[string]*messagesRun{}, hooks: map[string]string{},
				folders: cucumberFolders{}, rows: newCucumberRows(),
			}
			for m.json.more() {
				m.json.members(m.message)
			}
			m.conclude()
		},
	}
}

const (
	maxMessagesKept = 48 << 20 // Of what later messages refer to, in bytes.
	maxMessageSteps = 16 << 20 // Of it, while there is still room for steps.
	maxMessagesTold = 12 << 20 // Of what runs that have not ended tell, in bytes.
	maxMessagesRun  = 2 << 20  // Of what one of them tells, in bytes.
)

// messagesReader reads one file. Messages refer to earlier ones by their ids.
type messagesReader struct {
	in   *input
	json *jsonReader

	nodes   map[string]messagesNode // Scenarios, rows of examples and steps.
	pickles map[string]*messagesPickle
	cases   map[string]*messagesCase
	running map[string]*messagesRun
	hooks   map[string]string // Their names, by id.
	folders cucumberFolders
	rows    cucumberRows
	kept    int // In bytes.
	bare    int // The line from which on steps are not kept; 0 for none.
	told    int // In bytes.
	begun   int // How many attempts have.

	whole       messagesWhole
	runs, timed int   // Whole runs that have ended, and of which it is known how long they took.
	elapsed     int64 // Of these, in microseconds.
}

// messagesPickle is a scenario, or a row of one, as it is executed.
type messagesPickle struct {
	name, folder, uri string
	rule, examples    string
	line              *int
	node              string // Of the scenario, or of the row.
	tags              string
	steps             map[string]string // Their texts, by id.
}

// messagesCase is how a pickle is executed.
type messagesCase struct {
	pickle string
	steps  map[string]string // Of its steps, the step of the pickle, or the hook.
	begun  bool
}

// messagesRun is an attempt at a case.
type messagesRun struct {
	test

	of                     *messagesCase
	number                 int
	begun                  int // The line on which it has.
	start                  float64
	worst                  string
	retried                bool
	told                   int // In bytes.
	output                 longText
	highlights, embeddings test // Of which each has only fields or attachments.
}

// messagesOverhead is about how much memory what is kept takes beside its texts.
const messagesOverhead = 200

// admit reports whether there is room for more that later messages refer to. Without it reading ends.
func (m *messagesReader) admit(size int) bool {
	if m.kept += size; m.kept > maxMessagesKept {
		m.json.fail("There are more scenarios than can be held.")
		return false
	}
	return true
}

// admitStep reports whether there is room for more of steps. Without it they are
// shown without their texts, and there is more room for scenarios.
func (m *messagesReader) admitStep() bool {
	if m.kept > maxMessageSteps && m.bare == 0 {
		m.bare = m.json.line()
	}
	return m.bare == 0
}

func (m *messagesReader) message(name string) {
	line := m.json.line()
	switch name {
	case "gherkinDocument":
		m.document()
	case "pickle":
		m.pickle()
	case "hook":
		m.hook()
	case "testCase":
		m.testCase()
	case "testCaseStarted":
		m.started(line)
	case "testStepFinished":
		m.stepFinished()
	case "attachment", "externalAttachment":
		m.attachment()
	case "testCaseFinished":
		m.finished()
	case "parseError":
		m.parseError(line)
	case "meta":
		m.begin()
	case "testRunStarted":
		m.runStarted()
	case "testRunHookFinished":
		m.runHookFinished(line)
	case "testRunFinished":
		m.runFinished(line)
	}
}

func (m *messagesReader) started(line int) {
	r := &messagesRun{begun: line}
	var id string
	m.json.members(func(name string) {
		switch name {
		case "id":
			id = m.json.text()
		case "testCaseId":
			r.of = m.cases[m.json.text()]
		case "timestamp":
			r.start = m.seconds()
		}
	})
	if m.json.failed() || !m.admit(messagesOverhead*4) {
		return
	}
	if r.of != nil {
		r.of.begun = true
	}
	m.begun++
	r.number = m.begun
	m.running[id] = r
}

// finished sends an attempt that has ended.
func (m *messagesReader) finished() {
	var id string
	var end float64
	retried := false
	m.json.members(func(name string) {
		switch name {
		case "testCaseStartedId":
			id = m.json.text()
		case "timestamp":
			end = m.seconds()
		case "willBeRetried":
			retried = m.json.flag()
		}
	})
	r := m.running[id]
	if m.json.failed() || r == nil {
		return
	}
	delete(m.running, id)
	m.kept -= messagesOverhead * 4
	m.told -= r.told
	r.elapsed = micros((end - r.start) * 1e6)
	r.attempt = retried || r.retried
	r.status = r.outcome()
	m.send(r)
}

// outcome is that of the worst step. Unlike in Cucumber's older JSON, what is
// pending or undefined has failed: for those who write messages it has.
func (r *messagesRun) outcome() string {
	switch r.worst {
	case "passed", "":
		return passed // Of a scenario without steps nothing is known.
	case "skipped":
		return skipped
	default:
		return failed
	}
}

func (m *messagesReader) send(r *messagesRun) {
	p := &messagesPickle{name: unnamed}
	if r.of != nil {
		p = cmp.Or(m.pickles[r.of.pickle], p)
	}
	r.name, r.folder, r.file, r.line = p.name, p.folder, p.uri, p.line
	r.addParts(&r.highlights)
	r.addOutput("Output", r.output.String())
	r.addParts(&r.embeddings)
	r.addField(api.FieldString, "Tags", p.tags)
	r.addField(api.FieldString, "Rule", p.rule)
	r.addField(api.FieldString, "Examples", p.examples)
	m.in.emit(&r.test)
}

// conclude sends the attempts that have begun and not ended, and tells of the whole run.
func (m *messagesReader) conclude() {
	open := slices.SortedFunc(maps.Values(m.running), func(a, b *messagesRun) int { return cmp.Compare(a.number, b.number) })
	for _, r := range open {
		if r.status = untested; r.worst != "" && r.worst != "passed" {
			r.status = r.outcome()
		}
		m.send(r)
		m.in.problem(r.begun, fmt.Sprintf("The scenario %q has begun, but not ended.", shorten(r.name)))
	}
	if m.bare > 0 {
		m.in.remark(m.bare, "There are so many scenarios that the texts of their steps are left out from here on.")
	}
	m.concludeRun()
}

// seconds passes an instant or a duration.
func (m *messagesReader) seconds() float64 {
	var total float64
	m.json.members(func(name string) {
		switch name {
		case "seconds":
			seconds, _ := m.json.number()
			total += seconds
		case "nanos":
			nanos, _ := m.json.number()
			total += nanos / 1e9
		}
	})
	return total
}
