package handlers

import (
	"sync"
	"time"

	"github.com/runboard/runboard/api"
)

// The bounds of what is remembered of a remote instance.
const (
	offerAge   = time.Minute
	mostOffers = 64 // Projects.
)

// offers are the values that the filters of projects could have a moment ago,
// so that a page does not ask a remote instance for five whole lists each time.
// The zero value is ready. What it gives must not be changed.
type offers struct {
	mu        sync.Mutex
	byProject map[int64]offer
}

type offer struct {
	facets api.RunFacets
	at     time.Time
}

func (o *offers) get(projectID int64, now time.Time) (api.RunFacets, bool) {
	o.mu.Lock()
	defer o.mu.Unlock()
	found, ok := o.byProject[projectID]
	return found.facets, ok && now.Sub(found.at) < offerAge
}

func (o *offers) put(projectID int64, facets api.RunFacets, now time.Time) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.byProject == nil || len(o.byProject) >= mostOffers {
		o.byProject = map[int64]offer{}
	}
	o.byProject[projectID] = offer{facets, now}
}
