package demo_test

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"math"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/runboard/runboard/api"
	"github.com/runboard/runboard/api/demo"
)

// today is a Tuesday.
var today = time.Date(2026, 3, 17, 15, 0, 0, 0, time.UTC)

// board remembers what is submitted to it.
type board struct {
	api.Reader // Only what the demo asks for.

	t          *testing.T
	mu         sync.Mutex // Of the runs and threads.
	now        time.Time
	projects   []api.Project
	milestones map[int64][]api.Milestone
	configs    []string
	runs       []*submitted
	threads    []*thread
}

type submitted struct {
	id, project int64
	by          string
	at, end     time.Time
	threads     []*thread
	api.NewRun
}

type thread struct {
	run         *submitted
	tests       []api.NewTest
	isCompleted bool
}

func (r *submitted) tests() []api.NewTest {
	var all []api.NewTest
	for _, t := range r.threads {
		all = append(all, t.tests...)
	}
	return all
}

func (r *submitted) count(status string) int {
	n := 0
	for _, test := range r.tests() {
		if test.Status == status {
			n++
		}
	}
	return n
}

type author struct {
	*board

	name string
}

func (a author) CreateRun(_ context.Context, projectID int64, run api.NewRun) (int64, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	r := &submitted{id: int64(len(a.runs) + 1), project: projectID, by: a.name, at: a.now, NewRun: run}
	a.runs = append(a.runs, r)
	return r.id, nil
}

func (a author) AppendRun(context.Context, int64, api.Attachments) error { return nil }

func (a author) CompleteRun(_ context.Context, id int64, _ api.RunEnd) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.runs[id-1].end = a.now
	return nil
}

func (a author) CreateThread(_ context.Context, runID int64, _ api.ThreadUpdate) (int64, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	t := &thread{run: a.runs[runID-1]}
	a.threads = append(a.threads, t)
	t.run.threads = append(t.run.threads, t)
	return int64(len(a.threads)), nil
}

func (a author) AppendThread(_ context.Context, id int64, more api.ThreadUpdate) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	t := a.threads[id-1]
	if t.isCompleted || !t.run.end.IsZero() {
		return fmt.Errorf("thread %d is completed", id)
	}
	t.tests = append(t.tests, more.Tests...)
	return nil
}

func (a author) CompleteThread(_ context.Context, id int64, _ api.ThreadUpdate) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.threads[id-1].isCompleted = true
	return nil
}

func (a author) CreateConfig(_ context.Context, _ int64, config api.NewConfig) (int64, error) {
	a.configs = append(a.configs, config.Name)
	return int64(len(a.configs)), nil
}

func (a author) CreateMilestone(_ context.Context, projectID int64, m api.NewMilestone) (int64, error) {
	a.milestones[projectID] = append(a.milestones[projectID], api.Milestone{Name: m.Name, AutomationTags: m.AutomationTags})
	return int64(len(a.milestones[projectID])), nil
}

func (b *board) ListProjects(context.Context, api.ProjectFilter) (api.Page[api.Project], error) {
	return api.NewPage(b.projects, 1, 100, len(b.projects)), nil
}

func (b *board) ListMilestones(_ context.Context, id int64, _ api.MilestoneFilter) (api.Page[api.Milestone], error) {
	return api.NewPage(b.milestones[id], 1, 100, len(b.milestones[id])), nil
}

func (b *board) ListRuns(_ context.Context, projectID int64, filter api.RunFilter) (api.Page[api.Run], error) {
	var found []api.Run
	var users []api.Named
	for _, r := range b.runs {
		if r.project == projectID && r.end.IsZero() && slices.Equal(filter.Statuses, []int64{int64(api.StatusRunning)}) {
			found = append(found, api.Run{ID: r.id, CreatedBy: r.id})
			users = append(users, api.Named{ID: r.id, Name: r.by})
		}
	}
	page := api.NewPage(found, 1, 100, len(found))
	page.Expands.Users = users
	return page, nil
}

func newBoard(t *testing.T, seed uint64, span time.Duration) (*board, *demo.Demo) {
	t.Helper()
	b := &board{t: t, now: today, milestones: map[int64][]api.Milestone{}}
	return b, demo.New(demo.Options{
		Reader: b, Log: slog.New(slog.DiscardHandler), Now: func() time.Time { return today }, Seed: seed, Span: span,
		CreateProject: func(_ context.Context, name string) (int64, error) {
			b.projects = append(b.projects, api.Project{ID: int64(len(b.projects) + 1), Name: name})
			return int64(len(b.projects)), nil
		},
		Writer: func(_ context.Context, name string) (api.Writer, error) { return author{b, name}, nil },
		Travel: func(now time.Time) { b.now = now },
	})
}

// filled is a board with the runs of a few days.
func filled(t *testing.T, seed uint64) *board {
	t.Helper()
	b, d := newBoard(t, seed, 20*24*time.Hour)
	require.NoError(t, d.Fill(t.Context()))
	return b
}

// whole is the board of the demo itself, which is filled once.
var whole struct {
	once sync.Once
	*board
}

// halfYear is that board, only to be looked at.
func halfYear(t *testing.T) *board {
	t.Helper()
	whole.once.Do(func() {
		b, d := newBoard(t, 2026, 0)
		require.NoError(t, d.Fill(t.Context()))
		whole.board = b
	})
	require.NotNil(t, whole.board, "the board could not be filled")
	return whole.board
}

// fingerprint is of everything that was submitted.
func (b *board) fingerprint() string {
	h := sha256.New()
	for _, r := range b.runs {
		text, err := json.Marshal(r.NewRun)
		require.NoError(b.t, err)
		h.Write(append(text, r.by+r.at.String()+r.end.String()...))
		for _, test := range r.tests() {
			text, err := json.Marshal(test)
			require.NoError(b.t, err)
			h.Write(text)
		}
	}
	return hex.EncodeToString(h.Sum(nil))
}

func TestFillIsTheSameForASeed(t *testing.T) {
	t.Parallel()

	first := filled(t, 1).fingerprint()
	require.Equal(t, first, filled(t, 1).fingerprint())
	require.NotEqual(t, first, filled(t, 2).fingerprint())
}

func TestFillIsSizedForADemo(t *testing.T) {
	t.Parallel()

	b := halfYear(t)
	results := 0
	for _, r := range b.runs {
		results += len(r.tests())
	}
	t.Logf("%d runs with %d results", len(b.runs), results)
	require.Len(t, b.projects, 3)
	require.Greater(t, len(b.runs), 1200)
	require.Less(t, len(b.runs), 2000)
	require.Less(t, results, 250_000)
}

func TestFillIsAValidHistory(t *testing.T) {
	t.Parallel()

	b := halfYear(t)
	configs := map[string]bool{"": true}
	for _, name := range b.configs {
		configs[name] = true
	}
	milestones := map[string]bool{"": true}
	for _, list := range b.milestones {
		for _, m := range list {
			milestones[m.Name] = true
		}
	}
	statuses, key := api.DefaultStatuses(), regexp.MustCompile("^[a-z0-9]{1,64}$")
	last := time.Time{}
	for _, r := range b.runs {
		require.False(t, r.at.Before(last), "runs are submitted in order")
		require.True(t, r.end.After(r.at), "%s ends after it began", r.Name)
		require.False(t, r.end.After(today), "%s is not in the future", r.Name)
		require.True(t, configs[r.Config], r.Config)
		require.True(t, milestones[r.Milestone], r.Milestone)
		last = r.at
		for _, test := range r.tests() {
			require.True(t, key.MatchString(test.Key), test.Key)
			if _, known := statuses.ByAlias(test.Status); !known {
				require.Fail(t, "unknown status", test.Status)
			}
			for _, f := range test.Fields {
				require.NotContains(t, *f.Value, "%!", "a text with a gap")
			}
		}
	}
}

func TestFillLooksLikeLife(t *testing.T) {
	t.Parallel()

	b := halfYear(t)
	var weekday, weekend, green float64
	byStatus := map[string]int{}
	sources, people, tags := map[string]int{}, map[string]int{}, map[string]int{}
	flaked := 0
	for _, r := range b.runs {
		if r.at.Weekday() == time.Saturday || r.at.Weekday() == time.Sunday {
			weekend += 1.0 / 2
		} else {
			weekday += 1.0 / 5
		}
		if r.count("failed") == 0 {
			green++
		}
		sources[r.Source]++
		people[r.by]++
		for _, tag := range r.Tags {
			tags[tag]++
		}
		results := map[string]string{}
		for _, test := range r.tests() {
			byStatus[test.Status]++
			if results[test.Key] == "failed" && test.Status == "passed" {
				flaked++
			}
			results[test.Key] = test.Status
		}
	}
	t.Log(byStatus, sources, people, "flaked", flaked, "green", green/float64(len(b.runs)))
	require.Less(t, weekend, weekday*0.6, "weekends are quieter")
	require.InDelta(t, 0.65, green/float64(len(b.runs)), 0.15, "most runs succeed, many do not")
	require.Len(t, sources, 9)
	require.Len(t, people, 5)
	require.Greater(t, flaked, 100)
	for _, status := range []string{"passed", "failed", "skipped", "blocked", "retest"} {
		require.Positive(t, byStatus[status], status)
	}
	require.Positive(t, tags["nightly"])
	require.Positive(t, tags["pull-request"])
}

func TestFillCanBeShort(t *testing.T) {
	t.Parallel()

	b := filled(t, 2026)
	require.Len(t, b.projects, 3)
	require.NotEmpty(t, b.runs)
	for _, r := range b.runs {
		require.False(t, r.at.Before(today.AddDate(0, 0, -20)), "%s is of the last days", r.Name)
	}
	long := halfYear(t).runs
	require.Equal(t, long[len(long)-1].Name, b.runs[len(b.runs)-1].Name, "it is the end of the long one")
}

// The eighth week before today is bad: more fails, and everything takes longer.
func TestFillHasABadWeek(t *testing.T) {
	t.Parallel()

	var rates []float64
	runs := halfYear(t).runs
	from := time.Date(2026, 1, 5, 0, 0, 0, 0, time.UTC)
	for week := range 3 {
		failed, total := 0, 0
		for _, r := range runs {
			if start := from.AddDate(0, 0, 7*(week-1)); !r.at.Before(start) && r.at.Before(start.AddDate(0, 0, 7)) {
				failed += r.count("failed")
				total += len(r.tests())
			}
		}
		rates = append(rates, float64(failed)/float64(total))
	}
	require.Greater(t, rates[1], 4*math.Max(rates[0], rates[2]), "failures before, in and after the week: %v", rates)
}

func TestFillDrifts(t *testing.T) {
	t.Parallel()

	mean := func(runs []*submitted) float64 {
		sum, n := 0.0, 0
		for _, r := range runs {
			for _, test := range r.tests() {
				if r.Source == "web-e2e" && test.Status == "passed" {
					sum += float64(*test.Elapsed)
					n++
				}
			}
		}
		return sum / float64(n)
	}
	runs := halfYear(t).runs
	require.Greater(t, mean(runs[len(runs)*3/4:]), 1.15*mean(runs[:len(runs)/4]), "tests get slower")
}

// glance is what there is to be seen of a run at a moment.
type glance struct {
	runs             int // Of the whole board.
	tests            int
	isCompleted      bool
	completedThreads int
}

// look waits until nothing moves, and looks at a run by its index.
func (b *board) look(run int) glance {
	synctest.Wait()
	b.mu.Lock()
	defer b.mu.Unlock()
	r := b.runs[run]
	seen := glance{runs: len(b.runs), tests: len(r.tests()), isCompleted: !r.end.IsZero()}
	for _, t := range r.threads {
		if t.isCompleted {
			seen.completedThreads++
		}
	}
	return seen
}

func (b *board) isCompleted(id int64) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return !b.runs[id-1].end.IsZero()
}

func TestRunKeepsOneRunGoing(t *testing.T) {
	t.Parallel()

	b := filled(t, 2026)
	// What a former start has left.
	cutOff, err := author{b, "ci-main"}.CreateRun(t.Context(), 1, api.NewRun{})
	require.NoError(t, err)
	foreign, err := author{b, "someone"}.CreateRun(t.Context(), 1, api.NewRun{})
	require.NoError(t, err)
	synctest.Test(t, func(t *testing.T) {
		before := len(b.runs)
		ctx, cancel := context.WithCancel(t.Context())
		d := demo.New(demo.Options{
			Reader: b, Log: slog.New(slog.DiscardHandler), Seed: 2026,
			Writer: func(_ context.Context, name string) (api.Writer, error) { return author{b, name}, nil },
		})
		ended := make(chan error, 1)
		go func() { ended <- d.Run(ctx) }()

		start := b.look(before)
		require.True(t, b.isCompleted(cutOff), "the run that was cut off is completed")
		require.False(t, b.isCompleted(foreign), "someone else's run is left alone")
		require.Equal(t, before+1, start.runs)
		require.Positive(t, start.tests, "the run is under way when it is first seen")

		time.Sleep(time.Minute) //nolint:forbidigo // The time of the bubble.
		later := b.look(before)
		require.Greater(t, later.tests, start.tests, "results keep coming")
		require.False(t, later.isCompleted)

		time.Sleep(10 * time.Minute) //nolint:forbidigo // The time of the bubble.
		last := b.look(before)
		require.True(t, last.isCompleted, "the run is completed")
		require.Greater(t, last.runs, before+1, "and followed by the next")
		require.Positive(t, last.completedThreads)

		cancel()
		require.NoError(t, <-ended)
	})
}

func TestRunLeavesOtherProjectsAlone(t *testing.T) {
	t.Parallel()

	b, d := newBoard(t, 1, 0)
	b.projects = []api.Project{{ID: 1, Name: "Storefront"}}
	require.NoError(t, d.Run(t.Context()))
	require.Empty(t, b.runs)
}

func TestFillSaysWhatItCouldNotDo(t *testing.T) {
	t.Parallel()

	d := demo.New(demo.Options{
		Log: slog.New(slog.DiscardHandler), Travel: func(time.Time) {},
		CreateProject: func(context.Context, string) (int64, error) { return 0, errors.New("no room") },
	})
	err := d.Fill(t.Context())
	require.ErrorContains(t, err, "no room")
	require.True(t, strings.HasPrefix(err.Error(), "making the project"))
}
