package store

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"github.com/runboard/runboard/api/facet"
)

// errUnchanged ends a transaction that has nothing to store, successfully.
var errUnchanged = errors.New("nothing changes")

// A commit that takes longer is given up, and so is looking for what became of
// one that failed: meanwhile nobody else can commit.
const (
	commitTimeout = 30 * time.Second
	rereadTimeout = 5 * time.Second
)

// write runs do in a transaction, whole or not at all. do returns the id of the
// run whose entry in the index has changed, or 0.
func (s *Store) write(ctx context.Context, attempt string, do func(tx *sql.Tx) (int64, error)) error {
	// A transaction ends with its request, but not once it is being committed:
	// nobody would know whether that has taken place.
	lasting, giveUp := context.WithCancel(context.WithoutCancel(ctx))
	defer giveUp()
	detach := context.AfterFunc(ctx, giveUp)
	defer detach()
	tx, err := s.rw.BeginTx(lasting, nil)
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
	var run facet.Run
	if runID != 0 {
		if run, err = s.indexed(ctx, tx, runID); err != nil {
			return fail(attempt, err)
		}
	}
	if !detach() {
		return fail(attempt, ctx.Err())
	}
	defer time.AfterFunc(commitTimeout, giveUp).Stop()
	if runID == 0 {
		return fail(attempt, tx.Commit())
	}
	return fail(attempt, s.commit(ctx, tx, run))
}

// commit makes a run known to the index in the order in which it was committed.
func (s *Store) commit(ctx context.Context, tx *sql.Tx, run facet.Run) error {
	s.commits.Lock()
	defer s.commits.Unlock()
	err := tx.Commit()
	index := s.index.Load()
	switch {
	case index == nil:
	case err == nil:
		index.Put(run)
	default:
		s.reread(ctx, index, run.ID)
	}
	return err
}

// reread makes the index know a run as it is stored, after a commit that failed:
// it may have taken place nevertheless. Where that cannot be found out, the index
// is loaded anew.
func (s *Store) reread(ctx context.Context, index *facet.Index, runID int64) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), rereadTimeout)
	defer cancel()
	run, err := s.indexed(ctx, s.ro, runID)
	switch {
	case err == nil:
		index.Put(run)
	case !errors.Is(err, sql.ErrNoRows): // That is a run which was to be created.
		s.index.Store(nil)
	}
}
