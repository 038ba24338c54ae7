package report_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/runboard/runboard/api"
	"github.com/runboard/runboard/api/report"
)

// steps takes the steps off a test, and returns them a line each.
func steps(t *testing.T, test *api.NewTest) string {
	t.Helper()
	last := len(test.Fields) - 1
	require.Equal(t, "Steps", test.Fields[last].Name)
	text := strings.TrimSuffix(strings.TrimPrefix(*test.Fields[last].Value, "<test-steps>"), "\n</test-steps>")
	test.Fields = test.Fields[:last]
	return strings.NewReplacer(`<test-step status="`, "", `">`, " ", "</test-step>", "").Replace(text)
}

func TestRobot7(t *testing.T) {
	t.Parallel()
	tests, read := readData(t, "robot/seven.xml")
	require.Equal(t, lines(`
passed Setup: Prepare
passed ${text} = Get Text    css=#a    &lt;b&gt;
passed FOR    ${x}    IN RANGE    1
passed ITERATION    ${x} = 0
passed Log    ${x}
untested IF $a
untested Yes
passed ELSE
passed RETURN    1
failure TRY
failure Fails
passed EXCEPT    c*
passed WHILE $b
passed ITERATION
passed CONTINUE
passed GROUP Last
passed VAR ${c}    d`), steps(t, &tests[0]))
	require.Equal(t, "failure Should Be Equal    1    2\npassed Teardown: Close", steps(t, &tests[1]))
	require.Equal(t, lines(`
Shop.Cart | Adds <one> | passed | 1500000 µs | /src/shop/cart.robot:5
  artifact trace.zip https://ci.test/trace.zip
  string Attachment: "shots/1.png"
  console Output: "WARN: slow\nsee the\u00a0trace\nFAIL: caught"
  string Tags: "fast, cart"
  string Timeout: "1 minute"
  text Documentation: "Adds one\nand no more."
Shop.Cart | Fails | failure | 2000 µs | /src/shop/cart.robot:20
  highlighted console Failure: "1 != 2\nand more"
  console Output: "FAIL: 1 != 2"
Shop.Cart | Skips | skipped | 0 µs | /src/shop/cart.robot
  highlighted console Skipped: "later"
Shop.Cart | Cut off | untested | /src/shop/cart.robot`), allDescribed(tests))
	require.Equal(t, report.Counts{Tests: 4, Passed: 1, Failed: 1, Skipped: 1, Untested: 1}, read.Counts)
	require.EqualValues(t, 2_500_000, read.Elapsed)
	require.Equal(t, []report.Problem{{
		Line: 37,
		Text: "The teardown of the suite Shop.Cart failed. Robot Framework counts all of its tests as failed; here they stay as they ended. It says: no connection",
	}}, read.Problems)
}

func TestRobot3(t *testing.T) {
	t.Parallel()
	tests, read := readData(t, "robot/three.xml")
	require.Equal(t, lines(`
passed Setup: Open
passed FOR ${x} IN [ 1 | 2 ]
passed ${x} = 1
passed ${y} = Log    ${x}`), steps(t, &tests[0]))
	require.Equal(t, lines(`
Old | Loops | passed | 1250000 µs | /src/old.robot
  console Output: "1"
  string Tags: "fast, old"
  string Timeout: "2 seconds"
Old | No times | failure | /src/old.robot
  highlighted console Failure: "Parent suite setup failed:\nno connection"`), allDescribed(tests))
	require.EqualValues(t, 5_000_000, read.Elapsed)
}

func TestRobotShowsWhatIsInBlocksThatItDoesNotKnow(t *testing.T) {
	t.Parallel()
	tests, _, err := readText(t, `<robot generator="Robot 99"><suite name="s"><test name="a"><loop><kw name="k"><kw name="inner"/><status status="PASS"/></kw></loop>
		<status status="PASS"/></test></suite></robot>`, report.Options{})
	require.NoError(t, err)
	require.Equal(t, "passed k", steps(t, &tests[0]))
}

func TestRobotShowsAsManyStepsAsAreSent(t *testing.T) {
	t.Parallel()
	tests, _, err := readText(t, `<robot generator="Robot"><suite name="s"><test name="a">`+strings.Repeat(`<kw name="k"><status status="PASS"/></kw>`, 200)+
		`<status status="PASS"/></test></suite></robot>`, report.Options{})
	require.NoError(t, err)
	require.Len(t, strings.Split(steps(t, &tests[0]), "\n"), 99)
}

func TestTestsWithoutANameAreSent(t *testing.T) {
	t.Parallel()
	for name, file := range map[string]string{
		"Robot Framework": `<robot generator="Robot"><suite name="s"><test name=" "><status status="PASS"/></test></suite></robot>`,
		"NUnit 3":         `<test-run><test-suite name="s"><test-case result="Passed"/></test-suite></test-run>`,
		"xUnit.net":       `<assemblies><assembly><collection><test result="Pass"/></collection></assembly></assemblies>`,
		"TestNG":          `<testng-results><suite><test><class name="s"><test-method status="PASS"/></class></test></suite></testng-results>`,
		"CTest":           `<Site><Testing><Test Status="passed"/></Testing></Site>`,
	} {
		tests, read, err := readText(t, file, report.Options{})
		require.NoError(t, err, name)
		require.Len(t, tests, 1, name)
		require.Equal(t, "Unnamed test", tests[0].Name, name)
		require.Empty(t, read.Problems, name)
	}
}

func TestRobotReadsKeywordsThatCallEachOtherManyTimes(t *testing.T) {
	t.Parallel()
	nested := func(depth int) string {
		return `<robot generator="Robot"><suite name="s"><test name="a">` + strings.Repeat("<kw name=\"k\">\n", depth) + `<msg level="INFO">here</msg>` +
			strings.Repeat("</kw>", depth) + `<status status="PASS"/></test></suite></robot>`
	}
	tests, _, err := readText(t, nested(240), report.Options{})
	require.NoError(t, err)
	require.Equal(t, "passed", tests[0].Status)
	require.Equal(t, "here", *tests[0].Fields[0].Value)
	_, _, err = readText(t, nested(100_000), report.Options{})
	require.ErrorContains(t, err, "line 254: Elements are nested more than 256 deep")
}
