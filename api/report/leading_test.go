package report_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/runboard/runboard/api/report"
)

// output is what npm and a test may print before a report.
const output = `> app@1.0.0 test
> mocha --reporter json

(node:1) Warning: something
{ id: 1, tags: [ 'a' ] }
[
  { id: 2 }
]
{"level":30,"msg":"connected"}
[INFO] done
<--- Last few GCs --->
`

// TestReportsAreReadBehindOtherOutput reads a file of each kind as it is, and behind lines.
func TestReportsAreReadBehindOtherOutput(t *testing.T) {
	t.Parallel()
	var files []string
	for _, pattern := range []string{"testdata/*/*.xml", "testdata/*/*.trx", "testdata/*/*.json", "testdata/*/*.ndjson", "testdata/allure/results/first-result.json"} {
		found, err := filepath.Glob(pattern)
		require.NoError(t, err)
		files = append(files, found...)
	}
	kinds := map[string]bool{}
	for _, file := range files {
		kind := filepath.Base(filepath.Dir(file))
		if kind == "dart" || kind == "gotest" {
			continue // They may be amid other lines anyway.
		}
		kinds[kind] = true
		t.Run(file, func(t *testing.T) {
			t.Parallel()
			data, err := os.ReadFile(file)
			require.NoError(t, err)
			plain, want, err := readText(t, string(data), report.Options{})
			require.NoError(t, err)
			tests, read, err := readText(t, output+string(data), report.Options{})
			require.NoError(t, err)
			require.Equal(t, plain, tests)
			require.Equal(t, want.Format, read.Format)
			require.Equal(t, want.Counts, read.Counts)
			moved := []report.Problem{{Line: 1, Text: "11 lines stand before the report; they are left out.", Minor: true}}
			for _, problem := range want.Problems {
				if problem.Line > 0 {
					problem.Line += 11
				}
				moved = append(moved, problem)
			}
			require.Equal(t, moved, read.Problems)
		})
	}
	require.Greater(t, len(kinds), 15)
}

func TestMistakesBehindOtherOutputKeepTheirLines(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct{ file, want string }{
		"XML":              {"one\ntwo\n<testsuite>\n<testcase name=\"a\"/>\n</test>", "line 5: <testsuite> ends with </test>."},
		"JSON":             {"one\n{\"stats\": {},\n\"tests\": [\n", "line 4: The file ends within a JSON value."},
		"lines of Mocha":   {"one\n[\"start\",{\"total\":1}]\n[\"pass\",{\"title\":", "line 3: "},
		"ends with \\r\\n": {"one\r\n<testsuite>\r\n<testcase", "line 3: The file ends within a tag."},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, read, err := readText(t, tt.file, report.Options{})
			require.ErrorContains(t, err, tt.want)
			require.Contains(t, read.Problems[0].Text, "before the report")
		})
	}
}

func TestWhatOnlyHoldsAReportIsNone(t *testing.T) {
	t.Parallel()
	const (
		suite = "<testsuite>\n<testcase name=\"a\"/>\n</testsuite>\n"
		mocha = `{"stats": {}, "tests": [{"title": "a", "speed": "fast"}]}`
	)
	for name, file := range map[string]string{
		"a text":                           "one\ntwo\n",
		"a text with braces":               "one\n{\n  two\n}\n<three>\n",
		"a text with indented JSON":        "one\n  " + mocha + "\n",
		"a report amid a line":             "one " + mocha + "\n",
		"other XML":                        "<suites>\n" + suite + "</suites>\n",
		"other XML behind a text":          "one\n<suites>\n" + suite + "</suites>\n",
		"other XML that begins with more":  "<?xml version=\"1.0\"?>\n<suites>\n" + suite + "</suites>\n",
		"a comment without end":            "one\n<!--\n" + suite,
		"other JSON":                       "{\"suites\": [\n" + mocha + "\n]}\n",
		"other JSON behind a text":         "one\n{\"suites\": [\n" + mocha + "\n]}\n",
		"other JSON, a list":               "[\n[\n" + mocha + "\n]\n]\n",
		"other JSON without end":           "{\"suites\": [\n" + mocha + ",\n",
		"lines of other JSON":              "{\"a\": 1}\n{\"b\": {\"stats\": 1, \"tests\": 2}}\n",
		"a block in Markdown":              "# A report\n\n```xml\n" + suite + "```\n",
		"a report behind a long beginning": strings.Repeat("one\n", 20_000) + suite,
		"many beginnings":                  strings.Repeat("{\n<\n", 10_000) + suite,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			tests, read, err := readText(t, file, report.Options{})
			require.ErrorIs(t, err, report.ErrUnknown)
			require.Empty(t, tests)
			require.Empty(t, read.Problems)
		})
	}
}

func TestReportsInAFolderAreReadBehindOtherOutput(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	write(t, filepath.Join(folder, "a.json"), "> app@1.0.0 test\n"+mochaFile(mochaSame, "", "", mochaSame))
	write(t, filepath.Join(folder, "b.txt"), "one\n")
	tests, reports := readPaths(t, folder)
	require.Equal(t, []string{"same passed"}, outline(tests))
	require.Equal(t, "mocha", reports[0].Format)
}
