package report

import (
	"fmt"
	"html"

	"github.com/runboard/runboard/api"
)

// playwrightResult is one attempt at a test.
type playwrightResult struct {
	test

	said        string // Its status in the words of Playwright.
	errors      []playwrightError
	first       playwrightError // The error by itself, which is among errors in another form.
	out, failed longText
}

// playwrightError is an error of a test, or one outside of any.
type playwrightError struct{ message, stack, snippet string }

func (e playwrightError) text() string {
	if e.message != "" {
		return e.message
	}
	return e.stack
}

// result passes one attempt.
func (p *playwrightReader) result() *playwrightResult {
	var r playwrightResult
	p.json.members(func(name string) {
		switch name {
		case "status":
			r.said = p.json.text()
		case "duration":
			r.elapsed = p.json.millis()
		case "error":
			r.first = p.error()
		case "errors":
			p.json.items(func() {
				if e := p.error(); len(r.errors) < maxFields {
					r.errors = append(r.errors, e)
				}
			})
		case "stdout":
			p.json.items(func() { p.output(&r.out) })
		case "stderr":
			p.json.items(func() { p.output(&r.failed) })
		case "attachments":
			p.json.items(func() { p.attachment(&r) })
		case "steps":
			p.json.items(func() { p.step(&r.test) })
		}
	})
	return &r
}

// error passes an error, or a text alone.
func (p *playwrightReader) error() playwrightError {
	var e playwrightError
	if p.json.next() != '{' {
		e.message = p.json.text()
		return e
	}
	p.json.members(func(name string) {
		switch name {
		case "message":
			e.message = p.json.text()
		case "value": // What was thrown, when it was no error.
			if value := p.json.text(); e.message == "" {
				e.message = value
			}
		case "stack":
			e.stack = p.json.text()
		case "snippet":
			e.snippet = p.json.text()
		}
	})
	return e
}

// output passes a piece of what was printed.
func (p *playwrightReader) output(to *longText) {
	if p.json.next() == '"' {
		to.write([]byte(p.json.text()))
		return
	}
	p.json.members(func(name string) {
		switch name {
		case "text":
			to.write([]byte(p.json.text()))
		case "buffer":
			to.write([]byte(fromBase64(p.json.whole())))
		}
	})
}

// attachment passes a file beside the report, or a text in it. Other contents are left out.
func (p *playwrightReader) attachment(r *playwrightResult) {
	var name, kind, file, body string
	p.json.members(func(member string) {
		switch member {
		case "name":
			name = p.json.text()
		case "contentType":
			kind = p.json.text()
		case "path":
			file = p.json.text()
		case "body":
			body = p.json.whole()
		}
	})
	r.addAttachment(name, file, kind)
	if isText(kind) {
		r.addField(api.FieldConsole, name, fromBase64(body))
	}
}

// step passes a step and those in it, which follow it.
func (p *playwrightReader) step(to *test) {
	at := len(to.steps)
	to.addStep("", "")
	status, title := passed, ""
	p.json.members(func(name string) {
		switch name {
		case "title":
			title = p.json.text()
		case "error":
			if p.error().text() != "" {
				status = failed
			}
		case "steps":
			p.json.items(func() { p.step(to) })
		}
	})
	if at < len(to.steps) {
		to.steps[at] = step{status: status, content: cutLong(html.EscapeString(title))}
	}
}

// outcome is that of an attempt by itself.
func (r *playwrightResult) outcome(expected string) string {
	switch {
	case r.said == "skipped":
		return playwrightSkipped(expected)
	case r.said == "interrupted" || r.said == "":
		return untested
	case r.said == expected || r.said == "passed" && expected == "":
		return passed
	default:
		return failed
	}
}

// assemble is an attempt as a test, but for what its spec knows.
func (r *playwrightResult) assemble(of *playwrightTest, status string) *test {
	t := &test{status: status, elapsed: r.elapsed, folder: of.project, steps: r.steps}
	if len(r.errors) == 0 && r.first.text() != "" {
		r.errors = []playwrightError{r.first}
	}
	for _, e := range r.errors {
		if status == passed {
			t.addField(api.FieldConsole, "Expected failure", e.text())
			continue
		}
		trace := e.stack
		if e.snippet != "" && trace != "" {
			trace += "\n\n" + e.snippet
		}
		t.addReason(status, e.message, trace, "")
	}
	if status == failed && len(r.errors) == 0 && r.said != "" {
		t.addReason(status, fmt.Sprintf("It ended as %s, but %s was expected.", shorten(r.said), shorten(of.expected)), "", "")
	}
	of.addAnnotations(t)
	t.addOutput("Output", r.out.String())
	t.addOutput("Errors", r.failed.String())
	t.addParts(&test{fields: r.fields, attachments: r.attachments})
	return t
}

func (r *playwrightResult) size() int {
	size := r.test.size() + len(r.out.head) + len(r.out.tail) + len(r.failed.head) + len(r.failed.tail)
	for _, e := range r.errors {
		size += len(e.message) + len(e.stack) + len(e.snippet)
	}
	return size
}
