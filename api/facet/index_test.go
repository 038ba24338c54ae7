package facet_test

import (
	"math/rand/v2"
	"slices"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/runboard/runboard/api"
	"github.com/runboard/runboard/api/facet"
)

var noon = time.Date(2026, 3, 29, 12, 0, 0, 0, time.UTC)

// team is a handful of runs of project 1, and one of project 2.
func team() *facet.Index {
	index := facet.New()
	at := func(hours int) int64 { return noon.Add(time.Duration(hours) * time.Hour).UnixMilli() }
	for _, run := range []facet.Run{
		{
			ID: 1, SourceID: 7, MilestoneID: 30, CreatedBy: 5, Status: api.StatusSuccess, CreatedAt: at(-50), CompletedAt: at(-49),
			Elapsed: 90, Total: 10, Name: "Nightly", Source: "Backend", Tags: []string{"main", "main"},
		},
		{
			ID: 2, SourceID: 8, ConfigID: 40, CreatedBy: 5, Status: api.StatusFailure, CreatedAt: at(-40), CompletedAt: at(-30),
			Elapsed: 70, Failure: 3, Total: 10, Name: "nightly", Source: "Frontend", Tags: []string{"main", "Ünstable"},
		},
		{
			ID: 3, SourceID: 7, CreatedBy: 6, Status: api.StatusFailure, CreatedAt: at(-2), CompletedAt: at(-1),
			Elapsed: -1, Failure: 1, Total: 5, Name: "Pull request 17", Source: "Backend",
		},
		{
			ID: 4, SourceID: 7, CreatedBy: 5, Status: api.StatusRunning, CreatedAt: at(-1), Elapsed: -1, Name: "Ad hoc", Source: "Backend",
			Tags: []string{"main"},
		},
	} {
		run.ProjectID = 1
		index.Put(run)
	}
	index.Put(facet.Run{ID: 5, ProjectID: 2, SourceID: 9, CreatedBy: 5, Status: api.StatusSuccess, CreatedAt: at(0), Elapsed: -1, Name: "Nightly"})
	return index
}

func TestSelect(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		change func(f *api.RunFilter)
		want   []int64
	}{
		"newest first":                 {func(*api.RunFilter) {}, []int64{4, 3, 2, 1}},
		"oldest first":                 {func(f *api.RunFilter) { f.Order = api.OrderAsc }, []int64{1, 2, 3, 4}},
		"names whatever their case":    {func(f *api.RunFilter) { f.Sort, f.Order = "automation_runs:name", api.OrderAsc }, []int64{4, 1, 2, 3}},
		"ties turn round too":          {func(f *api.RunFilter) { f.Sort = "automation_runs:name" }, []int64{3, 2, 1, 4}},
		"slowest first":                {func(f *api.RunFilter) { f.Sort = "automation_runs:elapsed" }, []int64{1, 2, 4, 3}},
		"quickest first":               {func(f *api.RunFilter) { f.Sort, f.Order = "automation_runs:elapsed", api.OrderAsc }, []int64{2, 1, 3, 4}},
		"most failures first":          {func(f *api.RunFilter) { f.Sort = "automation_runs:failure_count" }, []int64{2, 3, 4, 1}},
		"most tests first":             {func(f *api.RunFilter) { f.Sort = "automation_runs:total_count" }, []int64{2, 1, 3, 4}},
		"completed first":              {func(f *api.RunFilter) { f.Sort, f.Order = "automation_runs:completed_at", api.OrderAsc }, []int64{1, 2, 3, 4}},
		"completed last":               {func(f *api.RunFilter) { f.Sort = "automation_runs:completed_at" }, []int64{3, 2, 1, 4}},
		"any of several statuses":      {func(f *api.RunFilter) { f.Statuses = []int64{2, 4} }, []int64{4, 1}},
		"a source and a user":          {func(f *api.RunFilter) { f.SourceIDs, f.CreatedBy = []int64{7}, []int64{5} }, []int64{4, 1}},
		"a milestone":                  {func(f *api.RunFilter) { f.MilestoneIDs = []int64{30, 31} }, []int64{1}},
		"a configuration":              {func(f *api.RunFilter) { f.ConfigIDs = []int64{40} }, []int64{2}},
		"any of several tags":          {func(f *api.RunFilter) { f.Tags = []string{"Ünstable", "main"} }, []int64{4, 2, 1}},
		"tags as they are written":     {func(f *api.RunFilter) { f.Tags = []string{"Main"} }, nil},
		"after that instant":           {func(f *api.RunFilter) { f.CreatedAfter = "2026-03-29T10:00:00Z" }, []int64{4}},
		"after one a little earlier":   {func(f *api.RunFilter) { f.CreatedAfter = "2026-03-29T09:59:59.9999Z" }, []int64{4, 3}},
		"before that instant":          {func(f *api.RunFilter) { f.CreatedBefore = "2026-03-27T20:00:00Z" }, []int64{1}},
		"before one a little later":    {func(f *api.RunFilter) { f.CreatedBefore = "2026-03-27T20:00:00.0001Z" }, []int64{2, 1}},
		"a day of a zone":              {func(f *api.RunFilter) { f.CreatedAfter, f.Zone = "2026-03-27", "Pacific/Auckland" }, []int64{4, 3, 2, 1}},
		"found in the name":            {func(f *api.RunFilter) { f.Q = "IGHT" }, []int64{2, 1}},
		"found in the source":          {func(f *api.RunFilter) { f.Q = "backEND" }, []int64{4, 3, 1}},
		"found in a tag":               {func(f *api.RunFilter) { f.Q = "üNST" }, []int64{2}},
		"the name alone":               {func(f *api.RunFilter) { f.Name = "end" }, nil},
		"not in two names at once":     {func(f *api.RunFilter) { f.Q = "nightlyp" }, nil},
		"an unknown source":            {func(f *api.RunFilter) { f.SourceIDs = []int64{4711} }, nil},
		"one that is another's source": {func(f *api.RunFilter) { f.SourceIDs = []int64{9} }, nil},
	}
	index := team()
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			filter := api.NewRunFilter()
			test.change(&filter)
			ids, total := index.Select(1, filter)
			require.Equal(t, test.want, ids)
			require.Equal(t, len(test.want), total)
		})
	}
}

func TestPages(t *testing.T) {
	t.Parallel()
	index := facet.New()
	for id := range int64(40) {
		index.Put(facet.Run{ID: id + 1, ProjectID: 1, SourceID: 1 + id%2, Status: api.StatusSuccess, CreatedAt: 1})
	}
	filter := api.NewRunFilter()
	filter.PerPage, filter.Page = 15, 3
	ids, total := index.Select(1, filter)
	require.Equal(t, 40, total)
	require.Equal(t, []int64{10, 9, 8, 7, 6, 5, 4, 3, 2, 1}, ids)

	filter.SourceIDs, filter.Page = []int64{2}, 2
	ids, total = index.Select(1, filter)
	require.Equal(t, 20, total)
	require.Equal(t, []int64{10, 8, 6, 4, 2}, ids)

	for _, beyond := range []int{3, 1 << 31} {
		filter.Page = beyond
		ids, total = index.Select(1, filter)
		require.Equal(t, 20, total)
		require.Empty(t, ids)
	}
}

func TestFacets(t *testing.T) {
	t.Parallel()
	filter := api.NewRunFilter()
	filter.Statuses, filter.SourceIDs, filter.Tags, filter.CreatedAfter = []int64{3}, []int64{7, 10}, []string{"main"}, "2026-03-28"
	got := team().Facets(1, filter, time.UTC, noon)
	got.Days = nil
	require.Equal(t, api.RunFacets{
		Total:    0,
		Statuses: []api.Facet{{ID: 3, Count: 0}, {ID: 4, Count: 1}},
		Sources:  []api.Facet{{ID: 7, Count: 0}, {ID: 10, Count: 0}},
		Tags:     []api.Facet{{Name: "main", Count: 0}},
		Lifted:   map[string]int{"status": 1, "source_id": 0, "tags": 1, "created_after": 0},
	}, got)

	got = team().Facets(1, api.NewRunFilter(), time.UTC, noon)
	got.Days = nil
	require.Equal(t, api.RunFacets{
		Total:      4,
		Statuses:   []api.Facet{{ID: 2, Count: 1}, {ID: 3, Count: 2}, {ID: 4, Count: 1}},
		Sources:    []api.Facet{{ID: 7, Count: 3}, {ID: 8, Count: 1}},
		Milestones: []api.Facet{{ID: 30, Count: 1}},
		Configs:    []api.Facet{{ID: 40, Count: 1}},
		Users:      []api.Facet{{ID: 5, Count: 3}, {ID: 6, Count: 1}},
		Tags:       []api.Facet{{Name: "main", Count: 3}, {Name: "Ünstable", Count: 1}},
		Lifted:     map[string]int{},
	}, got)
}

// Kathmandu is a quarter to six ahead, so that its next day begins at 18:15 UTC.
func TestDays(t *testing.T) {
	t.Parallel()
	tests := map[string][]api.Day{
		"UTC":            {{Date: "2026-03-27", Success: 1, Failure: 1}, {Date: "2026-03-28"}, {Date: "2026-03-29", Failure: 1, Running: 1}},
		"Europe/Berlin":  {{Date: "2026-03-27", Success: 1, Failure: 1}, {Date: "2026-03-28"}, {Date: "2026-03-29", Failure: 1, Running: 1}},
		"Asia/Kathmandu": {{Date: "2026-03-27", Success: 1}, {Date: "2026-03-28", Failure: 1}, {Date: "2026-03-29", Failure: 1, Running: 1}},
	}
	filter := api.NewRunFilter()
	filter.CreatedAfter = "2026-03-29"
	for name, want := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			zone, err := time.LoadLocation(name)
			require.NoError(t, err)
			days := team().Facets(1, filter, zone, noon).Days
			require.Len(t, days, api.FacetDays)
			require.Equal(t, want, days[api.FacetDays-3:])
			require.Equal(t, "2026-01-29", days[0].Date)
		})
	}
}

// On the last Sunday of March a day in Berlin begins at 23:00 UTC and ends at 22:00.
func TestShortDay(t *testing.T) {
	t.Parallel()
	zone, err := time.LoadLocation("Europe/Berlin")
	require.NoError(t, err)
	index := facet.New()
	for i, created := range []string{"2026-03-28T22:59:59.999Z", "2026-03-28T23:00:00Z", "2026-03-29T21:59:59.999Z", "2026-03-29T22:00:00Z"} {
		at, err := time.Parse(time.RFC3339, created)
		require.NoError(t, err)
		index.Put(facet.Run{ID: int64(i + 1), ProjectID: 1, Status: api.StatusSuccess, CreatedAt: at.UnixMilli()})
	}
	days := index.Facets(1, api.NewRunFilter(), zone, noon.AddDate(0, 0, 1)).Days
	require.Equal(t, []api.Day{
		{Date: "2026-03-28", Success: 1}, {Date: "2026-03-29", Success: 2}, {Date: "2026-03-30", Success: 1},
	}, days[api.FacetDays-3:])
}

// Whoever follows a day of the strip finds the runs that it counts, also where
// the clocks skip midnight, or all of the day.
func TestDaysAreTheirLists(t *testing.T) {
	t.Parallel()
	for name, moment := range map[string]time.Time{
		"UTC":              time.Date(2026, 3, 29, 0, 0, 0, 0, time.UTC),
		"Europe/Berlin":    time.Date(2026, 3, 29, 1, 0, 0, 0, time.UTC),
		"America/New_York": time.Date(2025, 11, 2, 6, 0, 0, 0, time.UTC),
		"Asia/Kathmandu":   time.Date(2026, 1, 2, 18, 15, 0, 0, time.UTC),
		"America/Santiago": time.Date(2026, 9, 6, 4, 0, 0, 0, time.UTC),
		"Africa/Cairo":     time.Date(2026, 4, 23, 22, 0, 0, 0, time.UTC),
		"Pacific/Apia":     time.Date(2011, 12, 30, 10, 0, 0, 0, time.UTC),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			zone, err := time.LoadLocation(name)
			require.NoError(t, err)
			index := facet.New()
			for i := range int64(400) {
				at := moment.Add(time.Duration(i/4-50)*time.Hour).UnixMilli() + i%4 - 2
				index.Put(facet.Run{ID: i + 1, ProjectID: 1, Status: api.StatusRunning, CreatedAt: at})
			}
			filter := api.NewRunFilter()
			filter.Zone = name
			days := index.Facets(1, filter, zone, moment.AddDate(0, 0, 10)).Days
			counted := 0
			for i, day := range days[1:] {
				filter.CreatedAfter, filter.CreatedBefore = days[i].Date, day.Date
				_, total := index.Select(1, filter)
				require.Equal(t, days[i].Running, total, days[i].Date)
				counted += total
			}
			require.Equal(t, 400, counted)
		})
	}
}

// The library's rules for zones have a gap at the end of 2040, which nothing must wait in.
func TestDaysFarAhead(t *testing.T) {
	t.Parallel()
	zone, err := time.LoadLocation("Europe/Berlin")
	require.NoError(t, err)
	now := time.Date(2041, 1, 10, 12, 0, 0, 0, time.UTC)
	index := facet.New()
	index.Put(facet.Run{ID: 1, ProjectID: 1, Status: api.StatusRunning, CreatedAt: now.UnixMilli()})
	days := index.Facets(1, api.NewRunFilter(), zone, now).Days
	require.Equal(t, api.Day{Date: "2041-01-10", Running: 1}, days[api.FacetDays-1])
}

func TestPutReplaces(t *testing.T) {
	t.Parallel()
	index := team()
	filter := api.NewRunFilter()
	filter.Sort = "automation_runs:completed_at"
	ids, _ := index.Select(1, filter)
	require.Equal(t, []int64{3, 2, 1, 4}, ids)
	index.Put(facet.Run{
		ID: 4, ProjectID: 1, SourceID: 7, CreatedBy: 5, Status: api.StatusSuccess, CreatedAt: noon.UnixMilli(), CompletedAt: noon.UnixMilli(),
		Elapsed: 1, Name: "Ad hoc", Source: "Backend",
	})
	ids, _ = index.Select(1, filter)
	require.Equal(t, []int64{4, 3, 2, 1}, ids)
	facets := index.Facets(1, filter, time.UTC, noon)
	require.Equal(t, 4, facets.Total)
	require.Equal(t, []api.Facet{{ID: 2, Count: 2}, {ID: 3, Count: 2}}, facets.Statuses)
	require.Equal(t, []api.Facet{{Name: "main", Count: 2}, {Name: "Ünstable", Count: 1}}, facets.Tags)
}

// Numbers are kept in as few bytes as they need.
func TestNumbersOfEverySize(t *testing.T) {
	t.Parallel()
	for _, bits := range []int{8, 16, 32, 62} {
		t.Run(strconv.Itoa(bits), func(t *testing.T) {
			t.Parallel()
			index, limit := facet.New(), 1<<bits
			for i, total := range []int{limit, 0, limit - 1, 1, limit + 1} {
				index.Put(facet.Run{ID: int64(i + 1), ProjectID: 1, Total: total})
				filter := api.NewRunFilter()
				filter.Sort, filter.Order = "automation_runs:total_count", api.OrderAsc
				ids, _ := index.Select(1, filter)
				require.Equal(t, [][]int64{{1}, {2, 1}, {2, 3, 1}, {2, 4, 3, 1}, {2, 4, 3, 1, 5}}[i], ids)
			}
		})
	}
}

func TestUnknownProject(t *testing.T) {
	t.Parallel()
	ids, total := team().Select(4711, api.NewRunFilter())
	require.Empty(t, ids)
	require.Zero(t, total)
	filter := api.NewRunFilter()
	filter.SourceIDs = []int64{7}
	facets := team().Facets(4711, filter, time.UTC, noon)
	require.Equal(t, []api.Facet{{ID: 7}}, facets.Sources)
	require.Len(t, facets.Days, api.FacetDays)
}

// Thousands of runs fill several blocks and chunks, and few groups are worth a view.
func TestManyRunsAgreeWithTheModel(t *testing.T) {
	t.Parallel()
	zone, err := time.LoadLocation("America/New_York")
	require.NoError(t, err)
	for name, id := range map[string]func(n int) int64{
		"ascending":  func(n int) int64 { return int64(n + 1) },
		"descending": func(n int) int64 { return int64(10_000 - n) },
		"mixed":      func(n int) int64 { return int64(n*7919%9973 + 1) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			random := rand.New(rand.NewPCG(1, 2))
			index, want := facet.New(), model{}
			put := func(id int64) {
				run := facet.Run{
					ID: id, ProjectID: 1, SourceID: 1 + id%2, Source: words[id%2+1], CreatedBy: 1,
					Status: api.RunStatus(2 + random.IntN(3)), CreatedAt: noon.UnixMilli() - id*2_000_000, Elapsed: random.Int64N(100) - 1,
					Failure: random.IntN(100), Total: random.IntN(100_000), Name: words[random.IntN(len(words))], Tags: tags[:1+id%2],
				}
				index.Put(run)
				want[run.ID] = run
			}
			compare := func() {
				for _, filter := range manyFilters(random) {
					ids, total := want.Select(1, filter)
					gotIDs, gotTotal := index.Select(1, filter)
					require.Equal(t, total, gotTotal)
					require.Equal(t, ids, gotIDs)
					require.Equal(t, want.Facets(1, filter, zone, noon), index.Facets(1, filter, zone, noon))
				}
			}
			for _, upTo := range []int{20, 3000} {
				for n := range upTo {
					put(id(n))
				}
				compare()
			}
			for n := range 3000 {
				put(id(n * 2))
			}
			compare()
		})
	}
}

// manyFilters has each sort in both directions, on some page.
func manyFilters(random *rand.Rand) (filters []api.RunFilter) {
	for _, sort := range api.RunSorts() {
		for i, change := range []func(f *api.RunFilter){
			func(*api.RunFilter) {},
			func(f *api.RunFilter) { f.Statuses, f.Tags = []int64{2, 3}, []string{"Main"} },
			func(f *api.RunFilter) { f.CreatedAfter, f.Q = "2026-03-01", "night" },
			func(f *api.RunFilter) { f.CreatedBefore = "2026-03-01" },
		} {
			filter := api.NewRunFilter()
			filter.Sort, filter.Order, filter.Page = sort, []string{api.OrderAsc, api.OrderDesc}[i%2], 1+random.IntN(20)
			change(&filter)
			filters = append(filters, filter)
		}
	}
	return filters
}

// Whoever reads while runs are put sees each run once, as it was before or after.
func TestReadersAndAWriter(t *testing.T) {
	t.Parallel()
	const runs, readers, rounds = 3000, 4, 30
	index := facet.New()
	put := func(id int64, status api.RunStatus) {
		index.Put(facet.Run{
			ID: id, ProjectID: 1, SourceID: 1 + id%3, CreatedBy: 1, Status: status, CreatedAt: noon.UnixMilli() - id*60_000,
			Elapsed: id * int64(status), Total: int(id) * int(status), Name: words[id%5], Tags: tags[:id%3],
		})
	}
	for id := range int64(runs) {
		put(id+1, api.StatusRunning)
	}
	var writer sync.WaitGroup
	writer.Go(func() {
		for id := range int64(runs) {
			put(id+1, api.StatusFailure)
		}
	})
	t.Run("readers", func(t *testing.T) {
		for reader := range readers {
			t.Run(strconv.Itoa(reader), func(t *testing.T) {
				t.Parallel()
				for round := range rounds {
					requireWhole(t, index, reader+round, 1+round)
				}
			})
		}
	})
	writer.Wait()
	require.Equal(t, []api.Facet{{ID: 3, Count: runs}}, index.Facets(1, api.NewRunFilter(), time.UTC, noon).Statuses)
}

// requireWhole checks that all counts of runs of one source each, created on the
// last days, agree.
func requireWhole(t *testing.T, index *facet.Index, sort, page int) {
	t.Helper()
	filter := api.NewRunFilter()
	filter.Sort, filter.Page = api.RunSorts()[sort%len(api.RunSorts())], page
	filter.Q = []string{"", "night"}[sort%2]
	ids, total := index.Select(1, filter)
	slices.Sort(ids)
	require.Len(t, slices.Compact(ids), min(filter.PerPage, max(total-(page-1)*filter.PerPage, 0)))
	facets := index.Facets(1, filter, time.UTC, noon)
	require.Equal(t, total, facets.Total)
	require.Equal(t, total, sum(facets.Statuses))
	require.Equal(t, total, sum(facets.Sources))
	onDays := 0
	for _, day := range facets.Days {
		onDays += day.Failure + day.Running
	}
	require.Equal(t, total, onDays)
}

func sum(facets []api.Facet) (sum int) {
	for _, facet := range facets {
		sum += facet.Count
	}
	return sum
}
