package handlers

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"github.com/runboard/runboard/views"
)

// start is what a newcomer can paste to submit a first run.
func (h *Handlers) start(r *http.Request, projectID int64) *views.StartView {
	if h.Instance != "" {
		return nil
	}
	return &views.StartView{
		TokenCommand:  "export TESTMO_TOKEN=$(" + h.TokenCommand + ")",
		SubmitCommand: FirstReport(h.address(r), h.Certificate, projectID),
	}
}

// FirstReport is a command that submits a run to the server at an address, with
// a token in TESTMO_TOKEN. Over https it is Testmo's CLI, which takes nothing
// else and is told to trust the certificate of that file, which is one word of a
// shell, quoted where it must be, or "" for none; over http the API itself is called.
func FirstReport(address, certificate string, projectID int64) string {
	if !strings.HasPrefix(address, "https:") {
		return fmt.Sprintf(submitPlainly, address, projectID)
	}
	trust := ""
	if certificate != "" {
		trust = "export NODE_EXTRA_CA_CERTS=" + certificate + "\n"
	}
	return trust + fmt.Sprintf(submitOverTLS, address, projectID)
}

const submitOverTLS = `npx --yes @testmo/testmo-cli automation:run:submit \
  --instance %s --project-id %d \
  --name "First run" --source backend --results results/*.xml`

const submitPlainly = `post() {
  curl -fsS -H "Authorization: Bearer $TESTMO_TOKEN" -H "Content-Type: application/json" \
    -d "$2" "%s/api/v1/$1" | tr -dc 0-9
}
run=$(post projects/%d/automation/runs '{"name": "First run", "source": "backend"}')
thread=$(post "automation/runs/$run/threads" '{}')
post "automation/runs/threads/$thread/append" \
  '{"tests": [{"key": "greets", "name": "greets", "folder": "hello", "status": "passed"}]}'
post "automation/runs/$run/complete" '{"measure_elapsed": true}'`

// address is where this server is reached: as configured, or as it was asked for.
func (h *Handlers) address(r *http.Request) string {
	if h.BaseURL != "" {
		return strings.TrimSuffix(h.BaseURL, "/")
	}
	scheme := "http"
	if r.TLS != nil {
		scheme = "https"
	}
	// A host that is no host would end up in a command that people paste.
	u, err := url.Parse(scheme + "://" + r.Host)
	if err != nil || u.Host != r.Host || strings.ContainsAny(r.Host, "\"'`$&|;<>()\\ ") {
		return scheme + "://127.0.0.1:8080"
	}
	return u.String()
}
