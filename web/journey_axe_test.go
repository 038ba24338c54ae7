package web_test

import (
	"fmt"
	"net/http"
	"os"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/runboard/runboard/api"
	"github.com/runboard/runboard/api/query"
)

// sight is one page, in one of the states that it can be in.
type sight struct {
	name, path string
	problem    string // What the console says of its status; "" for 200.
}

// broken is a page that fails, on a board that is made with breaking.
const broken = "/runs/66"

func breaking(_ http.ResponseWriter, r *http.Request) bool {
	if r.URL.Path == broken {
		panic("the disk is on fire")
	}
	return false
}

// sights are all pages over the database of the journeys.
func (b *board) sights() []sight {
	b.t.Helper()
	const run = 84 // One of few tests, one of which has failed.
	filter := api.NewTestFilter()
	filter.StatusIDs = query.IDs{int64(api.StatusFailure)}
	failed, err := b.oracle().ListTests(b.t.Context(), run, filter)
	require.NoError(b.t, err)
	require.Len(b.t, failed.Result, 1)
	test := strconv.FormatInt(failed.Result[0].ID, 10)
	path := "/runs/" + strconv.Itoa(run)
	return []sight{
		{"projects", "/", ""},
		{"runs", runs + "?per_page=15", ""},
		{"runs filtered", runs + "?status=3&source_id=1,2&tags=main&q=pull&per_page=15", ""},
		{"no run meets the filter", runs + "?status=4&q=zebra", ""},
		{"no runs yet", "/projects/2/runs", ""},
		{"page beyond the last", runs + "?page=9", ""},
		{"filter that makes no sense", runs + "?created_after=never&source_id=x", "422"},
		{"add results", "/projects/1/runs/import", ""},
		{"submissions", "/settings/submissions", ""},
		{"sources", "/projects/1/sources", ""},
		{"no sources yet", "/projects/2/sources", ""},
		{"run", path, ""},
		{"run that is running", "/runs/" + runningRun, ""},
		{"no test meets the filter", path + "?q=zebra", ""},
		{"failed test", path + "/tests/" + test, ""},
		{"passed test", "/runs/1/tests/1", ""},
		{"no such page", "/none", "404"},
		{"failure of ours", broken, "500"},
	}
}

// visit opens a page, as it is seen in a frame or alone.
func (b *tab) visit(s sight, isFramed bool) {
	b.t.Helper()
	if s.problem != "" {
		b.expect("the server responded with a status of " + s.problem)
	}
	path := s.path
	if isFramed {
		separator := "?"
		if strings.Contains(path, "?") {
			separator = "&"
		}
		path += separator + "embed=1"
	}
	b.open(path)
}

// axeRules are those of WCAG 2.0 to 2.2, A and AA, for the element named.
const axeRules = `axe.run(%s, {runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"], resultTypes: ["violations"], preload: false})`

// QUALITY F1, W2 and W25: every page in both themes, alone and framed, with its
// disclosures closed and open. The tab has an eye on the console and the network.
func TestEveryPageIsAccessible(t *testing.T) {
	t.Parallel()

	axe, err := os.ReadFile("../static/node_modules/axe-core/axe.min.js")
	if os.IsNotExist(err) && os.Getenv("CI") == "" {
		t.Skip("axe-core is not installed; make assets installs it")
	}
	require.NoError(t, err)
	b := startFilled(t, nil, before(t, breaking))
	sights := b.sights()
	for name, state := range map[string]struct{ isDark, isFramed bool }{
		"light": {false, false}, "dark": {true, false}, "light framed": {false, true}, "dark framed": {true, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			page := openTab(t, b.URL(), reader{dark: state.isDark})
			for _, s := range sights {
				page.visit(s, state.isFramed)
				// A framed page lets the colour of the canvas through, of which axe knows nothing.
				js[bool](page, string(axe)+`; document.documentElement.style.background = "Canvas"; true`)
				page.hasNoViolations("document", s.name)
				if state.isFramed {
					continue
				}
				js[bool](page, `(document.querySelectorAll("details:not(.menu)").forEach((d) => d.open = true), true)`)
				page.until(`!document.querySelector("[aria-busy=true]")`)
				page.hasNoViolations("document", s.name+", all open")
				// Of menus one is open at a time.
				for _, id := range js[[]string](page, `[...document.querySelectorAll("details.menu")].map((menu) => menu.id)`) {
					js[bool](page, `(document.querySelectorAll("details.menu").forEach((menu) => menu.open = menu.id === "`+id+`"), true)`)
					page.hasNoViolations("document.getElementById('"+id+"')", s.name+", "+id+" open")
				}
			}
			t.Logf("%d pages, %d requests, %d bytes", len(sights), page.sent(""), page.bytes)
		})
	}
}

func (b *tab) hasNoViolations(within, where string) {
	b.t.Helper()
	found := js[[]string](b, fmt.Sprintf(axeRules, within)+`.then((found) => found.violations.flatMap((v) => v.nodes.map((n) => v.id + ": " + n.html + " " + n.failureSummary)))`)
	require.Empty(b.t, found, where)
}
