package store

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"errors"
	"slices"
	"sync"
	"time"

	"github.com/runboard/runboard/api"
)

// Token is what is known of a token; the secret is not.
type Token struct {
	ID         int64
	Name       string // Of the API user that it acts as.
	Scope      api.Scope
	CreatedAt  api.Time
	LastUsedAt api.Time // To the minute; zero when it was never used.
}

// secretPrefix lets scanners find tokens where they should not be.
const secretPrefix = "runboard_"

func hashOf(secret string) string {
	hash := sha256.Sum256([]byte(secret))
	return hex.EncodeToString(hash[:])
}

// CreateToken makes a token of the API user of that name, who is made when there
// is none, and returns its secret, which is kept nowhere.
func (s *Store) CreateToken(ctx context.Context, name string, scope api.Scope) (secret string, err error) {
	name, _, err = cleanName("name", name)
	if err != nil {
		return "", err
	}
	if !slices.Contains(api.Scopes(), scope) {
		var problems api.Problems
		problems.Add("scope", "Must be one of read, submit, import, admin.")
		return "", problems.Err()
	}
	secret = secretPrefix + rand.Text()
	err = s.write(ctx, "creating a token", func(tx *sql.Tx) (int64, error) {
		userID, err := s.userFor(ctx, tx, name, 1)
		if err != nil {
			return 0, err
		}
		_, err = tx.ExecContext(ctx, "INSERT INTO tokens (user_id, scope, hash, created_at) VALUES ($1, $2, $3, $4)",
			userID, string(scope), hashOf(secret), s.millis())
		return 0, err
	})
	if err != nil {
		return "", err
	}
	return secret, nil
}

// ListTokens are all tokens, oldest first.
func (s *Store) ListTokens(ctx context.Context) ([]Token, error) {
	tokens, err := queryAll(ctx, s.ro, func(r row) (Token, error) {
		var token Token
		var createdAt, usedAt int64
		err := r.Scan(&token.ID, &token.Name, &token.Scope, &createdAt, &usedAt)
		token.CreatedAt, token.LastUsedAt = api.UnixMilliTime(createdAt), api.UnixMilliTime(usedAt)
		return token, err
	}, `SELECT t.id, u.name, t.scope, t.created_at, t.last_used_at FROM tokens t JOIN users u ON u.id = t.user_id ORDER BY t.id`)
	return tokens, fail("listing tokens", err)
}

// RevokeToken makes a token worthless at once and forgets it.
func (s *Store) RevokeToken(ctx context.Context, id int64) error {
	return s.write(ctx, "revoking a token", func(tx *sql.Tx) (int64, error) {
		_, err := queryOne(ctx, tx, scanID, "DELETE FROM tokens WHERE id = $1 RETURNING id", id)
		if errors.Is(err, sql.ErrNoRows) {
			return 0, api.NotFound("token", id)
		}
		return 0, err
	})
}

// Authenticate is who has the secret. One that no token has is a KindUnauthorized error.
func (s *Store) Authenticate(ctx context.Context, secret string) (api.Actor, error) {
	var actor api.Actor
	var usedAt int64
	err := s.ro.QueryRowContext(ctx, `SELECT t.id, t.last_used_at, u.id, u.name, t.scope
		FROM tokens t JOIN users u ON u.id = t.user_id WHERE t.hash = $1`, hashOf(secret)).
		Scan(&actor.TokenID, &usedAt, &actor.ID, &actor.Name, &actor.Scope)
	if errors.Is(err, sql.ErrNoRows) {
		return api.Actor{}, &api.Error{Kind: api.KindUnauthorized, Message: "The token is not a valid one."}
	}
	if err != nil {
		return api.Actor{}, fail("looking for a token", err)
	}
	if s.millis()-usedAt >= useInterval.Milliseconds() {
		s.tokens.note(actor.TokenID)
	}
	return actor, nil
}

// useInterval is how exactly the last use of a token is known.
const useInterval = time.Minute

// tokenUses writes down which tokens are used, away from the requests that use
// them, which do not wait for it.
type tokenUses struct {
	used chan int64
	stop context.CancelFunc
	done sync.WaitGroup
}

// start writes until stop is called.
func (u *tokenUses) start(ctx context.Context, s *Store) {
	ctx, u.stop = context.WithCancel(context.WithoutCancel(ctx))
	u.used = make(chan int64, 64)
	u.done.Go(func() {
		for {
			select {
			case id := <-u.used:
				s.noteUse(ctx, id)
			case <-ctx.Done():
				return
			}
		}
	})
}

// note is dropped when many are waiting: the next use is as good.
func (u *tokenUses) note(id int64) {
	select {
	case u.used <- id:
	default:
	}
}

func (s *Store) noteUse(ctx context.Context, id int64) {
	now := s.millis()
	// The condition is for those that were noted twice before this was written.
	_, err := s.rw.ExecContext(ctx, "UPDATE tokens SET last_used_at = $2 WHERE id = $1 AND last_used_at <= $3",
		id, now, now-useInterval.Milliseconds())
	if err != nil && ctx.Err() == nil {
		s.log.WarnContext(ctx, "the use of a token could not be noted", "token_id", id, "error", err)
	}
}
