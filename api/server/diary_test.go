package server_test

import (
	"mime/multipart"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/runboard/runboard/api"
	"github.com/runboard/runboard/api/intake"
	"github.com/runboard/runboard/api/server"
	"github.com/runboard/runboard/api/store"
)

// notes keep what a server says of requests.
type notes struct {
	mu      sync.Mutex
	entries []api.DiaryEntry
}

func (n *notes) NoteInDiary(entry api.DiaryEntry) {
	n.mu.Lock()
	defer n.mu.Unlock()
	entry.Elapsed = 0
	n.entries = append(n.entries, entry)
}

// taken are the entries since the last time, in their order.
func (n *notes) taken() []api.DiaryEntry {
	n.mu.Lock()
	defer n.mu.Unlock()
	entries := slices.Clone(n.entries)
	n.entries = nil
	return entries
}

func TestDiary(t *testing.T) {
	t.Parallel()
	var diary notes
	s := start(t, func(_ *store.Store, c *server.Config) { c.Diary = &diary })
	run := s.created(runs, `{"name": "Nightly", "source": "backend"}`)
	s.created(runPath(run, "/threads"), `{}`)
	s.get(runs)
	require.Len(t, diary.taken(), 2, "reading is no submission")

	const (
		thread = "/api/v1/automation/runs/threads/1/append"
		test   = `{"tests": [{"key": "a", "name": "A", "folder": "f", "status": "passed"}]}`
		bad    = `{"tests": [{"key": "a", "name": "A", "folder": "f", "status": "green"}]}`
	)
	submits := api.DiaryEntry{TokenID: 2, Name: "robot submit"}
	with := func(change func(e *api.DiaryEntry)) api.DiaryEntry {
		e := submits
		change(&e)
		return e
	}
	zipped := packed(t, test)
	for name, test := range map[string]struct {
		scope   api.Scope
		target  string
		body    string
		headers []string
		want    api.DiaryEntry
		reason  string
	}{
		"accepted": {api.ScopeSubmit, thread, test, []string{"User-Agent", "Testmo CLI/1.5.0 (www.testmo.com)"}, with(func(e *api.DiaryEntry) {
			e.Route, e.ThreadID, e.Status, e.Tests, e.Client = "POST /automation/runs/threads/{id}/append", 1, 204, 1, "Testmo CLI 1.5.0"
			e.Sent, e.Unpacked = int64(len(test)), int64(len(test))
		}), ""},
		"packed": {api.ScopeSubmit, thread, zipped, []string{"Content-Encoding", "gzip", "User-Agent", "Runboard/1.2"}, with(func(e *api.DiaryEntry) {
			e.Route, e.ThreadID, e.Status, e.Tests, e.Client = "POST /automation/runs/threads/{id}/append", 1, 204, 1, "Runboard 1.2"
			e.Sent, e.Unpacked = int64(len(zipped)), int64(len(test))
		}), ""},
		"bad status": {api.ScopeSubmit, thread, bad, nil, with(func(e *api.DiaryEntry) {
			e.Route, e.ThreadID, e.Status, e.Tests = "POST /automation/runs/threads/{id}/append", 1, 422, 1
			e.Sent, e.Unpacked = int64(len(bad)), int64(len(bad))
		}), `There is no status "green".`},
		"no JSON": {api.ScopeSubmit, runs, "{", nil, with(func(e *api.DiaryEntry) {
			e.Route, e.ProjectID, e.Status, e.Sent, e.Unpacked = "POST /projects/{id}/automation/runs", 1, 400, 1, 1
		}), "JSON"},
		"unknown run": {api.ScopeSubmit, "/api/v1/automation/runs/99/complete", `{}`, nil, with(func(e *api.DiaryEntry) {
			e.Route, e.RunID, e.Status, e.Sent, e.Unpacked = "POST /automation/runs/{id}/complete", 99, 404, 2, 2
		}), "There is no automation run 99."},
		"may not": {api.ScopeRead, runs, `{}`, nil, api.DiaryEntry{
			TokenID: 1, Name: "robot read", Route: "POST /projects/{id}/automation/runs", ProjectID: 1, Status: 403, Sent: 2,
		}, "needs a token with the scope submit"},
		"no token": {"", runs, `{}`, nil, api.DiaryEntry{Route: "POST /projects/{id}/automation/runs", ProjectID: 1, Status: 401, Sent: 2}, "wants a token"},
		"no such call": {api.ScopeSubmit, "/api/v1/automation/run", `{}`, nil, with(func(e *api.DiaryEntry) {
			e.Route, e.Status, e.Sent = "POST", 404, 2
		}), "nothing at this address"},
	} {
		s.send(test.scope, http.MethodPost, test.target, test.body, test.headers...)
		entries := diary.taken()
		require.Len(t, entries, 1, name)
		got := entries[0]
		require.Contains(t, got.Reason, test.reason, name)
		require.Equal(t, test.reason == "", got.Reason == "", name)
		got.Reason = ""
		require.Equal(t, test.want, got, name)
	}
}

// Files that are handed over are one request, over the API and on a page alike,
// whatever becomes of them.
func TestDiaryKeepsFiles(t *testing.T) {
	t.Parallel()
	var diary notes
	var config server.Config
	s := start(t, func(_ *store.Store, c *server.Config) {
		c.Diary = &diary
		config = *c
	})
	config.Intake = intake.New(server.Inner(s.handler), "Runboard")
	page := server.PageIntake(config)
	const route = "POST /projects/{id}/automation/runs/import"
	good, bad := form("source", "shop", "files/a.xml", junit), form("source", "shop", "files/notes.txt", "nothing")
	for name, test := range map[string]struct {
		body   string
		secret string // Of whom the page knows.
		want   api.DiaryEntry
		reason string
	}{
		"accepted": {good, s.tokens[api.ScopeSubmit], api.DiaryEntry{TokenID: 2, Name: "robot submit", Status: 201, Tests: 2}, ""},
		"refused":  {bad, s.tokens[api.ScopeSubmit], api.DiaryEntry{TokenID: 2, Name: "robot submit", Status: 422}, "notes.txt"},
		"of a token in the form": {
			form("token", s.tokens[api.ScopeSubmit], "source", "shop", "files/a.xml", junit), "",
			api.DiaryEntry{TokenID: 2, Name: "robot submit", Status: 201, Tests: 2},
			"",
		},
		"of nobody": {good, "", api.DiaryEntry{Status: 401}, "needs a token"},
		"may not":   {good, s.tokens[api.ScopeRead], api.DiaryEntry{TokenID: 1, Name: "robot read", Status: 403}, "scope submit"},
	} {
		taken, err := page.Take(t.Context(), test.secret, 1, "", multipart.NewReader(strings.NewReader(test.body), "end"))
		entries := diary.taken()
		require.Len(t, entries, 1, name)
		got := entries[0]
		require.Equal(t, test.reason == "", err == nil, name)
		require.Contains(t, got.Reason, test.reason, name)
		require.Equal(t, taken.ID, got.RunID, name)
		require.Equal(t, err == nil, got.RunID > 0, name)
		require.Positive(t, got.Sent, name)
		test.want.Route, test.want.ProjectID, test.want.Client = route, 1, "Runboard page"
		test.want.RunID, test.want.Reason, test.want.Sent, test.want.Unpacked = got.RunID, got.Reason, got.Sent, got.Sent
		require.Equal(t, test.want, got, name)
	}
	for _, body := range []string{good, bad} {
		s.send(api.ScopeSubmit, http.MethodPost, imports, body, "Content-Type", kindOf(body))
		entries := diary.taken()
		require.Len(t, entries, 1, "what the import asks for is part of it")
		require.Equal(t, route, entries[0].Route)
		require.Equal(t, body == good, entries[0].IsAccepted())
	}
}

// What a client says of itself, and what it sends, is cut and cleaned.
func TestDiaryKeepsNothingHostile(t *testing.T) {
	t.Parallel()
	var diary notes
	s := start(t, func(_ *store.Store, c *server.Config) { c.Diary = &diary })
	long := strings.Repeat("x", 5000)
	s.post(runs, `{"name": "`+long+`\u0000", "source": "\ud800", "config": "`+long+`"}`)
	s.send(api.ScopeSubmit, http.MethodPost, runs, `{}`, "User-Agent", "curl\x00\x1b[31m\xff/"+long)
	for _, entry := range diary.taken() {
		require.LessOrEqual(t, len([]rune(entry.Reason)), 500)
		require.LessOrEqual(t, len([]rune(entry.Client)), 60)
		require.NotContains(t, entry.Reason+entry.Client, "\x00")
		require.NotContains(t, entry.Client, "\x1b")
	}
}

// burning is a store that cannot be written to.
type burning struct{ *store.Store }

func (burning) As(api.Actor) api.Writer { panic("the disk is on fire") }

func TestDiaryKeepsWhatCameToNoEnd(t *testing.T) {
	t.Parallel()
	var diary notes
	s := start(t, func(s *store.Store, c *server.Config) { c.Diary, c.Store = &diary, burning{s} })
	require.Panics(t, func() { s.silently(runs, `{"name": "a", "source": "b"}`) })
	entries := diary.taken()
	require.Len(t, entries, 1)
	require.Equal(t, http.StatusInternalServerError, entries[0].Status)
	require.Equal(t, "Something went wrong.", entries[0].Reason)
}
