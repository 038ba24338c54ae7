package safe

import (
	"regexp"
	"strconv"
	"strings"
)

// Span is a stretch of a terminal's output in one style.
type Span struct {
	Text  string // As it was sent: control characters are to be made visible.
	Class string // Of "fg0" to "fg15", "bg0" to "bg15", "bold", "dim", "italic", "underline" and "struck"; "" for none.
}

// colours match the escape sequences that set colours and styles, whose only
// content is numbers.
var colours = regexp.MustCompile("\x1b" + `\[([0-9;:]*)m`)

// Console splits the output of a terminal at its changes of colour. Every other
// escape sequence stays in the text. Colours beyond the sixteen of a terminal
// become the one of them that comes near.
func Console(raw string) []Span {
	var spans []Span
	var current style
	add := func(text string) {
		if text != "" {
			spans = append(spans, Span{Text: text, Class: current.class()})
		}
	}
	end := 0
	for _, at := range colours.FindAllStringSubmatchIndex(raw, -1) {
		add(raw[end:at[0]])
		current.apply(raw[at[2]:at[3]])
		end = at[1]
	}
	add(raw[end:])
	return spans
}

// Plain is the output of a terminal without its colours.
func Plain(raw string) string { return colours.ReplaceAllString(raw, "") }

// style is how a terminal writes at the moment. Colours count from 1; 0 is none.
type style struct {
	foreground, background               int
	bold, dim, italic, underline, struck bool
}

func (s *style) class() string {
	var classes []string
	for _, c := range []struct {
		name string
		on   bool
	}{
		{"fg" + strconv.Itoa(s.foreground-1), s.foreground > 0},
		{"bg" + strconv.Itoa(s.background-1), s.background > 0},
		{"bold", s.bold},
		{"dim", s.dim},
		{"italic", s.italic},
		{"underline", s.underline},
		{"struck", s.struck},
	} {
		if c.on {
			classes = append(classes, c.name)
		}
	}
	return strings.Join(classes, " ")
}

// apply follows the numbers of one escape sequence; "" is a reset, and unknown
// numbers change nothing.
func (s *style) apply(parameters string) {
	var codes []int
	for text := range strings.SplitSeq(strings.ReplaceAll(parameters, ":", ";"), ";") {
		code, err := strconv.Atoi(text)
		if err != nil && text != "" {
			return // A number that no terminal knows.
		}
		codes = append(codes, code)
	}
	for len(codes) > 0 {
		code := codes[0]
		codes = codes[1:]
		if code == 38 || code == 48 {
			var colour int
			if colour, codes = extended(codes); code == 38 {
				s.foreground = colour
			} else {
				s.background = colour
			}
			continue
		}
		s.set(code)
	}
}

func (s *style) set(code int) {
	switch code {
	case 0:
		*s = style{}
	case 1:
		s.bold = true
	case 2:
		s.dim = true
	case 3:
		s.italic = true
	case 4:
		s.underline = true
	case 9:
		s.struck = true
	case 22:
		s.bold, s.dim = false, false
	case 23:
		s.italic = false
	case 24:
		s.underline = false
	case 29:
		s.struck = false
	case 39:
		s.foreground = 0
	case 49:
		s.background = 0
	}
	for _, range16 := range []struct {
		first, colour int
		of            *int
	}{{30, 1, &s.foreground}, {90, 9, &s.foreground}, {40, 1, &s.background}, {100, 9, &s.background}} {
		if code >= range16.first && code < range16.first+8 {
			*range16.of = range16.colour + code - range16.first
		}
	}
}

// extended reads a colour of 256 ("5;n") or of three channels ("2;r;g;b"), and
// says which numbers come after it. What cannot be read is no colour.
func extended(codes []int) (colour int, rest []int) {
	switch {
	case len(codes) >= 2 && codes[0] == 5:
		return ofPalette(codes[1]), codes[2:]
	case len(codes) >= 4 && codes[0] == 2:
		return nearest(codes[1], codes[2], codes[3]), codes[4:]
	default:
		return 0, nil
	}
}

// ofPalette is a colour of the 256: sixteen, a cube of six levels a channel,
// and 24 greys.
func ofPalette(n int) int {
	switch {
	case n < 0 || n > 255:
		return 0
	case n < 16:
		return n + 1
	case n < 232:
		n -= 16
		return nearest(n/36*51, n/6%6*51, n%6*51)
	default:
		grey := (n-232)*10 + 8
		return nearest(grey, grey, grey)
	}
}

// nearest is the one of the sixteen colours with the same strong channels.
func nearest(red, green, blue int) int {
	strongest := max(red, green, blue)
	colour := 1
	for bit, channel := range []int{red, green, blue} {
		if strongest > 0 && channel*2 > strongest {
			colour += 1 << bit
		}
	}
	switch {
	case colour == 8 && strongest < 96, strongest < 48:
		return 1
	case colour == 8 && strongest < 160:
		return 9 // Grey is the bright black.
	case strongest > 200:
		return colour + 8
	default:
		return colour
	}
}
