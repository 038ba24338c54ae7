package store_test

import (
	"database/sql"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/runboard/runboard/api"
	"github.com/runboard/runboard/api/store"
	"github.com/runboard/runboard/api/store/storetest"
)

// databases make the URL of a new database of each kind.
func databases() map[string]func(*testing.T) string {
	return map[string]func(*testing.T) string{"sqlite": sqliteURL, "postgres": storetest.PostgresURL}
}

func sqliteURL(t *testing.T) string {
	t.Helper()
	return filepath.Join(t.TempDir(), "runboard.db")
}

// openStore opens a store until the test ends.
func openStore(tb testing.TB, url string, opts store.Options) *store.Store {
	tb.Helper()
	s, err := store.Open(tb.Context(), url, opts)
	require.NoError(tb, err)
	tb.Cleanup(func() { require.NoError(tb, s.Close()) })
	return s
}

func openSQLite(tb testing.TB, path string) *store.Store {
	tb.Helper()
	return openStore(tb, path, store.Options{})
}

// writerOf is a writer with every right.
func writerOf(tb testing.TB, s *store.Store) api.Writer {
	tb.Helper()
	return s.As(actorOf(tb, s, api.ScopeAdmin))
}

func actorOf(tb testing.TB, s *store.Store, scope api.Scope) api.Actor {
	tb.Helper()
	secret, err := s.CreateToken(tb.Context(), "ci", scope)
	require.NoError(tb, err)
	actor, err := s.Authenticate(tb.Context(), secret)
	require.NoError(tb, err)
	return actor
}

// newThread makes a run with one thread.
func newThread(tb testing.TB, w api.Writer) (run, thread int64) {
	tb.Helper()
	run, err := w.CreateRun(tb.Context(), 1, api.NewRun{Name: "nightly", Source: "backend"})
	require.NoError(tb, err)
	thread, err = w.CreateThread(tb.Context(), run, api.ThreadUpdate{})
	require.NoError(tb, err)
	return run, thread
}

// requireField checks that a field was refused, and gives the sentence about it.
func requireField(t *testing.T, err error, field string) string {
	t.Helper()
	refusal, ok := errors.AsType[*api.Error](err)
	require.True(t, ok, "%v", err)
	require.Equal(t, api.KindInvalid, refusal.Kind)
	require.Len(t, refusal.Fields[field], 1, "%v", refusal.Fields)
	return refusal.Fields[field][0]
}

// clock stands still until it is advanced.
type clock struct{ millis atomic.Int64 }

func newClock() *clock {
	var c clock
	c.millis.Store(time.Date(2026, 1, 2, 3, 4, 5, 678e6, time.UTC).UnixMilli())
	return &c
}

func (c *clock) Now() time.Time { return time.UnixMilli(c.millis.Load()).UTC() }

func (c *clock) Advance(by time.Duration) { c.millis.Add(by.Milliseconds()) }

func TestFirstProject(t *testing.T) {
	t.Parallel()
	for name, newURL := range databases() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			url := newURL(t)
			var s *store.Store
			for range 3 {
				s = openStore(t, url, store.Options{})
			}
			page, err := s.ListProjects(t.Context(), api.NewProjectFilter())
			require.NoError(t, err)
			require.Len(t, page.Result, 1, "opening again changes nothing")
			require.Equal(t, "My project", page.Result[0].Name)
			require.EqualValues(t, 1, page.Result[0].ID)
			creator, err := s.User(t.Context(), page.Result[0].CreatedBy)
			require.NoError(t, err)
			require.False(t, creator.IsAPI)

			isEmpty, err := s.IsEmpty(t.Context())
			require.NoError(t, err)
			require.True(t, isEmpty)
			newThread(t, writerOf(t, s))
			isEmpty, err = s.IsEmpty(t.Context())
			require.NoError(t, err)
			require.False(t, isEmpty)
			require.NoError(t, s.Ping(t.Context()))
		})
	}
}

// Several processes may find an empty database at the same time.
func TestOpenAtOnce(t *testing.T) {
	t.Parallel()
	for name, newURL := range databases() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			url := newURL(t)
			var all sync.WaitGroup
			errs := make(chan error, 4)
			for range cap(errs) {
				all.Go(func() {
					s, err := store.Open(t.Context(), url, store.Options{})
					if err == nil {
						err = s.Close()
					}
					errs <- err
				})
			}
			all.Wait()
			close(errs)
			for err := range errs {
				require.NoError(t, err)
			}
		})
	}
}

func TestNewerSchemaIsRefused(t *testing.T) {
	t.Parallel()
	for name, newURL := range databases() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			url := newURL(t)
			run, _ := newThread(t, writerOf(t, openStore(t, url, store.Options{})))
			db := rawDB(t, url)
			_, err := db.ExecContext(t.Context(), "INSERT INTO goose_db_version (version_id, is_applied) VALUES (4711, true)")
			require.NoError(t, err)

			_, err = store.Open(t.Context(), url, store.Options{})
			require.ErrorContains(t, err, "schema 4711 of a newer Runboard")
			require.NotContains(t, err.Error(), "\n")

			_, err = db.ExecContext(t.Context(), "DELETE FROM goose_db_version WHERE version_id = 4711")
			require.NoError(t, err)
			_, err = openStore(t, url, store.Options{}).Run(t.Context(), run, nil)
			require.NoError(t, err, "nothing was touched")
		})
	}
}

func TestUnusableDatabases(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "notes.txt")
	require.NoError(t, os.WriteFile(file, []byte("This is no database, and long enough to be seen as none. "), 0o600))
	for _, path := range []string{t.TempDir(), filepath.Join(t.TempDir(), "no", "such", "folder"), file} {
		_, err := store.Open(t.Context(), path, store.Options{})
		require.Error(t, err)
	}
	_, err := store.Open(t.Context(), "postgres://runboard:hunter2@127.0.0.1:1/runboard", store.Options{})
	require.True(t, api.IsKind(err, api.KindUnavailable), "%v", err)
	require.NotContains(t, err.Error(), "hunter2")
	_, err = store.Open(t.Context(), "postgres://runboard:hunter2@127.0.0.1:port/runboard", store.Options{})
	require.Error(t, err)
	require.NotContains(t, err.Error(), "hunter2")
	text, err := os.ReadFile(file)
	require.NoError(t, err)
	require.Contains(t, string(text), "This is no database", "the file is as it was")
}

func TestFilesAreTheOwners(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	newThread(t, writerOf(t, openSQLite(t, filepath.Join(folder, "a ? 100%20 #1.db"))))
	files, err := os.ReadDir(folder)
	require.NoError(t, err)
	require.Len(t, files, 3, "database, log and shared memory")
	for _, file := range files {
		info, err := file.Info()
		require.NoError(t, err)
		require.Equal(t, os.FileMode(0o600), info.Mode().Perm(), file.Name())
		require.True(t, strings.HasPrefix(file.Name(), "a ? 100%20 #1.db"), file.Name())
	}
}

// rawDB reaches into a database past the store.
func rawDB(tb testing.TB, url string) *sql.DB {
	tb.Helper()
	driver := "pgx"
	if !strings.HasPrefix(url, "postgres") {
		driver, url = "sqlite", "file:"+url+"?_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)&_pragma=busy_timeout(10000)&_txlock=immediate"
	}
	db, err := sql.Open(driver, url)
	require.NoError(tb, err)
	tb.Cleanup(func() { require.NoError(tb, db.Close()) })
	return db
}
