package report

import (
	"html"
	"slices"
	"strings"

	"github.com/runboard/runboard/api"
)

// cucumberRanks are the results of steps, the worse the further back. What is not
// known is as bad as failed.
var cucumberRanks = []string{
	"", "unknown", "unused", "untested", "passed", "skipped", "pending_warn", "pending", "undefined", "ambiguous",
	"failed", "error", "cleanup_error", "hook_error",
}

// worseOfCucumber is the worse of two results.
func worseOfCucumber(a, b string) string {
	rank := func(status string) int {
		if at := slices.Index(cucumberRanks, status); at >= 0 {
			return at
		}
		return slices.Index(cucumberRanks, "failed")
	}
	if rank(b) > rank(a) {
		return b
	}
	return a
}

// cucumberStep is a step or a hook.
type cucumberStep struct {
	keyword, text  string
	place          string // Where its code is.
	status, reason string
	hidden         bool // It is a hook.
}

func (s *cucumberStep) String() string {
	if name := trim(strings.TrimRight(s.keyword, " ") + " " + s.text); name != "" || s.place == "" {
		return name
	}
	return "Hook " + s.place
}

// step passes a step, with the hooks around it, or a hook.
func (c *cucumberReader) step(e *cucumberElement, isHook bool) {
	s := cucumberStep{hidden: isHook}
	c.json.members(func(name string) {
		switch name {
		case "keyword":
			s.keyword = c.json.text()
		case "name":
			s.text = c.json.text()
		case "match":
			c.json.members(func(name string) {
				if name == "location" {
					s.place = c.json.text()
				}
			})
		case "hidden":
			s.hidden = s.hidden || c.json.flag()
		case "result":
			c.result(e, &s)
		case "output":
			if text := c.json.joined("\n"); text != "" {
				e.output.write([]byte(text + "\n"))
			}
		case "embeddings":
			c.json.items(func() { c.embedding(e) })
		case "before", "after":
			c.json.items(func() { c.step(e, true) })
		}
	})
	if !s.hidden {
		e.steps++
	}
	if s.status != "" {
		e.results++
		e.worst = worseOfCucumber(e.worst, s.status)
	}
	e.tell(&s)
}

func (c *cucumberReader) result(e *cucumberElement, s *cucumberStep) {
	c.json.members(func(name string) {
		switch name {
		case "status":
			s.status = strings.ToLower(c.json.text())
		case "duration":
			if duration, ok := c.json.number(); ok && duration > 0 {
				e.duration += duration
			}
		case "error_message":
			s.reason = c.json.joined("\n")
		}
	})
}

// tell adds a step, unless it is a hook in which nothing happened, and why it did not pass.
func (e *cucumberElement) tell(s *cucumberStep) {
	status := stepOfCucumber(s.status)
	if !s.hidden || status != passed && status != "" && s.reason != "" {
		e.addStep(status, html.EscapeString(s.String()))
	}
	switch {
	case s.status == "undefined" || s.status == "ambiguous" && s.reason == "":
		e.highlights.addReason(status, "The step is "+s.status+": "+s.String(), s.reason, "")
	case s.reason != "" && s.status != "passed":
		e.highlights.addReason(status, s.reason, "", "")
	}
}

// stepOfCucumber is the status of a step as it is shown.
func stepOfCucumber(status string) string {
	switch status {
	case "":
		return ""
	case "passed":
		return passed
	case "skipped", "pending", "pending_warn", "undefined":
		return skipped
	case "untested", "unused", "unknown":
		return untested
	case "error", "hook_error", "cleanup_error":
		return errored
	default:
		return failed
	}
}

// embedding passes what a step has attached. Pictures and the like are left out:
// they are within the file.
func (c *cucumberReader) embedding(e *cucumberElement) {
	var a cucumberAttachment
	c.json.members(func(name string) {
		switch name {
		case "mime_type":
			a.mime = c.json.text()
		case "media":
			c.json.members(func(name string) {
				if name == "type" {
					a.mime = c.json.text()
				}
			})
		case "name":
			a.name = c.json.text()
		case "data":
			a.body = c.json.whole()
		}
	})
	if isText(a.mime) {
		a.body = fromBase64(a.body)
		a.addTo(&e.embeddings, &e.output)
	}
}

// cucumberAttachment is a text that was attached.
type cucumberAttachment struct{ mime, name, body string }

// addTo adds what was attached as what it is: lines of a log, links, or a text.
func (a *cucumberAttachment) addTo(t *test, output *longText) {
	kind, _, _ := strings.Cut(a.mime, ";")
	switch kind {
	case "text/x.cucumber.log+plain":
		output.write([]byte(a.body + "\n"))
	case "text/uri-list":
		for line := range strings.Lines(a.body) {
			if link := trim(line); isLink(link) {
				t.addAttachment(a.name, link, "")
			}
		}
	default:
		name := a.name
		if name == "" {
			name = "Attachment"
		}
		t.addField(api.FieldConsole, name, a.body)
	}
}
