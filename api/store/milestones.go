package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"slices"
	"time"

	"github.com/runboard/runboard/api"
)

const milestoneColumns = "id, project_id, name, note, due_date, automation_tags, created_at, created_by, completed_at"

// milestoneType is the only one there is.
const milestoneType = 1

func scanMilestone(r row) (api.Milestone, error) {
	m := api.Milestone{TypeID: milestoneType, IsStarted: true, Issues: []int64{}, Links: []api.Link{}}
	var dueDate string
	var tags []byte
	var createdAt, completedAt int64
	err := r.Scan(&m.ID, &m.ProjectID, &m.Name, &m.Note, &dueDate, &tags, &createdAt, &m.CreatedBy, &completedAt)
	if err != nil {
		return m, err
	}
	m.CreatedAt, m.CompletedAt, m.IsCompleted = api.UnixMilliTime(createdAt), api.UnixMilliTime(completedAt), completedAt != 0
	m.StartedAt = m.CreatedAt
	if dueDate != "" {
		m.DueDate = &dueDate
	}
	return m, json.Unmarshal(tags, &m.AutomationTags)
}

func milestonesIn(ctx context.Context, q querier, projectID int64) ([]api.Milestone, error) {
	return queryAll(ctx, q, scanMilestone, "SELECT "+milestoneColumns+" FROM milestones WHERE project_id = $1 ORDER BY name_key", projectID)
}

// ListMilestones is a page of a project's milestones.
func (s *Store) ListMilestones(ctx context.Context, projectID int64, filter api.MilestoneFilter) (page api.Page[api.Milestone], err error) {
	if err := requireProject(ctx, s.ro, projectID); err != nil {
		return page, err
	}
	milestones, err := milestonesIn(ctx, s.ro, projectID)
	if err != nil {
		return page, fail("listing milestones", err)
	}
	instant := func(m api.Milestone) api.Time { return m.CreatedAt }
	if filter.Sort == "milestones:completed_at" {
		instant = func(m api.Milestone) api.Time { return m.CompletedAt }
	}
	milestones = keep(milestones, func(m api.Milestone) bool { return isWanted(m, filter) })
	sortByTime(milestones, filter.Order, instant, func(m api.Milestone) int64 { return m.ID })
	page = pageOf(milestones, filter.Page, filter.PerPage)
	page.Expands, err = s.expands(ctx, filter.Expands, references{users: idsOf(page.Result, func(m api.Milestone) int64 { return m.CreatedBy })})
	return page, err
}

// isWanted reports whether a milestone meets a filter. No milestone has a parent.
func isWanted(m api.Milestone, f api.MilestoneFilter) bool {
	createdAfter, createdBefore := f.Created()
	completedAfter, completedBefore := f.Completed()
	hasTag := func(tag string) bool { return slices.Contains(m.AutomationTags, tag) }
	return isAsked(f.IsCompleted, m.IsCompleted) &&
		len(f.ParentIDs) == 0 && len(f.RootIDs) == 0 &&
		(len(f.TypeIDs) == 0 || f.TypeIDs.Has(m.TypeID)) &&
		(len(f.CreatedBy) == 0 || f.CreatedBy.Has(m.CreatedBy)) &&
		(len(f.AutomationTags) == 0 || slices.ContainsFunc(f.AutomationTags, hasTag)) &&
		isBetween(m.CreatedAt, createdAfter, createdBefore) &&
		isBetween(m.CompletedAt, completedAfter, completedBefore)
}

// isBetween reports whether an instant lies between two others, of which zero is
// none. No instant lies between no others only.
func isBetween(t api.Time, after, before time.Time) bool {
	return (after.IsZero() || t.After(after)) && (before.IsZero() || !t.IsZero() && t.Before(before))
}

// Milestone is one milestone.
func (s *Store) Milestone(ctx context.Context, id int64) (api.Milestone, error) {
	milestone, err := queryOne(ctx, s.ro, scanMilestone, "SELECT "+milestoneColumns+" FROM milestones WHERE id = $1", id)
	if errors.Is(err, sql.ErrNoRows) {
		return milestone, api.NotFound("milestone", id)
	}
	return milestone, fail("reading a milestone", err)
}

// CreateMilestone makes a milestone and returns its id.
func (w writer) CreateMilestone(ctx context.Context, projectID int64, milestone api.NewMilestone) (id int64, err error) {
	name, key, err := cleanName("name", milestone.Name)
	if err != nil {
		return 0, err
	}
	tags, err := encode(append([]string{}, milestone.AutomationTags...))
	if err != nil {
		return 0, err
	}
	err = w.write(ctx, "creating a milestone", func(tx *sql.Tx) (int64, error) {
		if err := requireProject(ctx, tx, projectID); err != nil {
			return 0, err
		}
		id, err = queryOne(ctx, tx, scanID, `INSERT INTO milestones
			(project_id, name, name_key, note, due_date, automation_tags, created_at, created_by)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (project_id, name_key) DO NOTHING RETURNING id`,
			projectID, name, key, milestone.Note, milestone.DueDate, tags, w.millis(), w.actor.ID)
		return 0, unlessTaken(err, "milestone", name)
	})
	return id, err
}
