// Package web is the composition root: it takes the configuration, wires the
// store or the remote instance to the API and the pages, wraps both in what
// every request passes through, and owns the life of the server. It must not
// hold a page or a query.
package web

import (
	"cmp"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"sync/atomic"

	"github.com/gorilla/sessions"

	"github.com/runboard/runboard/api"
	"github.com/runboard/runboard/api/store"
	"github.com/runboard/runboard/handlers"
)

// Server is a board that listens. Make one with New, and end it with Run or Close.
type Server struct {
	config     Config
	log        *slog.Logger
	claim      *claim       // nil without a store.
	store      *store.Store // nil when the runs are those of a remote instance.
	client     *api.Client  // nil when they are our own.
	isDetected bool         // The client's instance has said what it is.
	apiHandler http.Handler // nil without a store.
	intake     api.Intake   // Of the pages; nil without a store.
	ownSecret  string       // Of the board itself; "" when it may not submit.
	sessions   *sessions.CookieStore
	tls        *tls.Config // nil for plain HTTP.
	pages      *handlers.Handlers
	listener   net.Listener
	handler    http.Handler
	isDraining atomic.Bool
}

// New opens everything that the board needs, its address last. What fails here
// is a matter of the configuration or the machine, and the error is a sentence
// for whoever started it.
func New(ctx context.Context, config Config) (*Server, error) {
	if err := config.Validate(); err != nil {
		return nil, err
	}
	config.BaseURL, config.Program = strings.TrimSuffix(config.BaseURL, "/"), cmp.Or(config.Program, "runboard")
	s := &Server{config: config, log: config.Log}
	for _, step := range []func(context.Context) error{
		s.openData, s.openBackend, s.openAPI, s.openPages, s.openHandler, s.openListener,
	} {
		if err := step(ctx); err != nil {
			return nil, errors.Join(err, s.Close())
		}
	}
	return s, nil
}

// openData makes the data folder and what is kept in it beside the database.
func (s *Server) openData(context.Context) error {
	if err := makeFolder(s.config.Data); err != nil {
		return err
	}
	keys, err := sessionKeys(s.config.Data)
	if err != nil {
		return err
	}
	s.sessions = newSessions(keys, s.config.isSecure())
	s.tls, err = s.config.tls()
	return err
}

// openBackend opens the store, or points at the remote instance.
func (s *Server) openBackend(ctx context.Context) error {
	if s.config.TestmoURL != "" {
		return s.openClient(ctx)
	}
	address, err := storeAddress(s.config.Data, s.config.Store)
	if err != nil {
		return err
	}
	if s.claim, err = claimStore(ctx, address); err != nil {
		return err
	}
	if s.config.Demo {
		if err := s.fillDemo(ctx, address); err != nil {
			return err
		}
	}
	if s.store, err = openStore(ctx, address, store.Options{Log: s.log}); err != nil {
		return err
	}
	return s.store.Warm(ctx)
}

// openPages makes the pages over whichever backend there is.
func (s *Server) openPages(context.Context) error {
	options := handlers.Options{
		Log: s.log, Sessions: s.sessions, SessionName: sessionName(s.config.isSecure()),
		BaseURL: s.config.BaseURL, Instance: s.config.TestmoURL,
		Certificate: s.config.trusted(), Program: Quote(s.config.Program), StoreFlags: s.config.storeFlags(),
	}
	if s.store != nil {
		options.Reader, options.Insight, options.Capabilities = s.store, s.store, api.AllCapabilities
		options.Intake, options.OwnSecret, options.Diary = s.intake, s.ownSecret, s.store
	} else {
		options.Reader, options.Capabilities = s.client, s.client.Capabilities
	}
	s.pages = handlers.New(options)
	return nil
}

func (s *Server) openHandler(context.Context) error {
	var err error
	s.handler, err = s.routes()
	return err
}

func (s *Server) openListener(ctx context.Context) error {
	var listen net.ListenConfig
	listener, err := listen.Listen(ctx, "tcp", s.config.Listen)
	if err != nil {
		return fmt.Errorf("cannot listen on %s: %w", s.config.Listen, err)
	}
	s.listener = listener
	return nil
}

// Close frees what New has opened. Run does it too; a second time does nothing.
func (s *Server) Close() error {
	var problems []error
	if s.listener != nil {
		if err := s.listener.Close(); err != nil && !errors.Is(err, net.ErrClosed) {
			problems = append(problems, fmt.Errorf("closing the address: %w", err))
		}
	}
	if s.store != nil {
		if err := s.store.Close(); err != nil {
			problems = append(problems, fmt.Errorf("closing the store: %w", err))
		}
		s.store = nil
	}
	if s.claim != nil {
		if err := s.claim.free(); err != nil {
			problems = append(problems, fmt.Errorf("unlocking the store: %w", err))
		}
		s.claim = nil
	}
	return errors.Join(problems...)
}
