package server_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/runboard/runboard/api"
	"github.com/runboard/runboard/api/intake"
	"github.com/runboard/runboard/api/server"
	"github.com/runboard/runboard/api/store"
)

const runs = "/api/v1/projects/1/automation/runs"

// service is the API over a store, with a token of each scope. Everything that
// it answers is held against its description.
type service struct {
	tb      testing.TB
	store   *store.Store
	handler http.Handler
	tokens  map[api.Scope]string
	log     *bytes.Buffer
}

// start opens a new store and serves it; change may be nil, and can put another
// store in front of it.
func start(tb testing.TB, change func(s *store.Store, c *server.Config)) *service {
	tb.Helper()
	return startOn(tb, filepath.Join(tb.TempDir(), "runboard.db"), server.Limits{}, change)
}

// startOn is start with a database and limits.
func startOn(tb testing.TB, url string, limits server.Limits, change func(s *store.Store, c *server.Config)) *service {
	tb.Helper()
	s, err := store.Open(tb.Context(), url, store.Options{Hasty: true})
	require.NoError(tb, err)
	tb.Cleanup(func() { require.NoError(tb, s.Close()) })
	svc := &service{tb: tb, store: s, tokens: map[api.Scope]string{}, log: &bytes.Buffer{}}
	for _, scope := range api.Scopes() {
		svc.tokens[scope], err = s.CreateToken(tb.Context(), "robot "+string(scope), scope)
		require.NoError(tb, err)
	}
	config := server.Config{Store: s, Log: slog.New(slog.NewTextHandler(svc.log, &slog.HandlerOptions{Level: slog.LevelDebug})), Rate: 1e6, Burst: 1e6}
	if change != nil {
		change(s, &config)
	}
	inner := server.Inner(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { svc.handler.ServeHTTP(w, r) }))
	config.Intake = intake.New(inner, "Runboard")
	svc.handler = server.NewLimited(config, limits)
	return svc
}

// answer is a response with its body read.
type answer struct {
	*http.Response

	tb   testing.TB
	body string
}

// send makes a request as a token of a scope, "" for none. Headers are pairs of
// names and values.
func (s *service) send(scope api.Scope, method, target, body string, headers ...string) answer {
	s.tb.Helper()
	r := s.request(scope, method, target, body, headers...)
	recorder := httptest.NewRecorder()
	s.handler.ServeHTTP(recorder, r)
	response := recorder.Result()
	text, err := io.ReadAll(response.Body)
	require.NoError(s.tb, err)
	a := answer{response, s.tb, string(text)}
	checkAnswer(s.tb, r, a)
	return a
}

func (s *service) request(scope api.Scope, method, target, body string, headers ...string) *http.Request {
	r := httptest.NewRequestWithContext(s.tb.Context(), method, target, strings.NewReader(body))
	r.Header.Set("Content-Type", "application/json")
	if scope != "" {
		r.Header.Set("Authorization", "Bearer "+s.tokens[scope])
	}
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
		if headers[i] == "Content-Length" {
			r.ContentLength, _ = strconv.ParseInt(headers[i+1], 10, 64)
		}
	}
	return r
}

// silently is the status that a POST is answered with, and fails no test.
func (s *service) silently(target, body string, headers ...string) int {
	recorder := httptest.NewRecorder()
	s.handler.ServeHTTP(recorder, s.request(api.ScopeSubmit, http.MethodPost, target, body, headers...))
	return recorder.Code
}

func (s *service) get(target string) answer {
	s.tb.Helper()
	return s.send(api.ScopeRead, http.MethodGet, target, "")
}

func (s *service) post(target, body string) answer {
	s.tb.Helper()
	return s.send(api.ScopeSubmit, http.MethodPost, target, body)
}

// created is the id of what a request with this body makes.
func (s *service) created(target, body string) int64 {
	s.tb.Helper()
	a := s.post(target, body)
	require.Equal(s.tb, http.StatusCreated, a.StatusCode, a.body)
	var made map[string]int64
	a.decode(&made)
	require.Len(s.tb, made, 1)
	return made["id"]
}

func (a answer) decode(into any) {
	a.tb.Helper()
	require.NoError(a.tb, json.Unmarshal([]byte(a.body), into), a.body)
}

// refusal is an answer that is no success.
type refusal struct {
	Message string
	Errors  map[string][]string
}

// refused is what an answer of this status says.
func (a answer) refused(status int) refusal {
	a.tb.Helper()
	require.Equal(a.tb, status, a.StatusCode, a.body)
	var r refusal
	a.decode(&r)
	require.NotEmpty(a.tb, r.Message)
	return r
}

func runPath(id int64, rest string) string {
	return fmt.Sprintf("/api/v1/automation/runs/%d%s", id, rest)
}

// run is a run as the API shows it.
func (s *service) run(id int64) api.Run {
	s.tb.Helper()
	var detail api.RunDetail
	s.get(runPath(id, "")).decode(&detail)
	return detail.Result
}
