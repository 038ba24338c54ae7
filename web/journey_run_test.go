package web_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/runboard/runboard/api"
)

const tests = `[...document.querySelectorAll("#tests [data-test-id]")].map((row) => row.dataset.testId)`

func TestRunPage(t *testing.T) {
	t.Parallel()

	j := newJourney(t, startFilled(t, nil, nil), reader{})
	j.open(runs)
	j.click(`[data-run-id="` + failedRun + `"] .counts a`)
	j.at("/runs/" + failedRun + "?result=3")
	require.Len(t, js[[]string](j.tab, tests), 1, "the count of failures leads to them")

	j.click("#chip-0")
	j.at("/runs/" + failedRun)
	require.Len(t, js[[]string](j.tab, tests), 100)
	require.Equal(t, "Failed", js[string](j.tab, `document.querySelector("[data-test-id] .badge").textContent.trim()`), "failures come first")
	j.holdsFocus()
	first := js[[]string](j.tab, tests)
	j.click(`a[rel=next]`)
	j.at("/runs/" + failedRun + "?page=2")
	require.Len(t, js[[]string](j.tab, tests), failedTests-100)
	j.back()
	j.until(tests + `.length === 100`)
	require.Equal(t, first, js[[]string](j.tab, tests))
	j.at("/runs/" + failedRun)
	j.forward()
	j.until(tests + `.length === 20`)
	j.reload()
	require.Len(t, js[[]string](j.tab, tests), failedTests-100)

	j.focus("#q")
	j.press("page 4")
	j.at("/runs/" + failedRun + "?q=page+4")
	require.Len(t, js[[]string](j.tab, tests), 11)
	j.press("\b\b\b\b\b\b")
	j.at("/runs/" + failedRun)
	j.click("#folder-picker > summary")
	j.focus("#folder-find")
	j.press("sign")
	j.click("#folder-picker li:not([hidden]) a")
	j.at("/runs/" + failedRun + "?folder=sign+in")
	require.Len(t, js[[]string](j.tab, tests), failedTests/3)
	j.click("#reset")
	j.at("/runs/" + failedRun)
	j.holdsFocus()
}

func TestTestIsExplained(t *testing.T) {
	t.Parallel()

	j := newJourney(t, startFilled(t, nil, nil), reader{})
	j.open("/runs/" + failedRun)
	j.click("[data-test-id] details summary")
	j.until(`document.querySelector("[data-test-id] .detail").textContent.includes("expected 25 rows, got 24")`)
	require.Equal(t, "/runs/"+failedRun, js[string](j.tab, here), "opening a row is no other page")
	j.press("o")
	j.until(`location.pathname.includes("/tests/")`)
	j.at(js[string](j.tab, here))
	text := js[string](j.tab, `document.querySelector("#main").textContent`)
	for _, part := range []string{"reads page 1 of the list", "expected 25 rows, got 24", "lists_test.go:41", "Chromium 156", "Open the list", "screen.png"} {
		require.Contains(t, text, part)
	}
	require.Equal(t, []string{"https://ci.example.com/trace/41", "https://ci.example.com/screen.png"}, js[[]string](j.tab,
		`[...document.querySelectorAll("a.external[rel='noopener noreferrer nofollow'][target=_blank]")].map((link) => link.href)`))
	j.click("nav.trail a:nth-of-type(2)")
	j.at("/runs/" + failedRun + "?folder=lists/paging")
	j.back()
	j.until(`location.pathname.includes("/tests/")`)
}

// The page of a run that is running follows it to its end.
func TestRunPageRefreshes(t *testing.T) {
	t.Parallel()

	b := startFilled(t, nil, nil)
	client := b.submitter()
	j := newJourney(t, b, reader{})
	j.open("/runs/" + runningRun)
	require.Len(t, js[[]string](j.tab, tests), 4)
	j.click("[data-test-id] details summary")
	j.until(`document.querySelector("[data-test-id] .detail").textContent !== ""`)
	opened := js[string](j.tab, `document.querySelector("[data-test-id]").dataset.testId`)

	thread, err := client.CreateThread(t.Context(), 90, api.ThreadUpdate{})
	require.NoError(t, err)
	require.NoError(t, client.AppendThread(t.Context(), thread, api.ThreadUpdate{Tests: []api.NewTest{
		{Key: "late", Name: "arrives late", Folder: "late", Status: "passed", Artifacts: []api.Artifact{}, Fields: []api.Field{}},
	}}))
	require.NoError(t, client.CompleteRun(t.Context(), 90, api.RunEnd{}))
	j.leap(1)
	j.until(tests + `.length === 5`)
	require.True(t, js[bool](j.tab, `document.querySelector("[data-test-id='`+opened+`'] details").open`), "what the reader has opened stays open")
	require.Equal(t, "Failure", js[string](j.tab, `document.querySelector("#run .mark").textContent.trim()`))
	require.Contains(t, js[string](j.tab, `document.querySelector("#summary").textContent`), "5 tests")
	require.False(t, js[bool](j.tab, `Boolean(document.querySelector("[data-refresh]"))`), "it is over")
}
