package web

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"time"
)

const (
	headerTimeout = 5 * time.Second
	// bodyTimeout fits 64 MiB, the largest body of the API, over 2 Mbit/s.
	bodyTimeout    = 5 * time.Minute
	idleTimeout    = 2 * time.Minute
	maxHeaderBytes = 32 << 10
	drainTimeout   = 10 * time.Second
)

// Run serves until the context ends, then lets the requests that it has begun
// finish, for ten seconds at most, and closes the server.
func (s *Server) Run(ctx context.Context) error {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	var background sync.WaitGroup
	background.Go(func() { s.runDemo(ctx) })
	background.Go(func() { s.awaitClient(ctx) })
	server := s.httpServer()
	served := make(chan error, 1)
	go func() { served <- s.serve(server) }()
	lost := make(chan error, 1)
	background.Go(func() { lost <- s.keepClaim(ctx) })

	var problem error
	select {
	case problem = <-served:
		problem = fmt.Errorf("serving: %w", problem)
	case problem = <-lost:
		problem = errors.Join(problem, s.drain(ctx, server))
	case <-ctx.Done():
		problem = s.drain(ctx, server)
	}
	stop()
	background.Wait()
	return errors.Join(problem, s.Close())
}

// keepClaim waits until the context ends, or the store is another server's.
func (s *Server) keepClaim(ctx context.Context) error {
	if s.claim == nil {
		<-ctx.Done()
		return nil
	}
	return s.claim.keep(ctx, s.log)
}

func (s *Server) httpServer() *http.Server {
	return &http.Server{
		Handler:           s.handler,
		ReadHeaderTimeout: cmp.Or(s.config.HeaderTimeout, headerTimeout),
		ReadTimeout:       bodyTimeout,
		WriteTimeout:      bodyTimeout + time.Minute,
		IdleTimeout:       idleTimeout,
		MaxHeaderBytes:    maxHeaderBytes,
		ErrorLog:          slog.NewLogLogger(s.log.Handler(), slog.LevelDebug),
		TLSConfig:         s.tls,
	}
}

func (s *Server) serve(server *http.Server) error {
	if s.tls != nil {
		return server.ServeTLS(s.listener, "", "")
	}
	return server.Serve(s.listener)
}

// drain says that the server is not ready, takes no more connections, and waits
// for the requests that are under way.
func (s *Server) drain(ctx context.Context, server *http.Server) error {
	s.isDraining.Store(true)
	s.log.InfoContext(ctx, "stopping")
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), drainTimeout)
	defer cancel()
	if err := server.Shutdown(ctx); err != nil {
		return errors.Join(fmt.Errorf("requests were cut off after %s: %w", drainTimeout, err), server.Close())
	}
	return nil
}

// URL is where the server is reached: the configured address, else the one that
// it listens on.
func (s *Server) URL() string {
	if s.config.BaseURL != "" {
		return s.config.BaseURL
	}
	return s.listenURL()
}

func (s *Server) listenURL() string {
	scheme := "http"
	if s.tls != nil {
		scheme = "https"
	}
	host, port, err := net.SplitHostPort(s.listener.Addr().String())
	if err == nil && net.ParseIP(host).IsUnspecified() {
		host = "127.0.0.1"
	}
	return scheme + "://" + net.JoinHostPort(host, port)
}
