package facet

import (
	"slices"
	"sort"
	"time"

	"github.com/runboard/runboard/api"
)

const dayLength = 24 * 60 * 60 * 1000 // Milliseconds, by the clock on the wall.

// calendar tells the days of a zone apart, up to one of them. A run falls on the
// day that the clock on the wall showed when it was created, so that days may be
// longer or shorter, begin at one o'clock, or be left out altogether.
type calendar struct {
	start int64  // What the clock shows at the first midnight, as milliseconds of UTC.
	spans []span // By ascending from. The first one reaches back without end.
}

// span is a time in which the clock is equally far from UTC: both in milliseconds.
type span struct{ from, offset int64 }

// newCalendar has the day that now falls on as its last one.
func newCalendar(zone *time.Location, now time.Time) *calendar {
	year, month, day := now.In(zone).Date()
	c := &calendar{start: time.Date(year, month, day-api.FacetDays+1, 0, 0, 0, 0, time.UTC).UnixMilli()}
	offset := func(millis int64) int64 {
		_, seconds := time.UnixMilli(millis).In(zone).Zone()
		return int64(seconds) * 1000
	}
	far := offset(c.begin())
	c.spans = []span{{from: c.begin(), offset: far}}
	// Time.ZoneBounds stands still at the end of some years from 2037 on.
	for at := c.begin(); at < c.end(); at += dayLength {
		if next := offset(at + dayLength); next != far {
			seconds := sort.Search(dayLength/1000, func(s int) bool { return offset(at+int64(s)*1000) == next })
			c.spans, far = append(c.spans, span{from: at + int64(seconds)*1000, offset: next}), next
		}
	}
	return c
}

// begin and end are milliseconds outside of which no day lies in any zone.
func (c *calendar) begin() int64 { return c.start - 2*dayLength }

func (c *calendar) end() int64 { return c.start + (api.FacetDays+2)*dayLength }

func (c *calendar) equals(other *calendar) bool {
	return c.start == other.start && slices.Equal(c.spans, other.spans)
}

// touches reports whether a run of a block may fall on one of the days.
func (c *calendar) touches(b *block) bool { return c.begin() <= b.last && b.first <= c.end() }

// place is which of the days an instant falls on, from 0; -1 for none.
func (c *calendar) place(millis int64) int {
	i := len(c.spans) - 1
	for i > 0 && millis < c.spans[i].from {
		i--
	}
	wall := millis + c.spans[i].offset - c.start
	if wall < 0 || wall >= api.FacetDays*dayLength {
		return -1
	}
	return int(wall / dayLength)
}

// lane is what a run counts as on its day.
type lane uint8

const (
	laneNone lane = iota
	laneSuccess
	laneFailure
	laneRunning
	laneCount
)

// dayCounts are how many runs fall on each day.
type dayCounts [api.FacetDays][laneCount]int

// count adds the first rows of a block that fail nothing, or only the bounds of
// time, by the lanes of their groups.
func (d *dayCounts) count(c *calendar, b *block, rows []mask, lanes []lane) {
	var values [blockSize]int64
	created := values[:len(rows)]
	b.keys[sortCreated].unpack(created)
	for i, failing := range rows {
		lane := lanes[b.groups[i]]
		if lane == laneNone || failing&^bit(partTime) != 0 {
			continue
		}
		if place := c.place(created[i]); place >= 0 {
			d[place][lane]++
		}
	}
}

// days are the counts with their dates.
func (d *dayCounts) days(c *calendar) []api.Day {
	days := make([]api.Day, api.FacetDays)
	for i, counts := range d {
		days[i] = api.Day{
			Date:    time.UnixMilli(c.start + int64(i)*dayLength).UTC().Format(time.DateOnly),
			Success: counts[laneSuccess], Failure: counts[laneFailure], Running: counts[laneRunning],
		}
	}
	return days
}

// lanes are what the runs of each group count as: nothing when it fails a part.
func (p *project) lanes(m *matcher) []lane {
	byStatus := make([]lane, len(p.values[partStatus].values))
	for i, status := range p.values[partStatus].values {
		switch api.RunStatus(status) {
		case api.StatusSuccess:
			byStatus[i] = laneSuccess
		case api.StatusFailure:
			byStatus[i] = laneFailure
		case api.StatusRunning:
			byStatus[i] = laneRunning
		case api.StatusNeutral:
		}
	}
	lanes := make([]lane, len(m.groups))
	for i, g := range p.groups.values {
		if m.groups[i].fails == 0 {
			lanes[i] = byStatus[p.kinds.values[g.kind][partStatus]]
		}
	}
	return lanes
}
