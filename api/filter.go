package api

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/runboard/runboard/api/query"
)

// Filter is what a list is asked with: a struct that query.Decode can fill.
type Filter interface {
	// Validate adds what makes no sense, by parameter.
	Validate(p *Problems)
}

// DecodeFilter fills a filter, which holds the defaults, from a raw query and
// validates it. The error is an *Error: KindMalformed, KindLongQuery, or
// KindInvalid with a sentence for each bad parameter. With KindInvalid the good
// parameters have been filled in.
func DecodeFilter(filter Filter, rawQuery string) error {
	var problems Problems
	err := query.Decode(filter, rawQuery)
	fields, isFields := errors.AsType[query.FieldErrors](err)
	switch {
	case errors.Is(err, query.ErrTooLong), errors.Is(err, query.ErrTooMany):
		return CheckQuery(rawQuery)
	case err != nil && !isFields:
		return &Error{Kind: KindMalformed, Message: "The address cannot be read: a parameter is repeated or badly encoded.", Err: err}
	}
	filter.Validate(&problems)
	for field, text := range fields {
		problems.Add(field, "%s", text)
	}
	return problems.Err()
}

// CheckQuery refuses a raw query that is not worth decoding: KindLongQuery when it
// is too long, and KindMalformed when it has too many parameters.
func CheckQuery(rawQuery string) error {
	err := query.CheckSize(rawQuery)
	switch {
	case errors.Is(err, query.ErrTooMany):
		return &Error{Kind: KindMalformed, Message: fmt.Sprintf("The address has more than %d parameters.", query.MaxParameters), Err: err}
	case err != nil:
		return &Error{Kind: KindLongQuery, Message: "The address is too long.", Err: err}
	default:
		return nil
	}
}

// RunFilter says which runs of a project a list holds, and in which order:
// contract 2.1. Its form tags are the API's parameters and the page's alike;
// their order is that of a canonical query. Start from NewRunFilter.
type RunFilter struct {
	Statuses      query.IDs   `form:"status"` // 2 success, 3 failure, 4 running; all when empty.
	SourceIDs     query.IDs   `form:"source_id"`
	MilestoneIDs  query.IDs   `form:"milestone_id"`
	ConfigIDs     query.IDs   `form:"config_id"`
	CreatedBy     query.IDs   `form:"created_by"`
	Tags          query.Words `form:"tags"`           // Any of them, compared exactly.
	CreatedAfter  string      `form:"created_after"`  // Exclusive, but a date alone is included; see ParseTime.
	CreatedBefore string      `form:"created_before"` // Exclusive; see ParseTime.
	Zone          string      `form:"tz"`             // Runboard: where times that name no zone are read, such as "Europe/Berlin"; UTC when empty.
	Q             string      `form:"q"`              // Runboard: part of name, source or tag, whatever its capitals.
	Name          string      `form:"name"`           // Runboard: part of the name, whatever its capitals.
	Sort          string      `form:"sort"`           // One of RunSorts.
	Order         string      `form:"order"`          // OrderAsc or OrderDesc.
	PerPage       int         `form:"per_page"`       // One of PageSizes.
	Page          int         `form:"page"`           // From 1.
	Expands       query.Words `form:"expands"`        // Of RunExpands.

	Lean bool `form:"-"` // Leave out fields, links and artifacts, which a page does not show.
}

// The two directions of a list.
const (
	OrderAsc  = "asc"
	OrderDesc = "desc"
)

// SortRunsByCreation is the default sort of runs, and the only one of Testmo.
const SortRunsByCreation = "automation_runs:created_at"

// RunSorts are the sorts of a list of runs; all but the first are Runboard's.
func RunSorts() []string {
	return []string{
		SortRunsByCreation, "automation_runs:name", "automation_runs:elapsed", "automation_runs:failure_count",
		"automation_runs:total_count", "automation_runs:completed_at",
	}
}

// RunExpands are the expands of runs: contract 2.1.
func RunExpands() []string {
	return []string{"automation_sources", "configs", "milestones", "statuses", "users"}
}

// PageSizes are the accepted values of per_page, except for tests: contract 1.1.
func PageSizes() []int { return []int{15, 25, 50, 100} }

// NewRunFilter is the default list of the API: 100 a page, newest first.
func NewRunFilter() RunFilter {
	return RunFilter{Sort: SortRunsByCreation, Order: OrderDesc, PerPage: 100, Page: 1}
}

// Validate adds what makes no sense, with the accepted values.
func (f *RunFilter) Validate(p *Problems) {
	validatePage(p, f.Page, f.PerPage)
	validateOneOf(p, "sort", f.Sort, RunSorts())
	validateOrder(p, f.Order)
	validateIDs(p, "status", f.Statuses, int64(StatusSuccess), int64(StatusRunning))
	validateExpands(p, f.Expands, RunExpands())
	zone := validateZone(p, f.Zone)
	validateTime(p, "created_after", f.CreatedAfter, zone)
	validateTime(p, "created_before", f.CreatedBefore, zone)
}

// After is the instant after which runs were created; zero when there is no
// such bound. A date alone includes its first instant, so this is the last
// millisecond of the day before. The filter must be valid.
func (f *RunFilter) After() time.Time { return resolveAfter(f.CreatedAfter, f.Zone) }

// Before is the instant before which runs were created; zero when there is no
// such bound. The filter must be valid.
func (f *RunFilter) Before() time.Time { return resolve(f.CreatedBefore, f.Zone) }

// TestFilter says which tests of a run a list holds: contract 2.10. Start from NewTestFilter.
type TestFilter struct {
	StatusIDs query.IDs `form:"status_id"` // 1 neutral, 2 success, 3 failure, 4 running; all when empty.
	Results   query.IDs `form:"result"`    // Runboard: exact statuses, 1 to 25; all when empty.
	ThreadID  int64     `form:"thread_id"` // 0 for all threads.
	Folder    string    `form:"folder"`    // Runboard: exactly this one; "" for all.
	Q         string    `form:"q"`         // Runboard: part of name, folder, key or message, whatever its capitals.
	Sort      string    `form:"sort"`      // One of TestSorts.
	Order     string    `form:"order"`     // OrderAsc or OrderDesc.
	PerPage   int       `form:"per_page"`  // 100 to 1000.
	Page      int       `form:"page"`      // From 1.
}

// The bounds of per_page of tests: contract 2.10.
const (
	MinTestsPerPage = 100
	MaxTestsPerPage = 1000
)

// SortTestsBySeverity puts, descending, what failed first and what passed last
// (Runboard); tests of one severity stand in the order in which they arrived.
const SortTestsBySeverity = "automation_run_tests:severity"

// TestSorts are the sorts of a list of tests.
func TestSorts() []string {
	return []string{
		"automation_run_tests:id", "automation_run_tests:name", "automation_run_tests:status",
		"automation_run_tests:elapsed", "automation_run_tests:created_at", SortTestsBySeverity,
	}
}

// NewTestFilter is the default list of the API: 100 a page, latest first.
func NewTestFilter() TestFilter {
	return TestFilter{Sort: TestSorts()[0], Order: OrderDesc, PerPage: 100, Page: 1}
}

// Validate adds what makes no sense, with the accepted values.
func (f *TestFilter) Validate(p *Problems) {
	if f.PerPage < MinTestsPerPage || f.PerPage > MaxTestsPerPage {
		p.Add("per_page", "Must be between %d and %d.", MinTestsPerPage, MaxTestsPerPage)
	}
	if f.Page < 1 || f.Page > maxPage {
		p.Add("page", "Must be 1 or more.")
	}
	if f.ThreadID < 0 {
		p.Add("thread_id", "Must be an id.")
	}
	validateOneOf(p, "sort", f.Sort, TestSorts())
	validateOrder(p, f.Order)
	validateIDs(p, "status_id", f.StatusIDs, int64(StatusNeutral), int64(StatusRunning))
	validateIDs(p, "result", f.Results, 1, statusCount)
}

// ProjectFilter says which projects a list holds: contract 4.1. Start from NewProjectFilter.
type ProjectFilter struct {
	IsCompleted *bool       `form:"is_completed"` // nil for both.
	Sort        string      `form:"sort"`         // One of ProjectSorts.
	Order       string      `form:"order"`
	PerPage     int         `form:"per_page"`
	Page        int         `form:"page"`
	Expands     query.Words `form:"expands"` // Of "users".
}

// ProjectSorts are the sorts of a list of projects: contract 4.1.
func ProjectSorts() []string { return []string{"projects:created_at", "projects:completed_at"} }

// NewProjectFilter is the default list of the API.
func NewProjectFilter() ProjectFilter {
	return ProjectFilter{Sort: ProjectSorts()[0], Order: OrderDesc, PerPage: 100, Page: 1}
}

// Validate adds what makes no sense, with the accepted values.
func (f *ProjectFilter) Validate(p *Problems) {
	validatePage(p, f.Page, f.PerPage)
	validateOneOf(p, "sort", f.Sort, ProjectSorts())
	validateOrder(p, f.Order)
	validateExpands(p, f.Expands, []string{"users"})
}

// SourceFilter says which sources a list holds: contract 4.1. Start from NewSourceFilter.
type SourceFilter struct {
	IsRetired *bool       `form:"is_retired"` // nil for both.
	Sort      string      `form:"sort"`       // One of SourceSorts.
	Order     string      `form:"order"`
	PerPage   int         `form:"per_page"`
	Page      int         `form:"page"`
	Expands   query.Words `form:"expands"` // Of "users".
}

// SourceSorts are the sorts of a list of sources: contract 4.1.
func SourceSorts() []string {
	return []string{"automation_sources:created_at", "automation_sources:ran_at", "automation_sources:retired_at"}
}

// NewSourceFilter is the default list of the API.
func NewSourceFilter() SourceFilter {
	return SourceFilter{Sort: SourceSorts()[0], Order: OrderDesc, PerPage: 100, Page: 1}
}

// Validate adds what makes no sense, with the accepted values.
func (f *SourceFilter) Validate(p *Problems) {
	validatePage(p, f.Page, f.PerPage)
	validateOneOf(p, "sort", f.Sort, SourceSorts())
	validateOrder(p, f.Order)
	validateExpands(p, f.Expands, []string{"users"})
}

// MilestoneFilter says which milestones a list holds: contract 4.1. Start from NewMilestoneFilter.
type MilestoneFilter struct {
	IsCompleted     *bool       `form:"is_completed"` // nil for both.
	AutomationTags  query.Words `form:"automation_tags"`
	CreatedBy       query.IDs   `form:"created_by"`
	ParentIDs       query.IDs   `form:"parent_id"`
	RootIDs         query.IDs   `form:"root_id"`
	TypeIDs         query.IDs   `form:"type_id"`
	CreatedAfter    string      `form:"created_after"`
	CreatedBefore   string      `form:"created_before"`
	CompletedAfter  string      `form:"completed_after"`
	CompletedBefore string      `form:"completed_before"`
	Sort            string      `form:"sort"` // One of MilestoneSorts.
	Order           string      `form:"order"`
	PerPage         int         `form:"per_page"`
	Page            int         `form:"page"`
	Expands         query.Words `form:"expands"`
}

// MilestoneSorts are the sorts of a list of milestones: contract 4.1.
func MilestoneSorts() []string { return []string{"milestones:created_at", "milestones:completed_at"} }

// MilestoneExpands are the expands of milestones: contract 4.1.
func MilestoneExpands() []string {
	return []string{"issues", "milestone_stats", "milestone_types", "milestones", "statuses", "users"}
}

// NewMilestoneFilter is the default list of the API.
func NewMilestoneFilter() MilestoneFilter {
	return MilestoneFilter{Sort: MilestoneSorts()[0], Order: OrderDesc, PerPage: 100, Page: 1}
}

// Validate adds what makes no sense, with the accepted values.
func (f *MilestoneFilter) Validate(p *Problems) {
	validatePage(p, f.Page, f.PerPage)
	validateOneOf(p, "sort", f.Sort, MilestoneSorts())
	validateOrder(p, f.Order)
	validateExpands(p, f.Expands, MilestoneExpands())
	validateTime(p, "created_after", f.CreatedAfter, time.UTC)
	validateTime(p, "created_before", f.CreatedBefore, time.UTC)
	validateTime(p, "completed_after", f.CompletedAfter, time.UTC)
	validateTime(p, "completed_before", f.CompletedBefore, time.UTC)
}

// Created is between which instants, both exclusive, milestones were created: see
// RunFilter.After and Before. The filter must be valid.
func (f *MilestoneFilter) Created() (after, before time.Time) {
	return resolveAfter(f.CreatedAfter, ""), resolve(f.CreatedBefore, "")
}

// Completed is between which instants milestones were completed, as Created is.
// What is open was completed at none.
func (f *MilestoneFilter) Completed() (after, before time.Time) {
	return resolveAfter(f.CompletedAfter, ""), resolve(f.CompletedBefore, "")
}

// ListFilter pages through a list that has no filters of its own, such as
// users. Start from NewListFilter.
type ListFilter struct {
	PerPage int         `form:"per_page"`
	Page    int         `form:"page"`
	Expands query.Words `form:"expands"` // Taken as it is: these lists expand nothing that Runboard has.
}

// NewListFilter is the default list of the API.
func NewListFilter() ListFilter { return ListFilter{PerPage: 100, Page: 1} }

// Validate adds what makes no sense, with the accepted values.
func (f *ListFilter) Validate(p *Problems) { validatePage(p, f.Page, f.PerPage) }

// maxPage keeps page × per_page far from overflowing.
const maxPage = 1 << 31

func validatePage(p *Problems, page, perPage int) {
	if page < 1 || page > maxPage {
		p.Add("page", "Must be 1 or more.")
	}
	if !slices.Contains(PageSizes(), perPage) {
		p.Add("per_page", "Must be one of 15, 25, 50, 100.")
	}
}

func validateOneOf(p *Problems, field, value string, accepted []string) {
	if !slices.Contains(accepted, value) {
		p.Add(field, "Must be one of %s.", strings.Join(accepted, ", "))
	}
}

func validateOrder(p *Problems, order string) {
	validateOneOf(p, "order", order, []string{OrderAsc, OrderDesc})
}

func validateExpands(p *Problems, expands query.Words, accepted []string) {
	for _, expand := range expands {
		if !slices.Contains(accepted, expand) {
			p.Add("expands", "May hold %s.", strings.Join(accepted, ", "))
			return
		}
	}
}

func validateIDs(p *Problems, field string, ids query.IDs, lowest, highest int64) {
	for _, id := range ids {
		if id < lowest || id > highest {
			p.Add(field, "May hold %d to %d.", lowest, highest)
			return
		}
	}
}

func validateTime(p *Problems, field, text string, zone *time.Location) {
	if text == "" {
		return
	}
	if _, err := ParseTime(text, zone); err != nil {
		p.Add(field, "Must be a time such as 2026-01-02T03:04:05Z, or a date such as 2026-01-02.")
	}
}

func validateZone(p *Problems, name string) *time.Location {
	zone, err := time.LoadLocation(name)
	if err != nil || name == "Local" {
		p.Add("tz", "Must be the name of a time zone, such as Europe/Berlin.")
		return time.UTC
	}
	return zone
}

// resolveAfter is the instant after which a lower bound lets something through.
// A date alone stands for all of its day, the first instant included, as everyone
// counts days; instants have milliseconds.
func resolveAfter(text, zone string) time.Time {
	t := resolve(text, zone)
	if len(text) == len(time.DateOnly) && !t.IsZero() {
		t = t.Add(-time.Millisecond)
	}
	return t
}

// resolve is the instant that a valid text names in a valid zone.
func resolve(text, zone string) time.Time {
	location, err := time.LoadLocation(zone)
	if err != nil {
		location = time.UTC
	}
	t, err := ParseTime(text, location)
	if err != nil {
		return time.Time{}
	}
	return t
}
