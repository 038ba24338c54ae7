package server

import (
	"context"
	"io"
	"time"

	"golang.org/x/sync/semaphore"

	"github.com/runboard/runboard/api"
)

// limits bound the memory that requests may take.
type limits struct {
	body     int64         // Bytes of one body, packed and unpacked.
	arriving int64         // Bytes of all bodies that are being read. At least body.
	decoding int64         // Bytes of all unpacked bodies whose values are held. At least body.
	wait     time.Duration // How long a body waits for room.
	buckets  int           // How many tokens have one.
}

// defaultLimits let one of the largest bodies be decoded at a time, or fifty of
// 1 MiB: values take several times the memory of their text, and there is one
// writer to wait for anyway.
func defaultLimits() limits {
	return limits{body: maxBody, arriving: 4 * maxBody, decoding: maxBody, wait: 10 * time.Second, buckets: maxBuckets}
}

// room is the memory that bodies share.
type room struct {
	body               int64 // Bytes that one may have.
	wait               time.Duration
	arriving, decoding *semaphore.Weighted
}

func newRoom(l limits) *room {
	return &room{body: l.body, wait: l.wait, arriving: semaphore.NewWeighted(l.arriving), decoding: semaphore.NewWeighted(l.decoding)}
}

// hold is what one request has of the room. Who waits to decode may have read,
// but never the other way around, so that no two wait for each other for good.
type hold struct {
	*room

	read, decoded int64
}

// free gives back all of it.
func (h *hold) free() {
	h.arriving.Release(h.read)
	h.decoding.Release(h.decoded)
}

// toRead takes room for more bytes of a body as it arrives.
func (h *hold) toRead(ctx context.Context, size int64) error {
	err := h.enter(ctx, h.arriving, size)
	if err == nil {
		h.read += size
	}
	return err
}

// toDecode takes room for an unpacked body and its values.
func (h *hold) toDecode(ctx context.Context, size int64) error {
	err := h.enter(ctx, h.decoding, size)
	if err == nil {
		h.decoded += size
	}
	return err
}

func (h *hold) enter(ctx context.Context, part *semaphore.Weighted, size int64) error {
	if part.TryAcquire(size) {
		return nil
	}
	waiting, cancel := context.WithTimeout(ctx, h.wait)
	defer cancel()
	if part.Acquire(waiting, size) == nil {
		return nil
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	return &api.Error{Kind: api.KindUnavailable, Message: "The server has no room for this body at the moment.", RetryAfter: h.wait}
}

// arrival reads on only while there is room for more.
type arrival struct {
	io.Reader

	enter func(size int64) error
	paid  int64 // Bytes that there is room for already.
}

// portion is how many bytes of a body are given room at a time.
const portion = 64 << 10

// Read is io.Reader's.
func (a *arrival) Read(into []byte) (int, error) {
	if a.paid == 0 {
		if err := a.enter(portion); err != nil {
			return 0, err
		}
		a.paid = portion
	}
	n, err := a.Reader.Read(into[:min(int64(len(into)), a.paid)])
	a.paid -= int64(n)
	return n, err
}
