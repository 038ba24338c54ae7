// Package facet is the index of runs in memory: it says which runs a filter
// asks for, and counts them by everything that a filter can ask for. Runs that
// agree in all that a filter can choose from form a group, and groups are counted
// as runs arrive, so that most questions look at no run at all. It must not know
// SQL or HTTP.
package facet

import (
	"sync"
	"time"

	"github.com/runboard/runboard/api"
)

// Run is what the index knows of a run.
type Run struct {
	ID          int64
	ProjectID   int64 // Never changes.
	SourceID    int64
	MilestoneID int64 // 0 for none.
	ConfigID    int64 // 0 for none.
	CreatedBy   int64
	Status      api.RunStatus
	CreatedAt   int64 // Milliseconds since 1970.
	CompletedAt int64 // Milliseconds since 1970; 0 for none.
	Elapsed     int64 // Microseconds; -1 when unknown.
	Failure     int
	Total       int
	Name        string
	Source      string   // Name of the source; the last one that is put counts for all its runs.
	Tags        []string // A tag that stands twice counts once.
}

// Index holds the runs of all projects. It is safe for concurrent use. A value that
// no run has any more, such as a name, stays in memory.
type Index struct {
	mu       sync.RWMutex
	projects map[int64]*project
}

// New is an index without runs.
func New() *Index { return &Index{projects: map[int64]*project{}} }

// Put adds a run, or replaces the one of the same project that has its id.
func (x *Index) Put(run Run) {
	p := x.ensure(run.ProjectID)
	p.mu.Lock()
	defer p.mu.Unlock()
	p.put(&run)
}

// Select are the ids of a filter's page in the filter's order, and how many runs
// meet the filter. Runs that are equal in what the list is sorted by are in the
// order of their ids, in the same direction; those in which it is unknown stand
// last. The filter must be valid.
func (x *Index) Select(projectID int64, filter api.RunFilter) (ids []int64, total int) {
	p := x.project(projectID)
	p.mu.RLock()
	defer p.mu.RUnlock()
	return p.page(&filter)
}

// Facets counts a project's runs as api.Insight says. Facets that have an id lack
// their name, and are ordered by count, most first, then by id. The filter must
// be valid.
func (x *Index) Facets(projectID int64, filter api.RunFilter, zone *time.Location, now time.Time) api.RunFacets {
	p := x.project(projectID)
	p.mu.RLock()
	defer p.mu.RUnlock()
	return p.facets(&filter, newCalendar(zone, now))
}

// project is one without runs when there is none of that id.
func (x *Index) project(id int64) *project {
	x.mu.RLock()
	defer x.mu.RUnlock()
	if p := x.projects[id]; p != nil {
		return p
	}
	return newProject()
}

// ensure is a project, made when there is none of that id.
func (x *Index) ensure(id int64) *project {
	x.mu.Lock()
	defer x.mu.Unlock()
	p := x.projects[id]
	if p == nil {
		p = newProject()
		x.projects[id] = p
	}
	return p
}
