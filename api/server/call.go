package server

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/runboard/runboard/api"
)

// call is a request, and who makes it.
type call struct {
	*http.Request

	answer http.ResponseWriter
	actor  api.Actor // The zero Actor where no token is needed.
	secret string    // Of the token.

	carried carried
}

// created is the answer to what makes an object: contract 1.
type created struct {
	ID int64 `json:"id"`
}

// errPanic is how a call ends that comes to no end.
var errPanic = errors.New("panic")

// handle makes an operation a handler of the standard library, and owns its failures.
func (s *server) handle(op operation) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		c := &call{Request: r, answer: w}
		var result any
		err := errPanic
		finish := s.observe(r.Context(), op, c)
		defer func() { finish(result, err) }()
		result, err = s.serve(r.Context(), op, c)
		if err == nil {
			err = write(w, result)
		}
		if err != nil {
			s.fail(r.Context(), c, err)
		}
	})
}

func (s *server) serve(ctx context.Context, op operation, c *call) (any, error) {
	if op.scope != "" {
		if err := s.admit(ctx, op.scope, c); err != nil {
			return nil, err
		}
	}
	return op.serve(s, ctx, c)
}

// admit lets in who has a token, asks not too often, and has the right to.
func (s *server) admit(ctx context.Context, scope api.Scope, c *call) error {
	secret := bearer(c.Header)
	if secret == "" {
		return &api.Error{Kind: api.KindUnauthorized, Message: `The API wants a token: send it as "Authorization: Bearer TOKEN".`}
	}
	actor, err := s.Store.Authenticate(ctx, secret)
	if err != nil {
		return err
	}
	c.actor, c.secret = actor, secret
	if err := s.buckets.take(secret, time.Now()); err != nil {
		return err
	}
	if !actor.Scope.Includes(scope) {
		return &api.Error{
			Kind:    api.KindForbidden,
			Message: fmt.Sprintf("This needs a token with the scope %s; that of this token is %s.", scope, actor.Scope),
		}
	}
	return nil
}

// bearer is the token of a request, or "".
func bearer(header http.Header) string {
	scheme, secret, _ := strings.Cut(header.Get("Authorization"), " ")
	if !strings.EqualFold(scheme, "Bearer") {
		return ""
	}
	return strings.TrimSpace(secret)
}

// id reads the id of a thing in the address. What cannot be one names nothing.
func (c *call) id(thing string) (int64, error) {
	id, err := strconv.ParseUint(c.PathValue("id"), 10, 63)
	if err != nil || id == 0 {
		return 0, &api.Error{Kind: api.KindNotFound, Message: "There is no such " + thing + ".", Err: err}
	}
	return int64(id), nil
}

// write answers with a value, or without one when there is none. The error is
// that the value cannot be written, of which nothing has been.
func write(w http.ResponseWriter, value any) error {
	if value == nil {
		w.WriteHeader(http.StatusNoContent)
		return nil
	}
	return writeJSON(w, statusOf(value), value)
}

// statusOf is the status of an answer with a value.
func statusOf(value any) int {
	switch value.(type) {
	case nil:
		return http.StatusNoContent
	case created, api.Taken:
		return http.StatusCreated
	default:
		return http.StatusOK
	}
}

func writeJSON(w http.ResponseWriter, status int, value any) error {
	body, isWritten := value.([]byte)
	if !isWritten {
		var buffer bytes.Buffer
		if err := json.NewEncoder(&buffer).Encode(value); err != nil {
			return fmt.Errorf("encoding a %T: %w", value, err)
		}
		body = buffer.Bytes()
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	// Who has gone meanwhile has no use for an error.
	_, _ = w.Write(body)
	return nil
}

// problem is how a failure looks on the wire: contract 1.3.
type problem struct {
	Message string              `json:"message"`
	Errors  map[string][]string `json:"errors,omitempty"`
}

// fail answers with an error. Whatever the caller may not see is logged here,
// once, under the pattern of the route: an address could hold anything.
func (s *server) fail(ctx context.Context, c *call, err error) {
	if errors.Is(ctx.Err(), context.Canceled) {
		s.Log.DebugContext(ctx, "caller has gone", "route", c.Pattern, "err", err)
		return
	}
	header, public := c.answer.Header(), api.Public(err)
	status := public.Kind.HTTPStatus()
	if status >= http.StatusInternalServerError {
		s.Log.ErrorContext(ctx, "request failed", "route", c.Pattern, "request_id", header.Get("X-Request-Id"), "err", err)
	}
	if public.Kind == api.KindUnauthorized {
		header.Set("WWW-Authenticate", `Bearer realm="Runboard"`)
	}
	if seconds := public.RetrySeconds(); seconds > 0 {
		header.Set("Retry-After", strconv.Itoa(seconds))
	}
	if err := writeJSON(c.answer, status, problem{public.Message, public.Fields}); err != nil {
		s.Log.ErrorContext(ctx, "answering a failure", "route", c.Pattern, "err", err)
	}
}
