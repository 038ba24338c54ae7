package store

import (
	"context"
	"slices"

	"github.com/runboard/runboard/api"
)

// references are the ids that the objects of a page refer to; 0 and repeated
// ones are harmless.
type references struct {
	sources, configs, milestones, users []int64
}

func (r *references) add(run api.Run) {
	r.sources = append(r.sources, run.SourceID)
	r.configs = append(r.configs, int64(run.ConfigID))
	r.milestones = append(r.milestones, int64(run.MilestoneID))
	r.users = append(r.users, run.CreatedBy, int64(run.UpdatedBy), int64(run.CompletedBy))
	for _, thread := range run.Threads {
		r.users = append(r.users, thread.CreatedBy, int64(thread.CompletedBy))
	}
}

// idsOf are ids of one kind that items hold.
func idsOf[T any](items []T, id func(T) int64) []int64 {
	ids := make([]int64, len(items))
	for i, item := range items {
		ids[i] = id(item)
	}
	return ids
}

// expands names what is referred to, as far as it is asked for.
func (s *Store) expands(ctx context.Context, asked []string, refs references) (expands api.Expands, err error) {
	for _, expand := range asked {
		switch expand {
		case "automation_sources":
			expands.Sources, err = s.named(ctx, "sources", refs.sources)
		case "configs":
			expands.Configs, err = s.named(ctx, "configs", refs.configs)
		case "milestones":
			expands.Milestones, err = s.named(ctx, "milestones", refs.milestones)
		case "users":
			expands.Users, err = s.named(ctx, "users", refs.users)
		case "statuses":
			expands.Statuses = slices.Clone(s.statuses)
		}
		if err != nil {
			return expands, err
		}
	}
	return expands, nil
}

// named are the names of a table's rows by id, in the order of the ids. The
// table is one of this package's, never input.
func (s *Store) named(ctx context.Context, table string, ids []int64) ([]api.Named, error) {
	ids = keep(slices.Compact(slices.Sorted(slices.Values(ids))), func(id int64) bool { return id != 0 })
	var all []api.Named
	for chunk := range slices.Chunk(ids, listChunk) {
		var a args
		named, err := queryAll(ctx, s.ro, scanNamed, "SELECT id, name FROM "+table+" WHERE id IN "+list(&a, chunk)+" ORDER BY id", a...)
		if err != nil {
			return nil, fail("reading the names of "+table, err)
		}
		all = append(all, named...)
	}
	return all, nil
}

// namedIn are the names that named has, by id, of things of which most are a
// project's. Where they are many, those are read all at once, which is quicker.
func (s *Store) namedIn(ctx context.Context, projectID int64, table string, ids []int64) (map[int64]string, error) {
	names := make(map[int64]string, len(ids))
	if len(ids) > listChunk {
		a, where := args{}, ""
		if table != "users" {
			where = " WHERE project_id = " + a.add(projectID)
		}
		own, err := queryAll(ctx, s.ro, scanNamed, "SELECT id, name FROM "+table+where, a...)
		if err != nil {
			return nil, fail("reading the names of "+table, err)
		}
		for _, one := range own {
			names[one.ID] = one.Name
		}
		// A filter may ask for those of another project.
		ids = keep(ids, func(id int64) bool { return names[id] == "" })
	}
	others, err := s.named(ctx, table, ids)
	for _, one := range others {
		names[one.ID] = one.Name
	}
	return names, err
}
