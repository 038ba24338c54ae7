package store_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/runboard/runboard/api"
)

// The tests of a run lie side by side, so a list reads them and no others, and
// in the order in which they came without sorting them.
func TestPlans(t *testing.T) {
	t.Parallel()
	s := openSQLite(t, sqliteURL(t))
	run, _ := newThread(t, writerOf(t, s))
	for _, sort := range api.TestSorts() {
		for _, order := range []string{api.OrderAsc, api.OrderDesc} {
			filter := api.NewTestFilter()
			filter.Sort, filter.Order = sort, order
			plan, err := s.ExplainTests(t.Context(), run, filter)
			require.NoError(t, err)
			require.Contains(t, plan, "SEARCH t USING INTEGER PRIMARY KEY (rowid>? AND rowid<?)", sort)
			if sort == "automation_run_tests:id" {
				require.NotContains(t, plan, "TEMP B-TREE", order)
			}
		}
	}
	plan, err := s.ExplainFlaked(t.Context(), run)
	require.NoError(t, err)
	require.Equal(t, "SEARCH tests USING INDEX tests_case (case_id=? AND id>? AND id<?)", plan, "in one go, and without sorting")
	plan, err = s.ExplainAttempts(t.Context())
	require.NoError(t, err)
	require.Contains(t, plan, "SEARCH tests USING COVERING INDEX tests_case (case_id=? AND id>? AND id<?)", "from one to the next")
	require.NotContains(t, plan, "TEMP B-TREE")
}
