package api_test

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/runboard/runboard/api"
)

func TestMetaIsAnObjectOnTheWire(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]api.Meta{`{"a": "b"}`: {"a": "b"}, `{}`: nil, `[]`: nil, `null`: nil} {
		field := api.Field{Meta: api.Meta{"former": "value"}}
		require.NoError(t, json.Unmarshal([]byte(`{"meta": `+text+`}`), &field))
		require.Equal(t, want, field.Meta, text)
		data, err := json.Marshal(field.Meta)
		require.NoError(t, err)
		if want == nil {
			text = "{}"
		}
		require.JSONEq(t, text, string(data))
	}
	for _, wrong := range []string{`["a"]`, `"a"`, `{"a": 1}`, `7`} {
		require.Error(t, json.Unmarshal([]byte(wrong), new(api.Meta)), wrong)
	}
}
