package report_test

import (
	"bytes"
	"encoding/json"
	"encoding/pem"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"github.com/runboard/runboard/api"
	"github.com/runboard/runboard/api/report"
)

// conformance has the official Testmo CLI, locked to a version. It is no part of this repository.
const conformance = "../../../shared/conformance"

// unlikeCLI are the files of which this package deliberately reads other tests
// than the Testmo CLI sends, by a part of their path, and why.
var unlikeCLI = map[string]string{
	"derived-encodings/junit-windows-1252.xml": "the Testmo CLI reads every file as UTF-8",
}

// TestJUnitEqualsCLI submits every JUnit file at hand with the official client to
// a server that keeps what it gets, and compares that with what Read emits.
func TestJUnitEqualsCLI(t *testing.T) {
	t.Parallel()
	cli := officialCLI(t)
	files := junitFiles(t)
	server, got := recorder(t)
	defer server.Close()

	folder := t.TempDir()
	args := []string{cli, "automation:run:submit", "--instance", server.URL, "--project-id", "1", "--name", "all", "--source", "all", "--ignore-parse-error", "--results"}
	for i, file := range files {
		// The Testmo CLI reads only files with certain extensions.
		link := filepath.Join(folder, fileName(i))
		require.NoError(t, os.Symlink(file, link))
		args = append(args, link)
	}
	certificate := filepath.Join(folder, "ca.pem")
	require.NoError(t, os.WriteFile(certificate, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw}), 0o600))
	command := exec.CommandContext(t.Context(), "node", args...)
	command.Env = append(os.Environ(), "NODE_EXTRA_CA_CERTS="+certificate, "TESTMO_TOKEN=token")
	output, err := command.CombinedOutput()
	require.NoError(t, err, string(output))

	next, elapsed := 0, int64(0)
	for _, file := range files {
		tests, read, err := readLikeCLI(t, file)
		if err != nil {
			continue // Broken for both of them; otherwise the next file does not match.
		}
		elapsed += read.Elapsed
		attempts := 0
		for i, test := range tests {
			require.Less(t, next, len(got.Tests), file)
			want, have := jsonOf(t, withoutPlainLinks(got.Tests[next])), jsonOf(t, withoutPlainLinks(test))
			if want != have && attempts < read.Attempts && isAttempt(tests, i) {
				attempts++
				continue
			}
			require.Equal(t, want, have, "%s, test %d", file, i)
			next++
		}
		require.Equal(t, read.Attempts, attempts, file)
	}
	require.Len(t, got.Tests, next, "tests of the Testmo CLI")
	require.Equal(t, *got.ElapsedComputed, elapsed)
	t.Logf("%d tests in %d files are the same", next, len(files))
}

// officialCLI is the script of the Testmo CLI, installed once per version of its lock file.
func officialCLI(t *testing.T) string {
	t.Helper()
	if testing.Short() {
		t.Skip("the Testmo CLI takes its time")
	}
	if _, err := exec.LookPath("npm"); err != nil {
		t.Skip("npm is not installed")
	}
	if _, err := os.Stat(conformance); err != nil {
		t.Skip("../shared/conformance is not here")
	}
	cache, err := os.UserCacheDir()
	require.NoError(t, err)
	folder := filepath.Join(cache, "runboard", "testmo-cli-1.5.0")
	script := filepath.Join(folder, "node_modules", "@testmo", "testmo-cli", "dist", "index.js")
	if _, err := os.Stat(script); err == nil {
		return script
	}
	require.NoError(t, os.MkdirAll(folder, 0o750))
	for _, name := range []string{"package.json", "package-lock.json", ".npmrc"} {
		data, err := os.ReadFile(filepath.Join(conformance, name))
		require.NoError(t, err)
		require.NoError(t, os.WriteFile(filepath.Join(folder, name), data, 0o600))
	}
	install := exec.CommandContext(t.Context(), "npm", "ci", "--no-audit", "--no-fund")
	install.Dir = folder
	if output, err := install.CombinedOutput(); err != nil {
		t.Skipf("the Testmo CLI cannot be installed: %s", output)
	}
	return script
}

// junitFiles are the paths of all files at hand that the Testmo CLI takes for JUnit.
func junitFiles(t *testing.T) []string {
	t.Helper()
	var files []string
	for _, pattern := range []string{corpus + "/files/junit-xml/*/*", conformance + "/fixtures/*.xml", "testdata/junit/*.xml"} {
		found, err := filepath.Glob(pattern)
		require.NoError(t, err)
		for _, file := range found {
			data, err := os.ReadFile(file)
			require.NoError(t, err)
			if utf8.Valid(data) && bytes.Contains(data, []byte("<testsuite")) && !isUnlikeCLI(file) {
				path, err := filepath.Abs(file)
				require.NoError(t, err)
				files = append(files, path)
			}
		}
	}
	return files
}

func isUnlikeCLI(file string) bool {
	for part := range unlikeCLI {
		if strings.Contains(file, part) {
			return true
		}
	}
	return false
}

// withoutPlainLinks leaves out attachments with plain http, which the Testmo CLI
// sends as fields.
func withoutPlainLinks(test api.NewTest) api.NewTest {
	test.Artifacts = slices.DeleteFunc(slices.Clone(test.Artifacts), func(a api.Artifact) bool { return strings.HasPrefix(a.URL, "http://") })
	test.Fields = slices.DeleteFunc(slices.Clone(test.Fields), func(f api.Field) bool {
		return strings.HasPrefix(strings.ToLower(f.Name), "attachment") && strings.HasPrefix(*f.Value, "http://")
	})
	return test
}

// isAttempt reports whether a test stands beside one with the same key.
func isAttempt(tests []api.NewTest, i int) bool {
	return i > 0 && tests[i-1].Key == tests[i].Key || i+1 < len(tests) && tests[i+1].Key == tests[i].Key
}

func fileName(i int) string { return string(rune('a'+i/26)) + string(rune('a'+i%26)) + ".xml" }

// recorder is a server that keeps what is submitted to it as one thread.
func recorder(t *testing.T) (*httptest.Server, *api.ThreadUpdate) {
	t.Helper()
	var mutex sync.Mutex
	got := &api.ThreadUpdate{}
	server := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		mutex.Lock()
		defer mutex.Unlock()
		var sent api.ThreadUpdate
		switch {
		case strings.HasSuffix(r.URL.Path, "/threads"), strings.HasSuffix(r.URL.Path, "/append"):
			if err := json.Unmarshal(body, &sent); err != nil {
				http.Error(w, err.Error(), http.StatusBadRequest)
				return
			}
		}
		if sent.ElapsedComputed != nil {
			got.ElapsedComputed = sent.ElapsedComputed
		}
		got.Tests = append(got.Tests, sent.Tests...)
		w.Header().Set("Content-Type", "application/json")
		if strings.HasSuffix(r.URL.Path, "/append") || strings.HasSuffix(r.URL.Path, "/complete") {
			w.WriteHeader(http.StatusNoContent)
			return
		}
		w.WriteHeader(http.StatusCreated)
		_, _ = io.WriteString(w, `{"id": 1}`)
	}))
	return server, got
}

// readLikeCLI are the tests of a file.
func readLikeCLI(t *testing.T, path string) ([]api.NewTest, report.Report, error) {
	t.Helper()
	file, err := os.Open(path)
	require.NoError(t, err)
	defer func() { _ = file.Close() }()
	var tests []api.NewTest
	read, err := report.Read(t.Context(), filepath.Base(path), file, report.Options{}, func(test api.NewTest) error {
		tests = append(tests, test)
		return nil
	})
	return tests, read, err
}

func jsonOf(t *testing.T, value any) string {
	t.Helper()
	data, err := json.MarshalIndent(value, "", " ")
	require.NoError(t, err)
	return string(data)
}
