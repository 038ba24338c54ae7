package submit

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"strings"
)

// ErrOtherToken says that a spool was begun with another token than the one that
// it is to be resumed with: see Options.OtherToken.
var ErrOtherToken = errors.New("this submission was begun with another token, for which the server knows what it has taken already: " +
	"with this one, it could take something twice")

// mark tells whether two tokens are the same one, and nothing else about it: "salt-hash".
type mark string

func newMark(token string) mark { return markWith(newKey(), token) }

func markWith(salt, token string) mark {
	hash := hmac.New(sha256.New, []byte(salt))
	_, _ = hash.Write([]byte(token)) // It takes everything.
	return mark(salt + "-" + hex.EncodeToString(hash.Sum(nil)))
}

// isOf reports whether a token is the one that was marked; false for "".
func (m mark) isOf(token string) bool {
	salt, _, _ := strings.Cut(string(m), "-")
	return hmac.Equal([]byte(m), []byte(markWith(salt, token)))
}
