package api

import (
	"bytes"
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// misaddressed marks a failure for which another address is to be used.
type misaddressed struct{ failure *Error }

func (m misaddressed) Error() string { return m.failure.Error() }
func (m misaddressed) Unwrap() error { return m.failure }

// IsMisaddressed reports whether an error of a Client says that asking again is no
// use as long as neither the address nor the certificate of the instance changes.
func IsMisaddressed(err error) bool {
	_, isUntrusted := errors.AsType[*tls.CertificateVerificationError](err)
	_, isPlain := errors.AsType[tls.RecordHeaderError](err)
	_, isMarked := errors.AsType[misaddressed](err)
	return isUntrusted || isPlain || isMarked || errors.Is(err, http.ErrSchemeMismatch)
}

// unavailable is an outage in a sentence; cause is for the log.
func (c *Client) unavailable(cause error, message string) *Error {
	return &Error{Kind: KindUnavailable, Message: c.hide(message), Err: c.hidden(cause)}
}

func (c *Client) notAPI(cause error) *Error {
	return c.unavailable(cause, "The instance answered with something that is not its API.")
}

// hide keeps the token out of texts, whoever put it there.
func (c *Client) hide(text string) string {
	if c.options.Token == "" {
		return text
	}
	return strings.ReplaceAll(text, c.options.Token, "***")
}

func (c *Client) hidden(cause error) error {
	if cause == nil || c.hide(cause.Error()) == cause.Error() {
		return cause
	}
	return errors.New(c.hide(cause.Error()))
}

// unreachable is why there was no answer at all.
func (c *Client) unreachable(err error) error {
	if moved, ok := errors.AsType[misaddressed](err); ok {
		return misaddressed{c.unavailable(nil, moved.failure.Message)}
	}
	if errors.Is(err, context.Canceled) {
		return fmt.Errorf("asking the instance: %w", c.hidden(err))
	}
	if proxy := deadProxy(err); proxy != "" {
		return c.unavailable(err, fmt.Sprintf("The proxy %s, which is asked for the instance, cannot be reached.", proxy))
	}
	if _, ok := errors.AsType[*net.DNSError](err); ok {
		return c.unavailable(err, "The host of the instance cannot be found.")
	}
	if errors.Is(err, http.ErrSchemeMismatch) {
		return c.unavailable(err, "The instance does not speak https at this port.")
	}
	if strings.Contains(err.Error(), alertForPlain) {
		return c.forTLS()
	}
	if _, isAlert := errors.AsType[tls.AlertError](err); isAlert || IsMisaddressed(err) {
		return c.unavailable(err, "There is no secure connection to the instance: its certificate or its TLS is not accepted.")
	}
	timeout, ok := errors.AsType[net.Error](err)
	if errors.Is(err, context.DeadlineExceeded) || ok && timeout.Timeout() {
		return c.unavailable(err, "The instance did not answer in time.")
	}
	if dial, ok := errors.AsType[*net.OpError](err); ok && dial.Op == "dial" {
		return c.unavailable(err, "The instance cannot be reached.")
	}
	return transient{c.unavailable(err, "The connection to the instance broke off.")}
}

// deadProxy is the address or the name of the proxy that cannot be reached, or "".
func deadProxy(err error) string {
	outer, ok := errors.AsType[*net.OpError](err)
	if !ok || outer.Op != "proxyconnect" {
		return ""
	}
	if unknown, ok := errors.AsType[*net.DNSError](outer.Err); ok {
		return unknown.Name
	}
	if dial, ok := errors.AsType[*net.OpError](outer.Err); ok && dial.Addr != nil {
		return dial.Addr.String()
	}
	return "of the environment"
}

// alertForPlain is how net/http tells that plain http was answered with an alert of TLS.
const alertForPlain = `malformed HTTP response "\x15\x03`

// isForTLS reports whether a refusal is that of a port for https, in the words of
// Go's servers, of nginx, or of Apache.
func isForTLS(status int, text []byte) bool {
	return status == http.StatusBadRequest && (bytes.Contains(text, []byte("HTTP request to an HTTPS server")) ||
		bytes.Contains(text, []byte("plain HTTP request was sent to HTTPS port")) ||
		bytes.Contains(text, []byte("speaking plain HTTP to an SSL-enabled server port")))
}

func (c *Client) forTLS() error {
	address := strings.Replace(c.base, "http:", "https:", 1)
	return misaddressed{c.unavailable(nil, fmt.Sprintf("The instance speaks https at this port. Use %s.", address))}
}

// unreadable is why the body of an answer is of no use.
func (c *Client) unreadable(err error) error {
	switch {
	case errors.Is(err, errTooLarge):
		return c.unavailable(err, "The answer of the instance is too large.")
	case errors.Is(err, errNotAPI), isCorrupt(err):
		return c.notAPI(errors.Join(errNotAPI, err))
	default:
		return c.unreachable(err)
	}
}

// maxTold is how many bytes of an error answer are read.
const maxTold = 64 << 10

// refusal rebuilds the error that an instance answers with: contract 1.3.
func (c *Client) refusal(response *http.Response) error {
	if response.StatusCode < http.StatusBadRequest {
		return c.notAPI(fmt.Errorf("%w: its status is %d", errNotAPI, response.StatusCode))
	}
	text, err := readAll(response, maxTold)
	if isForTLS(response.StatusCode, text) {
		return c.forTLS()
	}
	wait, told := retryAfter(response.Header.Get("Retry-After"))
	e := &Error{
		Kind:    KindOf(response.StatusCode),
		Message: fmt.Sprintf("The instance answered with %d %s.", response.StatusCode, http.StatusText(response.StatusCode)),
	}
	if err == nil && json.Valid(text) {
		c.fill(e, text)
	} else if !isOutage(e.Kind) { // Of which anybody may tell.
		e.Err = errNotAPI
	}
	switch e.Kind { //nolint:exhaustive // The others are answers to the request, which will not change.
	case KindRateLimited:
		if !told {
			wait = c.options.Rest
		}
		e.RetryAfter = wait
		c.rest.begin(e)
	case KindUnavailable, KindInternal:
		e.RetryAfter = wait
	default:
		return e
	}
	return transient{e}
}

// fill takes the message and the fields of an error answer, if it has any.
func (c *Client) fill(e *Error, text []byte) {
	var told struct {
		Message string              `json:"message"`
		Errors  map[string][]string `json:"errors"`
	}
	// What can be read of a misshapen answer is better than nothing.
	if err := json.Unmarshal(text, &told); err != nil {
		e.Err = c.hidden(err)
	}
	if message := strings.TrimSpace(told.Message); message != "" {
		e.Message = c.hide(cut(message, 1000))
	}
	if e.Kind != KindInvalid || len(told.Errors) == 0 {
		return
	}
	e.Fields = make(map[string][]string, len(told.Errors))
	for field, texts := range told.Errors {
		for _, text := range texts {
			e.Fields[field] = append(e.Fields[field], c.hide(text))
		}
	}
}

// cut is at most so many bytes of a text, whole letters only.
func cut(text string, limit int) string {
	if len(text) <= limit {
		return text
	}
	return strings.ToValidUTF8(text[:limit], "") + "…"
}

// retryAfter reads seconds or a date; false for anything else.
func retryAfter(text string) (time.Duration, bool) {
	if seconds, err := strconv.ParseUint(text, 10, 31); err == nil {
		return time.Duration(seconds) * time.Second, true
	}
	if date, err := http.ParseTime(text); err == nil {
		return max(0, time.Until(date)), true
	}
	return 0, false
}
