package report

import (
	"bytes"
	"strings"

	"github.com/runboard/runboard/api"
)

// junitProperty is a property of a case, from an element or its output.
type junitProperty struct {
	name, value string
	lines       bool // It may have several.
}

// junitOutput is what a test has printed: contract 6.4.
type junitOutput struct {
	text        longText
	attachments test // Of which it has only these,
	properties  test // and of which it has what properties mean.

	line   []byte // The beginning of a line whose end has not come.
	long   bool   // The line is too long for a directive, and its beginning has gone to text.
	within string // The property whose lines come next; "" for none.
	value  longText
}

// maxDirective is how long a line that means something may be, in bytes.
const maxDirective = 64 << 10

// readOutput passes an element with output.
func (j *junitReader) readOutput() *junitOutput {
	o := &junitOutput{}
	j.xml.content(nil, o.write)
	o.endLine(o.line)
	if o.within != "" {
		o.endProperty()
	}
	return o
}

// write takes the next piece of the output, which may end within a line.
func (o *junitOutput) write(piece []byte) {
	for {
		end := bytes.IndexAny(piece, "\n\r")
		if end < 0 {
			break
		}
		line := piece[:end]
		if len(o.line) > 0 || o.long {
			o.line = append(o.line, line...)
			line = o.line
		}
		o.endLine(line)
		o.line = o.line[:0]
		// The reader leaves "\r" only where a reference stands for it.
		if piece[end] == '\r' && end+1 < len(piece) && piece[end+1] == '\n' {
			end++
		}
		piece = piece[end+1:]
	}
	o.line = append(o.line, piece...)
	if len(o.line) > maxDirective {
		o.long = true
		o.sink().write(o.line)
		o.line = o.line[:0]
	}
}

// sink is where lines that mean nothing go.
func (o *junitOutput) sink() *longText {
	if o.within != "" {
		return &o.value
	}
	return &o.text
}

// endLine takes a line whole, or the rest of one that is too long to mean anything.
func (o *junitOutput) endLine(line []byte) {
	long := o.long
	o.long = false
	if !long && bytes.Contains(line, []byte("[[")) && o.directive(line) {
		return
	}
	sink := o.sink()
	sink.write(line)
	sink.write([]byte{'\n'})
}

// directive obeys a line that is one.
func (o *junitOutput) directive(raw []byte) bool {
	if o.within != "" {
		if !bytes.Contains(raw, []byte("[[/PROPERTY]]")) {
			return false
		}
		o.endProperty()
		return true
	}
	line := strings.TrimLeftFunc(string(raw), isSpace)
	if path, ok := strings.CutPrefix(line, "[[ATTACHMENT|"); ok {
		end := strings.IndexByte(path, ']')
		if end <= 0 || !strings.HasPrefix(path[end:], "]]") {
			return false
		}
		o.attachments.addAttachment("attachment", trim(path[:end]), "")
		return true
	}
	body, ok := strings.CutPrefix(line, "[[PROPERTY|")
	if !ok {
		return false
	}
	body, ok = strings.CutSuffix(body, "]]")
	if !ok || body == "" {
		return false
	}
	name, value, found := strings.Cut(body, "=")
	if found && name != "" && value != "" {
		o.properties.addProperty(junitProperty{name: trim(name), value: trim(value)})
		return true
	}
	o.within = body
	return true
}

// endProperty ends a property of several lines. An empty one is dropped.
func (o *junitOutput) endProperty() {
	if value := trim(o.value.String()); value != "" {
		o.properties.addProperty(junitProperty{name: trim(o.within), value: value, lines: true})
	}
	o.within = ""
	o.value.reset()
}

// readProperties passes the properties of a case: contract 6.5.
func (j *junitReader) readProperties() *test {
	all := &test{}
	j.xml.children(func(name string) {
		if name != "property" {
			return
		}
		p := junitProperty{name: trim(j.xml.attribute("name")), value: j.xml.attribute("value")}
		if p.name == "" {
			return
		}
		if p.value == "" {
			p.value, p.lines = j.xml.text(), true
		}
		if p.value != "" {
			p.value = trim(p.value)
			all.addProperty(p)
		}
	})
	return all
}

// addOutputs adds what was printed, and what properties mean: contract 6.4 and
// 6.5. Each may be nil. Attachments that lines name come before those that properties do.
func (t *test) addOutputs(output, errorOutput *junitOutput, properties *test) {
	parts := []*test{}
	for _, printed := range []*junitOutput{output, errorOutput} {
		if printed != nil {
			t.attachments = append(t.attachments, printed.attachments.attachments...)
			parts = append(parts, &printed.properties)
		}
	}
	if properties != nil {
		parts = append(parts, properties)
	}
	t.addPrinted("Output", output)
	t.addPrinted("Errors", errorOutput)
	for _, part := range parts {
		t.attachments = append(t.attachments, part.attachments...)
		t.fields = append(t.fields, part.fields...)
		t.steps = append(t.steps, part.steps...)
	}
}

func (t *test) addPrinted(title string, printed *junitOutput) {
	if printed != nil {
		t.addField(api.FieldConsole, title, trim(printed.text.String()))
	}
}

// addProperty adds a property as what its name says it is: contract 6.5.
func (t *test) addProperty(p junitProperty) {
	switch lower := strings.ToLower(p.name); {
	case strings.HasPrefix(lower, "attachment"):
		t.addAttachment(p.name, p.value, "")
	case strings.HasPrefix(lower, "step"):
		t.addStep(stepStatus(p.name), p.value)
	default:
		t.add(p.field())
	}
}

// field is a property that is neither an attachment nor a step.
func (p junitProperty) field() field {
	f := field{kind: api.FieldString, name: p.name, value: p.value}
	kind, name, ok := strings.Cut(p.name, ":")
	switch {
	case !ok:
		kind = ""
	case kind == "string":
		f.name = name
		return f
	case kind == "url":
		f.name = name
		if strings.HasPrefix(p.value, "https://") {
			f.kind = api.FieldURL
		}
		return f
	}
	types := map[string]api.FieldType{"text": api.FieldText, "console": api.FieldConsole, "html": api.FieldHTML}
	if is, ok := types[kind]; ok {
		f.kind, f.name = is, name
	} else if p.lines {
		f.kind = api.FieldText
	}
	return f
}

// stepStatus is the status in the name of a step: "step3[failed]".
func stepStatus(name string) string {
	rest := strings.TrimLeft(name[len("step"):], "0123456789")
	rest, ok := strings.CutPrefix(rest, "[")
	if !ok {
		return ""
	}
	end := strings.IndexByte(rest, ']')
	if end <= 0 {
		return ""
	}
	return trim(rest[:end])
}
