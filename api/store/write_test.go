package store_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

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

func TestNamesThatAreRefused(t *testing.T) {
	t.Parallel()
	s := openSQLite(t, sqliteURL(t))
	w := writerOf(t, s)
	for i := range 25 {
		_, err := w.CreateConfig(t.Context(), 1, api.NewConfig{Name: fmt.Sprintf("Config %02d", i)})
		require.NoError(t, err)
	}
	_, err := w.CreateRun(t.Context(), 1, api.NewRun{Name: "refused", Source: "refused", Config: "no such"})
	sentence := requireField(t, err, "config")
	require.Contains(t, sentence, "Config 19")
	require.NotContains(t, sentence, "Config 20", "only the first ones are named")
	_, err = w.CreateRun(t.Context(), 1, api.NewRun{Name: "refused", Source: strings.Repeat("ä", 256)})
	requireField(t, err, "source")
	_, err = s.CreateProject(t.Context(), "MY project")
	require.Contains(t, requireField(t, err, "name"), "MY project")
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
	require.Equal(t, api.Refused("Automation run %d would have more than 1048575 tests.", run), err)
	require.NoError(t, w.AppendThread(t.Context(), thread, api.ThreadUpdate{Tests: batch(0, "passed")[:1]}))
	filter := api.NewTestFilter()
	filter.Folder = "shop.orders.Checkout0"
	last, err := s.ListTests(t.Context(), run, filter)
	require.NoError(t, err)
	require.Len(t, last.Result, 1)
	require.Equal(t, (run+1)<<20-1, last.Result[0].ID)
}

func TestElapsedDoesNotRunOver(t *testing.T) {
	t.Parallel()
	const most = 1<<53 - 1
	for name, newURL := range databases() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := openStore(t, newURL(t), store.Options{Hasty: true})
			w := writerOf(t, s)
			for range 1030 {
				run, err := w.CreateRun(t.Context(), 1, api.NewRun{Name: "slow", Source: "backend"})
				require.NoError(t, err)
				thread, err := w.CreateThread(t.Context(), run, api.ThreadUpdate{ElapsedObserved: new(int64(most))})
				require.NoError(t, err)
				require.NoError(t, w.AppendThread(t.Context(), thread, api.ThreadUpdate{ElapsedObserved: new(int64(most))}))
				require.NoError(t, w.CompleteRun(t.Context(), run, api.RunEnd{}))
			}
			sources, err := s.ListSources(t.Context(), 1, api.NewSourceFilter())
			require.NoError(t, err)
			require.EqualValues(t, most, sources.Result[0].ElapsedAverage)
			require.EqualValues(t, most, *runOf(t, s, 1030).Elapsed)
		})
	}
}
