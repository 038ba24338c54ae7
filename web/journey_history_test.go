package web_test

import (
	"math/rand/v2"
	"slices"
	"testing"
)

// walks and walkSteps say how much of the runs list the random walks see.
const (
	walks     = 10
	walkSteps = 12
)

// QUALITY F4: whatever a reader clicks, Back, Forward, reload and a second
// browser show what the address says.
func TestRandomWalks(t *testing.T) {
	t.Parallel()

	b := startFilled(t, nil, nil)
	j, second := newJourney(t, b, reader{}), newJourney(t, b, reader{})
	steps := map[string]int{}
	for walk := range walks {
		w := walker{journey: j, random: rand.New(rand.NewPCG(2026, uint64(walk))), steps: steps}
		w.begin(runs)
		for range walkSteps {
			w.step()
		}
		second.open(w.trail[w.place])
		second.shows(w.trail[w.place])
	}
	t.Logf("%d walks of %d steps: %v", walks, walkSteps, steps)
}

// walker knows where Back and Forward have to lead.
type walker struct {
	*journey

	random *rand.Rand
	trail  []string // Addresses in the history of the tab.
	place  int      // In the trail.
	steps  map[string]int
}

func (w *walker) begin(path string) {
	w.t.Helper()
	w.open(path)
	w.shows(path)
	w.trail, w.place = []string{path}, 0
}

func (w *walker) step() {
	w.t.Helper()
	kind := []string{"click", "click", "click", "back", "forward", "reload"}[w.random.IntN(6)]
	switch {
	case kind == "back" && w.place > 0:
		w.place--
		w.back()
	case kind == "forward" && w.place < len(w.trail)-1:
		w.place++
		w.forward()
	case kind == "reload":
		w.reload()
	default:
		kind = "click"
		w.follow()
	}
	w.steps[kind]++
	w.shows(w.trail[w.place])
}

// follow clicks any link that stays in the list.
func (w *walker) follow() {
	w.t.Helper()
	links := js[[]string](w.tab, `[...document.querySelectorAll(
		".segments a, .chips a, .days a, #runs th a, #runs .pager a, #runs .origin a, #runs .by a, #runs .empty a")].map((link) => link.getAttribute("href"))`)
	path := links[w.random.IntN(len(links))]
	w.click(`#runs a[href=` + quote(path) + `], #filters a[href=` + quote(path) + `]`)
	if path != w.trail[w.place] {
		w.trail = append(slices.Clip(w.trail[:w.place+1]), path)
		w.place++
	}
}

// Every state is an address, so a filter has to be in the address that a reader
// copies, spelled the one way.
func TestAddressIsCanonical(t *testing.T) {
	t.Parallel()

	j := newJourney(t, startFilled(t, nil, nil), reader{})
	for spelled, canonical := range map[string]string{
		"?source_id=3&source_id=1&page=1":             "?source_id=1,3",
		"?per_page=25&order=desc&status=3,2":          "?status=2,3",
		"?tags=smoke+tests&tags=nightly&page=2":       "?tags=nightly,smoke+tests&per_page=25&page=2",
		"?created_after=&q=&tz=UTC":                   "",
		"?sort=automation_runs%3Acreated_at&status=4": "?status=4",
	} {
		j.open(runs + spelled)
		j.shows(runs + canonical)
	}
}
