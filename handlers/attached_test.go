package handlers_test

import (
	"net/http"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/runboard/runboard/api"
	"github.com/runboard/runboard/handlers"
)

// output is a long text of 16 KiB.
func output(name string) api.Field {
	return api.Field{Type: api.FieldConsole, Name: name, Value: new(strings.Repeat("0123456789abcde\n", 1024))}
}

func TestLongTextsOfAThreadAreFetchedWhenOpened(t *testing.T) {
	t.Parallel()
	b := newBoard(t, func(f *fake, _ *handlers.Options) {
		run := &f.detail.Result
		for i := range 148 {
			run.Threads = append(run.Threads, api.Thread{ID: int64(100 + i), Index: 2 + i, Status: api.StatusRunning})
		}
		for i := range run.Threads {
			run.Threads[i].Fields = []api.Field{output("Output"), {Type: api.FieldString, Name: "Host", Value: new("ci-7")}}
		}
		run.Threads[0].Fields = append(run.Threads[0].Fields, output("Log"), api.Field{Name: "Failure", Value: new("lost the worker"), IsHighlight: true})
	})
	a := b.get(t, "/runs/118?theme=dark", partial)
	require.Less(t, len(a.text), 500_000, "what is sent every 15 seconds")
	row := a.Find("[data-thread-id='42']")
	require.Contains(t, words(row), "Host ci-7")
	more := row.Find("details")
	require.Equal(t, "Output", words(more.Find("summary")))
	require.Equal(t, "/runs/118/threads/42?theme=dark", more.AttrOr("hx-get", ""))
	require.Equal(t, "/runs/118/threads/42?theme=dark", hrefOf(more.Find("a")), "without script it is a page")
	failed := a.Find("[data-thread-id='41']")
	require.Equal(t, "Output, Log", words(failed.Find("details summary")))
	require.Contains(t, words(failed), "lost the worker", "a short failure is there at once")

	region := b.get(t, "/runs/118/threads/42?theme=dark", partial)
	require.Equal(t, http.StatusOK, region.StatusCode)
	require.NotContains(t, region.text, "<html")
	require.Equal(t, 1, region.Find("details[open]:contains('Output') pre").Length(), "what was asked for is open")
	require.NotContains(t, words(region.Selection), "ci-7", "the row has it")

	page := b.get(t, "/runs/118/threads/42?theme=dark", nil)
	require.Equal(t, "Thread 2 · Nightly #118 · Website · Runboard", page.Find("head title").Text())
	for _, text := range []string{"Thread 2", "Failure", "Host ci-7", "Output 0123456789abcde"} {
		require.Contains(t, words(page.Find("main")), text)
	}
	require.Equal(t, "/runs/118?theme=dark", page.href(t, "main a:contains('Nightly #118')"))
	require.Equal(t, "/runs/118?thread_id=42&theme=dark", page.href(t, "main a:contains('620 tests')"))
	require.Equal(t, "/runs/118/threads/42", b.get(t, "/runs/118/threads/42?x=1", nil).location())
}

// What is missing of a run is not found by chance.
func TestHighlightOfAThreadIsSeen(t *testing.T) {
	t.Parallel()
	b := newBoard(t, func(f *fake, _ *handlers.Options) {
		run := &f.detail.Result
		run.Threads = run.Threads[:1]
		run.Threads[0].Fields = []api.Field{{Type: api.FieldConsole, Name: "Missing results", Value: new("given up"), IsHighlight: true}}
	})
	require.Contains(t, words(b.get(t, "/runs/118", nil).Find("#threads-list[open]")), "Missing results Copy given up")
}

func TestNewOutputIsOfferedByARefresh(t *testing.T) {
	t.Parallel()
	ids := map[string]bool{}
	for _, fields := range [][]api.Field{{output("Output")}, {output("Output"), output("Output 2")}} {
		b := newBoard(t, func(f *fake, _ *handlers.Options) { f.detail.Result.Threads[0].Fields = fields })
		ids[b.get(t, "/runs/118", partial).Find("[data-thread-id='41'] details").AttrOr("id", "")] = true
	}
	require.Len(t, ids, 2, "what has been fetched is left alone, unless there is more to fetch")
}

func TestRunDrawsSomeOfWhatWasAttached(t *testing.T) {
	t.Parallel()
	b := newBoard(t, func(f *fake, _ *handlers.Options) {
		run := &f.detail.Result
		for i := range 1000 {
			n := strconv.Itoa(i)
			run.Fields = append(run.Fields, output("Output "+n), api.Field{Type: api.FieldString, Name: "Fact " + n, Value: new("x")})
			run.Links = append(run.Links, api.Link{Name: "Link " + n, URL: "https://ci.example.com/" + n})
			run.Artifacts = append(run.Artifacts, api.Artifact{Name: "File " + n, URL: "https://ci.example.com/" + n})
		}
	})
	a := b.get(t, "/runs/118", partial)
	require.Less(t, len(a.text), 200_000, "what is sent every 15 seconds")
	sent := a.Find(head + " .sent")
	require.Equal(t, []string{"Output 0", "Output 1", "Output 2, Output 3 and 524 more"}, texts(a, head+" .sent summary"))
	require.Equal(t, 48, sent.Find(".attachments li").Length(), "24 links and as many artifacts")
	require.Equal(t, "/runs/118/attachments", hrefOf(sent.Find("a:contains('All of it')")))

	page := b.get(t, "/runs/118/attachments", nil)
	require.Equal(t, http.StatusOK, page.StatusCode)
	require.Equal(t, 100, page.Find("main details").Length())
	require.Equal(t, 400, page.Find("main .attachments li").Length())
	require.Contains(t, words(page.Find("main")), "Not shown: 1,800 more fields, 800 more links, 800 more artifacts. The API gives them all.")
	require.Equal(t, 98, b.get(t, "/runs/118/attachments", partial).Find("details").Length(), "what the page of the run does not have")
}

func TestNothingAttachedIsSaidSo(t *testing.T) {
	t.Parallel()
	b := newBoard(t, nil)
	for _, target := range []string{"/runs/118/attachments", "/runs/118/threads/41"} {
		require.Contains(t, words(b.get(t, target, nil).Find("main")), "Nothing was attached.", target)
	}
	require.Equal(t, 0, b.get(t, "/runs/118", nil).Find("a[href*='attachments'], a[href*='threads/']").Length(), "nothing to fetch")
	for target, text := range map[string]string{
		"/runs/118/threads/9": "There is no thread 9.", "/runs/118/threads/x": "There is no such thread.",
		"/runs/404/attachments": "There is no run 404.", "/runs/404/threads/41": "There is no run 404.",
	} {
		a := b.get(t, target, nil)
		require.Equal(t, http.StatusNotFound, a.StatusCode, target)
		require.Contains(t, words(a.Find("[data-message]")), text, target)
	}
}

func TestTestDrawsSomeOfWhatWasAttached(t *testing.T) {
	t.Parallel()
	b := newBoard(t, func(f *fake, _ *handlers.Options) {
		for range 999 {
			f.test.Artifacts = append(f.test.Artifacts, f.test.Artifacts[0])
		}
	})
	a := b.get(t, "/runs/118/tests/118001", nil)
	require.Equal(t, 200, a.Find("main .attachments li").Length())
	require.Contains(t, words(a.Find("main")), "Not shown: 800 more artifacts. The API gives them all.")
}
