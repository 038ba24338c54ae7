package store_test

import (
	"context"
	"fmt"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/runboard/runboard/api"
	"github.com/runboard/runboard/api/store"
)

// history is a run as the contract says it should be, whatever is sent to it in
// whatever order.
type history struct {
	store    *store.Store
	writer   api.Writer
	run      int64
	done     bool
	elapsed  *int64
	attached int
	threads  []*lane
}

// lane is a thread of a history.
type lane struct {
	id                 int64
	done               bool
	observed, computed *int64
	counters           api.Counters
}

func (l *lane) elapsed() *int64 {
	if l.observed != nil {
		return l.observed
	}
	return l.computed
}

func plus(a, b *int64) *int64 {
	if a == nil || b == nil {
		return instead(b, a)
	}
	total := *a + *b
	return &total
}

func instead(a, b *int64) *int64 {
	if a != nil {
		return a
	}
	return b
}

// TestHistories compares the store with the model after every step of random
// histories, in which clients are late, repeat themselves and mix things up.
func TestHistories(t *testing.T) {
	t.Parallel()
	s := openSQLite(t, sqliteURL(t))
	w := writerOf(t, s)
	rapid.Check(t, func(t *rapid.T) {
		run, err := w.CreateRun(context.Background(), 1, api.NewRun{Name: "random", Source: "random"})
		require.NoError(t, err)
		h := &history{store: s, writer: w, run: run}
		t.Repeat(map[string]func(*rapid.T){
			"":               h.check,
			"append":         h.append,
			"attach":         h.attach,
			"createThread":   h.createThread,
			"completeThread": h.completeThread,
			"completeRun":    h.completeRun,
		})
	})
}

func drawElapsed(t *rapid.T, label string) *int64 {
	return rapid.Ptr(rapid.Int64Range(0, 1000), true).Draw(t, label)
}

func (h *history) createThread(t *rapid.T) {
	update := api.ThreadUpdate{ElapsedObserved: drawElapsed(t, "observed"), ElapsedComputed: drawElapsed(t, "computed")}
	id, err := h.writer.CreateThread(context.Background(), h.run, update)
	if h.done {
		require.EqualError(t, err, fmt.Sprintf("Automation run %d is completed.: it is completed", h.run))
		return
	}
	require.NoError(t, err)
	h.threads = append(h.threads, &lane{id: id, observed: update.ElapsedObserved, computed: update.ElapsedComputed})
}

// drawThread is nil as long as there is none.
func (h *history) drawThread(t *rapid.T) *lane {
	if len(h.threads) == 0 {
		return nil
	}
	return rapid.SampledFrom(h.threads).Draw(t, "thread")
}

func (h *history) append(t *rapid.T) {
	thread := h.drawThread(t)
	if thread == nil {
		return
	}
	statuses := rapid.SliceOfN(rapid.SampledFrom(api.DefaultStatuses()[:6]), 0, 20).Draw(t, "statuses")
	update := api.ThreadUpdate{ElapsedObserved: drawElapsed(t, "observed"), ElapsedComputed: drawElapsed(t, "computed")}
	for i, status := range statuses {
		update.Tests = append(update.Tests, api.NewTest{Key: strconv.Itoa(i % 7), Name: "x", Folder: "x", Status: status.Aliases[0]})
	}
	err := h.writer.AppendThread(context.Background(), thread.id, update)
	if h.done || thread.done {
		require.True(t, api.IsKind(err, api.KindInvalid), "%v", err)
		return
	}
	require.NoError(t, err)
	thread.observed, thread.computed = plus(thread.observed, update.ElapsedObserved), plus(thread.computed, update.ElapsedComputed)
	for _, status := range statuses {
		thread.counters.Add(status, 1)
	}
}

func (h *history) attach(t *rapid.T) {
	err := h.writer.AppendRun(context.Background(), h.run, api.Attachments{Links: []api.Link{{Name: strconv.Itoa(h.attached)}}})
	if h.done {
		require.True(t, api.IsKind(err, api.KindInvalid), "%v", err)
		return
	}
	require.NoError(t, err)
	h.attached++
}

func (h *history) completeThread(t *rapid.T) {
	thread := h.drawThread(t)
	if thread == nil {
		return
	}
	update := api.ThreadUpdate{ElapsedObserved: drawElapsed(t, "observed"), ElapsedComputed: drawElapsed(t, "computed")}
	require.NoError(t, h.writer.CompleteThread(context.Background(), thread.id, update))
	if !thread.done {
		thread.done = true
		thread.observed, thread.computed = instead(update.ElapsedObserved, thread.observed), instead(update.ElapsedComputed, thread.computed)
	}
}

func (h *history) completeRun(t *rapid.T) {
	if rapid.IntRange(0, 4).Draw(t, "patience") > 0 {
		return // Otherwise most of a history would be about a completed run.
	}
	require.NoError(t, h.writer.CompleteRun(context.Background(), h.run, api.RunEnd{}))
	for _, thread := range h.threads {
		thread.done = true
		if elapsed := thread.elapsed(); !h.done && elapsed != nil && (h.elapsed == nil || *elapsed > *h.elapsed) {
			h.elapsed = elapsed
		}
	}
	h.done = true
}

// check compares the model with the single run, its list, and its tests.
func (h *history) check(t *rapid.T) {
	detail, err := h.store.Run(context.Background(), h.run, nil)
	require.NoError(t, err)
	run, active := detail.Result, 0
	var total api.Counters
	require.Len(t, run.Threads, len(h.threads))
	for i, want := range h.threads {
		got := run.Threads[i]
		require.Equal(t, want.counters, got.Counters)
		require.Equal(t, want.elapsed(), got.Elapsed)
		require.Equal(t, statusOf(want.done, &want.counters), got.Status)
		for _, status := range api.DefaultStatuses() {
			total.Add(status, *want.counters.At(status.ID))
		}
		if !want.done {
			active++
		}
	}
	require.Equal(t, total, run.Counters)
	require.Equal(t, statusOf(h.done, &total), run.Status)
	require.Equal(t, h.elapsed, run.Elapsed)
	require.Equal(t, []int{len(h.threads), active, len(h.threads) - active}, []int{run.ThreadCount, run.ThreadActiveCount, run.ThreadCompletedCount})
	require.Len(t, run.Links, h.attached)

	filter := api.NewRunFilter()
	filter.Statuses = []int64{int64(run.Status)}
	list, err := h.store.ListRuns(context.Background(), 1, filter)
	require.NoError(t, err)
	listed := list.Result[0]
	listed.Threads = run.Threads
	require.Equal(t, run, listed, "the newest run of its status is this one, and the same as alone")
	tests, err := h.store.ListTests(context.Background(), h.run, api.NewTestFilter())
	require.NoError(t, err)
	require.Len(t, tests.Result, min(total.Total, 100))
}

func statusOf(done bool, counters *api.Counters) api.RunStatus {
	if done {
		return counters.Outcome()
	}
	return api.StatusRunning
}
