package main

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/runboard/runboard/api/report"
)

// namedForeign is how many files of a folder are named that are no result files.
const namedForeign = 3

// foreignFiles are those of a folder or an archive that are no result files.
type foreignFiles struct {
	folder string // As it was given; "" for what patterns have found.
	first  *report.Error
	names  []string // Of the first few, within the folder.
	count  int
}

// setAside notes a file of no known format that was found and not named, and
// reports whether it will be told of with others of its folder.
func (r *submitReport) setAside(wrong *report.Error) bool {
	if slices.Contains(r.named, wrong.File) || wrong.Brief().Text == wrong.Text {
		return false
	}
	folder, name := r.placeOf(wrong.File)
	at := slices.IndexFunc(r.foreign, func(f *foreignFiles) bool { return f.folder == folder })
	if at < 0 {
		at = len(r.foreign)
		r.foreign = append(r.foreign, &foreignFiles{folder: folder, first: wrong.Brief()})
	}
	f := r.foreign[at]
	if f.count++; len(f.names) < namedForeign {
		f.names = append(f.names, name)
	}
	return true
}

// placeOf is the folder or archive that was given and holds a file, and the path of the file in it.
func (r *submitReport) placeOf(file string) (folder, name string) {
	for _, folder := range r.named {
		if name, err := filepath.Rel(folder, file); err == nil && filepath.IsLocal(name) {
			return folder, name
		}
	}
	return "", file
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
	text := fmt.Sprintf("%d files", f.count)
	if areOthers {
		text = fmt.Sprintf("%d other files", f.count)
	}
	if f.folder != "" {
		text += " in " + f.folder
	}
	text += " are no result files: " + strings.Join(f.names, ", ")
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
