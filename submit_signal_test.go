package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// job is a submission in a process of its own, which can be told to end.
type job struct {
	child          *exec.Cmd
	stdout, stderr output
}

func (b *board) startJob(t *testing.T, args ...string) *job {
	t.Helper()
	j := &job{child: exec.CommandContext(t.Context(), os.Args[0], append([]string{"submit"}, args...)...)} //nolint:gosec // This very program.
	j.child.Env = append(append(os.Environ(), childServes+"=1"), b.env()...)
	j.child.Stdout, j.child.Stderr = &j.stdout, &j.stderr
	require.NoError(t, j.child.Start())
	return j
}

// tell sends a signal once stderr or stdout holds a text.
func (j *job) tell(t *testing.T, text string, signal os.Signal) {
	t.Helper()
	require.Eventually(t, func() bool { return strings.Contains(j.stderr.String()+j.stdout.String(), text) }, 30*time.Second, time.Millisecond)
	require.NoError(t, j.child.Process.Signal(signal))
}

// end is the exit code.
func (j *job) end(t *testing.T) int {
	t.Helper()
	_ = j.child.Wait() // It is about the exit code.
	return j.child.ProcessState.ExitCode()
}

// A job that is cancelled while the board is away keeps its results.
func TestSubmitIsCancelled(t *testing.T) {
	t.Parallel()
	b := startBoard(t)
	b.kill(t)
	folder := t.TempDir()
	j := b.startJob(t, "--spool", folder, junit(t, 999))
	j.tell(t, "Trying again", syscall.SIGTERM)
	require.Equal(t, 1, j.end(t))
	spools, err := filepath.Glob(folder + "/*.spool")
	require.NoError(t, err)
	require.Len(t, spools, 1)
	require.Contains(t, j.stderr.String(), "The submission was interrupted. What is left is kept: runboard submit --resume "+spools[0])
	b.start(t)
	code, _, stderr := runboard(t.Context(), b.env(), "submit", "--resume", spools[0])
	require.Zero(t, code, stderr)
	require.Equal(t, 1000, b.run(t, 1).Total)
}

// A signal is for the tests that are being run. What they have left is sent.
func TestSubmitPassesSignalsOn(t *testing.T) {
	t.Parallel()
	b := startBoard(t)
	for i, signal := range []syscall.Signal{syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP, syscall.SIGQUIT} {
		late := filepath.Join(t.TempDir(), "late.xml")
		script := fmt.Sprintf("trap 'cp %s %s; exit 42' %d; echo ready; while :; do sleep 0.01; done", junit(t, 2), late, signal)
		j := b.startJob(t, late, "--", "sh", "-c", script)
		j.tell(t, "ready", signal)
		require.Equal(t, 42, j.end(t), "%s: %s", signal, j.stderr.String())
		require.Contains(t, j.stdout.String(), "/runs/")
		run := b.run(t, int64(i+1))
		require.Equal(t, 3, run.Total)
		require.True(t, run.IsCompleted)
	}
	j := b.startJob(t, junit(t, 1), "--", "sh", "-c", "echo ready; exec sleep 600")
	j.tell(t, "ready", syscall.SIGTERM)
	require.Equal(t, 128+int(syscall.SIGTERM), j.end(t), j.stderr.String())
	require.Equal(t, 2, b.run(t, 5).Total)
}
