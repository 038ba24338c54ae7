package api

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"
)

// timeLayout is how the contract writes instants: section 1, "Timestamps out".
const timeLayout = "2006-01-02T15:04:05.000Z"

// Time is an instant with the precision of the contract, a millisecond. The
// zero Time is null on the wire.
type Time struct{ time.Time }

// NewTime is t in UTC, cut to milliseconds.
func NewTime(t time.Time) Time {
	if t.IsZero() {
		return Time{}
	}
	return Time{t.UTC().Truncate(time.Millisecond)}
}

// UnixMilliTime is the instant that many milliseconds after 1970; the zero Time for 0.
func UnixMilliTime(ms int64) Time {
	if ms == 0 {
		return Time{}
	}
	return Time{time.UnixMilli(ms).UTC()}
}

// Millis are the milliseconds since 1970; 0 for the zero Time.
func (t Time) Millis() int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMilli()
}

// MarshalJSON writes "2026-01-02T03:04:05.678Z", or null.
func (t Time) MarshalJSON() ([]byte, error) {
	if t.IsZero() {
		return []byte("null"), nil
	}
	return t.UTC().AppendFormat(nil, `"`+timeLayout+`"`), nil
}

// UnmarshalJSON takes what ParseTime takes, and null or "" as the zero Time.
func (t *Time) UnmarshalJSON(data []byte) error {
	var text *string
	if err := json.Unmarshal(data, &text); err != nil {
		return fmt.Errorf("reading a time: %w", err)
	}
	if text == nil || *text == "" {
		*t = Time{}
		return nil
	}
	parsed, err := ParseTime(*text, time.UTC)
	if err != nil {
		return err
	}
	*t = NewTime(parsed)
	return nil
}

// ParseTime reads RFC 3339 with an optional fraction and offset, with a blank
// for the T as one endpoint of Testmo writes it, or a date alone, which is the
// beginning of that day. What names no zone is read in the given one.
func ParseTime(text string, zone *time.Location) (time.Time, error) {
	if len(text) > 10 && text[10] == ' ' {
		text = text[:10] + "T" + text[11:]
	}
	text = strings.ToUpper(text)
	for _, layout := range []string{time.RFC3339Nano, "2006-01-02T15:04:05", "2006-01-02T15:04", time.DateOnly} {
		if t, err := time.ParseInLocation(layout, text, zone); err == nil && t.Year() > 1 && t.Year() < 10000 {
			return beginning(t, text), nil
		}
	}
	return time.Time{}, fmt.Errorf("%q is not a time", text)
}

// beginning is t, but where it was parsed from a date whose midnight the clocks
// skip, and so fell on the day before, it is when they have skipped it.
func beginning(t time.Time, text string) time.Time {
	midnight, err := time.Parse(time.DateOnly, text)
	if err != nil || t.Format(time.DateOnly) == text {
		return t
	}
	_, offset := t.Zone()
	return midnight.Add(-time.Duration(offset) * time.Second).In(t.Location())
}
