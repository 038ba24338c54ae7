package views

import (
	"strings"
	"unicode"
)

// Visible replaces what a text of a client's could hide or turn around with
// (control characters, invisible ones, directional marks) by visible signs.
func Visible(s string) string { return reveal(s, invisible) }

// noName stands for a name of which nothing can be seen.
const noName = "(no name)"

// named is Visible for the name of something.
func named(s string) string {
	if isBlank(s) {
		return noName
	}
	return Visible(s)
}

// isBlank reports whether there is nothing to see.
func isBlank(s string) bool {
	return !strings.ContainsFunc(Visible(s), func(r rune) bool {
		switch r {
		case '\u200c', '\u200d', '\u2800', '\u115f', '\u1160', '\u3164', '\uffa0': // Joiners, an empty Braille cell, Hangul fillers.
			return false
		default:
			return !unicode.IsSpace(r)
		}
	})
}

// afterName is a sentence about something as it goes on after its name; "" for
// one that is whole without it.
func afterName(sentence string) string {
	switch verb, rest, _ := strings.Cut(sentence, " "); verb {
	case "Must", "May", "Has", "Is":
		return " " + strings.ToLower(verb) + " " + rest
	default:
		return ""
	}
}

// VisibleLines is Visible for a text of several lines, which keeps its line
// breaks and tabs.
func VisibleLines(s string) string {
	return reveal(strings.ReplaceAll(s, "\r\n", "\n"), func(r rune) bool { return r != '\n' && r != '\t' && invisible(r) })
}

func reveal(s string, hidden func(rune) bool) string {
	if !strings.ContainsFunc(s, hidden) {
		return s
	}
	return strings.Map(func(r rune) rune {
		switch {
		case !hidden(r):
			return r
		case r < ' ':
			return '\u2400' + r
		case r == 0x7f:
			return '\u2421'
		default:
			return '\ufffd'
		}
	}, s)
}

func invisible(r rune) bool {
	return unicode.IsControl(r) || unicode.Is(unicode.Cf, r) && r != '\u200d' && r != '\u200c'
}
