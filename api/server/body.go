package server

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"net/http"
	"unicode/utf8"

	"github.com/runboard/runboard/api"
)

// maxBody is how many bytes a body may have, packed and unpacked.
const maxBody = 64 << 20

var errTooLarge = &api.Error{Kind: api.KindTooLarge, Message: fmt.Sprintf("The body is larger than %d MiB.", maxBody>>20)}

// readBody is the body of a request, unpacked. It is valid UTF-8. One that is
// packed is measured first, so that it cannot take more memory than it may.
func readBody(r *http.Request) ([]byte, error) {
	if r.ContentLength > maxBody {
		return nil, errTooLarge
	}
	source := &io.LimitedReader{R: r.Body, N: maxBody + 1}
	var body []byte
	var err error
	switch encoding := r.Header.Get("Content-Encoding"); encoding {
	case "", "identity":
		body, err = readAll(source, r.ContentLength)
	case "gzip":
		body, err = unpack(source)
	default:
		return nil, &api.Error{Kind: api.KindMalformed, Message: fmt.Sprintf("The encoding %.20q is not known: send gzip, or none.", encoding)}
	}
	if source.N == 0 || errors.Is(err, errTooLarge) {
		return nil, errTooLarge
	}
	if err != nil {
		return nil, &api.Error{Kind: api.KindMalformed, Message: "The body cannot be read to its end.", Err: err}
	}
	if !utf8.Valid(body) {
		return nil, api.Refused("The body is not valid UTF-8, at byte %d.", validPrefix(body))
	}
	return body, nil
}

// readAll reads what is expected to have a size, which may be a lie.
func readAll(source io.Reader, size int64) ([]byte, error) {
	var body bytes.Buffer
	body.Grow(int(min(max(size, 0), 1<<20)) + bytes.MinRead)
	_, err := body.ReadFrom(source)
	return body.Bytes(), err
}

// unpack reads gzip.
func unpack(source io.Reader) ([]byte, error) {
	var packed bytes.Buffer
	size, err := measure(io.TeeReader(source, &packed))
	if err != nil {
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

// measure counts what unpacks.
func measure(packed io.Reader) (int64, error) {
	unpacked, err := gzip.NewReader(packed)
	if err != nil {
		return 0, err
	}
	size, err := io.Copy(io.Discard, io.LimitReader(unpacked, maxBody+1))
	if size > maxBody {
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
