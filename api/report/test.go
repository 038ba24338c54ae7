package report

import (
	"crypto/sha256"
	"encoding/hex"
	"path"
	"strings"

	"github.com/runboard/runboard/api"
)

// The words for outcomes that formats give to tests. They are aliases of
// statuses that every server knows: contract 3.3.
const (
	passed   = "passed"
	failure  = "failure"
	failed   = "failed"
	errored  = "error"
	skipped  = "skipped"
	untested = "untested"
)

// noFolder is the folder of tests that name none: contract 6.2.
const noFolder = "Unnamed folder"

// How many of each a test may have: contract 6.6.
const (
	maxAttachments = 24
	maxFields      = 24
	maxSteps       = 99
)

// test is a result as a format finds it. Texts may be of any length; what there
// may be many of is added by the methods, which bound it.
type test struct {
	name   string
	folder string // "" for none.
	// id is what the key is made from when it is not folder and name: contract 6.2.
	// Formats that know a name which stays the same across runs and is unique put it here.
	id         string
	status     string // One of the words above.
	elapsed    *int64 // Microseconds.
	file       string
	line       *int
	assertions *int

	attachments []attachment
	fields      []field
	steps       []step

	// unrun counts a test as one that did not run, whatever its status.
	unrun bool
	// attempt marks one that is not the last word on its test: it is emitted, but not counted.
	attempt bool
}

// attachment is a file beside the report. It is never opened.
type attachment struct {
	name  string
	value string // Path or URL.
	mime  string // "" for that of its extension.
}

// field is a named text.
type field struct {
	kind      api.FieldType
	name      string
	value     string
	meta      api.Meta
	highlight bool
}

// step is one line of what a test did. Its content is HTML.
type step struct {
	status  string // "" for none.
	content string
}

// addField adds a text, unless it is empty or the test has as many as are sent.
func (t *test) addField(kind api.FieldType, name, value string) {
	t.add(field{kind: kind, name: name, value: value})
}

// addHighlight adds the text that tells why a test has not passed: what is known
// best first, and other texts by their names.
func (t *test) addHighlight(name, value string, meta api.Meta) {
	t.add(field{kind: api.FieldConsole, name: name, value: value, meta: meta, highlight: true})
}

func (t *test) add(f field) {
	if f.value != "" && len(t.fields) < maxFields {
		f.value = f.cut()
		t.fields = append(t.fields, f)
	}
}

// addAttachment adds a file beside the report, unless the test has as many as are sent.
func (t *test) addAttachment(name, value, mime string) {
	if value != "" && len(t.attachments) < maxAttachments {
		t.attachments = append(t.attachments, attachment{name: name, value: value, mime: mime})
	}
}

// addStep adds a step, unless the test has as many as are sent. Content is HTML.
func (t *test) addStep(status, content string) {
	if len(t.steps) < maxSteps {
		t.steps = append(t.steps, step{status: status, content: cutLong(content)})
	}
}

// key is the identity of a test within its source, as the Testmo CLI makes it: contract 6.2.
func key(folder, name string) string {
	if folder != "" {
		return hashed(folder + "." + name)
	}
	return hashed(name)
}

func hashed(id string) string {
	sum := sha256.Sum256([]byte(id))
	var text [2 * sha256.Size]byte
	hex.Encode(text[:], sum[:])
	return string(text[:])
}

// result is the test as it is sent, cut as the Testmo CLI cuts it: contract 6.6.
func (t *test) result() api.NewTest {
	sent := api.NewTest{
		Name: cutShort(t.name), Status: t.status, Folder: noFolder,
		Elapsed: t.elapsed, File: cutShort(t.file), Line: t.line, Assertions: t.assertions,
		Artifacts: []api.Artifact{}, Fields: []api.Field{},
	}
	if t.id != "" {
		sent.Key = hashed(t.id)
	} else {
		sent.Key = key(t.folder, t.name)
	}
	if t.folder != "" {
		sent.Folder = cutShort(t.folder)
	}
	for _, a := range t.attachments[:min(len(t.attachments), maxAttachments)] {
		if isLink(a.value) {
			sent.Artifacts = append(sent.Artifacts, a.artifact())
		} else {
			sent.Fields = append(sent.Fields, field{kind: api.FieldString, name: a.name, value: a.value}.sent())
		}
	}
	for _, f := range t.fields[:min(len(t.fields), maxFields)] {
		sent.Fields = append(sent.Fields, f.sent())
	}
	if len(t.steps) > 0 {
		sent.Fields = append(sent.Fields, field{kind: api.FieldHTML, name: "Steps", value: stepsHTML(t.steps)}.sent())
	}
	return sent
}

// cut is the value of a field, cut to size by its type.
func (f field) cut() string {
	switch f.kind {
	case api.FieldText, api.FieldConsole:
		return cutMiddle(f.value)
	case api.FieldHTML:
		return cutLong(f.value)
	case api.FieldString, api.FieldURL:
	}
	return cutShort(f.value)
}

func (f field) sent() api.Field {
	text := f.cut()
	sent := api.Field{Type: f.kind, Name: cutShort(f.name), Value: &text, IsHighlight: f.highlight}
	for name, value := range f.meta {
		if sent.Meta == nil {
			sent.Meta = api.Meta{}
		}
		sent.Meta[cutShort(name)] = cutShort(value)
	}
	return sent
}

// artifact is an attachment that can be followed.
func (a attachment) artifact() api.Artifact {
	sent := api.Artifact{Name: cutShort(a.name), URL: cutShort(a.value), MimeType: cutShort(a.mime)}
	if last := a.value[len(a.value)-1]; last != '/' && last != '\\' {
		name := path.Base(a.value)
		sent.Name = cutShort(name)
		if a.mime == "" {
			sent.MimeType = mimeType(name)
		}
	}
	return sent
}

// isLink reports whether an attachment can be followed. Unlike in the Testmo CLI
// that includes plain http.
func isLink(value string) bool {
	return strings.HasPrefix(value, "https://") || strings.HasPrefix(value, "http://")
}

// stepsHTML are steps as one field: contract 6.5. What stands in them is not escaped.
func stepsHTML(steps []step) string {
	var html strings.Builder
	html.WriteString("<test-steps>")
	for _, s := range steps[:min(len(steps), maxSteps)] {
		if s.status != "" {
			html.WriteString(`<test-step status="` + s.status + `">`)
		} else {
			html.WriteString("<test-step>")
		}
		html.WriteString(s.content + "</test-step>\n")
	}
	html.WriteString("</test-steps>")
	return html.String()
}
