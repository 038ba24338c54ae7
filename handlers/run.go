package handlers

import (
	"context"
	"net/http"
	"slices"

	"github.com/runboard/runboard/api"
	"github.com/runboard/runboard/views"
)

// showRun is one run with a list of its tests: contract 2.4 and 2.10 as a page.
// What is wrong with a value stands beside its control, and the rows are those
// of the rest of the filter.
func (h *Handlers) showRun(w http.ResponseWriter, r *http.Request) error {
	id, err := pathID(r, "id", "run")
	if err != nil {
		return err
	}
	v, err := h.visit(r)
	if err != nil {
		return err
	}
	filter, problems, err := readFilter(v.tests, r.URL.RawQuery, v.beyondTests)
	if err != nil {
		return err
	}
	here := v.runURL(id, filter)
	status, err := admit(w, r, here, problems)
	if status == 0 {
		return err
	}
	p := runPage{
		visit: v, hasDetails: h.Insight != nil, id: id, filter: filter, problems: problems,
		staleAfter: h.StaleAfter,
	}
	if err := h.askRun(r.Context(), &p); err != nil {
		return err
	}
	p.prepare()
	if err := h.askLifted(r.Context(), &p); err != nil {
		return err
	}
	view := p.view()
	if !isPartial(r) {
		if view.Layout, err = h.runLayout(r, v, &p.detail.Result, p.detail.Result.Name, here); err != nil {
			return err
		}
	}
	view.Layout.Stale = p.whyStale()
	return render(w, r, status, regionOrPage(r, views.Tests(view), views.RunPage(view)))
}

// askRun asks for all that the page shows at the same time.
func (h *Handlers) askRun(ctx context.Context, p *runPage) error {
	return together(
		func() (err error) { p.detail, err = h.Reader.Run(ctx, p.id, api.RunExpands()); return err },
		func() (err error) { p.page, err = h.Reader.ListTests(ctx, p.id, p.filter); return err },
		func() (err error) {
			if h.Insight != nil {
				p.folders, err = h.Insight.ListFolders(ctx, p.id)
			}
			return err
		},
		func() (err error) {
			if p.isSearched() && p.isCounted() {
				p.scope, err = h.Insight.CountTests(ctx, p.id, p.filter)
			}
			return err
		},
	)
}

// runLayout frames a page about a run or a part of it.
func (h *Handlers) runLayout(r *http.Request, v visit, run *api.Run, title, here string) (views.Layout, error) {
	layout, err := h.projectLayout(r, v, run.ProjectID, "", here)
	layout.Title = title
	return layout, err
}

// beyondTests says which part of a filter the backend cannot serve.
func (v visit) beyondTests(filter *api.TestFilter) error {
	var problems api.Problems
	if filter.Sort != api.NewTestFilter().Sort && !slices.Contains(v.can.TestSorts, filter.Sort) {
		problems.Add("sort", "The instance cannot sort by this.")
	}
	if filter.Q != "" && !v.can.Search {
		problems.Add("q", "The instance cannot search.")
	}
	for field, isUsed := range map[string]bool{"result": len(filter.Results) > 0, "folder": filter.Folder != ""} {
		if isUsed && !v.can.Results {
			problems.Add(field, "The instance cannot filter by this.")
		}
	}
	return problems.Err()
}
