package server

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/runboard/runboard/api"
)

// Diary keeps what clients ask for (Runboard).
type Diary interface {
	// NoteInDiary keeps an entry, whose ID and At it fills in. It must not wait.
	NoteInDiary(entry api.DiaryEntry)
}

// What entries of the diary are cut to, in characters.
const (
	longestReason = 500
	longestClient = 60
)

// carried is what a call has brought along, as far as it is known.
type carried struct {
	sent     int64 // Bytes.
	unpacked int64 // Bytes; 0 when it was not read to its end.
	tests    int
}

// counted counts the bytes of a body.
type counted struct {
	io.ReadCloser

	size *int64
}

// Read implements io.Reader.
func (c *counted) Read(into []byte) (int, error) {
	n, err := c.ReadCloser.Read(into)
	*c.size += int64(n)
	return n, err
}

// observe watches a call that is to change something. What it returns writes it
// into the diary when it has been answered.
func (s *server) observe(ctx context.Context, op operation, c *call) (finish func(result any, err error)) {
	if s.Diary == nil || isInner(ctx) || c.Method == http.MethodGet || c.Method == http.MethodHead || c.Method == http.MethodOptions {
		return func(any, error) {}
	}
	start := time.Now()
	c.Body = &counted{c.Body, &c.carried.sent}
	return func(result any, err error) {
		entry := api.DiaryEntry{
			TokenID: c.actor.TokenID, Name: c.actor.Name, Route: op.route, Sent: c.carried.sent, Unpacked: c.carried.unpacked,
			Tests: c.carried.tests, Elapsed: time.Since(start).Microseconds(), Client: clientOf(c.UserAgent()),
		}
		if op.route == "" {
			// Who asks for nothing that there is has not been looked at yet.
			if actor, err := s.Store.Authenticate(context.WithoutCancel(ctx), bearer(c.Header)); err == nil {
				entry.TokenID, entry.Name = actor.TokenID, actor.Name
			}
			entry.Route = plain(c.Method, len(http.MethodOptions))
		}
		if entry.Sent == 0 && c.ContentLength > 0 {
			entry.Sent = c.ContentLength // Refused before it was read.
		}
		entry.Status, entry.Reason = outcome(ctx, result, err)
		about(&entry, c, result)
		s.Diary.NoteInDiary(entry)
	}
}

// outcome is how a call was answered.
func outcome(ctx context.Context, result any, err error) (status int, reason string) {
	switch {
	case err == nil:
		return statusOf(result), plain(leftOut(result), longestReason)
	case errors.Is(ctx.Err(), context.Canceled):
		return api.StatusGone, "The client went away before it had an answer."
	default:
		public := api.Public(err)
		return public.Kind.HTTPStatus(), plain(public.Words(), longestReason)
	}
}

// about fills in what a call is about: what its address names, and what it has made.
func about(entry *api.DiaryEntry, c *call, result any) {
	id, err := strconv.ParseInt(c.PathValue("id"), 10, 64)
	if err != nil || id < 0 {
		id = 0
	}
	var made int64
	switch result := result.(type) {
	case created:
		made = result.ID
	case api.Taken:
		made, entry.Tests = result.ID, result.Tests
	}
	_, path, _ := strings.Cut(entry.Route, " ")
	switch {
	case strings.HasPrefix(path, "/projects/{id}"):
		entry.ProjectID = id
		if strings.Contains(path, "/automation/runs") {
			entry.RunID = made
		}
	case strings.HasPrefix(path, "/automation/runs/threads/{id}"):
		entry.ThreadID = id
	case strings.HasPrefix(path, "/automation/runs/{id}"):
		entry.RunID, entry.ThreadID = id, made
	}
}

// clientOf is the program that asks, and its version, as "Testmo CLI 1.5.0".
func clientOf(agent string) string {
	name, _, _ := strings.Cut(agent, " (")
	return plain(strings.ReplaceAll(name, "/", " "), longestClient)
}

// plain is a text of so many characters at most, and of none that would not be seen.
func plain(text string, most int) string {
	text = strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) || r == unicode.ReplacementChar {
			return -1
		}
		return r
	}, text)
	if runes := []rune(text); len(runes) > most {
		text = string(runes[:most-1]) + endMark
	}
	return strings.TrimSpace(text)
}
