package web_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/runboard/runboard/web"
)

func TestCommandsCanBePasted(t *testing.T) {
	t.Parallel()

	folder := filepath.Join(t.TempDir(), "o'brien's \"board\" $HOME")
	require.NoError(t, os.Mkdir(folder, 0o700))
	program := filepath.Join(folder, "print words")
	require.NoError(t, os.WriteFile(program, []byte("#!/bin/sh\nprintf '%s|' \"$@\"\n"), 0o700)) //nolint:gosec // It is to be run.
	here, err := os.Getwd()
	require.NoError(t, err)
	up, err := filepath.Rel(here, folder)
	require.NoError(t, err)
	for name, test := range map[string]struct {
		change func(*web.Config)
		want   string
	}{
		"data folder":           {func(c *web.Config) { c.Data = folder + "/a" }, "--data|" + folder + "/a"},
		"data folder from here": {func(c *web.Config) { c.Data = up + "/b" }, "--data|" + folder + "/b"},
		"store":                 {func(c *web.Config) { c.Store = folder + "/c.db" }, "--store|" + folder + "/c.db"},
		"store from here":       {func(c *web.Config) { c.Store = up + "/d.db" }, "--store|" + folder + "/d.db"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			b := start(t, func(c *web.Config) {
				c.Program = program
				test.change(c)
			}, nil)
			require.Equal(t, "token|create|--name|ci|"+test.want+"|", pasted(t, b.Welcome(), "TESTMO_TOKEN"))
		})
	}

	secure := start(t, func(c *web.Config) { c.Data, c.SelfSigned = folder+"/e", true }, nil)
	require.Equal(t, folder+"/e/tls/cert.pem", pasted(t, secure.Welcome(), "NODE_EXTRA_CA_CERTS"))
}

// pasted is what a variable holds after its line of a text is run by a shell.
func pasted(t *testing.T, text, variable string) string {
	t.Helper()
	line := regexp.MustCompile(`(?m)^ *export ` + variable + `=.*$`).FindString(text)
	require.NotEmpty(t, line)
	out, err := exec.CommandContext(t.Context(), "sh", "-c", line+"\nprintf %s \"$"+variable+"\"").CombinedOutput()
	require.NoError(t, err, string(out))
	return string(out)
}
