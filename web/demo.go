package web

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"sync/atomic"
	"time"

	"github.com/runboard/runboard/api"
	"github.com/runboard/runboard/api/demo"
	"github.com/runboard/runboard/api/store"
)

// demoSeed makes every demo of the same day alike.
const demoSeed = 2026

// clock is that of a store whose past is made up. The store may read it while it travels.
type clock struct{ millis atomic.Int64 }

func (c *clock) now() time.Time     { return time.UnixMilli(c.millis.Load()) }
func (c *clock) travel(t time.Time) { c.millis.Store(t.UnixMilli()) }

// newClock is before the demo begins: the first project is older than all the rest.
func newClock() *clock {
	c := &clock{}
	c.travel(time.Now().AddDate(0, -7, 0))
	return c
}

// fillDemo puts demo data into a store without runs, before it is served. An
// attempt that is interrupted leaves a SQLite file as it was. A database is
// filled where it is, and has a mark until it is whole.
func (s *Server) fillDemo(ctx context.Context, address string) error {
	isEmpty, err := isStoreEmpty(ctx, address)
	if err != nil {
		return err
	}
	if isPostgres(address) {
		if err := s.claim.checkMark(ctx); err != nil {
			return err
		}
	}
	if !isEmpty {
		s.log.InfoContext(ctx, "store has runs already, so it is not filled with demo data")
		return nil
	}
	s.log.InfoContext(ctx, "filling the store with demo data, which takes some seconds")
	if isPostgres(address) {
		return s.fillMarked(ctx, address)
	}
	return s.fillDraft(ctx, address)
}

// isStoreEmpty reports whether a store has no runs. It makes one that is not there yet.
func isStoreEmpty(ctx context.Context, address string) (is bool, err error) {
	target, err := openStore(ctx, address, store.Options{Now: newClock().now})
	if err != nil {
		return false, err
	}
	defer func() { err = errors.Join(err, target.Close()) }()
	return target.IsEmpty(ctx)
}

// fillDraft fills a copy of a SQLite file, which takes its place when it is whole.
func (s *Server) fillDraft(ctx context.Context, path string) (err error) {
	draft := path + ".demo"
	if err := removeStore(draft); err != nil {
		return err
	}
	before, err := statQuiet(path)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, removeStore(draft)) }()
	content, err := os.ReadFile(path)
	if err == nil {
		err = os.WriteFile(draft, content, 0o600)
	}
	if err != nil {
		return fmt.Errorf("copying the store: %w", err)
	}
	if err := s.fill(ctx, draft); err != nil {
		return err
	}
	after, err := statQuiet(path)
	if err != nil {
		return err
	}
	if after.Size() != before.Size() || !after.ModTime().Equal(before.ModTime()) {
		return errInUse
	}
	return replace(path, draft)
}

var errInUse = errors.New("another command has used the store while it was to be filled with demo data: start again")

// statQuiet looks at the file of a store that nobody else uses.
func statQuiet(path string) (fs.FileInfo, error) {
	if _, err := os.Stat(path + "-wal"); err == nil {
		return nil, errInUse
	}
	return os.Stat(path)
}

// removeStore removes a SQLite file and those beside it, as far as they are there.
func removeStore(path string) error {
	for _, name := range []string{path, path + "-wal", path + "-shm"} {
		if err := os.Remove(name); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("removing a demo that is not whole: %w", err)
		}
	}
	return nil
}

// fillMarked fills a database.
func (s *Server) fillMarked(ctx context.Context, url string) error {
	if err := s.claim.mark(ctx, unfinished); err != nil {
		return err
	}
	if err := s.fill(ctx, url); err != nil {
		// Whoever has stopped the server gets to know it, too.
		s.log.ErrorContext(ctx, "demo is not whole, and cannot be continued", "err", err)
		return errors.Join(errUnfinished, err)
	}
	return s.claim.mark(ctx, "")
}

// fill fills a store that has a clock of its own, so that everything in it was
// made when it is said to have happened.
func (s *Server) fill(ctx context.Context, address string) (err error) {
	clock := newClock()
	target, err := openStore(ctx, address, store.Options{Now: clock.now, Hasty: true})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, target.Close()) }()
	options := s.demoOptions(target)
	options.CreateProject, options.Travel, options.Span = target.CreateProject, clock.travel, s.config.DemoSpan
	return demo.New(options).Fill(ctx)
}

// runDemo keeps a demo going until the context ends.
func (s *Server) runDemo(ctx context.Context) {
	if !s.config.Demo {
		return
	}
	if err := demo.New(s.demoOptions(s.store)).Run(ctx); err != nil && ctx.Err() == nil {
		s.log.ErrorContext(ctx, "demo has stopped", "err", err)
	}
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
