package handlers_test

import (
	"context"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/runboard/runboard/api"
	"github.com/runboard/runboard/handlers"
)

// diary is an api.Diary that says what it is told to.
type diary struct {
	tokens  []api.DiaryToken
	entries []api.DiaryEntry

	asked []api.DiaryFilter
}

func (d *diary) ListDiary(_ context.Context, filter api.DiaryFilter) (api.Page[api.DiaryEntry], error) {
	d.asked = append(d.asked, filter)
	return api.NewPage(d.entries, filter.Page, api.DiaryRows, 120), nil
}

func (d *diary) DiaryTokens(context.Context) ([]api.DiaryToken, error) { return d.tokens, nil }

func filledDiary() *diary {
	at := api.NewTime(now.Add(-2 * time.Hour))
	return &diary{
		tokens: []api.DiaryToken{
			{TokenID: 7, Name: "ci", Accepted: 117, Refused: 3, AcceptedAt: at, At: at}, {TokenID: api.NoToken, Refused: 2, At: at}, {TokenID: api.BoardToken, Name: "Runboard", Accepted: 1, At: at},
		},
		entries: []api.DiaryEntry{
			{At: at, TokenID: 7, Name: "ci", Route: "POST /automation/runs/threads/{id}/append", RunID: 12, ThreadID: 3, Status: 204, Sent: 12_000, Unpacked: 182_400, Tests: 500, Elapsed: 8_000, Client: "Testmo CLI 1.5.0"},
			{At: at, TokenID: 7, Name: "ci", Route: "POST /automation/runs/{id}/complete", RunID: 99, Status: 404, Reason: "There is no <run> 99.", Sent: 2},
			{At: at, Route: "POST", Status: 401, Reason: "The API wants a token."},
		},
	}
}

func TestDiarySaysWhatArrived(t *testing.T) {
	t.Parallel()
	kept := filledDiary()
	b := newBoard(t, func(_ *fake, o *handlers.Options) { o.Diary = kept })
	a := b.get(t, "/settings/submissions", nil)
	require.Equal(t, http.StatusOK, a.StatusCode)
	rows, at := a.Find("table.requests tbody tr"), now.Add(-2*time.Hour).UTC()
	require.Equal(t, 3, rows.Length())
	require.Equal(t, at.Format("2 Jan 15:04:05")+" ci 500 tests for run 12 Accepted 12 kB Testmo CLI 1.5.0 8 ms", words(rows.Eq(0)))
	require.Equal(t, "2 h ago, "+at.Format("Mon 2 Jan 2006, 15:04:05 MST"), rows.Eq(0).Find("time").AttrOr("title", ""))
	require.Equal(t, "/runs/12", hrefOf(rows.Eq(0).Find("a")))
	require.Equal(t, "182 kB unpacked", rows.Eq(0).Find("span[title]").AttrOr("title", ""))
	require.Contains(t, words(rows.Eq(1)), "End of run 99 There is no <run> 99. Refused 2 B")
	require.Equal(t, 0, rows.Eq(1).Find("a").Length(), "there is no such run")
	require.Contains(t, words(rows.Eq(2)), "No valid token Something that the API does not know The API wants a token. Refused")
	tokens := a.Find("table.tokens tbody tr")
	require.Equal(t, "ci 117 3 2 h ago", words(tokens.Eq(0)))
	require.Equal(t, "No valid token 0 2 –", words(tokens.Eq(1)))
	require.Equal(t, "This board 1 0 –", words(tokens.Eq(2)))
	require.Equal(t, "/settings/submissions?token=7", hrefOf(tokens.Eq(0).Find("th a")))
	require.Equal(t, "/settings/submissions?token=7&outcome=refused", hrefOf(tokens.Eq(0).Find("td a")))
	require.Equal(t, "/settings/submissions?page=2", a.href(t, "a[rel=next]"))
	require.Contains(t, words(a.Find("[role=status]")), "120 requests in the last 30 days, page 1 of 3")
	require.Equal(t, "/settings/submissions", a.href(t, "#settings a"))
	require.Equal(t, "All 123 Accepted 118 Refused 5", words(a.Find("[role=group][aria-label=Status]")))

	a = b.get(t, "/settings/submissions?token=7&outcome=refused&page=2", nil)
	require.Equal(t, api.DiaryFilter{Token: "7", Outcome: "refused", Page: 2}, kept.asked[len(kept.asked)-1])
	require.Equal(t, "/settings/submissions", a.href(t, "#reset"))
	require.Equal(t, "Token ci Remove Token: ci", words(a.Find(".chips li").Eq(0)))
	require.Equal(t, "/settings/submissions?outcome=refused", a.href(t, "#chip-0"))
	require.Equal(t, "All 120 Accepted 117 Refused 3", words(a.Find("[role=group][aria-label=Status]")))
	require.Equal(t, "/settings/submissions?token=7", a.href(t, "#status-0"))
	require.Equal(t, "/settings/submissions?outcome=refused", a.href(t, "#token-7"), "a second time lifts it")

	a = b.get(t, "/settings/submissions?token=7", partial)
	require.Equal(t, 1, a.Find("section#diary").Length())
	require.Equal(t, 0, a.Find("#reset").Length(), "its chip does the same")
	require.Equal(t, 0, a.Find("header").Length(), "a region alone")
}

func TestDiaryThatIsEmptyOrElsewhere(t *testing.T) {
	t.Parallel()
	b := newBoard(t, func(_ *fake, o *handlers.Options) { o.Diary = &diary{} })
	a := b.get(t, "/settings/submissions", nil)
	require.Contains(t, words(a.Find("main")), "Nothing was submitted in the last 30 days.")
	require.Contains(t, words(a.Find("main")), "token create")

	b = newBoard(t, func(f *fake, o *handlers.Options) {
		o.Diary, f.page = filledDiary(), api.NewPage([]api.Run{}, 1, 25, 0)
	})
	require.Equal(t, "/settings/submissions", b.get(t, "/projects/1/runs", nil).href(t, ".empty p a"), "who misses a run looks there")
	a = b.get(t, "/settings/submissions?token=x&outcome=maybe&page=0", nil)
	require.Equal(t, http.StatusUnprocessableEntity, a.StatusCode)
	require.Equal(t, 3, a.Find(".problem").Length())
	require.Equal(t, 3, a.Find("table.requests tbody tr").Length(), "the rows are those of the rest")

	b = newBoard(t, nil)
	require.Equal(t, http.StatusNotFound, b.get(t, "/settings/submissions", nil).StatusCode)
	require.Equal(t, 0, b.get(t, "/projects/1/runs", nil).Find("#settings a").Length())
}
