package report_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/runboard/runboard/api/report"
)

func TestCTRF(t *testing.T) {
	t.Parallel()
	tests, read := readData(t, "ctrf/report.json")
	require.Equal(t, lines(`
cart > totals | adds | passed | 12500 µs | tests/cart.spec.ts:7
  artifact 1.log http://ci.test/1.log
  string shot: "shots/1.png"
  string Tags: "fast, money"
  string Type: "unit"
  string Browser: "firefox"
  string Device: "phone"
  string currency: "EUR"
  string rates: "1, 2"
  string owner: "shop"
  string ticket: "12"
  html Steps: "<test-steps><test-step status=\"passed\">open &lt;cart&gt;</test-step>\n<test-step status=\"skipped\">look</test-step>\n<test-step status=\"untested\">leave</test-step>\n</test-steps>"
shop > cart | pays | failed | 20000 µs
  highlighted console Failure: "Error: declined\n    at pay.ts:3" map[message:declined]
  console Snippet: "pay()"
  console Output: "one\ntwo"
  console Errors: "three"
  text AI: "The card was declined."
ship.spec.ts | ships | failed | 1000 µs | C:\work\ship.spec.ts
  highlighted console Failure: "too late"
ship.spec.ts | ships | failed | 2000 µs | C:\work\ship.spec.ts
  highlighted console Failure: "at ship.ts:1"
ship.spec.ts | ships | passed | 5000 µs | C:\work\ship.spec.ts
shop | returns | failed
  highlighted console Failure: "first"
shop | returns | failed
  highlighted console Failure: "second"
shop | returns | failed
  highlighted console Failure: "third"
shop | waits | skipped | 0 µs
  highlighted console Skipped: "not yet"
shop | hangs | untested
shop | Unnamed test | untested
  highlighted console Skipped: "slow"`), allDescribed(tests))
	require.Equal(t, report.Counts{Tests: 7, Passed: 2, Failed: 2, Skipped: 1, Untested: 2}, read.Counts)
	require.Equal(t, 4, read.Attempts)
	require.EqualValues(t, 4_500_000, read.Elapsed)
	require.Equal(t, []report.Problem{
		{Line: 37, Text: `The status "timedOut" is none of CTRF; the test counts as untested.`},
	}, read.Problems)
}

func TestCTRFDialects(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		file string
		want []string
	}{
		"without a name of its own": {`{"results": {"tool": {"name": "a"}, "summary": {}, "tests": [{"name": "b", "status": "passed"}]}}`, []string{"b passed"}},
		"sorted by name":            {`{"reportFormat": "CTRF", "results": {"tests": [{"duration": 1, "name": "b", "status": "skipped"}], "tool": {"name": "a"}}}`, []string{"b skipped"}},
		"a message that passed":     {`{"reportFormat": "CTRF", "results": {"tests": [{"name": "b", "status": "passed", "message": "fine"}]}}`, []string{"b passed fine"}},
		"attempts uncounted": {
			`{"reportFormat": "CTRF", "results": {"tests": [{"name": "b", "status": "passed", "retryAttempts": [{"status": "failed"}, {"status": "passed"}]}]}}`,
			[]string{"b failed", "b passed"},
		},
		"attempts before uncounted": {
			`{"reportFormat": "CTRF", "results": {"tests": [{"name": "b", "status": "passed", "retryAttempts": [{"status": "failed"}]}]}}`,
			[]string{"b failed", "b passed"},
		},
		"no tests": {`{"reportFormat": "CTRF", "results": {"tests": null}}`, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			tests, read, err := readText(t, tt.file, report.Options{})
			require.NoError(t, err)
			require.Equal(t, "ctrf", read.Format)
			require.Equal(t, tt.want, outline(tests))
		})
	}
}

func TestCTRFRetries(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct{ test, want string }{
		"that passed at last":   {`"status": "passed", "retries": 1, "flaky": true`, "shop | pays | passed\n  string Retries: \"1\""},
		"that failed":           {`"status": "failed", "retries": 2, "flaky": false, "message": "no"`, "shop | pays | failed\n  highlighted console Failure: \"no\"\n  string Retries: \"2\""},
		"of which none is told": {`"status": "passed", "flaky": true`, "shop | pays | passed\n  string Flaky: \"true\""},
		"none":                  {`"status": "passed", "retries": 0, "flaky": false`, "shop | pays | passed"},
		"that are listed":       {`"status": "passed", "retries": 1, "flaky": true, "retryAttempts": [{"status": "failed"}]`, "shop | pays | failed\nshop | pays | passed"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			tests, _, err := readText(t, `{"reportFormat": "CTRF", "results": {"tests": [{"name": "pays", "suite": "shop", `+tt.test+`}]}}`, report.Options{})
			require.NoError(t, err)
			require.Equal(t, tt.want, allDescribed(tests))
		})
	}
}

func TestReasonsBeginWithTheMessage(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct{ message, trace, want string }{
		"behind its kind":        {"declined", `Error: declined\n    at pay.ts:3`, "Error: declined\n    at pay.ts:3"},
		"with its kind":          {"Error: declined", `Error: declined\n    at pay.ts:3`, "Error: declined\n    at pay.ts:3"},
		"without the package":    {"RuntimeException: bye", `java.lang.RuntimeException: bye\n\tat A.b(A.java:1)`, "java.lang.RuntimeException: bye\n\tat A.b(A.java:1)"},
		"of two lines":           {`1 is not 2\n+ 1`, `AssertionError [ERR_ASSERTION]: 1 is not 2\n+ 1\n    at a.js:1`, "AssertionError [ERR_ASSERTION]: 1 is not 2\n+ 1\n    at a.js:1"},
		"below its kind":         {"declined", `RuntimeError:\n  declined\n# a.rb:1`, "RuntimeError:\n  declined\n# a.rb:1"},
		"without what it is of":  {"Not found", `Not found: /bin/a`, "Not found: /bin/a"},
		"not at all":             {"declined", `    at pay.ts:3`, "declined\n    at pay.ts:3"},
		"as letters of a frame":  {"x", `TestContext.<anonymous> (a.mjs:16:38)\nTest.run (node:test)`, "x\nTestContext.<anonymous> (a.mjs:16:38)\nTest.run (node:test)"},
		"as the end of a path":   {"c", `at lib/main.c\nat a.js:1`, "c\nat lib/main.c\nat a.js:1"},
		"first as other letters": {"x", `Text: x\n    at a.js:1`, "Text: x\n    at a.js:1"},
		"as a cause only":        {"Error: thrown", `at _getError (a.js:1)\nat Array.map\nat run (a.js:2)\n[cause]: Error: thrown`, "Error: thrown\nat _getError (a.js:1)\nat Array.map\nat run (a.js:2)\n[cause]: Error: thrown"},
		"without a trace":        {"declined", "", "declined"},
		"of none":                {"", `    at pay.ts:3`, "    at pay.ts:3"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			tests, _, err := readText(t, `{"reportFormat": "CTRF", "results": {"tests": [{"name": "b", "status": "failed", "message": "`+tt.message+`", "trace": "`+tt.trace+`"}]}}`, report.Options{})
			require.NoError(t, err)
			require.Equal(t, []string{"b failed " + tt.want}, outline(tests))
		})
	}
}

func TestCTRFBoundsAttempts(t *testing.T) {
	t.Parallel()
	tests, read, err := readText(t, `{"reportFormat": "CTRF", "results": {"tests": [{"name": "a", "status": "failed", "retryAttempts": [`+
		strings.Repeat(`{"status": "failed"},`, 60)+`{"status": "failed"}]}]}}`, report.Options{})
	require.NoError(t, err)
	require.Len(t, tests, 51)
	require.Equal(t, 1, read.Tests)
	require.Len(t, read.Problems, 1)
	require.Contains(t, read.Problems[0].Text, "more than 50 attempts")
}
