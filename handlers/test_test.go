package handlers_test

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/runboard/runboard/api"
	"github.com/runboard/runboard/api/query"
	"github.com/runboard/runboard/handlers"
)

// failures are tests of the run that failed, by ascending id.
func failures(ids ...int64) []api.Test {
	list := make([]api.Test, len(ids))
	for i, id := range ids {
		list[i] = api.Test{ID: id, Status: api.StatusFailure, StatusName: "Failed"}
	}
	return list
}

func TestPageOfATest(t *testing.T) {
	t.Parallel()
	b := newBoard(t, func(f *fake, _ *handlers.Options) {
		f.test.IsFlaked = true
		f.tests = api.NewPage(failures(117_999, 118_001, 118_005), 1, 1000, 17)
	})
	a := b.get(t, "/runs/118/tests/118001?theme=dark", nil)
	require.Equal(t, http.StatusOK, a.StatusCode)
	require.Equal(t, "pays with a card · Website · Runboard", a.Find("head title").Text())
	require.Equal(t, "pays with a card", words(a.Find("h1")))
	text := words(a.Find("main"))
	for _, part := range []string{
		"Failed", "Flaked", "3.2 s", "1 h ago", "spec/pay.ts:120", "1,284", "pays", "Expected 200 but got 500", "line 12, type AssertionError",
		"Browser Firefox 140", "GET /pay", "shot.png", "image/png", "182 kB", "Failure 2 of 17",
	} {
		require.Contains(t, text, part)
	}
	require.Equal(t, "/runs/118?theme=dark", a.href(t, "main a:contains('Nightly #118')"))
	require.Equal(t, "/runs/118?folder=checkout/pay&theme=dark", hrefOf(a.Find("main a:contains('checkout/pay')").First()))
	require.Equal(t, "/runs/118?thread_id=42&theme=dark", a.href(t, "main a:contains('Thread 2')"))
	require.Equal(t, "/runs/118/tests/117999?theme=dark", a.href(t, "a[rel=prev]"))
	require.Equal(t, "/runs/118/tests/118005?theme=dark", a.href(t, "a[rel=next]"))
	require.Equal(t, 1, a.Find("details[open]:contains('Output')").Length(), "the page of a test shows all of it")

	require.Equal(t, []api.TestFilter{askedOf(func(f *api.TestFilter) { f.StatusIDs, f.PerPage = query.IDs{3}, 1000 })}, b.askedTests)
	require.Equal(t, "/runs/118/tests/118001", b.get(t, "/runs/118/tests/118001?page=3&x", nil).location())
}

func TestOpenedRowShowsWhatWasSent(t *testing.T) {
	t.Parallel()
	b := newBoard(t, nil)
	a := b.get(t, "/runs/118/tests/118001?x=1", partial)
	require.Equal(t, http.StatusOK, a.StatusCode)
	require.NotContains(t, a.text, "<html")
	require.Contains(t, words(a.Selection), "Expected 200 but got 500")
	require.Equal(t, 0, a.Find("details[open]").Length(), "the failure comes first")
	require.Empty(t, b.askedTests, "nothing about the other tests")
	require.Empty(t, a.Header.Get("HX-Push-Url"), "the page is still that of the run")

	quiet := newBoard(t, func(f *fake, _ *handlers.Options) { f.test.Fields = f.test.Fields[2:] })
	require.Equal(t, 1, quiet.get(t, "/runs/118/tests/118001", partial).Find("details[open]").Length())
}

func TestPositionAmongTheFailures(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name           string
		failures       []api.Test
		total          int
		status         api.RunStatus
		position       string
		previous, next int
	}{
		{"first", failures(118_001, 118_002), 2, api.StatusFailure, "Failure 1 of 2", 0, 1},
		{"last", failures(118_000, 118_001), 2, api.StatusFailure, "Failure 2 of 2", 1, 0},
		{"only", failures(118_001), 1, api.StatusFailure, "", 0, 0},
		{"beyond those that were read", failures(117_000), 4210, api.StatusFailure, "", 0, 0},
		{"passed", failures(118_001), 1, api.StatusSuccess, "", 0, 0},
	} {
		b := newBoard(t, func(f *fake, _ *handlers.Options) {
			f.test.Status, f.tests = tt.status, api.NewPage(tt.failures, 1, 1000, tt.total)
		})
		a := b.get(t, "/runs/118/tests/118001", nil)
		require.Equal(t, tt.position, words(a.Find("[aria-label=Failures] span")), tt.name)
		require.Equal(t, tt.previous, a.Find("a[rel=prev]").Length(), tt.name)
		require.Equal(t, tt.next, a.Find("a[rel=next]").Length(), tt.name)
		require.Equal(t, tt.status == api.StatusFailure, len(b.askedTests) == 1, tt.name)
	}
}

func TestAttemptsLeadToOneAnother(t *testing.T) {
	t.Parallel()
	b := newBoard(t, func(f *fake, _ *handlers.Options) {
		f.earlier = &api.Test{ID: 117_000, Status: api.StatusFailure, StatusName: "Failed"}
		f.later = &api.Test{ID: 118_009, Status: api.StatusSuccess, StatusName: "Passed"}
	})
	a := b.get(t, "/runs/118/tests/118001?theme=dark", nil)
	require.Equal(t, "/runs/118/tests/117000?theme=dark", a.href(t, "main a:contains('Earlier attempt')"))
	require.Equal(t, "Later attempt: Passed", words(a.Find("main a[href^='/runs/118/tests/118009']")))
	require.NotContains(t, words(newBoard(t, nil).get(t, "/runs/118/tests/118001", nil).Find("main")), "attempt")
}

func TestTestOfWhichLittleIsKnown(t *testing.T) {
	t.Parallel()
	b := newBoard(t, func(f *fake, _ *handlers.Options) {
		f.test = api.TestDetail{Test: api.Test{ID: 118_003, Name: "sells tea", Status: api.StatusNeutral, StatusName: "Skipped"}, Line: new(0), Assertions: new(0)}
	})
	a := b.get(t, "/runs/118/tests/118003", nil)
	require.Equal(t, http.StatusOK, a.StatusCode)
	text := words(a.Find("main"))
	require.Contains(t, text, "Skipped")
	require.Contains(t, text, "–")
	require.Contains(t, text, "Assertions 0")
	require.NotContains(t, text, "Place")
	require.NotContains(t, text, "#0")

	b = newBoard(t, func(f *fake, _ *handlers.Options) { f.test.Line = new(0) })
	require.NotContains(t, words(b.get(t, "/runs/118/tests/118001", nil).Find("main")), "pay.ts:")
}
