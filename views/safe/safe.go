// Package safe makes what clients sent fit for a page: addresses, markup, lists
// of steps and the output of terminals. What it cannot vouch for becomes text.
// It must not import anything of ours, so that every view can use it.
package safe

import (
	"net/url"
	"strings"
	"unicode"
)

// maxURL is how many bytes an address may have to become a link.
const maxURL = 2048

// External reports whether an address may become a link, and how the link
// spells it: http or https to a host, without credentials, of at most 2,048
// bytes. Anything else is to be shown as the text that it is.
func External(raw string) (href string, ok bool) {
	if len(raw) > maxURL || strings.ContainsFunc(raw, misleads) {
		return "", false
	}
	u, err := url.Parse(raw)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Hostname() == "" || u.User != nil {
		return "", false
	}
	href = u.String()
	return href, len(href) <= maxURL
}

// misleads reports what browsers drop from an address, read as something else,
// or do not show. No address needs it.
func misleads(r rune) bool {
	return r == '\\' || r == unicode.ReplacementChar || unicode.IsSpace(r) || unicode.IsControl(r) || unicode.Is(unicode.Cf, r)
}
