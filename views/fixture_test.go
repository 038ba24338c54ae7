package views_test

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/runboard/runboard/views"
)

// Texts as clients send them, and as nobody hopes they do.
const (
	longText    = "Payments and settlement regression over every market, currency and card scheme, including the quarterly tax recalculation_and_a_word_without_a_single_place_to_break_it_anywhere · nightly"
	arabicText  = "اختبارات الدفع الليلية · v4.2 (إصدار)"
	hostileText = "<b onclick=alert(1)>bold</b> \u202etxt.exe\x00\x1b[31m"
)

func layout() views.Layout {
	return views.Layout{
		Title: "Runs", Project: "Webshop", Theme: "auto", Zone: "Europe/Berlin", Keys: true, PerPage: "25",
		Projects: []views.Link{{Text: "Webshop"}, {Text: "Mobile apps", Href: "/projects/2/runs"}, {Text: "Data platform", Href: "/projects/3/runs"}},
		Sections: []views.Section{{Text: "Runs", Href: "/projects/1/runs", Current: true}, {Text: "Sources", Href: "/projects/1/sources"}},
		Zones:    []string{"UTC", "Europe/Berlin", "America/New_York"},
		Made:     views.Instant{Text: "just now", Title: "Tue 24 Nov 2026, 09:13:58 CET", Machine: "2026-11-24T08:13:58Z"},
		Here:     "/projects/1/runs?status=3",
	}
}

// bar has the given counts, in the fixed order.
func bar(failed, blocked, skipped, passed int) views.Bar {
	total := max(1, failed+blocked+skipped+passed)
	b := views.Bar{Label: fmt.Sprintf("%d failed, %d passed", failed, passed)}
	for _, p := range []struct {
		n    int
		tone views.Tone
	}{{failed, views.ToneFailed}, {blocked, views.ToneBlocked}, {skipped, views.ToneSkipped}, {passed, views.TonePassed}} {
		if p.n > 0 {
			b.Parts = append(b.Parts, views.BarPart{
				Tone: p.tone, Word: string(p.tone), Count: strconv.Itoa(p.n), Share: max(1, p.n*1000/total), Href: "/runs/1?result=3",
			})
		}
	}
	return b
}

func customBar() views.Bar {
	b := bar(2, 0, 0, 90)
	b.Parts = append(b.Parts, views.BarPart{Tone: views.ToneCustom, Word: "Known issue", Count: "8", Share: 80, Color: "#0f766e"})
	return b
}

func link(text string) views.Link {
	return views.Link{Text: text, Href: "/projects/1/runs?tags=x"}
}

func run(id int, name string, tone views.Tone, failed, skipped, passed int) views.RunRow {
	rate := fmt.Sprintf("%.1f %%", 100*float64(passed)/float64(max(1, passed+failed)))
	words := map[views.Tone]string{views.TonePassed: "Success", views.ToneFailed: "Failure", views.ToneRunning: "Running"}
	row := views.RunRow{
		ID: strconv.Itoa(id), Name: name, Href: "/runs/" + strconv.Itoa(id), Status: views.Badge{Text: words[tone], Tone: tone},
		Source: link("checkout-e2e"), Config: link("Chrome / Linux"), Milestone: link("Release 4.2"), Tags: []views.Link{link("nightly"), link("main")},
		Bar:   bar(failed, 0, skipped, passed),
		Rate:  views.Rate{Text: rate, Of: fmt.Sprintf("%d of %d", passed, passed+failed), Title: fmt.Sprintf("%d passed of %d passed or failed; only passed and failed tests count", passed, passed+failed), Tone: tone},
		Total: strconv.Itoa(failed + skipped + passed), Elapsed: "12 m 04 s", Threads: views.ThreadsView{Text: "8", Title: "8 of 8 threads completed", Done: 1000},
		Created: views.Instant{Text: "2 h ago", Title: "Tue 24 Nov 2026, 07:13:58 CET", Machine: "2026-11-24T06:13:58Z"},
		By:      link("ci-bot"),
	}
	if tone == views.ToneRunning {
		row.Threads = views.ThreadsView{Text: "6/8", Title: "6 of 8 threads completed", Done: 750, Active: true}
		row.Created.Text = "4 min ago"
	}
	return row
}

func runRows() []views.RunRow {
	rows := []views.RunRow{
		run(1284, "Checkout e2e · nightly", views.ToneRunning, 2, 4, 310),
		run(1283, "backend-api · pull request 4711", views.TonePassed, 0, 12, 2418),
		run(1282, "Checkout e2e · nightly", views.ToneFailed, 3, 18, 1210),
		run(1281, "Android smoke", views.TonePassed, 0, 0, 64),
		run(1280, "Payments contract tests", views.ToneFailed, 41, 3, 122),
		run(1279, "Search relevance", views.TonePassed, 0, 1, 508),
		run(1278, "backend-api · main", views.TonePassed, 0, 12, 2417),
		run(1277, "Visual regression", views.ToneFailed, 1, 0, 940),
		run(1276, "Load test · 500 users", views.TonePassed, 0, 0, 12),
		run(1275, "Accessibility audit", views.TonePassed, 0, 7, 233),
	}
	rows[1].Source, rows[1].Elapsed, rows[1].Created.Text = link("backend-api"), "4 m 51 s", "38 min ago"
	rows[3].Config, rows[3].Source, rows[3].Elapsed, rows[3].Tags = link("Pixel 9 / Android 16"), link("android"), "58.2 s", nil
	rows[4].Milestone, rows[4].By, rows[4].Elapsed = views.Link{}, link("Mara Lindqvist"), "1 h 04 m"
	rows[6].Threads, rows[6].Elapsed = views.ThreadsView{}, "4 m 47 s"
	for i := 4; i < len(rows); i++ {
		rows[i].Created.Text = strconv.Itoa(3*i-8) + " h ago"
	}
	return rows
}

func heads() []views.Head {
	return []views.Head{
		{ID: "sort-run", Text: "Run", Kind: "run", Href: "/projects/1/runs?sort=automation_runs:name&order=asc"},
		{ID: "sort-results", Text: "Results", Kind: "bar", Href: "/projects/1/runs?sort=automation_runs:failure_count"},
		{ID: "sort-rate", Text: "Pass rate", Kind: "rate"},
		{ID: "sort-total", Text: "Tests", Kind: "number", Href: "/projects/1/runs?sort=automation_runs:total_count"},
		{ID: "sort-elapsed", Text: "Elapsed", Kind: "number", Href: "/projects/1/runs?sort=automation_runs:elapsed"},
		{ID: "sort-threads", Text: "Threads", Kind: "number"},
		{ID: "sort-created", Text: "Created", Kind: "time", Href: "/projects/1/runs?order=asc", Sort: "descending"},
		{ID: "sort-by", Text: "By", Kind: "by"},
	}
}

func pager() views.PagerView {
	page := func(n string) views.Segment {
		return views.Segment{Text: n, Href: "/projects/1/runs?page=" + n, Selected: n == "2"}
	}
	size := func(n string) views.Segment {
		return views.Segment{Text: n, Href: "/projects/1/runs?per_page=" + n, Selected: n == "25"}
	}
	return views.PagerView{
		First: "/projects/1/runs", Prev: "/projects/1/runs", Next: "/projects/1/runs?page=3", Last: "/projects/1/runs?page=52",
		Numbers: []views.Segment{page("1"), page("2"), page("3"), page("4"), {Text: "…"}, page("52")},
		PerPage: []views.Segment{size("15"), size("25"), size("50"), size("100")},
	}
}

func strip() views.StripView {
	s := views.StripView{Summary: "1,284 runs in the last 60 days, 131 with failures."}
	day := time.Date(2026, 9, 26, 0, 0, 0, 0, time.UTC)
	for i := range 60 {
		date := day.AddDate(0, 0, i)
		runs, failures := 22+(i*7)%9, (i*i)%5
		if date.Weekday() == time.Saturday || date.Weekday() == time.Sunday {
			runs, failures = (i*3)%5, 0
		}
		if i > 36 && i < 42 && runs > 4 {
			failures = 9 + i%4
		}
		d := views.StripDay{
			Date: date.Format(time.DateOnly), Title: fmt.Sprintf("%s: %d runs, %d failures", date.Format("Mon 2 Jan"), runs, failures),
			Href:    "/projects/1/runs?created_after=" + date.Format(time.DateOnly),
			Failure: failures * 1000 / 30, Success: max(0, runs-failures) * 1000 / 30, Selected: i == 52,
		}
		if i == 59 {
			d.Running = 34
		}
		s.Days = append(s.Days, d)
	}
	return s
}

func picker(name, label, chosen string, texts ...string) views.Picker {
	p := views.Picker{Name: name, Label: label, Chosen: chosen}
	for i, text := range texts {
		p.Choices = append(p.Choices, views.Choice{Value: strconv.Itoa(i + 1), Text: text, Count: strconv.Itoa(412 / (i + 1)), Checked: text == chosen})
	}
	return p
}

func filterBar() views.RunsFilterView {
	at := func(query string) string { return strings.TrimSuffix("/projects/1/runs?"+query, "?") }
	return views.RunsFilterView{
		Action: "/projects/1/runs", Hidden: []views.Hidden{{Name: "tz", Value: "Europe/Berlin"}},
		Segments: []views.Segment{
			{Text: "All", Href: at(""), Count: "1,284", Selected: true},
			{Text: "Success", Href: at("status=2"), Count: "1,152", Tone: views.TonePassed},
			{Text: "Failure", Href: at("status=3"), Count: "131", Tone: views.ToneFailed},
			{Text: "Running", Href: at("status=4"), Count: "1", Tone: views.ToneRunning},
		},
		Pickers: []views.Picker{
			picker("source_id", "Source", "", "backend-api", "checkout-e2e", "android", "ios", "visual-regression"),
			picker("milestone_id", "Milestone", "Release 4.2", "Release 4.1", "Release 4.2"),
			picker("config_id", "Configuration", "", "Chrome / Linux", "Firefox / Windows 11", "Pixel 9 / Android 16", longText),
			picker("created_by", "Created by", "", "ci-bot", "Mara Lindqvist", arabicText),
			picker("tags", "Tag", "", "nightly", "main", "release candidate"),
		},
		Period: "7 d",
		Ranges: []views.Segment{{Text: "24 h", Href: at("created_after=a")}, {Text: "7 d", Href: at("created_after=b"), Selected: true}, {Text: "30 d", Href: at("created_after=c")}, {Text: "This month", Href: at("created_after=d")}},
		Chips:  []views.Chip{{Label: "Milestone", Text: "Release 4.2", Remove: at("")}, {Label: "From", Text: "18 Nov 2026", Remove: at("milestone_id=2")}},
		Reset:  at(""), After: "2026-11-18",
	}
}

func runsView() views.RunsView {
	return views.RunsView{
		Layout: layout(), Strip: strip(), Filter: filterBar(), Add: new(addForm()), Summary: "1,284 runs, page 2 of 52, newest first",
		Table: views.RunsTableView{Heads: heads(), Rows: runRows(), Pager: pager(), Refresh: "/projects/1/runs?page=2"},
	}
}

func addForm() views.AddForm {
	return views.AddForm{Action: "/projects/1/runs/import", Sources: []string{"backend-api", hostileText}, Most: 64 << 20, Problems: map[string][]string{}}
}

// refusedForm is a form of which every control is wrong.
func refusedForm() views.AddForm {
	form := addForm()
	form.AsksToken, form.Source, form.Name = true, hostileText, longText
	for _, name := range []string{"token", "source", "name", "files"} {
		form.Problems[name] = []string{"Must not be empty.", hostileText + longText}
	}
	return form
}

// runsViewWith is the runs list, changed.
func runsViewWith(change func(v *views.RunsView)) views.RunsView {
	v := runsView()
	change(&v)
	return v
}

// diaryView is the diary of submissions, with a request of each kind.
func diaryView() views.DiaryView {
	at := views.Instant{Text: "2 h ago", Title: "Tue 24 Nov 2026, 09:13:58 CET", Machine: "2026-11-24T08:13:58Z"}
	accepted, refused := views.Badge{Text: "Accepted", Tone: views.TonePassed}, views.Badge{Text: "Refused", Tone: views.ToneFailed}
	return views.DiaryView{
		Layout: layout(), Summary: "62 requests in the last 30 days, page 1 of 2", Reset: "/settings/submissions", Pager: pager(),
		Chips: []views.Chip{{Label: "Token", Text: hostileText, Remove: "/settings/submissions?outcome=refused"}},
		Tokens: []views.DiaryToken{
			{ID: "1", Name: hostileText, Href: "/settings/submissions?token=1", Selected: true, Accepted: "60", Refused: "2", Failed: "/settings/submissions?token=1&outcome=refused", Last: at},
			{ID: "none", Name: "No valid token", Href: "/settings/submissions?token=none", Accepted: "0", Refused: "0"},
		},
		Outcomes: []views.Segment{
			{Text: "All", Href: "/settings/submissions", Selected: true}, {Text: "Refused", Href: "/settings/submissions?outcome=refused", Tone: views.ToneFailed},
		},
		Rows: []views.DiaryRow{
			{At: at, Token: "ci", What: "500 tests for", Run: views.Link{Text: "run 12", Href: "/runs/12"}, Outcome: accepted, Size: "12 kB", Detail: "180 kB unpacked", Client: "Testmo CLI 1.5.0", Took: "8 ms"},
			{At: at, Token: hostileText, What: "End of", Run: views.Link{Text: "run 99"}, Outcome: refused, Reason: hostileText + longText, Size: "2 B", Client: longText, Took: "< 1 ms"},
		},
	}
}
