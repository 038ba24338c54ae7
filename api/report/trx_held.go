package report

import (
	"bytes"
	"compress/flate"

	"github.com/go-json-experiment/json"

	"github.com/runboard/runboard/api"
)

const (
	maxTrxBatch  = 1 << 20  // Of results before they are packed, in bytes.
	maxTrxPacked = 16 << 20 // Of packed results, in bytes: of a million or so.
)

// trxHeld are results that wait for the definitions, which may come after all of
// them. They are packed, so that a large file needs little memory.
type trxHeld struct {
	batch  []trxWaiting
	size   int // Of batch, in bytes.
	packed [][]byte
	total  int // Of packed, in bytes.
}

// trxWaiting is one of them. Its members are exported to be packed.
type trxWaiting struct {
	Of   string // The id of its definition.
	Name string // Whole.
	Test api.NewTest
}

// add holds a result. It reports false when no more can be held.
func (h *trxHeld) add(w trxWaiting) bool {
	h.batch = append(h.batch, w)
	const overhead, perField = 400, 200 // Of the values around the texts.
	h.size += overhead + len(w.Name)
	for _, f := range w.Test.Fields {
		h.size += perField + len(*f.Value)
	}
	for _, a := range w.Test.Artifacts {
		h.size += perField + len(a.URL)
	}
	if h.size > maxTrxBatch {
		h.pack()
	}
	return h.total <= maxTrxPacked
}

func (h *trxHeld) pack() {
	var packed bytes.Buffer
	to, _ := flate.NewWriter(&packed, flate.BestSpeed) // There is such a level.
	if json.MarshalWrite(to, h.batch) != nil || to.Close() != nil {
		return // They stay as they are. There is nothing in a test that cannot be written.
	}
	h.packed = append(h.packed, packed.Bytes())
	h.total += packed.Len()
	h.batch, h.size = h.batch[:0], 0
}

// release calls each with every result that is held, in order, and holds none.
func (h *trxHeld) release(each func(trxWaiting)) {
	for _, packed := range h.packed {
		var unpacked []trxWaiting
		_ = json.UnmarshalRead(flate.NewReader(bytes.NewReader(packed)), &unpacked) // It was written by pack.
		for _, w := range unpacked {
			each(w)
		}
	}
	for _, w := range h.batch {
		each(w)
	}
	*h = trxHeld{}
}
