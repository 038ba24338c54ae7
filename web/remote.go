package web

import (
	"context"
	"time"

	"github.com/runboard/runboard/api"
)

const (
	detectTimeout = 5 * time.Second // How long one question to the remote instance may take.
	firstPause    = 250 * time.Millisecond
	longestPause  = 30 * time.Second
)

// openClient points at the remote instance, which need not answer yet: the
// pages say so when it does not.
func (s *Server) openClient(ctx context.Context) error {
	var err error
	s.client, err = api.NewClient(s.config.TestmoURL, api.ClientOptions{Token: s.config.TestmoToken, Log: s.log})
	if err != nil {
		return err
	}
	if s.config.isTokenExposed() {
		s.log.WarnContext(ctx, "the token of the instance travels unencrypted: give an address with https if there is one")
	}
	if err := s.detect(ctx); err != nil {
		s.log.WarnContext(ctx, "instance does not answer, so it is taken for one of Testmo until it does", "err", err)
	}
	return nil
}

// detect asks the remote instance what it is.
func (s *Server) detect(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, detectTimeout)
	defer cancel()
	isRunboard, err := s.client.Detect(ctx)
	if err != nil {
		return err
	}
	s.isDetected = true
	s.log.InfoContext(ctx, "instance answers", "is_runboard", isRunboard)
	return nil
}

// awaitClient asks the remote instance what it is until it answers, or the
// context ends.
func (s *Server) awaitClient(ctx context.Context) {
	for pause := firstPause; s.client != nil && !s.isDetected; pause = min(2*pause, longestPause) {
		select {
		case <-ctx.Done():
			return
		case <-time.After(pause):
		}
		if err := s.detect(ctx); err != nil {
			s.log.DebugContext(ctx, "instance does not answer yet", "err", err)
		}
	}
}
