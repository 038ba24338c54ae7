package handlers

import (
	"maps"
	"net/url"
	"slices"
	"strings"

	"github.com/runboard/runboard/api"
	"github.com/runboard/runboard/api/query"
	"github.com/runboard/runboard/views"
)

// mostChoices is how many values a picker offers.
const mostChoices = 200

// scaleBadge is the status of a test on the scale of contract 2.10, for an
// instance that gives no other.
func scaleBadge(status api.RunStatus) views.Badge {
	switch status {
	case api.StatusSuccess:
		return views.Badge{Text: "Passed", Tone: views.TonePassed}
	case api.StatusFailure:
		return views.Badge{Text: "Failed", Tone: views.ToneFailed}
	case api.StatusRunning:
		return views.Badge{Text: "Running", Tone: views.ToneRunning}
	case api.StatusNeutral:
	}
	return views.Badge{Text: "Neutral", Tone: views.ToneUntested}
}

// hasStatus reports whether the list is narrowed to some statuses.
func (p *runPage) hasStatus() bool { return len(p.filter.StatusIDs)+len(p.filter.Results) > 0 }

// isSearched reports whether the list is narrowed by what no counter of the run knows.
func (p *runPage) isSearched() bool { return p.filter.Folder != "" || p.filter.Q != "" }

// isCounted reports whether it is known how many tests of each status there are
// under the rest of the filter: an instance does not say that of a search.
func (p *runPage) isCounted() bool { return p.hasDetails || !p.isSearched() }

// resetTests lifts all that narrows a list, and keeps how it is shown.
func resetTests(f *api.TestFilter) {
	empty := api.NewTestFilter()
	empty.Sort, empty.Order, empty.PerPage = f.Sort, f.Order, f.PerPage
	*f = empty
}

func (p *runPage) filterBar() views.TestsFilterView {
	bar := views.TestsFilterView{
		Action: runPath(p.id), Hidden: p.hidden(), Segments: p.segments(), Query: p.filter.Q, NoSearch: !p.can.Search,
		Chips: p.chips, Problems: map[string]string{},
	}
	if len(p.detail.Result.Threads) > 1 || p.filter.ThreadID != 0 {
		bar.Pickers = append(bar.Pickers, p.threadPicker())
	}
	if len(p.folders) > 0 {
		bar.Pickers = append(bar.Pickers, p.folderPicker())
	}
	if len(bar.Chips) > 0 {
		bar.Reset = p.url(resetTests)
	}
	for name, sentences := range p.problems {
		bar.Problems[name] = strings.Join(sentences, " ")
	}
	return bar
}

// hidden is what the form carries along: all but the search, which is its only control.
func (p *runPage) hidden() []views.Hidden {
	filter := p.filter
	filter.Q, filter.Page = "", 1
	values, _ := url.ParseQuery(strings.TrimPrefix(p.testsQuery(filter), "?")) // Of our own making.
	var hidden []views.Hidden
	for _, name := range slices.Sorted(maps.Keys(values)) {
		hidden = append(hidden, views.Hidden{Name: name, Value: values.Get(name)})
	}
	return hidden
}

// segments are all tests, those that failed and passed, and those of any other
// status that some test of the run has: whatever the filter is, they stay where
// they are.
func (p *runPage) segments() []views.Segment {
	run := &p.detail.Result.Counters
	segment := func(badge views.Badge, count, most int, change func(f *api.TestFilter), isSelected bool) views.Segment {
		made := views.Segment{Text: badge.Text, Tone: badge.Tone, Selected: isSelected, Href: p.url(func(f *api.TestFilter) {
			f.StatusIDs, f.Results = nil, nil
			change(f)
		})}
		if p.isCounted() {
			made.Count, made.Room = number(count), number(max(count, most))
		}
		return made
	}
	segments := []views.Segment{segment(views.Badge{Text: "All"}, p.scope.Total, run.Total, func(*api.TestFilter) {}, !p.hasStatus())}
	if !p.exact {
		for _, status := range []api.RunStatus{api.StatusFailure, api.StatusNeutral, api.StatusSuccess} {
			ids := query.IDs{int64(status)}
			segments = append(segments, segment(scaleBadge(status), onScale(&p.scope, status), onScale(run, status),
				func(f *api.TestFilter) { f.StatusIDs = ids }, slices.Equal(p.filter.StatusIDs, ids)))
		}
		return segments
	}
	for _, status := range p.statuses {
		ids := query.IDs{int64(status.ID)}
		most, isSelected := *run.At(status.ID), len(p.filter.StatusIDs) == 0 && slices.Equal(p.filter.Results, ids)
		if most > 0 || isSelected || status.ID == api.Failed || status.ID == api.Passed {
			segments = append(segments, segment(statusBadge(status), *p.scope.At(status.ID), most, func(f *api.TestFilter) { f.Results = ids }, isSelected))
		}
	}
	return segments
}

// onScale counts the tests of a status of contract 2.10.
func onScale(c *api.Counters, status api.RunStatus) int {
	switch status {
	case api.StatusSuccess:
		return c.Success
	case api.StatusFailure:
		return c.Failure
	case api.StatusNeutral, api.StatusRunning:
	}
	return c.Total - c.Success - c.Failure
}

func (p *runPage) threadPicker() views.LinkPicker {
	picker := views.LinkPicker{Name: "thread_id", Label: "Thread"}
	if p.filter.ThreadID != 0 {
		chosen := p.thread(p.filter.ThreadID)
		picker.Chosen, picker.Lift = threadName(&chosen), p.url(func(f *api.TestFilter) { f.ThreadID = 0 })
	}
	threads := p.shownThreads()
	if len(threads) < len(p.detail.Result.Threads) {
		picker.More = "Only " + number(len(threads)) + " threads are here, those that failed first."
	}
	for i := range threads {
		thread := &threads[i]
		choice := views.FolderChoice{
			Text: threadName(thread), Selected: thread.ID == p.filter.ThreadID,
			Href: p.url(func(f *api.TestFilter) { f.ThreadID = thread.ID }),
		}
		if !p.hasStatus() && !p.isSearched() {
			choice.Count, choice.Failed = number(thread.Total), failures(thread.Failure)
		}
		picker.Choices = append(picker.Choices, choice)
	}
	return picker
}

// folderPicker offers the folders with most failures, which come first.
func (p *runPage) folderPicker() views.LinkPicker {
	picker := views.LinkPicker{Name: "folder", Label: "Folder", Chosen: p.filter.Folder}
	if p.filter.Folder != "" {
		picker.Lift = p.url(func(f *api.TestFilter) { f.Folder = "" })
	}
	isCounted := !p.hasStatus() && p.filter.ThreadID == 0 && p.filter.Q == ""
	for i, folder := range p.folders {
		if len(picker.Choices) == mostChoices {
			picker.More = "Only " + number(mostChoices) + " folders are here, those with most failures first; the search finds the tests of " +
				counted(len(p.folders)-i, "other") + "."
			break
		}
		if !isFolder(folder.Name) {
			continue
		}
		choice := views.FolderChoice{
			Text: folder.Name, Selected: folder.Name == p.filter.Folder,
			Href: p.url(func(f *api.TestFilter) { f.Folder = folder.Name }),
		}
		if isCounted {
			choice.Count, choice.Failed = number(folder.Total), failures(folder.Failure)
		}
		picker.Choices = append(picker.Choices, choice)
	}
	return picker
}

// failures is their number; "" for none.
func failures(n int) string {
	if n == 0 {
		return ""
	}
	return number(n)
}

// activeChips are the parts of the filter that are set, each with the way to lift it.
func (p *runPage) activeChips() []views.Chip {
	var chips []views.Chip
	add := func(label, text string, lift func(f *api.TestFilter)) {
		chips = append(chips, views.Chip{Label: label, Text: text, Remove: p.url(lift)})
	}
	for _, id := range p.filter.StatusIDs {
		add("Status", scaleBadge(api.RunStatus(id)).Text, func(f *api.TestFilter) { f.StatusIDs = edited(f.StatusIDs, id, false) })
	}
	for _, id := range p.filter.Results {
		add("Status", p.statuses.ByID(api.StatusID(id)).Name, func(f *api.TestFilter) { f.Results = edited(f.Results, id, false) })
	}
	if p.filter.ThreadID != 0 {
		thread := p.thread(p.filter.ThreadID)
		add("Thread", threadName(&thread), func(f *api.TestFilter) { f.ThreadID = 0 })
	}
	if p.filter.Folder != "" {
		add("Folder", p.filter.Folder, func(f *api.TestFilter) { f.Folder = "" })
	}
	if p.filter.Q != "" {
		add("Search", p.filter.Q, func(f *api.TestFilter) { f.Q = "" })
	}
	return chips
}
