package web_test

import (
	"bytes"
	"compress/gzip"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/runboard/runboard/api"
	"github.com/runboard/runboard/web"
)

// QUALITY S1, with fewer connections and less patience.
func TestSlowHeadersAreCutOff(t *testing.T) {
	t.Parallel()

	b := start(t, func(c *web.Config) { c.HeaderTimeout = 300 * time.Millisecond }, nil)
	address := strings.TrimPrefix(b.URL(), "http://")
	var dialer net.Dialer
	var slow []net.Conn
	for range 50 {
		conn, err := dialer.DialContext(t.Context(), "tcp", address)
		require.NoError(t, err)
		t.Cleanup(func() { require.NoError(t, conn.Close()) })
		_, err = io.WriteString(conn, "GET / HTTP/1.1\r\nHost: board\r\nX-Slow: ")
		require.NoError(t, err)
		slow = append(slow, conn)
	}
	require.Equal(t, http.StatusOK, b.get("/healthz").StatusCode, "others are served meanwhile")
	for _, conn := range slow {
		require.NoError(t, conn.SetReadDeadline(time.Now().Add(20*time.Second)))
		rest, err := io.ReadAll(conn)
		require.NoError(t, err, "the server closes the connection, and the test need not")
		require.NotContains(t, string(rest), "200 OK")
	}
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
