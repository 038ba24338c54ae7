// Package store keeps everything in a SQL database, SQLite or PostgreSQL: an
// api.Reader, an api.Insight and, for each user, an api.Writer. One process at a
// time serves a database, because lists of runs come from an index in memory;
// others may meanwhile add and revoke tokens and add projects, which it does not
// hold. The package must not know HTTP.
package store

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"github.com/runboard/runboard/api"
	"github.com/runboard/runboard/api/facet"
)

// Store is an open database. It is safe for concurrent use.
type Store struct {
	handles
	log      *slog.Logger
	now      func() time.Time
	statuses api.Statuses
	tokens   tokenUses
	diary    diary

	commits sync.Mutex // Held from before a commit until the index knows of it, and while the index is loaded.
	index   atomic.Pointer[facet.Index]
}

// Options are what a store may be told. The zero value works.
type Options struct {
	Log   *slog.Logger     // Discards when nil.
	Now   func() time.Time // time.Now when nil.
	Hasty bool             // SQLite does not wait for the disk: for data that can be made anew after a power failure.
}

var (
	_ api.Reader  = (*Store)(nil)
	_ api.Insight = (*Store)(nil)
	_ api.Diary   = (*Store)(nil)
)

// Open opens the SQLite file of a path, or the PostgreSQL database of a
// postgres:// URL, brings its schema up to date, and gives an empty one a
// project with the id 1. A database of a newer Runboard is refused. The caller
// closes the store.
func Open(ctx context.Context, url string, opts Options) (*Store, error) {
	if opts.Log == nil {
		opts.Log = slog.New(slog.DiscardHandler)
	}
	if opts.Now == nil {
		opts.Now = time.Now
	}
	open, dialect := openSQLite, sqliteDialect()
	if isPostgres(url) {
		open, dialect = openPostgres, postgresDialect()
	}
	handles, err := open(url, opts)
	if err != nil {
		return nil, fail("opening the database", err)
	}
	s := &Store{handles: handles, log: opts.Log, now: opts.Now, statuses: api.DefaultStatuses()}
	if err := s.prepare(ctx, dialect); err != nil {
		return nil, errors.Join(err, handles.Close())
	}
	s.tokens.start(ctx, s)
	s.diary.start(ctx, s)
	return s, nil
}

func (s *Store) prepare(ctx context.Context, dialect dialect) error {
	if err := migrate(ctx, s.rw, dialect); err != nil {
		return err
	}
	return s.createFirstProject(ctx)
}

// Close closes the database. Nothing may be asked of the store any more.
func (s *Store) Close() error {
	s.tokens.stop()
	s.diary.stop()
	s.tokens.done.Wait()
	s.diary.done.Wait()
	return s.handles.Close()
}

// Ping reports whether the database answers.
func (s *Store) Ping(ctx context.Context) error {
	return fail("asking the database for an answer", s.ro.PingContext(ctx))
}

// IsEmpty reports whether no project has a run.
func (s *Store) IsEmpty(ctx context.Context) (bool, error) {
	var some bool
	err := s.ro.QueryRowContext(ctx, "SELECT EXISTS (SELECT 1 FROM runs)").Scan(&some)
	return !some, fail("looking for a run", err)
}

// millis is the present time as it is stored.
func (s *Store) millis() int64 { return s.now().UnixMilli() }
