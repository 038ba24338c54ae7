package server

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	"github.com/runboard/runboard/api"
)

// describe is the OpenAPI document of the operations. "x-runboard" in its info
// is what tells a Runboard from an instance of Testmo, and marks whatever else
// Testmo does not have.
func describe(all []operation) []byte {
	paths := schema{}
	for _, op := range all {
		method, path, _ := strings.Cut(op.route, " ")
		item, ok := paths[path].(schema)
		if !ok {
			item = schema{}
			paths[path] = item
		}
		item[strings.ToLower(method)] = op.describe()
	}
	document, err := json.Marshal(schema{
		"openapi": "3.1.0",
		"info": schema{
			"title": "Runboard", "version": "1", "x-runboard": true,
			"description": "The automation API of Testmo. What Runboard adds to it is marked with x-runboard. Durations are in microseconds.",
		},
		"servers":  []schema{{"url": base}},
		"security": []schema{{"token": []string{}}},
		"paths":    paths,
		"components": schema{
			"schemas": schemas(), "responses": failures(),
			"securitySchemes": schema{"token": schema{"type": "http", "scheme": "bearer"}},
		},
	})
	if err != nil {
		// It consists of what can always be encoded.
		panic(fmt.Sprintf("server: describing the API: %v", err))
	}
	return document
}

func (op operation) describe() schema {
	described := schema{"summary": op.summary, "responses": op.responses()}
	parameters := []schema{}
	if strings.Contains(op.route, "{id}") {
		parameters = append(parameters, schema{"name": "id", "in": "path", "required": true, "schema": id()})
	}
	for _, p := range op.query {
		parameters = append(parameters, p.describe())
	}
	if op.body != nil && (!op.isOurs || op.isForm) {
		parameters = append(parameters, onceParameter())
	}
	if len(parameters) > 0 {
		described["parameters"] = parameters
	}
	switch {
	case op.isForm:
		described["requestBody"] = schema{
			"description": fmt.Sprintf("May have %d MiB, of files of any format that submit takes, packed with gzip or in a zip or not.", api.MaxForm>>20),
			"required":    true, "content": schema{"multipart/form-data": schema{"schema": op.body}},
		}
	case op.body != nil:
		described["requestBody"] = schema{
			"description": fmt.Sprintf("May be packed with gzip, and have %d MiB unpacked and %d items in all its lists. Texts that are too long are cut.",
				maxBody>>20, maxItems),
			"content": inJSON(op.body),
		}
	}
	if op.scope == "" {
		described["security"] = []schema{}
	} else {
		described["description"] = fmt.Sprintf("Needs a token with the scope %s.", op.scope)
	}
	if op.isOurs {
		described["x-runboard"] = true
	}
	return described
}

// responses are by status: of success, and of all that can go wrong.
func (op operation) responses() schema {
	responses := schema{"default": failure("Unexpected")}
	switch {
	case op.answer == nil:
		responses["204"] = schema{"description": "Done."}
	case op.answer["$ref"] == ref("Created")["$ref"], op.isForm:
		responses["201"] = schema{"description": "Made.", "content": inJSON(op.answer)}
	default:
		responses["200"] = schema{"description": "Found.", "content": inJSON(op.answer)}
	}
	kinds := []api.Kind{}
	if op.scope != "" {
		kinds = append(kinds, api.KindUnauthorized, api.KindForbidden, api.KindRateLimited)
	}
	if strings.Contains(op.route, "{id}") {
		kinds = append(kinds, api.KindNotFound)
	}
	if op.query != nil {
		kinds = append(kinds, api.KindMalformed, api.KindLongQuery, api.KindInvalid)
	}
	if op.body != nil {
		kinds = append(kinds, api.KindMalformed, api.KindTooLarge, api.KindInvalid, api.KindUnavailable)
	}
	for _, kind := range kinds {
		responses[strconv.Itoa(kind.HTTPStatus())] = failure(failureNames[kind])
	}
	return responses
}

func inJSON(body schema) schema { return schema{"application/json": schema{"schema": body}} }

// failureNames are those of components, by what they stand for.
var failureNames = map[api.Kind]string{
	api.KindMalformed: "Malformed", api.KindUnauthorized: "Unauthorized", api.KindForbidden: "Forbidden", api.KindNotFound: "NotFound",
	api.KindTooLarge: "TooLarge", api.KindLongQuery: "LongQuery", api.KindInvalid: "Invalid", api.KindRateLimited: "RateLimited",
	api.KindUnavailable: "Unavailable",
}

func failure(name string) schema { return schema{"$ref": "#/components/responses/" + name} }

// failures are the answers to what goes wrong: contract 1.3.
func failures() schema {
	answer := func(description, shape string) schema {
		return schema{"description": description, "content": inJSON(ref(shape))}
	}
	withHeader := func(answer schema, name string, value schema) schema {
		answer["headers"] = schema{name: schema{"required": true, "schema": value}}
		return answer
	}
	return schema{
		"Malformed":    answer("The request cannot be read.", "Error"),
		"Unauthorized": withHeader(answer("There is no token, or not a good one.", "Error"), "WWW-Authenticate", text()),
		"Forbidden":    answer("The token has not the right to do this.", "Error"),
		"NotFound":     answer("There is no such thing.", "Error"),
		"TooLarge":     answer("The body is too large.", "Error"),
		"LongQuery":    answer("The address is too long.", "Error"),
		"Invalid":      answer("Some values make no sense, or the thing is completed. Nothing has been stored.", "InvalidError"),
		"RateLimited":  withHeader(answer("The token makes too many requests.", "Error"), "Retry-After", atLeast(1)),
		"Unavailable":  answer("There is no room for the body, or the database does not answer. A header Retry-After may say for how long.", "Error"),
		"Unexpected":   answer("Something else went wrong.", "Error"),
	}
}
