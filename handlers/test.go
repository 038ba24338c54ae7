package handlers

import (
	"context"
	"net/http"
	"slices"
	"strconv"

	"github.com/runboard/runboard/api"
	"github.com/runboard/runboard/api/query"
	"github.com/runboard/runboard/views"
)

// testPage is what the page of one result is laid out from.
type testPage struct {
	runPage

	test     api.TestDetail
	failures api.Page[api.Test] // The first ones of the run, as the page of the run orders them.

	earlier, later *api.Test // The attempts next to this one; nil for none.
}

// showTest is one result with all that was sent for it. A region of it is what
// opening its row in the page of the run shows.
func (h *Handlers) showTest(w http.ResponseWriter, r *http.Request) error {
	runID, err := pathID(r, "id", "run")
	if err != nil {
		return err
	}
	testID, err := pathID(r, "test_id", "test")
	if err != nil {
		return err
	}
	if h.Insight == nil {
		return &api.Error{Kind: api.KindNotFound, Message: "This instance does not show single results."}
	}
	v, err := h.visit(r)
	if err != nil {
		return err
	}
	here := v.testURL(runID, testID)
	if !isPartial(r) && settle(w, r, here) {
		return nil
	}
	p := testPage{runPage: runPage{visit: v, id: runID, filter: v.tests}}
	if err := h.askTest(r.Context(), &p, testID, !isPartial(r)); err != nil {
		return err
	}
	p.prepare()
	view := p.view()
	// What was asked for is the failure, if there is one, and all of it otherwise.
	view.Sent.IsOpen = !isPartial(r) || len(view.Sent.Highlights) == 0
	if !isPartial(r) {
		if view.Layout, err = h.runLayout(r, v, &p.detail.Result, p.test.Name, here); err != nil {
			return err
		}
		view.Layout.Stale = p.whyStale()
	}
	return render(w, r, http.StatusOK, regionOrPage(r, views.TestDetail(view), views.TestPage(view)))
}

// mostFailures is how many failures of a run the reader can step through.
const mostFailures = 1000

// askTest asks for the result and its run and, for a page, for the attempts and
// the failures that it stands among.
func (h *Handlers) askTest(ctx context.Context, p *testPage, testID int64, isPage bool) error {
	err := together(
		func() (err error) { p.detail, err = h.Reader.Run(ctx, p.id, api.RunExpands()); return err },
		func() (err error) { p.test, err = h.Insight.Test(ctx, p.id, testID); return err },
		func() (err error) {
			if isPage {
				p.earlier, p.later, err = h.Insight.Attempts(ctx, p.id, testID)
			}
			return err
		},
	)
	if err != nil || !isPage || p.test.Status != api.StatusFailure {
		return err
	}
	filter := p.tests
	filter.StatusIDs, filter.PerPage = query.IDs{int64(api.StatusFailure)}, mostFailures
	p.failures, err = h.Reader.ListTests(ctx, p.id, filter)
	return err
}

func (p *testPage) view() views.TestView {
	test, run := &p.test, &p.detail.Result
	view := views.TestView{
		ID: strconv.FormatInt(test.ID, 10), Name: test.Name, Status: p.testBadge(&test.Test), Flaked: test.IsFlaked,
		Run:    views.Link{Text: run.Name, Href: p.runURL(run.ID, p.tests)},
		Folder: p.folderLink(test.Folder), Thread: p.threadLink(int64(test.ThreadID)),
		Elapsed: elapsed(test.Elapsed), Created: p.instant(test.CreatedAt), Place: p.place(), Key: test.Key,
		Sent: sentOf("test-"+strconv.FormatInt(test.ID, 10), test.Fields, nil, test.Artifacts),
	}
	if test.Assertions != nil {
		view.Checks = number(*test.Assertions)
	}
	view.Attempts = p.attempts()
	view.Position, view.Previous, view.Next = p.position()
	return view
}

// place is where the test stands, "checkout.spec.ts:120"; "" when nobody said.
func (p *testPage) place() string {
	if p.test.File == "" || p.test.Line == nil || *p.test.Line < 1 {
		return p.test.File
	}
	return p.test.File + ":" + strconv.Itoa(*p.test.Line)
}

// attempts lead to the results of the same test that came to the run before and
// after this one.
func (p *testPage) attempts() []views.AttemptLink {
	var attempts []views.AttemptLink
	for _, attempt := range []struct {
		text string
		test *api.Test
	}{{"Earlier attempt", p.earlier}, {"Later attempt", p.later}} {
		if attempt.test != nil {
			attempts = append(attempts, views.AttemptLink{
				Text: attempt.text, Status: p.testBadge(attempt.test), Href: p.testURL(p.id, attempt.test.ID),
			})
		}
	}
	return attempts
}

// position is where the result stands among the failures of its run, and leads
// to the ones next to it; it is no news that the only one is the first of one.
func (p *testPage) position() (text, previous, next string) {
	failures := p.failures.Result
	at := slices.IndexFunc(failures, func(test api.Test) bool { return test.ID == p.test.ID })
	if at < 0 || p.failures.Total == 1 {
		return "", "", ""
	}
	if at > 0 {
		previous = p.testURL(p.id, failures[at-1].ID)
	}
	if at+1 < len(failures) {
		next = p.testURL(p.id, failures[at+1].ID)
	}
	return "Failure " + number(at+1) + " of " + number(p.failures.Total), previous, next
}
