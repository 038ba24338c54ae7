package web_test

import (
	"fmt"
	"testing"

	"github.com/chromedp/cdproto/network"
	"github.com/stretchr/testify/require"
)

// The first load of a page may be this heavy over the wire, headers included,
// and its parts may move by this much: QUALITY F5.
const (
	mostBytes = 60_000
	mostShift = 0.05
)

// shifts is how much of a page has moved by itself since it was opened.
const shifts = `new Promise((resolve) => {
	let sum = 0;
	new PerformanceObserver((list) => list.getEntries().forEach((e) => sum += e.value)).observe({type: "layout-shift", buffered: true});
	requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(() => resolve(sum))));
})`

func TestFirstLoadIsLight(t *testing.T) {
	t.Parallel()

	b := startFilled(t, nil, nil)
	for path, rows := range map[string]string{runs: "[data-run-id]", "/runs/" + failedRun: "[data-test-id]"} {
		page := openTab(t, b.URL(), reader{})
		require.NoError(t, call(page, network.SetCacheDisabled, network.SetCacheDisabledParams{CacheDisabled: true}))
		page.open(path)
		page.at(path)
		shift := js[float64](page, shifts)
		t.Logf("%s: %d rows, %d bytes, moved by %.4f", path, js[int](page, `document.querySelectorAll("`+rows+`").length`), page.weight(), shift)
		require.LessOrEqual(t, page.weight(), int64(mostBytes))
		require.LessOrEqual(t, shift, mostShift)
	}
}

// weight is the bytes of all answers so far, as they came over the wire.
func (b *tab) weight() int64 {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.bytes
}

// A picker that narrows the list stands as high as its neighbours, and in line
// with them.
func TestChosenPickersStandInLine(t *testing.T) {
	t.Parallel()

	page := openTab(t, startFilled(t, nil, nil).URL(), reader{})
	for _, path := range []string{runs + "?tags=main&created_after=2020-01-01", "/runs/" + failedRun + "?folder=sign+in"} {
		page.open(path)
		page.at(path)
		require.NotZero(t, js[int](page, `document.querySelectorAll(".picker > .chosen").length`), path)
		require.Len(t, js[[]string](page, places), 1, path)
	}
}

// places are the tops and heights of what stands in the filter bar, each once.
const places = `[...new Set([...document.querySelectorAll(".picker > summary, .search input")].map((control) => {
	const box = control.getBoundingClientRect();
	return box.top + "+" + box.height;
}))]`

// What a reader came for is on the first screen: on a phone, and at 200 % on a
// laptop.
func TestFirstRowsAreOnTheFirstScreen(t *testing.T) {
	t.Parallel()

	page := openTab(t, startFilled(t, nil, nil).URL(), reader{})
	for _, path := range []string{runs, "/runs/" + failedRun} {
		page.open(path)
		for _, screen := range [][2]int64{{360, 800}, {720, 500}} {
			page.resize(screen[0], screen[1])
			foot := js[float64](page, `document.querySelector("tbody [data-row]").getBoundingClientRect().bottom`)
			require.LessOrEqual(t, foot, float64(screen[1]), "%s, %d px wide", path, screen[0])
		}
	}
}

// Pictures of the two pages, for people to look at.
func TestPictures(t *testing.T) {
	t.Parallel()

	b := startFilled(t, nil, nil)
	for _, theme := range []string{"light", "dark"} {
		page := openTab(t, b.URL(), reader{dark: theme == "dark"})
		for name, path := range map[string]string{"runs": runs, "run": "/runs/" + failedRun} {
			page.open(path)
			for _, width := range []int64{1440, 768, 360} {
				page.resize(width, 1000)
				page.screenshot(fmt.Sprintf("%s-%s-%d", name, theme, width))
			}
			page.resize(1440, 1000)
		}
	}
}
