package submit_test

import (
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/runboard/runboard/api"
	"github.com/runboard/runboard/api/report"
	"github.com/runboard/runboard/api/submit"
)

func TestSubmit(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	sent := 0
	options := w.options(t)
	options.OnSent = func(tests int) { sent += tests }
	sub := submission(results(t, 612))
	sub.Run.Tags = []string{"nightly"}
	sub.Run.Links = []api.Link{{Name: "Build", URL: "https://ci.test/1"}}
	sub.Thread.Fields = []api.Field{{Type: api.FieldString, Name: "Shard", Value: new("1")}}

	result, read, err := w.server(t, options).Submit(t.Context(), sub)
	require.NoError(t, err)
	require.Equal(t, submit.Result{RunID: 1, Link: "http://board.test/runs/1", Tests: 612}, result)
	require.Equal(t, report.Counts{Tests: 612, Passed: 612}, read.Counts)
	require.Equal(t, 612, sent)
	w.requireAll(t, 1, 612)
	run, _ := w.show(t, 1)
	require.Equal(t, "Nightly", run.Name)
	require.Equal(t, []string{"nightly"}, run.Tags)
	require.Equal(t, sub.Run.Links, run.Links)
	require.Len(t, run.Threads, 1)
	require.Equal(t, "Shard", run.Threads[0].Fields[0].Name)
	require.Len(t, w.requests, 1+2+3+1, "250 tests a request")
}

// A job of several makes the run, each of them a thread of it, and one ends it.
func TestParallelJobs(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	s := w.server(t, w.options(t))
	made, err := s.Create(t.Context(), submit.Run{ProjectID: 1, NewRun: api.NewRun{Name: "Split", Source: "backend"}})
	require.NoError(t, err)
	require.Equal(t, int64(1), made.RunID)
	for range 2 {
		sub := submit.Submission{RunID: 1, Files: submit.Files{Patterns: []string{results(t, 3)}}}
		sub.More.Links = []api.Link{{Name: "Job", URL: "https://ci.test/job"}}
		result, _, err := s.Submit(t.Context(), sub)
		require.NoError(t, err)
		require.Equal(t, int64(1), result.RunID)
	}
	run, _ := w.show(t, 1)
	require.False(t, run.IsCompleted)
	require.Equal(t, 2, run.ThreadCompletedCount)
	require.Len(t, run.Links, 2)
	more := api.Attachments{Fields: []api.Field{{Type: api.FieldString, Name: "Version", Value: new("2")}}}
	_, err = s.Complete(t.Context(), 1, more, api.RunEnd{})
	require.NoError(t, err)
	run, tests := w.show(t, 1)
	require.True(t, run.IsCompleted)
	require.Len(t, tests, 6)
	require.Len(t, run.Fields, 1)
}

// Threads are sent to at the same time, and all attempts of a test are in one of
// them, in their order.
func TestSeveralThreads(t *testing.T) {
	t.Parallel()
	const tests, attempts = 400, 3
	var text strings.Builder
	text.WriteString(`<testsuite name="shop">`)
	for n := range attempts {
		for i := range tests {
			fmt.Fprintf(&text, `<testcase classname="shop.Orders" name="takes %d items" time="%d"/>`, i, n+1)
		}
	}
	sub := submission(file(t, "results.xml", text.String()+`</testsuite>`))
	sub.Threads = 2
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		var firsts sync.Map
		var both sync.WaitGroup
		both.Add(sub.Threads)
		w.before = func(r *http.Request) refusal {
			if _, isLater := firsts.LoadOrStore(r.URL.Path, true); !isLater && strings.Contains(r.URL.Path, "/threads/") {
				both.Done()
				both.Wait() // For ever, if the other one comes only after this one.
			}
			return refusal{}
		}
		result, _, err := w.server(t, w.options(t)).Submit(t.Context(), sub)
		require.NoError(t, err)
		require.Equal(t, tests*attempts, result.Tests)
		run, all := w.show(t, result.RunID)
		require.True(t, run.IsCompleted)
		require.Len(t, run.Threads, sub.Threads)
		require.Equal(t, int64(tests*(1+2+3))*time.Second.Microseconds(), *run.Elapsed)
		require.Len(t, all, tests*attempts)
		attemptsOf := map[string][]int64{}
		for _, test := range all {
			attemptsOf[test.Name] = append(attemptsOf[test.Name], int64(test.ThreadID), *test.Elapsed/time.Second.Microseconds())
		}
		require.Len(t, attemptsOf, tests)
		for name, got := range attemptsOf {
			require.Equal(t, []int64{got[0], 1, got[0], 2, got[0], 3}, got, name)
		}
	})
}

func TestUnreadableFiles(t *testing.T) {
	t.Parallel()
	good := results(t, 2)
	broken := file(t, "broken.xml", `<testsuite><testcase name="before"/><testcase`)
	other := file(t, "notes.txt", "nothing")
	modules := t.TempDir()
	require.NoError(t, os.Mkdir(modules+"/module", 0o700))
	require.NoError(t, os.Rename(results(t, 2), modules+"/module/results.xml"))
	givenUp := file(t, "smoke.tap", "1..3\nok 1 - starts\nBail out! No database.\n")
	for name, test := range map[string]struct {
		paths    []string
		isStrict bool
		sent     int // -1 for no run.
		err      string
		readErr  string
	}{
		"the others go through":         {[]string{broken, good}, false, 3, "", "1 of 2 result files"},
		"all or nothing":                {[]string{broken, good}, true, -1, "nothing was sent", "1 of 2 result files"},
		"all and nothing wrong":         {[]string{good}, true, 2, "", ""},
		"tests that were given up":      {[]string{givenUp, good}, false, 3, "", "in 1 of 2 result files, results are missing or doubtful"},
		"given up, and all or nothing":  {[]string{givenUp, good}, true, -1, "nothing was sent", "results are missing"},
		"a file that is named twice":    {[]string{good, filepath.Dir(good) + "/../" + filepath.Base(filepath.Dir(good)) + "/*.xml"}, false, 2, "", ""},
		"a file of a folder":            {[]string{good, filepath.Dir(good)}, false, 2, "", ""},
		"an empty file of a folder":     {[]string{good, filepath.Dir(file(t, "empty.xml", " "))}, false, 2, "", "1 of 2 result files"},
		"a file that barely began":      {[]string{good, filepath.Dir(file(t, "begun.xml", "<?xml version='1.0'?>\n<tests"))}, true, -1, "nothing was sent", "1 of 2 result files"},
		"an empty log of a folder":      {[]string{good, filepath.Dir(file(t, "err.log", ""))}, true, 2, "", ""},
		"no report, by name and folder": {[]string{good, other, filepath.Dir(other)}, false, 2, "", "1 of 2 result files"},
		"a folder, by a pattern":        {[]string{modules + "/mod*"}, false, 2, "", ""},
		"no report, by a pattern":       {[]string{good, filepath.Dir(other) + "/*.txt"}, false, 2, "", "1 of 2 result files"},
		"nothing to send":               {[]string{other}, false, -1, "nothing was sent", "1 of 1 result files"},
		"a name that nothing has":       {[]string{good + "x"}, false, -1, "nothing was sent", "1 of 1 result files"},
		"a pattern that nothing fits":   {[]string{good + "*x"}, false, -1, "nothing was sent", "1 of 1 result files"},
		"a file without tests":          {[]string{results(t, 0)}, false, 0, "", ""},
		"what was broken holds a test":  {[]string{broken}, false, 1, "", "1 of 1 result files"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			sub := submission(test.paths...)
			sub.IsStrict = test.isStrict
			var told []string
			sub.Files.OnFile = func(read report.Report, err error) { told = append(told, fmt.Sprint(read.File, err)) }
			_, read, err := w.server(t, w.options(t)).Submit(t.Context(), sub)
			slices.Sort(told)
			require.Len(t, slices.Compact(told), len(told), "each file is told of once")
			requireText(t, test.err, err)
			requireText(t, test.readErr, read.Err())
			if test.sent < 0 {
				require.Empty(t, w.requests, "nothing is sent")
				return
			}
			run, _ := w.show(t, 1)
			require.True(t, run.IsCompleted)
			require.Equal(t, test.sent, run.Total)
			requireMissing(t, run, read.Missing)
		})
	}
}

// requireMissing wants the thread of the run to show what is missing.
func requireMissing(t *testing.T, run api.Run, sentences []string) {
	t.Helper()
	fields := run.Threads[0].Fields
	if sentences == nil {
		require.Empty(t, fields)
		return
	}
	require.Len(t, fields, 1)
	require.True(t, fields[0].IsHighlight)
	require.Equal(t, "Missing results", fields[0].Name)
	require.Equal(t, strings.Join(sentences, "\n"), *fields[0].Value)
}

func TestMissingResultsAreNotListedForEver(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	var paths []string
	for range 60 {
		paths = append(paths, file(t, "broken.xml", "<testsuite>\n<testcase"))
	}
	_, read, err := w.server(t, w.options(t)).Submit(t.Context(), submission(paths...))
	require.ErrorContains(t, err, "nothing was sent")
	require.Len(t, read.Missing, 51)
	require.Contains(t, read.Missing[0], "broken.xml, line 2: ")
	require.Equal(t, "And 10 more like these.", read.Missing[50])
}

func requireText(t *testing.T, text string, err error) {
	t.Helper()
	if text == "" {
		require.NoError(t, err)
	} else {
		require.ErrorContains(t, err, text)
	}
}

// A command that left no results has its output shown nevertheless.
func TestSubmitsTheOutcomeAlone(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	sub := submission("nothing/*.xml")
	outcome, err := submit.Execute(t.Context(), []string{"sh", "-c", "echo no compiler; exit 2"}, nil, &strings.Builder{}, &strings.Builder{})
	require.NoError(t, err)
	outcome.Note(&sub.Thread)
	_, read, err := w.server(t, w.options(t)).Submit(t.Context(), sub)
	require.NoError(t, err)
	require.Error(t, read.Err())
	run, _ := w.show(t, 1)
	require.Contains(t, *run.Threads[0].Fields[0].Value, "no compiler")
	require.Positive(t, *run.Elapsed)
}

// What the server refuses is told with its words, and the run stays open.
func TestRefusals(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	sub := submission(results(t, 1))
	sub.Run.Config = "Netscape"
	_, _, err := w.server(t, w.options(t)).Submit(t.Context(), sub)
	require.True(t, api.IsKind(err, api.KindInvalid), err)
	require.Zero(t, w.runs(t))

	w.before = func(r *http.Request) refusal {
		if strings.HasSuffix(r.URL.Path, "/append") {
			return refusal{status: http.StatusForbidden}
		}
		return refusal{}
	}
	result, _, err := w.server(t, w.options(t)).Submit(t.Context(), submission(results(t, 1)))
	require.ErrorContains(t, err, "run 1 stays open and holds 0 tests")
	require.Equal(t, int64(1), result.RunID)
	require.Empty(t, result.Spool)
}

// What is told of a run that others have made is what the server says of it, and
// one that a submission has nothing in is none of its results.
func TestRefusalsOfRunsThatExist(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	s := w.server(t, w.options(t))
	done, _, err := s.Submit(t.Context(), submission(results(t, 1)))
	require.NoError(t, err)
	thread := func(run int64) submit.Submission {
		return submit.Submission{RunID: run, Files: submit.Files{Patterns: []string{results(t, 1)}}}
	}
	more := api.Attachments{Links: []api.Link{{Name: "Job", URL: "https://ci.test/job"}}}
	for name, send := range map[string]func() (submit.Result, error){
		"a thread of no run":     func() (submit.Result, error) { r, _, err := s.Submit(t.Context(), thread(9999)); return r, err },
		"a thread after the end": func() (submit.Result, error) { r, _, err := s.Submit(t.Context(), thread(done.RunID)); return r, err },
		"the end of no run":      func() (submit.Result, error) { return s.Complete(t.Context(), 9999, api.Attachments{}, api.RunEnd{}) },
		"more after the end":     func() (submit.Result, error) { return s.Complete(t.Context(), done.RunID, more, api.RunEnd{}) },
	} {
		result, err := send()
		require.Error(t, err, name)
		require.NotContains(t, err.Error(), "stays open", name)
		require.Equal(t, submit.Result{}, result, name)
	}
}

// A proxy may take less at once than the server.
func TestSplitsWhatIsTooLarge(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.before = func(r *http.Request) refusal {
		if r.ContentLength > 6000 {
			return refusal{status: http.StatusRequestEntityTooLarge}
		}
		return refusal{}
	}
	result, _, err := w.server(t, w.options(t)).Submit(t.Context(), submission(results(t, 300)))
	require.NoError(t, err)
	w.requireAll(t, result.RunID, 300)
}

// Requests are packed for a Runboard that is elsewhere, and for nothing else.
func TestPacks(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		address  string
		isTestmo bool
		encoding string
	}{
		"runboard": {"https://board.test", false, "gzip"}, "this machine": {"http://127.0.0.1:1", false, ""}, "testmo": {"https://acme.testmo.test", true, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			w.isTestmo = test.isTestmo
			w.before = func(r *http.Request) refusal {
				if strings.HasSuffix(r.URL.Path, "/append") && r.Header.Get("Content-Encoding") != test.encoding {
					return refusal{status: http.StatusTeapot}
				}
				return refusal{}
			}
			s, err := submit.New(test.address, w.options(t))
			require.NoError(t, err)
			result, _, err := s.Submit(t.Context(), submission(results(t, 100)))
			require.NoError(t, err)
			w.requireAll(t, result.RunID, 100)
			require.Equal(t, test.isTestmo, strings.HasSuffix(result.Link, "/automation/runs/view/1"))
		})
	}
}

// Something that is no API is told at once.
func TestOtherServers(t *testing.T) {
	t.Parallel()
	other := httptest.NewServer(http.FileServer(http.Dir(t.TempDir())))
	defer other.Close()
	s, err := submit.New(other.URL, submit.Options{Token: "token", Patience: time.Millisecond})
	require.NoError(t, err)
	_, _, err = s.Submit(t.Context(), submission(results(t, 1)))
	require.Error(t, err)
}

// Something that another address is needed for is told at once, and nothing is
// kept for the wrong one.
func TestWrongAddresses(t *testing.T) {
	t.Parallel()
	secure := httptest.NewUnstartedServer(http.NotFoundHandler())
	secure.Config.ErrorLog = log.New(io.Discard, "", 0)
	secure.StartTLS()
	t.Cleanup(secure.Close)
	plain := httptest.NewServer(http.NotFoundHandler())
	t.Cleanup(plain.Close)
	moved := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, secure.URL+r.URL.Path, http.StatusMovedPermanently)
	}))
	t.Cleanup(moved.Close)
	for name, test := range map[string]struct{ address, want string }{
		"a certificate that nobody knows": {secure.URL, "secure connection"},
		"https for a port with http":      {strings.Replace(plain.URL, "http:", "https:", 1), "does not speak https"},
		"http for a port with https":      {strings.Replace(secure.URL, "https:", "http:", 1), "Use " + secure.URL},
		"a redirect":                      {moved.URL, "redirects to " + secure.URL + ", which is not followed. Use that address."},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			folder := t.TempDir()
			s, err := submit.New(test.address, submit.Options{
				Token: "token", Folder: folder, Patience: time.Minute, OnWait: func(problem error, _ time.Duration) { t.Errorf("waits: %v", problem) },
			})
			require.NoError(t, err)
			result, _, err := s.Submit(t.Context(), submission(results(t, 1)))
			require.ErrorContains(t, err, test.want)
			require.Equal(t, submit.Result{}, result)
			left, err := os.ReadDir(folder)
			require.NoError(t, err)
			require.Empty(t, left)
		})
	}
}

// A server that has been found may be behind a redirect for a while.
func TestRedirectsForAWhile(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		w.atAppend(2, func() refusal { return refusal{status: http.StatusFound, location: "https://board.test/closed"} })
		result, _, err := w.server(t, w.options(t)).Submit(t.Context(), submission(results(t, 612)))
		require.NoError(t, err)
		w.requireAll(t, result.RunID, 612)
	})
}
