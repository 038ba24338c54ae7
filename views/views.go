// Package views holds the templ components and the view models that they are
// functions of. A view model is plain data, ready to print: texts are finished,
// and whatever has a query string arrives as a finished URL. The package fetches
// nothing, reads no context, and must not import api or net/http.
package views

// Tone picks the icon and the colour of a status; never shown without its word.
type Tone string

// The tones, named after what they stand for.
const (
	TonePassed   Tone = "passed"
	ToneFailed   Tone = "failed"
	ToneRunning  Tone = "running"
	ToneFlaky    Tone = "flaky"
	ToneSkipped  Tone = "skipped"
	ToneBlocked  Tone = "blocked"
	ToneRetest   Tone = "retest"
	ToneUntested Tone = "untested"
	ToneCustom   Tone = "custom" // Any of the custom statuses.
)

// Badge is a status as a reader sees it: icon, word and colour.
type Badge struct {
	Text  string
	Tone  Tone
	Color string // "#4338ca", what a custom status brings; empty for the others.
}

// Link is a text that leads somewhere. Without Href it is plain text.
type Link struct {
	Text string
	Href string
}

// Instant is a point in time as a reader sees it.
type Instant struct {
	Text    string // "2 h ago"
	Title   string // "Tue 24 Nov 2026, 09:13:58 CET"
	Machine string // RFC 3339, for <time datetime>; empty when there is no instant.
}

// Rate is a percentage that can explain itself.
type Rate struct {
	Text  string // "98.6 %", or "–" when there is nothing to divide.
	Of    string // "1,210 of 1,227", or "" when there is nothing to divide.
	Title string // "1,210 passed of 1,227 passed or failed; only passed and failed tests count"
	Tone  Tone
}

// Bar is a stacked bar: its parts stand in a fixed order from the left, failed
// first, so that a thin red slice always stands at the same place.
type Bar struct {
	Label string // The whole bar in words.
	Parts []BarPart
}

// BarPart is one status within a Bar; parts that count nothing are left out.
type BarPart struct {
	Tone  Tone
	Word  string // "failed"
	Count string // "1,210"
	Share int    // Of the whole, in thousandths, at least 1.
	Color string // "#4338ca", what a custom status brings; empty for the others.
	Href  string // To those tests; empty when there is no such list.
}

// Layout is what frames every page.
type Layout struct {
	Title       string // Of the tab, without the product's name.
	Project     string // Name of the project that the page is about; empty on pages about none.
	Projects    []Link // To switch to, the current one without Href.
	Sections    []Section
	Embed       bool     // No navigation, and links open a new tab.
	Theme       string   // "light", "dark" or "auto".
	Zone        string   // In which times are shown, such as "Europe/Berlin".
	Zones       []string // That the reader can choose from.
	ChosenZone  string   // That the reader has chosen by hand; empty for the browser's.
	AskZone     bool     // The browser may tell the reader's zone, and load the page again.
	Made        Instant  // When the page was made; on paper it stands at the top.
	Here        string   // Canonical path and query of this page, to come back to.
	Keys        bool     // Keyboard shortcuts are on.
	PerPage     string   // Preferred rows a page, "25".
	Instance    string   // Address of the remote instance whose runs these are; empty for our own.
	Submissions string   // URL of the diary of submissions; empty when there is none.
	Stale       string   // Why the page shows older data, with its age; empty when it is fresh.
}

// Section is one of a project's links in the navigation.
type Section struct {
	Text    string
	Href    string
	Current bool
}

// ErrorView is a page, or a region, that says what went wrong.
type ErrorView struct {
	Layout  Layout
	Status  int
	Title   string
	Message string
	Request string // Id of the request, for who looks into the log; empty for errors of the reader.
	Retry   string // Where to try again; empty when that is pointless.
}
