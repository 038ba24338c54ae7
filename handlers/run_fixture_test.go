package handlers_test

import (
	"time"

	"github.com/runboard/runboard/api"
)

// runDetail is a completed run of two threads, the second of which failed.
func runDetail() api.RunDetail {
	run := completedRun()
	run.CompletedAt, run.ThreadCount, run.ThreadCompletedCount = api.NewTime(now.Add(-time.Hour)), 2, 2
	statuses := api.DefaultStatuses()
	for i, counts := range []map[api.StatusID]int{{api.Passed: 610}, {api.Passed: 600, api.Failed: 17, api.Skipped: 3}} {
		thread := api.Thread{
			ID: int64(41 + i), Index: i, Status: api.StatusSuccess, IsCompleted: true, Elapsed: new(int64(60_000_000)), CreatedAt: run.CreatedAt,
		}
		for id, n := range counts {
			thread.Add(statuses.ByID(id), n)
		}
		thread.Status = thread.Outcome()
		run.Threads = append(run.Threads, thread)
	}
	return api.RunDetail{Result: run, Expands: expands()}
}

// runTests are a failure, a test that flaked, and one that was skipped without a word.
func runTests() []api.Test {
	return []api.Test{
		{
			ID: 118001, Key: "pays", Name: "pays with a card", Folder: "checkout/pay", Status: api.StatusFailure, StatusName: "Failed", ThreadID: 42,
			Elapsed: new(int64(3_240_000)), Message: new("\n  Expected 200\nbut got 500\n"), CreatedAt: api.NewTime(now.Add(-time.Hour)),
		},
		{
			ID: 118002, Name: "greets", Folder: "hello", Status: api.StatusSuccess, StatusName: "Passed", ThreadID: 41, IsFlaked: true,
			Elapsed: new(int64(41_000)),
		},
		{ID: 118003, Name: "sells tea", Status: api.StatusNeutral, StatusName: "Skipped", ThreadID: 41},
	}
}

func runFolders() []api.Folder {
	return []api.Folder{{Name: "checkout/pay", Total: 120, Failure: 17}, {Name: "", Total: 10}, {Name: "hello", Total: 1100}}
}

// failedTest is the first of runTests with all that was sent for it.
func failedTest() api.TestDetail {
	return api.TestDetail{
		Test: runTests()[0], RunID: 118, StatusID: api.Failed, File: "spec/pay.ts", Line: new(120), Assertions: new(1284),
		Fields: []api.Field{
			{Type: api.FieldConsole, Name: "Failure", Value: new("Expected 200\nbut got 500"), IsHighlight: true, Meta: api.Meta{"type": "AssertionError", "line": "12"}},
			{Type: api.FieldString, Name: "Browser", Value: new("Firefox 140")},
			{Type: api.FieldConsole, Name: "Output", Value: new("GET /pay")},
		},
		Artifacts: []api.Artifact{{Name: "shot.png", URL: "https://files.example.com/shot.png", MimeType: "image/png", Size: new(int64(182_400))}},
	}
}

// askedOf is what the page of a run asks for: the given change of the default list.
func askedOf(change func(f *api.TestFilter)) api.TestFilter {
	f := api.NewTestFilter()
	f.Sort = api.SortTestsBySeverity
	change(&f)
	return f
}
