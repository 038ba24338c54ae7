package handlers_test

import (
	"context"
	"net/http"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/runboard/runboard/api"
	"github.com/runboard/runboard/handlers"
)

// counting is a remote instance that counts how often it is asked for lists.
type counting struct {
	*fake

	lists   atomic.Int32
	refusal atomic.Pointer[api.Error] // Of its configurations.
}

func (c *counting) ListTags(ctx context.Context, projectID int64) ([]api.Tag, error) {
	c.lists.Add(1)
	return c.fake.ListTags(ctx, projectID)
}

func (c *counting) ListConfigs(context.Context, int64) ([]api.Named, error) {
	if refusal := c.refusal.Load(); refusal != nil {
		return nil, refusal
	}
	return []api.Named{{ID: 2, Name: "Chrome"}}, nil
}

// newRemote is a board of a remote instance, and how to let time pass.
func newRemote(t *testing.T) (b *board, remote *counting, pass func(time.Duration)) {
	t.Helper()
	remote = &counting{}
	at := now
	b = newBoard(t, func(f *fake, o *handlers.Options) {
		remote.fake = f
		o.Reader, o.Insight, o.Instance, o.Capabilities = remote, nil, "https://acme.testmo.net", able(api.Capabilities{RunSorts: api.RunSorts()[:1]})
		o.Now = func() time.Time { return at }
	})
	return b, remote, func(d time.Duration) { at = at.Add(d) }
}

func TestRemoteListsAreAskedForOnceAMinute(t *testing.T) {
	t.Parallel()
	b, remote, pass := newRemote(t)
	for range 3 {
		a := b.open(t, "/projects/1/runs", nil)
		require.Equal(t, 1, a.Find("[name=config_id][value='2']").Length())
		require.Equal(t, 1, a.Find("[name=tags][value=nightly]").Length())
	}
	require.EqualValues(t, 1, remote.lists.Load())
	b.open(t, "/projects/2/runs", nil)
	require.EqualValues(t, 2, remote.lists.Load(), "another project has its own")
	pass(time.Minute)
	b.open(t, "/projects/1/runs", nil)
	require.EqualValues(t, 3, remote.lists.Load())
}

func TestRemoteListThatFailedIsAskedForAgain(t *testing.T) {
	t.Parallel()
	b, remote, _ := newRemote(t)
	remote.refusal.Store(&api.Error{Kind: api.KindUnavailable, Message: "The instance did not answer in time."})
	require.Equal(t, 0, b.open(t, "/projects/1/runs", nil).Find("[name=config_id]").Length())
	remote.refusal.Store(nil)
	require.Equal(t, 1, b.open(t, "/projects/1/runs", nil).Find("[name=config_id]").Length())

	b, remote, _ = newRemote(t)
	remote.refusal.Store(&api.Error{Kind: api.KindForbidden, Message: "No right to read configurations."})
	for range 3 {
		b.open(t, "/projects/1/runs", nil)
	}
	require.EqualValues(t, 1, remote.lists.Load(), "a refusal is an answer")
}

func TestRefreshOfARemoteListLeavesItsFilters(t *testing.T) {
	t.Parallel()
	header := partial.Clone()
	header.Set("HX-Source", "section#runs")
	b, remote, _ := newRemote(t)
	a := b.open(t, "/projects/1/runs?source_id=5", header)
	require.Equal(t, 2, a.Find(region+" [data-run-id]").Length())
	require.Equal(t, 1, a.Find(summary).Length())
	require.Equal(t, 0, a.Find(filters).Length(), "the page keeps those that it has")
	require.Zero(t, remote.lists.Load())

	header.Set("HX-Source", "form#filter")
	require.Equal(t, 1, b.open(t, "/projects/1/runs?source_id=5", header).Find(filters).Length())
	header.Set("HX-Source", "section#runs")
	require.Equal(t, 1, newBoard(t, nil).open(t, "/projects/1/runs?source_id=5", header).Find(filters).Length(), "counts change")
}

func TestCapabilitiesMayComeToBeKnownLate(t *testing.T) {
	t.Parallel()
	can, asked := api.Capabilities{}, 0
	b := newBoard(t, func(_ *fake, o *handlers.Options) {
		o.Capabilities = func() api.Capabilities { asked++; return can }
	})
	for _, target := range []string{"/projects/1/runs?q=x", "/runs/118?q=x"} {
		can = api.Capabilities{}
		require.Equal(t, http.StatusUnprocessableEntity, b.get(t, target, nil).StatusCode, target)
		can, asked = api.AllCapabilities(), 0
		require.Equal(t, 1, b.open(t, target, nil).Find("[name=q]").Length(), target)
		require.Equal(t, 1, asked, "one page is of one mind, %s", target)
	}
}
