package handlers

import (
	"strings"
	"time"

	"github.com/runboard/runboard/api"
	"github.com/runboard/runboard/views"
)

// within narrows a filter to a period. Its dates are the reader's.
func (l *runsList) within(after, before string) func(f *api.RunFilter) {
	return func(f *api.RunFilter) {
		f.CreatedAfter, f.CreatedBefore, f.Zone = after, before, zoneName(l.zone)
	}
}

// isWithin reports whether the list is narrowed to exactly that period. A date
// alone begins with its first instant, which a bound with a time leaves out.
func (l *runsList) isWithin(after, before string) bool {
	return isDate(l.filter.CreatedAfter) == isDate(after) &&
		l.after.Equal(parsed(after, l.zone)) && l.before.Equal(parsed(before, l.zone))
}

func isDate(text string) bool { return len(text) == len(time.DateOnly) }

// parsed is what a valid bound names; zero for "".
func parsed(text string, zone *time.Location) time.Time {
	t, err := api.ParseTime(text, zone)
	if err != nil {
		return time.Time{}
	}
	return t
}

// ranges are the quick choices of a period. The last 24 hours count from the
// full hour, so that their address stays the same for a while.
func (l *runsList) ranges() []views.Segment {
	choices := []struct{ text, after string }{
		{"24 h", l.now.Truncate(time.Hour).Add(-24 * time.Hour).UTC().Format(time.RFC3339)},
		{"7 d", l.today(-6)},
		{"30 d", l.today(-29)},
		{"This month", l.today(1 - l.now.In(l.zone).Day())},
	}
	ranges := make([]views.Segment, len(choices))
	for i, choice := range choices {
		ranges[i] = views.Segment{
			Text: choice.text, Href: l.url(l.within(choice.after, "")), Selected: l.isWithin(choice.after, ""),
		}
	}
	return ranges
}

// strip is the strip of the last days; empty without insight. A day narrows the
// list, and the day that it is narrowed to lifts that again.
func (l *runsList) strip() views.StripView {
	highest, runs, failures := 1, 0, 0
	for _, day := range l.facets.Days {
		highest = max(highest, day.Success+day.Failure+day.Running)
		runs += day.Success + day.Failure + day.Running
		failures += day.Failure
	}
	if len(l.facets.Days) == 0 || l.isUntouched() {
		return views.StripView{}
	}
	strip := views.StripView{Summary: counted(runs, "run") + " in the last " + counted(len(l.facets.Days), "day") + failing(runs, failures)}
	height := func(n int) int {
		if n == 0 {
			return 0
		}
		return max(n*1000/highest, 1)
	}
	dayURL := l.dayURLs()
	for _, day := range l.facets.Days {
		date, err := time.Parse(time.DateOnly, day.Date)
		if err != nil {
			continue
		}
		next := date.AddDate(0, 0, 1).Format(time.DateOnly)
		view := views.StripDay{
			Date: day.Date, Title: dayTitle(date, day), Href: dayURL(day.Date, next),
			Failure: height(day.Failure), Running: height(day.Running), Success: height(day.Success),
			Selected: l.isWithin(day.Date, next),
		}
		if view.Selected {
			view.Href = l.url(l.within("", ""))
		}
		strip.Days = append(strip.Days, view)
	}
	return strip
}

// failing is how a sentence about so many runs ends.
func failing(runs, failures int) string {
	switch {
	case runs == 0:
		return "."
	case failures == 0:
		return ", none with failures."
	default:
		return ", " + number(failures) + " with failures."
	}
}

// dayURLs makes the addresses of days. They differ in nothing but two dates, so
// that one of them is encoded for all.
func (l *runsList) dayURLs() func(day, next string) string {
	const after, before = "created_after=2000-01-01", "created_before=2000-01-02"
	start, rest, _ := strings.Cut(l.url(l.within("2000-01-01", "2000-01-02")), after)
	between, end, _ := strings.Cut(rest, before)
	return func(day, next string) string {
		return start + "created_after=" + day + between + "created_before=" + next + end
	}
}

func dayTitle(date time.Time, day api.Day) string {
	title := date.Format("Mon 2 Jan") + ": " + counted(day.Success+day.Failure+day.Running, "run")
	if day.Failure > 0 {
		title += ", " + counted(day.Failure, "failure")
	}
	if day.Running > 0 {
		title += ", " + number(day.Running) + " running"
	}
	return title
}
