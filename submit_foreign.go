package main

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/runboard/runboard/api/report"
	"github.com/runboard/runboard/api/submit"
)

// namedForeign is how many files of a folder are named that are no result files.
const namedForeign = 3

// foreignFiles are those of a folder or an archive that are no result files.
type foreignFiles struct {
	folder string // As it was given or found.
	first  *report.Error
	names  []string // Of the first few, within the folder.
	count  int
}

// setAside notes a file that is no result file, unless it is empty, and reports
// whether it will be told of with others of its folder.
func (r *submitReport) setAside(foreign *submit.Foreign) bool {
	brief := foreign.Wrong.Brief()
	if brief.Text == foreign.Wrong.Text {
		return false
	}
	at := slices.IndexFunc(r.foreign, func(f *foreignFiles) bool { return f.folder == foreign.Within })
	if at < 0 {
		at = len(r.foreign)
		r.foreign = append(r.foreign, &foreignFiles{folder: foreign.Within, first: brief})
	}
	name, err := filepath.Rel(foreign.Within, brief.File)
	if err != nil {
		name = brief.File
	}
	f := r.foreign[at]
	if f.count++; len(f.names) < namedForeign {
		f.names = append(f.names, name)
	}
	return true
}

// tellForeign tells of what was set aside.
func (r *submitReport) tellForeign() {
	for _, f := range r.foreign {
		if f.count == 1 {
			r.say("%s", f.first)
		} else {
			r.say("%s", f.text(r.hasRead))
		}
	}
	if len(r.foreign) > 0 && !r.hasRead && !r.hasListed {
		var titles []string
		for _, format := range report.Formats() {
			titles = append(titles, format.Title)
		}
		r.say("Known are: %s.", strings.Join(titles, ", "))
	}
	r.foreign = nil
}

// text is "31 other files in results are no result files: a.png, b.png, c.zip and 28 more".
func (f *foreignFiles) text(areOthers bool) string {
	kind := "files"
	if areOthers {
		kind = "other files"
	}
	text := fmt.Sprintf("%d %s in %s are no result files: %s", f.count, kind, f.folder, strings.Join(f.names, ", "))
	if more := f.count - len(f.names); more > 0 {
		text += fmt.Sprintf(" and %d more", more)
	}
	return text
}

// onlyOnce is an error without the formats that are known, if they have been told.
func (r *submitReport) onlyOnce(wrong *report.Error) *report.Error {
	brief := wrong.Brief()
	if r.hasListed {
		return brief
	}
	r.hasListed = brief.Text != wrong.Text
	return wrong
}
