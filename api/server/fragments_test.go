package server_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/runboard/runboard/api"
	"github.com/runboard/runboard/api/server"
	"github.com/runboard/runboard/api/store/storetest"
)

// fragments are 300 texts that would matter if they became part of a statement:
// ways out of a value, and what could follow them.
func fragments() []string {
	ends := []string{"x", "1", "'", `"`, "`", "1'", "')", `")`, "'))", `\'`, "%'", "\u02bc", "$1", "[x]", "automation_runs:created_at"}
	follow := []string{
		"--", " OR 1=1", " OR '1'='1", " AND 1=2 --", "; DROP TABLE runs", "; DELETE FROM runs --", " UNION SELECT hash FROM tokens", " UNION ALL SELECT NULL,NULL--",
		" DESC, (SELECT 1)", "/**/OR/**/1", " || pg_sleep(9)", ";SELECT pg_sleep(9)--", " AND randomblob(1000000000)", " LIKE '%", " = CASE WHEN 1 THEN 1 END",
		" IN (SELECT 1)", "::int", " ESCAPE '", " ?", " :a @a",
	}
	var all []string
	for _, end := range ends {
		for _, next := range follow {
			all = append(all, end+next)
		}
	}
	return all
}

// ask asks as an admin; the answer is not held against the description, which
// takes longer than the answer.
func (s *service) ask(target string) (status int, body string) {
	recorder := httptest.NewRecorder()
	s.handler.ServeHTTP(recorder, s.request(api.ScopeAdmin, http.MethodGet, target, ""))
	return recorder.Code, recorder.Body.String()
}

// QUALITY W24.
func TestFragmentsOfSQLStayValues(t *testing.T) {
	t.Parallel()
	for name, newURL := range map[string]func(*testing.T) string{
		"sqlite":   func(t *testing.T) string { t.Helper(); return filepath.Join(t.TempDir(), "runboard.db") },
		"postgres": storetest.PostgresURL,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := startOn(t, newURL(t), server.Limits{}, nil)
			s.fill()
			all := fragments()
			require.Len(t, all, 300)
			s.storeFragments(all)
			s.askForFragments(t, all)
			s.requireFragments(t, all)
		})
	}
}

// storeFragments makes a run of each, which holds it wherever there may be a text.
func (s *service) storeFragments(all []string) {
	s.tb.Helper()
	for _, fragment := range all {
		status := s.silently(runs, fmt.Sprintf(
			`{"name": %q, "source": %[1]q, "tags": [%[1]q], "fields": [{"type": 1, "name": %[1]q, "value": %[1]q, "meta": {%[1]q: %[1]q}}]}`, fragment))
		require.Equal(s.tb, http.StatusCreated, status, fragment)
		status = s.silently(runs, fmt.Sprintf(`{"name": "a", "source": "b", "config": %q, "milestone": %[1]q}`, fragment))
		require.Equal(s.tb, http.StatusUnprocessableEntity, status, fragment)
	}
}

// askForFragments gives each to all parameters of all operations: those that take
// any text take it, and the others each refuse it.
func (s *service) askForFragments(t *testing.T, all []string) {
	t.Helper()
	doc, err := described()
	require.NoError(t, err)
	for path, item := range doc.Paths.Map() {
		if item.Get == nil {
			continue
		}
		target := "/api/v1" + strings.ReplaceAll(path, "{id}", "1")
		texts, others := url.Values{}, url.Values{}
		for _, p := range item.Get.Parameters {
			if p.Value.In != "query" {
				continue
			}
			into := others
			if status, _ := s.ask(target + "?" + p.Value.Name + "=" + url.QueryEscape(all[2])); status != http.StatusUnprocessableEntity {
				into = texts
			}
			into.Set(p.Value.Name, "")
		}
		for i, fragment := range all {
			if strings.Contains(path, "{id}") && i%10 == len(path)%10 {
				status, body := s.ask("/api/v1" + strings.ReplaceAll(path, "{id}", url.PathEscape(fragment)))
				require.Equal(t, http.StatusNotFound, status, "%s %s: %s", path, fragment, body)
			}
			if len(texts) > 0 {
				status, body := s.ask(target + "?" + filledWith(texts, fragment))
				require.Contains(t, []int{http.StatusOK, http.StatusNotFound}, status, "%s %s: %s", path, fragment, body)
			}
			if len(others) > 0 {
				status, body := s.ask(target + "?" + filledWith(others, fragment))
				require.Equal(t, http.StatusUnprocessableEntity, status, "%s %s: %s", path, fragment, body)
				var refusal refusal
				require.NoError(t, json.Unmarshal([]byte(body), &refusal))
				require.Len(t, refusal.Errors, len(others), "%s %s: %s", path, fragment, body)
			}
		}
	}
}

// filledWith is a query that gives one value to every parameter.
func filledWith(parameters url.Values, value string) string {
	for name := range parameters {
		parameters.Set(name, value)
	}
	return parameters.Encode()
}

// requireFragments finds each where it was stored, and nothing changed beside.
func (s *service) requireFragments(t *testing.T, all []string) {
	t.Helper()
	for _, parameter := range []string{"name", "tags"} {
		for _, fragment := range all {
			if parameter == "tags" && strings.Contains(fragment, ",") {
				continue
			}
			status, body := s.ask(runs + "?per_page=100&" + parameter + "=" + url.QueryEscape(fragment))
			require.Equal(t, http.StatusOK, status)
			var page api.Page[api.Run]
			require.NoError(t, json.Unmarshal([]byte(body), &page))
			found := false
			for _, run := range page.Result {
				found = found || run.Name == fragment && run.Tags[0] == fragment && *run.Fields[0].Value == fragment && run.Fields[0].Meta[fragment] == fragment
			}
			require.True(t, found, "%s=%s", parameter, fragment)
		}
	}
	var page api.Page[api.Run]
	s.get(runs).decode(&page)
	require.Equal(t, len(all)+2, page.Total)
}
