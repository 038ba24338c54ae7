package report

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/runboard/runboard/api"
)

const (
	openingSize = 64 << 10 // What a format may look at to recognise a file.
	longOpening = 1 << 20  // The same, for XML whose first element begins or ends further on.
	maxProblems = 20
)

// input is a file that is being read, and the way out for its tests.
type input struct {
	ctx     context.Context //nolint:containedctx // It ends with the file.
	options Options
	text    *bufio.Reader // UTF-8 without a mark at the beginning, as xml, json and lines read it.
	above   int           // Lines before the report, which have been passed.
	report  Report

	emitTo   func(api.NewTest) error
	total    int64  // Of the elapsed of its tests.
	stated   *int64 // Of the whole file, if it says so.
	unlisted int    // Problems beyond maxProblems.
	doubtful bool   // One of these is not minor.
	err      error  // The first mistake; of emit or ctx as it is, else an *Error.
}

// open finds out how a file is packed, written and made.
func open(ctx context.Context, name string, file io.Reader, options Options, emit func(api.NewTest) error) (*input, format, error) {
	in := &input{ctx: ctx, options: options, report: Report{File: name, Problems: []Problem{}}, emitTo: emit}
	unpacked, err := unpack(name, &patient{ctx: ctx, file: file})
	if err != nil {
		return nil, format{}, err
	}
	in.text = in.decoded(unpacked)
	head, err := in.text.Peek(openingSize)
	if err != nil && !errors.Is(err, io.EOF) {
		in.fault(err)
		return nil, format{}, in.err
	}
	o := newOpening(head)
	f, ok := recognise(o)
	if o.isBeyond() {
		in.text = bufio.NewReaderSize(in.text, longOpening)
		head, _ = in.text.Peek(longOpening) // An error comes again with the first read.
		o = newOpening(head)
		f, ok = recognise(o)
	}
	if !ok {
		f, ok = in.skipOutput(head)
	}
	if !ok {
		return nil, format{}, unknown(name, o)
	}
	return in, f, nil
}

// finish is the report when nothing more follows.
func (in *input) finish() (Report, error) {
	in.report.Elapsed = in.total
	if in.stated != nil {
		in.report.Elapsed = *in.stated
	}
	if in.unlisted > 0 {
		in.report.Problems = append(in.report.Problems, Problem{Text: fmt.Sprintf("And %d more like these.", in.unlisted), Minor: !in.doubtful})
	}
	return in.report, in.err
}

// emit counts a test and sends it on. After a mistake it does nothing.
func (in *input) emit(t *test) {
	in.count(t)
	in.send(t.result())
}

// send sends on a test that has been counted.
func (in *input) send(sent api.NewTest) {
	if in.err == nil || in.isOurs() {
		if err := in.emitTo(sent); err != nil {
			in.err = err
		}
	}
}

// isOurs reports whether reading ended with a mistake in the file, after which
// what was whole before it is still wanted.
func (in *input) isOurs() bool {
	_, ok := errors.AsType[*Error](in.err)
	return ok
}

func (in *input) count(t *test) {
	if t.attempt {
		in.report.Attempts++
		return
	}
	status := t.status
	if t.unrun {
		status = untested
	}
	in.report.Tests++
	*in.counter(status)++
	if t.elapsed != nil {
		in.total = addElapsed(in.total, *t.elapsed)
	}
}

// recount takes a test that was counted for an attempt, since one more has come.
func (in *input) recount(status string) {
	in.report.Tests--
	*in.counter(status)--
	in.report.Attempts++
}

func (in *input) counter(status string) *int {
	switch c := &in.report.Counts; status {
	case untested:
		return &c.Untested
	case passed:
		return &c.Passed
	case errored:
		return &c.Errors
	case skipped:
		return &c.Skipped
	default:
		return &c.Failed
	}
}

// state sets the elapsed of the whole file, in microseconds.
func (in *input) state(elapsed int64) { in.stated = &elapsed }

// fail ends the reading with a sentence about a line; the first one counts.
func (in *input) fail(line int, text string) {
	if in.err == nil {
		in.err = &Error{File: in.report.File, Line: line, Text: text}
	}
}

// fault ends the reading because the file cannot be had.
func (in *input) fault(err error) {
	if in.err != nil {
		return
	}
	if _, ok := errors.AsType[*Error](err); ok || errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		in.err = err
		return
	}
	in.err = &Error{File: in.report.File, Text: fmt.Sprintf("It cannot be read: %v.", err), Err: err}
}

// problem notes what makes results missing or doubtful, in a sentence.
func (in *input) problem(line int, text string) { in.note(Problem{Line: line, Text: text}) }

// remark notes what was read in another way than it stands there, in a sentence.
func (in *input) remark(line int, text string) { in.note(Problem{Line: line, Text: text, Minor: true}) }

func (in *input) note(p Problem) {
	if len(in.report.Problems) < maxProblems {
		in.report.Problems = append(in.report.Problems, p)
	} else {
		in.unlisted++
		in.doubtful = in.doubtful || !p.Minor
	}
}

// patient stops reading when its context ends.
type patient struct {
	ctx  context.Context //nolint:containedctx // An io.Reader takes none.
	file io.Reader
}

func (p *patient) Read(into []byte) (int, error) {
	if err := p.ctx.Err(); err != nil {
		return 0, err
	}
	return p.file.Read(into)
}
