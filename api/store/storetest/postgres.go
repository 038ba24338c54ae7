// Package storetest gives tests databases for a store. It is imported by tests
// only, and must not know what a store does.
package storetest

import (
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"net/url"
	"os"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5/pgconn"
	_ "github.com/jackc/pgx/v5/stdlib" // Driver "pgx".
	"github.com/stretchr/testify/require"
)

// postgresDSN names the database that tests may make schemas in.
const postgresDSN = "RUNBOARD_TEST_POSTGRES"

// PostgresURL is a fresh schema, until the test ends, in the database that
// RUNBOARD_TEST_POSTGRES names. CI must have one; elsewhere the test is skipped.
func PostgresURL(t *testing.T) string {
	t.Helper()
	dsn := os.Getenv(postgresDSN)
	if dsn == "" {
		require.NotEqual(t, "true", os.Getenv("CI"), "CI needs a PostgreSQL in "+postgresDSN)
		t.Skip(postgresDSN + " names no PostgreSQL")
	}
	admin, err := sql.Open("pgx", dsn)
	require.NoError(t, err)
	schema := "runboard_" + strings.ToLower(rand.Text())
	_, err = admin.ExecContext(t.Context(), "CREATE SCHEMA "+schema)
	require.NoError(t, err)
	t.Cleanup(func() {
		require.NoError(t, drop(admin, schema))
		require.NoError(t, admin.Close())
	})
	location, err := url.Parse(dsn)
	require.NoError(t, err)
	query := location.Query()
	query.Set("search_path", schema)
	location.RawQuery = query.Encode()
	return location.String()
}

// deadlock is PostgreSQL's code for two transactions that wait for each other.
const deadlock = "40P01"

// drop drops a schema. The database may still be at work for a client that has
// gone away in the middle of a transaction, and may end whichever of the two.
func drop(admin *sql.DB, schema string) (err error) {
	for range 5 {
		_, err = admin.ExecContext(context.Background(), "DROP SCHEMA "+schema+" CASCADE")
		if e, ok := errors.AsType[*pgconn.PgError](err); !ok || e.Code != deadlock {
			return err
		}
	}
	return err
}
