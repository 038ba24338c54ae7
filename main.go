// Command runboard shows a team's test automation runs in the browser and takes
// them in over Testmo's automation API. This package is its commands and flags;
// it alone reads the environment, and it must not know pages, SQL or HTTP.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"slices"
	"strings"
	"syscall"
	_ "time/tzdata" // For machines without a database of time zones.

	"github.com/alecthomas/kong"

	"github.com/runboard/runboard/api"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := run(ctx, os.Args, os.Environ(), os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}

// The ways to end.
const (
	exitGood   = 0
	exitFailed = 1 // What was asked for could not be done.
	exitUsage  = 2 // It could not even begin: a flag, the data folder, the address.
)

// commands are all commands and their flags.
type commands struct {
	Serve   serveCommand   `cmd:"" default:"withargs" help:"Serve the board and the API. This is the default."`
	Submit  submitCommand  `cmd:"" help:"Send result files of any test runner to a Runboard or a Testmo."`
	Token   tokenCommand   `cmd:"" help:"Make, list and revoke API tokens, also beside a running server."`
	Project projectCommand `cmd:"" help:"Make and list projects, their configurations and milestones."`
	Version versionCommand `cmd:"" help:"Print the version."`
}

// console is where a command runs.
type console struct {
	ctx     context.Context
	program string   // How it was called.
	command []string // To be run by submit: what follows -- there.
	env     environment
	stdout  io.Writer
	stderr  io.Writer
}

// run does what the arguments say, of which the first is the program's name, and
// is the exit code. It ends when the context does.
func run(ctx context.Context, args, env []string, stdout, stderr io.Writer) int {
	c := console{ctx: ctx, program: args[0], env: newEnvironment(env), stdout: stdout, stderr: stderr}
	args, c.command = cutCommand(asCommand(args))
	hasHelped := false
	parser, err := kong.New(&commands{}, kong.Name("runboard"),
		kong.Description("Shows test automation runs in the browser, and takes them in over Testmo's automation API. "+
			"Every flag takes its default from the environment: RUNBOARD_LISTEN for --listen, and so on."),
		kong.Writers(stdout, stderr), kong.Exit(func(int) { hasHelped = true }),
		kong.Resolvers(c.env), kong.Bind(&c))
	if err != nil {
		return c.fail(err)
	}
	command, err := parser.Parse(filesFirst(args[1:], parser.Model.Node))
	if hasHelped {
		return exitGood
	}
	if err != nil {
		return c.fail(usageError{err})
	}
	if err := command.Run(); err != nil {
		return c.fail(err)
	}
	return exitGood
}

// asCommand takes two ways to ask that people know from other programs.
func asCommand(args []string) []string {
	switch {
	case len(args) == 2 && args[1] == "--version":
		return []string{args[0], "version"}
	case len(args) > 1 && args[1] == "help":
		return append(slices.Concat(args[:1], args[2:]), "--help")
	default:
		return args
	}
}

// usageError is an error after which nothing has begun.
type usageError struct{ error }

func (e usageError) Unwrap() error { return e.error }

// fail prints an error as one line.
func (c *console) fail(err error) int {
	text := err.Error()
	if public, ok := errors.AsType[*api.Error](err); ok {
		text += strings.TrimPrefix(public.Words(), public.Message)
	}
	text = strings.Join(strings.FieldsFunc(text, isLineEnd), "; ")
	// There is nowhere else to say that it cannot be said.
	_, _ = fmt.Fprintln(c.stderr, "runboard: "+text)
	if _, ok := errors.AsType[usageError](err); ok {
		return exitUsage
	}
	if other, ok := errors.AsType[commandError](err); ok {
		return other.code
	}
	return exitFailed
}

func isLineEnd(r rune) bool { return r == '\n' || r == '\r' }
