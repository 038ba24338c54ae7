// Package handlers turns URLs into questions to the api, and the answers into
// pages or regions of pages. It makes every link, and decides how a failure is
// shown. It must not import the store, write statuses by hand, or hold markup.
package handlers

import (
	"cmp"
	"log/slog"
	"net/http"
	"strconv"
	"time"

	"github.com/gorilla/sessions"

	"github.com/runboard/runboard/api"
)

// Options are what the pages need. Reader, Capabilities, Log, Sessions and
// SessionName are required.
type Options struct {
	Reader       api.Reader
	Insight      api.Insight             // nil when the runs are those of a remote instance.
	Capabilities func() api.Capabilities // What the backend can sort and search by; asked once a request, since it may come to be known late.
	Log          *slog.Logger
	Sessions     sessions.Store
	SessionName  string
	BaseURL      string           // Where readers reach this server, "https://board.example.com"; "" for the host that they ask for.
	Certificate  string           // File of the self-signed certificate that clients have to trust, as a word of a shell; "" for none.
	Program      string           // How this program is called, as a word of a shell; "runboard" when "".
	StoreFlags   string           // What its commands need to find the store of this server, such as " --data /srv/runboard".
	Instance     string           // Address of the remote instance; "" for our own runs.
	Diary        api.Diary        // What clients have asked for; nil when it is not known.
	Intake       api.Intake       // Takes result files; nil when they are not taken.
	OwnSecret    string           // Readers hand them over with this token; "" when each has to have one.
	Now          func() time.Time // time.Now when nil.
	StaleAfter   time.Duration    // How long a running run may be silent; an hour when zero.
}

// Handlers answers every page.
type Handlers struct {
	Options

	mux    *http.ServeMux
	offers offers
}

// New is the handler of every page. Other addresses are answered with a page
// too: 404, or 405 when the address has other methods.
func New(options Options) *Handlers {
	if options.Now == nil {
		options.Now = time.Now
	}
	options.Program = cmp.Or(options.Program, "runboard")
	options.StaleAfter = cmp.Or(options.StaleAfter, time.Hour)
	h := &Handlers{Options: options, mux: http.NewServeMux()}
	for pattern, serve := range map[string]handler{
		"GET /{$}":                           h.listProjects,
		"GET /projects/{id}/runs":            h.listRuns,
		"GET /projects/{id}/runs/import":     h.showAdding,
		"POST /projects/{id}/runs/import":    h.takeFiles,
		"GET /projects/{id}/sources":         h.listSources,
		"GET /runs/{id}":                     h.showRun,
		"GET /runs/{id}/tests/{test_id}":     h.showTest,
		"GET /runs/{id}/attachments":         h.showAttached,
		"GET /runs/{id}/threads/{thread_id}": h.showThread,
		"GET /settings/submissions":          h.showDiary,
		"POST /settings/preferences":         h.savePreferences,

		"GET /automation/runs/{id}":         h.movedRuns,
		"GET /automation/runs/view/{id}":    h.movedRun,
		"GET /automation/runs/results/{id}": h.movedResults,
		"GET /automation/sources/{id}":      h.movedSources,

		"/": h.refuse,
	} {
		h.mux.Handle(pattern, h.handle(serve))
	}
	return h
}

// ServeHTTP answers one request.
func (h *Handlers) ServeHTTP(w http.ResponseWriter, r *http.Request) { h.mux.ServeHTTP(w, r) }

// Fail shows an error of what stands before the pages, as they show their own.
func (h *Handlers) Fail(w http.ResponseWriter, r *http.Request, err error) { h.fail(w, r, err) }

// refuse answers what has no page.
func (h *Handlers) refuse(w http.ResponseWriter, r *http.Request) error {
	for method, allow := range map[string]string{http.MethodGet: "GET, HEAD", http.MethodPost: "POST"} {
		other := r.Clone(r.Context())
		other.Method = method
		if _, pattern := h.mux.Handler(other); pattern != "/" {
			w.Header().Set("Allow", allow)
			return &api.Error{Kind: api.KindMethod, Message: "This address does not take " + r.Method + " requests."}
		}
	}
	return &api.Error{Kind: api.KindNotFound, Message: "There is no page at this address."}
}

// pathID reads an id of the address. What cannot be one names nothing.
func pathID(r *http.Request, name, thing string) (int64, error) {
	id, err := strconv.ParseInt(r.PathValue(name), 10, 64)
	if err != nil || id <= 0 {
		return 0, &api.Error{Kind: api.KindNotFound, Message: "There is no such " + thing + ".", Err: err}
	}
	return id, nil
}
