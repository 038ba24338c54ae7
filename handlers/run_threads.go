package handlers

import (
	"cmp"
	"slices"
	"strconv"

	"github.com/runboard/runboard/api"
	"github.com/runboard/runboard/views"
)

// fewThreads are so many that the list of threads does not push the tests out of sight.
const fewThreads = 4

// thread is one of the run's; only its id is known when the run has none such.
func (p *runPage) thread(id int64) api.Thread {
	threads := p.detail.Result.Threads
	at := slices.IndexFunc(threads, func(thread api.Thread) bool { return thread.ID == id })
	if at < 0 {
		return api.Thread{ID: id, Index: -1}
	}
	return threads[at]
}

// threadName is the name of a thread or, as usually, its number from 1.
func threadName(thread *api.Thread) string {
	switch {
	case thread.Name != nil && *thread.Name != "":
		return *thread.Name
	case thread.Index < 0:
		return "#" + strconv.FormatInt(thread.ID, 10)
	default:
		return "Thread " + strconv.Itoa(thread.Index+1)
	}
}

// threads are open by default where they tell more than the run itself does, in
// what is still to come, or in what was sent for them beside short facts.
func (p *runPage) threads() views.ThreadsListView {
	run := &p.detail.Result
	list := views.ThreadsListView{Summary: counted(len(run.Threads), "thread")}
	shown, hasMore := p.shownThreads(), false
	if hidden := len(run.Threads) - len(shown); hidden > 0 {
		list.More = "Only " + number(len(shown)) + " threads are here, those that failed first; the tests of " + counted(hidden, "other") + " are in the list below."
	}
	for i := range shown {
		row := p.threadRow(&shown[i])
		list.Rows = append(list.Rows, row)
		hasMore = hasMore || row.Sent.Later != nil || len(row.Sent.Highlights)+len(row.Sent.Artifacts) > 0
	}
	completed, failed := 0, 0
	for i := range run.Threads {
		if run.Threads[i].IsCompleted {
			completed++
		}
		if run.Threads[i].Status == api.StatusFailure {
			failed++
		}
	}
	list.Summary += progress(len(run.Threads), completed, failed)
	isUnderWay := run.Status == api.StatusRunning && len(run.Threads) > 1
	list.IsOpen = len(run.Threads) <= fewThreads && (isUnderWay || hasMore)
	return list
}

// progress goes on after the number of all threads, of which each that failed
// has completed, too.
func progress(all, completed, failed int) string {
	switch {
	case completed < all && failed == 0:
		return ", " + number(completed) + " completed"
	case completed < all:
		return ", " + number(completed) + " completed, of which " + number(failed) + " failed"
	case failed == 0 && all == 1:
		return ", completed"
	case failed == 0:
		return ", all completed"
	case all == 1:
		return ", failed"
	case failed == all:
		return ", all failed"
	default:
		return ", of which " + number(failed) + " failed"
	}
}

// shownThreads are as many threads as a page has room for: those that failed
// come first when not all have it.
func (p *runPage) shownThreads() []api.Thread {
	threads := p.detail.Result.Threads
	if len(threads) <= mostChoices {
		return threads
	}
	rank := func(thread api.Thread) int {
		if thread.Status == api.StatusFailure {
			return 0
		}
		return 1
	}
	sorted := slices.SortedStableFunc(slices.Values(threads), func(a, b api.Thread) int { return cmp.Compare(rank(a), rank(b)) })
	return sorted[:mostChoices]
}

func (p *runPage) threadRow(thread *api.Thread) views.ThreadRow {
	filter := p.tests
	filter.ThreadID = thread.ID
	sent, _ := divide(threadSent(thread), shareOfThread, p.threadURL(p.id, thread.ID))
	return views.ThreadRow{
		ID: strconv.FormatInt(thread.ID, 10), Name: threadName(thread), Href: p.runURL(p.id, filter), Status: runBadge(thread.Status),
		Bar: p.bar(&thread.Counters, thread.ID), Total: number(thread.Total), Elapsed: elapsed(thread.Elapsed),
		Created: p.instant(thread.CreatedAt), Sent: sent,
	}
}
