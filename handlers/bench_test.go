package handlers_test

import (
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/gorilla/sessions"
	"github.com/stretchr/testify/require"

	"github.com/runboard/runboard/api"
	"github.com/runboard/runboard/handlers"
)

// benchmarkPage asks for a page and for a region of it.
func benchmarkPage(b *testing.B, f *fake, target string) {
	b.Helper()
	handler := handlers.New(handlers.Options{
		Reader: f, Insight: f, Capabilities: api.AllCapabilities, Log: slog.New(slog.DiscardHandler),
		Sessions: sessions.NewCookieStore(make([]byte, 32)), SessionName: "runboard",
	})
	for name, header := range map[string]http.Header{"page": {}, "region": partial} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				f.asked, f.askedTests = nil, nil
				r := httptest.NewRequestWithContext(b.Context(), http.MethodGet, target, nil)
				r.Header = header
				w := httptest.NewRecorder()
				handler.ServeHTTP(w, r)
				require.Equal(b, http.StatusOK, w.Code)
			}
		})
	}
}

// BenchmarkRunsList lays out and renders 25 rows and 60 days, as a page and as a
// region, from answers that cost nothing.
func BenchmarkRunsList(b *testing.B) {
	f := &fake{projects: []api.Project{{ID: 1, Name: "Website"}}, facets: facets()}
	runs := make([]api.Run, 25)
	for i := range runs {
		runs[i] = completedRun()
	}
	f.page = api.NewPage(runs, 1, 25, 1284)
	f.page.Expands = expands()
	for n := range api.FacetDays {
		f.facets.Days = append(f.facets.Days, api.Day{Date: now.AddDate(0, 0, n-api.FacetDays).Format(time.DateOnly), Success: n})
	}
	benchmarkPage(b, f, "/projects/1/runs?tags=nightly")
}

// BenchmarkRunPage lays out and renders 100 of 50,000 tests and as many folders
// as are shown, as a page and as a region, from answers that cost nothing.
func BenchmarkRunPage(b *testing.B) {
	f := &fake{projects: []api.Project{{ID: 1, Name: "Website"}}, detail: runDetail()}
	tests := make([]api.Test, 100)
	for i := range tests {
		tests[i] = runTests()[i%3]
		tests[i].Folder = fmt.Sprintf("checkout/%d", i)
	}
	f.tests = api.NewPage(tests, 1, 100, 50_000)
	for n := range 1000 {
		f.folders = append(f.folders, api.Folder{Name: fmt.Sprintf("checkout/%d", n), Total: 50})
	}
	benchmarkPage(b, f, "/runs/118?q=card")
}
