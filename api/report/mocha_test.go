package report_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/runboard/runboard/api/report"
)

func TestMocha(t *testing.T) {
	t.Parallel()
	tests, read := readData(t, "mocha/json.json")
	require.Equal(t, lines(`
cart.js | waits | skipped | 0 µs | /srv/test/cart.js
Cart | pays | failed | 5000 µs | /srv/test/cart.js
  highlighted console Failure: "AssertionError: expected 1 to equal 2\n    at Context.<anonymous> (test/cart.js:9:3)" map[message:expected 1 to equal 2 type:AssertionError]
  console Expected: "2"
  console Actual: "1"
Ship | "before each" hook for "ships" | failed | /srv/test/ship.js
  highlighted console Failure: "Error: no harbour" map[message:no harbour type:E1]
Cart totals | adds | passed | 3000 µs | /srv/test/cart.js
  string Retries: "1"`), allDescribed(tests))
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
		"no lists of outcomes":  {"mocha", `{"stats": {}, "tests": ` + all + `}`, []string{"a passed", "b failed no", "c skipped", "d passed"}},
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
