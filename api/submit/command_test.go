package submit_test

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"github.com/runboard/runboard/api"
	"github.com/runboard/runboard/api/submit"
)

func TestExecute(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		script string
		code   int
		output string // As a regular expression.
	}{
		"good":           {"echo hello", 0, `^Executing: sh -c echo hello\n\nhello\n\nExited after \d+\.\d+ seconds with exit code 0$`},
		"bad":            {"exit 3", 3, `exit code 3$`},
		"killed":         {"kill -TERM $$", 143, `exit code 143$`},
		"both streams":   {"echo one; echo two >&2", 0, `one\ntwo\n|two\none\n`},
		"no end of line": {"printf a", 0, `\na\n\nExited`},
		"odd bytes":      {`printf 'a\000\377b'`, 0, "\na\uFFFDb\n"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var stdout, stderr bytes.Buffer
			outcome, err := submit.Execute(t.Context(), []string{"sh", "-c", test.script}, nil, &stdout, &stderr)
			require.NoError(t, err)
			require.Equal(t, test.code, outcome.ExitCode)
			thread := api.ThreadUpdate{Fields: []api.Field{{Name: "Build"}}}
			outcome.Note(&thread)
			require.Equal(t, "Output", thread.Fields[0].Name, "it comes first")
			require.Regexp(t, test.output, *thread.Fields[0].Value)
			require.Equal(t, outcome.Elapsed.Microseconds(), *thread.ElapsedObserved)
			if strings.HasPrefix(test.script, "echo one") {
				require.Equal(t, "one\n", stdout.String())
				require.Equal(t, "two\n", stderr.String())
			}
		})
	}
}

func TestExecuteKeepsTheEnds(t *testing.T) {
	t.Parallel()
	var stdout bytes.Buffer
	script := "echo BEGIN; yes 'ö and more' | head -n 200000; echo END"
	outcome, err := submit.Execute(t.Context(), []string{"sh", "-c", script}, nil, &stdout, &stdout)
	require.NoError(t, err)
	require.Greater(t, stdout.Len(), 2_000_000, "all of it is passed on")
	var thread api.ThreadUpdate
	outcome.Note(&thread)
	text := *thread.Fields[0].Value
	require.Equal(t, 16_379, utf8.RuneCountInString(text))
	require.Contains(t, text, "BEGIN\nö and more\n")
	require.Contains(t, text, "\n\n[...]\n\n")
	require.Contains(t, text, "ö and more\nEND\n\nExited after")
}

func TestExecuteThatFails(t *testing.T) {
	t.Parallel()
	_, err := submit.Execute(t.Context(), []string{filepath.Join(t.TempDir(), "none")}, nil, &bytes.Buffer{}, &bytes.Buffer{})
	require.ErrorContains(t, err, "the command cannot be run")

	ctx, cancel := context.WithCancel(t.Context())
	started := filepath.Join(t.TempDir(), "started")
	ended := make(chan error, 1)
	go func() {
		_, err := submit.Execute(ctx, []string{"sh", "-c", "touch " + started + "; exec sleep 600"}, nil, &bytes.Buffer{}, &bytes.Buffer{})
		ended <- err
	}()
	require.Eventually(t, func() bool { _, err := os.Stat(started); return err == nil }, patience, tick)
	cancel()
	require.ErrorIs(t, <-ended, context.Canceled)
}
