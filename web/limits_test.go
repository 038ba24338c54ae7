package web_test

import (
	"bytes"
	"compress/gzip"
	"io"
	"net"
	"net/http"
	"runtime"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/runboard/runboard/api"
	"github.com/runboard/runboard/web"
)

const (
	slowClients = 2000
	// How much more than before may be in use when the slow clients have gone.
	moreBytes      = 8 << 20
	moreGoroutines = 20
)

// QUALITY S1.
//
//nolint:paralleltest // It measures memory and goroutines of the whole process.
func TestSlowHeadersAreCutOff(t *testing.T) {
	var files syscall.Rlimit
	require.NoError(t, syscall.Getrlimit(syscall.RLIMIT_NOFILE, &files))
	if files.Cur < 2*slowClients+500 { // Go itself has raised it as far as it may.
		t.Skipf("only %d files may be open, and both ends of %d connections are here", files.Cur, slowClients)
	}
	b := start(t, nil, nil)
	require.Equal(t, http.StatusOK, b.get("/projects/1/runs").StatusCode)
	bytesBefore, goroutinesBefore := inUse()
	slow := connectSlowly(t, strings.TrimPrefix(b.URL(), "http://"), slowClients)
	bytesMeanwhile, goroutinesMeanwhile := inUse()

	waits := make([]time.Duration, 200)
	for i := range waits {
		begun := time.Now()
		require.Equal(t, http.StatusOK, b.get("/projects/1/runs").StatusCode, "others are served meanwhile")
		waits[i] = time.Since(begun)
	}
	slices.Sort(waits)
	lives := make([]time.Duration, len(slow))
	for i, c := range slow {
		require.NoError(t, c.SetReadDeadline(time.Now().Add(30*time.Second)))
		rest, err := io.ReadAll(c)
		require.NoError(t, err, "the server closes the connection, and the test need not")
		require.NotContains(t, string(rest), "200 OK")
		lives[i] = time.Since(c.begun)
		require.NoError(t, c.Close())
	}
	var bytesLeft, goroutinesLeft int
	require.Eventually(t, func() bool {
		bytesLeft, goroutinesLeft = inUse()
		return bytesLeft < bytesBefore+moreBytes && goroutinesLeft < goroutinesBefore+moreGoroutines
	}, 20*time.Second, 100*time.Millisecond, "nothing of them is left")
	t.Logf("%d slow connections, cut off after %.2f to %.2f s; p99 of 200 pages meanwhile %.1f ms; MB in use before, meanwhile, after: %d, %d, %d; goroutines: %d, %d, %d",
		slowClients, slices.Min(lives).Seconds(), slices.Max(lives).Seconds(), waits[len(waits)*99/100].Seconds()*1000,
		bytesBefore>>20, bytesMeanwhile>>20, bytesLeft>>20, goroutinesBefore, goroutinesMeanwhile, goroutinesLeft)
}

// slowConn is a connection whose request does not end.
type slowConn struct {
	net.Conn

	begun time.Time
}

func connectSlowly(t *testing.T, address string, count int) []slowConn {
	t.Helper()
	var dialer net.Dialer
	slow := make([]slowConn, count)
	for i := range slow {
		conn, err := dialer.DialContext(t.Context(), "tcp", address)
		require.NoError(t, err)
		slow[i] = slowConn{conn, time.Now()}
		t.Cleanup(func() { _ = conn.Close() }) // Mostly a second time.
		_, err = io.WriteString(conn, "GET / HTTP/1.1\r\nHost: board\r\nX-Slow: ")
		require.NoError(t, err)
	}
	return slow
}

// inUse is what the process holds of what can run out.
func inUse() (bytes, goroutines int) {
	runtime.GC()
	var memory runtime.MemStats
	runtime.ReadMemStats(&memory)
	return int(memory.HeapAlloc + memory.StackInuse), runtime.NumGoroutine()
}

// QUALITY S2 and S3.
func TestLimits(t *testing.T) {
	t.Parallel()

	b := start(t, nil, nil)
	authorized := []string{"Authorization", "Bearer " + b.token(api.ScopeSubmit), "Content-Type", "application/json"}
	manyBrackets := strings.Repeat("x[&", 9000)
	const runs, page = "/api/v1/projects/1/automation/runs", "/projects/1/runs"
	for name, test := range map[string]struct {
		method, path, body string
		headers            []string
		want               []int
	}{
		"long header":                  {"GET", page, "", []string{"X-Long", strings.Repeat("x", 40<<10)}, []int{431}},
		"long query of a page":         {"GET", page + "?q=" + strings.Repeat("x", 8<<10), "", nil, []int{414}},
		"long query of the API":        {"GET", runs + "?q=" + strings.Repeat("x", 8<<10), "", authorized, []int{414}},
		"10,001 parameters of a page":  {"GET", page + "?" + strings.Repeat("a&", 10_001), "", nil, []int{400}},
		"10,001 parameters of the API": {"GET", runs + "?" + strings.Repeat("a&", 10_001), "", authorized, []int{400}},
		"bracket keys of a page":       {"GET", page + "?" + manyBrackets, "", nil, []int{400}},
		"bracket keys of the API":      {"GET", runs + "?" + manyBrackets, "", authorized, []int{400}},
		"unbalanced bracket of a page": {"GET", page + "?x[=1", "", nil, []int{303}},
		"unbalanced bracket, API":      {"GET", runs + "?x[=1", "", authorized, []int{200}},
		"long form":                    {"POST", "/settings/preferences", "theme=" + strings.Repeat("x", 1<<20), nil, []int{413}},
		"packed bomb":                  {"POST", runs, bomb(t, 65<<20), append(authorized, "Content-Encoding", "gzip"), []int{413}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			require.Contains(t, test.want, b.send(test.method, test.path, test.body, test.headers...).StatusCode)
		})
	}
	t.Cleanup(func() { require.Empty(t, b.log.lines("panic")) })
}

// bomb is a JSON text of many bytes, packed.
func bomb(t *testing.T, size int) string {
	t.Helper()
	var packed bytes.Buffer
	w := gzip.NewWriter(&packed)
	_, err := io.WriteString(w, `{"name": "`)
	require.NoError(t, err)
	zeros := bytes.Repeat([]byte("0"), 1<<20)
	for range size >> 20 {
		_, err = w.Write(zeros)
		require.NoError(t, err)
	}
	require.NoError(t, w.Close())
	return packed.String()
}

func TestAnswersAreCompressed(t *testing.T) {
	t.Parallel()

	b := start(t, nil, nil)
	answer := b.get("/projects/1/runs", "Accept-Encoding", "gzip, deflate, br, zstd")
	require.Equal(t, "gzip", answer.Header.Get("Content-Encoding"))
	require.Contains(t, answer.Header.Values("Vary"), "Accept-Encoding")
	require.Empty(t, b.get("/projects/1/runs", "Accept-Encoding", "identity").Header.Get("Content-Encoding"))
	plain := start(t, func(c *web.Config) { c.NoCompression = true }, nil)
	require.Empty(t, plain.get("/projects/1/runs", "Accept-Encoding", "gzip").Header.Get("Content-Encoding"))
}
