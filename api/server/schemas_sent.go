package server

import (
	"maps"
	"slices"

	"github.com/runboard/runboard/api"
)

// sentSchemas are the objects that clients send: contract 2.5 to 2.9. Fields
// beyond these are ignored, and null stands for an optional one that is missing.
func sentSchemas() map[string]schema {
	attachments := func() map[string]schema {
		return map[string]schema{"artifacts": sentList("NewArtifact"), "fields": sentList("NewField"), "links": sentList("NewLink")}
	}
	run := attachments()
	maps.Copy(run, map[string]schema{
		"name": filled(), "source": described(filled(), "Made when the project has none of that name."),
		"config": described(nullable(text()), "Name of an existing configuration."), "config_id": described(nullable(id()), "Wins over config."),
		"milestone": described(nullable(text()), "Name of an existing milestone."), "milestone_id": described(nullable(id()), "Wins over milestone."),
		"tags": tags(), "created_at": pastTime("created_at"),
	})
	end := func() map[string]schema {
		return map[string]schema{"elapsed_observed": nullable(sentElapsed()), "elapsed_computed": nullable(sentElapsed())}
	}
	newThread := end()
	newThread["artifacts"], newThread["fields"] = sentList("NewArtifact"), sentList("NewField")
	thread := maps.Clone(newThread)
	thread["tests"] = nullable(atMost(maxTests, listOf(ref("NewAutomationTest"))))
	return map[string]schema{
		"NewAutomationRun": sentObject(run, "name", "source"),
		"Attachments":      sentObject(attachments()),
		"AutomationRunEnd": sentObject(map[string]schema{
			"measure_elapsed": described(nullable(flag()), "True: from creation to completion. False: of the longest thread."),
			"completed_at":    pastTime("completed_at"),
		}),
		"NewAutomationRunThread":    sentObject(newThread),
		"AutomationRunThreadUpdate": described(sentObject(thread), "What it holds is added to what is there."),
		"AutomationRunThreadEnd":    described(sentObject(end()), "What it holds replaces what is there."),
		"NewAutomationTest":         newTestSchema(),
		"NewField": sentObject(map[string]schema{
			"type": fieldType(), "name": text(), "value": nullable(text()), "meta": nullable(sentMeta()), "is_highlight": nullable(flag()),
		}, "type", "name"),
		"NewLink": sentObject(map[string]schema{"name": text(), "note": nullable(text()), "url": text()}, "name", "url"),
		"NewArtifact": sentObject(map[string]schema{
			"name": text(), "note": nullable(text()), "url": text(), "mime_type": nullable(text()), "size": nullable(count()),
		}, "name", "url"),
		"NewConfig": sentObject(map[string]schema{"name": filled()}, "name"),
		"NewMilestone": sentObject(map[string]schema{
			"name": filled(), "automation_tags": tags(), "due_date": nullable(text()), "note": nullable(text()),
		}, "name"),
	}
}

func newTestSchema() schema {
	return sentObject(map[string]schema{
		"key": described(filled(), "Identity of the test within its source, across runs."), "name": filled(),
		"status": described(filled(), "An alias of a status, such as passed."), "folder": text(),
		"elapsed": nullable(sentElapsed()), "file": nullable(text()), "line": nullable(count()), "assertions": nullable(count()),
		"artifacts": sentList("NewArtifact"), "fields": sentList("NewField"),
	}, "key", "name", "status", "folder")
}

func sentObject(fields map[string]schema, required ...string) schema {
	return objectOf(fields, slices.DeleteFunc(slices.Collect(maps.Keys(fields)), func(name string) bool {
		return slices.Contains(required, name)
	})...)
}

// sentList may have as many items as there may be attachments.
func sentList(name string) schema { return nullable(atMost(maxAttached, listOf(ref(name)))) }

func tags() schema { return nullable(atMost(api.MaxTags, listOf(filled()))) }

func sentMeta() schema {
	names := meta()
	names["maxProperties"] = maxAttached
	return names
}

func filled() schema { return schema{"type": "string", "minLength": 1} }

func count() schema {
	return schema{"type": "integer", "format": "int64", "minimum": 0, "maximum": maxInteger}
}

func sentElapsed() schema {
	return schema{"type": "integer", "format": "int64", "minimum": 0, "maximum": maxElapsed, "description": "Microseconds."}
}

func pastTime(name string) schema {
	return ours(described(nullable(text()), "Instead of now: a time in the past, RFC 3339. Needs the scope import, without which "+name+" is ignored."))
}
