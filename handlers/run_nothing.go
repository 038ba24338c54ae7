package handlers

import (
	"context"
	"strings"

	"github.com/runboard/runboard/api"
	"github.com/runboard/runboard/views"
)

// testPart is a part of a filter of tests that is set.
type testPart struct {
	label string // Of its chips.
	lift  func(f *api.TestFilter)
	count int // How many tests there are without it; 0 when nothing has counted them.
}

// setParts are the parts of the filter that are set.
func (p *runPage) setParts() []testPart {
	var parts []testPart
	add := func(isSet bool, label string, lift func(f *api.TestFilter)) {
		if isSet {
			parts = append(parts, testPart{label: label, lift: lift})
		}
	}
	add(p.hasStatus(), "Status", func(f *api.TestFilter) { f.StatusIDs, f.Results = nil, nil })
	add(p.filter.ThreadID != 0, "Thread", func(f *api.TestFilter) { f.ThreadID = 0 })
	add(p.filter.Folder != "", "Folder", func(f *api.TestFilter) { f.Folder = "" })
	add(p.filter.Q != "", "Search", func(f *api.TestFilter) { f.Q = "" })
	return parts
}

// askLifted counts, when no test meets the filter, how many there are without
// each part of it.
func (h *Handlers) askLifted(ctx context.Context, p *runPage) error {
	p.lifted = p.setParts()
	if h.Insight == nil || p.page.Total > 0 || p.isUntested() {
		return nil
	}
	tasks := make([]func() error, len(p.lifted))
	for i := range p.lifted {
		part := &p.lifted[i]
		tasks[i] = func() error {
			filter := p.filter
			part.lift(&filter)
			counters, err := h.Insight.CountTests(ctx, p.id, filter)
			for _, status := range p.statuses {
				if isListed(&filter, status) {
					part.count += *counters.At(status.ID)
				}
			}
			return err
		}
	}
	return together(tasks...)
}

// isListed reports whether a filter lets a status through.
func isListed(f *api.TestFilter, status api.Status) bool {
	return (len(f.StatusIDs) == 0 || f.StatusIDs.Has(int64(status.RunStatus()))) &&
		(len(f.Results) == 0 || f.Results.Has(int64(status.ID)))
}

// nothing says which part of the filter to remove: the one without which most
// tests are left.
func (p *runPage) nothing() *views.NothingView {
	view := &views.NothingView{Reset: p.url(resetTests)}
	most := 0
	for _, part := range p.lifted {
		if part.count <= most {
			continue
		}
		most = part.count
		var texts []string
		for _, chip := range p.chips {
			if chip.Label == part.label {
				texts = append(texts, chip.Text)
			}
		}
		view.Narrowest, view.Lift, view.Count = part.label+": "+strings.Join(texts, ", "), p.url(part.lift), number(part.count)
	}
	return view
}
