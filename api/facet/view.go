package facet

import (
	"slices"

	"github.com/runboard/runboard/api"
)

// maxViews is how many views a project keeps: readers are in few zones.
const maxViews = 4

// view holds the runs of a calendar's days, counted by group, so that they need
// not be gone through for every filter.
type view struct {
	calendar *calendar
	rows     int                               // As many as there were when it was made.
	byGroup  map[uint32]*[api.FacetDays]uint32 // nil when the groups are so many that going through the runs is as good.
}

// add counts a run, or with -1 takes it away.
func (v *view) add(group uint32, created int64, by int) {
	place := v.calendar.place(created)
	if place < 0 || v.byGroup == nil {
		return
	}
	days := v.byGroup[group]
	if days == nil {
		days = new([api.FacetDays]uint32)
		v.byGroup[group] = days
	}
	days[place] += uint32(by)
}

// sum are the runs of all groups that have a lane.
func (v *view) sum(lanes []lane) (sum dayCounts) {
	for group, days := range v.byGroup {
		if lane := lanes[group]; lane != laneNone {
			for place, count := range days {
				sum[place][lane] += int(count)
			}
		}
	}
	return sum
}

// view is made when a calendar is first asked for; put keeps it up to date.
func (p *project) view(c *calendar) *view {
	if v := p.findView(c); v != nil {
		return v
	}
	p.building.Lock()
	defer p.building.Unlock()
	if v := p.findView(c); v != nil {
		return v
	}
	v := p.newView(c)
	views := []*view{v}
	if others := p.views.Load(); others != nil {
		for _, other := range *others {
			if len(views) < maxViews && !other.calendar.equals(c) {
				views = append(views, other)
			}
		}
	}
	p.views.Store(&views)
	return v
}

// findView is nil when there is no view of the calendar, and when there is one
// that is of no use, but might be now that there are twice as many runs.
func (p *project) findView(c *calendar) *view {
	views := p.views.Load()
	if views == nil {
		return nil
	}
	i := slices.IndexFunc(*views, func(v *view) bool { return v.calendar.equals(c) })
	if i < 0 || (*views)[i].byGroup == nil && p.rows > 2*(*views)[i].rows {
		return nil
	}
	return (*views)[i]
}

func (p *project) newView(c *calendar) *view {
	v := &view{calendar: c, rows: p.rows, byGroup: map[uint32]*[api.FacetDays]uint32{}}
	var values [blockSize]int64
	for at, b := range p.blocks {
		if !c.touches(b) {
			continue
		}
		created := values[:p.height(at)]
		b.keys[sortCreated].unpack(created)
		for i, created := range created {
			v.add(b.groups[i], created, 1)
		}
		if len(v.byGroup)*api.FacetDays > p.rows {
			v.byGroup = nil
			break
		}
	}
	return v
}
