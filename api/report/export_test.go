package report

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"

	"github.com/runboard/runboard/api"
)

// XMLEvents are the elements and texts of an XML text as formats are given them:
// "<name", "@attribute=value", and at the end of each element its text with a
// quote before it, and ">".
func XMLEvents(data []byte) ([]string, Report, error) {
	in := &input{ctx: context.Background(), emitTo: func(api.NewTest) error { return nil }}
	x := newXML(in, bytes.NewReader(data))
	var events []string
	var each func(name string)
	each = func(name string) {
		events = append(events, "<"+name)
		for _, a := range x.attributes {
			events = append(events, "@"+a.name+"="+a.value())
		}
		text := x.mixed(each)
		if text != "" {
			events = append(events, `"`+text)
		}
		events = append(events, ">")
	}
	x.root(each)
	return events, in.report, in.err
}

// JSONEvents are the values of a JSON file as formats are given them: "{name" and
// "[" with their ends, "name=text" for what has a text, the number of its line before each.
func JSONEvents(file io.Reader) ([]string, error) {
	in := &input{ctx: context.Background(), text: bufio.NewReader(file), emitTo: func(api.NewTest) error { return nil }}
	j := in.json()
	var events []string
	var value func(name string)
	value = func(name string) {
		at := fmt.Sprintf("%d %s", j.line(), name)
		switch kind := j.next(); {
		case kind == '{':
			events = append(events, at+"{")
			j.members(value)
			events = append(events, "}")
		case kind == '[':
			events = append(events, at+"[")
			j.items(func() { value("") })
			events = append(events, "]")
		case kind == 'n':
			events = append(events, at+"null") // It is left to be skipped.
		case kind != 0:
			events = append(events, at+"="+j.text())
		}
	}
	for j.more() {
		if value(""); j.next() == 'n' {
			j.skip()
		}
	}
	return events, in.err
}

// JSONJoined is joined of the first member of a JSON object.
func JSONJoined(text string) (string, error) {
	j, apart := new(input).jsonText(text)
	var all string
	j.members(func(string) { all = j.joined(", ") })
	return all, apart.err
}

// JSONText is text of a JSON text.
func JSONText(file io.Reader) (string, error) {
	in := &input{ctx: context.Background(), text: bufio.NewReader(file)}
	text := in.json().text()
	return text, in.err
}

// Lines are the lines of a file, each with its number before it, and with a "…" if it is cut.
func Lines(file io.Reader) ([]string, int, error) {
	in := &input{ctx: context.Background(), text: bufio.NewReader(file)}
	l := in.lines()
	var all []string
	for l.next() {
		line := fmt.Sprintf("%d %s", l.number, l.text)
		if l.cut {
			line += "…"
		}
		all = append(all, line)
	}
	return all, l.number, in.err
}

// Seconds is seconds, -1 for nil.
func Seconds(text string) int64 { return known(seconds(text)) }

// PlainSeconds is plainSeconds, -1 for nil.
func PlainSeconds(text string) int64 { return known(plainSeconds(text)) }

// Clock is clock, -1 for nil.
func Clock(text string) int64 { return known(clock(text)) }

func known(value *int64) int64 {
	if value == nil {
		return -1
	}
	return *value
}
