package report

import (
	"encoding/base64"
	"errors"
	"io"
	"path"
	"strings"
	"unsafe"

	"github.com/runboard/runboard/api"
)

// unnamed is the name of tests that have none.
const unnamed = "Unnamed test"

// waitingTests are tests that are not whole or not counted yet: what they wait
// for stands behind them in the file, and soon.
type waitingTests struct {
	tests []test
	size  int // In bytes.
}

// add keeps one more and reports whether there is room for further ones.
func (w *waitingTests) add(t *test) bool {
	w.tests = append(w.tests, *t)
	w.size += t.size()
	return w.size < maxHeld
}

// take hands out what waits.
func (w *waitingTests) take() []test {
	taken := w.tests
	*w = waitingTests{}
	return taken
}

// size is about how much memory a test takes, in bytes.
func (t *test) size() int {
	size := int(unsafe.Sizeof(*t)) + len(t.name) + len(t.folder) + len(t.id) + len(t.file)
	for _, f := range t.fields {
		size += int(unsafe.Sizeof(f)) + len(f.name) + len(f.value)
		for name, value := range f.meta {
			size += len(name) + len(value)
		}
	}
	for _, a := range t.attachments {
		size += int(unsafe.Sizeof(a)) + len(a.name) + len(a.value) + len(a.mime)
	}
	for _, s := range t.steps {
		size += int(unsafe.Sizeof(s)) + len(s.content)
	}
	return size
}

// addParts adds what was gathered apart, because it stood in another order in the file.
func (t *test) addParts(parts ...*test) {
	for _, part := range parts {
		t.attachments = append(t.attachments, part.attachments...)
		t.fields = append(t.fields, part.fields...)
		t.steps = append(t.steps, part.steps...)
	}
}

// addReason adds what tells why a test has its status: a trace, which the message
// is put before if it does not begin with it, and the kind of error. Any may be "".
// It is highlighted unless the test passed.
func (t *test) addReason(status, message, trace, kind string) {
	message, trace = ofConsole(message), ofConsole(trace)
	if status == passed {
		t.addField(api.FieldConsole, "Reason", joined(message, trace))
		return
	}
	switch {
	case trace == "":
		trace, message = message, ""
	case !beginsWith(trace, trim(message)):
		trace = message + "\n" + trace
	}
	t.addOutcome(outcomeTitle(status), trace, message, kind)
}

// beginsWith reports whether a message, or none, stands at the beginning of a
// trace, alone or behind the kind of error. Elsewhere the same letters may be part
// of a path, or tell of another error.
func beginsWith(trace, message string) bool {
	if message == "" {
		return true
	}
	const (
		lines  = 3
		before = 1 << 10 // In a line.
	)
	for range lines {
		line, rest, _ := strings.Cut(trace, "\n")
		for at := 0; at <= min(len(line), before); {
			found := strings.Index(trace[at:], message)
			if at += found; found < 0 || at > len(line) {
				break
			}
			if isHead(line[:at]) && isTail(trace[at+len(message):]) {
				return true
			}
			at++
		}
		trace = rest
	}
	return false
}

// isHead reports whether the message of an error may follow in a line: after the
// kind of error, or the package of a kind that is part of the message.
func isHead(before string) bool {
	before = strings.TrimRight(before, " \t")
	return before == "" || strings.HasSuffix(before, ":") || strings.HasSuffix(before, ".") && !strings.ContainsAny(before, ` /\`)
}

// isTail reports whether the message of an error may end before this.
func isTail(after string) bool {
	line, _, _ := strings.Cut(after, "\n")
	return trim(line) == "" || line[0] == ':'
}

// outcomeTitle is the name of the field that tells why a test has a status.
func outcomeTitle(status string) string {
	switch status {
	case skipped, untested:
		return "Skipped"
	case errored:
		return "Error"
	default:
		return "Failure"
	}
}

// orUnnamed is a name that can be sent.
func orUnnamed(name string) string {
	if trim(name) == "" {
		return unnamed
	}
	return name
}

// baseName is the last part of a path of whatever system, "" for "".
func baseName(file string) string {
	if file == "" {
		return ""
	}
	return path.Base(slashed(file))
}

// slashed is a path with slashes.
func slashed(file string) string { return strings.ReplaceAll(file, `\`, "/") }

// colours are the sequences that colour a text on a terminal.
var colours = pattern("\x1b\\[[0-9;]*m")

// oneLine is a text as it fits into a message, without colours.
func oneLine(text string) string {
	return shorten(strings.Join(strings.Fields(colours().ReplaceAllString(text, "")), " "))
}

// isText reports whether content of a type can be shown as text.
func isText(mime string) bool {
	return strings.HasPrefix(mime, "text/") || strings.HasPrefix(mime, "application/json") || strings.HasPrefix(mime, "application/xml")
}

// fromBase64 is what a text stands for in base64: as much of its ends as can be
// sent. One that is no base64 stands for itself.
func fromBase64(text string) string {
	var plain longText
	var piece [8 << 10]byte
	from := base64.NewDecoder(base64.StdEncoding, strings.NewReader(text))
	for {
		n, err := from.Read(piece[:])
		plain.write(piece[:n])
		if errors.Is(err, io.EOF) {
			return cleaned([]byte(plain.String()))
		}
		if err != nil {
			return text
		}
	}
}
