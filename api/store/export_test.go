package store

import (
	"context"
	"strings"

	"github.com/runboard/runboard/api"
	"github.com/runboard/runboard/api/facet"
)

// PackCounters and UnpackCounters are how counters are stored.
var (
	PackCounters   = packCounters
	UnpackCounters = unpackCounters
)

// MaxTests is how many tests a run can have.
const MaxTests = maxTests

// ExplainTests is the plan of the query behind a list of tests; SQLite only.
func (s *Store) ExplainTests(ctx context.Context, runID int64, filter api.TestFilter) (string, error) {
	where, a, _ := s.condition(runID, filter)
	return s.explain(ctx, "SELECT t.id "+where+" ORDER BY "+s.orderOf(filter)+" LIMIT 100", a...)
}

// ExplainFlaked is the plan of the query for the cases of a page that flaked; SQLite only.
func (s *Store) ExplainFlaked(ctx context.Context, runID int64) (string, error) {
	query, a := s.flaked(runID, []int64{1, 2})
	return s.explain(ctx, query, a...)
}

// ExplainAttempts is the plan of the query for the results of a case; SQLite only.
func (s *Store) ExplainAttempts(ctx context.Context) (string, error) {
	return s.explain(ctx, attemptsOf+"DESC LIMIT 1", 1, 0, 1)
}

func (s *Store) explain(ctx context.Context, query string, args ...any) (string, error) {
	steps, err := queryAll(ctx, s.ro, func(r row) (step string, err error) {
		var id, parent, unused int64
		err = r.Scan(&id, &parent, &unused, &step)
		return step, err
	}, "EXPLAIN QUERY PLAN "+query, args...)
	return strings.Join(steps, "\n"), err
}

// FailCommit lets the commit of a transaction that changed a run fail.
func (s *Store) FailCommit(ctx context.Context, runID int64) error {
	tx, err := s.rw.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	if err := tx.Rollback(); err != nil {
		return err
	}
	return s.commit(ctx, tx, facet.Run{ID: runID})
}

// IsWarm reports whether the index is loaded.
func (s *Store) IsWarm() bool { return s.index.Load() != nil }

// Forget makes the store load its index anew.
func (s *Store) Forget() { s.index.Store(nil) }

// Strangers is how many of their requests are kept an hour.
const Strangers = strangers

// SweepDiary deletes what is too old.
func (s *Store) SweepDiary(ctx context.Context) error {
	s.sweepDiary(ctx)
	return ctx.Err()
}
