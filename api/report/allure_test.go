package report_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/runboard/runboard/api"
	"github.com/runboard/runboard/api/report"
)

// allureDescribed is what testdata/allure/results holds.
const allureDescribed = `shop.ShipTest | shop.ShipTest.ships | untested
Shop > Paying | pays | failed | 1500000 µs
  artifact v.mp4 https://ci.test/v.mp4
  string Page: "page.xml"
  string Attachment: "/etc/passwd"
  string Up: "../outside.json"
  highlighted console Failure: "1 is not 2\nat shop.PayTest.pays(PayTest.java:12)" map[message:1 is not 2]
  string Flaky: "yes"
  console Expected: "2"
  console Actual: "1"
  text Description: "Pays *once*"
  string amount: "12"
  string now: "noon"
  url SHOP-1: "https://tracker.test/SHOP-1"
  string tms: "http://tms.test/7"
  url link: "https://tracker.test/name"
  string tag: "fast, money"
  html Steps: "<test-steps><test-step status=\"passed\">Set up: start browser</test-step>\n<test-step>&emsp;find it</test-step>\n` +
	`<test-step status=\"passed\">open &lt;cart&gt; (user: anne, password: ******)</test-step>\n<test-step status=\"passed\">&emsp;log in</test-step>\n` +
	`<test-step status=\"skipped\">&emsp;&emsp;deepest</test-step>\n<test-step status=\"error\">pay: no money</test-step>\n` +
	`<test-step status=\"failed\">Tear down: stop browser: it hangs</test-step>\n</test-steps>"
Shop > Paying | pays | passed | 1000000 µs
  html Steps: "<test-steps><test-step status=\"passed\">Set up: start browser</test-step>\n<test-step>&emsp;find it</test-step>\n` +
	`<test-step status=\"failed\">Tear down: stop browser: it hangs</test-step>\n</test-steps>"`

func TestAllureFolder(t *testing.T) {
	t.Parallel()
	tests, reports := readPaths(t, "testdata/allure/results")
	require.Equal(t, allureDescribed, allDescribed(tests[:3]))
	require.Equal(t, tests[1].Key, tests[2].Key, "they are attempts at one test")
	require.Equal(t, "beside passed", outline(tests[3:])[0])
	require.Len(t, tests, 4)

	require.Len(t, reports, 2)
	require.Equal(t, "testdata/allure/results", reports[0].File)
	require.Equal(t, report.Counts{Tests: 2, Passed: 1, Untested: 1}, reports[0].Counts)
	require.Equal(t, 1, reports[0].Attempts)
	require.EqualValues(t, 1_000_000, reports[0].Elapsed)
	require.Equal(t, []report.Problem{
		{File: "testdata/allure/results/all-globals.json", Line: 1, Text: "Something failed that belongs to no test: The set-up failed."},
		{File: "testdata/allure/results/broken-result.json", Line: 3, Text: "The file ends within a JSON value."},
	}, reports[0].Problems)
	require.Equal(t, "testdata/allure/results/beside.xml", reports[1].File)
}

// TestAllureAttemptsOfOneMillisecond has files whose names are in another order than the attempts.
func TestAllureAttemptsOfOneMillisecond(t *testing.T) {
	t.Parallel()
	const retry = `"parameters":[{"name":"Retry","value":"%d","excluded":true}],`
	for name, attempts := range map[string][]string{
		"they begin later":     {`"start":1,"stop":1`, `"start":2,"stop":2`},
		"they end later":       {`"start":1,"stop":1`, `"start":1,"stop":2`},
		"they are counted":     {`"start":1,"stop":1`, fmt.Sprintf(retry, 1) + `"start":1,"stop":1`},
		"they are counted on":  {fmt.Sprintf(retry, 9) + `"start":1,"stop":1`, fmt.Sprintf(retry, 10) + `"start":1,"stop":1`},
		"the end counts first": {fmt.Sprintf(retry, 2) + `"start":1,"stop":1`, fmt.Sprintf(retry, 1) + `"start":1,"stop":2`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			folder := t.TempDir()
			write(t, filepath.Join(folder, "b-result.json"), `{"name":"flaky","historyId":"h","status":"broken",`+attempts[0]+`}`)
			write(t, filepath.Join(folder, "a-result.json"), `{"name":"flaky","historyId":"h","status":"passed",`+attempts[1]+`}`)
			tests, reports := readPaths(t, folder)
			require.Equal(t, []string{"flaky error", "flaky passed"}, []string{tests[0].Name + " " + tests[0].Status, tests[1].Name + " " + tests[1].Status})
			require.Equal(t, report.Counts{Tests: 1, Passed: 1}, reports[0].Counts)
		})
	}
}

// TestAllureHooksThatFailWithoutATest has the hooks of a container, and results that it is for.
func TestAllureHooksThatFailWithoutATest(t *testing.T) {
	t.Parallel()
	const (
		after  = `"afters":[{"name":"\"after all\" hook","status":"broken","statusDetails":{"message":"no\nserver"}}]`
		before = `"befores":[{"name":"opens","status":"passed"},{"name":"sells","status":"failed"}],"afters":[]`
	)
	for name, tt := range map[string]struct {
		hooks   string
		results []string // Of them and of tests beside them.
		global  string
		want    string // "" for nothing.
	}{
		"after a test that passes":     {after, []string{"passed", "failed"}, "", `What was done after tests has failed, though none of them has: "after all" hook: no server.`},
		"after a test that fails":      {after, []string{"failed", "passed"}, "", ""},
		"before a test that is broken": {before, []string{"broken"}, "", ""},
		"before one that is left out":  {before, []string{"skipped"}, "", "What was done before tests has failed, though none of them has: sells."},
		"without a test":               {after, nil, "", `What was done after tests has failed, though none of them has: "after all" hook: no server.`},
		"behind many that pass": {
			`"afters":[` + strings.Repeat(`{"name":"a","status":"passed"},`, 120) + `{"name":"closes","status":"failed","steps":[{"name":"late","status":"failed"}]}]`,
			[]string{"passed"},
			"",
			"What was done after tests has failed, though none of them has: closes.",
		},
		"of which more is told": {after, []string{"passed"}, `{"message":"\"after all\" hook failed: no\nserver"}`, `Something failed that belongs to no test: "after all" hook failed: no server.`},
		"all of them":           {`"befores":[{"name":"opens","status":"passed"}]`, []string{"passed"}, `{"trace":"Error: no server\n  at a.js:1"}`, "Something failed that belongs to no test: Error: no server at a.js:1."},
		"none of them":          {`"befores":[{"name":"opens","status":"passed"}]`, []string{"passed"}, "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			folder := t.TempDir()
			write(t, filepath.Join(folder, "a-container.json"), `{"uuid":"c","children":["0"],`+tt.hooks+`}`)
			write(t, filepath.Join(folder, "b-globals.json"), `{"attachments":[],"errors":[`+tt.global+`]}`)
			write(t, filepath.Join(folder, "z-result.json"), `{"uuid":"z","name":"other","status":"passed"}`)
			for i, status := range tt.results {
				write(t, filepath.Join(folder, fileName(i)+"-result.json"), fmt.Sprintf(`{"uuid":"%d","name":"n%d","status":"%s"}`, i, i, status))
			}
			tests, reports := readPaths(t, folder)
			require.Len(t, tests, 1+len(tt.results), "what fails outside of tests is none")
			want := []report.Problem{}
			if tt.want != "" {
				file := "a-container.json"
				if tt.global != "" {
					file = "b-globals.json"
				}
				want = append(want, report.Problem{File: filepath.Join(folder, file), Line: 1, Text: tt.want})
			}
			require.Equal(t, want, reports[0].Problems)
		})
	}
}

// TestAllureWithoutResults has what is left when the set-up of all tests fails.
func TestAllureWithoutResults(t *testing.T) {
	t.Parallel()
	globals := filepath.Join(t.TempDir(), "a-globals.json")
	write(t, globals, `{"attachments":[],"errors":[{"message":"Global setup failed: no server"}]}`)
	for _, path := range []string{filepath.Dir(globals), globals} {
		tests, reports := readPaths(t, path)
		require.Empty(t, tests)
		require.Len(t, reports, 1)
		require.Equal(t, "allure", reports[0].Format)
		require.Equal(t, []report.Problem{
			{File: globals, Line: 1, Text: "Something failed that belongs to no test: Global setup failed: no server."}, {Text: "There is no result of a test."},
		}, reports[0].Problems)
	}
}

func TestAllureFilesOfOtherNames(t *testing.T) {
	t.Parallel()
	tests, reports := readPaths(t, "testdata/allure/content")
	require.Equal(t, lines(`
Unnamed folder | named otherwise | passed
  string n: "1"
Unnamed folder | little is said | skipped`), allDescribed(tests))
	require.Equal(t, "allure", reports[0].Format)
	require.Len(t, reports, 2)
	require.Empty(t, reports[1].Format, "three.json is no result")
}

func TestAllureResultAlone(t *testing.T) {
	t.Parallel()
	file, err := os.ReadFile("testdata/allure/results/first-result.json")
	require.NoError(t, err)
	tests, read, err := readText(t, string(file), report.Options{})
	require.NoError(t, err)
	require.Equal(t, "allure", read.Format)
	require.Equal(t, []string{"pays failed page.xml"}, outline(tests))

	tests, _, err = readText(t, string(file[:len(file)-20]), report.Options{})
	require.ErrorContains(t, err, "line 15: The file ends within a JSON value")
	require.Empty(t, tests)
}

func TestAllureKeysStayTheSame(t *testing.T) {
	t.Parallel()
	key := func(members string) string {
		tests, _, err := readText(t, `{"name":"n","status":"passed","start":1,`+members+`}`, report.Options{})
		require.NoError(t, err)
		return tests[0].Key
	}
	require.Equal(t, key(`"historyId":"h","uuid":"1","fullName":"a"`), key(`"historyId":"h","uuid":"2","fullName":"b"`))
	require.Equal(t, key(`"fullName":"a","uuid":"1","parameters":[{"name":"p","value":"1","excluded":true}]`), key(`"fullName":"a","uuid":"2"`))
	require.NotEqual(t, key(`"fullName":"a","parameters":[{"name":"p","value":"1","mode":"masked"}]`), key(`"fullName":"a","parameters":[{"name":"p","value":"2","mode":"masked"}]`))
	require.NotEqual(t, key(`"parameters":[{"name":"p","value":"1"}]`), key(`"parameters":[{"name":"p","value":"2"}]`))
	require.NotEqual(t, key(`"labels":[{"name":"suite","value":"a"}]`), key(`"labels":[{"name":"suite","value":"b"}]`))
}

func TestAllureFolders(t *testing.T) {
	t.Parallel()
	for members, want := range map[string]string{
		`"fullName":"shop.CartTest.n"`: "shop.CartTest",
		`"fullName":"n"`:               "Unnamed folder",
		`"labels":[{"name":"subSuite","value":"c"},{"name":"suite","value":"b"},{"name":"package","value":"p"}]`: "b > c",
		`"labels":[{"name":"package","value":"p"},{"name":"testClass","value":"p.C"}]`:                           "p.C",
		`"labels":[{"name":"feature","value":"f"}]`:                                                              "f",
		`"labels":[{"name":"package","value":"p.features.a.feature"},{"name":"feature","value":"f"}]`:            "f",
		`"labels":[{"name":"story","value":"s"},{"name":"feature","value":"f"},{"name":"epic","value":"e"}]`:     "e > f > s",
		`"labels":[{"name":"story","value":"n"},{"name":"feature","value":"f"},{"name":"class","value":""}]`:     "f",
		`"labels":[{"name":"epic","value":"e"},{"name":"testClass","value":"p.C"}]`:                              "p.C",
		`"labels":[{"name":"epic","value":"e"},{"name":"parentSuite","value":"a"}]`:                              "a",
		`"labels":[{"name":"package","value":"p"}]`:                                                              "p",
	} {
		tests, _, err := readText(t, `{"name":"n","status":"passed","start":1,`+members+`}`, report.Options{})
		require.NoError(t, err)
		require.Equal(t, want, tests[0].Folder, members)
	}
}

func TestAllureLabelsBecomeFields(t *testing.T) {
	t.Parallel()
	tests, _, err := readText(t, `{"name":"n","status":"passed","start":1,"labels":[{"name":"_fallbackTestCaseId","value":"0b6e"},{"name":"parentSuite","value":"s"},
		{"name":"feature","value":"f"},{"name":"package","value":"p.a.feature"},{"name":"tag","value":"@fast"}]}`, report.Options{})
	require.NoError(t, err)
	require.Equal(t, lines(`
s | n | passed
  string feature: "f"
  string package: "p.a.feature"
  string tag: "@fast"`), allDescribed(tests))
}

func TestAllureHooksAreHeldOnlySoFar(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	step := `{"name":"` + strings.Repeat("s", 16<<10) + `"},`
	for i := range 12 {
		write(t, filepath.Join(folder, fmt.Sprintf("%02d-container.json", i)), `{"children":["u"],"befores":[`+strings.Repeat(step, 60)+`{"name":"end"}]}`)
	}
	write(t, filepath.Join(folder, "a-result.json"), `{"uuid":"u","name":"n","status":"passed"}`)
	tests, reports := readPaths(t, folder)
	require.Len(t, tests, 1)
	require.NotEmpty(t, reports[0].Problems)
	require.True(t, reports[0].Problems[0].Minor)
	require.Contains(t, reports[0].Problems[0].Text, "too long to be kept")
}

func TestAllure1Folder(t *testing.T) {
	t.Parallel()
	tests, reports := readPaths(t, "testdata/allure1/results")
	require.Equal(t, lines(`
shop.CartTest | Adds <things> | passed | 1500000 µs
  artifact log.txt https://ci.test/log.txt
  string Page: "page.xml"
  html Description: "<b>Adds</b>"
  string count: "2"
  string OS: "Linux"
  string severity: "critical"
  string issue: "SHOP-1, SHOP-2"
  html Steps: "<test-steps><test-step status=\"passed\">Open the cart</test-step>\n<test-step status=\"skipped\">&emsp;look</test-step>\n</test-steps>"
shop.CartTest | ships | error
  highlighted console Error: "no ship\nat shop.CartTest.ships(CartTest.java:9)" map[message:no ship]
shop.CartTest | waits | skipped
shop.CartTest | never | untested
shop.HalfTest | whole | failed
  highlighted console Failure: "bad"`), allDescribed(tests))
	require.Len(t, reports, 1, "page.xml is attached, and no report of its own")
	require.Equal(t, report.Counts{Tests: 5, Passed: 1, Failed: 1, Errors: 1, Skipped: 1, Untested: 1}, reports[0].Counts)
	require.Equal(t, []report.Problem{{File: "testdata/allure1/results/half-testsuite.xml", Line: 6, Text: "The file ends within <test-case>."}}, reports[0].Problems)
}

func TestAllure1SuiteAlone(t *testing.T) {
	t.Parallel()
	file, err := os.ReadFile("testdata/allure1/results/cart-testsuite.xml")
	require.NoError(t, err)
	tests, read, err := readText(t, string(file), report.Options{})
	require.NoError(t, err)
	require.Equal(t, "allure1", read.Format)
	require.Len(t, tests, 4)

	renamed, _, err := readText(t, strings.ReplaceAll(string(file), "Adds &lt;things&gt;", "Another title"), report.Options{})
	require.NoError(t, err)
	require.Equal(t, tests[0].Key, renamed[0].Key, "a title may change")
	other, _, err := readText(t, strings.ReplaceAll(string(file), `value="2" kind="argument"`, `value="3" kind="argument"`), report.Options{})
	require.NoError(t, err)
	require.NotEqual(t, tests[0].Key, other[0].Key, "an argument makes another test")
}

// readPaths reads files and folders. Errors are in the problems of their reports.
func readPaths(t *testing.T, paths ...string) ([]api.NewTest, []report.Report) {
	t.Helper()
	var tests []api.NewTest
	var reports []report.Report
	err := report.ReadPaths(t.Context(), paths, report.Options{},
		func(test api.NewTest) error {
			requireSendable(t, test)
			tests = append(tests, test)
			return nil
		},
		func(read report.Report, err error) error {
			if err != nil {
				read.Problems = append(read.Problems, report.Problem{Text: err.Error()})
			}
			reports = append(reports, read)
			return nil
		})
	require.NoError(t, err)
	return tests, reports
}

func write(t *testing.T, name, text string) {
	t.Helper()
	require.NoError(t, os.MkdirAll(filepath.Dir(name), 0o750))
	require.NoError(t, os.WriteFile(name, []byte(text), 0o600))
}
