package report

import (
	"context"
	"fmt"
	"io/fs"
	"path"
	"path/filepath"
	"slices"
	"strings"
)

// testngResults is what TestNG calls its own file of results.
const testngResults = "testng-results.xml"

// withoutCopies are those files of a file system, whose paths start at where, that
// are not written by TestNG beside its own: it tells the same results as JUnit XML
// once more in the folder junitreports, and a third time beside pages of HTML. How
// many those are is told with its own.
func (r *reading) withoutCopies(ctx context.Context, where string, system fs.FS, files []string) []string {
	all := map[string]bool{}
	for _, file := range files {
		all[file] = true
	}
	isTestNG := map[string]bool{} // Folders, as far as they were looked at.
	return slices.DeleteFunc(slices.Clone(files), func(file string) bool {
		folder, around := path.Dir(file), path.Dir(path.Dir(file))
		results := path.Join(around, testngResults)
		page, isXML := strings.CutSuffix(file, ".xml")
		if folder == around || !all[results] || !isXML || path.Base(folder) != "junitreports" && !all[page+".html"] {
			return false
		}
		known, looked := isTestNG[around]
		if !looked {
			known = testngFormat().isIn(ctx, system, results)
			isTestNG[around] = known
		}
		if !known || !junitFormat().isIn(ctx, system, file) {
			return false
		}
		r.copies[filepath.Join(where, results)]++
		return true
	})
}

// tellCopies adds to a report that files with its results were left out.
func (r *reading) tellCopies(report *Report) {
	if copies := r.copies[report.File]; copies > 0 {
		report.Problems = append(report.Problems, Problem{
			Text:  fmt.Sprintf("TestNG tells these results as JUnit XML too; files in folders beside this one (%d) are left out.", copies),
			Minor: true,
		})
	}
}
