package main

import (
	"bufio"
	"context"
	"database/sql"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/runboard/runboard/api"
	"github.com/runboard/runboard/api/store"
	"github.com/runboard/runboard/web"
)

// The environment of a child that serves, and how often it is killed.
const (
	childServes = "RUNBOARD_TEST_CHILD"
	killCount   = "RUNBOARD_KILLS"
)

func TestMain(m *testing.M) {
	if os.Getenv(childServes) != "" {
		main()
	}
	os.Exit(m.Run())
}

// batchSize is how many tests are sent at once, and submitters how many clients send.
const (
	batchSize  = 40
	submitters = 3
)

// ledger is what the server has acknowledged, by run.
type ledger struct {
	mu   sync.Mutex
	runs map[int64]acknowledged
	all  int           // Batches.
	more chan struct{} // Receives for each batch, as long as there is room.
}

type acknowledged struct {
	batches     int
	isCompleted bool
}

func (l *ledger) note(run int64, a acknowledged) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.all += a.batches - l.runs[run].batches
	l.runs[run] = a
	select {
	case l.more <- struct{}{}:
	default:
	}
}

// QUALITY D1: what the server has acknowledged outlives kill -9, and nothing is
// stored by half.
func TestDurability(t *testing.T) {
	t.Parallel()

	kills := 20
	if text := os.Getenv(killCount); text != "" {
		var err error
		kills, err = strconv.Atoi(text)
		require.NoError(t, err)
	}
	data := t.TempDir()
	tokens := newTokens(t, data)
	known := &ledger{runs: map[int64]acknowledged{}}
	for i := range kills {
		known.more = make(chan struct{}, 1<<10)
		killed(t, data, tokens, i, known)
		requireIntact(t, data, known)
	}
	t.Logf("%d kills, %d runs and %d batches of %d tests acknowledged, 0 lost, 0 stored by half", kills, len(known.runs), known.all, batchSize)
	require.Greater(t, known.all, kills, "the clients got to send something")
}

func newTokens(t *testing.T, data string) []string {
	t.Helper()
	s, err := web.OpenStore(t.Context(), data, "", slog.New(slog.DiscardHandler))
	require.NoError(t, err)
	defer func() { require.NoError(t, s.Close()) }()
	tokens := make([]string, submitters)
	for i := range tokens {
		tokens[i], err = s.CreateToken(t.Context(), fmt.Sprintf("ci-%d", i), api.ScopeSubmit)
		require.NoError(t, err)
	}
	return tokens
}

// killed serves and takes submissions until the server is killed: every second
// time after some acknowledgements, otherwise at a random moment.
func killed(t *testing.T, data string, tokens []string, number int, known *ledger) {
	t.Helper()
	child := exec.CommandContext(t.Context(), os.Args[0], "serve", "--listen=127.0.0.1:0", "--data="+data) //nolint:gosec // This very program.
	child.Env = append(os.Environ(), childServes+"=1")
	log, err := child.StderrPipe()
	require.NoError(t, err)
	require.NoError(t, child.Start())
	address := addressIn(log)
	var clients sync.WaitGroup
	for _, token := range tokens {
		client, err := api.NewClient(address, api.ClientOptions{Token: token})
		require.NoError(t, err)
		clients.Go(func() { submitRuns(t.Context(), client, known) })
	}
	if number%2 == 0 {
		for range 1 + rand.IntN(60) {
			<-known.more
		}
	} else {
		<-time.After(time.Duration(30+rand.IntN(170)) * time.Millisecond)
	}
	require.NoError(t, child.Process.Kill())
	clients.Wait()
	require.Error(t, child.Wait())
	require.Equal(t, -1, child.ProcessState.ExitCode(), "the server was killed and did not end by itself")
}

// addressIn is where the server says that it is. The rest of its log is dropped.
func addressIn(log io.Reader) string {
	address, lines := "", bufio.NewScanner(log)
	for address == "" && lines.Scan() {
		address = regexp.MustCompile(`http://127\.0\.0\.1:\d+`).FindString(lines.Text())
	}
	go func() { _, _ = io.Copy(io.Discard, log) }()
	return address
}

// submitRuns sends run after run until the server does not answer any more.
func submitRuns(ctx context.Context, client *api.Client, known *ledger) {
	for {
		run, err := client.CreateRun(ctx, 1, api.NewRun{Name: "killed", Source: "backend"})
		if err != nil {
			return
		}
		known.note(run, acknowledged{})
		thread, err := client.CreateThread(ctx, run, api.ThreadUpdate{})
		if err != nil {
			return
		}
		for n := range 5 {
			if client.AppendThread(ctx, thread, api.ThreadUpdate{Tests: tests(n)}) != nil {
				return
			}
			known.note(run, acknowledged{batches: n + 1})
		}
		if client.CompleteRun(ctx, run, api.RunEnd{}) != nil {
			return
		}
		known.note(run, acknowledged{batches: 5, isCompleted: true})
	}
}

func tests(batch int) []api.NewTest {
	tests := make([]api.NewTest, batchSize)
	for i := range tests {
		number := batch*batchSize + i
		tests[i] = api.NewTest{Key: fmt.Sprintf("k%d", number), Name: fmt.Sprintf("takes %d items", number), Folder: "shop.Orders", Status: "passed"}
	}
	return tests
}

func requireIntact(t *testing.T, data string, known *ledger) {
	t.Helper()
	s, err := web.OpenStore(t.Context(), data, "", slog.New(slog.DiscardHandler))
	require.NoError(t, err)
	defer func() { require.NoError(t, s.Close()) }()
	for id, a := range known.runs {
		detail, err := s.Run(t.Context(), id, nil)
		require.NoError(t, err)
		require.GreaterOrEqual(t, detail.Result.Total, a.batches*batchSize, "tests of run %d", id)
		require.True(t, detail.Result.IsCompleted || !a.isCompleted, "run %d stays completed", id)
	}
	requireWhole(t, data, s)
}

// requireWhole checks that every run has whole batches, and that its counters
// tell what is there.
func requireWhole(t *testing.T, data string, s *store.Store) {
	t.Helper()
	db, err := sql.Open("sqlite", filepath.Join(data, "runboard.db"))
	require.NoError(t, err)
	defer func() { require.NoError(t, db.Close()) }()
	var verdict string
	require.NoError(t, db.QueryRowContext(t.Context(), "PRAGMA integrity_check").Scan(&verdict))
	require.Equal(t, "ok", verdict)
	counts := map[int64]int{}
	rows, err := db.QueryContext(t.Context(), "SELECT id >> 20, COUNT(*), MAX(id & 1048575) FROM tests GROUP BY id >> 20")
	require.NoError(t, err)
	defer rows.Close()
	for rows.Next() {
		var run int64
		var count, last int
		require.NoError(t, rows.Scan(&run, &count, &last))
		require.Zero(t, count%batchSize, "run %d has half a batch", run)
		require.Equal(t, count, last, "the tests of run %d have no gap", run)
		counts[run] = count
	}
	require.NoError(t, rows.Err())
	filter := api.NewRunFilter()
	for filter.Page = 1; filter.Page != 0; {
		page, err := s.ListRuns(t.Context(), 1, filter)
		require.NoError(t, err)
		for _, run := range page.Result {
			require.Equal(t, counts[run.ID], run.Total, "run %d", run.ID)
		}
		filter.Page = int(page.NextPage)
	}
}
