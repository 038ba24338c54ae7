package facet

import (
	"cmp"
	"math"
	"sync"
	"sync/atomic"
)

// block is what is kept of blockSize rows besides what they share with others.
type block struct {
	groups      [blockSize]uint32
	names       [blockSize]uint32
	ids         column
	keys        [sortCount]column // That of sortName is empty: names has it.
	first, last int64             // No run of the block was created before or after that.
}

// project holds the runs of one project, each in a row, in the order in which
// they arrived. Callers hold mu.
type project struct {
	mu sync.RWMutex
	vocabulary
	counts []uint32 // By group: how many runs it has.
	rows   int
	blocks []*block
	byID   ranking

	building  sync.Mutex // Held by a reader that makes an ordering or a view.
	orderings [sortCount]atomic.Pointer[ordering]
	views     atomic.Pointer[[]*view] // The latest first.
}

func newProject() *project {
	p := &project{vocabulary: newVocabulary()}
	p.byID.compare = p.compareIDs
	p.orderings[sortCreated].Store(p.newOrdering(sortCreated))
	return p
}

// at is where a row lies.
func (p *project) at(row uint32) (b *block, i int) {
	return p.blocks[row/blockSize], int(row % blockSize)
}

// height is how many rows of a block are taken.
func (p *project) height(block int) int { return min(p.rows-block*blockSize, blockSize) }

func (p *project) id(row uint32) int64 {
	b, i := p.at(row)
	return b.ids.at(i)
}

func (p *project) key(row uint32, sort int) int64 {
	b, i := p.at(row)
	if sort == sortName {
		return int64(b.names[i])
	}
	return b.keys[sort].at(i)
}

func (p *project) compareIDs(a, b uint32) int { return cmp.Compare(p.id(a), p.id(b)) }

// put adds a run or replaces it. It touches only those orderings that the run
// moves in: one that is running is put often.
func (p *project) put(run *Run) {
	row, known := p.find(run.ID)
	keys := p.keysOf(run)
	var moved [sortCount]*ordering
	for sort, key := range keys {
		o := p.orderings[sort].Load()
		if o == nil || known && p.key(row, sort) == key {
			continue
		}
		if moved[sort] = o; known {
			o.of(sort, p.key(row, sort)).remove(row)
		}
	}
	p.store(row, known, run, keys)
	if !known {
		p.byID.insert(row)
	}
	for sort, o := range moved {
		if o != nil {
			o.of(sort, keys[sort]).insert(row)
		}
	}
}

// find is the row of a run, or the next free one when it is new.
func (p *project) find(id int64) (row uint32, known bool) {
	chunk, i, found := p.byID.find(func(row uint32) int { return cmp.Compare(p.id(row), id) })
	if found {
		return p.byID.chunks[chunk][i], true
	}
	return uint32(p.rows), false
}

// store writes a row and counts it, in place of what was there.
func (p *project) store(row uint32, known bool, run *Run, keys [sortCount]int64) {
	group := p.group(run)
	if int(group) == len(p.counts) {
		p.counts = append(p.counts, 0)
	}
	if !known {
		if p.rows%blockSize == 0 {
			p.blocks = append(p.blocks, &block{first: math.MaxInt64, last: math.MinInt64})
		}
		p.rows++
	}
	b, i := p.at(row)
	if known {
		p.count(b.groups[i], b.keys[sortCreated].at(i), -1)
	}
	p.count(group, run.CreatedAt, 1)
	b.groups[i], b.names[i] = group, uint32(keys[sortName])
	b.ids.set(i, run.ID)
	for sort, key := range keys {
		if sort != sortName {
			b.keys[sort].set(i, key)
		}
	}
	b.first, b.last = min(b.first, run.CreatedAt), max(b.last, run.CreatedAt)
}

// count adds a run to its group and to the views, or with -1 takes it away.
func (p *project) count(group uint32, created int64, by int) {
	p.counts[group] += uint32(by)
	if views := p.views.Load(); views != nil {
		for _, v := range *views {
			v.add(group, created, by)
		}
	}
}
