package store

import (
	"context"
	"database/sql"
	"errors"

	"github.com/runboard/runboard/api/facet"
)

// errUnchanged ends a transaction that has nothing to store, successfully.
var errUnchanged = errors.New("nothing changes")

// write runs do in a transaction, whole or not at all. do returns the id of the
// run whose entry in the index has changed, or 0.
func (s *Store) write(ctx context.Context, attempt string, do func(tx *sql.Tx) (int64, error)) error {
	tx, err := s.rw.BeginTx(ctx, nil)
	if err != nil {
		return fail(attempt, err)
	}
	defer tx.Rollback()
	runID, err := do(tx)
	if errors.Is(err, errUnchanged) {
		return nil
	}
	if err != nil {
		return fail(attempt, err)
	}
	if runID == 0 {
		return fail(attempt, tx.Commit())
	}
	run, err := queryOne(ctx, tx, s.scanIndexed, "SELECT "+indexedColumns+" WHERE r.id = $1", runID)
	if err != nil {
		return fail(attempt, err)
	}
	return fail(attempt, s.commit(tx, run))
}

// commit makes a run known to the index in the order in which it was committed.
func (s *Store) commit(tx *sql.Tx, run facet.Run) error {
	s.commits.Lock()
	defer s.commits.Unlock()
	if err := tx.Commit(); err != nil {
		// It may have taken place nevertheless, so the index is loaded anew.
		s.index.Store(nil)
		return err
	}
	if index := s.index.Load(); index != nil {
		index.Put(run)
	}
	return nil
}
