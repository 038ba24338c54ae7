package apitest

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/runboard/runboard/api"
)

// exerciseOneTest needs Insight for all but what a list shows, too.
func exerciseOneTest(t *testing.T, s *stage) {
	run, lanes := s.newRun(t, "nightly", "backend", 1)
	other, _ := s.newRun(t, "another", "backend", 0)
	long := strings.Repeat("ä🚀", 200)
	sent := []api.NewTest{
		{
			Key: "first", Name: "n", Folder: "f", Status: "failed", Elapsed: new(int64(42)), File: "a/b.go", Line: new(0), Assertions: new(7),
			Artifacts: seedAttachments(3).Artifacts, Fields: append(failure(long), seedAttachments(3).Fields...),
		},
		{Key: "second", Name: "n2", Folder: "f", Status: "passed", Artifacts: []api.Artifact{}, Fields: failure("said in passing")},
		{Key: "third", Name: "n3", Folder: "f", Status: "skipped", Artifacts: []api.Artifact{}, Fields: []api.Field{}},
	}
	s.send(t, lanes[0], sent...)
	listed := s.tests(t, run)
	require.Len(t, listed, len(sent))
	require.Equal(t, strings.Repeat("ä🚀", 125), *listed[0].Message, "its first 250 characters")
	require.Nil(t, listed[1].Message, "a test that passed needs no message")
	require.Nil(t, listed[2].Message)
	if s.Insight == nil {
		return
	}
	for i, test := range sent {
		got, err := s.Insight.Test(t.Context(), run, listed[i].ID)
		require.NoError(t, err)
		require.Equal(t, api.TestDetail{
			Test: listed[i], RunID: run, StatusID: statusNamed(test.Status).ID, File: test.File, Line: test.Line,
			Assertions: test.Assertions, Artifacts: test.Artifacts, Fields: test.Fields,
		}, got)
	}
	for _, id := range []int64{unknownID, listed[2].ID + 1, -1} {
		_, err := s.Insight.Test(t.Context(), run, id)
		requireProblem(t, api.NotFound("test", id), err)
	}
	_, err := s.Insight.Test(t.Context(), other, listed[0].ID)
	requireProblem(t, api.NotFound("test", listed[0].ID), err)
	_, err = s.Insight.Test(t.Context(), unknownID, listed[0].ID)
	requireProblem(t, api.NotFound("automation run", unknownID), err)
}

// exerciseFlaked checks the rule that a test flaked in a run when its key has a
// failed and, later, a passed result there, across threads too.
func exerciseFlaked(t *testing.T, s *stage) {
	send := func(thread int64, results ...string) {
		var tests []api.NewTest
		for _, result := range results {
			key, status, _ := strings.Cut(result, "=")
			tests = append(tests, api.NewTest{Key: key, Name: key, Folder: "f", Status: status})
		}
		s.send(t, thread, tests...)
	}
	earlier, lanes := s.newRun(t, "earlier", "backend", 1)
	send(lanes[0], "before=failed", "skip=failed")
	run, lanes := s.newRun(t, "nightly", "backend", 2)
	send(lanes[0], "flaked=failed", "worse=passed", "across=error", "red=failed", "skip=failed", "before=passed")
	send(lanes[0], "flaked=passed", "worse=failed", "flaked=skipped", "skip=skipped")
	send(lanes[1], "across=ok", "red=failed", "flaked=failed")
	elsewhere, lanes := s.newRun(t, "elsewhere", "frontend", 1)
	send(lanes[0], "red=passed", "worse=passed")
	_, lanes = s.newRun(t, "later", "backend", 1)
	send(lanes[0], "red=passed", "worse=passed")

	flaked := []string{}
	cases := map[string]api.OptionalID{}
	for _, test := range s.tests(t, run) {
		if cases[test.Key] == 0 {
			cases[test.Key] = test.CaseID
		}
		require.Equal(t, cases[test.Key], test.CaseID, "a key is one case")
		if test.IsFlaked {
			flaked = append(flaked, test.Key+"="+test.StatusName)
		}
	}
	slices.Sort(flaked)
	require.Equal(t, []string{"across=Failed", "across=Passed", "flaked=Failed", "flaked=Failed", "flaked=Passed"}, flaked)
	s.exerciseAttempts(t, run)
	for _, test := range s.tests(t, earlier) {
		require.False(t, test.IsFlaked, test.Key)
		require.Equal(t, cases[test.Key], test.CaseID, "also across the runs of a source")
	}
	for _, test := range s.tests(t, elsewhere) {
		require.False(t, test.IsFlaked, test.Key)
		require.NotEqual(t, cases[test.Key], test.CaseID, "but not across sources")
	}
}

// exerciseAttempts checks that the results of a key in a run lead to one another.
func (s *stage) exerciseAttempts(t *testing.T, run int64) {
	t.Helper()
	if s.Insight == nil {
		return
	}
	listed := s.tests(t, run)
	for i := range listed {
		var want [2]*api.Test
		for n := range listed {
			switch {
			case n == i || listed[n].Key != listed[i].Key:
			case n < i:
				want[0] = &listed[n]
			case want[1] == nil:
				want[1] = &listed[n]
			}
		}
		earlier, later, err := s.Insight.Attempts(t.Context(), run, listed[i].ID)
		require.NoError(t, err)
		require.Equal(t, want, [2]*api.Test{earlier, later}, listed[i].Key)
	}
	_, _, err := s.Insight.Attempts(t.Context(), run, unknownID)
	requireProblem(t, api.NotFound("test", unknownID), err)
	_, _, err = s.Insight.Attempts(t.Context(), unknownID, listed[0].ID)
	requireProblem(t, api.NotFound("automation run", unknownID), err)
}

func exerciseFolders(t *testing.T, s *stage) {
	if s.Insight == nil {
		t.Skip("this backend does not list folders")
	}
	run, lanes := s.newRun(t, "nightly", "backend", 2)
	empty, _ := s.newRun(t, "empty", "backend", 1)
	want := map[string]api.Folder{}
	for n, lane := range lanes {
		tests := seedResults()[n*50 : n*50+75]
		s.send(t, lane, tests...)
		for _, test := range tests {
			folder := want[test.Folder]
			folder.Name = test.Folder
			folder.Total++
			if statusNamed(test.Status).IsFailed {
				folder.Failure++
			}
			want[test.Folder] = folder
		}
	}
	folders, err := s.Insight.ListFolders(t.Context(), run)
	require.NoError(t, err)
	require.Len(t, folders, len(want))
	for i, folder := range folders {
		require.Equal(t, want[folder.Name], folder)
		if i > 0 {
			before := folders[i-1]
			require.True(t, before.Failure > folder.Failure || before.Failure == folder.Failure && before.Name < folder.Name,
				"those with most failures first, then by name: %v", folders)
		}
	}
	folders, err = s.Insight.ListFolders(t.Context(), empty)
	require.NoError(t, err)
	require.Empty(t, folders)
}
