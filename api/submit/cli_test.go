package submit_test

import (
	"bytes"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"github.com/runboard/runboard/api"
	"github.com/runboard/runboard/api/report"
	"github.com/runboard/runboard/api/submit"
)

// Files that are no part of this repository.
const (
	corpus      = "../../../shared/corpus/open/files/junit-xml"
	conformance = "../../../shared/conformance"
)

// unlikeCLI are the files that the Testmo CLI reads in another encoding than
// they name, by a part of their path.
const unlikeCLI = "junit-windows-1252.xml"

// A team that moves from the Testmo CLI to submit finds the same in its board:
// the same cases with the same results in the same order, whatever JUnit file it
// sends. On purpose different are links with plain http, and attempts that the
// Testmo CLI leaves out.
func TestStoredLikeByCLI(t *testing.T) {
	t.Parallel()
	script := officialCLI(t)
	files := junitFiles(t)
	w := newWorld(t)
	board := httptest.NewTLSServer(w.handler)
	defer board.Close()
	certificate := file(t, "ca.pem", string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: board.Certificate().Raw})))
	args := append([]string{script, "automation:run:submit", "--instance", board.URL, "--project-id", "1", "--name", "all", "--source", "backend", "--results"}, files...)
	command := exec.CommandContext(t.Context(), "node", args...)
	command.Env = append(os.Environ(), "NODE_EXTRA_CA_CERTS="+certificate, "TESTMO_TOKEN="+w.token)
	output, err := command.CombinedOutput()
	require.NoError(t, err, string(output))

	attempts := 0
	sub := submission(files...)
	sub.Files.OnFile = func(read report.Report, _ error) { attempts += read.Attempts }
	s, err := submit.New(board.URL, submit.Options{Token: w.token, Transport: board.Client().Transport})
	require.NoError(t, err)
	result, read, err := s.Submit(t.Context(), sub)
	require.NoError(t, err)
	require.NoError(t, read.Err())

	theirs, want := w.show(t, 1)
	ours, got := w.show(t, result.RunID)
	require.Equal(t, *theirs.Elapsed, *ours.Elapsed)
	require.Equal(t, theirs.Total+attempts, ours.Total)
	next := 0
	for i, test := range got {
		detail := w.stored(t, result.RunID, test)
		require.Less(t, next, len(want))
		expected := w.stored(t, 1, want[next])
		if expected != detail && attempts > 0 && isAttempt(got, i) {
			attempts--
			continue
		}
		require.Equal(t, expected, detail)
		next++
	}
	require.Zero(t, attempts)
	require.Len(t, want, next)
	t.Logf("%d tests of %d files are stored alike", next, len(files))
}

// stored is a test without what differs between any two submissions.
func (w *world) stored(t *testing.T, run int64, test api.Test) string {
	t.Helper()
	detail, err := w.Test(t.Context(), run, test.ID)
	require.NoError(t, err)
	detail.ID, detail.RunID, detail.ThreadID, detail.CreatedAt, detail.IsFlaked = 0, 0, 0, api.Time{}, false
	detail.Artifacts = slices.DeleteFunc(detail.Artifacts, func(a api.Artifact) bool { return strings.HasPrefix(a.URL, "http://") })
	detail.Fields = slices.DeleteFunc(detail.Fields, func(f api.Field) bool {
		return strings.HasPrefix(strings.ToLower(f.Name), "attachment") && strings.HasPrefix(*f.Value, "http://")
	})
	text, err := json.MarshalIndent(detail, "", " ")
	require.NoError(t, err)
	return string(text)
}

// isAttempt reports whether a test stands beside one of the same case.
func isAttempt(tests []api.Test, i int) bool {
	return i > 0 && tests[i-1].Key == tests[i].Key || i+1 < len(tests) && tests[i+1].Key == tests[i].Key
}

// officialCLI is the script of the Testmo CLI, installed once per version of its lock file.
func officialCLI(t *testing.T) string {
	t.Helper()
	if testing.Short() {
		t.Skip("the Testmo CLI takes its time")
	}
	cache, err := os.UserCacheDir()
	require.NoError(t, err)
	folder := filepath.Join(cache, "runboard", "testmo-cli-1.5.0")
	script := filepath.Join(folder, "node_modules", "@testmo", "testmo-cli", "dist", "index.js")
	if _, err := os.Stat(script); err == nil {
		return script
	}
	// Those of api/report install it.
	t.Skip("the Testmo CLI is not in " + folder)
	return ""
}

// junitFiles are the paths of all files at hand that both clients take to be whole JUnit files.
func junitFiles(t *testing.T) []string {
	t.Helper()
	folder := t.TempDir()
	var files []string
	for _, pattern := range []string{corpus + "/*/*", conformance + "/fixtures/*.xml", "../report/testdata/junit/*.xml"} {
		found, err := filepath.Glob(pattern)
		require.NoError(t, err)
		for _, name := range found {
			data, err := os.ReadFile(name)
			require.NoError(t, err)
			if !utf8.Valid(data) || !bytes.Contains(data, []byte("<testsuite")) || strings.HasSuffix(name, unlikeCLI) {
				continue
			}
			// The Testmo CLI reads only files with certain extensions.
			path := filepath.Join(folder, fmt.Sprintf("%03d.xml", len(files)))
			require.NoError(t, os.WriteFile(path, data, 0o600))
			whole := submit.Files{Patterns: []string{path}}
			read, err := whole.Check(t.Context())
			require.NoError(t, err)
			if read.Err() == nil {
				files = append(files, path)
			}
		}
	}
	if len(files) < 100 {
		t.Skip("../shared is not here")
	}
	return files
}
