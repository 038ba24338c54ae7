package web

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/runboard/runboard/api"
	"github.com/runboard/runboard/api/demo"
	"github.com/runboard/runboard/api/store"
)

// demoSeed makes every demo of the same day alike.
const demoSeed = 2026

// fillDemo puts demo data into a store without runs, before it is served: the
// store that is filled has a clock of its own, so that everything in it was made
// when it is said to have happened.
func (s *Server) fillDemo(ctx context.Context) (err error) {
	// The first project of a new store is older than all the rest.
	now := time.Now().AddDate(0, -7, 0)
	target, err := openStore(ctx, s.config.Data, s.config.Store, store.Options{Now: func() time.Time { return now }, Hasty: true})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, target.Close()) }()
	isEmpty, err := target.IsEmpty(ctx)
	if err != nil || !isEmpty {
		return err
	}
	s.log.InfoContext(ctx, "filling the store with demo data, which takes some seconds")
	options := s.demoOptions(target)
	options.CreateProject, options.Travel = target.CreateProject, func(t time.Time) { now = t }
	if err := demo.New(options).Fill(ctx); err != nil {
		return fmt.Errorf("the demo data is incomplete, remove it to begin anew: %w", err)
	}
	return nil
}

// runDemo keeps a demo going until the context ends. The channel is closed then.
func (s *Server) runDemo(ctx context.Context) <-chan struct{} {
	done := make(chan struct{})
	go func() {
		defer close(done)
		if !s.config.Demo {
			return
		}
		if err := demo.New(s.demoOptions(s.store)).Run(ctx); err != nil && ctx.Err() == nil {
			s.log.ErrorContext(ctx, "demo has stopped", "err", err)
		}
	}()
	return done
}

func (s *Server) demoOptions(target *store.Store) demo.Options {
	writer := func(ctx context.Context, name string) (api.Writer, error) {
		actor, err := demoActor(ctx, target, name)
		return target.As(actor), err
	}
	return demo.Options{Reader: target, Writer: writer, Log: s.log, Seed: demoSeed}
}

// demoActor is the user of a name. A new one comes with a token that nobody knows.
func demoActor(ctx context.Context, target *store.Store, name string) (api.Actor, error) {
	users, err := target.ListUsers(ctx, api.NewListFilter())
	if err != nil {
		return api.Actor{}, err
	}
	for _, user := range users.Result {
		if user.IsAPI && user.Name == name {
			return api.Actor{ID: user.ID, Name: name, Scope: api.ScopeAdmin}, nil
		}
	}
	secret, err := target.CreateToken(ctx, name, api.ScopeAdmin)
	if err != nil {
		return api.Actor{}, err
	}
	return target.Authenticate(ctx, secret)
}
