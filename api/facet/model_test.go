package facet_test

import (
	"cmp"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/runboard/runboard/api"
	"github.com/runboard/runboard/api/facet"
)

// model does what the index does in the plainest way: it looks at each run for
// each part of a filter, which is met or not on its own.
type model map[int64]facet.Run

// ids are the values of a run that has an id for them, by parameter.
func ids(run facet.Run) map[string]int64 {
	return map[string]int64{
		"status": int64(run.Status), "source_id": run.SourceID, "milestone_id": run.MilestoneID,
		"config_id": run.ConfigID, "created_by": run.CreatedBy,
	}
}

func asked(filter api.RunFilter) map[string][]int64 {
	return map[string][]int64{
		"status": filter.Statuses, "source_id": filter.SourceIDs, "milestone_id": filter.MilestoneIDs,
		"config_id": filter.ConfigIDs, "created_by": filter.CreatedBy,
	}
}

// conditions are the parts that a filter has.
func conditions(filter api.RunFilter) map[string]func(facet.Run) bool {
	met := map[string]func(facet.Run) bool{}
	for parameter, wanted := range asked(filter) {
		if len(wanted) > 0 {
			met[parameter] = func(run facet.Run) bool { return slices.Contains(wanted, ids(run)[parameter]) }
		}
	}
	if len(filter.Tags) > 0 {
		met["tags"] = func(run facet.Run) bool { return slices.ContainsFunc(run.Tags, filter.Tags.Has) }
	}
	if after, before := filter.After(), filter.Before(); !after.IsZero() || !before.IsZero() {
		met["created_after"] = func(run facet.Run) bool {
			created := time.UnixMilli(run.CreatedAt)
			return (after.IsZero() || created.After(after)) && (before.IsZero() || created.Before(before))
		}
	}
	if filter.Q != "" {
		met["q"] = func(run facet.Run) bool {
			has := func(text string) bool { return contains(text, filter.Q) }
			return has(run.Name) || has(run.Source) || slices.ContainsFunc(run.Tags, has)
		}
	}
	if filter.Name != "" {
		met["name"] = func(run facet.Run) bool { return contains(run.Name, filter.Name) }
	}
	return met
}

// failing are the conditions that a run does not meet.
func failing(run facet.Run, conditions map[string]func(facet.Run) bool) (failing []string) {
	for parameter, isMet := range conditions {
		if !isMet(run) {
			failing = append(failing, parameter)
		}
	}
	return failing
}

func contains(text, part string) bool {
	return strings.Contains(strings.ToLower(text), strings.ToLower(part))
}

func (m model) Select(projectID int64, filter api.RunFilter) (page []int64, total int) {
	var found []facet.Run
	conditions := conditions(filter)
	for _, run := range m {
		if run.ProjectID == projectID && failing(run, conditions) == nil {
			found = append(found, run)
		}
	}
	slices.SortFunc(found, func(a, b facet.Run) int {
		order, unknown := compare(a, b, filter.Sort)
		if order = cmp.Or(order, cmp.Compare(a.ID, b.ID)); filter.Order == api.OrderDesc {
			order = -order
		}
		return cmp.Or(unknown, order)
	})
	start := min((filter.Page-1)*filter.PerPage, len(found))
	for _, run := range found[start:min(start+filter.PerPage, len(found))] {
		page = append(page, run.ID)
	}
	return page, len(found)
}

// compare is the order of two runs, and which of them stands last whatever the
// direction because it has nothing to compare.
func compare(a, b facet.Run, sort string) (order, unknown int) {
	last := func(a, b bool) int {
		switch {
		case a == b:
			return 0
		case a:
			return 1
		default:
			return -1
		}
	}
	switch sort {
	case "automation_runs:name":
		return strings.Compare(strings.ToLower(a.Name), strings.ToLower(b.Name)), 0
	case "automation_runs:elapsed":
		if a.Elapsed < 0 && b.Elapsed < 0 {
			return 0, 0
		}
		return cmp.Compare(a.Elapsed, b.Elapsed), last(a.Elapsed < 0, b.Elapsed < 0)
	case "automation_runs:failure_count":
		return cmp.Compare(a.Failure, b.Failure), 0
	case "automation_runs:total_count":
		return cmp.Compare(a.Total, b.Total), 0
	case "automation_runs:completed_at":
		return cmp.Compare(a.CompletedAt, b.CompletedAt), last(a.CompletedAt == 0, b.CompletedAt == 0)
	default:
		return cmp.Compare(a.CreatedAt, b.CreatedAt), 0
	}
}

func (m model) Facets(projectID int64, filter api.RunFilter, zone *time.Location, now time.Time) api.RunFacets {
	facets := api.RunFacets{Lifted: map[string]int{}, Days: days(zone, now)}
	counts, tags := map[string]map[int64]int{}, map[string]int{}
	for parameter, wanted := range asked(filter) {
		counts[parameter] = map[int64]int{}
		for _, id := range wanted {
			counts[parameter][id] = 0
		}
	}
	for _, tag := range filter.Tags {
		tags[tag] = 0
	}
	conditions := conditions(filter)
	for parameter := range conditions {
		facets.Lifted[parameter] = 0
	}
	for _, run := range m {
		if run.ProjectID != projectID {
			continue
		}
		failing := failing(run, conditions)
		meetsOthers := func(parameter string) bool {
			return len(failing) == 0 || len(failing) == 1 && failing[0] == parameter
		}
		if len(failing) == 0 {
			facets.Total++
		}
		for parameter, id := range ids(run) {
			if id != 0 && meetsOthers(parameter) {
				counts[parameter][id]++
			}
		}
		if meetsOthers("tags") {
			for _, tag := range slices.Compact(slices.Sorted(slices.Values(run.Tags))) {
				tags[tag]++
			}
		}
		for parameter := range facets.Lifted {
			if meetsOthers(parameter) {
				facets.Lifted[parameter]++
			}
		}
		if meetsOthers("created_after") {
			countDay(facets.Days, run, zone)
		}
	}
	facets.Statuses = ordered(counts["status"])
	slices.SortFunc(facets.Statuses, func(a, b api.Facet) int { return cmp.Compare(a.ID, b.ID) })
	facets.Sources, facets.Milestones = ordered(counts["source_id"]), ordered(counts["milestone_id"])
	facets.Configs, facets.Users = ordered(counts["config_id"]), ordered(counts["created_by"])
	for _, name := range slices.Sorted(maps.Keys(tags)) {
		facets.Tags = append(facets.Tags, api.Facet{Name: name, Count: tags[name]})
	}
	slices.SortStableFunc(facets.Tags, func(a, b api.Facet) int { return cmp.Compare(b.Count, a.Count) })
	return facets
}

func ordered(counts map[int64]int) (facets []api.Facet) {
	for _, id := range slices.Sorted(maps.Keys(counts)) {
		facets = append(facets, api.Facet{ID: id, Count: counts[id]})
	}
	slices.SortStableFunc(facets, func(a, b api.Facet) int { return cmp.Compare(b.Count, a.Count) })
	return facets
}

func days(zone *time.Location, now time.Time) []api.Day {
	days := make([]api.Day, api.FacetDays)
	year, month, day := now.In(zone).Date()
	for i := range days {
		days[i].Date = time.Date(year, month, day-len(days)+1+i, 12, 0, 0, 0, time.UTC).Format(time.DateOnly)
	}
	return days
}

func countDay(days []api.Day, run facet.Run, zone *time.Location) {
	date := time.UnixMilli(run.CreatedAt).In(zone).Format(time.DateOnly)
	for i := range days {
		if days[i].Date != date {
			continue
		}
		switch run.Status {
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
