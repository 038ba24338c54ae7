package report

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/go-json-experiment/json/jsontext"
)

// maxBeginnings is at how many places in the opening of a file a report is looked for.
const maxBeginnings = 100

// skipOutput looks for a report behind lines that stand before it, such as what
// npm and the tests have printed to the same place, and passes them.
func (in *input) skipOutput(head []byte) (format, bool) {
	f, at, ok := behindOutput(head)
	if !ok {
		return format{}, false
	}
	in.above = bytes.Count(head[:at], []byte{'\n'})
	_, _ = in.text.Discard(at) // It has been peeked at.
	text := "1 line stands before the report; it is left out."
	if in.above > 1 {
		text = fmt.Sprintf("%d lines stand before the report; they are left out.", in.above)
	}
	in.remark(1, text)
	return f, true
}

// behindOutput finds a report, and where it begins. JSON of another kind is passed
// as a whole. XML of another kind, or a block in Markdown, may hold what looks like
// a report; nothing is looked for in or behind it.
func behindOutput(head []byte) (f format, at int, ok bool) {
	at = len(head) - len(bytes.TrimLeft(head, " \t\r\n"))
	for range maxBeginnings {
		if at = beginning(head, at); at < 0 {
			break
		}
		o := newOpening(head[at:])
		if o.root != "" || len(o.members) > 0 || isMochaStream(o) {
			if f, ok = recognise(o); ok {
				return f, at, true
			}
		}
		size, whole := valueSize(head[at:])
		if isXML(head[at:]) || !whole {
			break
		}
		if at = nextLine(head, at+size); at < 0 {
			break
		}
	}
	return format{}, 0, false
}

// beginning is where the first line from at on begins that can be the first one of
// a report; -1 for nowhere.
func beginning(head []byte, at int) int {
	for at >= 0 && !beginsReport(head[at:]) {
		if bytes.HasPrefix(head[at:], []byte("```")) {
			return -1
		}
		at = nextLine(head, at)
	}
	return at
}

// nextLine is where the line after that of at begins; -1 for nowhere.
func nextLine(head []byte, at int) int {
	end := bytes.IndexByte(head[at:], '\n')
	if end < 0 {
		return -1
	}
	return at + end + 1
}

// beginsReport reports whether a line can be the first one of a report.
func beginsReport(line []byte) bool {
	if len(line) < 2 {
		return false
	}
	switch line[0] {
	case '{', '<':
		return true
	case '[':
		return bytes.IndexByte([]byte("{\"\r\n"), line[1]) >= 0
	default:
		return false
	}
}

// isXML reports whether a text begins as XML does, of whatever kind.
func isXML(text []byte) bool {
	const nameStarts = "_:!?" // And those of declarations.
	return text[0] == '<' && (text[1]|0x20 >= 'a' && text[1]|0x20 <= 'z' || text[1] >= 0x80 || strings.IndexByte(nameStarts, text[1]) >= 0)
}

// valueSize is the length of the JSON value that a text begins with, 0 if that is
// no JSON; false if it has no end.
func valueSize(text []byte) (int, bool) {
	tokens := jsontext.NewDecoder(bytes.NewBuffer(text), jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))
	switch err := tokens.SkipValue(); {
	case err == nil:
		return int(tokens.InputOffset()), true
	case errors.Is(err, io.ErrUnexpectedEOF):
		return 0, false
	default:
		return 0, true
	}
}
