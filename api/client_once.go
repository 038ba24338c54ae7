package api

import "context"

// Once has a write take place once, however often it arrives (Runboard). Of all
// writes of one user with the same key the first that succeeds has its effect,
// and the others get its answer, for KeptForDays at least.
type Once struct {
	Key string // Of the caller's choice, and never used for anything else; at most MaxKey characters of ASCII.
	// Request tells requests apart, so that a key that is used for another one is
	// refused. A server fills it in; "" does without.
	Request string
}

// The bounds of keys.
const (
	MaxKey      = 255
	KeptForDays = 30
)

// OnceHeader carries the key.
const OnceHeader = "Idempotency-Key"

type onceKey struct{}

// WithOnce has the writes that are made with the context take place once. A
// Writer that is no Runboard's ignores it.
func WithOnce(ctx context.Context, once Once) context.Context {
	return context.WithValue(ctx, onceKey{}, once)
}

// OnceOf is what WithOnce was given; without a key when it was not.
func OnceOf(ctx context.Context) Once {
	once, _ := ctx.Value(onceKey{}).(Once)
	return once
}
