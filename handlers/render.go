package handlers

import (
	"fmt"
	"net/http"

	"github.com/a-h/templ"

	"github.com/runboard/runboard/views"
)

// render writes a component with a status. It writes nothing when the component
// fails, so that half a page is never sent.
func render(w http.ResponseWriter, r *http.Request, status int, component templ.Component) error {
	buffer := templ.GetBuffer()
	defer templ.ReleaseBuffer(buffer)
	if err := component.Render(r.Context(), buffer); err != nil {
		return fmt.Errorf("rendering: %w", err)
	}
	header := w.Header()
	header.Set("Content-Type", "text/html; charset=utf-8")
	header.Add("Vary", "HX-Request, HX-Request-Type, HX-History-Restore-Request")
	header.Set("Cache-Control", "private, no-cache")
	w.WriteHeader(status)
	// Who has gone while the page was on its way has no use for an error.
	_, _ = w.Write(buffer.Bytes())
	return nil
}

// isPartial reports whether only a region is asked for. A page restored from
// the history is asked for as a whole, whatever else its request says.
func isPartial(r *http.Request) bool {
	return r.Header.Get("HX-Request") == "true" && r.Header.Get("HX-Request-Type") == "partial" &&
		r.Header.Get("HX-History-Restore-Request") == ""
}

// isRefresh reports whether the list of runs asks by itself for its newest state.
func isRefresh(r *http.Request) bool {
	return isPartial(r) && r.Header.Get("HX-Source") == "section#"+views.RunsRegion
}

// regionOrPage picks what the request asks for.
func regionOrPage(r *http.Request, region, page templ.Component) templ.Component {
	if isPartial(r) {
		return region
	}
	return page
}
