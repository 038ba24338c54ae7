package apitest

import (
	"cmp"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/runboard/runboard/api"
)

// exerciseFacets holds the counts to the same predicates as the lists.
func exerciseFacets(t *testing.T, w *world) {
	if w.Insight == nil {
		t.Skip("this backend does not count")
	}
	parts := w.parts()
	w.requireFacets(t)
	for _, p := range parts {
		w.requireFacets(t, p)
	}
	for first, second := range pairs(parts) {
		w.requireFacets(t, first, second)
	}
	one := map[string]part{}
	for _, p := range parts {
		if _, known := one[p.parameter]; !known {
			one[p.parameter] = p
		}
	}
	w.requireFacets(t, slices.Collect(maps.Values(one))...)

	_, err := w.Insight.RunFacets(t.Context(), unknownID, api.NewRunFilter(), time.UTC, w.now())
	requireProblem(t, api.NotFound("project", unknownID), err)
}

// lifted is what RunFacets calls the part: both bounds of time are one.
func lifted(p part) string {
	if p.parameter == "created_before" {
		return "created_after"
	}
	return p.parameter
}

// requireFacets checks the counts under a filter of some parts.
func (w *world) requireFacets(t *testing.T, parts ...part) {
	t.Helper()
	filter := api.NewRunFilter()
	var names []string
	want := api.RunFacets{Lifted: map[string]int{}}
	for _, p := range parts {
		p.set(&filter)
		names = append(names, p.parameter+" "+p.name)
		want.Lifted[lifted(p)] = len(w.without(lifted(p), parts))
	}
	got, err := w.Insight.RunFacets(t.Context(), w.projectID, filter, time.UTC, w.now())
	require.NoError(t, err)
	want.Total = len(w.without("", parts))
	want.Days = w.days(time.UTC, w.without("created_after", parts))

	statuses := count(w.without("status", parts), filter.Statuses, func(r seeded) []int64 { return []int64{int64(r.want.Status)} })
	for _, id := range slices.Sorted(maps.Keys(statuses)) {
		want.Statuses = append(want.Statuses, api.Facet{ID: id, Count: statuses[id]})
	}
	for i := range got.Statuses {
		got.Statuses[i].Name = "" // Whoever shows them has names for them.
	}
	want.Sources = facetsOf(w.sources, map[int64]string{w.elsewhere.want.SourceID: w.elsewhere.Source},
		count(w.without("source_id", parts), filter.SourceIDs, func(r seeded) []int64 { return []int64{r.want.SourceID} }))
	want.Milestones = facetsOf(w.milestones, nil,
		count(w.without("milestone_id", parts), filter.MilestoneIDs, func(r seeded) []int64 { return []int64{int64(r.want.MilestoneID)} }))
	want.Configs = facetsOf(w.configs, nil,
		count(w.without("config_id", parts), filter.ConfigIDs, func(r seeded) []int64 { return []int64{int64(r.want.ConfigID)} }))
	want.Users = facetsOf(w.users, nil,
		count(w.without("created_by", parts), filter.CreatedBy, func(r seeded) []int64 { return []int64{r.want.CreatedBy} }))
	tags := count(w.without("tags", parts), filter.Tags, func(r seeded) []string { return r.Tags })
	for tag, n := range tags {
		want.Tags = append(want.Tags, api.Facet{Name: tag, Count: n})
	}
	slices.SortFunc(want.Tags, compareFacets)
	require.Equal(t, want, got, "with %s", strings.Join(names, " and "))
}

// without are the runs that all parts want but those of a parameter.
func (w *world) without(parameter string, parts []part) []seeded {
	return slices.DeleteFunc(slices.Clone(w.runs), func(run seeded) bool {
		return slices.ContainsFunc(parts, func(p part) bool { return lifted(p) != parameter && !p.wants(run) })
	})
}

// count says how many runs have which value. What is asked for is counted even
// if none has it, and what a run has twice counts once.
func count[V comparable](runs []seeded, asked []V, of func(seeded) []V) map[V]int {
	counts := map[V]int{}
	for _, value := range asked {
		counts[value] = 0
	}
	for _, run := range runs {
		values := of(run)
		for i, value := range values {
			if !slices.Contains(values[:i], value) {
				counts[value]++
			}
		}
	}
	return counts
}

// facetsOf gives counts their names. The id 0 is that of runs that have no value.
func facetsOf(known map[string]int64, others map[int64]string, counts map[int64]int) []api.Facet {
	var facets []api.Facet
	names := maps.Clone(others)
	if names == nil {
		names = map[int64]string{}
	}
	for name, id := range known {
		names[id] = name
	}
	for id, n := range counts {
		if id != 0 {
			facets = append(facets, api.Facet{ID: id, Name: names[id], Count: n})
		}
	}
	slices.SortFunc(facets, compareFacets)
	return facets
}

func compareFacets(a, b api.Facet) int {
	return cmp.Or(cmp.Compare(b.Count, a.Count), strings.Compare(a.Name, b.Name))
}

// days count runs by the day of their creation in a zone.
func (w *world) days(zone *time.Location, runs []seeded) []api.Day {
	today := w.now().In(zone)
	days := make([]api.Day, api.FacetDays)
	for i := range days {
		// Noon exists everywhere, every day.
		noon := time.Date(today.Year(), today.Month(), today.Day()-api.FacetDays+1+i, 12, 0, 0, 0, zone)
		days[i].Date = noon.Format(time.DateOnly)
		for _, run := range runs {
			if run.want.CreatedAt.In(zone).Format(time.DateOnly) != days[i].Date {
				continue
			}
			switch run.want.Status {
			case api.StatusSuccess:
				days[i].Success++
			case api.StatusFailure:
				days[i].Failure++
			case api.StatusRunning:
				days[i].Running++
			case api.StatusNeutral:
			}
		}
	}
	return days
}

func exerciseDays(t *testing.T, w *world) {
	if w.Insight == nil {
		t.Skip("this backend does not count")
	}
	for _, name := range []string{"UTC", "Europe/Berlin", "America/Los_Angeles", "Pacific/Kiritimati", "Asia/Kathmandu"} {
		zone, err := time.LoadLocation(name)
		require.NoError(t, err)
		filter := api.NewRunFilter()
		filter.CreatedAfter = "2026-03-01" // The days are under the filter without its bounds of time.
		facets, err := w.Insight.RunFacets(t.Context(), w.projectID, filter, zone, w.now())
		require.NoError(t, err)
		require.Equal(t, w.days(zone, w.runs), facets.Days, name)
	}
}
