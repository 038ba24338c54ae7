package store_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/runboard/runboard/api"
	"github.com/runboard/runboard/api/store"
)

// A suite that repeats one test many times, or that gives all of its tests one
// key, is read as quickly as any other. Where each result looked through all of
// its case, this took hours.
func TestManyResultsOfOneCase(t *testing.T) {
	t.Parallel()
	for name, newURL := range databases() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := openStore(t, newURL(t), store.Options{Hasty: true})
			w := writerOf(t, s)
			run, thread := newThread(t, w)
			send := func(n int, status string) {
				tests := make([]api.NewTest, n)
				for i := range tests {
					tests[i] = api.NewTest{Key: strings.Repeat("0", 64), Name: "again", Folder: "f", Status: status}
				}
				require.NoError(t, w.AppendThread(t.Context(), thread, api.ThreadUpdate{Tests: tests}))
			}
			ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
			defer cancel()
			requireFlaked := func(want bool) {
				filter := api.NewTestFilter()
				filter.PerPage = api.MaxTestsPerPage
				page, err := s.ListTests(ctx, run, filter)
				require.NoError(t, err)
				require.Len(t, page.Result, api.MaxTestsPerPage)
				for _, test := range page.Result {
					require.Equal(t, want, test.IsFlaked)
				}
				test, err := s.Test(ctx, run, page.Result[0].ID)
				require.NoError(t, err)
				require.Equal(t, want, test.IsFlaked)
			}
			send(10_000, "failed")
			requireFlaked(false)
			send(1, "passed")
			requireFlaked(true)
		})
	}
}
