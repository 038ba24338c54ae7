package apitest

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/runboard/runboard/api"
	"github.com/runboard/runboard/api/query"
)

// resultCount is how many tests the run of exerciseTests has: two whole pages of
// 115, and pages of 100 of which the last is not full.
const resultCount = 230

// result is a test as it was sent, and what a list shows of it.
type result struct {
	sent api.NewTest
	want api.Test
}

// seedResults are as many tests of every kind. Their keys do not repeat.
func seedResults() []api.NewTest {
	names := []string{"accepts an order", "Rejects 100%", "Über_größe", "zebra", "Zebra", "is 🐌", `a\b`, "accepts an order"}
	folders := []string{"shop.Orders", "Ärger", "shop.Cart", "e2e/طلبات", "shop"}
	tests := make([]api.NewTest, resultCount)
	for i := range tests {
		tests[i] = api.NewTest{
			Key: fmt.Sprintf("%064x", i*i), Name: pick(names, i), Folder: pick(folders, i/3), Status: pick(seedWords, i),
			Artifacts: []api.Artifact{}, Fields: []api.Field{},
		}
		if i%4 > 0 {
			tests[i].Elapsed = new(int64(i % 9 * 1000))
		}
		if i%5 < 2 {
			tests[i].Fields = failure(fmt.Sprintf("expected %d ÄPFEL, got 50%% birnen_%d", i, i%13))
		}
	}
	return tests
}

// failure are fields of which the last carries the text of a failure.
func failure(text string) []api.Field {
	return []api.Field{
		{Type: api.FieldConsole, Name: "Output", Value: new("said before")},
		{Type: api.FieldText, Name: "Empty", IsHighlight: true},
		{Type: api.FieldConsole, Name: "Failure", Value: &text, IsHighlight: true},
	}
}

// testCase is a filter of tests, and which results it wants.
type testCase struct {
	name      string
	set       func(*api.TestFilter)
	wants     func(result) bool
	isSearch  bool
	isResults bool
}

func exerciseTests(t *testing.T, s *stage) {
	run, lanes := s.newRun(t, "nightly", "backend", 3)
	_, others := s.newRun(t, "another", "backend", 1)
	s.send(t, others[0], seedResults()[:20]...)
	results := s.sendResults(t, run, lanes)
	for _, c := range testCases(lanes, others[0]) {
		if c.isSearch && !s.Capabilities.Search || c.isResults && !s.Capabilities.Results {
			continue
		}
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			for _, sort := range s.Capabilities.TestSorts {
				for n, order := range []string{api.OrderAsc, api.OrderDesc} {
					filter := api.NewTestFilter()
					filter.Sort, filter.Order = sort, order
					c.set(&filter)
					filter.PerPage = pick([]int{100, 115, 1000}, len(sort)+n)
					require.Equal(t, wantedTests(results, filter, c.wants), collectTests(t, s.Reader, run, filter), "%s %s", sort, order)
				}
			}
			s.exerciseTestCounts(t, run, c.set)
		})
	}
	s.exerciseTestRefusals(t, run)
}

// exerciseTestCounts checks that the counts of a filter are those of its lists,
// whatever statuses it lets through.
func (s *stage) exerciseTestCounts(t *testing.T, run int64, set func(*api.TestFilter)) {
	t.Helper()
	if s.Insight == nil {
		return
	}
	filter := api.NewTestFilter()
	set(&filter)
	got, err := s.Insight.CountTests(t.Context(), run, filter)
	require.NoError(t, err)
	filter.StatusIDs, filter.Results = nil, nil
	var want api.Counters
	for _, test := range collectTests(t, s.Reader, run, filter) {
		want.Add(statusNamed(test.StatusName), 1)
	}
	require.Equal(t, want, got)
}

// sendResults sends seedResults in batches to one lane after the other, and is
// what has to be listed in the order in which they arrive.
func (s *stage) sendResults(t *testing.T, run int64, lanes []int64) []result {
	t.Helper()
	var results []result
	n := 0
	for batch := range slices.Chunk(seedResults(), 35) {
		s.advance(time.Duration(n%2) * time.Second)
		lane := pick(lanes, n)
		s.send(t, lane, batch...)
		for _, test := range batch {
			status := statusNamed(test.Status)
			want := api.Test{
				RepositoryCaseIDs: []int64{}, Key: test.Key, Name: test.Name, Folder: test.Folder,
				Status: status.RunStatus(), StatusName: status.Name, Elapsed: test.Elapsed,
				ThreadID: api.OptionalID(lane), CreatedAt: api.NewTime(s.now()),
			}
			if len(test.Fields) > 0 && !status.IsPassed {
				want.Message = test.Fields[2].Value
			}
			results = append(results, result{test, want})
		}
		n++
	}
	listed := s.tests(t, run)
	require.Len(t, listed, len(results))
	cases := map[api.OptionalID]bool{0: true}
	for i, got := range listed {
		require.False(t, cases[got.CaseID], "each key has a case of its own")
		cases[got.CaseID] = true
		require.True(t, i == 0 || got.ID > listed[i-1].ID, "what arrives later has a higher id")
		results[i].want.ID, results[i].want.CaseID = got.ID, got.CaseID
	}
	return results
}

func testCases(lanes []int64, foreign int64) []testCase {
	status := func(name string, ids ...int64) testCase {
		return testCase{
			name: name, set: func(f *api.TestFilter) { f.StatusIDs = ids },
			wants: func(r result) bool { return slices.Contains(ids, int64(r.want.Status)) },
		}
	}
	exact := func(name string, ids ...int64) testCase {
		return testCase{
			name: name, isResults: true, set: func(f *api.TestFilter) { f.Results = ids },
			wants: func(r result) bool { return slices.Contains(ids, int64(statusNamed(r.sent.Status).ID)) },
		}
	}
	thread := func(name string, id int64) testCase {
		return testCase{
			name: name, set: func(f *api.TestFilter) { f.ThreadID = id },
			wants: func(r result) bool { return int64(r.want.ThreadID) == id },
		}
	}
	folder := func(name, folder string) testCase {
		return testCase{
			name: name, isResults: true, set: func(f *api.TestFilter) { f.Folder = folder },
			wants: func(r result) bool { return r.sent.Folder == folder },
		}
	}
	search := func(name, text string) testCase {
		return testCase{
			name: name, isSearch: true, set: func(f *api.TestFilter) { f.Q = text },
			wants: func(r result) bool { return r.contains(text) },
		}
	}
	return []testCase{
		{name: "all", set: func(*api.TestFilter) {}, wants: func(result) bool { return true }},
		status("neutral", 1), status("success", 2), status("failure", 3), status("running", 4), status("neutral and failure", 1, 3),
		exact("blocked", int64(api.Blocked)), exact("failed and skipped", 3, 6), exact("a custom one", 25),
		thread("of a thread", lanes[1]), thread("of a thread of another run", foreign), thread("of an unknown thread", unknownID),
		folder("folder", "shop"), folder("folder in other letters", "Ärger"), folder("folder in other capitals", "SHOP"), folder("part of a folder", "sho"),
		search("name", "accepts"), search("name in capitals", "ÜBER_GRÖßE"), search("in folder", "طلب"), search("in key", "0000a9"), search("in message", "äpfel"),
		search("beside other letters", "BIRNEN"), search("an emoji", "🐌"), search("a percent sign", "0%"), search("an underscore", "n_1"),
		search("a backslash", `\`), search("of two columns", "orderaccepts"), search("nothing", "no such"),
		{
			name: "everything at once", isSearch: true, isResults: true,
			set: func(f *api.TestFilter) {
				f.StatusIDs, f.Results, f.ThreadID, f.Folder, f.Q = query.IDs{1, 3}, query.IDs{3, 5, 6}, lanes[0], "shop.Cart", "e"
			},
			wants: func(r result) bool {
				id := statusNamed(r.sent.Status).ID
				return (id == api.Failed || id == api.Blocked || id == api.Skipped) && int64(r.want.ThreadID) == lanes[0] &&
					r.sent.Folder == "shop.Cart" && r.contains("e")
			},
		},
	}
}

// contains is the search of tests.
func (r result) contains(text string) bool {
	searched := []string{r.sent.Name, r.sent.Folder, r.sent.Key}
	if r.want.Message != nil {
		searched = append(searched, *r.want.Message)
	}
	return slices.ContainsFunc(searched, func(s string) bool { return strings.Contains(strings.ToLower(s), strings.ToLower(text)) })
}

// wantedTests are the results that a case wants, in the order of a filter.
func wantedTests(results []result, filter api.TestFilter, wants func(result) bool) []api.Test {
	tests := []api.Test{}
	for _, r := range results {
		if wants(r) {
			tests = append(tests, r.want)
		}
	}
	slices.SortFunc(tests, func(a, b api.Test) int { return compareTests(filter, a, b) })
	return tests
}

// compareTests is the order of a list: what lacks the value stands last, and
// equal ones stand by id in the same direction, with a severity by ascending id.
func compareTests(filter api.TestFilter, a, b api.Test) int {
	direction, unknown, by := 1, 0, 0
	if filter.Order == api.OrderDesc {
		direction = -1
	}
	tie := direction * cmp.Compare(a.ID, b.ID)
	switch filter.Sort {
	case "automation_run_tests:name":
		by = strings.Compare(a.Name, b.Name)
	case "automation_run_tests:status":
		by = cmp.Compare(a.Status, b.Status)
	case "automation_run_tests:elapsed":
		unknown = lastWithout(a.Elapsed != nil, b.Elapsed != nil)
		if a.Elapsed != nil && b.Elapsed != nil {
			by = cmp.Compare(*a.Elapsed, *b.Elapsed)
		}
	case "automation_run_tests:created_at":
		by = a.CreatedAt.Compare(b.CreatedAt.Time)
	case api.SortTestsBySeverity:
		mildest := []string{"Passed", "Skipped", "Untested", "Retest", "Blocked", "Failed"}
		by, tie = cmp.Compare(slices.Index(mildest, a.StatusName), slices.Index(mildest, b.StatusName)), cmp.Compare(a.ID, b.ID)
	}
	return cmp.Or(unknown, direction*by, tie)
}

func collectTests(t *testing.T, reader api.Reader, run int64, filter api.TestFilter) []api.Test {
	t.Helper()
	return collect(t, filter.PerPage, func(page int) (api.Page[api.Test], error) {
		filter.Page = page
		return reader.ListTests(t.Context(), run, filter)
	})
}

// exerciseTestRefusals checks that what a backend cannot do is never ignored.
func (s *stage) exerciseTestRefusals(t *testing.T, run int64) {
	t.Helper()
	refused := map[string]func(*api.TestFilter){}
	if !s.Capabilities.Search {
		refused["q"] = func(f *api.TestFilter) { f.Q = "x" }
	}
	if !s.Capabilities.Results {
		refused["result"] = func(f *api.TestFilter) { f.Results = query.IDs{3} }
		refused["folder"] = func(f *api.TestFilter) { f.Folder = "x" }
	}
	for field, set := range refused {
		filter := api.NewTestFilter()
		set(&filter)
		_, err := s.Reader.ListTests(t.Context(), run, filter)
		requireProblem(t, invalid(field, "This instance cannot filter by this."), err)
	}
	for _, sort := range api.TestSorts() {
		if !slices.Contains(s.Capabilities.TestSorts, sort) {
			filter := api.NewTestFilter()
			filter.Sort = sort
			_, err := s.Reader.ListTests(t.Context(), run, filter)
			requireProblem(t, invalid("sort", "Must be one of "+strings.Join(s.Capabilities.TestSorts, ", ")+"."), err)
		}
	}
}
