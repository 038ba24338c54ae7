package report

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
)

const (
	maxDepth = 64       // Of elements and of JSON.
	maxTag   = 16 << 20 // Of one tag with its attributes, in bytes.
	maxName  = 1 << 10  // Of the name of an element, in bytes.
	maxNames = 1 << 10  // Of names that are kept to be used again.
)

// xmlReader takes an XML file apart, element by element, in the way that its
// callers ask for: each passes the content of the element that it is called for,
// by children, text or mixed, or leaves it to be skipped.
//
// It is not encoding/xml, which holds a text whole, however long, and refuses
// files that real tools write: with control characters, undefined entities, or
// XML 1.1. It takes any UTF-8. Of a document type it reads nothing, and names
// from it stay as they stand. What is well-formed it reads as encoding/xml does,
// but for the trimming of texts (see text).
//
// After the first mistake nothing follows.
type xmlReader struct {
	in   *input
	from io.Reader
	buf  []byte // What has been read is buf[pos:end].
	pos  int
	end  int
	read error // Why no more can be read; io.EOF at the end.

	line       int            // Of what comes next, from 1.
	open       []string       // The elements around what comes next, with prefixes.
	deepest    int            // How many of them there may be.
	at         int            // How many of them are around the content that is to be passed next.
	begun      xmlName        // The element that began last.
	attributes []xmlAttribute // Of the element that began last.
	tag        []byte         // What the attributes point to.
	closed     bool           // The element that began last is empty, and ends next.
	names      map[string]xmlName
	is11       bool // XML 1.1, which has control characters as references.

	started bool        // The stretch of text that is being read has more than spaces.
	spaces  []byte      // Behind what has been read of it; they count only if more follows.
	joined  []byte      // Reused by piece.
	out     []byte      // Reused by decode.
	spare   []*longText // To be used again.
	told    [3]bool     // Which oddities have been noted.
}

// xmlName is the name of an element or attribute.
type xmlName struct{ full, local string }

// xmlAttribute is one attribute. It points into the tag that began last.
type xmlAttribute struct {
	name string // Without its prefix.
	raw  []byte
	of   *xmlReader
}

// xml reads the file as XML.
func (in *input) xml() *xmlReader { return newXML(in, in.text) }

func newXML(in *input, from io.Reader) *xmlReader {
	return &xmlReader{in: in, from: from, buf: make([]byte, bufferSize), line: 1 + in.above, deepest: maxDepth, names: map[string]xmlName{}}
}

// fail ends the reading with a sentence about the current line.
func (x *xmlReader) fail(text string) { x.in.fail(x.line, text) }

func (x *xmlReader) failed() bool { return x.in.err != nil }

// root passes the whole file. It calls each for the root element.
func (x *xmlReader) root(each func(name string)) { x.roots(each) }

// roots is root, but the file may be several documents behind each other, if the
// further ones have a root of one of these names.
func (x *xmlReader) roots(each func(name string), names ...string) {
	found := 0
	x.content(func(name string) {
		if found++; found > 1 && !slices.Contains(names, name) {
			x.fail("A second root element <" + shorten(name) + "> follows.")
			return
		}
		each(name)
	}, nil)
	if found == 0 {
		x.fail("It holds no element.")
	}
}

// children passes the content of the current element. It calls each with the
// name of every element directly in it, without prefix. The element's attributes
// can be asked for until each passes its content.
func (x *xmlReader) children(each func(name string)) { x.content(each, nil) }

// skip passes the content of the current element.
func (x *xmlReader) skip() { x.content(nil, nil) }

// text passes the content of the current element. It is the text directly in it,
// as the Testmo CLI reads it: without the spaces around each stretch between tags
// and CDATA sections; those within CDATA stay. Of a text that is longer than any
// that is sent the middle is missing.
func (x *xmlReader) text() string { return x.mixed(nil) }

// mixed is text, and calls each for elements, as children does.
func (x *xmlReader) mixed(each func(name string)) string {
	text := x.newText()
	x.content(each, text.write)
	read := text.String()
	x.spare = append(x.spare, text)
	return read
}

func (x *xmlReader) newText() *longText {
	last := len(x.spare) - 1
	if last < 0 {
		return &longText{}
	}
	text := x.spare[last]
	x.spare = x.spare[:last]
	text.reset()
	return text
}

// attribute is the value of an attribute of the element that began last, without
// spaces around it, "" if it has none of that name.
func (x *xmlReader) attribute(name string) string {
	for i := range x.attributes {
		if x.attributes[i].name == name {
			return x.attributes[i].value()
		}
	}
	return ""
}

// has reports whether the element that began last has an attribute.
func (x *xmlReader) has(name string) bool {
	for i := range x.attributes {
		if x.attributes[i].name == name {
			return true
		}
	}
	return false
}

func (a xmlAttribute) value() string { return string(a.of.decode(trimSpace(a.raw))) }

// content passes everything up to the end of the current element, unless that
// has been passed. Nil each skips elements, nil text their texts.
func (x *xmlReader) content(each func(name string), text func(piece []byte)) {
	depth := len(x.open)
	if depth != x.at {
		return
	}
	if x.closed {
		x.closed = false
		x.open = x.open[:depth-1]
		return
	}
	for !x.failed() {
		if !x.passText(text, depth) {
			if depth > 0 {
				x.fail("The file ends within <" + shorten(x.open[depth-1]) + ">.")
			}
			return
		}
		if x.failed() {
			return
		}
		switch x.markup(text) {
		case elementBegins:
			x.child(each)
		case elementEnds:
			return
		case nothing:
		}
	}
}

// child passes the element that has begun.
func (x *xmlReader) child(each func(name string)) {
	around := x.at
	x.at = len(x.open)
	if each != nil {
		each(x.begun.local)
	}
	x.content(nil, nil)
	x.at = around
}

// markupKind is what a piece of markup means to the content around it.
type markupKind int

const (
	nothing markupKind = iota
	elementBegins
	elementEnds
)

// markup passes one tag, comment, section or instruction, which begins at pos.
func (x *xmlReader) markup(text func([]byte)) markupKind {
	x.want(9)
	switch at := x.buf[x.pos:x.end]; {
	case bytes.HasPrefix(at, []byte("</")):
		x.endStretch()
		return x.endTag()
	case bytes.HasPrefix(at, []byte("<!--")):
		x.passTo("-->", "comment", nil)
	case bytes.HasPrefix(at, []byte("<![CDATA[")):
		x.endStretch()
		x.advance(len("<![CDATA["))
		x.passTo("]]>", "CDATA section", text)
	case bytes.HasPrefix(at, []byte("<!")):
		x.documentType()
	case bytes.HasPrefix(at, []byte("<?")):
		x.endStretch()
		x.instruction()
	default:
		x.endStretch()
		return x.beginTag()
	}
	return nothing
}

// beginTag passes a tag that begins an element.
func (x *xmlReader) beginTag() markupKind {
	length := x.tagLength()
	if length == 0 {
		return nothing
	}
	x.tag = append(x.tag[:0], x.buf[x.pos+1:x.pos+length-1]...)
	x.closed = bytes.HasSuffix(x.tag, []byte("/"))
	tag := bytes.TrimSuffix(x.tag, []byte("/"))
	end := nameLength(tag)
	if end == 0 {
		x.fail("A < is followed by no name; within a text it must be written &lt;.")
		return nothing
	}
	if len(x.open) == x.deepest {
		x.fail(fmt.Sprintf("Elements are nested more than %d deep.", x.deepest))
		return nothing
	}
	if end > maxName {
		x.fail(fmt.Sprintf("The name of an element is longer than %d bytes: <%s>", maxName, shorten(string(tag[:end]))))
		return nothing
	}
	x.begun = x.name(tag[:end])
	x.open = append(x.open, x.begun.full)
	x.readAttributes(tag[end:])
	x.advance(length)
	return elementBegins
}

// endTag passes a tag that ends an element.
func (x *xmlReader) endTag() markupKind {
	length := x.tagLength()
	if length == 0 {
		return nothing
	}
	name := bytes.TrimRight(x.buf[x.pos+2:x.pos+length-1], " \t\r\n")
	switch last := len(x.open) - 1; {
	case last < 0:
		x.fail("</" + shorten(string(name)) + "> ends an element that has not begun.")
		return nothing
	case x.open[last] != string(name):
		x.fail("<" + shorten(x.open[last]) + "> ends with </" + shorten(string(name)) + ">.")
		return nothing
	default:
		x.open = x.open[:last]
	}
	x.advance(length)
	return elementEnds
}

// readAttributes reads what follows the name in a tag.
func (x *xmlReader) readAttributes(tag []byte) {
	x.attributes = x.attributes[:0]
	for {
		rest := skipBlank(tag)
		if len(rest) == 0 {
			return
		}
		end := nameLength(rest)
		name := rest[:end]
		rest = skipBlank(rest[end:])
		if end == 0 || len(rest) == 0 || rest[0] != '=' {
			x.fail("In the tag <" + shorten(x.open[len(x.open)-1]) + "> something is no attribute: " + shorten(strings.TrimSpace(string(tag))))
			return
		}
		rest = skipBlank(rest[1:])
		if len(rest) == 0 || rest[0] != '"' && rest[0] != '\'' {
			x.fail("The attribute " + shorten(string(name)) + " has no value in quotes.")
			return
		}
		length := bytes.IndexByte(rest[1:], rest[0]) // It is there, or the tag would go on.
		x.attributes = append(x.attributes, xmlAttribute{name: x.name(name).local, raw: rest[1 : 1+length], of: x})
		tag = rest[length+2:]
	}
}

// skipBlank is the rest of a tag after what may stand between its parts.
func skipBlank(tag []byte) []byte {
	for i, b := range tag {
		if b != ' ' && b != '\n' && b != '\t' && b != '\r' {
			return tag[i:]
		}
	}
	return nil
}

// name is a name that can be kept.
func (x *xmlReader) name(raw []byte) xmlName {
	if known, ok := x.names[string(raw)]; ok {
		return known
	}
	full := string(raw)
	name := xmlName{full: full, local: full[strings.LastIndexByte(full, ':')+1:]}
	if len(x.names) < maxNames && len(full) <= maxName {
		x.names[full] = name
	}
	return name
}

// nameLength is how many bytes of a tag are its first name.
func nameLength(tag []byte) int {
	for i, b := range tag {
		switch b {
		case ' ', '\t', '\r', '\n', '=', '/', '"', '\'', '<', '>', '&':
			return i
		}
	}
	return len(tag)
}

// tagLength is the length of the tag at pos, 0 after a mistake. A > within quotes is part of it.
func (x *xmlReader) tagLength() int {
	for i, quote := 1, byte(0); ; {
		at := x.buf[x.pos+i : x.end]
		switch n := tagStop(at, quote); {
		case n < 0:
			i += len(at)
			if !x.more(maxTag) {
				x.unfinished("tag")
				return 0
			}
		case at[n] == '>':
			return i + n + 1
		case at[n] == quote:
			quote, i = 0, i+n+1
		default:
			quote, i = at[n], i+n+1
		}
	}
}

// tagStop finds the end of a quote, or of a tag, or the beginning of a quote.
func tagStop(at []byte, quote byte) int {
	if quote != 0 {
		return bytes.IndexByte(at, quote)
	}
	for i, b := range at {
		if b == '>' || b == '"' || b == '\'' {
			return i
		}
	}
	return -1
}

// unfinished ends the reading where something should go on.
func (x *xmlReader) unfinished(what string) {
	switch {
	case !errors.Is(x.read, io.EOF) && x.read != nil:
		x.in.fault(x.read)
	case x.read == nil:
		x.fail(fmt.Sprintf("A %s is longer than %d MiB.", what, maxTag>>20))
	default:
		x.fail("The file ends within a " + what + ".")
	}
}
