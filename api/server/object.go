package server

import (
	"slices"
	"strings"

	"github.com/runboard/runboard/api"
)

// The objects that clients send: contract 2.5 to 2.9. Their texts are cut here,
// and only here.

var newRunFields = []field[api.NewRun]{
	{"name", required, func(d *decoder, run *api.NewRun) { run.Name = d.filled(cutShort) }},
	{"source", required, func(d *decoder, run *api.NewRun) { run.Source = d.filled(cutShort) }},
	{"config", optional, func(d *decoder, run *api.NewRun) { run.Config = d.string(cutShort) }},
	{"config_id", optional, func(d *decoder, run *api.NewRun) { run.ConfigID = d.id() }},
	{"milestone", optional, func(d *decoder, run *api.NewRun) { run.Milestone = d.string(cutShort) }},
	{"milestone_id", optional, func(d *decoder, run *api.NewRun) { run.MilestoneID = d.id() }},
	{"tags", optional, func(d *decoder, run *api.NewRun) { run.Tags = list(d, api.MaxTags, readTag) }},
	{"artifacts", optional, func(d *decoder, run *api.NewRun) { run.Artifacts = list(d, maxAttached, readArtifact) }},
	{"fields", optional, func(d *decoder, run *api.NewRun) { run.Fields = list(d, maxAttached, readField) }},
	{"links", optional, func(d *decoder, run *api.NewRun) { run.Links = list(d, maxAttached, readLink) }},
	{"created_at", imported, func(d *decoder, run *api.NewRun) { run.CreatedAt = d.time() }},
}

var attachmentFields = []field[api.Attachments]{
	{"artifacts", optional, func(d *decoder, more *api.Attachments) { more.Artifacts = list(d, maxAttached, readArtifact) }},
	{"fields", optional, func(d *decoder, more *api.Attachments) { more.Fields = list(d, maxAttached, readField) }},
	{"links", optional, func(d *decoder, more *api.Attachments) { more.Links = list(d, maxAttached, readLink) }},
}

var runEndFields = []field[api.RunEnd]{
	{"measure_elapsed", optional, func(d *decoder, end *api.RunEnd) { end.MeasureElapsed = d.bool() }},
	{"completed_at", imported, func(d *decoder, end *api.RunEnd) { end.CompletedAt = d.time() }},
}

// threadEndFields are those of a thread that is completed, and newThreadFields
// and threadFields add to them what others may hold.
var threadEndFields = []field[api.ThreadUpdate]{
	{"elapsed_observed", optional, func(d *decoder, thread *api.ThreadUpdate) { thread.ElapsedObserved = d.elapsed() }},
	{"elapsed_computed", optional, func(d *decoder, thread *api.ThreadUpdate) { thread.ElapsedComputed = d.elapsed() }},
}

var newThreadFields = slices.Concat(threadEndFields, []field[api.ThreadUpdate]{
	{"artifacts", optional, func(d *decoder, thread *api.ThreadUpdate) { thread.Artifacts = list(d, maxAttached, readArtifact) }},
	{"fields", optional, func(d *decoder, thread *api.ThreadUpdate) { thread.Fields = list(d, maxAttached, readField) }},
})

var threadFields = slices.Concat(newThreadFields, []field[api.ThreadUpdate]{
	{"tests", optional, func(d *decoder, thread *api.ThreadUpdate) { thread.Tests = list(d, maxTests, readTest) }},
})

var newConfigFields = []field[api.NewConfig]{
	{"name", required, func(d *decoder, config *api.NewConfig) { config.Name = d.filled(cutShort) }},
}

var newMilestoneFields = []field[api.NewMilestone]{
	{"name", required, func(d *decoder, milestone *api.NewMilestone) { milestone.Name = d.filled(cutShort) }},
	{"automation_tags", optional, func(d *decoder, milestone *api.NewMilestone) {
		milestone.AutomationTags = list(d, api.MaxTags, readTag)
	}},
	{"due_date", optional, func(d *decoder, milestone *api.NewMilestone) { milestone.DueDate = d.string(cutShort) }},
	{"note", optional, func(d *decoder, milestone *api.NewMilestone) { milestone.Note = d.string(cutMiddle) }},
}

var testFields = []field[api.NewTest]{
	{"key", required, func(d *decoder, test *api.NewTest) { test.Key = d.filled(cutKey) }},
	{"name", required, func(d *decoder, test *api.NewTest) { test.Name = d.filled(cutShort) }},
	{"status", required, func(d *decoder, test *api.NewTest) { test.Status = d.filled(cutShort) }},
	{"folder", required, func(d *decoder, test *api.NewTest) { test.Folder = d.string(cutShort) }},
	{"elapsed", optional, func(d *decoder, test *api.NewTest) { test.Elapsed = d.elapsed() }},
	{"file", optional, func(d *decoder, test *api.NewTest) { test.File = d.string(cutShort) }},
	{"line", optional, func(d *decoder, test *api.NewTest) { test.Line = d.optionalInt() }},
	{"assertions", optional, func(d *decoder, test *api.NewTest) { test.Assertions = d.optionalInt() }},
	{"artifacts", optional, func(d *decoder, test *api.NewTest) { test.Artifacts = list(d, maxAttached, readArtifact) }},
	{"fields", optional, func(d *decoder, test *api.NewTest) { test.Fields = list(d, maxAttached, readField) }},
}

var fieldFields = []field[api.Field]{
	{"type", required, func(d *decoder, f *api.Field) {
		f.Type = api.FieldType(d.integer(int64(api.FieldString), int64(api.FieldURL)))
	}},
	{"name", required, func(d *decoder, f *api.Field) { f.Name = d.string(cutShort) }},
	{"value", optional, func(d *decoder, f *api.Field) { f.Value = new(d.string(whole)) }},
	{"meta", optional, func(d *decoder, f *api.Field) { f.Meta = readMeta(d) }},
	{"is_highlight", optional, func(d *decoder, f *api.Field) { f.IsHighlight = d.bool() }},
}

var linkFields = []field[api.Link]{
	{"name", required, func(d *decoder, link *api.Link) { link.Name = d.string(cutShort) }},
	{"url", required, func(d *decoder, link *api.Link) { link.URL = d.string(cutShort) }},
	{"note", optional, func(d *decoder, link *api.Link) { link.Note = d.string(cutNote) }},
}

var artifactFields = []field[api.Artifact]{
	{"name", required, func(d *decoder, artifact *api.Artifact) { artifact.Name = d.string(cutShort) }},
	{"url", required, func(d *decoder, artifact *api.Artifact) { artifact.URL = d.string(cutShort) }},
	{"note", optional, func(d *decoder, artifact *api.Artifact) { artifact.Note = d.string(cutNote) }},
	{"mime_type", optional, func(d *decoder, artifact *api.Artifact) { artifact.MimeType = d.string(cutShort) }},
	{"size", optional, func(d *decoder, artifact *api.Artifact) { artifact.Size = new(d.integer(0, maxInteger)) }},
}

func readTag(d *decoder) string { return d.filled(cutShort) }

func readTest(d *decoder) (test api.NewTest) {
	object(d, testFields, &test)
	return test
}

func readField(d *decoder) (f api.Field) {
	object(d, fieldFields, &f)
	// The type, on which this depends, may come after the value.
	if f.Value != nil {
		*f.Value = cutValue(f.Type, *f.Value)
	}
	return f
}

func readLink(d *decoder) (link api.Link) {
	object(d, linkFields, &link)
	return link
}

func readArtifact(d *decoder) (artifact api.Artifact) {
	object(d, artifactFields, &artifact)
	return artifact
}

// readMeta reads texts by name. An empty list is how PHP writes none of them.
func readMeta(d *decoder) (meta api.Meta) {
	if d.next() == '[' {
		isEmpty := true
		d.items(func(int) {
			isEmpty = false
			d.skip()
		})
		if !isEmpty {
			d.refuse("Must be an object.")
		}
		return nil
	}
	if d.next() != '{' {
		d.refuseKind("an object")
		return nil
	}
	count := 0
	d.members(func(name string) {
		if count++; !d.fits(count-1, maxAttached) {
			d.skip()
			return
		}
		d.withinField(cutShort(name), func() { readMetaValue(d, &meta, name) })
	})
	return meta
}

func readMetaValue(d *decoder, meta *api.Meta, name string) {
	if strings.ContainsRune(name, 0) {
		d.refuse("Must not hold the character NUL.")
	}
	if _, isGiven := (*meta)[name]; isGiven {
		d.refuse("Must be given once.")
	}
	if d.next() == 'n' {
		d.token()
		return
	}
	if *meta == nil {
		*meta = api.Meta{}
	}
	(*meta)[cutShort(name)] = d.string(cutShort)
}
