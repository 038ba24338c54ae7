package server

import (
	"context"

	"github.com/runboard/runboard/api"
)

// body reads what a call sends, which holds some of the fields. The room is to be
// held for as long as that is in use, and the context to be written with.
func body[T any](ctx context.Context, c *call, fields []field[T], h *hold) (T, context.Context, error) {
	var none T
	read, err := h.readBody(c.Request)
	if err != nil {
		return none, nil, err
	}
	c.carried.unpacked = int64(len(read))
	sent, err := decode(read, fields, c.actor.Scope)
	if err != nil {
		return none, nil, err
	}
	if thread, ok := any(sent).(api.ThreadUpdate); ok {
		c.carried.tests = len(thread.Tests)
	}
	ctx, err = c.once(ctx, read)
	return sent, ctx, err
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
		h := &hold{room: s.room}
		defer h.free()
		sent, ctx, err := body(ctx, c, fields, h)
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
		h := &hold{room: s.room}
		defer h.free()
		sent, ctx, err := body(ctx, c, fields, h)
		if err != nil {
			return nil, err
		}
		return nil, do(s.Store.As(c.actor), ctx, id, sent)
	}
}
