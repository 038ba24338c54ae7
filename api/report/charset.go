package report

import (
	"bufio"
	"bytes"
	"io"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/htmlindex"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"
)

// declaration finds the encoding that an XML file states.
var declaration = pattern(`^\s*<\?xml[^>]{0,200}?encoding\s*=\s*["']([A-Za-z0-9._:-]{1,40})["']`)

const (
	bufferSize      = 64 << 10
	declarationSize = 1 << 10 // Within which a file must have stated its encoding.
)

// decoded is the file as UTF-8, without a mark at its beginning. Bytes that
// are no character in its encoding become U+FFFD; in UTF-8 those of windows-1252.
func (in *input) decoded(file io.Reader) *bufio.Reader {
	raw := bufio.NewReaderSize(file, bufferSize)
	head, _ := raw.Peek(declarationSize) // An error comes again with the first read.
	mark, charset := in.charset(head)
	_, _ = raw.Discard(mark) // These bytes have been peeked at.
	if charset == nil {
		return bufio.NewReaderSize(transform.NewReader(raw, &mixedText{in: in, line: 1}), bufferSize)
	}
	return bufio.NewReaderSize(charset.NewDecoder().Reader(raw), bufferSize)
}

// mixedText passes UTF-8, and makes of every byte that is none the character that
// it is in windows-1252, which Latin-1 is a part of: tools such as Perl's Test::More
// print texts as they are, whatever the rest of the file is written in.
type mixedText struct {
	transform.NopResetter

	in   *input
	line int  // Of what comes next, from 1.
	told bool // That some bytes are not UTF-8.
}

// Transform is that of transform.Transformer.
func (m *mixedText) Transform(dst, src []byte, atEOF bool) (written, read int, err error) {
	if len(src) <= len(dst) && utf8.Valid(src) {
		m.line += bytes.Count(src, []byte{'\n'})
		return copy(dst, src), len(src), nil
	}
	for read < len(src) {
		r, size := utf8.DecodeRune(src[read:])
		switch {
		case r != utf8.RuneError || size > 1:
		case utf8.FullRune(src[read:]) || m.told && atEOF:
			r = m.single(src[read])
		case !atEOF:
			return written, read, transform.ErrShortSrc
		default:
			size = len(src) - read // The file is cut within a character.
		}
		if len(dst)-written < utf8.RuneLen(r) {
			return written, read, transform.ErrShortDst
		}
		if r == '\n' {
			m.line++
		}
		written += utf8.EncodeRune(dst[written:], r)
		read += size
	}
	return written, read, nil
}

// single is the character of a byte that is not UTF-8.
func (m *mixedText) single(b byte) rune {
	if !m.told {
		m.told = true
		m.in.remark(m.line, "From here on some bytes are not UTF-8; they are read as windows-1252.")
	}
	return charmap.Windows1252.DecodeByte(b)
}

// charset is the encoding of a file that begins with head, nil for UTF-8, and
// how many bytes of a mark come before its text.
func (in *input) charset(head []byte) (int, encoding.Encoding) {
	little := unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM)
	big := unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM)
	switch {
	case bytes.HasPrefix(head, []byte("\xEF\xBB\xBF")):
		return 3, nil
	case bytes.HasPrefix(head, []byte("\xFF\xFE")):
		return 2, little
	case bytes.HasPrefix(head, []byte("\xFE\xFF")):
		return 2, big
	case len(head) > 3 && head[0] != 0 && head[1] == 0 && head[2] != 0 && head[3] == 0:
		return 0, little
	case len(head) > 3 && head[0] == 0 && head[1] != 0 && head[2] == 0 && head[3] != 0:
		return 0, big
	}
	stated := declaration().FindSubmatch(head)
	if stated == nil {
		return 0, nil
	}
	name := strings.ToLower(string(stated[1]))
	if strings.HasPrefix(name, "utf") || strings.HasPrefix(name, "ucs") || strings.HasPrefix(name, "iso-10646") {
		return 0, nil // Whatever it claims: the claim can be read, so it is no UTF-16.
	}
	charset, err := htmlindex.Get(name)
	if err != nil {
		in.remark(1, "The encoding "+name+" is not known; the file is read as UTF-8.")
		return 0, nil
	}
	return 0, charset
}
