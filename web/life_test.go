package web_test

import (
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/runboard/runboard/web"
)

// QUALITY S7.
func TestPanicIsAnAnswer(t *testing.T) {
	t.Parallel()

	b := start(t, nil, func(s *web.Server) {
		mux := http.NewServeMux()
		mux.HandleFunc("GET /fine", func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "fine") })
		mux.HandleFunc("GET /", func(http.ResponseWriter, *http.Request) { panic("the reason") })
		mux.HandleFunc("GET /half", func(w http.ResponseWriter, _ *http.Request) {
			_, _ = io.WriteString(w, strings.Repeat("half", 10_000))
			panic("the reason half-way")
		})
		require.NoError(t, s.Replace(mux))
	})
	for path, mediaType := range map[string]string{"/page": "text/html; charset=utf-8", "/api/v1/data": "application/json"} {
		answer := b.get(path)
		id := answer.Header.Get("X-Request-Id")
		require.Equal(t, http.StatusInternalServerError, answer.StatusCode)
		require.Equal(t, mediaType, answer.Header.Get("Content-Type"))
		require.Equal(t, policy, answer.Header.Get("Content-Security-Policy"))
		require.Contains(t, answer.body, "Something went wrong")
		require.NotContains(t, answer.body, "the reason")
		require.NotContains(t, answer.body, ".go:")
		var told []string
		for _, line := range b.log.lines(id) {
			if strings.Contains(line, "the reason") {
				told = append(told, line)
			}
		}
		require.Len(t, told, 1, "one line of the log tells the reason, with the id of the request")
	}
	require.Equal(t, "fine", b.get("/fine").body, "the connection and the server live on")

	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, b.URL()+"/half", nil)
	require.NoError(t, err)
	response, err := b.client.Do(request)
	if err == nil {
		_, err = io.ReadAll(response.Body)
		require.NoError(t, response.Body.Close())
	}
	require.Error(t, err, "half an answer does not pass for a whole one")
	require.NotEmpty(t, b.log.lines("the reason half-way"))
}

func TestAccessLogIsOneLine(t *testing.T) {
	t.Parallel()

	b := start(t, nil, nil)
	answer := b.get("/projects/1/runs?q=secret%0Aforged")
	lines := b.log.lines(answer.Header.Get("X-Request-Id"))
	require.Len(t, lines, 1)
	for _, part := range []string{"method=GET", `route="GET /projects/{id}/runs"`, "status=200", "bytes=", "duration="} {
		require.Contains(t, lines[0], part)
	}
	require.Empty(t, b.log.lines("secret"))
}

func TestServerFinishesWhatItHasBegun(t *testing.T) {
	t.Parallel()

	begun, finish := make(chan struct{}), make(chan struct{})
	var routes http.Handler
	b := start(t, nil, func(s *web.Server) {
		routes = s.Handler()
		require.NoError(t, s.Replace(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			close(begun)
			<-finish
			_, _ = io.WriteString(w, "finished")
		})))
	})
	readiness := func() int {
		recorder := httptest.NewRecorder()
		routes.ServeHTTP(recorder, httptest.NewRequestWithContext(t.Context(), http.MethodGet, "http://127.0.0.1/readyz", nil))
		return recorder.Code
	}
	require.Equal(t, http.StatusOK, readiness())
	answered := make(chan answer, 1)
	go func() { answered <- b.get("/slow") }()
	<-begun
	b.stop()
	require.Eventually(t, func() bool { return readiness() == http.StatusServiceUnavailable }, patience, patience/1000, "readiness goes first")
	require.Empty(t, answered)
	close(finish)
	require.Equal(t, "finished", (<-answered).body)
	b.wait()
}

func TestUnusableFilesAreSaid(t *testing.T) {
	t.Parallel()

	write := func(t *testing.T, path, text string) {
		t.Helper()
		require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o700))
		require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
	}
	for name, test := range map[string]struct {
		prepare func(t *testing.T, c *web.Config)
		want    string
	}{
		"a file for a folder": {func(t *testing.T, c *web.Config) {
			t.Helper()
			c.Data = filepath.Join(c.Data, "file")
			write(t, c.Data, "")
		}, "the data folder cannot be used"},
		"broken keys": {func(t *testing.T, c *web.Config) { t.Helper(); write(t, c.Data+"/keys", "00") }, "holds no session keys"},
		"a folder for a certificate": {func(t *testing.T, c *web.Config) {
			t.Helper()
			c.SelfSigned = true
			require.NoError(t, os.MkdirAll(c.Data+"/tls/cert.pem", 0o700))
		}, "the self-signed certificate cannot be read"},
		"no such certificate": {func(t *testing.T, c *web.Config) { t.Helper(); c.CertFile, c.KeyFile = "none", "none" }, "the certificate cannot be used"},
		"no database": {func(t *testing.T, c *web.Config) {
			t.Helper()
			write(t, c.Data+"/runboard.db", strings.Repeat("no database", 1000))
		}, "the store cannot be opened"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			config := web.Config{Listen: "127.0.0.1:0", Data: t.TempDir(), Log: slog.New(slog.DiscardHandler)}
			test.prepare(t, &config)
			_, err := web.New(t.Context(), config)
			require.ErrorContains(t, err, test.want)
		})
	}
}

func TestAddressInUseIsSaid(t *testing.T) {
	t.Parallel()

	b := start(t, nil, nil)
	_, err := web.New(t.Context(), web.Config{
		Listen: strings.TrimPrefix(b.URL(), "http://"), Data: t.TempDir(), Log: slog.New(slog.DiscardHandler),
	})
	require.ErrorContains(t, err, "cannot listen on 127.0.0.1:")
}
