package web_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"

	"github.com/runboard/runboard/api"
	"github.com/runboard/runboard/web"
)

// choose puts files into the chooser of the form, as its dialog would.
func (b *tab) choose(paths ...string) {
	b.t.Helper()
	b.do(chromedp.SetUploadFiles("#add-files", paths), "choosing files")
}

// resultFiles are a file that can be read, and one that cannot be read to its end.
func resultFiles(t *testing.T) (good, broken string) {
	t.Helper()
	folder := t.TempDir()
	good, broken = filepath.Join(folder, "good.xml"), filepath.Join(folder, "broken.xml")
	require.NoError(t, os.WriteFile(good, []byte(`<testsuite><testcase classname="shop" name="sells"/></testsuite>`), 0o600))
	require.NoError(t, os.WriteFile(broken, []byte("<testsuite>\n<testcase"), 0o600))
	return good, broken
}

// A person without CI hands over files on the page, and learns what was left out.
func TestAddingResults(t *testing.T) {
	t.Parallel()

	b := startFilled(t, nil, nil)
	good, broken := resultFiles(t)
	page := openTab(t, b.URL(), reader{})
	page.open(runs)
	page.click("#add > summary")
	page.click("#add-source")
	page.press("by-hand")
	page.choose(good, broken)
	require.Contains(t, js[string](page, `document.querySelector("[data-chosen]").textContent`), "broken.xml")
	page.click(".add-form button.primary")
	page.until(`document.querySelector(".added")`)
	told := js[string](page, `document.querySelector(".added").textContent`)
	require.Contains(t, told, "with 1 test")
	require.Contains(t, told, "broken.xml, line 2")
	page.until(`document.querySelector("#runs [data-run-id='91']")`)
	require.True(t, js[bool](page, `Boolean(document.querySelector(".added"))`), "what was left out stays beside the list")
	require.Equal(t, runs, js[string](page, here), "the list stays")
	page.click(".added a")
	page.until(`location.pathname === "/runs/91" && document.readyState === "complete"`)
	require.Contains(t, js[string](page, `document.querySelector("#main").textContent`), "by-hand")

	// When nothing was left out, the run says all.
	page.open("/projects/1/runs/import")
	page.click("#add-source")
	page.press("by-hand")
	page.choose(good)
	page.click(".add-form button.primary")
	page.until(`location.pathname === "/runs/92" && document.readyState === "complete"`)
	run, err := b.oracle().Run(t.Context(), 92, nil)
	require.NoError(t, err)
	require.True(t, run.Result.IsCompleted)
	require.Equal(t, 1, run.Result.Total)

	page.expect("the server responded with a status of 422")
	page.open(runs)
	page.click("#add > summary")
	page.click("#add-source")
	page.press("by-hand")
	page.choose(broken)
	page.click(".add-form button.primary")
	page.until(`document.querySelector("#adding .problem:not([hidden])")`)
	require.Contains(t, js[string](page, `document.querySelector("#adding").textContent`), "broken.xml, line 2")
	require.Equal(t, "by-hand", js[string](page, `document.querySelector("#add-source").value`))
	page.holdsFocus()
}

func TestAddingResultsWithoutScript(t *testing.T) {
	t.Parallel()

	good, broken := resultFiles(t)
	page := openTab(t, startFilled(t, nil, nil).URL(), reader{noScript: true})
	page.open(runs)
	page.click("#add > summary")
	page.click("#add-source")
	page.press("by-hand")
	page.choose(good, broken)
	page.click(".add-form button.primary")
	page.at("/projects/1/runs/import")
	require.Contains(t, js[string](page, `document.querySelector(".added").textContent`), "broken.xml, line 2")
	page.click("#add-source")
	page.press("by-hand")
	page.choose(good)
	page.click(".add-form button.primary")
	page.at("/runs/92")
}

// drag is a file that is dragged over one element, and dropped on another one.
const drag = `((over, on) => {
	const dataTransfer = new DataTransfer();
	dataTransfer.items.add(new File(['<testsuite><testcase name="dropped"/></testsuite>'], "dropped.xml"));
	const send = (name, selector) => document.querySelector(selector).dispatchEvent(new DragEvent(name, {bubbles: true, cancelable: true, dataTransfer}));
	send("dragover", over);
	send("dragover", on);
	send("drop", on);
	return [...document.querySelector("#add-files").files].map((file) => file.name).join();
})`

func TestDroppingResults(t *testing.T) {
	t.Parallel()

	page := openTab(t, startFilled(t, nil, nil).URL(), reader{})
	page.open(runs)
	require.Empty(t, js[string](page, drag+`("#runs", "#runs")`), "the list takes no files")
	require.True(t, js[bool](page, `document.querySelector("#add").open`), "but what is dragged shows where they go")
	require.Equal(t, "dropped.xml", js[string](page, drag+`("#runs", "[data-drop]")`))
	page.click("#add-source")
	page.press("by-hand")
	page.click(".add-form button.primary")
	page.until(`location.pathname === "/runs/91" && document.readyState === "complete"`)
	require.Contains(t, js[string](page, `document.querySelector("#main").textContent`), "dropped")
}

// On a board that others reach, adding needs a token.
func TestAddingResultsNeedsAToken(t *testing.T) {
	t.Parallel()

	b := startFilled(t, func(c *web.Config) { c.BaseURL = "http://board.example.com" }, nil)
	good, _ := resultFiles(t)
	page := openTab(t, b.ListenURL(), reader{noScript: true})
	for _, scope := range []api.Scope{"", api.ScopeRead} {
		secret := "runboard_none"
		if scope != "" {
			secret = b.token(scope)
		}
		page.expect("the server responded with a status of 40")
		page.open("/projects/1/runs/import")
		page.click("#add-token")
		page.press(secret)
		page.click("#add-source")
		page.press("by-hand")
		page.choose(good)
		page.click(".add-form button.primary")
		page.until(`document.querySelector(".problem:not([hidden])")`)
		require.Empty(t, js[string](page, `document.querySelector("#add-token").value`))
		require.NotContains(t, js[string](page, "document.documentElement.outerHTML"), secret)
	}
	secret := b.token(api.ScopeSubmit)
	page.click("#add-token")
	page.press(secret)
	page.choose(good)
	page.click(".add-form button.primary")
	page.at("/runs/91")
	require.Empty(t, b.log.lines(secret))
}
