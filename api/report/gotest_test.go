package report_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/runboard/runboard/api/report"
)

func TestGoTestEvents(t *testing.T) {
	t.Parallel()
	tests, read := readData(t, "gotest/events.json")
	require.Equal(t, lines(`
example.test/shop | TestAdds | passed | 1500000 µs
  string Artifacts: "/tmp/_artifacts/1"
  string owner: "payments"
  console Output: "    cart_test.go:8: added"
example.test/shop | TestPays/cash | skipped | 0 µs
  highlighted console Skipped: "    pay_test.go:30: no cash here"
example.test/shop | TestPays/card | failed | 250000 µs | pay_test.go:12
  highlighted console Failure: "    pay_test.go:11: asked\n    pay_test.go:12: 1 is not 2"
example.test/shop | TestPays | failed | 300000 µs
example.test/shop | TestPays/card | passed | 200000 µs
  console Output: "    pay_test.go:11: asked again"
example.test/shop | TestPays | passed | 200000 µs
example.test/speed | BenchmarkAll | passed
example.test/speed | BenchmarkAll/one | passed
  string Benchmark: "10 1336 ns/op"
  console Output: "BenchmarkAll/one\nBenchmarkAll/one-2 \t      10\t      1336 ns/op"`), allDescribed(tests))
	require.Equal(t, report.Counts{Tests: 6, Passed: 5, Skipped: 1}, read.Counts, "a test that is run again counts by its last result")
	require.Equal(t, 2, read.Attempts)
	require.Equal(t, tests[2].Key, tests[4].Key)
	require.EqualValues(t, 1_700_000, read.Elapsed, "tests within others take their time")
	require.Equal(t, []report.Problem{
		{Line: 37, Text: "The test TestAdds was begun again, but did not end."},
		{Line: 1, Text: "Lines that are no events of go test -json, such as this one, are left out.", Minor: true},
	}, read.Problems)
}

// goTestFailures is what is said of failures that belong to no test.
var goTestFailures = []report.Problem{
	{Line: 6, Text: "The package example.test/broken could not be built, so its tests did not run: broken/broken_test.go:3:29: undefined: missing."},
	{Line: 9, Text: "The package example.test/old could not be built, so its tests did not run: ./old.go:4:6: unused declared and not used."},
	{Line: 13, Text: "The package example.test/main failed, but none of its tests: no database."},
	{Line: 22, Text: "The package example.test/slow ended before 2 of its tests: panic: test timed out after 3s."},
	{Line: 24, Text: "This is no whole event; it is left out."},
}

func TestGoTestFailuresOutsideOfTests(t *testing.T) {
	t.Parallel()
	tests, read := readData(t, "gotest/failures.json")
	require.Equal(t, lines(`
example.test/slow | TestQuick | failed | 0 µs
example.test/slow | TestSlow | untested
example.test/slow | TestSlow/first | untested
  highlighted console Failure: "panic: test timed out after 3s\n\trunning tests:"
example.test/cut | TestCut | untested
example.test/cut | TestNever | untested`), allDescribed(tests))
	require.Equal(t, report.Counts{Tests: 5, Failed: 1, Untested: 4}, read.Counts)
	require.Equal(t, goTestFailures, read.Problems)
}

func TestGoTestExtendedMakesTestsOfPackages(t *testing.T) {
	t.Parallel()
	const file = `{"Action":"output","Package":"a","Output":"panic: init\n"}
{"Action":"output","Package":"a","Output":"exit status 2\n"}
{"Action":"fail","Package":"a"}`
	tests, read, err := readText(t, file, report.Options{Extended: true})
	require.NoError(t, err)
	require.Equal(t, "a | a | error\n  highlighted console Error: \"panic: init\\nexit status 2\"", allDescribed(tests))
	require.Equal(t, report.Counts{Tests: 1, Errors: 1}, read.Counts)
	require.Empty(t, read.Problems)
}

func TestGoTestThatEndsWithinAnEvent(t *testing.T) {
	t.Parallel()
	tests, read, err := readText(t, `{"Action":"run","Package":"a","Test":"TestA"}
{"Action":"pass","Package":"a","Test":"TestA"}
{"Action":"run","Package":"a","Test":"TestB"}
{"Action":"pa`, report.Options{})
	require.EqualError(t, err, "a.xml, line 4: The file ends within an event.")
	require.Equal(t, []string{"TestA passed", "TestB untested"}, outline(tests))
	require.Equal(t, report.Counts{Tests: 2, Passed: 1, Untested: 1}, read.Counts)
}

func TestGoTestIsRecognised(t *testing.T) {
	t.Parallel()
	for name, file := range map[string]string{
		"of a test binary":          `{"Action":"start"}` + "\n" + `{"Action":"run","Test":"TestA"}`,
		"behind other output":       "go: downloading a v1\n\n" + `{"Time":"2026-01-01T00:00:00Z","Action":"pass","Package":"a","Test":"TestA"}`,
		"only a build":              `{"ImportPath":"a","Action":"build-fail"}`,
		"only a build without JSON": "# a\n./a.go:1:2: undefined: b\nFAIL\ta [build failed]\n",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, read, err := readText(t, file, report.Options{})
			require.NoError(t, err)
			require.Equal(t, "gotest", read.Format)
		})
	}
	_, _, err := readText(t, "ok  \ta\t0.1s\n"+`{"level":"info","Action":"none"}`, report.Options{})
	require.ErrorIs(t, err, report.ErrUnknown)
}

func TestGoTestHoldsOnlySoMuchOutput(t *testing.T) {
	t.Parallel()
	var file strings.Builder
	for i := range 400 {
		name := `"Package":"a","Test":"Test` + strings.Repeat("A", i+1) + `"`
		file.WriteString(`{"Action":"run",` + name + "}\n" + `{"Action":"output",` + name + `,"Output":"` + strings.Repeat("x", 60<<10) + `"}` + "\n")
	}
	file.WriteString(`{"Action":"fail","Package":"a","Test":"TestA"}` + "\n")
	tests, read, err := readText(t, file.String(), report.Options{})
	require.NoError(t, err)
	require.Equal(t, report.Counts{Tests: 400, Failed: 1, Untested: 399}, read.Counts)
	require.NotEmpty(t, tests[0].Fields)
	require.Empty(t, tests[399].Fields)
	require.Equal(t, []report.Problem{{Text: "So much is printed at once that not all of it is kept."}}, read.Problems)
}
