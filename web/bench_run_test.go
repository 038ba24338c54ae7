package web_test

import (
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/runboard/runboard/api"
	"github.com/runboard/runboard/static"
	"github.com/runboard/runboard/web"
)

// BenchmarkRunPageOverHTTP asks for the page of a run of 50,000 tests as a
// reader does, failures first, searched, and narrowed to a folder, beside the
// same bytes as a constant.
func BenchmarkRunPageOverHTTP(b *testing.B) {
	handler := withTests(b, 50_000)
	for name, path := range map[string]string{
		"all": "/runs/1", "last page": "/runs/1?page=500", "by name": "/runs/1?sort=automation_run_tests:name",
		"searched": "/runs/1?q=4711", "folder": "/runs/1?folder=shop.orders.Checkout17", "one test": "/runs/1/tests/1048577",
	} {
		b.Run(name, func(b *testing.B) { compareWithConstant(b, handler, path) })
	}
}

// withTests is a server over one run with as many tests, one in fifty of which failed.
func withTests(b *testing.B, count int) http.Handler {
	b.Helper()
	data, log := b.TempDir(), slog.New(slog.DiscardHandler)
	store, err := web.OpenStore(b.Context(), data, "", log)
	require.NoError(b, err)
	w := store.As(api.Actor{ID: 1, Scope: api.ScopeAdmin})
	run, err := w.CreateRun(b.Context(), 1, api.NewRun{Name: "Nightly", Source: "backend"})
	require.NoError(b, err)
	thread, err := w.CreateThread(b.Context(), run, api.ThreadUpdate{})
	require.NoError(b, err)
	message := "expected 200 OK, got 503 Service Unavailable\n\tat shop.orders.Checkout.pay(Checkout.java:120)"
	for sent := 0; sent < count; {
		tests := make([]api.NewTest, 0, 250)
		for range min(250, count-sent) {
			test := api.NewTest{
				Key: fmt.Sprintf("k%d", sent), Name: fmt.Sprintf("rejects an order of %d items", sent),
				Folder: fmt.Sprintf("shop.orders.Checkout%d", sent/40), Status: "passed", Elapsed: new(int64(sent * 100)),
			}
			if sent%50 == 0 {
				test.Status, test.Fields = "failed", []api.Field{{Type: api.FieldConsole, Name: "Failure", Value: &message, IsHighlight: true}}
			}
			tests, sent = append(tests, test), sent+1
		}
		require.NoError(b, w.AppendThread(b.Context(), thread, api.ThreadUpdate{Tests: tests}))
	}
	require.NoError(b, w.CompleteRun(b.Context(), run, api.RunEnd{MeasureElapsed: true}))
	require.NoError(b, store.Close())
	server, err := web.New(b.Context(), web.Config{Listen: "127.0.0.1:0", Data: data, Log: log})
	require.NoError(b, err)
	b.Cleanup(func() { require.NoError(b, server.Close()) })
	return server.Handler()
}

// BenchmarkFirstLoad weighs all that a browser loads for 25 rows, compressed.
func BenchmarkFirstLoad(b *testing.B) {
	handler, total := wholeServer(b, withRuns(b, 10_000)), 0
	for b.Loop() {
		total = 0
		for _, path := range []string{"/projects/1/runs", static.Path("app.css"), static.Path("app.js"), static.Path("favicon.svg")} {
			r := httptest.NewRequestWithContext(b.Context(), http.MethodGet, "http://127.0.0.1"+path, nil)
			r.Header.Set("Accept-Encoding", "gzip")
			w := httptest.NewRecorder()
			handler.ServeHTTP(w, r)
			require.Equal(b, http.StatusOK, w.Code, path)
			require.Equal(b, "gzip", w.Header().Get("Content-Encoding"), path)
			total += w.Body.Len()
		}
	}
	b.ReportMetric(float64(total), "wire-bytes")
}
