package web

import (
	"encoding/json"
	"io"
	"net/http"
	"strconv"
	"strings"

	"github.com/runboard/runboard/api"
	"github.com/runboard/runboard/api/server"
	"github.com/runboard/runboard/static"
)

// routes is everything that the server answers.
func (s *Server) routes() (http.Handler, error) {
	pages, err := sameOrigin(s.config.BaseURL, s.pages)
	if err != nil {
		return nil, err
	}
	mux := http.NewServeMux()
	mux.Handle("/", astray(s.note, pages))
	mux.Handle("/static/", static.Handler())
	mux.Handle("/api/", s.api())
	mux.HandleFunc("GET /healthz", s.showHealth)
	mux.HandleFunc("GET /readyz", s.showReadiness)
	return s.wrap(mux)
}

// wrap is what every request passes through on its way to the routes: read it
// from the bottom up to follow one.
func (s *Server) wrap(routes http.Handler) (http.Handler, error) {
	handler := shortQuery(s.refuse, routes)
	if s.config.isPrivate() {
		handler = loopbackOnly(s.refuse, handler)
	}
	handler = recovery(s.log, s.fail, handler)
	if !s.config.NoCompression {
		var err error
		if handler, err = compressed(handler); err != nil {
			return nil, err
		}
	}
	handler = securityHeaders(s.config.EmbedAncestors, handler)
	handler = accessLog(s.log, handler)
	return requestID(handler), nil
}

// api is the API over the store. A board that shows another server's runs has
// none: clients are to talk to that server.
func (s *Server) api() http.Handler {
	if s.apiHandler != nil {
		return s.apiHandler
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.failAPI(w, r, &api.Error{Kind: api.KindNotFound, Message: "This board shows the runs of another server and has no API."})
	})
}

// fail answers as the address would: in JSON under the API, with a page elsewhere.
func (s *Server) fail(w http.ResponseWriter, r *http.Request, err error) {
	if isAPI(r) {
		s.failAPI(w, r, err)
		return
	}
	s.pages.Fail(w, r, err)
}

// refuse answers what gets no further than here.
func (s *Server) refuse(w http.ResponseWriter, r *http.Request, err error) {
	s.note(r, err)
	s.fail(w, r, err)
}

// note tells those who look for what a client has sent that it was refused
// before the API heard of it.
func (s *Server) note(r *http.Request, err error) {
	if s.store != nil {
		server.NoteRefusal(server.Config{Store: s.store, Diary: s.store}, r, err)
	}
}

// isAPI reports whether a request is to be answered in JSON.
func isAPI(r *http.Request) bool { return strings.HasPrefix(r.URL.Path, "/api/") }

func (s *Server) failAPI(w http.ResponseWriter, r *http.Request, err error) {
	public := api.Public(err)
	if public.Kind.HTTPStatus() >= http.StatusInternalServerError {
		s.log.ErrorContext(r.Context(), "request failed", "request_id", w.Header().Get("X-Request-Id"), "err", err)
	}
	body, err := json.Marshal(map[string]string{"message": public.Message})
	if err != nil {
		body = []byte("{}")
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	if seconds := public.RetrySeconds(); seconds > 0 {
		w.Header().Set("Retry-After", strconv.Itoa(seconds))
	}
	w.WriteHeader(public.Kind.HTTPStatus())
	_, _ = w.Write(body)
}

// showHealth says that the process is alive, and nothing about what it depends on.
func (s *Server) showHealth(w http.ResponseWriter, _ *http.Request) {
	writeState(w, http.StatusOK, "alive")
}

// showReadiness says whether requests should be sent here.
func (s *Server) showReadiness(w http.ResponseWriter, r *http.Request) {
	if s.isDraining.Load() {
		writeState(w, http.StatusServiceUnavailable, "stopping")
		return
	}
	if s.store != nil {
		if err := s.store.Ping(r.Context()); err != nil {
			s.log.WarnContext(r.Context(), "store does not answer", "err", err)
			writeState(w, http.StatusServiceUnavailable, "the store does not answer")
			return
		}
	}
	writeState(w, http.StatusOK, "ready")
}

func writeState(w http.ResponseWriter, status int, text string) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	// Who has gone meanwhile has no use for an error.
	_, _ = io.WriteString(w, text+"\n")
}
