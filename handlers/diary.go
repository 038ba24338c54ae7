package handlers

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"github.com/runboard/runboard/api"
	"github.com/runboard/runboard/api/query"
	"github.com/runboard/runboard/views"
)

const diaryPath = "/settings/submissions"

// showDiary answers whether results have arrived, and if not, why.
func (h *Handlers) showDiary(w http.ResponseWriter, r *http.Request) error {
	if h.Diary == nil {
		return &api.Error{Kind: api.KindNotFound, Message: "What is submitted is known where these runs come from."}
	}
	v, err := h.visit(r)
	if err != nil {
		return err
	}
	filter, problems, err := readFilter(api.NewDiaryFilter(), r.URL.RawQuery, func(*api.DiaryFilter) error { return nil })
	if err != nil {
		return err
	}
	here := v.diaryURL(filter)
	status, err := admit(w, r, here, problems)
	if status == 0 {
		return err
	}
	d := diaryPage{visit: v, filter: filter}
	err = together(
		func() (err error) { d.page, err = h.Diary.ListDiary(r.Context(), filter); return err },
		func() (err error) { d.tokens, err = h.Diary.DiaryTokens(r.Context()); return err },
	)
	if err != nil {
		return err
	}
	view := d.view()
	if len(d.tokens) == 0 {
		view.Start = h.start(r, 1)
	}
	view.Problems = allWords(problems)
	view.Layout = h.layout(v, "Submissions", here)
	return render(w, r, status, regionOrPage(r, views.Diary(view), views.DiaryPage(view)))
}

func (l links) diaryURL(filter api.DiaryFilter) string {
	return l.join(diaryPath, query.Encode(filter, api.NewDiaryFilter()))
}

// diaryPage is what one request for the diary gathers.
type diaryPage struct {
	visit

	filter api.DiaryFilter
	page   api.Page[api.DiaryEntry]
	tokens []api.DiaryToken
}

// url leads to the first page of a diary that differs in what change does.
func (d *diaryPage) url(change func(f *api.DiaryFilter)) string {
	f := d.filter
	f.Page = 1
	change(&f)
	return d.diaryURL(f)
}

func (d *diaryPage) view() views.DiaryView {
	view := views.DiaryView{
		Tokens: make([]views.DiaryToken, len(d.tokens)), Rows: make([]views.DiaryRow, len(d.page.Result)),
		Pager: pagerOf(d.filter.Page, int(d.page.LastPage), func(page int) string {
			return d.url(func(f *api.DiaryFilter) { f.Page = page })
		}),
		Summary: counted(d.page.Total, "request") + " in the last 30 days",
	}
	if d.page.LastPage > 1 {
		view.Summary += fmt.Sprintf(", page %s of %s", number(d.filter.Page), number(int(d.page.LastPage)))
	}
	accepted, refused, name := 0, 0, d.filter.Token
	for i, token := range d.tokens {
		view.Tokens[i] = d.token(token)
		if view.Tokens[i].Selected {
			name = view.Tokens[i].Name
		}
		if view.Tokens[i].Selected || d.filter.Token == "" {
			accepted, refused = accepted+token.Accepted, refused+token.Refused
		}
	}
	view.Outcomes = []views.Segment{
		d.outcome("All", "", "", accepted+refused),
		d.outcome("Accepted", api.OutcomeAccepted, views.TonePassed, accepted),
		d.outcome("Refused", api.OutcomeRefused, views.ToneFailed, refused),
	}
	if d.filter.Token != "" {
		view.Chips = []views.Chip{{Label: "Token", Text: name, Remove: d.url(func(f *api.DiaryFilter) { f.Token = "" })}}
		if d.filter.Outcome != "" {
			view.Reset = d.diaryURL(api.NewDiaryFilter())
		}
	}
	for i := range d.page.Result {
		view.Rows[i] = d.row(&d.page.Result[i])
	}
	return view
}

func (d *diaryPage) outcome(text, outcome string, tone views.Tone, count int) views.Segment {
	return views.Segment{
		Text: text, Count: number(count), Tone: tone, Selected: d.filter.Outcome == outcome,
		Href: d.url(func(f *api.DiaryFilter) { f.Outcome = outcome }),
	}
}

func (d *diaryPage) token(token api.DiaryToken) views.DiaryToken {
	word := tokenWord(token.TokenID)
	view := views.DiaryToken{
		ID: word, Name: tokenName(token.TokenID, token.Name), Selected: d.filter.Token == word,
		Href:     d.url(func(f *api.DiaryFilter) { f.Token = word }),
		Accepted: number(token.Accepted), Refused: number(token.Refused), Last: d.instant(token.AcceptedAt),
	}
	if view.Selected {
		view.Href = d.url(func(f *api.DiaryFilter) { f.Token = "" })
	}
	if token.Refused > 0 {
		view.Failed = d.diaryURL(api.DiaryFilter{Token: word, Outcome: api.OutcomeRefused, Page: 1})
	}
	return view
}

// tokenWord is a token as a query names it.
func tokenWord(id int64) string {
	switch id {
	case api.NoToken:
		return "none"
	case api.BoardToken:
		return "board"
	default:
		return strconv.FormatInt(id, 10)
	}
}

func tokenName(id int64, name string) string {
	switch id {
	case api.NoToken:
		return "No valid token"
	case api.BoardToken:
		return "This board"
	default:
		return name
	}
}

func (d *diaryPage) row(e *api.DiaryEntry) views.DiaryRow {
	row := views.DiaryRow{
		At: d.second(e.At), Token: tokenName(e.TokenID, e.Name), What: what(e), Reason: e.Reason, Client: e.Client,
		Outcome: views.Badge{Text: "Accepted", Tone: views.TonePassed}, Size: size(&e.Sent), Took: elapsed(&e.Elapsed),
	}
	if !e.IsAccepted() {
		row.Outcome = views.Badge{Text: "Refused", Tone: views.ToneFailed}
	}
	if e.Unpacked > e.Sent {
		row.Detail = size(&e.Unpacked) + " unpacked"
	}
	if e.RunID != 0 {
		row.Run.Text = "run " + strconv.FormatInt(e.RunID, 10)
		// What was refused may be about a run that there is not.
		if e.IsAccepted() {
			row.Run.Href = runPath(e.RunID)
		}
	}
	return row
}

// what is what a request was about, in words that its run follows if it is known.
func what(e *api.DiaryEntry) string {
	_, path, _ := strings.Cut(e.Route, " ")
	words := [2]string{"Something that the API does not know"}
	switch path {
	case "/projects/{id}/automation/runs":
		words = [2]string{"Start of a run", "Start of"}
	case "/projects/{id}/automation/runs/import":
		words = [2]string{"Files", counted(e.Tests, "test") + " of files for"}
	case "/automation/runs/{id}/threads":
		words = [2]string{"Start of a thread", "Start of a thread of"}
	case "/automation/runs/threads/{id}/append":
		words = [2]string{counted(e.Tests, "test"), counted(e.Tests, "test") + " for"}
	case "/automation/runs/{id}/append":
		words = [2]string{"Fields and links", "Fields and links for"}
	case "/automation/runs/{id}/complete":
		words = [2]string{"End of a run", "End of"}
	case "/automation/runs/threads/{id}/complete":
		words = [2]string{"End of a thread", "End of a thread of"}
	case "/projects/{id}/configs":
		words[0] = "Configuration"
	case "/projects/{id}/milestones":
		words[0] = "Milestone"
	}
	if e.RunID != 0 && words[1] != "" {
		return words[1]
	}
	return words[0]
}
