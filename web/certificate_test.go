package web_test

import (
	"crypto/tls"
	"crypto/x509"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/runboard/runboard/web"
)

func TestSelfSignedCertificateIsKept(t *testing.T) {
	t.Parallel()

	data := t.TempDir()
	serve := func() []byte {
		b := start(t, func(c *web.Config) { c.Data, c.SelfSigned = data, true }, nil)
		require.True(t, strings.HasPrefix(b.URL(), "https://"))
		answer := b.get("/healthz")
		require.Equal(t, http.StatusOK, answer.StatusCode)
		b.stop()
		b.wait()
		return answer.TLS.PeerCertificates[0].Raw
	}
	first := serve()
	require.Equal(t, first, serve(), "a second start has the same certificate")

	leaf, err := x509.ParseCertificate(first)
	require.NoError(t, err)
	host, err := os.Hostname()
	require.NoError(t, err)
	for _, name := range []string{"127.0.0.1", "::1", "localhost", host} {
		require.NoError(t, leaf.VerifyHostname(name))
	}
	for _, name := range []string{"key.pem", "cert.pem"} {
		info, err := os.Stat(filepath.Join(data, "tls", name))
		require.NoError(t, err)
		require.Equal(t, os.FileMode(0o600), info.Mode().Perm(), name)
	}
}

func TestCertificateFiles(t *testing.T) {
	t.Parallel()

	made := t.TempDir()
	first := start(t, func(c *web.Config) { c.Data, c.SelfSigned = made, true }, nil)
	b := start(t, func(c *web.Config) {
		c.CertFile, c.KeyFile = filepath.Join(made, "tls", "cert.pem"), filepath.Join(made, "tls", "key.pem")
	}, nil)
	b.client.Transport = &http.Transport{TLSClientConfig: trusting(t, made)}
	require.Equal(t, http.StatusOK, b.get("/healthz").StatusCode)
	require.NotEqual(t, first.URL(), b.URL())
}

// What a crash between the writing of two files leaves must not end all starts.
func TestUnusableSelfSignedCertificateIsMadeAnew(t *testing.T) {
	t.Parallel()

	other := t.TempDir()
	start(t, func(c *web.Config) { c.Data, c.SelfSigned = other, true }, nil)
	key, err := os.ReadFile(filepath.Join(other, "tls", "key.pem"))
	require.NoError(t, err)
	for name, spoil := range map[string]func(t *testing.T, folder string){
		"another key": func(t *testing.T, folder string) {
			t.Helper()
			require.NoError(t, os.WriteFile(filepath.Join(folder, "key.pem"), key, 0o600))
		},
		"no key": func(t *testing.T, folder string) {
			t.Helper()
			require.NoError(t, os.Remove(filepath.Join(folder, "key.pem")))
		},
		"half a certificate": func(t *testing.T, folder string) {
			t.Helper()
			require.NoError(t, os.Truncate(filepath.Join(folder, "cert.pem"), 100))
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			data := t.TempDir()
			b := start(t, func(c *web.Config) { c.Data, c.SelfSigned = data, true }, nil)
			b.stop()
			b.wait()
			spoil(t, filepath.Join(data, "tls"))
			b = start(t, func(c *web.Config) { c.Data, c.SelfSigned = data, true }, nil)
			require.Equal(t, http.StatusOK, b.get("/healthz").StatusCode, "clients that trust the new file are served")
		})
	}
}

func TestSelfSignedCertificateIsRenewedWhileServing(t *testing.T) {
	t.Parallel()

	data, now := t.TempDir(), time.Now()
	certificate, err := web.SelfSigned(data, slog.New(slog.DiscardHandler), func() time.Time { return now })
	require.NoError(t, err)
	next := func() *x509.Certificate {
		pair, err := certificate(&tls.ClientHelloInfo{})
		require.NoError(t, err)
		return pair.Leaf
	}
	first := next()
	now = now.AddDate(0, 11, 0)
	require.Equal(t, first, next(), "it has not come to its end")
	now = now.AddDate(0, 2, 0)
	second := next()
	require.NotEqual(t, first, second)
	require.True(t, second.NotAfter.After(now.AddDate(1, 0, 0)))
	kept, err := tls.LoadX509KeyPair(filepath.Join(data, "tls", "cert.pem"), filepath.Join(data, "tls", "key.pem"))
	require.NoError(t, err)
	require.Equal(t, second, kept.Leaf, "what clients trust is what is shown to them")
}
