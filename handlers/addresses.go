package handlers

import (
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
)

// The web addresses of Testmo, which its clients print, lead to the page of the
// same thing: contract 4.3. What of their query cannot be read is left behind.

func (h *Handlers) movedRun(w http.ResponseWriter, r *http.Request) error {
	id, err := pathID(r, "id", "run")
	if err != nil {
		return err
	}
	v, _ := h.visit(r)
	http.Redirect(w, r, v.runURL(id, v.tests), http.StatusFound)
	return nil
}

func (h *Handlers) movedResults(w http.ResponseWriter, r *http.Request) error {
	id, err := pathID(r, "id", "run")
	if err != nil {
		return err
	}
	v, _ := h.visit(r)
	filter := v.tests
	filter.ThreadID = threadOf(r.URL)
	http.Redirect(w, r, v.runURL(id, filter), http.StatusFound)
	return nil
}

func (h *Handlers) movedRuns(w http.ResponseWriter, r *http.Request) error {
	id, err := pathID(r, "id", "project")
	if err != nil {
		return err
	}
	v, _ := h.visit(r)
	http.Redirect(w, r, v.runsURL(id, v.allRuns()), http.StatusFound)
	return nil
}

func (h *Handlers) movedSources(w http.ResponseWriter, r *http.Request) error {
	id, err := pathID(r, "id", "project")
	if err != nil {
		return err
	}
	v, _ := h.visit(r)
	http.Redirect(w, r, v.sourcesURL(id), http.StatusFound)
	return nil
}

// threadOf is the one thread that Testmo's filter names; 0 when it names none,
// several, or cannot be read.
func threadOf(u *url.URL) int64 {
	var filter struct {
		Conditions map[string]struct {
			Values []int64 `json:"values"`
		} `json:"conditions"`
	}
	encoded := strings.TrimRight(u.Query().Get("filter"), "=")
	data, err := base64.RawURLEncoding.DecodeString(encoded)
	if err != nil || json.Unmarshal(data, &filter) != nil {
		return 0
	}
	values := filter.Conditions["automation_run_tests:thread_id"].Values
	if len(values) != 1 || values[0] < 1 {
		return 0
	}
	return values[0]
}
