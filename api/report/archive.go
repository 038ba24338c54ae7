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

// archive reads all files of an archive, unless something in it would be
// dangerous to unpack: then it reads nothing of it. Archives in it are not read.
func (r *reading) archive(ctx context.Context, name string, file File) error {
	size, err := file.Seek(0, io.SeekEnd)
	if err != nil {
		return r.fail(name, err)
	}
	packed, err := zip.NewReader(file, size)
	if err != nil {
		return r.fail(name, err)
	}
	a := &archive{where: name, files: map[string]*zip.File{}, left: maxUnpacked}
	var names []string
	if wrong := a.admit(packed.File, &names); wrong != "" {
		return r.done(Report{File: name, Problems: []Problem{}}, &Error{File: name, Text: wrong})
	}
	return r.tree(ctx, name, a, names)
}

// admit takes the files of an archive in, or says why it must not be unpacked.
func (a *archive) admit(files []*zip.File, names *[]string) string {
	if len(files) > maxFiles {
		return fmt.Sprintf("The archive holds more than %d files.", maxFiles)
	}
	for _, file := range files {
		name := strings.TrimSuffix(file.Name, "/")
		switch mode := file.Mode(); {
		case !filepath.IsLocal(name) || strings.Contains(name, `\`) || path.Clean(name) != name:
			return "The archive has a file whose path leads out of it: " + shorten(file.Name)
		case mode.IsDir():
			continue
		case !mode.IsRegular():
			return "The archive has something that is no plain file: " + shorten(file.Name)
		case a.files[name] != nil:
			return "The archive has two files of the same name: " + shorten(file.Name)
		}
		if base := path.Base(name); strings.HasPrefix(base, ".") || strings.HasPrefix(name, "__MACOSX/") {
			continue // What systems add.
		}
		a.files[name] = file
		*names = append(*names, name)
	}
	return ""
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
