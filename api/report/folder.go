package report

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"

	"github.com/runboard/runboard/api"
)

// maxFiles is how many files a folder or an archive may hold.
const maxFiles = 10_000

// File is what may be a result file or an archive of them. *os.File and
// multipart.File are such.
type File interface {
	io.Reader
	io.ReaderAt
	io.Seeker
}

// reading is what is the same for all files that are read together.
type reading struct {
	options Options
	emit    func(api.NewTest) error
	done    func(Report, error) error
	copies  map[string]int // How many files only repeat the results of a file, by its path.
}

// ReadPaths reads files, archives, and folders with everything in them but
// hidden files, in this order, and calls done after each report. Files of one
// folder that are one report, such as Allure results, are read as one.
//
// done gets what was read and, as an *Error, why it is not all: files that are no
// result files have ErrUnknown in it. An error that it returns ends the reading
// and is returned, as are those of emit and ctx.
func ReadPaths(ctx context.Context, paths []string, options Options, emit func(api.NewTest) error, done func(Report, error) error) error {
	r := &reading{options: options, emit: emit, done: done, copies: map[string]int{}}
	read := map[string]bool{}    // As a part of a folder.
	folders := map[string]bool{} // That were looked at.
	for _, name := range paths {
		info, err := os.Stat(name)
		switch {
		case err != nil && name == "-":
			err = r.refuse(&Error{File: name, Text: "Standard input is not read. Write it to a file, and name that.", Err: err})
		case err != nil:
			err = r.fail(name, err)
		case info.IsDir():
			err = r.directory(ctx, name)
		case !info.Mode().IsRegular():
			err = r.refuse(&Error{File: name, Text: "It is a pipe or a device, which is not read. Write it to a file, and name that."})
		case !read[name]:
			if where := filepath.Dir(name); !folders[where] {
				folders[where] = true
				err = r.sharedFolder(ctx, where, paths, read)
			}
			if err == nil && !read[name] {
				err = r.path(ctx, name)
			}
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// ReadFile reads a file that may be an archive, as ReadPaths does. name is how
// messages call it.
func ReadFile(ctx context.Context, name string, file File, options Options, emit func(api.NewTest) error, done func(Report, error) error) error {
	r := &reading{options: options, emit: emit, done: done, copies: map[string]int{}}
	return r.file(ctx, name, file)
}

func (r *reading) path(ctx context.Context, name string) error {
	file, err := os.Open(name)
	if err != nil {
		return r.fail(name, err)
	}
	defer func() { _ = file.Close() }() // It was only read.
	return r.file(ctx, name, file)
}

func (r *reading) file(ctx context.Context, name string, file File) error {
	if isArchive(file) {
		return r.archive(ctx, name, file)
	}
	if _, err := file.Seek(0, io.SeekStart); err != nil {
		return r.fail(name, err)
	}
	return r.stream(ctx, name, file)
}

func (r *reading) stream(ctx context.Context, name string, file io.Reader) error {
	return r.finish(Read(ctx, name, file, r.options, r.emit))
}

// finish hands on a report, unless it ended for a reason outside of its file.
func (r *reading) finish(report Report, err error) error {
	if _, ok := errors.AsType[*Error](err); err != nil && !ok {
		return err
	}
	r.tellCopies(&report)
	return r.done(report, err)
}

// fail hands on that a file cannot be had.
func (r *reading) fail(name string, err error) error {
	reason := err
	if wrapped, ok := errors.AsType[*fs.PathError](err); ok {
		reason = wrapped.Err // It repeats the name.
	}
	return r.refuse(&Error{File: name, Text: fmt.Sprintf("It cannot be read: %v.", reason), Err: err})
}

// refuse hands on that nothing of a file is read.
func (r *reading) refuse(wrong *Error) error {
	return r.done(Report{File: wrong.File, Problems: []Problem{}}, wrong)
}

// tree reads files of a file system, whose paths start at where, folder by folder.
func (r *reading) tree(ctx context.Context, where string, system fs.FS, files []string) error {
	var folders []string
	names := map[string][]string{}
	for _, file := range r.withoutCopies(ctx, where, system, files) {
		folder := path.Dir(file)
		if names[folder] == nil {
			folders = append(folders, folder)
		}
		names[folder] = append(names[folder], path.Base(file))
	}
	for _, folder := range folders {
		if err := r.folder(ctx, printable(filepath.Join(where, folder)), below{system, folder}, names[folder]); err != nil {
			return err
		}
	}
	return nil
}

// folder reads the files of one folder: those that are one report together, then the others.
func (r *reading) folder(ctx context.Context, where string, system fs.FS, names []string) error {
	slices.Sort(names)
	for _, f := range formats() {
		if !f.isReport(ctx, system, names) {
			continue
		}
		together, err := r.report(ctx, f, where, system, names)
		if err != nil {
			return err
		}
		names = slices.DeleteFunc(slices.Clone(names), func(name string) bool { return isAmong(together, name) })
	}
	for _, name := range names {
		if err := r.member(ctx, printable(filepath.Join(where, name)), system, name); err != nil {
			return err
		}
	}
	return nil
}

func (r *reading) member(ctx context.Context, where string, system fs.FS, name string) error {
	file, err := system.Open(name)
	if err != nil {
		return r.fail(where, err)
	}
	defer func() { _ = file.Close() }() // It was only read.
	if inner, ok := file.(File); ok && isArchive(inner) {
		return r.archive(ctx, where, inner)
	}
	return r.stream(ctx, where, file)
}

// isReport reports whether a folder with files of these names is a report of the
// format: one of them must be recognised by its content.
func (f format) isReport(ctx context.Context, system fs.FS, names []string) bool {
	return f.belongs != nil && slices.ContainsFunc(names, func(name string) bool {
		return f.belongs(name) && f.isIn(ctx, system, name)
	})
}

func (f format) isIn(ctx context.Context, system fs.FS, name string) bool {
	file, err := system.Open(name)
	if err != nil {
		return false
	}
	defer func() { _ = file.Close() }() // It was only read.
	_, found, err := open(ctx, name, file, Options{}, nil)
	return err == nil && found.name == f.name
}

// report reads a folder that is one report, and returns those of its files that are part of it.
func (r *reading) report(ctx context.Context, f format, where string, system fs.FS, names []string) ([]string, error) {
	in := &input{ctx: ctx, options: r.options, report: Report{File: where, Format: f.name, Problems: []Problem{}}, emitTo: r.emit}
	together := f.readFolder(in, system, names)
	return together, r.finish(in.finish())
}

// sharedFolder reads those files of a folder that are named and are one report,
// and marks them as read.
func (r *reading) sharedFolder(ctx context.Context, where string, paths []string, read map[string]bool) error {
	var names []string
	for _, name := range paths {
		if filepath.Dir(name) == where {
			names = append(names, filepath.Base(name))
		}
	}
	slices.Sort(names)
	names = slices.Compact(names)
	system := os.DirFS(where)
	for _, f := range formats() {
		if !f.isReport(ctx, system, names) {
			continue
		}
		together, err := r.report(ctx, f, where, system, names)
		if err != nil {
			return err
		}
		names = slices.DeleteFunc(names, func(name string) bool { return isAmong(together, name) })
		for _, name := range paths {
			if filepath.Dir(name) == where && isAmong(together, filepath.Base(name)) {
				read[name] = true
			}
		}
	}
	return nil
}

// isAmong reports whether a name is one of names, which are sorted.
func isAmong(names []string, name string) bool {
	_, found := slices.BinarySearch(names, name)
	return found
}

// part reads one file of a folder that is one report, and adds what it finds to
// that. A mistake in it is a problem of the whole; the other files go on.
func (in *input) part(folder fs.FS, name string, read func(*input)) {
	if in.err != nil {
		return
	}
	file, err := folder.Open(name)
	if err != nil {
		in.note(Problem{File: in.partOf(name), Text: "It cannot be opened."})
		return
	}
	defer func() { _ = file.Close() }() // It was only read.
	inner := &input{ctx: in.ctx, options: in.options, report: Report{File: printable(name)}, emitTo: in.emitTo}
	inner.text = inner.decoded(&patient{ctx: in.ctx, file: file})
	read(inner)
	in.merge(inner)
}

// partOf is the path of a file of the folder.
func (in *input) partOf(name string) string { return filepath.Join(in.report.File, name) }

func (in *input) merge(inner *input) {
	c, more := &in.report.Counts, inner.report.Counts
	c.Tests += more.Tests
	c.Passed += more.Passed
	c.Failed += more.Failed
	c.Errors += more.Errors
	c.Skipped += more.Skipped
	c.Untested += more.Untested
	in.report.Attempts += inner.report.Attempts
	in.total = addElapsed(in.total, inner.total)
	for _, p := range inner.report.Problems {
		p.File = in.partOf(inner.report.File)
		in.note(p)
	}
	in.unlisted += inner.unlisted
	in.doubtful = in.doubtful || inner.doubtful
	if wrong, ok := errors.AsType[*Error](inner.err); ok {
		in.note(Problem{File: in.partOf(inner.report.File), Line: wrong.Line, Text: wrong.Text})
	} else if inner.err != nil {
		in.err = inner.err
	}
}
