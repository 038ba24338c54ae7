package server

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"unicode/utf8"

	"github.com/runboard/runboard/api"
)

// maxBody is how many bytes a body may have, packed and unpacked.
const maxBody = 64 << 20

// errTooLarge says that a body is larger than it may be.
var errTooLarge = errors.New("too large")

// readBody is the body of a request, unpacked, and within the room that is held
// for it. It is valid UTF-8. One that is packed is measured first, so that it
// cannot take more memory than it may.
func (h *hold) readBody(r *http.Request) ([]byte, error) {
	body, err := h.unpacked(r.Context(), r)
	switch refusal, isRefusal := errors.AsType[*api.Error](err); {
	case errors.Is(err, errTooLarge):
		return nil, &api.Error{Kind: api.KindTooLarge, Message: fmt.Sprintf("The body is larger than %d MiB.", h.body>>20)}
	case isRefusal:
		return nil, refusal
	case err != nil:
		return nil, &api.Error{Kind: api.KindMalformed, Message: "The body cannot be read to its end.", Err: err}
	case !utf8.Valid(body):
		return nil, api.Refused("The body is not valid UTF-8, at byte %d.", validPrefix(body))
	}
	return body, nil
}

func (h *hold) unpacked(ctx context.Context, r *http.Request) ([]byte, error) {
	if r.ContentLength > h.body {
		return nil, errTooLarge
	}
	enter := func(size int64) error { return h.toRead(ctx, size) }
	source := &io.LimitedReader{R: &arrival{Reader: r.Body, enter: enter}, N: h.body + 1}
	var body []byte
	var err error
	switch encoding := r.Header.Get("Content-Encoding"); encoding {
	case "", "identity":
		body, err = readAll(source, r.ContentLength)
		if err == nil && source.N > 0 {
			err = h.toDecode(ctx, int64(len(body)))
		}
	case "gzip":
		body, err = h.unpack(ctx, source)
	default:
		return nil, &api.Error{Kind: api.KindMalformed, Message: fmt.Sprintf("The encoding %.20q is not known: send gzip, or none.", encoding)}
	}
	if source.N == 0 {
		return nil, errTooLarge
	}
	return body, err
}

// readAll reads what is expected to have a size, which may be a lie.
func readAll(source io.Reader, size int64) ([]byte, error) {
	var body bytes.Buffer
	body.Grow(int(min(max(size, 0), 1<<20)) + bytes.MinRead)
	_, err := body.ReadFrom(source)
	return body.Bytes(), err
}

// unpack reads gzip.
func (h *hold) unpack(ctx context.Context, source io.Reader) ([]byte, error) {
	var packed bytes.Buffer
	size, err := measure(io.TeeReader(source, &packed), h.body)
	if err != nil {
		return nil, err
	}
	if err := h.toDecode(ctx, size); err != nil {
		return nil, err
	}
	unpacked, err := gzip.NewReader(&packed)
	if err != nil {
		return nil, err
	}
	body := make([]byte, size)
	_, err = io.ReadFull(unpacked, body)
	return body, err
}

// measure counts what unpacks, which may be so much.
func measure(packed io.Reader, limit int64) (int64, error) {
	unpacked, err := gzip.NewReader(packed)
	if err != nil {
		return 0, err
	}
	size, err := io.Copy(io.Discard, io.LimitReader(unpacked, limit+1))
	if size > limit {
		return 0, errTooLarge
	}
	return size, err
}

// validPrefix is how many bytes are valid UTF-8.
func validPrefix(body []byte) int {
	at := 0
	for at < len(body) {
		r, size := utf8.DecodeRune(body[at:])
		if r == utf8.RuneError && size == 1 {
			break
		}
		at += size
	}
	return at
}
