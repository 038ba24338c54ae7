package store

import (
	"encoding/binary"
	"fmt"

	"github.com/runboard/runboard/api"
)

// packCounters is how the counters of a run or thread are stored: 25 unsigned
// varints by ascending status, without those at the end that are 0. Reading one
// column is much cheaper than reading 25.
func packCounters(c *api.Counters, statuses api.Statuses) []byte {
	packed, used := []byte{}, 0
	for _, status := range statuses {
		n := *c.At(status.ID)
		packed = binary.AppendUvarint(packed, uint64(n)) //nolint:gosec // Counters are never negative.
		if n > 0 {
			used = len(packed)
		}
	}
	return packed[:used]
}

// unpackCounters is the reverse, and adds up the sums.
func unpackCounters(packed []byte, statuses api.Statuses) (api.Counters, error) {
	var c api.Counters
	for _, status := range statuses {
		if len(packed) == 0 {
			break
		}
		n, size := binary.Uvarint(packed)
		if size <= 0 {
			return c, fmt.Errorf("the counters are broken at status %d", status.ID)
		}
		c.Add(status, int(n)) //nolint:gosec // Was an int when it was packed.
		packed = packed[size:]
	}
	return c, nil
}
