package handlers

import (
	"strconv"
	"time"

	"github.com/runboard/runboard/api"
	"github.com/runboard/runboard/api/query"
	"github.com/runboard/runboard/views"
)

// rowLinks are the ends of the rows' addresses, which differ from row to row
// only in the run: encoding each anew would be most of the work of a page.
type rowLinks struct {
	order  api.Statuses // Of the bar.
	run    string
	result map[api.StatusID]string // "" for a status whose tests cannot be listed.
	adding map[string]string       // Whole addresses, by parameter and value.
}

func (l *runsList) newRowLinks() rowLinks {
	rows := rowLinks{
		order: barOrder(l.page.Expands.Statuses), run: l.testsQuery(l.tests),
		result: map[api.StatusID]string{}, adding: map[string]string{},
	}
	for _, status := range rows.order {
		if filter, ok := l.resultFilter(status); ok {
			rows.result[status.ID] = l.testsQuery(filter)
		}
	}
	return rows
}

// fewTags is how many tags a row has at most.
const fewTags = 12

func (l *runsList) row(run *api.Run) views.RunRow {
	expands := &l.page.Expands
	path := runPath(run.ID)
	results := func(status api.Status) string {
		if l.rows.result[status.ID] == "" {
			return ""
		}
		return path + l.rows.result[status.ID]
	}
	row := views.RunRow{
		ID: strconv.FormatInt(run.ID, 10), Name: run.Name, Href: path + l.rows.run, Status: runBadge(run.Status),
		Source:    l.adds("source_id", run.SourceID, expands.Sources),
		Config:    l.adds("config_id", int64(run.ConfigID), expands.Configs),
		Milestone: l.adds("milestone_id", int64(run.MilestoneID), expands.Milestones),
		Bar:       barOf(&run.Counters, l.rows.order, results), Rate: rateOf(&run.Counters), Total: number(run.Total),
		Elapsed: elapsed(run.Elapsed), Threads: threadsOf(run), Created: l.instant(run.CreatedAt),
		By: l.adds("created_by", run.CreatedBy, expands.Users), Stale: l.silence(run, l.staleAfter),
	}
	if run.ThreadCount > 1 { // A single one is listed on the page of the run only when it says more.
		row.Threads.Href = row.Href + "#" + views.ThreadsRegion
	}
	if len(run.Tags) > fewTags {
		row.MoreTags = "+" + number(len(run.Tags)-fewTags)
	}
	for _, tag := range run.Tags[:min(len(run.Tags), fewTags)] {
		link := views.Link{Text: tag}
		if isWord(tag) {
			link.Href = l.addURL("tags", api.Facet{Name: tag})
		}
		row.Tags = append(row.Tags, link)
	}
	return row
}

// isWord reports whether a query can carry a tag: one with a comma leads nowhere.
func isWord(tag string) bool {
	words := query.ParseWords([]string{tag})
	return len(words) == 1 && words[0] == tag
}

// adds is a link that adds an id to the filter; a text alone when the filter has it.
func (l *runsList) adds(parameter string, id int64, names []api.Named) views.Link {
	if id == 0 {
		return views.Link{}
	}
	facet := api.Facet{ID: id, Name: nameOr(names, id)}
	return views.Link{Text: facet.Name, Href: l.addURL(parameter, facet)}
}

func (l *runsList) addURL(parameter string, facet api.Facet) string {
	p := l.part(parameter)
	key := parameter + "=" + p.value(facet)
	href, known := l.rows.adding[key]
	if !known && !p.has(&l.filter, facet) {
		href = l.url(func(f *api.RunFilter) { p.set(f, facet, true) })
		l.rows.adding[key] = href
	}
	return href
}

// nameOr is a name, or "#12" for an id without one.
func nameOr(names []api.Named, id int64) string {
	if name := api.NameOf(names, id); name != "" {
		return name
	}
	return "#" + strconv.FormatInt(id, 10)
}

// silence says how long a running run has received nothing; "" when that is not long.
func (c clock) silence(run *api.Run, staleAfter time.Duration) string {
	last := run.CreatedAt.Time
	if run.UpdatedAt.After(last) {
		last = run.UpdatedAt.Time
	}
	silent := c.now.Sub(last)
	if run.Status != api.StatusRunning || silent <= staleAfter {
		return ""
	}
	return "silent for " + span(silent)
}

func threadsOf(run *api.Run) views.ThreadsView {
	if run.ThreadCount == 0 {
		return views.ThreadsView{}
	}
	threads := views.ThreadsView{
		Text: number(run.ThreadCount), Title: number(run.ThreadCompletedCount) + " of " + counted(run.ThreadCount, "thread") + " completed",
		Done: run.ThreadCompletedCount * 1000 / run.ThreadCount, Active: run.Status == api.StatusRunning,
	}
	if threads.Active {
		threads.Text = number(run.ThreadCompletedCount) + "/" + threads.Text
	}
	return threads
}
