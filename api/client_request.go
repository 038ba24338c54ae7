package api

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"sync"

	"github.com/klauspost/compress/gzip"
)

// packFrom is how many bytes a body has at least that is worth compressing.
const packFrom = 2 << 10

// newRequest is a request with all its headers.
func (c *Client) newRequest(ctx context.Context, method, target string, payload []byte) (*http.Request, error) {
	isPacked := c.options.Pack && c.runboard.Load() && len(payload) >= packFrom
	if isPacked {
		var err error
		if payload, err = c.packers.pack(payload); err != nil {
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

// packers compress what is sent. They are kept, because a new one takes a megabyte.
type packers struct{ pool sync.Pool }

func (p *packers) pack(payload []byte) ([]byte, error) {
	packer, ok := p.pool.Get().(*gzip.Writer)
	if !ok {
		var err error
		if packer, err = gzip.NewWriterLevel(nil, gzip.BestSpeed); err != nil {
			return nil, err
		}
	}
	defer p.pool.Put(packer)
	var small bytes.Buffer
	packer.Reset(&small)
	_, err := packer.Write(payload)
	err = errors.Join(err, packer.Close())
	return small.Bytes(), err
}
