package api_test

import (
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/runboard/runboard/api"
)

const (
	goodRun  = `{"result": {"id": 7, "name": "nightly"}, "expands": []}`
	goodRuns = `{"page": 1, "total": 1, "result": [{"id": 7, "name": "nightly"}], "expands": []}`
)

func TestClientFallsBackOnTheLastGoodAnswer(t *testing.T) {
	t.Parallel()
	refused := &net.OpError{Op: "dial", Err: errors.New("connection refused")}
	outages := map[string]struct {
		answer transport
		kind   api.Kind
	}{
		"unreachable":  {func(*http.Request) (*http.Response, error) { return nil, refused }, api.KindUnavailable},
		"server error": {func(*http.Request) (*http.Response, error) { return reply(500, ""), nil }, api.KindInternal},
		"gateway":      {func(*http.Request) (*http.Response, error) { return reply(502, ""), nil }, api.KindUnavailable},
		"rate limit":   {func(*http.Request) (*http.Response, error) { return reply(429, "", "Retry-After: 90"), nil }, api.KindRateLimited},
		"nonsense":     {func(*http.Request) (*http.Response, error) { return reply(200, "<html>"), nil }, api.KindUnavailable},
	}
	for name, outage := range outages {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				var answer transport = func(r *http.Request) (*http.Response, error) {
					if r.URL.Path == "/api/v1/automation/runs/7" {
						return reply(200, goodRun), nil
					}
					return reply(200, goodRuns), nil
				}
				c := newClient(t, instance, through(func(r *http.Request) (*http.Response, error) { return answer(r) }))
				ask := func() (api.Page[api.Run], api.RunDetail) {
					runs, err := c.ListRuns(t.Context(), 1, api.NewRunFilter())
					require.NoError(t, err)
					run, err := c.Run(t.Context(), 7, nil)
					require.NoError(t, err)
					return runs, run
				}
				runs, run := ask()
				require.Zero(t, runs.Freshness)
				require.Zero(t, run.Freshness)
				asOf, good := time.Now(), answer
				<-time.After(time.Hour)

				answer = outage.answer
				runs, run = ask()
				require.Equal(t, "nightly", runs.Result[0].Name)
				require.Equal(t, "nightly", run.Result.Name)
				for _, f := range []api.Freshness{runs.Freshness, run.Freshness} {
					require.Equal(t, asOf, f.AsOf)
					require.Equal(t, outage.kind, f.Problem.Kind)
					require.NotEmpty(t, f.Problem.Message)
				}
				other := api.NewRunFilter()
				other.Page = 2
				_, err := c.ListRuns(t.Context(), 1, other)
				require.Equal(t, outage.kind, problemOf(t, err).Kind, "another question has no former answer")

				answer = good
				<-time.After(2 * time.Minute) // So long the instance may want to be left alone.
				runs, _ = ask()
				require.Zero(t, runs.Freshness)
			})
		})
	}
}

func TestClientShowsRefusalsRatherThanFormerAnswers(t *testing.T) {
	t.Parallel()
	for _, status := range []int{401, 403, 404, 422} {
		var now atomic.Int32
		now.Store(200)
		c := newClient(t, instance, through(func(*http.Request) (*http.Response, error) { return reply(int(now.Load()), goodRun), nil }))
		_, err := c.Run(t.Context(), 7, nil)
		require.NoError(t, err)
		now.Store(int32(status))
		_, err = c.Run(t.Context(), 7, nil)
		require.Equal(t, api.KindOf(status), problemOf(t, err).Kind)
	}
}

func TestClientKeepsNoMoreThanItMay(t *testing.T) {
	t.Parallel()
	noise := make([]byte, 50<<10)
	_, err := rand.Read(noise)
	require.NoError(t, err)
	note, err := json.Marshal(noise)
	require.NoError(t, err)
	var isDown atomic.Bool
	c := newClient(t, instance, through(func(*http.Request) (*http.Response, error) {
		if isDown.Load() {
			return nil, &net.OpError{Op: "dial", Err: errors.New("connection refused")}
		}
		return reply(200, fmt.Sprintf(`{"result": {"id": 1, "note": %s}}`, note)), nil
	}))
	api.LimitKept(c, 1<<20)
	const asked = 30
	for id := range int64(asked) {
		_, err := c.Project(t.Context(), id)
		require.NoError(t, err)
		_, err = c.Project(t.Context(), 0)
		require.NoError(t, err)
	}
	isDown.Store(true)
	var kept int
	for id := range int64(asked) {
		if _, err := c.Project(t.Context(), id); err == nil {
			kept++
		}
	}
	require.Greater(t, kept, 10)
	require.LessOrEqual(t, kept, 20)
	_, err = c.Project(t.Context(), 0)
	require.NoError(t, err, "what is used often stays")
	_, err = c.Project(t.Context(), 1)
	require.Error(t, err, "what was used longest ago goes")
}

func TestClientLeavesAloneWhoWantsToBe(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		header string
		rest   time.Duration
	}{
		"told": {"Retry-After: 90", 90 * time.Second}, "untold": {"X-Any: ", time.Minute}, "for a day": {"Retry-After: 86400", time.Hour},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				var asked atomic.Int32
				var isTired atomic.Bool
				c := newClient(t, instance, through(func(r *http.Request) (*http.Response, error) {
					asked.Add(1)
					if isTired.Load() {
						return reply(http.StatusTooManyRequests, `{"message": "Too many."}`, tt.header), nil
					}
					return reply(200, map[bool]string{true: goodRun, false: goodRuns}[r.URL.Path == "/api/v1/automation/runs/7"]), nil
				}))
				_, err := c.Run(t.Context(), 7, nil)
				require.NoError(t, err)
				isTired.Store(true)
				_, err = c.Project(t.Context(), 1)
				require.Equal(t, api.KindRateLimited, problemOf(t, err).Kind)
				asked.Store(0)

				<-time.After(tt.rest - time.Second)
				run, err := c.Run(t.Context(), 7, nil)
				require.NoError(t, err)
				require.Equal(t, "nightly", run.Result.Name)
				require.Equal(t, api.KindRateLimited, run.Problem.Kind, "a former answer stands in")
				_, err = c.Project(t.Context(), 2)
				require.Equal(t, &api.Error{Kind: api.KindRateLimited, Message: "Too many.", RetryAfter: time.Second}, withoutCause(problemOf(t, err)))
				_, err = c.CreateRun(t.Context(), 1, api.NewRun{})
				require.Equal(t, api.KindRateLimited, problemOf(t, err).Kind)
				require.Zero(t, asked.Load(), "nothing was sent")

				isTired.Store(false)
				<-time.After(time.Second)
				run, err = c.Run(t.Context(), 7, nil)
				require.NoError(t, err)
				require.Zero(t, run.Freshness)
			})
		})
	}
}

func TestClientSurvivesAPanic(t *testing.T) {
	t.Parallel()
	var asked atomic.Int32
	c := newClient(t, instance, through(func(*http.Request) (*http.Response, error) {
		if asked.Add(1) == 1 {
			panic("a bug in a transport")
		}
		return reply(200, goodRun), nil
	}))
	_, err := c.Run(t.Context(), 7, nil)
	require.ErrorContains(t, err, "a bug in a transport")
	require.ErrorContains(t, err, "client_kept_test.go", "with the stack")
	_, isPublic := errors.AsType[*api.Error](err)
	require.False(t, isPublic, "it is not for readers")
	_, err = c.Run(t.Context(), 7, nil)
	require.NoError(t, err, "the question has landed, so that the next one asks anew")
}

func TestClientAsksOnceForAll(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var asked atomic.Int32
		c := newClient(t, instance, through(func(r *http.Request) (*http.Response, error) {
			if r.Method == http.MethodPost {
				return reply(201, `{"id": 8}`), nil
			}
			asked.Add(1)
			<-time.After(time.Second)
			return reply(200, goodRuns), nil
		}))
		list := func() {
			runs, err := c.ListRuns(t.Context(), 1, api.NewRunFilter())
			require.NoError(t, err)
			require.Len(t, runs.Result, 1)
		}
		var readers sync.WaitGroup
		for range 100 {
			readers.Go(list)
		}
		synctest.Wait()
		require.EqualValues(t, 1, asked.Load())

		_, err := c.CreateRun(t.Context(), 1, api.NewRun{})
		require.NoError(t, err)
		list()
		require.EqualValues(t, 2, asked.Load(), "what was asked before the run was created does not show it")
		readers.Wait()
	})
}
