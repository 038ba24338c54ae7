package views_test

import (
	"slices"
	"strconv"

	"github.com/runboard/runboard/views"
)

func runExhibits() []exhibit {
	awkward := runViewWith(func(v *views.RunView) {
		v.Layout.Project, v.Layout.Stale = arabicText, "Showing data from 10:42: the instance did not answer (429)."
		v.Head.Name, v.Head.Origin[0].Text, v.Head.By.Text = longText, longText, arabicText
		v.Head.Origin = append(v.Head.Origin, slices.Repeat([]views.Link{{Text: "tag"}}, 30)...)
		v.Head.Bar, v.Sent.Facts[0] = customBar(), views.Field{Name: hostileText, Value: longText}
		rows := v.Table.Rows
		rows[0].Name, rows[0].Message, rows[0].Folder.Text = longText, longText+longText, longText
		rows[1].Name, rows[1].Message, rows[1].Folder.Text = arabicText, arabicText, arabicText
		rows[2].Name, rows[2].Message, rows[2].Folder.Text = hostileText, hostileText, hostileText
		rows[3].Status = views.Badge{Text: longText, Tone: views.ToneCustom, Color: "#0f766e"}
		rows[4].Name, rows[4].Thread.Text = "com.example.shop.checkout.VoucherCalculationWithSeveralMarketsIntegrationTest.appliesTheVoucherToTheTotal[market=de,currency=EUR]", longText
		v.Filter.Problems = map[string]string{"q": "Must not be longer than 200 characters.", "status_id": "May hold 1 to 4."}
	})
	lots := runViewWith(func(v *views.RunView) {
		v.Head.MoreTags, v.Threads.IsOpen, v.Threads.More = "and 99,900 more tags", true, "Only 200 threads are here, those that failed first; the tests of 1,036 others are in the list below."
		v.Sent.Later = &views.LaterView{ID: "run-rest-9", Text: longText + ", " + hostileText + " and 7 more", Href: "/runs/1282/attachments"}
	})
	running := runViewWith(func(v *views.RunView) {
		row := runRows()[0]
		v.Head.Status, v.Head.Threads, v.Head.Completed, v.Head.Stale = row.Status, row.Threads, views.Instant{}, "silent for 3 h"
		v.Threads.IsOpen, v.Table.Refresh = true, "/runs/1282"
	})
	remote := runViewWith(func(v *views.RunView) {
		v.Filter.Pickers, v.Filter.NoSearch, v.Filter.Chips, v.Filter.Reset = v.Filter.Pickers[1:], true, nil, ""
		for i := range v.Filter.Segments {
			v.Filter.Segments[i].Count = ""
		}
		for i := range v.Table.Rows {
			row := &v.Table.Rows[i]
			row.Href, row.Folder.Href = "", ""
		}
		v.Table.Heads[0].Href, v.Table.Heads[2].Sort = "", ""
		v.Table.Rows[1].Sent = new(testSent("test-9002"))
	})
	small := runViewWith(func(v *views.RunView) {
		v.Head.Threads, v.Threads, v.Sent, v.Filter.Chips, v.Filter.Reset = views.ThreadsView{}, views.ThreadsListView{}, views.SentView{}, nil, ""
		v.Filter.Pickers, v.Table.Pager, v.Table.Rows = nil, views.PagerView{}, v.Table.Rows[:1]
		v.Table.Rows[0].Folder, v.Table.Rows[0].Thread = views.Link{}, views.Link{}
	})
	empty := runViewWith(func(v *views.RunView) {
		v.Head.Bar, v.Head.Rate, v.Head.Total, v.Head.Status = views.Bar{}, views.Rate{Text: "–"}, "0", views.Badge{Text: "No result", Tone: views.ToneUntested}
		v.Threads, v.Sent, v.Summary = views.ThreadsListView{}, views.SentView{}, "No test was submitted with this run"
		v.Filter.Pickers, v.Filter.Chips, v.Filter.Reset = nil, nil, ""
		v.Table = views.TestsTableView{Heads: v.Table.Heads}
	})
	nothing := runViewWith(func(v *views.RunView) {
		v.Summary, v.Table = "No test meets the filter", views.TestsTableView{Heads: v.Table.Heads, Nothing: &views.NothingView{Narrowest: "Folder: pay", Lift: "/runs/1282?q=x", Count: "12", Reset: "/runs/1282"}}
	})
	beyond := runViewWith(func(v *views.RunView) {
		v.Table = views.TestsTableView{Heads: v.Table.Heads, Pager: pager(), Beyond: "/runs/1282?page=13"}
	})
	framed := runViewWith(func(v *views.RunView) { v.Layout.Embed, v.Layout.Theme = true, "light" })
	dark := runViewWith(func(v *views.RunView) { v.Layout.Theme, v.Threads.IsOpen = "dark", true })
	return []exhibit{
		{"RunPage", "many", views.RunPage(runView())},
		{"RunPage", "dark", views.RunPage(dark)},
		{"RunPage", "awkward texts", views.RunPage(awkward)},
		{"RunPage", "more than is shown", views.RunPage(lots)},
		{"RunPage", "running", views.RunPage(running)},
		{"RunPage", "remote", views.RunPage(remote)},
		{"RunPage", "one test", views.RunPage(small)},
		{"RunPage", "no tests", views.RunPage(empty)},
		{"RunPage", "nothing found", views.RunPage(nothing)},
		{"RunPage", "beyond", views.RunPage(beyond)},
		{"RunPage", "framed", views.RunPage(framed)},
		{"Tests", "partial", views.Tests(runView())},
		{"Tests", "many statuses", views.Tests(runViewWith(manyStatuses))},
	}
}

// manyStatuses gives a run all the statuses that an instance can have.
func manyStatuses(v *views.RunView) {
	for i := range 20 {
		v.Filter.Segments = append(v.Filter.Segments, views.Segment{
			Text: "Custom status " + strconv.Itoa(i), Href: "/runs/1282?result=" + strconv.Itoa(6+i), Count: "1", Tone: views.ToneCustom,
		})
	}
}

func testExhibits() []exhibit {
	dark := testViewWith(func(v *views.TestView) { v.Layout.Theme = "dark" })
	framed := testViewWith(func(v *views.TestView) { v.Layout.Embed, v.Layout.Theme = true, "dark" })
	flaked := testViewWith(func(v *views.TestView) {
		v.Status, v.Flaked, v.Position, v.Sent.Highlights = views.Badge{Text: "Passed", Tone: views.TonePassed}, true, "", nil
	})
	bare := testViewWith(func(v *views.TestView) {
		v.Sent, v.Place, v.Checks, v.Key, v.Thread, v.Folder = views.SentView{}, "", "", "", views.Link{}, views.Link{}
		v.Previous, v.Position = "", "Failure 1 of 3"
		v.Next = ""
	})
	awkward := testViewWith(func(v *views.TestView) {
		v.Name, v.Run.Text, v.Folder.Text, v.Place, v.Thread.Text = longText+longText, longText, longText, longText, arabicText
		v.Sent.Highlights = []views.Field{
			{Name: arabicText, Kind: views.KindConsole, Value: consoleColours(), Note: hostileText},
			{Name: hostileText, Kind: views.KindHTML, Value: "<h1>Tall</h1><p onclick=alert(1)>text</p><table><tr><th>a</th><td>" + longText + "</td></tr></table><pre>" + longText + "</pre></section></li>"},
			{Name: longText, Value: hostileText + longText + "\n\n" + longText},
		}
		v.Sent.Facts = []views.Field{{Name: longText, Value: longText}, {Name: "Address", Kind: views.KindURL, Value: "javascript:alert(1)"}, {Name: "Console", Kind: views.KindConsole, Value: stackTrace}, {Name: "None", Value: ""}}
		v.Sent.Artifacts[0] = views.Attachment{Name: hostileText, URL: "javascript:alert(1)", Note: longText, Type: hostileText}
	})
	return []exhibit{
		{"TestPage", "failed", views.TestPage(testView())},
		{"TestPage", "dark", views.TestPage(dark)},
		{"TestPage", "framed", views.TestPage(framed)},
		{"TestPage", "flaked", views.TestPage(flaked)},
		{"TestPage", "bare", views.TestPage(bare)},
		{"TestPage", "awkward texts", views.TestPage(awkward)},
		{"TestDetail", "failed", views.TestDetail(testView())},
		{"TestDetail", "bare", views.TestDetail(bare)},
		{"AttachedPage", "thread", views.AttachedPage(attachedView())},
		{"AttachedPage", "nothing", views.AttachedPage(views.AttachedView{Layout: layout(), Title: longText, Run: views.Link{Text: hostileText, Href: "/runs/1"}})},
		{"Attached", "thread", views.Attached(attachedView())},
		{"Sent", "more than is shown", views.Sent(views.SentView{ID: "s", More: "Not shown: 3 more links. The API gives them all."})},
		{"Sent", "run", views.Sent(runSent())},
		{"Sent", "empty", views.Sent(views.SentView{})},
	}
}
