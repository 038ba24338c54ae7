// Package server is the REST API over a store that it declares: it tells who
// asks and what they may do, decodes and checks what they send, cuts it to size,
// and describes itself at /api/v1/openapi.json. It must not know SQL.
package server

import (
	"cmp"
	"context"
	"log/slog"
	"net/http"
	"strings"

	"golang.org/x/time/rate"

	"github.com/runboard/runboard/api"
)

// Store is what the API is over.
type Store interface {
	api.Reader

	// Authenticate is who has the secret. One that nobody has is a KindUnauthorized error.
	Authenticate(ctx context.Context, secret string) (api.Actor, error)
	// As is a writer that acts as a user, and that knows which dates that user may give.
	As(actor api.Actor) api.Writer
	// User is one user.
	User(ctx context.Context, id int64) (api.User, error)
	// ListUsers is a page of all users.
	ListUsers(ctx context.Context, filter api.ListFilter) (api.Page[api.User], error)
}

// Config is what the API is over, and what it allows. Store is required.
type Config struct {
	Store Store
	// Intake takes result files, over this very API; nil when they are not taken.
	Intake  api.Intake
	BaseURL string       // Where readers reach the pages; "" for the host that they ask for.
	Diary   Diary        // Hears of each request that is to change something; nil when nobody does.
	Log     *slog.Logger // Hears of failures that the caller may not see; discards when nil.
	Rate    float64      // Requests a second that each token may make for long; 100 when 0.
	Burst   int          // Requests that each token may make at once; 200 when 0.
}

// base is where the API stands: contract 1.
const base = "/api/v1"

type server struct {
	Config

	mux         *http.ServeMux
	buckets     buckets
	room        *room
	description []byte
}

// New is the handler of everything under /api/. Whatever it answers is JSON.
func New(config Config) http.Handler { return newServer(config, defaultLimits()) }

func newServer(config Config, l limits) http.Handler {
	if config.Log == nil {
		config.Log = slog.New(slog.DiscardHandler)
	}
	s := &server{
		Config: config, mux: http.NewServeMux(),
		buckets: buckets{rate: rate.Limit(cmp.Or(config.Rate, 100)), burst: cmp.Or(config.Burst, 200), most: l.buckets},
		room:    newRoom(l),
	}
	all := operations()
	s.description = describe(all)
	for _, op := range all {
		method, path, _ := strings.Cut(op.route, " ")
		s.mux.Handle(method+" "+base+path, s.handle(op))
	}
	s.mux.Handle("/", s.handle(operation{serve: (*server).refuse}))
	return s.mux
}

// refuse answers what is no call of the API.
func (s *server) refuse(ctx context.Context, c *call) (any, error) {
	var allowed []string
	for _, method := range []string{http.MethodGet, http.MethodHead, http.MethodPost} {
		other := c.Clone(ctx)
		other.Method = method
		if _, pattern := s.mux.Handler(other); pattern != "/" {
			allowed = append(allowed, method)
		}
	}
	if len(allowed) == 0 {
		return nil, &api.Error{Kind: api.KindNotFound, Message: "The API has nothing at this address."}
	}
	c.answer.Header().Set("Allow", strings.Join(allowed, ", "))
	return nil, &api.Error{Kind: api.KindMethod, Message: "This address takes " + strings.Join(allowed, " and ") + " requests only."}
}
