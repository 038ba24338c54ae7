package report

import (
	"fmt"
	"html"
	"strings"

	"github.com/runboard/runboard/api"
)

// allureHooks are what was done before and after tests: of each test it has only
// steps and attachments.
type allureHooks struct {
	befores, afters test

	failure Problem // What is to be told of the first that has failed, unless a test tells of it.
	reason  string  // Of that.
	told    bool
}

// allureStep is a step while it is read.
type allureStep struct {
	depth        int    // 0 for those that are in no other.
	label        string // What comes before its name.
	name, status string
	parameters   []string
	message      string

	failed func(*allureStep) // Hears that it has, when set; what is within it does not.
}

// allureNamed is a label or a link.
type allureNamed struct{ name, value, url, kind string }

// allureParameter is a parameter of a test or a step.
type allureParameter struct {
	name, value string // As it may be shown; the value is "" when it may not.
	whole       string // As it is.
	excluded    bool   // It does not tell the test from others.
}

// container reads a container and keeps it for its results.
func (a *allureFolder) container(in *input) {
	h := &allureHooks{}
	var children []uint64
	j := in.json()
	failed := func(what string) func(*allureStep) {
		return func(s *allureStep) {
			if h.failure.Text == "" {
				h.failure = Problem{File: a.in.partOf(in.report.File), Line: j.line(), Text: s.failure(what)}
				h.reason = s.message
			}
		}
	}
	j.members(func(name string) {
		switch name {
		case "children":
			j.items(func() {
				if id := j.text(); id != "" && a.children+len(children) < maxAllureChildren {
					children = append(children, a.hash(id))
				}
			})
		case "befores":
			readAllureSteps(j, &h.befores, allureStep{label: "Set up: ", failed: failed("before")})
		case "afters":
			readAllureSteps(j, &h.afters, allureStep{label: "Tear down: ", failed: failed("after")})
		}
	})
	size := h.befores.size() + h.afters.size()
	if j.failed() || len(h.befores.steps)+len(h.afters.steps) == 0 {
		return
	}
	if h.failure.Text != "" {
		a.failures = append(a.failures, h)
	}
	if a.size+size > maxAllureHooks {
		in.remark(0, "What was done before and after tests is too long to be kept; this and more of it is left out.")
		h.befores, h.afters = test{}, test{} // What has failed is told all the same.
		return
	}
	a.size += size
	a.children += len(children)
	for _, child := range children {
		a.hooks[child] = append(a.hooks[child], h)
	}
}

// readAllureSteps reads steps, each followed by those within it.
func readAllureSteps(j *jsonReader, to *test, like allureStep) {
	j.items(func() {
		at, s := len(to.steps), like
		if at < maxSteps {
			to.steps = append(to.steps, step{})
		} else if s.failed == nil {
			return
		}
		j.members(func(name string) {
			switch name {
			case "name":
				s.name = j.text()
			case "status":
				s.status = j.text()
			case "statusDetails":
				s.message, _ = readAllureDetails(j, nil)
			case "parameters":
				readAllureParameters(j, s.parameter)
			case "attachments":
				readAllureAttachments(j, to)
			case "steps":
				readAllureSteps(j, to, allureStep{depth: like.depth + 1})
			}
		})
		if at < maxSteps {
			to.steps[at] = s.step()
		}
		if s.failed != nil && isFailure(allureStatus(s.status)) {
			s.failed(&s)
		}
	})
}

func (s *allureStep) parameter(p allureParameter) {
	if p.value != "" && len(s.parameters) < maxFields {
		s.parameters = append(s.parameters, cutShort(p.name)+": "+cutShort(p.value))
	}
}

// failure says what was done before or after tests and failed.
func (s *allureStep) failure(when string) string {
	text := fmt.Sprintf("What was done %s tests has failed, though none of them has: %s", when, shorten(orUnnamed(s.name)))
	if why := oneLine(s.message); why != "" {
		text += ": " + why
	}
	return sentence(text)
}

// step is the step as it is sent.
func (s *allureStep) step() step {
	content := html.EscapeString(cutLong(s.label + orUnnamed(s.name)))
	if len(s.parameters) > 0 {
		content += " (" + html.EscapeString(strings.Join(s.parameters, ", ")) + ")"
	}
	if s.message != "" {
		content += ": " + html.EscapeString(cutShort(s.message))
	}
	status := ""
	if s.status != "" {
		status = allureStatus(s.status)
	}
	return step{status: status, content: cutLong(strings.Repeat("&emsp;", s.depth) + content)}
}

// readAllureAttachments reads what is attached. None of these files is opened.
func readAllureAttachments(j *jsonReader, to *test) {
	j.items(func() {
		var a attachment
		j.members(func(name string) {
			switch name {
			case "name":
				a.name = j.text()
			case "source":
				a.value = j.text()
			case "type":
				a.mime = j.text()
			}
		})
		if trim(a.name) == "" {
			a.name = "Attachment"
		}
		to.addAttachment(cutShort(a.name), cutShort(a.value), cutShort(a.mime))
	})
}

// readAllureParameters reads parameters, without what must not be seen.
func readAllureParameters(j *jsonReader, each func(allureParameter)) {
	j.items(func() {
		var p allureParameter
		var mode string
		j.members(func(name string) {
			switch name {
			case "name":
				p.name = j.text()
			case "value":
				p.whole = j.text()
			case "excluded":
				p.excluded = j.flag()
			case "mode":
				mode = j.text()
			}
		})
		switch p.value = p.whole; mode {
		case "hidden":
			p.value = ""
		case "masked":
			p.value = "******"
		}
		each(p)
	})
}

func readAllureNamed(j *jsonReader) allureNamed {
	var n allureNamed
	texts := map[string]*string{"name": &n.name, "value": &n.value, "url": &n.url, "type": &n.kind}
	j.members(func(name string) {
		if into, ok := texts[name]; ok {
			*into = j.text()
		}
	})
	return n
}

// readAllureDetails reads why something has its status. What else is said goes
// to a test, if there is one.
func readAllureDetails(j *jsonReader, to *test) (message, trace string) {
	titles := map[string]string{"actual": "Actual", "expected": "Expected", "flaky": "Flaky", "known": "Known", "muted": "Muted"}
	j.members(func(name string) {
		switch name {
		case "message":
			message = j.text()
		case "trace":
			trace = j.text()
		case "actual", "expected":
			if to != nil {
				to.addField(api.FieldConsole, titles[name], j.text())
			}
		case "flaky", "known", "muted":
			if j.flag() && to != nil {
				to.addField(api.FieldString, titles[name], "yes")
			}
		}
	})
	return message, trace
}
