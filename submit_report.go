package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/schollz/progressbar/v3"
	"golang.org/x/term"

	"github.com/runboard/runboard/api"
	"github.com/runboard/runboard/api/report"
	"github.com/runboard/runboard/api/submit"
	"github.com/runboard/runboard/web"
)

// say prints a line for a person.
func (c *console) say(format string, args ...any) {
	// There is nowhere else to say that it cannot be said.
	_, _ = fmt.Fprintf(c.stderr, format+"\n", args...)
}

// sayWait tells why nothing happens for a while.
func (c *console) sayWait(problem error, wait time.Duration) {
	c.say("%s Trying again in %s.", sentence(problem), wait.Round(100*time.Millisecond))
}

// submitReport tells of a submission while it goes on.
type submitReport struct {
	*console

	isJSON bool
	bar    *progressbar.ProgressBar
	tests  int   // Sent.
	err    error // Of printing.

	hasRead   bool // A file of a format that is known.
	hasListed bool // The formats that are.
	foreign   []*foreignFiles
}

// file tells what was read of a file.
func (r *submitReport) file(read report.Report, err error) {
	wrong, isWrong := errors.AsType[*report.Error](err)
	if foreign, ok := errors.AsType[*submit.Foreign](err); ok && !r.isJSON && r.setAside(foreign) {
		return
	}
	if isWrong {
		wrong = r.onlyOnce(wrong)
	}
	r.hasRead = r.hasRead || read.Format != ""
	if r.isJSON {
		if isWrong {
			read.Problems = append(read.Problems, report.Problem{Line: wrong.Line, Text: wrong.Text})
		}
		r.err = errors.Join(r.err, r.printJSON(read))
		return
	}
	if read.Format != "" {
		r.say("%s: %s, %s", read.File, title(read.Format), countsText(read.Counts))
	}
	for _, problem := range read.Problems {
		r.say("%s", problem.In(read.File))
	}
	if isWrong {
		r.say("%s", wrong)
	}
}

func title(name string) string {
	for _, format := range report.Formats() {
		if format.Name == name {
			return format.Title
		}
	}
	return name
}

// countsText is "12 tests: 10 passed, 2 failed".
func countsText(counts report.Counts) string {
	var parts []string
	for _, part := range []struct {
		name  string
		count int
	}{
		{"passed", counts.Passed},
		{"failed", counts.Failed},
		{"with errors", counts.Errors},
		{"skipped", counts.Skipped},
		{"untested", counts.Untested},
	} {
		if part.count > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", part.count, part.name))
		}
	}
	text := testsText(counts.Tests)
	if len(parts) > 0 {
		text += ": " + strings.Join(parts, ", ")
	}
	return text
}

func testsText(tests int) string {
	if tests == 1 {
		return "1 test"
	}
	return fmt.Sprintf("%d tests", tests)
}

// hasBar reports whether somebody watches.
func (r *submitReport) hasBar() bool {
	file, ok := r.stderr.(*os.File)
	return ok && term.IsTerminal(int(file.Fd()))
}

// begin shows a bar of so many tests.
func (r *submitReport) begin(tests int) {
	r.tellForeign()
	r.bar = progressbar.NewOptions(tests,
		progressbar.OptionSetWriter(r.stderr), progressbar.OptionSetDescription("Sending"), progressbar.OptionShowCount(),
		progressbar.OptionThrottle(100*time.Millisecond), progressbar.OptionClearOnFinish())
}

// wait tells why nothing happens for a while, in the place of the bar.
func (r *submitReport) wait(problem error, wait time.Duration) {
	if r.bar != nil {
		_ = r.bar.Clear() // It is drawn again with the next tests.
	}
	r.sayWait(problem, wait)
}

// sentStep is after how many tests a log gets a line.
const sentStep = 10_000

// sent tells that more tests have been taken.
func (r *submitReport) sent(tests int) {
	before := r.tests
	r.tests += tests
	switch {
	case r.bar != nil:
		r.err = errors.Join(r.err, r.bar.Set(r.tests))
	case before/sentStep != r.tests/sentStep:
		r.say("%s sent so far", testsText(r.tests))
	}
}

// end takes the bar away, and tells how many tests have been taken.
func (r *submitReport) end(result submit.Result) {
	if r.bar != nil {
		r.err = errors.Join(r.err, r.bar.Clear())
	}
	r.tellForeign()
	if result.RunID != 0 {
		r.say("%s sent", testsText(result.Tests))
	}
}

// submitted is the last line of --json.
type submitted struct {
	Run         int64    `json:"run"`
	Link        string   `json:"link"`
	Tests       int      `json:"tests"`
	Unconfirmed []string `json:"unconfirmed,omitempty"`
	Spool       string   `json:"spool,omitempty"`
}

// printResult prints the number of a run and its address, and is what became of
// the submission.
func (c *console) printResult(result submit.Result, isJSON bool) error {
	var err error
	switch {
	case result.RunID == 0:
	case isJSON:
		err = c.printJSON(submitted{result.RunID, result.Link, result.Tests, result.Unconfirmed, result.Spool})
	default:
		err = c.print(fmt.Sprintf("%d\n%s", result.RunID, result.Link))
	}
	for _, doubt := range result.Unconfirmed {
		c.say("Not confirmed: %s", doubt)
	}
	if result.Spool != "" {
		return errors.Join(err, fmt.Errorf("%s What is left is kept: runboard submit --resume %s", sentence(result.Away), web.Quote(result.Spool)))
	}
	if len(result.Unconfirmed) > 0 {
		err = errors.Join(err, errors.New("the server cannot tell whether it has taken everything"))
	}
	return err
}

func (c *console) printJSON(value any) error {
	text, err := json.Marshal(value)
	if err != nil {
		return err
	}
	return c.print(string(text))
}

// sentence is an error without what is for a log.
func sentence(err error) string {
	if problem, ok := errors.AsType[*api.Error](err); ok {
		return problem.Message
	}
	return err.Error()
}
