package handlers

import (
	"net/url"
	"slices"
	"time"

	"github.com/runboard/runboard/api"
	"github.com/runboard/runboard/views"
)

// runsList is what the page of runs is laid out from.
type runsList struct {
	visit

	projectID  int64
	filter     api.RunFilter       // What the rows were asked with.
	typed      url.Values          // What the address says, when some of it makes no sense.
	problems   map[string][]string // By parameter, why it makes none.
	page       api.Page[api.Run]
	facets     api.RunFacets
	isCounted  bool // The facets have counts.
	staleAfter time.Duration

	// What is needed often is made once, by prepare.
	parts         []part
	chips         []views.Chip
	after, before time.Time // What the bounds of the filter name; zero for none.
	rows          rowLinks
}

func (l *runsList) prepare() {
	zone, err := time.LoadLocation(l.filter.Zone)
	if err != nil {
		zone = time.UTC
	}
	l.after, l.before = parsed(l.filter.CreatedAfter, zone), parsed(l.filter.CreatedBefore, zone)
	l.parts = l.filterParts()
	l.chips = l.activeChips()
	l.rows = l.newRowLinks()
}

func (l *runsList) view() views.RunsView {
	return views.RunsView{Strip: l.strip(), Filter: l.filterBar(), Summary: l.summary(), Table: l.table()}
}

// url leads to the first page of a list that differs in what change does.
func (l *runsList) url(change func(f *api.RunFilter)) string {
	f := l.filter
	f.Page = 1
	change(&f)
	return l.runsURL(l.projectID, f)
}

// sourceNames are those of the sources that have runs under the filter.
func (l *runsList) sourceNames() []string {
	names := make([]string, len(l.facets.Sources))
	for i, source := range l.facets.Sources {
		names[i] = source.Name
	}
	return names
}

func (l *runsList) pageURL(page int) string {
	return l.url(func(f *api.RunFilter) { f.Page = page })
}

// isUntouched reports whether the project has no run at all.
func (l *runsList) isUntouched() bool {
	return l.page.Total == 0 && len(l.chips) == 0 && len(l.problems) == 0
}

// isBeyond reports whether the page lies after the last one.
func (l *runsList) isBeyond() bool { return l.page.Total > 0 && l.filter.Page > int(l.page.LastPage) }

// runsOrders says in words how each sort stands, ascending and descending.
var runsOrders = map[string][2]string{
	api.SortRunsByCreation:          {"oldest first", "newest first"},
	"automation_runs:name":          {"by name", "by name backwards"},
	"automation_runs:elapsed":       {"shortest first", "longest first"},
	"automation_runs:failure_count": {"fewest failures first", "most failures first"},
	"automation_runs:total_count":   {"fewest tests first", "most tests first"},
	"automation_runs:completed_at":  {"first completed first", "last completed first"},
}

func (l *runsList) summary() string {
	text := counted(l.page.Total, "run")
	last := int(l.page.LastPage)
	switch {
	case l.page.Total == 0 && len(l.chips) > 0:
		return "No run meets the filter"
	case l.page.Total == 0:
		return "No runs yet"
	case l.isBeyond():
		return text + ", and page " + number(l.filter.Page) + " is beyond the last, which is " + number(last)
	case last > 1:
		text += ", page " + number(l.filter.Page) + " of " + number(last)
	}
	order := runsOrders[l.filter.Sort]
	if l.filter.Order == api.OrderAsc {
		return text + ", " + order[0]
	}
	return text + ", " + order[1]
}

func (l *runsList) table() views.RunsTableView {
	table := views.RunsTableView{Heads: l.heads(), Pager: l.pager()}
	for i := range l.page.Result {
		run := &l.page.Result[i]
		table.Rows = append(table.Rows, l.row(run))
		if run.Status == api.StatusRunning {
			table.Refresh = l.pageURL(l.filter.Page)
		}
	}
	switch {
	case l.isBeyond():
		table.Beyond = l.pageURL(int(l.page.LastPage))
	case l.page.Total == 0 && !l.isUntouched():
		table.Nothing = l.nothing()
	}
	return table
}

func (l *runsList) heads() []views.Head {
	columns := []struct{ id, text, kind, sort string }{
		{"run", "Run", "run", "automation_runs:name"},
		{"results", "Results", "bar", "automation_runs:failure_count"},
		{"rate", "Pass rate", "rate", ""},
		{"total", "Tests", "number", "automation_runs:total_count"},
		{"elapsed", "Elapsed", "number", "automation_runs:elapsed"},
		{"threads", "Threads", "number", ""},
		{"created", "Created", "time", api.SortRunsByCreation},
		{"by", "By", "by", ""},
	}
	heads := make([]views.Head, len(columns))
	for i, column := range columns {
		heads[i] = views.Head{ID: "sort-" + column.id, Text: column.text, Kind: column.kind}
		if slices.Contains(l.can.RunSorts, column.sort) {
			heads[i].Href, heads[i].Sort = l.sortURL(column.sort), l.sorted(column.sort)
		}
	}
	return heads
}

// sortURL turns the direction of the present sort around, and starts any other
// with what people look for first: names from A, figures from the highest.
func (l *runsList) sortURL(sort string) string {
	return l.url(func(f *api.RunFilter) {
		switch {
		case f.Sort == sort && f.Order == api.OrderAsc, f.Sort != sort && sort != "automation_runs:name":
			f.Order = api.OrderDesc
		default:
			f.Order = api.OrderAsc
		}
		f.Sort = sort
	})
}

func (l *runsList) sorted(sort string) string {
	switch {
	case l.filter.Sort != sort:
		return ""
	case l.filter.Order == api.OrderAsc:
		return "ascending"
	default:
		return "descending"
	}
}

// pager has a choice of rows only where that makes a difference.
func (l *runsList) pager() views.PagerView {
	pager := pagerOf(l.filter.Page, int(l.page.LastPage), l.pageURL)
	if l.page.Total <= api.PageSizes()[0] {
		return pager
	}
	for _, size := range api.PageSizes() {
		pager.PerPage = append(pager.PerPage, views.Segment{
			Text: number(size), Selected: size == l.filter.PerPage,
			Href: l.url(func(f *api.RunFilter) { f.PerPage = size }),
		})
	}
	return pager
}

// pagerOf leads to the pages of a list with the given last page, 0 for an empty one.
func pagerOf(page, last int, href func(page int) string) views.PagerView {
	var pager views.PagerView
	if page > 1 && last > 0 {
		pager.First, pager.Prev = href(1), href(min(page-1, last))
	}
	if page < last {
		pager.Next = href(page + 1)
	}
	if page != last && last > 0 {
		pager.Last = href(last)
	}
	if last == 0 {
		return pager
	}
	pager.Numbers = pageNumbers(page, last, href)
	return pager
}

// pageNumbers are the first page, those around here, and the last one, with a
// text that leads nowhere where some are left out.
func pageNumbers(page, last int, href func(page int) string) []views.Segment {
	const around = 2
	here := min(page, last)
	wanted := []int{1, last}
	for n := here - around; n <= here+around; n++ {
		if n > 1 && n < last {
			wanted = append(wanted, n)
		}
	}
	slices.Sort(wanted)
	var numbers []views.Segment
	before := 0
	for _, n := range slices.Compact(wanted) {
		if n > before+1 {
			numbers = append(numbers, views.Segment{Text: "…"})
		}
		numbers = append(numbers, views.Segment{Text: number(n), Href: href(n), Selected: n == page})
		before = n
	}
	return numbers
}
