package handlers_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/runboard/runboard/api"
	"github.com/runboard/runboard/handlers"
)

// rowOf is the row of a run that differs from a completed one.
func rowOf(t *testing.T, change func(run *api.Run)) answer {
	t.Helper()
	run := completedRun()
	change(&run)
	b := newBoard(t, func(f *fake, _ *handlers.Options) { f.page.Result = []api.Run{run} })
	a := b.get(t, "/projects/1/runs", nil)
	require.Equal(t, http.StatusOK, a.StatusCode)
	a.Selection = a.Find("[data-run-id]")
	return a
}

func TestElapsedIsReadable(t *testing.T) {
	t.Parallel()
	for us, want := range map[int64]string{
		0: "0 ms", 400: "< 1 ms", 41_000: "41 ms", 999_400: "999 ms", 999_600: "1.0 s", 3_240_000: "3.2 s", 59_940_000: "59.9 s",
		59_960_000: "1 m 00 s", 252_000_000: "4 m 12 s", 3_599_600_000: "1 h 00 m", 3_840_000_000: "1 h 04 m", 360_000_000_000: "100 h 00 m",
	} {
		row := rowOf(t, func(run *api.Run) { run.Elapsed = &us })
		require.Equal(t, want, words(row.Find("td.elapsed")), us)
	}
	require.Equal(t, "–", words(rowOf(t, func(run *api.Run) { run.Elapsed = nil }).Find("td.elapsed")))
}

func TestPassRateIsRoundedButNeverToAllOrNothing(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		success, failure int
		want             string
	}{
		{0, 0, "–"},
		{10, 0, "100 %"},
		{99_999, 1, "99.9 %"},
		{1, 99_999, "0.1 %"},
		{0, 3, "0 %"},
		{1, 2, "33.3 %"},
		{2, 1, "66.7 %"},
		{33, 3, "91.7 %"},
		{1999, 1, "99.9 %"},
		{1, 1999, "0.1 %"},
		{1, 1, "50.0 %"},
	} {
		row := rowOf(t, func(run *api.Run) { run.Counters = api.Counters{Success: tt.success, Failure: tt.failure} })
		require.Contains(t, words(row.Find("td.rate")), tt.want)
	}
}

func TestAgeAndSilence(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		age    time.Duration
		age2   time.Duration // Since the last that was received.
		text   string
		silent string
	}{
		{20 * time.Second, 0, "just now", ""},
		{-20 * time.Second, 0, "just now", ""},
		{59 * time.Minute, 59 * time.Minute, "59 min ago", ""},
		{5 * time.Hour, 60 * time.Minute, "5 h ago", ""},
		{5 * time.Hour, 61 * time.Minute, "5 h ago", "silent for 1 h"},
		{3 * 24 * time.Hour, 2 * 24 * time.Hour, "3 d ago", "silent for 2 d"},
		{30 * 24 * time.Hour, 0, "25 Oct 2026", ""},
		{-48 * time.Hour, 0, "26 Nov 2026", ""},
	} {
		row := rowOf(t, func(run *api.Run) {
			run.Status = api.StatusRunning
			run.CreatedAt, run.UpdatedAt = api.NewTime(now.Add(-tt.age)), api.NewTime(now.Add(-tt.age2))
		})
		require.Equal(t, tt.text, words(row.Find("time")))
		require.Equal(t, tt.silent, words(row.Find(".stale")))
	}
	row := rowOf(t, func(run *api.Run) { run.Status, run.UpdatedAt = api.StatusRunning, api.Time{} })
	require.Equal(t, "silent for 2 h", words(row.Find(".stale")), "nothing was ever received")
}

func TestBarHasItsFixedOrder(t *testing.T) {
	t.Parallel()
	statuses := api.DefaultStatuses()
	statuses[6] = api.Status{ID: 7, Name: "Known bug", IsFailed: true, IsFinal: true, IsActive: true, Color: "#123456"}
	var counters api.Counters
	for id := range api.StatusID(7) {
		counters.Add(statuses.ByID(id+1), int(id)+1)
	}
	b := newBoard(t, func(f *fake, _ *handlers.Options) {
		run := completedRun()
		run.Counters = counters
		f.page.Result, f.page.Expands.Statuses = []api.Run{run}, statuses
	})
	row := b.get(t, "/projects/1/runs", nil).Find("[data-run-id]")
	require.Equal(t, "3 failed, 7 known bug, 5 blocked, 4 retest, 1 untested, 6 skipped, 2 passed", row.Find("[role=img]").AttrOr("aria-label", ""))
}

func TestTextsOfClientsAreNeverMarkup(t *testing.T) {
	t.Parallel()
	evil := `"><img src=x onerror=alert(1)>`
	b := newBoard(t, func(f *fake, _ *handlers.Options) {
		run := completedRun()
		run.Name, run.Tags = evil, []string{evil}
		f.page.Result = []api.Run{run}
		f.page.Expands.Sources[0].Name, f.facets.Sources[0].Name, f.projects[0].Name = evil, evil, evil
	})
	a := b.open(t, "/projects/1/runs?source_id=5&q=%22%3E%3Cimg+src%3Dx%3E", nil)
	require.Equal(t, 0, a.Find("img").Length())
	require.Contains(t, words(a.Find("[data-run-id]")), evil)
}

func TestRunWithoutNamesShowsIDs(t *testing.T) {
	t.Parallel()
	b := newBoard(t, func(f *fake, _ *handlers.Options) { f.page.Expands = api.Expands{} })
	row := words(b.get(t, "/projects/1/runs", nil).Find("[data-run-id='118']"))
	require.Contains(t, row, "#5")
	require.Contains(t, row, "17 failed", "statuses have their usual names")
	require.NotContains(t, words(b.get(t, "/projects/1/runs", nil).Find("[data-run-id='119']")), "#0")
}
