package web_test

import (
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/runboard/runboard/web"
)

// QUALITY F8.
func TestFastTyping(t *testing.T) {
	t.Parallel()

	j := newJourney(t, startFilled(t, nil, nil), reader{})
	j.open(runs)
	j.shows(runs)
	entries := js[int](j.tab, "history.length")
	const text = "merge of pull request 7 8 9 10"
	require.Len(t, text, 30)
	j.focus("#q")
	before, began := j.sent("&q=")+j.sent("?q="), time.Now()
	for _, key := range text {
		j.press(string(key))
	}
	took := time.Since(began)
	j.shows(runs + "?q=merge+of+pull+request+7+8+9+10")
	requests := j.sent("q=") - before
	t.Logf("30 keys in %v: %d requests", took.Round(time.Millisecond), requests)
	require.LessOrEqual(t, requests, 3)
	require.Equal(t, "q", js[string](j.tab, "document.activeElement.id"), "the focus stays where the reader types")
	require.Equal(t, entries, js[int](j.tab, "history.length"), "the history does not fill with letters")

	j.press(strings.Repeat("\b", len(" 7 8 9 10")))
	j.shows(runs + "?q=merge+of+pull+request")
	j.click("#status-1")
	j.shows(runs + "?status=2&q=merge+of+pull+request")
	j.back()
	j.shows(runs + "?q=merge+of+pull+request")
}

// The answer to what was typed first comes last, and must not win.
func TestLastTypedWins(t *testing.T) {
	t.Parallel()

	asked, answer := make(chan struct{}), make(chan struct{})
	t.Cleanup(func() { close(answer) })
	j := newJourney(t, startFilled(t, nil, before(t, func(w http.ResponseWriter, r *http.Request) bool {
		if r.URL.Query().Get("q") != "nightly" {
			return false
		}
		close(asked)
		select {
		case <-answer:
		case <-r.Context().Done():
		}
		_, _ = io.WriteString(w, `<section id="runs">Too late</section>`)
		return true
	})), reader{})
	j.open(runs)
	j.focus("#q")
	j.press("nightly")
	<-asked
	j.press(" 40")
	j.shows(runs + "?q=nightly+40")
}

// before lets a function answer requests itself, if it returns true.
func before(t *testing.T, answer func(w http.ResponseWriter, r *http.Request) bool) func(*web.Server) {
	t.Helper()
	return func(s *web.Server) {
		routes := s.Handler()
		require.NoError(t, s.Replace(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if !answer(w, r) {
				routes.ServeHTTP(w, r)
			}
		})))
	}
}
