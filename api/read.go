package api

import (
	"context"
	"time"
)

// Reader gives what the wire can give. A *Client is one, and so is a store; a
// caller cannot tell which it has. Filters must be valid. An unknown id is a
// KindNotFound *Error.
type Reader interface {
	ListProjects(ctx context.Context, filter ProjectFilter) (Page[Project], error)
	Project(ctx context.Context, id int64) (Project, error)
	ListSources(ctx context.Context, projectID int64, filter SourceFilter) (Page[Source], error)
	Source(ctx context.Context, id int64) (Source, error)
	ListMilestones(ctx context.Context, projectID int64, filter MilestoneFilter) (Page[Milestone], error)
	Milestone(ctx context.Context, id int64) (Milestone, error)
	ListConfigs(ctx context.Context, projectID int64) ([]Named, error)
	ListStatuses(ctx context.Context, projectID int64) (Statuses, error)
	ListTags(ctx context.Context, projectID int64) ([]Tag, error)
	// ListProjectUsers names those who may be the creator of a project's runs.
	ListProjectUsers(ctx context.Context, projectID int64, filter ListFilter) (Page[Named], error)

	ListRuns(ctx context.Context, projectID int64, filter RunFilter) (Page[Run], error)
	// Run is one run with its threads, and with the expands of RunExpands that are asked for.
	Run(ctx context.Context, id int64, expands []string) (RunDetail, error)
	ListTests(ctx context.Context, runID int64, filter TestFilter) (Page[Test], error)
}

// Insight gives what the wire cannot, so only a store is one.
type Insight interface {
	// RunFacets counts a project's runs by every value that a filter can have.
	// Days are those of zone, up to the one that now falls on.
	RunFacets(ctx context.Context, projectID int64, filter RunFilter, zone *time.Location, now time.Time) (RunFacets, error)
	// ListFolders are the folders of a run's tests, those with most failures first, then by name.
	ListFolders(ctx context.Context, runID int64) ([]Folder, error)
	// CountTests counts the tests of a run that meet a filter but for its statuses.
	CountTests(ctx context.Context, runID int64, filter TestFilter) (Counters, error)
	// Test is one result with all that was sent for it.
	Test(ctx context.Context, runID, testID int64) (TestDetail, error)
	// Attempts are the results of the same case that came to the run last before and
	// first after a result; nil where there is none.
	Attempts(ctx context.Context, runID, testID int64) (earlier, later *Test, err error)
}

// RunFacets are exact counts of runs. A count in a list is over the runs that
// meet all of the filter but the list's own part of it, as if that were lifted:
// it says how many runs choosing the value alone would show. Values that count
// 0 are left out, except those that the filter asks for.
type RunFacets struct {
	Total      int // Runs that meet the whole filter.
	Statuses   []Facet
	Sources    []Facet
	Milestones []Facet
	Configs    []Facet
	Users      []Facet
	Tags       []Facet        // Without ids.
	Lifted     map[string]int // By parameter of the filter that is set: runs without it. "created_after" stands for both bounds, "q" and "name" each for itself.
	Days       []Day          // FacetDays of them, oldest first, under the filter without its bounds of time.
}

// FacetDays is how many days RunFacets counts.
const FacetDays = 60

// Facet is one value and how many runs have it. Lists of facets are ordered by
// count, most first, then by name; statuses by id.
type Facet struct {
	ID    int64
	Name  string
	Count int
}

// Day counts the runs that were created on one day.
type Day struct {
	Date    string // "2026-01-02", in the zone that was asked for.
	Success int
	Failure int
	Running int
}

// Folder is a group of tests in a run.
type Folder struct {
	Name    string
	Total   int
	Failure int
}
