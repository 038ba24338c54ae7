package web

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"

	"github.com/runboard/runboard/api/store"
)

// OpenStore opens the store of a server with the same data folder and address,
// beside that server if it runs. An empty address is that of the SQLite file in
// the folder. The caller closes it.
func OpenStore(ctx context.Context, data, address string, log *slog.Logger) (*store.Store, error) {
	address, err := storeAddress(data, address)
	if err != nil {
		return nil, err
	}
	return openStore(ctx, address, store.Options{Log: log})
}

// HasStore reports whether there is a store at that address of a SQLite file, or in
// that folder. Of a database it is true: to ask it is to open it.
func HasStore(data, address string) bool {
	if isPostgres(address) {
		return true
	}
	_, err := os.Stat(cmp.Or(address, filepath.Join(data, "runboard.db")))
	return !errors.Is(err, fs.ErrNotExist)
}

// storeAddress is where a store is: whatever links lead to a SQLite file, its
// path is the same. The data folder is made when the store lies in it.
func storeAddress(data, address string) (string, error) {
	if isPostgres(address) {
		return address, nil
	}
	if address == "" {
		if err := makeFolder(data); err != nil {
			return "", err
		}
		address = filepath.Join(data, "runboard.db")
	}
	if path, err := filepath.EvalSymlinks(address); err == nil {
		return path, nil
	}
	return address, nil
}

func isPostgres(address string) bool {
	return strings.HasPrefix(address, "postgres://") || strings.HasPrefix(address, "postgresql://")
}

func openStore(ctx context.Context, address string, options store.Options) (*store.Store, error) {
	s, err := store.Open(ctx, address, options)
	if err != nil {
		return nil, fmt.Errorf("the store cannot be opened: %w", err)
	}
	return s, nil
}
