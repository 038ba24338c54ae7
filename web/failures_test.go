package web_test

import (
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/runboard/runboard/api"
	"github.com/runboard/runboard/web"
)

// QUALITY W18.
func TestFailuresTellNothingOfTheInside(t *testing.T) {
	t.Parallel()

	b := start(t, nil, nil)
	run := strconv.FormatInt(b.submit("Completed"), 10)
	token := []string{"Authorization", "Bearer " + b.token(api.ScopeSubmit), "Content-Type", "application/json"}
	const runs, pages = "/api/v1/projects/1/automation/runs", "/projects/1/runs"
	for name, test := range map[string]struct {
		method, path, body string
		headers            []string
		want               int
	}{
		"no page":               {"GET", "/none", "", nil, 404},
		"no run":                {"GET", "/runs/4711", "", nil, 404},
		"no number":             {"GET", "/runs/x", "", nil, 404},
		"no test":               {"GET", "/runs/" + run + "/tests/4711", "", nil, 404},
		"no project":            {"GET", "/projects/4711/runs", "", nil, 404},
		"no file":               {"GET", "/static/none.js", "", nil, 404},
		"a bad status":          {"GET", pages + "?status=x", "", nil, 422},
		"a bad date":            {"GET", pages + "?created_after=yesterday", "", nil, 422},
		"a bad escape":          {"GET", pages + "?q=%zz", "", nil, 400},
		"repeated":              {"GET", pages + "?sort=a&sort=b", "", nil, 400},
		"too long":              {"GET", pages + "?q=" + strings.Repeat("x", 9000), "", nil, 414},
		"another method":        {"DELETE", pages, "", nil, 405},
		"a form of JSON":        {"POST", "/settings/preferences", "{}", []string{"Content-Type", "application/json"}, 400},
		"a path for a zone":     {"POST", "/settings/preferences", "zone=../../etc/passwd", nil, 422},
		"another site":          {"POST", "/settings/preferences", "theme=dark", []string{"Sec-Fetch-Site", "cross-site"}, 403},
		"API, no token":         {"GET", runs, "", nil, 401},
		"API, bad token":        {"GET", runs, "", []string{"Authorization", "Bearer nonsense"}, 401},
		"API, no right":         {"GET", "/api/v1/users", "", token, 403},
		"API, no address":       {"GET", "/api/v1/none", "", token, 404},
		"API, another method":   {"DELETE", runs, "", token, 405},
		"API, no run":           {"GET", "/api/v1/automation/runs/4711", "", token, 404},
		"API, a bad sort":       {"GET", runs + "?sort=id--", "", token, 422},
		"API, broken JSON":      {"POST", runs, `{"name": `, token, 400},
		"API, a wrong type":     {"POST", runs, `{"name": 7, "source": []}`, token, 422},
		"API, no configuration": {"POST", runs, `{"name": "n", "source": "s", "config": "none"}`, token, 422},
		"API, completed":        {"POST", "/api/v1/automation/runs/" + run + "/append", "{}", token, 422},
		"API, no gzip":          {"POST", runs, "{}", append(token, "Content-Encoding", "gzip"), 400},
		"API, too long":         {"GET", runs + "?q=" + strings.Repeat("x", 9000), "", token, 414},
		"API, no encoding":      {"POST", runs, "{}", append(token, "Content-Encoding", "br"), 400},
	} {
		answer := b.send(test.method, test.path, test.body, test.headers...)
		require.Equal(t, test.want, answer.StatusCode, "%s: %s", name, answer.body)
		requireDiscreet(t, name, b.data, answer.body)
		if strings.HasPrefix(name, "API") {
			require.Equal(t, "no-store", answer.Header.Get("Cache-Control"), name)
		}
	}
}

// A database that is gone is the worst that happens to the server.
func TestBrokenStoreTellsNothingOfTheInside(t *testing.T) {
	t.Parallel()

	data := t.TempDir()
	server, err := web.New(t.Context(), web.Config{Listen: "127.0.0.1:0", Data: data, Log: slog.New(slog.DiscardHandler)})
	require.NoError(t, err)
	require.NoError(t, server.Close())
	for _, path := range []string{"/", "/projects/1/runs", "/projects/1/sources", "/runs/1", "/runs/1/tests/1", "/api/v1/user", "/readyz"} {
		r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "http://127.0.0.1"+path, nil)
		r.Header.Set("Authorization", "Bearer any")
		w := httptest.NewRecorder()
		server.Handler().ServeHTTP(w, r)
		if path != "/readyz" { // Closed, it has no store to ask.
			require.GreaterOrEqual(t, w.Code, 500, path)
		}
		requireDiscreet(t, path, data, w.Body.String())
	}
}

// requireDiscreet wants no code, SQL, path or version in an answer.
func requireDiscreet(t *testing.T, name, data, body string) {
	t.Helper()
	require.NotEmpty(t, body, name)
	for _, inside := range []string{
		data, ".go:", "goroutine", "panic", "SELECT", "INSERT", "sql:", "sqlite", "SQLITE", "database/", "modernc", "go1.", "zoneinfo", "github.com/",
	} {
		require.NotContains(t, body, inside, name)
	}
}
