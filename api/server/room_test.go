package server_test

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/runboard/runboard/api"
	"github.com/runboard/runboard/api/server"
)

// slow is a store that takes its time.
type slow struct{ sink }

func (s *slow) As(api.Actor) api.Writer { return s }

func (s *slow) CreateRun(context.Context, int64, api.NewRun) (int64, error) {
	<-time.After(7 * time.Second)
	return 1, nil
}

// submitter posts runs to a slow store, all at once.
type submitter struct {
	handler http.Handler
	all     sync.WaitGroup
}

func newSubmitter(limits server.Limits) *submitter {
	return &submitter{handler: server.NewLimited(server.Config{Store: &slow{}}, limits)}
}

// submit posts a body. What it returns is to be looked at after all have been answered.
func (s *submitter) submit(t *testing.T, body io.Reader, headers ...string) *httptest.ResponseRecorder {
	t.Helper()
	recorder := httptest.NewRecorder()
	r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, runs, body)
	r.Header.Set("Authorization", "Bearer x")
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	s.all.Go(func() { s.handler.ServeHTTP(recorder, r) })
	synctest.Wait()
	return recorder
}

func sized(size int) string { return good + strings.Repeat(" ", size-len(good)) }

func TestLargeBodiesWaitForEachOther(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := newSubmitter(server.Limits{Body: 1000, Decoding: 1000})
		first := s.submit(t, strings.NewReader(sized(900)))
		small := s.submit(t, strings.NewReader(sized(100)))
		second := s.submit(t, strings.NewReader(packed(t, sized(901))), "Content-Encoding", "gzip")
		third := s.submit(t, strings.NewReader(sized(500)))
		s.all.Wait()
		require.Equal(t, http.StatusCreated, first.Code)
		require.Equal(t, http.StatusCreated, small.Code, "what there is room for does not wait")
		require.Equal(t, http.StatusCreated, second.Code, "it has waited for the first to be stored")
		require.Equal(t, http.StatusServiceUnavailable, third.Code, "it cannot wait for two")
		require.Equal(t, "10", third.Header().Get("Retry-After"))
		require.JSONEq(t, `{"message": "The server has no room for this body at the moment."}`, third.Body.String())
		again := s.submit(t, strings.NewReader(sized(1000)))
		s.all.Wait()
		require.Equal(t, http.StatusCreated, again.Code, "all room has been given back")
	})
}

func TestBodiesTakeRoomAsTheyArrive(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		const portion = 64 << 10
		s := newSubmitter(server.Limits{Arriving: 5 * portion})
		var senders [3]*io.PipeWriter
		var answers [4]*httptest.ResponseRecorder
		for i, text := range []string{sized(2 * portion), good, " "} {
			var body *io.PipeReader
			body, senders[i] = io.Pipe()
			answers[i] = s.submit(t, body)
			_, err := io.WriteString(senders[i], text)
			require.NoError(t, err)
		}
		answers[3] = s.submit(t, strings.NewReader(good))
		for _, sender := range senders[:2] {
			require.NoError(t, sender.Close())
		}
		<-time.After(15 * time.Second)
		synctest.Wait()
		require.Equal(t, http.StatusCreated, answers[0].Code, "what has arrived is stored")
		require.Equal(t, http.StatusCreated, answers[1].Code)
		require.Equal(t, http.StatusCreated, answers[3].Code, "it has waited for others, but not for who never ends")
		require.NoError(t, senders[2].Close())
		s.all.Wait()
		require.Equal(t, http.StatusUnprocessableEntity, answers[2].Code)
	})
}

func TestBodiesThatNeverEndKeepOthersOut(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := newSubmitter(server.Limits{Arriving: 64 << 10})
		body, sender := io.Pipe()
		s.submit(t, body)
		refused := s.submit(t, strings.NewReader(good))
		<-time.After(10 * time.Second)
		synctest.Wait()
		require.Equal(t, http.StatusServiceUnavailable, refused.Code)
		require.NoError(t, sender.CloseWithError(io.ErrUnexpectedEOF))
		s.all.Wait()
		taken := s.submit(t, strings.NewReader(good))
		s.all.Wait()
		require.Equal(t, http.StatusCreated, taken.Code, "who has gone gives room back")
	})
}

func TestWhoWaitsForRoomMayGo(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := newSubmitter(server.Limits{Body: 1000, Decoding: 1000})
		first := s.submit(t, strings.NewReader(sized(900)))
		recorder := httptest.NewRecorder()
		ctx, leave := context.WithCancel(t.Context())
		r := httptest.NewRequestWithContext(ctx, http.MethodPost, runs, strings.NewReader(sized(900)))
		r.Header.Set("Authorization", "Bearer x")
		s.all.Go(func() { s.handler.ServeHTTP(recorder, r) })
		synctest.Wait()
		leave()
		synctest.Wait()
		next := s.submit(t, strings.NewReader(sized(900)))
		s.all.Wait()
		require.Equal(t, http.StatusCreated, first.Code)
		require.Empty(t, recorder.Body.String())
		require.Equal(t, http.StatusCreated, next.Code)
	})
}
