package views_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/runboard/runboard/views"
)

func TestNamesThatShowNothing(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"", "  ", "\u00a0\u3000", "\u200d\u2800"} {
		page := render(t, views.LinkText(views.Link{Text: text, Href: "/runs/1"}))
		require.Equal(t, `<a href="/runs/1"><span class="quiet">(no name)</span></a>`, page, "%q can be clicked", text)
	}
	require.Contains(t, render(t, views.Name("\x00")), "␀")
}

func TestVisible(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ name, text, want string }{
		{"plain", "Checkout e2e · nightly", "Checkout e2e · nightly"},
		{"right to left", arabicText, arabicText},
		{"emoji of several runes", "👩‍🔬 lab", "👩‍🔬 lab"},
		{"control characters", "a\x00b\x1b[31m\tc\x7f", "a␀b␛[31m␉c␡"},
		{"directional marks", "\u202etxt.exe\u2066", "\ufffdtxt.exe\ufffd"},
		{"soft hyphen and byte order mark", "a\u00adb\ufeff", "a\ufffdb\ufffd"},
		{"next line of C1", "a\u0085b", "a\ufffdb"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			require.Equal(t, test.want, views.Visible(test.text))
		})
	}
}
