package server_test

import (
	"net/http/httptest"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/runboard/runboard/api"
	"github.com/runboard/runboard/api/apitest"
	"github.com/runboard/runboard/api/server"
	"github.com/runboard/runboard/api/store"
)

// TestExercise holds client, server and store to the behaviour of a store alone,
// as a Runboard that shows another one, and as one that takes it for a Testmo.
func TestExercise(t *testing.T) {
	t.Parallel()
	for name, isRunboard := range map[string]bool{"runboard": true, "testmo": false} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			apitest.Exercise(t, func(t *testing.T, now func() time.Time) apitest.Backend {
				t.Helper()
				return openRemote(t, store.Options{Now: now}, isRunboard)
			})
		})
	}
}

// openRemote serves an empty store until the test ends.
func openRemote(t *testing.T, opts store.Options, isRunboard bool) apitest.Backend {
	t.Helper()
	opts.Hasty = true
	s, err := store.Open(t.Context(), filepath.Join(t.TempDir(), "runboard.db"), opts)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, s.Close()) })
	// The suite asks more in a second than the people of a year.
	remote := httptest.NewServer(server.New(server.Config{Store: s, Rate: 1e6, Burst: 1e6}))
	t.Cleanup(remote.Close)
	client := func(t *testing.T, name string, scope api.Scope) *api.Client {
		t.Helper()
		secret, err := s.CreateToken(t.Context(), name, scope)
		require.NoError(t, err)
		c, err := api.NewClient(remote.URL, api.ClientOptions{Token: secret, Runboard: isRunboard})
		require.NoError(t, err)
		return c
	}
	reader := client(t, "reader", api.ScopeRead)
	return apitest.Backend{
		Reader: reader, Capabilities: reader.Capabilities(),
		Writer: func(t *testing.T, name string, scope api.Scope) api.Writer {
			t.Helper()
			return client(t, name, scope)
		},
		CreateProject: func(t *testing.T, name string) int64 {
			t.Helper()
			id, err := s.CreateProject(t.Context(), name)
			require.NoError(t, err)
			return id
		},
	}
}
