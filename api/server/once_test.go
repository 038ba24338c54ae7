package server_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/runboard/runboard/api"
	"github.com/runboard/runboard/api/server"
	"github.com/runboard/runboard/api/store/storetest"
)

// QUALITY D5: however often a request arrives with a key, it takes place once
// and is answered equally.
func TestOnce(t *testing.T) {
	t.Parallel()
	for name, url := range map[string]func(*testing.T) string{
		"sqlite": func(t *testing.T) string { t.Helper(); return filepath.Join(t.TempDir(), "runboard.db") }, "postgres": storetest.PostgresURL,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := startOn(t, url(t), server.Limits{}, nil)
			for times := range 5 {
				prefix := fmt.Sprintf("sent-%d-times-", times+1)
				run := s.repeat(times+1, runs, `{"name": "once", "source": "backend"}`, prefix+"1")
				thread := s.repeat(times+1, "/api/v1/automation/runs/"+run+"/threads", `{"elapsed_observed": 1}`, prefix+"2")
				s.repeat(times+1, "/api/v1/automation/runs/"+run+"/append", `{"links": [{"name": "a", "url": "https://a.test"}]}`, prefix+"3")
				s.repeat(times+1, "/api/v1/automation/runs/threads/"+thread+"/append", oneTest+`, "elapsed_observed": 2}`, prefix+"4")
				s.repeat(times+1, "/api/v1/automation/runs/threads/"+thread+"/complete", `{}`, prefix+"5")
				s.repeat(times+1, "/api/v1/automation/runs/"+run+"/complete", `{}`, prefix+"6")
				s.repeat(1, "/api/v1/automation/runs/threads/"+thread+"/append", oneTest+`, "elapsed_observed": 2}`, prefix+"4")

				detail := s.get("/api/v1/automation/runs/" + run)
				require.Contains(t, detail.body, `"total_count":1,`)
				require.Contains(t, detail.body, `"thread_count":1,`)
				require.Contains(t, detail.body, `"elapsed":3,`)
				require.Equal(t, 1, strings.Count(detail.body, "https://a.test"))
			}
			require.Contains(t, s.get(runs).body, `"total":5,`)
		})
	}
}

const oneTest = `{"tests": [{"key": "k", "name": "n", "folder": "f", "status": "passed"}]`

// repeat sends a request 20 times at once and then so many times more, and is
// the id that all are answered with.
func (s *service) repeat(times int, target, body, key string) string {
	s.tb.Helper()
	answers := make([]*httptest.ResponseRecorder, 20)
	var all sync.WaitGroup
	for i := range answers {
		answers[i] = httptest.NewRecorder()
		all.Go(func() {
			s.handler.ServeHTTP(answers[i], s.request(api.ScopeSubmit, http.MethodPost, target, body, api.OnceHeader, key))
		})
	}
	all.Wait()
	for range times {
		again := s.send(api.ScopeSubmit, http.MethodPost, target, body, api.OnceHeader, key)
		require.Less(s.tb, again.StatusCode, 300, again.body)
		for _, a := range answers {
			require.Equal(s.tb, again.StatusCode, a.Code)
			require.Equal(s.tb, again.body, a.Body.String())
		}
	}
	return strings.Trim(strings.TrimPrefix(strings.TrimSpace(answers[0].Body.String()), `{"id":`), "}")
}

func TestOnceRefuses(t *testing.T) {
	t.Parallel()
	s := start(t, nil)
	const body = `{"name": "once", "source": "backend"}`
	first := s.send(api.ScopeSubmit, http.MethodPost, runs, body, api.OnceHeader, "key")
	require.Equal(t, http.StatusCreated, first.StatusCode)

	other := s.send(api.ScopeSubmit, http.MethodPost, runs, `{"name": "other", "source": "backend"}`, api.OnceHeader, "key")
	require.Equal(t, http.StatusUnprocessableEntity, other.StatusCode, "the key of another request")
	require.Contains(t, other.body, "was used for another request")
	for _, bad := range []string{"", "two words", "é", strings.Repeat("k", api.MaxKey+1)} {
		require.Equal(t, http.StatusUnprocessableEntity, s.send(api.ScopeSubmit, http.MethodPost, runs, body, api.OnceHeader, bad).StatusCode, bad)
	}

	another := s.send(api.ScopeImport, http.MethodPost, runs, body, api.OnceHeader, "key")
	require.Equal(t, http.StatusCreated, another.StatusCode, "the key of another user")
	require.NotEqual(t, first.body, another.body)

	refused := s.send(api.ScopeSubmit, http.MethodPost, "/api/v1/automation/runs/99/append", `{}`, api.OnceHeader, "later")
	require.Equal(t, http.StatusNotFound, refused.StatusCode)
	made := s.send(api.ScopeSubmit, http.MethodPost, runs, body, api.OnceHeader, "later")
	require.Equal(t, http.StatusCreated, made.StatusCode, "what was refused has not used up its key")
	require.Contains(t, s.get(runs).body, `"total":3,`)
}
