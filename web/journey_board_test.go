package web_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/runboard/runboard/api"
	"github.com/runboard/runboard/api/store"
	"github.com/runboard/runboard/web"
)

// filled is the database that journeys begin with. It is filled once.
var filled struct {
	once sync.Once
	data []byte
}

// What the database of the journeys holds: in project 1 one run every 14 hours,
// the last one running, and nothing in project 2.
const (
	filledRuns  = 90
	runningRun  = "90" // The last one.
	failedRun   = "87" // Has tests of every kind, on two pages.
	failedTests = 120  // In failedRun.
	runs        = "/projects/1/runs"
)

// startFilled runs a server over a copy of that database.
func startFilled(t *testing.T, change func(*web.Config), prepare func(*web.Server)) *board {
	t.Helper()
	return start(t, func(c *web.Config) {
		writeFilled(t, c.Data)
		if change != nil {
			change(c)
		}
	}, prepare)
}

func writeFilled(t *testing.T, folder string) {
	t.Helper()
	filled.once.Do(func() { filled.data = fill(t, fillRuns) })
	require.NotEmpty(t, filled.data, "the database of the journeys could not be filled")
	require.NoError(t, os.WriteFile(filepath.Join(folder, "runboard.db"), filled.data, 0o600))
}

// fill is a database that has been given to a function.
func fill(t *testing.T, with func(f *filler)) []byte {
	t.Helper()
	f := &filler{t: t}
	f.setNow(time.Now().Truncate(time.Second).Add(-90 * 24 * time.Hour))
	path := filepath.Join(t.TempDir(), "runboard.db")
	var err error
	f.store, err = store.Open(t.Context(), path, store.Options{Now: f.now})
	require.NoError(t, err)
	with(f)
	require.NoError(t, f.store.Close())
	data, err := os.ReadFile(path)
	require.NoError(t, err)
	return data
}

// filler submits runs at times of its choosing.
type filler struct {
	t     *testing.T
	store *store.Store
	milli atomic.Int64 // The store asks for the time outside of requests, too.
}

func (f *filler) now() time.Time { return time.UnixMilli(f.milli.Load()) }

func (f *filler) setNow(now time.Time) { f.milli.Store(now.UnixMilli()) }

// as acts as the user of a name.
func (f *filler) as(name string) api.Writer {
	f.t.Helper()
	secret, err := f.store.CreateToken(f.t.Context(), name, api.ScopeAdmin)
	require.NoError(f.t, err)
	actor, err := f.store.Authenticate(f.t.Context(), secret)
	require.NoError(f.t, err)
	return f.store.As(actor)
}

// submit sends a run of one thread, and completes it after a number of minutes;
// 0 leaves it running.
func (f *filler) submit(w api.Writer, run api.NewRun, thread api.ThreadUpdate, minutes int) int64 {
	f.t.Helper()
	ctx := f.t.Context()
	id, err := w.CreateRun(ctx, 1, run)
	require.NoError(f.t, err)
	threadID, err := w.CreateThread(ctx, id, api.ThreadUpdate{})
	require.NoError(f.t, err)
	took := int64(minutes) * time.Minute.Microseconds()
	thread.ElapsedObserved = &took
	require.NoError(f.t, w.AppendThread(ctx, threadID, thread))
	if minutes > 0 {
		f.setNow(f.now().Add(time.Duration(minutes) * time.Minute))
		require.NoError(f.t, w.CompleteRun(ctx, id, api.RunEnd{MeasureElapsed: true}))
	}
	return id
}

func fillRuns(f *filler) {
	ctx := f.t.Context()
	writers := []api.Writer{f.as("ci"), f.as("nightly"), f.as("release")}
	for _, name := range []string{"Chromium on Linux", "Safari on macOS", "PostgreSQL 17"} {
		_, err := writers[0].CreateConfig(ctx, 1, api.NewConfig{Name: name})
		require.NoError(f.t, err)
	}
	for _, name := range []string{"Release 4.2", "Release 4.3"} {
		_, err := writers[0].CreateMilestone(ctx, 1, api.NewMilestone{Name: name})
		require.NoError(f.t, err)
	}
	_, err := f.store.CreateProject(ctx, "Second project")
	require.NoError(f.t, err)
	last := time.Now().Truncate(time.Second).Add(-5 * time.Minute)
	for n := 1; n <= filledRuns; n++ {
		f.setNow(last.Add(time.Duration(n-filledRuns) * 14 * time.Hour))
		run, minutes := filledRun(n), 3+n%11
		if n == filledRuns {
			minutes = 0
		}
		id := f.submit(writers[n%3], run, filledThread(n), minutes)
		require.EqualValues(f.t, n, id)
	}
}

func filledRun(n int) api.NewRun {
	sources := []string{"backend-api", "web-e2e", "mobile", "contracts"}
	run := api.NewRun{
		Name: fmt.Sprintf("Merge of pull request %d", 700+n), Source: sources[n%len(sources)], Tags: []string{"main"},
		ConfigID: api.OptionalID(n % 4), MilestoneID: api.OptionalID(n % 3),
	}
	if n%5 == 0 {
		run.Name, run.Tags = fmt.Sprintf("Nightly %d of %s", n, run.Source), []string{"nightly", "smoke tests"}
	}
	if strconv.Itoa(n) == failedRun {
		value := "https://ci.example.com/builds/87"
		run.Fields = []api.Field{{Type: api.FieldURL, Name: "Build", Value: &value}, {Type: api.FieldString, Name: "Commit", Value: new("4f2a9c1")}}
		run.Links = []api.Link{{Name: "Pull request", URL: "https://git.example.com/pulls/787"}}
		run.Artifacts = []api.Artifact{{Name: "coverage.html", URL: "https://ci.example.com/coverage.html", MimeType: "text/html", Size: new(int64(182_000))}}
	}
	return run
}

// filledThread has a failed test in every third run.
func filledThread(n int) api.ThreadUpdate {
	count := 4 + n%9
	if strconv.Itoa(n) == failedRun {
		count = failedTests
	}
	statuses := []string{"passed", "passed", "skipped", "passed", "passed", "passed"}
	tests := make([]api.NewTest, count)
	for i := range tests {
		tests[i] = api.NewTest{
			Key: fmt.Sprintf("test-%d", i), Name: fmt.Sprintf("reads page %d of the list", i), Status: statuses[i%len(statuses)],
			Folder: []string{"lists", "lists/paging", "sign in"}[i%3], Elapsed: new(int64(1+i*n%700) * 1000),
			Artifacts: []api.Artifact{}, Fields: []api.Field{},
		}
	}
	if n%3 == 0 {
		tests[1].Status, tests[1].File, tests[1].Line = "failed", "lists_test.go", new(41)
		tests[1].Fields = failedFields()
		tests[1].Artifacts = []api.Artifact{{Name: "screen.png", URL: "https://ci.example.com/screen.png", MimeType: "image/png"}}
	}
	return api.ThreadUpdate{Tests: tests}
}

// failedFields are of all five types.
func failedFields() []api.Field {
	return []api.Field{
		{Type: api.FieldConsole, Name: "Error", Value: new("\x1b[31mexpected 25 rows\x1b[0m, got 24"), IsHighlight: true},
		{Type: api.FieldText, Name: "Stack", Value: new("lists_test.go:41\nrunner.go:7")},
		{Type: api.FieldHTML, Name: "Steps", Value: new("<test-steps><test-step status=\"passed\">Open <b>the list</b></test-step><test-step status=\"failed\">Count</test-step></test-steps>")},
		{Type: api.FieldString, Name: "Browser", Value: new("Chromium 156")},
		{Type: api.FieldURL, Name: "Trace", Value: new("https://ci.example.com/trace/41")},
	}
}

// oracle answers what a page ought to show, by asking the API the page's own question.
type oracle struct {
	*api.Client
}

// oracle is that of the board.
func (b *board) oracle() oracle {
	b.t.Helper()
	client, err := api.NewClient(b.URL(), api.ClientOptions{Token: b.token(api.ScopeRead)})
	require.NoError(b.t, err)
	_, err = client.Detect(b.t.Context())
	require.NoError(b.t, err)
	return oracle{client}
}

// runs are the ids of the rows of a runs list with a query, and how many there
// are on all pages.
func (o oracle) runs(ctx context.Context, rawQuery string) (ids []string, total int, err error) {
	filter := api.NewRunFilter()
	filter.PerPage = 25
	if err := api.DecodeFilter(&filter, rawQuery); err != nil {
		return nil, 0, err
	}
	page, err := o.ListRuns(ctx, 1, filter)
	if err != nil {
		return nil, 0, err
	}
	for i := range page.Result {
		ids = append(ids, strconv.FormatInt(page.Result[i].ID, 10))
	}
	return ids, page.Total, nil
}
