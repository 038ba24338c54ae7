package web

import (
	"bytes"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"time"

	"github.com/gorilla/sessions"
)

const (
	keySize    = 32 // Of the key that signs, and of the one that encrypts.
	sessionAge = 180 * 24 * time.Hour
)

// sessionKeys reads the two keys of the data folder, and makes them at the first start.
func sessionKeys(data string) ([]byte, error) {
	path := filepath.Join(data, "keys")
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return newSessionKeys(path)
	}
	if err != nil {
		return nil, fmt.Errorf("the session keys cannot be read: %w", err)
	}
	keys, err := hex.DecodeString(string(bytes.TrimSpace(text)))
	if err != nil || len(keys) != 2*keySize {
		return nil, fmt.Errorf("%s holds no session keys: remove it to have new ones made", path)
	}
	return keys, nil
}

func newSessionKeys(path string) ([]byte, error) {
	keys := make([]byte, 2*keySize)
	rand.Read(keys) // It never fails.
	if err := writeFile(path, []byte(hex.EncodeToString(keys)+"\n")); err != nil {
		return nil, fmt.Errorf("the session keys cannot be kept: %w", err)
	}
	return keys, nil
}

// sessionName is the name of the cookie. Browsers take __Host- only over https,
// with Secure, for the path /, and for this very host.
func sessionName(isSecure bool) string {
	if isSecure {
		return "__Host-runboard"
	}
	return "runboard"
}

// newSessions keeps what a reader prefers in a signed and encrypted cookie.
func newSessions(keys []byte, isSecure bool) *sessions.CookieStore {
	store := sessions.NewCookieStore(keys[:keySize], keys[keySize:])
	store.Options = &sessions.Options{Path: "/", HttpOnly: true, Secure: isSecure, SameSite: http.SameSiteLaxMode}
	// Sets the age that the signature is good for, too.
	store.MaxAge(int(sessionAge / time.Second))
	return store
}
