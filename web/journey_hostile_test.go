package web_test

import (
	"encoding/json"
	"fmt"
	"os"
	"strconv"
	"strings"
	"sync"
	"testing"
	"unicode"

	"github.com/stretchr/testify/require"

	"github.com/runboard/runboard/api"
	"github.com/runboard/runboard/web"
)

// awkward are texts that want more room, or another direction, than others.
func awkward() []string {
	return []string{
		strings.Repeat("W", 300),
		strings.Repeat("a rather long name ", 15),
		"اختبار تسجيل الدخول باستخدام كلمة مرور منتهية الصلاحية",
		"בדיקת כניסה עם סיסמה (גרסה 4.2)",
		"👩‍👩‍👧‍👦🏳️‍🌈 passes 🎉" + strings.Repeat("🧪", 60),
		"invoice\u202egnp.exe",
	}
}

// hostile is a database with every payload and every awkward text in every
// field that a client can fill. The run 1 has the first text for its name, and
// so on; every eighth run holds the tests and attachments of eight texts.
var hostile struct {
	once  sync.Once
	data  []byte
	texts []string
}

const textsOfRun = 8

func startHostile(t *testing.T) (b *board, texts []string) {
	t.Helper()
	hostile.once.Do(func() {
		text, err := os.ReadFile("../views/safe/testdata/payloads.jsonl")
		require.NoError(t, err)
		hostile.texts = awkward()
		for line := range strings.Lines(string(text)) {
			var payload string
			require.NoError(t, json.Unmarshal([]byte(line), &payload))
			hostile.texts = append(hostile.texts, payload)
		}
		hostile.data = fill(t, func(f *filler) { f.fillHostile(hostile.texts) })
	})
	require.NotEmpty(t, hostile.data, "the hostile database could not be filled")
	return start(t, func(c *web.Config) {
		require.NoError(t, os.WriteFile(c.Data+"/runboard.db", hostile.data, 0o600))
	}, nil), hostile.texts
}

func (f *filler) fillHostile(texts []string) {
	ctx := f.t.Context()
	for i, text := range texts {
		name := short(text) + strconv.Itoa(i) // Names that differ in capitals alone are those of one thing.
		w := f.as(name)
		config, err := w.CreateConfig(ctx, 1, api.NewConfig{Name: name})
		require.NoError(f.t, err)
		milestone, err := w.CreateMilestone(ctx, 1, api.NewMilestone{Name: name})
		require.NoError(f.t, err)
		run := api.NewRun{
			Name: text, Source: name, Tags: []string{text}, ConfigID: api.OptionalID(config), MilestoneID: api.OptionalID(milestone),
		}
		var thread api.ThreadUpdate
		if i%textsOfRun == 0 {
			for _, text := range texts[i:min(i+textsOfRun, len(texts))] {
				fields, artifacts := hostileFields(text), []api.Artifact{{Name: text, Note: text, URL: text, MimeType: text}}
				run.Fields, thread.Fields = append(run.Fields, fields...), append(thread.Fields, fields...)
				run.Artifacts, thread.Artifacts = append(run.Artifacts, artifacts...), append(thread.Artifacts, artifacts...)
				run.Links = append(run.Links, api.Link{Name: text, Note: text, URL: text})
				thread.Tests = append(thread.Tests, api.NewTest{
					Key: text, Name: text, Folder: text, File: text, Status: "failed", Fields: fields, Artifacts: artifacts,
				})
			}
		}
		f.submit(w, run, thread, 1)
	}
	_, err := f.store.CreateProject(ctx, short(awkward()[0]))
	require.NoError(f.t, err)
}

// short is a text that is short enough to be a name.
func short(text string) string {
	return strings.ToValidUTF8(text[:min(len(text), 240)], "")
}

func hostileFields(text string) []api.Field {
	fields := []api.Field{{Type: api.FieldConsole, Name: text, Value: &text, IsHighlight: true}}
	for kind := api.FieldString; kind <= api.FieldURL; kind++ {
		fields = append(fields, api.Field{Type: kind, Name: text, Value: &text})
	}
	return fields
}

// intruders are what is on a page and cannot come from us: markup among texts,
// what runs or loads something, and links that lead elsewhere than they may.
const intruders = `(() => {
	const all = (selector) => [...document.querySelectorAll(selector)];
	const isOurs = (script) => script.src.startsWith(location.origin + "/static/") && !script.textContent;
	const isSafe = (link) => {
		const url = new URL(link.href);
		if (url.origin === location.origin) return !link.closest(".rich");
		return /^https?:$/.test(url.protocol) && !url.username && ["noopener", "noreferrer", "nofollow"].every((rel) => link.relList.contains(rel));
	};
	return [
		...all("bdi :not(span, .chips b), pre.console :not(span)"),
		...all("iframe, frame, object, embed, applet, base, style, img, video, audio, math, template, noscript, foreignObject, marquee, dialog:not(#keys)"),
		...all("link:not([rel=stylesheet], [rel=icon]), meta[http-equiv], form:not([action^='/'], dialog form), svg:not([class], body > svg, .days svg)"),
		...all("script").filter((script) => !isOurs(script)),
		...all("*").filter((e) => [...e.attributes].some((a) => /^(on|style$|srcdoc$)/.test(a.name))),
		...all(".rich *").filter((e) => [...e.attributes].some((a) => /^(id$|name$|hx-|data-|role$|tabindex$)/.test(a.name))),
		...all("a[href], area").filter((link) => !isSafe(link)),
	].map((e) => e.outerHTML.slice(0, 200));
})()`

// QUALITY W3: no text of a client's becomes anything else. The tab has an eye on
// dialogs and on what the policy refuses.
func TestNothingOfClientsIsMarkup(t *testing.T) {
	t.Parallel()

	b, texts := startHostile(t)
	var runPages []string
	for i := 0; i < len(texts); i += textsOfRun {
		runPages = append(runPages, fmt.Sprintf("/runs/%d", i+1))
	}
	lists := []string{runs + "?per_page=100", runs + "?per_page=100&page=2", runs + "?q=script", "/projects/1/sources", "/"}
	for name, paths := range map[string][]string{"lists": lists, "first runs": runPages[:len(runPages)/2], "last runs": runPages[len(runPages)/2:]} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			page := openTab(t, b.URL(), reader{})
			count := 0
			for _, path := range paths {
				page.open(path)
				js[bool](page, `(document.querySelectorAll("details").forEach((d) => d.open = true), true)`)
				page.until(`!document.querySelector("[aria-busy=true], .htmx-request")`)
				page.hasNoIntruders()
				tests := js[[]string](page, `[...document.querySelectorAll("[data-test-id] a.name")].map((link) => link.getAttribute("href"))`)
				for _, test := range tests {
					page.open(test)
					page.hasNoIntruders()
				}
				count += 1 + len(tests)
			}
			t.Logf("%d pages of %d texts", count, len(texts))
		})
	}
}

func (b *tab) hasNoIntruders() {
	b.t.Helper()
	require.Empty(b.t, js[[]string](b, intruders), js[string](b, here))
	require.Zero(b.t, js[int](b, "window.length"), "frames of %s", js[string](b, here))
}

// What a client has named is shown as it is.
func TestNamesAreShownAsTheyAre(t *testing.T) {
	t.Parallel()

	b, texts := startHostile(t)
	page := openTab(t, b.URL(), reader{})
	shown := map[string]bool{}
	for n := range (len(texts) + 99) / 100 {
		page.open(fmt.Sprintf("%s?per_page=100&page=%d", runs, n+1))
		for _, name := range js[[]string](page, `[...document.querySelectorAll("#runs .name bdi")].map((name) => name.textContent)`) {
			shown[name] = true
		}
	}
	count := 0
	for _, text := range texts {
		isPlain := !strings.ContainsFunc(text, func(r rune) bool { return !unicode.IsGraphic(r) && r != '\u200d' && r != '\ufe0f' })
		if isPlain && text == strings.TrimSpace(text) {
			count++
			require.True(t, shown[text], "%q is not shown", text)
		}
	}
	t.Logf("%d of %d names", count, len(texts))
	require.NotContains(t, js[string](page, "document.body.textContent"), "\u202e", "characters that turn the text around are made visible")
}

// QUALITY F6: at 320 and 360 px, and at 200 % of a laptop's 1440 px, no page
// scrolls sideways.
func TestNoPageScrollsSideways(t *testing.T) {
	t.Parallel()

	b, _ := startHostile(t)
	paths := []string{runs, runs + "?page=7", runs + "?status=3&q=" + strings.Repeat("W", 300) + "&tags=" + strings.Repeat("W", 300), "/projects/1/sources", "/", "/projects/2/runs"}
	for i := range awkward() {
		paths = append(paths, fmt.Sprintf("/runs/%d", i+1))
	}
	page := openTab(t, b.URL(), reader{})
	page.open("/runs/1")
	paths = append(paths, js[[]string](page, `[...document.querySelectorAll("[data-test-id] a.name")].map((link) => link.getAttribute("href"))`)...)
	var found []string
	for _, path := range paths {
		page.open(path)
		js[bool](page, `(document.querySelectorAll("details:not(.menu)").forEach((d) => d.open = true), true)`)
		page.until(`!document.querySelector("[aria-busy=true], .htmx-request")`)
		for _, width := range []int64{320, 360, 720, 1440} {
			page.resize(width, 800)
			for _, sticking := range js[[]string](page, stickingOut) {
				found = append(found, fmt.Sprintf("%.80s at %d px: %s", path, width, sticking))
			}
		}
	}
	require.Empty(t, found)
	page.open(runs + "?order=asc")
	require.Equal(t, "rtl", js[string](page, `getComputedStyle(document.querySelector("[data-run-id='3'] .name bdi")).direction`), "a name runs its own way")
	require.Equal(t, "ltr", js[string](page, `getComputedStyle(document.querySelector("[data-run-id='3']")).direction`), "and turns nothing else around")
}

// stickingOut are the elements because of which the page scrolls sideways, with
// its menus closed and with each of them open.
const stickingOut = `(() => {
	const found = [];
	const look = (state) => {
		if (document.scrollingElement.scrollWidth <= innerWidth) return;
		const wide = [...document.querySelectorAll("body *")].filter((e) => e.checkVisibility() && e.getBoundingClientRect().right > innerWidth);
		found.push(state + ", " + document.scrollingElement.scrollWidth + " px: " + wide.slice(0, 3).map((e) => e.outerHTML.slice(0, 60)).join(" "));
	};
	look("menus closed");
	for (const menu of document.querySelectorAll("details.menu")) {
		menu.open = true;
		look(menu.id + " open");
		menu.open = false;
	}
	return found;
})()`
