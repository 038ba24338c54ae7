package intake_test

import (
	"io"
	"mime/multipart"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"

	"github.com/runboard/runboard/api"
	"github.com/runboard/runboard/api/intake"
	"github.com/runboard/runboard/api/server"
	"github.com/runboard/runboard/api/store"
)

// service is the API over a store, with a token.
func service(t *testing.T) (http.Handler, string) {
	t.Helper()
	s, err := store.Open(t.Context(), filepath.Join(t.TempDir(), "runboard.db"), store.Options{Hasty: true})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, s.Close()) })
	token, err := s.CreateToken(t.Context(), "ci", api.ScopeSubmit)
	require.NoError(t, err)
	return server.New(server.Config{Store: s}), token
}

const file = "--end\r\nContent-Disposition: form-data; name=files; filename=a.xml\r\n\r\n<testsuite><testcase name=\"a\"/></testsuite>\r\n"

// large is a file that cannot all have been read before it is known to be one.
func large() string {
	return strings.Replace(file, "</testsuite>", strings.Repeat(" ", 1<<16)+"</testsuite>", 1)
}

func source(name string) string {
	return "--end\r\nContent-Disposition: form-data; name=source\r\n\r\n" + name + "\r\n"
}

func form(r io.Reader) *multipart.Reader { return multipart.NewReader(r, "end") }

// A form that arrives slowly keeps others from nothing unless its sender may add
// something, and then only so many do.
func TestTurns(t *testing.T) {
	t.Parallel()
	handler, token := service(t)
	i := intake.New(handler, "Runboard")
	whole := func() (api.Taken, error) {
		return i.Take(t.Context(), token, 1, "", form(strings.NewReader(source("shop")+file+"--end--")))
	}
	begin := func(secret, text string) (finish func() error) {
		r, w := io.Pipe()
		ended := make(chan error, 1)
		go func() {
			_, err := i.Take(t.Context(), secret, 1, "", form(r))
			_ = r.CloseWithError(err) // Whoever writes is to know.
			ended <- err
		}()
		_, _ = io.WriteString(w, text) // Until it is refused.
		return func() error {
			_, _ = io.WriteString(w, "--end--")
			_ = w.Close() // A pipe can be closed.
			return <-ended
		}
	}
	var slow []func() error
	for range 8 {
		slow = append(slow, begin("", source("shop")))
	}
	_, err := whole()
	require.NoError(t, err)
	for _, finish := range slow {
		require.True(t, api.IsKind(finish(), api.KindInvalid), "no file has come")
	}
	slow = nil
	for range intake.MostForms {
		slow = append(slow, begin(token, source("shop")+large()+source("shop")))
	}
	_, err = whole()
	require.True(t, api.IsKind(err, api.KindUnavailable), "%v", err)
	for _, finish := range slow {
		require.NoError(t, finish())
	}
	_, err = whole()
	require.NoError(t, err)
}

func TestPanicOfTheAPIEndsNothing(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) { // It is tried again for a while.
		handler, token := service(t)
		i := intake.New(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if strings.HasSuffix(r.URL.Path, "/threads") {
				panic("the disk is on fire")
			}
			handler.ServeHTTP(w, r)
		}), "Runboard")
		_, err := i.Take(t.Context(), token, 1, "", form(strings.NewReader(source("shop")+file+"--end--")))
		require.Error(t, err)
		require.NotContains(t, api.Public(err).Words(), "fire")
	})
}
