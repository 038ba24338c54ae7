package server

import (
	"reflect"
	"slices"

	"github.com/runboard/runboard/api"
	"github.com/runboard/runboard/api/query"
)

// parameter is one of a query.
type parameter struct {
	name   string
	value  schema
	isOurs bool // Testmo does not have it.
}

func (p parameter) describe() schema {
	described := schema{"name": p.name, "in": "query", "schema": p.value}
	if p.value["type"] == "array" {
		described["explode"] = false
	}
	if p.isOurs {
		described["x-runboard"] = true
	}
	return described
}

// parametersOf are the parameters of a filter, which holds the defaults. What
// its types do not tell stands in known.
func parametersOf(defaults any, known map[string]schema, ours ...string) []parameter {
	var parameters []parameter
	filter := reflect.ValueOf(defaults)
	for i := range filter.NumField() {
		name := filter.Type().Field(i).Tag.Get("form")
		if name == "" || name == "-" {
			continue
		}
		field := filter.Field(i)
		value := known[name]
		if value == nil {
			value = typeOf(name, field.Interface())
		}
		if field.Kind() != reflect.Pointer && !field.IsZero() {
			value["default"] = field.Interface()
		}
		parameters = append(parameters, parameter{name, value, slices.Contains(ours, name)})
	}
	return parameters
}

// typeOf is what is known of a parameter by its name, or else by its type.
func typeOf(name string, value any) schema {
	switch name {
	case "page":
		return atLeast(1)
	case "per_page":
		return oneOf(api.PageSizes()...)
	case "order":
		return oneOf(api.OrderAsc, api.OrderDesc)
	}
	switch value.(type) {
	case query.IDs:
		return listOf(id())
	case query.Words:
		return listOf(text())
	case *bool:
		return described(schema{"type": "boolean"}, "1 and 0 are taken, too.")
	default:
		return text()
	}
}

func after(description string) schema {
	return described(text(), description+" RFC 3339, or a date alone, which is included.")
}

func before(description string) schema {
	return described(text(), description+" RFC 3339, or a date alone, which is not included.")
}

func runParameters() []parameter {
	return parametersOf(api.NewRunFilter(), map[string]schema{
		"status":         listOf(oneOf(api.StatusSuccess, api.StatusFailure, api.StatusRunning)),
		"tags":           described(listOf(text()), "Runs that have any of these."),
		"created_after":  after("Runs created after this."),
		"created_before": before("Runs created before this."),
		"tz":             described(text(), "Where times that name no zone are read, such as Europe/Berlin; UTC by default."),
		"q":              described(text(), "Part of the name, the source or a tag, whatever its capitals."),
		"name":           described(text(), "Part of the name, whatever its capitals."),
		"sort":           described(oneOf(api.RunSorts()...), "All but "+api.SortRunsByCreation+" are Runboard's."),
		"expands":        listOf(oneOf(api.RunExpands()...)),
	}, "tz", "q", "name")
}

func testParameters() []parameter {
	return parametersOf(api.NewTestFilter(), map[string]schema{
		"status_id": listOf(oneOf(api.StatusNeutral, api.StatusSuccess, api.StatusFailure, api.StatusRunning)),
		"result":    described(listOf(schema{"type": "integer", "minimum": 1, "maximum": len(api.DefaultStatuses())}), "Exact statuses."),
		"thread_id": described(atLeast(0), "0 for all threads."),
		"folder":    described(text(), "Exactly this folder."),
		"q":         described(text(), "Part of the name, the folder, the key or the message, whatever its capitals."),
		"sort":      described(oneOf(api.TestSorts()...), api.SortTestsBySeverity+" is Runboard's."),
		"per_page":  {"type": "integer", "minimum": api.MinTestsPerPage, "maximum": api.MaxTestsPerPage},
	}, "result", "folder", "q")
}

func projectParameters() []parameter {
	return parametersOf(api.NewProjectFilter(), map[string]schema{
		"sort": oneOf(api.ProjectSorts()...), "expands": listOf(oneOf(userExpand()...)),
	})
}

func sourceParameters() []parameter {
	return parametersOf(api.NewSourceFilter(), map[string]schema{
		"sort": oneOf(api.SourceSorts()...), "expands": listOf(oneOf(userExpand()...)),
	})
}

func milestoneParameters() []parameter {
	return parametersOf(api.NewMilestoneFilter(), map[string]schema{
		"automation_tags": described(listOf(text()), "Milestones that have any of these."),
		"created_after":   after("Milestones created after this."), "created_before": before("Milestones created before this."),
		"completed_after": after("Milestones completed after this."), "completed_before": before("Milestones completed before this."),
		"sort": oneOf(api.MilestoneSorts()...), "expands": listOf(oneOf(api.MilestoneExpands()...)),
	})
}

func listParameters() []parameter { return parametersOf(api.NewListFilter(), nil) }

// expandParameter is the only one of single objects.
func expandParameter(accepted []string) []parameter {
	return []parameter{{name: "expands", value: listOf(oneOf(accepted...))}}
}
