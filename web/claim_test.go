package web_test

import (
	"database/sql"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/runboard/runboard/api/store/storetest"
	"github.com/runboard/runboard/web"
)

// Every server has a data folder of its own; that of the first has the store,
// and the link to it, of which the second one is told.
func TestOneServerServesAStore(t *testing.T) {
	t.Parallel()

	for name, addresses := range map[string]func(t *testing.T, data string) (first, second string){
		"file": func(t *testing.T, data string) (first, second string) { t.Helper(); return "", data + "/runboard.db" },
		"another path": func(t *testing.T, data string) (first, second string) {
			t.Helper()
			return data + "/x.db", data + "/../" + filepath.Base(data) + "/x.db"
		},
		"link": func(t *testing.T, data string) (first, second string) {
			t.Helper()
			require.NoError(t, os.Symlink("x.db", data+"/link.db"))
			return data + "/x.db", data + "/link.db"
		},
		"database": func(t *testing.T, _ string) (first, second string) {
			t.Helper()
			url := storetest.PostgresURL(t)
			return url, url + "&application_name=second"
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			data := t.TempDir()
			first, second := addresses(t, data)
			b := start(t, func(c *web.Config) { c.Data, c.Store = data, first }, nil)
			config := web.Config{Listen: "127.0.0.1:0", Data: t.TempDir(), Store: second, Log: slog.New(slog.DiscardHandler)}
			_, err := web.New(t.Context(), config)
			require.ErrorContains(t, err, "another server serves this store")
			b.stop()
			b.wait()
			next, err := web.New(t.Context(), config)
			require.NoError(t, err, "the first one has ended")
			require.NoError(t, next.Close())
		})
	}
}

func TestServersShareADatabaseInSchemasOfTheirOwn(t *testing.T) {
	t.Parallel()

	for range 2 {
		start(t, func(c *web.Config) { c.Store = storetest.PostgresURL(t) }, nil)
	}
}

// PostgreSQL ends sessions when it restarts.
func TestServerLocksItsDatabaseAgain(t *testing.T) {
	t.Parallel()

	url := storetest.PostgresURL(t)
	b := start(t, func(c *web.Config) { c.Store = url + "&application_name=" + t.Name() }, nil)
	admin := session(t, url)
	_, err := admin.ExecContext(t.Context(), "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = $1", t.Name())
	require.NoError(t, err)
	require.Eventually(t, func() bool { return len(b.log.lines("store is locked again")) == 1 }, patience, patience/1000)
	_, err = web.New(t.Context(), web.Config{Listen: "127.0.0.1:0", Data: t.TempDir(), Store: url, Log: slog.New(slog.DiscardHandler)})
	require.ErrorContains(t, err, "another server serves this store")
}

func TestServerEndsWhenAnotherOneHasItsDatabase(t *testing.T) {
	t.Parallel()

	url := storetest.PostgresURL(t)
	server, err := web.New(t.Context(), web.Config{
		Listen: "127.0.0.1:0", Data: t.TempDir(), Store: url + "&application_name=" + t.Name(), Log: slog.New(slog.DiscardHandler),
	})
	require.NoError(t, err)
	ended := make(chan error, 1)
	go func() { ended <- server.Run(t.Context()) }()

	// The other one waits for the lock, and so is the next.
	other, admin := session(t, url), session(t, url)
	locked := make(chan error, 1)
	go func() {
		_, err := other.ExecContext(t.Context(), "SELECT pg_advisory_lock(hashtextextended('runboard ' || current_schema(), 0))")
		locked <- err
	}()
	require.Eventually(t, func() bool {
		var isWaiting bool
		err := admin.QueryRowContext(t.Context(), `SELECT EXISTS (SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND NOT granted
			AND (classid::bigint << 32) + objid::bigint = hashtextextended('runboard ' || current_schema(), 0))`).Scan(&isWaiting)
		return err == nil && isWaiting
	}, patience, patience/1000)
	_, err = admin.ExecContext(t.Context(), "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = $1", t.Name())
	require.NoError(t, err)
	require.NoError(t, <-locked)
	require.ErrorContains(t, <-ended, "another server serves this store")
}

// session is a session with a database, until the test ends.
func session(t *testing.T, url string) *sql.Conn {
	t.Helper()
	db, err := sql.Open("pgx", url)
	require.NoError(t, err)
	conn, err := db.Conn(t.Context())
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, errors.Join(conn.Close(), db.Close())) })
	return conn
}
