package server

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"strings"

	"github.com/runboard/runboard/api"
)

// once has what a call with a key does take place once: see api.WithOnce. sent
// is the body, unpacked, so that it is the same however it travels.
func (c *call) once(ctx context.Context, sent []byte) (context.Context, error) {
	key, err := c.key()
	if err != nil || key == "" {
		return ctx, err
	}
	hash := sha256.New()
	// Hashes take everything.
	_, _ = hash.Write([]byte(c.URL.Path + "\n"))
	_, _ = hash.Write(sent)
	return api.WithOnce(ctx, api.Once{Key: key, Request: hex.EncodeToString(hash.Sum(nil))}), nil
}

// key is the key of a call, or "".
func (c *call) key() (string, error) {
	keys := c.Header.Values(api.OnceHeader)
	if len(keys) == 0 {
		return "", nil
	}
	key := keys[0]
	isPlain := strings.IndexFunc(key, func(r rune) bool { return r <= ' ' || r > '~' }) < 0
	if len(keys) > 1 || key == "" || len(key) > api.MaxKey || !isPlain {
		return "", api.Refused("The header %s takes one key, of 1 to %d visible characters of ASCII.", api.OnceHeader, api.MaxKey)
	}
	return key, nil
}

// onceParameter describes the header.
func onceParameter() schema {
	return schema{
		"name": api.OnceHeader, "in": "header", "x-runboard": true,
		"description": "A key of the caller's choice. However often the same request arrives with it, it takes place once, and is answered equally.",
		"schema":      schema{"type": "string", "minLength": 1, "maxLength": api.MaxKey, "pattern": "^[!-~]+$"},
	}
}
