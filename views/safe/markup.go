package safe

import (
	"errors"
	"net/url"
	"regexp"
	"strings"
	"sync"

	"github.com/microcosm-cc/bluemonday"
	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// Markup is HTML that a page may contain as it is. Only HTML makes it; the zero
// Markup is empty.
type Markup struct{ text string }

// String is the HTML, every element of it closed.
func (m Markup) String() string { return m.text }

// IsEmpty reports whether there is nothing to be seen.
func (m Markup) IsEmpty() bool { return strings.TrimSpace(m.text) == "" }

// HTML keeps basic text, lists, tables, code, and the links that External
// allows. It drops everything else: images, styles, forms, ids, classes, and
// elements that the page itself is made of. What surrounds the result must be
// an element such as section, which stray list items cannot close.
func HTML(raw string) Markup {
	text := policy().Sanitize(raw)
	// The policy knows single tags only: one that is never closed, or never
	// opened, would reach into the page around it.
	body := &html.Node{Type: html.ElementNode, Data: "body", DataAtom: atom.Body}
	nodes, err := html.ParseFragment(strings.NewReader(text), body)
	var balanced strings.Builder
	for _, node := range nodes {
		if err == nil && isDeep(node, maxDepth) {
			err = errors.New("elements are nested too deeply")
		}
		if err == nil {
			err = html.Render(&balanced, node)
		}
	}
	if err != nil {
		return Markup{html.EscapeString(raw)}
	}
	return Markup{balanced.String()}
}

// maxDepth is how deep elements may be nested. Browsers begin to move elements
// about at 512, of which the page around needs some.
const maxDepth = 256

// isDeep reports whether a node reaches below so many levels.
func isDeep(node *html.Node, levels int) bool {
	if levels == 0 {
		return true
	}
	for child := range node.ChildNodes() {
		if isDeep(child, levels-1) {
			return true
		}
	}
	return false
}

// elements are those that HTML keeps.
var elements = []string{
	"a", "abbr", "b", "blockquote", "br", "caption", "code", "dd", "del", "div", "dl", "dt", "em", "h1", "h2", "h3", "h4", "h5", "h6",
	"hr", "i", "ins", "kbd", "li", "mark", "ol", "p", "pre", "q", "s", "samp", "small", "span", "strong", "sub", "sup", "table", "tbody",
	"td", "tfoot", "th", "thead", "tr", "u", "ul", "var",
}

var policy = sync.OnceValue(func() *bluemonday.Policy {
	p := bluemonday.NewPolicy()
	p.AllowElements(elements...)
	p.AllowAttrs("colspan", "rowspan").Matching(regexp.MustCompile(`^[1-9]\d?$`)).OnElements("td", "th")
	p.AllowAttrs("href").OnElements("a")
	p.RequireParseableURLs(true)
	isExternal := func(u *url.URL) bool {
		_, ok := External(u.String())
		return ok
	}
	p.AllowURLSchemeWithCustomPolicy("http", isExternal)
	p.AllowURLSchemeWithCustomPolicy("https", isExternal)
	p.RequireNoFollowOnLinks(true)
	p.RequireNoReferrerOnLinks(true)
	p.AddTargetBlankToFullyQualifiedLinks(true)
	p.AddSpaceWhenStrippingTag(true)
	return p
})
