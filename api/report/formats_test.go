package report_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/runboard/runboard/api"
	"github.com/runboard/runboard/api/report"
)

// readData reads a file of testdata, of the format that its folder is named after.
func readData(t *testing.T, name string) ([]api.NewTest, report.Report) {
	t.Helper()
	file, err := os.ReadFile(filepath.Join("testdata", filepath.FromSlash(name)))
	require.NoError(t, err)
	var tests []api.NewTest
	read, err := report.Read(t.Context(), filepath.Base(name), bytes.NewReader(file), report.Options{}, func(test api.NewTest) error {
		requireSendable(t, test)
		tests = append(tests, test)
		return nil
	})
	require.NoError(t, err)
	require.Equal(t, strings.Split(name, "/")[0], read.Format)
	return tests, read
}

// described is all that is sent of a test but its key, a line each.
func described(test api.NewTest) string {
	head := fmt.Sprintf("%s | %s | %s", test.Folder, test.Name, test.Status)
	if test.Elapsed != nil {
		head += fmt.Sprintf(" | %d µs", *test.Elapsed)
	}
	if test.File != "" {
		head += " | " + test.File
	}
	if test.Line != nil {
		head += fmt.Sprintf(":%d", *test.Line)
	}
	if test.Assertions != nil {
		head += fmt.Sprintf(" | %d assertions", *test.Assertions)
	}
	lines := []string{head}
	for _, artifact := range test.Artifacts {
		lines = append(lines, fmt.Sprintf("  artifact %s %s", artifact.Name, artifact.URL))
	}
	kinds := map[api.FieldType]string{api.FieldString: "string", api.FieldText: "text", api.FieldHTML: "html", api.FieldConsole: "console", api.FieldURL: "url"}
	for _, field := range test.Fields {
		line := fmt.Sprintf("  %s %s: %q", kinds[field.Type], field.Name, *field.Value)
		if field.IsHighlight {
			line = "  highlighted" + line[1:]
		}
		if len(field.Meta) > 0 {
			line += fmt.Sprintf(" %v", field.Meta)
		}
		lines = append(lines, line)
	}
	return strings.Join(lines, "\n")
}

// allDescribed are tests below each other.
func allDescribed(tests []api.NewTest) string {
	var all []string
	for _, test := range tests {
		all = append(all, described(test))
	}
	return strings.Join(all, "\n")
}

// lines is a text without the line break before it.
func lines(text string) string { return strings.TrimPrefix(text, "\n") }

// escaped is a text as it may stand in an attribute.
func escaped(text string) string {
	return strings.NewReplacer("&", "&amp;", "<", "&lt;", `"`, "&quot;").Replace(text)
}

func TestFilesAreRecognisedBehindALongBeginning(t *testing.T) {
	t.Parallel()
	const content = `<testcase name="a"/></testsuite>`
	long := strings.Repeat("long ", 40_000)
	for name, file := range map[string]string{
		"comment":       "<!-- " + long + "--><testsuite>" + content,
		"document type": "<!DOCTYPE testsuite [<!-- " + long + "-->]><testsuite>" + content,
		"first tag":     `<testsuite hostname="` + long + `">` + content,
	} {
		tests, read, err := readText(t, file, report.Options{})
		require.NoError(t, err, name)
		require.Equal(t, "junit", read.Format, name)
		require.Len(t, tests, 1, name)
	}
}

// TestFailuresOutsideOfTestsAreOneLine holds what is told of them to a line,
// however many lines the file has for it.
func TestFailuresOutsideOfTestsAreOneLine(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct{ file, want string }{
		"TestNG": {`<testng-results><suite><test><class name="p.U"><test-method is-config="true" name="bc" status="FAIL"><exception class="E"><message>no
			connection</message><full-stacktrace>E: no
			at p.U.bc</full-stacktrace></exception></test-method></class></test></suite></testng-results>`, "p.U.bc prepares or cleans up and is no test, but it failed: no connection"},
		"TestNG without a message": {`<testng-results><suite><test><class name="p.U"><test-method is-config="true" name="bc" status="FAIL"><exception class="E"><full-stacktrace>E
			at p.U.bc</full-stacktrace></exception></test-method></class></test></suite></testng-results>`, "p.U.bc prepares or cleans up and is no test, but it failed: E at p.U.bc"},
		"xUnit.net": {`<assemblies><assembly><errors><error type="assembly-cleanup" name="a.dll"><failure><message>no
			connection</message></failure></error></errors></assembly></assemblies>`, "A failure belongs to no test (assembly-cleanup a.dll): no connection"},
		"Robot Framework": {`<robot generator="Robot"><suite name="A"><kw type="TEARDOWN"><status status="FAIL">no
			connection</status></kw></suite></robot>`, "The teardown of the suite A failed. Robot Framework counts all of its tests as failed; here they stay as they ended. It says: no connection"},
	} {
		_, read, err := readText(t, tt.file, report.Options{})
		require.NoError(t, err, name)
		require.Equal(t, []report.Problem{{Line: 1, Text: tt.want}}, read.Problems, name)
	}
}

func TestUnknownFilesOfKnownTools(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct{ file, want string }{
		"Check":              {`<testsuites xmlns="http://check.sourceforge.net/ns"><suite/></testsuites>`, "begins with <testsuites> of the namespace http://check.sourceforge.net/ns."},
		"TAP of Check":       {`<testsuites xmlns="http://check.sourceforge.net/ns"/>`, "CK_TAP_LOG_FILE_NAME"},
		"Robot Framework":    {`{"generator":"Robot 7.2 (Python 3.11 on linux)","suite":{"name":"A","tests":[]}}`, "rebot --output output.xml output.json"},
		"go test":            {"ok  \ta\t0.1s\nFAIL\tb\t0.2s\n", "go test -json"},
		"go test -v":         {"=== RUN   TestA\n--- PASS: TestA (0.00s)\nPASS\n", "go test -json"},
		"something else":     {"failed\n", "known here. Known are: "},
		"XML of another":     {`<html xmlns="http://www.w3.org/1999/xhtml"/>`, "begins with <html> of the namespace http://www.w3.org/1999/xhtml. Known"},
		"XML without a name": {`<html/>`, "begins with <html>. Known"},
	} {
		_, _, err := readText(t, tt.file, report.Options{})
		require.ErrorIs(t, err, report.ErrUnknown, name)
		require.ErrorContains(t, err, tt.want, name)
	}
}
