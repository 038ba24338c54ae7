package report

import (
	"slices"
	"strings"

	"github.com/runboard/runboard/api"
)

// playwrightFormat is what Playwright's json reporter writes.
func playwrightFormat() format {
	return format{
		name: "playwright", title: "Playwright JSON",
		sniff: func(o *opening) bool {
			// The suites may stand behind a configuration that is longer than the opening.
			return !o.array && o.has("config") && (o.has("suites") || o.says("rootDir", "projects"))
		},
		read: func(in *input) {
			p := &playwrightReader{in: in, json: in.json()}
			for p.json.more() {
				p.json.members(p.file)
			}
		},
	}
}

// playwrightReader reads one file.
type playwrightReader struct {
	in   *input
	json *jsonReader
}

// playwrightSpec is a test as it is written in its file. It runs once for each project.
type playwrightSpec struct {
	title, file string
	line        *int
	tags        string
	held        waitingTests // The folders of which are those of the project alone.
}

func (p *playwrightReader) file(name string) {
	switch name {
	case "suites":
		p.json.items(func() { p.suite(nil) })
	case "errors":
		p.json.items(func() {
			line := p.json.line()
			if e := p.error(); e.text() != "" {
				p.in.problem(line, "Playwright tells of an error outside of any test: "+oneLine(e.text()))
			}
		})
	case "stats":
		p.json.members(func(name string) {
			if name == "duration" {
				if elapsed := p.json.millis(); elapsed != nil {
					p.in.state(*elapsed)
				}
			}
		})
	}
}

// suite passes a file or a describe block. Its title comes before what is in it.
func (p *playwrightReader) suite(around []string) {
	path := around
	p.json.members(func(name string) {
		switch name {
		case "title":
			if title := p.json.text(); title != "" {
				path = slices.Concat(around, []string{title})
			}
		case "suites":
			p.json.items(func() { p.suite(path) })
		case "specs":
			p.json.items(func() { p.spec(path) })
		}
	})
}

func (p *playwrightReader) spec(path []string) {
	var s playwrightSpec
	p.json.members(func(name string) {
		switch name {
		case "title":
			s.title = p.json.text()
		case "file":
			s.file = p.json.text()
		case "line":
			s.line = count(p.json.text())
		case "tags":
			s.tags = p.json.joined(", ")
		case "tests":
			p.json.items(func() { p.test(&s, path) })
		}
	})
	p.flush(&s, path)
}

// flush sends the tests of a spec.
func (p *playwrightReader) flush(s *playwrightSpec, path []string) {
	held := s.held.take()
	for i := range held {
		t := &held[i]
		t.name, t.file, t.line = orUnnamed(s.title), s.file, s.line
		if t.folder != "" {
			t.folder += playwrightBetween
		}
		t.folder += strings.Join(path, playwrightBetween)
		t.addField(api.FieldString, "Tags", s.tags)
		p.in.emit(t)
	}
}

// playwrightBetween is what Playwright puts between the parts of a test's name.
const playwrightBetween = " › "

// playwrightTest is what is gathered of a spec in one project.
type playwrightTest struct {
	project, expected, outcome string
	annotations                []playwrightAnnotation
	attempts                   []playwrightResult // But the last one.
	last                       *playwrightResult
	crowded                    bool
	size                       int // Of the attempts, in bytes.
}

type playwrightAnnotation struct{ kind, text string }

// test passes a spec in one project.
func (p *playwrightReader) test(s *playwrightSpec, path []string) {
	var t playwrightTest
	p.json.members(func(name string) {
		switch name {
		case "projectName":
			t.project = p.json.text()
		case "expectedStatus":
			t.expected = p.json.text()
		case "status":
			t.outcome = p.json.text()
		case "annotations":
			p.json.items(func() { p.annotation(&t) })
		case "results":
			p.json.items(func() { p.attempt(&t) })
		}
	})
	if p.json.failed() {
		return // It is not whole.
	}
	room := true
	for i := range t.attempts {
		a := t.attempts[i].assemble(&t, t.attempts[i].outcome(t.expected))
		a.attempt = true
		room = s.held.add(a)
	}
	if t.last == nil {
		t.last = &playwrightResult{}
	}
	if room = s.held.add(t.last.assemble(&t, t.status())) && room; !room {
		p.flush(s, path)
	}
}

// attempt passes one result. All but the last are attempts before it.
func (p *playwrightReader) attempt(t *playwrightTest) {
	line := p.json.line()
	r := p.result()
	if p.json.failed() {
		return // It is not whole.
	}
	if t.last != nil {
		if t.size += t.last.size(); len(t.attempts) < maxAttempts && t.size < maxHeld {
			t.attempts = append(t.attempts, *t.last)
		} else if !t.crowded {
			t.crowded = true
			p.in.remark(line, "A test has more attempts than are sent; some of the last are left out.")
		}
	}
	t.last = r
}

func (p *playwrightReader) annotation(t *playwrightTest) {
	var a playwrightAnnotation
	p.json.members(func(name string) {
		switch name {
		case "type":
			a.kind = p.json.text()
		case "description":
			a.text = p.json.text()
		}
	})
	if len(t.annotations) < maxFields {
		t.annotations = append(t.annotations, a)
	}
}

// status is the last word on a test. For Playwright all that has not run is
// skipped, also what the end of the run, or a failure before it, kept from running.
func (t *playwrightTest) status() string {
	switch t.outcome {
	case "expected", "flaky":
		return passed
	case "unexpected":
		return failed
	case "skipped":
		return playwrightSkipped(t.expected)
	default:
		return t.last.outcome(t.expected)
	}
}

// playwrightSkipped is what it means that a test was skipped: only one that was
// meant to be has been.
func playwrightSkipped(expected string) string {
	if expected == "skipped" || expected == "" {
		return skipped
	}
	return untested
}

// addAnnotations adds what the author of a test has noted, and why it was skipped.
func (t *playwrightTest) addAnnotations(to *test) {
	for _, a := range t.annotations {
		switch {
		case a.kind == "skip" || a.kind == "fixme":
			if to.status == skipped {
				to.addReason(to.status, a.text, "", "")
			}
		case a.text == "":
			to.addField(api.FieldString, "Annotation", a.kind)
		case strings.HasPrefix(a.text, "https://"):
			to.addField(api.FieldURL, a.kind, a.text)
		default:
			to.addField(api.FieldString, a.kind, a.text)
		}
	}
}
