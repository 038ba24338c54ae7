package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"slices"
	"strconv"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"
	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"github.com/runboard/runboard/api"
)

// querier is a database or a transaction.
type querier interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
	ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error)
}

// row is what can be scanned once.
type row interface{ Scan(dest ...any) error }

// queryAll is every row of a query, as scan makes it.
func queryAll[T any](ctx context.Context, q querier, scan func(row) (T, error), query string, args ...any) ([]T, error) {
	rows, err := q.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all []T
	for rows.Next() {
		one, err := scan(rows)
		if err != nil {
			return nil, err
		}
		all = append(all, one)
	}
	return all, rows.Err()
}

// queryOne is the only row of a query, or sql.ErrNoRows.
func queryOne[T any](ctx context.Context, q querier, scan func(row) (T, error), query string, args ...any) (T, error) {
	return scan(q.QueryRowContext(ctx, query, args...))
}

// scanID reads a row of one number.
func scanID(r row) (id int64, err error) {
	err = r.Scan(&id)
	return id, err
}

// scanNamed reads an id and a name.
func scanNamed(r row) (named api.Named, err error) {
	err = r.Scan(&named.ID, &named.Name)
	return named, err
}

// args collects the arguments of a statement and hands out their placeholders.
type args []any

// add is the placeholder of one more argument.
func (a *args) add(value any) string {
	*a = append(*a, value)
	return "$" + strconv.Itoa(len(*a))
}

// list is "($1, $2)" for more arguments; there must be one at least.
func list[T any](a *args, values []T) string {
	marks := make([]string, len(values))
	for i, value := range values {
		marks[i] = a.add(value)
	}
	return "(" + strings.Join(marks, ", ") + ")"
}

// insertChunk is how many rows one statement inserts, and listChunk how many
// values it looks for. SQLite goes through all placeholders to find one by its
// name, so statements with very many are slow.
const (
	insertChunk = 8
	listChunk   = 32
)

// insertAll inserts rows. What into names is "table (columns)"; conflict is what
// follows the values, or "".
func insertAll(ctx context.Context, tx *sql.Tx, into string, rows [][]any, conflict string) error {
	full := len(rows) / insertChunk * insertChunk
	if err := insertChunks(ctx, tx, into, rows[:full], insertChunk, conflict); err != nil {
		return err
	}
	return insertChunks(ctx, tx, into, rows[full:], len(rows)-full, conflict)
}

// insertChunks inserts rows, whose number is a multiple of size, so many at a time.
func insertChunks(ctx context.Context, tx *sql.Tx, into string, rows [][]any, size int, conflict string) (err error) {
	if len(rows) == 0 {
		return nil
	}
	var a args
	values := make([]string, size)
	for i := range values {
		values[i] = list(&a, rows[i])
	}
	insert, err := tx.PrepareContext(ctx, "INSERT INTO "+into+" VALUES "+strings.Join(values, ", ")+conflict)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, insert.Close()) }()
	for start := 0; start < len(rows); start += size {
		if _, err := insert.ExecContext(ctx, slices.Concat(rows[start:start+size]...)...); err != nil {
			return err
		}
	}
	return nil
}

// orNull is what is stored for an id that may be missing.
func orNull(id api.OptionalID) any {
	if id == 0 {
		return nil
	}
	return int64(id)
}

// encode is a value as JSON, as text columns hold it. Values of the contract can always be encoded.
func encode(value any) (string, error) {
	text, err := json.Marshal(value)
	return string(text), err
}

// likePart matches what contains a text, in a LIKE with ESCAPE '\'.
func likePart(text string) string {
	return "%" + strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`).Replace(text) + "%"
}

// fail says what was attempted when something went wrong. What the reader may
// see passes as it is, and a database that does not answer is unavailable.
func fail(attempt string, err error) error {
	if _, isReaders := errors.AsType[*api.Error](err); err == nil || isReaders {
		return err
	}
	err = fmt.Errorf("%s: %w", attempt, err)
	if isUnavailable(err) {
		return &api.Error{Kind: api.KindUnavailable, Message: "The database does not answer at the moment.", Err: err}
	}
	return err
}

// isUnavailable is about locks, full disks, and connections that are refused, cut or slow.
func isUnavailable(err error) bool {
	if e, ok := errors.AsType[*sqlite.Error](err); ok {
		switch e.Code() & 0xff { // The rest is detail.
		case sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_READONLY:
			return true
		}
	}
	if e, ok := errors.AsType[*pgconn.PgError](err); ok {
		switch e.Code[:2] { // Class: connection, resources, operator intervention.
		case "08", "53", "57":
			return true
		}
	}
	_, isNet := errors.AsType[net.Error](err)
	_, isConnect := errors.AsType[*pgconn.ConnectError](err)
	return isNet || isConnect || errors.Is(err, driver.ErrBadConn) || errors.Is(err, io.ErrUnexpectedEOF)
}
