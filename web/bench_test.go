package web_test

import (
	"database/sql"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/gorilla/sessions"
	"github.com/stretchr/testify/require"

	"github.com/runboard/runboard/api"
	"github.com/runboard/runboard/handlers"
	"github.com/runboard/runboard/web"
)

// BenchmarkRunsListOverHTTP asks one page of the runs list of the whole server,
// by one client, and serves the same bytes as a constant in between: x-constant
// is how much longer the page takes, by the medians. The rows come without the
// counts of the filters and the strip of days, as from a remote instance.
func BenchmarkRunsListOverHTTP(b *testing.B) {
	for _, count := range []int{100, 10_000, 100_000} {
		data := withRuns(b, count)
		for name, path := range map[string]string{
			"all": "/projects/1/runs", "filtered": "/projects/1/runs?status=3&source_id=2,3&tags=nightly",
		} {
			b.Run(fmt.Sprintf("runs=%d/%s/whole", count, name), func(b *testing.B) { compareWithConstant(b, wholeServer(b, data), path) })
			b.Run(fmt.Sprintf("runs=%d/%s/rows", count, name), func(b *testing.B) { compareWithConstant(b, rowsOnly(b, data), path) })
		}
	}
}

func wholeServer(b *testing.B, data string) http.Handler {
	b.Helper()
	server, err := web.New(b.Context(), web.Config{Listen: "127.0.0.1:0", Data: data, Log: slog.New(slog.DiscardHandler)})
	require.NoError(b, err)
	b.Cleanup(func() { require.NoError(b, server.Close()) })
	return server.Handler()
}

func rowsOnly(b *testing.B, data string) http.Handler {
	b.Helper()
	log := slog.New(slog.DiscardHandler)
	store, err := web.OpenStore(b.Context(), data, "", log)
	require.NoError(b, err)
	b.Cleanup(func() { require.NoError(b, store.Close()) })
	return handlers.New(handlers.Options{
		Reader: store, Capabilities: api.AllCapabilities, Log: log,
		Sessions: sessions.NewCookieStore(make([]byte, 32)), SessionName: "runboard",
	})
}

// withRuns is the data folder of a server with as many runs, put there past the API.
func withRuns(b *testing.B, count int) string {
	b.Helper()
	data := b.TempDir()
	log := slog.New(slog.DiscardHandler)
	store, err := web.OpenStore(b.Context(), data, "", log)
	require.NoError(b, err)
	w := store.As(api.Actor{ID: 1, Scope: api.ScopeAdmin})
	for n := range 9 {
		_, err := w.CreateRun(b.Context(), 1, api.NewRun{Name: "first", Source: "source-" + strconv.Itoa(n), Tags: []string{"nightly"}})
		require.NoError(b, err)
	}
	require.NoError(b, store.Close())
	db, err := sql.Open("sqlite", filepath.Join(data, "runboard.db"))
	require.NoError(b, err)
	// 60 days of runs, the last one a day ago.
	_, err = db.ExecContext(b.Context(), `WITH RECURSIVE n(i) AS (SELECT 10 UNION ALL SELECT i + 1 FROM n WHERE i < $1)
		INSERT INTO runs (id, project_id, source_id, name, tags, status, elapsed, counters, created_at, created_by, completed_at, completed_by)
		SELECT i, 1, 1 + i % 9, 'Nightly build ' || i, CASE i % 2 WHEN 0 THEN '["nightly"]' ELSE '["main","smoke"]' END,
			2 + (i % 5 = 0), i * 1000, x'006402', $2 + i * (5184000000 / $1), 1, $2 + i * (5184000000 / $1), 1 FROM n`,
		count, time.Now().Add(-61*24*time.Hour).UnixMilli())
	require.NoError(b, err)
	require.NoError(b, db.Close())
	return data
}

func compareWithConstant(b *testing.B, handler http.Handler, path string) {
	b.Helper()
	page := httptest.NewServer(handler)
	defer page.Close()
	client := &http.Client{Transport: &http.Transport{DisableCompression: true}}
	defer client.CloseIdleConnections()
	body, _ := fetch(b, client, page.URL+path)
	constant := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		_, _ = w.Write(body)
	}))
	defer constant.Close()
	var pages, constants []time.Duration
	for b.Loop() {
		_, took := fetch(b, client, page.URL+path)
		pages = append(pages, took)
		_, took = fetch(b, client, constant.URL)
		constants = append(constants, took)
	}
	slices.Sort(pages)
	slices.Sort(constants)
	p50, floor := pages[len(pages)/2], constants[len(constants)/2]
	b.ReportMetric(float64(p50)/float64(floor), "x-constant")
	b.ReportMetric(float64(p50.Microseconds()), "p50-µs")
	b.ReportMetric(float64(floor.Microseconds()), "floor-µs")
	b.ReportMetric(float64(len(body)), "bytes")
}

func fetch(b *testing.B, client *http.Client, url string) ([]byte, time.Duration) {
	b.Helper()
	request, err := http.NewRequestWithContext(b.Context(), http.MethodGet, url, nil)
	require.NoError(b, err)
	start := time.Now()
	response, err := client.Do(request)
	require.NoError(b, err)
	body, err := io.ReadAll(response.Body)
	took := time.Since(start)
	require.NoError(b, err)
	require.NoError(b, response.Body.Close())
	require.Equal(b, http.StatusOK, response.StatusCode)
	return body, took
}
