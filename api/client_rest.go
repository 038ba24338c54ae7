package api

import (
	"sync"
	"time"
)

// longestRest is for how long at most a client heeds an instance that wants to
// be left alone: it could ask for years.
const longestRest = time.Hour

// rest is the time in which an instance that was asked too much is not asked at
// all. The zero value is none.
type rest struct {
	mu     sync.Mutex
	reason Error
	until  time.Time
}

// begin rests for as long as a KindRateLimited says. A rest does not get shorter.
func (r *rest) begin(reason *Error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if until := time.Now().Add(min(reason.RetryAfter, longestRest)); until.After(r.until) {
		r.reason, r.until = *reason, until
	}
}

// refusal is what the instance would say if it were asked now, with the time
// that is left; nil when it may be asked.
func (r *rest) refusal() *Error {
	r.mu.Lock()
	defer r.mu.Unlock()
	left := time.Until(r.until)
	if left <= 0 {
		return nil
	}
	refused := r.reason
	refused.RetryAfter = left
	return &refused
}
