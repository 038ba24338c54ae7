package api

import "net/http"

// NewTransport is the transport of a Client without options.
func NewTransport() *http.Transport { return newTransport() }

// LimitKept changes how many bytes of former answers a client keeps.
func LimitKept(c *Client, limit int) { c.kept.limit = limit }
