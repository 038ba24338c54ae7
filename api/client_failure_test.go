package api_test

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/runboard/runboard/api"
)

// transport answers in place of an instance.
type transport func(*http.Request) (*http.Response, error)

func (f transport) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

func through(f transport) func(*api.ClientOptions) {
	return func(o *api.ClientOptions) { o.Transport = f }
}

// reply is an answer, with headers as "Name: value".
func reply(status int, body string, headers ...string) *http.Response {
	header := http.Header{}
	for _, line := range headers {
		name, value, _ := strings.Cut(line, ": ")
		header.Set(name, value)
	}
	return &http.Response{StatusCode: status, Header: header, Body: io.NopCloser(strings.NewReader(body))}
}

const instance = "http://acme.testmo.test"

const goodUser = `{"id": 3, "name": "ci"}`

func TestClientSaysWhyItCannotConnect(t *testing.T) {
	t.Parallel()
	closed, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	require.NoError(t, err)
	require.NoError(t, closed.Close())
	secure := httptest.NewUnstartedServer(http.NotFoundHandler())
	secure.Config.ErrorLog = log.New(io.Discard, "", 0)
	secure.StartTLS()
	t.Cleanup(secure.Close)
	plain := httptest.NewServer(http.NotFoundHandler())
	t.Cleanup(plain.Close)
	unknown := func(*http.Request) (*http.Response, error) {
		return nil, &net.OpError{Op: "dial", Err: &net.DNSError{Err: "no such host", Name: "acme.testmo.test", IsNotFound: true}}
	}
	behind := func(proxy string) func(*api.ClientOptions) {
		own := api.NewTransport()
		own.Proxy = func(*http.Request) (*url.URL, error) { return url.Parse(proxy) }
		return func(o *api.ClientOptions) { o.Transport = own }
	}
	proxied := "The proxy " + closed.Addr().String() + ", which is asked for the instance, cannot be reached."
	alert := func(w net.Conn) { _, _ = io.WriteString(w, "\x15\x03\x01\x00\x02\x02\x0a") }
	const insecure = "There is no secure connection to the instance: its certificate or its TLS is not accepted."
	tests := map[string]struct{ got, want string }{
		"refused":     {messageOf(t, newClient(t, "http://"+closed.Addr().String())), "The instance cannot be reached."},
		"unknown":     {messageOf(t, newClient(t, instance, through(unknown))), "The host of the instance cannot be found."},
		"proxy":       {messageOf(t, newClient(t, instance, behind("http://ci:secret@"+closed.Addr().String()))), proxied},
		"TLS proxy":   {messageOf(t, newClient(t, "https://acme.testmo.test", behind("http://"+closed.Addr().String()))), proxied},
		"certificate": {messageOf(t, newClient(t, secure.URL)), insecure},
		"no TLS":      {messageOf(t, newClient(t, strings.Replace(plain.URL, "http:", "https:", 1))), "The instance does not speak https at this port."},
		"TLS":         {messageOf(t, newClient(t, strings.Replace(secure.URL, "https:", "http:", 1))), "The instance speaks https at this port. Use " + secure.URL + "."},
		"an alert":    {messageOf(t, newClient(t, instance, pipe(alert))), "The instance speaks https at this port. Use https://acme.testmo.test."},
	}
	for name, test := range tests {
		require.Equal(t, test.want, test.got, name)
	}
}

func messageOf(t *testing.T, c *api.Client) string {
	t.Helper()
	_, err := c.User(t.Context())
	problem := problemOf(t, err)
	require.Equal(t, api.KindUnavailable, problem.Kind)
	return problem.Message
}

// pipe is a transport of the client's own kind to a server that runs serve for
// each connection once it has read a request.
func pipe(serve func(w net.Conn)) func(*api.ClientOptions) {
	own := api.NewTransport()
	own.DialContext = func(context.Context, string, string) (net.Conn, error) {
		client, server := net.Pipe()
		go func() {
			defer func() { _ = server.Close() }()
			if _, err := http.ReadRequest(bufio.NewReader(server)); err == nil {
				serve(server)
			}
		}()
		return client, nil
	}
	return func(o *api.ClientOptions) { o.Transport = own }
}

// A bubble of synctest ends only when all goroutines in it have, so these also
// tell that nothing is left behind.
func TestClientDoesNotWaitForEver(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		serve func(net.Conn)
		after time.Duration
	}{
		"silence": {func(w net.Conn) { _, _ = io.Copy(io.Discard, w) }, 10 * time.Second},
		"a body that drips": {func(w net.Conn) {
			_, err := io.WriteString(w, "HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n")
			for err == nil {
				time.Sleep(50 * time.Millisecond) //nolint:forbidigo // Of the fake clock.
				_, err = io.WriteString(w, " ")
			}
		}, 20 * time.Second},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				c := newClient(t, instance, pipe(test.serve))
				begun := time.Now()
				require.Equal(t, "The instance did not answer in time.", messageOf(t, c))
				require.Equal(t, test.after, time.Since(begun))
				<-time.After(time.Second) // For the instance to notice.
			})
		})
	}
}

func TestClientStopsWaitingWhenTheCallerDoes(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := newClient(t, instance, pipe(func(w net.Conn) { _, _ = io.Copy(io.Discard, w) }))
		ctx, cancel := context.WithCancel(t.Context())
		time.AfterFunc(time.Second, cancel)
		begun := time.Now()
		_, err := c.User(ctx)
		require.ErrorIs(t, err, context.Canceled)
		require.Equal(t, time.Second, time.Since(begun))

		ctx, cancel = context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		_, err = c.CreateRun(ctx, 1, api.NewRun{})
		require.Equal(t, "The instance did not answer in time.", problemOf(t, err).Message)
		<-time.After(20 * time.Second) // The question goes on being asked for others.
	})
}

func TestClientRefusesEndlessHeaders(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := newClient(t, instance, pipe(func(w net.Conn) {
			_, err := io.WriteString(w, "HTTP/1.1 200 OK\r\n")
			for i := 0; err == nil; i++ {
				_, err = fmt.Fprintf(w, "X-%d: %s\r\n", i, strings.Repeat("a", 100))
			}
		}))
		require.Equal(t, "The connection to the instance broke off.", messageOf(t, c))
	})
}

// again repeats some bytes for ever and counts them.
type again struct {
	bytes []byte
	read  int64
}

func (a *again) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = a.bytes[(a.read+int64(i))%int64(len(a.bytes))]
	}
	a.read += int64(len(p))
	return len(p), nil
}

//nolint:paralleltest // It counts what the process allocates.
func TestClientStopsReadingWithoutTakingMemory(t *testing.T) {
	var bomb bytes.Buffer
	packer := gzip.NewWriter(&bomb)
	_, err := io.CopyN(packer, &again{bytes: []byte(" ")}, 1<<20)
	require.NoError(t, err)
	require.NoError(t, packer.Close())
	tests := map[string]struct {
		source *again
		header string
	}{
		"endless": {&again{bytes: []byte(`{"result": [], "result": [], `)}, "X-Any: "},
		"bomb":    {&again{bytes: bomb.Bytes()}, "Content-Encoding: gzip"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			c := newClient(t, instance, through(func(*http.Request) (*http.Response, error) {
				answer := reply(http.StatusOK, "", test.header)
				answer.Body = io.NopCloser(test.source)
				return answer, nil
			}))
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			message := messageOf(t, c)
			runtime.ReadMemStats(&after)
			require.Equal(t, "The answer of the instance is too large.", message)
			require.LessOrEqual(t, test.source.read, int64(32<<20+64<<10))
			require.Less(t, after.TotalAlloc-before.TotalAlloc, uint64(8<<20))
		})
	}
}

func TestClientBoundsWhatUnpacksToNothing(t *testing.T) {
	t.Parallel()
	var empty bytes.Buffer
	require.NoError(t, gzip.NewWriter(&empty).Close())
	source := &again{bytes: empty.Bytes()}
	c := newClient(t, instance, func(o *api.ClientOptions) { o.MaxBody = 1 << 20 }, through(func(*http.Request) (*http.Response, error) {
		answer := reply(http.StatusOK, "", "Content-Encoding: gzip")
		answer.Body = io.NopCloser(source)
		return answer, nil
	}))
	require.Equal(t, "The answer of the instance is too large.", messageOf(t, c))
	require.LessOrEqual(t, source.read, int64(2<<20))
}

func TestClientHeedsRetryAfter(t *testing.T) {
	t.Parallel()
	later := time.Date(2000, 1, 1, 0, 0, 3, 0, time.UTC).Format(http.TimeFormat) // A bubble begins at the year 2000.
	tests := map[string]struct {
		header   string
		attempts int32
		waits    time.Duration // At least; the jitter adds less than half a second each time.
		told     time.Duration
	}{
		"seconds":  {"Retry-After: 2", 4, 6 * time.Second, 2 * time.Second},
		"a date":   {"Retry-After: " + later, 4, 3 * time.Second, 0},
		"too long": {"Retry-After: 3600", 1, 0, time.Hour},
		"junk":     {"Retry-After: soon", 1, 0, time.Minute},
		"negative": {"Retry-After: -5", 1, 0, time.Minute},
		"absent":   {"X-Any: ", 1, 0, time.Minute},
		"huge":     {"Retry-After: 99999999999999999999", 1, 0, time.Minute},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				var attempts atomic.Int32
				c := newClient(t, instance, through(func(*http.Request) (*http.Response, error) {
					attempts.Add(1)
					return reply(http.StatusTooManyRequests, `{"message": "Too many."}`, test.header), nil
				}))
				begun := time.Now()
				_, err := c.User(t.Context())
				problem := problemOf(t, err)
				require.Equal(t, api.KindRateLimited, problem.Kind)
				require.Equal(t, "Too many.", problem.Message)
				require.Equal(t, test.told, problem.RetryAfter)
				require.Equal(t, test.attempts, attempts.Load())
				require.GreaterOrEqual(t, time.Since(begun), test.waits)
				require.Less(t, time.Since(begun), test.waits+4*time.Second)
			})
		})
	}
}

func TestClientAsksAgain(t *testing.T) {
	t.Parallel()
	cut := errors.New("connection reset by peer")
	for _, failures := range []int32{1, 3, 4} {
		for _, failure := range []int{500, 502, 503, 504, 0} {
			t.Run(fmt.Sprintf("%d times %d", failures, failure), func(t *testing.T) {
				t.Parallel()
				synctest.Test(t, func(t *testing.T) {
					var attempts atomic.Int32
					var times []time.Time
					answer := func(*http.Request) (*http.Response, error) {
						times = append(times, time.Now())
						switch {
						case attempts.Add(1) > failures:
							return reply(http.StatusOK, goodUser), nil
						case failure == 0:
							return nil, cut
						default:
							return reply(failure, "<html>"), nil
						}
					}
					c := newClient(t, instance, through(answer))
					user, err := c.User(t.Context())
					if failures < 4 {
						require.NoError(t, err)
						require.EqualValues(t, 3, user.ID)
						require.Equal(t, failures+1, attempts.Load())
						require.Positive(t, times[1].Sub(times[0]))
						return
					}
					require.NotEmpty(t, problemOf(t, err).Message)
					require.EqualValues(t, 4, attempts.Load())

					attempts.Store(0)
					_, err = c.CreateRun(t.Context(), 1, api.NewRun{})
					require.NotEmpty(t, problemOf(t, err).Message)
					require.EqualValues(t, 1, attempts.Load(), "what was sent may have been carried out")
				})
			})
		}
	}
}

func TestClientDoesNotAskAgainAfterARefusal(t *testing.T) {
	t.Parallel()
	for _, status := range []int{400, 401, 403, 404, 405, 413, 422} {
		var attempts atomic.Int32
		c := newClient(t, instance, through(func(*http.Request) (*http.Response, error) {
			attempts.Add(1)
			return reply(status, `{"message": "No."}`), nil
		}))
		_, err := c.User(t.Context())
		require.Equal(t, api.KindOf(status), problemOf(t, err).Kind)
		require.EqualValues(t, 1, attempts.Load())
	}
}

func TestClientSurvivesAnyAnswer(t *testing.T) {
	t.Parallel()
	answers := map[string]string{
		"nothing": "", "null": "null", "a number": "1", "an array": "[]", "another API": `{"status": "ok"}`, "a page": "<!doctype html>",
		"truncated": `{"result": [{"id": 1`, "two values": `{"result": []} {}`, "wrong list": `{"result": "a"}`, "wrong id": `{"result": [{"id": "1"}]}`,
		"huge id": `{"result": [{"id": 9223372036854775808}]}`, "fraction": `{"result": [{"id": 1.5}]}`, "wrong time": `{"result": [{"id": 1, "created_at": "soon"}]}`,
		"wrong meta": `{"result": [{"id": 1, "fields": [{"meta": "a"}]}]}`, "deep": `{"result": ` + strings.Repeat("[", 10_001) + strings.Repeat("]", 10_001) + "}",
		"deep elsewhere": `{"a": ` + strings.Repeat(`{"a":`, 10_001) + "1" + strings.Repeat("}", 10_001) + `, "result": []}`, "NUL": "\x00\x00",
	}
	for name, answer := range answers {
		c := newClient(t, instance, through(func(*http.Request) (*http.Response, error) { return reply(http.StatusOK, answer), nil }))
		calls := map[string]func() error{
			"list":   func() error { _, err := c.ListRuns(t.Context(), 1, api.NewRunFilter()); return err },
			"run":    func() error { _, err := c.Run(t.Context(), 1, nil); return err },
			"one":    func() error { _, err := c.Project(t.Context(), 1); return err },
			"all":    func() error { _, err := c.ListTags(t.Context(), 1); return err },
			"create": func() error { _, err := c.CreateRun(t.Context(), 1, api.NewRun{}); return err },
		}
		for call, ask := range calls {
			err := ask()
			if call == "all" && (name == "wrong time" || name == "wrong meta") {
				require.NoError(t, err, "tags have none")
				continue
			}
			require.Error(t, err, "%s: %s", name, call)
			problem := withoutCause(problemOf(t, err))
			require.Equal(t, &api.Error{Kind: api.KindUnavailable, Message: "The instance answered with something that is not its API."}, problem, "%s: %s", name, call)
		}
	}
}

// A page that stands before the instance has not carried anything out.
func TestClientBelievesOnlyTheAPI(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		status int
		body   string
		isGood bool
	}{
		"no content":   {http.StatusNoContent, "", true},
		"nothing":      {http.StatusOK, "", true},
		"an object":    {http.StatusCreated, ` {"id": 1}`, true},
		"a page":       {http.StatusOK, "<html>Sign in</html>", false},
		"a blank page": {http.StatusOK, "\n", false},
		"null":         {http.StatusOK, "null", false},
		"a list":       {http.StatusOK, "[]", false},
		"half of one":  {http.StatusOK, `{"id": `, false},
	} {
		c := newClient(t, instance, through(func(*http.Request) (*http.Response, error) { return reply(test.status, test.body), nil }))
		err := c.AppendThread(t.Context(), 1, api.ThreadUpdate{})
		require.Equal(t, test.isGood, err == nil, "%s: %v", name, err)
		require.Equal(t, !test.isGood, api.IsNotAPI(err), name)
	}
}

func TestClientNeverTakesTheTokenElsewhere(t *testing.T) {
	t.Parallel()
	var strangers atomic.Int32
	stranger := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { strangers.Add(1) }))
	t.Cleanup(stranger.Close)
	var hops atomic.Int32
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		hops.Add(1)
		switch r.URL.Path {
		case "/api/v1/projects/1":
			http.Redirect(w, r, "http://elsewhere.test/?token=secret", http.StatusFound)
		case "/api/v1/projects/2":
			http.Redirect(w, r, strings.Replace("https://"+r.Host, "http:", "https:", 1), http.StatusMovedPermanently)
		case "/api/v1/projects/3":
			http.Redirect(w, r, "/api/v1/projects/3", http.StatusTemporaryRedirect)
		case "/api/v1/projects/4":
			http.Redirect(w, r, "/api/v1/projects/5", http.StatusTemporaryRedirect)
		case "/api/v1/projects/5":
			_, _ = io.WriteString(w, `{"result": {"id": 5, "name": "`+strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer ")+`"}}`)
		case "/api/v1/projects/6":
			http.Redirect(w, r, stranger.URL, http.StatusTemporaryRedirect)
		default:
			http.Redirect(w, r, "/api/v1/elsewhere", http.StatusPermanentRedirect)
		}
	}))
	t.Cleanup(server.Close)
	c := newClient(t, server.URL)
	for id, want := range map[int64]string{
		1: "The instance redirects to http://elsewhere.test, which is not followed.",
		2: "The instance redirects to https://" + strings.TrimPrefix(server.URL, "http://") + ", which is not followed. Use that address.",
		3: "The instance redirects too often.",
		6: "The instance redirects to " + stranger.URL + ", which is not followed. Use that address.",
	} {
		_, err := c.Project(t.Context(), id)
		require.Equal(t, want, problemOf(t, err).Message)
		require.NotContains(t, err.Error(), "secret")
	}
	project, err := c.Project(t.Context(), 4)
	require.NoError(t, err)
	require.Equal(t, token, project.Name, "a redirect within the instance keeps the token")

	hops.Store(0)
	_, err = c.CreateRun(t.Context(), 1, api.NewRun{})
	require.Contains(t, problemOf(t, err).Message, "which is not followed")
	require.EqualValues(t, 1, hops.Load())
	require.Zero(t, strangers.Load())
}

func TestClientRefusesTokensThatCannotBeSent(t *testing.T) {
	t.Parallel()
	for _, token := range []string{"a\nb", "a\x00", "a\x7f"} {
		_, err := api.NewClient(instance, api.ClientOptions{Token: token})
		require.ErrorIs(t, err, api.ErrToken)
	}
}

func TestClientKeepsTheTokenToItself(t *testing.T) {
	t.Parallel()
	echo := func(r *http.Request) string { return r.Header.Get("Authorization") }
	answers := map[string]transport{
		"message": func(r *http.Request) (*http.Response, error) {
			return reply(http.StatusUnauthorized, `{"message": "Bad token: `+echo(r)+`"}`), nil
		},
		"field": func(r *http.Request) (*http.Response, error) {
			return reply(http.StatusUnprocessableEntity, `{"message": "x", "errors": {"a": ["`+echo(r)+`"]}}`), nil
		},
		"time": func(r *http.Request) (*http.Response, error) {
			return reply(http.StatusOK, `{"id": 1, "created_at": "`+echo(r)+`"}`), nil
		},
		"connection": func(r *http.Request) (*http.Response, error) { return nil, fmt.Errorf("malformed header: %s", echo(r)) },
		"outage":     func(r *http.Request) (*http.Response, error) { return reply(http.StatusBadGateway, echo(r)), nil },
		"redirect": func(r *http.Request) (*http.Response, error) {
			return reply(http.StatusFound, "", "Location: https://"+strings.ReplaceAll(strings.TrimPrefix(echo(r), "Bearer "), "_", "-")+".example/"+token), nil
		},
	}
	for name, answer := range answers {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				var written bytes.Buffer
				c := newClient(t, instance, through(answer), func(o *api.ClientOptions) {
					o.Log = slog.New(slog.NewTextHandler(&written, &slog.HandlerOptions{Level: slog.LevelDebug}))
				})
				_, err := c.User(t.Context())
				problem, _ := errors.AsType[*api.Error](err)
				require.NotNil(t, problem)
				require.NotContains(t, fmt.Sprintf("%v %+v %v", err, *problem, problem.Fields), token)
				require.NotContains(t, written.String(), token)
			})
		})
	}
}

func TestClientUnpacksAnswers(t *testing.T) {
	t.Parallel()
	packed := func(text string) string {
		var buffer bytes.Buffer
		packer := gzip.NewWriter(&buffer)
		_, err := io.WriteString(packer, text)
		require.NoError(t, err)
		require.NoError(t, packer.Close())
		return buffer.String()
	}
	good := packed(goodUser)
	const gzipped, notAPI = "Content-Encoding: gzip", "The instance answered with something that is not its API."
	tests := map[string]struct {
		status             int
		body, header, want string
	}{
		"packed":           {http.StatusOK, good, gzipped, ""},
		"packed refusal":   {http.StatusNotFound, packed(`{"message": "Gone."}`), gzipped, "Gone."},
		"not packed":       {http.StatusOK, goodUser, gzipped, notAPI},
		"corrupt":          {http.StatusOK, good[:12] + "xxxxxx" + good[18:], gzipped, notAPI},
		"another encoding": {http.StatusOK, good, "Content-Encoding: br", notAPI},
		"no redirect":      {http.StatusNotModified, "", "X-Any: ", notAPI},
	}
	for name, test := range tests {
		c := newClient(t, instance, through(func(*http.Request) (*http.Response, error) {
			return reply(test.status, test.body, test.header), nil
		}))
		_, err := c.User(t.Context())
		if test.want == "" {
			require.NoError(t, err)
			continue
		}
		require.Equal(t, test.want, problemOf(t, err).Message, name)
	}
}

func TestClientReadsPackedAnswersThatAreCutOffAgain(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var buffer bytes.Buffer
		packer := gzip.NewWriter(&buffer)
		_, err := io.WriteString(packer, goodUser)
		require.NoError(t, err)
		require.NoError(t, packer.Close())
		var asked atomic.Int32
		c := newClient(t, instance, through(func(*http.Request) (*http.Response, error) {
			if asked.Add(1) == 1 {
				return reply(http.StatusOK, buffer.String()[:buffer.Len()-9], "Content-Encoding: gzip"), nil
			}
			return reply(http.StatusOK, buffer.String(), "Content-Encoding: gzip"), nil
		}))
		user, err := c.User(t.Context())
		require.NoError(t, err)
		require.Equal(t, "ci", user.Name)
	})
}

func TestClientDetectsNothingInAnOutage(t *testing.T) {
	t.Parallel()
	for name, exchange := range map[string]transport{
		"no connection": func(*http.Request) (*http.Response, error) {
			return nil, &net.OpError{Op: "dial", Err: errors.New("connection refused")}
		},
		"no answer":         func(*http.Request) (*http.Response, error) { return nil, context.DeadlineExceeded },
		"nobody asks":       func(*http.Request) (*http.Response, error) { return nil, context.Canceled },
		"server error":      func(*http.Request) (*http.Response, error) { return reply(500, ""), nil },
		"bad gateway":       func(*http.Request) (*http.Response, error) { return reply(502, "<!doctype html>"), nil },
		"too many requests": func(*http.Request) (*http.Response, error) { return reply(429, ""), nil },
		"a page":            func(*http.Request) (*http.Response, error) { return reply(200, "<!doctype html>"), nil },
		"a page of nothing": func(*http.Request) (*http.Response, error) { return reply(404, "<!doctype html>"), nil },
		"nothing":           func(*http.Request) (*http.Response, error) { return reply(404, ""), nil },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				c := newClient(t, instance, isRunboard, through(exchange))
				_, err := c.Detect(t.Context())
				require.Error(t, err)
				require.True(t, c.Capabilities().Search, "what was known stays")
			})
		})
	}
}
