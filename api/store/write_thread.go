package store

import (
	"context"
	"database/sql"
	"errors"

	"github.com/runboard/runboard/api"
)

// threadRow is a thread with what only the store knows of it.
type threadRow struct {
	api.Thread
	runID              int64
	observed, computed *int64
}

// CreateThread opens a thread of a run and returns its id: contract 2.8.
func (w writer) CreateThread(ctx context.Context, runID int64, thread api.ThreadUpdate) (id int64, err error) {
	err = w.once(ctx, "creating an automation run thread", &id, func(tx *sql.Tx) (int64, error) {
		run, err := w.openRun(ctx, tx, runID)
		if err != nil {
			return 0, err
		}
		id, err = queryOne(ctx, tx, scanID, `INSERT INTO threads
			(run_id, position, status, elapsed_observed, elapsed_computed, counters, created_at, created_by)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8) RETURNING id`,
			runID, run.ThreadCount, int(api.StatusRunning), thread.ElapsedObserved, thread.ElapsedComputed, []byte{}, w.millis(), w.actor.ID)
		if err != nil {
			return 0, err
		}
		if _, err := tx.ExecContext(ctx, "UPDATE runs SET thread_count = thread_count + 1 WHERE id = $1", runID); err != nil {
			return 0, err
		}
		return 0, attach(ctx, tx, runID, id, api.Attachments{Artifacts: thread.Artifacts, Fields: thread.Fields})
	})
	return id, err
}

// openThread is a thread that takes more, with its run. See openRun.
func (w writer) openThread(ctx context.Context, tx *sql.Tx, id int64) (threadRow, api.Run, error) {
	runID, err := queryOne(ctx, tx, scanID, "SELECT run_id FROM threads WHERE id = $1", id)
	if errors.Is(err, sql.ErrNoRows) {
		return threadRow{}, api.Run{}, api.NotFound("automation run thread", id)
	}
	if err != nil {
		return threadRow{}, api.Run{}, err
	}
	run, err := w.openRun(ctx, tx, runID)
	if err != nil {
		return threadRow{}, run, err
	}
	// Only now, because another transaction may have held the run until here.
	thread, err := queryOne(ctx, tx, w.scanThread, "SELECT "+threadColumns+" FROM threads WHERE id = $1", id)
	if err == nil && thread.IsCompleted {
		err = completed("Automation run thread", id)
	}
	return thread, run, err
}

// AppendThread adds to a thread; elapsed is added to what is there: contract 2.8.
func (w writer) AppendThread(ctx context.Context, threadID int64, more api.ThreadUpdate) error {
	tests, err := w.readTests(more.Tests)
	if err != nil {
		return err
	}
	return w.once(ctx, "appending to an automation run thread", nil, func(tx *sql.Tx) (int64, error) {
		thread, run, err := w.openThread(ctx, tx, threadID)
		if err != nil {
			return 0, err
		}
		if err := attach(ctx, tx, run.ID, threadID, api.Attachments{Artifacts: more.Artifacts, Fields: more.Fields}); err != nil {
			return 0, err
		}
		if err := w.insertTests(ctx, tx, run, threadID, tests); err != nil {
			return 0, err
		}
		for _, test := range tests {
			run.Add(test.status, 1)
			thread.Add(test.status, 1)
		}
		_, err = tx.ExecContext(ctx, "UPDATE threads SET elapsed_observed = $2, elapsed_computed = $3, counters = $4 WHERE id = $1",
			threadID, sum(thread.observed, more.ElapsedObserved), sum(thread.computed, more.ElapsedComputed),
			packCounters(&thread.Counters, w.statuses))
		if err != nil || len(tests) == 0 {
			return 0, err
		}
		_, err = tx.ExecContext(ctx, "UPDATE runs SET counters = $2 WHERE id = $1", run.ID, packCounters(&run.Counters, w.statuses))
		return run.ID, err
	})
}

// maxElapsed is the longest elapsed of a thread: what JavaScript keeps exact, as
// in what clients send.
const maxElapsed = 1<<53 - 1

// sum is nil when nobody said anything, and stays at maxElapsed.
func sum(a, b *int64) *int64 {
	if a == nil || b == nil {
		return orElse(a, b)
	}
	total := min(*a, maxElapsed-*b) + *b
	return &total
}

// orElse is the first one that is not nil.
func orElse(a, b *int64) *int64 {
	if a != nil {
		return a
	}
	return b
}

// CompleteThread ends a thread; elapsed replaces what is there: contract 2.8. A second time changes nothing.
func (w writer) CompleteThread(ctx context.Context, threadID int64, end api.ThreadUpdate) error {
	return w.once(ctx, "completing an automation run thread", nil, func(tx *sql.Tx) (int64, error) {
		thread, run, err := w.openThread(ctx, tx, threadID)
		if err != nil {
			return 0, unlessCompleted(err)
		}
		_, err = tx.ExecContext(ctx, "UPDATE threads SET elapsed_observed = $2, elapsed_computed = $3 WHERE id = $1",
			threadID, orElse(end.ElapsedObserved, thread.observed), orElse(end.ElapsedComputed, thread.computed))
		if err != nil {
			return 0, err
		}
		if err := w.endThread(ctx, tx, thread.Thread, max(w.millis(), thread.CreatedAt.Millis())); err != nil {
			return 0, err
		}
		_, err = tx.ExecContext(ctx, "UPDATE runs SET thread_completed_count = thread_completed_count + 1 WHERE id = $1", run.ID)
		return 0, err
	})
}
