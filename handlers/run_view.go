package handlers

import (
	"slices"
	"strconv"
	"time"

	"github.com/runboard/runboard/api"
	"github.com/runboard/runboard/api/query"
	"github.com/runboard/runboard/views"
)

// runPage is what the page of a run is laid out from.
type runPage struct {
	visit

	hasDetails bool // Each test has a page of its own.
	id         int64
	filter     api.TestFilter      // What the rows were asked with.
	problems   map[string][]string // By parameter, why it makes no sense.
	detail     api.RunDetail
	page       api.Page[api.Test]
	folders    []api.Folder // nil without insight.
	lifted     []testPart   // What to remove when nothing meets the filter.
	staleAfter time.Duration

	// What is needed often is made once, by prepare.
	statuses api.Statuses // In the order of the bar, each with a name.
	scope    api.Counters // Of what meets the filter but for its statuses; see isCounted.
	chips    []views.Chip
}

func (p *runPage) prepare() {
	p.statuses = barOrder(p.detail.Expands.Statuses)
	switch {
	case p.isSearched(): // They have been counted with the tests.
	case p.filter.ThreadID != 0:
		p.scope = p.thread(p.filter.ThreadID).Counters
	default:
		p.scope = p.detail.Result.Counters
	}
	p.chips = p.activeChips()
}

func (p *runPage) view() views.RunView {
	sent, _ := divide(p.runSent(), shareOfRun, p.attachedURL(p.id))
	return views.RunView{
		Head: p.head(), Sent: sent, Threads: p.threads(), Filter: p.filterBar(), Summary: p.summary(), Table: p.table(),
	}
}

// url leads to the first page of a list that differs in what change does.
func (p *runPage) url(change func(f *api.TestFilter)) string {
	f := p.filter
	f.Page = 1
	change(&f)
	return p.runURL(p.id, f)
}

func (p *runPage) pageURL(page int) string {
	return p.url(func(f *api.TestFilter) { f.Page = page })
}

func (p *runPage) head() views.RunHeadView {
	run, expands := &p.detail.Result, &p.detail.Expands
	threads := threadsOf(run)
	if len(run.Threads) > 1 {
		threads.Href = "#" + views.ThreadsRegion
	}
	return views.RunHeadView{
		ID: strconv.FormatInt(run.ID, 10), Name: run.Name, Status: runBadge(run.Status), Stale: p.silence(run, p.staleAfter),
		Origin: p.origin(), MoreTags: moreTags(run.Tags), Rate: rateOf(&run.Counters), Total: number(run.Total), Tests: p.runURL(p.id, p.tests), Elapsed: elapsed(run.Elapsed),
		Threads: threads, Created: p.instant(run.CreatedAt), Completed: p.instant(run.CompletedAt),
		By:  p.runsOf(run.CreatedBy, expands.Users, func(f *api.RunFilter) *query.IDs { return &f.CreatedBy }),
		Bar: p.bar(&run.Counters, 0),
	}
}

// bar leads to the tests of each status, of one thread or of all with 0.
func (p *runPage) bar(counters *api.Counters, threadID int64) views.Bar {
	return barOf(counters, p.statuses, func(status api.Status) string {
		filter, ok := p.resultFilter(status)
		if !ok {
			return ""
		}
		filter.ThreadID = threadID
		return p.runURL(p.id, filter)
	})
}

// origin is where the run comes from, each with the runs that share it.
func (p *runPage) origin() []views.Link {
	run, expands := &p.detail.Result, &p.detail.Expands
	links := []views.Link{
		p.runsOf(run.SourceID, expands.Sources, func(f *api.RunFilter) *query.IDs { return &f.SourceIDs }),
		p.runsOf(int64(run.ConfigID), expands.Configs, func(f *api.RunFilter) *query.IDs { return &f.ConfigIDs }),
		p.runsOf(int64(run.MilestoneID), expands.Milestones, func(f *api.RunFilter) *query.IDs { return &f.MilestoneIDs }),
	}
	links = slices.DeleteFunc(links, func(link views.Link) bool { return link.Text == "" })
	for _, tag := range run.Tags[:min(len(run.Tags), mostTags)] {
		link := views.Link{Text: tag}
		if isWord(tag) {
			filter := p.allRuns()
			filter.Tags = query.Words{tag}
			link.Href = p.runsURL(run.ProjectID, filter)
		}
		links = append(links, link)
	}
	return links
}

// mostTags is how many tags the page of a run has at most.
const mostTags = 100

// moreTags says how many tags are beyond mostTags; "" for none.
func moreTags(tags []string) string {
	if len(tags) <= mostTags {
		return ""
	}
	return "and " + counted(len(tags)-mostTags, "more tag")
}

// runsOf leads to the runs of the project that share an id; empty for no id.
func (p *runPage) runsOf(id int64, names []api.Named, ids func(f *api.RunFilter) *query.IDs) views.Link {
	if id == 0 {
		return views.Link{}
	}
	filter := p.allRuns()
	*ids(&filter) = query.IDs{id}
	return views.Link{Text: nameOr(names, id), Href: p.runsURL(p.detail.Result.ProjectID, filter)}
}

// isUnlisted reports whether the instance does not list the tests of a run.
func (p *runPage) isUnlisted() bool {
	return p.page.Problem != nil && p.page.Problem.Kind == api.KindNotFound
}

// whyStale says why the page shows older data; "" when it is fresh.
func (p *runPage) whyStale() string {
	if text := p.stale(p.detail.Freshness); text != "" || p.isUnlisted() {
		return text
	}
	return p.stale(p.page.Freshness)
}
