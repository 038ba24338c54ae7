package handlers

import (
	"strings"
	"time"

	"github.com/runboard/runboard/api"
	"github.com/runboard/runboard/views"
)

// activeChips are the parts of the filter that are set, each with the way to lift it.
func (l *runsList) activeChips() []views.Chip {
	var chips []views.Chip
	for _, p := range l.parts {
		for _, choice := range p.chosen(&l.filter) {
			chips = append(chips, views.Chip{
				Label: p.label, Text: choice.Name, Remove: l.url(func(f *api.RunFilter) { p.set(f, choice, false) }),
			})
		}
	}
	after, before := l.day(l.filter.CreatedAfter, l.after), l.day(l.filter.CreatedBefore, l.before)
	if days := l.days(); days != "" {
		chips = append(chips, views.Chip{Label: "Created", Text: days, Remove: l.url(l.within("", ""))})
		after, before = "", ""
	}
	for _, text := range []struct {
		label, value string
		field        func(f *api.RunFilter) *string
	}{
		{l.afterWord(), after, func(f *api.RunFilter) *string { return &f.CreatedAfter }},
		{"Before", before, func(f *api.RunFilter) *string { return &f.CreatedBefore }},
		{"Search", l.filter.Q, func(f *api.RunFilter) *string { return &f.Q }},
		{"Name", l.filter.Name, func(f *api.RunFilter) *string { return &f.Name }},
	} {
		if text.value != "" {
			chips = append(chips, views.Chip{
				Label: text.label, Text: text.value, Remove: l.url(func(f *api.RunFilter) { *text.field(f) = "" }),
			})
		}
	}
	return chips
}

// afterWord is before the bound from which runs are listed: a day is included, an
// instant is not.
func (l *runsList) afterWord() string {
	if isDate(l.filter.CreatedAfter) {
		return "From"
	}
	return "After"
}

// days are the whole days between the bounds, "24 Nov 2026" or "1–30 Nov 2026", with
// their zone when that is not the reader's; "" when the bounds are no such days.
func (l *runsList) days() string {
	if !isDate(l.filter.CreatedAfter) || !isDate(l.filter.CreatedBefore) {
		return ""
	}
	const day, year = "2 Jan", " 2006"
	first, last := parsed(l.filter.CreatedAfter, time.UTC), parsed(l.filter.CreatedBefore, time.UTC).AddDate(0, 0, -1)
	text := last.Format(day + year)
	switch {
	case last.Before(first):
		return ""
	case first.Equal(last):
	case first.Year() != last.Year():
		text = first.Format(day+year) + " – " + text
	case first.Month() != last.Month():
		text = first.Format(day) + " – " + text
	default:
		text = first.Format("2") + "–" + text
	}
	if l.filter.Zone != zoneName(l.zone) {
		text += l.after.Format(" MST")
	}
	return text
}

// day writes a bound as people read it, with its zone when that is not the reader's.
func (l *runsList) day(text string, t time.Time) string {
	if text == "" {
		return ""
	}
	if !needsZone(text) {
		return t.In(l.zone).Format("2 Jan 2006, 15:04")
	}
	layout := "2 Jan 2006"
	if len(text) > len(time.DateOnly) {
		layout += ", 15:04"
	}
	if l.filter.Zone != zoneName(l.zone) {
		layout += " MST"
	}
	return t.Format(layout)
}

// nothing says which part of the filter to lift: the one without which most
// runs are left.
func (l *runsList) nothing() *views.NothingView {
	view := &views.NothingView{Reset: l.url(reset)}
	most := 0
	lift := func(parameter, label string, texts []string, clear func(f *api.RunFilter)) {
		if count := l.facets.Lifted[parameter]; count > most {
			most = count
			view.Narrowest, view.Lift, view.Count = label+": "+strings.Join(texts, ", "), l.url(clear), number(count)
		}
	}
	for _, p := range l.parts {
		names := facetNames(p.chosen(&l.filter))
		lift(p.name, p.label, names, p.clear)
	}
	lift("created_after", "Created", l.period(), func(f *api.RunFilter) { f.CreatedAfter, f.CreatedBefore = "", "" })
	lift("q", "Search", []string{l.filter.Q}, func(f *api.RunFilter) { f.Q = "" })
	lift("name", "Name", []string{l.filter.Name}, func(f *api.RunFilter) { f.Name = "" })
	return view
}

// period are the bounds of time in words.
func (l *runsList) period() []string {
	if days := l.days(); days != "" {
		return []string{days}
	}
	var words []string
	if l.filter.CreatedAfter != "" {
		words = append(words, strings.ToLower(l.afterWord())+" "+l.day(l.filter.CreatedAfter, l.after))
	}
	if l.filter.CreatedBefore != "" {
		words = append(words, "before "+l.day(l.filter.CreatedBefore, l.before))
	}
	return words
}

func facetNames(facets []api.Facet) []string {
	names := make([]string, len(facets))
	for i, facet := range facets {
		names[i] = facet.Name
	}
	return names
}
