package handlers

import (
	"context"
	"sync/atomic"

	"github.com/runboard/runboard/api"
)

// facets fills in what the pickers offer: with counts when there is insight,
// and otherwise what the lists of the instance name.
func (h *Handlers) facets(ctx context.Context, l *runsList) error {
	var err error
	if h.Insight == nil {
		l.facets, err = h.named(ctx, l.projectID)
		return err
	}
	l.facets, err = h.Insight.RunFacets(ctx, l.projectID, l.filter, l.zone, l.now)
	l.isCounted = err == nil
	return err
}

// named are the values that a filter can have, without counts, as they were
// within the last minute. A list that the instance does not give is left empty:
// the page works without it.
func (h *Handlers) named(ctx context.Context, projectID int64) (api.RunFacets, error) {
	if facets, ok := h.offers.get(projectID, h.Now()); ok {
		return facets, nil
	}
	facets := api.RunFacets{Statuses: []api.Facet{{ID: int64(api.StatusSuccess)}, {ID: int64(api.StatusFailure)}, {ID: int64(api.StatusRunning)}}}
	var tasks []func() error
	var isLacking atomic.Bool
	fill := func(name string, into *[]api.Facet, list func() ([]api.Facet, error)) {
		tasks = append(tasks, func() error {
			found, err := list()
			if err != nil {
				h.Log.WarnContext(ctx, "a picker stays empty", "list", name, "err", err)
			}
			if err != nil && !api.IsKind(err, api.KindForbidden) && !api.IsKind(err, api.KindNotFound) {
				isLacking.Store(true) // The next one who asks may have more luck.
			}
			*into = found
			return nil
		})
	}
	fill("sources", &facets.Sources, func() ([]api.Facet, error) {
		sources, _, err := h.sources(ctx, projectID)
		return facetsOf(sources, func(s api.Source) api.Facet { return api.Facet{ID: s.ID, Name: s.Name} }), err
	})
	fill("milestones", &facets.Milestones, func() ([]api.Facet, error) {
		milestones, _, err := every(func(page int) (api.Page[api.Milestone], error) {
			filter := api.NewMilestoneFilter()
			filter.Page = page
			return h.Reader.ListMilestones(ctx, projectID, filter)
		})
		return facetsOf(milestones, func(m api.Milestone) api.Facet { return api.Facet{ID: m.ID, Name: m.Name} }), err
	})
	fill("configs", &facets.Configs, func() ([]api.Facet, error) {
		configs, err := h.Reader.ListConfigs(ctx, projectID)
		return facetsOf(configs, namedFacet), err
	})
	fill("users", &facets.Users, func() ([]api.Facet, error) {
		users, _, err := every(func(page int) (api.Page[api.Named], error) {
			filter := api.NewListFilter()
			filter.Page = page
			return h.Reader.ListProjectUsers(ctx, projectID, filter)
		})
		return facetsOf(users, namedFacet), err
	})
	fill("tags", &facets.Tags, func() ([]api.Facet, error) {
		tags, err := h.Reader.ListTags(ctx, projectID)
		return facetsOf(tags, func(t api.Tag) api.Facet { return api.Facet{Name: t.Name} }), err
	})
	err := together(tasks...)
	if err == nil && !isLacking.Load() {
		h.offers.put(projectID, facets, h.Now())
	}
	return facets, err
}

func namedFacet(n api.Named) api.Facet { return api.Facet{ID: n.ID, Name: n.Name} }

func facetsOf[T any](items []T, facet func(T) api.Facet) []api.Facet {
	facets := make([]api.Facet, len(items))
	for i, item := range items {
		facets[i] = facet(item)
	}
	return facets
}

// mostPages is how much of a list is read for a choice or an overview.
const mostPages = 10

// every reads a whole list, as far as mostPages go, and says how fresh it is.
func every[T any](list func(page int) (api.Page[T], error)) (items []T, fresh api.Freshness, err error) {
	for page := 1; page <= mostPages; page++ {
		answer, err := list(page)
		if err != nil {
			return items, fresh, err
		}
		items, fresh = append(items, answer.Result...), older(fresh, answer.Freshness)
		if answer.NextPage == 0 {
			break
		}
	}
	return items, fresh, nil
}

// older is what tells of an answer that was made of two.
func older(a, b api.Freshness) api.Freshness {
	if a.Problem == nil || b.Problem != nil && b.AsOf.Before(a.AsOf) {
		return b
	}
	return a
}

func (h *Handlers) projects(ctx context.Context) ([]api.Project, api.Freshness, error) {
	return every(func(page int) (api.Page[api.Project], error) {
		filter := api.NewProjectFilter()
		filter.Page = page
		return h.Reader.ListProjects(ctx, filter)
	})
}

func (h *Handlers) sources(ctx context.Context, projectID int64) ([]api.Source, api.Freshness, error) {
	return every(func(page int) (api.Page[api.Source], error) {
		filter := api.NewSourceFilter()
		filter.Sort, filter.Page = "automation_sources:ran_at", page
		return h.Reader.ListSources(ctx, projectID, filter)
	})
}
