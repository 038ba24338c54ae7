// Package demo simulates the life of three teams: half a year of runs with
// weekdays and weekends, releases, a slow drift, a bad week, flaky and broken
// tests, and one run that is going on. It submits as any client does, through
// api.Writer, and must not know how runs are stored. The same seed and the same
// time give the same data.
package demo

import (
	"cmp"
	"context"
	"fmt"
	"log/slog"
	"slices"
	"time"

	"github.com/runboard/runboard/api"
)

// Options are what a simulation works with. All but Now, Pace, Span and Seed are
// required, CreateProject and Travel by Fill alone.
type Options struct {
	// Reader finds what an earlier start has left.
	Reader api.Reader
	// CreateProject makes a project and returns its id. Only Fill uses it.
	CreateProject func(ctx context.Context, name string) (int64, error)
	// Writer acts as the user of a name, who may submit, import and administrate.
	Writer func(ctx context.Context, name string) (api.Writer, error)
	// Travel makes it the given time for what is written next. Only Fill uses it.
	Travel func(now time.Time)
	Log    *slog.Logger
	Now    func() time.Time // time.Now when nil.
	Pace   time.Duration    // Between two steps of the run that is going on; 4 s when zero.
	Span   time.Duration    // How far back Fill goes; half a year, which is the most, when zero.
	Seed   uint64
}

// Demo is a simulation over one store.
type Demo struct {
	Options

	writers map[string]api.Writer // By name of the user.
}

// New prepares a simulation.
func New(options Options) *Demo {
	if options.Now == nil {
		options.Now = time.Now
	}
	options.Pace, options.Span = cmp.Or(options.Pace, 4*time.Second), cmp.Or(options.Span, span)
	return &Demo{Options: options, writers: map[string]api.Writer{}}
}

// Fill submits the runs of half a year, or of the end of it, oldest first. It is meant for an empty
// store, and takes seconds.
func (d *Demo) Fill(ctx context.Context) error {
	now := d.Now()
	projects := catalog(d.Seed, now)
	d.Travel(now.Add(-span))
	for _, p := range projects {
		if err := d.prepare(ctx, p); err != nil {
			return err
		}
	}
	runs := slices.DeleteFunc(plan(d.Seed, projects, now), func(r *run) bool { return r.at.Before(now.Add(-d.Span)) })
	results := 0
	for _, run := range runs {
		lanes := run.simulate(d.Seed)
		if err := d.submit(ctx, run, lanes); err != nil {
			return err
		}
		for _, tests := range lanes {
			results += len(tests)
		}
	}
	d.Log.InfoContext(ctx, "filled with demo data", "projects", len(projects), "runs", len(runs), "results", results,
		"duration", d.Now().Sub(now).Round(time.Millisecond))
	return nil
}

// prepare makes a project with its configurations and milestones.
func (d *Demo) prepare(ctx context.Context, p *project) error {
	id, err := d.CreateProject(ctx, p.name)
	if err != nil {
		return fmt.Errorf("making the project %s: %w", p.name, err)
	}
	p.id = id
	w, err := d.writer(ctx, release)
	if err != nil {
		return err
	}
	for _, name := range p.configs() {
		if _, err := w.CreateConfig(ctx, p.id, api.NewConfig{Name: name}); err != nil {
			return fmt.Errorf("making the configuration %s: %w", name, err)
		}
	}
	for _, m := range p.milestones {
		if _, err := w.CreateMilestone(ctx, p.id, m.NewMilestone); err != nil {
			return fmt.Errorf("making the milestone %s: %w", m.Name, err)
		}
	}
	return nil
}

// writer acts as a user. Each is asked for once.
func (d *Demo) writer(ctx context.Context, name string) (api.Writer, error) {
	if w, ok := d.writers[name]; ok {
		return w, nil
	}
	w, err := d.Writer(ctx, name)
	if err != nil {
		return nil, fmt.Errorf("acting as %s: %w", name, err)
	}
	d.writers[name] = w
	return w, nil
}

// maxBatch is how many tests are sent at once: contract 2.9, what the CLI does.
const maxBatch = 250

// submit sends a whole run, its lanes as threads, as if it happened when it did.
func (d *Demo) submit(ctx context.Context, run *run, lanes [][]api.NewTest) error {
	w, err := d.writer(ctx, run.by)
	if err != nil {
		return err
	}
	d.Travel(run.at)
	id, err := w.CreateRun(ctx, run.suite.project.id, run.describe())
	if err != nil {
		return fmt.Errorf("creating the run %s: %w", run.name, err)
	}
	threads := make([]int64, len(lanes))
	for i := range lanes {
		if threads[i], err = w.CreateThread(ctx, id, run.lane(i)); err != nil {
			return fmt.Errorf("opening a thread of the run %s: %w", run.name, err)
		}
	}
	end := run.at
	for i, tests := range lanes {
		done := run.at.Add(elapsed(tests))
		end = later(end, done)
		d.Travel(done)
		if err := appendTests(ctx, w, threads[i], tests); err != nil {
			return fmt.Errorf("submitting the run %s: %w", run.name, err)
		}
	}
	d.Travel(end.Add(run.overhead()))
	if err := w.CompleteRun(ctx, id, api.RunEnd{MeasureElapsed: true}); err != nil {
		return fmt.Errorf("completing the run %s: %w", run.name, err)
	}
	return nil
}

func appendTests(ctx context.Context, w api.Writer, threadID int64, tests []api.NewTest) error {
	for batch := range slices.Chunk(tests, maxBatch) {
		took := elapsed(batch).Microseconds()
		if err := w.AppendThread(ctx, threadID, api.ThreadUpdate{ElapsedObserved: &took, Tests: batch}); err != nil {
			return err
		}
	}
	return nil
}

func elapsed(tests []api.NewTest) time.Duration {
	total := int64(0)
	for _, test := range tests {
		if test.Elapsed != nil {
			total += *test.Elapsed
		}
	}
	return time.Duration(total) * time.Microsecond
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}
