package server

import (
	"context"

	"github.com/runboard/runboard/api"
)

// body reads what a call sends, which holds some of the fields.
func body[T any](c *call, fields []field[T]) (T, error) {
	sent, err := readBody(c.Request)
	if err != nil {
		var none T
		return none, err
	}
	return decode(sent, fields, c.actor.Scope)
}

// create makes something in a thing.
func create[T any](
	thing string, fields []field[T], do func(api.Writer, context.Context, int64, T) (int64, error),
) serve {
	return func(s *server, ctx context.Context, c *call) (any, error) {
		id, err := c.id(thing)
		if err != nil {
			return nil, err
		}
		sent, err := body(c, fields)
		if err != nil {
			return nil, err
		}
		made, err := do(s.Store.As(c.actor), ctx, id, sent)
		return created{made}, err
	}
}

// change changes a thing.
func change[T any](thing string, fields []field[T], do func(api.Writer, context.Context, int64, T) error) serve {
	return func(s *server, ctx context.Context, c *call) (any, error) {
		id, err := c.id(thing)
		if err != nil {
			return nil, err
		}
		sent, err := body(c, fields)
		if err != nil {
			return nil, err
		}
		return nil, do(s.Store.As(c.actor), ctx, id, sent)
	}
}
