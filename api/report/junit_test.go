package report_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"

	"github.com/runboard/runboard/api"
	"github.com/runboard/runboard/api/report"
)

// readText reads a file with a text.
func readText(t *testing.T, text string, options report.Options) ([]api.NewTest, report.Report, error) {
	t.Helper()
	var tests []api.NewTest
	read, err := report.Read(t.Context(), "a.xml", strings.NewReader(text), options, func(test api.NewTest) error {
		tests = append(tests, test)
		return nil
	})
	return tests, read, err
}

// outline is the name, status and first text of each test.
func outline(tests []api.NewTest) []string {
	var lines []string
	for _, test := range tests {
		line := test.Name + " " + test.Status
		if len(test.Fields) > 0 {
			line += " " + *test.Fields[0].Value
		}
		lines = append(lines, line)
	}
	return lines
}

func TestJUnitAttemptsFollowEachOther(t *testing.T) {
	t.Parallel()
	tests, read, err := readText(t, `<testsuite>
		<testcase name="flaked" classname="c" time="1">
			<flakyFailure message="m1" type="t"><stackTrace>first</stackTrace><system-out>out</system-out></flakyFailure>
			<flakyError time="2">second</flakyError>
			<system-out>at last</system-out>
		</testcase>
		<testcase name="failed" classname="c">
			<failure>first</failure>
			<rerunFailure message="second"/>
			<rerunError>third</rerunError>
		</testcase>
	</testsuite>`, report.Options{})
	require.NoError(t, err)
	require.Equal(t, []string{
		"flaked failure first", "flaked error second", "flaked passed at last",
		"failed failure first", "failed failure second", "failed error third",
	}, outline(tests))
	require.Equal(t, report.Counts{Tests: 2, Passed: 1, Failed: 1}, read.Counts)
	require.Equal(t, 4, read.Attempts)
	require.EqualValues(t, 1_000_000, read.Elapsed)
	for i := range 3 {
		require.Equal(t, tests[0].Key, tests[i].Key)
		require.Equal(t, tests[3].Key, tests[3+i].Key)
	}
	require.Equal(t, api.Meta{"message": "m1", "type": "t"}, tests[0].Fields[0].Meta)
	require.Equal(t, "out", *tests[0].Fields[1].Value)
	require.EqualValues(t, 2_000_000, *tests[1].Elapsed)
}

func TestJUnitPlainLinksStayLinks(t *testing.T) {
	t.Parallel()
	tests, _, err := readText(t, `<testsuite><testcase name="a"><properties>
		<property name="attachment" value="http://ci/log.txt"/><property name="attachment2" value="file:///etc/passwd"/>
	</properties></testcase></testsuite>`, report.Options{})
	require.NoError(t, err)
	require.Equal(t, []api.Artifact{{Name: "log.txt", URL: "http://ci/log.txt", MimeType: "text/plain"}}, tests[0].Artifacts)
	require.Equal(t, "file:///etc/passwd", *tests[0].Fields[0].Value)
}

func TestJUnitExtendedReadsMore(t *testing.T) {
	t.Parallel()
	const file = `<testsuite name="s"><error message="no database"/>
		<testcase name="disabled" status="notrun" time="1e-3"/><testcase name="thousands" time="1,234.5"/><testcase classname="c"/>
	</testsuite>`
	plain, read, err := readText(t, file, report.Options{})
	require.NoError(t, err)
	require.Equal(t, []string{"disabled passed", "thousands passed"}, outline(plain))
	require.Equal(t, report.Counts{Tests: 3, Passed: 2, Untested: 1}, read.Counts)
	require.Equal(t, []report.Problem{
		{Line: 1, Text: "The suite s has a failure of its own, which belongs to no test and is left out, as the Testmo CLI does.", Minor: true},
		{Line: 2, Text: "A case has no name; it cannot be sent."},
		{Line: 2, Text: "Cases from here on say that they did not run, but count as passed for the Testmo CLI, and are sent like that.", Minor: true},
	}, read.Problems)

	extended, read, err := readText(t, file, report.Options{Extended: true})
	require.NoError(t, err)
	require.Equal(t, []string{"s error no database", "disabled skipped", "thousands passed", "Unnamed test passed"}, outline(extended))
	require.Empty(t, read.Problems)
	require.EqualValues(t, 1000, *extended[1].Elapsed)
	require.EqualValues(t, 1_234_501_000, read.Elapsed)
}

func TestWhatIsWholeBeforeAMistakeGoesThrough(t *testing.T) {
	t.Parallel()
	tests, read, err := readText(t, "<testsuite>\n<testcase name='a'/>\n<testcase name='b'><failure>half", report.Options{})
	require.EqualError(t, err, "a.xml, line 3: The file ends within <failure>.")
	require.Equal(t, []string{"a passed"}, outline(tests))
	require.Equal(t, report.Counts{Tests: 1, Passed: 1}, read.Counts)
}

func TestSuiteTooLargeToBeHeldIsSentEarly(t *testing.T) {
	t.Parallel()
	cases := strings.Repeat(`<testcase name="case"/>`, 50_000)
	tests, read, err := readText(t, "<testsuite>"+cases+"<testsuite><testcase name='inner'/></testsuite></testsuite>", report.Options{})
	require.NoError(t, err)
	require.Len(t, tests, 50_001)
	require.Equal(t, "case", tests[0].Name)
	require.Contains(t, read.Problems[0].Text, "so many cases before it")
}

// TestJUnitOfSeveralDocuments reads what cargo test writes, a document for the
// tests of each program behind the other.
func TestJUnitOfSeveralDocuments(t *testing.T) {
	t.Parallel()
	const declaration = `<?xml version="1.0" encoding="UTF-8"?>`
	document := func(name string) string {
		return `<testsuites><testsuite name="test" tests="1"><testcase classname="t" name="` + name + `" time="0.5"/></testsuite></testsuites>` + "\n"
	}
	for name, tt := range map[string]struct {
		file, err string
		want      []string
	}{
		"with declarations":  {declaration + document("one") + declaration + document("two") + declaration + document("three"), "", []string{"one passed", "two passed", "three passed"}},
		"without":            {document("one") + document("two"), "", []string{"one passed", "two passed"}},
		"of a suite alone":   {document("one") + declaration + `<testsuite><testcase name="two"/></testsuite>`, "", []string{"one passed", "two passed"}},
		"of something else":  {document("one") + declaration + `<html/>`, "a.xml, line 2: A second root element <html> follows.", []string{"one passed"}},
		"text between them":  {document("one") + "done\n" + document("two"), "a.xml, line 2: Here is text outside of any element: done", []string{"one passed"}},
		"the second is cut":  {document("one") + strings.TrimSuffix(document("two"), "</testsuite></testsuites>\n"), "a.xml, line 2: The file ends within <testsuite>.", []string{"one passed", "two passed"}},
		"a case on its own":  {document("one") + `<testcase name="two"/>`, "a.xml, line 2: A second root element <testcase> follows.", []string{"one passed"}},
		"the first is empty": {"<testsuites/>" + document("two"), "", []string{"two passed"}},
	} {
		tests, read, err := readText(t, tt.file, report.Options{})
		if tt.err == "" {
			require.NoError(t, err, name)
			require.EqualValues(t, strings.Count(tt.file, "0.5")*500_000, read.Elapsed, name)
		} else {
			require.EqualError(t, err, tt.err, name)
		}
		require.Equal(t, tt.want, outline(tests), name)
	}
}

func TestEncodings(t *testing.T) {
	t.Parallel()
	text := func(declaration string) string {
		return declaration + "<testsuite>\n<testcase name=\"größer €\"/>\n</wrong>"
	}
	encoded := func(text string, err error) string {
		require.NoError(t, err)
		return text
	}
	for name, file := range map[string]string{
		"UTF-8":               text(`<?xml version="1.0" encoding="UTF-8"?>`),
		"UTF-8 with mark":     "\uFEFF" + text(""),
		"UTF-16 in name only": text(`<?xml version="1.0" encoding="utf-16"?>`),
		"UTF-16LE":            encoded(unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM).NewEncoder().String(text(`<?xml version="1.0" encoding="utf-16"?>`))),
		"UTF-16BE with mark":  encoded(unicode.UTF16(unicode.BigEndian, unicode.UseBOM).NewEncoder().String(text(""))),
		"windows-1252":        encoded(charmap.Windows1252.NewEncoder().String(text(`<?xml version="1.0" encoding="windows-1252"?>`))),
		"ISO-8859-15":         encoded(charmap.ISO8859_15.NewEncoder().String(text(`<?xml version='1.0' encoding='ISO-8859-15'?>`))),
		"XML 1.1":             text(`<?xml version="1.1"?>`),
		"gzip":                gzipped(t, text("")),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			tests, _, err := readText(t, file, report.Options{})
			require.EqualError(t, err, "a.xml, line 3: <testsuite> ends with </wrong>.")
			require.Equal(t, []string{"größer € passed"}, outline(tests))
		})
	}
}

// TestTextsThatAreNotUTF8 reads what tools write in Latin-1 or windows-1252
// without saying so, alone or amid UTF-8.
func TestTextsThatAreNotUTF8(t *testing.T) {
	t.Parallel()
	const remark = "From here on some bytes are not UTF-8; they are read as windows-1252."
	many := strings.Repeat("<testcase name='gr\u00f6\u00dfer'/>", 10_000)
	for name, tt := range map[string]struct {
		file string
		want string // The name of the last test.
		line int    // Of the remark; 0 for none.
	}{
		"TAP":                          {"1..2\nok 1 - größer\nok 2 - gr\xf6\xdfer \x80\n", "größer €", 3},
		"TAP that ends so":             {"1..2\nok 1 - gr\xf6\xdfer\nok 2 - caf\xe9", "café", 2},
		"TAP that is cut":              {"1..1\nok 1 - caf\xc3", "caf\uFFFD", 0},
		"JSON":                         {`{"examples": [{"full_description": "gr` + "\xf6" + `\u00dfer", "status": "passed"}], "summary_line": ""}`, "größer", 1},
		"go test -json":                {`{"Action":"pass","Package":"a","Test":"TestGr` + "\xf6\xdf" + `e"}`, "TestGröße", 1},
		"XML without encoding":         {"<testsuite>\n<testcase name='gr\xf6\xdfer'/></testsuite>", "größer", 2},
		"XML that is said to be UTF-8": {"<?xml version='1.0' encoding='UTF-8'?>\n<testsuite><testcase name='gr\xf6\xdfer'/></testsuite>", "größer", 2},
		"XML of both":                  {"<testsuite>" + many + "<testcase name='gr\u00f6\xdfer'/></testsuite>", "größer", 1},
		"XML of UTF-8":                 {"<testsuite>" + many + "<testcase name='größte \uFFFD 😀'/></testsuite>", "größte \uFFFD 😀", 0},
		"no character of either":       {"<testsuite><testcase name='a\x9db'/></testsuite>", "a\uFFFDb", 1},
		"half a character amid a text": {"<testsuite><testcase name='a\xe2\x82b'/></testsuite>", "aâ‚b", 1},
		"XML that states windows-1252": {"<?xml version='1.0' encoding='windows-1252'?><testsuite><testcase name='gr\xf6\xdfer'/></testsuite>", "größer", 0},
		"XML that cannot be UTF-16":    {"<?xml version='1.0' encoding='utf-16'?><testsuite><testcase name='gr\xf6\xdfer'/></testsuite>", "größer", 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			tests, read, err := readText(t, tt.file, report.Options{})
			require.NoError(t, err)
			require.Equal(t, tt.want, tests[len(tests)-1].Name)
			var told []report.Problem
			for _, problem := range read.Problems {
				if problem.Text == remark {
					told = append(told, problem)
				}
			}
			if tt.line == 0 {
				require.Empty(t, told)
				return
			}
			require.Equal(t, []report.Problem{{Line: tt.line, Text: remark, Minor: true}}, told)
		})
	}
}

func gzipped(t *testing.T, text string) string {
	t.Helper()
	var file bytes.Buffer
	to := gzip.NewWriter(&file)
	_, err := to.Write([]byte(text))
	require.NoError(t, err)
	require.NoError(t, to.Close())
	return file.String()
}

func TestReadingEndsWithItsContextAndItsReceiver(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := report.Read(ctx, "a.xml", strings.NewReader("<testsuite/>"), report.Options{}, nil)
	require.ErrorIs(t, err, context.Canceled)

	full := errors.New("full")
	_, err = report.Read(t.Context(), "a.xml", strings.NewReader("<testsuite><testcase name='a'/><testcase name='b'/></testsuite>"), report.Options{},
		func(api.NewTest) error { return full })
	require.Equal(t, full, err)
}

func TestReadPathsReadsFoldersAndSaysWhatIsMissing(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	write := func(name, text string) {
		require.NoError(t, os.MkdirAll(filepath.Dir(filepath.Join(folder, name)), 0o750))
		require.NoError(t, os.WriteFile(filepath.Join(folder, name), []byte(text), 0o600))
	}
	write("b/2.txt", "<testsuite><testcase name='2'/></testsuite>")
	write("a.xml", "<testsuite><testcase name='1'/></testsuite>")
	write("c.png", "\x89PNG")
	write(".git/d.xml", "<testsuite><testcase name='hidden'/></testsuite>")
	require.NoError(t, os.Symlink("/etc/passwd", filepath.Join(folder, "outside.xml")))

	var tests []api.NewTest
	var unknown, unreadable []string
	err := report.ReadPaths(t.Context(), []string{folder, filepath.Join(folder, "missing.xml")}, report.Options{},
		func(test api.NewTest) error {
			tests = append(tests, test)
			return nil
		},
		func(read report.Report, err error) error {
			switch {
			case errors.Is(err, report.ErrUnknown):
				unknown = append(unknown, filepath.Base(read.File))
			case err != nil:
				unreadable = append(unreadable, filepath.Base(read.File))
			}
			return nil
		})
	require.NoError(t, err)
	require.Equal(t, []string{"1 passed", "2 passed"}, outline(tests))
	require.Equal(t, []string{"outside.xml", "c.png"}, unknown)
	require.Equal(t, []string{"missing.xml"}, unreadable)
}
