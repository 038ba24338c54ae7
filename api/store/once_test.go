package store_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/runboard/runboard/api"
	"github.com/runboard/runboard/api/store"
)

// Keys are forgotten after a while, so that they do not grow for ever.
func TestKeysAreKeptForAWhile(t *testing.T) {
	t.Parallel()
	for name, url := range databases() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			clock := newClock()
			s := openStore(t, url(t), store.Options{Now: clock.Now})
			w, ctx := writerOf(t, s), api.WithOnce(t.Context(), api.Once{Key: "key"})
			create := func() int64 {
				id, err := w.CreateRun(ctx, 1, api.NewRun{Name: "Nightly", Source: "backend"})
				require.NoError(t, err)
				return id
			}
			first := create()
			clock.Advance(api.KeptForDays * 24 * time.Hour)
			require.Equal(t, first, create(), "kept")
			clock.Advance(time.Second)
			require.NotEqual(t, first, create(), "forgotten")
		})
	}
}
