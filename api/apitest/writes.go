package apitest

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/runboard/runboard/api"
)

// exerciseElapsed checks contract 2.7 and 2.8: observed before computed, appended
// values are added, values at completion replace, and the run takes the longest.
func exerciseElapsed(t *testing.T, s *stage) {
	said := func(observed, computed *int64) api.ThreadUpdate {
		return api.ThreadUpdate{ElapsedObserved: observed, ElapsedComputed: computed}
	}
	n := func(n int64) *int64 { return &n }
	for name, c := range map[string]struct {
		start, more, end api.ThreadUpdate
		want             *int64
	}{
		"nobody says":               {},
		"computed":                  {start: said(nil, n(5)), want: n(5)},
		"nothing computed":          {start: said(nil, n(0)), want: n(0)},
		"observed before computed":  {start: said(n(3), n(5)), want: n(3)},
		"nothing observed":          {start: said(n(0), n(5)), want: n(0)},
		"appended":                  {start: said(n(3), nil), more: said(n(4), nil), want: n(7)},
		"appended first":            {more: said(nil, n(4)), want: n(4)},
		"computed is added apart":   {start: said(n(3), n(5)), more: said(nil, n(4)), want: n(3)},
		"observed later":            {start: said(nil, n(5)), more: said(n(2), nil), want: n(2)},
		"completed":                 {start: said(n(3), nil), more: said(n(4), nil), end: said(n(1), nil), want: n(1)},
		"completed with computed":   {start: said(nil, n(3)), more: said(nil, n(4)), end: said(nil, n(2)), want: n(2)},
		"computed does not replace": {start: said(n(3), nil), end: said(nil, n(2)), want: n(3)},
		"completed with nothing":    {start: said(n(3), nil), end: said(n(0), nil), want: n(0)},
		"beyond 32 bits":            {start: said(n(1<<40), nil), more: said(n(1<<40), nil), want: n(1 << 41)},
	} {
		run, _ := s.newRun(t, name, "backend", 1)
		thread, err := s.writer.CreateThread(t.Context(), run, c.start)
		require.NoError(t, err)
		require.NoError(t, s.writer.AppendThread(t.Context(), thread, c.more))
		require.NoError(t, s.writer.CompleteThread(t.Context(), thread, c.end))
		got := s.run(t, run)
		require.Equal(t, c.want, got.Threads[1].Elapsed, name)
		require.Nil(t, got.Threads[0].Elapsed)
		require.Nil(t, got.Elapsed, "it is running")
		_, err = s.writer.CreateThread(t.Context(), run, said(n(1), nil))
		require.NoError(t, err)
		require.NoError(t, s.writer.CompleteRun(t.Context(), run, api.RunEnd{}))
		longest := int64(1)
		if c.want != nil {
			longest = max(longest, *c.want)
		}
		require.Equal(t, &longest, s.run(t, run).Elapsed, "%s: the longest thread", name)
	}
	silent, _ := s.newRun(t, "silent", "backend", 2)
	require.NoError(t, s.writer.CompleteRun(t.Context(), silent, api.RunEnd{}))
	require.Nil(t, s.run(t, silent).Elapsed)
	measured, _ := s.newRun(t, "measured", "backend", 2)
	s.advance(90 * time.Minute)
	require.NoError(t, s.writer.CompleteRun(t.Context(), measured, api.RunEnd{MeasureElapsed: true}))
	require.Equal(t, new((90 * time.Minute).Microseconds()), s.run(t, measured).Elapsed)
}

// exerciseCounters sends every word that clients may send.
func exerciseCounters(t *testing.T, s *stage) {
	run, lanes := s.newRun(t, "nightly", "backend", 2)
	untouched, _ := s.newRun(t, "untouched", "backend", 1)
	var want api.Counters
	for n, alias := range api.DefaultStatuses().Aliases() {
		for lane, word := range []string{alias, strings.ToUpper(alias), strings.ToUpper(alias[:1]) + alias[1:]} {
			s.send(t, pick(lanes, lane), api.NewTest{Key: fmt.Sprintf("k%d", n), Name: word, Folder: "f", Status: word})
			want.Add(statusNamed(word), 1)
		}
	}
	got := s.run(t, run)
	require.Equal(t, want, got.Counters)
	require.Equal(t, want.Total, got.Threads[0].Total+got.Threads[1].Total)
	require.Equal(t, want.Failure, got.Threads[0].Failure+got.Threads[1].Failure)
	require.Equal(t, api.Counters{}, s.run(t, untouched).Counters)
	require.Equal(t, []int{2, 2, 0}, []int{got.ThreadCount, got.ThreadActiveCount, got.ThreadCompletedCount})

	require.NoError(t, s.writer.CompleteThread(t.Context(), lanes[0], api.ThreadUpdate{}))
	got = s.run(t, run)
	require.Equal(t, []int{2, 1, 1}, []int{got.ThreadCount, got.ThreadActiveCount, got.ThreadCompletedCount})
	require.Equal(t, []api.RunStatus{api.StatusRunning, api.StatusFailure, api.StatusRunning},
		[]api.RunStatus{got.Status, got.Threads[0].Status, got.Threads[1].Status})
	require.NoError(t, s.writer.CompleteRun(t.Context(), run, api.RunEnd{}))
	require.NoError(t, s.writer.CompleteRun(t.Context(), untouched, api.RunEnd{}))
	require.Equal(t, api.StatusFailure, s.run(t, run).Status)
	require.Equal(t, api.StatusSuccess, s.run(t, untouched).Status, "a run without tests is a success")
}

// exerciseCompleted checks that what is completed takes nothing more, and that
// completing it again changes nothing.
func exerciseCompleted(t *testing.T, s *stage) {
	run, lanes := s.newRun(t, "nightly", "backend", 2)
	late := api.ThreadUpdate{
		Tests:  []api.NewTest{{Key: "late", Name: "late", Folder: "f", Status: "failed"}},
		Fields: []api.Field{{Type: api.FieldString, Name: "late"}}, ElapsedObserved: new(int64(1)),
	}
	require.NoError(t, s.writer.CompleteThread(t.Context(), lanes[0], api.ThreadUpdate{}))
	before := s.run(t, run)
	s.advance(time.Hour)
	requireProblem(t, api.Refused("Automation run thread %d is completed.", lanes[0]), s.writer.AppendThread(t.Context(), lanes[0], late))
	require.NoError(t, s.writer.CompleteThread(t.Context(), lanes[0], api.ThreadUpdate{ElapsedObserved: new(int64(1))}))
	require.Equal(t, before, s.run(t, run))

	require.NoError(t, s.writer.CompleteRun(t.Context(), run, api.RunEnd{}))
	before = s.run(t, run)
	require.Equal(t, api.NewTime(s.now()), before.Threads[1].CompletedAt, "the end of a run ends its threads")
	s.advance(time.Hour)
	isCompleted := api.Refused("Automation run %d is completed.", run)
	_, err := s.writer.CreateThread(t.Context(), run, api.ThreadUpdate{Fields: late.Fields})
	requireProblem(t, isCompleted, err)
	requireProblem(t, isCompleted, s.writer.AppendRun(t.Context(), run, api.Attachments{Fields: late.Fields}))
	requireProblem(t, isCompleted, s.writer.AppendThread(t.Context(), lanes[1], late))
	require.NoError(t, s.writer.CompleteRun(t.Context(), run, api.RunEnd{MeasureElapsed: true}))
	require.NoError(t, s.writer.CompleteThread(t.Context(), lanes[1], api.ThreadUpdate{ElapsedObserved: new(int64(1))}))
	require.Equal(t, before, s.run(t, run))
	require.Empty(t, s.tests(t, run))
}

func exerciseAllOrNothing(t *testing.T, s *stage) {
	run, lanes := s.newRun(t, "nightly", "backend", 1)
	tests := make([]api.NewTest, 250)
	for i := range tests {
		tests[i] = api.NewTest{Key: fmt.Sprintf("k%d", i), Name: "n", Folder: "f", Status: "passed"}
	}
	s.send(t, lanes[0], tests...)
	before := s.run(t, run)
	s.advance(time.Hour)
	tests[3].Status, tests[249].Status = "exploded", "Bestanden"
	err := s.writer.AppendThread(t.Context(), lanes[0], api.ThreadUpdate{
		Tests: tests, ElapsedObserved: new(int64(1)), Fields: []api.Field{{Type: api.FieldString, Name: "f"}},
	})
	known := strings.Join(api.DefaultStatuses().Aliases(), ", ")
	want := invalid("tests.3.status", fmt.Sprintf("There is no status %q. Known: %s.", "exploded", known))
	want.Fields["tests.249.status"] = []string{fmt.Sprintf("There is no status %q. Known: %s.", "Bestanden", known)}
	requireProblem(t, want, err)
	require.Equal(t, before, s.run(t, run))
	require.Len(t, s.tests(t, run), 250)
}

// exerciseDates checks that only those who may import can say when something was.
func exerciseDates(t *testing.T, s *stage) {
	now := api.NewTime(s.now())
	past, later := api.NewTime(now.AddDate(-1, 0, 0)), api.NewTime(now.AddDate(-1, 0, 1))
	for scope, want := range map[api.Scope][2]api.Time{
		api.ScopeSubmit: {now, now}, api.ScopeImport: {past, later}, api.ScopeAdmin: {past, later},
	} {
		w := s.Writer(t, string(scope), scope)
		id, err := w.CreateRun(t.Context(), s.projectID, api.NewRun{Name: "old", Source: string(scope), CreatedAt: past})
		require.NoError(t, err)
		_, err = w.CreateThread(t.Context(), id, api.ThreadUpdate{})
		require.NoError(t, err)
		require.NoError(t, w.CompleteRun(t.Context(), id, api.RunEnd{CompletedAt: later, MeasureElapsed: true}))
		run := s.run(t, id)
		require.Equal(t, want, [2]api.Time{run.CreatedAt, run.CompletedAt}, scope)
		require.Equal(t, want[1].Sub(want[0].Time).Microseconds(), *run.Elapsed)
		require.Equal(t, want[1], run.Threads[0].CompletedAt)
		source, err := s.Reader.Source(t.Context(), run.SourceID)
		require.NoError(t, err)
		require.Equal(t, want[0], source.RanAt)
	}
	w := s.Writer(t, "import", api.ScopeImport)
	future := api.NewTime(now.Add(time.Millisecond))
	const early = "Must not be in the future."
	_, err := w.CreateRun(t.Context(), s.projectID, api.NewRun{Name: "future", Source: "a", CreatedAt: future})
	requireProblem(t, invalid("created_at", early), err)
	id, err := w.CreateRun(t.Context(), s.projectID, api.NewRun{Name: "past", Source: "a", CreatedAt: later})
	require.NoError(t, err)
	requireProblem(t, invalid("completed_at", early), w.CompleteRun(t.Context(), id, api.RunEnd{CompletedAt: future}))
	requireProblem(t, invalid("completed_at", "Must not be before the run was created."),
		w.CompleteRun(t.Context(), id, api.RunEnd{CompletedAt: past}))
	require.False(t, s.run(t, id).IsCompleted)
	require.NoError(t, w.CompleteRun(t.Context(), id, api.RunEnd{CompletedAt: later}), "at once is not before")
}
