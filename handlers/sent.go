package handlers

import (
	"cmp"
	"maps"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/runboard/runboard/api"
	"github.com/runboard/runboard/views"
)

// shortValue is how many characters a value has at most that stands among others.
const shortValue = 160

// mostAttached is how many fields, links and artifacts a page draws at most, each.
const mostAttached = 200

// sentOf arranges what clients attached to something: the texts of the failure
// first, then what is short, then what is long. ID must be unique on the page.
func sentOf(id string, fields []api.Field, links []api.Link, artifacts []api.Artifact) views.SentView {
	sent := views.SentView{ID: id, More: unshown(len(fields), len(links), len(artifacts))}
	for _, field := range fields[:min(len(fields), mostAttached)] {
		view := fieldOf(field)
		switch {
		case field.IsHighlight:
			sent.Highlights = append(sent.Highlights, view)
		case isShort(view):
			sent.Facts = append(sent.Facts, view)
		default:
			sent.Blocks = append(sent.Blocks, view)
		}
	}
	for _, link := range links[:min(len(links), mostAttached)] {
		sent.Links = append(sent.Links, views.Attachment{Name: cmp.Or(link.Name, link.URL), URL: link.URL, Note: link.Note})
	}
	for _, artifact := range artifacts[:min(len(artifacts), mostAttached)] {
		sent.Artifacts = append(sent.Artifacts, views.Attachment{
			Name: cmp.Or(artifact.Name, artifact.URL), URL: artifact.URL, Note: artifact.Note, Type: artifact.MimeType, Size: size(artifact.Size),
		})
	}
	return sent
}

func fieldOf(field api.Field) views.Field {
	view := views.Field{Name: field.Name, Value: nothing, Note: metaNote(field.Meta)}
	if field.Value == nil || *field.Value == "" {
		return view
	}
	view.Value = *field.Value
	switch field.Type {
	case api.FieldHTML:
		view.Kind = views.KindHTML
	case api.FieldConsole:
		view.Kind = views.KindConsole
	case api.FieldURL:
		view.Kind = views.KindURL
	case api.FieldString, api.FieldText:
	}
	return view
}

// isShort reports whether a value is one line that fits beside its name.
func isShort(field views.Field) bool {
	isLine := field.Kind == views.KindText || field.Kind == views.KindURL
	return isLine && utf8.RuneCountInString(field.Value) <= shortValue && !strings.ContainsAny(strings.TrimSpace(field.Value), "\r\n")
}

// metaNote is what else is known of a field: "line 12, type AssertionError".
func metaNote(meta api.Meta) string {
	notes := make([]string, 0, len(meta))
	for _, name := range slices.Sorted(maps.Keys(meta)) {
		notes = append(notes, strings.TrimSpace(name+" "+meta[name]))
	}
	return strings.Join(notes, ", ")
}

// unshown says how many of each are beyond mostAttached; "" for none.
func unshown(fields, links, artifacts int) string {
	var parts []string
	for _, list := range []struct {
		count int
		one   string
	}{{fields, "field"}, {links, "link"}, {artifacts, "artifact"}} {
		if list.count > mostAttached {
			parts = append(parts, counted(list.count-mostAttached, "more "+list.one))
		}
	}
	if len(parts) == 0 {
		return ""
	}
	return "Not shown: " + strings.Join(parts, ", ") + ". The API gives them all."
}

// share is how much of what was sent the page of a run draws at once.
type share struct {
	items      int // Of each list.
	highlights int // Bytes of highlighted texts.
	bytes      int // Of these and of long texts, taken together.
}

// What the page of a run draws again every 15 seconds while the run is running.
var (
	shareOfRun    = share{items: 24, highlights: 32 << 10, bytes: 32 << 10}
	shareOfThread = share{items: 6, highlights: 1 << 10}
)

// divide parts what was sent into what is drawn at once and the rest, which has
// a page of its own at href.
func divide(sent views.SentView, s share, href string) (lead, rest views.SentView) {
	lead, rest = sent, views.SentView{ID: sent.ID + "-rest", More: sent.More}
	lead.Highlights, rest.Highlights = s.takeTexts(sent.Highlights, s.highlights)
	for _, field := range lead.Highlights {
		s.bytes -= len(field.Value)
	}
	lead.Blocks, rest.Blocks = s.takeTexts(sent.Blocks, s.bytes)
	lead.Facts, rest.Facts = take(sent.Facts, s.items)
	lead.Links, rest.Links = take(sent.Links, s.items)
	lead.Artifacts, rest.Artifacts = take(sent.Artifacts, s.items)
	if rest.IsEmpty() {
		return lead, rest
	}
	lead.More = ""
	lead.Later = &views.LaterView{ID: rest.ID + "-" + strconv.Itoa(rest.Count()), Text: restNames(rest), Href: href}
	return lead, rest
}

func take[T any](list []T, most int) (first, rest []T) {
	most = min(most, len(list))
	return list[:most:most], list[most:]
}

// takeTexts takes from the front what fits into so many bytes.
func (s share) takeTexts(fields []views.Field, room int) (first, rest []views.Field) {
	size, most := 0, 0
	for most < min(len(fields), s.items) && size+len(fields[most].Value) <= room {
		size += len(fields[most].Value)
		most++
	}
	return take(fields, most)
}

// restNames are the first names of what is there, "Output, Log and 3 more".
func restNames(rest views.SentView) string {
	var names []string
	for _, field := range slices.Concat(rest.Highlights, rest.Blocks, rest.Facts) {
		names = append(names, field.Name)
	}
	for _, attachment := range slices.Concat(rest.Links, rest.Artifacts) {
		names = append(names, attachment.Name)
	}
	if len(names) <= 3 {
		return strings.Join(names, ", ")
	}
	return names[0] + ", " + names[1] + " and " + number(len(names)-2) + " more"
}
