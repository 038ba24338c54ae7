package api

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/runboard/runboard/api/query"
)

// ListProjects is Reader's.
func (c *Client) ListProjects(ctx context.Context, filter ProjectFilter) (Page[Project], error) {
	return listPage[Project](ctx, c, "/projects", query.Encode(filter, NewProjectFilter()))
}

// Project is Reader's.
func (c *Client) Project(ctx context.Context, id int64) (Project, error) {
	return one[Project](ctx, c, projectPath(id, ""))
}

// ListSources is Reader's.
func (c *Client) ListSources(ctx context.Context, projectID int64, filter SourceFilter) (Page[Source], error) {
	return listPage[Source](ctx, c, projectPath(projectID, "/automation/sources"), query.Encode(filter, NewSourceFilter()))
}

// Source is Reader's.
func (c *Client) Source(ctx context.Context, id int64) (Source, error) {
	return one[Source](ctx, c, fmt.Sprintf("/automation/sources/%d", id))
}

// ListMilestones is Reader's.
func (c *Client) ListMilestones(ctx context.Context, projectID int64, filter MilestoneFilter) (Page[Milestone], error) {
	filter.CreatedAfter, filter.CreatedBefore = instants(filter.Created())
	filter.CompletedAfter, filter.CompletedBefore = instants(filter.Completed())
	return listPage[Milestone](ctx, c, projectPath(projectID, "/milestones"), query.Encode(filter, NewMilestoneFilter()))
}

// Milestone is Reader's.
func (c *Client) Milestone(ctx context.Context, id int64) (Milestone, error) {
	return one[Milestone](ctx, c, fmt.Sprintf("/milestones/%d", id))
}

// ListConfigs is Reader's.
func (c *Client) ListConfigs(ctx context.Context, projectID int64) ([]Named, error) {
	configs, err := listAll[Named](ctx, c, projectPath(projectID, "/configs"))
	return configs, c.unlessProject(ctx, projectID, err)
}

// ListTags is Reader's.
func (c *Client) ListTags(ctx context.Context, projectID int64) ([]Tag, error) {
	tags, err := listAll[Tag](ctx, c, projectPath(projectID, "/tags"))
	return tags, c.unlessProject(ctx, projectID, err)
}

// ListStatuses is Reader's.
func (c *Client) ListStatuses(ctx context.Context, projectID int64) (Statuses, error) {
	all, err := listAll[Status](ctx, c, projectPath(projectID, "/statuses"))
	if err == nil || !IsKind(err, KindNotFound) {
		return activated(all), err
	}
	filter := NewRunFilter()
	filter.PerPage, filter.Expands = PageSizes()[0], query.Words{"statuses"}
	runs, err := c.ListRuns(ctx, projectID, filter)
	if err != nil || len(runs.Expands.Statuses) > 0 {
		return runs.Expands.Statuses, err
	}
	return DefaultStatuses(), nil
}

// unlessProject turns a KindNotFound into nil when there is such a project: it
// is the endpoint that the instance does not have.
func (c *Client) unlessProject(ctx context.Context, projectID int64, err error) error {
	if IsKind(err, KindNotFound) {
		_, err = c.Project(ctx, projectID)
	}
	return err
}

// ListProjectUsers is Reader's.
func (c *Client) ListProjectUsers(ctx context.Context, projectID int64, filter ListFilter) (Page[Named], error) {
	return listPage[Named](ctx, c, projectPath(projectID, "/users"), query.Encode(filter, NewListFilter()))
}

// ListRuns is Reader's.
func (c *Client) ListRuns(ctx context.Context, projectID int64, filter RunFilter) (Page[Run], error) {
	var problems Problems
	can := c.Capabilities()
	validateOneOf(&problems, "sort", filter.Sort, can.RunSorts)
	refuseUnless(can.Search, &problems, map[string]bool{"q": filter.Q != "", "name": filter.Name != ""})
	if err := problems.Err(); err != nil {
		return Page[Run]{}, err
	}
	filter.CreatedAfter, filter.CreatedBefore = instants(filter.After(), filter.Before())
	filter.Zone = ""
	return listPage[Run](ctx, c, projectPath(projectID, "/automation/runs"), query.Encode(filter, NewRunFilter()))
}

// Run is Reader's.
func (c *Client) Run(ctx context.Context, id int64, expands []string) (RunDetail, error) {
	filter := NewListFilter()
	filter.Expands = query.ParseWords(expands)
	detail, freshness, err := get[RunDetail](ctx, c, runPath(id, ""), query.Encode(filter, NewListFilter()))
	detail.Freshness, detail.Expands.Statuses = freshness, activated(detail.Expands.Statuses)
	return detail, err
}

// ListTests is Reader's.
func (c *Client) ListTests(ctx context.Context, runID int64, filter TestFilter) (Page[Test], error) {
	var problems Problems
	can := c.Capabilities()
	validateOneOf(&problems, "sort", filter.Sort, can.TestSorts)
	refuseUnless(can.Search, &problems, map[string]bool{"q": filter.Q != ""})
	refuseUnless(can.Results, &problems, map[string]bool{"result": len(filter.Results) > 0, "folder": filter.Folder != ""})
	if err := problems.Err(); err != nil {
		return Page[Test]{}, err
	}
	page, err := listPage[Test](ctx, c, runPath(runID, "/tests"), query.Encode(filter, NewTestFilter()))
	if !IsKind(err, KindNotFound) {
		return page, err
	}
	if _, err := c.Run(ctx, runID, nil); err != nil {
		return page, err
	}
	page = NewPage[Test](nil, filter.Page, filter.PerPage, 0)
	page.AsOf = time.Now()
	page.Problem = &Error{Kind: KindNotFound, Message: "This instance does not list the tests of a run."}
	return page, nil
}

func refuseUnless(can bool, p *Problems, used map[string]bool) {
	for field, isUsed := range used {
		if isUsed && !can {
			p.Add(field, "This instance cannot filter by this.")
		}
	}
}

// instants are bounds as every instance reads them, whatever its zone; "" for none.
func instants(after, before time.Time) (string, string) {
	instant := func(t time.Time) string {
		if t.IsZero() {
			return ""
		}
		return t.UTC().Format(time.RFC3339Nano)
	}
	return instant(after), instant(before)
}

// activated are statuses as they came, all active if none says so: contract 1.2
// has no is_active.
func activated(statuses Statuses) Statuses {
	if slices.ContainsFunc(statuses, func(s Status) bool { return s.IsActive }) {
		return statuses
	}
	for i := range statuses {
		statuses[i].IsActive = true
	}
	return statuses
}

func projectPath(id int64, rest string) string { return fmt.Sprintf("/projects/%d%s", id, rest) }

func runPath(id int64, rest string) string { return fmt.Sprintf("/automation/runs/%d%s", id, rest) }

func (p *Page[T]) isAnswer() bool { return p.Result != nil }

func (d *RunDetail) isAnswer() bool { return d.Result.ID != 0 }

// single is the answer with one object: contract 1.
type single[T any] struct {
	Result *T `json:"result"`
}

func (s *single[T]) isAnswer() bool { return s.Result != nil }

func one[T any](ctx context.Context, c *Client, path string) (T, error) {
	answer, _, err := get[single[T]](ctx, c, path, "")
	if err != nil {
		var none T
		return none, err
	}
	return *answer.Result, nil
}

func listPage[T any](ctx context.Context, c *Client, path, encoded string) (Page[T], error) {
	page, freshness, err := get[Page[T]](ctx, c, path, encoded)
	page.Freshness, page.Expands.Statuses = freshness, activated(page.Expands.Statuses)
	return page, err
}

// maxPages bounds a list that is asked for as a whole.
const maxPages = 50

// listAll reads a list that some instances give in pages and others at once.
func listAll[T any](ctx context.Context, c *Client, path string) ([]T, error) {
	all := []T{}
	for number := 1; number <= maxPages; {
		encoded := ""
		if number > 1 {
			encoded = fmt.Sprintf("page=%d", number)
		}
		page, err := listPage[T](ctx, c, path, encoded)
		if err != nil {
			return []T{}, err
		}
		all = append(all, page.Result...)
		if int(page.NextPage) <= number {
			break
		}
		number = int(page.NextPage)
	}
	return all, nil
}

// join puts a path below the root of the API.
func join(path, encoded string) string {
	return "/api/v1" + strings.TrimSuffix(path+"?"+encoded, "?")
}
