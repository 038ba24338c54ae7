package handlers

import (
	"slices"
	"strconv"
	"strings"

	"github.com/runboard/runboard/api"
	"github.com/runboard/runboard/views"
)

// testsOrders says in words how each sort stands, ascending and descending.
var testsOrders = map[string][2]string{
	"automation_run_tests:id":         {"first arrived first", "last arrived first"},
	"automation_run_tests:name":       {"by name", "by name backwards"},
	"automation_run_tests:status":     {"undecided first", "failures first"},
	"automation_run_tests:elapsed":    {"shortest first", "longest first"},
	"automation_run_tests:created_at": {"oldest first", "newest first"},
	api.SortTestsBySeverity:           {"passed first", "failures first"},
}

func (p *runPage) summary() string {
	total := p.page.Total
	if p.isUnlisted() {
		total = p.detail.Result.Total
	}
	text := counted(total, "test")
	if failed := p.scope.Failure; failed > 0 && !p.hasStatus() && p.isCounted() {
		text += ", " + number(failed) + " failed"
	}
	last := int(p.page.LastPage)
	switch {
	case p.isUnlisted():
		return text
	case p.isUntested() && p.detail.Result.Status == api.StatusRunning:
		return "No test has arrived yet"
	case p.isUntested():
		return "No test was submitted with this run"
	case total == 0 && len(p.chips) > 0:
		return "No test meets the filter"
	case total == 0:
		return "No tests"
	case p.isBeyond():
		return text + ", and page " + number(p.filter.Page) + " is beyond the last, which is " + number(last)
	case last > 1:
		text += ", page " + number(p.filter.Page) + " of " + number(last)
	}
	order := testsOrders[p.filter.Sort]
	if p.filter.Order == api.OrderAsc {
		return text + ", " + order[0]
	}
	return text + ", " + order[1]
}

// isUntested reports whether the run has no test at all.
func (p *runPage) isUntested() bool { return p.detail.Result.Total+p.page.Total == 0 }

// isBeyond reports whether the page lies after the last one.
func (p *runPage) isBeyond() bool { return p.page.Total > 0 && p.filter.Page > int(p.page.LastPage) }

func (p *runPage) table() views.TestsTableView {
	table := views.TestsTableView{Heads: p.heads(), Rows: p.rows(), Pager: p.pager()}
	if p.detail.Result.Status == api.StatusRunning {
		table.Refresh = p.pageURL(p.filter.Page)
	}
	switch {
	case p.isBeyond():
		table.Beyond = p.pageURL(int(p.page.LastPage))
	case len(table.Rows) > 0:
	case p.isUnlisted():
		table.Why = p.page.Problem.Message
	case !p.isUntested() && len(p.chips) > 0:
		table.Nothing = p.nothing()
	}
	return table
}

func (p *runPage) heads() []views.Head {
	byStatus := "automation_run_tests:status"
	if slices.Contains(p.can.TestSorts, api.SortTestsBySeverity) {
		byStatus = api.SortTestsBySeverity
	}
	columns := []struct{ id, text, kind, sort string }{
		{"status", "Status", "status", byStatus},
		{"test", "Test", "test", "automation_run_tests:name"},
		{"elapsed", "Elapsed", "number", "automation_run_tests:elapsed"},
	}
	heads := make([]views.Head, len(columns))
	for i, column := range columns {
		heads[i] = views.Head{ID: "sort-" + column.id, Text: column.text, Kind: column.kind}
		if slices.Contains(p.can.TestSorts, column.sort) && !p.isUnlisted() {
			heads[i].Href, heads[i].Sort = p.sortURL(column.sort), p.sorted(column.sort)
		}
	}
	return heads
}

// sortURL turns the direction of the present sort around, and starts any other
// with what people look for first: names from A, failures, and what took long.
func (p *runPage) sortURL(sort string) string {
	return p.url(func(f *api.TestFilter) {
		switch {
		case f.Sort == sort && f.Order == api.OrderAsc, f.Sort != sort && sort != "automation_run_tests:name":
			f.Order = api.OrderDesc
		default:
			f.Order = api.OrderAsc
		}
		f.Sort = sort
	})
}

func (p *runPage) sorted(sort string) string {
	switch {
	case p.filter.Sort != sort:
		return ""
	case p.filter.Order == api.OrderAsc:
		return "ascending"
	default:
		return "descending"
	}
}

// pager has a choice of rows only where that makes a difference.
func (p *runPage) pager() views.PagerView {
	pager := pagerOf(p.filter.Page, int(p.page.LastPage), p.pageURL)
	if p.page.Total <= p.tests.PerPage {
		return pager
	}
	for _, size := range []int{100, 250, 500, 1000} {
		pager.PerPage = append(pager.PerPage, views.Segment{
			Text: number(size), Selected: size == p.filter.PerPage,
			Href: p.url(func(f *api.TestFilter) { f.PerPage = size }),
		})
	}
	return pager
}

// rows are the tests of the page. What narrows the list is the same for many of
// them, so that each address is made once.
func (p *runPage) rows() []views.TestRow {
	folders, threads := map[string]views.Link{}, map[int64]views.Link{}
	rows := make([]views.TestRow, len(p.page.Result))
	for i := range p.page.Result {
		test := &p.page.Result[i]
		folder, known := folders[test.Folder]
		if !known {
			folder = p.folderLink(test.Folder)
			folders[test.Folder] = folder
		}
		threadID := int64(test.ThreadID)
		thread, known := threads[threadID]
		if !known {
			thread = p.threadLink(threadID)
			threads[threadID] = thread
		}
		rows[i] = p.row(test)
		rows[i].Folder, rows[i].Thread = folder, thread
	}
	return rows
}

func (p *runPage) row(test *api.Test) views.TestRow {
	row := views.TestRow{
		ID: strconv.FormatInt(test.ID, 10), Name: test.Name, Status: p.testBadge(test), Flaked: test.IsFlaked, Elapsed: elapsed(test.Elapsed),
	}
	if p.hasDetails {
		row.Href = p.testURL(p.id, test.ID)
	}
	if test.Message == nil {
		return row
	}
	row.Message = firstLine(*test.Message)
	if !p.hasDetails && row.Message != strings.TrimSpace(*test.Message) {
		row.Sent = &views.SentView{
			ID: "test-" + row.ID, Highlights: []views.Field{{Name: "Message", Kind: views.KindConsole, Value: *test.Message}},
		}
	}
	return row
}

// testBadge is the exact status of a test, or what the instance gives of it.
func (p *runPage) testBadge(test *api.Test) views.Badge {
	if test.StatusName == "" {
		return scaleBadge(test.Status)
	}
	at := slices.IndexFunc(p.statuses, func(status api.Status) bool { return status.Name == test.StatusName })
	if at < 0 {
		return views.Badge{Text: test.StatusName, Tone: views.ToneCustom}
	}
	return statusBadge(p.statuses[at])
}

// folderLink narrows the list to a folder, unless it is, or cannot be.
func (p *runPage) folderLink(folder string) views.Link {
	link := views.Link{Text: folder}
	if p.can.Results && isFolder(folder) && p.filter.Folder != folder {
		link.Href = p.url(func(f *api.TestFilter) { f.Folder = folder })
	}
	return link
}

// isFolder reports whether a query can carry a folder: a blank one means all.
func isFolder(folder string) bool { return strings.TrimSpace(folder) != "" }

// threadLink narrows the list to a thread, unless it is; it is empty in a run of one.
func (p *runPage) threadLink(id int64) views.Link {
	if id == 0 || len(p.detail.Result.Threads) <= 1 {
		return views.Link{}
	}
	thread := p.thread(id)
	link := views.Link{Text: threadName(&thread)}
	if p.filter.ThreadID != id {
		link.Href = p.url(func(f *api.TestFilter) { f.ThreadID = id })
	}
	return link
}

// firstLine is the first line of a text that is not blank. Of a traceback of
// Python's it is the last one, which says what has happened.
func firstLine(text string) string {
	text = strings.TrimSpace(text)
	if strings.HasPrefix(text, "Traceback (most recent") {
		return strings.TrimSpace(text[strings.LastIndexByte(text, '\n')+1:])
	}
	line, _, _ := strings.Cut(text, "\n")
	return strings.TrimSpace(line)
}
