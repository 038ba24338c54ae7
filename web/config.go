package web

import (
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/runboard/runboard/api"
)

// AccessOpen lets everyone who reaches the server read every page. The API
// wants a token all the same.
const AccessOpen = "open"

// Config is how a board is started. Listen, Data and Log are required.
type Config struct {
	Listen         string   // "127.0.0.1:8080"; port 0 takes a free one.
	Data           string   // Folder of the database, the keys and the certificate; made when missing.
	Store          string   // SQLite file or postgres:// URL; "" for runboard.db in Data.
	Demo           bool     // Fill a store without runs with simulated projects.
	SelfSigned     bool     // Serve TLS with a certificate made and kept in Data.
	CertFile       string   // Serve TLS with this PEM file and KeyFile; "" for not.
	KeyFile        string   // Belongs to CertFile.
	BaseURL        string   // Where readers reach the server, "https://board.example.com"; "" for the host they ask for.
	Access         string   // AccessOpen, or "" on a loopback address.
	EmbedAncestors []string // Origins whose pages may frame ours, "https://wiki.example.com"; none by default.
	NoCompression  bool     // Leave packing to a proxy in front, or let it change the pages.
	TestmoURL      string   // Show the runs of this instance instead of a store's; "" for not.
	TestmoToken    string   // Token for TestmoURL.

	Program       string // How this program was called, for commands to paste; "runboard" when "".
	Log           *slog.Logger
	HeaderTimeout time.Duration // How long a request's header may take; 5 s when zero.
	DemoSpan      time.Duration // How far back the demo's runs go; half a year when zero.
}

// Validate is one error that names every problem of the configuration.
func (c *Config) Validate() error {
	var problems []string
	note := func(format string, args ...any) { problems = append(problems, fmt.Sprintf(format, args...)) }
	c.validateAddress(note)
	c.validateTLS(note)
	c.validateBackend(note)
	for _, origin := range c.EmbedAncestors {
		if !isSecureOrigin(origin) {
			note("--embed-ancestors takes origins such as https://wiki.example.com, not %q", origin)
		}
	}
	if len(problems) > 0 {
		return errors.New(strings.Join(problems, "; "))
	}
	return nil
}

type noteFunc func(format string, args ...any)

func (c *Config) validateAddress(note noteFunc) {
	host, port, err := net.SplitHostPort(c.Listen)
	if number, portErr := strconv.ParseUint(port, 10, 16); err != nil || portErr != nil || number > 65535 {
		note("--listen takes an address such as 127.0.0.1:8080, not %q", c.Listen)
		return
	}
	switch {
	case c.Access != "" && c.Access != AccessOpen:
		note("--access %s does not exist yet: --access open is all there is", c.Access)
	case c.Access == "" && !isLoopback(host):
		note("others can reach %s: give --access open to let all of them see every page, or listen on 127.0.0.1", c.Listen)
	}
	if u, err := url.Parse(c.BaseURL); c.BaseURL != "" && (err != nil || !isOrigin(u) || (u.Scheme != "http" && u.Scheme != "https")) {
		note("--base-url takes an address without a path, such as https://board.example.com, not %q", c.BaseURL)
	}
}

func (c *Config) validateTLS(note noteFunc) {
	if (c.CertFile == "") != (c.KeyFile == "") {
		note("--tls-cert and --tls-key belong together")
	}
	if c.SelfSigned && c.CertFile != "" {
		note("--tls-self-signed and --tls-cert exclude each other")
	}
}

func (c *Config) validateBackend(note noteFunc) {
	if c.Data == "" {
		note("--data takes a folder")
	}
	if c.TestmoURL == "" {
		return
	}
	if _, err := api.NewClient(c.TestmoURL, api.ClientOptions{}); err != nil {
		note("--testmo-url: %v", err)
	}
	if c.TestmoToken == "" {
		note("--testmo-url needs a token, in RUNBOARD_TESTMO_TOKEN or in the file of --testmo-token-file")
	}
	if c.Store != "" || c.Demo {
		note("--testmo-url shows another server's runs, so --store and --demo make no sense beside it")
	}
}

// isTokenExposed reports whether others may read the token of the instance on its way.
func (c *Config) isTokenExposed() bool {
	u, err := url.Parse(strings.TrimSpace(c.TestmoURL))
	return err == nil && u.Scheme == "http" && !isLoopback(u.Hostname())
}

// isTLS reports whether the server itself speaks TLS.
func (c *Config) isTLS() bool { return c.SelfSigned || c.CertFile != "" }

// isSecure reports whether readers reach the server over https, be it through a proxy.
func (c *Config) isSecure() bool { return c.isTLS() || strings.HasPrefix(c.BaseURL, "https:") }

// isPrivate reports whether only this machine reaches the server, and by no other name.
func (c *Config) isPrivate() bool {
	host, _, err := net.SplitHostPort(c.Listen)
	return err == nil && isLoopback(host) && c.BaseURL == ""
}

func isLoopback(host string) bool {
	ip, err := netip.ParseAddr(host)
	return host == "localhost" || (err == nil && ip.IsLoopback())
}

// isOrigin reports whether there is nothing but scheme, host and port.
func isOrigin(u *url.URL) bool {
	return u.Host != "" && u.Hostname() != "" && u.User == nil && (u.Path == "" || u.Path == "/") && u.RawQuery == "" && u.Fragment == ""
}

// isSecureOrigin reports whether text can stand in a policy as it is. A wildcard cannot.
func isSecureOrigin(text string) bool {
	u, err := url.Parse(text)
	return err == nil && u.Scheme == "https" && isOrigin(u) && !strings.ContainsAny(text, "*;,'\" \t\r\n")
}
