package report_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/runboard/runboard/api/report"
)

func TestCucumberForTheJVM(t *testing.T) {
	t.Parallel()
	tests, read := readData(t, "cucumber/jvm.json")
	require.Equal(t, lines(`
Cart | Adds | failed | 4000 µs | src/test/resources/cart.feature:6
  highlighted console Failure: "java.lang.IllegalStateException: still open\n\tat shop.Hooks.stop(Hooks.java:9)"
  console Output: "closing\nadding"
  console Server: "server log"
  string Tags: "@fast, @money"
  string Feature tags: "@shop"
  html Steps: "<test-steps><test-step status=\"passed\">Given a &lt;shop&gt;</test-step>\n<test-step status=\"passed\">When I add 1</test-step>\n<test-step status=\"failed\">Hook shop.Hooks.stop()</test-step>\n</test-steps>"
Cart | Pays | failed | 1000 µs | src/test/resources/cart.feature:14
  highlighted console Failure: "java.net.ConnectException: refused"
  string Feature tags: "@shop"
  html Steps: "<test-steps><test-step status=\"failed\">Given a &lt;shop&gt;</test-step>\n<test-step status=\"skipped\">When I pay by card</test-step>\n</test-steps>"
Cart | Pays #2 | skipped | 0 µs | src/test/resources/cart.feature:15
  highlighted console Skipped: "The step is undefined: When I pay by cheque"
  string Feature tags: "@shop"
  html Steps: "<test-steps><test-step status=\"skipped\">When I pay by cheque</test-step>\n</test-steps>"
Cart | Pays #2 | passed | 7 µs | src/test/resources/cart.feature:15
  string Feature tags: "@shop"
  html Steps: "<test-steps><test-step status=\"passed\">When I pay by cheque</test-step>\n</test-steps>"
Cart | Ships | skipped | 1 µs | src/test/resources/cart.feature:18
  highlighted console Skipped: "TODO: implement me"
  string Feature tags: "@shop"
  html Steps: "<test-steps><test-step status=\"skipped\">When I ship</test-step>\n<test-step status=\"skipped\">Then it is gone</test-step>\n</test-steps>"
Cart | Returns | failed | 0 µs | src/test/resources/cart.feature:22
  highlighted console Failure: "The step is ambiguous: When I return it"
  string Feature tags: "@shop"
  html Steps: "<test-steps><test-step status=\"failed\">When I return it</test-step>\n</test-steps>"
Cart | Scenario | passed | src/test/resources/cart.feature:26
  string Feature tags: "@shop"
Cart (classpath:other/cart.feature) | Adds | passed | classpath:other/cart.feature:6`), allDescribed(tests))
	require.Equal(t, report.Counts{Tests: 8, Passed: 3, Failed: 3, Skipped: 2}, read.Counts)
	require.EqualValues(t, 5008, read.Elapsed)
	require.Empty(t, read.Problems)
}

func TestCucumberOfPython(t *testing.T) {
	t.Parallel()
	tests, read, err := readText(t, `[{"keyword": "Feature", "name": "Cart", "uri": "cart.feature", "elements": [
		{"keyword": "Scenario", "id": "test_adds[2]", "name": "Adds <n>", "line": 3, "steps": [{"keyword": "Given", "name": "n 2", "result": {"status": "passed"}}]},
		{"keyword": "Scenario", "id": "test_adds[1]", "name": "Adds <n>", "line": 3, "steps": [{"keyword": "Given", "name": "n 1", "result": {"status": "passed"}}]},
		{"keyword": "Scenario", "name": "Pays", "location": "cart.feature:9", "status": "failed", "steps": [{"keyword": "When", "name": "I pay", "result": {"status": "undefined"}}]}]}]`, report.Options{})
	require.NoError(t, err)
	require.Empty(t, read.Problems)
	require.Equal(t, []string{
		"Adds <n> #2 passed <test-steps><test-step status=\"passed\">Given n 2</test-step>\n</test-steps>",
		"Adds <n> passed <test-steps><test-step status=\"passed\">Given n 1</test-step>\n</test-steps>",
		"Pays failed The step is undefined: When I pay",
	}, outline(tests), "rows have one line, and are told apart whatever the order")
	require.Equal(t, "Failure", tests[2].Fields[0].Name)

	_, read, err = readText(t, "[ ]\n", report.Options{})
	require.NoError(t, err)
	require.Equal(t, report.Counts{}, read.Counts, "no scenario was chosen")
}

func TestCucumberForJavaScript(t *testing.T) {
	t.Parallel()
	tests, read := readData(t, "cucumber/javascript.json")
	require.Equal(t, lines(`
Cart | Adds | failed | 6000 µs | features/cart.feature:3
  artifact report.html https://ci.test/report.html
  highlighted console Failure: "AssertionError: 0 is not 1\n    at steps.js:9"
  console Output: "opened"
  console Attachment: "not base64!"
  string Tags: "@fast"
  html Steps: "<test-steps><test-step status=\"passed\">Given a shop</test-step>\n<test-step status=\"failed\">Then it has goods</test-step>\n</test-steps>"
Cart | Dry | untested | features/cart.feature:8
  html Steps: "<test-steps><test-step>Given a shop</test-step>\n</test-steps>"`), allDescribed(tests))
	require.Equal(t, report.Counts{Tests: 2, Failed: 1, Untested: 1}, read.Counts)
	require.EqualValues(t, 6000, read.Elapsed)
	require.Empty(t, read.Problems)
}

func TestBehave(t *testing.T) {
	t.Parallel()
	tests, read := readData(t, "cucumber/behave.json")
	require.Equal(t, lines(`
Cart | Adds | passed | 250000 µs | features/cart.feature:5
  string Tags: "fast"
  string Feature tags: "shop"
  html Steps: "<test-steps><test-step status=\"passed\">Given a shop</test-step>\n</test-steps>"
Cart | Pays -- @1.1 cards | failed | 500000 µs | features/cart.feature:12
  highlighted console Failure: "Assertion Failed: declined\nTraceback:\n  line 4"
  string Feature tags: "shop"
  html Steps: "<test-steps><test-step status=\"failed\">When I pay</test-step>\n<test-step>Then it ships</test-step>\n</test-steps>"
Cart | Crashes | error | 100000 µs | features/cart.feature:20
  highlighted console Error: "ZeroDivisionError: division by zero"
  string Feature tags: "shop"
  html Steps: "<test-steps><test-step status=\"error\">When it crashes</test-step>\n</test-steps>"
Cart | Left out | skipped | features/cart.feature:24
  string Feature tags: "shop"
  html Steps: "<test-steps><test-step>When it rains</test-step>\n</test-steps>"
Cart | Hooked | error | features/cart.feature:28
  string Feature tags: "shop"
  html Steps: "<test-steps><test-step>When it rains</test-step>\n</test-steps>"
Cart | Later | untested | features/cart.feature:32
  string Feature tags: "shop"
  html Steps: "<test-steps><test-step>When it rains</test-step>\n</test-steps>"`), allDescribed(tests))
	require.Equal(t, report.Counts{Tests: 6, Passed: 1, Failed: 1, Errors: 2, Skipped: 1, Untested: 1}, read.Counts)
	require.EqualValues(t, 850_000, read.Elapsed)
	require.Empty(t, read.Problems)
}

func TestCucumberOutcomes(t *testing.T) {
	t.Parallel()
	for steps, want := range map[string]string{
		`"passed", "skipped"`: "skipped", `"passed", "PASSED"`: "passed", `"pending", "skipped"`: "skipped", `"undefined", "passed"`: "skipped",
		`"failed", "skipped"`: "failed", `"undefined", "failed"`: "failed", `"ambiguous", "undefined"`: "failed", `"broken", "passed"`: "failed",
		`"error", "passed"`: "error", `"untested", "untested"`: "untested", ``: "passed",
	} {
		var all []string
		for status := range strings.SplitSeq(steps, ", ") {
			if status != "" {
				all = append(all, `{"name": "a", "result": {"status": `+status+`}}`)
			}
		}
		tests, _, err := readText(t, `[{"name": "f", "elements": [{"type": "scenario", "name": "s", "steps": [`+strings.Join(all, ",")+`]}]}]`, report.Options{})
		require.NoError(t, err)
		require.Equal(t, want, tests[0].Status, steps)
	}
}

// TestCucumberThatBreaksOff has features as cucumber-js writes them, with their
// names behind their scenarios, and as others do.
func TestCucumberThatBreaksOff(t *testing.T) {
	t.Parallel()
	const (
		scenarios = `"elements":[{"type":"scenario","name":"a","line":1,"steps":[]},{"type":"scenario","name":"b","line":2,"steps":[]}`
		behind    = `{"description":"",` + scenarios + `],"id":"f","line":1,"keyword":"Feature","name":"F","tags":[],"uri":"f.feature"}`
		leftOut   = "The file breaks off before the name of a feature, so its scenarios are left out: 2."
	)
	for name, tt := range map[string]struct {
		text  string
		tests []string
		want  []report.Problem
	}{
		"among its scenarios":   {`[` + behind[:strings.LastIndex(behind, `}],"id"`)], []string{}, []report.Problem{{Text: strings.Replace(leftOut, "2", "1", 1)}}},
		"before the name":       {`[` + strings.Replace(behind, `"name":"F","tags":[],"uri":"f.feature"}`, "", 1), []string{}, []report.Problem{{Text: leftOut}}},
		"behind the name":       {`[` + strings.TrimSuffix(behind, `"uri":"f.feature"}`), []string{"F: a", "F: b"}, []report.Problem{}},
		"in the second feature": {`[` + behind + `,` + strings.TrimSuffix(behind, `],"id":"f","line":1,"keyword":"Feature","name":"F","tags":[],"uri":"f.feature"}`), []string{"F: a", "F: b"}, []report.Problem{{Text: leftOut}}},
		"with the name before":  {`[{"uri":"f.feature","keyword":"Feature","name":"F",` + scenarios, []string{"F: a", "F: b"}, []report.Problem{}},
		"without any scenario":  {`[{"description":"","elements":[{"type":"scenario"`, []string{}, []report.Problem{}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			tests, read, err := readText(t, tt.text, report.Options{})
			require.ErrorContains(t, err, "The file ends within a JSON value")
			names := []string{}
			for _, test := range tests {
				names = append(names, test.Folder+": "+test.Name)
			}
			require.Equal(t, tt.tests, names)
			require.Equal(t, tt.want, read.Problems)
		})
	}
}

func TestCucumberTellsRowsApart(t *testing.T) {
	t.Parallel()
	tests, _, err := readText(t, `[{"keyword": "Feature", "uri": "a", "name": "f", "elements": [
		{"type": "scenario", "name": "s", "line": 6}, {"type": "scenario", "name": "s", "line": 5}, {"type": "scenario", "name": "s", "line": 6}, {"type": "scenario", "name": "other", "line": 5}]},
		{"uri": "a", "name": "f", "elements": [{"type": "scenario", "name": "s", "line": 6}]}, {"uri": "b", "name": "f", "elements": [{"type": "scenario", "name": "s", "line": 6}]}]`, report.Options{})
	require.NoError(t, err)
	require.Equal(t, []string{"s #2 passed", "s passed", "s #2 passed", "other passed", "s #2 passed", "s passed"}, outline(tests))
	require.Equal(t, tests[0].Key, tests[2].Key)
	require.Equal(t, tests[0].Key, tests[4].Key)
	require.Equal(t, "f (b)", tests[5].Folder)
	require.NotEqual(t, tests[0].Key, tests[5].Key)
}
