package handlers

import (
	"net/http"
	"slices"
	"strconv"

	"github.com/runboard/runboard/api"
	"github.com/runboard/runboard/views"
)

// showAttached is all that was attached to a run. A region of it is the part
// that the page of the run does not draw at once.
func (h *Handlers) showAttached(w http.ResponseWriter, r *http.Request) error {
	p, err := h.attachedPage(r)
	if err != nil {
		return err
	}
	run := &p.detail.Result
	view := views.AttachedView{Title: "Attachments", Status: runBadge(run.Status)}
	view.Sent, view.Rest = divide(p.runSent(), shareOfRun, "")
	return h.renderAttached(w, r, p, view, p.attachedURL(p.id))
}

// showThread is the same for a thread of a run.
func (h *Handlers) showThread(w http.ResponseWriter, r *http.Request) error {
	threadID, err := pathID(r, "thread_id", "thread")
	if err != nil {
		return err
	}
	p, err := h.attachedPage(r)
	if err != nil {
		return err
	}
	threads := p.detail.Result.Threads
	at := slices.IndexFunc(threads, func(thread api.Thread) bool { return thread.ID == threadID })
	if at < 0 {
		return api.NotFound("thread", threadID)
	}
	thread, filter := &threads[at], p.tests
	filter.ThreadID = threadID
	view := views.AttachedView{
		Title: threadName(thread), Status: runBadge(thread.Status),
		Tests: views.Link{Text: counted(thread.Total, "test"), Href: p.runURL(p.id, filter)},
	}
	view.Sent, view.Rest = divide(threadSent(thread), shareOfThread, "")
	return h.renderAttached(w, r, p, view, p.threadURL(p.id, threadID))
}

// attachedPage asks for the run of the address.
func (h *Handlers) attachedPage(r *http.Request) (runPage, error) {
	id, err := pathID(r, "id", "run")
	if err != nil {
		return runPage{}, err
	}
	v, err := h.visit(r)
	if err != nil {
		return runPage{}, err
	}
	p := runPage{visit: v, id: id}
	p.detail, err = h.Reader.Run(r.Context(), id, nil)
	return p, err
}

// renderAttached frames the page, whose canonical address is here.
func (h *Handlers) renderAttached(w http.ResponseWriter, r *http.Request, p runPage, view views.AttachedView, here string) error {
	if !isPartial(r) && settle(w, r, here) {
		return nil
	}
	view.Sent.Later = nil // It is here.
	view.Sent.IsOpen = true
	// Where there is one text only, it is what was asked for.
	view.Rest.IsOpen = !isPartial(r) || len(view.Rest.Highlights)+len(view.Rest.Blocks) == 1
	run := &p.detail.Result
	view.Run = views.Link{Text: run.Name, Href: p.runURL(run.ID, p.tests)}
	if !isPartial(r) {
		var err error
		if view.Layout, err = h.runLayout(r, p.visit, run, view.Title+" · "+run.Name, here); err != nil {
			return err
		}
		view.Layout.Stale = p.stale(p.detail.Freshness)
	}
	return render(w, r, http.StatusOK, regionOrPage(r, views.Attached(view), views.AttachedPage(view)))
}

// runSent is what was attached to the run itself.
func (p *runPage) runSent() views.SentView {
	run := &p.detail.Result
	return sentOf("run-"+strconv.FormatInt(run.ID, 10), run.Fields, run.Links, run.Artifacts)
}

func threadSent(thread *api.Thread) views.SentView {
	return sentOf("thread-"+strconv.FormatInt(thread.ID, 10), thread.Fields, nil, thread.Artifacts)
}
