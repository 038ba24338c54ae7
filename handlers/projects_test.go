package handlers_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/runboard/runboard/api"
	"github.com/runboard/runboard/handlers"
)

func source() api.Source {
	return api.Source{
		ID: 5, ProjectID: 1, Name: "backend-api", Status: api.StatusFailure, RunCount: 1212, TestCountAverage: 640,
		ElapsedAverage: 252_000_000, RanAt: api.NewTime(now.Add(-26 * time.Hour)),
	}
}

// runningSource is one whose newest run is running.
func runningSource() api.Source {
	s := source()
	s.Name, s.Status, s.RanAt = "web-e2e", api.StatusSuccess, runningRun().CreatedAt
	return s
}

func TestOnlyProjectIsTheFirstPage(t *testing.T) {
	t.Parallel()
	b := newBoard(t, func(f *fake, _ *handlers.Options) { f.projects = f.projects[:1] })
	a := b.get(t, "/?embed=1&x=1", nil)
	require.Equal(t, http.StatusSeeOther, a.StatusCode)
	require.Equal(t, "/projects/1/runs?embed=1", a.location())
}

func TestProjectsWithTheirSources(t *testing.T) {
	t.Parallel()
	b := newBoard(t, func(f *fake, _ *handlers.Options) {
		retired := source()
		retired.ID, retired.Name, retired.IsRetired = 6, "old-suite", true
		f.sources, f.page.Result = []api.Source{source(), retired}, nil
	})
	a := b.get(t, "/", nil)
	require.Equal(t, http.StatusOK, a.StatusCode)
	main := a.Find("main")
	require.Contains(t, words(main), "Website 60 runs · 1 running Failure backend-api run 1 d ago Billing 0 runs")
	require.NotContains(t, words(main), "old-suite")
	require.Equal(t, "/projects/2/runs", a.href(t, "main a:contains('Billing')"))
	require.Equal(t, "/projects/1/runs", a.href(t, "main a:contains('60 runs')"))
	require.Equal(t, "/projects/1/runs?status=4", a.href(t, "main a:contains('1 running')"))
	require.Equal(t, "/projects/1/runs?source_id=5", a.href(t, "main a:contains('backend-api')"))
	require.Equal(t, "/", b.get(t, "/?page=3", nil).location())

	b = newBoard(t, func(f *fake, o *handlers.Options) { f.projects, o.StoreFlags = nil, " --data /srv/runboard" })
	require.Contains(t, words(b.get(t, "/", nil).Find("main")), "No project yet Make one on this server: runboard project create Website --data /srv/runboard")
}

func TestOldAnswersSaySoOnEveryPage(t *testing.T) {
	t.Parallel()
	b := newBoard(t, func(f *fake, o *handlers.Options) {
		o.Insight, o.Instance = nil, "https://acme.testmo.net"
		f.sources = []api.Source{source()}
		f.sourcesFresh = api.Freshness{AsOf: now.Add(-18 * time.Minute), Problem: &api.Error{Kind: api.KindUnavailable, Message: "No answer."}}
	})
	for _, path := range []string{"/", "/projects/1/sources"} {
		require.Contains(t, words(b.get(t, path, nil).Find(".notice")), "Showing data from 10:42", path)
	}
}

func TestSources(t *testing.T) {
	t.Parallel()
	b := newBoard(t, func(f *fake, _ *handlers.Options) { f.sources, f.page.Result = []api.Source{source()}, nil })
	a := b.get(t, "/projects/1/sources?theme=dark", nil)
	require.Equal(t, http.StatusOK, a.StatusCode)
	require.Contains(t, words(a.Find("tbody")), "backend-api Failure 1,212 640 4 m 12 s 1 d ago")
	require.Equal(t, "/projects/1/runs?source_id=5&theme=dark", a.href(t, "tbody th a"))
	require.Equal(t, "/projects/1/runs?source_id=5&theme=dark", a.href(t, "tbody a:contains('1,212')"))
	require.Contains(t, words(a.Find("thead")), "Tests a run, on average")
	require.Equal(t, "Sources", words(a.Find("nav [aria-current=page]")))
	require.Contains(t, words(b.get(t, "/projects/2/sources", nil).Find("main")), "No source yet")
	require.Equal(t, http.StatusNotFound, b.get(t, "/projects/9/sources", nil).StatusCode)
}

// The status of a source is that of a completed run, and must not stand beside
// the time of a newer one that is running.
func TestSourceIsRunningWhileItsNewestRunIs(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		change    func(f *fake)
		home, row string
	}{
		"newest is running": {
			func(f *fake) { f.page.Result[1].UpdatedAt = api.NewTime(now.Add(-time.Minute)) },
			"Running web-e2e run 4 h ago", "web-e2e Running 1,212 640 4 m 12 s 4 h ago",
		},
		"newest is silent": {
			func(*fake) {}, "Running web-e2e run 4 h ago silent for 3 h", "web-e2e Running 1,212 640 4 m 12 s 4 h ago silent for 3 h",
		},
		"newest has completed": {
			func(f *fake) { f.sources[0].RanAt = api.NewTime(now.Add(-3 * time.Hour)) },
			"Success web-e2e run 3 h ago", "web-e2e Success 1,212 640 4 m 12 s 3 h ago",
		},
		"another is running": {
			func(f *fake) { f.sources[0].ID = 6 }, "Success web-e2e run 4 h ago", "web-e2e Success 1,212 640 4 m 12 s 4 h ago",
		},
	} {
		b := newBoard(t, func(f *fake, _ *handlers.Options) {
			f.sources = []api.Source{runningSource()}
			tt.change(f)
		})
		require.Equal(t, tt.home, words(b.get(t, "/", nil).Find("main li")), name)
		require.Equal(t, tt.row, words(b.get(t, "/projects/1/sources", nil).Find("tbody")), name)
	}
}
