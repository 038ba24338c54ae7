package main

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"runtime/debug"
	"strings"

	"github.com/runboard/runboard/web"
)

// storeFlags say where the data is.
type storeFlags struct {
	Data  string       `default:"./runboard-data" placeholder:"FOLDER" help:"Folder of the database, the certificate and the keys."`
	Store storeAddress `placeholder:"ADDRESS" help:"SQLite file, or postgres:// URL. By default runboard.db in the data folder."`
}

// storeAddress is "" only when the flag is not given: a variable that is not set
// must not lead to another store.
type storeAddress string

// UnmarshalText takes what follows --store.
func (a *storeAddress) UnmarshalText(text []byte) error {
	if len(text) == 0 {
		return errors.New("must be a SQLite file or a postgres:// URL, and not empty")
	}
	*a = storeAddress(text)
	return nil
}

type serveCommand struct {
	storeFlags

	Listen          string   `default:"127.0.0.1:8080" placeholder:"HOST:PORT" help:"Address to listen on (${default})."`
	Demo            bool     `help:"Fill a store without runs with simulated projects, one run of which goes on."`
	TLSSelfSigned   bool     `name:"tls-self-signed" help:"Serve https with a certificate that is made and kept in the data folder."`
	TLSCert         string   `name:"tls-cert" placeholder:"FILE" help:"Serve https with this certificate."`
	TLSKey          string   `name:"tls-key" placeholder:"FILE" help:"Key of the certificate."`
	BaseURL         string   `name:"base-url" placeholder:"URL" help:"Where readers reach the board, if not where it listens."`
	Access          string   `placeholder:"open" help:"Who sees the pages: open, for everyone who reaches them. Needed unless only this machine can. The API always needs a token."`
	EmbedAncestors  []string `placeholder:"ORIGIN" help:"Sites that may show the pages in a frame, such as https://wiki.example.com."`
	NoCompression   bool     `help:"Leave compression to a proxy in front."`
	TestmoURL       string   `name:"testmo-url" placeholder:"URL" help:"Show the runs of this Testmo instance, with the token in RUNBOARD_TESTMO_TOKEN."`
	TestmoTokenFile string   `name:"testmo-token-file" placeholder:"FILE" help:"File that holds the token, instead of RUNBOARD_TESTMO_TOKEN."`
}

// Run serves until it is told to stop.
func (s *serveCommand) Run(c *console) error {
	token, err := s.testmoToken(c.env)
	if err != nil {
		return usageError{err}
	}
	server, err := web.New(c.ctx, web.Config{
		Listen: s.Listen, Data: s.Data, Store: string(s.Store), Demo: s.Demo,
		SelfSigned: s.TLSSelfSigned, CertFile: s.TLSCert, KeyFile: s.TLSKey,
		BaseURL: s.BaseURL, Access: s.Access, EmbedAncestors: s.EmbedAncestors, NoCompression: s.NoCompression,
		TestmoURL: s.TestmoURL, TestmoToken: token,
		Program: c.program, Log: c.logger(slog.LevelInfo),
	})
	if err != nil {
		return c.unlessStopped(usageError{err})
	}
	if _, err := io.WriteString(c.stderr, server.Welcome()); err != nil {
		return errors.Join(err, server.Close())
	}
	return server.Run(c.ctx)
}

// unlessStopped drops the error of something that was told to stop.
func (c *console) unlessStopped(err error) error {
	select {
	case <-c.ctx.Done():
		return nil
	default:
		return err
	}
}

// testmoToken never comes from a flag, which others on the machine could read.
func (s *serveCommand) testmoToken(env environment) (string, error) {
	if s.TestmoTokenFile == "" {
		return env["RUNBOARD_TESTMO_TOKEN"], nil
	}
	text, err := os.ReadFile(s.TestmoTokenFile)
	if err != nil {
		return "", fmt.Errorf("the token cannot be read: %w", err)
	}
	return strings.TrimSpace(string(text)), nil
}

// logger writes lines of at most a few KB to stderr, without secrets.
func (c *console) logger(level slog.Level) *slog.Logger {
	return slog.New(slog.NewTextHandler(c.stderr, &slog.HandlerOptions{Level: level, ReplaceAttr: tame}))
}

// maxLogged is how many bytes a value in the log may have.
const maxLogged = 3 << 10

// tame cuts long values and hides secrets. The handler itself escapes them.
func tame(_ []string, a slog.Attr) slog.Attr {
	switch strings.ToLower(a.Key) {
	case "token", "secret", "password", "authorization", "cookie":
		return slog.String(a.Key, "***")
	}
	if kind := a.Value.Kind(); kind != slog.KindString && kind != slog.KindAny {
		return a
	}
	text := a.Value.String()
	if len(text) <= maxLogged {
		return a
	}
	return slog.String(a.Key, strings.ToValidUTF8(text[:maxLogged], "")+"…")
}

type versionCommand struct{}

// Run prints what the binary was built from.
func (versionCommand) Run(c *console) error {
	version, revision := "unknown", ""
	if info, ok := debug.ReadBuildInfo(); ok {
		version = info.Main.Version
		for _, setting := range info.Settings {
			if setting.Key == "vcs.revision" {
				revision = " " + setting.Value
			}
		}
	}
	return c.print("runboard " + version + revision)
}
