// Package apitest holds every backend to one behaviour: Exercise runs the same
// tests against the store on each database, and through client and server.
// Expectations are predicates over Seed, and each list is collected through
// pages of every size, so that one table covers filters, order, ties and paging.
//
// It is imported by tests only, and must know nothing but the contract.
package apitest

import (
	"errors"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/runboard/runboard/api"
)

// Backend is what is held to the behaviour.
type Backend struct {
	Reader       api.Reader
	Insight      api.Insight // nil where there is none, as over the wire.
	Capabilities api.Capabilities

	// Writer acts as the API user of a name, who is made when there is none.
	Writer func(t *testing.T, name string, scope api.Scope) api.Writer
	// CreateProject makes a project and returns its id.
	CreateProject func(t *testing.T, name string) int64
}

// Open makes a backend that has no runs, and lasts until the test ends. It must
// take the time from now, by which hours pass between two requests.
type Open func(t *testing.T, now func() time.Time) Backend

// Exercise checks that the backends which open makes behave as the contract wants
// it. What their Capabilities lack they must refuse.
func Exercise(t *testing.T, open Open) {
	t.Helper()
	t.Run("seed", func(t *testing.T) {
		t.Parallel()
		w := newWorld(t, open)
		for name, exercise := range map[string]func(*testing.T, *world){
			"each run":            exerciseEachRun,
			"filters of runs":     exerciseRunFilters,
			"two filters of runs": exerciseRunFilterPairs,
			"order of runs":       exerciseRunOrder,
			"searches refused":    exerciseRunRefusals,
			"expands of runs":     exerciseRunExpands,
			"counts of runs":      exerciseFacets,
			"days of runs":        exerciseDays,
			"sums over runs":      exerciseSums,
		} {
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				exercise(t, w)
			})
		}
	})
	for name, exercise := range map[string]func(*testing.T, *stage){
		"tests":              exerciseTests,
		"one test":           exerciseOneTest,
		"flaked tests":       exerciseFlaked,
		"folders":            exerciseFolders,
		"projects":           exerciseProjects,
		"sources":            exerciseSources,
		"milestones":         exerciseMilestones,
		"configurations":     exerciseConfigs,
		"users":              exerciseUsers,
		"statuses":           exerciseStatuses,
		"empty project":      exerciseEmpty,
		"unknown ids":        exerciseUnknownIDs,
		"elapsed":            exerciseElapsed,
		"counters":           exerciseCounters,
		"completed":          exerciseCompleted,
		"all or nothing":     exerciseAllOrNothing,
		"unknown references": exerciseReferences,
		"milestone of a run": exerciseMilestoneOfRun,
		"dates":              exerciseDates,
		"texts":              exerciseTexts,
		"writers at once":    exerciseAtOnce,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			exercise(t, newStage(t, open))
		})
	}
}

// clock stands still until it is advanced.
type clock struct{ millis atomic.Int64 }

func newClock() *clock {
	var c clock
	c.millis.Store(SeedTime().UnixMilli())
	return &c
}

func (c *clock) now() time.Time { return time.UnixMilli(c.millis.Load()).UTC() }

func (c *clock) advance(by time.Duration) { c.millis.Add(by.Milliseconds()) }

// stage is a backend with a project of its own, and a writer with every right.
type stage struct {
	Backend
	*clock

	projectID int64
	writer    api.Writer
}

func newStage(t *testing.T, open Open) *stage {
	t.Helper()
	clock := newClock()
	s := &stage{Backend: open(t, clock.now), clock: clock}
	s.projectID = s.CreateProject(t, "Webshop")
	s.writer = s.Writer(t, "ci", api.ScopeAdmin)
	return s
}

// newRun makes a run with as many threads.
func (s *stage) newRun(t *testing.T, name, source string, threads int) (run int64, lanes []int64) {
	t.Helper()
	run, err := s.writer.CreateRun(t.Context(), s.projectID, api.NewRun{Name: name, Source: source})
	require.NoError(t, err)
	for range threads {
		lane, err := s.writer.CreateThread(t.Context(), run, api.ThreadUpdate{})
		require.NoError(t, err)
		lanes = append(lanes, lane)
	}
	return run, lanes
}

func (s *stage) send(t *testing.T, thread int64, tests ...api.NewTest) {
	t.Helper()
	require.NoError(t, s.writer.AppendThread(t.Context(), thread, api.ThreadUpdate{Tests: tests}))
}

// run is a single run as it is now.
func (s *stage) run(t *testing.T, id int64) api.Run {
	t.Helper()
	detail, err := s.Reader.Run(t.Context(), id, nil)
	require.NoError(t, err)
	require.Zero(t, detail.Expands)
	require.Zero(t, detail.Freshness)
	return detail.Result
}

// tests are all tests of a run in the order in which they arrived.
func (s *stage) tests(t *testing.T, run int64) []api.Test {
	t.Helper()
	filter := api.NewTestFilter()
	filter.Order, filter.PerPage = api.OrderAsc, 1000
	return collectTests(t, s.Reader, run, filter)
}

// collect reads a list page by page, and checks how the pages are numbered:
// contract 1.1.
func collect[T any](t *testing.T, perPage int, list func(page int) (api.Page[T], error)) []T {
	t.Helper()
	all := []T{}
	for number := 1; ; number++ {
		page, err := list(number)
		require.NoError(t, err)
		requireNumbers(t, page, number, perPage)
		all = append(all, page.Result...)
		if page.NextPage != 0 {
			require.Len(t, page.Result, perPage, "only the last page may be shorter")
			continue
		}
		require.Len(t, all, page.Total)
		beyond, err := list(number + 2)
		require.NoError(t, err)
		requireNumbers(t, beyond, number+2, perPage)
		require.Equal(t, page.Total, beyond.Total)
		require.Empty(t, beyond.Result)
		return all
	}
}

func requireNumbers[T any](t *testing.T, page api.Page[T], number, perPage int) {
	t.Helper()
	var want [4]api.OptionalID // All of them are null for an empty set.
	if last := (page.Total + perPage - 1) / perPage; last > 0 {
		want = [4]api.OptionalID{api.OptionalID(number), api.OptionalID(min(number-1, last)), 0, api.OptionalID(last)}
		if number < last {
			want[2] = api.OptionalID(number + 1)
		}
	}
	require.Equal(t, want, [4]api.OptionalID{page.Page, page.PrevPage, page.NextPage, page.LastPage}, "page, previous, next and last page")
	require.Equal(t, perPage, page.PerPage)
	require.NotNil(t, page.Result)
	require.Zero(t, page.Freshness)
}

// idsOf are the ids of items in their order, never nil.
func idsOf[T any](items []T, id func(T) int64) []int64 {
	ids := make([]int64, len(items))
	for i, item := range items {
		ids[i] = id(item)
	}
	return ids
}

// requireProblem checks what a caller can see of an error, which is the same
// value wherever it has come from.
func requireProblem(t *testing.T, want *api.Error, err error) {
	t.Helper()
	got, ok := errors.AsType[*api.Error](err)
	require.True(t, ok, "%v", err)
	require.Equal(t, api.Error{Kind: want.Kind, Message: want.Message, Fields: want.Fields},
		api.Error{Kind: got.Kind, Message: got.Message, Fields: got.Fields})
}

// invalid is the refusal of one field, with a sentence about it.
func invalid(field, sentence string) *api.Error {
	return &api.Error{
		Kind: api.KindInvalid, Message: "The given data was invalid.", Fields: map[string][]string{field: {sentence}},
	}
}
