package server_test

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"net/http"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/runboard/runboard/api"
	"github.com/runboard/runboard/api/server"
	"github.com/runboard/runboard/api/store"
)

const imports = runs + "/import"

// junit is a file of two tests, of which one has failed.
const junit = `<testsuite name="shop"><testcase classname="shop.Orders" name="takes items" time="1"/>` +
	`<testcase classname="shop.Orders" name="ships" time="2"><failure message="late"/></testcase></testsuite>`

// takes sends a form that is taken.
func (s *service) takes(body string, headers ...string) api.Taken {
	s.tb.Helper()
	a := s.send(api.ScopeSubmit, http.MethodPost, imports, body, append(headers, "Content-Type", kindOf(body))...)
	require.Equal(s.tb, http.StatusCreated, a.StatusCode, a.body)
	require.NotContains(s.tb, a.body, "runboard-import", "where the files are kept is nobody's business")
	var taken api.Taken
	require.NoError(s.tb, json.Unmarshal([]byte(a.body), &taken))
	return taken
}

// zipped is an archive of pairs of names and texts.
func zipped(t *testing.T, pairs ...string) string {
	t.Helper()
	var archive bytes.Buffer
	w := zip.NewWriter(&archive)
	for i := 0; i < len(pairs); i += 2 {
		file, err := w.Create(pairs[i])
		require.NoError(t, err)
		_, err = file.Write([]byte(pairs[i+1]))
		require.NoError(t, err)
	}
	require.NoError(t, w.Close())
	return archive.String()
}

func TestFilesBecomeARun(t *testing.T) {
	t.Parallel()
	ctrf := `{"reportFormat":"CTRF","specVersion":"0.0.0","results":{"tool":{"name":"x"},` +
		`"summary":{"tests":1,"passed":1,"failed":0,"pending":0,"skipped":0,"other":0,"start":0,"stop":1},"tests":[{"name":"pays","status":"passed","duration":5}]}}`
	for name, test := range map[string]struct {
		body  string
		tests int
		files []string // With what is wrong with each.
	}{
		"one":            {form("source", "shop", "files/results.xml", junit), 2, []string{"results.xml"}},
		"of any name":    {form("source", "shop", "x/results.xml", junit), 2, []string{"results.xml"}},
		"several":        {form("source", "shop", "files/a.xml", junit, "files/b.json", ctrf), 3, []string{"a.xml", "b.json"}},
		"of one name":    {form("source", "shop", "files/a.xml", junit, "files/a.xml", junit), 4, []string{"a.xml", "a.xml"}},
		"hidden":         {form("source", "shop", "files/.a.xml", junit), 2, []string{".a.xml"}},
		"gzip":           {form("source", "shop", "files/a.xml.gz", packed(t, junit)), 2, []string{"a.xml.gz"}},
		"zip":            {form("source", "shop", "files/a.zip", zipped(t, "x/a.xml", junit, "b.json", ctrf)), 3, []string{"a.zip/b.json", "a.zip/x/a.xml"}},
		"out of a zip":   {form("source", "shop", "files/a.zip", zipped(t, "../a.xml", junit, "b.xml", junit)), 2, []string{"a.zip:0", "a.zip/b.xml"}},
		"a way out":      {form("source", "shop", "files/../../a.xml", junit), 2, []string{"a.xml"}},
		"one is broken":  {form("source", "shop", "files/a.xml", junit, "files/b.xml", "<testsuite>\n<testcase"), 2, []string{"a.xml", "b.xml:2"}},
		"one is unknown": {form("source", "shop", "files/a.xml", junit, "files/notes.txt", "nothing"), 2, []string{"a.xml", "notes.txt:0"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := start(t, nil)
			taken := s.takes(test.body)
			require.Equal(t, test.tests, taken.Tests)
			require.Equal(t, "http://example.com/runs/1", taken.URL)
			var files []string
			for _, file := range taken.Files {
				require.NotContains(t, file.Error, "TestNG", "not all formats beside each of many files")
				text := file.File
				if file.Error != "" {
					text += ":" + string(rune('0'+file.Line))
				}
				files = append(files, text)
			}
			require.ElementsMatch(t, test.files, files)
			detail, err := s.store.Run(t.Context(), taken.ID, nil)
			require.NoError(t, err)
			require.True(t, detail.Result.IsCompleted)
			require.Equal(t, test.tests, detail.Result.Total)
			require.Equal(t, "shop", detail.Result.Name)
		})
	}
}

func TestFormsThatAreNoRun(t *testing.T) {
	t.Parallel()
	good := []string{"source", "shop", "files/a.xml", junit}
	for name, test := range map[string]struct {
		body   string
		status int
		text   string
	}{
		"no source":      {form("files/a.xml", junit), http.StatusUnprocessableEntity, "source"},
		"no file":        {form("source", "shop", "files", ""), http.StatusUnprocessableEntity, "result file"},
		"text as a file": {form("source", "shop", "files", junit), http.StatusUnprocessableEntity, "Must be files"},
		"a typo":         {form(append(good, "sorce", "shop")...), http.StatusUnprocessableEntity, `{"sorce":["Is not known: a form takes source, name`},
		"no name":        {form(append(good, "", "shop")...), http.StatusUnprocessableEntity, `{"(no name)":["Is not known`},
		"not theirs":     {form(append(good, "token", "x")...), http.StatusUnprocessableEntity, "takes source, name"},
		"all broken": {
			form("source", "shop", "files/a.xml", "<testsuite>\n<", "files/b.txt", "x"), http.StatusUnprocessableEntity, "a.xml, line 2",
		},
		"out of a zip":      {form("source", "shop", "files/a.zip", zipped(t, "../../a.xml", junit)), http.StatusUnprocessableEntity, "a.zip"},
		"a bomb":            {form("source", "shop", "files/a.gz", packed(t, strings.Repeat(" ", 4<<20)+junit)), http.StatusUnprocessableEntity, "a.gz"},
		"no configuration":  {form(append(good, "config", "IE 6")...), http.StatusUnprocessableEntity, "config"},
		"cut off":           {strings.TrimSuffix(form(good...), "--end--\r\n"), http.StatusBadRequest, "did not arrive whole"},
		"too large":         {form("source", "shop", "files/a.xml", strings.Repeat(" ", api.MaxForm)), http.StatusRequestEntityTooLarge, "64 MiB"},
		"a source too long": {form("source", strings.Repeat("x", 5000), "files/a.xml", junit), http.StatusRequestEntityTooLarge, "too long"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := start(t, nil)
			a := s.send(api.ScopeSubmit, http.MethodPost, imports, test.body, "Content-Type", kindOf(test.body))
			require.Equal(t, test.status, a.StatusCode, a.body)
			require.Contains(t, a.body, test.text)
			isEmpty, err := s.store.IsEmpty(t.Context())
			require.NoError(t, err)
			require.True(t, isEmpty)
		})
	}
	s := start(t, nil)
	body := form(good...)
	s.send("", http.MethodPost, imports, body, "Content-Type", kindOf(body)).refused(http.StatusUnauthorized)
	s.send(api.ScopeRead, http.MethodPost, imports, body, "Content-Type", kindOf(body)).refused(http.StatusForbidden)
}

// Files that are one report together are told apart by their names.
func TestFilesOfOneReport(t *testing.T) {
	t.Parallel()
	s := start(t, nil)
	taken := s.takes(form("source", "shop",
		"files/a-result.json", `{"uuid": "a", "name": "sells", "status": "passed", "stage": "finished", "start": 1, "stop": 2}`,
		"files/b-result.json", `{"uuid": "b", "name": `))
	require.Equal(t, 1, taken.Tests)
	require.True(t, taken.HasLeftOut())
	require.Equal(t, []api.TakenProblem{{File: "b-result.json", Line: 1, Text: "The file ends within a JSON value."}}, taken.Files[0].Problems)
	run, err := s.store.Run(t.Context(), taken.ID, nil)
	require.NoError(t, err)
	shown := run.Result.Threads[0].Fields[0]
	require.Equal(t, "Missing results", shown.Name)
	require.True(t, strings.HasPrefix(*shown.Value, "b-result.json, line 1: "), *shown.Value)
}

// What can be read is told once, however many files of an archive cannot be.
func TestFilesOfAnArchiveThatAreNoResults(t *testing.T) {
	t.Parallel()
	taken := start(t, nil).takes(form("source", "shop", "files/a.zip", zipped(t, "a.xml", junit, "b.txt", "x", "c.txt", "x", "d.txt", "x")))
	require.Len(t, taken.Files, 4)
	lists := 0
	for _, file := range taken.Files[1:] {
		require.Contains(t, file.Error, "This is no result file that is known here")
		lists += strings.Count(file.Error, "Known are")
	}
	require.Equal(t, 1, lists)
}

// Who looks for what did not arrive finds out what was left out.
func TestDiaryTellsWhichFilesAreLeftOut(t *testing.T) {
	t.Parallel()
	var diary notes
	s := start(t, func(_ *store.Store, c *server.Config) { c.Diary = &diary })
	reason := func() string {
		entries := diary.taken()
		entry := entries[len(entries)-1]
		require.Equal(t, "POST /projects/{id}/automation/runs/import", entry.Route)
		require.True(t, entry.IsAccepted())
		return entry.Reason
	}
	s.takes(form("source", "shop", "files/a.xml", junit, "files/notes.txt", "nothing", "files/b.xml", "<testsuite>\n<testcase"))
	require.Equal(t, "Left out or not whole: 2 of 3 files (b.xml, notes.txt).", reason())
	s.takes(form("source", "shop", "files/a.xml", junit))
	require.Empty(t, reason())
}

// However often a form arrives with a key, it is one run.
func TestFilesAreTakenOnce(t *testing.T) {
	t.Parallel()
	s := start(t, nil)
	body := form("source", "shop", "files/a.xml", junit)
	first := s.takes(body, api.OnceHeader, "build-7")
	require.Equal(t, first, s.takes(body, api.OnceHeader, "build-7"))
	require.NotEqual(t, first.ID, s.takes(body, api.OnceHeader, "build-8").ID)
	require.NotEqual(t, first.ID, s.takes(body).ID)
	other := form("source", "shop", "files/a.xml", strings.ReplaceAll(junit, "ships", "sinks"), "name", "Other")
	s.send(api.ScopeSubmit, http.MethodPost, imports, other, "Content-Type", kindOf(other), api.OnceHeader, "build-7").
		refused(http.StatusUnprocessableEntity)
	other = form("source", "shop", "files/a.xml", strings.ReplaceAll(junit, "ships", "sinks"))
	a := s.send(api.ScopeSubmit, http.MethodPost, imports, other, "Content-Type", kindOf(other), api.OnceHeader, "build-7")
	require.Equal(t, http.StatusUnprocessableEntity, a.StatusCode)
	require.JSONEq(t, `{"message": "The Idempotency-Key was used for another request."}`, a.body, "and no word of what the run holds")
	detail, err := s.store.Run(t.Context(), first.ID, nil)
	require.NoError(t, err)
	require.Equal(t, 2, detail.Result.Total)
}

// Nothing of what was handed over stays on the disk.
func TestFilesAreRemoved(t *testing.T) {
	folder := t.TempDir()
	t.Setenv("TMPDIR", folder)
	s := start(t, nil)
	s.takes(form("source", "shop", "files/a.xml", junit))
	body := form("source", "shop", "files/a.xml", "<")
	s.send(api.ScopeSubmit, http.MethodPost, imports, body, "Content-Type", kindOf(body)).refused(http.StatusUnprocessableEntity)
	left, err := os.ReadDir(folder)
	require.NoError(t, err)
	for _, entry := range left {
		require.NotContains(t, entry.Name(), "runboard-import", "the files of a form")
	}
}
