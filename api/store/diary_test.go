package store_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/runboard/runboard/api"
	"github.com/runboard/runboard/api/store"
)

// reopened is the store of a URL after it has been closed, which writes what waits.
func reopened(t *testing.T, url string, s *store.Store, clock *clock) *store.Store {
	t.Helper()
	require.NoError(t, s.Close())
	again, err := store.Open(t.Context(), url, store.Options{Now: clock.Now})
	require.NoError(t, err)
	return again
}

func entry(token int64, status int) api.DiaryEntry {
	e := api.DiaryEntry{
		TokenID: token, Name: "ci", Route: "POST /automation/runs/{id}/append", RunID: 7, Status: status,
		Sent: 120, Unpacked: 480, Tests: 3, Elapsed: 1500, Client: "Testmo CLI 1.5.0",
	}
	if status >= 400 {
		e.Reason = "It makes no sense."
	}
	return e
}

func TestDiary(t *testing.T) {
	t.Parallel()
	for name, newURL := range databases() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			clock, url := newClock(), newURL(t)
			s, err := store.Open(t.Context(), url, store.Options{Now: clock.Now})
			require.NoError(t, err)
			run, thread := newThread(t, writerOf(t, s))
			for range 60 {
				s.NoteInDiary(entry(5, 204))
			}
			clock.Advance(time.Hour)
			s.NoteInDiary(entry(5, 422))
			onThread := entry(6, 204)
			onThread.RunID, onThread.ThreadID = 0, thread
			s.NoteInDiary(onThread)
			s = reopened(t, url, s, clock)

			tokens, err := s.DiaryTokens(t.Context())
			require.NoError(t, err)
			now := api.NewTime(clock.Now())
			require.Equal(t, []api.DiaryToken{
				{TokenID: 6, Name: "ci", Accepted: 1, AcceptedAt: now, At: now},
				{TokenID: 5, Name: "ci", Accepted: 60, Refused: 1, AcceptedAt: api.NewTime(clock.Now().Add(-time.Hour)), At: now},
			}, tokens)
			for _, test := range []struct {
				filter      api.DiaryFilter
				total, rows int
			}{
				{api.DiaryFilter{Page: 1}, 62, api.DiaryRows},
				{api.DiaryFilter{Page: 2}, 62, 12},
				{api.DiaryFilter{Page: 1, Token: "5"}, 61, api.DiaryRows},
				{api.DiaryFilter{Page: 1, Token: "6"}, 1, 1},
				{api.DiaryFilter{Page: 1, Token: "none"}, 0, 0},
				{api.DiaryFilter{Page: 1, Outcome: api.OutcomeRefused}, 1, 1},
				{api.DiaryFilter{Page: 1, Token: "5", Outcome: api.OutcomeAccepted}, 60, api.DiaryRows},
			} {
				page, err := s.ListDiary(t.Context(), test.filter)
				require.NoError(t, err)
				require.Equal(t, test.total, page.Total, "%+v", test.filter)
				require.Len(t, page.Result, test.rows, "%+v", test.filter)
			}
			page, err := s.ListDiary(t.Context(), api.NewDiaryFilter())
			require.NoError(t, err)
			require.Equal(t, run, page.Result[0].RunID, "of the thread")
			got := page.Result[1]
			want := entry(5, 422)
			want.ID, want.At = got.ID, now
			require.Equal(t, want, got)

			clock.Advance(api.DiaryKept + time.Millisecond)
			s = reopened(t, url, s, clock)
			defer func() { require.NoError(t, s.Close()) }()
			page, err = s.ListDiary(t.Context(), api.NewDiaryFilter())
			require.NoError(t, err)
			require.Zero(t, page.Total, "kept for 30 days")
			tokens, err = s.DiaryTokens(t.Context())
			require.NoError(t, err)
			require.Empty(t, tokens)
			require.NoError(t, s.SweepDiary(t.Context()))
			var rows int
			require.NoError(t, rawDB(t, url).QueryRowContext(t.Context(), "SELECT count(*) FROM diary").Scan(&rows))
			require.Zero(t, rows)
		})
	}
}

// Who has no token cannot fill the disk.
func TestDiaryOfStrangersIsShort(t *testing.T) {
	t.Parallel()
	clock, url := newClock(), sqliteURL(t)
	s, err := store.Open(t.Context(), url, store.Options{Now: clock.Now})
	require.NoError(t, err)
	for range 2 {
		for range 400 {
			s.NoteInDiary(entry(api.NoToken, 401))
		}
		clock.Advance(time.Hour)
	}
	s = reopened(t, url, s, clock)
	defer func() { require.NoError(t, s.Close()) }()
	page, err := s.ListDiary(t.Context(), api.NewDiaryFilter())
	require.NoError(t, err)
	require.Equal(t, 2*store.Strangers, page.Total)
}
