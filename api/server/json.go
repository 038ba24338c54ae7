package server

import (
	"bytes"
	"errors"
	"fmt"
	"io"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/runboard/runboard/api"
)

// parser takes a JSON text apart, value by value, in the way that its callers
// ask for. Unlike decoding into a struct, that compares names exactly, and hands
// out each name as often as it is given. What it is given must be valid UTF-8.
//
// After the first mistake nothing follows: next is 0, and the rest is empty.
type parser struct {
	tokens *jsontext.Decoder
	err    error // The first mistake.
}

func newParser(data []byte) parser {
	// Half a character, escaped, is what clients leave when they cut a text.
	return parser{tokens: jsontext.NewDecoder(bytes.NewBuffer(data), jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))}
}

// end stops the parsing.
func (p *parser) end(err error) {
	if p.err == nil {
		p.err = err
	}
}

// malformed ends the parsing because of what the decoder has found.
func (p *parser) malformed(err error) {
	at, reason := p.tokens.InputOffset(), err
	if wrong, ok := errors.AsType[*jsontext.SyntacticError](err); ok {
		at, reason = wrong.ByteOffset, wrong.Err
	}
	if errors.Is(err, io.ErrUnexpectedEOF) {
		reason = errors.New("it ends too early")
	}
	p.end(&api.Error{Kind: api.KindMalformed, Message: fmt.Sprintf("The body is not valid JSON at byte %d: %v.", at, reason)})
}

// next is the kind of what follows, 0 at the end.
func (p *parser) next() jsontext.Kind {
	if p.err != nil {
		return 0
	}
	return p.tokens.PeekKind()
}

// token passes what follows.
func (p *parser) token() jsontext.Token {
	if p.err != nil {
		return jsontext.Null
	}
	token, err := p.tokens.ReadToken()
	if err != nil {
		p.malformed(err)
		return jsontext.Null
	}
	return token
}

// finish makes sure that nothing follows.
func (p *parser) finish() {
	if p.err != nil {
		return
	}
	switch _, err := p.tokens.ReadToken(); {
	case err == nil:
		p.malformed(errors.New("something follows the object"))
	case !errors.Is(err, io.EOF):
		p.malformed(err)
	}
}

// members passes an object. It calls each with every name; each must pass the value.
func (p *parser) members(each func(name string)) {
	p.elements('}', func(int) {
		if name := p.token(); p.err == nil {
			each(name.String())
		}
	})
}

// items passes an array. It calls each for every element, which each must pass.
func (p *parser) items(each func(i int)) { p.elements(']', each) }

func (p *parser) elements(end jsontext.Kind, each func(i int)) {
	p.token()
	for i := 0; p.err == nil && p.next() != end; i++ {
		each(i)
	}
	p.token()
}

// skip passes a value of any kind.
func (p *parser) skip() {
	if p.err != nil {
		return
	}
	if err := p.tokens.SkipValue(); err != nil {
		p.malformed(err)
	}
}
