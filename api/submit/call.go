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
// threads it is about is part of the state.
type call struct {
	Kind   kind              `json:"call"`
	Key    string            `json:"key"`
	Lane   int               `json:"lane,omitempty"` // Which of the threads, from 0.
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

// isNeeded reports whether calls that follow have no place without what this one makes.
func (c *call) isNeeded() bool { return c.Kind == createRun || c.Kind == createThread }

// tests is how many results a call carries.
func (c *call) tests() int { return len(c.thread().Tests) }

// halves are two calls that do the same, for servers that take less at once.
func (c *call) halves() []call {
	first, second := c.thread(), api.ThreadUpdate{}
	middle := len(first.Tests) / 2
	first.Tests, second.Tests = first.Tests[:middle], first.Tests[middle:]
	return []call{
		{Kind: c.Kind, Key: c.Key + "a", Lane: c.Lane, Thread: &first},
		{Kind: c.Kind, Key: c.Key + "b", Lane: c.Lane, Thread: &second},
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

// doubtAmongThreads is doubt about tests between which, in the files, stand those of
// other threads.
func (c *call) doubtAmongThreads() string {
	tests := c.Thread.Tests
	first, last := &tests[0], &tests[len(tests)-1]
	if len(tests) == 1 {
		return fmt.Sprintf("%q of %q, a test of thread %d, may be missing.", first.Name, first.Folder, c.Lane+1)
	}
	return fmt.Sprintf("%d tests of thread %d may be missing, of those that stand in the files from %q of %q to %q of %q.",
		len(tests), c.Lane+1, first.Name, first.Folder, last.Name, last.Folder)
}

// perform sends a call once, and keeps in the state what it makes. Only those
// that append to a thread are performed at the same time.
func (d *delivery) perform(ctx context.Context, c call) (err error) {
	switch c.Kind {
	case createRun:
		d.RunID, err = d.client.CreateRun(ctx, d.ProjectID, cutRun(*c.Run))
		d.hasMade = err == nil
	case appendRun:
		err = d.client.AppendRun(ctx, d.RunID, cutAttachments(*c.More))
		d.hasAdded = err == nil
	case createThread:
		var id int64
		if id, err = d.client.CreateThread(ctx, d.RunID, cutThread(c.thread())); err == nil {
			d.ThreadIDs = append(d.ThreadIDs, id)
		}
	case appendThread:
		err = d.client.AppendThread(ctx, d.ThreadIDs[c.Lane], cutThread(c.thread()))
	case completeThread:
		err = d.client.CompleteThread(ctx, d.ThreadIDs[c.Lane], c.thread())
	case completeRun:
		err = d.client.CompleteRun(ctx, d.RunID, *c.End)
	default:
		err = fmt.Errorf("there is no call %q", c.Kind)
	}
	return err
}
