package submit_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/runboard/runboard/api"
	"github.com/runboard/runboard/api/submit"
)

// What the server would cut itself, it marks with a …; Testmo might refuse it.
func TestLongTextsAreCut(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	s := w.server(t, w.options(t))
	long := strings.Repeat("é", 749) + "🙂"
	cut := strings.Repeat("é", 749) + "\uFFFD" // Half of what takes two units.
	address := "https://ci.test/" + strings.Repeat("a", 800)
	more := api.Attachments{
		Fields: []api.Field{
			{Type: api.FieldString, Name: long, Value: &long},
			{Type: api.FieldHTML, Name: "Page", Value: new(strings.Repeat("h", 17_000))},
			{Type: api.FieldText, Name: "Notes", Value: new(strings.Repeat("a", 9000) + strings.Repeat("z", 9000))},
			{Type: api.FieldString, Name: "Nothing"},
		},
		Links:     []api.Link{{Name: long, URL: address}},
		Artifacts: []api.Artifact{{Name: long, URL: address}},
	}
	check := func(fields []api.Field, artifacts []api.Artifact) {
		require.Equal(t, cut, fields[0].Name)
		require.Equal(t, cut, *fields[0].Value)
		require.Equal(t, strings.Repeat("h", 16_384), *fields[1].Value)
		require.Equal(t, strings.Repeat("a", 8182)+"...\n\n[...]\n\n..."+strings.Repeat("z", 8182), *fields[2].Value)
		require.Nil(t, fields[3].Value)
		require.Equal(t, []api.Artifact{{Name: cut, URL: address[:750]}}, artifacts)
	}
	made, err := s.Create(t.Context(), submit.Run{ProjectID: 1, NewRun: api.NewRun{Name: long, Source: "backend", Attachments: more}})
	require.NoError(t, err)
	_, _, err = s.Submit(t.Context(), submit.Submission{
		RunID: made.RunID, More: more, Files: submit.Files{Patterns: []string{results(t, 1)}},
		Thread: api.ThreadUpdate{Fields: more.Fields, Artifacts: more.Artifacts},
	})
	require.NoError(t, err)

	run, _ := w.show(t, made.RunID)
	require.Equal(t, cut, run.Name)
	check(run.Fields[:4], run.Artifacts[:1])
	check(run.Fields[4:], run.Artifacts[1:])
	check(run.Threads[0].Fields, run.Threads[0].Artifacts)
	require.Equal(t, []api.Link{{Name: cut, URL: address[:750]}, {Name: cut, URL: address[:750]}}, run.Links)
	require.Equal(t, long, more.Links[0].Name, "the caller's is left alone")
}
