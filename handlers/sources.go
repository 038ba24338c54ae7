package handlers

import (
	"context"
	"net/http"
	"slices"
	"time"

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
	states, fresh, err := h.sourceStates(r.Context(), projectID, true)
	if err != nil {
		return err
	}
	var view views.SourcesView
	if view.Layout, err = h.projectLayout(r, v, projectID, "Sources", here); err != nil {
		return err
	}
	view.Layout.Stale = v.stale(fresh)
	view.Runs = v.runsURL(projectID, v.allRuns())
	for _, state := range states {
		view.Sources = append(view.Sources, v.sourceRow(state, h.StaleAfter))
	}
	return render(w, r, http.StatusOK, views.SourcesPage(view))
}

// sourceState is a source and its newest run, as long as that is running.
type sourceState struct {
	api.Source

	running *api.Run // nil once it has completed.
}

// sourceStates are the sources of a project, the last to run first. The status
// of a source is that of a completed run, which is not its newest one while that
// is running: without mayRun, none is.
func (h *Handlers) sourceStates(ctx context.Context, projectID int64, mayRun bool) ([]sourceState, api.Freshness, error) {
	sources, fresh, err := h.sources(ctx, projectID)
	if err != nil {
		return nil, fresh, err
	}
	var running []api.Run
	if mayRun && len(sources) > 0 {
		var age api.Freshness
		if running, age, err = h.running(ctx, projectID); err != nil {
			return nil, fresh, err
		}
		fresh = older(fresh, age)
	}
	states := make([]sourceState, len(sources))
	for i, source := range sources {
		states[i].Source = source
		at := slices.IndexFunc(running, func(run api.Run) bool { return run.SourceID == source.ID })
		if at >= 0 && !running[at].CreatedAt.Before(source.RanAt.Time) {
			states[i].running = &running[at]
		}
	}
	return states, fresh, nil
}

// running are the running runs of a project, newest first.
func (h *Handlers) running(ctx context.Context, projectID int64) ([]api.Run, api.Freshness, error) {
	return every(func(page int) (api.Page[api.Run], error) {
		filter := api.NewRunFilter()
		filter.Statuses, filter.Page, filter.Lean = query.IDs{int64(api.StatusRunning)}, page, true
		return h.Reader.ListRuns(ctx, projectID, filter)
	})
}

func (v visit) sourceRow(source sourceState, staleAfter time.Duration) views.SourceRow {
	filter := v.allRuns()
	filter.SourceIDs = query.IDs{source.ID}
	row := views.SourceRow{
		Name: source.Name, Href: v.runsURL(source.ProjectID, filter), Status: runBadge(source.Status), IsRetired: source.IsRetired,
		Runs: number(source.RunCount), Tests: number(source.TestCountAverage), Elapsed: nothing, Ran: v.instant(source.RanAt),
	}
	if run := source.running; run != nil {
		row.Status, row.Ran, row.Stale = runBadge(run.Status), v.instant(run.CreatedAt), v.silence(run, staleAfter)
	}
	if source.ElapsedAverage > 0 {
		row.Elapsed = elapsed(&source.ElapsedAverage)
	}
	return row
}
