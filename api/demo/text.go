package demo

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	"github.com/runboard/runboard/api"
)

// describe is the run as its pipeline announces it.
func (r *run) describe() api.NewRun {
	commit := fmt.Sprintf("%08x", stream(0, r.suite.source, r.number, "commit").Uint32())
	ci := fmt.Sprintf("https://ci.example.com/%s/%d", r.suite.source, 50000+r.number)
	described := api.NewRun{
		Name: r.name, Source: r.suite.source, Config: r.config, Milestone: r.milestone, Tags: r.tags,
		Attachments: api.Attachments{
			Fields: []api.Field{
				{Type: api.FieldString, Name: "Branch", Value: &r.branch},
				{Type: api.FieldString, Name: "Commit", Value: &commit},
				{Type: api.FieldURL, Name: "Environment", Value: new("https://staging.example.com")},
			},
			Links: []api.Link{{Name: "Pipeline", URL: ci, Note: "Log of the build"}},
		},
	}
	if r.by == nightly || r.by == release {
		described.Fields = append(described.Fields,
			api.Field{Type: api.FieldHTML, Name: "Changes", Value: new(r.notes())},
			api.Field{Type: api.FieldText, Name: "Scope", Value: new("All tests, on one configuration a night.\nQuarantined tests run and are skipped.")})
		described.Artifacts = append(described.Artifacts, api.Artifact{
			Name: "report.zip", URL: ci + "/report.zip", MimeType: "application/zip", Size: new(int64(180_000 + r.number*937)),
		})
	}
	return described
}

// notes are the changes since the last run, as the pipeline formats them.
func (r *run) notes() string {
	var text strings.Builder
	text.WriteString("<ul>")
	for i := range 3 {
		fmt.Fprintf(&text, "<li><b>#%d</b> %s</li>", 1790+r.number*2-i, changes[(r.number*3+i)%len(changes)])
	}
	text.WriteString("</ul>")
	return text.String()
}

// lane is a thread as its worker announces it.
func (r *run) lane(i int) api.ThreadUpdate {
	worker := fmt.Sprintf("worker-%d", i+1)
	return api.ThreadUpdate{Fields: []api.Field{{Type: api.FieldString, Name: "Machine", Value: &worker}}}
}

// overhead is what a run takes beside its tests.
func (r *run) overhead() time.Duration { return time.Duration(20+r.number%40) * time.Second }

// reason says why there is no result.
func reason(c *testCase, status string) api.Field {
	text := c.skipped
	if status == blocked {
		text = "Blocked: a test that this one needs has failed."
	}
	return api.Field{Type: api.FieldConsole, Name: "Skipped", Value: &text, IsHighlight: true, Meta: map[string]string{"type": status}}
}

// failure is what the runner says about a failed test.
func (r *run) failure(chance *rand.Rand, c *testCase, o outcome) []api.Field {
	message := pick(messages[r.suite.style], o.cause)
	if o.isOutage {
		message = outageMessages[chance.IntN(len(outageMessages))]
	}
	text := fmt.Sprintf(message.text, strings.ToLower(c.subject())) + "\n" + r.stack(c)
	fields := []api.Field{
		{Type: api.FieldConsole, Name: "Failure", Value: &text, IsHighlight: true, Meta: map[string]string{"type": message.kind}},
		{Type: api.FieldConsole, Name: "Output", Value: new(r.output(chance, c))},
	}
	if r.suite.style != service {
		fields = append(fields, api.Field{Type: api.FieldHTML, Name: "Steps", Value: new(steps(c))})
	}
	return fields
}

// subject is what a case is about: the last part of its folder.
func (c *testCase) subject() string {
	parts := strings.FieldsFunc(c.folder, func(r rune) bool { return r == '/' || r == '.' })
	for _, part := range slices.Backward(parts) {
		if word := strings.TrimSuffix(part, "Tests"); word != "ts" && word != "spec" {
			return strings.NewReplacer("-", " ", "_", " ").Replace(word)
		}
	}
	return c.folder
}

func (r *run) stack(c *testCase) string {
	switch r.suite.style {
	case browser:
		return fmt.Sprintf("    at %s:%d:17\n    at runStep (tests/support/steps.ts:48:11)\n    at tests/support/session.ts:112:5", c.file, c.line)
	case device:
		class := c.folder[strings.LastIndex(c.folder, ".")+1:]
		return fmt.Sprintf("\tat %s.verify(%s.kt:%d)\n\tat com.example.wallet.ui.Robot.tap(Robot.kt:203)\n\tat com.example.wallet.ui.Screen.await(Screen.kt:77)", c.folder, class, c.line)
	case service:
		return fmt.Sprintf("\tError Trace:\t%s:%d\n\t            \tinternal/testkit/server.go:91\n\tTest:       \t%s", c.file, c.line, c.name)
	default:
		return ""
	}
}

// output is the end of what the test has written, with the colours of its logger.
func (r *run) output(chance *rand.Rand, c *testCase) string {
	at := r.at.UTC().Format("15:04:05")
	return fmt.Sprintf("%s \x1b[34mINFO\x1b[0m starting %q\n%s \x1b[34mINFO\x1b[0m tenant t-%05d, request %08x\n%s \x1b[31mERROR\x1b[0m giving up after 3 attempts",
		at, c.name, at, chance.IntN(100_000), chance.Uint32(), at)
}

// evidence are the files that the pipeline keeps of a failed test.
func (r *run) evidence(c *testCase) []api.Artifact {
	if r.suite.style == service {
		return nil
	}
	base := fmt.Sprintf("https://artifacts.example.com/%s/%d/%s", r.suite.source, r.number, c.key[:12])
	return []api.Artifact{
		{Name: "screenshot.png", URL: base + "/screenshot.png", MimeType: "image/png", Size: new(int64(90_000 + c.line*611))},
		{Name: "trace.zip", URL: base + "/trace.zip", MimeType: "application/zip", Note: "Open in the trace viewer"},
	}
}

func steps(c *testCase) string {
	return fmt.Sprintf("<test-steps>\n<test-step status=\"passed\">Start with a fresh account</test-step>\n"+
		"<test-step status=\"passed\">Go to %s</test-step>\n"+
		"<test-step status=\"failed\"><test-step-subfield name=\"Step\">%s</test-step-subfield>"+
		"<test-step-subfield name=\"Expected\">It is there within five seconds</test-step-subfield></test-step>\n</test-steps>", c.subject(), c.name)
}

// message is how a failure reads. text takes the subject of the test.
type message struct{ kind, text string }

func pick(list []message, cause int) message { return list[cause%len(list)] }

var messages = map[style][]message{
	service: {
		{"AssertionError", "Not equal: expected 200, actual 500\n\tbody: {\"message\": \"%s are not available\"}"},
		{"AssertionError", "Not equal: expected \"19.99\", actual \"19.989999999999998\" in %s"},
		{"Timeout", "context deadline exceeded: reading %s took longer than 2s"},
		{"PanicError", "panic: runtime error: invalid memory address or nil pointer dereference in %s"},
		{"DatabaseError", "ERROR: duplicate key value violates unique constraint %q (SQLSTATE 23505)"},
		{"AssertionError", "Should have 12 item(s), but has 11: the last of %s is missing"},
	},
	browser: {
		{"TimeoutError", "locator.click: Timeout 5000ms exceeded.\nwaiting for getByRole('button', { name: 'Continue' }) on %s"},
		{"AssertionError", "expect(locator).toHaveText(expected)\nExpected: \"Added to %s\"\nReceived: \"\""},
		{"AssertionError", "expect(page).toHaveURL(expected)\nExpected pattern: /%s$/\nReceived string: \"https://staging.example.com/sign-in\""},
		{"Error", "page.goto: net::ERR_CONNECTION_RESET at https://staging.example.com/?from=%s"},
	},
	device: {
		{"ElementNotFound", "No element with label \"%s\" after 10.0 s"},
		{"AssertionError", "Snapshot of %s differs from the reference by 2.4 %% (allowed: 0.5 %%)"},
		{"AppCrashed", "The app ended unexpectedly on %s: EXC_BAD_ACCESS"},
		{"AssertionError", "expected balance \"1,204.50 €\" on %s, but it is \"1,204.5 €\""},
	},
}

var outageMessages = []message{
	{"ConnectionError", "dial tcp 10.20.4.17:5432: connect: connection refused (%s)"},
	{"ConnectionError", "lookup gateway.staging.example.com: i/o timeout (%s)"},
}
