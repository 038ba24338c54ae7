package facet

import (
	"bytes"
	"hash/maphash"
	"runtime"
	"slices"
	"strings"
	"sync"
)

// dictionary numbers names whatever their capitals. There may be as many as runs,
// so they lie side by side, which makes them small and quick to search, and the
// way from a name to its number is a hash table of nothing but numbers.
type dictionary struct {
	seed   maphash.Seed
	count  int
	chunks []chunk
	slots  []uint32 // By hash: a number plus 1; 0 is empty. Their count is a power of 2.
}

// chunk is up to blockSize names in lower case, one after the other.
type chunk struct {
	text []byte
	ends []uint32
}

func newDictionary() dictionary {
	return dictionary{seed: maphash.MakeSeed(), slots: make([]uint32, 16)}
}

// number is that of a name, a new one when it has none.
func (d *dictionary) number(name string) uint32 {
	name = strings.ToLower(name)
	slot := d.slotOf(name)
	if d.slots[slot] == 0 {
		if d.count*4 >= len(d.slots)*3 {
			d.grow()
			slot = d.slotOf(name)
		}
		d.add(name)
		d.slots[slot] = uint32(d.count)
	}
	return d.slots[slot] - 1
}

// slotOf is the slot that a name has, or the empty one that it would get.
func (d *dictionary) slotOf(name string) int {
	slot := d.place(maphash.String(d.seed, name))
	for d.slots[slot] != 0 && string(d.text(d.slots[slot]-1)) != name {
		slot = d.next(slot)
	}
	return slot
}

func (d *dictionary) grow() {
	d.slots = make([]uint32, len(d.slots)*2)
	for number := range uint32(d.count) {
		slot := d.place(maphash.Bytes(d.seed, d.text(number)))
		for d.slots[slot] != 0 {
			slot = d.next(slot)
		}
		d.slots[slot] = number + 1
	}
}

func (d *dictionary) place(hash uint64) int { return int(hash) & (len(d.slots) - 1) }

func (d *dictionary) next(slot int) int { return (slot + 1) & (len(d.slots) - 1) }

func (d *dictionary) add(name string) {
	if d.count%blockSize == 0 {
		d.chunks = append(d.chunks, chunk{})
	}
	c := &d.chunks[len(d.chunks)-1]
	c.text = append(c.text, name...)
	c.ends = append(c.ends, uint32(len(c.text)))
	d.count++
}

// text is a name by its number, in lower case.
func (d *dictionary) text(number uint32) []byte {
	c := &d.chunks[number/blockSize]
	return c.text[c.start(int(number%blockSize)):c.ends[number%blockSize]]
}

// searchedAtOnce is the fewest chunks that are worth a goroutine.
const searchedAtOnce = 32

// search clears a bit of each name that a part in lower case is in.
func (d *dictionary) search(part string, names []mask, bit mask) {
	sought, each := []byte(part), max(len(d.chunks)/runtime.GOMAXPROCS(0)+1, searchedAtOnce)
	var all sync.WaitGroup
	for from := 0; from < len(d.chunks); from += each {
		all.Go(func() {
			for at := from; at < min(from+each, len(d.chunks)); at++ {
				d.chunks[at].search(sought, names[at*blockSize:], bit)
			}
		})
	}
	all.Wait()
}

// search looks at all names at once: what begins in one name and ends behind it
// is in none.
func (c *chunk) search(part []byte, names []mask, bit mask) {
	for i, from := 0, 0; ; {
		at := bytes.Index(c.text[from:], part)
		if at < 0 {
			return
		}
		from += at
		for int(c.ends[i]) <= from {
			i++
		}
		if from+len(part) > int(c.ends[i]) {
			from++
			continue
		}
		names[i] &^= bit
		from = int(c.ends[i])
	}
}

// ranks are, by number, the places of names in their order.
func (d *dictionary) ranks() []uint32 {
	numbers := make([]uint32, d.count)
	for i := range numbers {
		numbers[i] = uint32(i)
	}
	slices.SortFunc(numbers, func(a, b uint32) int { return bytes.Compare(d.text(a), d.text(b)) })
	ranks := make([]uint32, d.count)
	for rank, number := range numbers {
		ranks[number] = uint32(rank)
	}
	return ranks
}

func (c *chunk) start(i int) uint32 {
	if i == 0 {
		return 0
	}
	return c.ends[i-1]
}
