package server

import (
	"maps"
	"slices"
)

// schema is a JSON Schema, or another part of an OpenAPI document.
type schema map[string]any

func ref(name string) schema { return schema{"$ref": "#/components/schemas/" + name} }

func text() schema { return schema{"type": "string"} }

func flag() schema { return schema{"type": "boolean"} }

func id() schema { return schema{"type": "integer", "format": "int64", "minimum": 1} }

func atLeast(lowest int) schema {
	return schema{"type": "integer", "format": "int64", "minimum": lowest}
}

// instant is how the server writes one.
func instant() schema {
	return schema{"type": "string", "format": "date-time", "pattern": `^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$`}
}

func listOf(item schema) schema { return schema{"type": "array", "items": item} }

// atMost bounds how many items a list may have.
func atMost(most int, list schema) schema {
	list["maxItems"] = most
	return list
}

// oneOf is a text or a whole number, one of those given.
func oneOf[T any](values ...T) schema {
	kind := "integer"
	if _, isText := any(values[0]).(string); isText {
		kind = "string"
	}
	return schema{"type": kind, "enum": values}
}

// nullable takes null for a value of a simple type, too.
func nullable(value schema) schema {
	value["type"] = []any{value["type"], "null"}
	return value
}

func described(value schema, description string) schema {
	value["description"] = description
	return value
}

// ours marks what Testmo does not have.
func ours(value schema) schema {
	value["x-runboard"] = true
	return value
}

// object has all of the fields but those that are optional.
func objectOf(fields map[string]schema, optional ...string) schema {
	required := slices.DeleteFunc(slices.Sorted(maps.Keys(fields)), func(name string) bool { return slices.Contains(optional, name) })
	object := schema{"type": "object", "properties": fields}
	if len(required) > 0 {
		object["required"] = required
	}
	return object
}

// pageOf is a page of things: contract 1.1.
func pageOf(name string) schema { return objectOf(pageFields(ref(name))) }

func pageFields(item schema) map[string]schema {
	number := func() schema { return nullable(atLeast(1)) }
	return map[string]schema{
		"page": number(), "prev_page": number(), "next_page": number(), "last_page": number(),
		"per_page": atLeast(1), "total": atLeast(0), "result": listOf(item), "expands": ref("Expands"),
	}
}

// connectionPage is always empty.
func connectionPage() schema {
	fields := pageFields(ref("Named"))
	fields["message"] = text()
	return objectOf(fields)
}

func singleOf(name string) schema {
	return objectOf(map[string]schema{"result": ref(name), "expands": ref("Expands")})
}

func allOf(name string) schema { return objectOf(map[string]schema{"result": listOf(ref(name))}) }
