package submit_test

import (
	"cmp"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/runboard/runboard/api"
	"github.com/runboard/runboard/api/server"
	"github.com/runboard/runboard/api/store"
	"github.com/runboard/runboard/api/submit"
)

// world is a server over a store, and the way to it.
type world struct {
	*store.Store

	handler  http.Handler
	token    string
	isTestmo bool    // Nothing tells that the server is a Runboard, and it knows no keys.
	unknown  refusal // What a Testmo says of an address that it does not know, instead of the usual.

	mu       sync.Mutex
	requests []string                    // "POST /api/v1/… key".
	before   func(*http.Request) refusal // Refuses instead of the server; the zero refusal when it does not.
	after    func(*http.Request) error   // Loses an answer; nil when it does not.
}

// refusal is an answer in place of the server's, without a body unless it has one.
type refusal struct {
	status     int
	retryAfter string
	location   string
	body       string
}

// page is what stands before a server that cannot be asked just now, and says so
// with a good status.
var page = refusal{status: http.StatusOK, body: "<!doctype html><title>Sign in</title>"}

var errCut = errors.New("connection reset by peer")

func newWorld(t *testing.T) *world {
	t.Helper()
	s, err := store.Open(t.Context(), filepath.Join(t.TempDir(), "runboard.db"), store.Options{Hasty: true})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, s.Close()) })
	token, err := s.CreateToken(t.Context(), "ci", api.ScopeSubmit)
	require.NoError(t, err)
	return &world{Store: s, token: token, handler: server.New(server.Config{Store: s, Rate: 1e6, Burst: 1e6})}
}

// RoundTrip brings a request to the server without a network, so that time can
// be a test's own.
func (w *world) RoundTrip(r *http.Request) (*http.Response, error) {
	defer func() { _ = r.Body.Close() }()
	if w.isTestmo {
		if strings.HasSuffix(r.URL.Path, "openapi.json") {
			return cmp.Or(w.unknown, refusal{status: http.StatusNotFound, body: `{"message": "Not found."}`}).answer(), nil
		}
		if r.Header.Get(api.OnceHeader) != "" {
			return refusal{status: http.StatusTeapot}.answer(), nil // Only a Runboard may be sent a request again.
		}
	}
	w.mu.Lock()
	w.requests = append(w.requests, strings.TrimSpace(r.Method+" "+strings.TrimPrefix(r.URL.Path, "/api/v1")+" "+r.Header.Get(api.OnceHeader)))
	w.mu.Unlock()
	if w.before != nil {
		if instead := w.before(r); instead.status != 0 {
			return instead.answer(), nil
		}
	}
	recorder := httptest.NewRecorder()
	w.handler.ServeHTTP(recorder, r)
	if w.after != nil {
		if err := w.after(r); err != nil {
			return nil, err
		}
	}
	return recorder.Result(), nil
}

func (r refusal) answer() *http.Response {
	recorder := httptest.NewRecorder()
	if r.retryAfter != "" {
		recorder.Header().Set("Retry-After", r.retryAfter)
	}
	if r.location != "" {
		recorder.Header().Set("Location", r.location)
	}
	recorder.WriteHeader(r.status)
	_, _ = recorder.WriteString(r.body) // It takes everything.
	return recorder.Result()
}

// options are how to reach the world.
func (w *world) options(t *testing.T) submit.Options {
	t.Helper()
	return submit.Options{Token: w.token, Transport: w, Folder: t.TempDir(), Patience: 2 * time.Minute}
}

func (w *world) server(t *testing.T, options submit.Options) *submit.Server {
	t.Helper()
	s, err := submit.New("http://board.test", options)
	require.NoError(t, err)
	return s
}

// show is a run, and the names of its tests in the order in which they were taken.
func (w *world) show(t *testing.T, id int64) (api.Run, []api.Test) {
	t.Helper()
	detail, err := w.Run(t.Context(), id, nil)
	require.NoError(t, err)
	filter := api.NewTestFilter()
	filter.Order, filter.PerPage = api.OrderAsc, 1000
	var all []api.Test
	for filter.Page = 1; filter.Page != 0; {
		page, err := w.ListTests(t.Context(), id, filter)
		require.NoError(t, err)
		all = append(all, page.Result...)
		filter.Page = int(page.NextPage)
	}
	return detail.Result, all
}

// runs is how many there are.
func (w *world) runs(t *testing.T) int {
	t.Helper()
	page, err := w.ListRuns(t.Context(), 1, api.NewRunFilter())
	require.NoError(t, err)
	return page.Total
}

// results writes a JUnit file of so many tests, each of which takes a second.
func results(t *testing.T, tests int) string {
	t.Helper()
	var text strings.Builder
	text.WriteString(`<testsuite name="shop">`)
	for i := range tests {
		fmt.Fprintf(&text, `<testcase classname="shop.Orders" name="takes %05d items" time="1"/>`, i)
	}
	return file(t, "results.xml", text.String()+`</testsuite>`)
}

func file(t *testing.T, name, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
	return path
}

func submission(paths ...string) submit.Submission {
	return submit.Submission{
		Run:   submit.Run{ProjectID: 1, NewRun: api.NewRun{Name: "Nightly", Source: "backend"}},
		Files: submit.Files{Patterns: paths},
	}
}

// requireAll checks that a run holds so many tests of results, each once and in their order.
func (w *world) requireAll(t *testing.T, id int64, tests int) {
	t.Helper()
	run, all := w.show(t, id)
	require.True(t, run.IsCompleted)
	require.Equal(t, tests, run.Total)
	require.Len(t, all, tests)
	for i, test := range all {
		require.Equal(t, fmt.Sprintf("takes %05d items", i), test.Name)
	}
	require.Equal(t, int64(tests)*time.Second.Microseconds(), *run.Elapsed)
}
