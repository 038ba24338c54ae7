package main

import (
	"bytes"
	"context"
	"go/build"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// output takes what a command prints while others read it.
type output struct {
	mu   sync.Mutex
	text bytes.Buffer
}

// Write appends.
func (o *output) Write(b []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.Write(b)
}

// String is all so far.
func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.String()
}

// runboard runs a command with an environment of its own.
func runboard(ctx context.Context, env []string, args ...string) (code int, stdout, stderr string) {
	var out, problems output
	code = run(ctx, append([]string{"runboard"}, args...), env, &out, &problems)
	return code, out.String(), problems.String()
}

func TestCommandsThatCannotBeginSayWhy(t *testing.T) {
	t.Parallel()

	file := filepath.Join(t.TempDir(), "file")
	require.NoError(t, os.WriteFile(file, nil, 0o600))
	for name, test := range map[string]struct {
		env  []string
		args []string
		want string
	}{
		"unknown flag":             {nil, []string{"serve", "--nonsense"}, "unknown flag --nonsense"},
		"unknown command":          {nil, []string{"nonsense"}, "unexpected argument nonsense"},
		"unknown scope":            {nil, []string{"token", "create", "--name=ci", "--scope=all"}, "--scope must be one of"},
		"no name":                  {nil, []string{"token", "create"}, "missing flags: --name"},
		"bad address":              {nil, []string{"--listen=nonsense"}, "--listen takes an address"},
		"bad environment":          {[]string{"RUNBOARD_LISTEN=nonsense"}, nil, "--listen takes an address"},
		"reachable by others":      {nil, []string{"--listen=0.0.0.0:0"}, "--access open"},
		"a file for a data folder": {nil, []string{"serve", "--listen=127.0.0.1:0", "--data", file}, "the data folder cannot be used"},
		"a file for a command":     {nil, []string{"token", "list", "--data", file}, "the data folder cannot be used"},
		"no store to list":         {nil, []string{"token", "list", "--data", file + "x"}, "there is no store in " + file + "x: say which folder it is in with --data"},
		"no store to revoke in":    {nil, []string{"token", "revoke", "1"}, "with --data"},
		"no store of projects":     {nil, []string{"project", "list", "--store", file + "x"}, "there is no store at " + file + "x: say where it is with --store"},
		"an empty store":           {nil, []string{"serve", "--listen=127.0.0.1:0", "--store="}, "--store: must be a SQLite file"},
		"an empty store to list":   {nil, []string{"token", "list", "--store", ""}, "--store: must be a SQLite file"},
		"no day":                   {nil, []string{"project", "milestone", "add", "R 1", "--due=tomorrow"}, "due_date must be a date"},
		"an empty tag":             {nil, []string{"project", "milestone", "add", "R 1", "--tag=a,,b"}, "automation_tags must not"},
		"no text":                  {nil, []string{"project", "milestone", "add", "R 1", "--note=a\x00b"}, "note must not hold"},
		"an empty name":            {nil, []string{"project", "config", "add", " "}, "name must not be empty"},
		"no such token file":       {nil, []string{"--testmo-url=https://a.test", "--testmo-token-file=" + file + "x"}, "the token cannot be read"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			code, stdout, stderr := runboard(t.Context(), append(test.env, "RUNBOARD_DATA="+t.TempDir()), test.args...)
			require.Equal(t, 2, code, stderr)
			require.Empty(t, stdout)
			require.Contains(t, stderr, test.want)
			require.Equal(t, 1, strings.Count(stderr, "\n"), "one sentence: %s", stderr)
			_, err := os.Stat(file + "x")
			require.ErrorIs(t, err, fs.ErrNotExist, "nothing is made")
		})
	}
}

func TestTokens(t *testing.T) {
	t.Parallel()

	env := []string{"RUNBOARD_DATA=" + filepath.Join(t.TempDir(), "data")}
	code, stdout, stderr := runboard(t.Context(), env, "token", "create", "--name", "ci")
	require.Zero(t, code, stderr)
	require.Regexp(t, `^runboard_\w+\n$`, stdout, "the token is alone")
	require.Empty(t, stderr)

	_, list, _ := runboard(t.Context(), env, "token", "list")
	require.Regexp(t, `1 +ci +submit +\d{4}-\d\d-\d\d +never`, list)
	require.NotContains(t, list, strings.TrimSpace(stdout))

	code, _, stderr = runboard(t.Context(), env, "token", "revoke", "1")
	require.Zero(t, code, stderr)
	_, list, _ = runboard(t.Context(), env, "token", "list")
	require.NotContains(t, list, "ci")

	code, _, stderr = runboard(t.Context(), env, "token", "revoke", "1")
	require.Equal(t, 1, code)
	require.Equal(t, "runboard: There is no token 1.\n", stderr)
}

func TestProjects(t *testing.T) {
	t.Parallel()

	env := []string{"RUNBOARD_DATA=" + t.TempDir()}
	for _, command := range [][]string{
		{"project", "create", "Storefront"},
		{"project", "config", "add", "--project", "2", "Firefox"},
		{"project", "milestone", "add", "--project", "2", "Release 1", "--tag", "rc-1", "--due", "2026-12-01"},
	} {
		code, stdout, stderr := runboard(t.Context(), env, command...)
		require.Zero(t, code, stderr)
		require.Regexp(t, `^\d+\n$`, stdout, "the number is alone")
	}
	_, list, _ := runboard(t.Context(), env, "project", "list")
	require.Regexp(t, `(?m)^1 +My project +0\n2 +Storefront +0$`, list)

	code, _, stderr := runboard(t.Context(), env, "project", "create", "storefront")
	require.Equal(t, 1, code)
	require.Contains(t, stderr, "There is a project")
	code, _, stderr = runboard(t.Context(), env, "project", "config", "add", "--project", "9", "Firefox")
	require.Equal(t, 1, code)
	require.Contains(t, stderr, "There is no project 9.")
}

// serving runs a server until stop is called, which wants it to end well.
func serving(t *testing.T, env []string, args ...string) (stderr *output, stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	stdout, stderr := &output{}, &output{}
	ended := make(chan int, 1)
	go func() { ended <- run(ctx, args, env, stdout, stderr) }()
	require.Eventually(t, func() bool { return strings.Contains(stderr.String(), "Runboard is at") }, 20*time.Second, 10*time.Millisecond,
		"the log says what to open")
	return stderr, func() {
		t.Helper()
		cancel()
		require.Zero(t, <-ended, stderr.String())
		require.Empty(t, stdout.String())
	}
}

func TestServeIsTheDefault(t *testing.T) {
	t.Parallel()

	data := t.TempDir()
	stderr, stop := serving(t, []string{"RUNBOARD_LISTEN=127.0.0.1:0", "RUNBOARD_DATA=" + data}, "./runboard")
	require.Contains(t, stderr.String(), "./runboard token create --name ci --data "+data, "and how to get a token")
	require.Regexp(t, `\./runboard submit --url http://127\.0\.0\.1:\d+ --project 1`, stderr.String(), "and how to submit")

	address := regexp.MustCompile(`http://127\.0\.0\.1:\d+`).FindString(stderr.String())
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address+"/healthz", nil)
	require.NoError(t, err)
	response, err := (&http.Client{}).Do(request)
	require.NoError(t, err)
	require.NoError(t, response.Body.Close())
	require.Equal(t, http.StatusOK, response.StatusCode)
	stop()
}

// A second server would miss what the first one takes in.
func TestOneServerServesAStore(t *testing.T) {
	t.Parallel()

	env := []string{"RUNBOARD_LISTEN=127.0.0.1:0", "RUNBOARD_DATA=" + t.TempDir()}
	_, stop := serving(t, env, "runboard")
	code, _, problem := runboard(t.Context(), env, "serve")
	require.Equal(t, 2, code)
	require.Regexp(t, "^runboard: another server serves this store.*\n$", problem)
	code, _, problem = runboard(t.Context(), env, "token", "create", "--name", "ci")
	require.Zero(t, code, problem)
	stop()
	_, stop = serving(t, env, "runboard")
	stop()
}

// A machine such as a container from scratch has no zones of its own.
func TestZonesAreBuiltIn(t *testing.T) {
	t.Parallel()

	program, err := build.ImportDir(".", 0)
	require.NoError(t, err)
	require.Contains(t, program.Imports, "time/tzdata")
}

func TestHelpAndVersion(t *testing.T) {
	t.Parallel()

	for _, ask := range [][]string{{"--help"}, {"help"}} {
		code, stdout, _ := runboard(t.Context(), nil, ask...)
		require.Zero(t, code)
		require.Contains(t, stdout, "token create")
	}
	code, stdout, _ := runboard(t.Context(), nil, "help", "submit", "files")
	require.Zero(t, code)
	require.Contains(t, stdout, "--dry-run")
	for _, ask := range []string{"version", "--version"} {
		code, stdout, _ = runboard(t.Context(), nil, ask)
		require.Zero(t, code)
		require.Regexp(t, `^runboard \S+`, stdout)
	}
}
