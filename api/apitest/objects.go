package apitest

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/runboard/runboard/api"
	"github.com/runboard/runboard/api/query"
)

// objectCount is how many objects of a kind are made: more than a page of 15.
const objectCount = 17

// make makes objects of which every two have the same time.
func (s *stage) make(one func(i int)) {
	for i := range objectCount {
		s.advance(time.Duration(i%2) * time.Second)
		one(i)
	}
}

// byTime sorts by an instant, then by id in the same direction; what has no
// such instant stands last.
func byTime[T any](items []T, order string, instant func(T) api.Time, id func(T) int64) []T {
	items, direction := slices.Clone(items), 1
	if order == api.OrderDesc {
		direction = -1
	}
	slices.SortFunc(items, func(a, b T) int {
		x, y := instant(a), instant(b)
		return cmp.Or(lastWithout(!x.IsZero(), !y.IsZero()), direction*cmp.Or(x.Compare(y.Time), cmp.Compare(id(a), id(b))))
	})
	return items
}

// names are n names that differ in more than their number.
func nameOf(i int) string {
	return pick([]string{"Ä", "b", "C", "🚀", "ä"}, i) + fmt.Sprintf(" %02d", i)
}

func exerciseProjects(t *testing.T, s *stage) {
	s.make(func(i int) { s.CreateProject(t, nameOf(i)) })
	id := func(p api.Project) int64 { return p.ID }
	list := func(filter api.ProjectFilter) []api.Project {
		return collect(t, filter.PerPage, func(page int) (api.Page[api.Project], error) {
			filter.Page = page
			return s.Reader.ListProjects(t.Context(), filter)
		})
	}
	all := list(api.NewProjectFilter())
	require.GreaterOrEqual(t, len(all), objectCount+1)
	for _, project := range all {
		got, err := s.Reader.Project(t.Context(), project.ID)
		require.NoError(t, err)
		require.Equal(t, project, got, "alone as in the list")
	}
	for _, perPage := range api.PageSizes() {
		for _, order := range []string{api.OrderAsc, api.OrderDesc} {
			for sort, instant := range map[string]func(api.Project) api.Time{
				"projects:created_at":   func(p api.Project) api.Time { return p.CreatedAt },
				"projects:completed_at": func(p api.Project) api.Time { return p.CompletedAt },
			} {
				filter := api.NewProjectFilter()
				filter.Sort, filter.Order, filter.PerPage = sort, order, perPage
				require.Equal(t, idsOf(byTime(all, order, instant, id), id), idsOf(list(filter), id), "%s %s", sort, order)
				filter.IsCompleted = new(false)
				require.Len(t, list(filter), len(all), "none of them is completed")
				filter.IsCompleted = new(true)
				require.Empty(t, list(filter))
			}
		}
	}
	filter := api.NewProjectFilter()
	filter.Expands = query.Words{"users"}
	page, err := s.Reader.ListProjects(t.Context(), filter)
	require.NoError(t, err)
	require.Equal(t, []int64{all[0].CreatedBy}, idsOf(page.Expands.Users, func(u api.Named) int64 { return u.ID }))
}

func exerciseSources(t *testing.T, s *stage) {
	s.make(func(i int) { s.newRun(t, "first", nameOf(i), 0) })
	for i := range objectCount {
		// Those that were made first have not run last.
		s.advance(time.Duration(i%2) * time.Second)
		s.newRun(t, "second", strings.ToUpper(nameOf(i*5%objectCount)), 0)
	}
	id := func(s api.Source) int64 { return s.ID }
	list := func(filter api.SourceFilter) []api.Source {
		return collect(t, filter.PerPage, func(page int) (api.Page[api.Source], error) {
			filter.Page = page
			return s.Reader.ListSources(t.Context(), s.projectID, filter)
		})
	}
	all := list(api.NewSourceFilter())
	require.Len(t, all, objectCount, "names are compared whatever their capitals")
	for _, source := range all {
		require.Equal(t, 2, source.RunCount)
		require.Equal(t, api.StatusNeutral, source.Status)
		got, err := s.Reader.Source(t.Context(), source.ID)
		require.NoError(t, err)
		require.Equal(t, source, got, "alone as in the list")
	}
	for _, perPage := range api.PageSizes() {
		for _, order := range []string{api.OrderAsc, api.OrderDesc} {
			for sort, instant := range map[string]func(api.Source) api.Time{
				"automation_sources:created_at": func(s api.Source) api.Time { return s.CreatedAt },
				"automation_sources:ran_at":     func(s api.Source) api.Time { return s.RanAt },
				"automation_sources:retired_at": func(s api.Source) api.Time { return s.RetiredAt },
			} {
				filter := api.NewSourceFilter()
				filter.Sort, filter.Order, filter.PerPage = sort, order, perPage
				require.Equal(t, idsOf(byTime(all, order, instant, id), id), idsOf(list(filter), id), "%s %s", sort, order)
				filter.IsRetired = new(false)
				require.Len(t, list(filter), objectCount, "none of them is retired")
				filter.IsRetired = new(true)
				require.Empty(t, list(filter))
			}
		}
	}
	filter := api.NewSourceFilter()
	filter.Expands = query.Words{"users"}
	page, err := s.Reader.ListSources(t.Context(), s.projectID, filter)
	require.NoError(t, err)
	require.Equal(t, []api.Named{{ID: all[0].CreatedBy, Name: "ci"}}, page.Expands.Users)
}

// exerciseSums checks what projects, sources and tags say about the seed.
func exerciseSums(t *testing.T, w *world) {
	type sums struct {
		want                       api.Source
		tests, completed, measured int
		lastCompleted              api.Time
	}
	bySource, active := map[int64]*sums{}, 0
	for _, run := range w.runs {
		sum := bySource[run.want.SourceID]
		if sum == nil {
			sum = &sums{want: api.Source{ID: run.want.SourceID, ProjectID: w.projectID, Name: run.Source, Status: api.StatusNeutral}}
			bySource[run.want.SourceID] = sum
		}
		sum.want.RunCount++
		if run.want.CreatedAt.After(sum.want.RanAt.Time) {
			sum.want.RanAt = run.want.CreatedAt
		}
		if !run.want.IsCompleted {
			active++
			continue
		}
		sum.completed, sum.tests = sum.completed+1, sum.tests+run.want.Total
		if run.want.Elapsed != nil {
			sum.measured, sum.want.ElapsedAverage = sum.measured+1, sum.want.ElapsedAverage+*run.want.Elapsed
		}
		if !run.want.CompletedAt.Before(sum.lastCompleted.Time) {
			sum.lastCompleted, sum.want.Status = run.want.CompletedAt, run.want.Status
		}
	}
	for id, sum := range bySource {
		source, err := w.Reader.Source(t.Context(), id)
		require.NoError(t, err)
		sum.want.TestCountAverage = sum.tests / max(1, sum.completed)
		sum.want.ElapsedAverage /= int64(max(1, sum.measured))
		sum.want.CreatedAt, sum.want.CreatedBy = source.CreatedAt, source.CreatedBy
		require.Equal(t, sum.want, source)
	}
	project, err := w.Reader.Project(t.Context(), w.projectID)
	require.NoError(t, err)
	want := api.Project{
		ID: w.projectID, Name: "Webshop", CreatedAt: api.NewTime(SeedTime()), CreatedBy: project.CreatedBy,
		AutomationSourceCount: len(bySource), AutomationSourceActiveCount: len(bySource),
		AutomationRunCount: SeedSize, AutomationRunActiveCount: active, AutomationRunCompletedCount: SeedSize - active,
		MilestoneCount: len(seedMilestones) - 1, MilestoneActiveCount: len(seedMilestones) - 1,
	}
	require.Equal(t, want, project)

	listed, err := w.Reader.ListTags(t.Context(), w.projectID)
	require.NoError(t, err)
	require.True(t, slices.IsSortedFunc(listed, func(a, b api.Tag) int { return strings.Compare(a.Name, b.Name) }))
	got := map[string]int{}
	for _, tag := range listed {
		require.Positive(t, tag.ID)
		require.Equal(t, "automation_runs", tag.Entity)
		got[tag.Name] = tag.UsageCount
	}
	require.Equal(t, count(w.runs, nil, func(r seeded) []string { return r.Tags }), got, "a tag that a run has twice counts once")
}

func exerciseConfigs(t *testing.T, s *stage) {
	var want []api.Named
	s.make(func(i int) {
		id, err := s.writer.CreateConfig(t.Context(), s.projectID, api.NewConfig{Name: " " + nameOf(i) + " "})
		require.NoError(t, err)
		want = append(want, api.Named{ID: id, Name: nameOf(i)})
	})
	slices.SortFunc(want, func(a, b api.Named) int { return strings.Compare(strings.ToLower(a.Name), strings.ToLower(b.Name)) })
	configs, err := s.Reader.ListConfigs(t.Context(), s.projectID)
	require.NoError(t, err)
	require.Equal(t, want, configs)
	other := s.CreateProject(t, "Elsewhere")
	configs, err = s.Reader.ListConfigs(t.Context(), other)
	require.NoError(t, err)
	require.Empty(t, configs)
	_, err = s.writer.CreateConfig(t.Context(), other, api.NewConfig{Name: nameOf(1)})
	require.NoError(t, err, "another project has names of its own")
	_, err = s.writer.CreateConfig(t.Context(), s.projectID, api.NewConfig{Name: " Ä 04 "})
	requireProblem(t, invalid("name", `There is a configuration "Ä 04" already.`), err)
}

func exerciseUsers(t *testing.T, s *stage) {
	wanted := map[string]bool{"ci": true}
	s.make(func(i int) {
		for _, name := range []string{nameOf(i), strings.ToLower(nameOf(i % 4)), strings.ToUpper(nameOf(i % 4))} {
			s.Writer(t, name, api.ScopeRead)
			wanted[name] = true
		}
	})
	for _, perPage := range api.PageSizes() {
		users := collect(t, perPage, func(page int) (api.Page[api.Named], error) {
			return s.Reader.ListProjectUsers(t.Context(), s.projectID, api.ListFilter{Page: page, PerPage: perPage})
		})
		require.True(t, slices.IsSortedFunc(users, func(a, b api.Named) int {
			return cmp.Or(strings.Compare(strings.ToLower(a.Name), strings.ToLower(b.Name)), cmp.Compare(a.ID, b.ID))
		}), "by name whatever its capitals, then by id: %v", users)
		listed := map[string]bool{}
		for _, user := range users {
			require.Positive(t, user.ID)
			listed[user.Name] = true
		}
		require.Subset(t, listed, wanted)
	}
}

func exerciseStatuses(t *testing.T, s *stage) {
	statuses, err := s.Reader.ListStatuses(t.Context(), s.projectID)
	require.NoError(t, err)
	require.Equal(t, api.DefaultStatuses(), statuses)
}
