package server

import (
	"net/http"

	"github.com/runboard/runboard/api"
)

// NoteRefusal writes into the diary of a config that a request has been refused
// before the API heard of it. Only who brings a token has meant the API.
func NoteRefusal(config Config, r *http.Request, err error) {
	secret := bearer(r.Header)
	if secret == "" || r.Method == http.MethodGet || r.Method == http.MethodHead || r.Method == http.MethodOptions {
		return
	}
	entry := api.DiaryEntry{
		Route: plain(r.Method, len(http.MethodOptions)), Sent: max(r.ContentLength, 0), Client: clientOf(r.UserAgent()),
	}
	if actor, err := config.Store.Authenticate(r.Context(), secret); err == nil {
		entry.TokenID, entry.Name = actor.TokenID, actor.Name
	}
	entry.Status, entry.Reason = outcome(r.Context(), nil, err)
	config.Diary.NoteInDiary(entry)
}
