package web

import (
	"fmt"
	"path/filepath"
	"strings"

	"github.com/runboard/runboard/handlers"
)

// Welcome tells whoever has started the server what to open and what to paste.
func (s *Server) Welcome() string {
	text := fmt.Sprintf("\nRunboard is at %s\n", s.URL())
	if s.client != nil {
		return text + fmt.Sprintf("It shows the runs of %s.\n\n", s.config.TestmoURL)
	}
	return text + fmt.Sprintf("\nTo submit a first report, paste this into another terminal:\n\n%s\n\n%s\n\n",
		indent(handlers.FirstToken(Quote(s.config.Program), s.config.storeFlags())),
		indent(handlers.FirstReport(Quote(s.config.Program), s.URL(), s.config.trusted(), 1)))
}

// storeFlags have a command use the store of this very server, wherever it is pasted.
func (c *Config) storeFlags() string {
	switch {
	case c.Store == "":
		return " --data " + Quote(absolute(c.Data))
	case isPostgres(c.Store):
		// It may hold a password, which is not to be shown.
		return ` --store "${RUNBOARD_STORE:?}"`
	default:
		return " --store " + Quote(absolute(c.Store))
	}
}

// trusted is the certificate that clients have to be told to trust, as a word of
// a shell; "" for none.
func (c *Config) trusted() string {
	if !c.SelfSigned {
		return ""
	}
	return Quote(absolute(certificateFile(c.Data)))
}

func absolute(path string) string {
	if full, err := filepath.Abs(path); err == nil {
		return full
	}
	return path
}

// Quote makes text one word of a shell.
func Quote(text string) string {
	if strings.Trim(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/._-") == "" {
		return text
	}
	return "'" + strings.ReplaceAll(text, "'", `'\''`) + "'"
}

func indent(text string) string { return "  " + strings.ReplaceAll(text, "\n", "\n  ") }
