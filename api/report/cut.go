package report

import (
	"strings"
	"unicode/utf8"
)

// How long texts may be: contract 6.6. The unit is that of the Testmo CLI,
// UTF-16 code units. Like it, and unlike the server, these leave no mark at an
// end; half a character, where it cuts one in two, is what servers read it as.
const (
	shortLimit = 750
	longLimit  = 16_384
	keptEnds   = 8182 // Of a text that is cut in its middle, on either side.

	half       = "\uFFFD"
	middleMark = "...\n\n[...]\n\n..."
)

func cutShort(text string) string { return firstUnits(text, shortLimit) }

func cutLong(text string) string { return firstUnits(text, longLimit) }

// cutMiddle keeps the beginning of a text, and the end, where failures are.
func cutMiddle(text string) string {
	if firstUnits(text, longLimit) == text {
		return text
	}
	return firstUnits(text, keptEnds) + middleMark + lastUnits(text, keptEnds)
}

// firstUnits are so many units of the beginning. They are a copy if they are not
// the whole: what was cut off must not stay in memory with them.
func firstUnits(text string, units int) string {
	if len(text) <= units {
		return text // No unit takes less than a byte.
	}
	for i, r := range text {
		switch units -= unitsOf(r); {
		case units == -1 && unitsOf(r) == 2:
			return text[:i] + half
		case units < 0:
			return strings.Clone(text[:i])
		}
	}
	return text
}

// lastUnits are so many units of the end.
func lastUnits(text string, units int) string {
	for end := len(text); end > 0; {
		r, size := utf8.DecodeLastRuneInString(text[:end])
		switch units -= unitsOf(r); {
		case units == -1 && unitsOf(r) == 2:
			return half + text[end:]
		case units < 0:
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

// shorten makes a text of a file fit into a message.
func shorten(text string) string {
	const limit = 80
	if first := firstUnits(text, limit); first != text {
		return first + "…"
	}
	return text
}
