package store

import (
	"context"
	"database/sql"
	"sync"
)

// mostPrepared is how many statements of SQLite are kept. Each takes some KB for
// every connection; the usual pages need fewer than 100.
const mostPrepared = 300

// reader is a database that keeps its statements prepared: SQLite takes longer
// to understand a small query than to answer it.
type reader struct {
	*sql.DB

	most     int // Statements that are kept.
	mu       sync.RWMutex
	prepared map[string]*sql.Stmt // By their text; they end with the database.
}

func newReader(db *sql.DB, most int) *reader {
	return &reader{DB: db, most: most, prepared: map[string]*sql.Stmt{}}
}

// QueryContext implements querier.
func (r *reader) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	if statement := r.statement(ctx, query); statement != nil { //nolint:sqlclosecheck // It stays open.
		return statement.QueryContext(ctx, args...)
	}
	return r.DB.QueryContext(ctx, query, args...)
}

// QueryRowContext implements querier.
func (r *reader) QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row {
	if statement := r.statement(ctx, query); statement != nil { //nolint:sqlclosecheck // It stays open.
		return statement.QueryRowContext(ctx, args...)
	}
	return r.DB.QueryRowContext(ctx, query, args...)
}

// statement is nil for a query that has to go without: the first ones stay, so
// that rare ones do not drive them out. What cannot be prepared cannot be asked
// either, and says why then.
func (r *reader) statement(ctx context.Context, query string) *sql.Stmt {
	r.mu.RLock()
	statement, isFull := r.prepared[query], len(r.prepared) >= r.most
	r.mu.RUnlock()
	if statement != nil || isFull {
		return statement
	}
	made, err := r.PrepareContext(ctx, query)
	if err != nil {
		return nil
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if statement := r.prepared[query]; statement != nil {
		_ = made.Close() //nolint:sqlclosecheck // Another request was quicker: this one ends, and only here.
		return statement
	}
	r.prepared[query] = made
	return made
}

// Close implements io.Closer.
func (r *reader) Close() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	clear(r.prepared)
	return r.DB.Close()
}
