package server

import (
	"crypto/sha256"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"github.com/runboard/runboard/api"
)

// maxBuckets bounds the memory that tokens take, of which there may be as many.
const maxBuckets = 10_000

// buckets hold, for each token, how many requests it may make.
type buckets struct {
	rate  rate.Limit
	burst int
	most  int // How many are kept.

	mu      sync.Mutex
	byToken map[[sha256.Size]byte]*rate.Limiter // By the token's hash, so that no secret is kept.
}

// take spends one request of a token, which must be a good one. The error is of
// KindRateLimited and says how long to wait.
func (b *buckets) take(secret string, now time.Time) error {
	reservation := b.of(secret, now).ReserveN(now, 1)
	if wait := reservation.DelayFrom(now); wait > 0 {
		reservation.CancelAt(now)
		return &api.Error{Kind: api.KindRateLimited, Message: "This token makes too many requests.", RetryAfter: wait}
	}
	return nil
}

func (b *buckets) of(secret string, now time.Time) *rate.Limiter {
	key := sha256.Sum256([]byte(secret))
	b.mu.Lock()
	defer b.mu.Unlock()
	if bucket, ok := b.byToken[key]; ok {
		return bucket
	}
	if b.byToken == nil {
		b.byToken = map[[sha256.Size]byte]*rate.Limiter{}
	}
	if len(b.byToken) >= b.most {
		b.prune(now)
	}
	bucket := rate.NewLimiter(b.rate, b.burst)
	b.byToken[key] = bucket
	return bucket
}

// prune forgets the buckets that are full, which are as good as new, and any one
// when none is.
func (b *buckets) prune(now time.Time) {
	for key, bucket := range b.byToken {
		if bucket.TokensAt(now) >= float64(b.burst) {
			delete(b.byToken, key)
		}
	}
	for key := range b.byToken {
		if len(b.byToken) < b.most {
			return
		}
		delete(b.byToken, key)
	}
}
