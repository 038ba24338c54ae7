package apitest

import (
	"cmp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/runboard/runboard/api"
	"github.com/runboard/runboard/api/query"
)

// collectRuns are the ids of the runs of a filter, from pages of a size.
func (w *world) collectRuns(t *testing.T, filter api.RunFilter, perPage int) []int64 {
	t.Helper()
	filter.PerPage = perPage
	runs := collect(t, perPage, func(page int) (api.Page[api.Run], error) {
		filter.Page = page
		return w.Reader.ListRuns(t.Context(), w.projectID, filter)
	})
	return idsOf(runs, func(run api.Run) int64 { return run.ID })
}

// wanted are the ids of the runs that all parts want, in the order of a filter.
func (w *world) wanted(filter api.RunFilter, parts ...part) []int64 {
	runs := slices.DeleteFunc(slices.Clone(w.runs), func(run seeded) bool {
		return slices.ContainsFunc(parts, func(p part) bool { return !p.wants(run) })
	})
	slices.SortFunc(runs, func(a, b seeded) int { return compareRuns(filter, a.want, b.want) })
	return idsOf(runs, func(run seeded) int64 { return run.want.ID })
}

// compareRuns is the order of a list: what lacks the value stands last, and
// equal ones stand by id in the same direction.
func compareRuns(filter api.RunFilter, a, b api.Run) int {
	direction, unknown := 1, 0
	if filter.Order == api.OrderDesc {
		direction = -1
	}
	var by int
	switch filter.Sort {
	case api.SortRunsByCreation:
		by = a.CreatedAt.Compare(b.CreatedAt.Time)
	case "automation_runs:name":
		by = strings.Compare(strings.ToLower(a.Name), strings.ToLower(b.Name))
	case "automation_runs:elapsed":
		unknown = lastWithout(a.Elapsed != nil, b.Elapsed != nil)
		if a.Elapsed != nil && b.Elapsed != nil {
			by = cmp.Compare(*a.Elapsed, *b.Elapsed)
		}
	case "automation_runs:failure_count":
		by = cmp.Compare(a.Failure, b.Failure)
	case "automation_runs:total_count":
		by = cmp.Compare(a.Total, b.Total)
	case "automation_runs:completed_at":
		unknown, by = lastWithout(a.IsCompleted, b.IsCompleted), a.CompletedAt.Compare(b.CompletedAt.Time)
	}
	return cmp.Or(unknown, direction*cmp.Or(by, cmp.Compare(a.ID, b.ID)))
}

// lastWithout puts what has no value behind what has one.
func lastWithout(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return -1
	default:
		return 1
	}
}

// can reports whether the backend has what a part needs.
func (w *world) can(p part) bool { return !p.isSearch || w.Capabilities.Search }

func exerciseEachRun(t *testing.T, w *world) {
	filter := api.NewRunFilter()
	filter.Order = api.OrderAsc
	list, err := w.Reader.ListRuns(t.Context(), w.projectID, filter)
	require.NoError(t, err)
	require.Zero(t, list.Expands)
	listed := map[int64]api.Run{}
	for _, run := range list.Result {
		listed[run.ID] = run
	}
	filter.Lean = true
	lean, err := w.Reader.ListRuns(t.Context(), w.projectID, filter)
	require.NoError(t, err)
	for i, run := range w.runs {
		got, want := w.run(t, run.want.ID), run.want
		require.Len(t, got.Threads, len(want.Threads))
		want.Threads = slices.Clone(want.Threads)
		for n := range want.Threads {
			require.Positive(t, got.Threads[n].ID)
			want.Threads[n].ID = got.Threads[n].ID
		}
		require.Equal(t, want, got, "run %d of the seed alone", i)
		want.Threads = []api.Thread{}
		require.Equal(t, want, listed[want.ID], "run %d of the seed in the list", i)
	}
	for i, run := range lean.Result {
		want := list.Result[i]
		if len(run.Artifacts)+len(run.Fields)+len(run.Links) == 0 {
			// The wire has no way to leave out what is attached.
			want.Artifacts, want.Fields, want.Links = []api.Artifact{}, []api.Field{}, []api.Link{}
		}
		require.Equal(t, want, run)
	}
}

func exerciseRunFilters(t *testing.T, w *world) {
	for _, p := range w.parts() {
		if !w.can(p) {
			continue
		}
		t.Run(p.parameter+" "+p.name, func(t *testing.T) {
			t.Parallel()
			filter := api.NewRunFilter()
			p.set(&filter)
			want := w.wanted(filter, p)
			for _, perPage := range api.PageSizes() {
				require.Equal(t, want, w.collectRuns(t, filter, perPage), "pages of %d", perPage)
			}
		})
	}
}

// exerciseRunFilterPairs combines every two parameters, each time in another order.
func exerciseRunFilterPairs(t *testing.T, w *world) {
	n := 0
	for first, second := range pairs(w.parts()) {
		if !w.can(first) || !w.can(second) {
			continue
		}
		n++
		filter := api.NewRunFilter()
		filter.Sort, filter.Order = pick(w.Capabilities.RunSorts, n), pick([]string{api.OrderAsc, api.OrderDesc}, n/2)
		first.set(&filter)
		second.set(&filter)
		require.Equal(t, w.wanted(filter, first, second), w.collectRuns(t, filter, pick(api.PageSizes(), n)),
			"%s %s and %s %s", first.parameter, first.name, second.parameter, second.name)
	}
}

func exerciseRunOrder(t *testing.T, w *world) {
	for _, sort := range w.Capabilities.RunSorts {
		for _, order := range []string{api.OrderAsc, api.OrderDesc} {
			t.Run(sort+" "+order, func(t *testing.T) {
				t.Parallel()
				filter := api.NewRunFilter()
				filter.Sort, filter.Order = sort, order
				want := w.wanted(filter)
				require.Len(t, want, SeedSize)
				for _, perPage := range api.PageSizes() {
					require.Equal(t, want, w.collectRuns(t, filter, perPage), "pages of %d", perPage)
				}
			})
		}
	}
}

// exerciseRunRefusals checks that what a backend cannot do is never ignored.
func exerciseRunRefusals(t *testing.T, w *world) {
	for _, sort := range api.RunSorts() {
		if slices.Contains(w.Capabilities.RunSorts, sort) {
			continue
		}
		filter := api.NewRunFilter()
		filter.Sort = sort
		_, err := w.Reader.ListRuns(t.Context(), w.projectID, filter)
		requireProblem(t, invalid("sort", "Must be one of "+strings.Join(w.Capabilities.RunSorts, ", ")+"."), err)
	}
	for _, p := range w.parts() {
		if w.can(p) {
			continue
		}
		filter := api.NewRunFilter()
		p.set(&filter)
		_, err := w.Reader.ListRuns(t.Context(), w.projectID, filter)
		requireProblem(t, invalid(p.parameter, "This instance cannot filter by this."), err)
	}
}

func exerciseRunExpands(t *testing.T, w *world) {
	for _, expands := range [][]string{{}, {"configs"}, {"milestones", "users"}, {"automation_sources"}, {"statuses"}, api.RunExpands()} {
		filter := api.NewRunFilter()
		filter.PerPage, filter.Expands = 15, query.Words(expands)
		for number := 1; number <= SeedSize/15+1; number++ {
			filter.Page = number
			page, err := w.Reader.ListRuns(t.Context(), w.projectID, filter)
			require.NoError(t, err)
			require.Equal(t, w.referred(expands, page.Result), page.Expands, "page %d with %v", number, expands)
		}
		for _, run := range w.runs[:12] {
			detail, err := w.Reader.Run(t.Context(), run.want.ID, expands)
			require.NoError(t, err)
			require.Equal(t, w.referred(expands, []api.Run{run.want}), detail.Expands, "run %d with %v", run.want.ID, expands)
		}
	}
}

// referred are the objects that runs refer to, by id.
func (w *world) referred(expands []string, runs []api.Run) api.Expands {
	ids := map[string][]int64{}
	for _, run := range runs {
		ids["automation_sources"] = append(ids["automation_sources"], run.SourceID)
		ids["configs"] = append(ids["configs"], int64(run.ConfigID))
		ids["milestones"] = append(ids["milestones"], int64(run.MilestoneID))
		ids["users"] = append(ids["users"], run.CreatedBy, int64(run.UpdatedBy), int64(run.CompletedBy))
		for _, thread := range run.Threads {
			ids["users"] = append(ids["users"], thread.CreatedBy, int64(thread.CompletedBy))
		}
	}
	named := func(expand string, known map[string]int64) []api.Named {
		var found []api.Named
		for name, id := range known {
			if slices.Contains(expands, expand) && slices.Contains(ids[expand], id) {
				found = append(found, api.Named{ID: id, Name: name})
			}
		}
		slices.SortFunc(found, func(a, b api.Named) int { return cmp.Compare(a.ID, b.ID) })
		return found
	}
	want := api.Expands{
		Sources: named("automation_sources", w.sources), Configs: named("configs", w.configs),
		Milestones: named("milestones", w.milestones), Users: named("users", w.users),
	}
	if slices.Contains(expands, "statuses") {
		want.Statuses = api.DefaultStatuses()
	}
	return want
}
