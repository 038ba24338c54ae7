package store

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"slices"
	"time"

	"github.com/runboard/runboard/api"
)

// writer writes in the name of a user.
type writer struct {
	*Store
	actor api.Actor
}

var _ api.Writer = writer{}

// As is a writer that acts as a user: what it makes is created by that user, and
// dates in the past need the scope import.
func (s *Store) As(actor api.Actor) api.Writer { return writer{s, actor} }

// given is a time that a client gave, as it is stored: 0 when there is none, or
// when the actor may not give one.
func (w writer) given(field string, t api.Time) (int64, error) {
	if t.IsZero() || !w.actor.Scope.Includes(api.ScopeImport) {
		return 0, nil
	}
	var problems api.Problems
	if t.Millis() > w.millis() {
		problems.Add(field, "Must not be in the future.")
	}
	return t.Millis(), problems.Err()
}

// CreateRun starts a run and returns its id: contract 2.5.
func (w writer) CreateRun(ctx context.Context, projectID int64, run api.NewRun) (id int64, err error) {
	createdAt, err := w.given("created_at", run.CreatedAt)
	if err != nil {
		return 0, err
	}
	createdAt = cmp.Or(createdAt, w.millis())
	err = w.once(ctx, "creating an automation run", &id, func(tx *sql.Tx) (int64, error) {
		if err := requireProject(ctx, tx, projectID); err != nil {
			return 0, err
		}
		config, milestone, err := configAndMilestone(ctx, tx, projectID, run)
		if err != nil {
			return 0, err
		}
		sourceID, err := w.sourceFor(ctx, tx, projectID, run.Source, createdAt)
		if err != nil {
			return 0, err
		}
		if err := countTags(ctx, tx, projectID, run.Tags); err != nil {
			return 0, err
		}
		tags, err := encode(append([]string{}, run.Tags...))
		if err != nil {
			return 0, err
		}
		id, err = queryOne(ctx, tx, scanID, `INSERT INTO runs
			(project_id, source_id, config_id, milestone_id, name, tags, status, counters, created_at, created_by)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) RETURNING id`,
			projectID, sourceID, orNull(config), orNull(milestone), run.Name, tags, int(api.StatusRunning), []byte{}, createdAt, w.actor.ID)
		if err != nil {
			return 0, err
		}
		return id, attach(ctx, tx, id, 0, run.Attachments)
	})
	return id, err
}

// countTags counts one more run for each of the tags.
func countTags(ctx context.Context, tx *sql.Tx, projectID int64, tags []string) error {
	// In one order everywhere, so that no two transactions wait for each other.
	for _, tag := range slices.Compact(slices.Sorted(slices.Values(tags))) {
		_, err := tx.ExecContext(ctx, `INSERT INTO tags (project_id, name, usage_count) VALUES ($1, $2, 1)
			ON CONFLICT (project_id, name) DO UPDATE SET usage_count = tags.usage_count + 1`, projectID, tag)
		if err != nil {
			return err
		}
	}
	return nil
}

// attach hangs something onto a run, or onto a thread of it unless that is 0.
func attach(ctx context.Context, tx *sql.Tx, runID, threadID int64, more api.Attachments) error {
	if len(more.Artifacts)+len(more.Fields)+len(more.Links) == 0 {
		return nil
	}
	body, err := encode(more)
	if err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, "INSERT INTO attachments (run_id, thread_id, body) VALUES ($1, $2, $3)",
		runID, orNull(api.OptionalID(threadID)), body)
	return err
}

// openRun is a run that takes more, as it was before. It is marked as changed
// now, which also makes other transactions about this run wait.
func (w writer) openRun(ctx context.Context, tx *sql.Tx, id int64) (api.Run, error) {
	run, err := queryOne(ctx, tx, w.scanRun, `UPDATE runs SET updated_at = $2, updated_by = $3
		WHERE id = $1 AND completed_at = 0 RETURNING `+runColumns, id, w.millis(), w.actor.ID)
	if !errors.Is(err, sql.ErrNoRows) {
		return run, err
	}
	if err := requireRun(ctx, tx, id); err != nil {
		return run, err
	}
	return run, completed("Automation run", id)
}

// errCompleted is the cause of errors about things that take nothing more.
var errCompleted = errors.New("it is completed")

func completed(thing string, id int64) error {
	refusal := api.Refused("%s %d is completed.", thing, id)
	refusal.Err = errCompleted
	return refusal
}

// unlessCompleted makes completing a second time a success that changes nothing.
func unlessCompleted(err error) error {
	if errors.Is(err, errCompleted) {
		return errUnchanged
	}
	return err
}

// AppendRun adds to a run: contract 2.6.
func (w writer) AppendRun(ctx context.Context, runID int64, more api.Attachments) error {
	return w.once(ctx, "appending to an automation run", nil, func(tx *sql.Tx) (int64, error) {
		if _, err := w.openRun(ctx, tx, runID); err != nil {
			return 0, err
		}
		return 0, attach(ctx, tx, runID, 0, more)
	})
}

// CompleteRun ends a run and its open threads: contract 2.7. A second time changes nothing.
func (w writer) CompleteRun(ctx context.Context, runID int64, end api.RunEnd) error {
	completedAt, err := w.given("completed_at", end.CompletedAt)
	if err != nil {
		return err
	}
	return w.once(ctx, "completing an automation run", nil, func(tx *sql.Tx) (int64, error) {
		run, err := w.openRun(ctx, tx, runID)
		if err != nil {
			return 0, unlessCompleted(err)
		}
		completedAt := cmp.Or(completedAt, max(w.millis(), run.CreatedAt.Millis()))
		if completedAt < run.CreatedAt.Millis() {
			var problems api.Problems
			problems.Add("completed_at", "Must not be before the run was created.")
			return 0, problems.Err()
		}
		longest, err := w.completeThreads(ctx, tx, runID, completedAt)
		if err != nil {
			return 0, err
		}
		run.Elapsed = longest
		if end.MeasureElapsed {
			measured := (time.Duration(completedAt-run.CreatedAt.Millis()) * time.Millisecond).Microseconds()
			run.Elapsed = &measured
		}
		_, err = tx.ExecContext(ctx, `UPDATE runs SET status = $2, elapsed = $3, thread_completed_count = thread_count,
			completed_at = $4, completed_by = $5 WHERE id = $1`,
			runID, int(run.Outcome()), run.Elapsed, completedAt, w.actor.ID)
		if err != nil {
			return 0, err
		}
		return runID, countCompleted(ctx, tx, run, completedAt)
	})
}

// completeThreads ends the open threads of a run, so that none outlasts it, and
// is the elapsed of the longest one, nil when none has any.
func (w writer) completeThreads(ctx context.Context, tx *sql.Tx, runID, completedAt int64) (*int64, error) {
	threads, err := queryAll(ctx, tx, w.scanThread, "SELECT "+threadColumns+" FROM threads WHERE run_id = $1", runID)
	if err != nil {
		return nil, err
	}
	var longest *int64
	for _, thread := range threads {
		if elapsed := thread.Elapsed; elapsed != nil && (longest == nil || *elapsed > *longest) {
			longest = elapsed
		}
		if !thread.IsCompleted || thread.CompletedAt.Millis() > completedAt {
			if err := w.endThread(ctx, tx, thread.Thread, completedAt); err != nil {
				return nil, err
			}
		}
	}
	return longest, nil
}

// endThread completes a thread. Where that was in the past, so was the rest of it.
func (w writer) endThread(ctx context.Context, tx *sql.Tx, thread api.Thread, completedAt int64) error {
	_, err := tx.ExecContext(ctx, "UPDATE threads SET status = $2, created_at = $3, completed_at = $4, completed_by = $5 WHERE id = $1",
		thread.ID, int(thread.Outcome()), min(thread.CreatedAt.Millis(), completedAt), completedAt, w.actor.ID)
	return err
}
