package web

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

func makeFolder(path string) error {
	if err := os.MkdirAll(path, 0o700); err != nil {
		return fmt.Errorf("the data folder cannot be used: %w", err)
	}
	return nil
}

// writeFile makes a private file, whole or not at all.
func writeFile(path string, content []byte) error {
	draft := path + ".new"
	if err := os.WriteFile(draft, content, 0o600); err != nil {
		return err
	}
	return replace(path, draft)
}

// replace puts a draft in the place of a file. Both steps are on disk when it
// returns, so that a power failure leaves either of the two, whole.
func replace(path, draft string) error {
	if err := syncToDisk(draft); err != nil {
		return err
	}
	if err := os.Rename(draft, path); err != nil {
		return err
	}
	return syncToDisk(filepath.Dir(path))
}

func syncToDisk(path string) error {
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(file.Sync(), file.Close())
}
