package web

import (
	"crypto/tls"
	"log/slog"
	"net/http"
	"time"
)

// Replace serves other routes, wrapped like our own.
func (s *Server) Replace(routes http.Handler) error {
	var err error
	s.handler, err = s.wrap(routes)
	return err
}

// Handler is all that is served.
func (s *Server) Handler() http.Handler { return s.handler }

// ListenURL is where it listens, whatever it is to be called.
func (s *Server) ListenURL() string { return s.listenURL() }

// SelfSigned chooses the certificate for a connection at the time of a clock.
func SelfSigned(data string, log *slog.Logger, now func() time.Time) (func(*tls.ClientHelloInfo) (*tls.Certificate, error), error) {
	own, err := newSelfSigned(data, log, now)
	return own.certificate, err
}
