package main

import (
	"encoding/pem"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// BenchmarkSubmit sends 100,000 JUnit tests to a server that takes everything
// and keeps nothing, and tells how fast that is and how little memory it takes
// beside the Testmo CLI, where that is installed: api/report's tests do so.
func BenchmarkSubmit(b *testing.B) {
	sink := newSink(b)
	path := filepath.Join(b.TempDir(), "large.xml")
	require.NoError(b, os.WriteFile(path, []byte(largeJUnit()), 0o600))
	program := filepath.Join(b.TempDir(), "runboard")
	build := exec.CommandContext(b.Context(), "go", "build", "-trimpath", "-o", program, ".") // As the Makefile does it.
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	output, err := build.CombinedOutput()
	require.NoError(b, err, string(output))
	ours := usage{}
	for b.Loop() {
		ours = sink.measure(b, program, "submit", "--url", sink.URL, "--source", "large", path)
	}
	b.ReportMetric(float64(ours.memory)/(1<<20), "MiB")
	cache, err := os.UserCacheDir()
	require.NoError(b, err)
	script := filepath.Join(cache, "runboard", "testmo-cli-1.5.0", "node_modules", "@testmo", "testmo-cli", "dist", "index.js")
	if _, err := os.Stat(script); err != nil {
		b.Logf("there is no Testmo CLI: %v", err)
		return
	}
	theirs := sink.measure(b, "node", script, "automation:run:submit", "--instance", sink.URL, "--project-id", "1",
		"--name", "large", "--source", "large", "--results", path)
	b.ReportMetric(float64(theirs.elapsed)/float64(ours.elapsed), "x-speed-of-the-Testmo-CLI")
	b.ReportMetric(float64(theirs.memory)/float64(ours.memory), "x-less-memory-than-the-Testmo-CLI")
}

// usage is what a process has taken.
type usage struct {
	elapsed time.Duration
	memory  int64 // Bytes, at most.
}

// sink is a server that takes everything.
type sink struct {
	*httptest.Server

	certificate string
}

func newSink(b *testing.B) *sink {
	b.Helper()
	server := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		w.Header().Set("Content-Type", "application/json")
		switch {
		case strings.HasSuffix(r.URL.Path, "/openapi.json"):
			_, _ = io.WriteString(w, `{"info": {"x-runboard": {}}}`)
		case strings.HasSuffix(r.URL.Path, "/append"), strings.HasSuffix(r.URL.Path, "/complete"):
			w.WriteHeader(http.StatusNoContent)
		default:
			w.WriteHeader(http.StatusCreated)
			_, _ = io.WriteString(w, `{"id": 1}`)
		}
	}))
	b.Cleanup(server.Close)
	s := &sink{server, filepath.Join(b.TempDir(), "ca.pem")}
	block := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw})
	require.NoError(b, os.WriteFile(s.certificate, block, 0o600))
	return s
}

// measure runs a client.
func (s *sink) measure(b *testing.B, program string, args ...string) usage {
	b.Helper()
	command := exec.CommandContext(b.Context(), program, args...)
	command.Env = append(os.Environ(), "TESTMO_TOKEN=token", "NODE_EXTRA_CA_CERTS="+s.certificate, "SSL_CERT_FILE="+s.certificate)
	var output output
	command.Stdout, command.Stderr = &output, &output
	begun, ended := time.Now(), make(chan error, 1)
	require.NoError(b, command.Start())
	go func() { ended <- command.Wait() }()
	var took usage
	for looks := time.NewTicker(5 * time.Millisecond); ; {
		select {
		case err := <-ended:
			looks.Stop()
			require.NoError(b, err, output.String())
			took.elapsed = time.Since(begun)
			return took
		case <-looks.C:
			took.memory = max(took.memory, peakOf(command.Process.Pid))
		}
	}
}

// peakOf is the most memory that a process has had, as far as Linux tells it. What
// it says at its end includes that of the process that has started it.
func peakOf(pid int) int64 {
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return 0
	}
	var peak int64
	for line := range strings.Lines(string(status)) {
		if _, err := fmt.Sscanf(line, "VmHWM: %d kB", &peak); err == nil {
			return peak << 10
		}
	}
	return 0
}

// largeJUnit is a file of 100,000 tests, one in fifty of which fails.
func largeJUnit() string {
	var text strings.Builder
	text.WriteString("<testsuites>")
	for suite := range 1000 {
		fmt.Fprintf(&text, `<testsuite name="com.example.shop.Suite%d" tests="100">`, suite)
		for i := range 100 {
			fmt.Fprintf(&text, `<testcase classname="com.example.shop.Suite%d" name="takes an order of %d items" time="0.0%d"`, suite, i, i)
			if i%50 == 49 {
				fmt.Fprintf(&text, `><failure message="expected 1 but was 2" type="AssertionError">at Suite%d.java:%d</failure></testcase>`, suite, i)
			} else {
				text.WriteString("/>")
			}
		}
		text.WriteString("</testsuite>")
	}
	text.WriteString("</testsuites>")
	return text.String()
}
