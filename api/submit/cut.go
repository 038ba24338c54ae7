package submit

import (
	"slices"
	"unicode/utf16"

	"github.com/runboard/runboard/api"
)

// short is how long names, and what stands on one line, may be, in UTF-16 units:
// contract 6.6. The results of files are cut by their readers.
const short = 750

func cutRun(run api.NewRun) api.NewRun {
	run.Name = cutAt(run.Name, short)
	run.Attachments = cutAttachments(run.Attachments)
	return run
}

func cutThread(thread api.ThreadUpdate) api.ThreadUpdate {
	cut := cutAttachments(api.Attachments{Fields: thread.Fields, Artifacts: thread.Artifacts})
	thread.Fields, thread.Artifacts = cut.Fields, cut.Artifacts
	return thread
}

// cutAttachments leaves what it is given as it is.
func cutAttachments(more api.Attachments) api.Attachments {
	more.Fields, more.Links, more.Artifacts = slices.Clone(more.Fields), slices.Clone(more.Links), slices.Clone(more.Artifacts)
	for i := range more.Fields {
		f := &more.Fields[i]
		f.Name = cutAt(f.Name, short)
		if f.Value != nil {
			f.Value = new(cutValue(f.Type, *f.Value))
		}
	}
	for i := range more.Links {
		l := &more.Links[i]
		l.Name, l.URL = cutAt(l.Name, short), cutAt(l.URL, short)
	}
	for i := range more.Artifacts {
		a := &more.Artifacts[i]
		a.Name, a.URL = cutAt(a.Name, short), cutAt(a.URL, short)
	}
	return more
}

// cutValue is as much of a value as its type has room for: contract 2.9.
func cutValue(kind api.FieldType, value string) string {
	switch kind {
	case api.FieldText, api.FieldConsole:
		return cutMiddle(value)
	case api.FieldHTML:
		return cutAt(value, longest)
	case api.FieldString, api.FieldURL:
	}
	return cutAt(value, short)
}

// cutAt is the beginning of a text.
func cutAt(text string, most int) string {
	if len(text) <= most {
		return text // No unit takes less than a byte.
	}
	units := utf16.Encode([]rune(text))
	return string(utf16.Decode(units[:min(most, len(units))]))
}
