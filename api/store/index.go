package store

import (
	"context"
	"encoding/json"

	"github.com/runboard/runboard/api"
	"github.com/runboard/runboard/api/facet"
)

// indexedColumns are what the index keeps of a run r, and where from.
const indexedColumns = `r.id, r.project_id, r.source_id, COALESCE(r.milestone_id, 0), COALESCE(r.config_id, 0), r.created_by,
	r.status, r.created_at, r.completed_at, COALESCE(r.elapsed, -1), r.counters, r.name, s.name, r.tags
	FROM runs r JOIN sources s ON s.id = r.source_id`

func (s *Store) scanIndexed(r row) (facet.Run, error) {
	var run facet.Run
	var packed, tags []byte
	err := r.Scan(&run.ID, &run.ProjectID, &run.SourceID, &run.MilestoneID, &run.ConfigID, &run.CreatedBy,
		&run.Status, &run.CreatedAt, &run.CompletedAt, &run.Elapsed, &packed, &run.Name, &run.Source, &tags)
	if err != nil {
		return run, err
	}
	counters, err := unpackCounters(packed, s.statuses)
	if err != nil {
		return run, err
	}
	run.Failure, run.Total = counters.Failure, counters.Total
	return run, json.Unmarshal(tags, &run.Tags)
}

// indexed is what the index keeps of a run, or sql.ErrNoRows.
func (s *Store) indexed(ctx context.Context, q querier, id int64) (facet.Run, error) {
	return queryOne(ctx, q, s.scanIndexed, "SELECT "+indexedColumns+" WHERE r.id = $1", id)
}

// Warm loads the index of runs, which otherwise the first list of runs does.
func (s *Store) Warm(ctx context.Context) error {
	_, err := s.loaded(ctx)
	return err
}

// loaded is the index, holding every run that is committed.
func (s *Store) loaded(ctx context.Context) (*facet.Index, error) {
	if index := s.index.Load(); index != nil {
		return index, nil
	}
	s.commits.Lock()
	defer s.commits.Unlock()
	if index := s.index.Load(); index != nil {
		return index, nil
	}
	started, index := s.now(), facet.New()
	put := func(r row) (struct{}, error) {
		run, err := s.scanIndexed(r)
		index.Put(run)
		return struct{}{}, err
	}
	runs, err := queryAll(ctx, s.ro, put, "SELECT "+indexedColumns+" ORDER BY r.id")
	if err != nil {
		return nil, fail("loading the index of runs", err)
	}
	s.index.Store(index)
	s.log.InfoContext(ctx, "index of runs loaded", "runs", len(runs), "elapsed", s.now().Sub(started))
	return index, nil
}

// requireProject is a KindNotFound error for an unknown project.
func requireProject(ctx context.Context, q querier, id int64) error {
	var known bool
	err := q.QueryRowContext(ctx, "SELECT EXISTS (SELECT 1 FROM projects WHERE id = $1)", id).Scan(&known)
	if err == nil && !known {
		return api.NotFound("project", id)
	}
	return fail("looking for the project", err)
}
