package server_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/runboard/runboard/api"
)

const appendThread = "/api/v1/automation/runs/threads/1/append"

// many is a list of so many equal items.
func many(count int, item string) string {
	return "[" + strings.TrimSuffix(strings.Repeat(item+",", count), ",") + "]"
}

// meanwhile posts a body to a store that takes everything.
func meanwhile(t *testing.T, target, body string) answer {
	t.Helper()
	_, handler := newSink()
	s := service{tb: t, handler: handler, tokens: map[api.Scope]string{api.ScopeSubmit: "x"}}
	return s.send(api.ScopeSubmit, http.MethodPost, target, body)
}

func TestListsAreBounded(t *testing.T) {
	t.Parallel()
	const (
		field      = `{"type": 1, "name": "n"}`
		attachment = `{"name": "n", "url": "u"}`
		test       = `{"key": "k", "name": "n", "folder": "", "status": "passed"%s}`
	)
	for _, list := range []struct {
		target, field string // What the field is called when it is refused.
		schema, name  string // Where it is described.
		most          int
		body          func(count int) string
	}{
		{runs, "tags", "NewAutomationRun", "tags", 100, func(n int) string { return with(`"tags": ` + many(n, `"t"`)) }},
		{runs, "fields", "NewAutomationRun", "fields", 1000, func(n int) string { return with(`"fields": ` + many(n, field)) }},
		{runs, "links", "NewAutomationRun", "links", 1000, func(n int) string { return with(`"links": ` + many(n, attachment)) }},
		{runs, "artifacts", "NewAutomationRun", "artifacts", 1000, func(n int) string { return with(`"artifacts": ` + many(n, attachment)) }},
		{appendThread, "tests", "AutomationRunThreadUpdate", "tests", 10_000, func(n int) string {
			return `{"tests": ` + many(n, fmt.Sprintf(test, "")) + "}"
		}},
		{appendThread, "tests.0.artifacts", "NewAutomationTest", "artifacts", 1000, func(n int) string {
			return `{"tests": [` + fmt.Sprintf(test, `, "artifacts": `+many(n, attachment)) + "]}"
		}},
		{appendThread, "fields.1.meta", "NewField", "meta", 1000, func(n int) string {
			var names []string
			for i := range n {
				names = append(names, fmt.Sprintf(`"%d": ""`, i))
			}
			return `{"fields": [` + field + `, {"type": 1, "name": "n", "meta": {` + strings.Join(names, ",") + `}}]}`
		}},
	} {
		doc, err := described()
		require.NoError(t, err)
		described := doc.Components.Schemas[list.schema].Value.Properties[list.name].Value
		if list.name == "meta" {
			require.EqualValues(t, list.most, *described.MaxProps)
		} else {
			require.EqualValues(t, list.most, *described.MaxItems, list.field)
		}
		require.Less(t, meanwhile(t, list.target, list.body(list.most)).StatusCode, 300, list.field)
		for _, count := range []int{list.most + 1, 2 * list.most} {
			requireFields(t, map[string]string{list.field: fmt.Sprintf("Must have at most %d items.", list.most)},
				meanwhile(t, list.target, list.body(count)))
		}
	}
}

func TestItemsOfABodyAreBounded(t *testing.T) {
	t.Parallel()
	test := `{"key": "k", "name": "n", "folder": "", "status": "passed", "fields": ` + many(1000, `{"type":1,"name":""}`) + "}"
	require.Equal(t, http.StatusNoContent, meanwhile(t, appendThread, `{"tests": `+many(199, test)+"}").StatusCode)
	requireFields(t, map[string]string{"tests.199.fields": "Has more than the 200000 items that a body may have in all its lists."},
		meanwhile(t, appendThread, `{"tests": `+many(201, test)+"}"))
}

func TestWhatFollowsALongListIsRead(t *testing.T) {
	t.Parallel()
	tags := `{"name": "a", "tags": ` + many(200, "[5]")
	requireFields(t, map[string]string{"tags": "Must have at most 100 items.", "source": "Is required."},
		meanwhile(t, runs, `{"name": "a", "tags": `+many(200, `"t"`)+"}"))
	require.Len(t, meanwhile(t, runs, tags+"}").refused(http.StatusUnprocessableEntity).Errors, 100)
	meanwhile(t, runs, `{"name": "a", "tags": `+many(200, `"t"`)+"]").refused(http.StatusBadRequest)
}

// Of what is sent as 54 KiB, and is 21 MiB of the smallest artifacts.
//
//nolint:paralleltest // It measures what the process allocates.
func TestManyItemsTakeNoMemory(t *testing.T) {
	_, handler := newSink()
	body := packed(t, with(`"artifacts": `+many(1<<20, `{"name":"","url":""}`)))
	r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, runs, strings.NewReader(body))
	r.Header.Set("Authorization", "Bearer x")
	r.Header.Set("Content-Encoding", "gzip")
	recorder := httptest.NewRecorder()
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	handler.ServeHTTP(recorder, r)
	runtime.ReadMemStats(&after)
	t.Logf("%d KiB allocated for %d KiB", (after.TotalAlloc-before.TotalAlloc)>>10, len(body)>>10)
	require.Equal(t, http.StatusUnprocessableEntity, recorder.Code)
	require.Less(t, after.TotalAlloc-before.TotalAlloc, uint64(32<<20))
}
