package facet

import "slices"

// chunkSize is how many rows a chunk of a ranking holds at most.
const chunkSize = 1 << 10

// ranking keeps rows in an order. They lie in chunks, none of them empty, so that
// little moves when one comes or goes.
type ranking struct {
	compare func(a, b uint32) int
	chunks  [][]uint32
}

// fill puts rows that are in order into a ranking that is empty.
func (r *ranking) fill(rows []uint32) {
	for chunk := range slices.Chunk(rows, chunkSize) {
		r.chunks = append(r.chunks, append(make([]uint32, 0, chunkSize), chunk...))
	}
}

// find is where the row stands that at says 0 about, or where it would stand:
// at is negative for rows before it and positive for those behind it.
func (r *ranking) find(at func(row uint32) int) (chunk, i int, found bool) {
	chunk, found = slices.BinarySearchFunc(r.chunks, 0, func(c []uint32, _ int) int { return at(c[0]) })
	if found {
		return chunk, 0, true
	}
	chunk = max(chunk-1, 0)
	if len(r.chunks) == 0 {
		return 0, 0, false
	}
	i, found = slices.BinarySearchFunc(r.chunks[chunk], 0, func(row uint32, _ int) int { return at(row) })
	return chunk, i, found
}

// insert puts in a row that is not there.
func (r *ranking) insert(row uint32) {
	last := len(r.chunks) - 1
	if last < 0 {
		r.fill([]uint32{row})
		return
	}
	chunk, i := last, len(r.chunks[last])
	if r.compare(r.chunks[last][i-1], row) > 0 {
		chunk, i, _ = r.find(func(other uint32) int { return r.compare(other, row) })
	}
	rows := r.chunks[chunk]
	switch {
	case len(rows) < chunkSize:
		r.chunks[chunk] = slices.Insert(rows, i, row)
	case chunk == last && i == len(rows):
		// Runs that come in order fill their chunks.
		r.fill([]uint32{row})
	default:
		half := append(make([]uint32, 0, chunkSize), rows[chunkSize/2:]...)
		r.chunks[chunk] = rows[:chunkSize/2]
		r.chunks = slices.Insert(r.chunks, chunk+1, half)
		r.insert(row)
	}
}

// remove takes out a row that is there.
func (r *ranking) remove(row uint32) {
	chunk, i, _ := r.find(func(other uint32) int { return r.compare(other, row) })
	r.chunks[chunk] = slices.Delete(r.chunks[chunk], i, i+1)
	if len(r.chunks[chunk]) == 0 {
		r.chunks = slices.Delete(r.chunks, chunk, chunk+1)
	}
}
