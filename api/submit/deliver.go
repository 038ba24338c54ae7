package submit

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/runboard/runboard/api"
)

// state is how far a submission has come. A spool begins with it.
type state struct {
	ProjectID   int64    `json:"project_id,omitempty"`
	RunID       int64    `json:"run_id,omitempty"`
	ThreadID    int64    `json:"thread_id,omitempty"`
	Tests       int      `json:"tests"`              // Confirmed.
	Doubtful    int      `json:"doubtful,omitempty"` // Tests that are in Unconfirmed.
	Unconfirmed []string `json:"unconfirmed,omitempty"`
}

// delivery sends the calls of one submission in their order, one after the
// other: attempts of a test follow each other in a run as they did in the files,
// and Testmo promises nothing about requests that overlap. Once the server stays
// away, everything goes into a spool instead.
type delivery struct {
	*Server
	state

	queue []call // To be sent or spooled; the first is next.
	spool *spool // nil as long as the server answers.
	away  error
}

func (s *Server) newDelivery(from state) *delivery { return &delivery{Server: s, state: from} }

// take sends a call, or spools it. The error says that the server refused it, or
// that it could not be spooled.
func (d *delivery) take(ctx context.Context, c call) error {
	d.queue = append(d.queue, c)
	for len(d.queue) > 0 {
		next := d.queue[0]
		if d.spool != nil {
			if err := d.spool.write(next); err != nil {
				return err
			}
			d.queue = d.queue[1:]
			continue
		}
		err := d.send(ctx, next)
		_, isAway := errors.AsType[awayError](err)
		_, isDoubtful := errors.AsType[doubtError](err)
		switch {
		case err == nil:
			d.confirm(next.tests())
			d.queue = d.queue[1:]
		case api.IsKind(err, api.KindTooLarge) && next.tests() > 1:
			d.queue = slices.Concat(next.halves(), d.queue[1:])
		case isDoubtful && next.Kind != createRun && next.Kind != createThread:
			d.doubt(next, err)
			d.queue = d.queue[1:]
		case isDoubtful, isAway:
			if isDoubtful {
				d.doubt(next, err)
			}
			if err := d.putAside(err); err != nil {
				return err
			}
		default:
			return d.refused(err)
		}
	}
	return nil
}

// send sends a call until the server has answered or patience ends.
func (d *delivery) send(ctx context.Context, c call) error {
	if !d.known {
		err := d.persist(ctx, true, func(ctx context.Context) error {
			_, err := d.client.Detect(ctx)
			return err
		})
		if err != nil {
			return err
		}
		d.known = true
	}
	ctx = api.WithOnce(ctx, api.Once{Key: c.Key})
	isRepeatable := c.isRepeatable() || d.client.Capabilities().Once
	return d.persist(ctx, isRepeatable, func(ctx context.Context) error { return d.perform(ctx, c) })
}

func (d *delivery) confirm(tests int) {
	d.Tests += tests
	if tests > 0 && d.options.OnSent != nil {
		d.options.OnSent(tests)
	}
}

// doubt notes what the server may or may not have carried out.
func (d *delivery) doubt(c call, err error) {
	d.Unconfirmed = append(d.Unconfirmed, fmt.Sprintf("%s %s", c.doubt(d.Tests+d.Doubtful), sentence(err)))
	d.Doubtful += c.tests()
}

// putAside has everything spooled from now on, because of an error.
func (d *delivery) putAside(because error) (err error) {
	d.away = problemOf(because)
	d.spool, err = newSpool(d.options.Folder, header{Address: d.base, state: d.state})
	return err
}

// refused says what is left behind on the server by a submission that cannot go on.
func (d *delivery) refused(err error) error {
	if d.RunID == 0 {
		return err
	}
	return fmt.Errorf("run %d stays open and holds %d tests, because what follows was refused: %w", d.RunID, d.Tests, err)
}

// abandon drops the spool, if there is one.
func (d *delivery) abandon() error {
	if d.spool == nil {
		return nil
	}
	return d.spool.drop()
}

// finish makes the spool last, if there is one.
func (d *delivery) finish() (Result, error) {
	result := d.result()
	if d.spool == nil {
		return result, nil
	}
	result.Away = d.away
	var err error
	result.Spool, err = d.spool.keep()
	return result, err
}

func (d *delivery) result() Result {
	return Result{RunID: d.RunID, Link: d.link(d.RunID), Tests: d.Tests, Unconfirmed: d.Unconfirmed}
}

// plain is an error of send for a call that is not spooled.
func plain(c call, err error) error {
	if _, ok := errors.AsType[doubtError](err); ok {
		return fmt.Errorf("%s %w", sentence(err), errors.New(c.doubt(0)))
	}
	return problemOf(err)
}

// sentence is an error in words for a reader.
func sentence(err error) string {
	if problem, ok := errors.AsType[*api.Error](err); ok {
		return problem.Message
	}
	return err.Error()
}
