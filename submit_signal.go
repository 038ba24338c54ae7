package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"

	"github.com/runboard/runboard/api/submit"
)

// execute runs the command, if there is one, and has a context for what follows: a
// signal that was passed on to the command does not end that. What it prints goes
// to stderr, since stdout has the run, for other commands.
func (c *console) execute() (context.Context, submit.Outcome, error) {
	if len(c.command) == 0 {
		return c.ctx, submit.Outcome{}, nil
	}
	if c.ctx.Err() != nil {
		return c.ctx, submit.Outcome{}, context.Cause(c.ctx)
	}
	outcome, err := submit.Execute(context.WithoutCancel(c.ctx), c.command, os.Stdin, c.stderr, c.stderr)
	if outcome.Signal == nil {
		return c.ctx, outcome, err
	}
	ctx, stop := signal.NotifyContext(context.WithoutCancel(c.ctx), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop)
	return ctx, outcome, err
}

// again is closed by the signal after the one that has ended a context. One more
// ends the program. The other result is to be called when nobody waits any more.
func again(ctx context.Context) (<-chan struct{}, func() bool) {
	aborted := make(chan struct{})
	stop := context.AfterFunc(ctx, func() {
		signals := make(chan os.Signal, 1)
		signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
		<-signals
		signal.Reset(os.Interrupt, syscall.SIGTERM)
		close(aborted)
	})
	return aborted, stop
}
