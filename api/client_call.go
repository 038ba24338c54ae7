package api

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"net/http"
	"time"

	"github.com/cenkalti/backoff/v5"
)

// The bounds of asking.
const (
	maxAttempts = 4
	maxRetrying = 30 * time.Second // And not beyond the total time of the call.
	maxHops     = 3                // Redirects within the instance.
)

// newTransport is a transport with a bound for each phase; the time for a body
// is bounded by the call's.
func newTransport() *http.Transport {
	return &http.Transport{
		Proxy:                  http.ProxyFromEnvironment,
		DialContext:            (&net.Dialer{Timeout: 5 * time.Second}).DialContext,
		TLSHandshakeTimeout:    5 * time.Second,
		ResponseHeaderTimeout:  10 * time.Second,
		MaxResponseHeaderBytes: 64 << 10,
		DisableCompression:     true, // Bodies are unpacked here, within bounds.
		ForceAttemptHTTP2:      true,
		MaxIdleConnsPerHost:    8,
		IdleConnTimeout:        90 * time.Second,
	}
}

// checkRedirect never takes the token, or a body, anywhere else.
func checkRedirect(r *http.Request, via []*http.Request) error {
	first := via[0]
	isMoved := r.URL.Scheme != first.URL.Scheme || r.URL.Host != first.URL.Host
	if isMoved || first.Method != http.MethodGet {
		text := fmt.Sprintf("The instance redirects to %.100s://%.250s, which is not followed.", r.URL.Scheme, r.URL.Host)
		if isMoved && r.URL.Hostname() == first.URL.Hostname() {
			text += " Use that address."
		}
		return misaddressed{&Error{Kind: KindUnavailable, Message: text}}
	}
	if len(via) > maxHops {
		return misaddressed{&Error{Kind: KindUnavailable, Message: "The instance redirects too often."}}
	}
	return nil
}

// answer is the pointer to a type that can tell whether it was filled from an
// answer of the API, rather than from any other JSON.
type answer[T any] interface {
	*T
	isAnswer() bool
}

// get asks for something, and answers with what was last good when the instance
// cannot.
func get[T any, P answer[T]](ctx context.Context, c *Client, path, encoded string) (T, Freshness, error) {
	target := join(path, encoded)
	b, err := c.flights.share(ctx, target, c.fetch)
	if err == nil {
		var value T
		if err = b.decode(P(&value)); err == nil {
			c.kept.put(target, b)
			return value, Freshness{}, nil
		}
		err = c.notAPI(err)
	}
	if ctx.Err() != nil {
		err = c.unreachable(ctx.Err())
	}
	var former T
	problem, ok := errors.AsType[*Error](err)
	if !ok || !isOutage(problem.Kind) {
		return former, Freshness{}, err
	}
	if b, ok = c.kept.get(target); !ok || b.decode(P(&former)) != nil {
		return *new(T), Freshness{}, err
	}
	c.options.Log.WarnContext(ctx, "the instance did not answer, a former answer stands in", "target", target, "as_of", b.at, "error", err)
	return former, Freshness{AsOf: b.at, Problem: problem}, nil
}

// isOutage reports whether a failure says nothing about what was asked for.
func isOutage(kind Kind) bool {
	return kind == KindUnavailable || kind == KindRateLimited || kind == KindInternal
}

// fetch asks until there is an answer, a refusal, or no time left.
func (c *Client) fetch(ctx context.Context, target string) (body, error) {
	if refused := c.rest.refusal(); refused != nil {
		return body{}, refused
	}
	ctx, cancel := context.WithTimeout(ctx, c.options.Timeout)
	defer cancel()
	var last error
	b, err := backoff.Retry(ctx, func() (body, error) {
		var b body
		b, last = c.attempt(ctx, http.MethodGet, target, nil)
		return b, retryable(last)
	},
		backoff.WithMaxTries(maxAttempts),
		backoff.WithMaxElapsedTime(min(maxRetrying, c.options.Timeout)),
		backoff.WithNotify(func(err error, wait time.Duration) {
			c.options.Log.WarnContext(ctx, "asking the instance again", "target", target, "wait", wait, "error", err)
		}))
	if err != nil {
		return body{}, unmarked(last)
	}
	return b, nil
}

// transient marks a failure after which asking again may help.
type transient struct{ failure *Error }

func (t transient) Error() string { return t.failure.Error() }
func (t transient) Unwrap() error { return t.failure }

func unmarked(err error) error {
	if marked, ok := errors.AsType[transient](err); ok {
		return marked.failure
	}
	return err
}

// retryable tells backoff whether to ask again, and when at the earliest.
func retryable(err error) error {
	if err == nil {
		return nil
	}
	marked, ok := errors.AsType[transient](err)
	if !ok {
		return backoff.Permanent(err)
	}
	if wait := marked.failure.RetryAfter; wait > 0 {
		// Others were told the same moment.
		wait += rand.N(wait/10 + 100*time.Millisecond)
		return fmt.Errorf("%w: %w", &backoff.RetryAfterError{Duration: wait}, err)
	}
	return err
}

// post sends an object once: whether a request that failed was carried out
// cannot be known; see WithOnce. made takes the answer, which may be missing for
// one that says no more than that the request was carried out.
func (c *Client) post(ctx context.Context, path string, object any, made interface{ isAnswer() bool }) error {
	ctx, cancel := context.WithTimeout(ctx, c.options.Timeout)
	defer cancel()
	payload, err := json.Marshal(object)
	if err != nil {
		return fmt.Errorf("encoding a %T: %w", object, err)
	}
	b, err := c.attempt(ctx, http.MethodPost, join(path, ""), payload)
	c.flights.forget()
	if err != nil {
		return unmarked(err)
	}
	if _, ok := made.(*done); ok && b.size == 0 {
		return nil
	}
	if err := b.decode(made); err != nil {
		return c.notAPI(err)
	}
	return nil
}

// attempt is one request. All that goes to the instance, and all that comes
// from it, passes here.
func (c *Client) attempt(ctx context.Context, method, target string, payload []byte) (body, error) {
	if refused := c.rest.refusal(); refused != nil {
		return body{}, transient{refused}
	}
	request, err := c.newRequest(ctx, method, target, payload)
	if err != nil {
		return body{}, err
	}
	response, err := c.http.Do(request)
	if err != nil {
		return body{}, c.unreachable(err)
	}
	defer response.Body.Close()
	if response.StatusCode < 200 || response.StatusCode >= 300 {
		return body{}, c.refusal(response)
	}
	b, err := readBody(response, c.options.MaxBody)
	if err != nil {
		return body{}, c.unreadable(err)
	}
	return b, nil
}
