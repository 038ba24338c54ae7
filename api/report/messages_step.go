package report

import (
	"html"
	"strings"
)

// messagesResult is how a step or a hook ended.
type messagesResult struct {
	status, message   string
	kind, what, trace string // Of what was thrown.
	retried           bool   // In old messages steps say that their scenario will be.
}

func (m *messagesReader) stepFinished() {
	var run, step string
	var result messagesResult
	m.json.members(func(name string) {
		switch name {
		case "testCaseStartedId":
			run = m.json.text()
		case "testStepId":
			step = m.json.text()
		case "testStepResult":
			m.result(&result)
		}
	})
	r := m.running[run]
	if m.json.failed() || r == nil {
		return
	}
	r.retried = r.retried || result.retried
	r.worst = worseOfCucumber(r.worst, result.status)
	status := stepOfCucumber(result.status)
	name, isHook := m.stepName(r, step)
	size := len(name) + len(result.message) + len(result.what) + len(result.trace)
	if !m.hold(r, size) {
		return
	}
	if !isHook || status != passed {
		r.addStep(status, html.EscapeString(name))
	}
	trace := result.trace
	if trace == "" {
		trace = result.message
	}
	outcome := failed
	if result.status == "skipped" {
		outcome = skipped
	}
	switch {
	case result.status == "passed":
	case trace != "" || result.what != "":
		r.highlights.addReason(outcome, result.what, trace, result.kind)
	case result.status == "undefined", result.status == "ambiguous", result.status == "pending":
		r.highlights.addReason(outcome, "The step is "+result.status+": "+name, "", "")
	}
}

func (m *messagesReader) result(to *messagesResult) {
	m.json.members(func(name string) {
		switch name {
		case "status":
			to.status = strings.ToLower(m.json.text())
		case "message":
			to.message = m.json.text()
		case "willBeRetried":
			to.retried = m.json.flag()
		case "exception":
			m.exception(to)
		}
	})
}

func (m *messagesReader) exception(to *messagesResult) {
	m.json.members(func(name string) {
		switch name {
		case "type":
			to.kind = m.json.text()
		case "message":
			to.what = m.json.text()
		case "stackTrace":
			to.trace = m.json.text()
		}
	})
}

// hold reports whether there is room for more of what a run tells. Without it that is left out.
func (m *messagesReader) hold(r *messagesRun, size int) bool {
	if r.told+size > maxMessagesRun || m.told+size > maxMessagesTold {
		return false
	}
	r.told += size
	m.told += size
	return true
}

// attachment passes what a scenario has attached. Pictures and the like are left
// out: they are within the file.
func (m *messagesReader) attachment() {
	var a cucumberAttachment
	var run, address, encoding string
	m.json.members(func(name string) {
		switch name {
		case "testCaseStartedId":
			run = m.json.text()
		case "mediaType":
			a.mime = m.json.text()
		case "contentEncoding":
			encoding = m.json.text()
		case "fileName":
			a.name = m.json.text()
		case "url":
			address = m.json.text()
		case "body":
			a.body = m.json.whole()
		}
	})
	r := m.running[run]
	if m.json.failed() || r == nil {
		return
	}
	if address != "" && m.hold(r, len(address)) {
		name := a.name
		if name == "" {
			name = "Attachment"
		}
		r.embeddings.addAttachment(name, address, a.mime)
	}
	if !isText(a.mime) {
		return
	}
	if strings.EqualFold(encoding, "base64") {
		a.body = fromBase64(a.body)
	}
	if m.hold(r, min(len(a.body), keptHead+keptTail)) {
		a.addTo(&r.embeddings, &r.output)
	}
}
