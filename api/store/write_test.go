package store_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/runboard/runboard/api"
	"github.com/runboard/runboard/api/store"
)

// atOnce runs n functions at the same time and wants them all to succeed.
func atOnce(t *testing.T, n int, do func(i int) error) {
	t.Helper()
	var all sync.WaitGroup
	errs := make([]error, n)
	for i := range n {
		all.Go(func() { errs[i] = do(i) })
	}
	all.Wait()
	for _, err := range errs {
		require.NoError(t, err)
	}
}

func runOf(t *testing.T, s *store.Store, id int64) api.Run {
	t.Helper()
	detail, err := s.Run(t.Context(), id, nil)
	require.NoError(t, err)
	return detail.Result
}

func testsOf(t *testing.T, s *store.Store, run int64, change func(*api.TestFilter)) []api.Test {
	t.Helper()
	filter := api.NewTestFilter()
	filter.PerPage = 1000
	change(&filter)
	page, err := s.ListTests(t.Context(), run, filter)
	require.NoError(t, err)
	require.Len(t, page.Result, page.Total)
	return page.Result
}

func inArrival(f *api.TestFilter) { f.Order = api.OrderAsc }

func TestFirstRunsShareASource(t *testing.T) {
	t.Parallel()
	for name, newURL := range databases() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := openStore(t, newURL(t), store.Options{})
			w := writerOf(t, s)
			atOnce(t, 10, func(i int) error {
				name := []string{"Backend", " backend ", "BACKEND"}[i%3]
				_, err := w.CreateRun(t.Context(), 1, api.NewRun{Name: "first", Source: name, Tags: []string{"a", "b", "a"}})
				return err
			})
			sources, err := s.ListSources(t.Context(), 1, api.NewSourceFilter())
			require.NoError(t, err)
			require.Len(t, sources.Result, 1)
			require.Equal(t, 10, sources.Result[0].RunCount)
			require.Equal(t, "backend", strings.ToLower(sources.Result[0].Name))
			tags, err := s.ListTags(t.Context(), 1)
			require.NoError(t, err)
			require.Len(t, tags, 2)
			require.Equal(t, 10, tags[0].UsageCount, "a tag that a run has twice counts once")
		})
	}
}

// Threads of two runs send the same new cases in opposite orders, which must
// neither lose anything nor block for ever.
func TestThreadsAppendAtOnce(t *testing.T) {
	t.Parallel()
	for name, newURL := range databases() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := openStore(t, newURL(t), store.Options{})
			w := writerOf(t, s)
			require.NoError(t, s.Warm(t.Context()))
			runs := make([]int64, 2)
			for i := range runs {
				runs[i], _ = newThread(t, w)
			}
			atOnce(t, 20, func(i int) error {
				thread, err := w.CreateThread(t.Context(), runs[i%2], api.ThreadUpdate{})
				for n := range 4 {
					if err != nil {
						return err
					}
					tests := batch(n, []string{"passed", "failed"}[i%2])[:50]
					if i%2 == 0 {
						slices.Reverse(tests)
					}
					if n == 2 {
						// The index is loaded while the others write.
						s.Forget()
						if _, err := s.ListRuns(t.Context(), 1, api.NewRunFilter()); err != nil {
							return err
						}
					}
					one := int64(1)
					err = w.AppendThread(t.Context(), thread, api.ThreadUpdate{Tests: tests, ElapsedComputed: &one})
				}
				return err
			})
			for i, id := range runs {
				run := runOf(t, s, id)
				require.Equal(t, 2000, run.Total)
				require.Equal(t, i*2000, run.Failure)
				require.Len(t, run.Threads, 11)
				for index, thread := range run.Threads {
					require.Equal(t, index, thread.Index)
					if index > 0 {
						require.Equal(t, 200, thread.Total)
						require.EqualValues(t, 4, *thread.Elapsed)
					}
				}
				cases := map[api.OptionalID]int{}
				for page := 1; page <= 2; page++ {
					filter := api.NewTestFilter()
					filter.PerPage, filter.Page = 1000, page
					tests, err := s.ListTests(t.Context(), id, filter)
					require.NoError(t, err)
					for _, test := range tests.Result {
						cases[test.CaseID]++
					}
				}
				require.Len(t, cases, 200)
			}
			requireListAgrees(t, s)
		})
	}
}

// requireListAgrees checks that the index holds what is stored.
func requireListAgrees(t require.TestingT, s *store.Store) {
	ctx := context.Background()
	filter := api.NewRunFilter()
	list, err := s.ListRuns(ctx, 1, filter)
	require.NoError(t, err)
	for _, status := range []api.RunStatus{api.StatusSuccess, api.StatusFailure, api.StatusRunning} {
		var want []int64
		for _, run := range list.Result {
			if run.Status == status {
				want = append(want, run.ID)
			}
		}
		filter.Statuses = []int64{int64(status)}
		page, err := s.ListRuns(ctx, 1, filter)
		require.NoError(t, err)
		var got []int64
		for _, run := range page.Result {
			got = append(got, run.ID)
		}
		require.Equal(t, want, got, "runs with status %d", status)
	}
}

func TestUnknownReferences(t *testing.T) {
	t.Parallel()
	for name, newURL := range databases() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := openStore(t, newURL(t), store.Options{})
			w := writerOf(t, s)
			for i := range 25 {
				_, err := w.CreateConfig(t.Context(), 1, api.NewConfig{Name: fmt.Sprintf("Config %02d", i)})
				require.NoError(t, err)
			}
			for field, run := range map[string]api.NewRun{
				"config":       {Config: "no such"},
				"config_id":    {ConfigID: 4711, Config: "config 01"},
				"milestone":    {Milestone: "no such"},
				"milestone_id": {MilestoneID: 4711},
				"source":       {Source: strings.Repeat("ä", 256)},
			} {
				run.Name = "refused"
				if run.Source == "" {
					run.Source = "refused"
				}
				_, err := w.CreateRun(t.Context(), 1, run)
				sentence := requireField(t, err, field)
				if strings.HasPrefix(field, "config") {
					require.Contains(t, sentence, "Config 19")
					require.NotContains(t, sentence, "Config 20", "only the first ones are named")
				}
			}
			sources, err := s.ListSources(t.Context(), 1, api.NewSourceFilter())
			require.NoError(t, err)
			require.Empty(t, sources.Result, "nothing of what was refused is stored")

			_, err = w.CreateConfig(t.Context(), 1, api.NewConfig{Name: " CONFIG 07 "})
			require.Contains(t, requireField(t, err, "name"), "CONFIG 07")
			_, err = s.CreateProject(t.Context(), "MY project")
			require.Contains(t, requireField(t, err, "name"), "MY project")
			_, err = w.CreateRun(t.Context(), 4711, api.NewRun{Name: "x", Source: "x"})
			require.True(t, api.IsKind(err, api.KindNotFound), "%v", err)
		})
	}
}

func TestMilestoneOfARun(t *testing.T) {
	t.Parallel()
	for name, newURL := range databases() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := openStore(t, newURL(t), store.Options{})
			w := writerOf(t, s)
			make := func(name string, tags ...string) int64 {
				id, err := w.CreateMilestone(t.Context(), 1, api.NewMilestone{Name: name, AutomationTags: tags})
				require.NoError(t, err)
				return id
			}
			first, second := make("Release Ä", "release", "v1"), make("2.0", "release")
			for name, test := range map[string]struct {
				run  api.NewRun
				want int64
			}{
				"by tag":                 {api.NewRun{Tags: []string{"x", "v1"}}, first},
				"by a tag of two":        {api.NewRun{Tags: []string{"release"}}, first},
				"tags in other capitals": {api.NewRun{Tags: []string{"V1"}}, 0},
				"by name":                {api.NewRun{Milestone: " release ä ", Tags: []string{"x"}}, first},
				"by id, not by tag":      {api.NewRun{MilestoneID: api.OptionalID(second), Tags: []string{"v1"}}, second},
				"by id, not by name":     {api.NewRun{MilestoneID: api.OptionalID(second), Milestone: "no such"}, second},
				"none":                   {api.NewRun{Tags: []string{"y"}}, 0},
			} {
				test.run.Name, test.run.Source = name, "backend"
				id, err := w.CreateRun(t.Context(), 1, test.run)
				require.NoError(t, err)
				require.EqualValues(t, test.want, runOf(t, s, id).MilestoneID, name)
			}
		})
	}
}

func TestDatesNeedTheScopeImport(t *testing.T) {
	t.Parallel()
	clock := newClock()
	s := openStore(t, sqliteURL(t), store.Options{Now: clock.Now})
	now := api.NewTime(clock.Now())
	past, later := api.NewTime(now.AddDate(-1, 0, 0)), api.NewTime(now.AddDate(-1, 0, 1))
	for scope, want := range map[api.Scope][2]api.Time{
		api.ScopeSubmit: {now, now}, api.ScopeImport: {past, later}, api.ScopeAdmin: {past, later},
	} {
		w := s.As(actorOf(t, s, scope))
		id, err := w.CreateRun(t.Context(), 1, api.NewRun{Name: "old", Source: string(scope), CreatedAt: past})
		require.NoError(t, err)
		for range 2 {
			_, err := w.CreateThread(t.Context(), id, api.ThreadUpdate{})
			require.NoError(t, err)
		}
		require.NoError(t, w.CompleteThread(t.Context(), runOf(t, s, id).Threads[0].ID, api.ThreadUpdate{}))
		require.NoError(t, w.CompleteRun(t.Context(), id, api.RunEnd{CompletedAt: later, MeasureElapsed: true}))
		run := runOf(t, s, id)
		for _, thread := range run.Threads {
			require.Equal(t, want[1], thread.CompletedAt, "no thread outlasts its run")
			require.False(t, thread.CreatedAt.After(thread.CompletedAt.Time))
		}
		require.Equal(t, want, [2]api.Time{run.CreatedAt, run.CompletedAt}, scope)
		require.Equal(t, want[1].Sub(want[0].Time).Microseconds(), *run.Elapsed)
	}
	w := s.As(actorOf(t, s, api.ScopeImport))
	future := api.NewTime(now.Add(time.Millisecond))
	_, err := w.CreateRun(t.Context(), 1, api.NewRun{Name: "future", Source: "a", CreatedAt: future})
	requireField(t, err, "created_at")
	id, err := w.CreateRun(t.Context(), 1, api.NewRun{Name: "past", Source: "a", CreatedAt: later})
	require.NoError(t, err)
	requireField(t, w.CompleteRun(t.Context(), id, api.RunEnd{CompletedAt: past}), "completed_at")
	requireField(t, w.CompleteRun(t.Context(), id, api.RunEnd{CompletedAt: future}), "completed_at")
	require.False(t, runOf(t, s, id).IsCompleted)
}

func TestCompletedTakesNothingMore(t *testing.T) {
	t.Parallel()
	for name, newURL := range databases() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := openStore(t, newURL(t), store.Options{})
			w := writerOf(t, s)
			run, first := newThread(t, w)
			second, err := w.CreateThread(t.Context(), run, api.ThreadUpdate{})
			require.NoError(t, err)
			late := api.ThreadUpdate{Tests: batch(1, "passed"), Fields: []api.Field{{Type: 1, Name: "late"}}}
			require.NoError(t, w.CompleteThread(t.Context(), first, api.ThreadUpdate{}))
			before := runOf(t, s, run)
			requireRefused(t, w.AppendThread(t.Context(), first, late), "Automation run thread %d is completed.", first)
			require.NoError(t, w.CompleteThread(t.Context(), first, api.ThreadUpdate{ElapsedObserved: new(int64)}))
			require.Equal(t, before, runOf(t, s, run))

			require.NoError(t, w.CompleteRun(t.Context(), run, api.RunEnd{}))
			before = runOf(t, s, run)
			requireRefused(t, w.AppendRun(t.Context(), run, api.Attachments{}), "Automation run %d is completed.", run)
			requireRefused(t, w.AppendThread(t.Context(), second, late), "Automation run %d is completed.", run)
			_, err = w.CreateThread(t.Context(), run, late)
			requireRefused(t, err, "Automation run %d is completed.", run)
			require.NoError(t, w.CompleteRun(t.Context(), run, api.RunEnd{MeasureElapsed: true}))
			require.NoError(t, w.CompleteThread(t.Context(), second, api.ThreadUpdate{ElapsedObserved: new(int64)}))
			require.Equal(t, before, runOf(t, s, run))

			for _, err := range []error{
				w.AppendRun(t.Context(), 4711, api.Attachments{}), w.CompleteRun(t.Context(), 4711, api.RunEnd{}),
				w.AppendThread(t.Context(), 4711, late), w.CompleteThread(t.Context(), 4711, late),
			} {
				require.True(t, api.IsKind(err, api.KindNotFound), "%v", err)
			}
		})
	}
}

func requireRefused(t *testing.T, err error, format string, args ...any) {
	t.Helper()
	refusal, ok := errors.AsType[*api.Error](err)
	require.True(t, ok, "%v", err)
	require.Equal(t, api.KindInvalid, refusal.Kind)
	require.Equal(t, fmt.Sprintf(format, args...), refusal.Message)
	require.Empty(t, refusal.Fields)
}

func TestARequestIsAllOrNothing(t *testing.T) {
	t.Parallel()
	for name, newURL := range databases() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := openStore(t, newURL(t), store.Options{})
			w := writerOf(t, s)
			run, thread := newThread(t, w)
			require.NoError(t, w.AppendThread(t.Context(), thread, api.ThreadUpdate{Tests: batch(0, "OK")}))
			before := runOf(t, s, run)
			tests := batch(1, "passed")
			tests[3].Status = "exploded"
			one := int64(1)
			err := w.AppendThread(t.Context(), thread, api.ThreadUpdate{Tests: tests, ElapsedObserved: &one, Fields: []api.Field{{Type: 1, Name: "f"}}})
			require.Contains(t, requireField(t, err, "tests.3.status"), `"exploded". Known: untested, passed, success, ok, failed`)
			require.Equal(t, before, runOf(t, s, run))
			require.Len(t, testsOf(t, s, run, inArrival), 250)
		})
	}
}

func TestARunHoldsSoManyTests(t *testing.T) {
	t.Parallel()
	url := sqliteURL(t)
	s := openSQLite(t, url)
	w := writerOf(t, s)
	run, thread := newThread(t, w)
	counters := api.Counters{Status1: store.MaxTests - 1}
	_, err := rawDB(t, url).ExecContext(t.Context(), "UPDATE runs SET counters = $1", store.PackCounters(&counters, api.DefaultStatuses()))
	require.NoError(t, err)
	err = w.AppendThread(t.Context(), thread, api.ThreadUpdate{Tests: batch(0, "passed")[:2]})
	requireRefused(t, err, "Automation run %d would have more than 1048575 tests.", run)
	require.NoError(t, w.AppendThread(t.Context(), thread, api.ThreadUpdate{Tests: batch(0, "passed")[:1]}))
	last := testsOf(t, s, run, func(f *api.TestFilter) { f.Folder = "shop.orders.Checkout0" })
	require.Len(t, last, 1)
	require.Equal(t, (run+1)<<20-1, last[0].ID)
}

// A source follows the run that was completed last, also when that is known only later.
func TestStatusOfASource(t *testing.T) {
	t.Parallel()
	clock := newClock()
	s := openStore(t, sqliteURL(t), store.Options{Now: clock.Now})
	w := writerOf(t, s)
	complete := func(status string, completedAt time.Time) {
		run, err := w.CreateRun(t.Context(), 1, api.NewRun{Name: "x", Source: "x", CreatedAt: api.NewTime(completedAt.Add(-time.Hour))})
		require.NoError(t, err)
		elapsed := int64(3000)
		thread, err := w.CreateThread(t.Context(), run, api.ThreadUpdate{ElapsedComputed: &elapsed})
		require.NoError(t, err)
		require.NoError(t, w.AppendThread(t.Context(), thread, api.ThreadUpdate{Tests: batch(1, status)[:10]}))
		require.NoError(t, w.CompleteRun(t.Context(), run, api.RunEnd{CompletedAt: api.NewTime(completedAt)}))
	}
	newest := clock.Now().Add(-time.Hour)
	complete("failed", newest)
	complete("passed", newest.Add(-time.Hour))
	source, err := s.Source(t.Context(), 1)
	require.NoError(t, err)
	require.Equal(t, api.StatusFailure, source.Status)
	require.Equal(t, api.NewTime(newest.Add(-time.Hour)), source.RanAt, "the creation of the newest run")
	require.Equal(t, []int64{2, 10, 3000}, []int64{int64(source.RunCount), int64(source.TestCountAverage), source.ElapsedAverage})
	complete("passed", clock.Now())
	source, err = s.Source(t.Context(), 1)
	require.NoError(t, err)
	require.Equal(t, api.StatusSuccess, source.Status)
	project, err := s.Project(t.Context(), 1)
	require.NoError(t, err)
	require.Equal(t, []int{3, 3, 0, 1}, []int{
		project.AutomationRunCount, project.AutomationRunCompletedCount, project.AutomationRunActiveCount, project.AutomationSourceCount,
	})
}
