package handlers_test

import (
	"context"
	"errors"
	"log/slog"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"
	"github.com/gorilla/sessions"
	"github.com/stretchr/testify/require"

	"github.com/runboard/runboard/api"
	"github.com/runboard/runboard/api/query"
	"github.com/runboard/runboard/handlers"
)

// now is a Tuesday noon in Berlin.
var now = time.Date(2026, 11, 24, 11, 0, 0, 0, time.UTC)

const secret = "hunter2-of-the-database"

// fake answers what a test has set, and panics at any other question.
type fake struct {
	api.Reader
	api.Insight

	page     api.Page[api.Run]
	facets   api.RunFacets
	err      error
	projects []api.Project
	sources  []api.Source

	sourcesFresh api.Freshness
	detail       api.RunDetail
	tests        api.Page[api.Test]
	folders      []api.Folder
	counts       api.Counters // Of tests that are searched for.
	test         api.TestDetail
	testErr      error

	earlier, later *api.Test // Attempts of the test.

	asked      []api.RunFilter  // With what ListRuns was asked.
	zone       *time.Location   // With which RunFacets was asked.
	askedTests []api.TestFilter // With what ListTests was asked.

	mu      sync.Mutex
	counted []api.TestFilter // With what CountTests was asked.
}

func (f *fake) ListRuns(_ context.Context, projectID int64, filter api.RunFilter) (api.Page[api.Run], error) {
	f.asked = append(f.asked, filter)
	if projectID == 404 {
		return api.Page[api.Run]{}, api.NotFound("project", projectID)
	}
	if slices.Equal(filter.Statuses, query.IDs{int64(api.StatusRunning)}) {
		running := slices.DeleteFunc(slices.Clone(f.page.Result), func(run api.Run) bool { return run.Status != api.StatusRunning })
		return api.NewPage(running, 1, filter.PerPage, len(running)), f.err
	}
	return f.page, f.err
}

func (f *fake) RunFacets(_ context.Context, _ int64, _ api.RunFilter, zone *time.Location, _ time.Time) (api.RunFacets, error) {
	f.zone = zone
	return f.facets, nil
}

func (f *fake) ListProjects(context.Context, api.ProjectFilter) (api.Page[api.Project], error) {
	return api.NewPage(f.projects, 1, 100, len(f.projects)), f.err
}

func (f *fake) Project(_ context.Context, id int64) (api.Project, error) {
	for _, p := range f.projects {
		if p.ID == id {
			return p, nil
		}
	}
	return api.Project{}, api.NotFound("project", id)
}

func (f *fake) ListSources(_ context.Context, projectID int64, _ api.SourceFilter) (api.Page[api.Source], error) {
	var sources []api.Source
	for _, source := range f.sources {
		if source.ProjectID == projectID {
			sources = append(sources, source)
		}
	}
	page := api.NewPage(sources, 1, 100, len(sources))
	page.Freshness = f.sourcesFresh
	return page, f.err
}

func (f *fake) ListMilestones(context.Context, int64, api.MilestoneFilter) (api.Page[api.Milestone], error) {
	return api.NewPage([]api.Milestone{{ID: 3, Name: "2.4"}}, 1, 100, 1), nil
}

func (f *fake) ListConfigs(context.Context, int64) ([]api.Named, error) {
	return nil, &api.Error{Kind: api.KindForbidden, Message: "No right to read configurations."}
}

func (f *fake) ListTags(context.Context, int64) ([]api.Tag, error) {
	return []api.Tag{{Name: "nightly"}}, nil
}

func (f *fake) ListProjectUsers(context.Context, int64, api.ListFilter) (api.Page[api.Named], error) {
	return api.NewPage([]api.Named{{ID: 7, Name: "ci"}}, 1, 100, 1), nil
}

func (f *fake) Run(_ context.Context, id int64, _ []string) (api.RunDetail, error) {
	if id == 404 {
		return api.RunDetail{}, api.NotFound("automation run", id)
	}
	return f.detail, f.err
}

func (f *fake) ListTests(_ context.Context, _ int64, filter api.TestFilter) (api.Page[api.Test], error) {
	f.askedTests = append(f.askedTests, filter)
	return f.tests, f.testErr
}

func (f *fake) ListFolders(context.Context, int64) ([]api.Folder, error) { return f.folders, nil }

func (f *fake) CountTests(_ context.Context, _ int64, filter api.TestFilter) (api.Counters, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.counted = append(f.counted, filter)
	return f.counts, nil
}

func (f *fake) Attempts(context.Context, int64, int64) (earlier, later *api.Test, err error) {
	return f.earlier, f.later, nil
}

func (f *fake) Test(_ context.Context, _, testID int64) (api.TestDetail, error) {
	if testID != f.test.ID {
		return api.TestDetail{}, api.NotFound("test", testID)
	}
	return f.test, f.testErr
}

// board is a fake behind the pages, and what they log.
type board struct {
	*fake

	handler http.Handler
	log     *strings.Builder
}

// newBoard serves a project with two pages of runs; change may be nil.
func newBoard(t *testing.T, change func(f *fake, o *handlers.Options)) *board {
	t.Helper()
	f := &fake{
		projects: []api.Project{{ID: 1, Name: "Website", AutomationRunCount: 60, AutomationRunActiveCount: 1}, {ID: 2, Name: "Billing"}},
		page:     api.NewPage([]api.Run{completedRun(), runningRun()}, 1, 25, 60),
	}
	f.page.Expands, f.facets = expands(), facets()
	f.detail, f.tests, f.folders, f.test = runDetail(), api.NewPage(runTests(), 1, 100, 1230), runFolders(), failedTest()
	log := &strings.Builder{}
	options := handlers.Options{
		Reader: f, Insight: f, Capabilities: api.AllCapabilities, Log: slog.New(slog.NewTextHandler(log, nil)),
		Sessions: sessions.NewCookieStore([]byte("0123456789abcdef0123456789abcdef")), SessionName: "runboard",
		Now: func() time.Time { return now },
	}
	if change != nil {
		change(f, &options)
	}
	return &board{fake: f, handler: handlers.New(options), log: log}
}

// able are capabilities that stay as they are.
func able(can api.Capabilities) func() api.Capabilities {
	return func() api.Capabilities { return can }
}

func expands() api.Expands {
	return api.Expands{
		Sources: []api.Named{{ID: 5, Name: "backend-api"}}, Configs: []api.Named{{ID: 2, Name: "Chrome"}},
		Milestones: []api.Named{{ID: 3, Name: "2.4"}}, Users: []api.Named{{ID: 7, Name: "ci"}}, Statuses: api.DefaultStatuses(),
	}
}

func facets() api.RunFacets {
	return api.RunFacets{
		Total: 60, Statuses: []api.Facet{{ID: 2, Count: 41}, {ID: 3, Count: 1218}, {ID: 4, Count: 1}},
		Sources: []api.Facet{{ID: 5, Name: "backend-api", Count: 40}, {ID: 6, Name: "web-e2e", Count: 20}},
		Tags:    []api.Facet{{Name: "nightly", Count: 12}},
		Days:    []api.Day{{Date: "2026-11-23", Success: 3}, {Date: "2026-11-24", Success: 4, Failure: 2, Running: 1}},
	}
}

func completedRun() api.Run {
	elapsed := int64(65_000_000)
	run := api.Run{
		ID: 118, ProjectID: 1, SourceID: 5, ConfigID: 2, MilestoneID: 3, Name: "Nightly #118", Status: api.StatusFailure,
		IsCompleted: true, Tags: []string{"a,b", "nightly"}, Elapsed: &elapsed, ThreadCount: 8, ThreadCompletedCount: 8,
		CreatedAt: api.NewTime(now.Add(-2 * time.Hour)), UpdatedAt: api.NewTime(now.Add(-2 * time.Hour)), CreatedBy: 7,
	}
	statuses := api.DefaultStatuses()
	for id, n := range map[api.StatusID]int{api.Passed: 1210, api.Failed: 17, api.Skipped: 3} {
		run.Add(statuses.ByID(id), n)
	}
	return run
}

func runningRun() api.Run {
	return api.Run{
		ID: 119, ProjectID: 1, SourceID: 5, Name: "Nightly #119", Status: api.StatusRunning, ThreadCount: 8, ThreadCompletedCount: 6,
		ThreadActiveCount: 2, CreatedAt: api.NewTime(now.Add(-4 * time.Hour)), UpdatedAt: api.NewTime(now.Add(-3 * time.Hour)), CreatedBy: 7,
	}
}

// partial are the headers with which htmx asks for a region.
var partial = http.Header{"Hx-Request": {"true"}, "Hx-Request-Type": {"partial"}}

// answer is what came back, with its HTML.
type answer struct {
	*http.Response
	*goquery.Document
	text string
}

func (b *board) get(t *testing.T, target string, header http.Header) answer {
	t.Helper()
	return b.do(t, http.MethodGet, target, "", header)
}

// open is get, for a page whose address may be about to be spelled otherwise.
func (b *board) open(t *testing.T, target string, header http.Header) answer {
	t.Helper()
	a := b.get(t, target, header)
	if a.StatusCode == http.StatusSeeOther {
		a = b.get(t, a.Header.Get("Location"), header)
	}
	require.Equal(t, http.StatusOK, a.StatusCode, target)
	return a
}

func (b *board) do(t *testing.T, method, target, body string, header http.Header) answer {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), method, target, strings.NewReader(body))
	maps.Copy(r.Header, header)
	return b.serve(t, r)
}

func (b *board) serve(t *testing.T, r *http.Request) answer {
	t.Helper()
	w := httptest.NewRecorder()
	w.Header().Set("X-Request-Id", "req-1")
	b.handler.ServeHTTP(w, r)
	response := w.Result()
	t.Cleanup(func() { require.NoError(t, response.Body.Close()) })
	text := w.Body.String()
	document, err := goquery.NewDocumentFromReader(strings.NewReader(text))
	require.NoError(t, err)
	return answer{Response: response, Document: document, text: text}
}

func (a answer) location() string { return plain(a.Header.Get("Location")) }

// plain spells an address as people write it: a query may escape more than it must.
func plain(address string) string {
	return strings.NewReplacer("%2C", ",", "%3A", ":", "%2F", "/").Replace(address)
}

func hrefOf(s *goquery.Selection) string { return plain(s.AttrOr("href", "")) }

// href is the address of the one link that a selector finds.
func (a answer) href(t *testing.T, selector string) string {
	t.Helper()
	found := a.Find(selector)
	require.Equal(t, 1, found.Length(), selector)
	return hrefOf(found)
}

// words are all texts within what was found, with one blank between any two.
func words(s *goquery.Selection) string {
	var texts []string
	for _, root := range s.Nodes {
		for node := range root.Descendants() {
			if goquery.NodeName(goquery.NewDocumentFromNode(node).Selection) == "#text" {
				texts = append(texts, strings.Fields(node.Data)...)
			}
		}
	}
	return strings.Join(texts, " ")
}

func TestFailuresAreShownInWords(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name, target string
		err          error
		instance     string
		header       http.Header
		status       int
		text         string
		retry        bool
		logged       bool
	}{
		{name: "no page", target: "/nowhere", status: 404, text: "There is no page at this address."},
		{name: "no number", target: "/projects/one/runs", status: 404, text: "There is no such project."},
		{name: "no project", target: "/projects/404/runs", status: 404, text: "There is no project 404."},
		{name: "too long", target: "/projects/1/runs?q=" + strings.Repeat("x", 9000), status: 414, text: "The address is too long."},
		{name: "10,001 parameters", target: "/projects/1/runs?" + strings.Repeat("&x", 10_001), status: 400, text: "The address has more than 1000 parameters."},
		{name: "bad escape", target: "/projects/1/runs?q=%zz", status: 400, text: "The address cannot be read"},
		{name: "repeated", target: "/projects/1/runs?sort=a&sort=b", status: 400, text: "The address cannot be read"},
		{
			name: "internal", target: "/projects/1/runs", err: errors.New("SELECT broke: " + secret),
			status: 500, text: "Something went wrong.", retry: true, logged: true,
		},
		{
			name: "internal of the backend", target: "/projects/1/runs", err: &api.Error{Kind: api.KindInternal, Message: secret},
			status: 500, text: "Something went wrong.", retry: true, logged: true,
		},
		{
			name: "unavailable", target: "/projects/1/runs?per_page=25&page=2",
			err:    &api.Error{Kind: api.KindUnavailable, Message: "The instance did not answer in time.", Err: errors.New(secret)},
			status: 503, text: "The instance did not answer in time.", retry: true, logged: true,
		},
		{
			name: "unavailable region", target: "/projects/1/runs?per_page=25&page=2", header: partial,
			err:    &api.Error{Kind: api.KindUnavailable, Message: "The instance did not answer in time."},
			status: 503, text: "The instance did not answer in time.", retry: true, logged: true,
		},
		{
			name: "our token is refused", target: "/projects/1/runs", instance: "https://acme.testmo.net",
			err:    &api.Error{Kind: api.KindUnauthorized, Message: "Unauthenticated."},
			status: 503, text: "The instance refuses access: Unauthenticated.", retry: true, logged: true,
		},
		{
			name: "too many", target: "/projects/1/runs", err: &api.Error{Kind: api.KindRateLimited, Message: "Too many requests.", RetryAfter: 1500 * time.Millisecond},
			status: 429, text: "Too many requests.", retry: true,
		},
		{name: "too late", target: "/projects/1/runs", err: context.DeadlineExceeded, status: 503, text: "This takes too long at the moment.", retry: true, logged: true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			b := newBoard(t, func(f *fake, o *handlers.Options) { f.err, o.Instance = tt.err, tt.instance })
			a := b.get(t, tt.target, tt.header)
			require.Equal(t, tt.status, a.StatusCode)
			require.Contains(t, words(a.Find("[data-message]")), tt.text)
			require.NotContains(t, a.text, secret)
			require.Equal(t, tt.header == nil, a.Find("main").Length() == 1, "a page, or a region alone")
			require.Equal(t, "HX-Request, HX-Request-Type, HX-History-Restore-Request", a.Header.Get("Vary"))
			require.Equal(t, tt.logged, strings.Contains(b.log.String(), "req-1"))
			require.Equal(t, tt.logged, strings.Contains(a.text, "req-1"))
			if tt.retry {
				require.Equal(t, tt.target, a.href(t, "a:contains('Try again')"))
			}
			if tt.status == 429 {
				require.Equal(t, "2", a.Header.Get("Retry-After"))
			}
		})
	}
}

func TestOtherMethodsAreRefused(t *testing.T) {
	t.Parallel()
	b := newBoard(t, nil)
	for _, tt := range []struct{ method, target, allow string }{
		{http.MethodPost, "/projects/1/runs", "GET, HEAD"},
		{http.MethodDelete, "/runs/1", "GET, HEAD"},
		{http.MethodGet, "/settings/preferences", "POST"},
	} {
		a := b.do(t, tt.method, tt.target, "", nil)
		require.Equal(t, http.StatusMethodNotAllowed, a.StatusCode, tt.target)
		require.Equal(t, tt.allow, a.Header.Get("Allow"), tt.target)
		require.Equal(t, 1, a.Find("main").Length(), tt.target)
	}
}

func TestReaderWhoHasGoneIsNotAnError(t *testing.T) {
	t.Parallel()
	b := newBoard(t, func(f *fake, _ *handlers.Options) { f.err = context.Canceled })
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	r := httptest.NewRequestWithContext(ctx, http.MethodGet, "/projects/1/runs", nil)
	w := httptest.NewRecorder()
	b.handler.ServeHTTP(w, r)
	require.Empty(t, w.Body.String())
	require.Empty(t, b.log.String())
}

func TestOldAddressesLeadToTheSameThing(t *testing.T) {
	t.Parallel()
	b := newBoard(t, nil)
	thread := "eyJtb2RlIjoxLCJjb25kaXRpb25zIjp7ImF1dG9tYXRpb25fcnVuX3Rlc3RzOnRocmVhZF9pZCI6eyJ2YWx1ZXMiOls0Ml19fX0"
	for from, to := range map[string]string{
		"/automation/runs/view/12":                         "/runs/12",
		"/automation/runs/results/12":                      "/runs/12",
		"/automation/runs/results/12?filter=" + thread:     "/runs/12?thread_id=42",
		"/automation/runs/results/12?filter=" + thread[:9]: "/runs/12",
		"/automation/runs/results/12?filter=%00":           "/runs/12",
		"/automation/runs/3":                               "/projects/3/runs",
		"/automation/sources/3?embed=1":                    "/projects/3/sources?embed=1",
	} {
		a := b.get(t, from, nil)
		require.Equal(t, http.StatusFound, a.StatusCode, from)
		require.Equal(t, to, a.location(), from)
	}
	require.Equal(t, http.StatusNotFound, b.get(t, "/automation/runs/view/x", nil).StatusCode)
}

// parseQuery reads the query of an address.
func parseQuery(t *testing.T, address string) url.Values {
	t.Helper()
	u, err := url.Parse(address)
	require.NoError(t, err)
	return u.Query()
}
