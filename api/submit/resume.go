package submit

import (
	"bufio"
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"syscall"

	"github.com/klauspost/compress/gzip"

	"github.com/runboard/runboard/api"
)

// Resume sends what a spool holds to the server that it was meant for, unless
// options name another address of it, and then removes it. However it ends before,
// the spool tells how far it has come, and can be resumed again.
func Resume(ctx context.Context, name string, options Options) (Result, error) {
	file, err := os.OpenFile(name, os.O_RDWR, 0)
	if err != nil {
		return Result{}, err
	}
	defer func() { _ = file.Close() }() // Each note was synced.
	if err := syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		return Result{}, fmt.Errorf("%s is being resumed already: %w", name, err)
	}
	lines, h, notes, err := readSpool(file)
	if err != nil {
		return Result{}, fmt.Errorf("%s is no spool of Runboard, or not all of one: %w", name, err)
	}
	server, err := New(cmp.Or(options.Address, h.Address), options)
	if err != nil {
		return Result{}, err
	}
	r := &resumption{delivery: server.newDelivery(h.state), file: file, steps: map[string]step{}}
	if err := r.recall(notes); err != nil {
		return Result{}, fmt.Errorf("%s cannot be resumed: %w", name, err)
	}
	err = r.takeAll(ctx, lines)
	result := r.result()
	switch {
	case err != nil:
		return r.broken(), fmt.Errorf("what is left stays in %s: %w", name, err)
	case r.away != nil:
		result.Spool, result.Away = name, r.away
		return result, nil
	default:
		return result, os.Remove(name)
	}
}

// readSpool reads a spool to its end, to see that it is whole, and again up to
// its calls.
func readSpool(file *os.File) (lines *json.Decoder, h header, notes []byte, err error) {
	packed, unpacked, err := unpack(file)
	if err != nil {
		return nil, h, nil, err
	}
	if _, err := io.Copy(io.Discard, unpacked); err != nil {
		return nil, h, nil, err
	}
	if notes, err = io.ReadAll(packed); err != nil {
		return nil, h, nil, err
	}
	if _, unpacked, err = unpack(file); err != nil {
		return nil, h, nil, err
	}
	lines = json.NewDecoder(bufio.NewReader(unpacked))
	if err := lines.Decode(&h); err != nil {
		return nil, h, nil, err
	}
	if h.Version != spoolVersion {
		return nil, h, nil, fmt.Errorf("its version is %d, and this program knows version %d", h.Version, spoolVersion)
	}
	return lines, h, notes, nil
}

// unpack reads a spool from its beginning. What is left of packed at the end of
// unpacked are the notes.
func unpack(file *os.File) (packed *bufio.Reader, unpacked *gzip.Reader, err error) {
	packed = bufio.NewReader(io.NewSectionReader(file, 0, math.MaxInt64))
	unpacked, err = gzip.NewReader(packed)
	if err == nil {
		unpacked.Multistream(false)
	}
	return packed, unpacked, err
}

// step is how far a call of a spool has come.
type step string

const (
	stepOpen  step = "open"  // It is to be sent.
	stepBegun step = "begun" // It was about to be sent to a server that would take it twice.
	stepSplit step = "split" // Its halves are sent instead.
	stepDone  step = "done"  // It is not to be sent any more: it was taken, or is in doubt.
)

// note is a line that follows the calls of a spool. The last one of a call counts.
type note struct {
	Key   string `json:"key"`
	Step  step   `json:"step"`
	state        // Unconfirmed has only what is new since the note before.
}

// resumption is a delivery of what is in a spool. It notes there before and after
// each request how far it has come, so that nothing is sent twice by whoever
// resumes the spool after it, even if it is killed.
type resumption struct {
	*delivery

	file  *os.File
	steps map[string]step // By key.
	told  int             // How many of Unconfirmed the file tells of.
}

// errUnended is all that is known of a call after which nothing was noted.
var errUnended = &api.Error{Kind: api.KindUnavailable, Message: "The program ended before the server had answered."}

// recall takes up the state that notes tell of. The last of them may be cut off.
func (r *resumption) recall(notes []byte) error {
	end, err := r.file.Seek(0, io.SeekEnd)
	if err != nil {
		return err
	}
	whole := notes[:bytes.LastIndexByte(notes, '\n')+1]
	for line := range bytes.Lines(whole) {
		var n note
		if err := json.Unmarshal(line, &n); err != nil {
			return err
		}
		r.steps[n.Key] = n.Step
		n.Unconfirmed = append(r.Unconfirmed, n.Unconfirmed...)
		r.state = n.state
	}
	r.told = len(r.Unconfirmed)
	end -= int64(len(notes) - len(whole))
	if err := r.file.Truncate(end); err != nil {
		return err
	}
	_, err = r.file.Seek(end, io.SeekStart)
	return err
}

// note writes down how far a call has come, for good.
func (r *resumption) note(c call, now step) error {
	n := note{Key: c.Key, Step: now, state: r.state}
	n.Unconfirmed = r.Unconfirmed[r.told:]
	line, err := json.Marshal(n)
	if err == nil {
		_, err = r.file.Write(append(line, '\n'))
	}
	if err = errors.Join(err, r.file.Sync()); err != nil {
		return fmt.Errorf("what was sent cannot be noted: %w", err)
	}
	r.steps[c.Key], r.told = now, len(r.Unconfirmed)
	return nil
}

// takeAll sends what is left, until the server stays away.
func (r *resumption) takeAll(ctx context.Context, lines *json.Decoder) error {
	for r.away == nil && lines.More() {
		var c call
		if err := lines.Decode(&c); err != nil {
			return fmt.Errorf("the spool cannot be read: %w", err)
		}
		if err := r.takeOne(ctx, c); err != nil {
			return err
		}
	}
	return nil
}

// takeOne goes on with a call from where it was left.
func (r *resumption) takeOne(ctx context.Context, c call) error {
	switch r.steps[c.Key] {
	case stepDone:
		return nil
	case stepSplit:
		return r.takeHalves(ctx, c)
	case stepBegun:
		r.doubt(c, errUnended)
		if !c.isNeeded() {
			return r.note(c, stepDone)
		}
	case stepOpen:
	}
	left, refusal := r.settle(c, r.sendNoted(ctx, c))
	now := stepOpen
	switch {
	case len(left) == 0:
		now = stepDone
	case len(left) > 1:
		now = stepSplit
	}
	if err := r.note(c, now); err != nil {
		return errors.Join(refusal, err)
	}
	switch {
	case refusal != nil:
		return r.refused(refusal)
	case now == stepSplit:
		return r.takeHalves(ctx, c)
	default:
		return nil
	}
}

// sendNoted sends a call, after a note if it must not be sent twice, or not with
// another token.
func (r *resumption) sendNoted(ctx context.Context, c call) error {
	marked := r.Token
	if err := r.detect(ctx); err != nil {
		return err
	}
	var err error
	switch {
	case !r.isRepeatable(c):
		err = r.note(c, stepBegun)
	case r.Token != marked:
		err = r.note(c, stepOpen)
	}
	if err != nil {
		return err
	}
	return r.send(ctx, c)
}

func (r *resumption) takeHalves(ctx context.Context, c call) error {
	var err error
	for _, half := range c.halves() {
		if r.away == nil && err == nil {
			err = r.takeOne(ctx, half)
		}
	}
	return err
}
