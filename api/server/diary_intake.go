package server

import (
	"cmp"
	"context"
	"mime/multipart"
	"net/http"
	"time"

	"github.com/runboard/runboard/api"
)

// innerKey is the key of a context whose requests another one makes.
type innerKey struct{}

func isInner(ctx context.Context) bool { return ctx.Value(innerKey{}) != nil }

// Inner is the API for an Intake: what that asks for is part of what it has been
// asked for, and has no entry of its own in the diary.
func Inner(handler http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		handler.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), innerKey{}, true)))
	})
}

// PageClient stands in the diary for the program that asks where it is a page.
const PageClient = "Runboard page"

// pageIntake is an Intake of pages.
type pageIntake struct{ Config }

// PageIntake is the Intake of a config for pages: what their readers hand over
// is in the diary like what is sent to the API.
func PageIntake(config Config) api.Intake { return pageIntake{config} }

// Take implements api.Intake.
func (p pageIntake) Take(ctx context.Context, secret string, projectID int64, once string, form *multipart.Reader) (taken api.Taken, err error) {
	start := time.Now()
	err = errPanic
	defer func() {
		taken.Secret = cmp.Or(taken.Secret, secret)
		p.note(ctx, projectID, taken, err, time.Since(start))
	}()
	taken, err = p.Intake.Take(ctx, secret, projectID, once, form)
	return taken, err
}

func (p pageIntake) note(ctx context.Context, projectID int64, taken api.Taken, err error, elapsed time.Duration) {
	entry := api.DiaryEntry{
		Route: importRoute, ProjectID: projectID, RunID: taken.ID, Tests: taken.Tests, Sent: taken.Sent, Unpacked: taken.Sent,
		Elapsed: elapsed.Microseconds(), Client: PageClient,
	}
	if actor, err := p.Store.Authenticate(context.WithoutCancel(ctx), taken.Secret); err == nil {
		entry.TokenID, entry.Name = actor.TokenID, actor.Name
	}
	entry.Status, entry.Reason = outcome(ctx, taken, err)
	p.Diary.NoteInDiary(entry)
}
