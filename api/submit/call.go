package submit

import (
	"context"
	"fmt"

	"github.com/runboard/runboard/api"
)

// kind is what a call does.
type kind string

const (
	createRun      kind = "create-run"
	appendRun      kind = "append-run"
	createThread   kind = "create-thread"
	appendThread   kind = "append-thread"
	completeThread kind = "complete-thread"
	completeRun    kind = "complete-run"
)

// call is one request of a submission, as it is sent or spooled. Which run and
// thread it is about is part of the state.
type call struct {
	Kind   kind              `json:"call"`
	Key    string            `json:"key"`
	Run    *api.NewRun       `json:"run,omitempty"`
	More   *api.Attachments  `json:"more,omitempty"`
	Thread *api.ThreadUpdate `json:"thread,omitempty"`
	End    *api.RunEnd       `json:"end,omitempty"`
}

// thread is what a call gives a thread.
func (c *call) thread() api.ThreadUpdate {
	if c.Thread == nil {
		return api.ThreadUpdate{}
	}
	return *c.Thread
}

// isRepeatable reports whether a second time changes nothing on any server:
// that is so for what completes.
func (c *call) isRepeatable() bool { return c.Kind == completeRun || c.Kind == completeThread }

// tests is how many results a call carries.
func (c *call) tests() int { return len(c.thread().Tests) }

// halves are two calls that do the same, for servers that take less at once.
func (c *call) halves() []call {
	first, second := c.thread(), api.ThreadUpdate{}
	middle := len(first.Tests) / 2
	first.Tests, second.Tests = first.Tests[:middle], first.Tests[middle:]
	return []call{
		{Kind: c.Kind, Key: c.Key + "a", Thread: &first},
		{Kind: c.Kind, Key: c.Key + "b", Thread: &second},
	}
}

// doubt is what a person wants to know when nobody can tell whether a call was
// carried out. before is how many tests had been taken.
func (c *call) doubt(before int) string {
	switch c.Kind {
	case createRun:
		return "A run may have been made that stays empty and open."
	case createThread:
		return "A thread may have been made that stays empty."
	case appendThread:
		if n := c.tests(); n > 0 {
			return fmt.Sprintf("Tests %d to %d may be missing.", before+1, before+n)
		}
		return "The elapsed time may be too short."
	case appendRun:
		return "Fields, links and artifacts of the run may be missing."
	case completeThread:
		return "The thread may still be open."
	case completeRun:
	}
	return "The run may still be open."
}

// perform sends a call once, and keeps in the state what it makes.
func (d *delivery) perform(ctx context.Context, c call) (err error) {
	switch c.Kind {
	case createRun:
		d.RunID, err = d.client.CreateRun(ctx, d.ProjectID, *c.Run)
	case appendRun:
		err = d.client.AppendRun(ctx, d.RunID, *c.More)
	case createThread:
		d.ThreadID, err = d.client.CreateThread(ctx, d.RunID, c.thread())
	case appendThread:
		err = d.client.AppendThread(ctx, d.ThreadID, c.thread())
	case completeThread:
		err = d.client.CompleteThread(ctx, d.ThreadID, c.thread())
	case completeRun:
		err = d.client.CompleteRun(ctx, d.RunID, *c.End)
	default:
		err = fmt.Errorf("there is no call %q", c.Kind)
	}
	return err
}
