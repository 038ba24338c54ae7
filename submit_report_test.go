package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// inFolder makes a folder of files of these names and texts, in turn.
func inFolder(t *testing.T, pairs ...string) string {
	t.Helper()
	folder := t.TempDir()
	for i := 0; i < len(pairs); i += 2 {
		path := filepath.Join(folder, pairs[i])
		require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o750))
		require.NoError(t, os.WriteFile(path, []byte(pairs[i+1]), 0o600))
	}
	return folder
}

func TestSubmitNamesTheFileOfAProblem(t *testing.T) {
	t.Parallel()
	folder := inFolder(t, "a-result.json", `{"uuid":"1","name":"sells","status":"passed"}`, "b-result.json", "{\n\"uuid\":", "c-result.json", "")
	_, _, stderr := runboard(t.Context(), nil, "submit", "--dry-run", folder)
	require.Contains(t, stderr, folder+": Allure results, 1 test: 1 passed\n"+
		folder+"/b-result.json, line 2: The file ends within a JSON value.\n"+
		folder+"/c-result.json, line 1: The file ends within a JSON value.\n")
}

func TestSubmitTellsOfFilesThatAreNoResultsOnce(t *testing.T) {
	t.Parallel()
	const (
		known = " Known are: JUnit XML, "
		suite = `<testsuite><testcase name="sells"/></testsuite>`
	)
	one := inFolder(t, "a.xml", suite, "shot.txt", "picture")
	many := inFolder(t, "a.xml", suite, "1/trace.txt", "t", "1/video.txt", "v", "2/shot.txt", "s", "2/trace.txt", "t", "3/shot.txt", "s", "empty.xml", "")
	none := inFolder(t, "a.txt", "a", "b.txt", "b")
	named := []string{filepath.Join(none, "a.txt"), filepath.Join(none, "b.txt")}
	for name, tt := range map[string]struct {
		args  []string
		lists int
		want  []string // Lines.
	}{
		"one beside a report":   {[]string{one}, 0, []string{one + "/a.xml: JUnit", one + "/shot.txt: This is no result file that is known here."}},
		"many beside a report":  {[]string{many}, 0, []string{many + "/a.xml: JUnit", many + "/empty.xml: The file is empty.", "5 other files in " + many + " are no result files: 1/trace.txt, 1/video.txt, 2/shot.txt and 2 more"}},
		"of two folders":        {[]string{many, none}, 0, []string{"5 other files in " + many + " are no", "2 other files in " + none + " are no result files: a.txt, b.txt"}},
		"of a folder in it":     {[]string{many + "/1/", one}, 0, []string{"2 other files in " + many + "/1 are no result files: trace.txt, video.txt"}},
		"found by a pattern":    {[]string{many + "/1/*.txt"}, 1, []string{many + "/1/trace.txt: This is no result file that is known here." + known, many + "/1/video.txt: This is no result file that is known here."}},
		"nothing but them":      {[]string{none}, 1, []string{"2 files in " + none + " are no result files: a.txt, b.txt", "Known are: JUnit XML, "}},
		"nothing but one":       {[]string{many + "/3"}, 1, []string{many + "/3/shot.txt: This is no result file that is known here.", "Known are: JUnit XML, "}},
		"named":                 {named, 1, []string{named[0] + ": This is no result file that is known here." + known, named[1] + ": This is no result file that is known here."}},
		"named, and in folders": {append(named[:1:1], many), 1, []string{"5 other files in ", named[0] + ": This is no result file that is known here." + known}},
		"as JSON":               {append(named[:1:1], many, "--json"), 1, []string{`{"file":"` + named[0], `{"file":"` + many + `/a.xml`, `{"file":"` + many + `/1/trace.txt`, `{"file":"` + many + `/3/shot.txt`}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, stdout, stderr := runboard(t.Context(), nil, append([]string{"submit", "--dry-run"}, tt.args...)...)
			told := "\n" + stdout + stderr
			for _, line := range tt.want {
				require.Contains(t, told, "\n"+line)
			}
			require.Equal(t, tt.lists, strings.Count(told, "Known are: "), told)
		})
	}
}
