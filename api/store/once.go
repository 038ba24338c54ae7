package store

import (
	"context"
	"database/sql"
	"time"

	"github.com/runboard/runboard/api"
)

// once is write for what may arrive more than once: see api.WithOnce. made is
// where do leaves the id of what it makes, nil when it makes nothing. The key is
// part of the same transaction, so that it is there if, and only if, the effect
// is; who brings the same key meanwhile waits for its end.
func (w writer) once(ctx context.Context, attempt string, made *int64, do func(tx *sql.Tx) (int64, error)) error {
	once := api.OnceOf(ctx)
	if once.Key == "" {
		return w.write(ctx, attempt, do)
	}
	return w.write(ctx, attempt, func(tx *sql.Tx) (int64, error) {
		if err := w.claim(ctx, tx, once, made); err != nil {
			return 0, err
		}
		runID, err := do(tx)
		if err != nil || made == nil {
			return runID, err
		}
		_, err = tx.ExecContext(ctx, "UPDATE idempotency_keys SET made = $3 WHERE user_id = $1 AND key = $2", w.actor.ID, once.Key, *made)
		return runID, err
	})
}

// claim takes a key. When it is taken already, the error is errUnchanged, and
// made is what was answered then.
func (w writer) claim(ctx context.Context, tx *sql.Tx, once api.Once, made *int64) error {
	now := w.millis()
	if made != nil { // Once for each submission is often enough.
		const kept = api.KeptForDays * 24 * time.Hour
		if _, err := tx.ExecContext(ctx, "DELETE FROM idempotency_keys WHERE written_at < $1", now-kept.Milliseconds()); err != nil {
			return err
		}
	}
	result, err := tx.ExecContext(ctx, `INSERT INTO idempotency_keys (user_id, key, request, written_at) VALUES ($1, $2, $3, $4)
		ON CONFLICT (user_id, key) DO NOTHING`, w.actor.ID, once.Key, once.Request, now)
	if err != nil {
		return err
	}
	if claimed, err := result.RowsAffected(); err != nil || claimed > 0 {
		return err
	}
	var request string
	var answer int64
	err = tx.QueryRowContext(ctx, "SELECT request, made FROM idempotency_keys WHERE user_id = $1 AND key = $2", w.actor.ID, once.Key).
		Scan(&request, &answer)
	if err != nil {
		return err
	}
	if request != once.Request {
		return api.Refused("The %s was used for another request.", api.OnceHeader)
	}
	if made != nil {
		*made = answer
	}
	return errUnchanged
}
