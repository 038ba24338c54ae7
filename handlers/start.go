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
		TokenCommand:  FirstToken(h.Program, h.StoreFlags),
		SubmitCommand: FirstReport(h.Program, h.address(r), h.Certificate, projectID),
	}
}

// FirstToken is a command that puts a new token into TESTMO_TOKEN. Program and
// flags are those of Options.
func FirstToken(program, storeFlags string) string {
	return "export TESTMO_TOKEN=$(" + program + " token create --name ci" + storeFlags + ")"
}

// FirstReport is a command that submits a run to the server at an address, with
// a token in TESTMO_TOKEN. Over https it is Testmo's CLI, which takes nothing
// else and is told to trust the certificate of that file, which is one word of a
// shell, quoted where it must be, or "" for none; over http it is our own.
func FirstReport(program, address, certificate string, projectID int64) string {
	if !strings.HasPrefix(address, "https:") {
		return fmt.Sprintf(submitPlainly, program, address, projectID)
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

const submitPlainly = `%s submit --url %s --project %d \
  --source backend 'results/**/*.xml'`

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
