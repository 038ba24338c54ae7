package api_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/runboard/runboard/api"
)

func TestScopesIncludeThoseBeforeThem(t *testing.T) {
	t.Parallel()
	scopes := api.Scopes()
	for i, scope := range scopes {
		for j, other := range scopes {
			require.Equal(t, i >= j, scope.Includes(other), "%s includes %s", scope, other)
		}
		require.False(t, scope.Includes(""))
		require.False(t, scope.Includes("root"))
		require.False(t, api.Scope("root").Includes(scope))
	}
}
