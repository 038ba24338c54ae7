package api_test

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/runboard/runboard/api"
	"github.com/runboard/runboard/api/query"
)

const token = "testmo_api_CANARY"

// remote is an instance that notes what it is asked for.
type remote struct {
	*httptest.Server

	mu       sync.Mutex
	requests []string // "GET /api/v1/user", or "POST … {body}".
}

// newRemote answers with the text that is given for a path below /api/v1, and
// with 404 elsewhere.
func newRemote(t *testing.T, answers map[string]string) *remote {
	t.Helper()
	r := &remote{}
	r.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, request *http.Request) {
		body, err := io.ReadAll(request.Body)
		if err != nil || request.Header.Get("Authorization") != "Bearer "+token {
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		r.mu.Lock()
		r.requests = append(r.requests, strings.TrimSpace(request.Method+" "+request.RequestURI+" "+string(body)))
		r.mu.Unlock()
		answer, ok := answers[strings.TrimPrefix(request.URL.Path, "/api/v1")]
		w.Header().Set("Content-Type", "application/json")
		if !ok {
			w.WriteHeader(http.StatusNotFound)
			answer = `{"message": "There is nothing."}`
		}
		_, _ = io.WriteString(w, answer)
	}))
	t.Cleanup(r.Close)
	return r
}

func (r *remote) asked() []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	asked := r.requests
	r.requests = nil
	return asked
}

func newClient(t *testing.T, address string, change ...func(*api.ClientOptions)) *api.Client {
	t.Helper()
	options := api.ClientOptions{Token: token}
	for _, c := range change {
		c(&options)
	}
	c, err := api.NewClient(address, options)
	require.NoError(t, err)
	return c
}

func isRunboard(o *api.ClientOptions) { o.Runboard = true }

func problemOf(t *testing.T, err error) *api.Error {
	t.Helper()
	problem, ok := errors.AsType[*api.Error](err)
	require.True(t, ok, "%v", err)
	require.NotContains(t, err.Error(), "CANARY")
	return problem
}

func TestNewClientTakesAddresses(t *testing.T) {
	t.Parallel()
	for _, good := range []string{"https://acme.testmo.net", " https://acme.testmo.net/ ", "https://acme.testmo.net/api/v1/", "http://127.0.0.1:8080"} {
		_, err := api.NewClient(good, api.ClientOptions{})
		require.NoError(t, err, good)
	}
	for _, bad := range []string{"", "acme.testmo.net", "ftp://acme", "https://", "https://me:secret@acme", "https://acme/sub", "https://acme?token=secret", "https://a b", "http://%zz"} {
		_, err := api.NewClient(bad, api.ClientOptions{})
		require.Error(t, err, bad)
		require.NotContains(t, err.Error(), "secret")
	}
}

func TestClientAsksWithTheContractsParameters(t *testing.T) {
	t.Parallel()
	const page = `{"page": 1, "per_page": 100, "total": 1, "result": [{"id": 7}]}`
	r := newRemote(t, map[string]string{
		"/projects": page, "/projects/1/automation/sources": page, "/projects/1/milestones": page, "/projects/1/users": page,
		"/projects/1/automation/runs": page, "/automation/runs/7/tests": page, "/projects/1/configs": page, "/projects/1/tags": page,
		"/projects/1/statuses": page, "/projects/1": `{"result": {"id": 1}}`, "/automation/sources/7": `{"result": {"id": 7}}`,
		"/milestones/7": `{"result": {"id": 7}}`, "/automation/runs/7": `{"result": {"id": 7}}`, "/user": `{"id": 3, "name": "ci"}`,
	})
	c := newClient(t, r.URL)
	tests := map[string]func(ctx context.Context) error{
		"/projects": func(ctx context.Context) error {
			_, err := c.ListProjects(ctx, api.NewProjectFilter())
			return err
		},
		"/projects?is_completed=0&order=asc&page=2&expands=users": func(ctx context.Context) error {
			f := api.NewProjectFilter()
			f.IsCompleted, f.Order, f.Page, f.Expands = new(false), api.OrderAsc, 2, query.Words{"users"}
			_, err := c.ListProjects(ctx, f)
			return err
		},
		"/projects/1": func(ctx context.Context) error { _, err := c.Project(ctx, 1); return err },
		"/projects/1/automation/sources?sort=automation_sources:ran_at": func(ctx context.Context) error {
			f := api.NewSourceFilter()
			f.Sort = "automation_sources:ran_at"
			_, err := c.ListSources(ctx, 1, f)
			return err
		},
		"/automation/sources/7": func(ctx context.Context) error { _, err := c.Source(ctx, 7); return err },
		"/projects/1/milestones?created_after=2026-01-01T23:59:59.999Z": func(ctx context.Context) error {
			f := api.NewMilestoneFilter()
			f.CreatedAfter = "2026-01-02"
			_, err := c.ListMilestones(ctx, 1, f)
			return err
		},
		"/milestones/7": func(ctx context.Context) error { _, err := c.Milestone(ctx, 7); return err },
		"/projects/1/users": func(ctx context.Context) error {
			_, err := c.ListProjectUsers(ctx, 1, api.NewListFilter())
			return err
		},
		"/projects/1/automation/runs?status=2,3&tags=a,b%26c&created_after=2026-03-28T22:59:59.999Z&created_before=2026-03-29T22:00:00.5Z&per_page=25": func(ctx context.Context) error {
			f := api.NewRunFilter()
			f.Statuses, f.Tags, f.Zone, f.PerPage, f.Lean = query.IDs{2, 3}, query.Words{"a", "b&c"}, "Europe/Berlin", 25, true
			f.CreatedAfter, f.CreatedBefore = "2026-03-29", "2026-03-30T00:00:00.5"
			_, err := c.ListRuns(ctx, 1, f)
			return err
		},
		"/automation/runs/7?expands=configs,users": func(ctx context.Context) error {
			_, err := c.Run(ctx, 7, []string{"users", "configs"})
			return err
		},
		"/automation/runs/7/tests?status_id=3&thread_id=9&sort=automation_run_tests:name": func(ctx context.Context) error {
			f := api.NewTestFilter()
			f.StatusIDs, f.ThreadID, f.Sort = query.IDs{3}, 9, "automation_run_tests:name"
			_, err := c.ListTests(ctx, 7, f)
			return err
		},
		"/projects/1/configs":  func(ctx context.Context) error { _, err := c.ListConfigs(ctx, 1); return err },
		"/projects/1/tags":     func(ctx context.Context) error { _, err := c.ListTags(ctx, 1); return err },
		"/projects/1/statuses": func(ctx context.Context) error { _, err := c.ListStatuses(ctx, 1); return err },
		"/user":                func(ctx context.Context) error { _, err := c.User(ctx); return err },
	}
	for want, ask := range tests {
		require.NoError(t, ask(t.Context()), want)
		require.Equal(t, []string{"GET /api/v1" + want}, r.asked())
	}
}

func TestClientRefusesWhatTheInstanceCannotServe(t *testing.T) {
	t.Parallel()
	r := newRemote(t, map[string]string{"/projects/1/automation/runs": `{"result": []}`, "/automation/runs/7/tests": `{"result": []}`})
	testmo, runboard := newClient(t, r.URL), newClient(t, r.URL, isRunboard)

	runs := api.NewRunFilter()
	runs.Q, runs.Name, runs.Sort = "login", "night", "automation_runs:name"
	_, err := testmo.ListRuns(t.Context(), 1, runs)
	problem := problemOf(t, err)
	require.Equal(t, api.KindInvalid, problem.Kind)
	require.Len(t, problem.Fields, 3)
	require.Equal(t, []string{"Must be one of automation_runs:created_at."}, problem.Fields["sort"])

	tests := api.NewTestFilter()
	tests.Q, tests.Results, tests.Folder, tests.Sort = "login", query.IDs{6}, "a", api.SortTestsBySeverity
	_, err = testmo.ListTests(t.Context(), 7, tests)
	require.Len(t, problemOf(t, err).Fields, 4)
	require.Empty(t, r.asked(), "nothing is sent")

	_, err = runboard.ListRuns(t.Context(), 1, runs)
	require.NoError(t, err)
	_, err = runboard.ListTests(t.Context(), 7, tests)
	require.NoError(t, err)
	require.Equal(t, []string{
		"GET /api/v1/projects/1/automation/runs?q=login&name=night&sort=automation_runs:name",
		"GET /api/v1/automation/runs/7/tests?result=6&folder=a&q=login&sort=automation_run_tests:severity",
	}, r.asked())
}

func TestClientDetectsARunboard(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		answers map[string]string
		want    bool
	}{
		"Runboard":         {map[string]string{"/openapi.json": `{"openapi": "3.1.0", "info": {"title": "x", "x-runboard": "1"}}`}, true},
		"another server":   {map[string]string{"/openapi.json": `{"openapi": "3.1.0", "info": {"title": "x"}}`}, false},
		"no such document": {nil, false},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := newClient(t, newRemote(t, test.answers).URL, func(o *api.ClientOptions) { o.Runboard = !test.want })
			got, err := c.Detect(t.Context())
			require.NoError(t, err)
			require.Equal(t, test.want, got)
			require.Equal(t, test.want, c.Capabilities().Search)
			require.Equal(t, test.want, len(c.Capabilities().RunSorts) > 1)
		})
	}
}

func TestClientToleratesOtherSpellings(t *testing.T) {
	t.Parallel()
	r := newRemote(t, map[string]string{
		"/projects/1/automation/runs": `{"page": 1, "prev_page": null, "next_page": null, "last_page": 1, "per_page": 100, "total": 2, "new": {"a": []},
			"result": [
				{"id": 9007199254740993, "name": "a", "status": 2, "elapsed": null, "config_id": null, "tags": null, "surprise": [1],
				 "created_at": "2026-01-02T03:04:05.678Z", "updated_at": null, "completed_at": "2026-01-02 03:04:05.678901",
				 "fields": [{"type": 4, "name": "f", "value": null, "meta": []}, {"type": 1, "name": "g", "value": "v", "meta": null}]},
				{"id": 2, "name": null, "project_id": null, "status": null, "total_count": null, "is_completed": null}
			], "expands": []}`,
		"/automation/runs/7": `{"result": {"id": 7, "threads": [{"id": 1, "name": null, "elapsed": null}]},
			"expands": {"statuses": [{"id": 2, "name": "Passed", "aliases": null, "color": null}], "users": null, "groups": [{"id": 1}]}}`,
		"/projects/1/automation/sources": `{"result": [{"id": 3, "test_count_average": 12.6, "elapsed_average": 9007199254740991, "ran_at": null},
			{"id": 4, "test_count_average": null}]}`,
		"/projects/1/configs":  `{"result": [{"id": 1, "name": "Chrome"}]}`,
		"/projects/1/statuses": `{"result": [{"id": 2, "name": "Passed", "is_active": true}, {"id": 7, "name": "WIP", "is_active": false}], "expands": {}}`,
	})
	c := newClient(t, r.URL)

	runs, err := c.ListRuns(t.Context(), 1, api.NewRunFilter())
	require.NoError(t, err)
	require.Len(t, runs.Result, 2)
	require.EqualValues(t, 9007199254740993, runs.Result[0].ID)
	require.Equal(t, "2026-01-02T03:04:05.678Z", runs.Result[0].CompletedAt.UTC().Format("2006-01-02T15:04:05.000Z"))
	require.Len(t, runs.Result[0].Fields, 2)
	require.Zero(t, runs.Freshness)

	run, err := c.Run(t.Context(), 7, api.RunExpands())
	require.NoError(t, err)
	require.Nil(t, run.Result.Threads[0].Name)
	require.True(t, run.Expands.Statuses[0].IsActive, "contract 1.2 has no is_active")

	sources, err := c.ListSources(t.Context(), 1, api.NewSourceFilter())
	require.NoError(t, err)
	require.Equal(t, 13, sources.Result[0].TestCountAverage)
	require.EqualValues(t, 9007199254740991, sources.Result[0].ElapsedAverage)

	configs, err := c.ListConfigs(t.Context(), 1)
	require.NoError(t, err)
	require.Equal(t, []api.Named{{ID: 1, Name: "Chrome"}}, configs)

	statuses, err := c.ListStatuses(t.Context(), 1)
	require.NoError(t, err)
	require.True(t, statuses.ByID(2).IsActive)
	require.False(t, statuses.ByID(7).IsActive)
}

func TestClientDoesWithoutNewerEndpoints(t *testing.T) {
	t.Parallel()
	r := newRemote(t, map[string]string{
		"/projects/1":                 `{"result": {"id": 1}}`,
		"/projects/1/automation/runs": `{"result": [], "expands": []}`,
		"/projects/2/automation/runs": `{"result": [], "expands": {"statuses": [{"id": 2, "name": "Green", "is_passed": true}]}}`,
		"/automation/runs/7":          `{"result": {"id": 7}}`,
	})
	c := newClient(t, r.URL)

	configs, err := c.ListConfigs(t.Context(), 1)
	require.NoError(t, err)
	require.Empty(t, configs)
	tags, err := c.ListTags(t.Context(), 1)
	require.NoError(t, err)
	require.Empty(t, tags)
	_, err = c.ListTags(t.Context(), 3)
	require.Equal(t, api.KindNotFound, problemOf(t, err).Kind, "there is no such project")

	statuses, err := c.ListStatuses(t.Context(), 1)
	require.NoError(t, err)
	require.Equal(t, api.DefaultStatuses(), statuses)
	statuses, err = c.ListStatuses(t.Context(), 2)
	require.NoError(t, err)
	require.Equal(t, "Green", statuses.ByID(2).Name)

	tests, err := c.ListTests(t.Context(), 7, api.NewTestFilter())
	require.NoError(t, err)
	require.Empty(t, tests.Result)
	require.Equal(t, "This instance does not list the tests of a run.", tests.Problem.Message)
	_, err = c.ListTests(t.Context(), 8, api.NewTestFilter())
	require.Equal(t, api.KindNotFound, problemOf(t, err).Kind, "there is no such run")
}

func TestClientReadsListsInPagesAndAtOnce(t *testing.T) {
	t.Parallel()
	pages := map[string]string{
		"":  `{"page": 1, "next_page": 2, "result": [{"id": 1, "name": "a"}]}`,
		"2": `{"page": 2, "next_page": null, "result": [{"id": 2, "name": "b"}]}`,
	}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasSuffix(r.URL.Path, "/tags") {
			_, _ = io.WriteString(w, `{"next_page": 1, "result": [{"id": 1, "name": "endless"}]}`)
			return
		}
		_, _ = io.WriteString(w, pages[r.URL.Query().Get("page")])
	}))
	t.Cleanup(server.Close)
	c := newClient(t, server.URL)
	configs, err := c.ListConfigs(t.Context(), 1)
	require.NoError(t, err)
	require.Equal(t, []api.Named{{ID: 1, Name: "a"}, {ID: 2, Name: "b"}}, configs)
	tags, err := c.ListTags(t.Context(), 1)
	require.NoError(t, err)
	require.Len(t, tags, 1, "pages that go round in a circle are not followed")
}

func TestClientWrites(t *testing.T) {
	t.Parallel()
	r := newRemote(t, map[string]string{
		"/projects/1/automation/runs": `{"id": 9007199254740993}`, "/automation/runs/7/append": "", "/automation/runs/7/complete": "{}",
		"/automation/runs/7/threads": `{"id": 5}`, "/automation/runs/threads/5/append": "", "/automation/runs/threads/5/complete": "{}",
		"/projects/1/configs": `{"id": 2}`, "/projects/1/milestones": `{"id": 3}`,
	})
	c, ctx := newClient(t, r.URL), t.Context()
	runID, err := c.CreateRun(ctx, 1, api.NewRun{Name: "n", Source: "s", ConfigID: 4, Tags: []string{"t"}})
	require.NoError(t, err)
	require.EqualValues(t, 9007199254740993, runID)
	require.NoError(t, c.AppendRun(ctx, 7, api.Attachments{Links: []api.Link{{Name: "l", URL: "https://x"}}}))
	threadID, err := c.CreateThread(ctx, 7, api.ThreadUpdate{ElapsedComputed: new(int64(3))})
	require.NoError(t, err)
	require.EqualValues(t, 5, threadID)
	require.NoError(t, c.AppendThread(ctx, 5, api.ThreadUpdate{Tests: []api.NewTest{{Key: "k", Name: "n", Status: "passed", Folder: "f"}}}))
	require.NoError(t, c.CompleteThread(ctx, 5, api.ThreadUpdate{}))
	require.NoError(t, c.CompleteRun(ctx, 7, api.RunEnd{}))
	_, err = c.CreateConfig(ctx, 1, api.NewConfig{Name: "Chrome"})
	require.NoError(t, err)
	_, err = c.CreateMilestone(ctx, 1, api.NewMilestone{Name: "1.0"})
	require.NoError(t, err)

	for i, want := range []string{
		"POST /api/v1/projects/1/automation/runs " + `{"name": "n", "source": "s", "config_id": 4, "tags": ["t"]}`,
		"POST /api/v1/automation/runs/7/append " + `{"links": [{"name": "l", "url": "https://x"}]}`,
		"POST /api/v1/automation/runs/7/threads " + `{"elapsed_computed": 3}`,
		"POST /api/v1/automation/runs/threads/5/append " + `{"tests": [{"key": "k", "name": "n", "status": "passed", "folder": "f", "artifacts": [], "fields": []}]}`,
		"POST /api/v1/automation/runs/threads/5/complete {}",
		"POST /api/v1/automation/runs/7/complete " + `{"measure_elapsed": false}`,
		"POST /api/v1/projects/1/configs " + `{"name": "Chrome"}`,
		"POST /api/v1/projects/1/milestones " + `{"name": "1.0"}`,
	} {
		r.mu.Lock()
		got := r.requests[i]
		r.mu.Unlock()
		at := strings.Index(want, "{")
		require.Equal(t, want[:at], got[:at])
		require.JSONEq(t, want[at:], got[at:])
	}
}

func TestClientRebuildsErrors(t *testing.T) {
	t.Parallel()
	want := &api.Error{
		Kind: api.KindInvalid, Message: "The given data was invalid.",
		Fields: map[string][]string{"tests.3.status": {"Must be one of passed.", "And short."}, "name": {"Is missing."}},
	}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/api/v1/automation/runs/threads/1/append":
			w.WriteHeader(want.Kind.HTTPStatus())
			_ = json.NewEncoder(w).Encode(map[string]any{"message": want.Message, "errors": want.Fields})
		case "/api/v1/automation/runs/threads/2/append":
			w.WriteHeader(http.StatusForbidden)
			_, _ = io.WriteString(w, "<html>no</html>")
		case "/api/v1/automation/runs/threads/3/append":
			w.WriteHeader(http.StatusUnprocessableEntity)
			_, _ = io.WriteString(w, `{"message": "Odd.", "errors": {"name": "Is no list.", "a": [1], "b": ["Stays."]}}`)
		case "/api/v1/automation/runs/threads/4/append":
			w.WriteHeader(http.StatusConflict)
			_, _ = io.WriteString(w, `{"message": "`+strings.Repeat("ä", 30_000)+`"}`)
		default:
			w.WriteHeader(http.StatusTeapot)
			_, _ = io.WriteString(w, strings.Repeat("x", 1<<20))
		}
	}))
	t.Cleanup(server.Close)
	c := newClient(t, server.URL)
	appendTo := func(id int64) *api.Error { return problemOf(t, c.AppendThread(t.Context(), id, api.ThreadUpdate{})) }

	require.Equal(t, want, appendTo(1))
	require.Equal(t, &api.Error{Kind: api.KindForbidden, Message: "The instance answered with 403 Forbidden."}, withoutCause(appendTo(2)))
	require.Equal(t, "Odd.", appendTo(3).Message)
	require.Equal(t, []string{"Stays."}, appendTo(3).Fields["b"])
	long := appendTo(4)
	require.Equal(t, api.KindMalformed, long.Kind)
	require.Less(t, len(long.Message), 1100)
	require.Equal(t, "The instance answered with 418 I'm a teapot.", appendTo(5).Message)
}

func withoutCause(e *api.Error) *api.Error {
	e.Err = nil
	return e
}
