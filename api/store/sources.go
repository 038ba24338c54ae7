package store

import (
	"context"
	"database/sql"
	"errors"
	"strings"
	"unicode/utf8"

	"github.com/runboard/runboard/api"
)

const sourceColumns = `id, project_id, name, status, run_count, completed_count, test_sum, elapsed_sum, elapsed_count,
	ran_at, created_at, created_by, retired_at`

func scanSource(r row) (api.Source, error) {
	var source api.Source
	var completed, tests, elapsed, measured, ranAt, createdAt, retiredAt int64
	err := r.Scan(&source.ID, &source.ProjectID, &source.Name, &source.Status, &source.RunCount, &completed, &tests, &elapsed, &measured,
		&ranAt, &createdAt, &source.CreatedBy, &retiredAt)
	source.TestCountAverage = int(tests / max(1, completed))
	source.ElapsedAverage = elapsed / max(1, measured)
	source.RanAt, source.CreatedAt = api.UnixMilliTime(ranAt), api.UnixMilliTime(createdAt)
	source.RetiredAt, source.IsRetired = api.UnixMilliTime(retiredAt), retiredAt != 0
	return source, err
}

// ListSources is a page of a project's sources.
func (s *Store) ListSources(ctx context.Context, projectID int64, filter api.SourceFilter) (api.Page[api.Source], error) {
	if err := requireProject(ctx, s.ro, projectID); err != nil {
		return api.Page[api.Source]{}, err
	}
	sources, err := queryAll(ctx, s.ro, scanSource, "SELECT "+sourceColumns+" FROM sources WHERE project_id = $1", projectID)
	if err != nil {
		return api.Page[api.Source]{}, fail("listing sources", err)
	}
	instant := map[string]func(api.Source) api.Time{
		"automation_sources:created_at": func(source api.Source) api.Time { return source.CreatedAt },
		"automation_sources:ran_at":     func(source api.Source) api.Time { return source.RanAt },
		"automation_sources:retired_at": func(source api.Source) api.Time { return source.RetiredAt },
	}[filter.Sort]
	sources = keep(sources, func(source api.Source) bool { return isAsked(filter.IsRetired, source.IsRetired) })
	sortByTime(sources, filter.Order, instant, func(source api.Source) int64 { return source.ID })
	page := pageOf(sources, filter.Page, filter.PerPage)
	page.Expands, err = s.expands(ctx, filter.Expands, references{users: idsOf(page.Result, func(s api.Source) int64 { return s.CreatedBy })})
	return page, err
}

// Source is one source.
func (s *Store) Source(ctx context.Context, id int64) (api.Source, error) {
	source, err := queryOne(ctx, s.ro, scanSource, "SELECT "+sourceColumns+" FROM sources WHERE id = $1", id)
	if errors.Is(err, sql.ErrNoRows) {
		return source, api.NotFound("automation source", id)
	}
	return source, fail("reading a source", err)
}

// maxName is how many characters the name of a source, project, configuration,
// milestone or token can have.
const maxName = 255

// cleanName is a name without blanks around it, and how it is compared.
func cleanName(field, name string) (clean, key string, err error) {
	var problems api.Problems
	clean = strings.TrimSpace(name)
	if clean == "" || utf8.RuneCountInString(clean) > maxName {
		problems.Add(field, "Must have 1 to %d characters.", maxName)
	}
	return clean, strings.ToLower(clean), problems.Err()
}

// sourceFor is the source of that name, made when there is none. One more run of
// it is counted.
func (w writer) sourceFor(ctx context.Context, tx *sql.Tx, projectID int64, name string, ranAt int64) (int64, error) {
	name, key, err := cleanName("source", name)
	if err != nil {
		return 0, err
	}
	return queryOne(ctx, tx, scanID, `INSERT INTO sources (project_id, name, name_key, run_count, ran_at, created_at, created_by)
		VALUES ($1, $2, $3, 1, $4, $5, $6)
		ON CONFLICT (project_id, name_key) DO UPDATE SET run_count = sources.run_count + 1,
			ran_at = CASE WHEN excluded.ran_at > sources.ran_at THEN excluded.ran_at ELSE sources.ran_at END
		RETURNING id`, projectID, name, key, ranAt, w.millis(), w.actor.ID)
}

// fullSum is from where on a source adds no more elapsed, so that its sum cannot
// run over and its average stays one: no run has more than maxElapsed.
const fullSum = 1 << 62

// countCompleted adds a completed run to the sums of its source, whose status is
// that of the run completed last.
func countCompleted(ctx context.Context, tx *sql.Tx, run api.Run, completedAt int64) error {
	var elapsed int64
	measured := 0
	if run.Elapsed != nil {
		elapsed, measured = *run.Elapsed, 1
	}
	_, err := tx.ExecContext(ctx, `UPDATE sources SET completed_count = completed_count + 1, test_sum = test_sum + $2,
			elapsed_sum = CASE WHEN elapsed_sum < $3 THEN elapsed_sum + $4 ELSE elapsed_sum END,
			elapsed_count = CASE WHEN elapsed_sum < $3 THEN elapsed_count + $5 ELSE elapsed_count END,
			status = CASE WHEN last_completed_at > $6 THEN status ELSE $7 END,
			last_completed_at = CASE WHEN last_completed_at > $6 THEN last_completed_at ELSE $6 END
		WHERE id = $1`, run.SourceID, run.Total, int64(fullSum), elapsed, measured, completedAt, int(run.Outcome()))
	return err
}
