package facet

// interner numbers values in the order in which they arrive, from 0.
type interner[K comparable] struct {
	numbers map[K]uint32
	values  []K
}

func newInterner[K comparable]() interner[K] { return interner[K]{numbers: map[K]uint32{}} }

// number is that of a value, a new one when it has none.
func (n *interner[K]) number(value K) uint32 {
	number, known := n.numbers[value]
	if !known {
		number = uint32(len(n.values))
		n.numbers[value] = number
		n.values = append(n.values, value)
	}
	return number
}

// find says of each number whether it is that of one of some values.
func (n *interner[K]) find(values []K) []bool {
	found := make([]bool, len(n.values))
	for _, value := range values {
		if number, known := n.numbers[value]; known {
			found[number] = true
		}
	}
	return found
}
