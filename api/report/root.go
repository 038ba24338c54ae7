package report

import (
	"context"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
	"unicode"
)

// rooted are the files of a folder of the system. Unlike those of os.Root.FS,
// their names may be any that the system has.
type rooted struct{ *os.Root }

func (r rooted) Open(name string) (fs.File, error) { return r.Root.Open(filepath.FromSlash(name)) }

// below are the files of a folder of another file system. Unlike those of
// fs.Sub, their names may be any.
type below struct {
	system fs.FS
	folder string
}

func (b below) Open(name string) (fs.File, error) { return b.system.Open(path.Join(b.folder, name)) }

// directory reads a folder of the system. Nothing outside of it is reached.
func (r *reading) directory(ctx context.Context, name string) error {
	root, err := os.OpenRoot(name)
	if err != nil {
		return r.fail(name, err)
	}
	defer func() { _ = root.Close() }() // It was only read.
	files, others, err := list(ctx, rooted{root})
	if err != nil {
		if ctx.Err() != nil {
			return err
		}
		return r.fail(name, err)
	}
	read := map[string]bool{}
	for _, file := range files {
		read[file] = true
	}
	for _, other := range others {
		wrong := follow(root, other, read)
		if wrong == "" {
			files = append(files, other)
		} else if err := r.refuse(&Error{File: printable(filepath.Join(name, other)), Text: wrong, Err: ErrUnknown}); err != nil {
			return err
		}
	}
	return r.tree(ctx, name, rooted{root}, files)
}

// list is all files of a folder but those that are hidden: plain ones, and links
// and others.
func list(ctx context.Context, folder rooted) (files, others []string, err error) {
	err = fs.WalkDir(folder, ".", func(file string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case file != "." && strings.HasPrefix(path.Base(file), "."):
			if entry.IsDir() {
				return fs.SkipDir
			}
		case entry.Type().IsRegular():
			files = append(files, file)
		case !entry.IsDir():
			others = append(others, file)
		}
		if len(files)+len(others) > maxFiles {
			return fmt.Errorf("it holds more than %d files", maxFiles)
		}
		return ctx.Err()
	})
	return files, others, err
}

// follow says why something that is no plain file is left out; "" for a link to
// one, which it then adds to those that are read.
func follow(root *os.Root, name string, read map[string]bool) string {
	info, err := root.Lstat(filepath.FromSlash(name))
	if err != nil || info.Mode()&fs.ModeSymlink == 0 {
		return "It is no plain file."
	}
	info, err = root.Stat(filepath.FromSlash(name))
	if err != nil || !info.Mode().IsRegular() {
		return "It is a link that does not lead to a file of this folder."
	}
	end, err := endOf(root.Name(), name)
	if err != nil {
		return "It is a link that cannot be followed."
	}
	if read[end] {
		return "It is a link to a file that is read itself."
	}
	read[end] = true
	return ""
}

// endOf is where a link of a folder leads, within it.
func endOf(folder, name string) (string, error) {
	home, err := filepath.EvalSymlinks(folder)
	if err != nil {
		return "", err
	}
	end, err := filepath.EvalSymlinks(filepath.Join(home, filepath.FromSlash(name)))
	if err != nil {
		return "", err
	}
	inner, err := filepath.Rel(home, end)
	return filepath.ToSlash(inner), err
}

// printable is a name that a file has on some system, as it can be shown.
func printable(name string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return unicode.ReplacementChar
		}
		return r
	}, strings.ToValidUTF8(name, string(unicode.ReplacementChar)))
}
