package web_test

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/cdproto/inspector"
	cdplog "github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
	"github.com/stretchr/testify/require"
)

// patience is how long a page may take to settle before a test gives up; what
// is waited for usually takes milliseconds.
const patience = 30 * time.Second

// browser is the Chromium that every tab is of. It starts with the first tab.
var browser process

type process struct {
	once sync.Once
	ctx  context.Context // chromedp's handle of it.
	stop func()
	err  error
}

// start runs the program of a path.
func (p *process) start(path string) {
	opts := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(path), chromedp.NoSandbox, chromedp.DisableGPU, chromedp.IgnoreCertErrors,
		chromedp.Flag("disable-quic", true), chromedp.Flag("disable-background-networking", true),
		chromedp.Flag("disable-component-update", true), chromedp.Flag("disable-sync", true),
	)
	allocator, stop := chromedp.NewExecAllocator(context.Background(), opts...)
	ctx, closeBrowser := chromedp.NewContext(allocator)
	p.ctx, p.err = ctx, chromedp.Do(ctx)
	p.stop = func() {
		closeBrowser()
		stop()
	}
}

// TestMain ends the browser after the last test.
func TestMain(m *testing.M) {
	m.Run()
	if browser.stop != nil {
		browser.stop()
	}
}

// tab is a tab with cookies of its own. Any console error, any exception, any
// dialog and any request to another origin fails the test at its end.
type tab struct {
	t      *testing.T
	ctx    context.Context // chromedp's handle of the tab.
	origin string

	mu       sync.Mutex
	problems []string
	requests []string
	bytes    int64    // Of all answers so far, as they came over the wire.
	expected []string // Parts of problems that the test provokes.
}

// reader says who sits before the browser.
type reader struct {
	width, height int64 // 1440 × 1000 when zero.
	dark          bool
	noScript      bool
	zone          string // "UTC" when empty.
}

// openTab opens a tab, or skips the test where there is no Chromium.
func openTab(t *testing.T, origin string, who reader) *tab {
	t.Helper()
	path := chromium(t)
	browser.once.Do(func() { browser.start(path) })
	require.NoError(t, browser.err, "starting Chromium")
	b := attach(browser.ctx, t, origin, chromedp.WithNewBrowserContext())
	b.emulate(who)
	return b
}

// attach follows the tab of a new context within another one.
func attach(within context.Context, t *testing.T, origin string, opts ...chromedp.ContextOption) *tab {
	t.Helper()
	b := &tab{t: t, origin: origin}
	ctx, closeTab := chromedp.NewContext(within, append(opts, chromedp.WithListener(b.listen))...)
	t.Cleanup(closeTab)
	b.ctx = ctx
	require.NoError(t, chromedp.Do(ctx), "opening a tab")
	t.Cleanup(b.settle)
	return b
}

func (b *tab) emulate(who reader) {
	b.t.Helper()
	scheme := "light"
	if who.dark {
		scheme = "dark"
	}
	media := []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}, {Name: "prefers-reduced-motion", Value: "reduce"}}
	b.resize(cmp.Or(who.width, 1440), cmp.Or(who.height, 1000))
	for _, err := range []error{
		call(b, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: media}),
		call(b, emulation.SetTimezoneOverride, emulation.SetTimezoneOverrideParams{TimezoneID: cmp.Or(who.zone, "UTC")}),
		call(b, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: who.noScript}),
	} {
		require.NoError(b.t, err, "preparing the tab")
	}
}

func call[P, R any](b *tab, command cdp.Command[P, R], params P) error {
	_, err := chromedp.Call(b.ctx, command, params)
	return err
}

// resize makes the window as wide and high as that many CSS pixels.
func (b *tab) resize(width, height int64) {
	b.t.Helper()
	b.do(chromedp.EmulateViewport(width, height), "resizing to %d × %d", width, height)
}

func (b *tab) do(action chromedp.Action[chromedp.Void], format string, args ...any) {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	require.NoErrorf(b.t, chromedp.Do(ctx, action), format, args...)
}

func chromium(t *testing.T) string {
	t.Helper()
	if testing.Short() {
		t.Skip("browser journeys take longer than -short allows")
	}
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	if os.Getenv("CI") != "" {
		t.Fatal("Chromium is not installed")
	}
	t.Skip("Chromium is not installed; make test installs it")
	return ""
}

// listen runs in the loop of the tab, so it only takes notes.
func (b *tab) listen(event any) {
	b.mu.Lock()
	defer b.mu.Unlock()
	switch e := event.(type) {
	case *network.EventRequestWillBeSent:
		b.requests = append(b.requests, e.Request.Method+" "+e.Request.URL)
		if u, err := url.Parse(e.Request.URL); err == nil && strings.HasPrefix(u.Scheme, "http") && u.Scheme+"://"+u.Host != b.origin {
			b.problems = append(b.problems, "request to another origin: "+e.Request.URL)
		}
	case *network.EventLoadingFinished:
		b.bytes += int64(e.EncodedDataLength)
	case *page.EventJavascriptDialogOpening:
		b.problems = append(b.problems, "dialog: "+e.Message)
	case *inspector.EventTargetCrashed:
		b.problems = append(b.problems, "the tab crashed")
	case *runtime.EventExceptionThrown:
		b.problems = append(b.problems, "exception: "+fmt.Sprint(e.ExceptionDetails.Text, e.ExceptionDetails.Exception))
	case *runtime.EventConsoleAPICalled:
		if e.Type == "error" || e.Type == "assert" {
			texts := []string{"console.error:"}
			for _, arg := range e.Args {
				texts = append(texts, cmp.Or(arg.Description, string(arg.Value)))
			}
			b.problems = append(b.problems, strings.Join(texts, " "))
		}
	case *cdplog.EventEntryAdded:
		if e.Entry.Level == "error" || e.Entry.Source == "security" {
			b.problems = append(b.problems, "console: "+e.Entry.Text+" "+e.Entry.URL)
		}
	}
}

// settle fails the test for every problem that it did not provoke.
func (b *tab) settle() {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, problem := range b.problems {
		isExpected := false
		for _, part := range b.expected {
			isExpected = isExpected || strings.Contains(problem, part)
		}
		if !isExpected {
			b.t.Errorf("the browser reports: %s", problem)
		}
	}
}

// expect names a part of console errors that the test is about to provoke.
func (b *tab) expect(part string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.expected = append(b.expected, part)
}

// reported says whether the browser has had a problem whose text contains a part.
func (b *tab) reported(part string) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return slices.ContainsFunc(b.problems, func(problem string) bool { return strings.Contains(problem, part) })
}

// sent counts the requests so far whose address contains a text.
func (b *tab) sent(part string) int {
	b.mu.Lock()
	defer b.mu.Unlock()
	n := 0
	for _, request := range b.requests {
		if strings.Contains(request, part) {
			n++
		}
	}
	return n
}

// open loads a path of the board.
func (b *tab) open(path string) {
	b.t.Helper()
	b.do(chromedp.Navigate(b.origin+path), "opening %s", path)
}

// js evaluates an expression into a value of type T.
func js[T any](b *tab, expression string) T {
	b.t.Helper()
	value, err := read[T](b, expression)
	require.NoError(b.t, err, "evaluating %s", expression)
	return value
}

// read evaluates an expression, which fails while a page is replaced.
func read[T any](b *tab, expression string) (T, error) {
	var value T
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	raw, err := chromedp.Run(ctx, chromedp.Evaluate[[]byte](expression, chromedp.EvalAwaitPromise))
	if err != nil {
		return value, err
	}
	return value, json.Unmarshal(raw, &value)
}

// eventually tries until it works, or patience ends.
func (b *tab) eventually(try func() bool) bool {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.t.Context(), patience)
	defer cancel()
	ticker := time.NewTicker(20 * time.Millisecond)
	defer ticker.Stop()
	for !try() {
		select {
		case <-ctx.Done():
			return false
		case <-ticker.C:
		}
	}
	return true
}

// until waits for an expression to be true. The page may be replaced meanwhile.
func (b *tab) until(expression string) {
	b.t.Helper()
	is := b.eventually(func() bool {
		is, err := read[bool](b, "Boolean("+expression+")")
		return err == nil && is
	})
	require.True(b.t, is, "waited for %s", expression)
}

// at waits for the page of a path, with nothing on its way.
func (b *tab) at(path string) {
	b.t.Helper()
	settled := b.eventually(func() bool { return b.isAt(path) })
	require.True(b.t, settled, "waited for %s, at %s", path, js[string](b, here))
}

// here is the path and query in the address bar.
const here = "location.pathname + location.search"

func (b *tab) isAt(path string) bool {
	is, err := read[bool](b, here+" === "+quote(path)+` && document.readyState === "complete" && !document.querySelector("[aria-busy=true]")`)
	return err == nil && is
}

func (b *tab) back() {
	b.t.Helper()
	js[bool](b, "(history.back(), true)")
}

func (b *tab) forward() {
	b.t.Helper()
	js[bool](b, "(history.forward(), true)")
}

func (b *tab) reload() {
	b.t.Helper()
	js[bool](b, "(window.isOld = true, location.reload(), true)")
	b.until(`!window.isOld && document.readyState === "complete"`)
}

// holdsFocus wants the focus to be on something.
func (b *tab) holdsFocus() {
	b.t.Helper()
	require.NotEqual(b.t, "BODY", js[string](b, "document.activeElement.tagName"), "the focus is lost at %s", js[string](b, here))
}

// clickable is the middle of the first element that a selector finds, once it
// is seen and nothing lies over it.
const clickable = `((element) => {
	if (!element?.checkVisibility({visibilityProperty: true})) return null;
	element.scrollIntoView({block: "nearest", inline: "nearest"});
	const [box] = element.getClientRects();
	const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
	return element.contains(document.elementFromPoint(x, y)) ? {x, y} : null;
})`

// click clicks the first element that a CSS selector finds.
func (b *tab) click(selector string) {
	b.t.Helper()
	var middle *struct{ X, Y float64 }
	b.eventually(func() bool {
		var err error
		middle, err = read[*struct{ X, Y float64 }](b, clickable+"(document.querySelector("+quote(selector)+"))")
		return err == nil && middle != nil
	})
	require.NotNil(b.t, middle, "%s cannot be clicked", selector)
	b.do(chromedp.MouseClickXY(middle.X, middle.Y), "clicking %s", selector)
}

// press sends keys to whatever has the focus. A key that the page takes for
// itself types nothing, as under a finger.
func (b *tab) press(keys string) {
	b.t.Helper()
	for _, key := range keys {
		events := kb.Encode(key)
		down, up := *events[0], *events[len(events)-1]
		if len(events) > 2 {
			down.Type, down.Text, down.UnmodifiedText = kb.KeyDown, events[1].Text, events[1].UnmodifiedText
		}
		require.NoError(b.t, call(b, input.DispatchKeyEvent, down), "pressing %q", key)
		require.NoError(b.t, call(b, input.DispatchKeyEvent, up), "letting go of %q", key)
	}
}

// focus puts the focus on an element, as a walk with Tab would.
func (b *tab) focus(selector string) {
	b.t.Helper()
	b.until("document.querySelector(" + quote(selector) + ")")
	js[bool](b, "(document.querySelector("+quote(selector)+").focus(), true)")
}

// screenshot keeps a picture of the tab beside the test's other artefacts.
func (b *tab) screenshot(name string) {
	b.t.Helper()
	png, err := chromedp.Run(b.ctx, chromedp.CaptureScreenshot())
	require.NoError(b.t, err, "taking a screenshot")
	require.NoError(b.t, os.WriteFile(filepath.Join(b.t.ArtifactDir(), name+".png"), png, 0o600))
}

// quote makes a text one of JavaScript, and of a CSS selector.
func quote(s string) string { return strconv.Quote(s) }
