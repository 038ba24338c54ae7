package handlers

import (
	"cmp"
	"fmt"
	"net/http"
	"strconv"

	"github.com/runboard/runboard/api"
	"github.com/runboard/runboard/views"
)

// addForm is the form to hand over result files for a project, which knows some sources.
func (h *Handlers) addForm(projectID int64, sources []string) views.AddForm {
	return views.AddForm{
		Action: addPath(projectID), Sources: sources, AsksToken: h.OwnSecret == "", Most: api.MaxForm,
		Problems: map[string][]string{},
	}
}

func addPath(projectID int64) string {
	return "/projects/" + strconv.FormatInt(projectID, 10) + "/runs/import"
}

// showAdding shows that form as a page.
func (h *Handlers) showAdding(w http.ResponseWriter, r *http.Request) error {
	view, err := h.adding(r)
	if err != nil {
		return err
	}
	return render(w, r, http.StatusOK, views.AddPage(view))
}

// takeFiles makes a run of result files and leads to it, or says what was left out.
func (h *Handlers) takeFiles(w http.ResponseWriter, r *http.Request) error {
	view, err := h.adding(r)
	if err != nil {
		return err
	}
	projectID, err := pathID(r, "id", "project")
	if err != nil {
		return err
	}
	r.Body = http.MaxBytesReader(w, r.Body, api.MaxForm)
	form, err := r.MultipartReader()
	if err != nil {
		return &api.Error{Kind: api.KindMalformed, Message: "A form with files is expected.", Err: err}
	}
	taken, err := h.Intake.Take(r.Context(), h.OwnSecret, projectID, "", form)
	if err == nil && !taken.HasLeftOut() {
		http.Redirect(w, r, runPath(taken.ID), http.StatusSeeOther)
		return nil
	}
	status := http.StatusOK
	if err != nil {
		public := api.Public(err)
		if public.Kind == api.KindNotFound || public.Kind == api.KindInternal {
			return err
		}
		status = public.Kind.HTTPStatus()
		explain(&view, public)
		view.Form.Source, view.Form.Name = taken.Source, taken.Name
	} else {
		view.Added = addedView(taken)
	}
	return render(w, r, status, views.AddPage(view))
}

// adding is the page before anything has been handed over.
func (h *Handlers) adding(r *http.Request) (view views.AddView, err error) {
	projectID, err := pathID(r, "id", "project")
	if err != nil {
		return view, err
	}
	if h.Intake == nil {
		return view, &api.Error{Kind: api.KindNotFound, Message: "Results are added where these runs come from."}
	}
	v, err := h.visit(r)
	if err != nil {
		return view, err
	}
	sources, _, err := h.sources(r.Context(), projectID)
	if err != nil {
		return view, err
	}
	names := make([]string, len(sources))
	for i, source := range sources {
		names[i] = source.Name
	}
	view.Form = h.addForm(projectID, names)
	view.Layout, err = h.projectLayout(r, v, projectID, "Add results", addPath(projectID))
	return view, err
}

// explain says what is wrong, beside the control that it is about where there is one.
func explain(view *views.AddView, public *api.Error) {
	rest := *public
	rest.Fields = map[string][]string{}
	for field, sentences := range public.Fields {
		switch field {
		case api.TakenSource, api.TakenFiles, "name":
			view.Form.Problems[field] = sentences
		default:
			rest.Fields[field] = sentences
		}
	}
	if isRefused := public.Kind == api.KindUnauthorized || public.Kind == api.KindForbidden; isRefused && view.Form.AsksToken {
		view.Form.Problems[api.TakenToken] = []string{public.Message}
		return
	}
	view.Message = rest.Words()
}

func addedView(taken api.Taken) *views.AddedView {
	id := strconv.FormatInt(taken.ID, 10)
	view := &views.AddedView{Run: views.Link{Text: "Run " + id, Href: runPath(taken.ID)}, Tests: counted(taken.Tests, "test")}
	note := func(file string, line int, text string) {
		if line > 0 {
			file += fmt.Sprintf(", line %d", line)
		}
		view.LeftOut = append(view.LeftOut, file+": "+text)
	}
	for _, file := range taken.Files {
		for _, problem := range file.Problems {
			if !problem.Minor {
				note(cmp.Or(problem.File, file.File), problem.Line, problem.Text)
			}
		}
		if file.Error != "" {
			note(file.File, file.Line, file.Error)
		}
	}
	return view
}
