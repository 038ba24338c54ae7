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
	require.EqualValues(t, 2_420_000, read.Elapsed, "packages state their times")
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

func TestGoTestReasons(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		output []string // Of the package.
		begun  bool     // A test has begun.
		want   string
	}{
		"the last line":       {[]string{"starting db", "-test.shuffle 1795595949134978293", "PASS", "coverage: [no statements]", "leak: 3 goroutines", "FAIL\\ta\\t0.005s"}, false, "The package a failed, but none of its tests: leak: 3 goroutines."},
		"a trace behind it":   {[]string{"found leaks:", "main.wait(0x1)", "\\t/src/main.go:9 +0x1d", "created by main.start in goroutine 1", "]", "exit status 1"}, false, "The package a failed, but none of its tests: found leaks:."},
		"a panic":             {[]string{"starting db", "panic: no database", "", "goroutine 1 [running]:", "FAIL\\ta\\t0.005s"}, false, "The package a failed, but none of its tests: panic: no database."},
		"nothing that tells":  {[]string{"-test.shuffle 1", "FAIL\\ta\\t0.005s"}, false, "The package a failed, but none of its tests."},
		"nothing of a broken": {[]string{"-test.shuffle 1795595949134978293", "FAIL"}, true, "The package a ended before 1 of its tests."},
	} {
		var file strings.Builder
		if tt.begun {
			file.WriteString(`{"Action":"fail","Package":"a","Test":"TestA"}` + "\n" + `{"Action":"run","Package":"a","Test":"TestB"}` + "\n")
		}
		for _, line := range tt.output {
			file.WriteString(`{"Action":"output","Package":"a","Output":"` + line + `\n"}` + "\n")
		}
		file.WriteString(`{"Action":"fail","Package":"a","Elapsed":0.1}`)
		_, read, err := readText(t, file.String(), report.Options{})
		require.NoError(t, err, name)
		require.Len(t, read.Problems, 1, name)
		require.Equal(t, tt.want, read.Problems[0].Text, name)
	}
}

func TestGoTestLeavesOutWhatTheRunnerPrints(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		output []string
		want   string
	}{
		"behind a line without an end": {[]string{"=== RUN   TestA\\n", "no newline", "--- PASS: TestA (0.00s)\\n"}, "no newline"},
		"amid such lines":              {[]string{"one", "=== PAUSE TestA\\n", "=== CONT  TestA\\n", "two\\n", "--- PASS: TestA (0.00s)\\n"}, "one\ntwo"},
		"amid lines":                   {[]string{"one\\n", "=== PAUSE TestA\\n", "two\\n"}, "one\ntwo"},
	} {
		var file strings.Builder
		for _, text := range tt.output {
			file.WriteString(`{"Action":"output","Package":"a","Test":"TestA","Output":"` + text + `"}` + "\n")
		}
		tests, _, err := readText(t, file.String()+`{"Action":"pass","Package":"a","Test":"TestA"}`, report.Options{})
		require.NoError(t, err, name)
		require.Equal(t, []string{"TestA passed " + tt.want}, outline(tests), name)
	}
}

func TestGoTestElapsed(t *testing.T) {
	t.Parallel()
	const tests = `{"Action":"pass","Package":"a","Test":"TestA/b","Elapsed":1.5}
{"Action":"pass","Package":"a","Test":"TestA","Elapsed":2}
{"Action":"pass","Package":"a","Test":"TestB","Elapsed":1}
`
	for name, tt := range map[string]struct {
		file string
		want int64
	}{
		"a package states its time":   {tests + `{"Action":"pass","Package":"a","Elapsed":2.5}`, 2_500_000},
		"one of the cache does not":   {tests + `{"Action":"pass","Package":"a","Elapsed":0}`, 3_000_000},
		"one that does not end":       {tests, 3_000_000},
		"one that ran out of time":    {`{"Action":"run","Package":"a","Test":"TestA"}` + "\n" + `{"Action":"fail","Package":"a","Elapsed":2.01}`, 2_010_000},
		"several packages":            {tests + `{"Action":"pass","Package":"a","Elapsed":2.5}` + "\n" + `{"Action":"skip","Package":"b","Elapsed":0.5}`, 3_000_000},
		"a package that is run again": {tests + `{"Action":"fail","Package":"a","Elapsed":2.5}` + "\n" + tests + `{"Action":"pass","Package":"a","Elapsed":2.5}`, 5_000_000},
	} {
		_, read, err := readText(t, tt.file, report.Options{})
		require.NoError(t, err, name)
		require.Equal(t, tt.want, read.Elapsed, name)
	}
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
