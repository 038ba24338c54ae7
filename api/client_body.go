package api

import (
	"bytes"
	"compress/flate"
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"
)

var (
	errTooLarge = errors.New("the answer is too large")
	errNotAPI   = errors.New("the answer is not one of the API")
)

// IsNotAPI reports whether an error of a Client says that something answers at
// the address, but not with the API, whatever its status.
func IsNotAPI(err error) bool { return errors.Is(err, errNotAPI) }

// body is an answer as it is kept, compressed. Its size is known before it is
// unpacked, so that what an instance sends cannot take more memory than it is worth.
type body struct {
	packed []byte
	size   int64
	at     time.Time
}

// readBody reads an answer of at most limit bytes, packed and unpacked.
func readBody(response *http.Response, limit int64) (body, error) {
	if response.StatusCode == http.StatusNoContent {
		return body{at: time.Now()}, nil
	}
	var packed bytes.Buffer
	source := io.LimitReader(response.Body, limit+1)
	var size int64
	var err error
	switch encoding := response.Header.Get("Content-Encoding"); encoding {
	case "gzip":
		size, err = measure(io.TeeReader(source, &packed), limit)
	case "", "identity":
		size, err = pack(&packed, source)
	default:
		return body{}, fmt.Errorf("%w: its encoding is %.20q", errNotAPI, encoding)
	}
	if size > limit || int64(packed.Len()) > limit {
		return body{}, errTooLarge
	}
	return body{packed: packed.Bytes(), size: size, at: time.Now()}, err
}

// readAll reads a small answer of at most limit bytes, packed and unpacked.
func readAll(response *http.Response, limit int64) ([]byte, error) {
	b, err := readBody(response, limit)
	if err != nil {
		return nil, err
	}
	return b.unpack()
}

// measure counts what unpacks, one byte beyond limit at most.
func measure(packed io.Reader, limit int64) (int64, error) {
	unpacked, err := gzip.NewReader(packed)
	if err != nil {
		return 0, err
	}
	return io.Copy(io.Discard, io.LimitReader(unpacked, limit+1))
}

// pack compresses and counts.
func pack(packed io.Writer, source io.Reader) (int64, error) {
	compressor, err := gzip.NewWriterLevel(packed, gzip.BestSpeed)
	if err != nil {
		return 0, err
	}
	size, err := io.Copy(compressor, source)
	if err != nil {
		return size, err
	}
	return size, compressor.Close()
}

// isCorrupt reports whether what was read is no gzip, rather than cut off.
func isCorrupt(err error) bool {
	_, corrupt := errors.AsType[flate.CorruptInputError](err)
	return corrupt || errors.Is(err, gzip.ErrHeader) || errors.Is(err, gzip.ErrChecksum)
}

// decode fills value. The error is errNotAPI when the answer is something else.
func (b body) decode(value interface{ isAnswer() bool }) error {
	data, err := b.unpack()
	if err != nil {
		return fmt.Errorf("%w: %w", errNotAPI, err)
	}
	if err := json.Unmarshal(data, value); err != nil {
		return fmt.Errorf("%w: %w", errNotAPI, err)
	}
	if !value.isAnswer() {
		return fmt.Errorf("%w: it lacks what was asked for", errNotAPI)
	}
	return nil
}

func (b body) unpack() ([]byte, error) {
	unpacked, err := gzip.NewReader(bytes.NewReader(b.packed))
	if err != nil {
		return nil, err
	}
	data := make([]byte, b.size)
	if _, err := io.ReadFull(unpacked, data); err != nil {
		return nil, err
	}
	return data, nil
}
