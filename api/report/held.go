package report

import (
	"bytes"
	"compress/flate"

	"github.com/go-json-experiment/json"

	"github.com/runboard/runboard/api"
)

const (
	maxBatch  = 1 << 20  // Of tests before they are packed, in bytes.
	maxPacked = 16 << 20 // Of packed tests, in bytes: of a million or so.
)

// heldTests are tests whose identity depends on what comes behind them, which may
// be the end of the file. They are packed, so that a large file needs little memory.
type heldTests struct {
	batch  []heldTest
	size   int // Of batch, in bytes.
	packed [][]byte
	total  int // Of packed, in bytes.
}

// heldTest is one of them. Its members are exported to be packed.
type heldTest struct {
	Of   string // What tells it apart from others.
	Name string // Whole.
	Test api.NewTest
}

// add holds a test. It reports false when no more can be held.
func (h *heldTests) add(held heldTest) bool {
	h.batch = append(h.batch, held)
	const overhead, perField = 400, 200 // Of the values around the texts.
	h.size += overhead + len(held.Of) + len(held.Name)
	for _, f := range held.Test.Fields {
		h.size += perField + len(*f.Value)
	}
	for _, a := range held.Test.Artifacts {
		h.size += perField + len(a.URL)
	}
	if h.size > maxBatch {
		h.pack()
	}
	return h.total <= maxPacked
}

func (h *heldTests) pack() {
	var packed bytes.Buffer
	to, _ := flate.NewWriter(&packed, flate.BestSpeed) // There is such a level.
	if json.MarshalWrite(to, h.batch) != nil || to.Close() != nil {
		return // They stay as they are. There is nothing in a test that cannot be written.
	}
	h.packed = append(h.packed, packed.Bytes())
	h.total += packed.Len()
	h.batch, h.size = h.batch[:0], 0
}

// release calls each with every test that is held, in order, and holds none.
func (h *heldTests) release(each func(heldTest)) {
	for _, packed := range h.packed {
		var unpacked []heldTest
		_ = json.UnmarshalRead(flate.NewReader(bytes.NewReader(packed)), &unpacked) // It was written by pack.
		for _, held := range unpacked {
			each(held)
		}
	}
	for _, held := range h.batch {
		each(held)
	}
	*h = heldTests{}
}
