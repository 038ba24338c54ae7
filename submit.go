package main

import (
	"errors"
	"fmt"
	"os"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"

	"github.com/runboard/runboard/api"
	"github.com/runboard/runboard/api/report"
	"github.com/runboard/runboard/api/submit"
)

type submitCommand struct {
	Files    submitFiles `cmd:"" default:"withargs" help:"Send result files as one run. This is the default."`
	Create   createRun   `cmd:"" help:"Make a run for jobs that run side by side, and print its number."`
	Thread   sendThread  `cmd:"" aliases:"submit-thread" help:"Send result files as one thread of a run that create has made."`
	Complete completeRun `cmd:"" help:"End a run that create has made."`
}

// readFlags say what is read, and how.
type readFlags struct {
	serverFlags
	moreFlags

	Parallel int      `default:"1" placeholder:"THREADS" help:"Send to so many threads at the same time, 16 at most (${default})."`
	Extended bool     `help:"Read of JUnit files also what the Testmo CLI leaves out."`
	Strict   bool     `help:"Send nothing unless every file can be read to its end and is whole."`
	DryRun   bool     `help:"Read the files and send nothing."`
	JSON     bool     `name:"json" help:"Print one JSON object a file, and one for the run."`
	File     []string `arg:"" optional:"" help:"Result files, archives and folders, or patterns of them such as 'results/**/*.xml'. What follows -- is a command that is run first."`
}

type submitFiles struct {
	runFlags
	readFlags

	RunID  int64  `name:"run-id" placeholder:"NUMBER" help:"Send a thread of this run instead of a run."`
	Resume string `placeholder:"FILE" help:"Send what is left of a submission, which an earlier one has kept; further files may follow."`

	OtherToken bool `help:"With --resume: go on with another token, though what was on its way may be taken twice."`
}

// Run prints the number of the run and its address, and is as good as the
// command that it ran.
func (s *submitFiles) Run(c *console) error {
	if s.Resume != "" {
		return s.resume(c)
	}
	build := submit.FindBuild(submit.Environment(c.env), os.ReadFile)
	sub := submit.Submission{RunID: s.RunID}
	if more := s.attachments(); s.RunID != 0 {
		if s.Name+s.Source+s.Config+s.Milestone+strings.Join(s.Tag, "") != "" {
			c.say("--name, --source, --config, --milestone and --tag are those of a run that is made; run %d keeps what it has.", s.RunID)
		}
		s.toThread(&sub, build)
	} else if run, err := s.run(build, more); err == nil {
		sub.Run = run
	} else if !s.DryRun {
		return err
	}
	return s.submit(c, sub)
}

// resume finishes what earlier submissions have begun.
func (s *submitFiles) resume(c *console) error {
	if err := c.noCommand("--resume"); err != nil {
		return err
	}
	if s.DryRun || s.RunID != 0 {
		return usageError{errors.New("--resume sends what was kept, where it belongs: --dry-run and --run-id are for files")}
	}
	options, err := s.options(c)
	if err != nil {
		return err
	}
	if _, err := s.server(options); err != nil {
		return err
	}
	if s.URL != c.env["RUNBOARD_URL"] { // That is about new submissions; a spool knows its server.
		options.Address = s.URL
	}
	options.OtherToken = s.OtherToken
	var all error
	spools := append([]string{s.Resume}, s.File...)
	for i, spool := range spools {
		if slices.Contains(spools[:i], spool) {
			continue
		}
		result, err := submit.Resume(c.ctx, spool, options)
		if errors.Is(err, submit.ErrOtherToken) {
			err = fmt.Errorf("%w. Give the first one, or --other-token if that does not matter", err)
		}
		all = errors.Join(all, c.printResult(result, s.JSON), err)
	}
	return all
}

// noCommand refuses a command that would not be run.
func (c *console) noCommand(with string) error {
	if len(c.command) == 0 {
		return nil
	}
	return usageError{fmt.Errorf("no command is run with %s: leave out what follows --", with)}
}

type sendThread struct {
	readFlags

	RunID int64 `name:"run-id" required:"" placeholder:"NUMBER" help:"The run that create has printed."`
}

// Run prints the number of the run and its address, and is as good as the
// command that it ran.
func (s *sendThread) Run(c *console) error {
	sub := submit.Submission{RunID: s.RunID}
	s.toThread(&sub, submit.FindBuild(submit.Environment(c.env), os.ReadFile))
	return s.submit(c, sub)
}

// toThread gives the thread of a run what there is, but links, which only a run
// has: contract 2.8.
func (r *readFlags) toThread(sub *submit.Submission, build submit.Build) {
	more := r.attachments()
	sub.More.Links = more.Links
	sub.Thread.Fields, sub.Thread.Artifacts = more.Fields, more.Artifacts
	build.DescribeThread(&sub.Thread)
}

// gcPercent keeps the memory small, which matters more on a machine that builds
// than a tenth of a second.
const gcPercent = 25

// mostThreads is how many requests at once a server may be asked to bear.
const mostThreads = 16

// submit runs a command, if there is one, and sends what it has left.
func (r *readFlags) submit(c *console, sub submit.Submission) error {
	if len(r.File)+len(c.command) == 0 {
		return usageError{errors.New(`expected "<file> ..."`)}
	}
	show := &submitReport{console: c, isJSON: r.JSON}
	if r.Parallel < 1 || r.Parallel > mostThreads {
		return usageError{fmt.Errorf("--parallel must be 1 to %d", mostThreads)}
	}
	sub.IsStrict, sub.Threads = r.Strict, r.Parallel
	sub.Files = submit.Files{Patterns: r.File, Options: report.Options{Extended: r.Extended}, OnFile: show.file}
	if r.DryRun {
		if err := c.noCommand("--dry-run"); err != nil {
			return err
		}
		read, err := sub.Files.Check(c.ctx)
		show.tellForeign()
		return errors.Join(show.err, err, read.Err())
	}
	options, err := r.options(c)
	if err != nil {
		return err
	}
	options.OnSent, options.OnWait = show.sent, show.wait
	server, err := r.server(options)
	if err != nil {
		return err
	}
	ctx, outcome, err := c.execute()
	if err != nil {
		return err
	}
	if len(c.command) > 0 {
		outcome.Note(&sub.Thread)
		if code := strconv.Itoa(outcome.ExitCode); outcome.ExitCode != 0 {
			sub.Thread.Fields = append(sub.Thread.Fields, api.Field{Type: api.FieldString, Name: "Exit code", Value: &code, IsHighlight: true})
		}
	}
	if show.hasBar() {
		sub.OnTotal = show.begin
	}
	debug.SetGCPercent(gcPercent)
	var stop func() bool
	sub.Abort, stop = again(ctx)
	defer stop()
	result, read, err := server.Submit(ctx, sub)
	show.end(result)
	err = errors.Join(show.err, err, read.Err(), c.printResult(result, r.JSON))
	if outcome.ExitCode != 0 {
		return commandError{err, outcome.ExitCode}
	}
	return err
}

// cutCommand takes the command that follows -- off the arguments of submit, for
// which kong has no place.
func cutCommand(args []string) (before, command []string) {
	at := slices.Index(args, "--")
	if at < 0 || args[1] != "submit" {
		return args, nil
	}
	return args[:at], args[at+1:]
}

// commandError has the exit code of a command that was run. It wraps what else
// went wrong, or nil.
type commandError struct {
	error
	code int
}

func (e commandError) Error() string {
	text := fmt.Sprintf("the command ended with exit code %d", e.code)
	if e.error != nil {
		text += ", and " + e.error.Error()
	}
	return text
}

func (e commandError) Unwrap() error { return e.error }

// ExitCode is that of the command.
func (e commandError) ExitCode() int { return e.code }

type createRun struct {
	serverFlags
	runFlags
	moreFlags
}

// Run prints the number of the run alone, for the other commands.
func (r *createRun) Run(c *console) error {
	if err := c.noCommand("create"); err != nil {
		return err
	}
	run, err := r.run(submit.FindBuild(submit.Environment(c.env), os.ReadFile), r.attachments())
	if err != nil {
		return err
	}
	options, err := r.options(c)
	if err != nil {
		return err
	}
	server, err := r.server(options)
	if err != nil {
		return err
	}
	result, err := server.Create(c.ctx, run)
	if err != nil {
		return err
	}
	c.say("%s", result.Link)
	return c.print(strconv.FormatInt(result.RunID, 10))
}

type completeRun struct {
	serverFlags
	moreFlags

	RunID            int64 `name:"run-id" required:"" placeholder:"NUMBER" help:"The run that create has printed."`
	NoMeasureElapsed bool  `help:"Take the longest thread for the elapsed of the run, not the time since it was made."`
}

// Run prints the number of the run and its address.
func (r *completeRun) Run(c *console) error {
	if err := c.noCommand("complete"); err != nil {
		return err
	}
	options, err := r.options(c)
	if err != nil {
		return err
	}
	server, err := r.server(options)
	if err != nil {
		return err
	}
	result, err := server.Complete(c.ctx, r.RunID, r.attachments(), api.RunEnd{MeasureElapsed: !r.NoMeasureElapsed})
	return errors.Join(err, c.printResult(result, false))
}

// version is what the binary was built from.
func version() string {
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" {
		return strings.Trim(info.Main.Version, "()")
	}
	return "unknown"
}
