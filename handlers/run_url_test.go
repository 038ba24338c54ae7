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

// testsSpelling is any way to ask for the tests of a run, as a form or a hand would.
func testsSpelling(t *rapid.T) string {
	values := map[string][]string{
		"status_id": {"1", "3", "3,1", ""}, "result": {"3", "6,3", "25", ""}, "thread_id": {"0", "42", ""},
		"folder": {"", "a/b", "a&b=c", "ü x", "%", "' OR 1=1 --"}, "q": {"", "api", "100%", "a+b", `"><script>`},
		"sort": append(api.TestSorts(), ""), "order": {"asc", "desc"}, "per_page": {"100", "101", "1000"}, "page": {"1", "2"},
		"embed": {"1", "0"}, "theme": {"dark", "pink"}, "unknown": {"x"},
	}
	names := rapid.Permutation(slices.Sorted(maps.Keys(values))).Draw(t, "order")
	var pairs []string
	for _, name := range names[:rapid.IntRange(0, len(names)).Draw(t, "parameters")] {
		pairs = append(pairs, name+"="+url.QueryEscape(rapid.SampledFrom(values[name]).Draw(t, name)))
		if name == "result" {
			pairs = append(pairs, "result="+rapid.SampledFrom([]string{"2", ""}).Draw(t, "repeated"))
		}
	}
	return strings.Join(pairs, "&")
}

func TestEverySpellingOfARunHasOneCanonicalAddress(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		raw := testsSpelling(rt)
		want := askedOf(func(*api.TestFilter) {})
		require.NoError(rt, api.DecodeFilter(&want, raw))
		b := newBoard(t, nil)
		target := "/runs/118?" + raw
		if first := b.get(t, target, nil); first.StatusCode == http.StatusSeeOther {
			target = first.Header.Get("Location")
		}
		require.Equal(rt, http.StatusOK, b.get(t, target, nil).StatusCode, "the canonical address %s is not redirected again", target)
		require.Equal(rt, want, b.askedTests[len(b.askedTests)-1])
		require.NotContains(rt, target, "unknown")
	})
}

func TestFragmentsOfSQLInARunAreValuesOrRefused(t *testing.T) {
	t.Parallel()
	for _, evil := range []string{"'", "1 OR 1=1", "1;DROP TABLE runs", "id DESC--", "(SELECT 1)", "%00", `\`, "1e309", "0x1", "nan", "-1", "９"} {
		for _, name := range []string{"status_id", "result", "thread_id", "folder", "q", "sort", "order", "per_page", "page"} {
			b := newBoard(t, nil)
			a := b.get(t, "/runs/118?"+name+"="+url.QueryEscape(evil), nil)
			require.Less(t, a.StatusCode, 500, "%s=%s", name, evil)
			for _, f := range b.askedTests {
				require.Contains(t, api.TestSorts(), f.Sort)
				require.Contains(t, []string{api.OrderAsc, api.OrderDesc}, f.Order)
				require.True(t, 100 <= f.PerPage && f.PerPage <= 1000)
			}
		}
	}
}

// An address that would be too long when it is spelled out stays as it was sent.
func TestLongAddressesLeadNowhereElse(t *testing.T) {
	t.Parallel()
	b := newBoard(t, nil)
	for _, path := range []string{"/runs/118", "/projects/1/runs"} {
		a := b.get(t, path+"?q="+strings.Repeat("?", 3000), nil)
		require.Contains(t, []int{http.StatusOK, http.StatusUnprocessableEntity}, a.StatusCode, path)
	}
}

func FuzzRunQuery(f *testing.F) {
	for _, seed := range []string{
		"", "x[=1", "result[=1", "result[0]=1", "result=1&result=2", "result=26", "status_id=4", "thread_id=9223372036854775807", "thread_id=-1",
		"page=99999999999999999999", "page=92233720368547758&per_page=1000", "per_page=99", "folder=%ff", "folder=%00", "folder=+", "q=%E2%80%AE",
		"sort=id;DROP", "a;b", "%zz", "embed=1&theme=auto", "folder=a&folder=b",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, raw string) {
		b := newBoard(t, nil)
		target := &url.URL{Path: "/runs/118", RawQuery: raw}
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
