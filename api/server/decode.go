package server

import (
	"bytes"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/runboard/runboard/api"
)

// decoder fills objects of the contract from JSON, and collects what is wrong
// with their fields: names of the contract are compared exactly, unknown ones
// are ignored, and null is as good as nothing.
type decoder struct {
	parser

	mayImport bool
	path      []step // Where the value is that is being read.
	problems  api.Problems
	count     int // Of problems.
	total     int // Of items.
}

// How many items lists may have: each takes more memory than its text. A test has
// 24 attachments at most, and a batch 250 tests: contract 6.6.
const (
	maxTests    = 10_000
	maxAttached = 1000    // Of artifacts, fields and links of one object each, and of names in a meta.
	maxItems    = 200_000 // Of all lists in a body together.
)

// maxProblems ends the reading of a body that is wrong everywhere.
const maxProblems = 100

// step is the name of a field, or else the place of an item.
type step struct {
	name  string
	index int // -1 for a name.
}

// refuse says what is wrong with the value that is being read.
func (d *decoder) refuse(format string, args ...any) {
	if d.err != nil {
		return
	}
	words := make([]string, len(d.path))
	for i, step := range d.path {
		if words[i] = step.name; step.index >= 0 {
			words[i] = strconv.Itoa(step.index)
		}
	}
	d.problems.Add(strings.Join(words, "."), format, args...)
	if d.count++; d.count == maxProblems {
		d.end(d.problems.Err())
	}
}

// refuseKind says that a value is of the wrong kind, and passes it.
func (d *decoder) refuseKind(want string) {
	d.refuse("Must be %s.", want)
	d.skip()
}

// withinField reads the value of a field.
func (d *decoder) withinField(name string, read func()) { d.within(step{name, -1}, read) }

func (d *decoder) within(to step, read func()) {
	d.path = append(d.path, to)
	read()
	d.path = d.path[:len(d.path)-1]
}

// field is a name of the contract, and how its value is read into an object.
type field[T any] struct {
	name string
	need need
	read func(d *decoder, into *T)
}

// need says what a field is without.
type need int

const (
	optional need = iota
	required
	imported // Optional, and ignored without the scope import.
)

// decode reads a body that holds an object with some of the fields. An empty
// body is an object without any: contract 2.7.
func decode[T any](body []byte, fields []field[T], scope api.Scope) (T, error) {
	var value T
	if len(bytes.TrimSpace(body)) == 0 {
		body = []byte("{}")
	}
	d := decoder{parser: newParser(body), mayImport: scope.Includes(api.ScopeImport)}
	if d.next() != '{' {
		d.skip()
		d.finish()
		d.end(api.Refused("The body must be a JSON object."))
		return value, d.err
	}
	object(&d, fields, &value)
	d.finish()
	if d.err != nil {
		return value, d.err
	}
	if valid, ok := any(&value).(interface{ Validate(p *api.Problems) }); ok && d.count == 0 {
		valid.Validate(&d.problems)
	}
	return value, d.problems.Err()
}

// object reads an object with some of the fields, of which there are 64 at most.
func object[T any](d *decoder, fields []field[T], into *T) {
	if d.next() != '{' {
		d.refuseKind("an object")
		return
	}
	var given, filled uint64
	d.members(func(name string) {
		for i := range fields {
			if name != fields[i].name || fields[i].need == imported && !d.mayImport {
				continue
			}
			d.withinField(fields[i].name, func() {
				switch bit := uint64(1) << i; {
				case given&bit != 0:
					d.refuse("Must be given once.")
					d.skip()
				case d.next() == 'n':
					d.token()
					given |= bit
				default:
					fields[i].read(d, into)
					given, filled = given|bit, filled|bit
				}
			})
			return
		}
		d.skip()
	})
	for i := range fields {
		if fields[i].need == required && filled&(1<<i) == 0 {
			d.withinField(fields[i].name, func() { d.refuse("Is required.") })
		}
	}
}

// list reads an array that may have so many items.
func list[T any](d *decoder, most int, read func(d *decoder) T) []T {
	if d.next() != '[' {
		d.refuseKind("a list")
		return nil
	}
	var items []T
	d.items(func(i int) {
		if !d.fits(i, most) {
			d.skip()
			return
		}
		d.within(step{index: i}, func() { items = append(items, read(d)) })
	})
	return items
}

// fits counts an item of the list that is being read, and reports whether it may
// be there. Those beyond are passed and refused once.
func (d *decoder) fits(i, most int) bool {
	if i >= most {
		if i == most {
			d.refuse("Must have at most %d items.", most)
		}
		return false
	}
	d.total++
	if d.total == maxItems+1 {
		d.refuse("Has more than the %d items that a body may have in all its lists.", maxItems)
	}
	return d.total <= maxItems
}

// string reads a text and cuts it to size.
func (d *decoder) string(cut func(string) string) string {
	if d.next() != '"' {
		d.refuseKind("a text")
		return ""
	}
	text := d.token().String()
	if strings.ContainsRune(text, 0) {
		d.refuse("Must not hold the character NUL.")
	}
	return cut(text)
}

// filled reads a text that must not be empty.
func (d *decoder) filled(cut func(string) string) string {
	before := d.count
	text := d.string(cut)
	if text == "" && d.count == before {
		d.refuse("Must not be empty.")
	}
	return text
}

// The largest whole numbers: what JavaScript keeps exact. As microseconds these
// are 285 years; there are tools that write nanoseconds where seconds belong.
const (
	maxInteger = 1<<53 - 1
	maxElapsed = maxInteger
)

// integer reads a whole number within bounds. One that is written as a fraction
// or with an exponent is taken when it is whole.
func (d *decoder) integer(lowest, highest int64) int64 {
	if d.next() != '0' {
		d.refuseKind("a whole number")
		return 0
	}
	literal := d.token().String()
	n, err := strconv.ParseInt(literal, 10, 64)
	if err != nil {
		f, err := strconv.ParseFloat(literal, 64)
		if err != nil || f != math.Trunc(f) || math.Abs(f) > maxInteger {
			d.refuse("Must be a whole number from %d to %d.", lowest, highest)
			return 0
		}
		n = int64(f)
	}
	if n < lowest || n > highest {
		d.refuse("Must be a whole number from %d to %d.", lowest, highest)
	}
	return n
}

// elapsed reads microseconds.
func (d *decoder) elapsed() *int64 { return new(d.integer(0, maxElapsed)) }

// optionalInt reads a number that may be missing.
func (d *decoder) optionalInt() *int { return new(int(d.integer(0, maxInteger))) }

// id reads the id of something.
func (d *decoder) id() api.OptionalID { return api.OptionalID(d.integer(1, math.MaxInt64)) }

// bool reads true or false.
func (d *decoder) bool() bool {
	if kind := d.next(); kind != 't' && kind != 'f' {
		d.refuseKind("true or false")
		return false
	}
	return d.token().Kind() == 't'
}

// time reads an instant of the past.
func (d *decoder) time() api.Time {
	before := d.count
	text := d.string(cutShort)
	if d.count > before {
		return api.Time{}
	}
	t, err := api.ParseTime(text, time.UTC)
	if err != nil || t.Unix() <= 0 {
		d.refuse("Must be a time since 1970, such as 2026-01-02T03:04:05Z.")
		return api.Time{}
	}
	return api.NewTime(t)
}
