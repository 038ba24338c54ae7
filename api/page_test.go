package api_test

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/runboard/runboard/api"
)

func TestPagesAreNumbered(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		page, perPage, total int
		want                 string // Page, previous, next and last page.
	}{
		"empty set":            {1, 15, 0, `[null, null, null, null]`},
		"empty set, page 7":    {7, 15, 0, `[null, null, null, null]`},
		"the only page":        {1, 15, 1, `[1, null, null, 1]`},
		"the only page, full":  {1, 15, 15, `[1, null, null, 1]`},
		"the first page":       {1, 15, 16, `[1, null, 2, 2]`},
		"a page in between":    {2, 15, 31, `[2, 1, 3, 3]`},
		"the last page":        {3, 15, 31, `[3, 2, null, 3]`},
		"the last page, full":  {2, 15, 30, `[2, 1, null, 2]`},
		"beyond the end":       {4, 15, 31, `[4, 3, null, 3]`},
		"far beyond the end":   {1 << 31, 15, 31, `[2147483648, 3, null, 3]`},
		"beyond the only page": {2, 100, 1, `[2, 1, null, 1]`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			page := api.NewPage[api.Named](nil, test.page, test.perPage, test.total)
			numbers, err := json.Marshal([]api.OptionalID{page.Page, page.PrevPage, page.NextPage, page.LastPage})
			require.NoError(t, err)
			require.JSONEq(t, test.want, string(numbers))
			require.Equal(t, []int{test.perPage, test.total}, []int{page.PerPage, page.Total})
			require.NotNil(t, page.Result)
		})
	}
}

func TestAnEmptyPageOnTheWire(t *testing.T) {
	t.Parallel()
	data, err := json.Marshal(api.NewPage[api.Run](nil, 1, 100, 0))
	require.NoError(t, err)
	require.JSONEq(t, `{"page": null, "prev_page": null, "next_page": null, "last_page": null, "per_page": 100, "total": 0,
		"result": [], "expands": []}`, string(data))
}

func TestExpandsOnTheWire(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		expands api.Expands
		text    string
	}{
		"nothing":  {api.Expands{}, `[]`},
		"one kind": {api.Expands{Users: []api.Named{{ID: 1, Name: "ci"}}}, `{"users": [{"id": 1, "name": "ci"}]}`},
		"every kind": {
			api.Expands{
				Sources: []api.Named{{ID: 1, Name: "a"}}, Configs: []api.Named{{ID: 2, Name: "b"}}, Milestones: []api.Named{{ID: 3, Name: "c"}},
				Statuses: api.Statuses{{ID: api.Passed, Name: "Passed", SystemName: "passed", Color: "#15803d", IsFinal: true, IsPassed: true, IsActive: true, Aliases: []string{"ok"}}},
				Users:    []api.Named{{ID: 4, Name: "d"}},
			},
			`{"automation_sources": [{"id": 1, "name": "a"}], "configs": [{"id": 2, "name": "b"}], "milestones": [{"id": 3, "name": "c"}],
				"statuses": [{"id": 2, "name": "Passed", "system_name": "passed", "color": "#15803d", "is_final": true, "is_untested": false,
					"is_passed": true, "is_failed": false, "is_active": true, "aliases": ["ok"]}],
				"users": [{"id": 4, "name": "d"}]}`,
		},
	} {
		data, err := json.Marshal(test.expands)
		require.NoError(t, err, name)
		require.JSONEq(t, test.text, string(data), name)
		read := api.Expands{Users: []api.Named{{ID: 9, Name: "former"}}}
		require.NoError(t, json.Unmarshal([]byte(test.text), &read), name)
		require.Equal(t, test.expands, read, name)
	}
	for _, none := range []string{`null`, `[]`, `{}`, `{"users": null}`, `{"groups": [{"id": 1}]}`, ` [ ] `} {
		holder := struct {
			Expands api.Expands `json:"expands"`
		}{api.Expands{Users: []api.Named{{ID: 9, Name: "former"}}}}
		require.NoError(t, json.Unmarshal([]byte(`{"expands":`+none+`}`), &holder), none)
		require.Zero(t, holder.Expands, none)
	}
	require.Error(t, json.Unmarshal([]byte(`{"users": [1]}`), new(api.Expands)))
}

func TestNameOf(t *testing.T) {
	t.Parallel()
	named := []api.Named{{ID: 1, Name: "a"}, {ID: 2, Name: "b"}}
	require.Equal(t, "b", api.NameOf(named, 2))
	require.Empty(t, api.NameOf(named, 3))
	require.Empty(t, api.NameOf(nil, 0))
}
