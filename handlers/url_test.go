package handlers_test

import (
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/runboard/runboard/api"
)

// spelling is any way to ask for a list of runs, as a form or a hand would.
func spelling(t *rapid.T) string {
	values := map[string][]string{
		"status": {"2", "3", "4", "2,3", ""}, "source_id": {"5", "6,5", "5,5", ""}, "created_by": {"7"},
		"tags": {"nightly", "a b,nightly", "ü,x&y=z", `"><script>`, "' OR 1=1 --"}, "q": {"", "api", "%", "100%", "a+b", "/"},
		"created_after": {"", "2026-10-25", "2026-10-25T02:30:00Z", "2026-10-25 02:30", "2026-10-25T02:30:00+02:00"},
		"tz":            {"", "UTC", "Europe/Berlin", "America/New_York"}, "sort": {"automation_runs:name", api.SortRunsByCreation},
		"order": {"asc", "desc"}, "per_page": {"15", "25", "100"}, "page": {"1", "2"}, "expands": {"users"},
		"embed": {"1", "0", ""}, "theme": {"dark", "pink"}, "unknown": {"x"},
	}
	names := rapid.Permutation(slices.Sorted(maps.Keys(values))).Draw(t, "order")
	var pairs []string
	for _, name := range names[:rapid.IntRange(0, len(names)).Draw(t, "parameters")] {
		value := rapid.SampledFrom(values[name]).Draw(t, name)
		pairs = append(pairs, name+"="+url.QueryEscape(value))
		if name == "source_id" || name == "tags" {
			pairs = append(pairs, name+"="+rapid.SampledFrom([]string{"8", ""}).Draw(t, "repeated"))
		}
	}
	return strings.Join(pairs, "&")
}

func TestEverySpellingHasOneCanonicalAddress(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		raw := spelling(rt)
		want := asked(func(*api.RunFilter) {})
		require.NoError(rt, api.DecodeFilter(&want, raw))
		b := newBoard(t, nil)
		target := "/projects/1/runs?" + raw
		if first := b.get(t, target, nil); first.StatusCode == http.StatusSeeOther {
			target = first.Header.Get("Location")
		}
		a := b.get(t, target, nil)
		require.Equal(rt, http.StatusOK, a.StatusCode, "the canonical address %s is not redirected again", target)
		got := b.asked[len(b.asked)-1]
		require.True(rt, want.After().Equal(got.After()), "the same instant")
		got.Zone, want.Zone, want.Expands = "", "", got.Expands
		require.Equal(rt, want, got)
		require.NotContains(rt, target, "unknown")
	})
}

func TestConflictingFramesAreRefused(t *testing.T) {
	t.Parallel()
	b := newBoard(t, nil)
	for _, path := range []string{"/", "/projects/1/runs", "/projects/1/sources", "/runs/118", "/runs/118/tests/118001", "/runs/118/attachments", "/runs/118/threads/41"} {
		for _, conflict := range []string{"theme=dark&theme=light", "embed=1&embed=0"} {
			a := b.get(t, path+"?"+conflict, nil)
			require.Equal(t, http.StatusBadRequest, a.StatusCode, path+"?"+conflict)
			require.Contains(t, words(a.Find("[data-message]")), "a parameter is repeated", path)
		}
	}
	require.Equal(t, "/runs/118?embed=1", b.get(t, "/runs/118?embed=1&theme=pink", nil).location(), "what is not known is left out")
}

func FuzzRunsListQuery(f *testing.F) {
	for _, seed := range []string{
		"", "x[=1", "x]=1", "status[=1", "status[0]=1", "tags=a&tags=b", "page=99999999999999999999", "page=-1", "created_after=9999-99-99",
		"source_id=1,2,x", "q=%00", "q=%ff", "sort=id;DROP", "tz=Local", "per_page=1e9", "a;b", "%zz", "embed=1&theme=auto", "tags=%2C%2C",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, raw string) {
		b := newBoard(t, nil)
		target := &url.URL{Path: "/projects/1/runs", RawQuery: raw}
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, target.String(), nil)
		if err != nil {
			t.Skip("no client can send this")
		}
		a := b.serve(t, r)
		require.Contains(t, []int{200, 303, 400, 414, 422}, a.StatusCode)
		if a.StatusCode == http.StatusSeeOther {
			to := a.Header.Get("Location")
			require.Equal(t, http.StatusOK, b.get(t, to, nil).StatusCode, "%s leads to %s", raw, to)
		}
	})
}
