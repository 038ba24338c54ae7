package api

import (
	"container/list"
	"context"
	"fmt"
	"runtime/debug"
	"sync"
)

// maxKept is how many bytes of former answers a client keeps, compressed.
const maxKept = 32 << 20

// keptAnswers are the last good answers, of which those not used for longest
// are given up first.
type keptAnswers struct {
	limit int // Bytes.

	mu     sync.Mutex
	size   int
	recent list.List // Of keptAnswer, most recent first.
	byKey  map[string]*list.Element
}

type keptAnswer struct {
	key  string
	body body
}

func (k keptAnswer) size() int { return len(k.key) + len(k.body.packed) }

func (k *keptAnswers) put(key string, b body) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.byKey == nil {
		k.byKey = map[string]*list.Element{}
	}
	if former, ok := k.byKey[key]; ok {
		k.drop(former)
	}
	added := keptAnswer{key, b}
	k.byKey[key] = k.recent.PushFront(added)
	k.size += added.size()
	for k.size > k.limit {
		k.drop(k.recent.Back())
	}
}

func (k *keptAnswers) drop(element *list.Element) {
	dropped := k.recent.Remove(element).(keptAnswer)
	k.size -= dropped.size()
	delete(k.byKey, dropped.key)
}

func (k *keptAnswers) get(key string) (body, bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	element, ok := k.byKey[key]
	if !ok {
		return body{}, false
	}
	k.recent.MoveToFront(element)
	return element.Value.(keptAnswer).body, true
}

// flights are the questions that are being asked, so that everyone who asks the
// same meanwhile shares the answer. The zero value is ready.
type flights struct {
	mu    sync.Mutex
	byKey map[string]*flight
}

type flight struct {
	landed chan struct{}
	body   body
	err    error
}

// share waits for the answer to a question, which goes on being asked when a
// caller stops waiting: the others, and the next one, want it too.
func (f *flights) share(ctx context.Context, key string, ask func(context.Context, string) (body, error)) (body, error) {
	f.mu.Lock()
	one, ok := f.byKey[key]
	if !ok {
		one = &flight{landed: make(chan struct{})}
		if f.byKey == nil {
			f.byKey = map[string]*flight{}
		}
		f.byKey[key] = one
		go f.fly(context.WithoutCancel(ctx), key, one, ask)
	}
	f.mu.Unlock()
	select {
	case <-one.landed:
		return one.body, one.err
	case <-ctx.Done():
		return body{}, ctx.Err()
	}
}

// fly asks. When that panics, those who wait get an error with the stack: no
// request stands around this goroutine that could recover.
func (f *flights) fly(ctx context.Context, key string, one *flight, ask func(context.Context, string) (body, error)) {
	defer f.land(key, one)
	defer func() {
		if cause := recover(); cause != nil {
			one.err = fmt.Errorf("panic: %v\n%s", cause, debug.Stack())
		}
	}()
	one.body, one.err = ask(ctx, key)
}

func (f *flights) land(key string, one *flight) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.byKey[key] == one {
		delete(f.byKey, key)
	}
	close(one.landed)
}

// forget has those who ask from now on not share what was asked before a change.
func (f *flights) forget() {
	f.mu.Lock()
	defer f.mu.Unlock()
	clear(f.byKey)
}
