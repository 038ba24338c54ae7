package web_test

import (
	"context"
	"log/slog"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/runboard/runboard/api"
	"github.com/runboard/runboard/api/store/storetest"
	"github.com/runboard/runboard/web"
)

// withDemo has a server begin with a week of demo data.
func withDemo(c *web.Config) { c.Demo, c.DemoSpan = true, 7*24*time.Hour }

// demoRuns are how many runs of the demo's first project a store has.
func demoRuns(t *testing.T, c *web.Config) int {
	t.Helper()
	s, err := web.OpenStore(t.Context(), c.Data, c.Store, slog.New(slog.DiscardHandler))
	require.NoError(t, err)
	defer func() { require.NoError(t, s.Close()) }()
	page, err := s.ListRuns(t.Context(), 2, api.NewRunFilter())
	if api.IsKind(err, api.KindNotFound) {
		return 0
	}
	require.NoError(t, err)
	return page.Total
}

func TestDemoFillsAnEmptyStoreOnce(t *testing.T) {
	t.Parallel()

	for name, address := range map[string]func(*testing.T) string{
		"sqlite": func(*testing.T) string { return "" }, "postgres": storetest.PostgresURL,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			config := web.Config{Listen: "127.0.0.1:0", Data: t.TempDir(), Store: address(t), Log: slog.New(slog.DiscardHandler)}
			withDemo(&config)
			// The first token of a store is older than its demo.
			s, err := web.OpenStore(t.Context(), config.Data, config.Store, config.Log)
			require.NoError(t, err)
			secret, err := s.CreateToken(t.Context(), "ci", api.ScopeRead)
			require.NoError(t, err)
			require.NoError(t, s.Close())

			b := start(t, func(c *web.Config) { log := c.Log; *c = config; c.Log = log }, nil)
			require.Contains(t, b.get("/projects/2/runs").body, "web-e2e")
			require.Equal(t, 200, b.get("/api/v1/user", "Authorization", "Bearer "+secret).StatusCode, "what the store held is still there")
			require.Eventually(t, func() bool { return len(runningRuns(t, &config)) > 0 }, patience, patience/1000, "a run goes on")
			b.stop()
			b.wait()
			require.Empty(t, b.log.lines("ERROR"))

			before := demoRuns(t, &config)
			require.Greater(t, before, 10)
			b = start(t, func(c *web.Config) { log := c.Log; *c = config; c.Log = log }, nil)
			require.Less(t, demoRuns(t, &config), before+10, "it is not filled again")
			require.Empty(t, b.log.lines("filling"))
			require.Len(t, b.log.lines("not filled with demo data"), 1, "and the log says so")
			leftovers, err := filepath.Glob(filepath.Join(config.Data, "*.demo*"))
			require.NoError(t, err)
			require.Empty(t, leftovers)
		})
	}
}

func runningRuns(t *testing.T, c *web.Config) []api.Run {
	t.Helper()
	s, err := web.OpenStore(t.Context(), c.Data, c.Store, slog.New(slog.DiscardHandler))
	require.NoError(t, err)
	defer func() { require.NoError(t, s.Close()) }()
	filter := api.NewRunFilter()
	filter.Statuses = []int64{int64(api.StatusRunning)}
	page, err := s.ListRuns(t.Context(), 2, filter)
	require.NoError(t, err)
	return page.Result
}

func TestDemoLeavesRunsAlone(t *testing.T) {
	t.Parallel()

	data := t.TempDir()
	b := start(t, func(c *web.Config) { c.Data = data }, nil)
	b.submit("Not of the demo")
	b.stop()
	b.wait()
	b = start(t, func(c *web.Config) { c.Data = data; withDemo(c) }, nil)
	require.Contains(t, b.get("/projects/1/runs").body, "Not of the demo")
	require.Equal(t, 404, b.get("/projects/2/runs").StatusCode)
}

// interrupt starts a server with half a year of demo data, and stops it as soon
// as a condition holds.
func interrupt(t *testing.T, config web.Config, when func() bool) {
	t.Helper()
	config.DemoSpan = 0
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() {
		server, err := web.New(ctx, config)
		if err == nil {
			err = server.Close()
		}
		ended <- err
	}()
	require.Eventually(t, when, patience, patience/10_000)
	stop()
	require.Error(t, <-ended, "the demo is not whole")
}

func TestInterruptedDemoBeginsAnew(t *testing.T) {
	t.Parallel()

	config := web.Config{Listen: "127.0.0.1:0", Data: t.TempDir(), Log: slog.New(slog.DiscardHandler)}
	withDemo(&config)
	interrupt(t, config, func() bool {
		info, err := os.Stat(filepath.Join(config.Data, "runboard.db.demo-wal"))
		return err == nil && info.Size() > 1<<20
	})
	require.Zero(t, demoRuns(t, &config))
	server, err := web.New(t.Context(), config)
	require.NoError(t, err)
	require.NoError(t, server.Close())
	require.Greater(t, demoRuns(t, &config), 10)
}

func TestInterruptedDemoOfADatabaseIsSaid(t *testing.T) {
	t.Parallel()

	config := web.Config{Listen: "127.0.0.1:0", Data: t.TempDir(), Store: storetest.PostgresURL(t), Demo: true}
	log := &journal{}
	config.Log = slog.New(slog.NewTextHandler(log, nil))
	interrupt(t, config, func() bool { return len(log.lines("filling")) > 0 && demoRuns(t, &config) > 3 })
	require.Len(t, log.lines("demo is not whole"), 1)

	_, err := web.New(t.Context(), config)
	require.ErrorContains(t, err, "give the demo an empty database")
	config.Demo = false
	server, err := web.New(t.Context(), config)
	require.NoError(t, err, "whoever does not ask for the demo has what is there")
	require.NoError(t, server.Close())
}
