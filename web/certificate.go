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
	"math/big"
	"net"
	"os"
	"path/filepath"
	"time"
)

const (
	certificateAge = 397 * 24 * time.Hour // The most that browsers accept.
	renewBefore    = 30 * 24 * time.Hour
)

// certificateFile is the certificate that clients of a self-signed server have to trust.
func certificateFile(data string) string { return filepath.Join(data, "tls", "cert.pem") }

// certificate is what the server speaks TLS with; nil for plain HTTP.
func (c *Config) certificate() (*tls.Certificate, error) {
	if c.SelfSigned {
		return selfSigned(c.Data, time.Now())
	}
	if c.CertFile == "" {
		return nil, nil //nolint:nilnil // Neither is a valid choice.
	}
	pair, err := tls.LoadX509KeyPair(c.CertFile, c.KeyFile)
	if err != nil {
		return nil, fmt.Errorf("the certificate cannot be used: %w", err)
	}
	return &pair, nil
}

// selfSigned is the certificate of the data folder. It is made when there is
// none, when it is about to expire, and when the machine has got another name.
func selfSigned(data string, now time.Time) (*tls.Certificate, error) {
	certFile := certificateFile(data)
	keyFile := filepath.Join(filepath.Dir(certFile), "key.pem")
	names := hostNames()
	pair, err := tls.LoadX509KeyPair(certFile, keyFile)
	if err == nil && isGood(pair.Leaf, names, now) {
		return &pair, nil
	}
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("the self-signed certificate cannot be used: %w", err)
	}
	certPEM, keyPEM, err := newCertificate(names, now)
	if err != nil {
		return nil, err
	}
	err = os.MkdirAll(filepath.Dir(certFile), 0o700)
	if err == nil {
		err = writeFile(keyFile, keyPEM)
	}
	if err == nil {
		err = writeFile(certFile, certPEM)
	}
	if err != nil {
		return nil, fmt.Errorf("the self-signed certificate cannot be kept: %w", err)
	}
	pair, err = tls.X509KeyPair(certPEM, keyPEM)
	return &pair, err
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
