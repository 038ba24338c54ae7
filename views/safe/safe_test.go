package safe_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"
	"unicode"

	"github.com/PuerkitoBio/goquery"
	"github.com/stretchr/testify/require"

	"github.com/runboard/runboard/views/safe"
)

// payloads are texts that try to become something else than texts.
func payloads(tb testing.TB) []string {
	tb.Helper()
	data, err := os.ReadFile("testdata/payloads.jsonl")
	require.NoError(tb, err)
	var texts []string
	for lines := bufio.NewScanner(bytes.NewReader(data)); lines.Scan(); {
		var text string
		require.NoError(tb, json.Unmarshal(lines.Bytes(), &text))
		texts = append(texts, text)
	}
	require.GreaterOrEqual(tb, len(texts), 200)
	return texts
}

func TestExternalTakesOnlyWebAddresses(t *testing.T) {
	t.Parallel()
	for raw, want := range map[string]string{
		"https://ci.example.com/files/22-dash.png": "https://ci.example.com/files/22-dash.png",
		"http://ci.example.com":                    "http://ci.example.com",
		"HTTPS://CI.example.com/A?b=c&d=%20#e":     "https://CI.example.com/A?b=c&d=%20#e",
		"https://127.0.0.1:8443/":                  "https://127.0.0.1:8443/",
		"https://[::1]:8443/x":                     "https://[::1]:8443/x",
		"https://example.com/ünï?q=ü":              "https://example.com/%C3%BCn%C3%AF?q=ü",
		`https://example.com/"onclick=alert(1)`:    "https://example.com/%22onclick=alert%281%29",
		"https://example.com/<script>":             "https://example.com/%3Cscript%3E",
		"https://example.com/?next=//evil.test":    "https://example.com/?next=//evil.test",
		"https://example.com/@user":                "https://example.com/@user",
	} {
		href, ok := safe.External(raw)
		require.True(t, ok, raw)
		require.Equal(t, want, href)
	}
	long := "https://example.com/" + strings.Repeat("a", 2048)
	for _, raw := range []string{
		"", " ", "x", "report.html", "/settings", "?q=1", "#tests", "//evil.test", `\\evil.test`, "///evil.test", "example.com/x",
		"javascript:alert(1)", "JaVaScRiPt:alert(1)", "java\tscript:alert(1)", "java\nscript:alert(1)", "\x01javascript:alert(1)", " javascript:alert(1)",
		"javascript://example.com/%0aalert(1)", "data:text/html,<b>", "DATA:text/html;base64,PGI+", "vbscript:msgbox(1)", "blob:https://example.com/1",
		"file:///etc/passwd", "ftp://example.com/x", "ws://example.com", "mailto:a@example.com", "about:blank", "view-source:https://example.com", "ssh://example.com",
		"http:", "http:/", "http://", "http:///x", "http:example.com", "https:/example.com", "https:///example.com", "http://:80/", "http://?x", "http://#x",
		"https://user:pass@example.com/", "https://user@example.com/", "https://:@example.com/", "https://@example.com/", "https://example.com@evil.test/",
		`https:\\example.com`, `https://example.com\@evil.test`, `https://evil.test\.example.com`, "https://exa mple.com", " https://example.com", "https://example.com ",
		"https://example.com/\n", "https://exam\tple.com", "https://example.com/a\x00b", "https://example.com/\x7f", "https://example.com/\u0085", "https://example.com/\u00a0",
		"https://example.com/\u202egnp.exe", "https://exam\u200bple.com", "https://example.com/\ufeff", "https://example.com/\ufffd", "https://example.com/\u2028",
		"https://example.com:port/", "https://[::1", "https://example.com/%zz", "http s://example.com", "https;//example.com", "h\u0442tps://example.com", long,
	} {
		href, ok := safe.External(raw)
		require.False(t, ok, raw)
		require.Empty(t, href, raw)
	}
}

// requireHarmless puts markup where a page would, and looks at what a browser
// makes of it.
func requireHarmless(t *testing.T, text string) {
	t.Helper()
	kept := []string{
		"a", "abbr", "b", "blockquote", "br", "caption", "code", "dd", "del", "div", "dl", "dt", "em", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "i",
		"ins", "kbd", "li", "mark", "ol", "p", "pre", "q", "s", "samp", "small", "span", "strong", "sub", "sup", "table", "tbody", "td", "tfoot",
		"th", "thead", "tr", "u", "ul", "var",
	}
	for _, around := range []string{
		`<div id="page"><section id="html">%</section><p id="after">x</p></div>`,
		`<ul id="page"><li><section id="html">%</section></li><li id="after">x</li></ul>`,
		`<dl id="page"><div><dt>x</dt><dd><section id="html">%</section></dd></div><div id="after"></div></dl>`,
		`<table><tbody id="page"><tr><td><details><summary>x</summary><section id="html">%</section></details></td></tr><tr id="after"></tr></tbody></table>`,
	} {
		doc, err := goquery.NewDocumentFromReader(strings.NewReader(strings.Replace(around, "%", text, 1)))
		require.NoError(t, err)
		require.Equal(t, 1, doc.Find("#page > #after").Length(), "the page around it stays whole: %q", text)
		require.Zero(t, doc.Find("#html #after").Length(), "%q", text)
		doc.Find("#html *").Each(func(_ int, s *goquery.Selection) {
			name := goquery.NodeName(s)
			require.Contains(t, kept, name, "%q", text)
			attributes := map[string]string{}
			for _, a := range s.Nodes[0].Attr {
				attributes[a.Key] = a.Val
			}
			switch name {
			case "a":
				href, ok := safe.External(attributes["href"])
				require.True(t, ok, "%q", text)
				require.Equal(t, map[string]string{"href": href, "rel": "nofollow noreferrer noopener", "target": "_blank"}, attributes)
			case "td", "th":
				require.Subset(t, []string{"colspan", "rowspan"}, slices.Collect(maps.Keys(attributes)))
			default:
				require.Empty(t, attributes, "%q", text)
			}
		})
	}
}

func TestHTMLIsHarmless(t *testing.T) {
	t.Parallel()
	for _, payload := range payloads(t) {
		requireHarmless(t, safe.HTML(payload).String())
		requireHarmless(t, safe.HTML("<ul><li>"+payload+"</li></ul><p>after</p>").String())
		for end := range min(len(payload), 60) {
			requireHarmless(t, safe.HTML(payload[:end]).String())
		}
	}
}

func TestHTMLKeepsWhatReadersNeed(t *testing.T) {
	t.Parallel()
	for raw, want := range map[string]string{
		"<b>bold</b> & <i>more":                        "<b>bold</b> &amp; <i>more</i>",
		"<ul><li>one<li>two</ul>":                      "<ul><li>one</li><li>two</li></ul>",
		`<table><tr><td colspan="2">x</td></tr>`:       `<table><tbody><tr><td colspan="2">x</td></tr></tbody></table>`,
		`<td colspan="999">x</td>`:                     "x",
		`<a href="https://example.com/?a=1&b=2">x</a>`: `<a href="https://example.com/?a=1&amp;b=2" rel="nofollow noreferrer noopener" target="_blank">x</a>`,
		`<a href="/settings">x</a>`:                    "x",
		`<pre><code class="go">a < b</code></pre>`:     "<pre><code>a &lt; b</code></pre>",
		"plain > text":                                 "plain &gt; text",
		"":                                             "",
	} {
		require.Equal(t, want, strings.TrimSpace(safe.HTML(raw).String()), raw)
	}
	require.True(t, safe.HTML("<script>alert(1)</script> ").IsEmpty())
	require.False(t, safe.HTML("x").IsEmpty())
}

func TestStepsAreAList(t *testing.T) {
	t.Parallel()
	type step struct {
		status, content string
		parts           [][2]string
	}
	for _, tt := range []struct {
		name, raw string
		steps     []step
		rest      string
	}{
		{
			name: "as the CLI writes them",
			raw: "<test-steps>\n<test-step status=\"passed\">Open the page</test-step>\n<test-step status=\"passed\"><test-step-subfield name=\"Step\">Sign in</test-step-subfield>" +
				"<test-step-subfield name=\"Expected\">the <b>board</b></test-step-subfield></test-step>\n<test-step>Look</test-step>\n</test-steps>",
			steps: []step{
				{status: "passed", content: "Open the page"},
				{status: "passed", parts: [][2]string{{"Step", "Sign in"}, {"Expected", "the <b>board</b>"}}},
				{content: "Look"},
			},
		},
		{name: "raw text", raw: "<test-steps><test-step>Click <ok> & <script>alert(1)</script></test-step><test-step>Type <title></test-step></test-steps>", steps: []step{
			{content: "Click &lt;ok&gt; &amp; &lt;script&gt;alert(1)&lt;/script&gt;"}, {content: "Type &lt;title&gt;"},
		}},
		{name: "cut in a tag", raw: `<test-steps><test-step status="passed">One</test-step><test-step stat`, steps: []step{{status: "passed", content: "One"}}},
		{name: "cut in a step", raw: `<test-steps><test-step status="failed">The <b>la`, steps: []step{{status: "failed", content: "The <b>la</b>"}}},
		{name: "cut in a part", raw: `<test-steps><test-step><test-step-subfield name="Step">Sig`, steps: []step{{parts: [][2]string{{"Step", "Sig"}}}}},
		{name: "cut in an end", raw: `<test-steps><test-step>One</test-st`, steps: []step{{content: "One"}}},
		{name: "never ended", raw: "<test-step>One<test-step>Two", steps: []step{{content: "One"}, {content: "Two"}}},
		{name: "text around", raw: "Before <test-steps><test-step>One</test-step></test-steps> <b>after</b>", steps: []step{{content: "One"}}, rest: "Before  <b>after</b>"},
		{name: "content beside parts", raw: `<test-step>a<test-step-subfield name="n">b</test-step-subfield>c</test-step>`, steps: []step{{content: "ac", parts: [][2]string{{"n", "b"}}}}},
		{name: "capitals and entities", raw: `<TEST-STEP STATUS="a&quot;b">x</TEST-STEP>`, steps: []step{{status: `a"b`, content: "x"}}},
		{name: "none", raw: "<p>No steps</p>", rest: "<p>No steps</p>"},
		{name: "a part alone", raw: `<test-step-subfield name="x">y`, rest: `<test-step-subfield name="x">y`},
		{name: "empty"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			steps, rest := safe.Steps(tt.raw)
			var got []step
			for _, s := range steps {
				g := step{status: s.Status, content: s.Content.String()}
				for _, p := range s.Parts {
					g.parts = append(g.parts, [2]string{p.Name, p.Content.String()})
				}
				got = append(got, g)
			}
			require.Equal(t, tt.steps, got)
			require.Equal(t, tt.rest, rest)
		})
	}
}

func TestConsoleSplitsAtColours(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name, raw string
		want      []safe.Span
	}{
		{name: "plain", raw: "a\nb", want: []safe.Span{{Text: "a\nb"}}},
		{name: "empty"},
		{name: "red", raw: "a \x1b[31mb\x1b[0m c", want: []safe.Span{{Text: "a "}, {Text: "b", Class: "fg1"}, {Text: " c"}}},
		{name: "no reset", raw: "\x1b[1;91mb", want: []safe.Span{{Text: "b", Class: "fg9 bold"}}},
		{name: "short reset", raw: "\x1b[2mb\x1b[mc", want: []safe.Span{{Text: "b", Class: "dim"}, {Text: "c"}}},
		{name: "taken back", raw: "\x1b[1;3;4;9;32;41mb\x1b[22;23;24;29;39;49mc", want: []safe.Span{{Text: "b", Class: "fg2 bg1 bold italic underline struck"}, {Text: "c"}}},
		{name: "of 256", raw: "\x1b[38;5;9ma\x1b[48;5;21mb\x1b[0;38;5;244mc", want: []safe.Span{{Text: "a", Class: "fg9"}, {Text: "b", Class: "fg9 bg12"}, {Text: "c", Class: "fg8"}}},
		{name: "of millions", raw: "\x1b[38;2;180;20;10ma\x1b[38:2:255:255:255mb\x1b[38;2;0;0;0;1mc", want: []safe.Span{{Text: "a", Class: "fg1"}, {Text: "b", Class: "fg15"}, {Text: "c", Class: "fg0 bold"}}},
		{name: "cut short", raw: "\x1b[38;5ma\x1b[38mb\x1b[48;2;1mc", want: []safe.Span{{Text: "a"}, {Text: "b"}, {Text: "c"}}},
		{name: "out of bounds", raw: "\x1b[38;5;256ma\x1b[999999999999999999999mb", want: []safe.Span{{Text: "a"}, {Text: "b"}}},
		{name: "others stay", raw: "\x1b[2K\x1b]8;;https://evil.test\x1b\\a\x1b[31;\"m", want: []safe.Span{{Text: "\x1b[2K\x1b]8;;https://evil.test\x1b\\a\x1b[31;\"m"}}},
		{name: "cut in a sequence", raw: "a\x1b[3", want: []safe.Span{{Text: "a\x1b[3"}}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			require.Equal(t, tt.want, safe.Console(tt.raw))
		})
	}
	require.Equal(t, "Error: b \x1b[2K", safe.Plain("\x1b[1;31mError:\x1b[0m b \x1b[2K"))
}

func FuzzSafe(f *testing.F) {
	for _, payload := range payloads(f) {
		f.Add(payload)
	}
	f.Add(strings.Repeat("<b>", 509)) // As deep as a page alone could bear.
	f.Fuzz(func(t *testing.T, raw string) {
		requireHarmless(t, safe.HTML(raw).String())
		steps, rest := safe.Steps(raw)
		require.LessOrEqual(t, len(rest), len(raw)*6)
		for _, step := range steps {
			requireHarmless(t, step.Content.String())
			for _, part := range step.Parts {
				requireHarmless(t, part.Content.String())
			}
		}
		var text strings.Builder
		for _, span := range safe.Console(raw) {
			require.NotEmpty(t, span.Text)
			require.False(t, strings.ContainsFunc(span.Class, func(r rune) bool { return r != ' ' && !unicode.IsLower(r) && !unicode.IsDigit(r) }))
			text.WriteString(span.Text)
		}
		require.Equal(t, safe.Plain(raw), text.String())
		if href, ok := safe.External(raw); ok {
			again, ok := safe.External(href)
			require.True(t, ok)
			require.Equal(t, href, again)
		}
	})
}
