package web

import (
	"maps"
	"net/http"
	"strings"
)

// securityHeaders sets, on every answer, what browsers may do with it.
func securityHeaders(ancestors []string, next http.Handler) http.Handler {
	headers := headerTable(ancestors)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		maps.Copy(w.Header(), headers)
		if strings.HasPrefix(r.URL.Path, "/static/") {
			// In a sandboxed frame the page is of no origin, and these are not its own.
			w.Header()["Cross-Origin-Resource-Policy"] = []string{"cross-origin"}
		}
		next.ServeHTTP(w, r)
	})
}

// headerTable is every header by its canonical name. Origins must be valid.
func headerTable(ancestors []string) http.Header {
	frames, resources := "'none'", "same-origin"
	if len(ancestors) > 0 {
		// A portal that isolates itself frames only what says that it may be.
		frames, resources = strings.Join(ancestors, " "), "cross-origin"
	}
	headers := http.Header{
		"Content-Security-Policy": {contentSecurityPolicy(frames)},
		"X-Content-Type-Options":  {"nosniff"},
		// With no-referrer, browsers would send "Origin: null" for our own forms.
		"Referrer-Policy":              {"same-origin"},
		"Permissions-Policy":           {"camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()"},
		"Cross-Origin-Opener-Policy":   {"same-origin"},
		"Cross-Origin-Resource-Policy": {resources},
	}
	if len(ancestors) == 0 {
		headers["X-Frame-Options"] = []string{"DENY"}
	}
	return headers
}

// contentSecurityPolicy lets a page use what this server serves, and nothing
// inline. Only htmx may turn text into markup.
func contentSecurityPolicy(frameAncestors string) string {
	return strings.Join([]string{
		"default-src 'none'", "script-src 'self'", "style-src 'self'", "img-src 'self' data:", "font-src 'self'",
		"connect-src 'self'", "form-action 'self'", "object-src 'none'", "base-uri 'none'",
		"frame-ancestors " + frameAncestors, "require-trusted-types-for 'script'", "trusted-types htmx",
	}, "; ")
}
