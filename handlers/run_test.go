package handlers_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"
	"github.com/stretchr/testify/require"

	"github.com/runboard/runboard/api"
	"github.com/runboard/runboard/api/query"
	"github.com/runboard/runboard/handlers"
	"github.com/runboard/runboard/views"
)

const (
	tests   = "#" + views.TestsRegion
	head    = "#" + views.RunRegion
	threads = "#" + views.ThreadsRegion
)

// texts are the words of each element that a selector finds.
func texts(a answer, selector string) []string {
	return a.Find(selector).Map(func(_ int, s *goquery.Selection) string { return words(s) })
}

func TestRunAsksForWhatItsAddressSays(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name, target string
		want         api.TestFilter
		next         string // Address of the next page.
	}{
		{"default", "/runs/118", askedOf(func(*api.TestFilter) {}), "/runs/118?page=2"},
		{"result", "/runs/118?result=3", askedOf(func(f *api.TestFilter) { f.Results = query.IDs{3} }), "/runs/118?result=3&page=2"},
		{
			"everything", "/runs/118?status_id=1,3&result=3,6&thread_id=42&folder=checkout/pay&q=card&sort=automation_run_tests:name&order=asc&per_page=250",
			askedOf(func(f *api.TestFilter) {
				f.StatusIDs, f.Results, f.ThreadID, f.Folder, f.Q = query.IDs{1, 3}, query.IDs{3, 6}, 42, "checkout/pay", "card"
				f.Sort, f.Order, f.PerPage = "automation_run_tests:name", api.OrderAsc, 250
			}),
			"/runs/118?status_id=1,3&result=3,6&thread_id=42&folder=checkout/pay&q=card&sort=automation_run_tests:name&order=asc&per_page=250&page=2",
		},
		{"framed", "/runs/118?embed=1&theme=dark", askedOf(func(*api.TestFilter) {}), "/runs/118?page=2&embed=1&theme=dark"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			b := newBoard(t, nil)
			a := b.get(t, tt.target, nil)
			require.Equal(t, http.StatusOK, a.StatusCode, "the address is canonical")
			require.Equal(t, []api.TestFilter{tt.want}, b.askedTests)
			require.Equal(t, tt.next, a.href(t, "nav[aria-label=Pages] a[rel=next]"))
		})
	}
}

func TestRunIsPageOrRegion(t *testing.T) {
	t.Parallel()
	restored := partial.Clone()
	restored.Set("HX-History-Restore-Request", "true")
	for name, tt := range map[string]struct {
		header http.Header
		page   bool
	}{
		"without script": {nil, true}, "partial": {partial, false}, "restored": {restored, true},
	} {
		a := newBoard(t, nil).get(t, "/runs/118", tt.header)
		require.Equal(t, http.StatusOK, a.StatusCode, name)
		require.Equal(t, tt.page, strings.Contains(a.text, "<html"), name)
		require.Equal(t, 3, a.Find(tests+" [data-test-id]").Length(), name)
		require.Equal(t, "1,230 tests, 17 failed, page 1 of 13, failures first", words(a.Find(summary)), name)
		for _, region := range []string{head, threads, filters} {
			require.Equal(t, 1, a.Find(region).Length(), "%s, %s", region, name)
		}
		if tt.page {
			require.Equal(t, "Nightly #118 · Website · Runboard", a.Find("head title").Text(), name)
			require.Equal(t, "/projects/1/runs", a.href(t, "nav[aria-label=Project] a:contains('Runs')"), name)
		}
	}
}

func TestTestRow(t *testing.T) {
	t.Parallel()
	a := newBoard(t, nil).get(t, "/runs/118?q=a", nil)
	row := a.Find("[data-test-id='118001']")
	require.Equal(t, "/runs/118/tests/118001", hrefOf(row.Find("a[data-row]")))
	for _, text := range []string{"Failed", "pays with a card", "Expected 200", "checkout/pay", "Thread 2", "3.2 s"} {
		require.Contains(t, words(row), text)
	}
	require.NotContains(t, words(row), "but got 500", "the first line alone")
	require.NotContains(t, words(row), "Flaked")
	require.Equal(t, "/runs/118?folder=checkout/pay&q=a", hrefOf(row.Find("a:contains('checkout/pay')")))
	require.Equal(t, "/runs/118?thread_id=42&q=a", hrefOf(row.Find("a:contains('Thread 2')")))
	require.Contains(t, words(a.Find("[data-test-id='118002']")), "Flaked")
	require.Contains(t, words(a.Find("[data-test-id='118003']")), "–", "nobody said how long it took")

	a = newBoard(t, nil).get(t, "/runs/118?thread_id=42&folder=checkout/pay", nil)
	require.Equal(t, 0, a.Find("[data-test-id='118001'] td.folder a, [data-test-id='118001'] td.thread a").Length(), "what is chosen leads nowhere")

	one := newBoard(t, func(f *fake, _ *handlers.Options) { f.detail.Result.Threads = f.detail.Result.Threads[:1] })
	require.NotContains(t, words(one.get(t, "/runs/118", nil).Find(tests)), "Thread 1", "a run of one thread does not name it")
}

func TestSegmentsCountWhatIsTrue(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ name, target, want, selected string }{
		{"all", "/runs/118", "All 1,230|Failed 17|Skipped 3|Passed 1,210", "All 1,230"},
		{"a status", "/runs/118?result=6", "All 1,230|Failed 17|Skipped 3|Passed 1,210", "Skipped 3"},
		{"a status that nothing has", "/runs/118?result=5", "All 1,230|Failed 17|Blocked 0|Skipped 3|Passed 1,210", "Blocked 0"},
		{"a thread", "/runs/118?thread_id=41", "All 610|Failed 0|Skipped 0|Passed 610", "All 610"},
		{"no such thread", "/runs/118?thread_id=9", "All 0|Failed 0|Skipped 0|Passed 0", "All 0"},
		{"two statuses", "/runs/118?result=2,3", "All 1,230|Failed 17|Skipped 3|Passed 1,210", ""},
		{"a folder", "/runs/118?folder=hello", "All 1,230|Failed 17|Skipped 3|Passed 1,210", "All 1,230"},
		{"on the scale of the contract", "/runs/118?status_id=3", "All 1,230|Failed 17|Skipped 3|Passed 1,210", ""},
	} {
		a := newBoard(t, func(f *fake, _ *handlers.Options) { f.counts = f.detail.Result.Counters }).get(t, tt.target, nil)
		require.Equal(t, tt.want, strings.Join(texts(a, "[aria-label=Status] a"), "|"), tt.name)
		require.Equal(t, tt.selected, words(a.Find("[aria-label=Status] [aria-current]")), tt.name)
	}

	// What a folder or a search leaves is counted, and the segments stay where they are.
	found := newBoard(t, func(f *fake, _ *handlers.Options) {
		f.counts = api.Counters{}
		f.counts.Add(api.DefaultStatuses().ByID(api.Passed), 40)
		f.counts.Add(api.DefaultStatuses().ByID(api.Failed), 1)
		f.tests.Total = 41
	})
	a := found.get(t, "/runs/118?thread_id=42&q=x", nil)
	require.Equal(t, "All 41|Failed 1|Skipped 0|Passed 40", strings.Join(texts(a, "[aria-label=Status] a"), "|"))
	require.Contains(t, words(a.Find(summary)), "41 tests, 1 failed")
	require.Equal(t, "1,210", a.Find("[aria-label=Status] a:contains('Passed') [data-room]").AttrOr("data-room", ""))
	require.Equal(t, []api.TestFilter{askedOf(func(f *api.TestFilter) { f.ThreadID, f.Q = 42, "x" })}, found.counted)
	require.Contains(t, words(found.get(t, "/runs/118?result=2&q=x", nil).Find(summary)), "41 tests, page 1", "what they have in common is not told again")

	a = newBoard(t, nil).get(t, "/runs/118?status_id=3&thread_id=42&order=asc&page=2", nil)
	require.Equal(t, "/runs/118?result=3&thread_id=42&order=asc", a.href(t, "[aria-label=Status] a:contains('Failed')"))
	require.Equal(t, "/runs/118?thread_id=42&order=asc", a.href(t, "[aria-label=Status] a:contains('All')"))
}

func TestRunFilterBarShowsTheFilter(t *testing.T) {
	t.Parallel()
	a := newBoard(t, nil).get(t, "/runs/118?status_id=3&result=3,7&thread_id=42&folder=hello&q=card&order=asc&per_page=500&embed=1", nil)
	form := a.Find(filters + " form")
	require.Equal(t, "/runs/118", form.AttrOr("action", ""))
	carried := map[string]string{}
	form.Find("input[type=hidden]").Each(func(_ int, s *goquery.Selection) { carried[s.AttrOr("name", "")] = s.AttrOr("value", "") })
	require.Equal(t, map[string]string{
		"status_id": "3", "result": "3,7", "thread_id": "42", "folder": "hello", "order": "asc", "per_page": "500", "embed": "1",
	}, carried)
	require.Equal(t, "card", form.Find("[name=q]").AttrOr("value", ""))
	require.Equal(t, []string{
		"Status Failed Remove Status: Failed", "Status Failed Remove Status: Failed", "Status Custom 1 Remove Status: Custom 1",
		"Thread Thread 2 Remove Thread: Thread 2", "Folder hello Remove Folder: hello", "Search card Remove Search: card", "Reset",
	}, texts(a, "[aria-label='Active filters'] li"))
	require.Equal(t, "/runs/118?status_id=3&result=3&thread_id=42&folder=hello&q=card&order=asc&per_page=500&embed=1", a.href(t, "a:contains('Remove Status: Custom 1')"))
	require.Equal(t, "/runs/118?status_id=3&result=3,7&folder=hello&q=card&order=asc&per_page=500&embed=1", a.href(t, "a:contains('Remove Thread')"))
	require.Equal(t, "/runs/118?order=asc&per_page=500&embed=1", a.href(t, "a:contains('Reset')"))
}

func TestChoicesOfFoldersAndThreads(t *testing.T) {
	t.Parallel()
	a := newBoard(t, nil).get(t, "/runs/118", nil)
	require.Equal(t, []string{"checkout/pay 17 failed 120", "hello 1,100"}, texts(a, "#folder-picker li"), "a query cannot ask for no folder")
	require.Equal(t, []string{"Thread 1 610", "Thread 2 17 failed 620"}, texts(a, "#thread_id-picker li"))
	require.Equal(t, "/runs/118?folder=checkout/pay", a.href(t, "#folder-picker a:contains('checkout')"))

	a = newBoard(t, nil).get(t, "/runs/118?thread_id=42&folder=hello", nil)
	require.Equal(t, []string{"All", "checkout/pay", "hello"}, texts(a, "#folder-picker li"), "nothing has counted the folders of a thread")
	require.Equal(t, "hello", words(a.Find("#folder-picker [aria-current]")))
	require.Equal(t, "/runs/118?thread_id=42", a.href(t, "#folder-picker a:contains('All')"))
	require.Equal(t, "/runs/118?folder=hello", a.href(t, "#thread_id-picker a:contains('All')"))

	many := newBoard(t, func(f *fake, _ *handlers.Options) {
		f.folders = nil
		for i := range 1234 {
			f.folders = append(f.folders, api.Folder{Name: fmt.Sprintf("folder/%d", i), Total: 1})
			f.detail.Result.Threads = append(f.detail.Result.Threads, api.Thread{ID: int64(1000 + i), Index: 2 + i})
		}
	})
	a = many.get(t, "/runs/118", nil)
	require.Equal(t, 200, a.Find("#folder-picker li").Length())
	require.Contains(t, words(a.Find("#folder-picker")), "the search finds the tests of 1,034 others.")
	require.Equal(t, 200, a.Find("#thread_id-picker li").Length())
	require.Equal(t, 200, a.Find(threads+" [data-thread-id]").Length())
	require.Equal(t, "42", a.Find(threads+" [data-thread-id]").First().AttrOr("data-thread-id", ""), "what failed comes first")
	require.Contains(t, words(a.Find(threads)), "the tests of 1,036 others are in the list below.")
	require.Contains(t, words(a.Find(threads+" summary")), "1,236 threads")
}

func TestTestsAreSortedAsFarAsTheBackendCan(t *testing.T) {
	t.Parallel()
	a := newBoard(t, nil).get(t, "/runs/118?result=3&sort=automation_run_tests:elapsed", nil)
	require.Equal(t, "Elapsed", words(a.Find(tests+" th[aria-sort=descending]")))
	require.Equal(t, "/runs/118?result=3&sort=automation_run_tests:elapsed&order=asc", a.href(t, "th a:contains('Elapsed')"))
	require.Equal(t, "/runs/118?result=3&sort=automation_run_tests:name&order=asc", a.href(t, "th a:contains('Test')"))
	require.Equal(t, "/runs/118?result=3", a.href(t, "th a:contains('Status')"))
	require.Contains(t, words(a.Find(summary)), "longest first")

	remote := newBoard(t, func(_ *fake, o *handlers.Options) {
		o.Capabilities = able(api.Capabilities{TestSorts: api.TestSorts()[:1]})
	})
	require.Equal(t, 0, remote.get(t, "/runs/118", nil).Find(tests+" th a").Length())
	require.Equal(t, api.NewTestFilter(), remote.askedTests[0])
}

func TestManyTestsHaveManyPages(t *testing.T) {
	t.Parallel()
	b := newBoard(t, func(f *fake, _ *handlers.Options) { f.tests = api.NewPage(f.tests.Result, 250, 100, 50_000) })
	a := b.get(t, "/runs/118?page=250", nil)
	require.Equal(t, "50,000 tests, 17 failed, page 250 of 500, failures first", words(a.Find(summary)))
	require.Equal(t, "First Previous 1 … 248 249 250 251 252 … 500 Next Last", words(a.Find("nav[aria-label=Pages]")))
	require.Equal(t, "/runs/118?page=249", a.href(t, "a[rel=prev]"))
	require.Equal(t, "/runs/118?per_page=1000", a.href(t, "[id='per-page-1,000']"))

	b = newBoard(t, func(f *fake, _ *handlers.Options) { f.tests = api.NewPage[api.Test](nil, 501, 100, 50_000) })
	a = b.get(t, "/runs/118?page=501", nil)
	require.Equal(t, "50,000 tests, 17 failed, and page 501 is beyond the last, which is 500", words(a.Find(summary)))
	require.Equal(t, "/runs/118?page=500", hrefOf(a.Find(tests+" a").First()))

	few := newBoard(t, func(f *fake, _ *handlers.Options) { f.tests = api.NewPage(f.tests.Result, 1, 100, 3) })
	a = few.get(t, "/runs/118", nil)
	require.Equal(t, 0, a.Find("nav[aria-label=Pages], .per-page").Length(), "nothing to page through")
	require.Equal(t, "3 tests, 17 failed, failures first", words(a.Find(summary)))
}

func TestNoTestSaysWhy(t *testing.T) {
	t.Parallel()
	none := func(change func(f *fake)) *board {
		return newBoard(t, func(f *fake, _ *handlers.Options) {
			f.tests = api.NewPage[api.Test](nil, 1, 100, 0)
			change(f)
		})
	}
	a := none(func(*fake) {}).get(t, "/runs/118?result=3&order=asc", nil)
	require.Equal(t, "No test meets the filter", words(a.Find(summary)))
	require.NotContains(t, words(a.Find(tests)), "No test meets", "once is enough")
	require.Equal(t, "Remove a filter to see more Reset", words(a.Find(tests)))
	require.Equal(t, "/runs/118?order=asc", a.href(t, "#lift-all"))
	b := none(func(f *fake) {
		f.counts.Add(api.DefaultStatuses().ByID(api.Failed), 4)
		f.counts.Add(api.DefaultStatuses().ByID(api.Passed), 7)
	})
	a = b.get(t, "/runs/118?result=2&folder=hello", nil)
	require.Equal(t, "The narrowest filter is Status: Passed Without it there are 11. Remove it Reset", words(a.Find(tests)))
	require.Equal(t, "/runs/118?folder=hello", a.href(t, "#lift"))

	untested := func(status api.RunStatus) func(f *fake) {
		return func(f *fake) { f.detail.Result.Status, f.detail.Result.Counters = status, api.Counters{} }
	}
	a = none(untested(api.StatusRunning)).get(t, "/runs/118", nil)
	require.Equal(t, "No test has arrived yet", words(a.Find(summary)))
	require.NotContains(t, words(a.Find(head)), "No tests", "there may be some")
	require.Contains(t, a.text, `data-refresh="/runs/118"`)
	for _, target := range []string{"/runs/118", "/runs/118?q=x"} {
		a = none(untested(api.StatusSuccess)).get(t, target, nil)
		require.Equal(t, "No test was submitted with this run", words(a.Find(summary)), target)
		require.Contains(t, words(a.Find(head)), "Success No tests", "a success that means nothing")
		require.Equal(t, "note", a.Find(head+" .badge [data-icon]").AttrOr("data-icon", ""))
		require.Empty(t, words(a.Find(tests)), "there is nothing to say again, or to remove")
		require.Equal(t, 0, a.Find(filters+" form").Length())
		require.NotContains(t, a.text, "data-refresh")
	}
}

func TestBadValuesOfARunAreNamed(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ name, bad, text string }{
		{"status", "status_id=9", "There is no such status."},
		{"result", "result=26", "There is no such status."},
		{"no id", "result=DROP+TABLE", "There is no such status."},
		{"thread", "thread_id=-1", "There is no such thread."},
		{"rows", "per_page=25", "A page cannot have that number of rows."},
		{"sort", "sort=name--", "The list cannot be sorted by this."},
		{"order", "order=up", "upwards or downwards only"},
		{"page", "page=0", "There is no such page."},
		{"page beyond counting", "page=92233720368547758", "There is no such page."},
	} {
		b := newBoard(t, nil)
		target := "/runs/118?folder=hello&" + tt.bad
		a := b.get(t, target, nil)
		require.Equal(t, http.StatusUnprocessableEntity, a.StatusCode, tt.name)
		require.Contains(t, words(a.Find(filters).Find(".problem")), tt.text, tt.name)
		require.Equal(t, 3, a.Find(tests+" [data-test-id]").Length(), "the rows of the rest, "+tt.name)
		require.Equal(t, []api.TestFilter{askedOf(func(f *api.TestFilter) { f.Folder = "hello" })}, b.askedTests, tt.name)
		require.Equal(t, "/runs/118?folder=hello&page=2", a.href(t, "a[rel=next]"), tt.name)

		a = newBoard(t, nil).get(t, target, partial)
		require.Equal(t, http.StatusUnprocessableEntity, a.StatusCode, tt.name)
		require.Contains(t, words(a.Find("[data-message]")), tt.text, tt.name)
		require.Equal(t, 0, a.Find(tests).Length(), "the page keeps its rows, "+tt.name)
		require.Empty(t, a.Header.Get("HX-Push-Url"))
	}
}

func TestRunHasOneAddress(t *testing.T) {
	t.Parallel()
	b := newBoard(t, nil)
	form := "/runs/118?result=6&result=3&q=&folder=&page=1&thread_id=0&x=1"
	a := b.get(t, form, nil)
	require.Equal(t, http.StatusSeeOther, a.StatusCode)
	require.Equal(t, "/runs/118?result=3,6", a.location())
	require.Empty(t, b.askedTests)
	header := partial.Clone()
	header.Set("HX-Current-URL", "http://board/runs/118")
	a = b.get(t, form, header)
	require.Equal(t, "/runs/118?result=3,6", plain(a.Header.Get("HX-Push-Url")))

	// A folder can be named whatever a client likes.
	folder := "a&b=c%26 ü/#?+"
	a = newBoard(t, func(f *fake, _ *handlers.Options) { f.folders[0].Name = folder }).get(t, "/runs/118", nil)
	href := a.Find("#folder-picker li a").First().AttrOr("href", "")
	require.Equal(t, url.Values{"folder": {folder}}, parseQuery(t, href))
	b = newBoard(t, nil)
	require.Equal(t, http.StatusOK, b.get(t, href, nil).StatusCode)
	require.Equal(t, folder, b.askedTests[0].Folder)
}

func TestUnknownRunIsSaidSo(t *testing.T) {
	t.Parallel()
	for target, text := range map[string]string{
		"/runs/404": "There is no run 404.", "/runs/x": "There is no such run.", "/runs/0": "There is no such run.",
		"/runs/404/tests/1": "There is no run 404.", "/runs/118/tests/7": "There is no test 7.", "/runs/118/tests/x": "There is no such test.",
	} {
		a := newBoard(t, nil).get(t, target, nil)
		require.Equal(t, http.StatusNotFound, a.StatusCode, target)
		require.Contains(t, words(a.Find("[data-message]")), text, target)
	}
	b := newBoard(t, func(f *fake, _ *handlers.Options) {
		f.testErr = &api.Error{Kind: api.KindUnavailable, Message: "The database does not answer at the moment."}
	})
	require.Equal(t, http.StatusServiceUnavailable, b.get(t, "/runs/118", nil).StatusCode)
}
