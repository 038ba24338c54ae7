package server_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/runboard/runboard/api"
	"github.com/runboard/runboard/api/server"
	"github.com/runboard/runboard/api/store"
)

func TestTokens(t *testing.T) {
	t.Parallel()
	s := start(t, nil)
	secret := s.tokens[api.ScopeRead]
	for header, want := range map[string]int{
		"Bearer " + secret:       http.StatusOK,
		"bearer  " + secret:      http.StatusOK,
		"":                       http.StatusUnauthorized,
		secret:                   http.StatusUnauthorized,
		"Bearer":                 http.StatusUnauthorized,
		"Bearer ":                http.StatusUnauthorized,
		"Basic " + secret:        http.StatusUnauthorized,
		"Bearer " + secret[1:]:   http.StatusUnauthorized,
		"Bearer " + secret + "x": http.StatusUnauthorized,
		"Bearer ' OR 1=1 --":     http.StatusUnauthorized,
	} {
		a := s.send("", http.MethodGet, "/api/v1/user", "", "Authorization", header)
		require.Equal(t, want, a.StatusCode, header)
		require.Equal(t, want == http.StatusUnauthorized, a.Header.Get("WWW-Authenticate") != "")
	}
	var user map[string]any
	s.get("/api/v1/user").decode(&user)
	require.Equal(t, "robot read", user["name"])
	require.NotContains(t, user, "result", "the user is a bare object")
}

// What each scope may do, of those that the description names.
func TestScopes(t *testing.T) {
	t.Parallel()
	s := start(t, nil)
	s.fill()
	all := samples()
	for _, pattern := range slices.Sorted(maps.Keys(all)) {
		one := all[pattern]
		method, _, _ := strings.Cut(pattern, " ")
		needed := one.scope
		if needed == api.ScopeImport {
			needed = api.ScopeSubmit
		}
		for _, scope := range api.Scopes() {
			a := s.send(scope, method, one.target, one.body)
			if needed == "" || scope.Includes(needed) {
				require.NotEqual(t, http.StatusForbidden, a.StatusCode, "%s with %s", pattern, scope)
				continue
			}
			message := a.refused(http.StatusForbidden).Message
			require.Equal(t, fmt.Sprintf("This needs a token with the scope %s; that of this token is %s.", needed, scope), message, pattern)
		}
	}
}

func TestDatesNeedTheScopeImport(t *testing.T) {
	t.Parallel()
	s := start(t, nil)
	const created, completed = "2026-01-02T03:04:05.678Z", "2026-01-02T04:04:05.678Z"
	for _, scope := range []api.Scope{api.ScopeSubmit, api.ScopeImport} {
		a := s.send(scope, http.MethodPost, runs, with(`"created_at": "`+created+`"`))
		require.Equal(t, http.StatusCreated, a.StatusCode, a.body)
		var made struct{ ID int64 }
		a.decode(&made)
		a = s.send(scope, http.MethodPost, runPath(made.ID, "/complete"), `{"measure_elapsed": true, "completed_at": "`+completed+`"}`)
		require.Equal(t, http.StatusNoContent, a.StatusCode, a.body)
		run := s.run(made.ID)
		require.Equal(t, scope == api.ScopeImport, run.CreatedAt.Format(time.RFC3339Nano) == created)
		require.Equal(t, scope == api.ScopeImport, run.CompletedAt.Format(time.RFC3339Nano) == completed)
		require.Equal(t, scope == api.ScopeImport, *run.Elapsed == time.Hour.Microseconds())
	}
	for _, text := range []string{`"soon"`, `"1969-12-31"`, `"1970-01-01"`, `""`, `5`, `"2999-01-01"`} {
		a := s.send(api.ScopeImport, http.MethodPost, runs, with(`"created_at": `+text))
		require.NotEmpty(t, a.refused(http.StatusUnprocessableEntity).Errors["created_at"], text)
	}
	a := s.send(api.ScopeAdmin, http.MethodPost, "/api/v1/projects/1/milestones", `{"name": "m", "due_date": "2026-02-30"}`)
	require.Equal(t, []string{"Must be a date such as 2026-01-02."}, a.refused(http.StatusUnprocessableEntity).Errors["due_date"])
}

// broken is a store that fails in one way at a time, or panics.
type broken struct {
	*store.Store

	err error
}

func (b *broken) ListRuns(ctx context.Context, id int64, filter api.RunFilter) (api.Page[api.Run], error) {
	if b.err != nil {
		return api.Page[api.Run]{}, b.err
	}
	return b.Store.ListRuns(ctx, id, filter)
}

// QUALITY W18.
func TestFailuresKeepTheirSecrets(t *testing.T) {
	t.Parallel()
	const secret = "no such table: runs"
	var b *broken
	s := start(t, func(s *store.Store, c *server.Config) {
		b = &broken{Store: s}
		c.Store = b
	})
	for name, test := range map[string]struct {
		err     error
		status  int
		message string
		headers map[string]string
		isLoud  bool
	}{
		"internal":    {errors.New(secret), 500, "Something went wrong.", nil, true},
		"in disguise": {&api.Error{Kind: api.KindInternal, Message: secret}, 500, "Something went wrong.", nil, true},
		"too slow":    {fmt.Errorf("%s: %w", secret, context.DeadlineExceeded), 503, "This takes too long at the moment.", nil, true},
		"unavailable": {
			&api.Error{Kind: api.KindUnavailable, Message: "The database does not answer at the moment.", RetryAfter: 1500 * time.Millisecond, Err: errors.New(secret)},
			503, "The database does not answer at the moment.",
			map[string]string{"Retry-After": "2"},
			true,
		},
		"refusal": {&api.Error{Kind: api.KindInvalid, Message: "Not now.", Err: errors.New(secret)}, 422, "Not now.", nil, false},
	} {
		s.log.Reset()
		b.err = test.err
		a := s.get(runs)
		require.Equal(t, refusal{Message: test.message}, a.refused(test.status), name)
		require.NotContains(t, a.body, secret)
		for header, value := range test.headers {
			require.Equal(t, value, a.Header.Get(header))
		}
		require.Equal(t, test.isLoud, strings.Count(s.log.String(), secret) == 1, name)
		require.Equal(t, test.isLoud, strings.Contains(s.log.String(), `route="GET /api/v1/projects/{id}/automation/runs"`), name)
	}
}

func TestNobodyIsToldOfWhoHasGone(t *testing.T) {
	t.Parallel()
	s := start(t, func(s *store.Store, c *server.Config) { c.Store = &broken{s, errors.New("interrupted")} })
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	recorder := httptest.NewRecorder()
	r := s.request("", http.MethodGet, runs, "").WithContext(ctx)
	r.Header.Set("Authorization", "Bearer "+s.tokens[api.ScopeRead])
	s.handler.ServeHTTP(recorder, r)
	require.Empty(t, recorder.Body.String())
	require.NotContains(t, s.log.String(), "level=ERROR")
}

// QUALITY W12.
func TestTokensAreNeverEchoed(t *testing.T) {
	t.Parallel()
	var b *broken
	s := start(t, func(s *store.Store, c *server.Config) {
		b = &broken{Store: s}
		c.Store = b
	})
	s.fill()
	const canary = "canary_of_nobody"
	secret := s.tokens[api.ScopeSubmit]
	for _, token := range []string{secret, canary} {
		for pattern, one := range samples() {
			method, _, _ := strings.Cut(pattern, " ")
			for _, body := range []string{one.body, `{"name": 5}`, "{", ""} {
				a := s.send("", method, one.target, body, "Authorization", "Bearer "+token)
				require.NotContains(t, a.body+fmt.Sprint(a.Header), token)
			}
			a := s.send("", http.MethodPatch, one.target, "", "Authorization", "Bearer "+token)
			require.NotContains(t, a.body+fmt.Sprint(a.Header), token)
		}
	}
	b.err = errors.New("the store fails")
	s.send(api.ScopeSubmit, http.MethodGet, runs, "").refused(http.StatusInternalServerError)
	require.Contains(t, s.log.String(), "the store fails")
	require.NotContains(t, s.log.String(), secret)
	require.NotContains(t, s.log.String(), canary)
}

// open is a store of nothing that knows every token, for tests of the clock.
type open struct{ server.Store }

func (open) Authenticate(context.Context, string) (api.Actor, error) {
	return api.Actor{ID: 1, Name: "ci", Scope: api.ScopeRead}, nil
}

func (open) User(context.Context, int64) (api.User, error) { return api.User{ID: 1, Name: "ci"}, nil }

// ask asks who a token is.
func ask(t *testing.T, handler http.Handler, token string) *httptest.ResponseRecorder {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/api/v1/user", nil)
	r.Header.Set("Authorization", "Bearer "+token)
	recorder := httptest.NewRecorder()
	handler.ServeHTTP(recorder, r)
	return recorder
}

// QUALITY W20.
func TestEachTokenHasABucket(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		handler := server.New(server.Config{Store: open{}})
		accepted := func(token string, asked int) (n int) {
			for range asked {
				if ask(t, handler, token).Code == http.StatusOK {
					n++
				}
			}
			return n
		}
		require.Equal(t, 200, accepted("a", 1000), "a burst")
		refused := ask(t, handler, "a")
		require.Equal(t, http.StatusTooManyRequests, refused.Code)
		require.Equal(t, "1", refused.Header().Get("Retry-After"))
		require.Equal(t, 200, accepted("b", 1000), "others are not affected")
		<-time.After(time.Second)
		require.Equal(t, 100, accepted("a", 1000), "after as long as Retry-After says; refusals have cost nothing")
		<-time.After(time.Hour)
		require.Equal(t, 200, accepted("a", 1000), "it does not save up for more")
	})
}

func TestBucketsAreBounded(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		handler := server.NewLimited(server.Config{Store: open{}, Rate: 1, Burst: 1}, server.Limits{Buckets: 10})
		for i := range 9 {
			require.Equal(t, http.StatusOK, ask(t, handler, fmt.Sprint("idle", i)).Code)
		}
		<-time.After(time.Second)
		require.Equal(t, http.StatusOK, ask(t, handler, "busy").Code)
		for i := range 9 {
			require.Equal(t, http.StatusOK, ask(t, handler, fmt.Sprint("new", i)).Code)
			require.Equal(t, http.StatusTooManyRequests, ask(t, handler, "busy").Code, "who is busy is not forgotten for who is idle")
		}
		forgotten := 0
		for i := range 20 {
			// Each of 11 spends what it has, and most of them ask again.
			if ask(t, handler, fmt.Sprint("spent", i%11)).Code == http.StatusOK && i >= 11 {
				forgotten++
			}
		}
		require.Positive(t, forgotten, "when all are busy, some are forgotten")
	})
}
