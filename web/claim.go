package web

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// claim is the right to serve a store. Only one server at a time has it, because
// the lists of each would miss what the other one takes in. It ends with the
// process at the latest, whichever way that ends.
type claim struct {
	url  string
	conn *pgx.Conn    // Its session has the lock; nil for SQLite.
	free func() error // Lets another server have the store.
}

var errServed = errors.New("another server serves this store: stop that one first, or name another store with --data or --store")

// claimStore takes the right to serve the store of an address, or says that
// another server has it.
func claimStore(ctx context.Context, address string) (*claim, error) {
	take := claimFile
	if isPostgres(address) {
		take = claimDatabase
	}
	c, err := take(ctx, address)
	if err != nil && !errors.Is(err, errServed) {
		return nil, fmt.Errorf("the store cannot be locked: %w", err)
	}
	return c, err
}

// claimFile locks a file beside that of SQLite, which SQLite locks in its own
// ways. It is never removed: a lock on a removed file keeps nobody off.
func claimFile(_ context.Context, path string) (*claim, error) {
	file, err := os.OpenFile(path+".lock", os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, err
	}
	err = syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
	if errors.Is(err, syscall.EWOULDBLOCK) {
		err = errServed
	}
	if err != nil {
		return nil, errors.Join(err, file.Close())
	}
	return &claim{free: file.Close}, nil
}

// lockNotAvailable is PostgreSQL's code for a lock that another session has.
const lockNotAvailable = "55P03"

// claimDatabase locks the schema, as databases can be shared. It has a moment's
// patience, because a session may outlive its server by as much.
func claimDatabase(ctx context.Context, url string) (*claim, error) {
	conn, err := pgx.Connect(ctx, url)
	if err != nil {
		return nil, err
	}
	_, err = conn.Exec(ctx, "SET lock_timeout = '2s'; SELECT pg_advisory_lock(hashtextextended('runboard ' || current_schema(), 0))")
	if refusal, ok := errors.AsType[*pgconn.PgError](err); ok && refusal.Code == lockNotAvailable {
		err = errServed
	}
	if err != nil {
		return nil, errors.Join(err, conn.Close(ctx))
	}
	return &claim{url: url, conn: conn, free: func() error { return conn.Close(context.WithoutCancel(ctx)) }}, nil
}

// keep waits until the context ends. A session that PostgreSQL has ended, as when
// it restarts, is begun anew; keep fails when another server has been faster.
func (c *claim) keep(ctx context.Context, log *slog.Logger) error {
	if c.conn == nil {
		<-ctx.Done()
		return nil
	}
	for pause := time.Duration(0); ; pause = min(2*pause+firstPause, longestPause) {
		// Nobody notifies anyone, so it returns with the end of the session.
		if _, err := c.conn.WaitForNotification(ctx); ctx.Err() == nil {
			log.WarnContext(ctx, "session with the lock on the store has ended", "err", err)
		}
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(pause):
		}
		next, err := claimDatabase(ctx, c.url)
		if errors.Is(err, errServed) {
			return err
		}
		if err == nil {
			*c, pause = *next, 0
			log.InfoContext(ctx, "store is locked again")
		}
	}
}

const unfinished = "Filling this database with demo data was interrupted."

var errUnfinished = errors.New("filling the database with demo data was interrupted: give the demo an empty database or schema")

// checkMark refuses a database whose demo is not whole.
func (c *claim) checkMark(ctx context.Context) error {
	var text string
	err := c.conn.QueryRow(ctx, "SELECT COALESCE(obj_description('runs'::regclass, 'pg_class'), '')").Scan(&text)
	if err != nil {
		return fmt.Errorf("looking for the mark of an unfinished demo: %w", err)
	}
	if text == unfinished {
		return errUnfinished
	}
	return nil
}

// mark sets the comment on the table of the runs, or removes it with an empty text.
func (c *claim) mark(ctx context.Context, text string) error {
	if _, err := c.conn.Exec(ctx, "COMMENT ON TABLE runs IS '"+text+"'"); err != nil {
		return fmt.Errorf("marking the demo: %w", err)
	}
	return nil
}
