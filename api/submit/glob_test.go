package submit_test

import (
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/runboard/runboard/api/submit"
)

// How long to wait for another process, and how often to look.
const (
	patience = 10 * time.Second
	tick     = 10 * time.Millisecond
)

func TestPatterns(t *testing.T) {
	t.Parallel()
	root := t.TempDir()
	for _, name := range []string{"a.xml", "b.json", "[x].xml", "sub/c.xml", "sub/deep/d.xml", "sub/deep/TEST-e.xml", ".hidden/f.xml", "sub/.g.xml"} {
		path := filepath.Join(root, name)
		require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o750))
		require.NoError(t, os.WriteFile(path, nil, 0o600))
	}
	for pattern, want := range map[string]string{
		"*.xml":           "[x].xml a.xml",
		"**/*.xml":        "[x].xml a.xml sub/c.xml sub/deep/TEST-e.xml sub/deep/d.xml",
		"sub/**":          "sub/c.xml sub/deep/TEST-e.xml sub/deep/d.xml",
		"**/deep/*.xml":   "sub/deep/TEST-e.xml sub/deep/d.xml",
		"sub/**/**/d.xml": "sub/deep/d.xml",
		"*/*/TEST-*.xml":  "sub/deep/TEST-e.xml",
		"?.[jx]*":         "a.xml b.json",
		"none/*.xml":      "",
		"a.xml":           "a.xml",
		"[x].xml":         "[x].xml", // What is there is no pattern.
		"missing.xml":     "missing.xml",
	} {
		found, err := submit.Expand(filepath.Join(root, pattern))
		require.NoError(t, err, pattern)
		for i := range found {
			found[i] = strings.TrimPrefix(found[i], root+"/")
		}
		require.Equal(t, want, strings.Join(found, " "), pattern)
	}
	_, err := submit.Expand(filepath.Join(root, "[x"))
	require.Error(t, err)
}

func TestPatternsOfNamesThatAreNoText(t *testing.T) {
	t.Parallel()
	if runtime.GOOS != "linux" {
		t.Skip("other systems have no such names")
	}
	path := filepath.Join(t.TempDir(), "r\xe9sultats", "\xff.xml")
	require.NoError(t, os.Mkdir(filepath.Dir(path), 0o750))
	require.NoError(t, os.WriteFile(path, nil, 0o600))
	found, err := submit.Expand(filepath.Join(filepath.Dir(filepath.Dir(path)), "**", "*.xml"))
	require.NoError(t, err)
	require.Equal(t, []string{path}, found)
}
