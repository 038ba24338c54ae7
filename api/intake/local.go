package intake

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"runtime/debug"

	"github.com/runboard/runboard/api"
)

// ownHost stands for this process.
const ownHost = "localhost"

// transport asks a handler without a network.
type transport struct{ http.Handler }

// RoundTrip implements http.RoundTripper. A panic of the handler is an error:
// outside of the goroutine of a request nothing else would keep it from ending
// the process.
func (t transport) RoundTrip(r *http.Request) (response *http.Response, err error) {
	defer func() {
		if cause := recover(); cause != nil {
			response, err = nil, fmt.Errorf("panic: %v\n%s", cause, debug.Stack())
		}
	}()
	if r.Body == nil {
		r.Body = http.NoBody
	}
	defer func() { _ = r.Body.Close() }() // Nobody reads on.
	a := &answer{header: http.Header{}, status: http.StatusOK}
	t.ServeHTTP(a, r)
	if err := r.Context().Err(); err != nil {
		return nil, err
	}
	return &http.Response{
		StatusCode: a.status, Status: http.StatusText(a.status), Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header: a.header, Body: io.NopCloser(&a.body), ContentLength: int64(a.body.Len()), Request: r,
	}, nil
}

// answer keeps what a handler writes.
type answer struct {
	header http.Header
	status int
	body   bytes.Buffer
}

// Header implements http.ResponseWriter.
func (a *answer) Header() http.Header { return a.header }

// WriteHeader implements http.ResponseWriter.
func (a *answer) WriteHeader(status int) { a.status = status }

// Write implements http.ResponseWriter.
func (a *answer) Write(text []byte) (int, error) { return a.body.Write(text) }

// admit lets in who may see the project. Whether they may submit to it, the
// first request tells.
func (i *Intake) admit(ctx context.Context, secret string, projectID int64) error {
	if secret == "" {
		return &api.Error{Kind: api.KindUnauthorized, Message: "Adding results needs a token with the scope submit."}
	}
	client, err := api.NewClient("http://"+ownHost, api.ClientOptions{Token: secret, Transport: i.transport, UserAgent: i.agent})
	if err != nil {
		return err
	}
	_, err = client.Project(ctx, projectID)
	return err
}
