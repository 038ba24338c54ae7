package facet

import (
	"bytes"
	"cmp"
	"iter"
	"slices"

	"github.com/runboard/runboard/api"
)

// What runs can be sorted by, in the order of api.RunSorts. Each is a key of a row.
const (
	sortCreated = iota
	sortName    // The number of the name.
	sortElapsed
	sortFailure
	sortTotal
	sortCompleted
	sortCount
)

func sortOf(filter *api.RunFilter) int { return slices.Index(api.RunSorts(), filter.Sort) }

func (p *project) keysOf(run *Run) [sortCount]int64 {
	return [sortCount]int64{
		sortCreated: run.CreatedAt, sortName: int64(p.names.number(run.Name)), sortElapsed: run.Elapsed,
		sortFailure: int64(run.Failure), sortTotal: int64(run.Total), sortCompleted: run.CompletedAt,
	}
}

// ordering holds all rows in the order of a key, those whose key is unknown apart.
type ordering struct{ known, unknown ranking }

func (p *project) newOrdering(sort int) *ordering {
	byKey := func(a, b uint32) int { return cmp.Or(cmp.Compare(p.key(a, sort), p.key(b, sort)), p.compareIDs(a, b)) }
	if sort == sortName {
		byKey = func(a, b uint32) int { return cmp.Or(bytes.Compare(p.name(a), p.name(b)), p.compareIDs(a, b)) }
	}
	return &ordering{known: ranking{compare: byKey}, unknown: ranking{compare: p.compareIDs}}
}

func (p *project) name(row uint32) []byte { return p.names.text(uint32(p.key(row, sortName))) }

// of is where a row of that key stands.
func (o *ordering) of(sort int, key int64) *ranking {
	if sort == sortElapsed && key < 0 || sort == sortCompleted && key == 0 {
		return &o.unknown
	}
	return &o.known
}

// chunks are the rows in one direction or the other. Each chunk itself is ascending.
func (o *ordering) chunks(descending bool) iter.Seq[[]uint32] {
	return func(yield func([]uint32) bool) {
		for _, r := range []*ranking{&o.known, &o.unknown} {
			for i := range r.chunks {
				if descending {
					i = len(r.chunks) - 1 - i
				}
				if !yield(r.chunks[i]) {
					return
				}
			}
		}
	}
}

// ordering is made when a list is first sorted so: most sorts are seldom asked for.
func (p *project) ordering(sort int) *ordering {
	if o := p.orderings[sort].Load(); o != nil {
		return o
	}
	p.building.Lock()
	defer p.building.Unlock()
	if o := p.orderings[sort].Load(); o != nil {
		return o
	}
	o := p.build(sort)
	p.orderings[sort].Store(o)
	return o
}

// build sorts all rows by keys that it takes out first, names by their rank:
// that is several times as quick as comparing rows where they are.
func (p *project) build(sort int) *ordering {
	type item struct {
		key, id int64
		row     uint32
	}
	o, ranks := p.newOrdering(sort), []uint32(nil)
	if sort == sortName {
		ranks = p.names.ranks()
	}
	items := make([]item, p.rows)
	for row := range items {
		key := p.key(uint32(row), sort)
		if ranks != nil {
			key = int64(ranks[key])
		}
		items[row] = item{key: key, id: p.id(uint32(row)), row: uint32(row)}
	}
	slices.SortFunc(items, func(a, b item) int { return cmp.Or(cmp.Compare(a.key, b.key), cmp.Compare(a.id, b.id)) })
	known, unknown := make([]uint32, 0, len(items)), []uint32(nil)
	for _, item := range items {
		if o.of(sort, item.key) == &o.unknown {
			unknown = append(unknown, item.row)
		} else {
			known = append(known, item.row)
		}
	}
	o.known.fill(known)
	o.unknown.fill(unknown)
	return o
}
