package server_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/runboard/runboard/api"
	"github.com/runboard/runboard/api/server"
)

// submitted are the bodies with which the Testmo CLI sends 612 tests: contract
// 5.1. One in ten has failed, with a text of 2 KiB.
func submitted(tb testing.TB) []string {
	tb.Helper()
	trace := strings.Repeat("    at Checkout.place (src/checkout.ts:42:17)\n", 45)
	tests := make([]api.NewTest, 612)
	for i := range tests {
		tests[i] = api.NewTest{
			Key: fmt.Sprintf("%064x", i), Name: fmt.Sprintf("rejects an order of %d items", i), Folder: fmt.Sprintf("shop.orders.Checkout%d", i/40),
			Status: "passed", Elapsed: new(int64(1000 * i)), Artifacts: []api.Artifact{}, Fields: []api.Field{},
		}
		if i%10 == 0 {
			tests[i].Status = "failure"
			tests[i].Fields = []api.Field{{Type: api.FieldConsole, Name: "Failure", Value: &trace, IsHighlight: true}}
		}
	}
	bodies := []string{}
	for start := 0; start < len(tests); start += 250 {
		body, err := json.Marshal(api.ThreadUpdate{Tests: tests[start:min(start+250, len(tests))]})
		require.NoError(tb, err)
		bodies = append(bodies, string(body))
	}
	return bodies
}

// BenchmarkSubmit is the time of the server for what the Testmo CLI sends with
// 612 tests, from creating the run to completing it.
func BenchmarkSubmit(b *testing.B) {
	s := start(b, nil)
	bodies := submitted(b)
	post := func(target, body string) (made struct{ ID int64 }) {
		recorder := httptest.NewRecorder()
		s.handler.ServeHTTP(recorder, s.request(api.ScopeSubmit, http.MethodPost, target, body))
		require.Less(b, recorder.Code, 300, recorder.Body)
		if recorder.Code == http.StatusCreated {
			require.NoError(b, json.Unmarshal(recorder.Body.Bytes(), &made))
		}
		return made
	}
	for b.Loop() {
		run := post(runs, `{"name": "Nightly", "source": "backend", "tags": ["nightly"], "fields": [], "links": [], "artifacts": []}`).ID
		thread := post(runPath(run, "/threads"), `{"elapsed_computed": 61200000, "fields": [], "artifacts": []}`).ID
		for _, body := range bodies {
			post(fmt.Sprintf("/api/v1/automation/runs/threads/%d/append", thread), body)
		}
		post(runPath(run, "/complete"), `{"measure_elapsed": false}`)
	}
}

// BenchmarkDecode reads a batch of 250 tests; compare it with encoding/json.
func BenchmarkDecode(b *testing.B) {
	body := []byte(submitted(b)[0])
	b.Run("server", func(b *testing.B) {
		b.SetBytes(int64(len(body)))
		b.ReportAllocs()
		for b.Loop() {
			update, err := server.DecodeThread(body)
			require.NoError(b, err)
			require.Len(b, update.Tests, 250)
		}
	})
	b.Run("encoding/json", func(b *testing.B) {
		b.SetBytes(int64(len(body)))
		b.ReportAllocs()
		for b.Loop() {
			var update api.ThreadUpdate
			require.NoError(b, json.NewDecoder(bytes.NewReader(body)).Decode(&update))
			require.Len(b, update.Tests, 250)
		}
	})
}
