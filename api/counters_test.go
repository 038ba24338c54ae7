package api_test

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/runboard/runboard/api"
)

// Counter N belongs to the status with id N+1: contract 3.1.
func TestEachStatusHasACounter(t *testing.T) {
	t.Parallel()
	var c api.Counters
	for id := range api.StatusID(25) {
		*c.At(id + 1) = int(id) + 100
	}
	data, err := json.Marshal(c)
	require.NoError(t, err)
	var counts map[string]int
	require.NoError(t, json.Unmarshal(data, &counts))
	require.Len(t, counts, 29)
	require.Equal(t, 100, counts["untested_count"])
	for n := 1; n <= 24; n++ {
		require.Equal(t, 100+n, counts[fmt.Sprintf("status%d_count", n)])
	}
	require.Panics(t, func() { c.At(0) })
	require.Panics(t, func() { c.At(26) })
}

// The sums are those of contract 3.2.
func TestCountersAddUp(t *testing.T) {
	t.Parallel()
	var c api.Counters
	require.Equal(t, api.StatusSuccess, c.Outcome(), "nothing failed")
	statuses := api.DefaultStatuses()
	for i, id := range []api.StatusID{api.Untested, api.Passed, api.Retest, api.Blocked, api.Skipped, 25} {
		c.Add(statuses.ByID(id), 1<<i)
	}
	require.Equal(t, api.Counters{
		Untested: 1, Status1: 2, Status3: 4, Status4: 8, Status5: 16, Status24: 32, Success: 2, Completed: 2 + 8 + 16, Total: 63,
	}, c)
	require.Equal(t, api.StatusSuccess, c.Outcome())
	c.Add(statuses.ByID(api.Failed), 1)
	c.Add(api.Status{ID: 9, IsPassed: true, IsFinal: true}, 3)
	require.Equal(t, []int{5, 1, 30, 67}, []int{c.Success, c.Failure, c.Completed, c.Total})
	require.Equal(t, api.StatusFailure, c.Outcome())
	c.Add(statuses.ByID(api.Failed), -1)
	require.Equal(t, api.StatusSuccess, c.Outcome())
}
