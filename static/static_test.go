package static_test

import (
	"compress/gzip"
	"crypto/sha512"
	"encoding/base64"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/runboard/runboard/static"
)

func get(t *testing.T, method, path, encoding string) *httptest.ResponseRecorder {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), method, path, http.NoBody)
	r.Header.Set("Accept-Encoding", encoding)
	w := httptest.NewRecorder()
	static.Handler().ServeHTTP(w, r)
	return w
}

func TestFilesAreServedForGood(t *testing.T) {
	t.Parallel()
	for name, mediaType := range map[string]string{
		"app.css": "text/css; charset=utf-8", "app.js": "text/javascript; charset=utf-8", "favicon.svg": "image/svg+xml",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			answer := get(t, http.MethodGet, static.Path(name), "")
			body, err := io.ReadAll(answer.Body)
			require.NoError(t, err)
			require.NotEmpty(t, body)
			require.Equal(t, mediaType, answer.Header().Get("Content-Type"))
			require.Contains(t, answer.Header().Get("Cache-Control"), "immutable")
			require.Empty(t, answer.Header().Get("Content-Encoding"))
			hash := sha512.Sum384(body)
			require.Equal(t, "sha384-"+base64.StdEncoding.EncodeToString(hash[:]), static.Integrity(name), "a browser takes the file")

			packed := get(t, http.MethodGet, static.Path(name), "br, gzip")
			require.Equal(t, "gzip", packed.Header().Get("Content-Encoding"))
			reader, err := gzip.NewReader(packed.Body)
			require.NoError(t, err)
			unpacked, err := io.ReadAll(reader)
			require.NoError(t, err)
			require.Equal(t, body, unpacked)
		})
	}
}

func TestHandlerRefuses(t *testing.T) {
	t.Parallel()
	require.Equal(t, http.StatusNotFound, get(t, http.MethodGet, "/static/app.css", "").Code, "an address without its hash")
	require.Equal(t, http.StatusNotFound, get(t, http.MethodGet, "/static/../static.go", "").Code)
	require.Equal(t, http.StatusMethodNotAllowed, get(t, http.MethodPost, static.Path("app.css"), "").Code)
	require.Empty(t, get(t, http.MethodGet, static.Path("app.css"), "gzip;q=0").Header().Get("Content-Encoding"))
	require.Empty(t, static.Path("secrets.txt"))
	require.Empty(t, static.Integrity("secrets.txt"))
	require.Empty(t, static.Icon("no-such-icon"))
}

// TestWeight keeps the first load of a page small: htmx is 13 KB of it.
func TestWeight(t *testing.T) {
	t.Parallel()
	total := 0
	for _, name := range []string{"app.css", "app.js", "favicon.svg"} {
		body, err := io.ReadAll(get(t, http.MethodGet, static.Path(name), "gzip").Body)
		require.NoError(t, err)
		total += len(body)
	}
	require.Less(t, total, 32<<10, "style sheet and script, compressed")
}

func TestIconsAreDrawings(t *testing.T) {
	t.Parallel()
	icon := static.Icon("circle-check")
	if icon == "" {
		t.Skip("vendor is empty; make assets fills it")
	}
	require.True(t, strings.HasPrefix(icon, "<circle"), icon)
	require.NotContains(t, icon, "svg")
}
