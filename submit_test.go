package main

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/runboard/runboard/api"
	"github.com/runboard/runboard/api/report"
)

// board is a server in a process of its own, which can be killed.
type board struct {
	data, address, token string
	child                *exec.Cmd
}

func startBoard(t *testing.T) *board {
	t.Helper()
	b := &board{data: t.TempDir(), address: "127.0.0.1:0"}
	b.token = newTokens(t, b.data)[0]
	b.start(t)
	t.Cleanup(func() { b.kill(t) })
	return b
}

// start serves, after the first time at the same address.
func (b *board) start(t *testing.T) {
	t.Helper()
	b.child = exec.CommandContext(t.Context(), os.Args[0], "serve", "--listen", b.address, "--data", b.data) //nolint:gosec // This very program.
	b.child.Env = append(os.Environ(), childServes+"=1")
	log, err := b.child.StderrPipe()
	require.NoError(t, err)
	require.NoError(t, b.child.Start())
	b.address = strings.TrimPrefix(addressIn(log), "http://")
	require.NotEmpty(t, b.address)
}

func (b *board) kill(t *testing.T) {
	t.Helper()
	require.NoError(t, b.child.Process.Kill())
	require.Error(t, b.child.Wait())
}

// env is what a job that submits to the board has in its environment.
func (b *board) env() []string {
	return []string{"RUNBOARD_URL=http://" + b.address, "RUNBOARD_TOKEN=" + b.token, "RUNBOARD_SOURCE=backend"}
}

// run is a run of the board.
func (b *board) run(t *testing.T, id int64) api.Run {
	t.Helper()
	client, err := api.NewClient("http://"+b.address, api.ClientOptions{Token: b.token})
	require.NoError(t, err)
	detail, err := client.Run(t.Context(), id, nil)
	require.NoError(t, err)
	return detail.Result
}

// junit writes a file of so many tests that pass, and one that fails.
func junit(t *testing.T, passed int) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "results.xml")
	text := `<testsuite name="shop"><testcase name="fails"><failure message="1 is not 2"/></testcase>` +
		strings.Repeat(`<testcase classname="shop.Orders" name="passes" time="0.5"/>`, passed) + `</testsuite>`
	require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
	return path
}

func TestSubmitCommand(t *testing.T) {
	t.Parallel()
	b := startBoard(t)
	path := junit(t, 2)
	env := append(b.env(), "GITHUB_ACTIONS=true", "GITHUB_WORKFLOW=Nightly", "GITHUB_RUN_NUMBER=7", "GITHUB_SHA=abc")
	code, stdout, stderr := runboard(t.Context(), env, "submit", "--tag=nightly,slow", "--field=string:Version=1=2", "--field=url:Docs=https://docs.test",
		"--link=Job=https://ci.test/a=b", "--artifact=Log=https://ci.test/log", filepath.Dir(path)+"/*.xml")
	require.Zero(t, code, stderr)
	require.Equal(t, "1\nhttp://"+b.address+"/runs/1\n", stdout, "nothing but the run's number and address")
	require.Contains(t, stderr, path+": JUnit XML, 3 tests: 2 passed, 1 failed\n")
	require.Contains(t, stderr, "3 tests sent\n")

	run := b.run(t, 1)
	require.Equal(t, "Nightly #7", run.Name)
	require.Equal(t, 3, run.Total)
	require.Equal(t, []string{"nightly", "slow"}, run.Tags)
	require.Equal(t, "1=2", *run.Fields[0].Value)
	require.Equal(t, api.FieldURL, run.Fields[1].Type)
	require.Equal(t, "Commit", run.Fields[2].Name)
	require.Equal(t, []api.Link{{Name: "Job", URL: "https://ci.test/a=b"}}, run.Links)
	require.Equal(t, "https://ci.test/log", run.Artifacts[0].URL)
}

// The Testmo CLI's way for jobs that run side by side.
func TestSubmitInParts(t *testing.T) {
	t.Parallel()
	b := startBoard(t)
	code, stdout, stderr := runboard(t.Context(), b.env(), "submit", "create", "--name=Split")
	require.Zero(t, code, stderr)
	require.Equal(t, "1\n", stdout, "the number is alone")
	for _, command := range [][]string{{"submit-thread"}, {"thread"}, {}} {
		args := append(append([]string{"submit"}, command...), "--run-id=1", "--field=string:Shard=1", junit(t, 1))
		code, stdout, stderr = runboard(t.Context(), b.env(), args...)
		require.Zero(t, code, stderr)
		require.True(t, strings.HasPrefix(stdout, "1\nhttp"))
	}
	code, _, stderr = runboard(t.Context(), b.env(), "submit", "complete", "--run-id=1", "--link=Build=https://ci.test")
	require.Zero(t, code, stderr)
	run := b.run(t, 1)
	require.Equal(t, "Split", run.Name)
	require.True(t, run.IsCompleted)
	require.Equal(t, 3, run.ThreadCount)
	require.Equal(t, 6, run.Total)
	require.Len(t, run.Links, 1)
	require.Equal(t, "Shard", run.Threads[2].Fields[0].Name)
}

// A command that is run first decides how good the submission is.
func TestSubmitRunsTheTests(t *testing.T) {
	t.Parallel()
	b := startBoard(t)
	path := filepath.Join(t.TempDir(), "late.xml")
	code, stdout, stderr := runboard(t.Context(), b.env(), "submit", path, "--", "sh", "-c", "cp "+junit(t, 2)+" "+path+"; echo done --; exit 3")
	require.Equal(t, 3, code, "that of the command")
	require.Equal(t, "1\nhttp://"+b.address+"/runs/1\n", stdout, "other commands can use it")
	require.Contains(t, stderr, "done --\n")
	require.Contains(t, stderr, "the command ended with exit code 3")
	run := b.run(t, 1)
	require.Equal(t, 3, run.Total)
	require.Contains(t, *run.Threads[0].Fields[0].Value, "done --\n\nExited after")
	require.Equal(t, "Exit code", run.Threads[0].Fields[1].Name)
	require.Equal(t, "3", *run.Threads[0].Fields[1].Value)
	require.NotEqual(t, time.Second.Microseconds(), *run.Elapsed, "it was measured")

	code, stdout, stderr = runboard(t.Context(), b.env(), "submit", path, "--", filepath.Join(t.TempDir(), "nothing"))
	require.Equal(t, 1, code)
	require.Empty(t, stdout)
	require.Contains(t, stderr, "the command cannot be run")
}

func TestSubmitTellsWhatItReads(t *testing.T) {
	t.Parallel()
	good, bad := junit(t, 2), filepath.Join(t.TempDir(), "bad.xml")
	require.NoError(t, os.WriteFile(bad, []byte("<testsuite>\n<testcase"), 0o600))
	code, stdout, stderr := runboard(t.Context(), nil, "submit", "--dry-run", "--json", good, bad)
	require.Equal(t, 1, code)
	require.Contains(t, stderr, "1 of 2 result files could not be read")
	lines := strings.Split(strings.TrimSpace(stdout), "\n")
	require.Len(t, lines, 2)
	var read [2]report.Report
	for i, line := range lines {
		require.NoError(t, json.Unmarshal([]byte(line), &read[i]), line)
	}
	want := report.Report{File: good, Format: "junit", Counts: report.Counts{Tests: 3, Passed: 2, Failed: 1}, Elapsed: 1_000_000, Problems: []report.Problem{}}
	require.Equal(t, want, read[0])
	require.Equal(t, bad, read[1].File)
	require.Equal(t, 2, read[1].Problems[0].Line)

	code, _, stderr = runboard(t.Context(), nil, "submit", "--dry-run", bad)
	require.Equal(t, 1, code)
	require.Contains(t, stderr, bad+", line 2: ")

	b := startBoard(t)
	code, stdout, stderr = runboard(t.Context(), b.env(), "submit", "--json", good)
	require.Zero(t, code, stderr)
	lines = strings.Split(strings.TrimSpace(stdout), "\n")
	require.Len(t, lines, 2)
	require.JSONEq(t, `{"run": 1, "link": "http://`+b.address+`/runs/1", "tests": 3}`, lines[1])
	code, _, stderr = runboard(t.Context(), b.env(), "submit", "--strict", good, bad)
	require.Equal(t, 1, code)
	require.Contains(t, stderr, "nothing was sent")
	require.Empty(t, stdoutOf(t, b, "--strict", bad))
}

func stdoutOf(t *testing.T, b *board, args ...string) string {
	t.Helper()
	_, stdout, _ := runboard(t.Context(), b.env(), append([]string{"submit"}, args...)...)
	return stdout
}

func TestSubmitSaysWhatItMisses(t *testing.T) {
	t.Parallel()
	path := junit(t, 1)
	token := "RUNBOARD_TOKEN=token"
	for name, test := range map[string]struct {
		env  string
		args []string
		want string
	}{
		"a source":          {token, []string{path}, "missing flags: --source"},
		"files":             {token, []string{"--source=a"}, `expected "<file>`},
		"a token":           {"", []string{"--source=a", path}, "RUNBOARD_TOKEN, TESTMO_TOKEN or --token-file"},
		"a whole token":     {"RUNBOARD_TOKEN=to\x01ken", []string{"--source=a", path}, "the token holds a character that cannot be sent"},
		"one token":         {"RUNBOARD_TOKEN=to\nken", []string{"--source=a", path}, "the token holds a character that cannot be sent"},
		"a token file":      {"", []string{"--source=a", "--token-file=" + path + "x", path}, "the token cannot be read"},
		"an address":        {token, []string{"--source=a", "--url=nonsense", path}, "--url: the address"},
		"a field's type":    {token, []string{"--source=a", "--field=Version=1", path}, "string:Version=1.2"},
		"a link's name":     {token, []string{"--source=a", "--link=https://a.test", path}, "Build=https://ci.example.com/12"},
		"a safe link":       {token, []string{"--source=a", "--link=a=javascript:b", path}, "Build=https://ci.example.com/12"},
		"a number":          {token, []string{"thread", path}, "missing flags: --run-id"},
		"patience":          {token, []string{"--source=a", "--patience=-5s", path}, "--patience must be"},
		"a spool":           {token, []string{"--source=a", "--spool=" + path + "x", path}, "--spool: nothing can be kept there"},
		"a command":         {token, []string{"--source=a", "--dry-run", path, "--", "true"}, "no command is run with --dry-run"},
		"one to make":       {token, []string{"create", "--source=a", "--", "true"}, "no command is run with create"},
		"one to end":        {token, []string{"complete", "--run-id=1", "--", "true"}, "no command is run with complete"},
		"a dry resumption":  {token, []string{"--resume=" + path, "--dry-run"}, "--dry-run and --run-id are for files"},
		"a place to resume": {token, []string{"--resume=" + path, "--url=nonsense"}, "--url: the address"},
		"one to resume":     {token, []string{"--resume=" + path, "--", "true"}, "no command is run with --resume"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			code, stdout, stderr := runboard(t.Context(), []string{test.env}, append([]string{"submit"}, test.args...)...)
			require.Equal(t, 2, code, stderr)
			require.Empty(t, stdout)
			require.Contains(t, stderr, test.want)
		})
	}
}

// A server that is killed in the midst of a submission, and comes back later or
// sooner, gets every result once.
func TestSubmitOutlivesTheServer(t *testing.T) {
	t.Parallel()
	b := startBoard(t)
	path, folder := junit(t, 20_000), t.TempDir()
	for id := int64(1); id <= 4; id++ {
		var stdout, stderr output
		ended := make(chan int, 1)
		patience := map[bool]string{true: "30s", false: "50ms"}[id%2 == 0]
		go func() {
			args := []string{"runboard", "submit", "--patience", patience, "--spool", folder, path}
			ended <- run(t.Context(), args, b.env(), &stdout, &stderr)
		}()
		require.Eventually(t, func() bool { return strings.Contains(stderr.String(), "10000 tests sent") }, 30*time.Second, time.Millisecond)
		b.kill(t)
		if id%2 == 0 {
			b.start(t)
			require.Zero(t, <-ended, stderr.String())
		} else {
			require.Equal(t, 1, <-ended, stderr.String())
			spools, err := filepath.Glob(folder + "/*.spool")
			require.NoError(t, err)
			require.Len(t, spools, 1)
			require.Contains(t, stderr.String(), "runboard submit --resume "+spools[0])
			b.start(t)
			code, text, problems := runboard(t.Context(), b.env(), "submit", "--resume", spools[0])
			require.Zero(t, code, problems)
			require.Contains(t, text, "/runs/")
			require.NoFileExists(t, spools[0])
		}
		require.Equal(t, 20_001, b.run(t, id).Total)
		require.True(t, b.run(t, id).IsCompleted)
	}
}

// What two submissions could not send to a wrong address goes to the right one.
func TestSubmitResumesSeveral(t *testing.T) {
	t.Parallel()
	b := startBoard(t)
	folder := t.TempDir()
	for range 2 {
		code, _, stderr := runboard(t.Context(), b.env(), "submit", "--url", "http://127.0.0.1:1", "--patience", "1ms", "--spool", folder, junit(t, 2))
		require.Equal(t, 1, code, stderr)
	}
	spools, err := filepath.Glob(folder + "/*.spool")
	require.NoError(t, err)
	require.Len(t, spools, 2)
	code, stdout, stderr := runboard(t.Context(), append(b.env(), "RUNBOARD_URL="), "submit", "--url", "http://"+b.address, "--resume", spools[0], spools[1], spools[0])
	require.Zero(t, code, stderr)
	require.Equal(t, "1\nhttp://"+b.address+"/runs/1\n2\nhttp://"+b.address+"/runs/2\n", stdout)
	for id := range int64(2) {
		require.Equal(t, 3, b.run(t, id+1).Total)
	}
}

func TestSubmitSaysWhatBelongsToTheRun(t *testing.T) {
	t.Parallel()
	_, _, stderr := runboard(t.Context(), nil, "submit", "--dry-run", "--run-id=7", "--name=Nightly", junit(t, 1))
	require.Contains(t, stderr, "run 7 keeps what it has")
}

func TestSubmitTakesFilesOnBothSidesOfAFlag(t *testing.T) {
	t.Parallel()
	first, second, third := junit(t, 1), junit(t, 2), junit(t, 3)
	for _, args := range [][]string{
		{first, "--source", "backend", second, "--dry-run", third},
		{"--dry-run", first, second, third, "--source=backend"},
		{"files", first, "--tag", "x", "--dry-run", second, third},
		{"thread", first, "--run-id", "1", second, "--dry-run", third},
	} {
		code, _, stderr := runboard(t.Context(), nil, append([]string{"submit"}, args...)...)
		require.Zero(t, code, stderr)
		for i, path := range []string{first, second, third} {
			require.Contains(t, stderr, fmt.Sprintf("%s: JUnit XML, %d tests", path, i+2), args)
		}
	}
}
