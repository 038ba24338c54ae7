package views_test

import (
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"
	"github.com/a-h/templ"
	"github.com/stretchr/testify/require"

	"github.com/runboard/runboard/views"
)

// document is a component as a browser reads it.
func document(t *testing.T, c templ.Component) *goquery.Document {
	t.Helper()
	doc, err := goquery.NewDocumentFromReader(strings.NewReader(render(t, c)))
	require.NoError(t, err)
	return doc
}

// plain is what a reader sees of an element, with single spaces.
func plain(s *goquery.Selection) string { return strings.Join(strings.Fields(s.Text()), " ") }

func TestRowFetchesItsDetailOnceAndKeepsIt(t *testing.T) {
	t.Parallel()
	row := document(t, views.RunPage(runView())).Find("[data-test-id='9001']")
	link, more := row.Find("a.name"), row.Find("details")
	require.Equal(t, "/runs/1282/tests/9001", link.AttrOr("href", ""), "without script the name leads to the test")
	require.Equal(t, link.AttrOr("href", ""), more.AttrOr("hx-get", ""))
	require.Equal(t, "toggle once", more.AttrOr("hx-trigger", ""))
	_, isKept := more.Attr("hx-morph-skip")
	require.True(t, isKept, "a refresh leaves alone what has been fetched")
	require.Equal(t, "false", more.AttrOr("hx-push-url", ""), "opening a row is no step of the history")
	require.Equal(t, 1, more.Find(strings.TrimPrefix(more.AttrOr("hx-target", ""), "find ")).Length(), "there is a place for what is fetched")
	require.Contains(t, plain(more.Find("summary")), `AssertionError: expected "€ 49.90"`, "the closed row says why")
	_, isOpen := more.Attr("open")
	require.False(t, isOpen)
}

func TestRowWithoutAPageShowsWhatItHas(t *testing.T) {
	t.Parallel()
	doc := document(t, views.Tests(runViewWith(func(v *views.RunView) {
		rows := v.Table.Rows
		for i := range rows {
			rows[i].Href = ""
		}
		rows[0].Sent = new(testSent("test-9001"))
	})))
	require.Zero(t, doc.Find("[data-test-id] [hx-get^='/runs/1282/tests/']").Length(), "there is nothing to fetch")
	sent := doc.Find("[data-test-id='9001'] details[id='test-9001-more']")
	require.Contains(t, plain(sent), "voucher.spec.ts:120:17")
	_, isReachable := sent.Find("summary").First().Attr("data-row")
	require.True(t, isReachable, "the keys for rows find it")
	message := doc.Find("[data-test-id='9002']")
	require.Zero(t, message.Find("details").Length(), "there is no more to be seen")
	require.Contains(t, plain(message), "TimeoutError")
	bare := doc.Find("[data-test-id='9006'] td")
	require.Empty(t, plain(bare.Last()))
}

func TestPartialAnswerTellsTheWholePage(t *testing.T) {
	t.Parallel()
	v := runView()
	v.Layout.Stale = "Showing data from 10:42."
	partial, page := document(t, views.Tests(v)), document(t, views.RunPage(v))
	require.Equal(t, views.TestsRegion, partial.Find("body > *").First().AttrOr("id", ""), "the region comes first")
	for _, region := range []string{views.TestsRegion, views.FiltersRegion, views.SummaryRegion, views.RunRegion, views.ThreadsRegion, "stale"} {
		inPartial, inPage := partial.Find("#"+region), page.Find("#"+region)
		require.Equal(t, 1, inPartial.Length(), region)
		require.Equal(t, plain(inPage), plain(inPartial), region)
		if region != views.TestsRegion {
			require.Equal(t, "#"+region, inPartial.Parent().AttrOr("hx-target", ""))
		}
	}
}

func TestRegionsStayWhenTheyAreEmpty(t *testing.T) {
	t.Parallel()
	doc := document(t, views.RunPage(runViewWith(func(v *views.RunView) {
		v.Threads, v.Filter = views.ThreadsListView{}, testsFilter()
		v.Table = views.TestsTableView{Refresh: "/runs/1282"}
	})))
	for _, region := range []string{views.FiltersRegion, views.ThreadsRegion} {
		require.Equal(t, 1, doc.Find("#"+region).Length(), "a refresh fills it")
		require.Empty(t, plain(doc.Find("#"+region)), "there is nothing to choose from")
	}
	require.Empty(t, plain(doc.Find("#tests")), "the status line says why")
	require.Equal(t, "/runs/1282", doc.Find("#tests").AttrOr("data-refresh", ""))
}

func TestNameOfARunStandsApartFromItsNumber(t *testing.T) {
	t.Parallel()
	doc := document(t, views.RunPage(runViewWith(func(v *views.RunView) { v.Head.Name, v.Head.ID = "Nightly", "12" })))
	require.Equal(t, "Nightly #12", plain(doc.Find("h1")))
}

func TestProblemIsSaidBesideItsControl(t *testing.T) {
	t.Parallel()
	for _, noSearch := range []bool{false, true} {
		doc := document(t, views.RunPage(runViewWith(func(v *views.RunView) {
			v.Filter.NoSearch = noSearch
			v.Filter.Problems = map[string]string{"q": "Must be shorter.", "result": "May hold 1 to 25."}
			v.Table = views.TestsTableView{Heads: v.Table.Heads}
		})))
		require.Equal(t, noSearch, doc.Find(".search .problem").Length() == 0)
		require.Equal(t, 1, strings.Count(plain(doc.Find("#filters")), "be shorter."))
		require.Contains(t, plain(doc.Find("#filters")), "result may hold 1 to 25.")
	}
}

func TestOnlyThreadIsLeftOutUnlessItTellsMore(t *testing.T) {
	t.Parallel()
	list := threadsList()
	list.Rows = list.Rows[:1]
	only := func() *goquery.Document {
		return document(t, views.RunPage(runViewWith(func(v *views.RunView) { v.Threads = list })))
	}
	require.Contains(t, plain(only().Find("#threads")), "worker-1")
	list.Rows[0].Sent = views.SentView{}
	require.Zero(t, only().Find("[data-thread-id]").Length())
}

func TestRestIsFetchedOnceAndStays(t *testing.T) {
	t.Parallel()
	more := document(t, views.RunPage(runView())).Find("[data-thread-id='3'] details")
	require.Equal(t, "Failure, Output and 2 more", plain(more.Find("summary")))
	require.Equal(t, "/runs/1282/threads/3", more.AttrOr("hx-get", ""))
	require.Equal(t, "toggle once", more.AttrOr("hx-trigger", ""))
	require.Equal(t, "false", more.AttrOr("hx-push-url", ""), "opening it is no step of the history")
	require.Equal(t, 1, more.Find(strings.TrimPrefix(more.AttrOr("hx-target", ""), "find ")).Length(), "there is a place for what is fetched")
	_, isKept := more.Attr("hx-morph-skip")
	require.True(t, isKept, "a refresh leaves alone what has been fetched")

	whole, part := document(t, views.AttachedPage(attachedView())), document(t, views.Attached(attachedView()))
	require.Contains(t, plain(whole.Find("main")), plain(part.Find(".highlight")), "the page contains what is fetched from it")
	require.Contains(t, plain(whole.Find("main")), "worker-3")
	require.NotContains(t, plain(part.Selection), "worker-3")
}

func TestDetailBeginsWithTheFailure(t *testing.T) {
	t.Parallel()
	doc := document(t, views.TestDetail(testView()))
	text := plain(doc.Selection)
	at := 0
	for _, part := range []string{"AssertionError: expected", "spec.ts:120Assertions", "payments", "Start with a fresh account", "giving up after 3 attempts", "screenshot.png"} {
		next := strings.Index(text[at:], part)
		require.NotEqual(t, -1, next, "%q comes after what stands before it in %q", part, text)
		at += next
	}
	source := doc.Find("button").AttrOr("data-copy", "")
	require.Contains(t, plain(doc.Find("#"+source)), "AssertionError: expected", "the button copies the failure")
	require.Equal(t, 1, doc.Find("a[href='https://artifacts.example.com/1.png'][rel~='noopener']").Length())
}

func TestPageLeadsToTheFailuresBesideIt(t *testing.T) {
	t.Parallel()
	doc := document(t, views.TestPage(testView()))
	nav := doc.Find("nav[aria-label='Failures']")
	require.Equal(t, "Failure 2 of 3", plain(nav.Find("span")))
	require.Equal(t, "[", nav.Find("a[rel='prev']").AttrOr("data-key", ""))
	require.Equal(t, "/runs/1282/tests/9002", nav.Find("a[rel='next'][data-key=']']").AttrOr("href", ""))
	require.Equal(t, "/runs/1282", doc.Find("nav[aria-label='Breadcrumb'] a").First().AttrOr("href", ""))

	last := document(t, views.TestPage(testViewWith(func(v *views.TestView) { v.Next = "" })))
	require.Zero(t, last.Find("a[rel='next']").Length(), "there is no next one")
	passed := document(t, views.TestPage(testViewWith(func(v *views.TestView) { v.Position = "" })))
	require.Zero(t, passed.Find("nav[aria-label='Failures']").Length())
}
