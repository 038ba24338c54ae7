package report

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
)

const (
	// maxUnpacked is how large what comes out of one archive, or one packed file, may be.
	maxUnpacked = 2 << 30
	// Beyond freeRatio bytes, at most maxRatio times of what went in may come out.
	// Repetitive logs reach 100, bombs 1000.
	freeRatio = 64 << 20
	maxRatio  = 300
)

// unpack is the text of a file that may be packed by gzip, as its first bytes tell.
func unpack(name string, file io.Reader) (io.Reader, error) {
	raw := bufio.NewReaderSize(file, bufferSize)
	head, _ := raw.Peek(packedHead) // An error comes again with the first read.
	if !bytes.HasPrefix(head, []byte("\x1f\x8b")) {
		return raw, readable(name, head)
	}
	packed := &counted{from: raw}
	from, err := gzip.NewReader(packed)
	if err != nil {
		return nil, &Error{File: name, Text: fmt.Sprintf("It begins like a gzip file, but is none: %v.", err), Err: err}
	}
	unpacked := bufio.NewReaderSize(
		&bounded{name: name, from: from, packed: func() int64 { return packed.read }, left: new(int64(maxUnpacked))}, bufferSize)
	head, _ = unpacked.Peek(packedHead) // The same.
	return unpacked, readable(name, head)
}

// packedHead is how much of a file tells how it is packed.
const packedHead = 265

// readable is an error for a file that is packed in a way that is not read, by
// its first bytes.
func readable(name string, head []byte) error {
	if bytes.HasPrefix(head, []byte("PK\x03\x04")) || bytes.HasPrefix(head, []byte("PK\x05\x06")) {
		return &Error{File: name, Text: "It is an archive where only a file can be read: unpack it.", Err: ErrUnknown}
	}
	for _, kind := range []struct {
		name, mark string
		at         int
	}{
		{"tar", "ustar\x00", 257},
		{"tar", "ustar  \x00", 257},
		{"7-Zip", "7z\xbc\xaf\x27\x1c", 0},
		{"RAR", "Rar!\x1a\x07", 0},
		{"xz", "\xfd7zXZ\x00", 0},
		{"zstd", "\x28\xb5\x2f\xfd", 0},
		{"bzip2", "1AY&SY", 4},
	} {
		if len(head) > kind.at && bytes.HasPrefix(head[kind.at:], []byte(kind.mark)) {
			return &Error{File: name, Text: fmt.Sprintf("It is packed by %s, which is not read. zip and gzip are.", kind.name), Err: ErrUnknown}
		}
	}
	return nil
}

// counted counts what was read.
type counted struct {
	from io.Reader
	read int64
}

func (c *counted) Read(into []byte) (int, error) {
	n, err := c.from.Read(into)
	c.read += int64(n)
	return n, err
}

// bounded refuses to hand out more than a sensible file would hold.
type bounded struct {
	name   string
	from   io.Reader
	packed func() int64 // How many bytes have gone in.
	out    int64
	left   *int64 // How many bytes may still come out, of all files together.
}

func (b *bounded) Read(into []byte) (int, error) {
	n, err := b.from.Read(into)
	b.out += int64(n)
	*b.left -= int64(n)
	if *b.left < 0 {
		return 0, &Error{File: b.name, Text: fmt.Sprintf("Unpacked it is larger than %d MiB.", maxUnpacked>>20)}
	}
	if b.out > freeRatio && b.out/maxRatio > b.packed() {
		return 0, &Error{File: b.name, Text: fmt.Sprintf("Unpacked it is more than %d times as large as packed, which no result file is.", maxRatio)}
	}
	return n, err
}
