package report

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/runboard/runboard/api"
)

// beforeKnown is what stands before the formats that are known, where a file is none.
const beforeKnown = " Known are: "

// ErrUnknown is in the error for a file of no known format, an empty one, and for
// what is no file, such as a link that is not followed.
var ErrUnknown = errors.New("no known format")

// ErrEmpty is in the error for a file that ends before it tells what it is, as that
// of a test runner that broke down does. It is an ErrUnknown.
var ErrEmpty = fmt.Errorf("nothing to go by: %w", ErrUnknown)

// Options say how files are read. The zero value maps JUnit as the Testmo CLI
// does (contract 6), so that history continues when the client changes.
type Options struct {
	// Extended reads of JUnit also what the Testmo CLI leaves out: the outcome of
	// cases that have only a status or result attribute, times with exponents and
	// thousands, and failures of whole suites, which become a test each. So do those
	// of Go packages, which are only told otherwise.
	Extended bool
}

// Counts are how many tests a file holds, by what it says of them. A test of
// several attempts counts once.
type Counts struct {
	Tests    int `json:"tests"`
	Passed   int `json:"passed"`
	Failed   int `json:"failed"`
	Errors   int `json:"errors"`
	Skipped  int `json:"skipped"`
	Untested int `json:"untested"` // Did not run, or did not end.
}

// Report is what there is to say about a file beside its tests.
type Report struct {
	File   string `json:"file"`
	Format string `json:"format"` // As in Formats; "" when it is not known.
	Counts
	Attempts int       `json:"attempts"` // Emitted beyond Tests: further attempts of the same tests.
	Elapsed  int64     `json:"elapsed"`  // Microseconds: what the file states for the whole of it, else the sum of its tests.
	Problems []Problem `json:"problems"` // At most 20 and a last one that says how many more there are.
}

// Problem is something in a file that was not read as it stands there, though
// the file could be read.
type Problem struct {
	File  string `json:"file,omitempty"` // That it is about; "" for that of the report.
	Line  int    `json:"line"`           // From 1; 0 when it is about the whole file.
	Text  string `json:"text"`           // A sentence.
	Minor bool   `json:"minor"`          // No result is missing or doubtful.
}

// In is the problem as an error in a file, unless it is about another one.
func (p *Problem) In(file string) *Error {
	return &Error{File: cmp.Or(p.File, file), Line: p.Line, Text: p.Text}
}

// Error says why a file could not be read, or not to its end. Tests that were
// emitted before stay valid.
type Error struct {
	File string
	Line int    // From 1; 0 when it is about the whole file.
	Text string // A sentence without its file and line.
	Err  error  // What the system said, or ErrUnknown; may be nil.
}

// Error is a sentence that names the file and the line.
func (e *Error) Error() string {
	if e.Line > 0 {
		return fmt.Sprintf("%s, line %d: %s", e.File, e.Line, e.Text)
	}
	return e.File + ": " + e.Text
}

// Brief is the error without the formats that are known, which are to be told once at most.
func (e *Error) Brief() *Error {
	brief := *e
	brief.Text, _, _ = strings.Cut(e.Text, beforeKnown)
	return &brief
}

// Unwrap is the cause.
func (e *Error) Unwrap() error { return e.Err }

// Read reads one result file, packed by gzip or not, and calls emit with each
// test, in the order of the file but for nested JUnit suites, which come before
// the cases of the suite around them (contract 6.2). name is how messages call
// the file; nothing is opened by it.
//
// The error is that of emit or ctx as it is, or an *Error; the report then
// tells what was read until there. Archives need ReadFile.
func Read(ctx context.Context, name string, file io.Reader, options Options, emit func(api.NewTest) error) (Report, error) {
	in, format, err := open(ctx, name, file, options, emit)
	if err != nil {
		return Report{File: name, Problems: []Problem{}}, err
	}
	in.report.Format = format.name
	format.read(in)
	return in.finish()
}
