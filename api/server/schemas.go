package server

import (
	"fmt"
	"maps"

	"github.com/runboard/runboard/api"
)

// schemas are the objects of the contract, by the names that operations use.
func schemas() map[string]schema {
	all := map[string]schema{}
	for _, some := range []map[string]schema{commonSchemas(), runSchemas(), projectSchemas(), sentSchemas(), takenSchemas()} {
		maps.Copy(all, some)
	}
	return all
}

// commonSchemas are those of contract 1.
func commonSchemas() map[string]schema {
	expands := objectOf(map[string]schema{
		"automation_sources": listOf(ref("Named")), "configs": listOf(ref("Named")), "milestones": listOf(ref("Named")),
		"statuses": listOf(ref("Status")), "users": listOf(ref("Named")),
	}, api.RunExpands()...)
	nothing := listOf(text())
	nothing["maxItems"] = 0
	sentences := schema{"type": "object", "additionalProperties": listOf(text())}
	return map[string]schema{
		"Created":      objectOf(map[string]schema{"id": id()}),
		"Error":        objectOf(map[string]schema{"message": text()}),
		"InvalidError": objectOf(map[string]schema{"message": text(), "errors": described(sentences, "By field, such as tests.3.status.")}, "errors"),
		"Expands":      {"oneOf": []schema{expands, nothing}, "description": "An empty list when nothing was asked for or found."},
		"Named":        objectOf(map[string]schema{"id": id(), "name": text()}),
		"Status": objectOf(map[string]schema{
			"id": described(statusID(), "The counter statusN_count belongs to the id N+1."), "name": text(), "system_name": text(), "color": text(),
			"is_final": flag(), "is_untested": flag(), "is_passed": flag(), "is_failed": flag(), "is_active": flag(),
			"aliases": described(listOf(text()), "What clients may send, whatever its capitals."),
		}),
	}
}

func statusID() schema {
	return schema{"type": "integer", "minimum": 1, "maximum": len(api.DefaultStatuses())}
}

// counters are how many tests have which status: contract 3.1.
func counters() map[string]schema {
	fields := map[string]schema{}
	for _, name := range []string{"untested", "success", "failure", "completed", "total"} {
		fields[name+"_count"] = atLeast(0)
	}
	for n := 1; n < len(api.DefaultStatuses()); n++ {
		fields[fmt.Sprintf("status%d_count", n)] = atLeast(0)
	}
	return fields
}

func runStatus() schema {
	return described(oneOf(api.StatusSuccess, api.StatusFailure, api.StatusRunning), "2 success, 3 failure, 4 running.")
}

func elapsed() schema { return described(atLeast(0), "Microseconds.") }

// runSchemas are those of contract 2.3, 2.4, 2.9 and 2.10.
func runSchemas() map[string]schema {
	run, thread := counters(), counters()
	maps.Copy(run, map[string]schema{
		"id": id(), "project_id": id(), "source_id": id(), "name": text(), "status": runStatus(),
		"config_id": nullable(id()), "milestone_id": nullable(id()), "elapsed": nullable(elapsed()), "is_completed": flag(),
		"artifacts": listOf(ref("Artifact")), "fields": listOf(ref("Field")), "links": listOf(ref("Link")), "tags": listOf(text()),
		"threads":      described(listOf(ref("AutomationRunThread")), "Empty in a list."),
		"thread_count": atLeast(0), "thread_active_count": atLeast(0), "thread_completed_count": atLeast(0),
		"created_at": instant(), "created_by": id(), "updated_at": nullable(instant()), "updated_by": nullable(id()),
		"completed_at": nullable(instant()), "completed_by": nullable(id()),
	})
	maps.Copy(thread, map[string]schema{
		"id": id(), "index": described(atLeast(0), "In the order of creation."), "name": nullable(text()), "status": runStatus(),
		"elapsed": nullable(elapsed()), "is_completed": flag(), "artifacts": listOf(ref("Artifact")), "fields": listOf(ref("Field")),
		"created_at": instant(), "created_by": id(), "completed_at": nullable(instant()), "completed_by": nullable(id()),
	})
	return map[string]schema{
		"AutomationRun":       objectOf(run),
		"AutomationRunThread": objectOf(thread),
		"AutomationTest": objectOf(map[string]schema{
			"automation_test_id": id(), "automation_case_id": described(id(), "The same test across runs of a source."),
			"repository_case_id": nullable(id()), "repository_case_ids": listOf(id()), "key": text(), "name": text(), "folder": text(),
			"status":  described(oneOf(api.StatusNeutral, api.StatusSuccess, api.StatusFailure), "1 neutral, 2 success, 3 failure."),
			"elapsed": nullable(elapsed()), "thread_id": id(), "created_at": instant(),
			"status_name": ours(described(text(), "The exact status.")),
			"message":     ours(described(nullable(text()), "The beginning of the highlighted field.")),
			"is_flaked":   ours(described(flag(), "Its key failed and later passed in this run.")),
		}),
		"Link": objectOf(map[string]schema{"name": text(), "note": text(), "url": text()}, "note"),
		"Artifact": objectOf(map[string]schema{
			"name": text(), "note": text(), "url": text(), "mime_type": text(), "size": described(atLeast(0), "Bytes."),
		}, "note", "mime_type", "size"),
		"Field": objectOf(map[string]schema{
			"type": fieldType(), "name": text(), "value": nullable(text()), "meta": meta(), "is_highlight": flag(),
		}),
	}
}

func fieldType() schema {
	types := oneOf(api.FieldString, api.FieldText, api.FieldHTML, api.FieldConsole, api.FieldURL)
	return described(types, "1 string, 2 text, 3 HTML, 4 console, 5 URL.")
}

func meta() schema { return schema{"type": "object", "additionalProperties": text()} }

// projectSchemas are those of contract 4.
func projectSchemas() map[string]schema {
	project := map[string]schema{
		"id": id(), "name": text(), "note": text(), "is_completed": flag(), "created_at": instant(), "created_by": id(),
		"updated_at": nullable(instant()), "updated_by": nullable(id()), "completed_at": nullable(instant()),
	}
	for thing, states := range map[string][]string{
		"milestone": {"active", "completed"}, "run": {"active", "closed"}, "session": {"active", "closed"},
		"automation_source": {"active", "retired"}, "automation_run": {"active", "completed"},
	} {
		project[thing+"_count"] = atLeast(0)
		for _, state := range states {
			project[thing+"_"+state+"_count"] = atLeast(0)
		}
	}
	return map[string]schema{
		"Project": objectOf(project, "note"),
		"AutomationSource": objectOf(map[string]schema{
			"id": id(), "project_id": id(), "name": text(), "is_retired": flag(),
			"status":    described(oneOf(api.StatusNeutral, api.StatusSuccess, api.StatusFailure), "Of its last completed run; 1 before the first."),
			"run_count": atLeast(0), "test_count_average": atLeast(0), "elapsed_average": elapsed(), "ran_at": nullable(instant()),
			"created_at": instant(), "created_by": id(), "updated_at": nullable(instant()), "updated_by": nullable(id()),
			"retired_at": nullable(instant()), "retired_by": nullable(id()),
		}),
		"Milestone": objectOf(map[string]schema{
			"id": id(), "project_id": id(), "root_id": nullable(id()), "parent_id": nullable(id()), "type_id": id(), "name": text(), "note": text(),
			"is_started": flag(), "is_completed": flag(), "start_date": nullable(date()), "due_date": nullable(date()),
			"automation_tags": listOf(text()), "issues": listOf(id()), "links": listOf(ref("Link")), "started_at": nullable(instant()),
			"created_at": instant(), "created_by": id(), "updated_at": nullable(instant()), "updated_by": nullable(id()),
			"completed_at": nullable(instant()),
		}),
		"Tag": objectOf(map[string]schema{"id": id(), "entity": oneOf("automation_runs"), "name": text(), "usage_count": atLeast(0)}),
		"User": objectOf(map[string]schema{
			"id": id(), "name": text(), "email": text(), "type": atLeast(0), "timezone": nullable(text()), "date_format": nullable(text()),
			"time_format": nullable(text()), "notifications": oneOf(1, 2, 3), "tfa_enabled": flag(), "is_active": flag(), "is_forgotten": flag(),
			"is_api": flag(), "role_id": nullable(id()), "groups": listOf(id()), "created_at": instant(), "created_by": nullable(id()),
			"updated_at": nullable(instant()), "updated_by": nullable(id()),
		}),
	}
}

func date() schema { return schema{"type": "string", "format": "date"} }
