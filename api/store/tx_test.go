package store_test

import (
	"context"
	"database/sql"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/runboard/runboard/api"
	"github.com/runboard/runboard/api/store"
)

// After a commit that failed nobody knows whether it has taken place. The index
// follows what is stored, and is not loaded anew for one run.
func TestCommitsThatFail(t *testing.T) {
	t.Parallel()
	for name, newURL := range databases() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			url := newURL(t)
			s := openStore(t, url, store.Options{})
			run, _ := newThread(t, writerOf(t, s))
			require.NoError(t, s.Warm(t.Context()))
			fail := func(run int64) {
				require.ErrorIs(t, s.FailCommit(t.Context(), run), sql.ErrTxDone)
				require.True(t, s.IsWarm())
			}
			running := func() int {
				filter := api.NewRunFilter()
				filter.Statuses = []int64{int64(api.StatusRunning)}
				page, err := s.ListRuns(t.Context(), 1, filter)
				require.NoError(t, err)
				return page.Total
			}
			fail(run)
			require.Equal(t, 1, running(), "it has not taken place")

			_, err := rawDB(t, url).ExecContext(t.Context(), "UPDATE runs SET status = 2")
			require.NoError(t, err)
			fail(run)
			require.Zero(t, running(), "it has taken place")

			fail(run + 1)
			require.Zero(t, running(), "that run was not created")
		})
	}
}

// Clients that go away at any moment leave nothing half done, and nobody waits
// because of them.
func TestClientsThatGoAway(t *testing.T) {
	t.Parallel()
	for name, newURL := range databases() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := openStore(t, newURL(t), store.Options{})
			w := writerOf(t, s)
			_, thread := newThread(t, w)
			require.NoError(t, s.Warm(t.Context()))
			stored := 0
			for i := range 100 {
				ctx, cancel := context.WithTimeout(t.Context(), time.Duration(i)*100*time.Microsecond)
				if w.AppendThread(ctx, thread, api.ThreadUpdate{Tests: batch(0, "failed")[:1]}) == nil {
					stored++
				}
				cancel()
			}
			require.True(t, s.IsWarm(), "the index is not loaded anew")
			list, err := s.ListRuns(t.Context(), 1, api.NewRunFilter())
			require.NoError(t, err)
			require.Equal(t, stored, list.Result[0].Failure)
		})
	}
}
