package facet_test

import (
	"fmt"
	"runtime"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/runboard/runboard/api"
	"github.com/runboard/runboard/api/facet"
)

// The runs of a benchmark are spread evenly over two years until then.
var benchmarkNow = time.Date(2026, 1, 2, 12, 0, 0, 0, time.UTC)

const benchmarkSpan = 2 * 365 * 24 * time.Hour

// benchmarkRun is the n-th of some runs: 40 sources of 12 teams, each in four
// configurations, a new milestone a month, and 2,000 names besides those that no
// other run has, which every fourth run has.
func benchmarkRun(n, count int) facet.Run {
	mixed := int64(uint32(n*2654435761) >> 8)
	age := benchmarkSpan / time.Duration(count) * time.Duration(count-n)
	created := benchmarkNow.Add(-age).UnixMilli()
	run := facet.Run{
		ID: int64(n + 1), ProjectID: 1, SourceID: 1 + mixed%40, MilestoneID: created / (30 * 24 * 3_600_000), ConfigID: mixed / 40 % 4,
		CreatedBy: 1 + mixed%40%7, Status: api.StatusSuccess, CreatedAt: created, CompletedAt: created + 60_000 + mixed%600_000,
		Elapsed: 60_000_000 + mixed*977%6e9, Total: 500 + int(mixed%1000),
		Name: fmt.Sprintf("Checkout of feature/%d", mixed/3%2000), Source: fmt.Sprintf("Suite %d", 1+mixed%40),
		Tags: []string{fmt.Sprintf("team-%d", mixed%40%12), []string{"main", "release", "nightly"}[mixed/7%3]},
	}
	if n%4 == 0 {
		run.Name = fmt.Sprintf("Pull request %d, build %d", 1000+n/10, n)
	}
	if mixed%11 == 0 {
		run.Status, run.Failure = api.StatusFailure, 1+int(mixed%50)
	}
	return run
}

// fill makes an index, and reports how much memory it takes.
func fill(b *testing.B, count int) (index *facet.Index, bytesPerRun float64) {
	b.Helper()
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	index = facet.New()
	for n := range count {
		index.Put(benchmarkRun(n, count))
	}
	runtime.GC()
	runtime.ReadMemStats(&after)
	return index, float64(after.HeapAlloc-before.HeapAlloc) / float64(count)
}

var benchmarkFilters = []struct {
	name   string
	change func(f *api.RunFilter)
}{
	{"all", func(*api.RunFilter) {}},
	{"status", func(f *api.RunFilter) { f.Statuses = []int64{3} }},
	{"chosen", func(f *api.RunFilter) {
		f.Statuses, f.SourceIDs, f.Tags = []int64{2, 3}, []int64{3, 4, 5}, []string{"main", "team-3"}
	}},
	{"month", func(f *api.RunFilter) { f.CreatedAfter = "2025-12-03" }},
	{"year", func(f *api.RunFilter) { f.CreatedAfter, f.CreatedBefore = "2024-06-01", "2025-06-01" }},
	{"search", func(f *api.RunFilter) { f.Q = "REQUEST 47" }},
	{"search, nothing", func(f *api.RunFilter) { f.Q = "nothing at all" }},
	{"everything", func(f *api.RunFilter) {
		f.Statuses, f.SourceIDs, f.Tags = []int64{3}, []int64{3, 4, 5}, []string{"main", "team-3"}
		f.CreatedAfter, f.Q, f.Name = "2025-06-01", "e", "build"
	}},
}

// plainCount looks at one number of each run and nothing else.
func plainCount(column []int32) (found int) {
	for _, value := range column {
		if value == 3 {
			found++
		}
	}
	return found
}

// benchmarkQuestions asks each question of few runs and of many, and in between
// takes a plain count of as many: x-plain-count is how much longer the question
// takes, by the medians.
func benchmarkQuestions(b *testing.B, ask func(index *facet.Index, filter api.RunFilter)) {
	b.Helper()
	for _, count := range []int{10_000, 1_000_000} {
		index, bytesPerRun := fill(b, count)
		column := make([]int32, count)
		for _, question := range benchmarkFilters {
			b.Run(fmt.Sprintf("runs=%d/%s", count, question.name), func(b *testing.B) {
				filter := api.NewRunFilter()
				filter.PerPage = 25
				question.change(&filter)
				var answers, floors []time.Duration
				for b.Loop() {
					started := time.Now()
					ask(index, filter)
					asked := time.Now()
					found := plainCount(column)
					answers, floors = append(answers, asked.Sub(started)), append(floors, time.Since(asked))
					require.Zero(b, found)
				}
				p50, floor := median(answers), median(floors)
				b.ReportMetric(float64(p50)/float64(floor), "x-plain-count")
				b.ReportMetric(float64(p50.Nanoseconds())/1000, "p50-µs")
				b.ReportMetric(float64(floor.Nanoseconds())/1000, "floor-µs")
				b.ReportMetric(bytesPerRun, "B/run")
				b.ReportMetric(0, "ns/op")
			})
		}
	}
}

func median(times []time.Duration) time.Duration {
	slices.Sort(times)
	return times[len(times)/2]
}

// BenchmarkFacets counts runs by everything.
func BenchmarkFacets(b *testing.B) {
	zone, err := time.LoadLocation("Europe/Berlin")
	require.NoError(b, err)
	benchmarkQuestions(b, func(index *facet.Index, filter api.RunFilter) { index.Facets(1, filter, zone, benchmarkNow) })
}

// BenchmarkSelect finds the newest 25 runs.
func BenchmarkSelect(b *testing.B) {
	benchmarkQuestions(b, func(index *facet.Index, filter api.RunFilter) { index.Select(1, filter) })
}

// BenchmarkSort finds 25 runs in the middle of a list, after it has been sorted so for the first time.
func BenchmarkSort(b *testing.B) {
	const count = 1_000_000
	index, _ := fill(b, count)
	for _, sort := range api.RunSorts() {
		b.Run(sort, func(b *testing.B) {
			filter := api.NewRunFilter()
			filter.Sort, filter.PerPage, filter.Page = sort, 25, count/50
			started := time.Now()
			index.Select(1, filter)
			first := time.Since(started)
			for b.Loop() {
				index.Select(1, filter)
			}
			b.ReportMetric(float64(first.Milliseconds()), "ms-first")
		})
	}
}

// BenchmarkPut adds runs, and replaces one that is running, in an index that can sort by everything.
func BenchmarkPut(b *testing.B) {
	const count = 1_000_000
	index, _ := fill(b, count)
	filter := api.NewRunFilter()
	for _, filter.Sort = range api.RunSorts() {
		index.Select(1, filter)
	}
	b.Run("another", func(b *testing.B) {
		n := count
		for b.Loop() {
			index.Put(benchmarkRun(n, count))
			n++
		}
	})
	b.Run("again", func(b *testing.B) {
		run := benchmarkRun(count/2, count)
		for b.Loop() {
			run.Total += 250
			run.Failure++
			run.Elapsed += 1_000_000
			index.Put(run)
		}
	})
}
