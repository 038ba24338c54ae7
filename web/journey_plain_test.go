package web_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/runboard/runboard/api"
	"github.com/runboard/runboard/web"
)

// QUALITY F3: every view can be reached and filtered without script.
func TestWithoutScript(t *testing.T) {
	t.Parallel()

	j := newJourney(t, startFilled(t, nil, nil), reader{noScript: true})
	j.open("/")
	j.click(`h2 a[href="` + runs + `"]`)
	j.shows(runs)
	j.click("#status-2")
	j.shows(runs + "?status=3")
	j.click("#source_id-picker > summary")
	j.click("#source_id-picker li label")
	j.click("#source_id-picker li:nth-child(3) label")
	j.focus("#q")
	j.press("merge")
	j.click("#filter button.apply")
	j.until(`location.search.includes("q=merge")`)
	path := js[string](j.tab, here)
	require.Regexp(t, `^`+runs+`\?status=3&source_id=\d,\d&q=merge$`, path)
	j.shows(path)
	j.click("#sort-run")
	j.shows(path + "&sort=automation_runs:name&order=asc")
	js[bool](j.tab, `(document.querySelector("#q").select(), true)`)
	j.press("\b\r")
	j.until(`!location.search.includes("q=")`)
	j.click("#reset")
	j.shows(runs + "?sort=automation_runs:name&order=asc")
	j.click("#page-2")
	j.shows(runs + "?sort=automation_runs:name&order=asc&per_page=25&page=2")
	j.back()
	j.shows(runs + "?sort=automation_runs:name&order=asc")
	j.click("#runs .origin a")
	j.until(`location.search.includes("source_id=")`)
	j.shows(js[string](j.tab, here))

	j.open("/runs/" + failedRun)
	j.click("#status-1")
	j.at("/runs/" + failedRun + "?result=3")
	require.Equal(t, 1, js[int](j.tab, `document.querySelectorAll("[data-test-id]").length`))
	j.click("[data-test-id] a.name")
	j.until(`location.pathname.startsWith("/runs/` + failedRun + `/tests/") && document.readyState === "complete"`)
	require.Contains(t, js[string](j.tab, `document.querySelector("#main").textContent`), "expected 25 rows, got 24")
	require.Equal(t, 0, js[int](j.tab, `[...document.querySelectorAll(".scripted")].filter((e) => e.checkVisibility()).length`),
		"nothing that needs script is shown")
	j.click(".trail a")
	j.at("/runs/" + failedRun)
	j.click("nav.sections a:nth-child(2)")
	j.at("/projects/1/sources")
	j.click("[data-row]")
	j.until(`location.search.includes("source_id=")`)
}

// A browser that keeps no cookie is asked for its zone by each page, of which only
// the first is loaded again.
func TestZoneOfForgetfulBrowser(t *testing.T) {
	t.Parallel()

	page := openTab(t, startFilled(t, nil, before(t, func(_ http.ResponseWriter, r *http.Request) bool {
		r.Header.Del("Cookie")
		return false
	})).URL(), reader{zone: "Europe/Berlin"})
	page.open(runs)
	page.until(`performance.getEntriesByType("navigation")[0].type === "reload"`)
	page.until(`performance.getEntriesByName(location.origin + "/settings/preferences").length > 0`)
	page.open(runs + "?status=2")
	page.until(`performance.getEntriesByName(location.origin + "/settings/preferences").length > 0`)
	js[bool](page, `fetch("/healthz").then(() => fetch("/healthz")).then((answer) => answer.ok)`)
	require.Equal(t, 3, page.sent("/settings/preferences"))
	require.Contains(t, js[string](page, `document.querySelector(".colophon").textContent`), "Times in UTC")
}

func TestSettings(t *testing.T) {
	t.Parallel()

	j := newJourney(t, startFilled(t, nil, nil), reader{zone: "Europe/Berlin"})
	j.open(runs)
	created := `document.querySelector("#runs time").title`
	// The browser has told its zone, and even the first page is in it.
	j.until(`document.querySelector(".colophon")?.textContent.includes("Times in Europe/Berlin")`)
	require.Regexp(t, `CES?T$`, js[string](j.tab, created))
	instant := js[string](j.tab, `document.querySelector("#runs time").dateTime`)

	j.open(runs + "?status=2")
	j.click("#settings > summary")
	js[bool](j.tab, `(document.querySelector("#theme").value = "dark", document.querySelector("#zone").value = "Asia/Kolkata", document.querySelector("#rows").value = "50", true)`)
	j.click("#settings button")
	j.until(`document.documentElement.dataset.theme === "dark"`)
	j.at(runs + "?status=2&per_page=50")
	require.Equal(t, "dark", js[string](j.tab, `getComputedStyle(document.documentElement).colorScheme`))
	j.zone = "Asia/Kolkata"
	j.open(runs)
	j.shows(runs + "?per_page=50")
	require.Regexp(t, `IST$`, js[string](j.tab, created))
	require.Equal(t, instant, js[string](j.tab, `document.querySelector("#runs time").dateTime`), "the instant is the same in any zone")
	require.Equal(t, []string{"dark", "Asia/Kolkata", "50"}, js[[]string](j.tab,
		`["theme", "zone", "rows"].map((id) => document.getElementById(id).value)`), "the form shows what is chosen")

	day := time.Now().AddDate(0, 0, -10).Format(time.DateOnly)
	j.click("#day-" + day)
	j.until(`location.search.includes("tz=Asia")`)
	j.shows(js[string](j.tab, here))
}

// QUALITY U1: the instance whose runs are shown is gone.
func TestInstanceIsGone(t *testing.T) {
	t.Parallel()

	origin := startFilled(t, nil, nil)
	b := start(t, func(c *web.Config) { c.TestmoURL, c.TestmoToken = origin.URL(), origin.token(api.ScopeRead) }, nil)
	j := openTab(t, b.URL(), reader{})
	j.expect("503 (Service Unavailable)")
	j.open(runs)
	rows := `[...document.querySelectorAll("#runs [data-run-id]")].map((row) => row.dataset.runId)`
	before := js[[]string](j, rows)
	require.Len(t, before, 25)
	origin.stop()
	origin.wait()

	j.open(runs)
	require.Equal(t, before, js[[]string](j, rows))
	require.Regexp(t, "^Showing data from .* the instance did not answer", js[string](j, `document.querySelector("#stale").textContent.trim()`))
	j.click("#page-2")
	j.until(`document.querySelector("#alerts").textContent !== ""`)
	require.Equal(t, before, js[[]string](j, rows), "what is not known replaces nothing")
	j.open("/runs/1")
	require.NotEmpty(t, js[string](j, `document.querySelector("[data-message]").textContent`))
	require.Equal(t, b.URL()+"/runs/1", js[string](j, `[...document.querySelectorAll("#main a")].find((a) => a.textContent === "Try again").href`))
}
