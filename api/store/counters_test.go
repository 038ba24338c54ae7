package store_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/runboard/runboard/api"
	"github.com/runboard/runboard/api/store"
)

func TestCountersSurviveStorage(t *testing.T) {
	t.Parallel()
	statuses := api.DefaultStatuses()
	rapid.Check(t, func(t *rapid.T) {
		var counters api.Counters
		for _, status := range statuses {
			counters.Add(status, rapid.OneOf(rapid.Just(0), rapid.IntRange(0, 1<<40)).Draw(t, status.Name))
		}
		packed := store.PackCounters(&counters, statuses)
		unpacked, err := store.UnpackCounters(packed, statuses)
		require.NoError(t, err)
		require.Equal(t, counters, unpacked)
		require.True(t, len(packed) == 0 || packed[len(packed)-1] != 0, "counters of 0 at the end take no space")
	})
}

func TestBrokenCountersAreNoticed(t *testing.T) {
	t.Parallel()
	_, err := store.UnpackCounters([]byte{1, 0x80}, api.DefaultStatuses())
	require.Error(t, err)
}
