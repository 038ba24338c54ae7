package report

import (
	"bytes"
	"slices"
	"strings"

	"github.com/go-json-experiment/json/jsontext"
)

// opening is what the first bytes of a file tell about it.
type opening struct {
	text string // UTF-8, at most openingSize or longOpening, so it may end anywhere.

	root       string            // Of XML: the root element without its prefix; "" for anything else.
	attributes map[string]string // Of the root, such as "xmlns".
	elements   []string          // Of XML: the elements after the root, in the order of the file, at most 16.

	// Of JSON: the names of the members of the first object, as far as they are
	// within the text. For an array that is its first element; for lines of JSON the first line.
	members map[string]bool
	array   bool // Of JSON: it begins with an array.
}

const openingElements = 16

func newOpening(head []byte) *opening {
	o := &opening{text: string(head), attributes: map[string]string{}, members: map[string]bool{}}
	switch begin := bytes.TrimLeft(head, " \t\r\n"); {
	case len(begin) == 0:
	case begin[0] == '<':
		o.readXML(begin)
	case begin[0] == '{' || begin[0] == '[':
		o.readJSON(begin)
	}
	return o
}

// isBeyond reports whether it is XML, and too short for the first tag: before that
// may stand a document type and comments of any length.
func (o *opening) isBeyond() bool {
	return o.root == "" && len(o.text) == openingSize && strings.HasPrefix(strings.TrimLeft(o.text, " \t\r\n"), "<")
}

// readXML looks at the first elements, as far as they can be read.
func (o *opening) readXML(head []byte) {
	x := newXML(&input{}, bytes.NewReader(head))
	var look func(name string)
	look = func(name string) {
		if len(o.elements) == openingElements {
			x.fail("That is enough.")
			return
		}
		o.elements = append(o.elements, name)
		x.children(look)
	}
	x.root(func(name string) {
		o.root = name
		for _, attribute := range x.attributes {
			o.attributes[attribute.name] = attribute.value()
		}
		x.children(look)
	})
}

// readJSON looks at the members of the first object, as far as they can be read.
func (o *opening) readJSON(head []byte) {
	tokens := jsontext.NewDecoder(bytes.NewBuffer(head), jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))
	if tokens.PeekKind() == '[' {
		o.array = true
		_, _ = tokens.ReadToken() // It has been peeked at.
	}
	if tokens.PeekKind() != '{' {
		return
	}
	_, _ = tokens.ReadToken() // It has been peeked at.
	for tokens.PeekKind() == '"' {
		name, err := tokens.ReadToken()
		if err != nil {
			return
		}
		o.members[name.String()] = true
		if tokens.SkipValue() != nil {
			return
		}
	}
}

// has reports whether the first object has all of these members.
func (o *opening) has(names ...string) bool {
	for _, name := range names {
		if !o.members[name] {
			return false
		}
	}
	return len(names) > 0
}

// holds reports whether one of these elements follows the root.
func (o *opening) holds(elements ...string) bool {
	return slices.ContainsFunc(o.elements, func(element string) bool { return slices.Contains(elements, element) })
}

// says reports whether all of these are names of members somewhere in it, as
// far as can be told without reading it.
func (o *opening) says(names ...string) bool {
	for _, name := range names {
		if !strings.Contains(o.text, `"`+name+`"`) {
			return false
		}
	}
	return true
}
