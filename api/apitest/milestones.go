package apitest

import (
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/runboard/runboard/api"
	"github.com/runboard/runboard/api/query"
)

func exerciseMilestones(t *testing.T, s *stage) {
	writers := []api.Writer{s.writer, s.Writer(t, "Anna", api.ScopeAdmin)}
	var sent []api.NewMilestone
	var ids []int64
	midnight := time.Date(2026, 4, 3, 0, 0, 0, 0, time.UTC)
	s.advance(midnight.Add(-3 * time.Second).Sub(s.now())) // Two of them are made at midnight.
	s.make(func(i int) {
		milestone := api.NewMilestone{Name: nameOf(i), AutomationTags: pick([][]string{nil, {"v1"}, {"V1", "größe-xl"}}, i)}
		if i%2 == 0 {
			milestone.DueDate, milestone.Note = "2026-12-31", "Wenn's läuft\n🚀"
		}
		id, err := pick(writers, i).CreateMilestone(t.Context(), s.projectID, milestone)
		require.NoError(t, err)
		sent, ids = append(sent, milestone), append(ids, id)
	})
	all := s.milestones(t, api.NewMilestoneFilter())
	require.Len(t, all, objectCount)
	for _, milestone := range all {
		got, err := s.Reader.Milestone(t.Context(), milestone.ID)
		require.NoError(t, err)
		require.Equal(t, milestone, got, "alone as in the list")
		given := sent[slices.Index(ids, milestone.ID)]
		want := api.Milestone{
			ID: milestone.ID, ProjectID: s.projectID, TypeID: 1, Name: given.Name, Note: given.Note, IsStarted: true,
			AutomationTags: append([]string{}, given.AutomationTags...), Issues: []int64{}, Links: []api.Link{},
			StartedAt: milestone.CreatedAt, CreatedAt: milestone.CreatedAt, CreatedBy: milestone.CreatedBy,
		}
		if given.DueDate != "" {
			want.DueDate = &given.DueDate
		}
		require.Equal(t, want, milestone)
	}
	require.Equal(t, api.NewTime(midnight.Add(-3*time.Second)), all[objectCount-1].CreatedAt)
	s.exerciseMilestoneFilters(t, all)
	_, err := s.writer.CreateMilestone(t.Context(), s.projectID, api.NewMilestone{Name: "Ä 04"})
	requireProblem(t, invalid("name", `There is a milestone "Ä 04" already.`), err)
}

func (s *stage) milestones(t *testing.T, filter api.MilestoneFilter) []api.Milestone {
	t.Helper()
	return collect(t, filter.PerPage, func(page int) (api.Page[api.Milestone], error) {
		filter.Page = page
		return s.Reader.ListMilestones(t.Context(), s.projectID, filter)
	})
}

func (s *stage) exerciseMilestoneFilters(t *testing.T, all []api.Milestone) {
	t.Helper()
	moment := all[6].CreatedAt
	for name, c := range map[string]struct {
		set   func(*api.MilestoneFilter)
		wants func(api.Milestone) bool
	}{
		"all":          {func(*api.MilestoneFilter) {}, func(api.Milestone) bool { return true }},
		"open":         {func(f *api.MilestoneFilter) { f.IsCompleted = new(false) }, func(api.Milestone) bool { return true }},
		"completed":    {func(f *api.MilestoneFilter) { f.IsCompleted = new(true) }, func(api.Milestone) bool { return false }},
		"a tag":        {func(f *api.MilestoneFilter) { f.AutomationTags = query.Words{"v1"} }, func(m api.Milestone) bool { return hasAny(m.AutomationTags, "v1") }},
		"any tag":      {func(f *api.MilestoneFilter) { f.AutomationTags = query.Words{"größe-xl", "v1"} }, func(m api.Milestone) bool { return len(m.AutomationTags) > 0 }},
		"a user":       {func(f *api.MilestoneFilter) { f.CreatedBy = query.IDs{all[0].CreatedBy} }, func(m api.Milestone) bool { return m.CreatedBy == all[0].CreatedBy }},
		"a parent":     {func(f *api.MilestoneFilter) { f.ParentIDs = query.IDs{all[0].ID} }, func(api.Milestone) bool { return false }},
		"a root":       {func(f *api.MilestoneFilter) { f.RootIDs = query.IDs{all[0].ID} }, func(api.Milestone) bool { return false }},
		"the type":     {func(f *api.MilestoneFilter) { f.TypeIDs = query.IDs{1} }, func(api.Milestone) bool { return true }},
		"another type": {func(f *api.MilestoneFilter) { f.TypeIDs = query.IDs{2} }, func(api.Milestone) bool { return false }},
		"after": {
			func(f *api.MilestoneFilter) { f.CreatedAfter = moment.Format(time.RFC3339Nano) },
			func(m api.Milestone) bool { return m.CreatedAt.After(moment.Time) },
		},
		"after a date": {
			func(f *api.MilestoneFilter) { f.CreatedAfter = "2026-04-03" },
			func(m api.Milestone) bool { return m.CreatedAt.UTC().Day() == 3 },
		},
		"before a date": {
			func(f *api.MilestoneFilter) { f.CreatedBefore = "2026-04-03" },
			func(m api.Milestone) bool { return m.CreatedAt.UTC().Day() == 2 },
		},
		"before": {
			func(f *api.MilestoneFilter) { f.CreatedBefore = moment.Format("2006-01-02T15:04:05.000") },
			func(m api.Milestone) bool { return m.CreatedAt.Before(moment.Time) },
		},
		"completed after":  {func(f *api.MilestoneFilter) { f.CompletedAfter = "2026-01-01" }, func(api.Milestone) bool { return false }},
		"completed before": {func(f *api.MilestoneFilter) { f.CompletedBefore = "2999-01-01" }, func(api.Milestone) bool { return false }},
	} {
		for _, perPage := range api.PageSizes() {
			for _, order := range []string{api.OrderAsc, api.OrderDesc} {
				for sort, instant := range map[string]func(api.Milestone) api.Time{
					"milestones:created_at":   func(m api.Milestone) api.Time { return m.CreatedAt },
					"milestones:completed_at": func(m api.Milestone) api.Time { return m.CompletedAt },
				} {
					filter := api.NewMilestoneFilter()
					filter.Sort, filter.Order, filter.PerPage = sort, order, perPage
					c.set(&filter)
					want := slices.DeleteFunc(slices.Clone(all), func(m api.Milestone) bool { return !c.wants(m) })
					id := func(m api.Milestone) int64 { return m.ID }
					require.Equal(t, idsOf(byTime(want, order, instant, id), id), idsOf(s.milestones(t, filter), id), "%s by %s %s", name, sort, order)
				}
			}
		}
	}
	filter := api.NewMilestoneFilter()
	filter.Expands = query.Words{"users"}
	page, err := s.Reader.ListMilestones(t.Context(), s.projectID, filter)
	require.NoError(t, err)
	require.Equal(t, []string{"ci", "Anna"}, []string{page.Expands.Users[0].Name, page.Expands.Users[1].Name})
}
