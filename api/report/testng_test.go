package report_test

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/runboard/runboard/api"
	"github.com/runboard/runboard/api/report"
)

func TestTestNG(t *testing.T) {
	t.Parallel()
	tests, read := readData(t, "testng/results.xml")
	require.Equal(t, lines(`
shop.Cart | adds(1, shop.Item, null) | passed | 12000 µs
  artifact video.mp4 https://ci.test/video.mp4
  console Output: "one\n<b>two</b>"
  string Description: "Adds one"
  string Test: "Chrome"
  string Groups: "fast, cart"
  string Parameter 1: "1"
  string Parameter 2: "shop.Item@1f2e3d4c"
  string Parameter 3: "null"
  string issue: "SHOP-1"
shop.Cart | flaky | failure | 7000 µs
  highlighted console Failure: "java.lang.AssertionError: not yet\n\tat shop.Cart.flaky(Cart.java:12)" map[message:not yet type:java.lang.AssertionError]
  string Test: "Chrome"
shop.Cart | flaky | passed | 8000 µs
  string Test: "Chrome"
shop.Cart | fails | failure | 9000 µs
  highlighted console Failure: "short\nat shop.Cart.fails(Cart.java:20)" map[message:short type:shop.Broken]
  string Test: "Chrome"
  string Instance: "EU"
shop.Cart | skips | skipped | 0 µs
  string Test: "Chrome"
shop.Cart | tolerated | passed | 1000 µs
  string Test: "Chrome"
shop.Pay | pays | passed | 1000 µs
  string Test: "Chrome"
shop.Cart | flaky | failure | 8000 µs
  string Test: "Firefox"`), allDescribed(tests))
	require.Equal(t, report.Counts{Tests: 7, Passed: 4, Failed: 2, Skipped: 1}, read.Counts)
	require.Equal(t, 1, read.Attempts)
	require.EqualValues(t, 2_500_000, read.Elapsed)
	require.Equal(t, []report.Problem{
		{Line: 29, Text: "shop.Cart.tearDown prepares or cleans up and is no test, but it failed: no connection"},
		{Line: 37, Text: "The results of a suite are in another file, which is not opened: Apart/suite.xml"},
	}, read.Problems)

	require.Equal(t, tests[1].Key, tests[2].Key, "attempts are of the same test")
	require.NotEqual(t, tests[2].Key, tests[7].Key, "other browsers run other tests")
}

func TestTestNGKeysStayAcrossRuns(t *testing.T) {
	t.Parallel()
	read := func(value string) string {
		tests, _, err := readText(t, `<testng-results><suite><test name="t"><class name="c"><test-method name="m" status="PASS"><params><param index="0"><value>`+value+
			`</value></param></params></test-method></class></test></suite></testng-results>`, report.Options{})
		require.NoError(t, err)
		return tests[0].Key
	}
	require.Equal(t, read("Item@1f2e3d4c"), read("Item@7a"))
	require.NotEqual(t, read("a@example.test"), read("b@example.test"))
}

func TestTestNGInstancesAreToldApart(t *testing.T) {
	t.Parallel()
	read := func(signature string) string {
		tests, _, err := readText(t, `<testng-results><suite><test name="t"><class name="c"><test-method name="m" status="PASS" signature="m()[pri:0`+signature+
			`]"/></class></test></suite></testng-results>`, report.Options{})
		require.NoError(t, err)
		return tests[0].Key
	}
	require.NotEqual(t, read(", instance:Shop[EU]"), read(", instance:Shop[US]"))
	require.Equal(t, read(", instance:Shop[Item@1f2e3d4c]"), read(", instance:Shop[Item@7a]"))
	require.Equal(t, read(", instance:c@1f2e3d4c"), read(""), "an object without a text of its own has no name")
}

// TestTestNGOfOldTriesAgain reads what TestNG 6.9 writes, which skips what it
// tries again without saying so.
func TestTestNGOfOldTriesAgain(t *testing.T) {
	t.Parallel()
	method := func(name, status, kind string) string {
		exception := ""
		if kind != "" {
			exception = fmt.Sprintf("<exception class=%q><message>no</message><full-stacktrace>%[1]s: no\n\tat shop.Cart.%s(Cart.java:9)</full-stacktrace></exception>", kind, name)
		}
		return fmt.Sprintf("<test-method name=%q signature=%q status=%q>%s</test-method>", name, name+"()[pri:0, instance:shop.Cart@1efed156]", status, exception)
	}
	flaky, always, skips := method("flaky", "SKIP", "E"), method("always", "SKIP", "E"), method("skips", "SKIP", "org.testng.SkipException")
	for name, tt := range map[string]struct {
		methods  string
		want     []string
		attempts int
	}{
		"flaky":            {flaky + method("adds", "PASS", "") + flaky + method("flaky", "PASS", ""), []string{"adds passed", "flaky failure", "flaky failure", "flaky passed"}, 2},
		"always":           {always + method("always", "FAIL", "E") + always, []string{"always failure", "always failure", "always failure"}, 2},
		"skips itself":     {skips + method("skips", "PASS", ""), []string{"skips skipped", "skips passed"}, 0},
		"only skipped":     {flaky + flaky, []string{"flaky skipped", "flaky skipped"}, 0},
		"could not be run": {strings.ReplaceAll(flaky, "Cart.flaky(", "Cart.setUp(") + method("flaky", "PASS", ""), []string{"flaky skipped", "flaky passed"}, 0},
	} {
		tests, read, err := readText(t, `<testng-results><suite><test name="t"><class name="shop.Cart">`+tt.methods+`</class></test></suite></testng-results>`, report.Options{})
		require.NoError(t, err, name)
		var got []string
		for _, test := range tests {
			got = append(got, test.Name+" "+test.Status)
			if test.Status == "failure" {
				require.Equal(t, "Failure", test.Fields[0].Name, name)
			}
		}
		require.Equal(t, tt.want, got, name)
		require.Equal(t, tt.attempts, read.Attempts, name)
		require.Equal(t, len(tests)-tt.attempts, read.Tests, name)
	}
}

// TestTestNGFolder reads the folder that TestNG writes, where its own results come
// with copies of them in JUnit's format.
func TestTestNGFolder(t *testing.T) {
	t.Parallel()
	const results = `<testng-results><suite name="All"><test name="one"><class name="p.T"><test-method name="ok" status="PASS"/></class></test></suite></testng-results>`
	const copied, other = `<testsuite name="p.T"><testcase classname="p.T" name="ok"/></testsuite>`, `<testsuite name="q.T"><testcase classname="q.T" name="other"/></testsuite>`
	copies := map[string]string{"junitreports/TEST-p.T.xml": copied, "All/one.xml": copied, "All/one.html": "<html/>"}
	for name, tt := range map[string]struct {
		beside map[string]string // Beside the copies.
		want   []string
		told   string
	}{
		"with its results":         {map[string]string{"testng-results.xml": results}, []string{"p.T.ok"}, "(2) are left out"},
		"with other results":       {map[string]string{"testng-results.xml": results, "more/q.xml": other, "TEST-q.xml": other}, []string{"p.T.ok", "q.T.other", "q.T.other"}, "(2) are left out"},
		"without its results":      {nil, []string{"p.T.ok", "p.T.ok"}, ""},
		"with another of the name": {map[string]string{"testng-results.xml": other}, []string{"p.T.ok", "p.T.ok", "q.T.other"}, ""},
		"in a folder of others":    {map[string]string{"a/testng-results.xml": results, "a/junitreports/TEST-p.T.xml": copied}, []string{"p.T.ok", "p.T.ok", "p.T.ok"}, "(1) are left out"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			folder := t.TempDir()
			for _, files := range []map[string]string{copies, tt.beside} {
				for file, text := range files {
					write(t, filepath.Join(folder, file), text)
				}
			}
			var names, told []string
			err := report.ReadPaths(t.Context(), []string{folder}, report.Options{}, func(test api.NewTest) error {
				names = append(names, test.Folder+"."+test.Name)
				return nil
			}, func(read report.Report, _ error) error {
				for _, problem := range read.Problems {
					require.True(t, problem.Minor)
					require.Equal(t, "testng-results.xml", filepath.Base(read.File))
					told = append(told, problem.Text)
				}
				return nil
			})
			require.NoError(t, err)
			slices.Sort(names)
			require.Equal(t, tt.want, names)
			if tt.told == "" {
				require.Empty(t, told)
				return
			}
			require.Len(t, told, 1)
			require.Contains(t, told[0], tt.told)
		})
	}
}
