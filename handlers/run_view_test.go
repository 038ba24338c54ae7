package handlers_test

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"
	"github.com/stretchr/testify/require"

	"github.com/runboard/runboard/api"
	"github.com/runboard/runboard/handlers"
)

func TestHeadOfARun(t *testing.T) {
	t.Parallel()
	a := newBoard(t, nil).get(t, "/runs/118?result=6&theme=dark", nil)
	text := words(a.Find(head))
	for _, part := range []string{"Nightly #118", "Failure", "98.6 %", "1,230", "1 m 05 s", "2 h ago", "1 h ago"} {
		require.Contains(t, text, part)
	}
	hrefs := map[string]string{}
	a.Find(head + " a").Each(func(_ int, link *goquery.Selection) { hrefs[words(link)] = hrefOf(link) })
	require.Equal(t, map[string]string{
		"backend-api": "/projects/1/runs?source_id=5&theme=dark", "Chrome": "/projects/1/runs?config_id=2&theme=dark",
		"2.4": "/projects/1/runs?milestone_id=3&theme=dark", "nightly": "/projects/1/runs?tags=nightly&theme=dark",
		"ci": "/projects/1/runs?created_by=7&theme=dark", "17 failed": "/runs/118?result=3&theme=dark",
		"1,230": "/runs/118?theme=dark", "2": "#threads", "3 skipped": "/runs/118?result=6&theme=dark", "1,210 passed": "/runs/118?result=2&theme=dark",
	}, hrefs)
	require.Contains(t, text, "1,210 of 1,227", "what a rate is of can be read without a pointer")
	require.Contains(t, text, "a,b", "a tag that a query cannot carry leads nowhere")
	require.NotContains(t, a.text, "data-refresh", "the run is over")
	require.Equal(t, "17 failed, 3 skipped, 1,210 passed", a.Find(head+" [role=img]").AttrOr("aria-label", ""))
}

func TestRunningRunIsRefreshedAndMayBeSilent(t *testing.T) {
	t.Parallel()
	running := func(f *fake) {
		run := &f.detail.Result
		run.Status, run.CompletedAt, run.UpdatedAt = api.StatusRunning, api.Time{}, api.NewTime(now.Add(-3*time.Hour))
		run.CreatedAt, run.ThreadCompletedCount = api.NewTime(now.Add(-4*time.Hour)), 1
		run.Threads[1].Status, run.Threads[1].IsCompleted = api.StatusRunning, false
	}
	b := newBoard(t, func(f *fake, _ *handlers.Options) { running(f) })
	a := b.get(t, "/runs/118?result=3&page=2", nil)
	require.Contains(t, words(a.Find(head)), "silent for 3 h")
	require.Contains(t, words(a.Find(head)), "1/2")
	require.Contains(t, a.text, `data-refresh="/runs/118?result=3&amp;page=2"`)
	require.Contains(t, words(a.Find(threads+" summary")), "2 threads, 1 completed")
	require.NotContains(t, words(a.Find(head)), "Completed")

	done := newBoard(t, func(f *fake, _ *handlers.Options) { running(f); f.detail.Result.Status = api.StatusFailure })
	require.NotContains(t, words(done.get(t, "/runs/118", nil).Find(head)), "silent")
}

// The numbers of threads are parts of one whole, and read so.
func TestThreadsInShort(t *testing.T) {
	t.Parallel()
	for want, statuses := range map[string][]api.RunStatus{
		"2 threads, all completed":                  {2, 2},
		"3 threads, of which 1 failed":              {2, 3, 2},
		"2 threads, all failed":                     {3, 3},
		"3 threads, 1 completed":                    {2, 4, 4},
		"3 threads, 2 completed, of which 1 failed": {2, 3, 4},
		"1,001 threads, 0 completed":                slices.Repeat([]api.RunStatus{4}, 1001),
	} {
		b := newBoard(t, func(f *fake, _ *handlers.Options) {
			f.detail.Result.Threads = nil
			for i, status := range statuses {
				f.detail.Result.Threads = append(f.detail.Result.Threads, api.Thread{ID: int64(41 + i), Index: i, Status: status, IsCompleted: status != 4})
			}
		})
		require.Equal(t, want, words(b.get(t, "/runs/118", nil).Find(threads+" summary")))
	}
}

func TestThreadsOfARun(t *testing.T) {
	t.Parallel()
	b := newBoard(t, func(f *fake, _ *handlers.Options) { f.detail.Result.Threads[0].Name = new("shard <1>") })
	a := b.get(t, "/runs/118?folder=hello", nil)
	require.Equal(t, "2 threads, of which 1 failed", words(a.Find(threads+" summary")))
	require.Contains(t, words(a.Find("[data-thread-id='41']")), "shard <1> Success")
	failed := a.Find("[data-thread-id='42']")
	require.Contains(t, words(failed), "Thread 2 Failure")
	require.Equal(t, "/runs/118?thread_id=42", hrefOf(failed.Find("a:contains('Thread 2')")))
	require.Equal(t, "/runs/118?result=3&thread_id=42", hrefOf(failed.Find("a:contains('17 failed')")))
	require.Contains(t, words(a.Find("[data-test-id='118002']")), "shard <1>")
}

func TestThreadsAreOpenWhereTheyTellMoreThanTheRun(t *testing.T) {
	t.Parallel()
	field := func(kind api.FieldType) func(run *api.Run) {
		return func(run *api.Run) {
			run.Threads[0].Fields = []api.Field{{Type: kind, Name: "Host", Value: new("ci-7")}}
		}
	}
	many := func(run *api.Run) {
		for len(run.Threads) < 5 {
			run.Threads = append(run.Threads, api.Thread{ID: int64(50 + len(run.Threads))})
		}
	}
	for name, tt := range map[string]struct {
		change func(run *api.Run)
		isOpen bool
	}{
		"over":              {func(*api.Run) {}, false},
		"running":           {func(run *api.Run) { run.Status = api.StatusRunning }, true},
		"one that runs":     {func(run *api.Run) { run.Status, run.Threads = api.StatusRunning, run.Threads[:1] }, false},
		"many that run":     {func(run *api.Run) { run.Status = api.StatusRunning; many(run) }, false},
		"with a short fact": {field(api.FieldString), false},
		"with output":       {field(api.FieldConsole), true},
		"with an artifact": {func(run *api.Run) {
			run.Threads[1].Artifacts = []api.Artifact{{Name: "log", URL: "https://x.example/"}}
		}, true},
		"many, with output": {func(run *api.Run) { field(api.FieldConsole)(run); many(run) }, false},
	} {
		a := newBoard(t, func(f *fake, _ *handlers.Options) { tt.change(&f.detail.Result) }).get(t, "/runs/118", nil)
		_, isOpen := a.Find(threads + " > details").Attr("open")
		require.Equal(t, tt.isOpen, isOpen, name)
	}
}

func TestWhatWasSentIsShownByItsKind(t *testing.T) {
	t.Parallel()
	b := newBoard(t, func(f *fake, _ *handlers.Options) {
		f.detail.Result.Fields = []api.Field{
			{Type: api.FieldString, Name: "Branch", Value: new("main")},
			{Type: api.FieldURL, Name: "Build", Value: new("https://ci.example.com/7")},
			{Type: api.FieldURL, Name: "Trap", Value: new("javascript:alert(1)")},
			{Type: api.FieldText, Name: "Notes", Value: new("one\ntwo")},
			{Type: api.FieldText, Name: "Remark", Value: new("short")},
			{Type: api.FieldConsole, Name: "Log", Value: new("\x1b[31mred\x1b[0m")},
			{Type: api.FieldHTML, Name: "Report", Value: new("<b>bold</b><script>alert(1)</script>")},
			{Type: api.FieldString, Name: "Long", Value: new(strings.Repeat("x", 161))},
			{Type: 9, Name: "Future", Value: new("kind")},
			{Type: api.FieldString, Name: "Void"},
		}
		f.detail.Result.Links = []api.Link{{Name: "Docs", Note: "internal", URL: "https://docs.example.com/"}, {URL: "ftp://example.com/x"}}
		f.detail.Result.Artifacts = []api.Artifact{{Name: "trace.zip", URL: "https://files.example.com/t", MimeType: "application/zip", Size: new(int64(182_400))}}
	})
	sent := b.get(t, "/runs/118", nil).Find(head + " .sent")
	blocks := sent.Find("details summary").Map(func(_ int, s *goquery.Selection) string { return words(s) })
	require.Equal(t, []string{"Notes", "Log", "Report", "Long"}, blocks)
	facts := words(sent.Find("dl.facts"))
	for _, text := range []string{"Branch main", "Build https://ci.example.com/7", "Trap javascript:alert(1)", "Remark short", "Future kind", "Void –", "internal", "application/zip", "182 kB"} {
		require.Contains(t, facts, text)
	}
	hrefs := sent.Find("a").Map(func(_ int, s *goquery.Selection) string { return hrefOf(s) })
	require.Equal(t, []string{"https://ci.example.com/7", "https://docs.example.com/", "https://files.example.com/t"}, hrefs)
	require.Equal(t, "bold", words(sent.Find("b:contains('bold')")))
	require.Equal(t, 0, sent.Find("script").Length())
}

func TestSizesAreReadable(t *testing.T) {
	t.Parallel()
	for bytes, want := range map[int64]string{
		0: "0 B", 999: "999 B", 1000: "1.0 kB", 9949: "9.9 kB", 9950: "10 kB", 182_400: "182 kB", 999_499: "999 kB", 999_500: "1.0 MB",
		1_440_000: "1.4 MB", 25_000_000_000: "25 GB", 9_000_000_000_000_000: "9000 TB", -1: "",
	} {
		b := newBoard(t, func(f *fake, _ *handlers.Options) {
			f.detail.Result.Artifacts = []api.Artifact{{Name: "a", URL: "x:", Size: &bytes}}
		})
		require.Equal(t, strings.TrimSpace("a x: "+want), words(b.get(t, "/runs/118", nil).Find(head+" .attachments li")), bytes)
	}
}

func TestRemoteRunShowsWhatTheWireGives(t *testing.T) {
	t.Parallel()
	b := newBoard(t, func(f *fake, o *handlers.Options) {
		o.Insight, o.Instance, o.Capabilities = nil, "https://acme.testmo.net", new(api.Client).Capabilities
		for i := range f.tests.Result {
			f.tests.Result[i].StatusName, f.tests.Result[i].IsFlaked = "", false
		}
		f.tests.Result[0].Message, f.detail.Expands.Statuses = nil, nil
	})
	a := b.get(t, "/runs/118?thread_id=42", nil)
	require.Equal(t, http.StatusOK, a.StatusCode)
	filter := api.NewTestFilter()
	filter.Sort, filter.ThreadID = "automation_run_tests:status", 42
	require.Equal(t, []api.TestFilter{filter}, b.askedTests, "failures first, as the wire can sort them")
	require.Equal(t, []string{"All 620", "Failed 17", "Neutral 3", "Passed 600"}, texts(a, "[aria-label=Status] a"))
	require.Equal(t, "/runs/118?status_id=1&thread_id=42", a.href(t, "[aria-label=Status] a:contains('Neutral')"))
	searches := newBoard(t, func(_ *fake, o *handlers.Options) { o.Insight, o.Instance = nil, "https://board.example.com" })
	require.Equal(t, []string{"All", "Failed", "Skipped", "Passed"}, texts(searches.get(t, "/runs/118?q=x", nil), "[aria-label=Status] a"), "nothing has counted these")
	require.Equal(t, []string{"Failed", "Passed", "Neutral"}, texts(a, tests+" td.status"))
	require.Equal(t, []string{"Status", "Test", "Elapsed"}, texts(a, tests+" th a"))
	require.Equal(t, 0, a.Find("[name=q], #folder-picker, [data-test-id] td.folder a, a[href*='/tests/'], a[href*='result=']").Length())
	require.Equal(t, 1, a.Find("#thread_id-picker").Length())

	a = b.get(t, "/runs/118?q=x&folder=y&result=3&sort=automation_run_tests:severity", nil)
	require.Equal(t, http.StatusUnprocessableEntity, a.StatusCode)
	problems := words(a.Find(".problem"))
	for _, text := range []string{"The instance cannot search.", "The instance cannot filter by this.", "The instance cannot sort by this."} {
		require.Contains(t, problems, text)
	}
	a = b.get(t, "/runs/118/tests/118001", nil)
	require.Equal(t, http.StatusNotFound, a.StatusCode)
	require.Contains(t, words(a.Find("[data-message]")), "This instance does not show single results.")
}

func TestTracebackIsShownByItsEnd(t *testing.T) {
	t.Parallel()
	b := newBoard(t, func(f *fake, _ *handlers.Options) {
		f.tests.Result[0].Message = new("Traceback (most recent call last):\n  File \"a.py\", line 3\nAssertionError: 1 != 2\n")
	})
	row := words(b.get(t, "/runs/118", nil).Find("[data-test-id]").First())
	require.Contains(t, row, "AssertionError: 1 != 2")
	require.NotContains(t, row, "Traceback")
}

func TestMessageIsWholeWhereNoPageShowsIt(t *testing.T) {
	t.Parallel()
	b := newBoard(t, func(f *fake, o *handlers.Options) {
		o.Insight = nil
		f.tests.Result[1].Message = new("one line")
	})
	a := b.get(t, "/runs/118", nil)
	require.Contains(t, words(a.Find("[data-test-id='118001'] details")), "but got 500")
	require.Equal(t, 0, a.Find("[data-test-id='118002'] details").Length())
	require.Contains(t, words(a.Find("[data-test-id='118002']")), "one line")
}

func TestInstanceThatListsNoTestsIsNotStale(t *testing.T) {
	t.Parallel()
	b := newBoard(t, func(f *fake, o *handlers.Options) {
		o.Insight, o.Capabilities = nil, able(api.Capabilities{})
		f.tests = api.NewPage[api.Test](nil, 1, 100, 0)
		f.tests.Freshness = api.Freshness{AsOf: now, Problem: &api.Error{Kind: api.KindNotFound, Message: "This instance does not list the tests of a run."}}
	})
	a := b.get(t, "/runs/118", nil)
	require.Contains(t, words(a.Find(tests)), "This instance does not list the tests of a run.")
	require.Equal(t, "1,230 tests, 17 failed", words(a.Find(summary)))
	require.Equal(t, 0, a.Find(".notice").Length())
}

func TestOldAnswersAreSaidToBeOld(t *testing.T) {
	t.Parallel()
	late := api.Freshness{AsOf: now.Add(-18 * time.Minute), Problem: &api.Error{Kind: api.KindUnavailable, Message: "no answer within 10 s."}}
	for name, change := range map[string]func(f *fake){
		"run":   func(f *fake) { f.detail.Freshness = late },
		"tests": func(f *fake) { f.tests.Freshness = late },
	} {
		for _, header := range []http.Header{nil, partial} {
			b := newBoard(t, func(f *fake, _ *handlers.Options) { change(f) })
			a := b.get(t, "/runs/118", header)
			require.Contains(t, words(a.Find("#stale")), "Showing data from 10:42: the instance did not answer (no answer within 10 s).", name)
		}
	}
}

func TestRunIsFramedByEveryLink(t *testing.T) {
	t.Parallel()
	for _, target := range []string{"/runs/118?q=a&embed=1&theme=light", "/runs/118/tests/118001?embed=1&theme=light"} {
		a := newBoard(t, nil).get(t, target, nil)
		require.Equal(t, http.StatusOK, a.StatusCode)
		require.Equal(t, 0, a.Find("nav[aria-label=Project]").Length())
		links := a.Find("main a").Not(".external, [href^='#'][target=_self]")
		require.GreaterOrEqual(t, links.Length(), 4)
		links.Each(func(_ int, link *goquery.Selection) {
			href := hrefOf(link)
			require.True(t, strings.HasPrefix(href, "/"), href)
			require.Equal(t, "1", parseQuery(t, href).Get("embed"), href)
			require.Equal(t, "light", parseQuery(t, href).Get("theme"), href)
		})
	}
}

func TestTextsOfARunAreNeverMarkup(t *testing.T) {
	t.Parallel()
	evil := `"><img src=x onerror=alert(1)>`
	b := newBoard(t, func(f *fake, _ *handlers.Options) {
		f.detail.Result.Name, f.detail.Result.Threads[1].Name = evil, &evil
		f.detail.Result.Fields = []api.Field{{Type: api.FieldString, Name: evil, Value: &evil, Meta: api.Meta{evil: evil}}, {Type: api.FieldHTML, Name: "h", Value: &evil}}
		test := &f.tests.Result[0]
		test.Name, test.Folder, test.StatusName, test.Message = evil, evil, evil, &evil
		f.folders[0].Name = evil
		f.test.Test, f.test.File = *test, evil
	})
	for _, target := range []string{"/runs/118?folder=" + url.QueryEscape(evil), "/runs/118/tests/118001"} {
		a := b.open(t, target, nil)
		require.Equal(t, 0, a.Find("[onerror], img[src=x]").Length(), target)
		require.Contains(t, words(a.Find("main")), evil, target)
	}
}

func TestReaderWhoLeavesTheRunIsNotAnError(t *testing.T) {
	t.Parallel()
	b := newBoard(t, func(f *fake, _ *handlers.Options) { f.err, f.testErr = context.Canceled, context.Canceled })
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, "/runs/118", nil)
	require.NoError(t, err)
	require.Empty(t, b.serve(t, r).text)
	require.Empty(t, b.log.String())
}
