package report

import (
	"fmt"
	"slices"
	"strings"

	"github.com/runboard/runboard/api"
)

// junitCase is what is gathered of a case in the order of the file. Contract 6.6
// wants it in another.
type junitCase struct {
	test

	skips, failures, errors test // Of which each has only fields.
	output, errorOutput     *junitOutput
	properties              *test
	before, after           []test // Attempts before and after the one that the case tells of.
}

// maxAttempts is how many further attempts at a case are sent.
const maxAttempts = 50

// testcase passes one case.
func (j *junitReader) testcase(around *junitSuite) {
	line := j.xml.line
	c := junitCase{test: j.describe(passed)}
	if c.name == "" && j.in.options.Extended {
		c.name = "Unnamed test"
	}
	stated := isUnrun(j.xml.attribute("status")) || isUnrun(j.xml.attribute("result"))
	j.xml.children(func(name string) { j.caseElement(&c, name) })
	if j.xml.failed() {
		return // It is not whole.
	}
	if c.status == passed && stated {
		j.leaveUnrun(&c, line)
	}
	if c.name == "" {
		c.elapsed = nil // The Testmo CLI has never seen it.
		j.in.count(&c.test)
		j.in.problem(line, "A case has no name; it cannot be sent.")
		return
	}
	for i := range min(len(c.before), maxAttempts) {
		j.add(around, &c.before[i])
	}
	c.assemble()
	j.add(around, &c.test)
	for i := range min(len(c.after), maxAttempts) {
		j.add(around, &c.after[i])
	}
}

// leaveUnrun notes that a case did not run. For the Testmo CLI it passed, so
// that is what is sent, unless more is asked for.
func (j *junitReader) leaveUnrun(c *junitCase, line int) {
	c.unrun = true
	if j.in.options.Extended {
		c.status = skipped
		return
	}
	if j.unrun++; j.unrun == 1 {
		j.unrunLine = line
	}
}

// describe is a test as the attributes of the case that began last have it.
func (j *junitReader) describe(status string) test {
	x := j.xml
	t := test{name: x.attribute("name"), folder: x.attribute("classname"), status: status, elapsed: j.elapsed()}
	if t.folder == "" {
		t.folder = x.attribute("class")
	}
	t.file = x.attribute("file")
	t.line, t.assertions = count(x.attribute("line")), count(x.attribute("assertions"))
	return t
}

// caseElement passes one element of a case.
func (j *junitReader) caseElement(c *junitCase, name string) {
	switch name {
	case "skipped":
		j.outcome(&c.skips, junitTitle(name))
		c.status = worse(c.status, name)
	case "failure":
		j.outcome(&c.failures, junitTitle(name))
		c.status = worse(c.status, name)
	case "error":
		j.outcome(&c.errors, junitTitle(name))
		c.status = worse(c.status, name)
	case "system-out":
		if c.output == nil {
			c.output = j.readOutput()
		}
	case "system-err":
		if c.errorOutput == nil {
			c.errorOutput = j.readOutput()
		}
	case "properties":
		if c.properties == nil {
			c.properties = j.readProperties()
		}
	case "flakyFailure", "flakyError", "rerunFailure", "rerunError":
		j.addAttempt(c, name)
	}
}

// worse is the outcome that wins: contract 6.2.
func worse(a, b string) string {
	rank := func(status string) int {
		switch status {
		case errored:
			return 3
		case failure:
			return 2
		case skipped:
			return 1
		default:
			return 0
		}
	}
	if rank(b) > rank(a) {
		return b
	}
	return a
}

// junitTitle is the name of the field that tells of an outcome: contract 6.3.
func junitTitle(status string) string { return strings.ToUpper(status[:1]) + status[1:] }

// outcome passes an element that tells of an outcome, and adds what it says: contract 6.3.
func (j *junitReader) outcome(to *test, title string) {
	message, kind := j.xml.attribute("message"), j.xml.attribute("type")
	to.addOutcome(title, j.xml.text(), message, kind)
}

// addOutcome adds the most telling of three texts as a field, and the others as its meta.
func (t *test) addOutcome(title, text, message, kind string) {
	var meta api.Meta
	for _, other := range []struct{ name, text string }{{"message", message}, {"type", kind}} {
		switch {
		case other.text == "":
		case text == "":
			text = other.text
		default:
			if meta == nil {
				meta = api.Meta{}
			}
			meta[other.name] = cutShort(other.text)
		}
	}
	t.addHighlight(title, text, meta)
}

// addAttempt passes an element that tells of another attempt at a case: one that
// failed before the case passed, or one more after it had failed.
func (j *junitReader) addAttempt(c *junitCase, name string) {
	to, outcome := &c.before, strings.TrimPrefix(name, "flaky")
	if outcome == name {
		to, outcome = &c.after, strings.TrimPrefix(name, "rerun")
	}
	line := j.xml.line
	switch len(*to) {
	case maxAttempts:
		j.in.remark(line, fmt.Sprintf("A case has more than %d further attempts; the others are left out.", maxAttempts))
		*to = append(*to, test{}) // It marks that this has been said, and is not sent.
	case maxAttempts + 1:
	default:
		*to = append(*to, j.attempt(&c.test, outcome))
	}
}

// attempt is another attempt at a case. Surefire puts the trace into an element of its own.
func (j *junitReader) attempt(of *test, outcome string) test {
	message, kind := j.xml.attribute("message"), j.xml.attribute("type")
	t := test{name: of.name, folder: of.folder, file: of.file, line: of.line, elapsed: j.elapsed(), status: strings.ToLower(outcome), attempt: true}
	var trace string
	var output, errorOutput *junitOutput
	text := j.xml.mixed(func(name string) {
		switch name {
		case "stackTrace":
			trace = j.xml.text()
		case "system-out":
			output = j.readOutput()
		case "system-err":
			errorOutput = j.readOutput()
		}
	})
	if text == "" {
		text = trace
	}
	t.addOutcome(outcome, text, message, kind)
	t.addOutputs(output, errorOutput, nil)
	return t
}

// isUnrun reports whether an attribute of a case says that it did not run.
func isUnrun(stated string) bool {
	switch strings.ToLower(stated) {
	case "notrun", "disabled", "suppressed", "skipped":
		return true
	default:
		return false
	}
}

// assemble brings what was gathered into order: contract 6.6.
func (c *junitCase) assemble() {
	c.fields = slices.Concat(c.skips.fields, c.failures.fields, c.errors.fields)
	c.addOutputs(c.output, c.errorOutput, c.properties)
}
