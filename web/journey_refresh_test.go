package web_test

import (
	"net/http"
	"strconv"
	"sync/atomic"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"

	"github.com/runboard/runboard/api"
)

// leap moves the clock of the page ahead, as a laptop's does over a lunch break.
// It waits until the page has had the time to see it.
func (b *tab) leap(minutes int) {
	b.t.Helper()
	js[bool](b, `(() => {
		const now = Date.now, ahead = `+strconv.Itoa(minutes)+` * 60000;
		Date.now = () => now.call(Date) + ahead;
		window.ticks = 0;
		setInterval(() => window.ticks++, 1000);
		return true;
	})()`)
}

func TestListRefreshesWhileSomethingRuns(t *testing.T) {
	t.Parallel()

	b := startFilled(t, nil, nil)
	client := b.submitter()
	j := newJourney(t, b, reader{})
	j.open(runs + "?per_page=15")
	j.click("#source_id-picker > summary")
	j.focus("#q")
	j.press("\x1b")
	asked := j.sent(runs)
	cell := func(class string) string {
		return js[string](j.tab, `document.querySelector("[data-run-id='`+runningRun+`'] .`+class+`").textContent.trim()`)
	}
	require.Equal(t, "0/1", cell("threads"))
	thread, err := client.CreateThread(t.Context(), 90, api.ThreadUpdate{})
	require.NoError(t, err)
	require.NoError(t, client.AppendThread(t.Context(), thread, api.ThreadUpdate{Tests: []api.NewTest{
		{Key: "late", Name: "late", Folder: "late", Status: "failed", Artifacts: []api.Artifact{}, Fields: []api.Field{}},
	}}))
	j.focus("#run-89")
	j.leap(1)
	j.until(`document.querySelector("[data-run-id='` + runningRun + `'] .threads").textContent.trim() === "0/2"`)
	require.Equal(t, 1, j.sent(runs)-asked)
	require.Equal(t, "5", cell("total"))
	require.Equal(t, "run-89", js[string](j.tab, focused), "a refresh takes no focus")
	require.Equal(t, runs+"?per_page=15", js[string](j.tab, here), "nor does it change the address")

	require.NoError(t, client.CompleteRun(t.Context(), 90, api.RunEnd{}))
	j.leap(1)
	j.until(`document.querySelector("[data-run-id='` + runningRun + `'] .mark").textContent.trim() === "Failure"`)
	asked = j.sent(runs)
	j.leap(1)
	j.until("window.ticks > 1")
	require.Equal(t, asked, j.sent(runs), "nothing runs any more, so there is nothing to refresh")
}

// QUALITY F10.
func TestHiddenTabAsksNothing(t *testing.T) {
	t.Parallel()

	j := newJourney(t, startFilled(t, nil, nil), reader{})
	j.open(runs)
	j.shows(runs)
	other := attach(j.ctx, t, j.origin, chromedp.WithNewWindow(false))
	require.NoError(t, call(other, page.BringToFront, cdp.Empty{}))
	j.until(`document.visibilityState === "hidden"`)
	asked := j.sent(runs)
	j.leap(10)
	j.until("window.ticks > 2")
	require.Equal(t, asked, j.sent(runs), "nobody looks")
	require.NoError(t, call(j.tab, page.BringToFront, cdp.Empty{}))
	j.until(`document.visibilityState === "visible"`)
	j.until(`window.ticks > 4 && !document.querySelector("[aria-busy=true]")`)
	require.Equal(t, asked+1, j.sent(runs), "one look on return")
}

// QUALITY F9: what fails keeps the page as it is, says so once, and recovers.
func TestFailedRefreshKeepsTheRows(t *testing.T) {
	t.Parallel()

	var failing atomic.Bool
	j := newJourney(t, startFilled(t, nil, before(t, func(_ http.ResponseWriter, r *http.Request) bool {
		if failing.Load() && r.URL.Path == runs {
			panic("the disk is on fire")
		}
		return false
	})), reader{})
	j.expect("500 (Internal Server Error)")
	j.open(runs)
	j.shows(runs)
	js[bool](j.tab, `(window.announced = 0, new MutationObserver(() => window.announced++).observe(document.querySelector("#alerts"), {childList: true}), true)`)
	alert := `document.querySelector("#alerts").textContent`

	failing.Store(true)
	asked := j.sent(runs)
	j.leap(1)
	j.until(alert + `.includes("Something went wrong. Showing data from ")`)
	j.leap(1)
	j.eventually(func() bool { return j.sent(runs) == asked+2 })
	j.until(`!document.querySelector("[aria-busy=true]")`)
	require.Equal(t, asked+2, j.sent(runs))
	require.Equal(t, 1, js[int](j.tab, "window.announced"), "the same failure is announced once")
	j.shows(runs)
	require.Equal(t, j.origin+runs, js[string](j.tab, `document.querySelector("#alerts a").href`), "Retry is a link to the page")

	failing.Store(false)
	j.leap(1)
	j.until(alert + ` === ""`)
	j.shows(runs)
}

func TestFailedFilterKeepsTheRows(t *testing.T) {
	t.Parallel()

	var failing atomic.Bool
	j := newJourney(t, startFilled(t, nil, before(t, func(_ http.ResponseWriter, r *http.Request) bool {
		switch {
		case !failing.Load() || r.URL.Path != runs:
			return false
		case r.URL.Query().Get("status") == "2":
			panic(http.ErrAbortHandler)
		default:
			panic("the disk is on fire")
		}
	})), reader{})
	j.expect("500 (Internal Server Error)")
	j.expect("ERR_EMPTY_RESPONSE")
	j.expect("Failed to fetch")
	j.open(runs)
	failing.Store(true)
	alert := `document.querySelector("#alerts").textContent`
	j.click("#status-2")
	j.until(alert + `.startsWith("Something went wrong.")`)
	j.shows(runs)
	j.holdsFocus()
	require.Equal(t, j.origin+runs+"?status=3", js[string](j.tab, `document.querySelector("#alerts a").href`))
	j.click("#status-1")
	j.until(alert + `.startsWith("The server cannot be reached.")`)
	j.shows(runs)
	failing.Store(false)
	j.click("#alerts a")
	j.shows(runs + "?status=2")
	require.Empty(t, js[string](j.tab, alert))
}

// A value that makes no sense is explained, and the rows stay.
func TestRefusedFilterKeepsTheRows(t *testing.T) {
	t.Parallel()

	j := newJourney(t, startFilled(t, nil, nil), reader{})
	j.expect("422 (Unprocessable")
	j.open(runs + "?status=3")
	j.shows(runs + "?status=3")
	js[bool](j.tab, `(document.querySelector("#status-1").setAttribute("hx-get", "`+runs+`?created_after=never"), true)`)
	j.click("#status-1")
	j.until(`document.querySelector("#alerts").textContent.includes("created_after must be a time such as")`)
	j.shows(runs + "?status=3")
}

// submitter is a client of the board that may submit.
func (b *board) submitter() *api.Client {
	b.t.Helper()
	client, err := api.NewClient(b.URL(), api.ClientOptions{Token: b.token(api.ScopeSubmit)})
	require.NoError(b.t, err)
	return client
}
