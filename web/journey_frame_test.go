package web_test

import (
	"html/template"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/target"
	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"

	"github.com/runboard/runboard/web"
)

// portal is a page of another site, which frames what it is asked to.
var portal = template.Must(template.New("portal").Parse(`<!DOCTYPE html><html lang="en"><title>Intranet</title><h1>Intranet</h1>
<iframe title="Runs" width="1200" height="700" src="{{.src}}" {{if .sandbox}}sandbox="{{.sandbox}}"{{end}}></iframe>`))

// openPortal is a portal and a board that lets it frame its pages, unless it is
// a stranger.
func openPortal(t *testing.T, isStranger bool) (origin string, b *board) {
	t.Helper()
	server := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		query := r.URL.Query()
		_ = portal.Execute(w, map[string]string{"src": query.Get("src"), "sandbox": query.Get("sandbox")})
	}))
	t.Cleanup(server.Close)
	// Another host, so that it is another site too.
	origin = strings.Replace(server.URL, "127.0.0.1", "localhost", 1)
	b = startFilled(t, func(c *web.Config) {
		c.SelfSigned, c.EmbedAncestors = true, []string{origin}
		if isStranger {
			c.EmbedAncestors = []string{"https://wiki.example.com"}
		}
	}, nil)
	return origin, b
}

// frame opens a path of the board in the portal, and is the tab within the tab.
func (b *tab) frame(board *board, path, sandbox string) *tab {
	b.t.Helper()
	b.expect("request to another origin: " + board.URL())
	query := template.URLQueryEscaper(board.URL() + path)
	b.open("/?src=" + query + "&sandbox=" + template.URLQueryEscaper(sandbox))
	var found target.ID
	b.eventually(func() bool {
		infos, err := chromedp.Targets(b.ctx)
		for _, info := range infos {
			if info.Type == "iframe" && strings.HasPrefix(info.URL, board.URL()) {
				found = info.TargetID
			}
		}
		return err == nil && found != ""
	})
	require.NotEmpty(b.t, found, "the portal shows no frame")
	return attach(b.ctx, b.t, board.URL(), chromedp.WithTargetID(found), chromedp.WithDetachOnCancel())
}

func TestFramedByPortal(t *testing.T) {
	t.Parallel()

	origin, b := openPortal(t, false)
	page := openTab(t, origin, reader{width: 1280, height: 800})
	frame := page.frame(b, runs+"?embed=1", "")
	frame.at(runs + "?embed=1")
	require.Equal(t, 25, js[int](frame, `document.querySelectorAll("#runs [data-run-id]").length`))
	require.Zero(t, js[int](frame, `document.querySelectorAll(".masthead").length`), "the portal has a navigation of its own")
	page.screenshot("framed")
	js[bool](frame, `(document.querySelector("#status-2").click(), true)`)
	frame.at(runs + "?status=3&embed=1")
	require.Equal(t, []string{"Failure"}, js[[]string](frame, `[...new Set([...document.querySelectorAll("#runs .mark")].map((mark) => mark.textContent.trim()))]`))
	js[bool](frame, `(document.querySelector("#page-2").click(), true)`)
	frame.at(runs + "?status=3&per_page=25&page=2&embed=1")

	require.Equal(t, "_blank", js[string](frame, `document.querySelector("base").target`))
	opened := page.opens(func() { js[bool](frame, `(document.querySelector("a[data-row]").click(), true)`) })
	require.Regexp(t, "^"+b.URL()+`/runs/\d+\?embed=1$`, opened, "other pages open in a tab of their own")
	frame.at(runs + "?status=3&per_page=25&page=2&embed=1")
}

// opens waits for the tab that doing something opens, and is its address.
func (b *tab) opens(do func()) string {
	b.t.Helper()
	known := map[target.ID]bool{}
	look := func() (opened *target.Info) {
		infos, err := chromedp.Targets(b.ctx)
		require.NoError(b.t, err)
		for _, info := range infos {
			if info.Type == "page" && !known[info.TargetID] && info.BrowserContextID == chromedp.FromContext(b.ctx).BrowserContextID {
				opened = info
			}
		}
		return opened
	}
	for info := look(); info != nil; info = look() {
		known[info.TargetID] = true
	}
	do()
	var opened *target.Info
	b.eventually(func() bool {
		opened = look()
		return opened != nil && opened.URL != "" && opened.URL != "about:blank"
	})
	require.NotNil(b.t, opened, "no tab opens")
	return opened.URL
}

func TestStrangersMayNotFrame(t *testing.T) {
	t.Parallel()

	origin, b := openPortal(t, true)
	page := openTab(t, origin, reader{})
	page.expect("frame-ancestors https://wiki.example.com")
	frame := page.frame(b, runs+"?embed=1", "")
	require.True(t, page.eventually(func() bool { return page.reported("frame-ancestors") }), "the browser says why")
	require.Zero(t, js[int](frame, `document.querySelectorAll("#runs").length`))
}

// In a sandbox the page is of no origin and can fetch nothing, so its links have
// to be ordinary ones. QUALITY W8.
func TestFramedInSandbox(t *testing.T) {
	t.Parallel()

	for name, sandbox := range map[string]string{
		"scripts": "allow-scripts allow-popups", "forms": "allow-scripts allow-forms allow-popups", "nothing": "allow-popups allow-forms",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			origin, b := openPortal(t, false)
			page := openTab(t, origin, reader{})
			page.expect("'allow-scripts' permission is not set")
			frame := page.frame(b, runs+"?embed=1", sandbox)
			frame.expect("'allow-scripts' permission is not set")
			frame.at(runs + "?embed=1")
			require.Equal(t, "null", js[string](frame, "self.origin"))
			for _, step := range []struct{ click, want string }{
				{"#status-2", runs + "?status=3&embed=1"},
				{"#sort-total", runs + "?status=3&sort=automation_runs:total_count&embed=1"},
				{"#page-2", runs + "?status=3&sort=automation_runs:total_count&per_page=25&page=2&embed=1"},
				{"#reset", runs + "?sort=automation_runs:total_count&embed=1"},
			} {
				js[bool](frame, `(document.querySelector(`+quote(step.click)+`).click(), true)`)
				frame.at(step.want)
			}
			opened := page.opens(func() { js[bool](frame, `(document.querySelector("a[data-row]").click(), true)`) })
			require.True(t, strings.HasPrefix(opened, b.URL()+"/runs/"), opened)
		})
	}
}
