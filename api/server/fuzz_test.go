package server_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"math"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"github.com/runboard/runboard/api"
	"github.com/runboard/runboard/api/server"
)

// oracle says what a body of any JSON means, in a second way: it reads it whole
// with encoding/json, and then looks for what it needs.
type oracle struct{ isRefused bool }

type object = map[string]any

// value is a field of an object; nil when it is missing or null.
func (o *oracle) value(of object, name string, isRequired bool) any {
	value := of[name]
	if value == nil && isRequired {
		o.isRefused = true
	}
	return value
}

func (o *oracle) text(of object, name string, limit int, isRequired bool) string {
	value := o.value(of, name, isRequired)
	if value == nil {
		return ""
	}
	return o.cut(value, limit)
}

func (o *oracle) filled(of object, name string, limit int) string {
	text := o.text(of, name, limit, true)
	o.isRefused = o.isRefused || text == ""
	return text
}

// cut counts in UTF-16, as JavaScript does.
func (o *oracle) cut(value any, limit int) string {
	text, ok := value.(string)
	if !ok || strings.ContainsRune(text, 0) {
		o.isRefused = true
		return ""
	}
	if len(utf16.Encode([]rune(text))) <= limit {
		return text
	}
	var short []rune
	for _, r := range text {
		if len(utf16.Encode(append(short, r))) > limit-1 {
			break
		}
		short = append(short, r)
	}
	return string(short) + "…"
}

func (o *oracle) integer(of object, name string, lowest, highest int64, isRequired bool) *int64 {
	value := o.value(of, name, isRequired)
	if value == nil {
		return nil
	}
	number, ok := value.(json.Number)
	n, err := number.Int64()
	if f, ferr := number.Float64(); err != nil && ferr == nil && f == math.Trunc(f) && math.Abs(f) < 1<<53 {
		n, err = int64(f), nil
	}
	if !ok || err != nil || n < lowest || n > highest {
		o.isRefused = true
	}
	return &n
}

func (o *oracle) flag(of object, name string) bool {
	value := o.value(of, name, false)
	flag, ok := value.(bool)
	o.isRefused = o.isRefused || !ok && value != nil
	return flag
}

func (o *oracle) list(of object, name string, most int) []any {
	value := o.value(of, name, false)
	items, ok := value.([]any)
	o.isRefused = o.isRefused || !ok && value != nil || len(items) > most
	return items
}

// objects are those of a list, which may hold nothing else.
func (o *oracle) objects(of object, name string) []object {
	var objects []object
	for _, item := range o.list(of, name, 1000) {
		one, ok := item.(object)
		o.isRefused = o.isRefused || !ok
		objects = append(objects, one)
	}
	return objects
}

func (o *oracle) attachments(of object) (a api.Attachments) {
	for _, one := range o.objects(of, "artifacts") {
		a.Artifacts = append(a.Artifacts, api.Artifact{
			Name: o.text(one, "name", 750, true), URL: o.text(one, "url", 750, true), Note: o.text(one, "note", 80, false),
			MimeType: o.text(one, "mime_type", 750, false), Size: o.integer(one, "size", 0, 1<<53-1, false),
		})
	}
	for _, one := range o.objects(of, "fields") {
		a.Fields = append(a.Fields, o.field(one))
	}
	return a
}

func (o *oracle) field(of object) api.Field {
	f := api.Field{Name: o.text(of, "name", 750, true), IsHighlight: o.flag(of, "is_highlight")}
	if kind := o.integer(of, "type", 1, 5, true); kind != nil {
		f.Type = api.FieldType(*kind)
	}
	if value := o.value(of, "value", false); value != nil {
		limit := 750
		if f.Type == api.FieldText || f.Type == api.FieldHTML || f.Type == api.FieldConsole {
			limit = maxFuzzed
		}
		f.Value = new(o.cut(value, limit))
	}
	switch meta := o.value(of, "meta", false).(type) {
	case nil:
	case object:
		o.isRefused = o.isRefused || len(meta) > 1000
		for name, value := range meta {
			o.isRefused = o.isRefused || strings.ContainsRune(name, 0)
			if value == nil {
				continue
			}
			if f.Meta == nil {
				f.Meta = api.Meta{}
			}
			f.Meta[o.cut(name, 750)] = o.cut(value, 750)
		}
	case []any:
		o.isRefused = o.isRefused || len(meta) > 0
	default:
		o.isRefused = true
	}
	return f
}

func (o *oracle) run(of object) api.NewRun {
	run := api.NewRun{
		Name: o.filled(of, "name", 750), Source: o.filled(of, "source", 750), Attachments: o.attachments(of),
		Config: o.text(of, "config", 750, false), Milestone: o.text(of, "milestone", 750, false),
	}
	for name, into := range map[string]*api.OptionalID{"config_id": &run.ConfigID, "milestone_id": &run.MilestoneID} {
		if id := o.integer(of, name, 1, math.MaxInt64, false); id != nil {
			*into = api.OptionalID(*id)
		}
	}
	for _, tag := range o.list(of, "tags", 100) {
		run.Tags = append(run.Tags, o.cut(tag, 750))
		o.isRefused = o.isRefused || tag == ""
	}
	for _, one := range o.objects(of, "links") {
		run.Links = append(run.Links, api.Link{
			Name: o.text(one, "name", 750, true), URL: o.text(one, "url", 750, true), Note: o.text(one, "note", 80, false),
		})
	}
	return run
}

func (o *oracle) thread(of object) api.ThreadUpdate {
	attachments := o.attachments(of)
	update := api.ThreadUpdate{
		ElapsedObserved: o.integer(of, "elapsed_observed", 0, 1<<53-1, false), ElapsedComputed: o.integer(of, "elapsed_computed", 0, 1<<53-1, false),
		Artifacts: attachments.Artifacts, Fields: attachments.Fields,
	}
	for _, one := range o.objects(of, "tests") {
		update.Tests = append(update.Tests, o.test(one))
	}
	return update
}

func (o *oracle) test(of object) api.NewTest {
	attachments := o.attachments(of)
	test := api.NewTest{
		Key: o.filled(of, "key", 750), Name: o.filled(of, "name", 750), Status: o.filled(of, "status", 750), Folder: o.text(of, "folder", 750, true),
		Elapsed: o.integer(of, "elapsed", 0, 1<<53-1, false), File: o.text(of, "file", 750, false),
		Artifacts: attachments.Artifacts, Fields: attachments.Fields,
	}
	if utf8.RuneCountInString(test.Key) == 750 && strings.HasSuffix(test.Key, "…") {
		hash := sha256.Sum256([]byte(of["key"].(string)))
		test.Key = hex.EncodeToString(hash[:])
	}
	for name, into := range map[string]**int{"line": &test.Line, "assertions": &test.Assertions} {
		if n := o.integer(of, name, 0, 1<<53-1, false); n != nil {
			*into = new(int(*n))
		}
	}
	return test
}

// maxFuzzed is how long a body may be for none of its values of several lines to be cut.
const maxFuzzed = 16_000

// read is a body as an object; ok is false for what the oracle has no opinion
// on: long bodies, deep values, and names that are given twice.
func read(body string) (of object, status int, ok bool) {
	switch {
	case strings.TrimSpace(body) == "":
		return object{}, 0, true
	case len(body) > maxFuzzed || strings.Count(body, "[")+strings.Count(body, "{") > 500 || hasTwice(body):
		return nil, 0, false
	case !utf8.ValidString(body):
		return nil, http.StatusUnprocessableEntity, true
	case !json.Valid([]byte(body)):
		return nil, http.StatusBadRequest, true
	}
	decoder := json.NewDecoder(strings.NewReader(body))
	decoder.UseNumber()
	if decoder.Decode(&of) != nil || of == nil {
		return nil, http.StatusUnprocessableEntity, true
	}
	return of, 0, true
}

// hasTwice reports whether an object has a name twice.
func hasTwice(body string) bool {
	decoder := json.NewDecoder(bytes.NewReader([]byte(body)))
	var names []map[string]bool // Of the open objects; nil for arrays.
	isName := false
	for {
		token, err := decoder.Token()
		if err != nil {
			return false
		}
		switch token := token.(type) {
		case json.Delim:
			switch token {
			case '{':
				names, isName = append(names, map[string]bool{}), true
				continue
			case '[':
				names = append(names, nil)
			default:
				names = names[:len(names)-1]
			}
		case string:
			if isName {
				if names[len(names)-1][token] {
					return true
				}
				names[len(names)-1][token] = true
				isName = false
				continue
			}
		}
		isName = len(names) > 0 && names[len(names)-1] != nil
	}
}

// sink takes whatever it is given, and shows it.
type sink struct {
	server.Store
	api.Writer

	run    *api.NewRun
	thread *api.ThreadUpdate
}

func (*sink) Authenticate(context.Context, string) (api.Actor, error) {
	return api.Actor{ID: 1, Name: "ci", Scope: api.ScopeSubmit}, nil
}

func (s *sink) As(api.Actor) api.Writer { return s }

func (s *sink) CreateRun(_ context.Context, _ int64, run api.NewRun) (int64, error) {
	s.run = &run
	return 1, nil
}

func (s *sink) AppendThread(_ context.Context, _ int64, update api.ThreadUpdate) error {
	s.thread = &update
	return nil
}

// newSink is a sink, and the API over it.
func newSink() (*sink, http.Handler) {
	s := &sink{}
	return s, server.New(server.Config{Store: s, Rate: 1e9, Burst: 1e9})
}

// try sends a body, wants the answer that the oracle does, and is what the
// oracle reads in it; nil when it is refused, or the oracle has no opinion.
func try(t *testing.T, handler http.Handler, target, body string, success int, expect func(o *oracle, of object) any) any {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, target, strings.NewReader(body))
	r.Header.Set("Authorization", "Bearer x")
	recorder := httptest.NewRecorder()
	handler.ServeHTTP(recorder, r)
	if recorder.Code >= http.StatusBadRequest {
		var refusal refusal
		require.NoError(t, json.Unmarshal(recorder.Body.Bytes(), &refusal))
		require.NotEmpty(t, refusal.Message)
	}
	require.Less(t, recorder.Code, http.StatusInternalServerError)
	of, status, ok := read(body)
	if !ok {
		require.Contains(t, []int{success, http.StatusBadRequest, http.StatusUnprocessableEntity}, recorder.Code)
		return nil
	}
	var o oracle
	want := expect(&o, of)
	switch {
	case status != 0:
		require.Equal(t, status, recorder.Code)
	case o.isRefused:
		require.Equal(t, http.StatusUnprocessableEntity, recorder.Code)
	default:
		require.Equal(t, success, recorder.Code, recorder.Body)
		return want
	}
	return nil
}

func addSeeds(f *testing.F, more ...string) {
	f.Helper()
	for _, body := range append(more,
		"", "{", "[]", "null", `{"a":"\ud83d"}`, `{"name":"a","name":"b"}`, "{\"name\":\"\xff\"}", `{"Name":1}`, `{"a":[{}, -0.5e+3]}`,
	) {
		f.Add(body)
	}
}

func FuzzCreateRun(f *testing.F) {
	addSeeds(f, good, samples()["POST /projects/{id}/automation/runs"].body, with(`"tags": ["a", ""], "links": [{"name": "l", "url": "u"}]`),
		with(`"fields": [{"type": 1.0, "name": "n", "meta": {"a": null, "b": "c"}}, {"type": 4, "name": "\u0000"}, {"type": 9}]`),
		`{"name": "`+strings.Repeat("🚀", 400)+`", "source": " \u0062 "}`)
	s, handler := newSink()
	f.Fuzz(func(t *testing.T, body string) {
		s.run = nil
		want := try(t, handler, runs, body, http.StatusCreated, func(o *oracle, of object) any { return o.run(of) })
		if want != nil {
			require.Equal(t, inJSON(t, want), inJSON(t, s.run))
		}
	})
}

func FuzzAppendThread(f *testing.F) {
	addSeeds(f, samples()["POST /automation/runs/threads/{id}/append"].body, testWith(``), `{"elapsed_computed": 5, "tests": null}`,
		testWith(`"key": "b", "name": "B", "folder": "f", "status": "failed", "elapsed": 1e3`),
		testWith(`"key": "`+strings.Repeat("k", 751)+`", "name": "B", "folder": "f", "status": "exploded", "line": 1`))
	s, handler := newSink()
	f.Fuzz(func(t *testing.T, body string) {
		const target = "/api/v1/automation/runs/threads/1/append"
		s.thread = nil
		want := try(t, handler, target, body, http.StatusNoContent, func(o *oracle, of object) any { return o.thread(of) })
		if want != nil {
			require.Equal(t, inJSON(t, want), inJSON(t, s.thread))
		}
	})
}

// inJSON makes values comparable in which a missing list is as good as an empty one.
func inJSON(tb testing.TB, value any) string {
	tb.Helper()
	text, err := json.Marshal(value)
	require.NoError(tb, err)
	return string(text)
}
