package server_test

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"net/http"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"unicode/utf16"

	"github.com/stretchr/testify/require"

	"github.com/runboard/runboard/api"
	"github.com/runboard/runboard/api/server"
)

const good = `{"name": "Nightly", "source": "backend"}`

// with is a body that creates a run, with more in it.
func with(more string) string { return strings.TrimSuffix(good, "}") + ", " + more + "}" }

// testWith is a body that appends a test, with more in it.
func testWith(more string) string {
	return `{"tests": [{"key": "a", "name": "A", "folder": "f", "status": "ok"}, {` + more + `}]}`
}

func TestBodiesThatCannotBeRead(t *testing.T) {
	t.Parallel()
	s := start(t, nil)
	const early, unexpected = ": it ends too early.", ": invalid "
	for body, want := range map[string]string{
		`{"name":"x"`:               "11" + early,
		`{"name":"x",}`:             "11" + unexpected,
		`{"name":"x" "source":"y"}`: "12" + unexpected,
		`{"name":"x"}}`:             "12" + unexpected,
		good + good:                 "41: something follows the object.",
		`hello`:                     "0" + unexpected,
		`nul`:                       "3" + early,
		`{"a": tru}`:                "9" + unexpected,
		`{"a": 01}`:                 "7" + unexpected,
		`{"a": 1.}`:                 "8" + unexpected,
		`{"a": [1,]}`:               "8" + unexpected,
		`{"a": "` + "\n" + `"}`:     "7" + unexpected,
		`{"a": "` + "\x00" + `"}`:   "7" + unexpected,
		`{"a": "\x"}`:               "7" + unexpected,
		`{"a": "\u12`:               "7" + early,
		`{"name": 5, "source": `:    "22" + early,
		"\x00":                      "0" + unexpected,
		with(`"x": ` + strings.Repeat("[", 10_001) + strings.Repeat("]", 10_001)): "",
		strings.Repeat("[", 100_000): "",
	} {
		refusal := s.post(runs, body).refused(http.StatusBadRequest)
		require.Contains(t, refusal.Message, "The body is not valid JSON at byte "+want, "%.100s", body)
	}
	for _, body := range []string{"[]", `"x"`, "5", "null", "true", `[{"name": "x"}]`} {
		require.Equal(t, "The body must be a JSON object.", s.post(runs, body).refused(http.StatusUnprocessableEntity).Message)
	}
	refusal := s.post(runs, with("\"x\": \"\xff\"")).refused(http.StatusUnprocessableEntity)
	require.Equal(t, "The body is not valid UTF-8, at byte 47.", refusal.Message)
	s.requireNothing()
}

// requireNothing makes sure that no run and no source has been made.
func (s *service) requireNothing() {
	s.tb.Helper()
	sources, err := s.store.ListSources(s.tb.Context(), 1, api.NewSourceFilter())
	require.NoError(s.tb, err)
	require.Empty(s.tb, sources.Result)
}

func TestValuesThatAreRefused(t *testing.T) {
	t.Parallel()
	s := start(t, nil)
	const threads = "/api/v1/automation/runs/%d/threads"
	for body, fields := range map[string]map[string]string{
		`{}`: {"name": "Is required.", "source": "Is required."}, "": {"name": "Is required.", "source": "Is required."},
		`{"name": null, "source": ""}`:                                {"name": "Is required.", "source": "Must not be empty."},
		`{"Name": "x", "SOURCE": "y"}`:                                {"name": "Is required.", "source": "Is required."},
		`{"name": 5, "source": {"name": "x"}}`:                        {"name": "Must be a text.", "source": "Must be a text."},
		`{"name": "a\u0000", "source": "b"}`:                          {"name": "Must not hold the character NUL."},
		`{"name": "a", "name": "b", "source": "c"}`:                   {"name": "Must be given once."},
		`{"n\u0061me": "a", "name": null, "source": "c"}`:             {"name": "Must be given once."},
		`{"name": "a", "source": " \t"}`:                              {"source": "Must have 1 to 255 characters."},
		`{"name": "a", "source": "` + strings.Repeat("ä", 256) + `"}`: {"source": "Must have 1 to 255 characters."},
		with(`"tags": "a"`):                                           {"tags": "Must be a list."},
		with(`"tags": ["a", 5, "", null]`):                            {"tags.1": "Must be a text.", "tags.2": "Must not be empty.", "tags.3": "Must be a text."},
		with(`"config": "Chrom", "milestone_id": 7`):                  {"config": `The project has no config "Chrom". The project has none.`, "milestone_id": "The project has no milestone 7. The project has none."},
		with(`"config_id": "1", "milestone_id": 0`):                   {"config_id": "Must be a whole number.", "milestone_id": "Must be a whole number from 1 to 9223372036854775807."},
		with(`"config_id": 1.5`):                                      {"config_id": "Must be a whole number from 1 to 9223372036854775807."},
		with(`"config_id": 1e400`):                                    {"config_id": "Must be a whole number from 1 to 9223372036854775807."},
		with(`"fields": [{"type": 6}, {"type": "string", "name": "x"}, 7]`): {
			"fields.0.type": "Must be a whole number from 1 to 5.", "fields.0.name": "Is required.", "fields.1.type": "Must be a whole number.", "fields.2": "Must be an object.",
		},
		with(`"fields": [{"type": 1, "name": "x", "value": 5, "meta": {"a": 5, "b": "c", "b": "d", "\u0000": "e"}, "is_highlight": 1}]`): {
			"fields.0.value": "Must be a text.", "fields.0.meta.a": "Must be a text.", "fields.0.meta.b": "Must be given once.",
			"fields.0.meta.\x00": "Must not hold the character NUL.", "fields.0.is_highlight": "Must be true or false.",
		},
		with(`"fields": [{"type": 1, "name": "x", "meta": ["a"]}, {"type": 1, "name": "x", "meta": "a"}]`): {
			"fields.0.meta": "Must be an object.", "fields.1.meta": "Must be an object.",
		},
		with(`"links": [{"name": "x"}, {"url": 1, "name": "x"}]`): {"links.0.url": "Is required.", "links.1.url": "Must be a text."},
		with(`"artifacts": [{"name": "x", "url": "y", "size": -1}, {"name": "x", "url": "y", "size": 9007199254740992}]`): {
			"artifacts.0.size": "Must be a whole number from 0 to 9007199254740991.", "artifacts.1.size": "Must be a whole number from 0 to 9007199254740991.",
		},
	} {
		requireFields(t, fields, s.post(runs, body))
	}
	s.requireNothing()
	run := s.created(runs, good)
	thread := s.created(fmt.Sprintf(threads, run), "")
	for body, fields := range map[string]map[string]string{
		testWith(``): {
			"tests.1.key": "Is required.", "tests.1.name": "Is required.", "tests.1.folder": "Is required.", "tests.1.status": "Is required.",
		},
		testWith(`"key": "", "name": "", "folder": "", "status": ""`): {
			"tests.1.key": "Must not be empty.", "tests.1.name": "Must not be empty.", "tests.1.status": "Must not be empty.",
		},
		testWith(`"key": 7, "name": "x", "folder": "f", "status": 2, "elapsed": "long", "line": -1, "assertions": 1.5`): {
			"tests.1.key": "Must be a text.", "tests.1.status": "Must be a text.", "tests.1.elapsed": "Must be a whole number.",
			"tests.1.line": "Must be a whole number from 0 to 9007199254740991.", "tests.1.assertions": "Must be a whole number from 0 to 9007199254740991.",
		},
		`{"elapsed_computed": -5, "elapsed_observed": 9007199254740992}`: {
			"elapsed_computed": "Must be a whole number from 0 to 9007199254740991.", "elapsed_observed": "Must be a whole number from 0 to 9007199254740991.",
		},
		testWith(`"key": "k", "name": "x", "folder": "f", "status": "exploded"`): {
			"tests.1.status": `There is no status "exploded". Known: ` + strings.Join(api.DefaultStatuses().Aliases(), ", ") + ".",
		},
	} {
		requireFields(t, fields, s.post(fmt.Sprintf("/api/v1/automation/runs/threads/%d/append", thread), body))
	}
	requireFields(t, map[string]string{"measure_elapsed": "Must be true or false."}, s.post(runPath(run, "/complete"), `{"measure_elapsed": "yes"}`))
	after := s.run(run)
	require.Zero(t, after.Total)
	require.False(t, after.IsCompleted)
	require.Nil(t, after.Threads[0].Elapsed)
}

// requireFields wants an answer to say this about these fields, and no others.
func requireFields(t *testing.T, want map[string]string, a answer) {
	t.Helper()
	refusal := a.refused(http.StatusUnprocessableEntity)
	got := map[string]string{}
	for field, texts := range refusal.Errors {
		got[field] = strings.Join(texts, " ")
	}
	require.Equal(t, want, got)
}

func TestManyProblemsEndTheReading(t *testing.T) {
	t.Parallel()
	s := start(t, nil)
	refusal := s.post(runs, with(`"tags": [`+strings.Repeat("1,", 100_000)+"1]")).refused(http.StatusUnprocessableEntity)
	require.Len(t, refusal.Errors, 100)
}

func TestValuesThatAreTaken(t *testing.T) {
	t.Parallel()
	s := start(t, nil)
	body := `  {"NAME": "other", "n\u0061me": "\u00e4\ud83d\ude80\"\\\/\b\f\n\r\t \ud83d \ude80x", "source": " b ", "data": {"a": [1, -0.5e+3, true, false, null]},
		"data": 2, "status": 9, "config": null, "config_id": null, "milestone": "", "tags": ["zebra", "Alpha", "a,b"], "created_at": "whenever",
		"fields": [{"value": "v", "name": "", "type": 5.0, "meta": [], "x": 1}, {"type": 1e0, "name": "n", "value": null, "meta": {"": "e", "n": null}}],
		"links": [{"url": "javascript:alert(1)", "name": "l", "note": null}], "artifacts": null}` + "\r\n"
	run := s.run(s.created(runs, body))
	require.Equal(t, "ä🚀\"\\/\b\f\n\r\t \uFFFD \uFFFDx", run.Name)
	require.Equal(t, []string{"zebra", "Alpha", "a,b"}, run.Tags)
	require.Equal(t, []api.Field{
		{Type: api.FieldURL, Value: new("v")}, {Type: api.FieldString, Name: "n", Meta: api.Meta{"": "e"}},
	}, run.Fields)
	require.Equal(t, []api.Link{{Name: "l", URL: "javascript:alert(1)"}}, run.Links, "what it is shown as is for pages to decide")
	require.Equal(t, "b", s.source(run.SourceID))

	thread := s.created(runPath(run.ID, "/threads"), `{"name": "x", "links": [], "elapsed_computed": 0}`)
	for _, body := range []string{``, ` `, `{}`, `{"tests": null}`, `{"tests": []}`, testWith(`"key": "Ü -_/", "name": " ", "folder": "", "status": "OK"`)} {
		require.Equal(t, http.StatusNoContent, s.post(fmt.Sprintf("/api/v1/automation/runs/threads/%d/append", thread), body).StatusCode)
	}
	require.Equal(t, 2, s.run(run.ID).Total)
}

// source is the name of a source.
func (s *service) source(id int64) string {
	s.tb.Helper()
	source, err := s.store.Source(s.tb.Context(), id)
	require.NoError(s.tb, err)
	return source.Name
}

func units(text string) int { return len(utf16.Encode([]rune(text))) }

func TestLongTextsAreCut(t *testing.T) {
	t.Parallel()
	const middle = "...\n\n[...]\n\n..."
	var text strings.Builder
	for i := range 9000 {
		fmt.Fprintf(&text, "wörd %d ", i)
	}
	sent := []rune(text.String())
	long, rockets := string(sent), strings.Repeat("🚀", 9000)
	head := func(n int) string { return string(sent[:n]) }
	tail := func(n int) string { return string(sent[len(sent)-n:]) }
	s := start(t, nil)
	id := s.created(runs, fmt.Sprintf(`{"name": %q, "source": "b", "tags": [%[1]q], "links": [{"name": %[1]q, "url": %[1]q, "note": %[1]q}],
		"artifacts": [{"name": %[1]q, "url": %[1]q, "note": %[1]q, "mime_type": %[1]q}],
		"fields": [{"value": %[1]q, "type": 1, "name": %[1]q, "meta": {%[1]q: %[1]q}}, {"value": %[1]q, "type": 2, "name": "n"}, {"value": %[1]q, "type": 3, "name": "n"},
		{"value": %[1]q, "type": 4, "name": "n"}, {"value": %[1]q, "type": 5, "name": "n"}, {"value": %q, "type": 4, "name": "n"}]}`, long, rockets))
	run := s.run(id)
	short, note := head(749)+"…", head(79)+"…"
	require.Equal(t, short, run.Name)
	require.Equal(t, []string{short}, run.Tags)
	require.Equal(t, []api.Link{{Name: short, URL: short, Note: note}}, run.Links)
	require.Equal(t, []api.Artifact{{Name: short, URL: short, Note: note, MimeType: short}}, run.Artifacts)
	ends := head(8182) + middle + tail(8182)
	rocketEnds := strings.Repeat("🚀", 4091) + middle + strings.Repeat("🚀", 4091)
	require.Equal(t, []api.Field{
		{Type: 1, Name: short, Value: &short, Meta: api.Meta{short: short}},
		{Type: 2, Name: "n", Value: &ends},
		{Type: 3, Name: "n", Value: new(head(16_383) + "…")},
		{Type: 4, Name: "n", Value: &ends},
		{Type: 5, Name: "n", Value: &short},
		{Type: 4, Name: "n", Value: &rocketEnds},
	}, run.Fields)
	require.Equal(t, 16_379, units(ends))
	require.Equal(t, 750, units(short))
	require.Equal(t, 749, units(s.run(s.created(runs, fmt.Sprintf(`{"name": %q, "source": "b"}`, rockets))).Name), "no character is cut in two")
}

func TestTextsThatJustFitAreWhole(t *testing.T) {
	t.Parallel()
	s := start(t, nil)
	name, value := strings.Repeat("ä", 748)+"🚀", strings.Repeat("🚀", 8192)
	run := s.run(s.created(runs, fmt.Sprintf(`{"name": %q, "source": "b", "fields": [{"type": 4, "name": "n", "value": %q}]}`, name, value)))
	require.Equal(t, name, run.Name)
	require.Equal(t, value, *run.Fields[0].Value)
}

func TestLongKeysStayDifferent(t *testing.T) {
	t.Parallel()
	s := start(t, nil)
	run := s.created(runs, good)
	thread := s.created(runPath(run, "/threads"), "")
	var tests []string
	keys := []string{strings.Repeat("k", 750), strings.Repeat("k", 751), strings.Repeat("k", 752), strings.Repeat("k", 751)}
	for _, key := range keys {
		tests = append(tests, fmt.Sprintf(`{"key": %q, "name": "A", "folder": "f", "status": "passed"}`, key))
	}
	require.Equal(t, http.StatusNoContent, s.post(fmt.Sprintf("/api/v1/automation/runs/threads/%d/append", thread),
		`{"tests": [`+strings.Join(tests, ",")+`]}`).StatusCode)
	var page api.Page[api.Test]
	s.get(runPath(run, "/tests?order=asc")).decode(&page)
	require.Equal(t, keys[0], page.Result[0].Key)
	require.Len(t, page.Result[1].Key, 64)
	require.Equal(t, page.Result[1].CaseID, page.Result[3].CaseID)
	require.NotEqual(t, page.Result[1].CaseID, page.Result[2].CaseID)
}

func packed(tb testing.TB, text string) string {
	tb.Helper()
	var buffer bytes.Buffer
	w := gzip.NewWriter(&buffer)
	_, err := w.Write([]byte(text))
	require.NoError(tb, err)
	require.NoError(tb, w.Close())
	return buffer.String()
}

func TestPackedBodies(t *testing.T) {
	t.Parallel()
	s := start(t, nil)
	whole := packed(t, good)
	for name, test := range map[string]struct {
		encoding, body string
		want           int
	}{
		"packed":             {"gzip", whole, http.StatusCreated},
		"in two parts":       {"gzip", packed(t, good[:9]) + packed(t, good[9:]), http.StatusCreated},
		"not packed":         {"identity", good, http.StatusCreated},
		"said to be packed":  {"gzip", good, http.StatusBadRequest},
		"nothing":            {"gzip", "", http.StatusBadRequest},
		"cut off":            {"gzip", whole[:len(whole)-4], http.StatusBadRequest},
		"cut off early":      {"gzip", whole[:15], http.StatusBadRequest},
		"corrupt":            {"gzip", whole[:len(whole)-6] + "xxxxxx", http.StatusBadRequest},
		"more behind it":     {"gzip", whole + "x", http.StatusBadRequest},
		"another encoding":   {"br", whole, http.StatusBadRequest},
		"broken JSON inside": {"gzip", packed(t, "{"), http.StatusBadRequest},
	} {
		a := s.send(api.ScopeSubmit, http.MethodPost, runs, test.body, "Content-Encoding", test.encoding)
		require.Equal(t, test.want, a.StatusCode, "%s: %s", name, a.body)
	}
}

// QUALITY S2.
func TestLargeBodies(t *testing.T) {
	t.Parallel()
	const limit = 1 << 20
	s := startOn(t, filepath.Join(t.TempDir(), "runboard.db"), server.Limits{Body: limit}, nil)
	padded := func(size int) string { return good + strings.Repeat(" ", size-len(good)) }
	require.Equal(t, http.StatusCreated, s.post(runs, padded(limit)).StatusCode)
	refusal := s.post(runs, padded(limit+1)).refused(http.StatusRequestEntityTooLarge)
	require.Equal(t, "The body is larger than 1 MiB.", refusal.Message)
	require.Equal(t, http.StatusCreated, s.silently(runs, padded(limit), "Content-Length", "-1"))
	require.Equal(t, http.StatusRequestEntityTooLarge, s.silently(runs, padded(limit+1), "Content-Length", "-1"))
	require.Equal(t, http.StatusRequestEntityTooLarge, s.silently(runs, good, "Content-Length", strconv.Itoa(limit+1)), "what is announced is not waited for")
	require.Equal(t, http.StatusCreated, s.send(api.ScopeSubmit, http.MethodPost, runs, packed(t, padded(limit)), "Content-Encoding", "gzip").StatusCode)
	s.send(api.ScopeSubmit, http.MethodPost, runs, packed(t, padded(limit+1)), "Content-Encoding", "gzip").refused(http.StatusRequestEntityTooLarge)
}

func TestBodiesMayHave64MiB(t *testing.T) {
	t.Parallel()
	s := start(t, nil)
	const limit = 64 << 20
	require.Equal(t, http.StatusCreated, s.silently(runs, good, "Content-Length", strconv.Itoa(limit)))
	require.Equal(t, http.StatusRequestEntityTooLarge, s.silently(runs, good, "Content-Length", strconv.Itoa(limit+1)))
}

// QUALITY S2: 1 GiB that is sent as 1 MiB.
//
//nolint:paralleltest // It measures what the process allocates.
func TestBombsTakeNoMemory(t *testing.T) {
	s := start(t, nil)
	bomb := packed(t, `{"name": "`) + strings.Repeat(packed(t, strings.Repeat("0", 1<<20)), 1<<10)
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	status := s.silently(runs, bomb, "Content-Encoding", "gzip")
	runtime.ReadMemStats(&after)
	t.Logf("%d KiB allocated", (after.TotalAlloc-before.TotalAlloc)>>10)
	require.Equal(t, http.StatusRequestEntityTooLarge, status)
	require.Less(t, after.TotalAlloc-before.TotalAlloc, uint64(8<<20))
}

func TestRefusedBodiesStoreNothingOfABatch(t *testing.T) {
	t.Parallel()
	s := start(t, nil)
	run := s.created(runs, good)
	thread := s.created(runPath(run, "/threads"), `{"elapsed_computed": 1}`)
	before := s.run(run)
	target := fmt.Sprintf("/api/v1/automation/runs/threads/%d/append", thread)
	field := `"elapsed_computed": 50, "fields": [{"type": 1, "name": "f"}], "tests": [{"key": "a", "name": "A", "folder": "f", "status": "passed"}`
	for _, rest := range []string{`, {"key": "b"}]}`, `, {"key": "b", "name": "B", "folder": "f", "status": "exploded"}]}`, `}`, `]} x`} {
		a := s.post(target, "{"+field+rest)
		require.Contains(t, []int{http.StatusBadRequest, http.StatusUnprocessableEntity}, a.StatusCode)
		require.Equal(t, before, s.run(run))
	}
}

func TestTwentyThreadsAtOnce(t *testing.T) {
	t.Parallel()
	s := start(t, nil)
	run := s.created(runs, good)
	threads := make([]int64, 20)
	var all sync.WaitGroup
	for i := range threads {
		threads[i] = s.created(runPath(run, "/threads"), "")
	}
	answers := make([]int, len(threads))
	for i, thread := range threads {
		all.Go(func() {
			for n := range 4 {
				answers[i] += s.silently(fmt.Sprintf("/api/v1/automation/runs/threads/%d/append", thread), batch(i, n))
			}
		})
	}
	all.Wait()
	require.Equal(t, slices.Repeat([]int{4 * http.StatusNoContent}, len(threads)), answers)
	require.Equal(t, http.StatusNoContent, s.post(runPath(run, "/complete"), "").StatusCode)
	after := s.run(run)
	require.Equal(t, 20, after.ThreadCompletedCount)
	require.Equal(t, 2000, after.Total)
	require.Equal(t, api.StatusFailure, after.Status)
	require.Equal(t, int64(40), *after.Elapsed)
	for i, thread := range after.Threads {
		require.Equal(t, i, thread.Index)
		require.Equal(t, 100, thread.Total)
	}
	again := s.post(runPath(run, "/complete"), `{"measure_elapsed": true}`)
	require.Equal(t, http.StatusNoContent, again.StatusCode)
	require.Equal(t, after, s.run(run), "a second time changes nothing")
	require.Equal(t, fmt.Sprintf("Automation run %d is completed.", run),
		s.post(runPath(run, "/append"), "").refused(http.StatusUnprocessableEntity).Message)
}

// batch is a body with 25 tests that no other batch has.
func batch(i, n int) string {
	tests := make([]string, 25)
	for k := range tests {
		status := []string{"passed", "failed", "skipped"}[k%3]
		tests[k] = fmt.Sprintf(`{"key": "k%dx%dx%d", "name": "n", "folder": "f", "status": %q}`, i, n, k, status)
	}
	return `{"elapsed_computed": 10, "tests": [` + strings.Join(tests, ",") + `]}`
}
