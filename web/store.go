package web

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"

	"github.com/runboard/runboard/api/store"
)

// OpenStore opens the store of a server with the same data folder and address,
// beside that server if it runs. An empty address is that of the SQLite file in
// the folder. The caller closes it.
func OpenStore(ctx context.Context, data, address string, log *slog.Logger) (*store.Store, error) {
	return openStore(ctx, data, address, store.Options{Log: log})
}

func openStore(ctx context.Context, data, address string, options store.Options) (*store.Store, error) {
	if address == "" {
		if err := makeFolder(data); err != nil {
			return nil, err
		}
		address = filepath.Join(data, "runboard.db")
	}
	s, err := store.Open(ctx, address, options)
	if err != nil {
		return nil, fmt.Errorf("the store cannot be opened: %w", err)
	}
	return s, nil
}

func makeFolder(path string) error {
	if err := os.MkdirAll(path, 0o700); err != nil {
		return fmt.Errorf("the data folder cannot be used: %w", err)
	}
	return nil
}
