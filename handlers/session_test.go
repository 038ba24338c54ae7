package handlers_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"
	"github.com/stretchr/testify/require"

	"github.com/runboard/runboard/handlers"
)

var formHeader = http.Header{"Content-Type": {"application/x-www-form-urlencoded"}}

// prefer submits the settings form and returns the cookie.
func (b *board) prefer(t *testing.T, form string) string {
	t.Helper()
	a := b.do(t, http.MethodPost, "/settings/preferences", form, formHeader)
	require.Equal(t, http.StatusSeeOther, a.StatusCode, a.text)
	require.Len(t, a.Cookies(), 1)
	return a.Cookies()[0].Name + "=" + a.Cookies()[0].Value
}

func TestPreferencesAreKept(t *testing.T) {
	t.Parallel()
	b := newBoard(t, nil)
	cookie := http.Header{"Cookie": {b.prefer(t, "theme=dark&zone=Asia/Tokyo&per_page=50")}}
	a := b.get(t, "/projects/1/runs", cookie)
	require.Equal(t, http.StatusSeeOther, a.StatusCode)
	require.Equal(t, "/projects/1/runs?per_page=50", a.location(), "an address to share names its rows")
	a = b.get(t, a.location(), cookie)
	require.Equal(t, 50, b.asked[0].PerPage)
	require.Equal(t, "dark", a.Find("html").AttrOr("data-theme", ""))
	require.Contains(t, words(a.Find("footer")), "Asia/Tokyo")
	require.Equal(t, 0, a.Find("body[data-keys]").Length(), "a box that is not ticked")
	require.Equal(t, "/projects/2/runs?per_page=50", a.href(t, "a:contains('Billing')"))
	require.Equal(t, "/projects/1/runs?page=2&per_page=50", sorted(a.href(t, "a[rel=next]")))
	require.Equal(t, "/projects/1/runs?per_page=25", a.href(t, "#per-page-25"))
	require.Equal(t, http.StatusOK, b.get(t, "/projects/1/runs?per_page=25", cookie).StatusCode, "the default can be asked for")
	require.Equal(t, "light", b.get(t, "/projects/1/runs?per_page=25&theme=light", cookie).Find("html").AttrOr("data-theme", ""))

	// The same address shows the same rows to someone without preferences.
	require.Equal(t, http.StatusOK, b.get(t, "/projects/1/runs?per_page=50", nil).StatusCode)
	require.Equal(t, 50, b.asked[len(b.asked)-1].PerPage)

	// A page is the same rows for everyone, also where its address names no number.
	for target, want := range map[string]string{
		"/projects/1/runs?page=2":             "/projects/1/runs?per_page=25&page=2",
		"/projects/1/runs?per_page=15&page=2": "",
		"/projects/1/runs?status=3":           "/projects/1/runs?status=3&per_page=50",
	} {
		require.Equal(t, want, b.get(t, target, cookie).location(), target)
	}

	// The browser's zone counts only for who has chosen none, and changes nothing else.
	with := formHeader.Clone()
	with["Cookie"] = cookie["Cookie"]
	a = b.do(t, http.MethodPost, "/settings/preferences", "browser_zone=Europe/Paris", with)
	require.Equal(t, http.StatusSeeOther, a.StatusCode)
	again := http.Header{"Cookie": {a.Cookies()[0].Name + "=" + a.Cookies()[0].Value}}
	require.Contains(t, words(b.get(t, "/projects/1/sources", again).Find("footer")), "Asia/Tokyo")
	told := http.Header{"Cookie": {b.prefer(t, "browser_zone=Europe/Paris")}}
	page := b.get(t, "/projects/1/sources", told)
	require.Contains(t, words(page.Find("footer")), "Europe/Paris")
	require.Equal(t, 1, page.Find("body[data-keys]").Length())
}

// sorted orders the parameters of an address.
func sorted(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return address
	}
	u.RawQuery = u.Query().Encode()
	return u.String()
}

func TestEveryZoneOfTheSettingsIsKnown(t *testing.T) {
	t.Parallel()
	b := newBoard(t, nil)
	zones := b.get(t, "/projects/1/runs", nil).Find("select[name=zone] option")
	require.Greater(t, zones.Length(), 50)
	zones.Each(func(_ int, option *goquery.Selection) {
		_, err := time.LoadLocation(option.AttrOr("value", "none"))
		require.NoError(t, err, words(option))
	})
	// One that is not among the usual ones is there for who has chosen it.
	chosen := http.Header{"Cookie": {b.prefer(t, "theme=auto&zone=Indian/Maldives")}}
	require.Equal(t, "Indian/Maldives", words(b.get(t, "/projects/1/runs", chosen).Find("select[name=zone] option[selected]")))
	chosen = http.Header{"Cookie": {b.prefer(t, "theme=auto&zone=&keys=on")}}
	page := b.get(t, "/projects/1/runs", chosen)
	require.Equal(t, "As the browser", words(page.Find("select[name=zone] option[selected]")))
	require.Equal(t, 1, page.Find("body[data-keys]").Length())
}

func TestBadCookieIsANewSession(t *testing.T) {
	t.Parallel()
	other := newBoard(t, nil)
	b := newBoard(t, func(_ *fake, o *handlers.Options) { o.SessionName = "runboard" })
	for _, cookie := range []string{"runboard=junk", "runboard=", other.prefer(t, "theme=dark")[:40]} {
		header := http.Header{"Cookie": {cookie}}
		require.Equal(t, http.StatusOK, b.get(t, "/projects/1/runs", header).StatusCode, cookie)
		header.Set("Content-Type", formHeader.Get("Content-Type"))
		require.Equal(t, http.StatusSeeOther, b.do(t, http.MethodPost, "/settings/preferences", "theme=dark", header).StatusCode, cookie)
	}
}

func TestPreferencesTakeKnownValuesOnly(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name, body string
		header     http.Header
		status     int
	}{
		{"theme", "theme=pink", formHeader, http.StatusUnprocessableEntity},
		{"zone", "zone=Mars/Olympus", formHeader, http.StatusUnprocessableEntity},
		{"local zone", "zone=Local", formHeader, http.StatusUnprocessableEntity},
		{"path as zone", "browser_zone=../../../etc/passwd", formHeader, http.StatusUnprocessableEntity},
		{"rows", "per_page=10000", formHeader, http.StatusUnprocessableEntity},
		{"keys", "keys=maybe", formHeader, http.StatusUnprocessableEntity},
		{"escape", "theme=%zz", formHeader, http.StatusBadRequest},
		{"twice", "theme=dark&theme=light", formHeader, http.StatusBadRequest},
		{"JSON", `{"theme":"dark"}`, http.Header{"Content-Type": {"application/json"}}, http.StatusBadRequest},
		{"large", "theme=" + strings.Repeat("x", 5000), formHeader, http.StatusRequestEntityTooLarge},
	} {
		a := newBoard(t, nil).do(t, http.MethodPost, "/settings/preferences", tt.body, tt.header)
		require.Equal(t, tt.status, a.StatusCode, tt.name)
		require.Empty(t, a.Cookies(), tt.name)
		require.NotEmpty(t, words(a.Find("[data-message]")), tt.name)
	}
}

func TestBackLeadsNowhereElse(t *testing.T) {
	t.Parallel()
	b := newBoard(t, nil)
	for back, want := range map[string]string{
		"/projects/1/runs?q=a%26b&page=2": "/projects/1/runs?q=a%26b&page=2",
		"":                                "/",
		"//evil.example":                  "/",
		"///evil.example":                 "/",
		`/\evil.example`:                  "/",
		`\\evil.example`:                  "/",
		"/%5cevil.example":                "/",
		"/%2f/evil.example":               "/",
		"https://evil.example/":           "/",
		"https:evil.example":              "/",
		"javascript:alert(1)":             "/",
		"/\t/evil.example":                "/",
		"evil.example":                    "/",
		"/a\r\nSet-Cookie: x=y":           "/",
	} {
		a := b.do(t, http.MethodPost, "/settings/preferences", "theme=dark&back="+url.QueryEscape(back), formHeader)
		require.Equal(t, http.StatusSeeOther, a.StatusCode, back)
		require.Equal(t, want, a.location(), back)
	}
}
