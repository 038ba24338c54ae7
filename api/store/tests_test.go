package store_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/runboard/runboard/api"
	"github.com/runboard/runboard/api/store"
)

func highlighted(text string) []api.Field {
	return []api.Field{{Type: 4, Name: "Output", Value: &text}, {Type: 4, Name: "Failure", Value: &text, IsHighlight: true}}
}

// variety is one test of every kind that lists tell apart.
func variety() []api.NewTest {
	elapsed := func(n int64) *int64 { return &n }
	return []api.NewTest{
		{Key: "k0", Name: "accepts an order", Folder: "shop.Orders", Status: "passed", Elapsed: elapsed(5)},
		{Key: "k1", Name: "rejects 100%", Folder: "shop.Orders", Status: "failed", Elapsed: elapsed(9), Fields: highlighted("expected ÄPFEL, got birnen")},
		{Key: "k2", Name: "is slow", Folder: "shop.Cart", Status: "skipped", Fields: highlighted("Not on this system")},
		{Key: "k3", Name: "Über_größe", Folder: "Ärger", Status: "blocked", Elapsed: elapsed(0)},
		{Key: "k4", Name: "is new", Folder: "shop.Cart", Status: "untested"},
		{Key: "k5", Name: "again", Folder: "shop.Cart", Status: "retest", Elapsed: elapsed(9)},
		{Key: "k6", Name: "Zebra", Folder: "shop.Cart", Status: "error"},
	}
}

func keysOf(tests []api.Test) string {
	keys := make([]string, len(tests))
	for i, test := range tests {
		keys[i] = test.Key
	}
	return strings.Join(keys, " ")
}

func TestListsOfTests(t *testing.T) {
	t.Parallel()
	for name, newURL := range databases() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := openStore(t, newURL(t), store.Options{})
			w := writerOf(t, s)
			run, thread := newThread(t, w)
			require.NoError(t, w.AppendThread(t.Context(), thread, api.ThreadUpdate{Tests: variety()}))
			other, _ := newThread(t, w)
			sorted := func(sort, order string) func(*api.TestFilter) {
				return func(f *api.TestFilter) { f.Sort, f.Order = "automation_run_tests:"+sort, order }
			}
			search := func(q string) func(*api.TestFilter) {
				return func(f *api.TestFilter) { f.Q, f.Order = q, api.OrderAsc }
			}
			for name, test := range map[string]struct {
				change func(*api.TestFilter)
				want   string
			}{
				"default":             {func(*api.TestFilter) {}, "k6 k5 k4 k3 k2 k1 k0"},
				"severity":            {sorted("severity", "desc"), "k1 k6 k3 k5 k4 k2 k0"},
				"severity, reversed":  {sorted("severity", "asc"), "k0 k2 k4 k5 k3 k1 k6"},
				"name":                {sorted("name", "asc"), "k6 k0 k5 k4 k2 k1 k3"},
				"elapsed":             {sorted("elapsed", "asc"), "k3 k0 k1 k5 k2 k4 k6"},
				"elapsed, descending": {sorted("elapsed", "desc"), "k5 k1 k0 k3 k6 k4 k2"},
				"status":              {sorted("status", "asc"), "k2 k3 k4 k5 k0 k1 k6"},
				"status, descending":  {sorted("status", "desc"), "k6 k1 k0 k5 k4 k3 k2"},
				"created_at":          {sorted("created_at", "asc"), "k0 k1 k2 k3 k4 k5 k6"},
				"neutral":             {func(f *api.TestFilter) { inArrival(f); f.StatusIDs = []int64{1} }, "k2 k3 k4 k5"},
				"running":             {func(f *api.TestFilter) { f.StatusIDs = []int64{4} }, ""},
				"running, searched":   {func(f *api.TestFilter) { f.StatusIDs, f.Q = []int64{4}, "k" }, ""},
				"blocked":             {func(f *api.TestFilter) { f.Results = []int64{5} }, "k3"},
				"both":                {func(f *api.TestFilter) { f.Results, f.StatusIDs = []int64{3, 5}, []int64{3} }, "k6 k1"},
				"folder":              {func(f *api.TestFilter) { inArrival(f); f.Folder = "shop.Orders" }, "k0 k1"},
				"folder, part":        {func(f *api.TestFilter) { f.Folder = "shop" }, ""},
				"thread":              {func(f *api.TestFilter) { inArrival(f); f.ThreadID = thread }, "k0 k1 k2 k3 k4 k5 k6"},
				"thread of elsewhere": {func(f *api.TestFilter) { f.ThreadID = 4711 }, ""},
				"q, a name":           {search("IS"), "k2 k4"},
				"q, a folder":         {search("orders"), "k0 k1"},
				"q, a key":            {search("K4"), "k4"},
				"q, a message":        {search("not on THIS"), "k2"},
				"q, not ASCII":        {search("äpfel"), "k1"},
				"q, ASCII beside it":  {search("BIRNEN"), "k1"},
				"q, capitals":         {search("ÜBER_GRÖ"), "k3"},
				"q, a percent sign":   {search("0%"), "k1"},
				"q, an underscore":    {search("_"), "k3"},
				"q, a backslash":      {search(`\`), ""},
				"q and more": {func(f *api.TestFilter) {
					f.Q, f.Results, f.ThreadID, f.Folder = "e", []int64{2, 3}, thread, "shop.Orders"
				}, "k1 k0"},
			} {
				tests := testsOf(t, s, run, test.change)
				require.Equal(t, test.want, keysOf(tests), name)
			}
			require.Empty(t, testsOf(t, s, other, inArrival), "tests of another run")

			filter := api.NewTestFilter()
			filter.Page = 9
			page, err := s.ListTests(t.Context(), run, filter)
			require.NoError(t, err)
			require.Empty(t, page.Result)
			require.Equal(t, 7, page.Total)
			_, err = s.ListTests(t.Context(), 4711, filter)
			require.True(t, api.IsKind(err, api.KindNotFound), "%v", err)
		})
	}
}

func TestOneTest(t *testing.T) {
	t.Parallel()
	for name, newURL := range databases() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := openStore(t, newURL(t), store.Options{})
			w := writerOf(t, s)
			run, thread := newThread(t, w)
			line, size, elapsed, long := 0, int64(7), int64(42), strings.Repeat("ä🚀", 200)
			sent := api.NewTest{
				Key: "k", Name: "n", Folder: "f", Status: "failed", Elapsed: &elapsed, File: "a.go", Line: &line,
				Artifacts: []api.Artifact{{Name: "log", URL: "https://example.com/log", Size: &size}},
				Fields:    append(highlighted(long), api.Field{Type: 1, Name: "seed", Meta: map[string]string{"a": "b"}}),
			}
			bare := api.NewTest{Key: "k2", Name: "n2", Folder: "", Status: "passed", Fields: highlighted("said in passing")}
			require.NoError(t, w.AppendThread(t.Context(), thread, api.ThreadUpdate{Tests: []api.NewTest{sent, bare}}))
			tests := testsOf(t, s, run, inArrival)

			got, err := s.Test(t.Context(), run, tests[0].ID)
			require.NoError(t, err)
			require.Equal(t, tests[0], got.Test, "the same as in the list")
			require.Equal(t, strings.Repeat("ä🚀", 125), *got.Message, "its first 250 characters")
			require.Equal(t, []any{run, api.Failed, "Failed", sent.File, sent.Line, sent.Assertions, sent.Artifacts, sent.Fields},
				[]any{got.RunID, got.StatusID, got.StatusName, got.File, got.Line, got.Assertions, got.Artifacts, got.Fields})

			require.Nil(t, tests[1].Message, "a test that passed needs no message")
			got, err = s.Test(t.Context(), run, tests[1].ID)
			require.NoError(t, err)
			require.Equal(t, bare.Fields, got.Fields)

			other, _ := newThread(t, w)
			for _, ids := range [][2]int64{{run, 4711}, {run, tests[1].ID + 1}, {other, tests[0].ID}, {4711, tests[0].ID}, {run, -1}} {
				_, err := s.Test(t.Context(), ids[0], ids[1])
				require.True(t, api.IsKind(err, api.KindNotFound), "%v: %v", ids, err)
			}
		})
	}
}

func TestFlakedTests(t *testing.T) {
	t.Parallel()
	for name, newURL := range databases() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := openStore(t, newURL(t), store.Options{})
			w := writerOf(t, s)
			send := func(thread int64, results ...string) {
				var tests []api.NewTest
				for _, result := range results {
					key, status, _ := strings.Cut(result, "=")
					tests = append(tests, api.NewTest{Key: key, Name: key, Folder: "f", Status: status})
				}
				require.NoError(t, w.AppendThread(t.Context(), thread, api.ThreadUpdate{Tests: tests}))
			}
			earlier, thread := newThread(t, w)
			send(thread, "before=failed", "skip=failed")
			run, first := newThread(t, w)
			second, err := w.CreateThread(t.Context(), run, api.ThreadUpdate{})
			require.NoError(t, err)
			send(first, "flaked=failed", "worse=passed", "across=failed", "red=failed", "skip=failed", "before=passed")
			send(first, "flaked=passed", "worse=failed", "flaked=skipped", "skip=skipped")
			send(second, "across=passed", "red=failed", "flaked=failed")
			_, later := newThread(t, w)
			send(later, "red=passed")

			var flaked []string
			for _, test := range testsOf(t, s, run, inArrival) {
				if test.IsFlaked {
					flaked = append(flaked, test.Key+"="+test.StatusName)
				}
			}
			slices.Sort(flaked)
			require.Equal(t, []string{"across=Failed", "across=Passed", "flaked=Failed", "flaked=Failed", "flaked=Passed"}, flaked)
			for _, test := range testsOf(t, s, earlier, inArrival) {
				require.False(t, test.IsFlaked, test.Key)
			}
		})
	}
}

func TestFolders(t *testing.T) {
	t.Parallel()
	for name, newURL := range databases() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := openStore(t, newURL(t), store.Options{})
			w := writerOf(t, s)
			run, thread := newThread(t, w)
			folders, err := s.ListFolders(t.Context(), run)
			require.NoError(t, err)
			require.Empty(t, folders)
			for range 2 {
				require.NoError(t, w.AppendThread(t.Context(), thread, api.ThreadUpdate{Tests: variety()}))
			}
			folders, err = s.ListFolders(t.Context(), run)
			require.NoError(t, err)
			require.Equal(t, []api.Folder{
				{Name: "shop.Cart", Total: 8, Failure: 2}, {Name: "shop.Orders", Total: 4, Failure: 2}, {Name: "Ärger", Total: 2},
			}, folders)
			_, err = s.ListFolders(t.Context(), 4711)
			require.True(t, api.IsKind(err, api.KindNotFound), "%v", err)
		})
	}
}
