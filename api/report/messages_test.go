package report_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/runboard/runboard/api/report"
)

func TestCucumberMessages(t *testing.T) {
	t.Parallel()
	tests, read := readData(t, "cucumber-messages/retry.ndjson")
	require.Equal(t, lines(`
Cart | Adds | failed | 10000 µs | features/cart.feature:5
  highlighted console Failure: "Error: too slow\n    at steps.js:4" map[message:too slow type:Error]
  console Output: "looking"
  string Tags: "@fast, @money"
  html Steps: "<test-steps><test-step status=\"passed\">Given a &lt;shop&gt;</test-step>\n<test-step status=\"failed\">When I add 1</test-step>\n</test-steps>"
Cart | Adds | passed | 5000 µs | features/cart.feature:5
  artifact 1 https://ci.test/1
  artifact shot.png https://files.test/shot.png
  console cart.json: "{\"a\": 1}"
  string Tags: "@fast, @money"
  html Steps: "<test-steps><test-step status=\"passed\">Given a &lt;shop&gt;</test-step>\n<test-step status=\"passed\">When I add 1</test-step>\n</test-steps>"
Cart | Money - Pays <how> - quick - #1.1: Pays card | passed | 5000 µs | features/cart.feature:15
  html Steps: "<test-steps><test-step status=\"passed\">When I pay by card</test-step>\n</test-steps>"
Cart | Money - Pays <how> - quick - #1.2: Pays cheque | failed | 2000 µs | features/cart.feature:16
  highlighted console Failure: "The step is undefined: When I pay by cheque"
  html Steps: "<test-steps><test-step status=\"skipped\">When I pay by cheque</test-step>\n</test-steps>"
Cart | Money - Pays <how> - #2.1: Pays post | skipped | 2000 µs | features/cart.feature:20
  highlighted console Skipped: "not here"
  html Steps: "<test-steps><test-step status=\"skipped\">When I pay by post</test-step>\n</test-steps>"
Cart | Empty | passed | 1000 µs | features/cart.feature:24
Cart | Hangs | untested | features/cart.feature:26`), allDescribed(tests))
	require.Equal(t, report.Counts{Tests: 6, Passed: 3, Failed: 1, Skipped: 1, Untested: 1}, read.Counts)
	require.Equal(t, 1, read.Attempts)
	require.EqualValues(t, 60_000, read.Elapsed, "it is that of the run, not of its scenarios")
	require.Equal(t, []report.Problem{
		{Line: 54, Text: "A hook of the whole run failed: cannot stop"},
		{Line: 53, Text: `The scenario "Hangs" has begun, but not ended.`},
	}, read.Problems)
}

func TestCucumberMessagesOfOldVersions(t *testing.T) {
	t.Parallel()
	tests, read, err := readText(t, `{"meta": {"protocolVersion": "15.0.0"}}
		{"pickle": {"id": "p", "uri": "a.feature", "name": "Adds", "steps": [{"id": "s", "text": "it adds"}]}}
		{"testCase": {"id": "c", "pickleId": "p", "testSteps": [{"id": "t", "pickleStepId": "s"}]}}
		{"testCaseStarted": {"id": "1", "testCaseId": "c", "timestamp": {"seconds": "5", "nanos": 0}}}
		{"testStepFinished": {"testCaseStartedId": "1", "testStepId": "t", "testStepResult": {"status": "FAILED", "message": "no", "willBeRetried": true}}}
		{"testCaseFinished": {"testCaseStartedId": "1", "timestamp": {"seconds": "6", "nanos": 0}}}
		{"testCaseStarted": {"id": "2", "testCaseId": "c", "attempt": 1}}
		{"testStepFinished": {"testCaseStartedId": "2", "testStepId": "t", "testStepResult": {"status": "PASSED"}}}
		{"testCaseFinished": {"testCaseStartedId": "2"}}
		{"parseError": {"source": {"uri": "b.feature"}, "message": "(1:1): expected: #Feature"}}
		{"testRunFinished": {"success": false}}`, report.Options{})
	require.NoError(t, err)
	require.Equal(t, []string{"Adds failed no", "Adds passed <test-steps><test-step status=\"passed\">it adds</test-step>\n</test-steps>"}, outline(tests))
	require.Equal(t, report.Counts{Tests: 1, Passed: 1}, read.Counts)
	require.EqualValues(t, 1_000_000, *tests[0].Elapsed)
	require.Equal(t, "a.feature", tests[0].Folder)
	require.Equal(t, []report.Problem{{Line: 10, Text: "A feature cannot be parsed: (1:1): expected: #Feature"}}, read.Problems)
}

func TestCucumberMessagesThatAreCutOff(t *testing.T) {
	t.Parallel()
	tests, read, err := readText(t, `{"testRunStarted": {}}
{"testCaseStarted": {"id": "1"}}
{"testCaseFinished": {"testCaseStartedId": "1"}}
{"testCaseStarted": {"id": "2"}}
{"testStepFinished": {"testCaseStartedId": "2", "testStepRes`, report.Options{})
	require.EqualError(t, err, "a.xml, line 5: The file ends within a JSON value.")
	require.Equal(t, []string{"Unnamed test passed", "Unnamed test untested"}, outline(tests))
	require.Equal(t, report.Counts{Tests: 2, Passed: 1, Untested: 1}, read.Counts)
	require.Equal(t, []report.Problem{{Line: 4, Text: `The scenario "Unnamed test" has begun, but not ended.`}}, read.Problems)
}

func TestCucumberMessagesOfRunsThatGoWrong(t *testing.T) {
	t.Parallel()
	const (
		begin  = `{"meta": {"protocolVersion": "32.2.0", "implementation": {"name": "cucumber-js"}}}` + "\n"
		source = `{"source": {"uri": "a.feature", "data": "Feature: F"}}` + "\n"
		cases  = `{"testRunStarted": {"id": "r", "timestamp": {"seconds": 10, "nanos": 0}}}
{"testCase": {"id": "c", "pickleId": "p", "testSteps": [{"id": "s"}]}}
{"testCase": {"id": "d", "pickleId": "q", "testSteps": []}}
{"testCaseStarted": {"id": "1", "testCaseId": "c", "timestamp": {"seconds": 10, "nanos": 0}}}
`
		fails  = `{"testStepFinished": {"testCaseStartedId": "1", "testStepId": "s", "testStepResult": {"status": "FAILED"}}}` + "\n"
		ends   = `{"testCaseFinished": {"testCaseStartedId": "1", "timestamp": {"seconds": 11, "nanos": 0}}}` + "\n"
		failed = `{"testRunFinished": {"success": false, "timestamp": {"seconds": 12, "nanos": 500000000}}}` + "\n"
	)
	for name, tt := range map[string]struct {
		text    string
		elapsed int
		want    []report.Problem
	}{
		"a hook before all of it fails, and nothing more is written": {begin + source, 0, []report.Problem{{Text: "The file ends before the run has."}}},
		"it ends between scenarios":                                  {begin + source + cases + ends, 1_000_000, []report.Problem{{Text: "The file ends before the run has. Scenarios that have not begun: 1 of 2."}}},
		"nothing of it fails":                                        {begin + cases + ends + failed, 2_500_000, []report.Problem{{Line: 7, Text: "The run has failed, though no scenario of it has."}}},
		"a scenario fails":                                           {begin + cases + fails + ends + failed, 2_500_000, []report.Problem{}},
		"a scenario hangs":                                           {begin + cases + failed, 2_500_000, []report.Problem{{Line: 5, Text: `The scenario "Unnamed test" has begun, but not ended.`}}},
		"it says why": {
			begin + cases + ends + `{"testRunFinished": {"success": false, "exception": {"type": "Error", "message": "no\nserver"}}}`, 1_000_000,
			[]report.Problem{{Line: 7, Text: "The run ended with an error: no server"}},
		},
		"a hook says nothing": {
			begin + cases + ends + `{"testRunHookFinished": {"result": {"status": "FAILED"}}}` + "\n" + failed, 2_500_000,
			[]report.Problem{{Line: 7, Text: "A hook of the whole run failed."}},
		},
		"a hook passes, or is skipped": {
			begin + `{"testRunHookFinished": {"result": {"status": "PASSED"}}} {"testRunHookFinished": {"result": {"status": "SKIPPED", "message": "later"}}}` +
				cases + ends + `{"testRunFinished": {"success": true}}`, 1_000_000, []report.Problem{},
		},
		"the second of two ends":       {begin + cases + fails + ends + failed + begin + cases + ends + failed, 5_000_000, []report.Problem{{Line: 15, Text: "The run has failed, though no scenario of it has."}}},
		"the second of two has no end": {begin + cases + fails + ends + failed + begin + source, 1_000_000, []report.Problem{{Text: "The file ends before the run has."}}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, read, err := readText(t, tt.text, report.Options{})
			require.NoError(t, err)
			require.Equal(t, tt.want, read.Problems)
			require.EqualValues(t, tt.elapsed, read.Elapsed)
		})
	}
}
