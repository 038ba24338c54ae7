package server

import (
	"context"
	"net/http"
	"strings"
	"sync"

	"github.com/runboard/runboard/api"
)

// NoteRefusal writes into the diary of a config that a request has been refused
// before the API heard of it. Only who brings a token has meant the API.
func NoteRefusal(config Config, r *http.Request, err error) {
	secret := bearer(r.Header)
	if secret == "" || r.Method == http.MethodGet || r.Method == http.MethodHead || r.Method == http.MethodOptions {
		return
	}
	entry := api.DiaryEntry{
		Route: routeOf(r), Sent: max(r.ContentLength, 0), Client: clientOf(r.UserAgent()),
	}
	if actor, err := config.Store.Authenticate(context.WithoutCancel(r.Context()), secret); err == nil {
		entry.TokenID, entry.Name = actor.TokenID, actor.Name
	}
	entry.Status, entry.Reason = outcome(r.Context(), nil, err)
	config.Diary.NoteInDiary(entry)
}

// allRoutes knows what a request would have asked of the API.
var allRoutes = sync.OnceValue(func() *http.ServeMux {
	mux := http.NewServeMux()
	for _, op := range operations() {
		method, path, _ := strings.Cut(op.route, " ")
		mux.Handle(method+" "+base+path, http.NotFoundHandler())
	}
	return mux
})

// routeOf is the route of a request, or its method when the API has none for it.
func routeOf(r *http.Request) string {
	_, pattern := allRoutes().Handler(r)
	if method, path, ok := strings.Cut(pattern, " "+base); ok {
		return method + " " + path
	}
	return plain(r.Method, len(http.MethodOptions))
}
