package api

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"
)

// Kind is the class of an error. It decides the HTTP status and nothing else.
type Kind string

// The kinds of errors that a caller can tell apart.
const (
	KindMalformed    Kind = "malformed"    // The request cannot be read at all.
	KindUnauthorized Kind = "unauthorized" // No token, or not a good one.
	KindForbidden    Kind = "forbidden"    // A good token without the right to do this.
	KindNotFound     Kind = "not_found"
	KindMethod       Kind = "method" // The address exists, with other methods.
	KindTooLarge     Kind = "too_large"
	KindLongQuery    Kind = "long_query"
	KindMisdirected  Kind = "misdirected"  // The request names a host that this server is not.
	KindInvalid      Kind = "invalid"      // Readable, but a value makes no sense; Fields says which.
	KindRateLimited  Kind = "rate_limited" // RetryAfter says how long to wait.
	KindUnavailable  Kind = "unavailable"  // What the answer depends on did not answer.
	KindInternal     Kind = "internal"
)

var statuses = map[Kind]int{
	KindMalformed:    http.StatusBadRequest,
	KindUnauthorized: http.StatusUnauthorized,
	KindForbidden:    http.StatusForbidden,
	KindNotFound:     http.StatusNotFound,
	KindMethod:       http.StatusMethodNotAllowed,
	KindTooLarge:     http.StatusRequestEntityTooLarge,
	KindLongQuery:    http.StatusRequestURITooLong,
	KindMisdirected:  http.StatusMisdirectedRequest,
	KindInvalid:      http.StatusUnprocessableEntity,
	KindRateLimited:  http.StatusTooManyRequests,
	KindUnavailable:  http.StatusServiceUnavailable,
	KindInternal:     http.StatusInternalServerError,
}

// HTTPStatus is the status that answers with this kind; 500 for an unknown one.
func (k Kind) HTTPStatus() int {
	if status, ok := statuses[k]; ok {
		return status
	}
	return http.StatusInternalServerError
}

// KindOf is the kind that an HTTP status stands for, for rebuilding an error
// from an answer: any 5xx but 500 is KindUnavailable, any unknown 4xx KindMalformed.
func KindOf(status int) Kind {
	for kind, s := range statuses {
		if s == status {
			return kind
		}
	}
	if status > http.StatusInternalServerError {
		return KindUnavailable
	}
	return KindMalformed
}

// Error is an error whose message is fit for the person who made the request.
// Any other error is internal: logged, and shown as "Something went wrong".
type Error struct {
	Kind       Kind
	Message    string              // A sentence, without secrets and internals.
	Fields     map[string][]string // For KindInvalid: sentences by field, "tests.3.status".
	RetryAfter time.Duration       // For KindRateLimited and KindUnavailable; 0 when unknown.
	Err        error               // The cause, for the log only; may be nil.
}

// Error is the message together with the cause, for logs.
func (e *Error) Error() string {
	if e.Err != nil {
		return fmt.Sprintf("%s: %v", strings.TrimSuffix(e.Message, "."), e.Err)
	}
	return e.Message
}

// Words are the message and what is wrong with each field, for people, as in "The
// given data was invalid. status may hold 2 to 4." for a bad status.
func (e *Error) Words() string {
	words := []string{e.Message}
	for _, field := range slices.Sorted(maps.Keys(e.Fields)) {
		for _, text := range e.Fields[field] {
			words = append(words, clause(field, text))
		}
	}
	return strings.Join(words, " ")
}

// clause is a sentence about a field that begins with its name.
func clause(field, text string) string {
	switch verb, rest, _ := strings.Cut(text, " "); verb {
	case "Must", "May", "Has", "Is":
		return field + " " + strings.ToLower(verb) + " " + rest
	default:
		return field + ": " + text
	}
}

// Unwrap is the cause.
func (e *Error) Unwrap() error { return e.Err }

// RetrySeconds is what a header Retry-After says of e: whole seconds, rounded up
// so that nobody comes too early; 0 when unknown, of which the header says nothing.
func (e *Error) RetrySeconds() int {
	return int((max(e.RetryAfter, 0) + time.Second - 1) / time.Second)
}

// Public is what may be shown of an error, which must not be nil, to the person
// who made the request. An *Error is shown as it is; a deadline that has passed
// is KindUnavailable, and anything else KindInternal, without its words. Show
// Message and Fields only: Err is for the log.
func Public(err error) *Error {
	public, ok := errors.AsType[*Error](err)
	switch {
	case !ok && errors.Is(err, context.DeadlineExceeded):
		return &Error{Kind: KindUnavailable, Message: "This takes too long at the moment.", Err: err}
	case !ok || public.Kind == KindInternal:
		return &Error{Kind: KindInternal, Message: "Something went wrong.", Err: err}
	default:
		return public
	}
}

// NotFound says that there is no such thing: NotFound("automation run", 12).
func NotFound(thing string, id int64) *Error {
	return &Error{Kind: KindNotFound, Message: fmt.Sprintf("There is no %s %d.", thing, id)}
}

// Refused is a KindInvalid error about the state of things rather than a field.
func Refused(format string, args ...any) *Error {
	return &Error{Kind: KindInvalid, Message: fmt.Sprintf(format, args...)}
}

// IsKind reports whether err is, or wraps, an Error of the kind.
func IsKind(err error, kind Kind) bool {
	e, ok := errors.AsType[*Error](err)
	return ok && e.Kind == kind
}

// Problems collects what is wrong with the fields of one request. The zero value is ready.
type Problems struct{ fields map[string][]string }

// Add notes a sentence about a field, such as "tests.3.status".
func (p *Problems) Add(field, format string, args ...any) {
	if p.fields == nil {
		p.fields = map[string][]string{}
	}
	p.fields[field] = append(p.fields[field], fmt.Sprintf(format, args...))
}

// Err is nil when nothing was added, and a KindInvalid *Error otherwise.
func (p *Problems) Err() error {
	if len(p.fields) == 0 {
		return nil
	}
	return &Error{Kind: KindInvalid, Message: "The given data was invalid.", Fields: p.fields}
}
