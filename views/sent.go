package views

import "github.com/runboard/runboard/views/safe"

// SentView is what clients attached to a run, a thread or a test. Names, values
// and addresses are as they were sent: the components decide what becomes a
// link, markup or colours, and they ask package safe for it.
type SentView struct {
	ID         string  // Begins the ids of what is shown; unique on the page.
	Highlights []Field // The texts of the failure.
	Facts      []Field // Short values.
	Blocks     []Field // Long values.
	Links      []Attachment
	Artifacts  []Attachment
	IsOpen     bool       // Long values are shown without being asked for.
	Later      *LaterView // What is fetched when it is asked for; nil when all is here.
	More       string     // What is shown nowhere, in a sentence; empty for nothing.
}

// LaterView is the rest of what was attached, to be fetched.
type LaterView struct {
	ID   string // Changes with what there is to fetch, so that a refresh offers what has come since.
	Text string // "Output, Log and 3 more"
	Href string // Its own page.
}

// IsEmpty reports whether nothing was attached.
func (v SentView) IsEmpty() bool { return v.Count() == 0 && v.Later == nil }

// Count is how many things are shown.
func (v SentView) Count() int {
	return len(v.Highlights) + len(v.Facts) + len(v.Blocks) + len(v.Links) + len(v.Artifacts)
}

// Kind is how the value of a field is to be read: contract 2.9.
type Kind int

// The kinds of fields. Whatever is of none of them is a KindText.
const (
	KindText Kind = iota
	KindHTML
	KindConsole
	KindURL
)

// Field is a named value.
type Field struct {
	Name  string
	Kind  Kind
	Value string
	Note  string // What else is known of it: "type AssertionError"; may be empty.
}

// Attachment is a link or an artifact.
type Attachment struct {
	Name string
	URL  string
	Note string
	Type string // "image/png"; may be empty.
	Size string // "182 kB"; may be empty.
}

// stepTone is the tone of a step's status.
func stepTone(status string) Tone {
	switch status {
	case "passed", "success", "ok":
		return TonePassed
	case "failed", "failure", "error", "broken":
		return ToneFailed
	case "skipped", "skip", "disabled", "ignored", "pending":
		return ToneSkipped
	case "blocked":
		return ToneBlocked
	case "retest":
		return ToneRetest
	case "untested":
		return ToneUntested
	default:
		return ToneCustom
	}
}

// lines are a terminal's output with everything in it visible.
func lines(raw string) []safe.Span {
	spans := safe.Console(raw)
	for i := range spans {
		spans[i].Text = VisibleLines(spans[i].Text)
	}
	return spans
}
