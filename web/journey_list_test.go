package web_test

import (
	"net/url"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// listing is what a reader sees of a runs list.
type listing struct {
	Path    string            // With the query, as in the address bar.
	Rows    []string          // Ids of the runs.
	Form    map[string]string // What the filter form would send, several values with commas.
	Summary string
}

const readListing = `(() => {
	const form = {};
	for (const [name, value] of new FormData(document.querySelector("#filter")))
		if (value) form[name] = name in form ? form[name] + "," + value : value;
	return {
		Path: location.pathname + location.search, Form: form,
		Rows: [...document.querySelectorAll("#runs [data-run-id]")].map((row) => row.dataset.runId),
		Summary: document.querySelector("#summary").textContent,
	};
})()`

// journey is a reader's walk through the runs list, with the API beside it.
type journey struct {
	*tab

	oracle oracle
	zone   string // In which the reader's dates are; UTC when empty.
}

func newJourney(t *testing.T, b *board, who reader) *journey {
	t.Helper()
	return &journey{tab: openTab(t, b.URL(), who), oracle: b.oracle()}
}

// shows waits for the page of an address, and wants its rows to be those of the
// API, its form to be that of the address, and the focus not to be lost.
func (j *journey) shows(path string) {
	j.t.Helper()
	want := j.want(path)
	var got listing
	j.eventually(func() bool {
		var err error
		got, err = j.listing()
		return err == nil && j.isAt(path) && reflect.DeepEqual(want, got)
	})
	require.Equal(j.t, want, got)
}

// listing is what the page shows, spelled like what it has to show.
func (j *journey) listing() (listing, error) {
	l, err := read[listing](j.tab, readListing)
	for name, values := range l.Form {
		l.Form[name] = sorted(values)
	}
	l.Summary, _, _ = strings.Cut(l.Summary, ",")
	return l, err
}

// sorted puts a list with commas in order.
func sorted(list string) string {
	values := strings.Split(list, ",")
	slices.Sort(values)
	return strings.Join(values, ",")
}

// want is what an address has to show.
func (j *journey) want(path string) listing {
	j.t.Helper()
	_, rawQuery, _ := strings.Cut(path, "?")
	rows, total, err := j.oracle.runs(j.t.Context(), rawQuery)
	require.NoError(j.t, err, path)
	form := map[string]string{}
	query, err := url.ParseQuery(rawQuery)
	require.NoError(j.t, err)
	for name := range query {
		form[name] = sorted(query.Get(name))
	}
	delete(form, "page")
	if form["per_page"] == "25" {
		delete(form, "per_page") // The form says no more than the default list needs.
	}
	if j.zone != "" {
		form["tz"] = j.zone
	}
	if rows == nil {
		rows = []string{}
	}
	return listing{Path: path, Rows: rows, Form: form, Summary: counted(total)}
}

// counted is how the status line begins.
func counted(runs int) string {
	switch runs {
	case 0:
		return "No run meets the filter"
	case 1:
		return "1 run"
	default:
		return strconv.Itoa(runs) + " runs"
	}
}

func TestFilterAndWayBack(t *testing.T) {
	t.Parallel()

	j := newJourney(t, startFilled(t, nil, nil), reader{})
	j.open(runs)
	j.shows(runs)
	j.click("#status-1")
	j.shows(runs + "?status=2")
	j.click(`nav[aria-label="Pages"] a[rel=next]`)
	j.shows(runs + "?status=2&per_page=25&page=2")
	require.Equal(t, "2", js[string](j.tab, `document.querySelector(".pager [aria-current=page]").textContent.trim()`))
	j.back()
	j.shows(runs + "?status=2")
	j.back()
	j.shows(runs)
	j.forward()
	j.shows(runs + "?status=2")
	j.forward()
	j.shows(runs + "?status=2&per_page=25&page=2")
	j.reload()
	j.shows(runs + "?status=2&per_page=25&page=2")

	second := openTab(t, j.origin, reader{})
	second.open(runs + "?status=2&per_page=25&page=2")
	require.Equal(t, js[listing](j.tab, readListing), js[listing](second, readListing), "a pasted address shows the same")
}

// A run's page lies between two looks at the list.
func TestWayBackFromRun(t *testing.T) {
	t.Parallel()

	j := newJourney(t, startFilled(t, nil, nil), reader{})
	j.open(runs)
	j.click("#status-2")
	j.shows(runs + "?status=3")
	j.click(`#runs [data-run-id="` + failedRun + `"] a.name`)
	j.at("/runs/" + failedRun)
	j.back()
	j.shows(runs + "?status=3")
	j.back()
	j.shows(runs)
}

func TestPickers(t *testing.T) {
	t.Parallel()

	j := newJourney(t, startFilled(t, nil, nil), reader{})
	j.open(runs)
	j.click("#source_id-picker > summary")
	j.click("#source_id-find")
	j.press("E2E")
	visible := `[...document.querySelectorAll("#source_id-picker li")].filter((item) => !item.hidden).map((item) => item.querySelector("bdi").textContent)`
	require.Equal(t, []string{"web-e2e"}, js[[]string](j.tab, visible))
	j.press("\r")
	require.Equal(t, runs, js[string](j.tab, here), "Enter in the search of a picker sends nothing")

	count := js[string](j.tab, `document.querySelector("#source_id-picker li:not([hidden]) .count").textContent`)
	j.click("#source_id-picker li:not([hidden]) label")
	source := js[string](j.tab, `document.querySelector("#source_id-picker li:not([hidden]) input").value`)
	j.shows(runs + "?source_id=" + source)
	require.Equal(t, count+" runs", j.want(runs+"?source_id="+source).Summary, "a count is what choosing it shows")
	require.True(t, js[bool](j.tab, `document.querySelector("#source_id-picker").open`), "the picker stays open for another choice")
	require.Equal(t, []string{"web-e2e"}, js[[]string](j.tab, visible), "and so does its search")

	j.press("\x1b")
	require.False(t, js[bool](j.tab, `document.querySelector("#source_id-picker").open`), "Escape closes it")
	j.click("#tags-picker > summary")
	j.click("#tags-picker li label")
	tag := js[string](j.tab, `document.querySelector("#tags-picker li input").value`)
	j.shows(runs + "?source_id=" + source + "&tags=" + url.QueryEscape(tag))
	j.click("#tags-picker li:nth-child(2) label")
	j.shows(runs + "?source_id=" + source + "&tags=main,nightly")
}

func TestDates(t *testing.T) {
	t.Parallel()

	j := newJourney(t, startFilled(t, nil, nil), reader{})
	j.open(runs)
	j.click("#created-picker > summary")
	day := time.Now().UTC().AddDate(0, 0, -9)
	j.focus("#created_after")
	j.press(day.Format("01022006"))
	after := "created_after=" + day.Format(time.DateOnly)
	j.shows(runs + "?" + after)
	j.focus("#created_before")
	before := "created_before=" + day.AddDate(0, 0, 4).Format(time.DateOnly)
	j.press(day.AddDate(0, 0, 4).Format("01022006"))
	j.shows(runs + "?" + after + "&" + before)
	j.click("#range-1")
	week := runs + "?created_after=" + time.Now().UTC().AddDate(0, 0, -6).Format(time.DateOnly)
	j.shows(week)
	require.Equal(t, "true", js[string](j.tab, `document.querySelector("#range-1").getAttribute("aria-current")`))

	date := time.Now().UTC().AddDate(0, 0, -20)
	narrowed := runs + "?created_after=" + date.Format(time.DateOnly) + "&created_before=" + date.AddDate(0, 0, 1).Format(time.DateOnly)
	selected := `document.querySelector("#day-` + date.Format(time.DateOnly) + `").getAttribute("aria-current")`
	j.press("\x1b")
	j.click("#day-" + date.Format(time.DateOnly))
	j.shows(narrowed)
	require.Equal(t, "true", js[string](j.tab, selected))
	j.click("#day-" + date.Format(time.DateOnly))
	j.shows(runs)
}

func TestChipsAndReset(t *testing.T) {
	t.Parallel()

	j := newJourney(t, startFilled(t, nil, nil), reader{})
	j.open(runs + "?status=2&tags=main&q=merge&sort=automation_runs:name&order=asc&per_page=15")
	chips := `[...document.querySelectorAll(".chips li:not(.reset) b")].map((chip) => chip.textContent)`
	require.Equal(t, []string{"Success", "main", "merge"}, js[[]string](j.tab, chips))
	j.click("#chip-1")
	j.shows(runs + "?status=2&q=merge&sort=automation_runs:name&order=asc&per_page=15")
	require.Equal(t, []string{"Success", "merge"}, js[[]string](j.tab, chips))
	j.holdsFocus()
	j.click("#reset")
	j.shows(runs + "?sort=automation_runs:name&order=asc&per_page=15")
	require.Empty(t, js[[]string](j.tab, chips))
	j.holdsFocus()
}

func TestSortsAndPages(t *testing.T) {
	t.Parallel()

	j := newJourney(t, startFilled(t, nil, nil), reader{})
	j.open(runs)
	sorted := `[...document.querySelectorAll("th[aria-sort]")].map((head) => head.textContent.trim() + " " + head.getAttribute("aria-sort"))`
	require.Equal(t, []string{"Created descending"}, js[[]string](j.tab, sorted))
	for _, step := range []struct{ click, want, sorted string }{
		{"#sort-run", "?sort=automation_runs:name&order=asc", "Run ascending"},
		{"#sort-run", "?sort=automation_runs:name", "Run descending"},
		{"#sort-results", "?sort=automation_runs:failure_count", "Results descending"},
		{"#sort-total", "?sort=automation_runs:total_count", "Tests descending"},
		{"#sort-elapsed", "?sort=automation_runs:elapsed", "Elapsed descending"},
		{"#page-last", "?sort=automation_runs:elapsed&per_page=25&page=4", "Elapsed descending"},
		{"#per-page-50", "?sort=automation_runs:elapsed&per_page=50", "Elapsed descending"},
		{"#sort-created", "?per_page=50", "Created descending"},
		{"#per-page-15", "?per_page=15", "Created descending"},
		{"#page-3", "?per_page=15&page=3", "Created descending"},
		{"#page-prev", "?per_page=15&page=2", "Created descending"},
		{"#page-first", "?per_page=15", "Created descending"},
		{"#sort-created", "?order=asc&per_page=15", "Created ascending"},
	} {
		j.click(step.click)
		j.shows(runs + step.want)
		require.Equal(t, []string{step.sorted}, js[[]string](j.tab, sorted))
		j.holdsFocus()
	}
	require.Equal(t, []string{"Pass rate", "Threads", "By"}, js[[]string](j.tab,
		`[...document.querySelectorAll("#runs th:not(:has(a))")].map((head) => head.textContent.trim())`), "what cannot be sorted by is plain text")
}

// Whoever goes on from the end of a page sees the beginning of the next one.
func TestAnotherPageBeginsAtItsTop(t *testing.T) {
	t.Parallel()

	j := newJourney(t, startFilled(t, nil, nil), reader{})
	j.resize(1280, 500)
	for list, next := range map[string]string{runs: "?per_page=25&page=2", "/runs/" + failedRun: "?page=2"} {
		j.open(list)
		j.focus("a[rel=next]")
		require.Positive(t, js[float64](j.tab, "scrollY"))
		j.press("\r")
		j.at(list + next)
		top := js[float64](j.tab, `document.querySelector("#summary").getBoundingClientRect().top`)
		require.True(t, 0 <= top && top < 100, "the line that names the page stands at %v", top)
		j.holdsFocus()
	}

	j.resize(1280, 2000)
	j.open(runs)
	j.press("]")
	j.shows(runs + "?per_page=25&page=2")
	require.Zero(t, js[float64](j.tab, "scrollY"), "what is in sight stays where it is")
}

func TestEmptyStates(t *testing.T) {
	t.Parallel()

	j := newJourney(t, startFilled(t, nil, nil), reader{})
	j.open(runs)
	j.click("#q")
	j.press("zebra")
	j.shows(runs + "?q=zebra")
	require.Contains(t, js[string](j.tab, `document.querySelector("#runs").textContent`), "The narrowest filter is Search: zebra")
	j.click("#lift")
	j.shows(runs)

	j.open(runs + "?per_page=25&page=9")
	require.Contains(t, js[string](j.tab, `document.querySelector("#runs").textContent`), "There is no such page")
	j.click("#last-page")
	j.shows(runs + "?per_page=25&page=4")

	j.open("/projects/2/runs")
	require.Contains(t, js[string](j.tab, `document.querySelector("#runs").textContent`), j.origin, "a newcomer is told where to submit")
	j.click("#projects > summary")
	j.click("#projects a")
	j.shows(runs)
}

// Values that make no sense stand beside their controls, and the rows are those
// of the rest.
func TestProblemsStandBesideControls(t *testing.T) {
	t.Parallel()

	j := newJourney(t, startFilled(t, nil, nil), reader{})
	j.expect("422")
	j.open(runs + "?status=3&created_after=yesterday&sort=best")
	require.Equal(t, j.want(runs+"?status=3").Rows, js[listing](j.tab, readListing).Rows)
	require.Equal(t, "yesterday", js[string](j.tab, `document.querySelector("#created_after").value`))
	described := `document.getElementById(document.querySelector("#created_after").getAttribute("aria-describedby")).textContent`
	require.Contains(t, js[string](j.tab, described), "Must be a time such as")
	require.Contains(t, js[string](j.tab, `document.querySelector("#filters").textContent`), "sort")
	j.click("#status-1")
	j.shows(runs + "?status=2")
}
