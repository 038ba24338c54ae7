package report

import (
	"bufio"
	"bytes"
	"io"
	"strings"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/htmlindex"
	"golang.org/x/text/encoding/unicode"
)

// declaration finds the encoding that an XML file states.
var declaration = pattern(`^\s*<\?xml[^>]{0,200}?encoding\s*=\s*["']([A-Za-z0-9._:-]{1,40})["']`)

const (
	bufferSize      = 64 << 10
	declarationSize = 1 << 10 // Within which a file must have stated its encoding.
)

// decoded is the file as UTF-8, without a mark at its beginning. Bytes that
// are no character in its encoding stay as they are, or become U+FFFD.
func (in *input) decoded(file io.Reader) *bufio.Reader {
	raw := bufio.NewReaderSize(file, bufferSize)
	head, _ := raw.Peek(declarationSize) // An error comes again with the first read.
	mark, charset := in.charset(head)
	_, _ = raw.Discard(mark) // These bytes have been peeked at.
	if charset == nil {
		return raw
	}
	return bufio.NewReaderSize(charset.NewDecoder().Reader(raw), bufferSize)
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
