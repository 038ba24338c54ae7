package facet

import "math/bits"

// tally is how many runs meet those parts of a filter that a group does not decide.
type tally struct {
	weights []uint32       // By group: those that meet them all.
	alone   [partCount]int // By such a part: those that fail nothing else, but it.
	days    dayCounts
}

// tally counts. It goes through runs for the parts that a group does not decide,
// and for the days when no view can tell them.
func (p *project) tally(m *matcher, c *calendar) tally {
	t := tally{weights: p.counts}
	if m.looksAtRows() {
		t.weights = make([]uint32, len(p.counts))
	}
	lanes := p.lanes(m)
	if m.names == nil {
		if v := p.view(c); v.byGroup != nil {
			t.days, c = v.sum(lanes), nil
		}
	}
	var failing [blockSize]mask
	for at, b := range p.blocks {
		weighs := m.names != nil || m.looksAtRows() && m.touches(b)
		counts := c != nil && c.touches(b)
		if !weighs && !counts {
			continue
		}
		rows := failing[:p.height(at)]
		m.judge(b, rows)
		if weighs {
			t.weigh(b, rows, m)
		}
		if counts {
			t.days.count(c, b, rows, lanes)
		}
	}
	if m.names == nil {
		t.alone[partTime] = total(p.counts, m) - total(t.weights, m)
	}
	return t
}

// weigh adds the first rows of a block.
func (t *tally) weigh(b *block, rows []mask, m *matcher) {
	for i, failing := range rows {
		if group := b.groups[i]; failing == 0 {
			t.weights[group]++
		} else if m.groups[group].fails == 0 && failing&(failing-1) == 0 {
			t.alone[bits.TrailingZeros16(uint16(failing))]++
		}
	}
}

// total is the weight of the groups that fail no part.
func total(weights []uint32, m *matcher) (total int) {
	for group, weight := range weights {
		if m.groups[group].fails == 0 {
			total += int(weight)
		}
	}
	return total
}
