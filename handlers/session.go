package handlers

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/runboard/runboard/api"
	"github.com/runboard/runboard/api/query"
)

// preferences are what a reader has chosen, kept in the session. Their form tags
// are the names of the settings form and of the session's values alike. The zero
// value prefers nothing.
type preferences struct {
	Theme       string `form:"theme"`        // One of themes, or "".
	Zone        string `form:"zone"`         // Chosen by hand; "" for the browser's.
	BrowserZone string `form:"browser_zone"` // Told by the browser; "" when it has not.
	PerPage     int    `form:"per_page"`     // One of api.PageSizes, or 0.
	Keys        string `form:"keys"`         // keysOn, which "" means too, or keysOff.
}

// Whether there are keyboard shortcuts.
const (
	keysOn  = "on"
	keysOff = "off"
)

func isTheme(name string) bool { return slices.Contains([]string{"light", "dark", "auto"}, name) }

// Validate adds what is not a known value.
func (p *preferences) Validate(problems *api.Problems) {
	if p.Theme != "" && !isTheme(p.Theme) {
		problems.Add("theme", "Must be one of light, dark, auto.")
	}
	if p.PerPage != 0 && !slices.Contains(api.PageSizes(), p.PerPage) {
		problems.Add("per_page", "Must be one of 15, 25, 50, 100.")
	}
	if !slices.Contains([]string{"", keysOn, keysOff}, p.Keys) {
		problems.Add("keys", "Must be on or off.")
	}
	for field, zone := range map[string]string{"zone": p.Zone, "browser_zone": p.BrowserZone} {
		if _, err := time.LoadLocation(zone); err != nil || zone == "Local" {
			problems.Add(field, "Must be the name of a time zone, such as Europe/Berlin.")
		}
	}
}

// location is the zone to show times in: the chosen one, else the browser's, else UTC.
func (p *preferences) location() *time.Location {
	for _, name := range []string{p.Zone, p.BrowserZone} {
		if zone, err := time.LoadLocation(name); name != "" && err == nil {
			return zone
		}
	}
	return time.UTC
}

// preferences reads the session. One that cannot be read, such as that of a
// former key, is a new one; one that can holds what was checked when it was saved.
func (h *Handlers) preferences(r *http.Request) preferences {
	var p preferences
	session, _ := h.Sessions.Get(r, h.SessionName)
	if session == nil {
		return p
	}
	p.PerPage, _ = session.Values["per_page"].(int)
	for name, text := range p.texts() {
		*text, _ = session.Values[name].(string)
	}
	return p
}

func (p *preferences) store(values map[any]any) {
	values["per_page"] = p.PerPage
	for name, text := range p.texts() {
		values[name] = *text
	}
}

func (p *preferences) texts() map[string]*string {
	return map[string]*string{"theme": &p.Theme, "zone": &p.Zone, "browser_zone": &p.BrowserZone, "keys": &p.Keys}
}

// savePreferences takes the settings form, or the browser's zone alone. What is
// not sent stays as it is.
func (h *Handlers) savePreferences(w http.ResponseWriter, r *http.Request) error {
	body, err := readForm(w, r)
	if err != nil {
		return err
	}
	p := h.preferences(r)
	var form struct {
		Back  string `form:"back"`
		Theme string `form:"theme"`
	}
	if err := query.Decode(&form, body); err != nil {
		return &api.Error{Kind: api.KindMalformed, Message: "The form cannot be read.", Err: err}
	}
	if form.Theme != "" {
		// The form is whole: a zone that is empty, or a box that is not ticked, has been chosen so.
		p.Zone, p.Keys = "", keysOff
	}
	if err := api.DecodeFilter(&p, body); err != nil {
		return err
	}
	// The error is about the former cookie, which is replaced.
	session, _ := h.Sessions.Get(r, h.SessionName)
	if session == nil {
		return errors.New("the session store gives no session")
	}
	p.store(session.Values)
	if err := session.Save(r, w); err != nil {
		return fmt.Errorf("saving the session: %w", err)
	}
	http.Redirect(w, r, backTo(form.Back), http.StatusSeeOther)
	return nil
}

// maxForm is how many bytes a submitted form may have.
const maxForm = 4 << 10

// readForm is the body of a form, still encoded.
func readForm(w http.ResponseWriter, r *http.Request) (string, error) {
	if !strings.HasPrefix(r.Header.Get("Content-Type"), "application/x-www-form-urlencoded") {
		return "", &api.Error{Kind: api.KindMalformed, Message: "A form is expected."}
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxForm))
	if _, tooLarge := errors.AsType[*http.MaxBytesError](err); tooLarge {
		return "", &api.Error{Kind: api.KindTooLarge, Message: "The form is too large.", Err: err}
	}
	if err != nil {
		return "", &api.Error{Kind: api.KindMalformed, Message: "The form did not arrive whole.", Err: fmt.Errorf("reading a form: %w", err)}
	}
	return string(body), nil
}

// backTo is a local address to return to; "/" for any other.
func backTo(address string) string {
	u, err := url.Parse(address)
	// Browsers read a backslash as a slash, and two of them as a host.
	isLocal := err == nil && u.Scheme == "" && u.Host == "" && u.User == nil && strings.HasPrefix(u.Path, "/") &&
		!strings.HasPrefix(u.Path, "//") && !strings.Contains(u.Path, `\`)
	if !isLocal {
		return "/"
	}
	return localURL(u)
}
