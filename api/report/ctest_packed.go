package report

import (
	"bytes"
	"compress/gzip"
	"compress/zlib"
	"encoding/base64"
	"errors"
	"io"
)

const (
	maxCTestPacked   = 4 << 20  // Of a value in base64, in bytes. CTest itself cuts what tests print.
	maxCTestUnpacked = 64 << 20 // Of the same, unpacked.
)

// ctestPacked is a value in base64.
type ctestPacked struct {
	digits []byte
	cut    bool
}

// write takes the next piece of it.
func (p *ctestPacked) write(piece []byte) {
	for _, b := range piece {
		switch {
		case b == '=' || b <= ' ': // CTest pads too much.
		case len(p.digits) == maxCTestPacked:
			p.cut = true
			return
		default:
			p.digits = append(p.digits, b)
		}
	}
}

// unpack is the text, as far as it can be read. CTest calls zlib's form gzip.
func (p *ctestPacked) unpack(isCompressed bool) (string, error) {
	if len(p.digits)%4 == 1 {
		p.digits = p.digits[:len(p.digits)-1] // It stands for nothing.
	}
	data := make([]byte, base64.RawStdEncoding.DecodedLen(len(p.digits)))
	n, err := base64.RawStdEncoding.Decode(data, p.digits)
	data = data[:n]
	if err != nil || !isCompressed {
		return cleaned(data), err
	}
	var from io.Reader
	if bytes.HasPrefix(data, []byte("\x1f\x8b")) {
		from, err = gzip.NewReader(bytes.NewReader(data))
	} else {
		from, err = zlib.NewReader(bytes.NewReader(data))
	}
	if err != nil {
		return "", err
	}
	var text longText
	_, err = io.Copy(pieceWriter{text.write}, io.LimitReader(from, maxCTestUnpacked))
	if p.cut {
		err = errors.New("it is too long")
	}
	return cleaned([]byte(text.String())), err
}

// pieceWriter hands on what is written.
type pieceWriter struct{ to func(piece []byte) }

func (w pieceWriter) Write(piece []byte) (int, error) {
	w.to(piece)
	return len(piece), nil
}
