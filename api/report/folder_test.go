package report_test

import (
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/runboard/runboard/api"
	"github.com/runboard/runboard/api/report"
)

// TestFilesOfOneReportAreReadTogether reads the same results in all the ways that
// they may be given.
func TestFilesOfOneReportAreReadTogether(t *testing.T) {
	t.Parallel()
	const folder = "testdata/allure/results"
	named, err := filepath.Glob(folder + "/*")
	require.NoError(t, err)
	zipped := filepath.Join(t.TempDir(), "results.zip")
	write(t, zipped, zipOf(t, folder))
	for name, tt := range map[string]struct {
		paths []string
		file  string
	}{
		"folder":         {[]string{folder}, folder},
		"files":          {named, folder},
		"files in order": {append([]string{named[len(named)-1]}, named...), folder},
		"archive":        {[]string{zipped}, filepath.Join(zipped, "results")},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			tests, reports := readPaths(t, tt.paths...)
			var together []api.NewTest
			for _, test := range tests {
				if test.Name != "beside" && test.Name != "attached" {
					together = append(together, test)
				}
			}
			require.Equal(t, allureDescribed, allDescribed(together))
			counts := map[string]report.Report{}
			for _, read := range reports {
				counts[read.File] = read
			}
			require.Equal(t, 1, counts[tt.file].Attempts)
			require.Len(t, counts[tt.file].Problems, 2)
			require.Contains(t, counts, filepath.Join(tt.file, "beside.xml"))
			require.NotContains(t, counts, filepath.Join(tt.file, "9-attachment.json"))
		})
	}
}

func TestNothingThatAReportNamesIsOpened(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	outside := filepath.Join(t.TempDir(), "outside.xml")
	suite := func(name string) string { return `<testsuite><testcase name="` + name + `"/></testsuite>` }
	write(t, outside, suite("outside"))
	write(t, filepath.Join(folder, "inner", "deep.xml"), suite("deep"))
	write(t, filepath.Join(folder, "named.xml"), suite("named"))
	write(t, filepath.Join(folder, "a-result.json"), `{"uuid":"u","name":"n","status":"passed","attachments":[
		{"source":"named.xml"}, {"source":"`+filepath.ToSlash(outside)+`"}, {"source":"../outside.xml"}, {"source":"inner/deep.xml"}]}`)
	require.NoError(t, os.Symlink(outside, filepath.Join(folder, "b-result.json")))

	tests, reports := readPaths(t, folder)
	require.Equal(t, []string{"n passed named.xml", "deep passed"}, outline(tests), "deep.xml is a file of the folder as well")
	require.Contains(t, reports[0].Problems[0].Text, "b-result.json: It is a link that does not lead to a file of this folder.")
	require.Empty(t, reports[1].Problems, "nothing is missing of the report")
}

func TestMistakeInAPartLeavesTheOthers(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	for name, text := range map[string]string{
		"a-result.json": `{"uuid":"1","name":"first","status":"passed"}`,
		"b-result.json": "{\n\"uuid\":\"2\",\n\"name\" \"second\"}",
		"c-result.json": `[1]`,
		"d-result.json": ``,
		"e-result.json": `{"uuid":"3","name":"third","status":"failed"}`,
	} {
		write(t, filepath.Join(folder, name), text)
	}
	tests, reports := readPaths(t, folder)
	require.Equal(t, []string{"first passed", "third failed"}, outline(tests))
	require.Len(t, reports, 1)
	require.Equal(t, report.Counts{Tests: 2, Passed: 1, Failed: 1}, reports[0].Counts)
	require.Equal(t, []report.Problem{
		{File: filepath.Join(folder, "b-result.json"), Line: 3, Text: "This is no valid JSON: invalid character '\"' after object name (expecting ':')."},
		{File: filepath.Join(folder, "c-result.json"), Line: 1, Text: "This is no Allure result."},
		{File: filepath.Join(folder, "d-result.json"), Line: 1, Text: "The file ends within a JSON value."},
	}, reports[0].Problems)
}

func TestManyMistakesInPartsAreCounted(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	write(t, filepath.Join(folder, "a-result.json"), `{"uuid":"1","name":"first","status":"passed"}`)
	for i := range 30 {
		write(t, filepath.Join(folder, fileName(i)+"-result.json"), "{")
	}
	_, reports := readPaths(t, folder)
	require.Len(t, reports[0].Problems, 21)
	require.Equal(t, "And 10 more like these.", reports[0].Problems[20].Text)
}

// TestWhatIsBeyondTheListIsAsBadAsTheWorstOfIt has suites that fail themselves,
// which is minor, and a case without a name, which is not.
func TestWhatIsBeyondTheListIsAsBadAsTheWorstOfIt(t *testing.T) {
	t.Parallel()
	odd := strings.Repeat(`<testsuite name="s"><failure/></testsuite>`, 30)
	for name, tt := range map[string]struct {
		cases   string
		isMinor bool
	}{"minor": {odd, true}, "not": {odd + `<testsuite name="t"><testcase/></testsuite>`, false}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, read, err := readText(t, "<testsuites>"+tt.cases+"</testsuites>", report.Options{})
			require.NoError(t, err)
			require.Len(t, read.Problems, 21)
			require.True(t, read.Problems[19].Minor)
			require.Equal(t, tt.isMinor, read.Problems[20].Minor)
		})
	}
}

func TestReadingAFolderEndsWithItsContextAndItsReceiver(t *testing.T) {
	t.Parallel()
	full := errors.New("full")
	done := func(report.Report, error) error { return nil }
	err := report.ReadPaths(t.Context(), []string{"testdata/allure/results"}, report.Options{}, func(api.NewTest) error { return full }, done)
	require.Equal(t, full, err)

	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	err = report.ReadPaths(ctx, []string{"testdata/allure/results"}, report.Options{}, func(api.NewTest) error {
		cancel()
		return nil
	}, done)
	require.ErrorIs(t, err, context.Canceled)

	err = report.ReadPaths(t.Context(), []string{"testdata/allure/results"}, report.Options{}, func(api.NewTest) error { return nil },
		func(report.Report, error) error { return full })
	require.Equal(t, full, err)
}

func TestArchiveOfSeveralFormats(t *testing.T) {
	t.Parallel()
	var packed bytes.Buffer
	to := zip.NewWriter(&packed)
	for _, file := range []struct{ name, text string }{
		{"go/results.json", `{"Action":"pass","Package":"p","Test":"TestA"}`},
		{"allure/a-result.json", `{"uuid":"u","name":"of Allure","status":"passed"}`},
		{"tap/a.t", "1..1\nok 1 - of TAP\n"},
		{"packed.xml.gz", gzipped(t, `<testsuite><testcase name="of JUnit"/></testsuite>`)},
		{"readme.md", "# Results"},
		{"inner.zip", "PK\x03\x04"},
	} {
		into, err := to.Create(file.name)
		require.NoError(t, err)
		_, err = io.WriteString(into, file.text)
		require.NoError(t, err)
	}
	require.NoError(t, to.Close())
	tests, failures := readArchive(t, bytes.NewReader(packed.Bytes()))
	require.ElementsMatch(t, []string{"TestA passed", "of Allure passed", "of TAP passed", "of JUnit passed"}, outline(tests))
	require.Len(t, failures, 2)
	for _, failure := range failures {
		require.ErrorIs(t, failure, report.ErrUnknown)
		require.Contains(t, failure.Error(), "results.zip")
	}
}

// zipOf is an archive of a folder.
func zipOf(t *testing.T, folder string) string {
	t.Helper()
	var packed bytes.Buffer
	to := zip.NewWriter(&packed)
	files, err := os.ReadDir(folder)
	require.NoError(t, err)
	for _, file := range files {
		data, err := os.ReadFile(filepath.Join(folder, file.Name()))
		require.NoError(t, err)
		into, err := to.Create(filepath.Base(folder) + "/" + file.Name())
		require.NoError(t, err)
		_, err = into.Write(data)
		require.NoError(t, err)
	}
	require.NoError(t, to.Close())
	return packed.String()
}
