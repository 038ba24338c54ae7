package handlers

import (
	"cmp"
	"maps"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/runboard/runboard/api"
	"github.com/runboard/runboard/views"
)

// shortValue is how many characters a value has at most that stands among others.
const shortValue = 160

// sentOf arranges what clients attached to something: the texts of the failure
// first, then what is short, then what is long. ID must be unique on the page.
func sentOf(id string, fields []api.Field, links []api.Link, artifacts []api.Artifact) views.SentView {
	sent := views.SentView{ID: id}
	for _, field := range fields {
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
	for _, link := range links {
		sent.Links = append(sent.Links, views.Attachment{Name: cmp.Or(link.Name, link.URL), URL: link.URL, Note: link.Note})
	}
	for _, artifact := range artifacts {
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
