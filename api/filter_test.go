package api_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/runboard/runboard/api"
)

// Each default is valid, and each parameter that makes no sense gets a sentence.
func TestFiltersAreValidated(t *testing.T) {
	t.Parallel()
	pages, order := "Must be one of 15, 25, 50, 100.", "Must be one of asc, desc."
	times := "Must be a time such as 2026-01-02T03:04:05Z, or a date such as 2026-01-02."
	for name, test := range map[string]struct {
		filter api.Filter
		bad    string
		want   map[string][]string
	}{
		"runs": {
			new(api.NewRunFilter()), "status=1&sort=name&order=up&per_page=10&page=0&expands=users,groups,roles&created_before=soon&tz=Local", map[string][]string{
				"status": {"May hold 2 to 4."}, "order": {order}, "per_page": {pages}, "page": {"Must be 1 or more."}, "created_before": {times},
				"sort": {"Must be one of automation_runs:created_at, automation_runs:name, automation_runs:elapsed, " +
					"automation_runs:failure_count, automation_runs:total_count, automation_runs:completed_at."},
				"expands": {"May hold automation_sources, configs, milestones, statuses, users."},
				"tz":      {"Must be the name of a time zone, such as Europe/Berlin."},
			},
		},
		"tests": {
			new(api.NewTestFilter()), "status_id=5&result=26&thread_id=-1&sort=id&order=ASC&per_page=50&page=-1", map[string][]string{
				"status_id": {"May hold 1 to 4."}, "result": {"May hold 1 to 25."}, "thread_id": {"Must be an id."}, "order": {order},
				"per_page": {"Must be between 100 and 1000."}, "page": {"Must be 1 or more."},
				"sort": {"Must be one of automation_run_tests:id, automation_run_tests:name, automation_run_tests:status, " +
					"automation_run_tests:elapsed, automation_run_tests:created_at, automation_run_tests:severity."},
			},
		},
		"projects": {
			new(api.NewProjectFilter()), "is_completed=maybe&sort=x&expands=roles&page=9999999999", map[string][]string{
				"is_completed": {"Must be 1 or 0."}, "page": {"Must be 1 or more."},
				"sort": {"Must be one of projects:created_at, projects:completed_at."}, "expands": {"May hold users."},
			},
		},
		"sources": {
			new(api.NewSourceFilter()), "sort=x&expands=configs&per_page=1000", map[string][]string{
				"per_page": {pages}, "expands": {"May hold users."},
				"sort": {"Must be one of automation_sources:created_at, automation_sources:ran_at, automation_sources:retired_at."},
			},
		},
		"milestones": {
			new(api.NewMilestoneFilter()), "sort=x&order=x&type_id=0&created_after=1&created_before=2&completed_after=3&completed_before=4", map[string][]string{
				"sort": {"Must be one of milestones:created_at, milestones:completed_at."}, "order": {order},
				"type_id":       {"Must be ids, separated by commas."},
				"created_after": {times}, "created_before": {times}, "completed_after": {times}, "completed_before": {times},
			},
		},
		"others": {new(api.NewListFilter()), "page=0&per_page=0", map[string][]string{"page": {"Must be 1 or more."}, "per_page": {pages}}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			require.NoError(t, api.DecodeFilter(test.filter, ""))
			require.Equal(t, test.want, problemOf(t, api.DecodeFilter(test.filter, test.bad)).Fields)
		})
	}
}

func TestBoundsOfTimeAreReadInTheirZone(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		raw, after, before string
	}{
		"none":            {"", "0001-01-01T00:00:00Z", "0001-01-01T00:00:00Z"},
		"UTC":             {"created_after=2026-03-29&created_before=2026-03-30T12:00", "2026-03-28T23:59:59.999Z", "2026-03-30T12:00:00Z"},
		"a day of 23 h":   {"created_after=2026-03-29&created_before=2026-03-30&tz=Europe/Berlin", "2026-03-28T22:59:59.999Z", "2026-03-29T22:00:00Z"},
		"a day from 1 h":  {"created_after=2026-09-06&created_before=2026-09-06&tz=America/Santiago", "2026-09-06T03:59:59.999Z", "2026-09-06T04:00:00Z"},
		"a midnight":      {"created_after=2026-03-29T00:00&created_before=2026-03-30T00:00&tz=Europe/Berlin", "2026-03-28T23:00:00Z", "2026-03-29T22:00:00Z"},
		"with an offset":  {"created_after=2026-03-29T00:00:00-07:00&tz=Europe/Berlin", "2026-03-29T07:00:00Z", "0001-01-01T00:00:00Z"},
		"with a fraction": {"created_before=2026-03-29T00:00:00.1234567Z", "0001-01-01T00:00:00Z", "2026-03-29T00:00:00.1234567Z"},
	} {
		filter := api.NewRunFilter()
		require.NoError(t, api.DecodeFilter(&filter, test.raw), name)
		const layout = "2006-01-02T15:04:05.999999999Z"
		require.Equal(t, []string{test.after, test.before}, []string{filter.After().UTC().Format(layout), filter.Before().UTC().Format(layout)}, name)
	}
	filter := api.RunFilter{CreatedAfter: "soon", Zone: "Nowhere"}
	require.True(t, filter.After().IsZero(), "what is not valid is no bound")
}
