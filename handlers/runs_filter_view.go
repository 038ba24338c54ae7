package handlers

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/runboard/runboard/api"
	"github.com/runboard/runboard/api/query"
	"github.com/runboard/runboard/views"
)

// part is a parameter of the filter that holds several values.
type part struct {
	name  string // Of the parameter.
	label string
	from  []api.Facet                       // What can be chosen.
	ids   func(f *api.RunFilter) *query.IDs // nil for tags, which are words.
}

// filterParts are all of them, in the order of a canonical query.
func (l *runsList) filterParts() []part {
	statuses := slices.Clone(l.facets.Statuses)
	for i := range statuses {
		statuses[i].Name = runBadge(api.RunStatus(statuses[i].ID)).Text
	}
	return []part{
		{"status", "Status", statuses, func(f *api.RunFilter) *query.IDs { return &f.Statuses }},
		{"source_id", "Source", l.facets.Sources, func(f *api.RunFilter) *query.IDs { return &f.SourceIDs }},
		{"milestone_id", "Milestone", l.facets.Milestones, func(f *api.RunFilter) *query.IDs { return &f.MilestoneIDs }},
		{"config_id", "Configuration", l.facets.Configs, func(f *api.RunFilter) *query.IDs { return &f.ConfigIDs }},
		{"created_by", "Created by", l.facets.Users, func(f *api.RunFilter) *query.IDs { return &f.CreatedBy }},
		{"tags", "Tag", l.facets.Tags, nil},
	}
}

func (l *runsList) part(name string) part {
	return l.parts[slices.IndexFunc(l.parts, func(p part) bool { return p.name == name })]
}

func (p part) has(f *api.RunFilter, choice api.Facet) bool {
	if p.ids == nil {
		return f.Tags.Has(choice.Name)
	}
	return p.ids(f).Has(choice.ID)
}

// set adds a value to the filter, or takes it away.
func (p part) set(f *api.RunFilter, choice api.Facet, on bool) {
	if p.ids == nil {
		f.Tags = edited(f.Tags, choice.Name, on)
		return
	}
	ids := p.ids(f)
	*ids = edited(*ids, choice.ID, on)
}

func (p part) clear(f *api.RunFilter) {
	if p.ids == nil {
		f.Tags = nil
		return
	}
	*p.ids(f) = nil
}

// edited is an ascending list with or without a value. The list stays as it is:
// filters share it.
func edited[S ~[]E, E cmp.Ordered](list S, value E, on bool) S {
	at, found := slices.BinarySearch(list, value)
	switch {
	case on && !found:
		return slices.Insert(slices.Clone(list), at, value)
	case !on && found:
		return slices.Delete(slices.Clone(list), at, at+1)
	default:
		return list
	}
}

// chosen are the values that the filter has, with their names as far as they are known.
func (p part) chosen(f *api.RunFilter) []api.Facet {
	if p.ids == nil {
		return facetsOf(f.Tags, func(tag string) api.Facet { return api.Facet{Name: tag} })
	}
	return facetsOf(*p.ids(f), func(id int64) api.Facet {
		at := slices.IndexFunc(p.from, func(c api.Facet) bool { return c.ID == id })
		if at < 0 || p.from[at].Name == "" {
			return api.Facet{ID: id, Name: "#" + strconv.FormatInt(id, 10)}
		}
		return p.from[at]
	})
}

func (p part) value(choice api.Facet) string {
	if p.ids == nil {
		return choice.Name
	}
	return strconv.FormatInt(choice.ID, 10)
}

func (l *runsList) filterBar() views.RunsFilterView {
	bar := views.RunsFilterView{
		Action: runsPath(l.projectID), Hidden: l.hidden(), Segments: l.segments(), Status: l.filter.Statuses.String(),
		After:  l.bound("created_after", l.filter.CreatedAfter, l.after),
		Before: l.bound("created_before", l.filter.CreatedBefore, l.before),
		Ranges: l.ranges(), Period: strings.Join(l.period(), ", "), Query: l.filter.Q, NoSearch: !l.can.Search, Chips: l.chips, Problems: map[string]string{},
	}
	for _, p := range l.parts[1:] {
		bar.Pickers = append(bar.Pickers, l.picker(p))
	}
	if len(bar.Chips) > 0 {
		bar.Reset = l.url(reset)
	}
	for _, r := range bar.Ranges {
		if r.Selected {
			bar.Period = r.Text
		}
	}
	for name, sentences := range l.problems {
		bar.Problems[name] = strings.Join(sentences, " ")
	}
	// The API takes such bounds, too, and finds nothing.
	if !l.after.IsZero() && !l.before.IsZero() && !l.after.Before(l.before) {
		bar.Problems["created_before"] = "Must be later than the start; no run can meet both."
	}
	return bar
}

// reset lifts all that narrows a list, and keeps how it is shown.
func reset(f *api.RunFilter) {
	empty := api.NewRunFilter()
	empty.Sort, empty.Order, empty.PerPage = f.Sort, f.Order, f.PerPage
	*f = empty
}

// hidden is what the form carries along because none of its controls does.
func (l *runsList) hidden() []views.Hidden {
	hidden := []views.Hidden{{Name: "tz", Value: l.formZone()}, {Name: "name", Value: l.filter.Name}}
	if l.filter.Sort != l.runs.Sort {
		hidden = append(hidden, views.Hidden{Name: "sort", Value: l.filter.Sort})
	}
	if l.filter.Order != l.runs.Order {
		hidden = append(hidden, views.Hidden{Name: "order", Value: l.filter.Order})
	}
	if l.filter.PerPage != l.runs.PerPage || l.perPage != 0 {
		hidden = append(hidden, views.Hidden{Name: "per_page", Value: strconv.Itoa(l.filter.PerPage)})
	}
	hidden = append(hidden, views.Hidden{Name: "embed", Value: l.Embed}, views.Hidden{Name: "theme", Value: l.Theme})
	return slices.DeleteFunc(hidden, func(h views.Hidden) bool { return h.Value == "" })
}

func (l *runsList) segments() []views.Segment {
	all := views.Segment{Text: "All", Selected: len(l.filter.Statuses) == 0, Href: l.url(func(f *api.RunFilter) { f.Statuses = nil })}
	counts := map[int64]int{}
	for _, facet := range l.facets.Statuses {
		counts[facet.ID] = facet.Count
	}
	if l.isCounted {
		all.Count = number(counts[2] + counts[3] + counts[4])
	}
	segments := []views.Segment{all}
	for _, status := range []api.RunStatus{api.StatusSuccess, api.StatusFailure, api.StatusRunning} {
		badge := runBadge(status)
		segment := views.Segment{
			Text: badge.Text, Tone: badge.Tone, Selected: slices.Equal(l.filter.Statuses, query.IDs{int64(status)}),
			Href: l.url(func(f *api.RunFilter) { f.Statuses = query.IDs{int64(status)} }),
		}
		if l.isCounted {
			segment.Count = number(counts[int64(status)])
		}
		segments = append(segments, segment)
	}
	return segments
}

func (l *runsList) picker(p part) views.Picker {
	picker := views.Picker{Name: p.name, Label: p.label, Problem: strings.Join(l.problems[p.name], " ")}
	chosen := p.chosen(&l.filter)
	switch len(chosen) {
	case 0:
	case 1:
		picker.Chosen = chosen[0].Name
	default:
		picker.Chosen = number(len(chosen)) + " chosen"
	}
	choices := p.from
	if len(choices) > mostChoices {
		picker.More = "The " + number(mostChoices) + " most frequent of " + number(len(choices)) + "."
		choices = choices[:mostChoices]
	}
	for _, choice := range chosen {
		if !slices.ContainsFunc(choices, func(c api.Facet) bool { return p.value(c) == p.value(choice) }) {
			choices = append(slices.Clip(choices), choice)
		}
	}
	for _, choice := range choices {
		c := views.Choice{Value: p.value(choice), Text: choice.Name, Checked: p.has(&l.filter, choice)}
		if l.isCounted {
			c.Count = number(choice.Count)
		}
		picker.Choices = append(picker.Choices, c)
	}
	return picker
}

// bound is the value of a date control: what was typed when it makes no sense,
// a date, or a date and time for a bound that is not a whole day.
func (l *runsList) bound(name, text string, t time.Time) string {
	switch {
	case l.problems[name] != nil:
		return strings.ToValidUTF8(strings.ReplaceAll(l.typed.Get(name), "\x00", "\uFFFD"), "\uFFFD")
	case t.IsZero() || isDate(text):
		return text
	}
	zone, err := time.LoadLocation(l.formZone())
	if err != nil {
		zone = time.UTC
	}
	return t.In(zone).Format("2006-01-02T15:04:05")
}

// formZone is where the date controls are read: the zone of the dates that are
// there, else the reader's. "" is UTC.
func (l *runsList) formZone() string {
	if needsZone(l.filter.CreatedAfter) || needsZone(l.filter.CreatedBefore) {
		return l.filter.Zone
	}
	return zoneName(l.zone)
}

// zoneName is a zone as an address spells it: UTC is not spelled.
func zoneName(zone *time.Location) string {
	if zone == time.UTC {
		return ""
	}
	return zone.String()
}
