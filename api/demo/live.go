package demo

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/runboard/runboard/api"
)

// Run keeps one run going on, result after result, until the context ends. What
// an earlier start left unfinished is completed first. It does nothing where
// Fill has never been.
func (d *Demo) Run(ctx context.Context) error {
	suites, err := d.liveSuites(ctx)
	if err != nil || len(suites) == 0 {
		return err
	}
	for n := 0; ctx.Err() == nil; n++ {
		if err := d.live(ctx, suites[n%len(suites)], n); err != nil && ctx.Err() == nil {
			return err
		}
	}
	return nil
}

// liveSuites are those that run all the time, one of each project that is there.
func (d *Demo) liveSuites(ctx context.Context) ([]*suite, error) {
	var suites []*suite
	page, err := d.Reader.ListProjects(ctx, api.NewProjectFilter())
	if err != nil {
		return nil, fmt.Errorf("looking for the demo's projects: %w", err)
	}
	for _, p := range catalog(d.Seed, d.Now()) {
		i := slices.IndexFunc(page.Result, func(known api.Project) bool { return known.Name == p.name })
		if i < 0 {
			continue
		}
		p.id = page.Result[i].ID
		isOurs, err := d.isOurs(ctx, p)
		if err != nil {
			return nil, err
		}
		if !isOurs {
			continue
		}
		suites = append(suites, p.suites[1])
		if err := d.finish(ctx, p); err != nil {
			return nil, err
		}
	}
	return suites, nil
}

// isOurs reports whether Fill has made the project, and not someone who has
// chosen the same name.
func (d *Demo) isOurs(ctx context.Context, p *project) (bool, error) {
	milestones, err := d.Reader.ListMilestones(ctx, p.id, api.NewMilestoneFilter())
	if err != nil {
		return false, fmt.Errorf("looking for the releases of %s: %w", p.name, err)
	}
	return slices.ContainsFunc(milestones.Result, func(m api.Milestone) bool { return m.Name == p.releaseName(0) }), nil
}

// finish completes the runs of a project that were cut off when the server stopped.
func (d *Demo) finish(ctx context.Context, p *project) error {
	w, err := d.writer(ctx, merges)
	if err != nil {
		return err
	}
	filter := api.NewRunFilter()
	filter.Statuses = append(filter.Statuses, int64(api.StatusRunning))
	filter.Expands = []string{"users"}
	page, err := d.Reader.ListRuns(ctx, p.id, filter)
	if err != nil {
		return fmt.Errorf("looking for unfinished runs: %w", err)
	}
	for _, r := range page.Result {
		// Those that someone else has submitted are none of ours.
		if api.NameOf(page.Expands.Users, r.CreatedBy) != merges {
			continue
		}
		if err := w.CompleteRun(ctx, r.ID, api.RunEnd{}); err != nil {
			return fmt.Errorf("completing the run %d: %w", r.ID, err)
		}
	}
	return nil
}

// live submits one run in steps. The first one is found half done.
func (d *Demo) live(ctx context.Context, s *suite, n int) error {
	now, done := d.Now(), 0
	r := &run{suite: s, at: now, now: now, number: int(now.Unix() % 100_000), config: s.config(n)}
	r.merge(stream(d.Seed, "live", now.Unix()))
	r.by = merges
	w, err := d.writer(ctx, r.by)
	if err != nil {
		return err
	}
	described := r.describe()
	if n == 0 {
		done = liveSteps / 3
		described.CreatedAt = api.NewTime(now.Add(-time.Duration(done) * d.Pace))
	}
	id, err := w.CreateRun(ctx, s.project.id, described)
	if err != nil {
		return fmt.Errorf("creating the run %s: %w", r.name, err)
	}
	lanes, err := openLanes(ctx, w, id, r, r.simulate(d.Seed))
	if err != nil {
		return err
	}
	if err := d.advance(ctx, w, lanes, done); err != nil {
		return err
	}
	if err := w.CompleteRun(ctx, id, api.RunEnd{MeasureElapsed: true}); err != nil {
		return fmt.Errorf("completing the run %s: %w", r.name, err)
	}
	return nil
}

// liveSteps are how many steps a run that goes on takes: ten minutes at the usual pace.
const liveSteps = 150

// openLane is a thread with the tests that it has not yet sent.
type openLane struct {
	thread int64
	tests  []api.NewTest
	total  int
	steps  int // After how many it has sent all.
}

func openLanes(ctx context.Context, w api.Writer, id int64, r *run, tests [][]api.NewTest) ([]*openLane, error) {
	lanes := make([]*openLane, len(tests))
	for i := range tests {
		thread, err := w.CreateThread(ctx, id, r.lane(i))
		if err != nil {
			return nil, fmt.Errorf("opening a thread of the run %s: %w", r.name, err)
		}
		// No two lanes are done at once.
		lanes[i] = &openLane{thread: thread, tests: tests[i], total: len(tests[i]), steps: liveSteps - liveSteps*i/(2*len(tests))}
	}
	return lanes, nil
}

// advance sends the next results of all lanes at every step, from the given one on.
func (d *Demo) advance(ctx context.Context, w api.Writer, lanes []*openLane, step int) error {
	ticker := time.NewTicker(d.Pace)
	defer ticker.Stop()
	for ; step <= liveSteps; step++ {
		for _, lane := range lanes {
			if err := lane.advance(ctx, w, step); err != nil {
				return err
			}
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-ticker.C:
		}
	}
	return nil
}

// advance sends what a lane should have sent by a step, and ends it at its last.
func (l *openLane) advance(ctx context.Context, w api.Writer, step int) error {
	if l.thread == 0 {
		return nil
	}
	due := l.total*min(step, l.steps)/l.steps - (l.total - len(l.tests))
	if err := appendTests(ctx, w, l.thread, l.tests[:due]); err != nil {
		return fmt.Errorf("submitting results: %w", err)
	}
	l.tests = l.tests[due:]
	if step < l.steps {
		return nil
	}
	if err := w.CompleteThread(ctx, l.thread, api.ThreadUpdate{}); err != nil {
		return fmt.Errorf("completing a thread: %w", err)
	}
	l.thread = 0
	return nil
}
