package report

import (
	"fmt"
	"html"
	"strconv"

	"github.com/runboard/runboard/api"
)

// ctrfFormat is the Common Test Report Format: https://ctrf.io.
func ctrfFormat() format {
	return format{
		name: "ctrf", title: "CTRF JSON",
		sniff: func(o *opening) bool {
			// Not every writer says what it writes.
			return !o.array && o.has("results") &&
				(o.has("reportFormat") || o.says("tool", "summary"))
		},
		read: func(in *input) {
			c := &ctrfReader{in: in, json: in.json()}
			for c.json.more() {
				c.json.members(func(name string) {
					if name == "results" {
						c.json.members(c.results)
					}
				})
			}
		},
	}
}

// ctrfReader reads one file.
type ctrfReader struct {
	in   *input
	json *jsonReader
}

// ctrfTest is what is gathered of a test in the order of the file.
type ctrfTest struct {
	test

	message, trace string
	retries        int // -1 when it is not said.
	flaky          bool
	attempts       []test
	crowded        bool // There are more attempts than are sent.
	output         test // Of which it has only fields,
	properties     test // and of which it has what comes last.
}

func (c *ctrfReader) results(name string) {
	switch name {
	case "tests":
		c.json.items(c.test)
	case "summary":
		c.summary()
	}
}

// summary passes the totals. Of them only the time is of use.
func (c *ctrfReader) summary() {
	var start, stop float64
	var elapsed *int64
	c.json.members(func(name string) {
		switch name {
		case "start":
			start, _ = c.json.number()
		case "stop":
			stop, _ = c.json.number()
		case "duration":
			elapsed = c.json.millis()
		}
	})
	if elapsed == nil && start > 0 && stop >= start {
		elapsed = micros((stop - start) * 1000)
	}
	if elapsed != nil {
		c.in.state(*elapsed)
	}
}

func (c *ctrfReader) test() {
	line := c.json.line()
	t := ctrfTest{retries: -1}
	t.status = untested
	c.json.members(func(name string) {
		switch name {
		case "retries":
			if retries := count(c.json.text()); retries != nil {
				t.retries = *retries
			}
		case "flaky":
			t.flaky = c.json.flag()
		case "retryAttempts":
			c.json.items(func() { c.attempt(&t) })
		default:
			c.member(&t, name)
		}
	})
	if c.json.failed() {
		return // It is not whole.
	}
	t.addRetries()
	c.assemble(&t, line)
	t.name = orUnnamed(t.name)
	if t.folder == "" {
		t.folder = baseName(t.file)
	}
	earlier := t.earlier()
	for i := range earlier {
		a := &earlier[i]
		a.name, a.folder, a.file, a.line, a.attempt = t.name, t.folder, t.file, t.line, true
		c.in.emit(a)
	}
	c.in.emit(&t.test)
}

// attempt passes an attempt at a test. It has the members of a test that can differ.
func (c *ctrfReader) attempt(of *ctrfTest) {
	line := c.json.line()
	var a ctrfTest
	a.status = untested
	c.json.members(func(name string) { c.member(&a, name) })
	c.assemble(&a, line)
	if len(of.attempts) < maxAttempts {
		of.attempts = append(of.attempts, a.test)
		return
	}
	if !of.crowded {
		of.crowded = true
		c.in.remark(line, fmt.Sprintf("A test has more than %d attempts; the others are left out.", maxAttempts))
	}
}

// addRetries tells of attempts that are not listed.
func (t *ctrfTest) addRetries() {
	switch {
	case len(t.attempts) > 0:
	case t.retries > 0:
		t.output.addField(api.FieldString, "Retries", strconv.Itoa(t.retries))
	case t.flaky:
		t.output.addField(api.FieldString, "Flaky", "true")
	}
}

// earlier are the attempts before the one that the test tells of. Some writers
// list that one too.
func (t *ctrfTest) earlier() []test {
	last := len(t.attempts) - 1
	if last < 0 || t.crowded {
		return t.attempts
	}
	if len(t.attempts) > t.retries && (t.retries >= 0 || t.attempts[last].status == t.status) {
		return t.attempts[:last]
	}
	return t.attempts
}

// member passes a member of a test or an attempt.
func (c *ctrfReader) member(t *ctrfTest, name string) {
	switch name {
	case "name":
		t.name = c.json.text()
	case "suite":
		t.folder = c.json.joined(" > ")
	case "status":
		t.status = c.json.text()
	case "duration":
		t.elapsed = c.json.millis()
	case "filePath":
		t.file = c.json.text()
	case "line":
		t.line = count(c.json.text())
	case "message":
		t.message = c.json.text()
	case "trace":
		t.trace = c.json.text()
	case "snippet":
		t.output.addField(api.FieldConsole, "Snippet", c.json.text())
	case "stdout":
		t.output.addOutput("Output", c.json.joined("\n"))
	case "stderr":
		t.output.addOutput("Errors", c.json.joined("\n"))
	case "steps":
		c.json.items(func() { c.step(&t.properties) })
	case "attachments":
		c.json.items(func() { c.attachment(&t.properties) })
	default:
		c.property(&t.properties, name)
	}
}

// property passes what becomes a field of its own.
func (c *ctrfReader) property(to *test, name string) {
	switch name {
	case "ai":
		to.addField(api.FieldText, "AI", c.json.text())
	case "tags":
		to.addField(api.FieldString, "Tags", c.json.joined(", "))
	case "browser":
		to.addField(api.FieldString, "Browser", c.json.text())
	case "device":
		to.addField(api.FieldString, "Device", c.json.text())
	case "type":
		to.addField(api.FieldString, "Type", c.json.text())
	case "parameters", "labels", "extra":
		c.json.members(func(name string) { to.addField(api.FieldString, name, c.json.joined(", ")) })
	}
}

func (c *ctrfReader) step(to *test) {
	var name, status string
	c.json.members(func(member string) {
		switch member {
		case "name":
			name = c.json.text()
		case "status":
			status = c.json.text()
		}
	})
	known, _ := ctrfStatus(status)
	to.addStep(known, html.EscapeString(name))
}

func (c *ctrfReader) attachment(to *test) {
	var name, kind, file string
	c.json.members(func(member string) {
		switch member {
		case "name":
			name = c.json.text()
		case "contentType":
			kind = c.json.text()
		case "path":
			file = c.json.text()
		}
	})
	to.addAttachment(name, file, kind)
}

// assemble brings what was gathered into order.
func (c *ctrfReader) assemble(t *ctrfTest, line int) {
	status, ok := ctrfStatus(t.status)
	if !ok && !c.json.failed() {
		c.in.problem(line, "The status "+strconv.Quote(shorten(t.status))+" is none of CTRF; the test counts as untested.")
	}
	t.status = status
	t.addReason(t.status, t.message, t.trace, "")
	t.addParts(&t.output, &t.properties)
}

// ctrfStatus is the outcome that a status stands for; false for one that CTRF does not know.
func ctrfStatus(status string) (string, bool) {
	switch status {
	case "passed":
		return passed, true
	case "failed":
		return failed, true
	case "skipped", "pending":
		return skipped, true
	case "other", untested:
		return untested, true
	default:
		return untested, false
	}
}
