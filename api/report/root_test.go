package report_test

import (
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/runboard/runboard/api"
	"github.com/runboard/runboard/api/report"
)

func suiteOf(name string) string { return `<testsuite><testcase name="` + name + `"/></testsuite>` }

// failuresOf reads paths, and is the tests and the errors.
func failuresOf(t *testing.T, paths ...string) ([]api.NewTest, []error) {
	t.Helper()
	var tests []api.NewTest
	var failures []error
	err := report.ReadPaths(t.Context(), paths, report.Options{}, func(test api.NewTest) error {
		tests = append(tests, test)
		return nil
	}, func(_ report.Report, err error) error {
		if err != nil {
			failures = append(failures, err)
		}
		return nil
	})
	require.NoError(t, err)
	return tests, failures
}

// Links do not keep the other files of a folder from being read, nor fail a job.
func TestLinksInAFolder(t *testing.T) {
	t.Parallel()
	folder, outside := t.TempDir(), t.TempDir()
	write(t, filepath.Join(outside, "out.xml"), suiteOf("out"))
	write(t, filepath.Join(folder, "run-1", "a.xml"), suiteOf("a"))
	write(t, filepath.Join(folder, ".store", "b.xml"), suiteOf("b"))
	for link, target := range map[string]string{
		"a-again.xml":  "run-1/a.xml",
		"b.xml":        ".store/b.xml",
		"b-again.xml":  "b.xml",
		"latest":       "run-1",
		"loop":         ".",
		"round":        "round",
		"out.xml":      filepath.Join(outside, "out.xml"),
		"out-folder":   outside,
		"parent.xml":   "../" + filepath.Base(outside) + "/out.xml",
		"nowhere.xml":  "none.xml",
		"run-1/up.xml": "../a-again.xml",
	} {
		require.NoError(t, os.Symlink(target, filepath.Join(folder, link)))
	}
	tests, failures := failuresOf(t, folder)
	require.ElementsMatch(t, []string{"a passed", "b passed"}, outline(tests), "each once")
	require.Len(t, failures, 10)
	for _, failure := range failures {
		require.ErrorIs(t, failure, report.ErrUnknown, "nothing of it is missing")
		require.ErrorContains(t, failure, "It is a link ")
	}

	link := filepath.Join(t.TempDir(), "results")
	require.NoError(t, os.Symlink(folder, link))
	tests, _ = failuresOf(t, link, filepath.Join(folder, "out.xml"))
	require.ElementsMatch(t, []string{"a passed", "b passed", "out passed"}, outline(tests), "what is named is followed")
}

func TestNamesThatAreNoText(t *testing.T) {
	t.Parallel()
	if runtime.GOOS != "linux" {
		t.Skip("other systems have no such names")
	}
	folder := t.TempDir()
	write(t, filepath.Join(folder, "r\xe9sultats", "a\x1b[31m\xff.xml"), suiteOf("a"))
	write(t, filepath.Join(folder, "b-result.json"), `{"uuid":"u","name":"b","status":"passed"}`)
	write(t, filepath.Join(folder, "\xff-result.json"), `{"uuid":"v","name":"c","status":"passed"}`)
	tests, reports := readPaths(t, folder)
	require.ElementsMatch(t, []string{"a passed", "b passed", "c passed"}, outline(tests))
	var names []string
	for _, read := range reports {
		names = append(names, strings.TrimPrefix(read.File, folder))
	}
	require.ElementsMatch(t, []string{"", "/r\uFFFDsultats/a\uFFFD[31m\uFFFD.xml"}, names)
}
