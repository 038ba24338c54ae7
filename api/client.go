package api

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"sync/atomic"
	"time"

	"golang.org/x/net/http/httpguts"
)

// ClientOptions say how a Client asks. The zero value works.
type ClientOptions struct {
	Token     string            // Sent as "Authorization: Bearer …"; none is sent when empty.
	Timeout   time.Duration     // Of one call with all its attempts; 20 s when 0.
	Transport http.RoundTripper // One of its own when nil, which heeds the proxy settings of the environment.
	UserAgent string            // "Runboard" when empty.
	MaxBody   int64             // Bytes that an answer may have once decompressed; 32 MiB when 0.
	Log       *slog.Logger      // Hears of failures that the caller may not see; discards when nil.
	Runboard  bool              // The instance is known to be a Runboard; see Detect.
	Rest      time.Duration     // After a KindRateLimited that does not tell how long; a minute when 0: contract 1.3.
	Pack      bool              // What is sent to a Runboard is compressed; nobody knows whether a Testmo takes that.
}

// Client speaks the contract to one instance of Testmo, or to a Runboard. It is
// a Reader and a Writer, safe for concurrent use.
//
// Its errors are *Error, as the instance gave them or KindUnavailable, except
// when the caller's own context is cancelled or something has panicked. When the
// instance cannot answer a question that it has answered before, the former
// answer stands in; Freshness says so where the type has one. After a
// KindRateLimited nothing is sent until the instance wants to be asked again.
//
// Instances that do not know the newer endpoints of contract 4.2 have no
// configurations and no tags, DefaultStatuses unless a run names others, and
// empty lists of tests with a Freshness.Problem.
type Client struct {
	base     string // "https://host".
	options  ClientOptions
	http     *http.Client
	runboard atomic.Bool
	kept     keptAnswers
	flights  flights
	packers  packers
	rest     rest
}

var (
	_ Reader = (*Client)(nil)
	_ Writer = (*Client)(nil)
)

// ErrToken says that a token cannot be one.
var ErrToken = errors.New("the token holds a character that cannot be sent, such as the end of a line")

// NewClient makes a client of the instance at an address such as
// "https://acme.testmo.net", with or without "/api/v1". It sends nothing yet.
func NewClient(baseURL string, opts ClientOptions) (*Client, error) {
	base, err := parseBase(baseURL)
	if err != nil {
		return nil, err
	}
	if !httpguts.ValidHeaderFieldValue(opts.Token) {
		return nil, ErrToken
	}
	if opts.Timeout == 0 {
		opts.Timeout = 20 * time.Second
	}
	if opts.Transport == nil {
		opts.Transport = newTransport()
	}
	if opts.UserAgent == "" {
		opts.UserAgent = "Runboard"
	}
	if opts.MaxBody == 0 {
		opts.MaxBody = 32 << 20
	}
	if opts.Rest == 0 {
		opts.Rest = time.Minute
	}
	if opts.Log == nil {
		opts.Log = slog.New(slog.DiscardHandler)
	}
	c := &Client{base: base, options: opts, kept: keptAnswers{limit: maxKept}}
	c.http = &http.Client{Transport: opts.Transport, CheckRedirect: checkRedirect}
	c.runboard.Store(opts.Runboard)
	return c, nil
}

// parseBase is the address without a path: contract 1 has the API at the root.
func parseBase(text string) (string, error) {
	base, err := url.Parse(strings.TrimSpace(text))
	path := ""
	if err == nil {
		path = strings.TrimSuffix(strings.TrimSuffix(base.Path, "/"), "/api/v1")
	}
	switch {
	case err != nil, base.Hostname() == "", base.Scheme != "http" && base.Scheme != "https":
		return "", errors.New("the address of the instance must be like https://acme.testmo.net")
	case base.User != nil:
		return "", errors.New("the address of the instance must not hold a name or a password")
	case path != "", base.RawQuery != "", base.Fragment != "":
		return "", fmt.Errorf("the address of the instance must end after %s://%s", base.Scheme, base.Host)
	}
	return base.Scheme + "://" + base.Host, nil
}

// Capabilities are what the instance can do beyond the contract: nothing unless
// it is a Runboard. Filters that need more are refused with KindInvalid before
// anything is sent, because a list that ignored them would mislead.
func (c *Client) Capabilities() Capabilities {
	if c.runboard.Load() {
		return AllCapabilities()
	}
	return Capabilities{RunSorts: RunSorts()[:1], TestSorts: TestSorts()[:5]}
}

// description is the part of an OpenAPI document that tells a Runboard.
type description struct {
	Info struct {
		Runboard json.RawMessage `json:"x-runboard"`
	} `json:"info"`
}

func (*description) isAnswer() bool { return true }

// Detect asks once whether the instance is a Runboard, and has Capabilities follow.
// It is one when "info" of its /api/v1/openapi.json holds "x-runboard", and none
// when it has another document there, or says in JSON that it has none. The error
// says that the instance told neither; then Capabilities stay as they were. A page
// tells nothing, as it may be of something that stands before the instance.
func (c *Client) Detect(ctx context.Context) (bool, error) {
	ctx, cancel := context.WithTimeout(ctx, c.options.Timeout)
	defer cancel()
	var found description
	b, err := c.attempt(ctx, http.MethodGet, join("/openapi.json", ""), nil)
	if err == nil {
		if err = b.decode(&found); err != nil {
			err = c.notAPI(err)
		}
	}
	err = unmarked(err)
	if refused, ok := errors.AsType[*Error](err); err != nil && (!ok || isOutage(refused.Kind) || IsNotAPI(err)) {
		return false, err
	}
	is := err == nil && len(found.Info.Runboard) > 0
	c.runboard.Store(is)
	return is, nil
}

func (u *User) isAnswer() bool { return u.ID != 0 }

// User is who the token acts as, which makes it a test of address and token:
// contract 4.1.
func (c *Client) User(ctx context.Context) (User, error) {
	user, _, err := get[User](ctx, c, "/user", "")
	return user, err
}
