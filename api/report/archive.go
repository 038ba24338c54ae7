package report

import (
	"archive/zip"
	"bytes"
	"context"
	"fmt"
	"io"
	"io/fs"
	"path"
	"path/filepath"
	"strings"
)

// isArchive reports whether a file is one, by its first bytes.
func isArchive(file io.ReaderAt) bool {
	var head [4]byte
	_, err := file.ReadAt(head[:], 0)
	return err == nil && (bytes.Equal(head[:], []byte("PK\x03\x04")) || bytes.Equal(head[:], []byte("PK\x05\x06")))
}

// archive is a zip file as a file system of its files alone.
type archive struct {
	where string
	files map[string]*zip.File
	left  int64 // What may still be unpacked, over all files.
}

// archive reads all files of an archive but those that it would be dangerous to
// unpack, or that nobody can tell apart. Archives in it are not read.
func (r *reading) archive(ctx context.Context, name string, file File) error {
	size, err := file.Seek(0, io.SeekEnd)
	if err != nil {
		return r.fail(name, err)
	}
	packed, err := zip.NewReader(file, size)
	if err != nil {
		return r.fail(name, err)
	}
	if len(packed.File) > maxFiles {
		return r.refuse(&Error{File: name, Text: fmt.Sprintf("The archive holds more than %d files.", maxFiles)})
	}
	a := &archive{where: name, files: map[string]*zip.File{}, left: maxUnpacked}
	var names []string
	for _, file := range packed.File {
		inner, wrong := a.admit(file)
		if wrong != nil {
			if err := r.refuse(wrong); err != nil {
				return err
			}
		} else if inner != "" {
			names = append(names, inner)
		}
	}
	return r.tree(ctx, name, a, names)
}

// admit takes a file in, and returns its name; "" for what is none. Otherwise it
// says why the file is left out.
func (a *archive) admit(file *zip.File) (string, *Error) {
	name := path.Clean(strings.ReplaceAll(file.Name, `\`, "/")) // As some programs of Windows write it.
	switch mode := file.Mode(); {
	case !filepath.IsLocal(name) || strings.Index(name, ":/") == 1:
		return "", &Error{File: a.where, Text: "A file is left out, since its path leads out of the archive: " + shorten(printable(file.Name))}
	case mode.IsDir():
		return "", nil
	case strings.HasPrefix(path.Base(name), "."), strings.HasPrefix(name, "__MACOSX/"):
		return "", nil // What systems add.
	case !mode.IsRegular():
		return "", &Error{File: printable(filepath.Join(a.where, name)), Text: "It is a link or a device, which is not followed.", Err: ErrUnknown}
	case a.files[name] != nil:
		return "", &Error{File: a.where, Text: "A file is left out, since another one has the same name: " + shorten(printable(file.Name))}
	}
	a.files[name] = file
	return name, nil
}

// Open opens one file. What is read of it is bounded.
func (a *archive) Open(name string) (fs.File, error) {
	file, ok := a.files[name]
	if !ok {
		return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
	}
	from, err := file.Open()
	if err != nil {
		return nil, err
	}
	where := filepath.Join(a.where, name)
	opened := &archived{file: file, from: from}
	opened.bounded = bounded{name: where, from: from, packed: func() int64 { return int64(file.CompressedSize64) }, left: &a.left}
	return opened, nil
}

// archived is an open file of an archive.
type archived struct {
	bounded

	file *zip.File
	from io.ReadCloser
}

func (f *archived) Stat() (fs.FileInfo, error) { return f.file.FileInfo(), nil }
func (f *archived) Close() error               { return f.from.Close() }
