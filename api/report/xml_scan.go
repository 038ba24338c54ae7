package report

import (
	"bytes"
	"errors"
	"io"
	"slices"
	"strings"
)

// more reads more behind what is there, unless that would make it larger than limit.
func (x *xmlReader) more(limit int) bool {
	if x.read != nil {
		return false
	}
	if x.pos > 0 {
		x.end = copy(x.buf, x.buf[x.pos:x.end])
		x.pos = 0
	}
	if x.end == len(x.buf) {
		if len(x.buf) >= limit {
			return false
		}
		x.buf = append(x.buf, make([]byte, len(x.buf))...)
	}
	for range 100 {
		n, err := x.from.Read(x.buf[x.end:])
		x.end += n
		x.read = err
		if n > 0 || err != nil {
			return n > 0
		}
	}
	x.read = io.ErrNoProgress
	return false
}

// want makes so many bytes available at pos, if the file has them.
func (x *xmlReader) want(size int) {
	for x.end-x.pos < size && x.more(len(x.buf)) {
	}
}

// advance passes so many bytes that are there.
func (x *xmlReader) advance(size int) {
	x.line += bytes.Count(x.buf[x.pos:x.pos+size], []byte{'\n'})
	x.pos += size
}

// passText passes a text up to the next markup. It reports whether there is any.
func (x *xmlReader) passText(text func([]byte), depth int) bool {
	for {
		at := x.buf[x.pos:x.end]
		if n := bytes.IndexByte(at, '<'); n >= 0 {
			x.piece(at[:n], text, depth)
			x.advance(n)
			return true
		}
		if len(at) == len(x.buf) { // The text is longer than what is held.
			n := safeLength(at)
			x.piece(at[:n], text, depth)
			x.advance(n)
		}
		if !x.more(len(x.buf)) {
			if !errors.Is(x.read, io.EOF) {
				x.in.fault(x.read)
			}
			x.piece(x.buf[x.pos:x.end], text, depth)
			x.advance(x.end - x.pos)
			return false
		}
	}
}

// safeLength is how much of a text can be taken without cutting a reference or a character.
func safeLength(at []byte) int {
	const longest = 64 // Of a reference.
	n := len(at) - longest
	if amp := bytes.LastIndexByte(at[max(0, n-longest):n], '&'); amp >= 0 {
		return max(0, n-longest) + amp
	}
	for n > 1 && at[n]&0xC0 == 0x80 {
		n--
	}
	return n
}

// piece hands on a part of a text between tags. Spaces at its end wait for what follows.
func (x *xmlReader) piece(raw []byte, text func([]byte), depth int) {
	if depth == 0 {
		const around = " \t\r\n\uFEFF\x00"
		if rest := bytes.TrimLeft(raw, around); len(rest) > 0 {
			line := x.line + bytes.Count(raw[:len(raw)-len(rest)], []byte{'\n'})
			rest = bytes.TrimRight(rest[:min(len(rest), shortLimit)], around)
			x.in.fail(line, "Here is text outside of any element: "+shorten(strings.ToValidUTF8(string(rest), "\uFFFD")))
		}
		return
	}
	if text == nil {
		return
	}
	if !x.started {
		raw = trimSpaceLeft(raw)
	}
	body := trimSpaceRight(raw)
	spaces := raw[len(body):]
	if len(body) == 0 {
		if x.started && len(x.spaces) < bufferSize {
			x.spaces = append(x.spaces, spaces...)
		}
		return
	}
	if len(x.spaces) > 0 {
		x.joined = append(append(x.joined[:0], x.spaces...), body...)
		body = x.joined
	}
	text(x.decode(body))
	x.started = true
	x.spaces = append(x.spaces[:0], spaces...)
}

// endStretch drops the spaces at the end of a stretch of text.
func (x *xmlReader) endStretch() { x.started, x.spaces = false, x.spaces[:0] }

// passTo passes everything up to a mark, and the mark. What comes before it is text.
func (x *xmlReader) passTo(mark, what string, text func([]byte)) {
	for {
		at := x.buf[x.pos:x.end]
		n := bytes.Index(at, []byte(mark))
		found := n >= 0
		if !found {
			// The mark may have begun, and so may a character or the end of a line.
			n = max(0, len(at)-len(mark)-3)
			for n > 0 && (at[n]&0xC0 == 0x80 || at[n-1] == '\r') {
				n--
			}
		}
		if n > 0 && text != nil {
			text(x.clean(at[:n]))
		}
		x.advance(n)
		if found {
			x.advance(len(mark))
			return
		}
		if !x.more(len(x.buf)) {
			x.unfinished(what)
			return
		}
	}
}

// instruction passes a processing instruction.
func (x *xmlReader) instruction() {
	x.want(declarationSize)
	before, _, found := bytes.Cut(x.buf[x.pos:x.end], []byte("?>"))
	if found && bytes.HasPrefix(before, []byte("<?xml ")) {
		x.is11 = bytes.Contains(before, []byte(`"1.1"`)) || bytes.Contains(before, []byte(`'1.1'`))
	}
	x.advance(len("<?"))
	x.passTo("?>", "processing instruction", nil)
}

// documentType passes a document type. What it declares is not read.
func (x *xmlReader) documentType() {
	if !bytes.HasPrefix(x.buf[x.pos:x.end], []byte("<!DOCTYPE")) {
		x.fail("A <! begins neither a comment nor a CDATA section.")
		return
	}
	entities, comment, quote, depth := false, false, byte(0), 0
	for i := 1; ; i++ {
		for x.end-x.pos-i < len("<!ENTITY") && x.more(maxTag) {
		}
		if x.pos+i >= x.end {
			x.unfinished("document type")
			return
		}
		at := x.buf[x.pos+i : x.end]
		switch b := at[0]; {
		case comment:
			comment = b != '>' || !bytes.HasSuffix(x.buf[:x.pos+i], []byte("--"))
		case quote != 0:
			if b == quote {
				quote = 0
			}
		case b == '"' || b == '\'':
			quote = b
		case bytes.HasPrefix(at, []byte("<!--")):
			comment = true
		case b == '<':
			depth++
			entities = entities || bytes.HasPrefix(at, []byte("<!ENTITY"))
		case b == '>' && depth > 0:
			depth--
		case b == '>':
			if entities {
				x.in.problem(x.line, "The document type declares entities. They are not used, and nothing is opened for them.")
			}
			x.advance(i + 1)
			return
		}
	}
}

// trim removes spaces around a text as JavaScript does.
func trim(text string) string { return strings.TrimFunc(text, isSpace) }

func isSpace(r rune) bool {
	switch {
	case r == ' ', r >= '\t' && r <= '\r':
		return true
	case r < 0x80:
		return false
	default:
		return r == 0xA0 || r == 0x1680 || r >= 0x2000 && r <= 0x200A || r == 0x2028 || r == 0x2029 || r == 0x202F || r == 0x205F || r == 0x3000 || r == 0xFEFF
	}
}

func trimSpace(raw []byte) []byte { return trimSpaceRight(trimSpaceLeft(raw)) }

func trimSpaceLeft(raw []byte) []byte {
	for i, b := range raw {
		if b >= 0x80 {
			return bytes.TrimLeftFunc(raw[i:], isSpace)
		}
		if b != ' ' && (b < '\t' || b > '\r') {
			return raw[i:]
		}
	}
	return nil
}

func trimSpaceRight(raw []byte) []byte {
	for i, b := range slices.Backward(raw) {
		if b >= 0x80 {
			return bytes.TrimRightFunc(raw[:i+1], isSpace)
		}
		if b != ' ' && (b < '\t' || b > '\r') {
			return raw[:i+1]
		}
	}
	return raw[:0]
}
