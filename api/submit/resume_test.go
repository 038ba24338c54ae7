package submit_test

import (
	"context"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"

	"github.com/runboard/runboard/api"
	"github.com/runboard/runboard/api/submit"
)

// spoolOf is a spool of so many results, to a server that went away before any
// of them.
func (w *world) spoolOf(t *testing.T, tests int, options submit.Options) string {
	t.Helper()
	w.atAppend(1, func() refusal { return refusal{status: http.StatusTooManyRequests, retryAfter: "3600"} })
	result, _, err := w.server(t, options).Submit(t.Context(), submission(results(t, tests)))
	require.NoError(t, err)
	require.NotEmpty(t, result.Spool)
	w.before = nil
	return result.Spool
}

// atAppend has something done in place of the append of such a number, from 1.
func (w *world) atAppend(number int, do func() refusal) {
	seen := 0
	w.before = func(r *http.Request) refusal {
		if !strings.HasSuffix(r.URL.Path, "/append") {
			return refusal{}
		}
		if seen++; seen == number {
			return do()
		}
		return refusal{}
	}
}

// A server that cannot tell what it has taken is not sent it again by whoever
// resumes a spool that was resumed before.
func TestResumesWhereItWasRefused(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		w.isTestmo = true
		options := w.options(t)
		spool := w.spoolOf(t, 1000, options)
		for range 2 {
			w.atAppend(2, func() refusal { return refusal{status: http.StatusUnauthorized} })
			_, err := submit.Resume(t.Context(), spool, options)
			require.ErrorContains(t, err, "what is left stays in "+spool)
		}
		w.before = nil
		result, err := submit.Resume(t.Context(), spool, options)
		require.NoError(t, err)
		require.Equal(t, 1000, result.Tests)
		require.Empty(t, result.Unconfirmed)
		w.requireAll(t, result.RunID, 1000)
		require.NoFileExists(t, spool)
	})
}

func TestResumesHalves(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		w.isTestmo = true
		options := w.options(t)
		spool := w.spoolOf(t, 500, options)
		appends := 0
		w.before = func(r *http.Request) refusal {
			switch isLarge := r.ContentLength > 20_000; {
			case !strings.HasSuffix(r.URL.Path, "/append"):
				return refusal{}
			case isLarge:
				return refusal{status: http.StatusRequestEntityTooLarge}
			}
			if appends++; appends == 2 {
				return refusal{status: http.StatusForbidden}
			}
			return refusal{}
		}
		_, err := submit.Resume(t.Context(), spool, options)
		require.Error(t, err)
		result, err := submit.Resume(t.Context(), spool, options)
		require.NoError(t, err)
		require.Greater(t, appends, 4)
		w.requireAll(t, result.RunID, 500)
	})
}

// What was on its way when the program was told to end, or was killed, may have
// been taken.
func TestResumesAfterAnEnd(t *testing.T) {
	t.Parallel()
	for name, isKilled := range map[string]bool{"told": false, "killed": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				w := newWorld(t)
				w.isTestmo = true
				options := w.options(t)
				spool := w.spoolOf(t, 1000, options)
				asKilled := filepath.Join(t.TempDir(), "killed.spool")
				ctx, cancel := context.WithCancel(t.Context())
				defer cancel()
				w.atAppend(3, func() refusal {
					text, err := os.ReadFile(spool)
					require.NoError(t, err)
					require.NoError(t, os.WriteFile(asKilled, append(text, `{"key": "cut o`...), 0o600))
					cancel()
					<-ctx.Done()
					return refusal{status: http.StatusBadGateway}
				})
				result, err := submit.Resume(ctx, spool, options)
				require.NoError(t, err)
				require.Equal(t, spool, result.Spool)
				require.ErrorIs(t, result.Away, context.Canceled)
				if isKilled {
					spool = asKilled
				}
				w.before = nil
				result, err = submit.Resume(t.Context(), spool, options)
				require.NoError(t, err)
				require.Len(t, result.Unconfirmed, 1)
				require.Contains(t, result.Unconfirmed[0], "Tests 501 to 750 may be missing.")
				require.Equal(t, 750, result.Tests)
				run, tests := w.show(t, result.RunID)
				require.True(t, run.IsCompleted)
				require.Len(t, tests, 750)
			})
		})
	}
}

// Another token is another user, whose keys the server does not know.
func TestResumesWithTheSameToken(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		other, err := w.CreateToken(t.Context(), "other", api.ScopeSubmit)
		require.NoError(t, err)
		options := w.options(t)
		s := w.server(t, options)
		_, _, err = s.Submit(t.Context(), submission(results(t, 1)))
		require.NoError(t, err)
		w.after = func(r *http.Request) error {
			if strings.HasSuffix(r.URL.Path, "/append") {
				return errCut
			}
			return nil
		}
		result, _, err := s.Submit(t.Context(), submission(results(t, 612)))
		require.NoError(t, err)
		w.after = nil
		first := options.Token
		options.Token = other
		_, err = submit.Resume(t.Context(), result.Spool, options)
		require.ErrorIs(t, err, submit.ErrOtherToken)

		again := options
		again.Token = first
		w.atAppend(2, func() refusal { return refusal{status: http.StatusForbidden} })
		_, err = submit.Resume(t.Context(), result.Spool, again)
		require.True(t, api.IsKind(err, api.KindForbidden), err)
		w.before = nil
		_, err = submit.Resume(t.Context(), result.Spool, options)
		require.ErrorIs(t, err, submit.ErrOtherToken)
		options.OtherToken = true
		result, err = submit.Resume(t.Context(), result.Spool, options)
		require.NoError(t, err)
		w.requireAll(t, result.RunID, 612)
	})
}

// What nothing was sent of can be sent with any token.
func TestResumesWhatWasNotBegunWithAnyToken(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		other, err := w.CreateToken(t.Context(), "other", api.ScopeSubmit)
		require.NoError(t, err)
		w.away(1)
		options := w.options(t)
		result, _, err := w.server(t, options).Submit(t.Context(), submission(results(t, 612)))
		require.NoError(t, err)
		w.before = nil
		options.Token = other
		result, err = submit.Resume(t.Context(), result.Spool, options)
		require.NoError(t, err)
		w.requireAll(t, result.RunID, 612)
	})
}

// A run that somebody has ended meanwhile is not said to be open.
func TestResumesForARunThatHasEnded(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		options := w.options(t)
		w.atAppend(2, func() refusal { return refusal{status: http.StatusTooManyRequests, retryAfter: "3600"} })
		result, _, err := w.server(t, options).Submit(t.Context(), submission(results(t, 612)))
		require.NoError(t, err)
		w.before = nil
		_, err = w.server(t, options).Complete(t.Context(), result.RunID, api.Attachments{}, api.RunEnd{})
		require.NoError(t, err)
		again, err := submit.Resume(t.Context(), result.Spool, options)
		require.ErrorContains(t, err, "run 1 holds 250 tests of this submission")
		require.Equal(t, result.RunID, again.RunID)
	})
}

func TestResumesOneAtATime(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		w.isTestmo = true
		options := w.options(t)
		spool := w.spoolOf(t, 612, options)
		var other error
		w.atAppend(2, func() refusal {
			_, other = submit.Resume(t.Context(), spool, options)
			return refusal{}
		})
		result, err := submit.Resume(t.Context(), spool, options)
		require.NoError(t, err)
		require.ErrorContains(t, other, "is being resumed already")
		w.requireAll(t, result.RunID, 612)
	})
}
