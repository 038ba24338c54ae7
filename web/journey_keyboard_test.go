package web_test

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// focused is the id of what has the focus, or its text where it has none.
const focused = `document.activeElement.id || document.activeElement.textContent.trim()`

// QUALITY F2: filter, sort, page, open a run and come back, without a pointer.
func TestKeyboardOnly(t *testing.T) {
	t.Parallel()

	j := newJourney(t, startFilled(t, nil, nil), reader{})
	j.open(runs)
	j.shows(runs)
	j.press("\t")
	require.Equal(t, "Skip to the content", js[string](j.tab, focused), "the first stop")
	j.press("\r")
	require.Equal(t, "main", js[string](j.tab, focused))
	require.Empty(t, js[[]string](j.tab, `[...document.querySelectorAll("[tabindex]")].filter((e) => e.tabIndex > 0).map((e) => e.id)`),
		"the order of the focus is that of the page")

	for _, step := range []struct{ focus, want string }{
		{"#status-2", "?status=3"},
		{"#sort-total", "?status=3&sort=automation_runs:total_count"},
		{"#per-page-15", "?status=3&sort=automation_runs:total_count&per_page=15"},
		{"#page-2", "?status=3&sort=automation_runs:total_count&per_page=15&page=2"},
		{"#chip-0", "?sort=automation_runs:total_count&per_page=15"},
	} {
		j.tabTo(step.focus)
		j.press("\r")
		j.shows(runs + step.want)
		j.holdsFocus()
	}
	j.tabTo("#source_id-picker > summary")
	j.press("\r\t\t ")
	j.until(`location.search.includes("source_id=")`)
	j.shows(js[string](j.tab, here))
	j.holdsFocus()
	require.True(t, js[bool](j.tab, `document.activeElement.matches("#source_id-picker input[type=checkbox]:checked")`), "the focus stays on the box")
	j.press("\x1b")
	require.Equal(t, "SUMMARY", js[string](j.tab, "document.activeElement.tagName"), "Escape leads back to the picker")

	j.tabTo("#run-1, #run-2, #run-3, [data-row]")
	j.press("\r")
	j.until(`location.pathname.startsWith("/runs/")`)
	j.back()
	j.until(`location.search.includes("source_id=")`)
}

// tabTo walks with Tab to an element, from the top of the page.
func (j *journey) tabTo(selector string) {
	j.t.Helper()
	js[bool](j.tab, `(document.querySelector("#main").focus(), true)`)
	for range 400 {
		if js[bool](j.tab, "document.activeElement.matches("+quote(selector)+")") {
			return
		}
		j.press("\t")
	}
	require.Fail(j.t, "Tab does not lead to "+selector)
}

// The strip is one stop, with the arrows to walk along it.
func TestStripIsOneStop(t *testing.T) {
	t.Parallel()

	j := newJourney(t, startFilled(t, nil, nil), reader{})
	j.open(runs)
	j.tabTo(".days a")
	last := js[string](j.tab, focused)
	j.press("\u0302\u0302")
	day := js[string](j.tab, focused)
	require.NotEqual(t, last, day)
	j.press("\r")
	j.until(`location.search.includes("created_after=")`)
	j.at(js[string](j.tab, here))
	require.Equal(t, day, js[string](j.tab, focused))
	require.Contains(t, js[string](j.tab, here), day[len("day-"):])
	j.press("\t")
	require.False(t, js[bool](j.tab, `document.activeElement.matches(".days a")`))
}

func TestShortcuts(t *testing.T) {
	t.Parallel()

	j := newJourney(t, startFilled(t, nil, nil), reader{})
	j.open(runs)
	j.shows(runs)
	j.press("jjk")
	require.Equal(t, "run-90", js[string](j.tab, focused))
	j.press("k")
	require.Equal(t, "run-90", js[string](j.tab, focused), "there is no row above the first")
	j.press("]")
	j.shows(runs + "?per_page=25&page=2")
	j.holdsFocus()
	j.press("f")
	j.shows(runs + "?status=3")
	j.press("/")
	require.Equal(t, "q", js[string](j.tab, focused))
	j.press("pull jf")
	j.shows(runs + "?status=3&q=pull+jf")
	require.Equal(t, "pull jf", js[string](j.tab, `document.querySelector("#q").value`), "keys that are typed do nothing else")
	j.press("\b\b\b")
	j.shows(runs + "?status=3&q=pull")
	j.press("\x1b")
	j.shows(runs + "?status=3")
	require.Equal(t, "q", js[string](j.tab, focused), "the first Escape empties the search")
	j.press("\x1bgr")
	j.shows(runs)
	j.press("]")
	j.shows(runs + "?per_page=25&page=2")
	j.press("[")
	j.shows(runs)

	j.press("?")
	require.True(t, js[bool](j.tab, `document.querySelector("#keys").open`))
	require.Equal(t, "true", js[string](j.tab, `String(document.querySelector("#keys").contains(document.activeElement))`))
	j.press("f\x1b")
	require.False(t, js[bool](j.tab, `document.querySelector("#keys").open`))
	require.Equal(t, runs, js[string](j.tab, here), "the list of keys takes the keys")

	j.press("jjjj")
	require.Equal(t, "run-"+failedRun, js[string](j.tab, focused))
	j.press("o")
	j.at("/runs/" + failedRun)
	j.press("gh")
	j.at("/")
}

// A reader may switch the keys off (WCAG 2.1.4).
func TestShortcutsAreSwitchedOff(t *testing.T) {
	t.Parallel()

	j := newJourney(t, startFilled(t, nil, nil), reader{})
	j.open(runs)
	j.click("#settings > summary")
	j.click("#shortcuts")
	j.click("#settings button")
	j.until(`!document.body.hasAttribute("data-keys")`)
	j.at(runs)
	j.press("f]jgr?/")
	require.Equal(t, "BODY", js[string](j.tab, "document.activeElement.tagName"))
	require.Equal(t, runs, js[string](j.tab, here))
	require.False(t, js[bool](j.tab, `Boolean(document.querySelector("dialog"))`))
}
