package api_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/runboard/runboard/api"
)

func TestDefaultStatuses(t *testing.T) {
	t.Parallel()
	statuses := api.DefaultStatuses()
	require.Len(t, statuses, 25)
	for i, status := range statuses {
		require.EqualValues(t, i+1, status.ID)
		require.Equal(t, status.ID <= api.Skipped, status.IsActive, status.Name)
		require.Equal(t, status, statuses.ByID(status.ID))
		require.NotNil(t, status.Aliases)
	}
	require.Equal(t, "Custom 1", statuses.ByID(7).Name)
	require.Equal(t, "custom_19", statuses.ByID(25).SystemName)
	require.Zero(t, statuses.ByID(26))
	scale := map[api.StatusID]api.RunStatus{
		api.Untested: api.StatusNeutral, api.Passed: api.StatusSuccess, api.Failed: api.StatusFailure,
		api.Retest: api.StatusNeutral, api.Blocked: api.StatusNeutral, api.Skipped: api.StatusNeutral,
	}
	for id, want := range scale {
		require.Equal(t, want, statuses.ByID(id).RunStatus(), id)
	}
}

func TestAliasesOfStatuses(t *testing.T) {
	t.Parallel()
	statuses := api.DefaultStatuses()
	statuses[6].Aliases, statuses[7].Aliases, statuses[7].IsActive = []string{"asleep"}, []string{"WIP"}, true
	for word, want := range map[string]api.StatusID{
		"passed": api.Passed, "success": api.Passed, "OK": api.Passed, "failed": api.Failed, "Failure": api.Failed, "error": api.Failed,
		"broken": api.Failed, "skipped": api.Skipped, "skip": api.Skipped, "disabled": api.Skipped, "IGNORED": api.Skipped,
		"pending": api.Skipped, "untested": api.Untested, "blocked": api.Blocked, "reTest": api.Retest, "wip": 8,
	} {
		status, ok := statuses.ByAlias(word)
		require.True(t, ok, word)
		require.Equal(t, want, status.ID, word)
	}
	for _, word := range []string{"", "pass", " passed", "2", "asleep", "Custom 1"} {
		_, ok := statuses.ByAlias(word)
		require.False(t, ok, word)
	}
	require.Equal(t, []string{
		"untested", "passed", "success", "ok", "failed", "failure", "error", "broken", "retest", "blocked",
		"skipped", "skip", "disabled", "ignored", "pending", "WIP",
	}, statuses.Aliases())
}
