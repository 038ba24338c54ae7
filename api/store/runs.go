package store

import (
	"cmp"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/runboard/runboard/api"
)

const runColumns = `id, project_id, source_id, COALESCE(config_id, 0), COALESCE(milestone_id, 0), name, tags, status, elapsed, counters,
	thread_count, thread_completed_count, created_at, created_by, updated_at, COALESCE(updated_by, 0), completed_at, COALESCE(completed_by, 0)`

func (s *Store) scanRun(r row) (api.Run, error) {
	var run api.Run
	var tags, packed []byte
	var createdAt, updatedAt, completedAt int64
	err := r.Scan(&run.ID, &run.ProjectID, &run.SourceID, &run.ConfigID, &run.MilestoneID, &run.Name, &tags, &run.Status, &run.Elapsed, &packed,
		&run.ThreadCount, &run.ThreadCompletedCount, &createdAt, &run.CreatedBy, &updatedAt, &run.UpdatedBy, &completedAt, &run.CompletedBy)
	if err != nil {
		return run, err
	}
	run.CreatedAt, run.UpdatedAt, run.CompletedAt = api.UnixMilliTime(createdAt), api.UnixMilliTime(updatedAt), api.UnixMilliTime(completedAt)
	run.IsCompleted = completedAt != 0
	run.ThreadActiveCount = run.ThreadCount - run.ThreadCompletedCount
	run.Artifacts, run.Fields, run.Links, run.Threads = []api.Artifact{}, []api.Field{}, []api.Link{}, []api.Thread{}
	if run.Counters, err = unpackCounters(packed, s.statuses); err != nil {
		return run, err
	}
	return run, json.Unmarshal(tags, &run.Tags)
}

const threadColumns = `id, run_id, position, status, elapsed_observed, elapsed_computed, counters,
	created_at, created_by, completed_at, COALESCE(completed_by, 0)`

func (s *Store) scanThread(r row) (threadRow, error) {
	var thread threadRow
	var packed []byte
	var createdAt, completedAt int64
	err := r.Scan(&thread.ID, &thread.runID, &thread.Index, &thread.Status, &thread.observed, &thread.computed, &packed,
		&createdAt, &thread.CreatedBy, &completedAt, &thread.CompletedBy)
	if err != nil {
		return thread, err
	}
	thread.Elapsed = orElse(thread.observed, thread.computed)
	thread.CreatedAt, thread.CompletedAt = api.UnixMilliTime(createdAt), api.UnixMilliTime(completedAt)
	thread.IsCompleted = completedAt != 0
	thread.Artifacts, thread.Fields = []api.Artifact{}, []api.Field{}
	thread.Counters, err = unpackCounters(packed, s.statuses)
	return thread, err
}

// requireRun is a KindNotFound error for an unknown run.
func requireRun(ctx context.Context, q querier, id int64) error {
	var known bool
	err := q.QueryRowContext(ctx, "SELECT EXISTS (SELECT 1 FROM runs WHERE id = $1)", id).Scan(&known)
	if err == nil && !known {
		return api.NotFound("automation run", id)
	}
	return fail("looking for the automation run", err)
}

// ListRuns is a page of a project's runs: contract 2.1.
func (s *Store) ListRuns(ctx context.Context, projectID int64, filter api.RunFilter) (page api.Page[api.Run], err error) {
	if err := requireProject(ctx, s.ro, projectID); err != nil {
		return page, err
	}
	index, err := s.loaded(ctx)
	if err != nil {
		return page, err
	}
	ids, total := index.Select(projectID, filter)
	runs, err := s.runsByID(ctx, ids)
	if err == nil && !filter.Lean {
		err = s.attachRuns(ctx, runs)
	}
	if err != nil {
		return page, fail("listing automation runs", err)
	}
	var refs references
	for _, run := range runs {
		refs.add(run)
	}
	page = api.NewPage(runs, filter.Page, filter.PerPage, total)
	page.Expands, err = s.expands(ctx, filter.Expands, refs)
	return page, err
}

// runsByID are runs in the order of their ids.
func (s *Store) runsByID(ctx context.Context, ids []int64) ([]api.Run, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	var a args
	runs, err := queryAll(ctx, s.ro, s.scanRun, "SELECT "+runColumns+" FROM runs WHERE id IN "+list(&a, ids), a...)
	return inOrder(runs, ids, func(run api.Run) int64 { return run.ID }), err
}

// inOrder puts items into the order of their ids.
func inOrder[T any](items []T, ids []int64, id func(T) int64) []T {
	places := make(map[int64]int, len(ids))
	for i, id := range ids {
		places[id] = i
	}
	slices.SortFunc(items, func(a, b T) int { return cmp.Compare(places[id(a)], places[id(b)]) })
	return items
}

// Run is one run with its threads.
func (s *Store) Run(ctx context.Context, id int64, expands []string) (detail api.RunDetail, err error) {
	run, err := queryOne(ctx, s.ro, s.scanRun, "SELECT "+runColumns+" FROM runs WHERE id = $1", id)
	if errors.Is(err, sql.ErrNoRows) {
		return detail, api.NotFound("automation run", id)
	}
	if err != nil {
		return detail, fail("reading an automation run", err)
	}
	threads, err := queryAll(ctx, s.ro, s.scanThread, "SELECT "+threadColumns+" FROM threads WHERE run_id = $1 ORDER BY position", id)
	if err != nil {
		return detail, fail("reading the threads of an automation run", err)
	}
	for _, thread := range threads {
		run.Threads = append(run.Threads, thread.Thread)
	}
	if err := s.attachRun(ctx, &run); err != nil {
		return detail, fail("reading what is attached to an automation run", err)
	}
	var refs references
	refs.add(run)
	detail.Result = run
	detail.Expands, err = s.expands(ctx, expands, refs)
	return detail, err
}

// attachment is a row of that table.
type attachment struct {
	api.Attachments
	runID, threadID int64
}

const attachmentColumns = "run_id, COALESCE(thread_id, 0), body"

func scanAttachment(r row) (a attachment, err error) {
	var body []byte
	if err := r.Scan(&a.runID, &a.threadID, &body); err != nil {
		return a, err
	}
	return a, json.Unmarshal(body, &a.Attachments)
}

// attachRuns gives runs, but not their threads, what is hung onto them.
func (s *Store) attachRuns(ctx context.Context, runs []api.Run) error {
	if len(runs) == 0 {
		return nil
	}
	byID := make(map[int64]*api.Run, len(runs))
	ids := make([]int64, len(runs))
	for i := range runs {
		byID[runs[i].ID], ids[i] = &runs[i], runs[i].ID
	}
	var a args
	attachments, err := queryAll(ctx, s.ro, scanAttachment,
		"SELECT "+attachmentColumns+" FROM attachments WHERE thread_id IS NULL AND run_id IN "+list(&a, ids)+" ORDER BY id", a...)
	for _, more := range attachments {
		hang(byID[more.runID], more.Attachments)
	}
	return err
}

// attachRun gives a run and its threads what is hung onto them.
func (s *Store) attachRun(ctx context.Context, run *api.Run) error {
	attachments, err := queryAll(ctx, s.ro, scanAttachment,
		"SELECT "+attachmentColumns+" FROM attachments WHERE run_id = $1 ORDER BY id", run.ID)
	threads := make(map[int64]*api.Thread, len(run.Threads))
	for i := range run.Threads {
		threads[run.Threads[i].ID] = &run.Threads[i]
	}
	for _, more := range attachments {
		if thread := threads[more.threadID]; thread != nil {
			thread.Artifacts = append(thread.Artifacts, more.Artifacts...)
			thread.Fields = append(thread.Fields, more.Fields...)
		} else if more.threadID == 0 {
			hang(run, more.Attachments)
		}
	}
	return err
}

func hang(run *api.Run, more api.Attachments) {
	run.Artifacts = append(run.Artifacts, more.Artifacts...)
	run.Fields = append(run.Fields, more.Fields...)
	run.Links = append(run.Links, more.Links...)
}

// RunFacets counts a project's runs by every value that a filter can have.
func (s *Store) RunFacets(
	ctx context.Context, projectID int64, filter api.RunFilter, zone *time.Location, now time.Time,
) (facets api.RunFacets, err error) {
	if err := requireProject(ctx, s.ro, projectID); err != nil {
		return facets, err
	}
	index, err := s.loaded(ctx)
	if err != nil {
		return facets, err
	}
	facets = index.Facets(projectID, filter, zone, now)
	for table, list := range map[string][]api.Facet{
		"sources": facets.Sources, "milestones": facets.Milestones, "configs": facets.Configs, "users": facets.Users,
	} {
		if err := s.nameFacets(ctx, projectID, table, list); err != nil {
			return facets, err
		}
	}
	return facets, nil
}

// nameFacets gives facets their names and sorts them: by count, most first, then by name.
func (s *Store) nameFacets(ctx context.Context, projectID int64, table string, facets []api.Facet) error {
	named, err := s.namedIn(ctx, projectID, table, idsOf(facets, func(f api.Facet) int64 { return f.ID }))
	if err != nil {
		return err
	}
	for i := range facets {
		facets[i].Name = named[facets[i].ID]
	}
	slices.SortStableFunc(facets, func(a, b api.Facet) int {
		return cmp.Or(cmp.Compare(b.Count, a.Count), strings.Compare(a.Name, b.Name))
	})
	return nil
}
