package submit

import (
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
)

// expand is the files of a pattern in the order of their names, without those
// that are hidden. What is a path of something is no pattern.
func expand(pattern string) ([]string, error) {
	if _, err := os.Lstat(pattern); err == nil || !strings.ContainsAny(pattern, "*?[") {
		return []string{pattern}, nil
	}
	slashed := filepath.ToSlash(filepath.Clean(pattern))
	segments := strings.Split(slashed, "/")
	fixed := slices.IndexFunc(segments, func(s string) bool { return strings.ContainsAny(s, "*?[") })
	root, rest := strings.Join(segments[:fixed], "/"), segments[fixed:]
	if fixed > 0 && root == "" {
		root = "/"
	}
	var found []string
	err := fs.WalkDir(folder(orHere(root)), ".", func(name string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return nil //nolint:nilerr // A folder that is not there, or may not be read, holds no files.
		case name == ".":
			return nil
		}
		parts := strings.Split(name, "/")
		isMatch, mayFollow, err := match(rest, parts)
		switch {
		case err != nil:
			return err
		case entry.IsDir():
			isHidden := strings.HasPrefix(parts[len(parts)-1], ".")
			if isMatch && !isHidden && rest[len(rest)-1] != "**" { // As a shell gives it, to be read as a whole.
				found = append(found, filepath.Join(root, filepath.FromSlash(name)))
				return fs.SkipDir
			}
			if !mayFollow || isHidden {
				return fs.SkipDir
			}
		case isMatch && !strings.HasPrefix(parts[len(parts)-1], "."):
			found = append(found, filepath.Join(root, filepath.FromSlash(name)))
		}
		return nil
	})
	slices.Sort(found)
	return found, err
}

// folder is a folder of the system, whose files may have any names: os.DirFS
// knows only those that are UTF-8.
type folder string

func (f folder) Open(name string) (fs.File, error) {
	return os.Open(filepath.Join(string(f), filepath.FromSlash(name)))
}

func orHere(root string) string {
	if root == "" {
		return "."
	}
	return root
}

// match reports whether a path matches a pattern, and whether something below
// it may. A ** stands for any number of folders.
func match(pattern, parts []string) (isMatch, mayFollow bool, err error) {
	switch {
	case len(pattern) == 0:
		return len(parts) == 0, false, nil
	case len(parts) == 0:
		isMatch = !slices.ContainsFunc(pattern, func(s string) bool { return s != "**" })
		return isMatch, true, nil
	case pattern[0] == "**":
		isMatch, _, err = match(pattern[1:], parts)
		if err != nil || isMatch {
			return isMatch, true, err
		}
		isMatch, _, err = match(pattern, parts[1:])
		return isMatch, true, err
	}
	ok, err := path.Match(pattern[0], parts[0])
	if err != nil || !ok {
		return false, false, err
	}
	return match(pattern[1:], parts[1:])
}
