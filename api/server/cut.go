package server

import (
	"crypto/sha256"
	"encoding/hex"
	"unicode/utf8"

	"github.com/runboard/runboard/api"
)

// How long texts may be, as the Testmo CLI cuts them: contract 6.6. The unit is
// that of the CLI, UTF-16 code units.
const (
	shortLimit = 750
	noteLimit  = 80
	longLimit  = 16_384
	keptEnds   = 8182 // Of a text that is cut in its middle, on either side.

	endMark    = "…"
	middleMark = "...\n\n[...]\n\n..."
)

// whole leaves a text to be cut later.
func whole(text string) string { return text }

func cutShort(text string) string { return cutEnd(text, shortLimit) }

func cutNote(text string) string { return cutEnd(text, noteLimit) }

func cutLong(text string) string { return cutEnd(text, longLimit) }

// cutMiddle keeps the beginning of a text, and the end, where failures are.
func cutMiddle(text string) string {
	if !isLonger(text, longLimit) {
		return text
	}
	return firstUnits(text, keptEnds) + middleMark + lastUnits(text, keptEnds)
}

// cutKey is a key that is too long as its SHA-256, which is what the CLI sends
// for any: one that was cut could become that of another test.
func cutKey(key string) string {
	if !isLonger(key, shortLimit) {
		return key
	}
	hash := sha256.Sum256([]byte(key))
	return hex.EncodeToString(hash[:])
}

// cutValue cuts the value of a field by its type: contract 2.9.
func cutValue(of api.FieldType, value string) string {
	switch of {
	case api.FieldHTML:
		return cutLong(value)
	case api.FieldText, api.FieldConsole:
		return cutMiddle(value)
	case api.FieldString, api.FieldURL:
		return cutShort(value)
	default:
		return value // It has been refused.
	}
}

func cutEnd(text string, limit int) string {
	if !isLonger(text, limit) {
		return text
	}
	return firstUnits(text, limit-1) + endMark
}

func isLonger(text string, limit int) bool {
	// No unit takes less than a byte.
	return len(text) > limit && len(firstUnits(text, limit)) < len(text)
}

// firstUnits is as much of the beginning as has at most so many units.
func firstUnits(text string, units int) string {
	for i, r := range text {
		if units -= unitsOf(r); units < 0 {
			return text[:i]
		}
	}
	return text
}

// lastUnits is as much of the end as has at most so many units.
func lastUnits(text string, units int) string {
	for end := len(text); end > 0; {
		r, size := utf8.DecodeLastRuneInString(text[:end])
		if units -= unitsOf(r); units < 0 {
			return text[end:]
		}
		end -= size
	}
	return text
}

func unitsOf(r rune) int {
	if r > 0xFFFF {
		return 2
	}
	return 1
}
