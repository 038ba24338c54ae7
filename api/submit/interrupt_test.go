package submit_test

import (
	"context"
	"os"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/runboard/runboard/api/report"
	"github.com/runboard/runboard/api/submit"
)

// Who is told to end keeps what is not sent yet, though it was not even read.
func TestInterruptedSubmission(t *testing.T) {
	t.Parallel()
	for first := 1; first <= 6; first++ {
		t.Run("", func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				w := newWorld(t)
				w.away(first)
				ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
				defer cancel()
				options := w.options(t)
				sub := submission(results(t, 1000))
				sub.Abort = make(chan struct{})
				result, read, err := w.server(t, options).Submit(ctx, sub)
				require.NoError(t, err)
				require.Equal(t, 1000, read.Tests)
				require.NotEmpty(t, result.Spool)
				require.ErrorIs(t, result.Away, context.DeadlineExceeded)
				w.before = nil
				result, err = submit.Resume(t.Context(), result.Spool, options)
				require.NoError(t, err)
				require.Equal(t, 1000, result.Tests)
				w.requireAll(t, result.RunID, 1000)
			})
		})
	}
}

// What a Testmo may have taken when the end came is told, and not kept.
func TestInterruptedSubmissionInDoubt(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		w.isTestmo = true
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		w.atAppend(2, func() refusal {
			cancel()
			<-ctx.Done()
			return refusal{status: 502}
		})
		options := w.options(t)
		sub := submission(results(t, 1000))
		sub.Abort = make(chan struct{})
		result, _, err := w.server(t, options).Submit(ctx, sub)
		require.NoError(t, err)
		w.before = nil
		result, err = submit.Resume(t.Context(), result.Spool, options)
		require.NoError(t, err)
		require.Len(t, result.Unconfirmed, 1)
		require.Contains(t, result.Unconfirmed[0], "Tests 251 to 500 may be missing.")
		require.Equal(t, 750, result.Tests)
		_, tests := w.show(t, result.RunID)
		require.Len(t, tests, 750)
	})
}

// Who is told to end twice keeps nothing, and says so.
func TestAbortedSubmission(t *testing.T) {
	t.Parallel()
	for name, isPreread := range map[string]bool{"at once": false, "in the first reading": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				w := newWorld(t)
				w.away(1)
				ctx, cancel := context.WithCancel(t.Context())
				cancel()
				abort := make(chan struct{})
				sub := submission(results(t, 10), results(t, 10))
				sub.Abort, sub.IsStrict = abort, isPreread
				sub.Files.OnFile = func(report.Report, error) {
					if abort != nil {
						close(abort)
						abort = nil
						synctest.Wait()
					}
				}
				options := w.options(t)
				result, read, err := w.server(t, options).Submit(ctx, sub)
				require.ErrorContains(t, err, "not kept")
				require.Empty(t, result.Spool)
				require.Equal(t, 10, read.Tests, "nothing more is read")
				left, err := os.ReadDir(options.Folder)
				require.NoError(t, err)
				require.Empty(t, left)
			})
		})
	}
}

// Without a way to abort, a submission ends with its context.
func TestSubmitEndsWithItsContext(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		w.away(5)
		ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
		defer cancel()
		options := w.options(t)
		_, _, err := w.server(t, options).Submit(ctx, submission(results(t, 5000)))
		require.ErrorIs(t, err, context.DeadlineExceeded)
		require.ErrorContains(t, err, "run 1 stays open and holds 250 tests")
		left, err := os.ReadDir(options.Folder)
		require.NoError(t, err)
		require.Empty(t, left)
	})
}
