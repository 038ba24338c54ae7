package report_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/runboard/runboard/api"
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
Cart | Pays card | passed | 5000 µs | features/cart.feature:15
  string Rule: "Money"
  string Examples: "quick"
  html Steps: "<test-steps><test-step status=\"passed\">When I pay by card</test-step>\n</test-steps>"
Cart | Pays cheque | failed | 2000 µs | features/cart.feature:16
  highlighted console Failure: "The step is undefined: When I pay by cheque"
  string Rule: "Money"
  string Examples: "quick"
  html Steps: "<test-steps><test-step status=\"skipped\">When I pay by cheque</test-step>\n</test-steps>"
Cart | Pays post | skipped | 2000 µs | features/cart.feature:20
  highlighted console Skipped: "not here"
  string Rule: "Money"
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

// TestCucumberNamesTheSameInBothFormats has scenarios that share a name, as
// cucumber-js writes them in both. Messages come in the order in which scenarios end.
func TestCucumberNamesTheSameInBothFormats(t *testing.T) {
	t.Parallel()
	inJSON, _, err := readText(t, `[{"description":"","elements":[
		{"keyword":"Scenario","line":3,"name":"passes","type":"scenario","steps":[]}, {"keyword":"Scenario","line":6,"name":"passes","type":"scenario","steps":[]},
		{"keyword":"Scenario Outline","line":12,"name":"counts 1","type":"scenario","steps":[]}, {"keyword":"Scenario Outline","line":17,"name":"plain","type":"scenario","steps":[]},
		{"keyword":"Scenario Outline","line":18,"name":"plain","type":"scenario","steps":[]}, {"keyword":"Example","line":22,"name":"passes","type":"scenario","steps":[]},
		{"keyword":"Example","line":25,"name":"","type":"scenario","steps":[]}],
		"id":"f","line":1,"keyword":"Feature","name":"F","tags":[],"uri":"a.feature"},
		{"elements":[{"keyword":"Scenario","line":3,"name":"passes","type":"scenario","steps":[]}],"keyword":"Feature","name":"F","uri":"b.feature"}]`, report.Options{})
	require.NoError(t, err)

	scenario := func(id, keyword, name string, line int, examples string) string {
		return fmt.Sprintf(`{"scenario":{"id":%q,"location":{"line":%d},"keyword":%q,"name":%q,"steps":[],"examples":[%s]}}`, id, line, keyword, name, examples)
	}
	var text strings.Builder
	say := func(format string, values ...any) { fmt.Fprintf(&text, format+"\n", values...) }
	say(`{"meta":{"protocolVersion":"32.2.0"}}`)
	say(`{"gherkinDocument":{"uri":"a.feature","feature":{"name":"F","children":[%s,%s,%s,%s,{"rule":{"name":"R","children":[%s,%s]}}]}}}`,
		scenario("a", "Scenario", "passes", 3, ""), scenario("b", "Scenario", "passes", 6, ""),
		scenario("c", "Scenario Outline", "counts <x>", 8, `{"name":"first","tableBody":[{"id":"c1","location":{"line":12}}]}`),
		scenario("d", "Scenario Outline", "plain", 14, `{"tableBody":[{"id":"d1","location":{"line":17}},{"id":"d2","location":{"line":18}}]}`),
		scenario("e", "Example", "passes", 22, ""), scenario("f", "Example", "", 25, ""))
	say(`{"gherkinDocument":{"uri":"b.feature","feature":{"name":"F","children":[%s]}}}`, scenario("g", "Scenario", "passes", 3, ""))
	nodes := []string{`"a"`, `"b"`, `"c","c1"`, `"d","d1"`, `"d","d2"`, `"e"`, `"f"`, `"g"`}
	for i, name := range []string{"passes", "passes", "counts 1", "plain", "plain", "passes", "", "passes"} {
		say(`{"pickle":{"id":"p%d","uri":%q,"astNodeIds":[%s],"name":%q,"steps":[]}}`, i, []string{"a.feature", "b.feature"}[i/7], nodes[i], name)
		say(`{"testCase":{"id":"c%d","pickleId":"p%d","testSteps":[]}}`, i, i)
	}
	for i := range 8 {
		say(`{"testCaseStarted":{"id":"s%d","testCaseId":"c%d"}}`, 7-i, 7-i)
		say(`{"testCaseFinished":{"testCaseStartedId":"s%d","willBeRetried":%t}}`, 7-i, i == 2)
	}
	say(`{"testCaseStarted":{"id":"again","testCaseId":"c5"}} {"testCaseFinished":{"testCaseStartedId":"again"}} {"testRunFinished":{"success":true}}`)
	inMessages, read, err := readText(t, text.String(), report.Options{})
	require.NoError(t, err)
	require.Equal(t, 1, read.Attempts)

	identities := func(tests []api.NewTest) []string {
		all := []string{}
		for _, test := range tests {
			all = append(all, fmt.Sprintf("%s | %s | %s:%d | %s", test.Folder, test.Name, test.File, *test.Line, test.Key))
		}
		slices.Sort(all)
		return slices.Compact(all)
	}
	require.Len(t, identities(inJSON), 8)
	require.Equal(t, identities(inJSON), identities(inMessages))
	names := []string{}
	for _, test := range inJSON {
		names = append(names, test.Name)
	}
	require.Equal(t, []string{"passes", "passes #2", "counts 1", "plain", "plain #2", "passes #3", "Example", "passes"}, names)
}

func TestCucumberMessagesNameHooks(t *testing.T) {
	t.Parallel()
	for hook, want := range map[string]string{
		`"id":"h","type":"BEFORE_TEST_CASE","name":"my <hook>"`: "my &lt;hook&gt;",
		`"id":"h","type":"BEFORE_TEST_CASE"`:                    "Before",
		`"id":"h","type":"AFTER_TEST_STEP","name":""`:           "After",
		`"id":"h","sourceReference":{"uri":"hooks.js"}`:         "Hook",
		`"id":"other","name":"other"`:                           "Hook",
	} {
		for status, more := range map[string]string{"FAILED": `<test-steps><test-step status="failed">` + want + "</test-step>\n</test-steps>", "PASSED": ""} {
			tests, _, err := readText(t, `{"meta":{"protocolVersion":"32.2.0"}}
				{"pickle":{"id":"p","uri":"a.feature","name":"Adds","steps":[]}} {"hook":{`+hook+`}}
				{"testCase":{"id":"c","pickleId":"p","testSteps":[{"id":"s","hookId":"h"}]}} {"testCaseStarted":{"id":"1","testCaseId":"c"}}
				{"testStepFinished":{"testCaseStartedId":"1","testStepId":"s","testStepResult":{"status":"`+status+`"}}} {"testCaseFinished":{"testCaseStartedId":"1"}}`, report.Options{})
			require.NoError(t, err)
			require.Equal(t, strings.TrimRight("Adds "+strings.ToLower(status)+" "+more, " "), outline(tests)[0], hook)
		}
	}
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

// Of very many scenarios the texts of steps are given up, not the scenarios.
func TestCucumberMessagesOfManyScenarios(t *testing.T) {
	t.Parallel()
	const many, steps = 6000, 8
	var file strings.Builder
	say := func(format string, values ...any) { fmt.Fprintf(&file, format+"\n", values...) }
	say(`{"testRunStarted": {"timestamp": {"seconds": 0}}}`)
	for i := range many {
		var texts, of []string
		for step := range steps {
			texts = append(texts, fmt.Sprintf(`{"id": "pickle-%d-step-%d", "text": "I take goods"}`, i, step))
			of = append(of, fmt.Sprintf(`{"id": "case-%d-step-%d", "pickleStepId": "pickle-%d-step-%d"}`, i, step, i, step))
		}
		say(`{"pickle": {"id": "pickle-%d", "uri": "cart.feature", "name": "Scenario %d", "steps": [%s]}}`, i, i, strings.Join(texts, ","))
		say(`{"testCase": {"id": "case-%d", "pickleId": "pickle-%d", "testSteps": [%s]}}`, i, i, strings.Join(of, ","))
	}
	for i := range many {
		say(`{"testCaseStarted": {"id": "run-%d", "testCaseId": "case-%d"}}`, i, i)
		say(`{"testStepFinished": {"testCaseStartedId": "run-%d", "testStepId": "case-%d-step-0", "testStepResult": {"status": "PASSED"}}}`, i, i)
		say(`{"testCaseFinished": {"testCaseStartedId": "run-%d"}}`, i)
	}
	say(`{"testRunFinished": {"success": true}}`)
	tests, read, err := readText(t, file.String(), report.Options{})
	require.NoError(t, err)
	require.Equal(t, report.Counts{Tests: many, Passed: many}, read.Counts)
	require.Len(t, read.Problems, 1)
	require.True(t, read.Problems[0].Minor)
	require.Contains(t, allDescribed(tests[:1]), "I take goods")
	last := allDescribed(tests[many-1:])
	require.Contains(t, last, fmt.Sprintf("Scenario %d | passed", many-1))
	require.Contains(t, last, "Step")
}
