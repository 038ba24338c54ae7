package web

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"sync"
	"time"
)

const (
	certificateAge = 397 * 24 * time.Hour // The most that browsers accept.
	renewBefore    = 30 * 24 * time.Hour
)

// certificateFile is the certificate that clients of a self-signed server have to trust.
func certificateFile(data string) string { return filepath.Join(data, "tls", "cert.pem") }

// tls is how the server speaks TLS; nil for plain HTTP.
func (c *Config) tls() (*tls.Config, error) {
	config := &tls.Config{MinVersion: tls.VersionTLS12}
	switch {
	case c.SelfSigned:
		own, err := newSelfSigned(c.Data, c.Log, time.Now)
		if err != nil {
			return nil, err
		}
		config.GetCertificate = own.certificate
	case c.CertFile != "":
		pair, err := tls.LoadX509KeyPair(c.CertFile, c.KeyFile)
		if err != nil {
			return nil, fmt.Errorf("the certificate cannot be used: %w", err)
		}
		config.Certificates = []tls.Certificate{pair}
	default:
		return nil, nil //nolint:nilnil // Neither is a valid choice.
	}
	return config, nil
}

// selfSigned is the certificate of the data folder. It is made when there is no
// usable one, when it is about to expire, and when the machine has got another name.
type selfSigned struct {
	certFile, keyFile string
	names             []string
	log               *slog.Logger
	now               func() time.Time

	mu   sync.Mutex
	pair *tls.Certificate // nil before there is one.
}

func newSelfSigned(data string, log *slog.Logger, now func() time.Time) (*selfSigned, error) {
	certFile := certificateFile(data)
	s := &selfSigned{
		certFile: certFile, keyFile: filepath.Join(filepath.Dir(certFile), "key.pem"),
		names: hostNames(), log: log, now: now,
	}
	if err := s.load(); err != nil {
		return nil, fmt.Errorf("the self-signed certificate cannot be read: %w", err)
	}
	return s, s.renew()
}

// load reads the certificate as far as there is one. What does not belong
// together is what a crash leaves, and as good as none.
func (s *selfSigned) load() error {
	certPEM, err := os.ReadFile(s.certFile)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	keyPEM, err := os.ReadFile(s.keyFile)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	pair, err := tls.X509KeyPair(certPEM, keyPEM)
	if err != nil {
		s.log.Warn("self-signed certificate is unusable, so clients have to trust a new one", "file", s.certFile, "err", err)
		return nil
	}
	s.pair = &pair
	return nil
}

// renew makes a certificate unless there is a good one.
func (s *selfSigned) renew() error {
	if s.pair != nil && isGood(s.pair.Leaf, s.names, s.now()) {
		return nil
	}
	certPEM, keyPEM, err := newCertificate(s.names, s.now())
	if err != nil {
		return err
	}
	err = os.MkdirAll(filepath.Dir(s.certFile), 0o700)
	if err == nil {
		err = writeFile(s.keyFile, keyPEM)
	}
	if err == nil {
		err = writeFile(s.certFile, certPEM)
	}
	if err != nil {
		return fmt.Errorf("the self-signed certificate cannot be kept: %w", err)
	}
	pair, err := tls.X509KeyPair(certPEM, keyPEM)
	if err != nil {
		return fmt.Errorf("using the self-signed certificate: %w", err)
	}
	s.pair = &pair
	return nil
}

// certificate is the one for the next connection. While another one cannot be
// made, the last one has to do.
func (s *selfSigned) certificate(hello *tls.ClientHelloInfo) (*tls.Certificate, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.renew(); err != nil {
		s.log.ErrorContext(hello.Context(), "self-signed certificate is about to expire", "err", err)
	}
	return s.pair, nil
}

// hostNames are the names that this machine is reached by.
func hostNames() []string {
	names := []string{"localhost"}
	if host, err := os.Hostname(); err == nil && host != "" && host != "localhost" {
		names = append(names, host)
	}
	return names
}

func isGood(leaf *x509.Certificate, names []string, now time.Time) bool {
	for _, name := range names {
		if leaf.VerifyHostname(name) != nil {
			return false
		}
	}
	return now.After(leaf.NotBefore) && now.Add(renewBefore).Before(leaf.NotAfter)
}

func newCertificate(names []string, now time.Time) (certPEM, keyPEM []byte, err error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, nil, fmt.Errorf("making a key: %w", err)
	}
	serial, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 127))
	if err != nil {
		return nil, nil, fmt.Errorf("making a serial number: %w", err)
	}
	template := &x509.Certificate{
		SerialNumber: serial,
		Subject:      pkix.Name{CommonName: "Runboard on " + names[len(names)-1]},
		NotBefore:    now.Add(-time.Hour),
		NotAfter:     now.Add(certificateAge - time.Hour),
		DNSNames:     names,
		IPAddresses:  []net.IP{net.IPv4(127, 0, 0, 1), net.IPv6loopback},
		KeyUsage:     x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign,
		ExtKeyUsage:  []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
		// Clients that are told to trust it take it as its own authority.
		IsCA:                  true,
		BasicConstraintsValid: true,
		MaxPathLenZero:        true,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		return nil, nil, fmt.Errorf("signing a certificate: %w", err)
	}
	private, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return nil, nil, fmt.Errorf("encoding a key: %w", err)
	}
	return encodePEM("CERTIFICATE", der), encodePEM("PRIVATE KEY", private), nil
}

func encodePEM(kind string, der []byte) []byte {
	var text bytes.Buffer
	// A buffer takes everything.
	_ = pem.Encode(&text, &pem.Block{Type: kind, Bytes: der})
	return text.Bytes()
}
