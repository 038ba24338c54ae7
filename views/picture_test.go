package views_test

import (
	"strconv"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"
	"github.com/a-h/templ"
	"github.com/stretchr/testify/require"

	"github.com/runboard/runboard/static"
	"github.com/runboard/runboard/views"
)

// widths are those of a bar's slices, from the left.
func widths(t *testing.T, c templ.Component) []int {
	t.Helper()
	doc, err := goquery.NewDocumentFromReader(strings.NewReader(render(t, c)))
	require.NoError(t, err)
	var found []int
	end := 0
	doc.Find("rect").Each(func(_ int, s *goquery.Selection) {
		require.Equal(t, strconv.Itoa(end), s.AttrOr("x", ""), "a slice begins where the one before it ends")
		width, err := strconv.Atoi(s.AttrOr("width", ""))
		require.NoError(t, err)
		found = append(found, width)
		end += width
	})
	return found
}

func TestBarShowsThinSlices(t *testing.T) {
	t.Parallel()
	thin := widths(t, views.CellBar(bar(1, 0, 2, 49997)))
	require.Len(t, thin, 3)
	require.GreaterOrEqual(t, thin[0], 12, "one failure of 50,000 is seen")
	require.Equal(t, 1000, thin[0]+thin[1]+thin[2], "the bar is full")
	require.Equal(t, []int{500, 500}, widths(t, views.CellBar(bar(10, 0, 0, 10))))
	require.Empty(t, widths(t, views.CellBar(views.Bar{Label: "No results"})))
}

func TestSpriteIsWhole(t *testing.T) {
	t.Parallel()
	if static.Icon("circle") == "" {
		t.Skip("static/vendor is empty; make assets fills it")
	}
	doc, err := goquery.NewDocumentFromReader(strings.NewReader(render(t, views.Sprite())))
	require.NoError(t, err)
	doc.Find("symbol").Each(func(_ int, s *goquery.Selection) {
		require.NotZero(t, s.Children().Length(), "symbol %q has no drawing", s.AttrOr("id", ""))
	})
}
