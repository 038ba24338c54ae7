package web_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/runboard/runboard/api"
)

// A client that has been told a wrong address finds out why, also where the API
// has not heard of it.
func TestSubmissionsThatMissTheAPIAreNoted(t *testing.T) {
	t.Parallel()
	b := start(t, nil, nil)
	const runs = "/projects/1/automation/runs"
	token := []string{"Authorization", "Bearer " + b.token(api.ScopeSubmit), "Content-Type", "application/json", "User-Agent", "curl/8.5.0"}
	for _, request := range []struct {
		method, path string
		headers      []string
		status       int
	}{
		{http.MethodPost, "/api/v1" + runs, append(token, "Host", "board.example.com"), http.StatusMisdirectedRequest},
		{http.MethodPost, "/api/v1" + runs + "?" + strings.Repeat("x", 9000), token, http.StatusRequestURITooLong},
		{http.MethodPost, runs, token, http.StatusNotFound},
		{http.MethodPost, "/projects/1/runs", token, http.StatusMethodNotAllowed},
		{http.MethodPost, "/api/v1/automation/run", token, http.StatusNotFound},
		{http.MethodPost, runs, []string{"Authorization", "Bearer stale"}, http.StatusNotFound},
		// Nobody who submits:
		{http.MethodPost, runs, nil, http.StatusNotFound},
		{http.MethodPost, runs, []string{"Authorization", "Basic Og=="}, http.StatusNotFound},
		{http.MethodGet, runs, token, http.StatusNotFound},
		{http.MethodGet, "/projects/1/runs", append(token, "Host", "board.example.com"), http.StatusMisdirectedRequest},
		{http.MethodPost, "/settings/preferences", token, http.StatusBadRequest},
	} {
		body := ""
		if request.method == http.MethodPost {
			body = "{}"
		}
		require.Equal(t, request.status, b.send(request.method, request.path, body, request.headers...).StatusCode, request.path)
	}
	b.stop()
	b.wait()

	page, err := b.openStore().ListDiary(t.Context(), api.NewDiaryFilter())
	require.NoError(t, err)
	var noted []string
	for _, entry := range page.Result {
		noted = append(noted, fmt.Sprint(entry.Status, " ", entry.Route))
		require.EqualValues(t, 2, entry.Sent)
		require.False(t, entry.IsAccepted())
	}
	require.ElementsMatch(t, []string{
		"421 POST /projects/{id}/automation/runs", "414 POST /projects/{id}/automation/runs", "404 POST", "405 POST", "404 POST", "404 POST",
	}, noted, "each once")
	oldest := page.Result[len(page.Result)-1]
	require.Equal(t, "ci", oldest.Name)
	require.Equal(t, "curl 8.5.0", oldest.Client)
	require.Contains(t, oldest.Reason, "started with --base-url")
	require.Contains(t, page.Result[3].Reason, "they begin with /api/v1/")
	require.EqualValues(t, api.NoToken, page.Result[0].TokenID)
}
