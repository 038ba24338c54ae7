package handlers_test

import (
	"context"
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/runboard/runboard/api"
	"github.com/runboard/runboard/handlers"
)

// trap is a backend with a bug in all that pages ask for beside their request.
type trap struct{ *fake }

func (trap) ListTests(context.Context, int64, api.TestFilter) (api.Page[api.Test], error) {
	panic(secret)
}

func (trap) ListFolders(context.Context, int64) ([]api.Folder, error) { panic(secret) }

func (trap) CountTests(context.Context, int64, api.TestFilter) (api.Counters, error) { panic(secret) }

func (trap) Test(context.Context, int64, int64) (api.TestDetail, error) { panic(secret) }

func (trap) ListSources(context.Context, int64, api.SourceFilter) (api.Page[api.Source], error) {
	panic(secret)
}

func TestPanicBesideARequestIsAnErrorOfIt(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		target   string
		isRemote bool
		logged   string
	}{
		"a run":            {"/runs/118", false, "ListTests"},
		"a remote run":     {"/runs/118", true, "ListTests"},
		"a test":           {"/runs/118/tests/118001", false, "Test"},
		"the projects":     {"/", false, "ListSources"},
		"a remote picker":  {"/projects/1/runs", true, "ListSources"},
		"a remote project": {"/projects/2/runs", true, "ListSources"},
	} {
		b := newBoard(t, func(f *fake, o *handlers.Options) {
			o.Reader, o.Insight = trap{f}, trap{f}
			if tt.isRemote {
				o.Insight = nil
			}
		})
		a := b.get(t, tt.target, nil)
		require.Equal(t, http.StatusInternalServerError, a.StatusCode, name)
		require.Contains(t, words(a.Find("[data-message]")), "Something went wrong.", name)
		require.NotContains(t, a.text, secret, name)
		require.Contains(t, b.log.String(), "handlers_test.trap."+tt.logged, "the stack leads to the bug, %s", name)
	}
}
