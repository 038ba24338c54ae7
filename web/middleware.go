package web

import (
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"runtime/debug"
	"strings"
	"time"

	"github.com/klauspost/compress/gzhttp"
	"github.com/klauspost/compress/gzip"

	"github.com/runboard/runboard/api"
)

// failure answers a request that is not to be served.
type failure func(w http.ResponseWriter, r *http.Request, err error)

// requestID names each request in the answer and in the log. What the client
// sends under that name is not used: it could be anything.
func requestID(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("X-Request-Id", rand.Text())
		next.ServeHTTP(w, r)
	})
}

// accessLog writes one line for each request. It holds the pattern of the route
// rather than the address, and nothing that a client has sent but the method,
// so no secret can get into it.
func accessLog(log *slog.Logger, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		recorder := &recorder{ResponseWriter: w}
		defer recorder.log(log, r, time.Now())
		next.ServeHTTP(recorder, r)
	})
}

func (rec *recorder) log(log *slog.Logger, r *http.Request, start time.Time) {
	log.InfoContext(r.Context(), "request",
		"method", r.Method[:min(len(r.Method), 16)], "route", r.Pattern, "status", rec.status, "bytes", rec.bytes,
		"duration", time.Since(start).Round(time.Microsecond), "request_id", rec.Header().Get("X-Request-Id"))
}

// recovery answers a panic with 500. The failure logs it with the request's id.
func recovery(log *slog.Logger, fail failure, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		recorder := &recorder{ResponseWriter: w}
		defer recorder.recover(log, fail, r)
		next.ServeHTTP(recorder, r)
	})
}

func (rec *recorder) recover(log *slog.Logger, fail failure, r *http.Request) {
	cause := recover()
	if cause == nil {
		return
	}
	if err, ok := cause.(error); ok && errors.Is(err, http.ErrAbortHandler) {
		panic(cause)
	}
	err := fmt.Errorf("panic: %v\n%s", cause, debug.Stack())
	if rec.status != 0 {
		// Half an answer must not pass for a whole one.
		log.ErrorContext(r.Context(), "request failed half-way", "request_id", rec.Header().Get("X-Request-Id"), "err", err)
		panic(http.ErrAbortHandler)
	}
	fail(rec, r, err)
}

// shortQuery refuses a query that is not worth decoding.
func shortQuery(fail failure, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if err := api.CheckQuery(r.URL.RawQuery); err != nil {
			fail(w, r, err)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// loopbackOnly refuses requests for a host that no loopback address has: a
// site that others run can have its own name resolved to this machine, and its
// scripts would read what only this machine may.
func loopbackOnly(fail failure, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if u := (url.URL{Host: r.Host}); !isLoopback(strings.ToLower(u.Hostname())) {
			fail(w, r, &api.Error{
				Kind:    api.KindMisdirected,
				Message: "This board answers to 127.0.0.1 and localhost only. Behind a proxy, it has to be started with --base-url.",
			})
			return
		}
		next.ServeHTTP(w, r)
	})
}

// astray notes what pages do not take: a client may have been told an address
// that is not that of the API.
func astray(note func(r *http.Request, err error), pages http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		recorder := &recorder{ResponseWriter: w}
		pages.ServeHTTP(recorder, r)
		if recorder.status == http.StatusNotFound || recorder.status == http.StatusMethodNotAllowed {
			note(r, &api.Error{Kind: api.KindOf(recorder.status), Message: "This is no address of the API: they begin with /api/v1/."})
		}
	})
}

// sameOrigin refuses unsafe requests that a page of another origin has sent.
// Behind a proxy, the origin of our own pages is that of baseURL.
func sameOrigin(baseURL string, next http.Handler) (http.Handler, error) {
	protection := http.NewCrossOriginProtection()
	if baseURL != "" {
		if err := protection.AddTrustedOrigin(baseURL); err != nil {
			return nil, fmt.Errorf("trusting %s: %w", baseURL, err)
		}
	}
	return protection.Handler(next), nil
}

// compressed packs answers of more than a packet for clients that can unpack them.
func compressed(next http.Handler) (http.Handler, error) {
	wrap, err := gzhttp.NewWrapper(gzhttp.CompressionLevel(gzip.BestSpeed), gzhttp.EnableZstd(false))
	if err != nil {
		return nil, fmt.Errorf("setting up compression: %w", err)
	}
	return wrap(next), nil
}

// recorder notes what is answered.
type recorder struct {
	http.ResponseWriter
	status int // 0 before the header is written.
	bytes  int64
}

// WriteHeader notes the first final status.
func (rec *recorder) WriteHeader(status int) {
	if rec.status == 0 && status >= http.StatusOK {
		rec.status = status
	}
	rec.ResponseWriter.WriteHeader(status)
}

// Write counts what is written.
func (rec *recorder) Write(b []byte) (int, error) {
	if rec.status == 0 {
		rec.status = http.StatusOK
	}
	n, err := rec.ResponseWriter.Write(b)
	rec.bytes += int64(n)
	return n, err
}

// Unwrap is for http.ResponseController.
func (rec *recorder) Unwrap() http.ResponseWriter { return rec.ResponseWriter }
