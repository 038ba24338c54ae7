package submit

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"time"

	"github.com/cenkalti/backoff/v5"

	"github.com/runboard/runboard/api"
)

// awayError says that a server was asked as long as patience lasts. What was
// asked for may be asked again.
type awayError struct{ error }

func (e awayError) Unwrap() error { return e.error }

// doubtError says that nobody knows whether a call was carried out, and that
// asking again could do it twice.
type doubtError struct{ error }

func (e doubtError) Unwrap() error { return e.error }

// shortest is how much time an attempt has at the least, however little patience
// is left: what is cut off may have been carried out.
const shortest = 10 * time.Second

// persist does something until the server answers or patience ends. What is not
// repeatable is done again only if the server cannot have begun with it.
func (s *Server) persist(ctx context.Context, isRepeatable bool, do func(context.Context) error) error {
	if ctx.Err() != nil {
		return awayError{interrupted(ctx)}
	}
	tries := uint(0) // Without end.
	if s.options.Patience <= 0 {
		tries = 1
	}
	var last error
	begun := time.Now()
	_, err := backoff.Retry(ctx, func() (struct{}, error) {
		ctx, cancel := context.WithTimeout(ctx, max(s.options.Patience-time.Since(begun), shortest))
		defer cancel()
		last = s.judge(do(ctx), isRepeatable)
		return struct{}{}, last
	},
		backoff.WithMaxTries(tries),
		backoff.WithMaxElapsedTime(s.options.Patience),
		backoff.WithNotify(func(_ error, wait time.Duration) {
			if s.options.OnWait != nil {
				s.waiting.Lock()
				defer s.waiting.Unlock()
				s.options.OnWait(problemOf(last), wait)
			}
		}))
	if err == nil {
		return nil
	}
	permanent, isPermanent := errors.AsType[*backoff.PermanentError](last)
	_, isDoubtful := errors.AsType[doubtError](last)
	switch {
	case isDoubtful && ctx.Err() != nil:
		return doubtError{interrupted(ctx)}
	case isPermanent:
		return permanent.Unwrap()
	case ctx.Err() != nil:
		return awayError{interrupted(ctx)}
	default:
		return awayError{problemOf(last)}
	}
}

// interrupted says that a context has ended, whatever else has been said.
func interrupted(ctx context.Context) error {
	return &api.Error{Kind: api.KindUnavailable, Message: "The submission was interrupted.", Err: context.Cause(ctx)}
}

// judge tells backoff whether to go on after an error, and when at the earliest.
func (s *Server) judge(err error, isRepeatable bool) error {
	if err == nil {
		return nil
	}
	problem, ok := errors.AsType[*api.Error](err)
	switch {
	case errors.Is(err, context.Canceled) && !isRepeatable:
		return backoff.Permanent(doubtError{err})
	case errors.Is(err, context.Canceled):
		return err
	case !ok, api.IsMisaddressed(err) && !s.known:
		return backoff.Permanent(err)
	case problem.Kind == api.KindRateLimited:
	case problem.Kind == api.KindNotFound && api.IsNotAPI(err) && s.client.Capabilities().Once:
		// A Runboard would have said it in JSON: a proxy does not find the server.
	case problem.Kind != api.KindUnavailable && problem.Kind != api.KindInternal:
		return backoff.Permanent(err)
	case !isRepeatable && !isUnsent(err):
		return backoff.Permanent(doubtError{err})
	}
	if problem.RetryAfter > 0 {
		return fmt.Errorf("%w: %w", &backoff.RetryAfterError{Duration: problem.RetryAfter}, err)
	}
	return err
}

// problemOf is what a server's error says, without what was added here.
func problemOf(err error) error {
	if problem, ok := errors.AsType[*api.Error](err); ok {
		return problem
	}
	return err
}

// isUnsent reports whether a request cannot have reached the server.
func isUnsent(err error) bool {
	if _, ok := errors.AsType[*net.DNSError](err); ok {
		return true
	}
	_, isUntrusted := errors.AsType[*tls.CertificateVerificationError](err)
	dial, ok := errors.AsType[*net.OpError](err)
	return isUntrusted || ok && (dial.Op == "dial" || dial.Op == "proxyconnect")
}
