package handlers_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"
	"github.com/stretchr/testify/require"

	"github.com/runboard/runboard/api"
	"github.com/runboard/runboard/api/query"
	"github.com/runboard/runboard/handlers"
	"github.com/runboard/runboard/views"
)

const (
	region  = "#" + views.RunsRegion
	summary = "#" + views.SummaryRegion
	filters = "#" + views.FiltersRegion
)

// asked is what a page asks for: the given change of the default list.
func asked(change func(f *api.RunFilter)) api.RunFilter {
	f := api.NewRunFilter()
	f.PerPage, f.Lean, f.Expands = 25, true, api.RunExpands()
	change(&f)
	return f
}

func TestRunsListAsksForWhatItsAddressSays(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name, target string
		want         api.RunFilter
		next         string // Address of the next page.
	}{
		{"default", "/projects/1/runs", asked(func(*api.RunFilter) {}), "/projects/1/runs?per_page=25&page=2"},
		{
			"status", "/projects/1/runs?status=3", asked(func(f *api.RunFilter) { f.Statuses = query.IDs{3} }),
			"/projects/1/runs?status=3&per_page=25&page=2",
		},
		{
			"everything",
			"/projects/1/runs?status=2,3&source_id=5,6&milestone_id=3&config_id=2&created_by=7&tags=a,b&q=x&sort=automation_runs:name&order=asc&per_page=50",
			asked(func(f *api.RunFilter) {
				f.Statuses, f.SourceIDs, f.MilestoneIDs, f.ConfigIDs, f.CreatedBy = query.IDs{2, 3}, query.IDs{5, 6}, query.IDs{3}, query.IDs{2}, query.IDs{7}
				f.Tags, f.Q, f.Sort, f.Order, f.PerPage = query.Words{"a", "b"}, "x", "automation_runs:name", api.OrderAsc, 50
			}),
			"/projects/1/runs?status=2,3&source_id=5,6&milestone_id=3&config_id=2&created_by=7&tags=a,b&q=x&sort=automation_runs:name&order=asc&per_page=50&page=2",
		},
		{
			"dates in a zone", "/projects/1/runs?created_after=2026-10-01&tz=Europe/Berlin",
			asked(func(f *api.RunFilter) { f.CreatedAfter, f.Zone = "2026-10-01", "Europe/Berlin" }),
			"/projects/1/runs?created_after=2026-10-01&tz=Europe/Berlin&per_page=25&page=2",
		},
		{"framed", "/projects/1/runs?embed=1&theme=dark", asked(func(*api.RunFilter) {}), "/projects/1/runs?per_page=25&page=2&embed=1&theme=dark"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			b := newBoard(t, nil)
			a := b.open(t, tt.target, nil)
			require.Equal(t, []api.RunFilter{tt.want}, b.asked)
			next := a.href(t, "nav[aria-label=Pages] a[rel=next]")
			require.Equal(t, parseQuery(t, tt.next), parseQuery(t, next))
			require.Equal(t, "/projects/1/runs", strings.SplitN(next, "?", 2)[0])
		})
	}
}

func TestRunsListIsPageOrRegion(t *testing.T) {
	t.Parallel()
	restored := partial.Clone()
	restored.Set("HX-History-Restore-Request", "true")
	full := http.Header{"Hx-Request": {"true"}, "Hx-Request-Type": {"full"}}
	for name, tt := range map[string]struct {
		header http.Header
		page   bool
	}{
		"without script": {nil, true}, "partial": {partial, false}, "full": {full, true}, "restored": {restored, true},
	} {
		a := newBoard(t, nil).get(t, "/projects/1/runs", tt.header)
		require.Equal(t, http.StatusOK, a.StatusCode, name)
		require.Equal(t, tt.page, strings.Contains(a.text, "<html"), name)
		require.Equal(t, 2, a.Find(region+" [data-run-id]").Length(), name)
		require.Equal(t, "60 runs, page 1 of 3, newest first", words(a.Find(summary)), name)
		require.Equal(t, "HX-Request, HX-Request-Type, HX-History-Restore-Request", a.Header.Get("Vary"), name)
		require.Equal(t, "private, no-cache", a.Header.Get("Cache-Control"), name)
		require.Equal(t, "text/html; charset=utf-8", a.Header.Get("Content-Type"), name)
		if tt.page {
			require.Equal(t, "Runs · Website · Runboard", a.Find("head title").Text(), name)
		}
	}
}

func TestRunRow(t *testing.T) {
	t.Parallel()
	a := newBoard(t, nil).get(t, "/projects/1/runs?source_id=6", nil)
	row := a.Find("[data-run-id='118']")
	require.Equal(t, "/runs/118", hrefOf(row.Find("a[data-row]")))
	require.Contains(t, words(row), "Nightly #118")
	require.Contains(t, words(row), "Failure")
	require.Contains(t, words(row), "98.6 %")
	require.Contains(t, row.Text(), "1,210 passed of 1,227 passed or failed; only passed and failed tests count")
	require.Contains(t, words(row), "1 m 05 s")
	require.Equal(t, "17 failed, 3 skipped, 1,210 passed", row.Find("[role=img]").AttrOr("aria-label", ""))
	require.Equal(t, "2 h ago", words(row.Find("time")))
	require.Equal(t, "Tue 24 Nov 2026, 09:00:00 UTC", row.Find("time").AttrOr("title", ""))
	hrefs := map[string]string{}
	row.Find("a").Each(func(_ int, link *goquery.Selection) { hrefs[words(link)] = hrefOf(link) })
	require.Equal(t, "/runs/118?result=3", hrefs["17 failed"])
	require.Equal(t, "/projects/1/runs?source_id=5,6", hrefs["backend-api"])
	require.Equal(t, "/projects/1/runs?source_id=6&config_id=2", hrefs["Chrome"])
	require.Equal(t, "/projects/1/runs?source_id=6&milestone_id=3", hrefs["2.4"])
	require.Equal(t, "/projects/1/runs?source_id=6&created_by=7", hrefs["ci"])
	require.Equal(t, "/projects/1/runs?source_id=6&tags=nightly", hrefs["nightly"])
	require.Equal(t, "/runs/118", hrefs["1,230"])
	require.Equal(t, "/runs/118#threads", hrefs["8"])
	require.NotContains(t, hrefs, "a,b", "a query cannot carry this tag")
	alone := newBoard(t, func(f *fake, _ *handlers.Options) {
		f.page.Result[0].ThreadCount, f.page.Result[0].ThreadCompletedCount = 1, 1
	})
	require.Zero(t, alone.get(t, "/projects/1/runs", nil).Find("[data-run-id='118'] .threads a").Length(), "a single thread is not listed by itself")

	running := words(a.Find("[data-run-id='119']"))
	require.Contains(t, running, "silent for 3 h")
	require.Contains(t, running, "6/8")
	require.Contains(t, a.text, `data-refresh="/projects/1/runs?source_id=6"`)
}

func TestRowHasRoomForSomeTags(t *testing.T) {
	t.Parallel()
	b := newBoard(t, func(f *fake, _ *handlers.Options) {
		f.page.Result[0].Tags = f.page.Result[0].Tags[1:]
		for i := range 99_999 {
			f.page.Result[0].Tags = append(f.page.Result[0].Tags, "tag-"+strconv.Itoa(i))
		}
		f.detail.Result.Tags = f.page.Result[0].Tags
	})
	a := b.open(t, "/projects/1/runs", nil)
	origin := a.Find("[data-run-id='118'] .origin")
	require.Equal(t, 12, origin.Find("a[href*='tags=']").Length())
	more := origin.Find("a:contains('+99,988')")
	require.Equal(t, "/runs/118", hrefOf(more))
	require.Equal(t, "false", more.AttrOr("hx-boost", ""), "it leads to the page of the run, not to another list")
	require.Less(t, len(a.text), 200_000)
	require.Equal(t, 0, a.Find("[data-run-id='119'] .origin a[hx-boost]").Length())

	run := b.open(t, "/runs/118", nil)
	require.Equal(t, 100, run.Find(head+" a[href*='tags=']").Length())
	require.Contains(t, words(run.Find(head+" .origin")), "and 99,900 more tags")
	require.Less(t, len(run.text), 200_000)
}

func TestRunsListRefreshesOnlyWhileSomethingRuns(t *testing.T) {
	t.Parallel()
	b := newBoard(t, func(f *fake, _ *handlers.Options) { f.page.Result = f.page.Result[:1] })
	require.NotContains(t, b.get(t, "/projects/1/runs", nil).text, "data-refresh")
}

func TestFilterBarShowsTheFilter(t *testing.T) {
	t.Parallel()
	a := newBoard(t, nil).get(t, "/projects/1/runs?status=3&source_id=5,9&tags=nightly&q=api&order=asc&per_page=50&theme=dark", nil)
	form := a.Find(filters + " form")
	require.Equal(t, "/projects/1/runs", form.AttrOr("action", ""))
	carried := map[string]string{}
	form.Find("input[type=hidden]").Each(func(_ int, s *goquery.Selection) { carried[s.AttrOr("name", "")] = s.AttrOr("value", "") })
	require.Equal(t, map[string]string{"status": "3", "order": "asc", "per_page": "50", "theme": "dark"}, carried)
	require.Equal(t, "api", form.Find("[name=q]").AttrOr("value", ""))
	var checked []string
	form.Find("input[checked]").Each(func(_ int, s *goquery.Selection) {
		checked = append(checked, s.AttrOr("name", "")+"="+s.AttrOr("value", ""))
	})
	require.Equal(t, []string{"source_id=5", "source_id=9", "tags=nightly"}, checked)
	require.Equal(t, "All 1,260 Success 41 Failure 1,218 Running 1", words(a.Find("[aria-label=Status]")))
	require.Equal(t, "Failure 1,218", words(a.Find("[aria-label=Status] [aria-current]")))
	require.Contains(t, words(form), "backend-api 40")
	require.Contains(t, words(form), "web-e2e 20")

	var chips []string
	a.Find("[aria-label='Active filters'] li").Each(func(_ int, s *goquery.Selection) {
		chips = append(chips, words(s.Clone().Children().RemoveFiltered("a").End()))
	})
	require.Len(t, chips, 6, "status, two sources, a tag, the search, and Reset")
	require.Equal(t, "/projects/1/runs?status=3&source_id=9&tags=nightly&q=api&order=asc&per_page=50&theme=dark", a.href(t, "a:contains('Remove Source: backend-api')"))
	require.Equal(t, "/projects/1/runs?order=asc&per_page=50&theme=dark", a.href(t, "a:contains('Reset')"))
}

func TestPickerOffersTheMostFrequent(t *testing.T) {
	t.Parallel()
	b := newBoard(t, func(f *fake, _ *handlers.Options) {
		f.facets.Tags = nil
		for n := range 1000 {
			f.facets.Tags = append(f.facets.Tags, api.Facet{Name: "build-" + strconv.Itoa(n), Count: 1000 - n})
		}
	})
	a := b.open(t, "/projects/1/runs?tags=build-900", nil)
	picker := a.Find("#tags-picker")
	require.Equal(t, 201, picker.Find("input[name=tags]").Length(), "and the one that is chosen")
	require.Equal(t, "build-900", picker.Find("input[checked]").AttrOr("value", ""))
	require.Contains(t, words(picker), "The 200 most frequent of 1,000.")
}

func TestBadValuesStandBesideTheirControl(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ name, bad, id, text string }{
		{"date", "created_after=yesterday", "#created_after-problem", "be a time such as"},
		{"garbled date", "created_before=%ff%00", "#created_before-problem", "be valid UTF-8"},
		{"garbled search", "q=a%ff", "#q-problem", "be valid UTF-8"},
		{"garbled milestone", "milestone_id=%ff", "#milestone_id-problem", "be valid UTF-8"},
		{"id", "source_id=DROP+TABLE", "#source_id-problem", "There is no such source."},
		{"status", "status=9", ".problem", "There is no such status."},
		{"rows", "per_page=10000000", ".problem", "A page cannot have that number of rows."},
		{"sort", "sort=name--", ".problem", "The list cannot be sorted by this."},
		{"page", "page=0", ".problem", "There is no such page."},
		{"zone", "tz=../../etc/passwd", ".problem", "There is no such time zone."},
	} {
		b := newBoard(t, nil)
		target := "/projects/1/runs?tags=nightly&" + tt.bad
		a := b.get(t, target, nil)
		require.Equal(t, http.StatusUnprocessableEntity, a.StatusCode, tt.name)
		require.Contains(t, words(a.Find(filters).Find(tt.id)), tt.text, tt.name)
		require.Equal(t, 2, a.Find(region+" [data-run-id]").Length(), "the rows of the rest, "+tt.name)
		require.Equal(t, []api.RunFilter{asked(func(f *api.RunFilter) { f.Tags = query.Words{"nightly"} })}, b.asked, tt.name)
		require.Equal(t, "/projects/1/runs?tags=nightly&per_page=25&page=2", a.href(t, "a[rel=next]"), tt.name)

		a = newBoard(t, nil).get(t, target, partial)
		require.Equal(t, http.StatusUnprocessableEntity, a.StatusCode, tt.name)
		require.Contains(t, words(a.Find("[data-message]")), tt.text, tt.name)
		require.Equal(t, 0, a.Find(region).Length(), "the page keeps its rows, "+tt.name)
		require.Empty(t, a.Header.Get("HX-Push-Url"))
	}
	a := newBoard(t, nil).get(t, "/projects/1/runs?created_after=yesterday", nil)
	require.Equal(t, "yesterday", a.Find("#created_after").AttrOr("value", ""), "what was typed is kept")
}

func TestOtherSpellingsLeadToTheCanonicalAddress(t *testing.T) {
	t.Parallel()
	form := "/projects/1/runs?status=&source_id=6&source_id=5&created_after=&q=&page=1&x=1"
	canonical := "/projects/1/runs?source_id=5,6"
	b := newBoard(t, nil)
	a := b.get(t, form, nil)
	require.Equal(t, http.StatusSeeOther, a.StatusCode)
	require.Equal(t, canonical, a.location())
	require.Empty(t, b.asked)

	for name, tt := range map[string]struct {
		source, current string
		header          string
	}{
		"a choice":         {"form#filter", "http://board/projects/1/runs", "Hx-Push-Url"},
		"typing":           {"input#q", "http://board/projects/1/runs", "Hx-Replace-Url"},
		"nothing new":      {"form#filter", "http://board" + canonical, "Hx-Replace-Url"},
		"unknown location": {"form#filter", "", "Hx-Push-Url"},
	} {
		header := partial.Clone()
		header.Set("HX-Source", tt.source)
		header.Set("HX-Current-URL", tt.current)
		a := newBoard(t, nil).get(t, form, header)
		require.Equal(t, http.StatusOK, a.StatusCode, name)
		require.Equal(t, []string{canonical}, a.Header[tt.header], name)
		require.Empty(t, newBoard(t, nil).get(t, canonical, header).Header[tt.header], "already canonical, "+name)
	}
}

func TestDatesAreThoseOfTheReader(t *testing.T) {
	t.Parallel()
	b := newBoard(t, nil)
	cookie := http.Header{"Cookie": {b.prefer(t, "zone=Europe/Berlin")}}
	a := b.open(t, "/projects/1/runs", cookie)
	require.Equal(t, "Europe/Berlin", b.zone.String())
	require.Equal(t, "/projects/1/runs?created_after=2026-11-24&created_before=2026-11-25&tz=Europe/Berlin", a.href(t, "#day-2026-11-24"))
	require.Equal(t, "Tue 24 Nov 2026, 10:00:00 CET", a.Find("[data-run-id='118'] time").AttrOr("title", ""))
	require.Equal(t, "Europe/Berlin", a.Find("form#filter [name=tz]").AttrOr("value", ""))
	ranges := map[string]string{}
	a.Find("[id^=range-]").Each(func(_ int, s *goquery.Selection) { ranges[words(s)] = hrefOf(s) })
	require.Equal(t, map[string]string{
		"24 h": "/projects/1/runs?created_after=2026-11-23T11:00:00Z", "7 d": "/projects/1/runs?created_after=2026-11-18&tz=Europe/Berlin",
		"30 d": "/projects/1/runs?created_after=2026-10-26&tz=Europe/Berlin", "This month": "/projects/1/runs?created_after=2026-11-01&tz=Europe/Berlin",
	}, ranges)

	a = b.open(t, a.href(t, "#day-2026-11-24"), cookie)
	require.Equal(t, "true", a.Find("#day-2026-11-24").AttrOr("aria-current", ""))
	require.Equal(t, "/projects/1/runs", a.href(t, "#day-2026-11-24"), "a chosen day lifts itself")
	require.Equal(t, []string{"Created 24 Nov 2026 Remove Created: 24 Nov 2026", "Reset"}, texts(a, "[aria-label='Active filters'] li"), "a day is one filter")
	require.Equal(t, "/projects/1/runs", a.href(t, "#chip-0"))
	require.Equal(t, "Created 24 Nov 2026", words(a.Find("#created-picker summary")))
	last := b.asked[len(b.asked)-1]
	midnight := time.Date(2026, 11, 23, 23, 0, 0, 0, time.UTC)
	require.True(t, last.After().Before(midnight) && last.Before().Equal(midnight.Add(24*time.Hour)), "a run of midnight counts on the day that it begins")
	at := b.open(t, "/projects/1/runs?created_after=2026-11-24T00:00:00%2B01:00&created_before=2026-11-25&tz=Europe/Berlin", cookie)
	require.Equal(t, 0, at.Find("#day-2026-11-24[aria-current]").Length(), "a time leaves out the run of that instant")
	require.Equal(t, "2026-11-24", a.Find("#created_after").AttrOr("value", ""))

	// Another reader's dates keep their zone, which is named.
	a = b.open(t, "/projects/1/runs?created_after=2026-11-01&tz=Asia/Tokyo", cookie)
	require.Equal(t, "Asia/Tokyo", a.Find("form#filter [name=tz]").AttrOr("value", ""))
	require.Contains(t, words(a.Find("[aria-label='Active filters']")), "From 1 Nov 2026 JST")
	require.Equal(t, "From", words(a.Find("label[for=created_after]")), "a day is included")
	require.Equal(t, "Before (not that day)", words(a.Find("label[for=created_before]")))
	require.Equal(t, "Created from 1 Nov 2026 JST", words(a.Find("#created-picker summary")))

	a = b.open(t, ranges["24 h"], cookie)
	require.Equal(t, "2026-11-23T12:00:00", a.Find("#created_after").AttrOr("value", ""), "the control keeps the time of day")
	require.Equal(t, "24 h", words(a.Find("[id^=range-][aria-current]")))
	require.Equal(t, "After", words(a.Find("label[for=created_after]")), "an instant is not included")
}

func TestStripSaysHowItGoes(t *testing.T) {
	t.Parallel()
	for want, day := range map[string]api.Day{
		"8 runs in the last 1 day, 3 with failures.":    {Date: "2026-11-24", Success: 5, Failure: 3},
		"5 runs in the last 1 day, none with failures.": {Date: "2026-11-24", Success: 5},
		"0 runs in the last 1 day.":                     {Date: "2026-11-24"},
	} {
		b := newBoard(t, func(f *fake, _ *handlers.Options) { f.facets.Days = []api.Day{day} })
		require.Equal(t, want, words(b.get(t, "/projects/1/runs", nil).Find("#strip-summary")))
	}
}

func TestWholeDaysAreOneFilter(t *testing.T) {
	t.Parallel()
	for bounds, want := range map[string][]string{
		"created_after=2026-11-01&created_before=2026-12-01":                     {"Created 1–30 Nov 2026"},
		"created_after=2026-10-30&created_before=2026-11-03":                     {"Created 30 Oct – 2 Nov 2026"},
		"created_after=2025-12-31&created_before=2026-01-02":                     {"Created 31 Dec 2025 – 1 Jan 2026"},
		"created_after=2026-11-01&created_before=2026-12-01&tz=Asia/Tokyo":       {"Created 1–30 Nov 2026 JST"},
		"created_after=2026-11-01T08:00:00Z&created_before=2026-12-01":           {"After 1 Nov 2026, 08:00", "Before 1 Dec 2026"},
		"created_after=2026-11-24&created_before=2026-11-01&tags=nightly&page=2": {"Tag nightly", "From 24 Nov 2026", "Before 1 Nov 2026"},
	} {
		a := newBoard(t, nil).open(t, "/projects/1/runs?"+bounds, nil)
		var chips []string
		for _, text := range texts(a, "[aria-label='Active filters'] li:not(.reset)") {
			text, _, _ = strings.Cut(text, " Remove")
			chips = append(chips, text)
		}
		require.Equal(t, want, chips, bounds)
	}
}

func TestPeriodThatEndsBeforeItBeginsIsExplained(t *testing.T) {
	t.Parallel()
	for bounds, isWrong := range map[string]bool{
		"created_after=2026-11-24&created_before=2026-11-01":           true,
		"created_after=2026-11-24&created_before=2026-11-24":           true,
		"created_after=2026-11-24T12:00:00Z&created_before=2026-11-24": true,
		"created_after=2026-11-24&created_before=2026-11-25":           false,
		"created_after=2026-11-24":                                     false,
	} {
		a := newBoard(t, nil).open(t, "/projects/1/runs?"+bounds, nil)
		require.Equal(t, http.StatusOK, a.StatusCode, "the API takes it")
		require.Equal(t, isWrong, strings.Contains(words(a.Find("#created_before-problem")), "Must be later than the start"), bounds)
		require.Equal(t, isWrong, a.Find("#created_before[aria-invalid]").Length() == 1, bounds)
	}
}

func TestHeadsSortAsFarAsTheBackendCan(t *testing.T) {
	t.Parallel()
	a := newBoard(t, nil).open(t, "/projects/1/runs?tags=nightly&sort=automation_runs:elapsed", nil)
	require.Equal(t, "Elapsed", words(a.Find(region+" th[aria-sort=descending]")))
	require.Equal(t, "/projects/1/runs?tags=nightly&sort=automation_runs:elapsed&order=asc", a.href(t, "th a:contains('Elapsed')"))
	require.Equal(t, "/projects/1/runs?tags=nightly&sort=automation_runs:name&order=asc", a.href(t, "th a:contains('Run')"))
	require.Equal(t, "/projects/1/runs?tags=nightly&sort=automation_runs:failure_count", a.href(t, "th a:contains('Results')"))
	require.Equal(t, "/projects/1/runs?tags=nightly", a.href(t, "th a:contains('Created')"))

	remote := newBoard(t, func(_ *fake, o *handlers.Options) {
		o.Capabilities = able(api.Capabilities{RunSorts: []string{api.SortRunsByCreation}})
	})
	sorts := remote.open(t, "/projects/1/runs", nil).Find(region + " th a")
	require.Equal(t, "Created", words(sorts))
}

func TestPager(t *testing.T) {
	t.Parallel()
	b := newBoard(t, func(f *fake, _ *handlers.Options) { f.page = api.NewPage(f.page.Result, 26, 25, 1284) })
	a := b.get(t, "/projects/1/runs?per_page=25&page=26", nil)
	require.Equal(t, "1,284 runs, page 26 of 52, newest first", words(a.Find(summary)))
	pages := a.Find("nav[aria-label=Pages]")
	require.Equal(t, "First Previous 1 … 24 25 26 27 28 … 52 Next Last", words(pages))
	require.Equal(t, "/projects/1/runs", hrefOf(pages.Find("a:contains('First')")))
	require.Equal(t, "/projects/1/runs?per_page=25&page=25", a.href(t, "a[rel=prev]"))
	require.Equal(t, "/projects/1/runs?per_page=25&page=52", hrefOf(pages.Find("a:contains('Last')")))
	require.Equal(t, "/projects/1/runs?per_page=100", a.href(t, "#per-page-100"))

	b = newBoard(t, func(f *fake, _ *handlers.Options) { f.page = api.NewPage[api.Run](nil, 9, 25, 20) })
	a = b.get(t, "/projects/1/runs?per_page=25&page=9", nil)
	require.Equal(t, "20 runs, and page 9 is beyond the last, which is 1", words(a.Find(summary)))
	require.Equal(t, "/projects/1/runs", hrefOf(a.Find(region+" a").First()))

	for total, choices := range map[int]int{15: 0, 16: 1} {
		b = newBoard(t, func(f *fake, _ *handlers.Options) { f.page = api.NewPage(f.page.Result, 1, 25, total) })
		require.Equal(t, choices, b.get(t, "/projects/1/runs", nil).Find(".per-page").Length(), "%d runs", total)
	}
}

func TestNothingFoundSaysWhatToLift(t *testing.T) {
	t.Parallel()
	b := newBoard(t, func(f *fake, _ *handlers.Options) {
		f.page = api.NewPage[api.Run](nil, 1, 25, 0)
		f.facets.Lifted = map[string]int{"status": 2, "tags": 1284, "created_after": 0}
	})
	a := b.open(t, "/projects/1/runs?status=4&tags=nightly,smoke&created_after=2026-11-01", nil)
	require.Equal(t, "No run meets the filter", words(a.Find(summary)))
	require.Contains(t, words(a.Find(region)), "Tag: nightly, smoke")
	require.Contains(t, words(a.Find(region)), "1,284")
	require.Equal(t, "/projects/1/runs?status=4&created_after=2026-11-01", a.href(t, "#lift"))
	require.Equal(t, "/projects/1/runs", a.href(t, "#lift-all"))
}

func TestNewcomerIsToldWhatToPaste(t *testing.T) {
	t.Parallel()
	empty := func(change func(o *handlers.Options)) *board {
		return newBoard(t, func(f *fake, o *handlers.Options) {
			f.page, f.facets = api.NewPage[api.Run](nil, 1, 25, 0), api.RunFacets{Days: []api.Day{{Date: "2026-11-23"}, {Date: "2026-11-24"}}}
			change(o)
		})
	}
	a := empty(func(o *handlers.Options) { o.Program, o.StoreFlags = "./runboard", " --data /srv/runboard" }).
		get(t, "http://10.1.2.3:8080/projects/1/runs", nil)
	require.Contains(t, a.Find(region).Text(), "$(./runboard token create --name ci --data /srv/runboard)")
	require.Contains(t, a.Find(region).Text(), "./runboard submit --url http://10.1.2.3:8080 --project 1 ")
	require.Equal(t, "No runs yet", words(a.Find(summary)))
	require.Empty(t, words(a.Find("#strip-summary")), "which says it once")
	require.Contains(t, a.text, `data-refresh="/projects/1/runs"`, "the first run appears by itself")

	a = empty(func(o *handlers.Options) {
		o.BaseURL, o.Certificate = "https://board.example.com/", `'/srv/o'\''brien/cert.pem'`
	}).get(t, "/projects/1/runs", nil)
	require.Contains(t, a.Find(region).Text(), "--instance https://board.example.com --project-id 1")
	require.Contains(t, a.Find(region).Text(), `export NODE_EXTRA_CA_CERTS='/srv/o'\''brien/cert.pem'`+"\n", "the word as it was given")

	r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/projects/1/runs", nil)
	r.Host = "board;evil"
	require.NotContains(t, empty(func(*handlers.Options) {}).serve(t, r).text, "evil", "what is no host is not pasted")
}

func TestRemoteInstanceWithoutInsight(t *testing.T) {
	t.Parallel()
	b := newBoard(t, func(f *fake, o *handlers.Options) {
		o.Insight, o.Instance, o.Capabilities = nil, "https://acme.testmo.net", able(api.Capabilities{RunSorts: []string{api.SortRunsByCreation}})
		f.sources = []api.Source{{ID: 5, ProjectID: 1, Name: "backend-api"}}
		f.page.Freshness = api.Freshness{AsOf: now.Add(-18 * time.Minute), Problem: &api.Error{Kind: api.KindUnavailable, Message: "no answer within 10 s."}}
	})
	a := b.get(t, "/projects/1/runs?source_id=5", nil)
	require.Equal(t, http.StatusOK, a.StatusCode)
	require.Contains(t, words(a.Find(".notice")), "Showing data from 10:42: the instance did not answer (no answer within 10 s).")
	require.Equal(t, "All Success Failure Running", words(a.Find("[aria-label=Status]")), "no counts")
	require.Equal(t, 1, a.Find("[name=source_id][checked]").Length())
	require.Equal(t, 1, a.Find("[name=tags]").Length())
	require.Equal(t, 0, a.Find("[name=config_id]").Length(), "a list that the instance refuses stays empty")
	require.Equal(t, 0, a.Find("[id^=day-]").Length())
	require.Contains(t, b.log.String(), "configs")
	require.Equal(t, 0, a.Find("[name=q]").Length())
	hrefs := a.Find("[data-run-id='118'] td a[href*='status_id']").Map(func(_ int, s *goquery.Selection) string { return hrefOf(s) })
	slices.Sort(hrefs)
	require.Equal(t, []string{"/runs/118?status_id=2", "/runs/118?status_id=3"}, hrefs)
}

func TestRemoteInstanceSaysWhatItCannot(t *testing.T) {
	t.Parallel()
	b := newBoard(t, func(_ *fake, o *handlers.Options) { o.Capabilities = able(api.Capabilities{}) })
	a := b.get(t, "/projects/1/runs?q=x&name=y&sort=automation_runs:elapsed&order=asc&page=0", nil)
	require.Equal(t, http.StatusUnprocessableEntity, a.StatusCode)
	problems := words(a.Find(".problem"))
	require.Contains(t, problems, "The instance cannot search.")
	require.Contains(t, problems, "The instance cannot sort by this.")
	require.Contains(t, problems, "There is no such page.")
	require.Equal(t, []api.RunFilter{asked(func(f *api.RunFilter) { f.Order = api.OrderAsc })}, b.asked)
}

func TestFrameIsCarriedAlongByEveryLink(t *testing.T) {
	t.Parallel()
	a := newBoard(t, nil).get(t, "/projects/1/runs?tags=nightly&embed=1&theme=light", nil)
	require.Equal(t, 0, a.Find("header nav").Length())
	require.Equal(t, "Website · Runs", words(a.Find("h1")), "a frame says whose runs it shows")
	links := a.Find("main a")
	require.Greater(t, links.Length(), 20)
	links.Each(func(_ int, link *goquery.Selection) {
		href := hrefOf(link)
		require.True(t, strings.HasPrefix(href, "/"), href)
		require.Equal(t, "1", parseQuery(t, href).Get("embed"), href)
		require.Equal(t, "light", parseQuery(t, href).Get("theme"), href)
	})
}

func TestFragmentsOfSQLAreValuesOrRefused(t *testing.T) {
	t.Parallel()
	for _, evil := range []string{"'", "1 OR 1=1", "1;DROP TABLE runs", "id DESC--", "(SELECT 1)", "%00", `\`, "1e309", "0x1", "nan", "-1", "９"} {
		for _, name := range []string{
			"status", "source_id", "milestone_id", "config_id", "created_by", "tags", "created_after", "created_before", "tz", "q",
			"name", "sort", "order", "per_page", "page", "expands",
		} {
			b := newBoard(t, nil)
			a := b.get(t, "/projects/1/runs?"+name+"="+url.QueryEscape(evil), nil)
			require.Less(t, a.StatusCode, 500, "%s=%s", name, evil)
			for _, f := range b.asked {
				require.Contains(t, api.RunSorts(), f.Sort)
				require.Contains(t, []string{api.OrderAsc, api.OrderDesc}, f.Order)
				require.Contains(t, api.PageSizes(), f.PerPage)
			}
		}
	}
}
