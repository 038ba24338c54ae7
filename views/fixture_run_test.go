package views_test

import (
	"strconv"
	"strings"

	"github.com/runboard/runboard/views"
)

// What a runner says of a failure, in its colours.
const (
	stackTrace = "\x1b[31mAssertionError\x1b[39m: expected \x1b[32m\"€ 49.90\"\x1b[39m, actual \x1b[31m\"€ 44.91\"\x1b[39m\n" +
		"    at tests/checkout/voucher.spec.ts:120:17\n    at runStep (tests/support/steps.ts:48:11)\n    at tests/support/session.ts:112:5"
	testOutput = "09:13:58 \x1b[34mINFO\x1b[0m starting \"applies a voucher\"\n09:13:59 \x1b[33mWARN\x1b[0m slow answer: 1.2 s\n" +
		"09:14:01 \x1b[1;37;41m FAIL \x1b[0m giving up after 3 attempts\n09:14:01 \x1b[90mtrace 3f9a1c\x1b[0m \x1b[4mhttps://ci.example.com/4711\x1b[24m"
	testSteps = `<test-steps><test-step status="passed">Start with a fresh account</test-step>` +
		`<test-step status="passed">Put <b>3</b> articles into the basket</test-step>` +
		`<test-step status="failed"><test-step-subfield name="Step">Redeem the voucher SPRING10</test-step-subfield>` +
		`<test-step-subfield name="Expected">The total is € 44.91</test-step-subfield></test-step></test-steps>`
)

// consoleColours shows every colour and style that a terminal has.
func consoleColours() string {
	var text strings.Builder
	for i := range 8 {
		n := strconv.Itoa(i)
		text.WriteString("\x1b[3" + n + "mcolour " + n + " \x1b[9" + n + "mbright\x1b[0m \x1b[4" + n + "mon it\x1b[0m \x1b[10" + n + "mon bright\x1b[0m\n")
	}
	return text.String() + "\x1b[1mbold \x1b[22m\x1b[2mdim\x1b[22m \x1b[3mitalic\x1b[23m \x1b[4munderline\x1b[24m \x1b[9mstruck\x1b[29m\n" + strings.Repeat("a line without an end ", 20)
}

func runSent() views.SentView {
	return views.SentView{
		ID:     "run-sent",
		Facts:  []views.Field{{Name: "Branch", Value: "release/4.2"}, {Name: "Commit", Value: "9c1f02ab"}, {Name: "Environment", Kind: views.KindURL, Value: "https://staging.example.com"}},
		Blocks: []views.Field{{Name: "Changes", Kind: views.KindHTML, Value: "<ul><li><b>#1790</b> Round prices once</li><li><b>#1789</b> Vouchers by market</li></ul>"}, {Name: "Scope", Value: "All tests, on one configuration a night.\nQuarantined tests run and are skipped."}},
		Links:  []views.Attachment{{Name: "Pipeline", URL: "https://ci.example.com/checkout/4711", Note: "Log of the build"}},
		Artifacts: []views.Attachment{
			{Name: "report.zip", URL: "https://ci.example.com/checkout/4711/report.zip", Type: "application/zip", Size: "182 kB"},
			{Name: "trace", URL: "file:///tmp/trace"},
		},
	}
}

func testSent(id string) views.SentView {
	return views.SentView{
		ID:         id,
		Highlights: []views.Field{{Name: "Failure", Kind: views.KindConsole, Value: stackTrace, Note: "AssertionError"}},
		Facts:      []views.Field{{Name: "Owner", Value: "payments"}, {Name: "Ticket", Kind: views.KindURL, Value: "https://tracker.example.com/PAY-311"}},
		Blocks:     []views.Field{{Name: "Output", Kind: views.KindConsole, Value: testOutput}, {Name: "Steps", Kind: views.KindHTML, Value: testSteps}},
		Artifacts:  []views.Attachment{{Name: "screenshot.png", URL: "https://artifacts.example.com/1.png", Type: "image/png", Size: "96 kB"}, {Name: "trace.zip", URL: "https://artifacts.example.com/1.zip", Note: "Open in the trace viewer"}},
		IsOpen:     true,
	}
}

func testRow(id int, name string, tone views.Tone, message, folder, thread, elapsed string) views.TestRow {
	words := map[views.Tone]string{views.TonePassed: "Passed", views.ToneFailed: "Failed", views.ToneSkipped: "Skipped"}
	href := "/runs/1282/tests/" + strconv.Itoa(id)
	return views.TestRow{
		ID: strconv.Itoa(id), Name: name, Href: href, Status: views.Badge{Text: words[tone], Tone: tone}, Message: message, Elapsed: elapsed,
		Folder: views.Link{Text: folder, Href: "/runs/1282?folder=" + strconv.Itoa(len(folder))}, Thread: views.Link{Text: thread, Href: "/runs/1282?thread_id=2"},
	}
}

func testRows() []views.TestRow {
	rows := []views.TestRow{
		testRow(9001, "applies a voucher to the total of the basket", views.ToneFailed, "\x1b[31mAssertionError\x1b[39m: expected \x1b[32m\"€ 49.90\"\x1b[39m, actual \x1b[31m\"€ 44.91\"\x1b[39m", "checkout/voucher.spec.ts", "Thread 3", "6.4 s"),
		testRow(9002, "pays with a card that needs a second factor", views.ToneFailed, "TimeoutError: locator.click: Timeout 30000ms exceeded waiting for getByRole('button', { name: 'Confirm payment' })", "checkout/payment.spec.ts", "Thread 1", "30.1 s"),
		testRow(9003, "keeps the delivery address after a change of the market", views.ToneFailed, "Error: page.goto: net::ERR_CONNECTION_RESET at https://staging.example.com/de/checkout", "checkout/address.spec.ts", "Thread 7", "1.2 s"),
		testRow(9004, "prints the invoice in the language of the buyer", views.ToneSkipped, "Quarantined since 12 Nov: PAY-298", "invoice/print.spec.ts", "Thread 2", "–"),
		testRow(9005, "sends one mail only when the button is pressed twice", views.ToneSkipped, "", "invoice/mail.spec.ts", "Thread 2", "–"),
	}
	for i, name := range []string{
		"adds an article", "adds the same article twice", "removes an article", "shows the empty basket", "restores the basket after signing in",
		"counts articles in the head", "refuses more than are in stock", "shows prices with tax for consumers", "shows prices without tax for companies",
		"rounds half a cent up", "converts to the currency of the market", "lists articles of the same series",
	} {
		rows = append(rows, testRow(9006+i, name, views.TonePassed, "", "basket/basket.spec.ts", "Thread "+strconv.Itoa(1+i%8), strconv.Itoa(140+37*i)+" ms"))
	}
	rows[7].Flaked = true
	return rows
}

func testsTable() views.TestsTableView {
	return views.TestsTableView{
		Heads: []views.Head{
			{ID: "sort-status", Text: "Status", Kind: "status", Href: "/runs/1282?sort=automation_run_tests:status"},
			{ID: "sort-name", Text: "Test", Kind: "test", Href: "/runs/1282?sort=automation_run_tests:name&order=asc"},
			{ID: "sort-elapsed", Text: "Elapsed", Kind: "number", Href: "/runs/1282?sort=automation_run_tests:elapsed", Sort: "descending"},
		},
		Rows: testRows(), Pager: pager(),
	}
}

func testsFilter() views.TestsFilterView {
	at := func(query string) string { return strings.TrimSuffix("/runs/1282?"+query, "?") }
	folders := []views.FolderChoice{
		{Text: "basket/basket.spec.ts", Href: at("folder=a"), Count: "120"},
		{Text: "checkout/payment.spec.ts", Href: at("folder=b"), Count: "64", Failed: "1"},
		{Text: longText, Href: at("folder=c"), Count: "8"},
		{Text: arabicText, Href: at("folder=d"), Count: "2"},
	}
	threads := make([]views.FolderChoice, 8)
	for i := range threads {
		threads[i] = views.FolderChoice{Text: "Thread " + strconv.Itoa(i+1), Href: at("thread_id=" + strconv.Itoa(i+1)), Count: "154", Selected: i == 2}
	}
	return views.TestsFilterView{
		Action: "/runs/1282", Hidden: []views.Hidden{{Name: "result", Value: "3"}},
		Segments: []views.Segment{
			{Text: "All", Href: at(""), Count: "1,231", Selected: true},
			{Text: "Failed", Href: at("result=3"), Count: "3", Tone: views.ToneFailed},
			{Text: "Skipped", Href: at("result=6"), Count: "18", Tone: views.ToneSkipped},
			{Text: "Passed", Href: at("result=2"), Count: "1,210", Tone: views.TonePassed},
		},
		Pickers: []views.LinkPicker{
			{Name: "folder", Label: "Folder", Choices: folders, More: "These are the first 200 of 412 folders; search finds the others."},
			{Name: "thread_id", Label: "Thread", Choices: threads, Chosen: "Thread 3", Lift: at("")},
		},
		Chips: []views.Chip{{Label: "Thread", Text: "Thread 3", Remove: at("")}}, Reset: at(""),
	}
}

func threadsList() views.ThreadsListView {
	list := views.ThreadsListView{Summary: "8 threads, 7 completed, of which 1 failed"}
	for i := range 8 {
		row := views.ThreadRow{
			ID: strconv.Itoa(i + 1), Name: "Thread " + strconv.Itoa(i+1), Href: "/runs/1282?thread_id=" + strconv.Itoa(i+1), Status: views.Badge{Text: "Success", Tone: views.TonePassed},
			Bar: bar(0, 0, i, 150+i), Total: strconv.Itoa(150 + 2*i), Elapsed: "11 m 2" + strconv.Itoa(i) + " s", Created: views.Instant{Text: "2 h ago", Title: "Tue 24 Nov 2026, 07:13:58 CET", Machine: "2026-11-24T06:13:58Z"},
			Sent: views.SentView{ID: "thread-sent-" + strconv.Itoa(i+1), Facts: []views.Field{{Name: "Machine", Value: "worker-" + strconv.Itoa(i+1)}}},
		}
		switch i {
		case 2:
			row.Status, row.Bar = views.Badge{Text: "Failure", Tone: views.ToneFailed}, bar(3, 0, 2, 148)
			row.Sent.Later = &views.LaterView{ID: "thread-3-rest-4", Text: "Failure, Output and 2 more", Href: "/runs/1282/threads/3"}
		case 6:
			row.Status, row.Bar = views.Badge{Text: "Running", Tone: views.ToneRunning}, views.Bar{}
		}
		list.Rows = append(list.Rows, row)
	}
	return list
}

func runView() views.RunView {
	l := layout()
	l.Title, l.Here = "Checkout e2e · nightly", "/runs/1282"
	row := runRows()[2]
	return views.RunView{
		Layout: l, Sent: runSent(), Threads: threadsList(), Filter: testsFilter(), Summary: "1,231 tests, 3 failed, page 1 of 13, failures first", Table: testsTable(),
		Head: views.RunHeadView{
			ID: row.ID, Name: row.Name, Status: row.Status, Origin: []views.Link{row.Source, row.Config, row.Milestone, row.Tags[0], row.Tags[1]},
			Rate: row.Rate, Total: "1,231", Tests: "/runs/1282", Elapsed: row.Elapsed, Threads: row.Threads, Created: row.Created, By: row.By,
			Completed: views.Instant{Text: "1 h ago", Title: "Tue 24 Nov 2026, 07:26:02 CET", Machine: "2026-11-24T06:26:02Z"}, Bar: row.Bar,
		},
	}
}

// runViewWith is the page of a run, changed.
func runViewWith(change func(v *views.RunView)) views.RunView {
	v := runView()
	change(&v)
	return v
}

func testView() views.TestView {
	row := testRows()[0]
	l := layout()
	l.Title, l.Here = row.Name, row.Href
	return views.TestView{
		Layout: l, ID: row.ID, Name: row.Name, Status: row.Status, Run: views.Link{Text: "Checkout e2e · nightly #1282", Href: "/runs/1282"},
		Folder: row.Folder, Thread: row.Thread, Elapsed: row.Elapsed, Created: runRows()[2].Created, Place: "tests/checkout/voucher.spec.ts:120",
		Attempts: []views.AttemptLink{
			{Text: "Earlier attempt", Status: views.Badge{Text: "Failed", Tone: views.ToneFailed}, Href: "/runs/1282/tests/8998"},
			{Text: "Later attempt", Status: views.Badge{Text: "Passed", Tone: views.TonePassed}, Href: "/runs/1282/tests/9004"},
		},
		Checks: "4", Key: "5f1c0b8de1a24b0c", Sent: testSent("test-9001"), Position: "Failure 2 of 3", Previous: "/runs/1282/tests/9000", Next: "/runs/1282/tests/9002",
	}
}

func attachedView() views.AttachedView {
	l := layout()
	l.Title, l.Here = "Thread 3 · Checkout e2e · nightly", "/runs/1282/threads/3"
	return views.AttachedView{
		Layout: l, Title: "Thread 3", Status: views.Badge{Text: "Failure", Tone: views.ToneFailed},
		Run: views.Link{Text: "Checkout e2e · nightly #1282", Href: "/runs/1282"}, Tests: views.Link{Text: "154 tests", Href: "/runs/1282?thread_id=3"},
		Sent: views.SentView{ID: "thread-3", Facts: []views.Field{{Name: "Machine", Value: "worker-3"}}}, Rest: testSent("thread-3-rest"),
	}
}

// testViewWith is the page of a test, changed.
func testViewWith(change func(v *views.TestView)) views.TestView {
	v := testView()
	change(&v)
	return v
}
