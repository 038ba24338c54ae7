package web_test

import (
	"encoding/json"
	"net/http"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/runboard/runboard/static"
	"github.com/runboard/runboard/web"
)

const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; " +
	"form-action 'self'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types htmx"

// routes are all that the server has, as requests: the pages as their source
// lists them, the API as its description does, and the rest by hand.
func (b *board) routes() []string {
	b.t.Helper()
	routes := []string{
		"GET " + static.Path("app.css"), "GET " + static.Path("app.js"), "GET /static/none.js", "POST /static/none.js",
		"GET /healthz", "GET /readyz", "DELETE /healthz", "GET /none", "DELETE /projects/1/runs", "GET /api/none", "GET /api/v1/none", "GET /runs/x",
		"GET /projects/1/runs?status=x", "GET /projects/1/runs?" + strings.Repeat("x", 9000), "GET /api/v1/user?" + strings.Repeat("x", 9000),
		"GET /../etc", "OPTIONS /", "OPTIONS /api/v1/user",
	}
	source, err := os.ReadFile("../handlers/handlers.go")
	require.NoError(b.t, err)
	pages := regexp.MustCompile(`"(GET|POST) (/[^"]*)"`).FindAllStringSubmatch(string(source), -1)
	require.NotEmpty(b.t, pages)
	for _, page := range pages {
		routes = append(routes, page[1]+" "+strings.ReplaceAll(page[2], "{$}", ""))
	}
	var description struct{ Paths map[string]map[string]any }
	require.NoError(b.t, json.Unmarshal([]byte(b.get("/api/v1/openapi.json").body), &description))
	require.NotEmpty(b.t, description.Paths)
	for path, methods := range description.Paths {
		if !strings.HasPrefix(path, "/api/v1") {
			path = "/api/v1" + path
		}
		for method := range methods {
			if method = strings.ToUpper(method); http.MethodGet == method || http.MethodPost == method {
				routes = append(routes, method+" "+path)
			}
		}
	}
	for i := range routes {
		routes[i] = regexp.MustCompile(`\{[a-z_]+\}`).ReplaceAllString(routes[i], "1")
	}
	return routes
}

// QUALITY W1.
func TestEveryRouteCarriesTheHeaders(t *testing.T) {
	t.Parallel()

	b := start(t, nil, nil)
	b.submit("First run")
	routes := b.routes()
	t.Logf("%d routes", len(routes))
	for _, route := range routes {
		method, path, _ := strings.Cut(route, " ")
		answer := b.send(method, path, "")
		require.Less(t, answer.StatusCode, 500, route)
		for name, want := range map[string]string{
			"Content-Security-Policy": policy, "X-Content-Type-Options": "nosniff", "Referrer-Policy": "same-origin",
			"X-Frame-Options": "DENY", "Cross-Origin-Opener-Policy": "same-origin",
		} {
			require.Equal(t, []string{want}, answer.Header.Values(name), "%s of %s", name, route)
		}
		for _, name := range []string{"Permissions-Policy", "Cross-Origin-Resource-Policy", "X-Request-Id"} {
			require.NotEmpty(t, answer.Header.Get(name), "%s of %s", name, route)
		}
	}
}

func TestEmbedAncestorsMayFrameThePages(t *testing.T) {
	t.Parallel()

	b := start(t, func(c *web.Config) {
		c.EmbedAncestors = []string{"https://wiki.example.com", "https://portal.example.com:8443"}
	}, nil)
	answer := b.get("/projects/1/runs")
	require.Contains(t, answer.Header.Get("Content-Security-Policy"), "; frame-ancestors https://wiki.example.com https://portal.example.com:8443; ")
	require.Empty(t, answer.Header.Values("X-Frame-Options"))
	require.Equal(t, "cross-origin", answer.Header.Get("Cross-Origin-Resource-Policy"))
}

// QUALITY W6.
func TestSessionCookies(t *testing.T) {
	t.Parallel()

	for name, test := range map[string]struct {
		change func(*web.Config)
		want   string
	}{
		"http on this machine": {nil, "runboard=VALUE; Path=/; Expires=DATE; Max-Age=15552000; HttpOnly; SameSite=Lax"},
		"https": {
			func(c *web.Config) { c.SelfSigned = true },
			"__Host-runboard=VALUE; Path=/; Expires=DATE; Max-Age=15552000; HttpOnly; Secure; SameSite=Lax",
		},
		"https by a proxy": {
			func(c *web.Config) { c.BaseURL = "https://board.example.com" },
			"__Host-runboard=VALUE; Path=/; Expires=DATE; Max-Age=15552000; HttpOnly; Secure; SameSite=Lax",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			b := start(t, test.change, nil)
			answer := b.send(http.MethodPost, "/settings/preferences", "theme=dark&back=/")
			require.Equal(t, http.StatusSeeOther, answer.StatusCode, answer.body)
			lines := answer.Header.Values("Set-Cookie")
			require.Len(t, lines, 1)
			line := regexp.MustCompile(`^([^=]+)=[^;]+`).ReplaceAllString(lines[0], "$1=VALUE")
			require.Equal(t, test.want, regexp.MustCompile(`Expires=[^;]+`).ReplaceAllString(line, "Expires=DATE"))
			require.Empty(t, b.get("/").Header.Values("Set-Cookie"), "reading sets no cookie")
		})
	}
}

func TestSessionsOutliveARestart(t *testing.T) {
	t.Parallel()

	data := t.TempDir()
	inData := func(c *web.Config) { c.Data = data }
	first := start(t, inData, nil)
	cookie := first.send(http.MethodPost, "/settings/preferences", "theme=dark&back=/").Cookies()[0]
	first.stop()
	first.wait()

	info, err := os.Stat(data + "/keys")
	require.NoError(t, err)
	require.Equal(t, os.FileMode(0o600), info.Mode().Perm())
	second := start(t, inData, nil)
	require.Contains(t, second.get("/projects/1/runs", "Cookie", cookie.Name+"="+cookie.Value).body, `data-theme="dark"`)
	require.Equal(t, http.StatusOK, second.get("/projects/1/runs", "Cookie", cookie.Name+"=forged").StatusCode)
}

// QUALITY W7.
func TestOtherOriginsCannotChangeAnything(t *testing.T) {
	t.Parallel()

	b := start(t, nil, nil)
	own := b.URL()
	for name, test := range map[string]struct {
		headers []string
		want    int
	}{
		"own page":                        {[]string{"Sec-Fetch-Site", "same-origin", "Origin", own}, http.StatusSeeOther},
		"typed address":                   {[]string{"Sec-Fetch-Site", "none"}, http.StatusSeeOther},
		"older browser, own page":         {[]string{"Origin", own}, http.StatusSeeOther},
		"no browser":                      {nil, http.StatusSeeOther},
		"other site":                      {[]string{"Sec-Fetch-Site", "cross-site", "Origin", "https://evil.example"}, http.StatusForbidden},
		"sibling":                         {[]string{"Sec-Fetch-Site", "same-site", "Origin", "https://other.example"}, http.StatusForbidden},
		"older browser, other site":       {[]string{"Origin", "https://evil.example"}, http.StatusForbidden},
		"older browser, sandboxed":        {[]string{"Origin", "null"}, http.StatusForbidden},
		"other site that names our own":   {[]string{"Sec-Fetch-Site", "cross-site", "Origin", "http://localhost"}, http.StatusForbidden},
		"same host on another port":       {[]string{"Origin", "http://127.0.0.1:1"}, http.StatusForbidden},
		"other site, forwarded as if own": {[]string{"Origin", "https://evil.example", "X-Forwarded-Host", "evil.example"}, http.StatusForbidden},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			answer := b.send(http.MethodPost, "/settings/preferences", "theme=dark&back=/", test.headers...)
			require.Equal(t, test.want, answer.StatusCode)
			require.Equal(t, test.want == http.StatusSeeOther, len(answer.Cookies()) == 1, "nothing is saved unless it is allowed")
		})
	}
}

// QUALITY W22.
func TestForwardedHeadersAreIgnored(t *testing.T) {
	t.Parallel()

	b := start(t, func(c *web.Config) { c.BaseURL = "http://board.example.com" }, nil)
	spoofed := []string{
		"X-Forwarded-Host", "evil.example", "X-Forwarded-Proto", "https", "X-Forwarded-For", "10.0.0.1",
		"Forwarded", "host=evil.example;proto=https", "X-Request-Id", "evil", "Host", "evil.example",
	}
	for _, path := range []string{"/projects/1/runs", "/", "/none"} {
		answer := b.get(path, spoofed...)
		require.NotContains(t, answer.body, "evil")
		require.NotContains(t, strings.Join(answer.Header.Values("Location"), ""), "evil")
		require.NotContains(t, answer.Header.Get("X-Request-Id"), "evil")
	}
	require.Contains(t, b.get("/projects/1/runs", spoofed...).body, "http://board.example.com", "links are of the configured address")
	require.Empty(t, b.log.lines("evil"))
}

// A name that leads to this machine is not a name of this board.
func TestPrivateBoardHasNoOtherHost(t *testing.T) {
	t.Parallel()

	private := start(t, nil, nil)
	for host, want := range map[string]int{
		"127.0.0.1": 200, "127.0.0.1:1": 200, "127.0.0.2:8080": 200, "[::1]:8080": 200, "[::1]": 200, "localhost": 200, "LocalHost:80": 200,
		"evil.example": 421, "evil.example:8080": 421, "127.0.0.1.evil.example": 421, "localhost.evil.example": 421, "10.0.0.1": 421, "0.0.0.0": 421,
	} {
		for _, path := range []string{"/projects/1/runs", "/api/v1/openapi.json", "/healthz"} {
			answer := private.get(path, "Host", host)
			require.Equal(t, want, answer.StatusCode, "%s of %s", path, host)
			if want == http.StatusMisdirectedRequest {
				require.Contains(t, answer.body, "127.0.0.1 and localhost only")
				require.NotEmpty(t, answer.Header.Get("Content-Security-Policy"))
			}
		}
	}
	for name, change := range map[string]func(*web.Config){
		"behind a proxy": func(c *web.Config) { c.BaseURL = "https://board.example.com" },
		"for everyone":   func(c *web.Config) { c.Listen, c.Access = "0.0.0.0:0", web.AccessOpen },
	} {
		require.Equal(t, http.StatusOK, start(t, change, nil).get("/projects/1/runs", "Host", "board.example.com").StatusCode, name)
	}
}
