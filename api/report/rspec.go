package report

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/runboard/runboard/api"
)

// rspecFormat is what RSpec's json formatter writes.
func rspecFormat() format {
	return format{
		name: "rspec", title: "RSpec JSON",
		sniff: func(o *opening) bool {
			return !o.array && o.has("examples") && (o.has("summary_line") || o.says("full_description"))
		},
		read: func(in *input) {
			r := &rspecReader{in: in, json: in.json(), ids: map[string][]string{}}
			for r.json.more() {
				r.json.members(r.file)
				r.release()
				clear(r.ids)
				r.size = 0
			}
		},
	}
}

// rspecReader reads one file.
type rspecReader struct {
	in   *input
	json *jsonReader

	held heldTests           // Until it is known how many examples have their names.
	ids  map[string][]string // Of the examples, by their keys.
	size int                 // Of ids, in bytes.
}

// maxRSpecIDs is how much is kept to tell examples apart, in bytes.
const maxRSpecIDs = 20 << 20

// rspecExample is what is gathered of an example in the order of the file.
type rspecExample struct {
	test

	place                  string // What RSpec calls its id: its file, and its number in each group.
	full, state            string
	pending                string
	message, trace, raised string
}

func (r *rspecReader) file(name string) {
	switch name {
	case "examples":
		r.json.items(r.example)
	case "summary":
		r.summary()
	case "messages":
		r.json.items(func() {
			line := r.json.line()
			if text := oneLine(r.json.text()); strings.HasPrefix(text, "An error occurred") {
				r.in.problem(line, "RSpec says: "+text)
			}
		})
	}
}

func (r *rspecReader) summary() {
	r.json.members(func(name string) {
		line := r.json.line()
		switch name {
		case "duration":
			if value, ok := r.json.number(); ok {
				if elapsed := micros(value * 1e6); elapsed != nil {
					r.in.state(*elapsed)
				}
			}
		case "errors_outside_of_examples_count":
			if errors := count(r.json.text()); errors != nil && *errors > 0 {
				r.in.problem(line, fmt.Sprintf("RSpec tells of errors outside of examples (%d); results are missing.", *errors))
			}
		}
	})
}

func (r *rspecReader) example() {
	line := r.json.line()
	var e rspecExample
	r.json.members(func(name string) {
		switch name {
		case "id":
			e.place = r.json.text()
		case "description":
			e.name = r.json.text()
		case "full_description":
			e.full = r.json.text()
		case "status":
			e.state = r.json.text()
		case "file_path":
			e.file = strings.TrimPrefix(r.json.text(), "./")
		case "line_number":
			e.line = count(r.json.text())
		case "run_time":
			if value, ok := r.json.number(); ok {
				e.elapsed = micros(value * 1e6)
			}
		case "pending_message":
			e.pending = r.json.text()
		case "exception":
			r.exception(&e)
		case "screenshot": // Of capybara-screenshot.
			r.json.members(func(name string) { e.addAttachment(name, r.json.text(), "") })
		}
	})
	if r.json.failed() {
		return // It is not whole.
	}
	r.assemble(&e, line)
	r.add(&e)
}

// add holds an example until those of the same name are known: they may come in
// random order.
func (r *rspecReader) add(e *rspecExample) {
	r.in.count(&e.test)
	sent := e.result()
	if e.place == "" { // RSpec before 3.3; examples came in the order of the file.
		e.place = fmt.Sprintf("[%d]", r.in.report.Tests)
	}
	const overhead = 200 // Of the key and its entry.
	if r.size += overhead + len(e.place); r.size <= maxRSpecIDs {
		r.ids[sent.Key] = append(r.ids[sent.Key], e.place)
	}
	if !r.held.add(heldTest{Of: e.place, Name: e.folder + "." + e.name, Test: sent}) {
		r.release()
	}
}

// release sends what is held. Examples of one name, as a loop makes them, are
// numbered by their places, but for the first of them; in a file that is too
// large to be held, by those that are known until there.
func (r *rspecReader) release() {
	for key, places := range r.ids {
		slices.SortFunc(places, comparePlaces)
		r.ids[key] = slices.Compact(places)
	}
	r.held.release(func(held heldTest) {
		places := r.ids[held.Test.Key]
		if at, found := slices.BinarySearchFunc(places, held.Of, comparePlaces); found && at > 0 {
			number := fmt.Sprintf(" #%d", at+1)
			held.Test.Name = cutShort(held.Test.Name + number)
			held.Test.Key = hashed(held.Name + number)
		}
		r.in.send(held.Test)
	})
}

// comparePlaces orders ids such as "./spec/cart_spec.rb[1:2:10]".
func comparePlaces(a, b string) int {
	fileA, numbersA, _ := strings.Cut(a, "[")
	fileB, numbersB, _ := strings.Cut(b, "[")
	if order := cmp.Compare(fileA, fileB); order != 0 {
		return order
	}
	for numbersA != "" && numbersB != "" {
		var first, second string
		first, numbersA, _ = strings.Cut(strings.TrimSuffix(numbersA, "]"), ":")
		second, numbersB, _ = strings.Cut(strings.TrimSuffix(numbersB, "]"), ":")
		// Of numbers the longer one is the larger one.
		if order := cmp.Or(cmp.Compare(len(first), len(second)), cmp.Compare(first, second)); order != 0 {
			return order
		}
	}
	return cmp.Compare(len(numbersA), len(numbersB))
}

func (r *rspecReader) exception(e *rspecExample) {
	r.json.members(func(name string) {
		switch name {
		case "class":
			e.raised = r.json.text()
		case "message":
			e.message = r.json.text()
		case "backtrace":
			e.trace = r.json.joined("\n")
		}
	})
}

// assemble gives an example its outcome and its group: the descriptions around it.
func (r *rspecReader) assemble(e *rspecExample, line int) {
	switch e.state {
	case "passed", "failed":
		e.status = e.state
	case "pending":
		e.status = skipped
	default:
		e.status = untested
		r.in.problem(line, fmt.Sprintf("The status %q is none of RSpec; the example counts as untested.", shorten(e.state)))
	}
	group, ok := strings.CutSuffix(e.full, e.name)
	if e.name == "" || !ok {
		group, e.name = "", e.full
	}
	if e.folder = trim(group); e.folder == "" {
		e.folder = e.file
	}
	e.name = orUnnamed(trim(e.name))
	if e.status == skipped {
		e.addReason(e.status, e.pending, "", "")
		e.addField(api.FieldConsole, "Expected failure", joined(e.message, e.trace))
		return
	}
	e.addReason(e.status, e.message, e.trace, e.raised)
}
