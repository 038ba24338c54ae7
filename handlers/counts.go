package handlers

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/runboard/runboard/api"
	"github.com/runboard/runboard/views"
)

// runBadge is the state of a run, a thread or a source.
func runBadge(status api.RunStatus) views.Badge {
	switch status {
	case api.StatusSuccess:
		return views.Badge{Text: "Success", Tone: views.TonePassed}
	case api.StatusFailure:
		return views.Badge{Text: "Failure", Tone: views.ToneFailed}
	case api.StatusRunning:
		return views.Badge{Text: "Running", Tone: views.ToneRunning}
	case api.StatusNeutral:
	}
	return views.Badge{Text: "No result", Tone: views.ToneUntested}
}

// statusBadge is the exact status of a test.
func statusBadge(status api.Status) views.Badge {
	badge := views.Badge{Text: status.Name, Tone: toneOf(status)}
	if badge.Tone == views.ToneCustom {
		badge.Color = status.Color
	}
	return badge
}

func toneOf(status api.Status) views.Tone {
	switch status.ID {
	case api.Untested:
		return views.ToneUntested
	case api.Passed:
		return views.TonePassed
	case api.Failed:
		return views.ToneFailed
	case api.Retest:
		return views.ToneRetest
	case api.Blocked:
		return views.ToneBlocked
	case api.Skipped:
		return views.ToneSkipped
	default:
		return views.ToneCustom
	}
}

// rateOf is the pass rate, by the rule that its title explains. It says 100 %
// only when nothing failed, and 0 % only when nothing passed.
func rateOf(c *api.Counters) views.Rate {
	decided := c.Success + c.Failure
	if decided == 0 {
		return views.Rate{Text: nothing, Title: "Nothing has passed or failed.", Tone: views.ToneUntested}
	}
	tenths := (c.Success*1000 + decided/2) / decided
	if c.Success > 0 && c.Failure > 0 {
		tenths = min(max(tenths, 1), 999)
	}
	text := fmt.Sprintf("%d.%d %%", tenths/10, tenths%10)
	if tenths%1000 == 0 {
		text = strconv.Itoa(tenths/10) + " %"
	}
	rate := views.Rate{
		Text: text, Of: number(c.Success) + " of " + number(decided), Tone: views.TonePassed,
		Title: number(c.Success) + " passed of " + number(decided) + " passed or failed; only passed and failed tests count",
	}
	if c.Failure > 0 {
		rate.Tone = views.ToneFailed
	}
	return rate
}

// barOf is the stacked bar of counters, with the statuses in the order of
// barOrder. Href leads to the tests of a status; it may be nil.
func barOf(c *api.Counters, ordered api.Statuses, href func(api.Status) string) views.Bar {
	var bar views.Bar
	var words []string
	for _, status := range ordered {
		count := *c.At(status.ID)
		if count == 0 {
			continue
		}
		badge := statusBadge(status)
		part := views.BarPart{
			Tone: badge.Tone, Word: strings.ToLower(status.Name), Count: number(count),
			Share: max(count*1000/max(c.Total, 1), 1), Color: badge.Color,
		}
		if href != nil {
			part.Href = href(status)
		}
		bar.Parts = append(bar.Parts, part)
		words = append(words, part.Count+" "+part.Word)
	}
	bar.Label = strings.Join(words, ", ")
	if len(words) == 0 {
		bar.Label = "No tests"
	}
	return bar
}

// barOrder puts what is bad to the left and what passed to the right: failed,
// blocked, retest, untested, skipped, passed, with custom statuses beside the
// one that they are most like. Statuses that the instance does not name get
// their default names.
func barOrder(statuses api.Statuses) api.Statuses {
	var ranked [8]api.Statuses
	for _, status := range api.DefaultStatuses() {
		if named := statuses.ByID(status.ID); named.ID != 0 {
			status = named
		}
		rank := 5
		switch {
		case status.ID == api.Failed:
			rank = 0
		case status.IsFailed:
			rank = 1
		case status.ID == api.Blocked:
			rank = 2
		case status.ID == api.Retest:
			rank = 3
		case status.ID == api.Untested:
			rank = 4
		case status.ID == api.Passed:
			rank = 7
		case status.IsPassed:
			rank = 6
		}
		ranked[rank] = append(ranked[rank], status)
	}
	var ordered api.Statuses
	for _, group := range ranked {
		ordered = append(ordered, group...)
	}
	return ordered
}
