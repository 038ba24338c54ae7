package handlers

import (
	"net/http"

	"github.com/runboard/runboard/api"
	"github.com/runboard/runboard/api/query"
	"github.com/runboard/runboard/views"
)

// listSources shows the suites of a project and their state.
func (h *Handlers) listSources(w http.ResponseWriter, r *http.Request) error {
	projectID, err := pathID(r, "id", "project")
	if err != nil {
		return err
	}
	v, err := h.visit(r)
	if err != nil {
		return err
	}
	here := v.sourcesURL(projectID)
	if settle(w, r, here) {
		return nil
	}
	sources, fresh, err := h.sources(r.Context(), projectID)
	if err != nil {
		return err
	}
	var view views.SourcesView
	if view.Layout, err = h.projectLayout(r, v, projectID, "Sources", here); err != nil {
		return err
	}
	view.Layout.Stale = v.stale(fresh)
	view.Runs = v.runsURL(projectID, v.allRuns())
	for _, source := range sources {
		view.Sources = append(view.Sources, v.sourceRow(source))
	}
	return render(w, r, http.StatusOK, views.SourcesPage(view))
}

func (v visit) sourceRow(source api.Source) views.SourceRow {
	filter := v.allRuns()
	filter.SourceIDs = query.IDs{source.ID}
	row := views.SourceRow{
		Name: source.Name, Href: v.runsURL(source.ProjectID, filter), Status: runBadge(source.Status), IsRetired: source.IsRetired,
		Runs: number(source.RunCount), Tests: number(source.TestCountAverage), Elapsed: nothing, Ran: v.instant(source.RanAt),
	}
	if source.ElapsedAverage > 0 {
		row.Elapsed = elapsed(&source.ElapsedAverage)
	}
	return row
}
