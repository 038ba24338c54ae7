package submit

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/runboard/runboard/api"
	"github.com/runboard/runboard/api/report"
)

// Files are result files to be read.
type Files struct {
	// Patterns are paths of files, archives and folders. What is no path of one
	// may hold *, ?, [a-z] and, for folders at any depth, **.
	Patterns []string
	Options  report.Options
	// Rename changes what is told of a file, such as how it is called; nil changes
	// nothing. The error is a *report.Error or nil, here and in OnFile.
	Rename func(report.Report, error) (report.Report, error)
	// OnFile hears of each file, in their order. The error may be in a *Foreign.
	OnFile func(report.Report, error)
}

// Read is what was read of files.
type Read struct {
	Files      int // That could be read to their end.
	Unreadable int // That were named, or are of a known format, but could not be.
	Doubtful   int // That have problems which are not minor.
	Foreign    int // In folders and archives that were named: files of no known format.
	// Missing says in sentences which results are missing or doubtful: at most 50
	// and a last one that says how many more there are.
	Missing []string
	report.Counts

	unlisted int // Sentences beyond those.
}

// Foreign is the error for a file of no known format that was not named, but a
// folder or an archive that holds it.
type Foreign struct {
	Within string // The path of that.
	Wrong  *report.Error
}

// Error is that of the file.
func (f *Foreign) Error() string { return f.Wrong.Error() }

// Unwrap is the error of the file.
func (f *Foreign) Unwrap() error { return f.Wrong }

// above is the folder or archive among paths that holds a file, "" for none.
func above(file string, paths map[string]bool) string {
	for at := filepath.Dir(file); ; at = filepath.Dir(at) {
		if paths[at] {
			return at
		}
		if at == filepath.Dir(at) {
			return ""
		}
	}
}

// Check reads files without sending anything.
func (f *Files) Check(ctx context.Context) (Read, error) {
	return f.read(ctx, func(api.NewTest) error { return nil }, f.tell)
}

func (f *Files) tell(read report.Report, err error) {
	if f.OnFile != nil {
		f.OnFile(read, err)
	}
}

// read reads files and calls done after each.
func (f *Files) read(ctx context.Context, emit func(api.NewTest) error, done func(report.Report, error)) (Read, error) {
	var all Read
	named, kept := map[string]bool{}, map[string]bool{}
	note := func(read report.Report, err error) error {
		isNamed, within := named[filepath.Clean(read.File)] || isLost(read.File, err), above(read.File, kept)
		if f.Rename != nil {
			read, err = f.Rename(read, err)
		}
		all.add(read, err, isNamed)
		if wrong, ok := errors.AsType[*report.Error](err); ok && !isNamed && errors.Is(err, report.ErrUnknown) {
			err = &Foreign{Within: within, Wrong: wrong}
		}
		done(read, err)
		return nil
	}
	var paths []string
	for _, pattern := range f.Patterns {
		found, err := expand(pattern)
		if err == nil && len(found) == 0 {
			err = errors.New("no file matches this pattern")
		}
		if err != nil {
			wrong := &report.Error{File: pattern, Text: fmt.Sprintf("%v.", err), Err: err}
			_ = note(report.Report{File: pattern, Problems: []report.Problem{}}, wrong)
		}
		paths = append(paths, found...)
	}
	for _, path := range paths {
		named[filepath.Clean(path)] = true
	}
	paths = once(paths)
	for _, path := range paths {
		kept[path], kept[filepath.Clean(path)] = true, true
	}
	err := report.ReadPaths(ctx, paths, f.Options, emit, note)
	if all.unlisted > 0 {
		all.Missing = append(all.Missing, fmt.Sprintf("And %d more like these.", all.unlisted))
	}
	return all, err
}

// isLost reports whether a file is named like results, and has none to tell them by.
func isLost(file string, err error) bool {
	names := []string{".xml", ".trx", ".json", ".ndjson", ".jsonl", ".tap"}
	return errors.Is(err, report.ErrEmpty) && slices.Contains(names, strings.ToLower(filepath.Ext(file)))
}

// once leaves out paths that were named before, or that are below another one.
func once(paths []string) []string {
	full := make([]string, len(paths))
	named := make(map[string]bool, len(paths))
	for i, path := range paths {
		full[i] = path
		if absolute, err := filepath.Abs(path); err == nil {
			full[i] = absolute
		}
		named[full[i]] = true
	}
	var left []string
	for i, path := range full {
		isNew := named[path]
		named[path] = false
		for at := filepath.Dir(path); isNew && at != filepath.Dir(at); at = filepath.Dir(at) {
			_, isAbove := named[at]
			isNew = !isAbove
		}
		if isNew {
			left = append(left, paths[i])
		}
	}
	return left
}

func (r *Read) add(read report.Report, err error, isNamed bool) {
	switch {
	case err == nil:
		r.Files++
	case errors.Is(err, report.ErrUnknown) && !isNamed:
		r.Foreign++
		return
	default:
		r.Unreadable++
	}
	isDoubtful := false
	for _, p := range read.Problems {
		if !p.Minor {
			isDoubtful = true
			r.miss(p.In(read.File))
		}
	}
	if isDoubtful {
		r.Doubtful++
	}
	if wrong, ok := errors.AsType[*report.Error](err); ok {
		r.miss(wrong.Brief())
	}
	r.Tests += read.Tests
	r.Passed += read.Passed
	r.Failed += read.Failed
	r.Errors += read.Errors
	r.Skipped += read.Skipped
	r.Untested += read.Untested
}

// maxMissing is how many sentences are kept.
const maxMissing = 50

func (r *Read) miss(what error) {
	if len(r.Missing) == maxMissing {
		r.unlisted++
		return
	}
	r.Missing = append(r.Missing, what.Error())
}

// Err says in a sentence what is missing of the files; nil when nothing is.
func (r *Read) Err() error {
	all := r.Files + r.Unreadable
	switch {
	case r.Unreadable > 0:
		return fmt.Errorf("%d of %d result files could not be read to their end", r.Unreadable, all)
	case r.Doubtful > 0:
		return fmt.Errorf("in %d of %d result files, results are missing or doubtful", r.Doubtful, all)
	default:
		return nil
	}
}
