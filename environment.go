package main

import (
	"strings"

	"github.com/alecthomas/kong"
)

// environment is the process's environment, by name.
type environment map[string]string

func newEnvironment(pairs []string) environment {
	env := environment{}
	for _, pair := range pairs {
		name, value, _ := strings.Cut(pair, "=")
		env[name] = value
	}
	return env
}

// Validate is for kong, which has nothing to check.
func (environment) Validate(*kong.Application) error { return nil }

// Resolve gives flags their default: RUNBOARD_TLS_CERT for --tls-cert.
func (e environment) Resolve(_ *kong.Context, _ *kong.Path, flag *kong.Flag) (any, error) {
	name := "RUNBOARD_" + strings.ToUpper(strings.ReplaceAll(flag.Name, "-", "_"))
	if value := e[name]; value != "" {
		return value, nil
	}
	return nil, nil //nolint:nilnil // How kong wants to hear that there is none.
}
