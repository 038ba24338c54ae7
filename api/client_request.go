package api

import (
	"bytes"
	"context"
	"fmt"
	"net/http"

	"github.com/klauspost/compress/gzip"
)

// packFrom is how many bytes a body has at least that is worth compressing.
const packFrom = 2 << 10

// newRequest is a request with all its headers.
func (c *Client) newRequest(ctx context.Context, method, target string, payload []byte) (*http.Request, error) {
	isPacked := c.options.Pack && c.runboard.Load() && len(payload) >= packFrom
	if isPacked {
		var err error
		if payload, err = packed(payload); err != nil {
			return nil, fmt.Errorf("compressing a request: %w", err)
		}
	}
	request, err := http.NewRequestWithContext(ctx, method, c.base+target, bytes.NewReader(payload))
	if err != nil {
		return nil, fmt.Errorf("addressing the instance: %w", err)
	}
	header := request.Header
	header.Set("Accept", "application/json")
	header.Set("Accept-Encoding", "gzip")
	header.Set("User-Agent", c.options.UserAgent)
	if method == http.MethodPost {
		header.Set("Content-Type", "application/json")
	}
	if isPacked {
		header.Set("Content-Encoding", "gzip")
	}
	// To net/http this header says that the request may be sent again, so others
	// than a Runboard must not get it.
	if once := OnceOf(ctx); once.Key != "" && c.runboard.Load() {
		header.Set(OnceHeader, once.Key)
	}
	if c.options.Token != "" {
		header.Set("Authorization", "Bearer "+c.options.Token)
	}
	return request, nil
}

func packed(payload []byte) ([]byte, error) {
	var small bytes.Buffer
	writer, err := gzip.NewWriterLevel(&small, gzip.BestSpeed)
	if err != nil {
		return nil, err
	}
	if _, err := writer.Write(payload); err != nil {
		return nil, err
	}
	err = writer.Close()
	return small.Bytes(), err
}
