package facet

import "encoding/binary"

// blockSize is how many rows a block holds.
const blockSize = 1 << 10

// column is a number of each row of a block. It keeps how far they are from the
// lowest one, in as few bytes as the furthest of them needs: neighbours were
// created at about the same time and are about as long.
type column struct {
	base  int64
	width int // Bytes of a number: 1, 2, 4 or 8; 0 before the first one.
	data  []byte
}

// at is the number of a row.
func (c *column) at(i int) int64 {
	switch c.width {
	case 1:
		return c.base + int64(c.data[i])
	case 2:
		return c.base + int64(binary.LittleEndian.Uint16(c.data[i*2:]))
	case 4:
		return c.base + int64(binary.LittleEndian.Uint32(c.data[i*4:]))
	default:
		return c.base + int64(binary.LittleEndian.Uint64(c.data[i*8:]))
	}
}

// set changes the number of a row.
func (c *column) set(i int, value int64) {
	if c.width == 0 {
		c.resize(value, value)
	}
	if value < c.base || widthFor(value-c.base) > c.width {
		var values [blockSize]int64
		c.unpack(values[:])
		lowest, highest := value, value
		for _, v := range values {
			lowest, highest = min(lowest, v), max(highest, v)
		}
		c.resize(lowest, highest)
		for j, v := range values {
			c.store(j, v)
		}
	}
	c.store(i, value)
}

// resize makes room for numbers within bounds; all are the lowest one then.
func (c *column) resize(lowest, highest int64) {
	c.base, c.width = lowest, widthFor(highest-lowest)
	c.data = make([]byte, c.width*blockSize)
}

// store writes a number that there is room for.
func (c *column) store(i int, value int64) {
	distance := uint64(value - c.base)
	switch c.width {
	case 1:
		c.data[i] = byte(distance)
	case 2:
		binary.LittleEndian.PutUint16(c.data[i*2:], uint16(distance))
	case 4:
		binary.LittleEndian.PutUint32(c.data[i*4:], uint32(distance))
	default:
		binary.LittleEndian.PutUint64(c.data[i*8:], distance)
	}
}

// unpack fills values with the numbers of the first rows.
func (c *column) unpack(values []int64) {
	switch c.width {
	case 1:
		for i, v := range c.data[:len(values)] {
			values[i] = c.base + int64(v)
		}
	case 2:
		data := c.data[:len(values)*2]
		for i := range values {
			values[i] = c.base + int64(binary.LittleEndian.Uint16(data[i*2:]))
		}
	case 4:
		data := c.data[:len(values)*4]
		for i := range values {
			values[i] = c.base + int64(binary.LittleEndian.Uint32(data[i*4:]))
		}
	default:
		data := c.data[:len(values)*8]
		for i := range values {
			values[i] = c.base + int64(binary.LittleEndian.Uint64(data[i*8:]))
		}
	}
}

// widthFor is how many bytes a distance takes. One that overflows is negative,
// and takes 8 like the largest ones.
func widthFor(distance int64) int {
	switch {
	case distance < 0 || distance >= 1<<32:
		return 8
	case distance >= 1<<16:
		return 4
	case distance >= 1<<8:
		return 2
	default:
		return 1
	}
}
