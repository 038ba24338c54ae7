package api_test

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/runboard/runboard/api"
)

func TestOptionalIDsOnTheWire(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]api.OptionalID{`null`: 0, `7`: 7, `9007199254740993`: 9007199254740993} {
		var id api.OptionalID
		require.NoError(t, json.Unmarshal([]byte(text), &id))
		require.Equal(t, want, id)
		data, err := json.Marshal(id)
		require.NoError(t, err)
		require.Equal(t, text, string(data))
	}
	require.Error(t, json.Unmarshal([]byte(`"7"`), new(api.OptionalID)))
}

func TestARunOnTheWire(t *testing.T) {
	t.Parallel()
	run := api.Run{ID: 1, Name: "n", Status: api.StatusRunning, Artifacts: []api.Artifact{}, Fields: []api.Field{}, Links: []api.Link{}, Tags: []string{}, Threads: []api.Thread{}}
	run.Add(api.DefaultStatuses().ByID(api.Skipped), 2)
	data, err := json.Marshal(run)
	require.NoError(t, err)
	var fields map[string]any
	require.NoError(t, json.Unmarshal(data, &fields))
	require.Len(t, fields, 52, "contract 2.3")
	for _, null := range []string{"config_id", "milestone_id", "elapsed", "updated_at", "updated_by", "completed_at", "completed_by"} {
		require.Contains(t, fields, null)
		require.Nil(t, fields[null], null)
	}
	for _, empty := range []string{"artifacts", "fields", "links", "tags", "threads"} {
		require.Equal(t, []any{}, fields[empty], empty)
	}
	require.EqualValues(t, 2, fields["status5_count"])
	require.EqualValues(t, 0, fields["status24_count"])
	var read api.Run
	require.NoError(t, json.Unmarshal(data, &read))
	require.Equal(t, run, read)
}
