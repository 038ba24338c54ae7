package views

import (
	"context"
	"io"
	"strconv"

	"github.com/a-h/templ"
)

// mark is a rectangle of a picture, in the colour of its tone or in the one
// that a custom status brings.
type mark struct {
	tone                Tone
	color               string
	x, y, width, height int
}

// marks draws rectangles. It is written by hand because a page has hundreds of
// them, and a template allocates several times for each of their attributes.
func marks(drawn ...mark) templ.Component {
	return templ.ComponentFunc(func(_ context.Context, w io.Writer) error {
		b := make([]byte, 0, 96*len(drawn))
		for _, m := range drawn {
			if c := color(m.color); c != "" {
				b = append(append(b, `<rect fill="`...), c...)
			} else {
				b = append(append(b, `<rect data-tone="`...), templ.EscapeString(string(m.tone))...)
			}
			b = strconv.AppendInt(append(b, `" x="`...), int64(m.x), 10)
			b = strconv.AppendInt(append(b, `" y="`...), int64(m.y), 10)
			b = strconv.AppendInt(append(b, `" width="`...), int64(m.width), 10)
			b = strconv.AppendInt(append(b, `" height="`...), int64(m.height), 10)
			b = append(b, `"></rect>`...)
		}
		_, err := w.Write(b)
		return err
	})
}

// color lets nothing but "#rrggbb" through.
func color(text string) string {
	if len(text) != 7 || text[0] != '#' {
		return ""
	}
	for _, c := range text[1:] {
		if (c < '0' || c > '9') && (c < 'a' || c > 'f') && (c < 'A' || c > 'F') {
			return ""
		}
	}
	return text
}
