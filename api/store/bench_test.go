package store_test

import (
	"fmt"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/runboard/runboard/api"
	"github.com/runboard/runboard/api/store"
)

// BenchmarkListRuns reads a page of 25 among more and more runs.
func BenchmarkListRuns(b *testing.B) {
	for _, count := range []int{100, 10_000, 100_000} {
		b.Run(strconv.Itoa(count), func(b *testing.B) {
			s := storeWithRuns(b, count)
			filter := api.NewRunFilter()
			filter.PerPage, filter.Lean = 25, true
			for b.Loop() {
				page, err := s.ListRuns(b.Context(), 1, filter)
				require.NoError(b, err)
				require.Len(b, page.Result, 25)
			}
		})
	}
}

// storeWithRuns has as many completed runs, put there past the API.
func storeWithRuns(b *testing.B, count int) *store.Store {
	b.Helper()
	path := filepath.Join(b.TempDir(), "runboard.db")
	s := openSQLite(b, path)
	_, err := writerOf(b, s).CreateRun(b.Context(), 1, api.NewRun{Name: "first", Source: "backend"})
	require.NoError(b, err)
	db := rawDB(b, path)
	_, err = db.Exec(`WITH RECURSIVE n(i) AS (SELECT 2 UNION ALL SELECT i + 1 FROM n WHERE i < $1)
		INSERT INTO runs (id, project_id, source_id, name, tags, status, elapsed, counters, created_at, created_by, completed_at, completed_by)
		SELECT i, 1, 1, 'nightly ' || i, '["nightly"]', 2 + i % 2, i * 1000, x'006400', 1700000000000 + i, 1, 1700000000000 + i, 1 FROM n`, count)
	require.NoError(b, err)
	require.NoError(b, s.Warm(b.Context()))
	return s
}

// BenchmarkWarm loads the index of 100,000 runs.
func BenchmarkWarm(b *testing.B) {
	s := storeWithRuns(b, 100_000)
	for b.Loop() {
		s.Forget()
		require.NoError(b, s.Warm(b.Context()))
	}
}

const batchSize = 250

func batch(n int, status string) []api.NewTest {
	tests := make([]api.NewTest, batchSize)
	for i := range tests {
		number := n*batchSize + i
		tests[i] = api.NewTest{
			Key:  fmt.Sprintf("%064x", number),
			Name: fmt.Sprintf("rejects an order of %d items", number), Folder: fmt.Sprintf("shop.orders.Checkout%d", number/40),
			Status: status,
		}
	}
	return tests
}

// BenchmarkAppend stores batches of 250 tests, of cases that are known, as a
// nightly run does; compare it with BenchmarkRawInsert.
func BenchmarkAppend(b *testing.B) {
	for _, size := range []int{1, 40} {
		b.Run(fmt.Sprintf("cases=%d", size*batchSize), func(b *testing.B) {
			s := openSQLite(b, filepath.Join(b.TempDir(), "runboard.db"))
			w, n := writerOf(b, s), 0
			_, thread := newThread(b, w)
			for b.Loop() {
				if n%1000 == 0 {
					_, thread = newThread(b, w)
				}
				require.NoError(b, w.AppendThread(b.Context(), thread, api.ThreadUpdate{Tests: batch(n%size, "passed")}))
				n++
			}
			b.ReportMetric(float64(n*batchSize)/b.Elapsed().Seconds(), "tests/s")
		})
	}
}

// BenchmarkRawInsert is the floor: the same rows by the driver alone, in the same transactions.
func BenchmarkRawInsert(b *testing.B) {
	path := filepath.Join(b.TempDir(), "runboard.db")
	openSQLite(b, path)
	db := rawDB(b, path)
	row := "(?, 1, ?, 2, NULL, 1700000000000, ?, ?)"
	insert, err := db.Prepare("INSERT INTO tests (id, thread_id, case_id, status, elapsed, created_at, name, folder) VALUES " +
		row + strings.Repeat(", "+row, 49))
	require.NoError(b, err)
	n := 0
	for b.Loop() {
		tests := batch(n%40, "passed")
		tx, err := db.BeginTx(b.Context(), nil)
		require.NoError(b, err)
		for chunk := range 5 {
			var args []any
			for i, test := range tests[chunk*50 : chunk*50+50] {
				args = append(args, n*batchSize+chunk*50+i, n%40*batchSize+chunk*50+i, test.Name, test.Folder)
			}
			_, err := tx.Stmt(insert).Exec(args...) //nolint:sqlclosecheck // The end of the transaction closes it.
			require.NoError(b, err)
		}
		require.NoError(b, tx.Commit())
		n++
	}
	b.ReportMetric(float64(n*batchSize)/b.Elapsed().Seconds(), "tests/s")
}

// BenchmarkLargeRun reads what the page of a run of 50,000 tests reads.
func BenchmarkLargeRun(b *testing.B) {
	s := openSQLite(b, filepath.Join(b.TempDir(), "runboard.db"))
	w := writerOf(b, s)
	run, thread := newThread(b, w)
	for n := range 200 {
		tests := batch(n, "passed")
		for i := 0; i < len(tests); i += 50 {
			tests[i].Status = "failed"
		}
		require.NoError(b, w.AppendThread(b.Context(), thread, api.ThreadUpdate{Tests: tests}))
	}
	filters := map[string]func(*api.TestFilter){
		"severity":   func(f *api.TestFilter) { f.Sort = api.SortTestsBySeverity },
		"page 100":   func(f *api.TestFilter) { f.Sort, f.Page = api.SortTestsBySeverity, 100 },
		"id":         func(*api.TestFilter) {},
		"name":       func(f *api.TestFilter) { f.Sort = "automation_run_tests:name" },
		"elapsed":    func(f *api.TestFilter) { f.Sort = "automation_run_tests:elapsed" },
		"failed":     func(f *api.TestFilter) { f.Sort, f.Results = api.SortTestsBySeverity, []int64{3} },
		"q":          func(f *api.TestFilter) { f.Q = "4711" },
		"q, nothing": func(f *api.TestFilter) { f.Q = "nothing" },
		"folder":     func(f *api.TestFilter) { f.Folder = "shop.orders.Checkout17" },
	}
	for name, change := range filters {
		b.Run(name, func(b *testing.B) {
			filter := api.NewTestFilter()
			change(&filter)
			for b.Loop() {
				_, err := s.ListTests(b.Context(), run, filter)
				require.NoError(b, err)
			}
		})
		b.Run(name+", counted", func(b *testing.B) {
			filter := api.NewTestFilter()
			change(&filter)
			for b.Loop() {
				_, err := s.CountTests(b.Context(), run, filter)
				require.NoError(b, err)
			}
		})
	}
	b.Run("folders", func(b *testing.B) {
		for b.Loop() {
			_, err := s.ListFolders(b.Context(), run)
			require.NoError(b, err)
		}
	})
	b.Run("run", func(b *testing.B) {
		for b.Loop() {
			_, err := s.Run(b.Context(), run, api.RunExpands())
			require.NoError(b, err)
		}
	})
}
