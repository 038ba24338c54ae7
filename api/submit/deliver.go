package submit

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"sync"

	"github.com/runboard/runboard/api"
)

// state is how far a submission has come. A spool begins with it.
type state struct {
	ProjectID   int64    `json:"project_id,omitempty"`
	RunID       int64    `json:"run_id,omitempty"`
	ThreadIDs   []int64  `json:"thread_ids,omitempty"`
	Tests       int      `json:"tests"`              // Confirmed.
	Doubtful    int      `json:"doubtful,omitempty"` // Tests that are in Unconfirmed.
	Unconfirmed []string `json:"unconfirmed,omitempty"`
	Token       mark     `json:"token,omitempty"` // That the server knows the keys of, if it knows any.
}

// delivery sends the calls of one submission. Those of one thread follow each
// other: attempts of a test stand in a run as they did in the files, and Testmo
// promises nothing about requests for one thread that overlap. Once the server
// stays away, everything goes into a spool instead.
type delivery struct {
	*Server
	state

	hasMade  bool // The run.
	hasAdded bool // To the run.

	away  error  // Why nothing is sent any more; nil as long as the server answers.
	spool *spool // nil as long as nothing is in it.
}

func (s *Server) newDelivery(from state) *delivery {
	d := &delivery{Server: s, state: from}
	if s.known && s.client.Capabilities().Once { // Otherwise detect does.
		d.Token = newMark(s.options.Token)
	}
	return d
}

// take sends calls, or spools them. Several are of threads that exist. The error
// says that the server refused one, or that one could not be spooled.
func (d *delivery) take(ctx context.Context, calls ...call) error {
	for len(calls) > 0 {
		if d.away != nil {
			return d.putAside(calls)
		}
		var left []call
		var refusal error
		for i, err := range d.sendAll(ctx, calls) {
			more, err := d.settle(calls[i], err)
			left = append(left, more...)
			refusal = cmp.Or(refusal, err)
		}
		if refusal != nil {
			return d.refused(refusal)
		}
		calls = left
	}
	return nil
}

// settle draws the consequences of what send has said of a call: what is left of
// it, and whether the server is away. The error says that the server refused it.
func (d *delivery) settle(c call, err error) ([]call, error) {
	_, isAway := errors.AsType[awayError](err)
	_, isDoubtful := errors.AsType[doubtError](err)
	switch {
	case err == nil:
		d.confirm(c.tests())
		return nil, nil
	case errors.Is(err, errWaiting):
		return []call{c}, nil
	case api.IsKind(err, api.KindTooLarge) && c.tests() > 1:
		return c.halves(), nil
	case isDoubtful:
		d.doubt(c, err)
		if !c.isNeeded() {
			return nil, nil
		}
		fallthrough
	case isAway:
		d.away = problemOf(err)
		return []call{c}, nil
	default:
		return []call{c}, err
	}
}

// errWaiting is for a call that waits for an earlier one of its thread.
var errWaiting = errors.New("not sent yet")

// sendAll sends calls, those of different lanes at the same time, and is an
// error for each.
func (d *delivery) sendAll(ctx context.Context, calls []call) []error {
	errs := make([]error, len(calls))
	lanes := map[int][]int{} // Places of calls, by lane.
	for i, c := range calls {
		errs[i] = errWaiting
		lanes[c.Lane] = append(lanes[c.Lane], i)
	}
	var sending sync.WaitGroup
	for _, places := range lanes {
		sending.Go(func() {
			for _, i := range places {
				if errs[i] = d.send(ctx, calls[i]); errs[i] != nil {
					return
				}
			}
		})
	}
	sending.Wait()
	return errs
}

// send sends a call until the server has answered or patience ends.
func (d *delivery) send(ctx context.Context, c call) error {
	if err := d.detect(ctx); err != nil {
		return err
	}
	ctx = api.WithOnce(ctx, api.Once{Key: c.Key})
	return d.persist(ctx, d.isRepeatable(c), func(ctx context.Context) error { return d.perform(ctx, c) })
}

// isRepeatable reports whether a call changes nothing when it is sent once more.
func (d *delivery) isRepeatable(c call) bool {
	return c.isRepeatable() || d.client.Capabilities().Once
}

// maxMisses is how often a server is asked what it is when it says, but not in
// JSON, that nobody knows.
const maxMisses = 5

// detect finds out what the server is, before anything else is sent. A page in
// place of an answer may be of a proxy whose server is about to start, and is
// taken for a Testmo's only if it stays.
func (d *delivery) detect(ctx context.Context) error {
	if d.known {
		return nil
	}
	misses := 0
	err := d.persist(ctx, true, func(ctx context.Context) error {
		_, err := d.client.Detect(ctx)
		problem, ok := errors.AsType[*api.Error](err)
		if !ok || !api.IsNotAPI(err) || problem.Kind == api.KindUnavailable {
			return err
		}
		if misses++; misses == maxMisses {
			return nil
		}
		again := *problem
		again.Kind = api.KindUnavailable
		return &again
	})
	_, isAway := errors.AsType[awayError](err)
	if isAway && api.IsNotAPI(err) {
		err = nil
	}
	if err == nil && d.client.Capabilities().Once {
		err = d.markToken()
	}
	d.known = err == nil
	return err
}

// markToken keeps which token the keys belong to: with another one the server
// would not know them, and take a second time what it took without its answer
// having arrived.
func (d *delivery) markToken() error {
	switch {
	case d.Token.isOf(d.options.Token):
		return nil
	case d.Token != "" && !d.options.OtherToken:
		return ErrOtherToken
	}
	d.Token = newMark(d.options.Token)
	return nil
}

func (d *delivery) confirm(tests int) {
	d.Tests += tests
	if tests > 0 && d.options.OnSent != nil {
		d.options.OnSent(tests)
	}
}

// doubt notes what the server may or may not have carried out.
func (d *delivery) doubt(c call, err error) {
	text := c.doubt(d.Tests + d.Doubtful)
	if c.tests() > 0 && len(d.ThreadIDs) > 1 { // They are not taken in the order of the files.
		text = c.doubtAmongThreads()
	}
	d.Unconfirmed = append(d.Unconfirmed, text+" "+sentence(err))
	d.Doubtful += c.tests()
}

// putAside spools what cannot be sent.
func (d *delivery) putAside(calls []call) (err error) {
	if d.spool == nil {
		if d.spool, err = newSpool(d.options.Folder, header{Address: d.base, state: d.state}); err != nil {
			return err
		}
	}
	return d.spool.writeAll(calls)
}

func (d *delivery) refused(err error) error {
	if left := d.leftBehind(); left != "" {
		return fmt.Errorf("%s, because what follows was refused: %w", left, err)
	}
	return err
}

// leftBehind says what is on the server of a submission that cannot go on; "" when
// nothing is. Only of a run that was made just now is it known that it is open.
func (d *delivery) leftBehind() string {
	switch {
	case d.hasMade:
		return fmt.Sprintf("run %d stays open and holds %d tests", d.RunID, d.Tests)
	case d.Tests > 0:
		return fmt.Sprintf("run %d holds %d tests of this submission", d.RunID, d.Tests)
	default:
		return ""
	}
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

// broken is the result of a submission that cannot go on. It tells of no run that
// this one has nothing in, which may not even exist.
func (d *delivery) broken() Result {
	result := d.result()
	if d.ProjectID == 0 && len(d.ThreadIDs) == 0 && !d.hasAdded {
		result.RunID, result.Link = 0, ""
	}
	return result
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
