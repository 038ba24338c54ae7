package api

import (
	"context"
	"slices"
	"strconv"
	"time"
)

// DiaryEntry is a request that was to change something over the API, and what
// became of it (Runboard).
type DiaryEntry struct {
	ID        int64
	At        Time   // When it had been answered.
	TokenID   int64  // Or NoToken or BoardToken.
	Name      string // Of the token then; "" for NoToken.
	Route     string // "POST /automation/runs/{id}/append", or "POST" when there is no such call.
	ProjectID int64  // 0 when it is not about one, or none that is known.
	RunID     int64  // The same.
	ThreadID  int64  // The same.
	Status    int    // Of HTTP; StatusGone when nobody waited for it.
	Reason    string // Why it was refused, in sentences, or what of it was not taken; "" when all was.
	Sent      int64  // Bytes of the body as it came.
	Unpacked  int64  // Bytes of the body.
	Tests     int    // That it carried, as far as it was read.
	Elapsed   int64  // Microseconds.
	Client    string // "Testmo CLI 1.5.0"; "" when it did not say.
}

// IsAccepted reports whether what was asked for has taken place.
func (e *DiaryEntry) IsAccepted() bool { return e.Status < 400 }

// What stands for a token where there is none.
const (
	NoToken    = 0  // Nobody's: the token was missing or not a good one.
	BoardToken = -1 // The board's own, with which its readers add results.
)

// StatusGone stands for the status of a request that nobody waited for.
const StatusGone = 499

// Outcomes of requests.
const (
	OutcomeAccepted = "accepted"
	OutcomeRefused  = "refused"
)

// DiaryKept is how long entries are kept.
const DiaryKept = 30 * 24 * time.Hour

// DiaryRows are the entries of a page.
const DiaryRows = 50

// DiaryFilter says which entries a page holds; the newest is first.
type DiaryFilter struct {
	Token   string `form:"token"`   // Id of a token, "none" or "board"; "" for all.
	Outcome string `form:"outcome"` // One of the outcomes; "" for both.
	Page    int    `form:"page"`
}

// NewDiaryFilter is the default list.
func NewDiaryFilter() DiaryFilter { return DiaryFilter{Page: 1} }

// Validate adds what makes no sense, with the accepted values.
func (f *DiaryFilter) Validate(p *Problems) {
	if _, ok := f.TokenID(); !ok && f.Token != "" {
		p.Add("token", "Must be the number of a token, none or board.")
	}
	if !slices.Contains([]string{"", OutcomeAccepted, OutcomeRefused}, f.Outcome) {
		p.Add("outcome", "Must be accepted or refused.")
	}
	if f.Page < 1 || f.Page > maxPage {
		p.Add("page", "Must be 1 or more.")
	}
}

// TokenID is the token that is asked for; false for all of them.
func (f *DiaryFilter) TokenID() (int64, bool) {
	switch f.Token {
	case "none":
		return NoToken, true
	case "board":
		return BoardToken, true
	}
	id, err := strconv.ParseInt(f.Token, 10, 64)
	return id, err == nil && id > 0
}

// DiaryToken says how the requests of a token fared.
type DiaryToken struct {
	TokenID           int64
	Name              string // The last one that it had.
	Accepted, Refused int    // Of all that is kept.
	AcceptedAt        Time   // The last time; zero when there was none.
	At                Time   // Of the last request.
}

// Diary is what clients have asked for lately.
type Diary interface {
	// ListDiary is a page of entries. Its total is that of the filter.
	ListDiary(ctx context.Context, filter DiaryFilter) (Page[DiaryEntry], error)
	// DiaryTokens are those that have entries, the last to ask first.
	DiaryTokens(ctx context.Context) ([]DiaryToken, error)
}
