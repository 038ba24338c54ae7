package apitest

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/runboard/runboard/api"
)

// world is a stage on which the seed has been sent. Nothing changes it.
type world struct {
	*stage

	runs       []seeded
	writers    map[string]api.Writer
	users      map[string]int64
	sources    map[string]int64
	configs    map[string]int64
	milestones map[string]int64
	elsewhere  seeded // Of another project, whose names are the same.
}

// seeded is a run of the seed, and what it has to look like.
type seeded struct {
	Run

	want api.Run
}

func newWorld(t *testing.T, open Open) *world {
	t.Helper()
	w := &world{
		stage: newStage(t, open), writers: map[string]api.Writer{},
		users: map[string]int64{}, sources: map[string]int64{}, configs: map[string]int64{}, milestones: map[string]int64{},
	}
	for _, name := range seedUsers {
		w.writers[name] = w.Writer(t, name, api.ScopeImport)
	}
	other := w.CreateProject(t, "Elsewhere")
	for _, projectID := range []int64{other, w.projectID} {
		for _, name := range seedConfigs[1:] {
			id, err := w.writer.CreateConfig(t.Context(), projectID, api.NewConfig{Name: name})
			require.NoError(t, err)
			w.configs[name] = id
		}
		for _, name := range seedMilestones[1:] {
			milestone := api.NewMilestone{Name: name}
			if name == pick(seedMilestones, 2) {
				milestone.AutomationTags = []string{"other", releaseTag}
			}
			id, err := w.writer.CreateMilestone(t.Context(), projectID, milestone)
			require.NoError(t, err)
			w.milestones[name] = id
		}
	}
	seed := Seed()
	decoy := seed[1]
	decoy.Threads, decoy.Later, decoy.End = nil, nil, nil
	w.elsewhere = seeded{decoy, w.run(t, w.submit(t, other, decoy))}
	for i, run := range seed {
		if i == SeedSize/2 {
			// A backend may have to keep up with what follows its first list.
			_, err := w.Reader.ListRuns(t.Context(), w.projectID, api.NewRunFilter())
			require.NoError(t, err)
		}
		w.advance(time.Second)
		now := api.NewTime(w.now())
		id := w.submit(t, w.projectID, run)
		w.runs = append(w.runs, seeded{run, expected(run, now)})
		w.runs[len(w.runs)-1].want.ID = id
	}
	w.learn(t)
	return w
}

// submit sends a run as a client would.
func (w *world) submit(t *testing.T, projectID int64, run Run) int64 {
	t.Helper()
	ctx, by := t.Context(), w.writers[run.By]
	id, err := by.CreateRun(ctx, projectID, run.NewRun)
	require.NoError(t, err)
	for _, more := range run.Later {
		require.NoError(t, by.AppendRun(ctx, id, more))
	}
	for _, thread := range run.Threads {
		by := w.writers[thread.By]
		lane, err := by.CreateThread(ctx, id, thread.Start)
		require.NoError(t, err)
		for _, batch := range thread.Batches {
			require.NoError(t, by.AppendThread(ctx, lane, batch))
		}
		if thread.End != nil {
			require.NoError(t, by.CompleteThread(ctx, lane, *thread.End))
		}
	}
	if run.End != nil {
		require.NoError(t, w.writers[run.EndedBy].CompleteRun(ctx, id, *run.End))
	}
	return id
}

// learn finds out which ids stand for the names, and puts them in.
func (w *world) learn(t *testing.T) {
	t.Helper()
	users := collect(t, 100, func(page int) (api.Page[api.Named], error) {
		filter := api.NewListFilter()
		filter.Page = page
		return w.Reader.ListProjectUsers(t.Context(), w.projectID, filter)
	})
	for _, user := range users {
		w.users[user.Name] = user.ID
	}
	sources, err := w.Reader.ListSources(t.Context(), w.projectID, api.NewSourceFilter())
	require.NoError(t, err)
	for _, source := range sources.Result {
		w.sources[source.Name] = source.ID
	}
	for i := range w.runs {
		run, want := &w.runs[i], &w.runs[i].want
		want.ProjectID, want.SourceID = w.projectID, w.sources[run.Source]
		want.ConfigID, want.MilestoneID = api.OptionalID(w.configs[run.Config]), api.OptionalID(w.milestones[run.milestone()])
		want.CreatedBy = w.users[run.By]
		if len(run.Later) > 0 {
			want.UpdatedBy = api.OptionalID(want.CreatedBy)
		}
		if run.End != nil {
			want.CompletedBy = api.OptionalID(w.users[run.EndedBy])
		}
		for n := range want.Threads {
			thread := &want.Threads[n]
			thread.CreatedBy = w.users[run.Threads[n].By]
			want.UpdatedBy = api.OptionalID(thread.CreatedBy)
			switch {
			case !thread.IsCompleted:
			case run.Threads[n].End != nil:
				thread.CompletedBy = api.OptionalID(thread.CreatedBy)
			default:
				thread.CompletedBy = want.CompletedBy
			}
		}
		if run.End != nil {
			want.UpdatedBy = want.CompletedBy
		}
	}
}

// milestone is the name of the milestone that the run belongs to: contract 2.5.
func (r Run) milestone() string {
	if r.Milestone == "" && hasAny(r.Tags, releaseTag) {
		return pick(seedMilestones, 2)
	}
	return r.Milestone
}

// expected is what contract 2.3, 2.7, 2.8 and 3.2 make of a run that is sent at
// the given time, but for ids.
func expected(run Run, now api.Time) api.Run {
	want := api.Run{
		Name: run.Name, Status: api.StatusRunning, Tags: append([]string{}, run.Tags...), CreatedAt: run.CreatedAt,
		Artifacts: []api.Artifact{}, Fields: []api.Field{}, Links: []api.Link{}, Threads: []api.Thread{}, ThreadCount: len(run.Threads),
	}
	if run.End != nil || len(run.Threads)+len(run.Later) > 0 {
		want.UpdatedAt = now
	}
	for _, more := range append([]api.Attachments{run.Attachments}, run.Later...) {
		want.Artifacts, want.Fields = append(want.Artifacts, more.Artifacts...), append(want.Fields, more.Fields...)
		want.Links = append(want.Links, more.Links...)
	}
	var longest *int64
	for i, sent := range run.Threads {
		thread := expectedThread(sent, run.End, now)
		thread.Index = i
		if thread.IsCompleted {
			want.ThreadCompletedCount++
		}
		for _, status := range api.DefaultStatuses() {
			want.Add(status, *thread.At(status.ID))
		}
		if thread.Elapsed != nil && (longest == nil || *thread.Elapsed > *longest) {
			longest = thread.Elapsed
		}
		want.Threads = append(want.Threads, thread)
	}
	want.ThreadActiveCount = want.ThreadCount - want.ThreadCompletedCount
	if run.End != nil {
		want.IsCompleted, want.Status, want.CompletedAt, want.Elapsed = true, want.Outcome(), run.End.CompletedAt, longest
		if run.End.MeasureElapsed {
			want.Elapsed = new(want.CompletedAt.Sub(want.CreatedAt.Time).Microseconds())
		}
	}
	return want
}

func expectedThread(sent Thread, runEnd *api.RunEnd, now api.Time) api.Thread {
	want := api.Thread{
		Status: api.StatusRunning, CreatedAt: now,
		Artifacts: append([]api.Artifact{}, sent.Start.Artifacts...), Fields: append([]api.Field{}, sent.Start.Fields...),
	}
	var observed, computed *int64
	for _, update := range append([]api.ThreadUpdate{sent.Start}, sent.Batches...) {
		observed, computed = plus(observed, update.ElapsedObserved), plus(computed, update.ElapsedComputed)
		for _, test := range update.Tests {
			want.Add(statusNamed(test.Status), 1)
		}
	}
	if sent.End != nil {
		want.IsCompleted, want.CompletedAt = true, now
		observed, computed = instead(observed, sent.End.ElapsedObserved), instead(computed, sent.End.ElapsedComputed)
	}
	want.Elapsed = instead(computed, observed)
	if runEnd != nil && (!want.IsCompleted || runEnd.CompletedAt.Before(now.Time)) {
		// Nothing of a run that was imported outlasts it.
		want.IsCompleted, want.CompletedAt = true, runEnd.CompletedAt
		if want.CreatedAt.After(want.CompletedAt.Time) {
			want.CreatedAt = want.CompletedAt
		}
	}
	if want.IsCompleted {
		want.Status = want.Outcome()
	}
	return want
}

// plus adds what may be unknown: nil when both are.
func plus(a, b *int64) *int64 {
	if a == nil || b == nil {
		return instead(a, b)
	}
	return new(*a + *b)
}

// instead is b, or a when nobody said b.
func instead(a, b *int64) *int64 {
	if b != nil {
		return b
	}
	return a
}
