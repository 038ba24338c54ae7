package main

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// inFolder makes a folder of files of these names and texts, in turn.
func inFolder(t *testing.T, pairs ...string) string {
	t.Helper()
	folder := t.TempDir()
	for i := 0; i < len(pairs); i += 2 {
		path := filepath.Join(folder, pairs[i])
		require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o750))
		require.NoError(t, os.WriteFile(path, []byte(pairs[i+1]), 0o600))
	}
	return folder
}

func TestSubmitNamesTheFileOfAProblem(t *testing.T) {
	t.Parallel()
	folder := inFolder(t, "a-result.json", `{"uuid":"1","name":"sells","status":"passed"}`, "b-result.json", "{\n\"uuid\":", "c-result.json", "")
	_, _, stderr := runboard(t.Context(), nil, "submit", "--dry-run", folder)
	require.Contains(t, stderr, folder+": Allure results, 1 test: 1 passed\n"+
		folder+"/b-result.json, line 2: The file ends within a JSON value.\n"+
		folder+"/c-result.json, line 1: The file ends within a JSON value.\n")
}
