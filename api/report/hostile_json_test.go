package report_test

import (
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// The beginnings of files by which their formats are recognised.
const (
	ctrfBegin       = `{"reportFormat": "CTRF", "results": {"tests": [`
	playwrightBegin = `{"config": {"rootDir": "", "projects": []}, "suites": [{"title": "a", "specs": [`
	mochaBegin      = `{"stats": {}, "tests": [`
	awesomeBegin    = `{"stats": {"passPercent": 0}, "results": [{"title": "a", "tests": [`
	rspecBegin      = `{"version": "3", "examples": [{"full_description": "a", `
	cucumberBegin   = `[{"keyword": "Feature", "uri": "a", "elements": [`
	messagesBegin   = `{"testRunStarted": {}}`
	dartBegin       = `{"protocolVersion":"0.1.1","runnerVersion":"1","type":"start","time":0}` + "\n"
)

// TestHostileJSON must not run beside other tests: it measures memory.
//
//nolint:paralleltest // It measures memory.
func TestHostileJSON(t *testing.T) {
	const within = "The file ends within a JSON value"
	long := strings.Repeat("é", 50_000)
	huge := strings.Repeat("x", 15<<20)
	for name, tt := range map[string]struct {
		begin   string
		rest    io.Reader
		failure string // What must be said of the file.
	}{
		"deep":                       {`{"config": {"rootDir": "", "projects": []}, "suites": [`, repeated(`{"suites": [`, 8<<20), "nested more than 64 deep"},
		"deep where it is skipped":   {`{"reportFormat": "CTRF", "results": {"extra": `, repeated(`[`, 8<<20), "no valid JSON"},
		"endless text":               {ctrfBegin + `{"name": "`, repeated("x", 96<<20), "longer than 16 MiB"},
		"endless name":               {ctrfBegin + `{"`, repeated("x", 96<<20), "longer than 16 MiB"},
		"endless number":             {ctrfBegin + `{"duration": 1`, repeated("1", 96<<20), "longer than 16 MiB"},
		"endless blank":              {ctrfBegin, repeated(" \n", 96<<20), "longer than 16 MiB"},
		"endless skipped values":     {`{"reportFormat": "CTRF", "results": {"extra": [`, repeated(`{"a": [1, "b"]},`, 72<<20), within},
		"endless CTRF tests":         {ctrfBegin, repeated(`{"name": "a", "status": "failed", "message": "b"},`, 8<<20), within},
		"endless CTRF attempts":      {ctrfBegin + `{"retryAttempts": [`, repeated(`{"status": "failed", "trace": "`+long+`"},`, 72<<20), within},
		"endless CTRF steps":         {ctrfBegin + `{"steps": [`, repeated(`{"name": "`+long+`"},`, 72<<20), within},
		"endless CTRF output":        {ctrfBegin + `{"stdout": [`, repeated(`"a b c",`, 72<<20), within},
		"endless CTRF members":       {ctrfBegin + `{`, repeated(`"name": "`+long+`", "extra": {"`+long+`": "b"},`, 72<<20), within},
		"huge CTRF texts":            {ctrfBegin + `{`, repeated(`"steps": [{"name": "`+huge+`"}], "message": "`+huge+`",`, 72<<20), within},
		"endless Playwright specs":   {playwrightBegin, repeated(`{"title": "b", "tests": [{"status": "expected"}]},`, 8<<20), within},
		"endless Playwright tests":   {playwrightBegin + `{"title": "b", "tests": [`, repeated(`{"status": "unexpected", "results": [{"errors": [{"message": "`+long+`"}]}]},`, 72<<20), within},
		"endless Playwright results": {playwrightBegin + `{"title": "b", "tests": [{"results": [`, repeated(`{"stdout": [{"text": "`+long+`"}], "errors": [{"message": "`+long+`"}]},`, 72<<20), within},
		"endless Playwright errors":  {playwrightBegin + `{"title": "b", "tests": [{"results": [{"errors": [`, repeated(`{"message": "`+long+`", "stack": "`+long+`"},`, 72<<20), within},
		"endless Playwright notes":   {playwrightBegin + `{"title": "b", "tests": [{"annotations": [`, repeated(`{"type": "`+long+`", "description": "`+long+`"},`, 72<<20), within},
		"huge Playwright bodies":     {playwrightBegin + `{"title": "b", "tests": [{"results": [{"attachments": [`, repeated(`{"contentType": "text/plain", "body": "`+strings.Repeat("eHh4", 3<<20)+`"},`, 72<<20), within},
		"endless Mocha tests":        {mochaBegin, repeated(`{"title": "a", "fullTitle": "b a", "err": {"message": "c"}},`, 24<<20), within},
		"endless Mocha failures":     {`{"stats": {}, "tests": [], "failures": [`, repeated(`{"title": "a", "err": {"stack": "`+long+`", "actual": "`+long+`"}},`, 72<<20), within},
		"endless mochawesome tests":  {awesomeBegin, repeated(`{"title": "a", "state": "passed", "context": "[[1], {}]"},`, 8<<20), within},
		"huge mochawesome context":   {awesomeBegin, repeated(`{"context": "[`+strings.Repeat("1,", 7<<20)+`1]"},`, 72<<20), within},
		"endless RSpec backtrace":    {rspecBegin + `"exception": {"backtrace": [`, repeated(`"a.rb:1",`, 72<<20), within},
		"endless RSpec examples":     {`{"summary_line": "", "examples": [`, &numbered{format: `{"id": "[%d]", "description": "a", "full_description": "a", "status": "failed", "exception": {"message": "b"}},`, count: 200_000}, within},
		"huge RSpec ids":             {`{"summary_line": "", "examples": [`, repeated(`{"id": "`+long+`", "status": "failed"},`, 72<<20), within},
		"endless Cucumber scenarios": {cucumberBegin, repeated(`{"type": "scenario", "name": "a", "line": 1, "steps": [{"name": "b", "result": {"status": "passed"}}]},`, 8<<20), within},
		"endless Cucumber rows":      {cucumberBegin, &numbered{format: `{"type": "scenario", "name": "a%[1]d", "line": %[1]d},`, count: 200_000}, within},
		"endless Cucumber lines":     {cucumberBegin, &numbered{format: `{"type": "scenario", "name": "a", "line": %d},`, count: 200_000}, within},
		"endless Cucumber steps":     {cucumberBegin + `{"steps": [`, repeated(`{"name": "`+long+`", "result": {"status": "failed", "error_message": "`+long+`"}},`, 72<<20), within},
		"endless Cucumber features":  {`[{"keyword": "Feature", "uri": "a"},`, &numbered{format: `{"name": "a%[1]d", "elements": [{"type": "scenario", "name": "b"}]},`, count: 100_000}, within},
		"endless Cucumber tags":      {cucumberBegin + `{"tags": [`, repeated(`{"name": "@a"},`, 72<<20), within},
		"endless pickles":            {messagesBegin, &numbered{format: `{"pickle": {"id": "%d", "name": "a", "steps": [{"id": "b", "text": "c"}]}}`, count: 500_000}, "more scenarios than can be held"},
		"endless nodes":              {messagesBegin + `{"gherkinDocument": {"feature": {"children": [`, &numbered{format: `{"scenario": {"id": "%d", "name": "a"}},`, count: 500_000}, "more scenarios than can be held"},
		"endless rows of examples":   {messagesBegin + `{"gherkinDocument": {"feature": {"children": [{"scenario": {"examples": [{"tableBody": [`, repeated(`{"id": "a"},`, 72<<20), "more scenarios than can be held"},
		"endless cases":              {messagesBegin, &numbered{format: `{"testCase": {"id": "%d", "testSteps": [{"id": "b"}]}}`, count: 500_000}, "more scenarios than can be held"},
		"endless runs":               {messagesBegin, &numbered{format: `{"testCaseStarted": {"id": "%d"}}`, count: 500_000}, "more scenarios than can be held"},
		"endless messages of a run":  {messagesBegin + `{"testCaseStarted": {"id": "a"}}`, repeated(`{"testStepFinished": {"testCaseStartedId": "a", "testStepResult": {"status": "FAILED", "message": "`+long+`"}}}`, 24<<20), within},
		"endless attachments":        {messagesBegin + `{"testCaseStarted": {"id": "a"}}`, repeated(`{"attachment": {"testCaseStartedId": "a", "mediaType": "text/plain", "body": "`+long+`"}}`, 72<<20), within},
		"endless Dart groups":        {dartBegin, &numbered{format: `{"group":{"id":%d,"name":"a"},"type":"group","time":1}` + "\n", count: 500_000}, "more suites, groups and tests"},
		"endless Dart tests":         {dartBegin, &numbered{format: `{"test":{"id":%d,"name":"a"},"type":"testStart","time":1}` + "\n", count: 500_000}, "more suites, groups and tests"},
		"endless Dart output":        {dartBegin, &numbered{format: `{"test":{"id":%[1]d,"name":"a"},"type":"testStart","time":1}` + "\n" + `{"testID":%[1]d,"message":"` + long + `","type":"print"}` + "\n", count: 700}, ""},
		"endless Dart errors":        {dartBegin + `{"test":{"id":1,"name":"a"},"type":"testStart","time":1}` + "\n", repeated(`{"testID":1,"error":"`+long+`","stackTrace":"b","type":"error"}`+"\n", 48<<20), ""},
		"endless Dart line":          {dartBegin + `{"testID":1,"message":"`, repeated("x", 72<<20), ""},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := readWatched(t, name, io.MultiReader(strings.NewReader(tt.begin), tt.rest))
			if tt.failure == "" {
				require.NoError(t, err)
				return
			}
			require.ErrorContains(t, err, tt.failure)
		})
	}
}

// numbered is a text over and over, each with its number in it.
type numbered struct {
	format      string
	next, count int
	text        string
}

func (n *numbered) Read(into []byte) (int, error) {
	if n.text == "" {
		if n.next++; n.next > n.count {
			return 0, io.EOF
		}
		n.text = fmt.Sprintf(n.format, n.next)
	}
	size := copy(into, n.text)
	n.text = n.text[size:]
	return size, nil
}
