package store_test

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/runboard/runboard/api"
	"github.com/runboard/runboard/api/store"
)

// history is a project with one source as the contract says that they should be,
// whatever is sent to them in whatever order.
type history struct {
	store   *store.Store
	writer  api.Writer
	project int64
	now     api.Time
	runs    []*modelRun

	lastCompleted api.Time
	status        api.RunStatus // Of the run that was completed last.
}

// historyRounds is how many rounds of 100 histories there are on SQLite.
const historyRounds = 10

// modelRun is a run of a history.
type modelRun struct {
	id                   int64
	createdAt, completed api.Time
	elapsed              *int64
	attached             int
	threads              []*lane
}

func (r *modelRun) isDone() bool { return !r.completed.IsZero() }

func (r *modelRun) counters() (total api.Counters) {
	for _, thread := range r.threads {
		for _, status := range api.DefaultStatuses() {
			total.Add(status, *thread.counters.At(status.ID))
		}
	}
	return total
}

func (r *modelRun) status() api.RunStatus { return statusOf(r.isDone(), new(r.counters())) }

// lane is a thread of a run.
type lane struct {
	id                   int64
	createdAt, completed api.Time
	observed, computed   *int64
	counters             api.Counters
}

func (l *lane) elapsed() *int64 { return instead(l.observed, l.computed) }

func statusOf(done bool, counters *api.Counters) api.RunStatus {
	if done {
		return counters.Outcome()
	}
	return api.StatusRunning
}

func plus(a, b *int64) *int64 {
	if a == nil || b == nil {
		return instead(b, a)
	}
	return new(*a + *b)
}

func instead(a, b *int64) *int64 {
	if a != nil {
		return a
	}
	return b
}

// TestHistories compares the store with the model after every step of random
// histories, in which clients are late, repeat themselves, mix things up, and
// import what was long ago.
func TestHistories(t *testing.T) {
	t.Parallel()
	for name, newURL := range databases() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			clock := newClock()
			s := openStore(t, newURL(t), store.Options{Now: clock.Now, Hasty: true})
			w := writerOf(t, s)
			var projects atomic.Int64
			history := func(t *rapid.T) {
				project, err := s.CreateProject(context.Background(), fmt.Sprintf("History %d", projects.Add(1)))
				require.NoError(t, err)
				h := &history{store: s, writer: w, project: project, now: api.NewTime(clock.Now())}
				h.createRun(t)
				steps := map[string]func(*rapid.T){
					"createRun": h.createRun, "attach": h.attach, "completeRun": h.completeRun,
					"createThread": h.createThread, "append": h.append, "completeThread": h.completeThread,
				}
				// Most of a history is not about completed runs.
				names := append(slices.Sorted(maps.Keys(steps)), "createThread", "append", "append")
				for _, name := range rapid.SliceOfN(rapid.SampledFrom(names), 6, 16).Draw(t, "steps") {
					steps[name](t)
				}
			}
			for i := range map[string]int{"sqlite": historyRounds, "postgres": 1}[name] {
				t.Run(strconv.Itoa(i), func(t *testing.T) {
					t.Parallel()
					rapid.Check(t, history)
				})
			}
		})
	}
}

func drawElapsed(t *rapid.T, label string) *int64 {
	return rapid.Ptr(rapid.Int64Range(0, 1000), true).Draw(t, label)
}

func drawUpdate(t *rapid.T) api.ThreadUpdate {
	return api.ThreadUpdate{ElapsedObserved: drawElapsed(t, "observed"), ElapsedComputed: drawElapsed(t, "computed")}
}

// drawTime is one that a client may give: mostly none, or hours ago, or to come.
func (h *history) drawTime(t *rapid.T, label string) api.Time {
	hours := rapid.SampledFrom([]int{99, 99, 99, -3, -2, -1, -1, 0, 1}).Draw(t, label)
	if hours == 99 {
		return api.Time{}
	}
	return api.NewTime(h.now.Add(time.Duration(hours) * time.Hour))
}

func (h *history) drawRun(t *rapid.T) *modelRun { return rapid.SampledFrom(h.runs).Draw(t, "run") }

// drawThread is nil as long as the run has none.
func drawThread(t *rapid.T, run *modelRun) *lane {
	if len(run.threads) == 0 {
		return nil
	}
	return rapid.SampledFrom(run.threads).Draw(t, "thread")
}

// isRefused checks that something is refused if it should be.
func isRefused(t *rapid.T, err error, should bool) bool {
	if !should {
		require.NoError(t, err)
		return false
	}
	require.True(t, api.IsKind(err, api.KindInvalid), "%v", err)
	return true
}

func (h *history) createRun(t *rapid.T) {
	run := &modelRun{createdAt: h.drawTime(t, "created_at")}
	id, err := h.writer.CreateRun(context.Background(), h.project, api.NewRun{Name: "random", Source: "random", CreatedAt: run.createdAt})
	if isRefused(t, err, run.createdAt.After(h.now.Time)) && len(h.runs) > 0 {
		return
	}
	if err != nil {
		t.Skip("a history begins with a run")
	}
	run.id, run.createdAt = id, cmp.Or(run.createdAt, h.now)
	h.runs = append(h.runs, run)
	h.check(t, run)
}

func (h *history) createThread(t *rapid.T) {
	run, update := h.drawRun(t), drawUpdate(t)
	id, err := h.writer.CreateThread(context.Background(), run.id, update)
	if !isRefused(t, err, run.isDone()) {
		run.threads = append(run.threads, &lane{id: id, createdAt: h.now, observed: update.ElapsedObserved, computed: update.ElapsedComputed})
	}
	h.check(t, run)
}

func (h *history) append(t *rapid.T) {
	run := h.drawRun(t)
	thread := drawThread(t, run)
	if thread == nil {
		return
	}
	statuses := rapid.SliceOfN(rapid.SampledFrom(api.DefaultStatuses()[:6]), 0, 20).Draw(t, "statuses")
	update := drawUpdate(t)
	for i, status := range statuses {
		update.Tests = append(update.Tests, api.NewTest{Key: strconv.Itoa(i % 7), Name: "x", Folder: "x", Status: status.Aliases[0]})
	}
	err := h.writer.AppendThread(context.Background(), thread.id, update)
	if !isRefused(t, err, !thread.completed.IsZero()) {
		thread.observed, thread.computed = plus(thread.observed, update.ElapsedObserved), plus(thread.computed, update.ElapsedComputed)
		for _, status := range statuses {
			thread.counters.Add(status, 1)
		}
	}
	h.check(t, run)
}

func (h *history) attach(t *rapid.T) {
	run := h.drawRun(t)
	err := h.writer.AppendRun(context.Background(), run.id, api.Attachments{Links: []api.Link{{Name: strconv.Itoa(run.attached)}}})
	if !isRefused(t, err, run.isDone()) {
		run.attached++
	}
	h.check(t, run)
}

func (h *history) completeThread(t *rapid.T) {
	run := h.drawRun(t)
	thread := drawThread(t, run)
	if thread == nil {
		return
	}
	update := drawUpdate(t)
	require.NoError(t, h.writer.CompleteThread(context.Background(), thread.id, update))
	if thread.completed.IsZero() {
		thread.completed = h.now
		thread.observed, thread.computed = instead(update.ElapsedObserved, thread.observed), instead(update.ElapsedComputed, thread.computed)
	}
	h.check(t, run)
}

func (h *history) completeRun(t *rapid.T) {
	run := h.drawRun(t)
	end := api.RunEnd{CompletedAt: h.drawTime(t, "completed_at"), MeasureElapsed: rapid.Bool().Draw(t, "measure")}
	err := h.writer.CompleteRun(context.Background(), run.id, end)
	isTooEarly := !end.CompletedAt.IsZero() && end.CompletedAt.Before(run.createdAt.Time)
	if !isRefused(t, err, end.CompletedAt.After(h.now.Time) || isTooEarly && !run.isDone()) && !run.isDone() {
		h.complete(run, cmp.Or(end.CompletedAt, h.now), end.MeasureElapsed)
	}
	h.check(t, run)
}

func (h *history) complete(run *modelRun, completed api.Time, measure bool) {
	run.completed = completed
	for _, thread := range run.threads {
		if thread.completed.IsZero() || thread.completed.After(completed.Time) {
			thread.createdAt, thread.completed = completed, completed
		}
		if elapsed := thread.elapsed(); elapsed != nil && (run.elapsed == nil || *elapsed > *run.elapsed) {
			run.elapsed = elapsed
		}
	}
	if measure {
		run.elapsed = new(completed.Sub(run.createdAt.Time).Microseconds())
	}
	if !completed.Before(h.lastCompleted.Time) {
		h.lastCompleted, h.status = completed, run.status()
	}
}

// check compares the model with a run alone, with lists, and with the source.
func (h *history) check(t *rapid.T, want *modelRun) {
	detail, err := h.store.Run(context.Background(), want.id, nil)
	require.NoError(t, err)
	run, active := detail.Result, 0
	require.Len(t, run.Threads, len(want.threads))
	for i, want := range want.threads {
		got := run.Threads[i]
		require.Equal(t, want.counters, got.Counters)
		require.Equal(t, want.elapsed(), got.Elapsed)
		require.Equal(t, []api.Time{want.createdAt, want.completed}, []api.Time{got.CreatedAt, got.CompletedAt})
		require.Equal(t, statusOf(got.IsCompleted, &want.counters), got.Status)
		if want.completed.IsZero() {
			active++
		}
	}
	require.Equal(t, want.counters(), run.Counters)
	require.Equal(t, want.status(), run.Status)
	require.Equal(t, want.elapsed, run.Elapsed)
	require.Equal(t, []api.Time{want.createdAt, want.completed}, []api.Time{run.CreatedAt, run.CompletedAt})
	require.Equal(t, []int{len(run.Threads), active, len(run.Threads) - active}, []int{run.ThreadCount, run.ThreadActiveCount, run.ThreadCompletedCount})
	require.Len(t, run.Links, want.attached)
	tests, err := h.store.ListTests(context.Background(), want.id, api.NewTestFilter())
	require.NoError(t, err)
	require.Len(t, tests.Result, min(run.Total, 100))
	h.checkList(t, run)
	h.checkSource(t, run.SourceID)
}

// checkList looks for a run among those of its status that are not older.
func (h *history) checkList(t *rapid.T, run api.Run) {
	filter := api.NewRunFilter()
	filter.Order, filter.PerPage = api.OrderAsc, 15
	filter.Statuses = []int64{int64(run.Status)}
	filter.CreatedAfter = run.CreatedAt.Add(-time.Millisecond).Format(time.RFC3339Nano)
	list, err := h.store.ListRuns(context.Background(), h.project, filter)
	require.NoError(t, err)
	var want, got []int64
	runs := slices.SortedStableFunc(slices.Values(h.runs), func(a, b *modelRun) int { return a.createdAt.Compare(b.createdAt.Time) })
	for _, other := range runs {
		if other.status() == run.Status && !other.createdAt.Before(run.CreatedAt.Time) {
			want = append(want, other.id)
		}
	}
	for _, listed := range list.Result {
		got = append(got, listed.ID)
		if listed.ID == run.ID {
			listed.Threads = run.Threads
			require.Equal(t, run, listed, "the same as alone")
		}
	}
	require.Equal(t, len(want), list.Total)
	require.Equal(t, want[:min(len(want), filter.PerPage)], got)
}

// checkSource compares the sums over the runs.
func (h *history) checkSource(t *rapid.T, id int64) {
	want := api.Source{Status: cmp.Or(h.status, api.StatusNeutral), RunCount: len(h.runs)}
	completed, measured := 0, int64(0)
	for _, run := range h.runs {
		if run.createdAt.After(want.RanAt.Time) {
			want.RanAt = run.createdAt
		}
		if run.isDone() {
			completed++
			want.TestCountAverage += run.counters().Total
		}
		if run.elapsed != nil {
			measured++
			want.ElapsedAverage += *run.elapsed
		}
	}
	want.TestCountAverage /= max(1, completed)
	want.ElapsedAverage /= max(1, measured)
	got, err := h.store.Source(context.Background(), id)
	require.NoError(t, err)
	require.Equal(t, want, api.Source{
		Status: got.Status, RunCount: got.RunCount, RanAt: got.RanAt, TestCountAverage: got.TestCountAverage, ElapsedAverage: got.ElapsedAverage,
	})
}
