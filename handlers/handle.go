package handlers

import (
	"context"
	"errors"
	"net/http"
	"strconv"
	"time"

	"github.com/runboard/runboard/api"
	"github.com/runboard/runboard/views"
)

// handler answers a request, or returns an error and has written nothing.
type handler func(w http.ResponseWriter, r *http.Request) error

// handle makes a handler one of the standard library, and owns its failures.
func (h *Handlers) handle(serve handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if err := serve(w, r); err != nil {
			h.fail(w, r, err)
		}
	})
}

// fail shows an error as a page or a region. Whatever its reader may not see is
// logged here, once.
func (h *Handlers) fail(w http.ResponseWriter, r *http.Request, err error) {
	ctx := r.Context()
	if errors.Is(ctx.Err(), context.Canceled) {
		h.Log.DebugContext(ctx, "reader has gone", "path", r.URL.Path, "err", err)
		return
	}
	public := h.public(err)
	status := public.Kind.HTTPStatus()
	request := ""
	if status >= http.StatusInternalServerError {
		request = w.Header().Get("X-Request-Id")
		h.Log.ErrorContext(ctx, "request failed", "path", r.URL.Path, "request_id", request, "err", err)
	}
	if public.RetryAfter > 0 {
		w.Header().Set("Retry-After", strconv.Itoa(int((public.RetryAfter+time.Second-1)/time.Second)))
	}
	// The reader stays where the page is that goes on being shown.
	w.Header().Del("HX-Push-Url")
	w.Header().Del("HX-Replace-Url")
	v, _ := h.visit(r) // An address that cannot be read is answered without a frame.
	view := views.ErrorView{
		Layout: h.layout(v, http.StatusText(status), v.homeURL()), Status: status, Title: http.StatusText(status),
		Message: public.Words(), Request: request,
	}
	if public.Kind == api.KindUnavailable || public.Kind == api.KindRateLimited || public.Kind == api.KindInternal {
		view.Retry = localURL(r.URL)
	}
	err = render(w, r, status, regionOrPage(r, views.ErrorNote(view), views.ErrorPage(view)))
	if err != nil {
		h.Log.ErrorContext(ctx, "showing a failure", "path", r.URL.Path, "request_id", request, "err", err)
		http.Error(w, public.Message, status)
	}
}

// public is what the reader may know of an error.
func (h *Handlers) public(err error) *api.Error {
	public := api.Public(err)
	if h.Instance != "" && (public.Kind == api.KindUnauthorized || public.Kind == api.KindForbidden) {
		// The instance refuses our token, which is not the reader's doing.
		return &api.Error{Kind: api.KindUnavailable, Message: "The instance refuses access: " + public.Message}
	}
	if public.Kind == api.KindNotFound {
		named := *public
		named.Message = shortNames.Replace(public.Message)
		return &named
	}
	return public
}
