package report_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/runboard/runboard/api/report"
)

func TestMocha(t *testing.T) {
	t.Parallel()
	tests, read := readData(t, "mocha/json.json")
	require.Equal(t, lines(`
Cart totals | adds | passed | 3000 µs | /srv/test/cart.js
  string Retries: "1"
Cart | pays | failed | 5000 µs | /srv/test/cart.js
  highlighted console Failure: "AssertionError: expected 1 to equal 2\n    at Context.<anonymous> (test/cart.js:9:3)" map[message:expected 1 to equal 2 type:AssertionError]
  console Expected: "2"
  console Actual: "1"
cart.js | waits | skipped | 0 µs | /srv/test/cart.js
Ship | "before each" hook for "ships" | failed | /srv/test/ship.js
  highlighted console Failure: "Error: no harbour" map[message:no harbour type:E1]`), allDescribed(tests))
	require.Equal(t, report.Counts{Tests: 4, Passed: 1, Failed: 2, Skipped: 1}, read.Counts)
	require.EqualValues(t, 40_000, read.Elapsed)
	require.Empty(t, read.Problems)
}

func TestMochaStream(t *testing.T) {
	t.Parallel()
	tests, read := readData(t, "mocha/stream.json")
	require.Equal(t, lines(`
Cart | adds | passed | 3000 µs | /srv/test/cart.js
Cart | pays | failed | 5000 µs | /srv/test/cart.js
  highlighted console Failure: "Error: declined\n    at cart.js:9" map[message:declined]`), allDescribed(tests))
	require.Equal(t, report.Counts{Tests: 2, Passed: 1, Failed: 1}, read.Counts)
	require.EqualValues(t, 12_000, read.Elapsed)
	require.Empty(t, read.Problems)
}

func TestMochawesome(t *testing.T) {
	t.Parallel()
	tests, read := readData(t, "mochawesome/report.json")
	require.Equal(t, lines(`
Cart | "before all" hook: fill | failed | cypress/cart.cy.js
  highlighted console Failure: "Error: no goods\n    at cart.cy.js:2" map[message:Error: no goods]
Cart | adds | passed | 30000 µs | cypress/cart.cy.js
  artifact page.html https://ci.test/page.html
  string Context: "a note"
Cart | waits | skipped | 0 µs | cypress/cart.cy.js
Cart | ships | untested | 0 µs | cypress/cart.cy.js
Cart paying | by card | failed | 40000 µs | cypress/cart.cy.js
  highlighted console Failure: "AssertionError: 1 is not 2\n    at cart.cy.js:9" map[message:AssertionError: 1 is not 2]
  console Difference: "- 2\n+ 1"`), allDescribed(tests))
	require.Equal(t, report.Counts{Tests: 5, Passed: 1, Failed: 2, Skipped: 1, Untested: 1}, read.Counts)
	require.EqualValues(t, 90_000, read.Elapsed)
	require.Empty(t, read.Problems)
}

func TestMochaDialects(t *testing.T) {
	t.Parallel()
	const all = `[{"title": "a", "speed": "slow", "err": {}}, {"title": "b", "err": {"message": "no"}}, {"title": "c", "err": {}}, {"title": "d", "duration": 1}]`
	for name, tt := range map[string]struct {
		format, file string
		want         []string
	}{
		"no lists of outcomes":  {"mocha", `{"stats": {}, "tests": ` + all + `}`, []string{"a passed", "b failed no", "c skipped", "d skipped"}},
		"no speeds":             {"mocha", `{"stats": {}, "tests": [{"title": "a", "duration": 1, "err": {}}, {"title": "b", "err": {}}]}`, []string{"a passed", "b skipped"}},
		"empty lists":           {"mocha", `{"stats": {}, "tests": [], "pending": [], "failures": [], "passes": []}`, nil},
		"lists before tests":    {"mocha", `{"stats": {}, "passes": [{"title": "a"}], "tests": ` + all + `}`, []string{"a passed"}},
		"an error as text":      {"mocha", `{"stats": {}, "tests": [], "failures": [{"title": "a", "err": "no"}]}`, []string{"a failed no"}},
		"only a full title":     {"mocha", `{"stats": {}, "tests": [], "passes": [{"fullTitle": "a b"}]}`, []string{"a b passed"}},
		"no title":              {"mocha", `{"stats": {}, "tests": [], "passes": [{}]}`, []string{"Unnamed test passed"}},
		"an old mochawesome":    {"mochawesome", `{"stats": {"passPercent": 100}, "suites": {"title": "", "tests": [{"title": "a", "state": "passed"}], "suites": []}, "copyrightYear": 2018}`, []string{"a passed"}},
		"a stream with blanks":  {"mocha", "[ \"start\", { \"total\": 1 } ]\n[\"pending\", {\"title\": \"a\"}]\n", []string{"a skipped"}},
		"a stream of no events": {"mocha", `["start",{"total":0}]`, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			tests, read, err := readText(t, tt.file, report.Options{})
			require.NoError(t, err)
			require.Equal(t, tt.format, read.Format)
			require.Equal(t, tt.want, outline(tests))
		})
	}
}

func TestMochaStreamAmidOtherLines(t *testing.T) {
	t.Parallel()
	const (
		start = `["start",{"total":2}]` + "\n"
		adds  = `["pass",{"title":"adds","duration":3,"speed":"fast"}]` + "\n"
		pays  = `["fail",{"title":"pays","duration":5,"err":"declined","stack":"Error: declined"}]` + "\n"
		end   = `["end",{"tests":2,"duration":12}]` + "\n"
	)
	both := []string{"adds passed", "pays failed Error: declined"}
	notEnded := report.Problem{Line: 3, Text: "The last event is missing; the run did not end."}
	stray := func(line int) report.Problem {
		return report.Problem{Line: line, Text: "Lines that are no events of Mocha, such as this one, are left out.", Minor: true}
	}
	for name, tt := range map[string]struct {
		file     string
		want     []string
		problems []report.Problem
		failure  string
	}{
		"whole":                       {start + adds + pays + end, both, []report.Problem{}, ""},
		"what tests print":            {start + adds + "hello\n\n[ 'a' ]\n{ b: 1 }\n" + pays + end, both, []report.Problem{stray(3)}, ""},
		"what ends in no line":        {start + adds + "hello" + pays + end, both, []report.Problem{}, ""},
		"events in one line":          {start + strings.TrimSpace(adds) + pays + end, both, []report.Problem{}, ""},
		"cut at the end of a line":    {start + adds + pays, both, []report.Problem{notEnded}, ""},
		"cut in the name of an event": {start + adds + pays[:5], both[:1], []report.Problem{stray(3), notEnded}, ""},
		"cut in an event":             {start + adds + pays[:20], both[:1], []report.Problem{}, "line 3: The file ends within an event."},
		"an event that is not whole":  {start + pays[:20] + "\n" + adds + end, both[:1], []report.Problem{{Line: 2, Text: "This is no whole event; it is left out."}}, ""},
		"a second run without end":    {start + end + start, nil, []report.Problem{notEnded}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			tests, read, err := readText(t, tt.file, report.Options{})
			if tt.failure == "" {
				require.NoError(t, err)
			} else {
				require.ErrorContains(t, err, tt.failure)
			}
			require.Equal(t, tt.want, outline(tests))
			require.Equal(t, tt.problems, read.Problems)
		})
	}
}

// mochaFile is what Mocha writes of these tests.
func mochaFile(tests, pending, failures, passes string) string {
	return `{
  "stats": {"suites": 1, "duration": 2},
  "tests": [` + tests + `],
  "pending": [` + pending + `],
  "failures": [` + failures + `],
  "passes": [` + passes + `]
}`
}

const (
	mochaSame    = `{"title": "same", "fullTitle": "s same", "duration": 0, "currentRetry": 0, "speed": "fast", "err": {}}`
	mochaNotSame = `{"title": "same", "fullTitle": "s same", "duration": 0, "currentRetry": 0, "err": {"stack": "Error: second\n    at d.js:1:60", "message": "second"}}`
	mochaOther   = `{"title": "other", "fullTitle": "s other", "duration": 0, "currentRetry": 0, "err": {"stack": "Error: x\n    at d.js:1:80", "message": "x"}}`
	mochaSkips   = `{"title": "skips itself", "fullTitle": "s skips itself", "duration": 0, "currentRetry": 0, "err": {}}`
	mochaWaits   = `{"title": "waits", "fullTitle": "s waits", "currentRetry": 0, "err": {}}`
	mochaTwice   = `{"title": "done twice", "fullTitle": "s done twice", "duration": 1, "currentRetry": 0, "speed": "fast", "err": {"stack": "Error: done() called multiple times", "message": "done() called multiple times"}}`
	mochaHook    = `{"title": "\"after all\" hook", "fullTitle": "s \"after all\" hook", "duration": 0, "currentRetry": 0, "err": {"stack": "Error: bad", "message": "bad"}}`
)

func TestMochaKeepsTheOrderOfTheRun(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		file string
		want []string
	}{
		"a title twice, of which the second fails": {
			mochaFile(mochaSame+","+mochaNotSame+","+mochaOther, "", mochaNotSame+","+mochaOther, mochaSame),
			[]string{"same passed", "same failed Error: second\n    at d.js:1:60", "other failed Error: x\n    at d.js:1:80"},
		},
		"a title twice, of which the first fails": {
			mochaFile(mochaNotSame+","+mochaSame, "", mochaNotSame, mochaSame),
			[]string{"same failed Error: second\n    at d.js:1:60", "same passed"},
		},
		"a title three times": {
			mochaFile(mochaSame+","+mochaSame+","+mochaNotSame+","+mochaSame, "", mochaNotSame, mochaSame+","+mochaSame+","+mochaSame),
			[]string{"same passed", "same passed", "same failed Error: second\n    at d.js:1:60", "same passed"},
		},
		"a test that fails after it has passed": {
			mochaFile(mochaTwice+","+mochaWaits, mochaWaits, mochaTwice, mochaTwice),
			[]string{"done twice passed", "waits skipped", "done twice failed Error: done() called multiple times"},
		},
		"the same, of a Mocha that tells no speed": {
			mochaFile(mochaOther+","+mochaNotSame, "", mochaOther+","+mochaNotSame, mochaNotSame),
			[]string{"same passed", "other failed Error: x\n    at d.js:1:80", "same failed Error: second\n    at d.js:1:60"},
		},
		"a hook, and a test that skips itself": {
			mochaFile(mochaSkips+","+mochaSame, mochaSkips, mochaHook, mochaSame),
			[]string{"skips itself skipped", "same passed", `"after all" hook failed Error: bad`},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			tests, read, err := readText(t, tt.file, report.Options{})
			require.NoError(t, err)
			require.Equal(t, tt.want, outline(tests))
			require.Equal(t, len(tt.want), read.Tests)
		})
	}
}

func TestMochaThatBreaksOffKeepsWhatWasRead(t *testing.T) {
	t.Parallel()
	file := mochaFile(mochaSkips+","+mochaSame+","+mochaWaits+","+mochaOther, mochaSkips+","+mochaWaits, mochaOther+","+mochaHook, mochaSame)
	all := []string{"skips itself skipped", "same passed", "waits skipped", "other failed Error: x\n    at d.js:1:80"}
	for name, tt := range map[string]struct {
		until string
		want  []string
	}{
		"in the third test":    {`"s waits"`, all[:2]},
		"in the pending tests": {`"pending": [`, all},
		"in the failures":      {`"failures": [`, all},
		"after a hook":         {`"passes": [`, append(all, `"after all" hook failed Error: bad`)},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			before, _, found := strings.Cut(file, tt.until)
			require.True(t, found)
			tests, read, err := readText(t, before+tt.until, report.Options{})
			require.ErrorContains(t, err, "The file ends within a JSON value.")
			require.Equal(t, tt.want, outline(tests))
			require.Equal(t, len(tt.want), read.Tests)
		})
	}
}

func TestMochaHoldsSoManyTestsAtMost(t *testing.T) {
	t.Parallel()
	const count = 600
	var tests, failures strings.Builder
	for i := range count {
		fmt.Fprintf(&tests, `{"title": "a%d", "err": {"message": "b"}},`, i)
		fmt.Fprintf(&failures, `{"title": "a%d", "err": {"message": "%s"}},`, i, strings.Repeat("b", 20_000))
	}
	passed := strings.Repeat(mochaSame+",", 30_000)
	for name, tt := range map[string]struct {
		file   string
		passed int
		failed int
	}{
		"of long failures":                 {mochaFile(tests.String()+mochaWaits, mochaWaits, failures.String()+mochaHook, ""), 0, count + 1},
		"of many passes":                   {mochaFile(passed+mochaWaits, mochaWaits, mochaHook, passed+mochaSame), 30_001, 1},
		"of passes that are not among all": {mochaFile(mochaWaits, mochaWaits, "", passed+mochaSame), 30_001, 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, read, err := readText(t, tt.file, report.Options{})
			require.NoError(t, err)
			require.Equal(t, report.Counts{Tests: tt.passed + tt.failed + 1, Passed: tt.passed, Failed: tt.failed, Skipped: 1}, read.Counts)
		})
	}
}
