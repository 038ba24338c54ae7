package web_test

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/runboard/runboard/api"
	"github.com/runboard/runboard/api/store"
	"github.com/runboard/runboard/web"
)

// board is a running server, and a client that follows no redirects.
type board struct {
	*web.Server

	t      *testing.T
	data   string
	log    *journal
	client *http.Client
	ended  chan error // Receives what Run returns.
	stop   context.CancelFunc
}

// journal is a log that can be read while it is written.
type journal struct {
	mu   sync.Mutex
	text bytes.Buffer
}

// Write appends to the log.
func (j *journal) Write(b []byte) (int, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.text.Write(b)
}

// lines are those that contain a text.
func (j *journal) lines(part string) []string {
	j.mu.Lock()
	defer j.mu.Unlock()
	var found []string
	for line := range strings.Lines(j.text.String()) {
		if strings.Contains(line, part) {
			found = append(found, line)
		}
	}
	return found
}

// start runs a server on a free port until the test ends. Change the
// configuration that it would have with change, which may be nil, and what it
// serves with prepare, which may be nil too.
func start(t *testing.T, change func(*web.Config), prepare func(*web.Server)) *board {
	t.Helper()
	b := &board{t: t, log: &journal{}, ended: make(chan error, 1)}
	config := web.Config{Listen: "127.0.0.1:0", Data: t.TempDir(), Log: slog.New(slog.NewTextHandler(b.log, nil))}
	if change != nil {
		change(&config)
	}
	b.data = config.Data
	server, err := web.New(t.Context(), config)
	require.NoError(t, err)
	b.Server = server
	if prepare != nil {
		prepare(server)
	}
	ctx, stop := context.WithCancel(t.Context())
	b.stop = stop
	go func() { b.ended <- server.Run(ctx) }()
	transport := &http.Transport{}
	if config.SelfSigned {
		transport.TLSClientConfig = trusting(t, config.Data)
	}
	b.client = &http.Client{
		Transport: transport, Timeout: 30 * time.Second,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	t.Cleanup(func() {
		transport.CloseIdleConnections()
		stop()
		b.wait()
	})
	return b
}

// wait lets the server end, once.
func (b *board) wait() {
	b.t.Helper()
	if b.ended == nil {
		return
	}
	select {
	case err := <-b.ended:
		require.NoError(b.t, err)
	case <-time.After(20 * time.Second):
		require.Fail(b.t, "the server does not end")
	}
	b.ended = nil
}

// trusting is a client's configuration that trusts the certificate of a data folder.
func trusting(t *testing.T, data string) *tls.Config {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(data, "tls", "cert.pem"))
	require.NoError(t, err)
	pool := x509.NewCertPool()
	require.True(t, pool.AppendCertsFromPEM(text))
	return &tls.Config{RootCAs: pool, MinVersion: tls.VersionTLS12}
}

// answer is a response with its body read.
type answer struct {
	*http.Response

	body string
}

// send makes a request. The body's type is that of a form unless the headers
// name another one; headers are pairs of names and values.
func (b *board) send(method, path, body string, headers ...string) answer {
	b.t.Helper()
	request, err := http.NewRequestWithContext(b.t.Context(), method, b.ListenURL()+path, strings.NewReader(body))
	require.NoError(b.t, err)
	if body != "" {
		request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	for i := 0; i < len(headers); i += 2 {
		request.Header.Set(headers[i], headers[i+1])
		if headers[i] == "Host" {
			request.Host = headers[i+1]
		}
	}
	response, err := b.client.Do(request)
	require.NoError(b.t, err)
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	require.NoError(b.t, err)
	return answer{response, string(text)}
}

func (b *board) get(path string, headers ...string) answer {
	b.t.Helper()
	return b.send(http.MethodGet, path, "", headers...)
}

// openStore opens the store beside the running server, until the test ends.
func (b *board) openStore() *store.Store {
	b.t.Helper()
	s, err := web.OpenStore(b.t.Context(), b.data, "", slog.New(slog.DiscardHandler))
	require.NoError(b.t, err)
	b.t.Cleanup(func() { require.NoError(b.t, s.Close()) })
	return s
}

// token makes a token beside the running server.
func (b *board) token(scope api.Scope) string {
	b.t.Helper()
	secret, err := b.openStore().CreateToken(b.t.Context(), "ci", scope)
	require.NoError(b.t, err)
	return secret
}

// submit sends a run with one test, and is the run's id.
func (b *board) submit(name string) int64 {
	b.t.Helper()
	ctx := b.t.Context()
	client, err := api.NewClient(b.URL(), api.ClientOptions{Token: b.token(api.ScopeSubmit)})
	require.NoError(b.t, err)
	run, err := client.CreateRun(ctx, 1, api.NewRun{Name: name, Source: "backend"})
	require.NoError(b.t, err)
	thread, err := client.CreateThread(ctx, run, api.ThreadUpdate{})
	require.NoError(b.t, err)
	require.NoError(b.t, client.AppendThread(ctx, thread, api.ThreadUpdate{Tests: []api.NewTest{
		{Key: "greets", Name: "greets the world", Folder: "hello", Status: "failed", Artifacts: []api.Artifact{}, Fields: []api.Field{}},
	}}))
	require.NoError(b.t, client.CompleteRun(ctx, run, api.RunEnd{}))
	return run
}

func TestBoardShowsWhatIsSubmitted(t *testing.T) {
	t.Parallel()

	b := start(t, nil, nil)
	require.Contains(t, b.Welcome(), b.URL())
	require.Contains(t, b.Welcome(), "token create --name ci --data "+b.data)
	b.submit("Nightly of the smoke test")

	page := b.get("/projects/1/runs")
	require.Equal(t, http.StatusOK, page.StatusCode)
	require.Contains(t, page.body, "Nightly of the smoke test")
	require.Contains(t, b.get("/runs/1").body, "greets the world")
	require.Equal(t, http.StatusOK, b.get("/healthz").StatusCode)
	require.Equal(t, http.StatusOK, b.get("/readyz").StatusCode)
	require.Equal(t, http.StatusUnauthorized, b.get("/api/v1/projects/1/automation/runs").StatusCode, "the API wants a token, pages or not")
}

func TestBoardShowsAnotherBoardsRuns(t *testing.T) {
	t.Parallel()

	origin := start(t, nil, nil)
	origin.submit("Run of the origin")
	remote := start(t, func(c *web.Config) {
		c.TestmoURL, c.TestmoToken = origin.URL(), origin.token(api.ScopeRead)
	}, nil)

	require.Contains(t, remote.get("/projects/1/runs").body, "Run of the origin")
	require.Contains(t, remote.Welcome(), origin.URL())
	missing := remote.get("/api/v1/projects/1/automation/runs")
	require.Equal(t, http.StatusNotFound, missing.StatusCode)
	require.Equal(t, "application/json", missing.Header.Get("Content-Type"))
	require.NoFileExists(t, filepath.Join(remote.data, "runboard.db"))
	require.Equal(t, http.StatusOK, remote.get("/readyz").StatusCode)
}

func TestTokenThatTravelsUnencryptedIsWarnedOf(t *testing.T) {
	t.Parallel()

	for address, warnings := range map[string]int{"http://0.0.0.0:1": 1, "http://127.0.0.1:1": 0, "http://localhost:1": 0, "https://0.0.0.0:1": 0} {
		remote := start(t, func(c *web.Config) { c.TestmoURL, c.TestmoToken = address, "secret" }, nil)
		require.Len(t, remote.log.lines("travels unencrypted"), warnings, address)
	}
}

// An instance that is down when a board starts is known as soon as it answers.
func TestBoardGetsToKnowAnInstanceThatWasDown(t *testing.T) {
	t.Parallel()

	origin := start(t, nil, nil)
	origin.submit("Run of the origin")
	var isUp atomic.Bool
	instance := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !isUp.Load() {
			http.Error(w, "starting", http.StatusBadGateway)
			return
		}
		origin.Handler().ServeHTTP(w, r)
	}))
	t.Cleanup(instance.Close)
	remote := start(t, func(c *web.Config) { c.TestmoURL, c.TestmoToken = instance.URL, origin.token(api.ScopeRead) }, nil)
	require.Len(t, remote.log.lines("instance does not answer"), 1)

	isUp.Store(true)
	require.Eventually(t, func() bool {
		page := remote.get("/projects/1/runs?q=origin")
		return page.StatusCode == http.StatusOK && strings.Contains(page.body, "Run of the origin")
	}, patience, patience/300, "only a Runboard can search")
	require.Len(t, remote.log.lines("is_runboard=true"), 1)
}

func TestTokenWorksAtOnceAndNoLonger(t *testing.T) {
	t.Parallel()

	b := start(t, nil, nil)
	secret := b.token(api.ScopeRead)
	ask := func() int { return b.get("/api/v1/user", "Authorization", "Bearer "+secret).StatusCode }
	require.Equal(t, http.StatusOK, ask())

	store := b.openStore()
	tokens, err := store.ListTokens(t.Context())
	require.NoError(t, err)
	require.NoError(t, store.RevokeToken(t.Context(), tokens[0].ID))
	require.Equal(t, http.StatusUnauthorized, ask())
	require.Empty(t, b.log.lines(secret), "secrets stay out of the log")
}
