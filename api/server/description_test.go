package server_test

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
	"github.com/stretchr/testify/require"

	"github.com/runboard/runboard/api"
	"github.com/runboard/runboard/api/server"
)

// descriptionOf asks the API for its description.
func descriptionOf() []byte {
	recorder := httptest.NewRecorder()
	server.New(server.Config{}).ServeHTTP(recorder, httptest.NewRequestWithContext(
		context.Background(), http.MethodGet, "/api/v1/openapi.json", nil))
	return recorder.Body.Bytes()
}

func load(text []byte) (*openapi3.T, error) {
	loader := openapi3.NewLoader()
	doc, err := loader.LoadFromData(text)
	if err != nil {
		return nil, err
	}
	return doc, doc.Validate(loader.Context)
}

// described is the description as it is, which requests are held against.
var described = sync.OnceValues(func() (*openapi3.T, error) { return load(descriptionOf()) })

// exact is the description without room for fields that it does not name, which
// answers are held against.
var exact = sync.OnceValues(func() (*openapi3.T, error) {
	var doc any
	if err := json.Unmarshal(descriptionOf(), &doc); err != nil {
		return nil, err
	}
	closeObjects(doc)
	text, err := json.Marshal(doc)
	if err != nil {
		return nil, err
	}
	return load(text)
})

// closeObjects takes the room from all objects in a part of the description.
func closeObjects(part any) {
	switch part := part.(type) {
	case map[string]any:
		if part["properties"] != nil && part["type"] == "object" {
			part["additionalProperties"] = false
		}
		for _, inner := range part {
			closeObjects(inner)
		}
	case []any:
		for _, inner := range part {
			closeObjects(inner)
		}
	}
}

// routeOf is what a description says of the route of a request; nil when there
// is no such route.
func routeOf(doc *openapi3.T, pattern string) *routers.Route {
	method, path, _ := strings.Cut(pattern, " ")
	path = strings.TrimPrefix(path, "/api/v1")
	item := doc.Paths.Value(path)
	if item == nil {
		return nil
	}
	return &routers.Route{Spec: doc, Path: path, PathItem: item, Method: method, Operation: item.GetOperation(method)}
}

// checkAnswer holds an answer against the description, and the request too when
// it was accepted.
func checkAnswer(tb testing.TB, r *http.Request, a answer) {
	tb.Helper()
	doc, err := exact()
	require.NoError(tb, err)
	if a.StatusCode != http.StatusNoContent {
		require.Equal(tb, "application/json", a.Header.Get("Content-Type"), a.body)
	}
	route := routeOf(doc, r.Pattern)
	if route == nil {
		require.Contains(tb, []int{http.StatusNotFound, http.StatusMethodNotAllowed}, a.StatusCode)
		return
	}
	input := &openapi3filter.RequestValidationInput{
		Request: r, PathParams: map[string]string{"id": r.PathValue("id")}, QueryParams: r.URL.Query(), Route: route,
	}
	if a.StatusCode != http.StatusInternalServerError && a.StatusCode != http.StatusServiceUnavailable {
		require.NotNil(tb, route.Operation.Responses.Status(a.StatusCode), "%s may not answer %d: %s", r.Pattern, a.StatusCode, a.body)
	}
	output := &openapi3filter.ResponseValidationInput{RequestValidationInput: input, Status: a.StatusCode, Header: a.Header}
	output.SetBodyBytes([]byte(a.body))
	require.NoError(tb, openapi3filter.ValidateResponse(tb.Context(), output), "%s %s", r.Pattern, a.body)
}

// checkRequest holds a request against the description.
func checkRequest(tb testing.TB, pattern, method, target, body string) {
	tb.Helper()
	doc, err := described()
	require.NoError(tb, err)
	r := httptest.NewRequestWithContext(tb.Context(), method, target, strings.NewReader(body))
	r.Header.Set("Content-Type", kindOf(body))
	require.NoError(tb, openapi3filter.ValidateRequest(tb.Context(), &openapi3filter.RequestValidationInput{
		Request: r, PathParams: map[string]string{"id": "1"}, QueryParams: r.URL.Query(), Route: routeOf(doc, pattern),
		Options: &openapi3filter.Options{AuthenticationFunc: openapi3filter.NoopAuthenticationFunc},
	}), "%s %s", target, body)
}

// operations calls a function with each operation that is described, as a
// pattern such as "GET /api/v1/user".
func operations(t *testing.T, each func(pattern string, op *openapi3.Operation)) {
	t.Helper()
	doc, err := described()
	require.NoError(t, err)
	for path, item := range doc.Paths.Map() {
		for method, op := range item.Operations() {
			each(method+" /api/v1"+path, op)
		}
	}
}

// sample is a call of an operation that succeeds.
type sample struct {
	target, body string
	scope        api.Scope
	status       int
}

// form is a body with pairs of names and values. What has a file's name behind a
// slash is a file.
func form(pairs ...string) string {
	var text strings.Builder
	for i := 0; i < len(pairs); i += 2 {
		name, file, isFile := strings.Cut(pairs[i], "/")
		fmt.Fprintf(&text, "--end\r\nContent-Disposition: form-data; name=%q", name)
		if isFile {
			fmt.Fprintf(&text, "; filename=%q\r\nContent-Type: application/octet-stream", file)
		}
		text.WriteString("\r\n\r\n" + pairs[i+1] + "\r\n")
	}
	return text.String() + "--end--\r\n"
}

// kindOf is the media type of a body.
func kindOf(body string) string {
	if strings.HasPrefix(body, "--end") {
		return "multipart/form-data; boundary=end"
	}
	return "application/json"
}

// samples are calls of every operation on what fill has made, in an order that
// works, by pattern.
func samples() map[string]sample {
	const (
		field    = `{"type": 4, "name": "Output", "value": "text", "meta": {"a": "b"}, "is_highlight": true}`
		artifact = `{"name": "a", "url": "https://example.com/a", "note": "n", "mime_type": "text/plain", "size": 0}`
		link     = `{"name": "a", "url": "https://example.com/a", "note": "n"}`
		test     = `{"key": "b", "name": "B", "folder": "f", "status": "passed", "elapsed": 3, "file": "f.go", "line": 0, "assertions": 1,
			"artifacts": [` + artifact + `], "fields": [` + field + `]}`
		attached = `"artifacts": [` + artifact + `], "fields": [` + field + `, {"type": 1, "name": "n", "value": null}]`
		elapsed  = `"elapsed_observed": 5, "elapsed_computed": 7`
	)
	read := func(target string) sample { return sample{"/api/v1" + target, "", api.ScopeRead, http.StatusOK} }
	submit := func(target, body string) sample {
		return sample{"/api/v1" + target, body, api.ScopeSubmit, http.StatusNoContent}
	}
	create := func(scope api.Scope, target, body string) sample {
		return sample{"/api/v1" + target, body, scope, http.StatusCreated}
	}
	return map[string]sample{
		"GET /openapi.json":                     {"/api/v1/openapi.json", "", "", http.StatusOK},
		"GET /user":                             read("/user"),
		"GET /users":                            {"/api/v1/users?expands=groups,roles,users", "", api.ScopeAdmin, http.StatusOK},
		"GET /users/{id}":                       {"/api/v1/users/1?expands=users", "", api.ScopeAdmin, http.StatusOK},
		"GET /groups":                           read("/groups?per_page=15"),
		"GET /roles":                            read("/roles?page=2"),
		"GET /issues/connections":               read("/issues/connections"),
		"GET /projects":                         read("/projects?is_completed=false&expands=users"),
		"GET /projects/{id}":                    read("/projects/1?expands=users"),
		"GET /projects/{id}/users":              read("/projects/1/users"),
		"GET /projects/{id}/configs":            read("/projects/1/configs"),
		"GET /projects/{id}/statuses":           read("/projects/1/statuses"),
		"GET /projects/{id}/tags":               read("/projects/1/tags"),
		"GET /projects/{id}/milestones":         read("/projects/1/milestones?expands=milestone_types,statuses,users&automation_tags=v2"),
		"GET /milestones/{id}":                  read("/milestones/1?expands=statuses,users"),
		"GET /automation/sources/{id}":          read("/automation/sources/1?expands=users"),
		"GET /automation/runs/{id}":             read("/automation/runs/1?expands=automation_sources,configs,milestones,statuses,users"),
		"GET /automation/runs/{id}/tests":       read("/automation/runs/1/tests?thread_id=1&result=2,3&status_id=3&per_page=1000"),
		"GET /projects/{id}/automation/sources": read("/projects/1/automation/sources?is_retired=false&expands=users"),
		"GET /projects/{id}/automation/runs": read("/projects/1/automation/runs?status=2,3,4&tags=nightly&created_after=2020-01-01&tz=Europe/Berlin" +
			"&expands=automation_sources,configs,milestones,statuses,users&sort=automation_runs:name&order=asc&page=1&per_page=25"),

		"POST /projects/{id}/automation/runs/import": create(api.ScopeSubmit, "/projects/1/automation/runs/import",
			form("source", "shop", "files/results.xml", `<testsuite><testcase name="a"/><testcase name="b"`)),
		"POST /projects/{id}/configs":    create(api.ScopeAdmin, "/projects/1/configs", `{"name": "Firefox"}`),
		"POST /projects/{id}/milestones": create(api.ScopeAdmin, "/projects/1/milestones", `{"name": "3.0", "automation_tags": ["v3"], "due_date": "2031-02-03", "note": "n"}`),
		"POST /projects/{id}/automation/runs": create(api.ScopeImport, "/projects/1/automation/runs", `{"name": "a", "source": "b", "config": "Chrome", "config_id": 1,
			"milestone": "2.0", "milestone_id": 1, "tags": ["x"], "links": [`+link+`], "created_at": "2026-01-02T03:04:05Z", `+attached+`}`),
		"POST /automation/runs/{id}/threads":          create(api.ScopeSubmit, "/automation/runs/1/threads", `{`+elapsed+`, `+attached+`}`),
		"POST /automation/runs/{id}/append":           submit("/automation/runs/1/append", `{"links": [`+link+`], `+attached+`}`),
		"POST /automation/runs/threads/{id}/append":   submit("/automation/runs/threads/1/append", `{"tests": [`+test+`], `+elapsed+`, `+attached+`}`),
		"POST /automation/runs/threads/{id}/complete": submit("/automation/runs/threads/2/complete", `{`+elapsed+`}`),
		"POST /automation/runs/{id}/complete":         submit("/automation/runs/2/complete", `{"measure_elapsed": true}`),
	}
}

// fill makes a configuration, a milestone, and two runs: the first one has a
// thread and tests, and the second one a thread only.
func (s *service) fill() {
	s.tb.Helper()
	for target, body := range map[string]string{"configs": `{"name": "Chrome"}`, "milestones": `{"name": "2.0", "automation_tags": ["v2"]}`} {
		a := s.send(api.ScopeAdmin, http.MethodPost, "/api/v1/projects/1/"+target, body)
		require.Equal(s.tb, http.StatusCreated, a.StatusCode, a.body)
	}
	for _, tags := range []string{`["nightly", "v2"]`, `[]`} {
		run := s.created(runs, `{"name": "Nightly", "source": "backend", "config": "chrome", "tags": `+tags+`}`)
		s.created(runPath(run, "/threads"), `{}`)
	}
	a := s.post("/api/v1/automation/runs/threads/1/append", `{"tests": [
		{"key": "a", "name": "A", "folder": "f", "status": "failed", "fields": [{"type": 4, "name": "Failure", "value": "no", "is_highlight": true}]},
		{"key": "b", "name": "B", "folder": "f", "status": "skipped"}]}`)
	require.Equal(s.tb, http.StatusNoContent, a.StatusCode, a.body)
}

// unanswered are operations on what Runboard does not have.
func unanswered() []string { return []string{"GET /groups/{id}", "GET /roles/{id}"} }

func TestEveryOperationAnswersAsDescribed(t *testing.T) {
	t.Parallel()
	s := start(t, nil)
	s.fill()
	called := map[string]bool{}
	all := samples()
	for _, pattern := range slices.Sorted(maps.Keys(all)) {
		one := all[pattern]
		method, path, _ := strings.Cut(pattern, " ")
		a := s.send(one.scope, method, one.target, one.body, "Content-Type", kindOf(one.body))
		require.Equal(t, one.status, a.StatusCode, "%s: %s", pattern, a.body)
		require.Equal(t, a.StatusCode == http.StatusNoContent, a.body == "", pattern)
		checkRequest(t, method+" /api/v1"+path, method, one.target, one.body)
		called[method+" /api/v1"+path] = true
	}
	for _, pattern := range unanswered() {
		method, path, _ := strings.Cut(pattern, " ")
		s.get("/api/v1" + strings.ReplaceAll(path, "{id}", "1")).refused(http.StatusNotFound)
		called[method+" /api/v1"+path] = true
	}
	operations(t, func(pattern string, _ *openapi3.Operation) {
		require.Contains(t, called, pattern, "described, and never called")
		delete(called, pattern)
	})
	require.Empty(t, called, "called, and not described")
}

func TestEveryOperationRefusesAsDescribed(t *testing.T) {
	t.Parallel()
	s := start(t, nil)
	s.fill()
	operations(t, func(pattern string, op *openapi3.Operation) {
		method, path, _ := strings.Cut(pattern, " ")
		target := strings.ReplaceAll(path, "{id}", "1")
		scope := api.ScopeAdmin
		for _, other := range []string{http.MethodPut, http.MethodDelete, http.MethodPatch, http.MethodOptions, "COLOUR"} {
			a := s.send(scope, other, target, "")
			a.refused(http.StatusMethodNotAllowed)
			require.Equal(t, methodsOf(t, path), a.Header.Get("Allow"), pattern)
		}
		if op.Security != nil && len(*op.Security) == 0 {
			return
		}
		require.Equal(t, `Bearer realm="Runboard"`, s.send("", method, target, "").Header.Get("WWW-Authenticate"))
		s.send("", method, target, "").refused(http.StatusUnauthorized)
		good, invalid := `{"name": "a", "source": "b"}`, `{"name": 5, "elapsed_computed": -1, "measure_elapsed": 1, "links": 2}`
		if op.RequestBody != nil && op.RequestBody.Value.Content["multipart/form-data"] != nil {
			good, invalid = form("source", "b", "files/a.xml", "<testsuite/>"), form("source", "b")
		}
		if path != target {
			for _, id := range []string{"x", "0", "-1", "99999999999999999999", "1x", "+1", "999999999"} {
				s.send(scope, method, strings.ReplaceAll(path, "{id}", id), good, "Content-Type", kindOf(good)).refused(http.StatusNotFound)
			}
		}
		if op.RequestBody != nil {
			s.send(scope, method, target, "{").refused(http.StatusBadRequest)
			s.send(scope, method, target, invalid, "Content-Type", kindOf(invalid)).refused(http.StatusUnprocessableEntity)
		}
		for _, p := range op.Parameters {
			if p.Value.Name == "page" {
				require.NotEmpty(t, s.send(scope, method, target+"?page=0", "").refused(http.StatusUnprocessableEntity).Errors["page"])
				s.send(scope, method, target+"?page=1&page=2", "").refused(http.StatusBadRequest)
				s.send(scope, method, target+"?x="+strings.Repeat("x", 9000), "").refused(http.StatusRequestURITooLong)
			}
		}
	})
	for _, target := range []string{"/api/", "/api/v1", "/api/v1/", "/api/v1/colours", "/api/v2/user", "/api/v1/user/", "/api/v1/automation/runs/1/colours"} {
		s.get(target).refused(http.StatusNotFound)
	}
}

// methodsOf are those of a path as the header Allow lists them.
func methodsOf(t *testing.T, path string) string {
	t.Helper()
	var methods []string
	operations(t, func(pattern string, _ *openapi3.Operation) {
		switch pattern {
		case "GET " + path:
			methods = append(methods, "GET", "HEAD")
		case "POST " + path:
			methods = append(methods, "POST")
		}
	})
	slices.Sort(methods)
	return strings.Join(methods, ", ")
}

func TestSingleObjectsExpand(t *testing.T) {
	t.Parallel()
	s := start(t, nil)
	s.fill()
	names := func(target string) map[string][]string {
		var found struct{ Expands json.RawMessage }
		s.get("/api/v1" + target).decode(&found)
		var expands map[string][]api.Named
		if string(found.Expands) != "[]" {
			require.NoError(t, json.Unmarshal(found.Expands, &expands))
		}
		names := map[string][]string{}
		for expand, items := range expands {
			for _, item := range items {
				names[expand] = append(names[expand], item.Name)
			}
		}
		return names
	}
	require.Empty(t, names("/projects/1"))
	require.Equal(t, map[string][]string{"users": {"Runboard"}}, names("/projects/1?expands=users"))
	require.Equal(t, map[string][]string{"users": {"robot submit"}}, names("/automation/sources/1?expands=users"))
	require.Equal(t, map[string][]string{"users": {"robot admin"}}, names("/milestones/1?expands=issues,milestone_stats,users"))
	require.Len(t, names("/milestones/1?expands=statuses")["statuses"], 25)
	require.Equal(t, map[string][]string{
		"automation_sources": {"backend"}, "configs": {"Chrome"}, "milestones": {"2.0"}, "users": {"robot submit"},
	}, names("/automation/runs/1?expands=automation_sources,configs,milestones,users"))
}

// What is described as accepted must be, and what lies beyond must not.
func TestParametersAreAsDescribed(t *testing.T) {
	t.Parallel()
	s := start(t, nil)
	s.fill()
	operations(t, func(pattern string, op *openapi3.Operation) {
		method, path, _ := strings.Cut(pattern, " ")
		for _, p := range op.Parameters {
			if p.Value.In != "query" || slices.Contains(unanswered(), strings.Replace(pattern, "/api/v1", "", 1)) {
				continue
			}
			accepted, refused := valuesOf(p.Value.Schema.Value)
			target := strings.ReplaceAll(path, "{id}", "1") + "?" + p.Value.Name + "="
			for _, value := range accepted {
				a := s.send(api.ScopeAdmin, method, target+value, "")
				require.Equal(t, http.StatusOK, a.StatusCode, "%s%s: %s", target, value, a.body)
				checkRequest(t, pattern, method, target+value, "")
			}
			for _, value := range refused {
				a := s.send(api.ScopeAdmin, method, target+value, "")
				require.NotEmpty(t, a.refused(http.StatusUnprocessableEntity).Errors[p.Value.Name], "%s%s", target, value)
			}
		}
	})
}

// valuesOf are values that a schema accepts, and values that it does not.
func valuesOf(of *openapi3.Schema) (accepted, refused []string) {
	switch {
	case len(of.Enum) > 0:
		for _, value := range of.Enum {
			accepted = append(accepted, fmt.Sprint(value))
		}
		return accepted, []string{"colour", "0"}
	case of.Type.Includes("array"):
		if accepted, refused = valuesOf(of.Items.Value); len(accepted) > 0 {
			accepted = append(accepted, strings.Join(accepted, ","))
		}
		return accepted, refused
	case of.Type.Includes("boolean"):
		return []string{"true", "false"}, []string{"yes", "2"}
	case of.Type.Includes("integer"):
		lowest := int(*of.Min)
		accepted, refused = []string{strconv.Itoa(lowest)}, []string{strconv.Itoa(lowest - 1), "x", "1.5", "99999999999999999999"}
		if of.Max != nil {
			highest := int(*of.Max)
			accepted, refused = append(accepted, strconv.Itoa(highest)), append(refused, strconv.Itoa(highest+1))
		}
		return accepted, refused
	default:
		return nil, nil
	}
}

func TestDescriptionTellsARunboard(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(start(t, nil).handler)
	t.Cleanup(server.Close)
	client, err := api.NewClient(server.URL, api.ClientOptions{})
	require.NoError(t, err)
	is, err := client.Detect(t.Context())
	require.NoError(t, err)
	require.True(t, is)
}
