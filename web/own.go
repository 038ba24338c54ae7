package web

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"fmt"
	"net/http"

	"github.com/runboard/runboard/api"
	"github.com/runboard/runboard/api/intake"
	"github.com/runboard/runboard/api/server"
	"github.com/runboard/runboard/api/store"
)

// ownStore knows, beside those who have a token, the board itself. What its
// readers hand over is submitted by it when only this machine reaches the board.
type ownStore struct {
	*store.Store

	secret string // Of this process, which it never leaves; "" when the board may not submit.
	board  api.Actor
}

// Authenticate implements server.Store.
func (s *ownStore) Authenticate(ctx context.Context, secret string) (api.Actor, error) {
	if s.secret != "" && subtle.ConstantTimeCompare([]byte(s.secret), []byte(secret)) == 1 {
		return s.board, nil
	}
	return s.Store.Authenticate(ctx, secret)
}

// openAPI makes the API over the store, and what takes result files over it.
func (s *Server) openAPI(ctx context.Context) error {
	if s.store == nil {
		return nil
	}
	own := &ownStore{Store: s.store}
	if s.config.isPrivate() {
		var err error
		if own.board, err = s.store.Board(ctx); err != nil {
			return fmt.Errorf("the store cannot be used: %w", err)
		}
		own.secret = rand.Text()
	}
	s.ownSecret = own.secret
	inner := server.Inner(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { s.apiHandler.ServeHTTP(w, r) }))
	config := server.Config{
		Store: own, Diary: s.store, Log: s.log, Intake: intake.New(inner, "Runboard (import)"), BaseURL: s.config.BaseURL,
	}
	s.apiHandler, s.intake = server.New(config), server.PageIntake(config)
	return nil
}
