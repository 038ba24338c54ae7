package views

import (
	"cmp"
	"slices"
	"strings"
)

// TestView is the page of one result.
type TestView struct {
	Layout   Layout
	ID       string
	Name     string
	Status   Badge
	Flaked   bool
	Run      Link
	Folder   Link // The tests of the folder, in the run.
	Thread   Link // The tests of the thread, in the run.
	Elapsed  string
	Created  Instant
	Place    string // "checkout.spec.ts:120"; empty when nobody said.
	Checks   string // Number of assertions; empty when nobody said.
	Key      string
	Attempts []AttemptLink // The other ones of the same test in the run that are next to this one.
	Sent     SentView
	Position string // "Failure 3 of 17"; empty when the test has not failed.
	Previous string // URLs of the failures next to this one; empty when there is none.
	Next     string
}

// AttemptLink leads to another attempt.
type AttemptLink struct {
	Text   string // "Earlier attempt"
	Status Badge
	Href   string
}

// shown is what was sent, with what is known of every test before the other
// short values, and the steps before the other long ones.
func (v TestView) shown() SentView {
	sent := v.Sent
	sent.Facts = nil
	for _, f := range []Field{{Name: "Place", Value: v.Place}, {Name: "Assertions", Value: v.Checks}, {Name: "Key", Value: v.Key}} {
		if f.Value != "" {
			sent.Facts = append(sent.Facts, f)
		}
	}
	sent.Facts = append(sent.Facts, v.Sent.Facts...)
	sent.Blocks = slices.SortedStableFunc(slices.Values(v.Sent.Blocks), func(a, b Field) int {
		return cmp.Compare(rank(a), rank(b))
	})
	return sent
}

// rank puts steps first.
func rank(f Field) int {
	if f.Kind == KindHTML && strings.Contains(f.Value, "<test-step") {
		return 0
	}
	return 1
}
