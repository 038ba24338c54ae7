package submit_test

import (
	"cmp"
	"fmt"
	"net/http"
	"os"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/runboard/runboard/api"
	"github.com/runboard/runboard/api/submit"
)

// QUALITY D6: 200 answers are lost on the way, and no result is missing or twice.
func TestLostAnswers(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		lost, times := 0, map[string]int{}
		w.after = func(r *http.Request) error {
			key := r.Header.Get(api.OnceHeader)
			if times[key]++; key != "" && lost < 200 && times[key] <= 8 {
				lost++
				return errCut
			}
			return nil
		}
		for range 5 {
			result, _, err := w.server(t, w.options(t)).Submit(t.Context(), submission(results(t, 1000)))
			require.NoError(t, err)
			require.Empty(t, result.Spool)
			w.requireAll(t, result.RunID, 1000)
		}
		require.Equal(t, 200, lost)
		require.Equal(t, 5, w.runs(t))
	})
}

// A server that is busy, or about to start, is asked again when it wants to be.
func TestBusyServers(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		busy    refusal
		atLeast time.Duration
	}{
		"too many requests":          {refusal{status: http.StatusTooManyRequests, retryAfter: "7"}, 7 * time.Second},
		"too many for a while":       {refusal{status: http.StatusTooManyRequests}, time.Minute},
		"starting":                   {refusal{status: http.StatusServiceUnavailable, retryAfter: "3"}, 3 * time.Second},
		"failing":                    {refusal{status: http.StatusInternalServerError}, time.Millisecond},
		"behind a page":              {page, time.Millisecond},
		"behind a proxy that is not": {refusal{status: http.StatusBadGateway}, time.Millisecond},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				w := newWorld(t)
				answered := 0
				w.before = func(*http.Request) refusal {
					if answered++; answered == 4 {
						return test.busy
					}
					return refusal{}
				}
				waited := time.Duration(0)
				options := w.options(t)
				options.OnWait = func(_ error, wait time.Duration) { waited += wait }
				result, _, err := w.server(t, options).Submit(t.Context(), submission(results(t, 300)))
				require.NoError(t, err)
				w.requireAll(t, result.RunID, 300)
				require.GreaterOrEqual(t, waited, test.atLeast)
			})
		})
	}
}

// Testmo cannot tell whether it has taken something, so that nothing is sent
// twice, and what is in doubt is said.
func TestDoubtfulAnswers(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		path, doubt string
		stored      int
		isLate      bool    // The request was carried out, though the answer is lost.
		instead     refusal // When it was not.
	}{
		"results, not taken":     {"/threads/1/append", "Tests 251 to 500 may be missing.", 362, false, refusal{status: http.StatusGatewayTimeout}},
		"results, behind a page": {"/threads/1/append", "Tests 251 to 500 may be missing.", 362, false, page},
		"results, taken":         {"/threads/1/append", "Tests 251 to 500 may be missing.", 612, true, refusal{}},
		"the end":                {"/runs/1/complete", "", 612, true, refusal{}},
		"the end, behind a page": {"/runs/1/complete", "", 612, false, page},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				w := newWorld(t)
				w.isTestmo = true
				seen := 0
				isNow := func(r *http.Request) bool {
					return strings.HasSuffix(r.URL.Path, test.path) && (seen == 2 || test.doubt == "" && seen == 1)
				}
				w.before = func(r *http.Request) refusal {
					if strings.HasSuffix(r.URL.Path, test.path) {
						seen++
					}
					if !test.isLate && isNow(r) {
						return test.instead
					}
					return refusal{}
				}
				w.after = func(r *http.Request) error {
					if test.isLate && isNow(r) && seen <= 2 {
						return errCut
					}
					return nil
				}
				result, _, err := w.server(t, w.options(t)).Submit(t.Context(), submission(results(t, 612)))
				require.NoError(t, err)
				run, tests := w.show(t, result.RunID)
				require.True(t, run.IsCompleted)
				require.Len(t, tests, test.stored)
				if test.doubt == "" {
					require.Empty(t, result.Unconfirmed)
					return
				}
				require.Len(t, result.Unconfirmed, 1)
				require.Contains(t, result.Unconfirmed[0], test.doubt)
				require.Equal(t, 362, result.Tests)
			})
		})
	}
}

// Tests of several threads have no numbers, so that they are told by their names.
func TestDoubtfulAnswersAmongThreads(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		w.isTestmo = true
		w.before = func(r *http.Request) refusal {
			if strings.HasSuffix(r.URL.Path, "/threads/2/append") {
				return refusal{status: http.StatusBadGateway}
			}
			return refusal{}
		}
		sub := submission(results(t, 200))
		sub.Threads = 2
		result, _, err := w.server(t, w.options(t)).Submit(t.Context(), sub)
		require.NoError(t, err)
		_, tests := w.show(t, result.RunID)
		missing := 200 - len(tests)
		require.Positive(t, missing)
		stored := map[string]bool{}
		for _, test := range tests {
			stored[test.Name] = true
		}
		var first, last string
		for i := range 200 {
			if name := fmt.Sprintf("takes %05d items", i); !stored[name] {
				first, last = cmp.Or(first, name), name
			}
		}
		require.Len(t, result.Unconfirmed, 1)
		require.Contains(t, result.Unconfirmed[0], fmt.Sprintf(
			`%d tests of thread 2 may be missing, of those that stand in the files from %q of "shop.Orders" to %q of "shop.Orders".`, missing, first, last))
	})
}

// What is told of a server by what stands before it does not make a Testmo of a
// Runboard, whose requests may be repeated.
func TestDetectsBehindPages(t *testing.T) {
	t.Parallel()
	for name, instead := range map[string]refusal{
		"a page": page, "a page of nothing": {status: http.StatusNotFound, body: page.body}, "nothing": {status: http.StatusNotFound},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				w := newWorld(t)
				asked, appends := 0, 0
				w.before = func(r *http.Request) refusal {
					switch {
					case strings.HasSuffix(r.URL.Path, "openapi.json"):
						if asked++; asked <= 2 {
							return instead
						}
					case strings.HasSuffix(r.URL.Path, "/append"):
						switch appends++; appends {
						case 1:
							return instead
						case 2:
							return refusal{status: http.StatusBadGateway}
						}
					}
					return refusal{}
				}
				result, _, err := w.server(t, w.options(t)).Submit(t.Context(), submission(results(t, 612)))
				require.NoError(t, err)
				require.Empty(t, result.Unconfirmed)
				w.requireAll(t, result.RunID, 612)
			})
			synctest.Test(t, func(t *testing.T) {
				w := newWorld(t)
				w.isTestmo, w.unknown = true, instead
				result, _, err := w.server(t, w.options(t)).Submit(t.Context(), submission(results(t, 612)))
				require.NoError(t, err)
				w.requireAll(t, result.RunID, 612)
			})
		})
	}
}

// Who has not the patience for a long rest takes a short one, rather than none.
func TestBusyServersWithLittlePatience(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		w.atAppend(1, func() refusal { return refusal{status: http.StatusTooManyRequests} })
		options := w.options(t)
		options.Patience = 40 * time.Second
		result, _, err := w.server(t, options).Submit(t.Context(), submission(results(t, 300)))
		require.NoError(t, err)
		require.Empty(t, result.Spool)
		w.requireAll(t, result.RunID, 300)
	})
}

// Patience bounds everything: how often a server is asked, and for how long each time.
func TestPatience(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		patience, hangs time.Duration
		least, most     int
		longest         time.Duration
	}{
		"none":                     {0, 0, 1, 1, 0},
		"less than none":           {-time.Second, 0, 1, 1, 0},
		"a little":                 {3 * time.Second, 0, 2, 9, 3 * time.Second},
		"none, and no answer":      {0, time.Hour, 1, 1, 10 * time.Second},
		"a little, and no answer":  {3 * time.Second, time.Hour, 1, 1, 10 * time.Second},
		"some, and no answer":      {45 * time.Second, time.Hour, 1, 1, 45 * time.Second},
		"the usual, and no answer": {2 * time.Minute, time.Hour, 2, 3, 130 * time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				w := newWorld(t)
				asked := 0
				w.before = func(r *http.Request) refusal {
					asked++
					select {
					case <-time.After(test.hangs):
					case <-r.Context().Done():
					}
					return refusal{status: http.StatusBadGateway}
				}
				options := w.options(t)
				options.Patience = test.patience
				begun := time.Now()
				result, _, err := w.server(t, options).Submit(t.Context(), submission(results(t, 1)))
				require.NoError(t, err)
				require.NotEmpty(t, result.Spool)
				require.GreaterOrEqual(t, asked, test.least)
				require.LessOrEqual(t, asked, test.most)
				require.LessOrEqual(t, time.Since(begun), test.longest)
			})
		})
	}
}

// away answers nothing from the request that is number first.
func (w *world) away(first int) {
	var asked atomic.Int64
	w.before = func(*http.Request) refusal {
		if asked.Add(1) >= int64(first) {
			return refusal{status: http.StatusServiceUnavailable}
		}
		return refusal{}
	}
}

// Whenever a server goes away, what is left can be sent later, also in several goes.
func TestSpool(t *testing.T) {
	t.Parallel()
	for first := 1; first <= 7; first++ {
		t.Run("", func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				w := newWorld(t)
				options := w.options(t)
				w.away(first)
				result, _, err := w.server(t, options).Submit(t.Context(), submission(results(t, 612)))
				require.NoError(t, err)
				require.NotEmpty(t, result.Spool)
				require.True(t, api.IsKind(result.Away, api.KindUnavailable))
				info, err := os.Stat(result.Spool)
				require.NoError(t, err)
				require.Equal(t, os.FileMode(0o600), info.Mode().Perm())

				w.away(3)
				next, err := submit.Resume(t.Context(), result.Spool, options)
				require.NoError(t, err)
				w.before = nil
				if next.Spool != "" {
					require.Equal(t, result.Spool, next.Spool)
					require.True(t, api.IsKind(next.Away, api.KindUnavailable))
					next, err = submit.Resume(t.Context(), next.Spool, options)
					require.NoError(t, err)
				}
				require.Empty(t, next.Spool)
				require.Equal(t, 612, next.Tests)
				w.requireAll(t, next.RunID, 612)
				require.Equal(t, 1, w.runs(t))
				left, err := os.ReadDir(options.Folder)
				require.NoError(t, err)
				require.Empty(t, left)
			})
		})
	}
}

func TestSpoolOfSeveralThreads(t *testing.T) {
	t.Parallel()
	for first := 1; first <= 9; first++ {
		t.Run("", func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				w := newWorld(t)
				options := w.options(t)
				w.away(first)
				sub := submission(results(t, 1000))
				sub.Threads = 3
				result, _, err := w.server(t, options).Submit(t.Context(), sub)
				require.NoError(t, err)
				require.NotEmpty(t, result.Spool)
				w.before = nil
				result, err = submit.Resume(t.Context(), result.Spool, options)
				require.NoError(t, err)
				require.Equal(t, 1000, result.Tests)
				run, tests := w.show(t, result.RunID)
				require.True(t, run.IsCompleted)
				require.Len(t, run.Threads, 3)
				names := map[string]bool{}
				for _, test := range tests {
					names[test.Name] = true
				}
				require.Len(t, tests, 1000)
				require.Len(t, names, 1000)
			})
		})
	}
}

func TestSpoolsThatAreNone(t *testing.T) {
	t.Parallel()
	whole := spooled(t)
	text, err := os.ReadFile(whole)
	require.NoError(t, err)
	for name, path := range map[string]string{
		"none": whole + "x", "another file": file(t, "notes.txt", "nothing"), "cut off": file(t, "cut.spool", string(text[:len(text)-9])),
	} {
		_, err := submit.Resume(t.Context(), path, submit.Options{})
		require.Error(t, err, name)
	}
	require.NotContains(t, string(text), "runboard_")
}

// spooled is a spool of a whole submission.
func spooled(t *testing.T) (name string) {
	t.Helper()
	folder := t.TempDir()
	s, err := submit.New("http://127.0.0.1:1", submit.Options{Token: "runboard_token", Patience: time.Millisecond, Folder: folder})
	require.NoError(t, err)
	result, _, err := s.Submit(t.Context(), submission(results(t, 3)))
	require.NoError(t, err)
	require.NotEmpty(t, result.Spool)
	return result.Spool
}
