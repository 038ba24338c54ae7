package report

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/go-json-experiment/json/jsontext"
)

// maxValue is how long one text in a JSON file may be, in bytes.
const maxValue = 16 << 20

// jsonReader takes a JSON file apart, value by value, in the way that its callers
// ask for: each passes the value that it is called for, or leaves it to be skipped.
//
// After the first mistake nothing follows: next is 0, and the rest is empty.
type jsonReader struct {
	in     *input
	tokens *jsontext.Decoder
	lines  int // In what has been read from the file.
}

// json reads the file as JSON values, one after the other.
func (in *input) json() *jsonReader {
	j := &jsonReader{in: in, lines: in.above}
	j.tokens = jsontext.NewDecoder(jsonSource{j}, jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))
	return j
}

// jsonText reads a text of its own, such as a line of a file, as JSON. Mistakes
// are told for the line; they do not end the reading of the file unless the caller does.
func (in *input) jsonText(text string) (*jsonReader, *input) {
	apart := &input{options: in.options, report: Report{File: in.report.File}}
	j := &jsonReader{in: apart}
	j.tokens = jsontext.NewDecoder(bytes.NewBufferString(text), jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))
	return j, apart
}

// jsonSource bounds what the decoder must hold, and counts lines.
type jsonSource struct{ of *jsonReader }

func (s jsonSource) Read(into []byte) (int, error) {
	if len(s.of.tokens.UnreadBuffer()) > maxValue {
		return 0, errTooLong
	}
	n, err := s.of.in.text.Read(into)
	s.of.lines += bytes.Count(into[:n], []byte{'\n'})
	return n, err
}

var errTooLong = fmt.Errorf("a text is longer than %d MiB", maxValue>>20)

// line is that of what comes next, from 1.
func (j *jsonReader) line() int {
	j.tokens.PeekKind() // It makes sure that what comes next has been read from the file.
	ahead := bytes.TrimLeft(j.tokens.UnreadBuffer(), " \t\r\n,:")
	return 1 + j.lines - bytes.Count(ahead, []byte{'\n'})
}

// fail ends the reading with a sentence about the current line.
func (j *jsonReader) fail(text string) { j.in.fail(j.line(), text) }

func (j *jsonReader) failed() bool { return j.in.err != nil }

// mistaken ends the reading because of what the decoder has found.
func (j *jsonReader) mistaken(err error) {
	wrong, ok := errors.AsType[*jsontext.SyntacticError](err)
	switch {
	case errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, io.EOF):
		j.fail("The file ends within a JSON value.")
	case errors.Is(err, errTooLong):
		j.fail(fmt.Sprintf("A text, or the space before it, is longer than %d MiB.", maxValue>>20))
	case ok:
		j.fail(fmt.Sprintf("This is no valid JSON: %v.", wrong.Err))
	default:
		j.in.fault(err)
	}
}

// next is the kind of what follows, 0 at the end of the file or after a mistake:
// '{', '[', '"', '0' for a number, 't', 'f' and 'n'.
func (j *jsonReader) next() jsontext.Kind {
	if j.failed() {
		return 0
	}
	return j.tokens.PeekKind()
}

// more reports whether another value follows in the file.
func (j *jsonReader) more() bool {
	if j.failed() {
		return false
	}
	if j.tokens.PeekKind() != 0 {
		return true
	}
	if _, err := j.tokens.ReadToken(); !errors.Is(err, io.EOF) {
		j.mistaken(err)
	}
	return false
}

func (j *jsonReader) token() jsontext.Token {
	if j.failed() {
		return jsontext.Null
	}
	token, err := j.tokens.ReadToken()
	if err != nil {
		j.mistaken(err)
		return jsontext.Null
	}
	return token
}

// members passes an object, or a value of another kind, for which nothing is
// called. It calls each with every name.
func (j *jsonReader) members(each func(name string)) {
	if j.next() != '{' {
		j.skip()
		return
	}
	j.elements('}', func() {
		if name := withoutNUL(j.token().String()); !j.failed() {
			j.value(func() { each(name) })
		}
	})
}

// items passes an array, or a value of another kind, for which nothing is
// called. It calls each for every element.
func (j *jsonReader) items(each func()) {
	if j.next() != '[' {
		j.skip()
		return
	}
	j.elements(']', func() { j.value(each) })
}

func (j *jsonReader) elements(end jsontext.Kind, each func()) {
	if j.tokens.StackDepth() >= maxDepth {
		j.fail(fmt.Sprintf("Values are nested more than %d deep.", maxDepth))
		return
	}
	j.token()
	for !j.failed() && j.tokens.PeekKind() != end {
		each()
	}
	j.token()
}

// value calls each for one value, and passes it if each has not.
func (j *jsonReader) value(each func()) {
	depth := j.tokens.StackDepth()
	_, before := j.tokens.StackIndex(depth)
	each()
	if j.failed() {
		return
	}
	if _, after := j.tokens.StackIndex(depth); after == before {
		j.skip()
	}
}

// skip passes a value of any kind.
func (j *jsonReader) skip() {
	if j.failed() {
		return
	}
	if err := j.tokens.SkipValue(); err != nil {
		j.mistaken(err)
	}
}

// text passes a text, a number or a boolean, which is returned as text. It is ""
// for a value of another kind, which is passed too. Of one that is longer than
// any that is sent the middle is missing.
func (j *jsonReader) text() string {
	text := j.whole()
	if len(text) <= keptHead+keptTail {
		return text
	}
	var kept longText
	kept.write([]byte(text))
	return strings.ToValidUTF8(kept.String(), half)
}

// whole is text, but with its middle.
func (j *jsonReader) whole() string {
	if kind := j.next(); kind == '"' || kind == '0' || kind == 't' || kind == 'f' {
		return withoutNUL(j.token().String())
	}
	j.skip()
	return ""
}

// joined passes a text, or an array of texts, which it joins.
func (j *jsonReader) joined(separator string) string {
	if j.next() != '[' {
		return j.text()
	}
	var all longText
	first := true
	j.items(func() {
		if kind := j.next(); kind == '{' || kind == '[' || kind == 'n' {
			return
		}
		if !first {
			all.write([]byte(separator))
		}
		first = false
		all.write([]byte(j.text()))
	})
	return strings.ToValidUTF8(all.String(), half)
}

// number passes a number, or one that is written as a text; false for anything else.
func (j *jsonReader) number() (float64, bool) { return number(j.text()) }

// millis passes a number of milliseconds and returns microseconds, nil if it is no time.
func (j *jsonReader) millis() *int64 {
	if value, ok := j.number(); ok {
		return micros(value * 1000)
	}
	return nil
}

// flag passes a boolean; false for anything else.
func (j *jsonReader) flag() bool { return j.text() == "true" }

func withoutNUL(text string) string { return strings.ReplaceAll(text, "\x00", "") }
