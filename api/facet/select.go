package facet

import (
	"math/bits"

	"github.com/runboard/runboard/api"
)

// page walks through the rows in the order of the list until the page is full.
func (p *project) page(filter *api.RunFilter) ([]int64, int) {
	found := p.matches(filter)
	skip := (filter.Page - 1) * filter.PerPage
	wanted := min(filter.PerPage, found.total-skip)
	if wanted <= 0 {
		return nil, found.total
	}
	ids := make([]int64, 0, wanted)
	descending := filter.Order == api.OrderDesc
	for chunk := range p.ordering(sortOf(filter)).chunks(descending) {
		if found.all && skip >= len(chunk) {
			skip -= len(chunk)
			continue
		}
		for i := range chunk {
			if descending {
				i = len(chunk) - 1 - i
			}
			row := chunk[i]
			if !found.has(p, row) {
				continue
			}
			if skip > 0 {
				skip--
				continue
			}
			if ids = append(ids, p.id(row)); len(ids) == wanted {
				return ids, found.total
			}
		}
	}
	return ids, found.total
}

// matches are the rows that meet a filter.
type matches struct {
	total  int
	all    bool      // Every row.
	groups []verdict // By group, when groups decide.
	rows   []uint64  // A bit for each row, otherwise.
}

func (p *project) matches(filter *api.RunFilter) *matches {
	if setOf(filter) == 0 {
		return &matches{total: p.rows, all: true}
	}
	m := p.matcher(filter)
	if !m.looksAtRows() {
		return &matches{total: total(p.counts, m), groups: m.groups}
	}
	found := &matches{rows: make([]uint64, len(p.blocks)*blockSize/64)}
	var failing [blockSize]mask
	for at, b := range p.blocks {
		if !m.touches(b) {
			continue
		}
		rows := failing[:p.height(at)]
		m.judge(b, rows)
		for i, failing := range rows {
			if failing == 0 && m.groups[b.groups[i]].fails == 0 {
				row := at*blockSize + i
				found.rows[row/64] |= 1 << (row % 64)
			}
		}
	}
	for _, word := range found.rows {
		found.total += bits.OnesCount64(word)
	}
	return found
}

func (f *matches) has(p *project, row uint32) bool {
	switch {
	case f.all:
		return true
	case f.rows != nil:
		return f.rows[row/64]&(1<<(row%64)) != 0
	default:
		return f.groups[p.blocks[row/blockSize].groups[row%blockSize]].fails == 0
	}
}
