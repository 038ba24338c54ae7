package server

import (
	"context"
	"slices"

	"github.com/runboard/runboard/api"
	"github.com/runboard/runboard/api/query"
)

// serve answers a call: with nil for no content, with created for a new object.
// An error is all of the answer.
type serve func(s *server, ctx context.Context, c *call) (any, error)

// filter is a pointer to what a list is asked with.
type filter[F any] interface {
	*F
	api.Filter
}

// filtered reads the parameters of a list.
func filtered[F any, P filter[F]](c *call, defaults F) (F, error) {
	err := api.DecodeFilter(P(&defaults), c.URL.RawQuery)
	return defaults, err
}

// pageIn answers with a page of what a thing has.
func pageIn[T, F any, P filter[F]](
	thing string, defaults func() F, ask func(Store, context.Context, int64, F) (api.Page[T], error),
) serve {
	return func(s *server, ctx context.Context, c *call) (any, error) {
		id, err := c.id(thing)
		if err != nil {
			return nil, err
		}
		filter, err := filtered[F, P](c, defaults())
		if err != nil {
			return nil, err
		}
		return ask(s.Store, ctx, id, filter)
	}
}

// page answers with a page of what there is.
func page[T, F any, P filter[F]](defaults func() F, ask func(Store, context.Context, F) (api.Page[T], error)) serve {
	return func(s *server, ctx context.Context, c *call) (any, error) {
		filter, err := filtered[F, P](c, defaults())
		if err != nil {
			return nil, err
		}
		return ask(s.Store, ctx, filter)
	}
}

// all is the answer of lists that have no pages: contract 4.2.
type all[T any] struct {
	Result []T `json:"result"`
}

// allIn answers with everything of a kind that a project has.
func allIn[T any, L ~[]T](ask func(Store, context.Context, int64) (L, error)) serve {
	return func(s *server, ctx context.Context, c *call) (any, error) {
		id, err := c.id("project")
		if err != nil {
			return nil, err
		}
		items, err := ask(s.Store, ctx, id)
		return all[T]{append([]T{}, items...)}, err
	}
}

// single is the answer with one object: contract 1.
type single[T any] struct {
	Result  T           `json:"result"`
	Expands api.Expands `json:"expands"`
}

// expansion is how a single object is asked for.
type expansion struct {
	Expands query.Words `form:"expands"`

	accepted []string
}

// Validate is api.Filter's.
func (e *expansion) Validate(p *api.Problems) {
	for _, expand := range e.Expands {
		if !slices.Contains(e.accepted, expand) {
			p.Add("expands", "May hold %s.", query.Words(e.accepted))
			return
		}
	}
}

// references are what a single object refers to. An id may be 0, or repeated.
type references struct {
	users     []api.OptionalID
	projectID int64 // Of objects that can be asked for with the statuses of their project.
}

// one answers with one thing.
func one[T any](
	thing string, accepted []string, ask func(Store, context.Context, int64) (T, error), refers func(T) references,
) serve {
	return func(s *server, ctx context.Context, c *call) (any, error) {
		id, err := c.id(thing)
		if err != nil {
			return nil, err
		}
		asked, err := filtered(c, expansion{accepted: accepted})
		if err != nil {
			return nil, err
		}
		answer := single[T]{}
		if answer.Result, err = ask(s.Store, ctx, id); err != nil {
			return nil, err
		}
		answer.Expands, err = s.expands(ctx, asked.Expands, refers(answer.Result))
		return answer, err
	}
}

// expands names what a single object refers to, as far as it is asked for.
func (s *server) expands(ctx context.Context, asked query.Words, refs references) (expands api.Expands, err error) {
	if asked.Has("users") {
		if expands.Users, err = s.named(ctx, refs.users); err != nil {
			return expands, err
		}
	}
	if asked.Has("statuses") {
		expands.Statuses, err = s.Store.ListStatuses(ctx, refs.projectID)
	}
	return expands, err
}

// named are the names of users.
func (s *server) named(ctx context.Context, ids []api.OptionalID) ([]api.Named, error) {
	var users []api.Named
	for _, id := range slices.Compact(slices.Sorted(slices.Values(ids))) {
		if id == 0 {
			continue
		}
		user, err := s.Store.User(ctx, int64(id))
		if err != nil {
			return nil, err
		}
		users = append(users, api.Named{ID: user.ID, Name: user.Name})
	}
	return users, nil
}

func (s *server) showRun(ctx context.Context, c *call) (any, error) {
	id, err := c.id("automation run")
	if err != nil {
		return nil, err
	}
	asked, err := filtered(c, expansion{accepted: api.RunExpands()})
	if err != nil {
		return nil, err
	}
	return s.Store.Run(ctx, id, asked.Expands)
}

// showCaller is a bare object: contract 1.
func (s *server) showCaller(ctx context.Context, c *call) (any, error) {
	return s.Store.User(ctx, c.actor.ID)
}

// listNothing answers with a page of things that Runboard does not have.
func (*server) listNothing(_ context.Context, c *call) (any, error) { return emptyPage(c) }

func emptyPage(c *call) (page api.Page[api.Named], err error) {
	filter, err := filtered(c, api.NewListFilter())
	if err != nil {
		return page, err
	}
	return api.NewPage[api.Named](nil, filter.Page, filter.PerPage, 0), nil
}

// missing answers for one of the things that Runboard does not have.
func missing(thing string) serve {
	return func(_ *server, _ context.Context, c *call) (any, error) {
		id, err := c.id(thing)
		if err != nil {
			return nil, err
		}
		return nil, api.NotFound(thing, id)
	}
}

// connections are a page with a message, as Testmo's empty one: contract 4.1.
type connections struct {
	api.Page[api.Named]

	Message string `json:"message"`
}

func (*server) listConnections(_ context.Context, c *call) (any, error) {
	none, err := emptyPage(c)
	return connections{none, "Runboard connects to no issue trackers."}, err
}

func (s *server) showDescription(context.Context, *call) (any, error) { return s.description, nil }
