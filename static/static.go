// Package static holds the style sheet, the script and the icons of the pages,
// under names that change with their content. What npm delivers (htmx, Lucide)
// lies in vendor, which may be empty: every page works without it. The package
// must not import anything of ours.
package static

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"crypto/sha512"
	"embed"
	"encoding/base64"
	"encoding/hex"
	"io/fs"
	"net/http"
	"path"
	"strings"
	"sync"
)

//go:embed css/*.css boot.js app.js add.js favicon.svg all:vendor
var files embed.FS

// file is one file as it is served.
type file struct {
	path      string // "/static/app.0123456789ab.css"
	integrity string
	mediaType string
	body      []byte
	packed    []byte // The body in gzip.
}

// bundle is everything that is served, by name and by path, and the icons.
type bundle struct {
	names map[string]*file
	paths map[string]*file
	icons map[string]string
}

// load reads the embedded files once, when the first page asks for them.
var load = sync.OnceValue(func() *bundle {
	b := &bundle{names: map[string]*file{}, paths: map[string]*file{}, icons: icons(files)}
	b.add("app.css", "text/css; charset=utf-8", join(files, glob(files, "css/*.css")))
	b.add("app.js", "text/javascript; charset=utf-8", join(files, []string{"boot.js", "vendor/htmx.min.js", "app.js", "add.js"}))
	b.add("favicon.svg", "image/svg+xml", join(files, []string{"favicon.svg"}))
	return b
})

// Path is the address of a file: "/static/app.0123456789ab.css" for "app.css",
// and "" for a name that is not served. The names are app.css, app.js (htmx
// included) and favicon.svg.
func Path(name string) string {
	if f, ok := load().names[name]; ok {
		return f.path
	}
	return ""
}

// Integrity is the hash of a file for the attribute integrity, "" for a name
// that is not served.
func Integrity(name string) string {
	if f, ok := load().names[name]; ok {
		return f.integrity
	}
	return ""
}

// Icon is the inner markup of a Lucide icon on a grid of 24 × 24, "" when
// vendor does not hold it.
func Icon(name string) string { return load().icons[name] }

// Handler serves everything under /static/ to be kept for good, since an
// address never changes its content.
func Handler() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		f, ok := load().paths[r.URL.Path]
		if !ok {
			http.NotFound(w, r)
			return
		}
		if r.Method != http.MethodGet && r.Method != http.MethodHead {
			w.Header().Set("Allow", "GET, HEAD")
			http.Error(w, http.StatusText(http.StatusMethodNotAllowed), http.StatusMethodNotAllowed)
			return
		}
		f.serve(w, r)
	})
}

func (f *file) serve(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("Content-Type", f.mediaType)
	h.Set("Cache-Control", "public, max-age=31536000, immutable")
	h.Set("Vary", "Accept-Encoding")
	// A sandboxed frame is of no origin, and can check the integrity only then.
	h.Set("Access-Control-Allow-Origin", "*")
	body := f.body
	if acceptsGzip(r.Header.Get("Accept-Encoding")) {
		h.Set("Content-Encoding", "gzip")
		body = f.packed
	}
	if r.Method == http.MethodGet {
		// Who has gone meanwhile has no use for an error.
		_, _ = w.Write(body)
	}
}

// acceptsGzip reports whether the header names gzip without refusing it.
func acceptsGzip(header string) bool {
	for part := range strings.SplitSeq(header, ",") {
		coding, weight, _ := strings.Cut(strings.ReplaceAll(part, " ", ""), ";")
		if strings.EqualFold(coding, "gzip") {
			return strings.Trim(strings.TrimPrefix(weight, "q="), "0.") != "" || weight == ""
		}
	}
	return false
}

func (b *bundle) add(name, mediaType string, body []byte) {
	short, long := sha256.Sum256(body), sha512.Sum384(body)
	stem, extension, _ := strings.Cut(name, ".")
	f := &file{
		path:      "/static/" + stem + "." + hex.EncodeToString(short[:6]) + "." + extension,
		integrity: "sha384-" + base64.StdEncoding.EncodeToString(long[:]),
		mediaType: mediaType,
		body:      body,
		packed:    pack(body),
	}
	b.names[name], b.paths[f.path] = f, f
}

func pack(body []byte) []byte {
	var packed bytes.Buffer
	w, err := gzip.NewWriterLevel(&packed, gzip.BestCompression)
	if err == nil {
		_, err = w.Write(body)
	}
	if err == nil {
		err = w.Close()
	}
	if err != nil {
		panic(err) // A buffer takes everything.
	}
	return packed.Bytes()
}

// join appends the files that are there, each beginning on a line of its own.
func join(from fs.FS, names []string) []byte {
	var body []byte
	for _, name := range names {
		if data, err := fs.ReadFile(from, name); err == nil {
			body = append(append(body, data...), '\n')
		}
	}
	return body
}

func glob(from fs.FS, pattern string) []string {
	names, err := fs.Glob(from, pattern)
	if err != nil {
		panic(err) // The patterns stand in this file.
	}
	return names
}

// icons takes what stands between the svg tags of every icon.
func icons(from fs.FS) map[string]string {
	found := map[string]string{}
	for _, name := range glob(from, "vendor/icons/*.svg") {
		_, inner, _ := strings.Cut(string(join(from, []string{name})), "<svg")
		_, inner, _ = strings.Cut(inner, ">")
		inner, _, _ = strings.Cut(inner, "</svg>")
		found[strings.TrimSuffix(path.Base(name), ".svg")] = strings.Join(strings.Fields(inner), " ")
	}
	return found
}
