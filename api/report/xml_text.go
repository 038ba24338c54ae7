package report

import (
	"bytes"
	"encoding/xml"
	"maps"
	"strconv"
	"unicode/utf8"
)

// What of longer texts is kept while they are read. Every cut of contract 6.6
// takes less from either end, so none of them can tell.
const (
	keptHead = 64 << 10
	keptTail = 32 << 10
)

// longText gathers a text of any length in bounded memory: of one that is longer
// than any that is sent the middle is missing.
type longText struct{ head, tail []byte }

func (t *longText) write(piece []byte) {
	if room := keptHead - len(t.head); room > 0 {
		taken := min(room, len(piece))
		t.head = append(t.head, piece[:taken]...)
		piece = piece[taken:]
	}
	if len(piece) == 0 {
		return
	}
	t.tail = append(t.tail, piece...)
	if len(t.tail) > 2*keptTail {
		t.tail = append(t.tail[:0], t.tail[len(t.tail)-keptTail:]...)
	}
}

func (t *longText) String() string {
	if len(t.tail) == 0 {
		return string(t.head)
	}
	return string(t.head) + string(t.tail)
}

// size is how many bytes of it are held.
func (t *longText) size() int { return len(t.head) + len(t.tail) }

func (t *longText) reset() { t.head, t.tail = t.head[:0], t.tail[:0] }

// The oddities of a file that are noted once.
const (
	oddEntity = iota
	oddAmpersand
	oddNUL
)

func (x *xmlReader) tell(oddity int, text string) {
	if !x.told[oddity] {
		x.told[oddity] = true
		x.in.note(Problem{Line: x.line, Text: text, Minor: oddity != oddEntity}) // What an entity would be is not known.
	}
}

// decode is a text with its references resolved. It is valid until the next call.
func (x *xmlReader) decode(raw []byte) []byte {
	if bytes.IndexByte(raw, '&') < 0 {
		return x.clean(raw)
	}
	x.out = x.out[:0]
	for {
		before, rest, found := bytes.Cut(raw, []byte{'&'})
		x.appendClean(before)
		if !found {
			return x.out
		}
		raw = rest
		end := bytes.IndexByte(rest[:min(len(rest), maxReference)], ';')
		if end <= 0 {
			x.tell(oddAmpersand, "An & begins no reference; it is read as it stands. It must be written &amp;.")
			x.out = append(x.out, '&')
			continue
		}
		if x.reference(rest[:end]) {
			raw = rest[end+1:]
		}
	}
}

// maxReference is how long the name of a reference may be.
const maxReference = 33

// reference adds what a reference stands for. Characters that XML does not allow
// are left out, as the Testmo CLI does; names that are unknown stay, with their &.
func (x *xmlReader) reference(name []byte) bool {
	if name[0] != '#' {
		if text, ok := entities[string(name)]; ok {
			x.out = append(x.out, text...)
			return true
		}
		if nameLength(name) < len(name) {
			x.tell(oddAmpersand, "An & begins no reference; it is read as it stands. It must be written &amp;.")
		} else {
			x.tell(oddEntity, "The entity &"+string(name)+"; is not defined here; it stays as it is written.")
		}
		x.out = append(x.out, '&')
		return false
	}
	digits, base := name[1:], 10
	if len(digits) > 0 && (digits[0] == 'x' || digits[0] == 'X') {
		digits, base = digits[1:], 16
	}
	code, err := strconv.ParseUint(string(digits), base, 32)
	if err != nil || code > utf8.MaxRune {
		x.out = append(x.out, '&')
		return false
	}
	isControl := code < ' ' && code != '\t' && code != '\n' && code != '\r'
	if code != 0 && (!isControl || x.is11) && (code < 0xD800 || code > 0xDFFF) {
		x.out = utf8.AppendRune(x.out, rune(code))
	}
	return true
}

// entities are the five of XML, and those of HTML, which some tools use without
// declaring them. Each stands for one character.
var entities = func() map[string]string {
	all := map[string]string{"lt": "<", "gt": ">", "amp": "&", "quot": `"`, "apos": "'"}
	maps.Copy(all, xml.HTMLEntity)
	return all
}()

// clean is a text with ends of lines as "\n", without NUL and as valid UTF-8. It
// is valid until the next call.
func (x *xmlReader) clean(raw []byte) []byte {
	if isClean(raw) {
		return raw
	}
	x.out = x.out[:0]
	x.appendClean(raw)
	return x.out
}

func isClean(raw []byte) bool {
	return bytes.IndexByte(raw, '\r') < 0 && bytes.IndexByte(raw, 0) < 0 && utf8.Valid(raw)
}

func (x *xmlReader) appendClean(raw []byte) {
	if isClean(raw) {
		x.out = append(x.out, raw...)
		return
	}
	for i := 0; i < len(raw); {
		r, size := utf8.DecodeRune(raw[i:])
		switch r {
		case '\r':
			if i+1 == len(raw) || raw[i+1] != '\n' {
				x.out = append(x.out, '\n')
			}
		case 0:
			x.tell(oddNUL, "NUL characters are left out.")
		default:
			x.out = utf8.AppendRune(x.out, r) // U+FFFD for what is no character.
		}
		i += size
	}
}
