// Package submit sends result files to any server that speaks the contract, be
// it a Testmo or a Runboard: it reads them with api/report, makes requests of
// what they hold, repeats those that may be repeated, and puts the rest into a
// file when the server stays away. It must not know the store.
package submit

import (
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/runboard/runboard/api"
)

// Options say how a Server is talked to. The zero value works.
type Options struct {
	Token     string        // Never written to a spool, which knows only whether it is the same.
	UserAgent string        // "Runboard" when empty.
	Timeout   time.Duration // Of one attempt of a request; a minute when 0.
	Patience  time.Duration // How long a server that does not answer is asked again; it is asked once when 0.
	Folder    string        // Where a spool is made; the working directory when empty.
	Address   string        // For Resume: where to, instead of where it was meant to go.

	// OtherToken has a spool resumed though it was begun with another token. What
	// was on its way when the server went away may then be there twice.
	OtherToken bool

	Transport http.RoundTripper // One of its own when nil.

	OnWait func(problem error, wait time.Duration) // Hears that something is tried again after a while.
	OnSent func(tests int)                         // Hears how many more tests have been taken.
}

// Server is where results go, one submission after the other.
type Server struct {
	options Options
	client  *api.Client
	base    string
	known   bool       // That it is a Runboard, or that it is none.
	waiting sync.Mutex // For OnWait.
}

// New makes a Server of an address as api.NewClient takes it. It sends nothing yet.
func New(address string, options Options) (*Server, error) {
	options.Timeout = cmp.Or(options.Timeout, time.Minute)
	if options.Transport == nil {
		options.Transport = newTransport(options.Timeout)
	}
	base, err := url.Parse(strings.TrimSpace(address))
	if err != nil {
		return nil, errors.New("the address cannot be read")
	}
	client, err := api.NewClient(address, api.ClientOptions{
		Token: options.Token, Timeout: options.Timeout, Transport: options.Transport, UserAgent: options.UserAgent,
		Pack: !isLocal(base.Hostname()),
		// No less than contract 1.3 wants, unless there is no patience for that.
		Rest: min(time.Minute, max(options.Patience/2, 0)),
	})
	if err != nil {
		return nil, err
	}
	return &Server{options: options, client: client, base: base.Scheme + "://" + base.Host}, nil
}

// isLocal reports whether a host is this machine, to which compressing takes
// longer than sending.
func isLocal(host string) bool {
	return host == "localhost" || net.ParseIP(host).IsLoopback()
}

// newTransport gives a server time to store what it was sent.
func newTransport(timeout time.Duration) http.RoundTripper {
	return &http.Transport{
		Proxy:                  http.ProxyFromEnvironment,
		TLSHandshakeTimeout:    10 * time.Second,
		ResponseHeaderTimeout:  timeout,
		MaxResponseHeaderBytes: 64 << 10,
		DisableCompression:     true, // The client unpacks.
		ForceAttemptHTTP2:      true,
		IdleConnTimeout:        90 * time.Second,
	}
}

// Result is what became of a submission.
type Result struct {
	RunID int64  // 0 when there is none, or none yet.
	Link  string // To the page of the run; "" without a run.
	Tests int    // That the server has confirmed, in this submission and those that it resumes.
	// Unconfirmed says, in a sentence each, what the server may or may not have
	// taken. It cannot happen with a Runboard.
	Unconfirmed []string
	Spool       string // The file with what is left, for Resume; "" when nothing is.
	Away        error  // Why something is left.
}

// Run is a run to be made.
type Run struct {
	ProjectID int64
	api.NewRun
}

// Create makes a run, to which others then submit threads.
func (s *Server) Create(ctx context.Context, run Run) (Result, error) {
	d := s.newDelivery(state{ProjectID: run.ProjectID})
	c := call{Kind: createRun, Key: newKey(), Run: &run.NewRun}
	if err := d.send(ctx, c); err != nil {
		return Result{}, plain(c, err)
	}
	return d.result(), nil
}

// Complete ends a run that was made by Create, after adding to it.
func (s *Server) Complete(ctx context.Context, runID int64, more api.Attachments, end api.RunEnd) (Result, error) {
	d := s.newDelivery(state{RunID: runID})
	keys := keys{prefix: newKey()}
	var calls []call
	if hasAny(more) {
		calls = append(calls, call{Kind: appendRun, Key: keys.next(), More: &more})
	}
	calls = append(calls, call{Kind: completeRun, Key: keys.next(), End: &end})
	for _, c := range calls {
		if err := d.take(ctx, c); err != nil {
			return d.broken(), errors.Join(err, d.abandon())
		}
	}
	return d.finish()
}

func hasAny(more api.Attachments) bool {
	return len(more.Artifacts)+len(more.Fields)+len(more.Links) > 0
}

// newKey is a key that nobody else has.
func newKey() string { return rand.Text() }

// keys makes the keys of the calls of one submission.
type keys struct {
	prefix string
	made   int
}

func (k *keys) next() string {
	k.made++
	return fmt.Sprintf("%s-%d", k.prefix, k.made)
}

// link is the page of a run: that of Testmo is of contract 4.3.
func (s *Server) link(runID int64) string {
	switch {
	case runID == 0:
		return ""
	case s.client.Capabilities().Once:
		return fmt.Sprintf("%s/runs/%d", s.base, runID)
	default:
		return fmt.Sprintf("%s/automation/runs/view/%d", s.base, runID)
	}
}
