package handlers

import (
	"net/http"
	"time"

	"github.com/runboard/runboard/api"
	"github.com/runboard/runboard/api/query"
	"github.com/runboard/runboard/views"
)

// listProjects is the first page: the projects with their sources' latest
// state, or straight the runs of the only project.
func (h *Handlers) listProjects(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	v, err := h.visit(r)
	if err != nil {
		return err
	}
	projects, fresh, err := h.projects(ctx)
	if err != nil {
		return err
	}
	if len(projects) == 1 {
		http.Redirect(w, r, v.runsURL(projects[0].ID, v.allRuns()), http.StatusSeeOther)
		return nil
	}
	if settle(w, r, v.homeURL()) {
		return nil
	}
	view := views.ProjectsView{
		Layout: h.layout(v, "Projects", v.homeURL()), Projects: make([]views.ProjectCard, len(projects)),
		Make: h.Program + " project create Website" + h.StoreFlags,
	}
	// So many at a time are asked for that a remote instance does not mind.
	turns := make(chan struct{}, 4)
	tasks, ages := make([]func() error, len(projects)), make([]api.Freshness, len(projects))
	for i, project := range projects {
		tasks[i] = func() error {
			turns <- struct{}{}
			defer func() { <-turns }()
			states, age, err := h.sourceStates(ctx, project.ID, project.AutomationRunActiveCount > 0)
			if err != nil {
				h.Log.WarnContext(ctx, "a project is shown without its sources", "project_id", project.ID, "err", err)
			}
			view.Projects[i], ages[i] = v.projectCard(project, states, h.StaleAfter), age
			return nil
		}
	}
	if err := together(tasks...); err != nil {
		return err
	}
	for _, age := range ages {
		fresh = older(fresh, age)
	}
	view.Layout.Stale = v.stale(fresh)
	return render(w, r, http.StatusOK, views.ProjectsPage(view))
}

func (v visit) projectCard(project api.Project, sources []sourceState, staleAfter time.Duration) views.ProjectCard {
	card := views.ProjectCard{
		Name: project.Name, Href: v.runsURL(project.ID, v.allRuns()), Runs: counted(project.AutomationRunCount, "run"),
	}
	if project.AutomationRunActiveCount > 0 {
		filter := v.allRuns()
		filter.Statuses = query.IDs{int64(api.StatusRunning)}
		card.Running = views.Link{Text: number(project.AutomationRunActiveCount) + " running", Href: v.runsURL(project.ID, filter)}
	}
	for _, source := range sources {
		if !source.IsRetired {
			card.Sources = append(card.Sources, v.sourceRow(source, staleAfter))
		}
	}
	return card
}
