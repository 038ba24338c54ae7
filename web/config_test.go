package web_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/runboard/runboard/web"
)

func TestConfigSaysWhatIsWrong(t *testing.T) {
	t.Parallel()

	for name, test := range map[string]struct {
		change func(*web.Config)
		want   string // "" when nothing is.
	}{
		"loopback":                    {func(*web.Config) {}, ""},
		"loopback of version 6":       {func(c *web.Config) { c.Listen = "[::1]:80" }, ""},
		"localhost":                   {func(c *web.Config) { c.Listen = "localhost:80" }, ""},
		"everyone":                    {func(c *web.Config) { c.Listen = "0.0.0.0:80" }, "give --access open"},
		"every address":               {func(c *web.Config) { c.Listen = ":80" }, "give --access open"},
		"a name":                      {func(c *web.Config) { c.Listen = "board.example.com:80" }, "give --access open"},
		"everyone, said so":           {func(c *web.Config) { c.Listen, c.Access = ":80", "open" }, ""},
		"sign-in":                     {func(c *web.Config) { c.Access = "sign-in" }, "--access sign-in does not exist yet"},
		"no port":                     {func(c *web.Config) { c.Listen = "127.0.0.1" }, "--listen takes an address"},
		"a named port":                {func(c *web.Config) { c.Listen = "127.0.0.1:http" }, "--listen takes an address"},
		"no data":                     {func(c *web.Config) { c.Data = "" }, "--data takes a folder"},
		"a certificate, no key":       {func(c *web.Config) { c.CertFile = "cert.pem" }, "--tls-cert and --tls-key belong together"},
		"two certificates":            {func(c *web.Config) { c.CertFile, c.KeyFile, c.SelfSigned = "a", "b", true }, "exclude each other"},
		"base url":                    {func(c *web.Config) { c.BaseURL = "https://board.example.com/" }, ""},
		"base url with a path":        {func(c *web.Config) { c.BaseURL = "https://example.com/board" }, "--base-url takes an address without a path"},
		"base url of no web":          {func(c *web.Config) { c.BaseURL = "ftp://example.com" }, "--base-url"},
		"ancestors":                   {func(c *web.Config) { c.EmbedAncestors = []string{"https://wiki.example.com", "https://a.test:8443"} }, ""},
		"any ancestor":                {func(c *web.Config) { c.EmbedAncestors = []string{"*"} }, "--embed-ancestors"},
		"any ancestor of a domain":    {func(c *web.Config) { c.EmbedAncestors = []string{"https://*.example.com"} }, "--embed-ancestors"},
		"an ancestor in the clear":    {func(c *web.Config) { c.EmbedAncestors = []string{"http://wiki.example.com"} }, "--embed-ancestors"},
		"an ancestor and a policy":    {func(c *web.Config) { c.EmbedAncestors = []string{"https://a.test; script-src *"} }, "--embed-ancestors"},
		"an ancestor with a path":     {func(c *web.Config) { c.EmbedAncestors = []string{"https://a.test/wiki"} }, "--embed-ancestors"},
		"instance":                    {func(c *web.Config) { c.TestmoURL, c.TestmoToken = "https://a.testmo.net", "t" }, ""},
		"instance without token":      {func(c *web.Config) { c.TestmoURL = "https://a.testmo.net" }, "needs a token"},
		"instance with a password":    {func(c *web.Config) { c.TestmoURL, c.TestmoToken = "https://u:hunter2@a.test", "t" }, "--testmo-url: the address"},
		"instance and demo":           {func(c *web.Config) { c.TestmoURL, c.TestmoToken, c.Demo = "https://a.test", "t", true }, "make no sense"},
		"instance and store":          {func(c *web.Config) { c.TestmoURL, c.TestmoToken, c.Store = "https://a.test", "t", "x" }, "make no sense"},
		"instance that is no address": {func(c *web.Config) { c.TestmoURL, c.TestmoToken = "a.testmo.net", "t" }, "--testmo-url: the address"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			config := web.Config{Listen: "127.0.0.1:8080", Data: "data"}
			test.change(&config)
			err := config.Validate()
			if test.want == "" {
				require.NoError(t, err)
				return
			}
			require.ErrorContains(t, err, test.want)
			require.NotContains(t, err.Error(), "hunter2")
		})
	}
}

func TestConfigNamesAllProblemsAtOnce(t *testing.T) {
	t.Parallel()

	config := web.Config{Listen: "none", CertFile: "cert.pem", EmbedAncestors: []string{"*"}, TestmoURL: "https://a.test"}
	err := config.Validate()
	for _, flag := range []string{"--listen", "--data", "--tls-key", "--embed-ancestors", "needs a token"} {
		require.ErrorContains(t, err, flag)
	}
	require.NotContains(t, err.Error(), "\n", "it is one line")
	require.Len(t, strings.Split(err.Error(), "; "), 5)
}
