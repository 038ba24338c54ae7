package report_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/runboard/runboard/api/report"
)

func TestPlaywright(t *testing.T) {
	t.Parallel()
	tests, read := readData(t, "playwright/report.json")
	require.Equal(t, lines(`
chromium › cart.spec.ts | opens | passed | 715000 µs | cart.spec.ts:4
  string trace: "/srv/trace.zip"
  url issue: "https://tracker.test/7"
  string note: "new"
  console Output: "one\ntwo"
  console Errors: "careful"
  console note: "read me"
  string Tags: "smoke, fast"
  html Steps: "<test-steps><test-step status=\"passed\">open &lt;page&gt;</test-step>\n<test-step status=\"failed\">click</test-step>\n<test-step status=\"passed\">look</test-step>\n</test-steps>"
firefox › cart.spec.ts | opens | passed | 900000 µs | cart.spec.ts:4
  string Tags: "smoke, fast"
cart.spec.ts › paying | by card | failed | 30000000 µs | cart.spec.ts:11
  highlighted console Failure: "\x1b[31mTest timeout of 30000ms exceeded.\x1b[39m"
  highlighted console Failure: "Error: closed"
cart.spec.ts › paying | by card | failed | 10000 µs | cart.spec.ts:11
  highlighted console Failure: "Error: declined\n    at cart.spec.ts:12\n\n> 12 | pay()" map[message:Error: declined]
cart.spec.ts › paying | by card | passed | 20000 µs | cart.spec.ts:11
cart.spec.ts › paying | by cheque | failed | 3000 µs | cart.spec.ts:20
  highlighted console Failure: "It ended as passed, but failed was expected."
cart.spec.ts › paying | with nothing | passed | 4000 µs | cart.spec.ts:25
  console Expected failure: "Error: no money"
cart.spec.ts › paying | by barter | skipped | 0 µs | cart.spec.ts:30
  highlighted console Skipped: "not here"
cart.spec.ts › paying | by post | untested | 1000 µs | cart.spec.ts:35`), allDescribed(tests))
	require.Equal(t, report.Counts{Tests: 7, Passed: 4, Failed: 1, Skipped: 1, Untested: 1}, read.Counts)
	require.Equal(t, 2, read.Attempts)
	require.EqualValues(t, 46_054_078, read.Elapsed)
	require.Equal(t, []report.Problem{
		{Line: 82, Text: "Playwright tells of an error outside of any test: Error: no tests in ship.spec.ts"},
	}, read.Problems)
}

func TestPlaywrightAttemptsShareTheirKey(t *testing.T) {
	t.Parallel()
	tests, _ := readData(t, "playwright/report.json")
	keys := map[string][]string{}
	for _, test := range tests {
		keys[test.Key] = append(keys[test.Key], test.Name)
	}
	require.Len(t, keys, 7)
	require.Contains(t, keys, tests[2].Key)
	require.Equal(t, []string{"by card", "by card", "by card"}, keys[tests[2].Key])
}

func TestPlaywrightDialects(t *testing.T) {
	t.Parallel()
	spec := func(tests string) string {
		return `{"config": {"rootDir": "/", "projects": []}, "suites": [{"title": "a.ts", "specs": [{"title": "b", "tests": [` + tests + `]}]}]}`
	}
	for name, tt := range map[string]struct {
		file string
		want []string
	}{
		"skipped":              {spec(`{"expectedStatus": "skipped", "results": [{"status": "skipped"}], "status": "skipped"}`), []string{"b skipped"}},
		"skipped, not reached": {spec(`{"expectedStatus": "skipped", "results": [], "status": "skipped"}`), []string{"b skipped"}},
		"skipped of old":       {spec(`{"results": [], "status": "skipped"}`), []string{"b skipped"}},
		"listed":               {spec(`{"expectedStatus": "passed", "results": [], "status": "skipped"}`), []string{"b untested"}},
		"interrupted":          {spec(`{"expectedStatus": "passed", "results": [{"status": "interrupted"}], "status": "skipped"}`), []string{"b untested"}},
		"not run, twice":       {spec(`{"expectedStatus": "passed", "results": [{"status": "skipped"}, {"status": "skipped"}], "status": "skipped"}`), []string{"b untested", "b untested"}},
		"without outcome":      {spec(`{"expectedStatus": "passed", "results": [{"status": "failed", "error": {"value": "thrown"}}]}`), []string{"b failed thrown"}},
		"without results":      {spec(`{"expectedStatus": "passed"}`), []string{"b untested"}},
		"errors as texts":      {spec(`{"status": "unexpected", "results": [{"status": "failed", "errors": ["plain"]}]}`), []string{"b failed plain"}},
		"output as texts":      {spec(`{"status": "expected", "results": [{"status": "passed", "stdout": ["one ", "two"]}]}`), []string{"b passed one two"}},
		"annotated, no more":   {spec(`{"expectedStatus": "passed", "status": "expected", "annotations": [{"type": "slow"}], "results": [{"status": "passed"}]}`), []string{"b passed slow"}},
		"skipped, no reason":   {spec(`{"expectedStatus": "skipped", "status": "skipped", "annotations": [{"type": "skip"}], "results": [{"status": "skipped"}]}`), []string{"b skipped"}},
		"failed then skipped":  {spec(`{"expectedStatus": "passed", "status": "flaky", "results": [{"status": "failed"}, {"status": "skipped"}]}`), []string{"b failed It ended as failed, but passed was expected.", "b passed"}},
		"configuration alone":  {`{"config": {"rootDir": "/", "projects": []}, "suites": []}`, nil},
		"an endless beginning": {`{"config": {"rootDir": "/", "projects": [], "metadata": "` + strings.Repeat("a", 100_000) + `"}, "suites": [{"title": "a.ts", "specs": [{"title": "b", "tests": [{"status": "expected"}]}]}]}`, []string{"b passed"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			tests, read, err := readText(t, tt.file, report.Options{})
			require.NoError(t, err)
			require.Equal(t, "playwright", read.Format)
			require.Equal(t, tt.want, outline(tests))
		})
	}
}
