package report

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"strings"
)

// maxLine is how much of one line is kept, in bytes.
const maxLine = 4 << 20

// lineReader passes a file line by line.
type lineReader struct {
	in     *input
	text   string // The line, without its end, as valid UTF-8 and without NUL.
	number int    // From 1.
	cut    bool   // The line was longer than maxLine; its end is missing.
	open   bool   // The line is the last one, and has no end.
	buf    []byte
}

// lines reads the file line by line.
func (in *input) lines() *lineReader { return &lineReader{in: in, number: in.above} }

// next passes a line and reports whether there was one.
func (l *lineReader) next() bool {
	l.buf, l.cut = l.buf[:0], false
	any := false
	for l.in.err == nil {
		piece, err := l.in.text.ReadSlice('\n')
		any = any || len(piece) > 0
		room := maxLine - len(l.buf)
		l.cut = l.cut || len(bytes.TrimRight(piece, "\r\n")) > room
		l.buf = append(l.buf, piece[:min(room, len(piece))]...)
		switch {
		case err == nil, errors.Is(err, io.EOF):
			if any {
				l.number++
				l.open = err != nil
			}
			l.text = cleaned(bytes.TrimRight(l.buf, "\r\n"))
			return any
		case !isFull(err):
			l.in.fault(err)
		}
	}
	return false
}

// cleaned is a text that can be sent.
func cleaned(raw []byte) string {
	text := strings.ToValidUTF8(string(raw), "\uFFFD")
	return strings.ReplaceAll(text, "\x00", "")
}

// isFull reports whether a line is only longer than what is held at once.
func isFull(err error) bool { return errors.Is(err, bufio.ErrBufferFull) }
