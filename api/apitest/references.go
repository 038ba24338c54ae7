package apitest

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/runboard/runboard/api"
)

func exerciseEmpty(t *testing.T, s *stage) {
	runs := func(filter api.RunFilter) {
		require.Empty(t, collect(t, filter.PerPage, func(page int) (api.Page[api.Run], error) {
			filter.Page = page
			return s.Reader.ListRuns(t.Context(), s.projectID, filter)
		}))
	}
	filter := api.NewRunFilter()
	runs(filter)
	filter.Expands = api.RunExpands()[:3]
	runs(filter)
	sources, err := s.Reader.ListSources(t.Context(), s.projectID, api.NewSourceFilter())
	require.NoError(t, err)
	requireNumbers(t, sources, 1, 100)
	milestones, err := s.Reader.ListMilestones(t.Context(), s.projectID, api.NewMilestoneFilter())
	require.NoError(t, err)
	requireNumbers(t, milestones, 1, 100)
	configs, err := s.Reader.ListConfigs(t.Context(), s.projectID)
	require.NoError(t, err)
	require.Empty(t, configs)
	tags, err := s.Reader.ListTags(t.Context(), s.projectID)
	require.NoError(t, err)
	require.Empty(t, tags)
	if s.Insight != nil {
		facets, err := s.Insight.RunFacets(t.Context(), s.projectID, filter, time.UTC, s.now())
		require.NoError(t, err)
		require.Zero(t, facets.Total)
		require.Empty(t, facets.Sources)
		require.Len(t, facets.Days, api.FacetDays)
	}
	run, _ := s.newRun(t, "empty", "backend", 1)
	require.Empty(t, s.tests(t, run))
}

// exerciseUnknownIDs asks everything about things that do not exist.
func exerciseUnknownIDs(t *testing.T, s *stage) {
	ctx, r := t.Context(), s.Reader
	project, run := api.NotFound("project", unknownID), api.NotFound("automation run", unknownID)
	thread := api.NotFound("automation run thread", unknownID)
	for name, c := range map[string]struct {
		want *api.Error
		ask  func() error
	}{
		"project":        {project, func() error { _, err := r.Project(ctx, unknownID); return err }},
		"sources":        {project, func() error { _, err := r.ListSources(ctx, unknownID, api.NewSourceFilter()); return err }},
		"milestones":     {project, func() error { _, err := r.ListMilestones(ctx, unknownID, api.NewMilestoneFilter()); return err }},
		"configurations": {project, func() error { _, err := r.ListConfigs(ctx, unknownID); return err }},
		"statuses":       {project, func() error { _, err := r.ListStatuses(ctx, unknownID); return err }},
		"tags":           {project, func() error { _, err := r.ListTags(ctx, unknownID); return err }},
		"users":          {project, func() error { _, err := r.ListProjectUsers(ctx, unknownID, api.NewListFilter()); return err }},
		"runs":           {project, func() error { _, err := r.ListRuns(ctx, unknownID, api.NewRunFilter()); return err }},
		"source":         {api.NotFound("automation source", unknownID), func() error { _, err := r.Source(ctx, unknownID); return err }},
		"milestone":      {api.NotFound("milestone", unknownID), func() error { _, err := r.Milestone(ctx, unknownID); return err }},
		"run":            {run, func() error { _, err := r.Run(ctx, unknownID, api.RunExpands()); return err }},
		"tests":          {run, func() error { _, err := r.ListTests(ctx, unknownID, api.NewTestFilter()); return err }},
		"create run": {project, func() error {
			_, err := s.writer.CreateRun(ctx, unknownID, api.NewRun{Name: "n", Source: "s"})
			return err
		}},
		"append to run":   {run, func() error { return s.writer.AppendRun(ctx, unknownID, api.Attachments{}) }},
		"complete run":    {run, func() error { return s.writer.CompleteRun(ctx, unknownID, api.RunEnd{}) }},
		"create thread":   {run, func() error { _, err := s.writer.CreateThread(ctx, unknownID, api.ThreadUpdate{}); return err }},
		"append":          {thread, func() error { return s.writer.AppendThread(ctx, unknownID, api.ThreadUpdate{}) }},
		"complete thread": {thread, func() error { return s.writer.CompleteThread(ctx, unknownID, api.ThreadUpdate{}) }},
		"create configuration": {project, func() error {
			_, err := s.writer.CreateConfig(ctx, unknownID, api.NewConfig{Name: "n"})
			return err
		}},
		"create milestone": {project, func() error {
			_, err := s.writer.CreateMilestone(ctx, unknownID, api.NewMilestone{Name: "n"})
			return err
		}},
	} {
		t.Run(name, func(t *testing.T) { requireProblem(t, c.want, c.ask()) })
	}
	if s.Insight != nil {
		_, err := s.Insight.ListFolders(ctx, unknownID)
		requireProblem(t, run, err)
		_, err = s.Insight.CountTests(ctx, unknownID, api.NewTestFilter())
		requireProblem(t, run, err)
	}
}

// exerciseReferences checks that nothing is made by a typo but a source.
func exerciseReferences(t *testing.T, s *stage) {
	create := func(run api.NewRun) error {
		run.Name, run.Source, run.Tags = "refused", "refused", []string{"refused"}
		_, err := s.writer.CreateRun(t.Context(), s.projectID, run)
		return err
	}
	requireProblem(t, invalid("config", `The project has no config "Chrome". The project has none.`), create(api.NewRun{Config: "Chrome"}))
	other := s.CreateProject(t, "Elsewhere")
	foreign, err := s.writer.CreateConfig(t.Context(), other, api.NewConfig{Name: "Elsewhere"})
	require.NoError(t, err)
	names := []string{"Chrome", "Firefox", "safari Ω"}
	for _, name := range names {
		_, err := s.writer.CreateConfig(t.Context(), s.projectID, api.NewConfig{Name: name})
		require.NoError(t, err)
		_, err = s.writer.CreateMilestone(t.Context(), s.projectID, api.NewMilestone{Name: name})
		require.NoError(t, err)
	}
	known := "Known: " + strings.Join(names, ", ") + "."
	for field, c := range map[string]struct {
		run      api.NewRun
		sentence string
	}{
		"config":       {api.NewRun{Config: "Chrom"}, `The project has no config "Chrom". `},
		"config_id":    {api.NewRun{Config: "Chrome", ConfigID: api.OptionalID(foreign)}, fmt.Sprintf("The project has no config %d. ", foreign)},
		"milestone":    {api.NewRun{Milestone: "7.0"}, `The project has no milestone "7.0". `},
		"milestone_id": {api.NewRun{MilestoneID: unknownID}, "The project has no milestone 4711. "},
	} {
		requireProblem(t, invalid(field, c.sentence+known), create(c.run))
	}
	both := invalid("config", `The project has no config "x". `+known)
	both.Fields["milestone"] = []string{`The project has no milestone "y". ` + known}
	requireProblem(t, both, create(api.NewRun{Config: "x", Milestone: "y"}))

	sources, err := s.Reader.ListSources(t.Context(), s.projectID, api.NewSourceFilter())
	require.NoError(t, err)
	require.Empty(t, sources.Result, "nothing of what was refused is stored")
	tags, err := s.Reader.ListTags(t.Context(), s.projectID)
	require.NoError(t, err)
	require.Empty(t, tags)
	id, err := s.writer.CreateRun(t.Context(), s.projectID, api.NewRun{Name: "n", Source: "s", Config: " SAFARI ω ", Milestone: "fireFOX"})
	require.NoError(t, err, "names are compared whatever their capitals")
	detail, err := s.Reader.Run(t.Context(), id, []string{"configs", "milestones"})
	require.NoError(t, err)
	require.Equal(t, []string{"safari Ω", "Firefox"}, []string{detail.Expands.Configs[0].Name, detail.Expands.Milestones[0].Name})
}

// exerciseMilestoneOfRun checks contract 2.5: by id, else by name, else by tag.
func exerciseMilestoneOfRun(t *testing.T, s *stage) {
	create := func(name string, tags ...string) api.OptionalID {
		id, err := s.writer.CreateMilestone(t.Context(), s.projectID, api.NewMilestone{Name: name, AutomationTags: tags})
		require.NoError(t, err)
		return api.OptionalID(id)
	}
	first, second := create("Mitte Ä", "release", "v1"), create("Anfang", "release", "größe")
	create("Zuletzt", "release", "größe")
	for name, c := range map[string]struct {
		run  api.NewRun
		want api.OptionalID
	}{
		"by tag":                       {api.NewRun{Tags: []string{"x", "v1"}}, first},
		"by another tag":               {api.NewRun{Tags: []string{"größe"}}, second},
		"by a tag of two, the older":   {api.NewRun{Tags: []string{"release"}}, first},
		"by tags of two, the older":    {api.NewRun{Tags: []string{"größe", "v1"}}, first},
		"tags in other capitals":       {api.NewRun{Tags: []string{"V1"}}, 0},
		"by name":                      {api.NewRun{Milestone: " mitte ä ", Tags: []string{"größe"}}, first},
		"by id, not by tag":            {api.NewRun{MilestoneID: second, Tags: []string{"v1"}}, second},
		"by id, not by name":           {api.NewRun{MilestoneID: second, Milestone: "Mitte Ä"}, second},
		"by id, not by a name unknown": {api.NewRun{MilestoneID: second, Milestone: "no such"}, second},
		"none":                         {api.NewRun{Tags: []string{"y"}}, 0},
	} {
		c.run.Name, c.run.Source = name, "backend"
		id, err := s.writer.CreateRun(t.Context(), s.projectID, c.run)
		require.NoError(t, err)
		require.Equal(t, c.want, s.run(t, id).MilestoneID, name)
	}
}

// exerciseAtOnce has many clients fill one run and one source at the same time.
func exerciseAtOnce(t *testing.T, s *stage) {
	const clients, batches, size = 8, 4, 25
	run, _ := s.newRun(t, "nightly", "backend", 0)
	var all sync.WaitGroup
	errs := make([]error, clients)
	for i := range clients {
		all.Go(func() { errs[i] = s.fill(t, run, i, batches, size) })
	}
	all.Wait()
	for _, err := range errs {
		require.NoError(t, err)
	}
	got := s.run(t, run)
	require.Equal(t, clients*batches*size, got.Total)
	require.Equal(t, clients/2*batches*size, got.Failure)
	require.Len(t, got.Threads, clients)
	for index, thread := range got.Threads {
		require.Equal(t, index, thread.Index)
		require.Equal(t, batches*size, thread.Total)
		require.EqualValues(t, batches, *thread.Elapsed)
		require.Len(t, thread.Fields, batches)
	}
	cases, ids := map[api.OptionalID]int{}, map[int64]bool{}
	for _, test := range s.tests(t, run) {
		cases[test.CaseID]++
		ids[test.ID] = true
	}
	require.Len(t, ids, got.Total)
	require.Len(t, cases, batches*size)
	sources, err := s.Reader.ListSources(t.Context(), s.projectID, api.NewSourceFilter())
	require.NoError(t, err)
	require.Len(t, sources.Result, 1)
	require.Equal(t, 1+clients, sources.Result[0].RunCount)
	list, err := s.Reader.ListRuns(t.Context(), s.projectID, api.NewRunFilter())
	require.NoError(t, err)
	require.Equal(t, 1+clients, list.Total)
}

// fill adds a thread with batches of the same tests as everybody's, and a run.
func (s *stage) fill(t *testing.T, run int64, client, batches, size int) error {
	thread, err := s.writer.CreateThread(t.Context(), run, api.ThreadUpdate{})
	for batch := range batches {
		if err != nil {
			return err
		}
		more := api.ThreadUpdate{ElapsedComputed: new(int64(1)), Fields: []api.Field{{Type: api.FieldString, Name: "f"}}}
		for n := range size {
			more.Tests = append(more.Tests, api.NewTest{
				Key: fmt.Sprintf("b%dk%d", batch, n), Name: "n", Folder: "f", Status: pick([]string{"passed", "failed"}, client),
			})
		}
		if client%2 == 0 {
			slices.Reverse(more.Tests)
		}
		err = s.writer.AppendThread(t.Context(), thread, more)
	}
	if err != nil {
		return err
	}
	_, err = s.writer.CreateRun(t.Context(), s.projectID, api.NewRun{Name: "another", Source: pick([]string{"Backend", " BACKEND"}, client)})
	return err
}
