package safe

import (
	"errors"
	"io"
	"slices"
	"strings"

	"golang.org/x/net/html"
)

// Step is one step of a test: contract 6.5.
type Step struct {
	Status  string // As the client named it, such as "passed"; "" for none.
	Content Markup
	Parts   []Part // What the step consists of beside its content.
}

// Part is a named part of a step, such as "Expected".
type Part struct {
	Name    string
	Content Markup
}

// The elements of a list of steps.
const (
	stepsElement = "test-steps"
	stepElement  = "test-step"
	partElement  = "test-step-subfield"
)

// Steps reads a list of steps out of the value of a field: contract 6.5. The
// value may have been cut anywhere, within a tag too; what is left of the last
// step counts. Clients write texts into it as they are, so that what is no
// markup that HTML keeps stays readable as text. Rest is the value without the
// steps, not yet sanitised; it is all of it when there are none.
func Steps(raw string) (steps []Step, rest string) {
	r := stepReader{tokens: html.NewTokenizer(strings.NewReader(raw))}
	for r.next() {
	}
	if !errors.Is(r.tokens.Err(), io.EOF) || len(r.steps) == 0 {
		return nil, raw
	}
	r.endStep()
	return r.steps, strings.TrimSpace(r.rest.String())
}

// stepReader collects what stands within the elements that it is in.
type stepReader struct {
	tokens         *html.Tokenizer
	steps          []Step
	isIn, isInPart bool // Within a step, and within a part of it.
	content, part  strings.Builder
	rest           strings.Builder
}

// next reads one token. It reports false at the end.
func (r *stepReader) next() bool {
	kind := r.tokens.Next()
	// A step that speaks of <title> or <script> must not swallow those after it.
	r.tokens.NextIsNotRawText()
	raw := string(r.tokens.Raw())
	switch kind {
	case html.ErrorToken:
		return false
	case html.TextToken:
		r.write(raw)
	case html.StartTagToken, html.SelfClosingTagToken, html.EndTagToken:
		token := r.tokens.Token()
		switch token.Data {
		case stepsElement, stepElement, partElement:
			r.turn(token)
		default:
			r.write(readable(token.Data, raw))
		}
	case html.CommentToken, html.DoctypeToken:
		r.write(html.EscapeString(raw))
	}
	return true
}

// readable is a tag that HTML keeps, or a text that looks like the tag.
func readable(element, raw string) string {
	if slices.Contains(elements, element) {
		return raw
	}
	return html.EscapeString(raw)
}

// turn begins or ends a step, or a part of one.
func (r *stepReader) turn(token html.Token) {
	isEnd := token.Type == html.EndTagToken
	switch {
	case token.Data == partElement && r.isIn && !isEnd:
		r.endPart()
		last := &r.steps[len(r.steps)-1]
		last.Parts = append(last.Parts, Part{Name: attribute(token, "name")})
		r.isInPart = true
	case token.Data == partElement:
		r.endPart()
	default:
		r.endStep()
		if token.Data == stepElement && !isEnd {
			r.steps = append(r.steps, Step{Status: attribute(token, "status")})
			r.isIn = true
		}
	}
}

func (r *stepReader) write(text string) {
	switch {
	case r.isInPart:
		r.part.WriteString(text)
	case r.isIn:
		r.content.WriteString(text)
	default:
		r.rest.WriteString(text)
	}
}

func (r *stepReader) endPart() {
	if r.isInPart {
		parts := r.steps[len(r.steps)-1].Parts
		parts[len(parts)-1].Content = HTML(strings.TrimSpace(r.part.String()))
	}
	r.part.Reset()
	r.isInPart = false
}

func (r *stepReader) endStep() {
	r.endPart()
	if r.isIn {
		r.steps[len(r.steps)-1].Content = HTML(strings.TrimSpace(r.content.String()))
	}
	r.content.Reset()
	r.isIn = false
}

func attribute(token html.Token, name string) string {
	for _, a := range token.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}
