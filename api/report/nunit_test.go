package report_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/runboard/runboard/api/report"
)

func TestNUnit3(t *testing.T) {
	t.Parallel()
	tests, read := readData(t, "nunit3/console.xml")
	require.Equal(t, lines(`
Shop.CartTests | Adds | passed | 250000 µs | 3 assertions
  artifact log.txt https://ci.test/log.txt
  string The page: "C:\\out\\shot.png"
  console Output: "hello"
  string Category: "fast, cart"
  string Description: "Adds one"
Shop.CartTests | Fails | failure | 10 µs | 2 assertions
  highlighted console Failure: "  Expected: 1\n  But was:  2\n   at Shop.CartTests.Fails() in C:\\src\\CartTests.cs:line 12" map[message:  Expected: 1
  But was:  2]
Shop.CartTests | Throws | error | 100000 µs
  highlighted console Error: "System.Exception : no"
Shop.CartTests | Warns | passed | 100000 µs
  console Reason: "nearly"
Shop.CartTests | Ignored | skipped
  highlighted console Skipped: "later"
Shop.CartTests | Explicit | skipped
Shop.CartTests | Unsure | skipped
Shop.CartTests | Sums(1.5,"a.b") | passed
Shop.PayTests(4) | Pays | passed
Shop.PayTests | Renamed | passed`), allDescribed(tests))
	require.Equal(t, report.Counts{Tests: 10, Passed: 5, Failed: 1, Errors: 1, Skipped: 3}, read.Counts)
	require.EqualValues(t, 4_250_000, read.Elapsed)
	require.Equal(t, []report.Problem{{Line: 37, Text: "The suite PayTests(4) failed, but none of its tests did; it says: TearDown : no connection"}}, read.Problems)
}

func TestNUnit3SuiteAlone(t *testing.T) {
	t.Parallel()
	tests, read := readData(t, "nunit3/suite.xml")
	require.Equal(t, lines(`
Shop.Loose | Alone | untested
Shop.Full | Named | passed`), allDescribed(tests))
	require.EqualValues(t, 500_000, read.Elapsed)
	require.Equal(t, []report.Problem{{Line: 1, Text: "The suite Shop.Tests.dll failed, but none of its tests did; it says: Could not load the file"}}, read.Problems)
}

func TestNUnit3Results(t *testing.T) {
	t.Parallel()
	for result, want := range map[[2]string]string{
		{"Passed", ""}: "passed", {"Warning", ""}: "passed", {"Inconclusive", ""}: "skipped",
		{"Skipped", "Ignored"}: "skipped", {"Skipped", "Explicit"}: "skipped", {"Skipped", "Invalid"}: "skipped",
		{"Failed", ""}: "failure", {"Failed", "Test exceeded Timeout value 1ms."}: "failure",
		{"Failed", "Error"}: "error", {"Failed", "Invalid"}: "error", {"Failed", "Cancelled"}: "error", {"", ""}: "untested",
	} {
		tests, _, err := readText(t, fmt.Sprintf(`<test-run><test-suite><test-case name="a" result=%q label=%q/></test-suite></test-run>`, result[0], result[1]), report.Options{})
		require.NoError(t, err)
		require.Equal(t, want, tests[0].Status, result)
	}
}

func TestNUnit2(t *testing.T) {
	t.Parallel()
	tests, read := readData(t, "nunit2/console.xml")
	require.Equal(t, lines(`
Shop.CartTests | Adds | passed | 250000 µs | 3 assertions
  console Reason: "Just so"
  string Description: "Adds one"
  string Category: "fast, cart"
  string Severity: "Critical"
Shop.CartTests | Fails | failure | 1500000 µs | 1 assertions
  highlighted console Failure: "  Expected: 1\n  But was:  2\nat Shop.CartTests.Fails() in C:\\src\\CartTests.cs:line 12" map[message:  Expected: 1
  But was:  2]
Shop.CartTests | Throws | error | 1000 µs | 0 assertions
  highlighted console Error: "System.Exception : no"
Shop.CartTests | Ignored | skipped
  highlighted console Skipped: "later"
Shop.CartTests | Unsure | skipped | 0 µs
Shop.CartTests | Sums(1.5,"a.b(") | passed | 100000 µs
Shop.PayTests(4.5) | Pays | passed | 100000 µs
Shop.Down | Quiet | passed`), allDescribed(tests))
	require.Equal(t, report.Counts{Tests: 8, Passed: 4, Failed: 1, Errors: 1, Skipped: 2}, read.Counts)
	require.EqualValues(t, 4_500_000, read.Elapsed)
	require.Equal(t, []report.Problem{{Line: 37, Text: "The suite Down failed, but none of its tests did; it says: TearDown : no connection"}}, read.Problems)
}

func TestNUnitBefore25(t *testing.T) {
	t.Parallel()
	tests, read := readData(t, "nunit2/old.xml")
	require.Equal(t, lines(`
Shop.CartTests | Passes | passed | 100000 µs
Shop.CartTests | Fails | failure | 100000 µs
  highlighted console Failure: "no"
Shop.CartTests | AlsoFails | failure
  highlighted console Failure: "no"
Shop.CartTests | NotRun | skipped
  highlighted console Skipped: "later"
Shop.CartTests | A sentence. Of its own | passed`), allDescribed(tests))
	require.Empty(t, read.Problems)
}

func TestNUnit2Results(t *testing.T) {
	t.Parallel()
	for attributes, want := range map[string]string{
		`result="Success"`: "passed", `result="Failure"`: "failure", `result="Error"`: "error", `result="Cancelled"`: "error",
		`result="Ignored"`: "skipped", `result="Skipped"`: "skipped", `result="Inconclusive" success="False"`: "skipped", `result="NotRunnable"`: "skipped",
		"": "passed", `executed="False"`: "skipped", `success="False"`: "failure", `executed="True" success="True"`: "passed",
	} {
		tests, _, err := readText(t, `<test-results><test-suite><results><test-case name="a" `+attributes+`/></results></test-suite></test-results>`, report.Options{})
		require.NoError(t, err)
		require.Equal(t, want, tests[0].Status, attributes)
	}
}

func TestNUnit2NamesAreDividedBySuites(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{
		"Shop.Cart.Adds":            "Shop.Cart | Adds | passed",
		"Shop.Cart.Adds 1.5 pounds": "Shop.Cart | Adds 1.5 pounds | passed",
		"Other.Cart.Adds(1.5)":      "Other.Cart | Adds(1.5) | passed",
		`Other.Cart("a.b").Adds`:    `Other.Cart("a.b") | Adds | passed`,
		"Other.Cart<A.B>.Adds":      "Other.Cart<A.B> | Adds | passed",
		"Adds 1.5 pounds":           "Cart | Adds 1.5 pounds | passed",
		"Adds":                      "Cart | Adds | passed",
		"Shop.Cart.":                "Cart | Shop.Cart. | passed",
	} {
		tests, _, err := readText(t, fmt.Sprintf(`<test-results><test-suite name="/src/a.dll"><results><test-suite name="Shop"><results><test-suite name="Cart"><results>
			<test-case name='%s'/></results></test-suite></results></test-suite></results></test-suite></test-results>`, escaped(name)), report.Options{})
		require.NoError(t, err)
		require.Equal(t, want, allDescribed(tests), name)
	}
}

func TestNUnitSuitesThatFailWithoutTheirTests(t *testing.T) {
	t.Parallel()
	const passing = `<results><test-case name="a" result="Success"/></results>`
	for name, tt := range map[string]struct{ suite, want string }{
		"a reason of several lines": {`<test-suite name="Down" result="Failure"><failure><message>no
			connection</message></failure>` + passing + `</test-suite>`, "The suite Down failed, but none of its tests did; it says: no connection"},
		"no reason":                      {`<test-suite name="Down" result="Failure">` + passing + `</test-suite>`, "The suite Down failed, but none of its tests did."},
		"one within that cannot be run":  {`<test-suite name="Gen" result="Failure"><results><test-suite name="Gen" result="NotRunnable"><reason><message>Give it types.</message></reason></test-suite></results></test-suite>`, "The suite Gen failed, but none of its tests did; it says: Give it types."},
		"one within that may be ignored": {`<test-suite name="Gen" result="Failure"><results><test-suite name="Gen" result="Ignored"><reason><message>later</message></reason></test-suite></results></test-suite>`, "The suite Gen failed, but none of its tests did."},
	} {
		_, read, err := readText(t, `<test-results><test-suite name="All" result="Failure"><results>`+tt.suite+`</results></test-suite></test-results>`, report.Options{})
		require.NoError(t, err, name)
		require.Equal(t, []report.Problem{{Line: 1, Text: tt.want}}, read.Problems, name)
	}
}

func TestNUnit3TellsOfATearDownBesideFailedTests(t *testing.T) {
	t.Parallel()
	_, read, err := readText(t, `<test-run><test-suite name="All" result="Failed" site="Child"><failure><message>One or more child tests had errors</message></failure>
		<test-suite name="CartTests" result="Failed" site="TearDown"><failure><message>OneTimeTearDown: no connection</message></failure>
		<test-case name="a" result="Failed"/></test-suite></test-suite></test-run>`, report.Options{})
	require.NoError(t, err)
	require.Equal(t, []report.Problem{{Line: 2, Text: "The suite CartTests failed after its tests; it says: OneTimeTearDown: no connection"}}, read.Problems)
}
