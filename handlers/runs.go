package handlers

import (
	"net/http"
	"slices"

	"github.com/runboard/runboard/api"
	"github.com/runboard/runboard/views"
)

// listRuns is the runs list: contract 2.1 as a page. What is wrong with a value
// stands beside its control, and the rows are those of the rest of the filter.
func (h *Handlers) listRuns(w http.ResponseWriter, r *http.Request) error {
	projectID, err := pathID(r, "id", "project")
	if err != nil {
		return err
	}
	v, err := h.visit(r)
	if err != nil {
		return err
	}
	filter, problems, err := readFilter(v.askedRuns(r.URL.Query()), r.URL.RawQuery, v.beyondRuns)
	if err != nil {
		return err
	}
	here := v.runsURL(projectID, filter)
	status, err := admit(w, r, here, problems)
	if status == 0 {
		return err
	}
	l := runsList{
		visit: v, projectID: projectID, filter: filter, typed: r.URL.Query(), problems: problems,
		staleAfter: h.StaleAfter,
	}
	asked := filter
	asked.Lean, asked.Expands = true, api.RunExpands()
	if l.page, err = h.Reader.ListRuns(r.Context(), projectID, asked); err != nil {
		return err
	}
	// A remote instance counts nothing, so that its filters need no refresh.
	keepsFilters := h.Insight == nil && isRefresh(r)
	if !keepsFilters {
		if err := h.facets(r.Context(), &l); err != nil {
			return err
		}
	}
	l.prepare()
	view := l.view()
	view.KeepsFilters = keepsFilters
	if l.isUntouched() {
		view.Table.Start, view.Table.Refresh = h.start(r, projectID), here
		if h.Diary != nil && view.Table.Start != nil && v.Embed == "" {
			view.Table.Start.Submissions = v.diaryURL(api.NewDiaryFilter())
		}
	}
	if !isPartial(r) {
		if view.Layout, err = h.projectLayout(r, v, projectID, "Runs", here); err != nil {
			return err
		}
		if h.Intake != nil && !view.Layout.Embed {
			form := h.addForm(projectID, l.sourceNames())
			view.Add = &form
		}
	}
	view.Layout.Stale = v.stale(l.page.Freshness)
	return render(w, r, status, regionOrPage(r, views.Runs(view), views.RunsPage(view)))
}

// beyondRuns says which part of a filter the backend cannot serve.
func (v visit) beyondRuns(filter *api.RunFilter) error {
	var problems api.Problems
	if filter.Sort != api.SortRunsByCreation && !slices.Contains(v.can.RunSorts, filter.Sort) {
		problems.Add("sort", "The instance cannot sort by this.")
	}
	for field, text := range map[string]string{"q": filter.Q, "name": filter.Name} {
		if text != "" && !v.can.Search {
			problems.Add(field, "The instance cannot search.")
		}
	}
	return problems.Err()
}
