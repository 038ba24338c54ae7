package store_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/runboard/runboard/api"
	"github.com/runboard/runboard/api/apitest"
	"github.com/runboard/runboard/api/store"
)

func TestExercise(t *testing.T) {
	t.Parallel()
	for name, newURL := range databases() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			apitest.Exercise(t, func(t *testing.T, now func() time.Time) apitest.Backend {
				t.Helper()
				s := openStore(t, newURL(t), store.Options{Now: now})
				return apitest.Backend{
					Reader: s, Insight: s, Capabilities: api.AllCapabilities(),
					Writer: func(t *testing.T, name string, scope api.Scope) api.Writer {
						t.Helper()
						secret, err := s.CreateToken(t.Context(), name, scope)
						require.NoError(t, err)
						actor, err := s.Authenticate(t.Context(), secret)
						require.NoError(t, err)
						return s.As(actor)
					},
					CreateProject: func(t *testing.T, name string) int64 {
						t.Helper()
						id, err := s.CreateProject(t.Context(), name)
						require.NoError(t, err)
						return id
					},
				}
			})
		})
	}
}
