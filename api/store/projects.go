package store

import (
	"context"
	"database/sql"
	"errors"

	"github.com/runboard/runboard/api"
)

// systemUser is who makes what nobody asked for over the API.
const systemUser = "Runboard"

// createFirstProject makes project 1 when there is none, and the user who is its creator.
func (s *Store) createFirstProject(ctx context.Context) error {
	var known bool
	err := s.ro.QueryRowContext(ctx, "SELECT EXISTS (SELECT 1 FROM projects)").Scan(&known)
	if err != nil || known {
		return fail("looking for a project", err)
	}
	return s.write(ctx, "creating the first project", func(tx *sql.Tx) (int64, error) {
		userID, err := s.userFor(ctx, tx, systemUser, 0)
		if err != nil {
			return 0, err
		}
		_, err = tx.ExecContext(ctx, `INSERT INTO projects (name, name_key, created_at, created_by) VALUES ($1, $2, $3, $4)
			ON CONFLICT (name_key) DO NOTHING`, "My project", "my project", s.millis(), userID)
		return 0, err
	})
}

// CreateProject makes a project and returns its id. Names are compared without
// regard to capitals; one that is taken is a KindInvalid error.
func (s *Store) CreateProject(ctx context.Context, name string) (id int64, err error) {
	name, key, err := cleanName("name", name)
	if err != nil {
		return 0, err
	}
	err = s.write(ctx, "creating a project", func(tx *sql.Tx) (int64, error) {
		userID, err := s.userFor(ctx, tx, systemUser, 0)
		if err != nil {
			return 0, err
		}
		id, err = queryOne(ctx, tx, scanID, `INSERT INTO projects (name, name_key, created_at, created_by) VALUES ($1, $2, $3, $4)
			ON CONFLICT (name_key) DO NOTHING RETURNING id`, name, key, s.millis(), userID)
		return 0, unlessTaken(err, "project", name)
	})
	return id, err
}

// unlessTaken turns the lack of a new row into an error about its name.
func unlessTaken(err error, thing, name string) error {
	if !errors.Is(err, sql.ErrNoRows) {
		return err
	}
	var problems api.Problems
	problems.Add("name", "There is a %s %q already.", thing, name)
	return problems.Err()
}

const projectQuery = `SELECT p.id, p.name, p.created_at, p.created_by, p.completed_at,
		COALESCE(s.total, 0), COALESCE(s.retired, 0), COALESCE(s.runs, 0), COALESCE(s.completed, 0),
		COALESCE(m.total, 0), COALESCE(m.completed, 0)
	FROM projects p
	LEFT JOIN (
		SELECT project_id, COUNT(*) AS total, CAST(SUM(CASE WHEN retired_at > 0 THEN 1 ELSE 0 END) AS BIGINT) AS retired,
			CAST(SUM(run_count) AS BIGINT) AS runs, CAST(SUM(completed_count) AS BIGINT) AS completed
		FROM sources GROUP BY project_id
	) s ON s.project_id = p.id
	LEFT JOIN (
		SELECT project_id, COUNT(*) AS total, CAST(SUM(CASE WHEN completed_at > 0 THEN 1 ELSE 0 END) AS BIGINT) AS completed
		FROM milestones GROUP BY project_id
	) m ON m.project_id = p.id`

func scanProject(r row) (api.Project, error) {
	var p api.Project
	var createdAt, completedAt int64
	err := r.Scan(&p.ID, &p.Name, &createdAt, &p.CreatedBy, &completedAt,
		&p.AutomationSourceCount, &p.AutomationSourceRetiredCount, &p.AutomationRunCount, &p.AutomationRunCompletedCount,
		&p.MilestoneCount, &p.MilestoneCompletedCount)
	p.CreatedAt, p.CompletedAt, p.IsCompleted = api.UnixMilliTime(createdAt), api.UnixMilliTime(completedAt), completedAt != 0
	p.AutomationSourceActiveCount = p.AutomationSourceCount - p.AutomationSourceRetiredCount
	p.AutomationRunActiveCount = p.AutomationRunCount - p.AutomationRunCompletedCount
	p.MilestoneActiveCount = p.MilestoneCount - p.MilestoneCompletedCount
	return p, err
}

// ListProjects is a page of projects.
func (s *Store) ListProjects(ctx context.Context, filter api.ProjectFilter) (page api.Page[api.Project], err error) {
	projects, err := queryAll(ctx, s.ro, scanProject, projectQuery)
	if err != nil {
		return page, fail("listing projects", err)
	}
	instant := func(p api.Project) api.Time { return p.CreatedAt }
	if filter.Sort == "projects:completed_at" {
		instant = func(p api.Project) api.Time { return p.CompletedAt }
	}
	projects = keep(projects, func(p api.Project) bool { return isAsked(filter.IsCompleted, p.IsCompleted) })
	sortByTime(projects, filter.Order, instant, func(p api.Project) int64 { return p.ID })
	page = pageOf(projects, filter.Page, filter.PerPage)
	page.Expands, err = s.expands(ctx, filter.Expands, references{users: idsOf(page.Result, func(p api.Project) int64 { return p.CreatedBy })})
	return page, err
}

// Project is one project.
func (s *Store) Project(ctx context.Context, id int64) (api.Project, error) {
	project, err := queryOne(ctx, s.ro, scanProject, projectQuery+" WHERE p.id = $1", id)
	if errors.Is(err, sql.ErrNoRows) {
		return project, api.NotFound("project", id)
	}
	return project, fail("reading a project", err)
}

// ListStatuses are the statuses of a test, the same in every project.
func (s *Store) ListStatuses(ctx context.Context, projectID int64) (api.Statuses, error) {
	if err := requireProject(ctx, s.ro, projectID); err != nil {
		return nil, err
	}
	return append(api.Statuses{}, s.statuses...), nil
}

// ListTags are the tags of a project's runs by name, with how many runs have them.
func (s *Store) ListTags(ctx context.Context, projectID int64) ([]api.Tag, error) {
	if err := requireProject(ctx, s.ro, projectID); err != nil {
		return nil, err
	}
	tags, err := queryAll(ctx, s.ro, func(r row) (api.Tag, error) {
		tag := api.Tag{Entity: "automation_runs"}
		err := r.Scan(&tag.ID, &tag.Name, &tag.UsageCount)
		return tag, err
	}, "SELECT id, name, usage_count FROM tags WHERE project_id = $1 ORDER BY name", projectID)
	return tags, fail("listing tags", err)
}

// ListConfigs are the configurations of a project by name.
func (s *Store) ListConfigs(ctx context.Context, projectID int64) ([]api.Named, error) {
	if err := requireProject(ctx, s.ro, projectID); err != nil {
		return nil, err
	}
	configs, err := namesIn(ctx, s.ro, "configs", projectID)
	return configs, fail("listing configurations", err)
}

// namesIn are a project's rows of a table by name. The table is one of this
// package's, never input.
func namesIn(ctx context.Context, q querier, table string, projectID int64) ([]api.Named, error) {
	return queryAll(ctx, q, scanNamed, "SELECT id, name FROM "+table+" WHERE project_id = $1 ORDER BY name_key", projectID)
}

// CreateConfig makes a configuration and returns its id.
func (w writer) CreateConfig(ctx context.Context, projectID int64, config api.NewConfig) (id int64, err error) {
	name, key, err := cleanName("name", config.Name)
	if err != nil {
		return 0, err
	}
	err = w.write(ctx, "creating a configuration", func(tx *sql.Tx) (int64, error) {
		if err := requireProject(ctx, tx, projectID); err != nil {
			return 0, err
		}
		id, err = queryOne(ctx, tx, scanID, `INSERT INTO configs (project_id, name, name_key, created_at, created_by)
			VALUES ($1, $2, $3, $4, $5) ON CONFLICT (project_id, name_key) DO NOTHING RETURNING id`,
			projectID, name, key, w.millis(), w.actor.ID)
		return 0, unlessTaken(err, "configuration", name)
	})
	return id, err
}
