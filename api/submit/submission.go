package submit

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"hash/fnv"
	"strings"
	"sync"

	"github.com/runboard/runboard/api"
	"github.com/runboard/runboard/api/report"
)

// Submission is a run with a thread, or a thread of a run that exists.
type Submission struct {
	Run   Run             // The run to be made, unless RunID is set. It is completed at the end.
	RunID int64           // A run that Create made, and that Complete will end.
	More  api.Attachments // Hung onto the run of RunID first.

	// Thread is what the thread is given beside the results: the elapsed that was
	// observed, fields, artifacts.
	Thread api.ThreadUpdate

	// Files are where the results come from. If nothing of them can be read,
	// nothing is sent, unless the thread tells of a command: see Outcome.Note.
	Files Files
	// IsStrict has all files read first, and nothing sent unless all of them can
	// be read to their end and no result is missing or doubtful.
	IsStrict bool
	// Key is what the keys of the requests begin with, so that the same submission
	// takes place once; a new one when "".
	Key string
	// Threads is how many threads there are at the most, to which results are sent
	// at the same time; one when 0. All attempts of a test are in one of them.
	Threads int
	// OnTotal hears how many tests there will be, before any is sent; when set,
	// all files are read first.
	OnTotal func(tests int)
	// Abort, when set, has the rest read and kept after the context has ended, until
	// this is closed. Otherwise nothing is kept then.
	Abort <-chan struct{}
}

// errNothing tells that the server knows of nothing.
var errNothing = errors.New("nothing was sent")

// ahead is how many requests to each thread are prepared while another is answered.
const ahead = 2

// errDropped tells what becomes of a submission that was aborted.
var errDropped = errors.New("the submission was interrupted twice, so that what was not sent is not kept")

// Submit sends a submission. What was read is told even with an error. An error
// says that nothing was sent, that the server has refused something, or that what
// is left could not be kept. A server that stays away is told by Result.Spool and
// Result.Away, and so is a context that has ended, if there is an Abort: the rest
// is read all the same, as the files may be gone later.
func (s *Server) Submit(ctx context.Context, sub Submission) (Result, Read, error) {
	reading, stop := sub.reading(ctx)
	defer stop()
	if sub.IsStrict || sub.OnTotal != nil {
		read, err := sub.Files.Check(reading)
		if err != nil || sub.IsStrict && read.Err() != nil {
			return Result{}, read, errors.Join(cmp.Or(context.Cause(reading), err), errNothing)
		}
		if sub.OnTotal != nil {
			sub.OnTotal(read.Tests)
		}
		sub.Files.OnFile = nil // They were told of all.
	}
	d := s.newDelivery(state{ProjectID: sub.Run.ProjectID, RunID: sub.RunID})
	read, err := d.submit(ctx, reading, &sub)
	if ended := context.Cause(reading); ended != nil && err != nil {
		err = ended
		if left := d.leftBehind(); left != "" {
			err = fmt.Errorf("%w: %s", ended, left)
		}
	}
	if err != nil {
		return d.broken(), read, errors.Join(err, d.abandon())
	}
	result, err := d.finish()
	return result, read, err
}

// reading is how long files are read.
func (sub *Submission) reading(ctx context.Context) (reading context.Context, stop func()) {
	if sub.Abort == nil {
		return context.WithCancel(ctx)
	}
	reading, cancel := context.WithCancelCause(context.WithoutCancel(ctx))
	go func() {
		select {
		case <-sub.Abort:
			cancel(errDropped)
		case <-reading.Done():
		}
	}()
	return reading, func() { cancel(nil) }
}

// submit takes all calls of a submission while they are made.
func (d *delivery) submit(ctx, reading context.Context, sub *Submission) (Read, error) {
	reading, cancel := context.WithCancel(reading)
	defer cancel()
	p := &packer{
		calls: make(chan []call, ahead), done: reading.Done(), keys: keys{prefix: cmp.Or(sub.Key, newKey())}, sub: sub,
		lanes: make([]lane, max(sub.Threads, 1)),
	}
	var read Read
	var readErr error
	var making sync.WaitGroup
	making.Go(func() {
		defer close(p.calls)
		read, readErr = p.produce(reading)
	})
	var err error
	for calls := range p.calls {
		if err = d.take(ctx, calls...); err != nil {
			cancel()
			break
		}
	}
	making.Wait()
	return read, cmp.Or(err, readErr)
}

// The bounds of what is sent at once: contract 6.6, and what servers behind
// proxies take.
const (
	maxTests = 250
	maxBytes = 4 << 20
	// maxElapsed is what JavaScript keeps exact.
	maxElapsed = 1<<53 - 1
)

// packer makes calls of what is read.
type packer struct {
	calls chan []call
	done  <-chan struct{}
	keys  keys
	sub   *Submission

	lanes   []lane
	threads int // How many of them have one.
}

// lane is a thread, and what it gets next.
type lane struct {
	hasThread bool
	number    int              // Of its thread, from 0.
	next      api.ThreadUpdate // Of which Tests and ElapsedComputed are being filled.
	bytes     int
}

func (l *lane) isEmpty() bool {
	return len(l.next.Tests)+len(l.next.Fields) == 0 && l.next.ElapsedComputed == nil
}

func (l *lane) isFull(more int) bool {
	return len(l.next.Tests) > 0 && (len(l.next.Tests) == maxTests || l.bytes+more > maxBytes)
}

// produce makes all calls of a submission. It waits for those who send them.
func (p *packer) produce(ctx context.Context) (Read, error) {
	read, err := p.sub.Files.read(ctx, p.add, func(read report.Report, err error) {
		p.elapse(read.Elapsed)
		p.sub.Files.tell(read, err)
	})
	if err != nil {
		return read, err
	}
	if read.Files+read.Tests == 0 && p.sub.Thread.ElapsedObserved == nil {
		return read, errors.Join(errors.New("no result file could be read"), errNothing)
	}
	p.miss(read.Missing)
	if err := p.flush(); err != nil {
		return read, err
	}
	if p.sub.RunID == 0 {
		return read, p.send(call{Kind: completeRun, End: &api.RunEnd{}})
	}
	for number := range p.threads {
		if err := p.send(call{Kind: completeThread, Lane: number, Thread: &api.ThreadUpdate{}}); err != nil {
			return read, err
		}
	}
	return read, nil
}

// add takes one more result. What is full is sent only when more follows, so
// that the elapsed of the last file needs no call of its own.
func (p *packer) add(test api.NewTest) error {
	l := &p.lanes[p.laneOf(test.Key)]
	size := sizeOf(&test)
	if l.isFull(size) {
		if err := p.flush(); err != nil {
			return err
		}
	}
	if l.next.Tests == nil {
		l.next.Tests = make([]api.NewTest, 0, maxTests)
	}
	l.next.Tests = append(l.next.Tests, test)
	l.bytes += size
	return nil
}

// laneOf is where all attempts of a test go.
func (p *packer) laneOf(key string) int {
	if len(p.lanes) == 1 {
		return 0
	}
	hash := fnv.New32a()
	_, _ = hash.Write([]byte(key)) // It takes everything.
	return int(hash.Sum32() % uint32(len(p.lanes)))
}

// elapse adds to what the files say to have taken.
func (p *packer) elapse(micros int64) {
	if next := &p.lanes[0].next; micros > 0 {
		if next.ElapsedComputed == nil {
			next.ElapsedComputed = new(int64)
		}
		*next.ElapsedComputed = min(*next.ElapsedComputed, maxElapsed-micros) + micros
	}
}

// miss shows with the results which of them are missing: a run of which nothing
// else is known would look better than it is.
func (p *packer) miss(sentences []string) {
	if len(sentences) > 0 {
		text, next := strings.Join(sentences, "\n"), &p.lanes[0].next
		next.Fields = append(next.Fields, api.Field{Type: api.FieldConsole, Name: "Missing results", Value: &text, IsHighlight: true})
	}
}

// flush sends what all lanes have, and first what they belong to.
func (p *packer) flush() error {
	if p.threads == 0 {
		if err := p.begin(); err != nil {
			return err
		}
	}
	var calls []call
	for i := range p.lanes {
		l := &p.lanes[i]
		if l.isEmpty() {
			continue
		}
		if !l.hasThread {
			if err := p.open(l, api.ThreadUpdate{}); err != nil {
				return err
			}
		}
		next := l.next
		l.next, l.bytes = api.ThreadUpdate{}, 0
		calls = append(calls, call{Kind: appendThread, Lane: l.number, Thread: &next})
	}
	return p.send(calls...)
}

// begin makes the run and the first thread.
func (p *packer) begin() error {
	if p.sub.RunID == 0 {
		if err := p.send(call{Kind: createRun, Run: &p.sub.Run.NewRun}); err != nil {
			return err
		}
	} else if hasAny(p.sub.More) {
		if err := p.send(call{Kind: appendRun, More: &p.sub.More}); err != nil {
			return err
		}
	}
	return p.open(&p.lanes[0], p.sub.Thread)
}

// open makes the thread of a lane.
func (p *packer) open(l *lane, thread api.ThreadUpdate) error {
	thread.ElapsedComputed = new(int64) // Contract 5.1: always there. What follows is added.
	l.hasThread, l.number = true, p.threads
	p.threads++
	return p.send(call{Kind: createThread, Lane: l.number, Thread: &thread})
}

// send hands over calls that may be sent at the same time, unless nobody takes
// them any more.
func (p *packer) send(calls ...call) error {
	if len(calls) == 0 {
		return nil
	}
	for i := range calls {
		calls[i].Key = p.keys.next()
	}
	select {
	case p.calls <- calls:
		return nil
	case <-p.done:
		return context.Canceled
	}
}

// sizeOf is about how many bytes a test takes on its way.
func sizeOf(test *api.NewTest) int {
	size := 200 + len(test.Key) + len(test.Name) + len(test.Folder) + len(test.File)
	for _, field := range test.Fields {
		size += 60 + len(field.Name)
		if field.Value != nil {
			size += len(*field.Value)
		}
		for name, value := range field.Meta {
			size += 10 + len(name) + len(value)
		}
	}
	for _, artifact := range test.Artifacts {
		size += 80 + len(artifact.Name) + len(artifact.URL) + len(artifact.Note)
	}
	return size
}
