package report_test

import (
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/runboard/runboard/api"
	"github.com/runboard/runboard/api/report"
)

func TestTRXOfVSTest(t *testing.T) {
	t.Parallel()
	tests, read := readData(t, "trx/vstest.trx")
	require.Equal(t, lines(`
Shop.CartTests | Adds(count: 1.5) | passed | 1500000 µs
  artifact log.txt https://ci.test/e1/log.txt
  string Attachment: "host\\shot.png"
  string Attachment: "host\\all.coverage"
  console Output: "one\ntwo"
  console Errors: "careful"
  console Debug trace: "traced"
  console Messages: "first\nsecond"
Shop.PayTests | Pays | failure | 250000 µs
  highlighted console Failure: "Assert.AreEqual failed.\nExpected:<1>. Actual:<2>.\nat Shop.PayTests.Pays() in C:\\src\\PayTests.cs:line 12" map[message:Assert.AreEqual failed.
Expected:<1>. Actual:<2>.]
  string Description: "Pays once"
  string Category: "fast, money"
  string Owner: "payments"
  string Story: "12"
  string Priority: "1"
Shop.ShipTests(1,2) | Ships | skipped
  highlighted console Skipped: "Not on this system"
Shop.MoneyTests | Converts (Data Row 0) | passed | 1000 µs
Shop.MoneyTests | Converts (2,3) | failure | 2000 µs
  highlighted console Failure: "2 is not 3"
run.generictest | Free text. With points | error | 2000000 µs
Unnamed folder | Half | untested`), allDescribed(tests))
	require.Equal(t, report.Counts{Tests: 8, Passed: 3, Failed: 2, Errors: 1, Skipped: 1, Untested: 1}, read.Counts)
	require.EqualValues(t, 7_500_000, read.Elapsed)
	require.Equal(t, []report.Problem{{Line: 40, Text: "A result has no name; it cannot be sent."}}, read.Problems)
}

func TestTRXWithDefinitionsFirst(t *testing.T) {
	t.Parallel()
	tests, read := readData(t, "trx/definitions-first.trx")
	require.Equal(t, lines(`
Shop.CartTests | Adds | passed | 2000000 µs
Unnamed folder | Opens | passed
Shop.CartTests | Looks | untested`), allDescribed(tests))
	require.Equal(t, []report.Problem{{Text: `The run ended as "Aborted"; results may be missing. It says: The test host crashed.`}}, read.Problems)
}

func TestTRXOutcomes(t *testing.T) {
	t.Parallel()
	for outcome, want := range map[string]string{
		`outcome="Passed"`: "passed", `outcome="PassedButRunAborted"`: "passed", `outcome="Warning"`: "passed", `outcome="Completed"`: "passed",
		`outcome="Failed"`: "failure", `outcome="Error"`: "error", `outcome="Timeout"`: "error", `outcome="Aborted"`: "error", `outcome="Disconnected"`: "error", "": "error",
		`outcome="NotExecuted"`: "skipped", `outcome="Inconclusive"`: "skipped", `outcome="NotRunnable"`: "skipped",
		`outcome="InProgress"`: "untested", `outcome="Pending"`: "untested",
	} {
		tests, _, err := readText(t, `<TestRun><Results><UnitTestResult testName="a" `+outcome+`/></Results></TestRun>`, report.Options{})
		require.NoError(t, err)
		require.Equal(t, want, tests[0].Status, outcome)
	}
}

func TestTRXTellsOfRunsThatEndedBadly(t *testing.T) {
	t.Parallel()
	const runInfo = `<RunInfos><RunInfo outcome="Error"><Text>crashed</Text></RunInfo></RunInfos>`
	const ofXUnit = `<RunInfos><RunInfo outcome="Error"><Text>[xUnit.net 00:00:00.55]     Shop.CartTests.Adds(a: "long enough to be cut when it is shown, as names are") [FAIL]</Text></RunInfo></RunInfos>`
	for name, tt := range map[string]struct {
		result, outcome, infos string
		told                   bool
	}{
		"good":                            {"Passed", "Completed", "", false},
		"failed tests":                    {"Failed", "Failed", "", false},
		"failed tests that it tells too":  {"Failed", "Failed", ofXUnit, false},
		"failed tests and a crash":        {"Failed", "Failed", runInfo, true},
		"failed without failing test":     {"Passed", "Failed", "", true},
		"error in tests":                  {"Error", "Error", "", false},
		"error in tests and beside them":  {"Error", "Error", runInfo, true},
		"error beside tests":              {"Passed", "Error", "", true},
		"aborted":                         {"Failed", "Aborted", "", true},
		"completed, but with a complaint": {"Passed", "Completed", runInfo, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, read, err := readText(t, fmt.Sprintf(`<TestRun><Results><UnitTestResult testName="a" outcome=%q/></Results><ResultSummary outcome=%q>%s</ResultSummary></TestRun>`,
				tt.result, tt.outcome, tt.infos), report.Options{})
			require.NoError(t, err)
			if !tt.told {
				require.Empty(t, read.Problems)
				return
			}
			require.Len(t, read.Problems, 1)
			require.Contains(t, read.Problems[0].Text, tt.outcome)
			require.Equal(t, tt.infos != "", strings.Contains(read.Problems[0].Text, "It says: crashed"))
		})
	}
}

// TestTRXKeepsIdentityInLargeFiles holds results that come before their
// definitions to those that come after.
func TestTRXKeepsIdentityInLargeFiles(t *testing.T) {
	t.Parallel()
	const count = 20_000
	var results, definitions strings.Builder
	for i := range count {
		fmt.Fprintf(&results, `<UnitTestResult testId="t%d" testName="Test%d" outcome="Failed" duration="00:00:00.001"><Output><ErrorInfo><Message>no %d</Message></ErrorInfo></Output><ResultFiles><ResultFile path="https://ci.test/%d"/></ResultFiles></UnitTestResult>`, i, i, i, i)
		fmt.Fprintf(&definitions, `<UnitTest id="t%d"><TestCategory><TestCategoryItem TestCategory="fast"/></TestCategory><TestMethod className="Shop.Class%d"/></UnitTest>`, i, i/10)
	}
	before, read, err := readText(t, "<TestRun><TestDefinitions>"+definitions.String()+"</TestDefinitions><Results>"+results.String()+"</Results></TestRun>", report.Options{})
	require.NoError(t, err)
	require.Empty(t, read.Problems)
	after, read, err := readText(t, "<TestRun><Results>"+results.String()+"</Results><TestDefinitions>"+definitions.String()+"</TestDefinitions></TestRun>", report.Options{})
	require.NoError(t, err)
	require.Empty(t, read.Problems)
	require.Len(t, after, count)
	require.Equal(t, before, after)
	require.Equal(t, "Shop.Class1999", after[count-1].Folder)
}

// TestTRXCutBeforeItsDefinitions holds what stays of a file from vstest to the
// identities of the whole one.
func TestTRXCutBeforeItsDefinitions(t *testing.T) {
	t.Parallel()
	const results = `<TestRun><Results><UnitTestResult testId="1" testName="Adds" outcome="Failed"/><UnitTestResult testId="2" testName="Shop.Cart.Pays" outcome="Passed" duration="00:00:01"/>
		<UnitTestResult testId="3" testName="Ships" outcome="Passed" duration="00:00:02"/></Results>`
	const first, second, third = `<TestDefinitions><UnitTest id="1"><TestMethod className="Shop.Cart"/></UnitTest>`, `<UnitTest id="2"><TestMethod className="Shop.Cart"/></UnitTest>`,
		`<UnitTest id="3"><TestMethod className="Shop.Cart"/></UnitTest>`
	whole, _, err := readText(t, results+first+second+third+"</TestDefinitions></TestRun>", report.Options{})
	require.NoError(t, err)
	require.Len(t, whole, 3)
	for name, tt := range map[string]struct {
		file string
		want report.Report
		kept []api.NewTest
		told string
	}{
		"within the results":     {results[:len(results)-20], report.Report{Counts: report.Counts{Tests: 1, Passed: 1}, Elapsed: 1_000_000}, whole[1:2], "(1)"},
		"behind the results":     {results, report.Report{Counts: report.Counts{Tests: 1, Passed: 1}, Elapsed: 1_000_000}, whole[1:2], "(2)"},
		"within the definitions": {results + first, report.Report{Counts: report.Counts{Tests: 2, Passed: 1, Failed: 1}, Elapsed: 1_000_000}, whole[:2], "(1)"},
	} {
		tests, read, err := readText(t, tt.file, report.Options{})
		require.ErrorContains(t, err, "The file ends within", name)
		require.Equal(t, tt.kept, tests, name)
		require.Equal(t, tt.want.Counts, read.Counts, name)
		require.Equal(t, tt.want.Elapsed, read.Elapsed, name)
		require.Len(t, read.Problems, 1, name)
		require.Contains(t, read.Problems[0].Text, tt.told, name)
	}
}

func TestTRXGoesThroughBeforeAMistake(t *testing.T) {
	t.Parallel()
	tests, read, err := readText(t, "<TestRun><Results><UnitTestResult testName='a.B.c' outcome='Passed'/>\n<UnitTestResult testName='d'><Output>", report.Options{})
	require.EqualError(t, err, "a.xml, line 2: The file ends within <Output>.")
	require.Equal(t, "a.B | c | passed", allDescribed(tests))
	require.Equal(t, report.Counts{Tests: 1, Passed: 1}, read.Counts)
}

// TestSharedRootsAreToldApart holds formats to the files of others with the same root.
func TestSharedRootsAreToldApart(t *testing.T) {
	t.Parallel()
	for file, want := range map[string]string{
		`<TestRun xmlns="http://microsoft.com/schemas/VisualStudio/TeamTest/2006"/>`: "trx",
		`<TestRun><Results/></TestRun>`:                                              "trx",
		`<TestRun><FailedTests/><SuccessfulTests/></TestRun>`:                        "",
		`<test-run/>`: "nunit3",
		`<test-suite><test-case name="a"/></test-suite>`:                    "nunit3",
		`<test-suite><results><test-case name="a"/></results></test-suite>`: "nunit2",
		`<test-results/>`: "nunit2",
		`<assemblies/>`:   "xunit",
		`<assembly test-framework="xUnit.net 1.9"/>`:                             "xunit",
		`<assembly><id>bin</id><formats/></assembly>`:                            "",
		`<testng-results/>`:                                                      "testng",
		`<Site><Subproject/><Testing/></Site>`:                                   "ctest",
		`<Site>` + strings.Repeat("<Label/>", 20) + `<Testing></Testing></Site>`: "ctest",
		`<Site><Build/></Site>`:                                                  "",
		`<robot generator="Robot 7"/>`:                                           "robot",
		`<robot><suite name="a"/></robot>`:                                       "robot",
		`<robot name="arm"><link name="a"/></robot>`:                             "",
	} {
		_, read, err := readText(t, file, report.Options{})
		if want == "" {
			require.ErrorIs(t, err, report.ErrUnknown, file)
			continue
		}
		require.NoError(t, err, file)
		require.Equal(t, want, read.Format, file)
	}
}

// definitions are so many that they cannot be kept.
func definitions() io.Reader {
	var all strings.Builder
	for i := range 200_000 {
		fmt.Fprintf(&all, `<UnitTest id="%032d" storage="/src/%d.dll"><Description>Does %d</Description><TestMethod className="Shop.Class%d"/></UnitTest>`, i, i, i, i)
	}
	return strings.NewReader(all.String())
}
