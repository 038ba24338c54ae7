package server

import (
	"cmp"
	"net/http"
	"time"

	"github.com/runboard/runboard/api"
)

// DecodeThread reads what is appended to a thread.
func DecodeThread(body []byte) (api.ThreadUpdate, error) {
	return decode(body, threadFields, api.ScopeSubmit)
}

// Limits bound the memory that requests may take; those that are 0 are New's.
type Limits struct {
	Body, Arriving, Decoding int64
	Wait                     time.Duration
	Buckets                  int
}

// NewLimited is New with other limits.
func NewLimited(config Config, l Limits) http.Handler {
	usual := defaultLimits()
	return newServer(config, limits{
		body: cmp.Or(l.Body, usual.body), arriving: cmp.Or(l.Arriving, usual.arriving), decoding: cmp.Or(l.Decoding, usual.decoding),
		wait: cmp.Or(l.Wait, usual.wait), buckets: cmp.Or(l.Buckets, usual.buckets),
	})
}
