package views_test

import (
	"bytes"
	"context"
	"go/ast"
	"go/parser"
	"go/token"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"
	"github.com/a-h/templ"
	"github.com/stretchr/testify/require"

	"github.com/runboard/runboard/views"
)

// exhibit is a component in one of its states.
type exhibit struct {
	component string // Name of the templ function.
	state     string
	shown     templ.Component
}

// gallery is every component in every state that a reader can meet.
func gallery() []exhibit {
	return slices.Concat(partExhibits(), listExhibits(), overviewExhibits(), runExhibits(), testExhibits())
}

func partExhibits() []exhibit {
	var shown []exhibit
	tones := []views.Tone{
		views.TonePassed, views.ToneFailed, views.ToneRunning, views.ToneFlaky, views.ToneSkipped,
		views.ToneBlocked, views.ToneRetest, views.ToneUntested, views.ToneCustom,
	}
	for _, tone := range tones {
		badge := views.Badge{Text: string(tone), Tone: tone}
		shown = append(shown,
			exhibit{"StatusBadge", string(tone), views.StatusBadge(badge)},
			exhibit{"StatusMark", string(tone), views.StatusMark(badge)},
		)
	}
	at := views.Instant{Text: "2 h ago", Title: "Tue 24 Nov 2026, 09:13:58 CET", Machine: "2026-11-24T08:13:58Z"}
	problem := views.ErrorView{Layout: layout(), Status: 503, Title: "Service Unavailable", Message: "The instance did not answer.", Request: "3f9a", Retry: "/projects/1/runs"}
	missing := views.ErrorView{Layout: layout(), Status: 404, Title: "Not Found", Message: "There is no run 12."}
	return append(shown,
		exhibit{"StatusBadge", "custom colour", views.StatusBadge(views.Badge{Text: "Known issue", Tone: views.ToneCustom, Color: "#0f766e"})},
		exhibit{"StatusBadge", "bad colour", views.StatusBadge(views.Badge{Text: hostileText, Tone: views.ToneCustom, Color: "red;}x{"})},
		exhibit{"Name", "name", views.Name("Checkout")},
		exhibit{"Name", "none", views.Name(" ")},
		exhibit{"Icon", "one", views.Icon("search")},
		exhibit{"Sprite", "whole", views.Sprite()},
		exhibit{"When", "instant", views.When(at)},
		exhibit{"When", "none", views.When(views.Instant{})},
		exhibit{"RateText", "rate", views.RateText(views.Rate{Text: "98.6 %", Title: "1,210 passed of 1,227", Tone: views.ToneFailed})},
		exhibit{"RateText", "none", views.RateText(views.Rate{Text: "–"})},
		exhibit{"LinkText", "link", views.LinkText(views.Link{Text: hostileText + longText, Href: "/runs/1"})},
		exhibit{"Text", "hostile", views.Text(hostileText)},
		exhibit{"LinkText", "plain", views.LinkText(views.Link{Text: longText, Href: "/runs/1"})},
		exhibit{"LinkText", "text", views.LinkText(views.Link{Text: arabicText})},
		exhibit{"CellBar", "empty", views.CellBar(views.Bar{Label: "No results"})},
		exhibit{"CellBar", "thin slice", views.CellBar(bar(1, 0, 2, 49997))},
		exhibit{"PageBar", "custom status", views.PageBar(customBar())},
		exhibit{"BarCounts", "links", views.BarCounts(bar(3, 1, 12, 1210))},
		exhibit{"BarCounts", "texts", views.BarCounts(customBar())},
		exhibit{"RegionLink", "all", views.RegionLink(views.Anchor{ID: "a", Href: "/runs/1", Region: "runs", Rel: "next", Current: "page", Key: "]", Title: "Next", Class: "step"})},
		exhibit{"Pager", "many", views.Pager(pager(), views.RunsRegion)},
		exhibit{"Pager", "one page", views.Pager(views.PagerView{Numbers: []views.Segment{{Text: "1", Href: "/projects/1/runs", Selected: true}}}, views.RunsRegion)},
		exhibit{"StaleNote", "stale", views.StaleNote("Showing data from 10:42: the instance did not answer.")},
		exhibit{"StaleNote", "fresh", views.StaleNote("")},
		exhibit{"ErrorPage", "unavailable", views.ErrorPage(problem)},
		exhibit{"ErrorPage", "not found", views.ErrorPage(missing)},
		exhibit{"ErrorNote", "unavailable", views.ErrorNote(problem)},
		exhibit{"Page", "bare", views.Page(views.Layout{Title: "Projects", Theme: "dark", Zone: "UTC"})},
	)
}

func listExhibits() []exhibit {
	awkward := runsViewWith(func(v *views.RunsView) {
		v.Layout.Project, v.Layout.Instance = arabicText, "https://example.testmo.net"
		v.Layout.Stale = "Showing data from 10:42: the instance did not answer (429)."
		rows := v.Table.Rows
		rows[0].Name, rows[0].Source.Text, rows[0].Stale = longText, longText, "silent for 3 h"
		rows[1].Name, rows[1].Config.Text, rows[1].By.Text = arabicText, arabicText, arabicText
		rows[2].Name, rows[2].Tags[0].Text = hostileText, hostileText
		rows[3].Bar, rows[3].Rate, rows[3].Total = views.Bar{}, views.Rate{Text: "–"}, "0"
		rows[4].Bar = customBar()
		rows[5].Tags = slices.Repeat([]views.Link{{Text: "tag"}}, 30)
	})
	remote := runsViewWith(func(v *views.RunsView) {
		v.Strip = views.StripView{}
		for i := range v.Filter.Segments {
			v.Filter.Segments[i].Count = ""
		}
		for i := range v.Filter.Pickers {
			v.Filter.Pickers[i].Choices = nil
		}
		for i := range v.Table.Heads {
			v.Table.Heads[i].Href = ""
		}
		v.Table.Refresh = ""
	})
	invalid := runsViewWith(func(v *views.RunsView) {
		v.Filter.After = "yesterday"
		v.Filter.Problems = map[string]string{
			"created_after": "Must be a time, such as 2026-01-02.", "status": "Must be between 2 and 4.", "q": "Must not be longer than 200 characters.",
		}
		v.Filter.Pickers[0].Problem = "Must be an id."
	})
	nothing := runsViewWith(func(v *views.RunsView) {
		v.Summary = "No run meets the filter"
		v.Table = views.RunsTableView{Heads: heads(), Nothing: &views.NothingView{Narrowest: "Tag: nightly", Lift: "/projects/1/runs?a=1", Count: "1,284", Reset: "/projects/1/runs"}}
	})
	start := runsViewWith(func(v *views.RunsView) {
		v.Strip, v.Summary, v.Filter.Chips, v.Filter.Reset = views.StripView{}, "No runs yet", nil, ""
		v.Table = views.RunsTableView{Heads: heads(), Start: &views.StartView{
			TokenCommand:  "runboard token create --name ci",
			SubmitCommand: "TESTMO_TOKEN=… testmo automation:run:submit --instance http://127.0.0.1:8080 --project-id 1 --name \"First run\" --source backend-api --results results/*.xml",
		}}
	})
	beyond := runsViewWith(func(v *views.RunsView) {
		v.Table = views.RunsTableView{Heads: heads(), Pager: pager(), Beyond: "/projects/1/runs?page=52"}
	})
	framed := runsViewWith(func(v *views.RunsView) { v.Layout.Embed, v.Layout.Theme = true, "light" })
	dark := runsViewWith(func(v *views.RunsView) { v.Layout.Theme = "dark" })
	return []exhibit{
		{"RunsPage", "many", views.RunsPage(runsView())},
		{"RunsPage", "dark", views.RunsPage(dark)},
		{"RunsPage", "awkward texts", views.RunsPage(awkward)},
		{"RunsPage", "remote", views.RunsPage(remote)},
		{"RunsPage", "invalid", views.RunsPage(invalid)},
		{"RunsPage", "nothing found", views.RunsPage(nothing)},
		{"RunsPage", "nothing yet", views.RunsPage(start)},
		{"RunsPage", "beyond", views.RunsPage(beyond)},
		{"RunsPage", "framed", views.RunsPage(framed)},
		{"Runs", "partial", views.Runs(runsView())},
		{"RunsTable", "one", views.RunsTable(views.RunsTableView{Heads: heads(), Rows: runRows()[:1]})},
		{"Filters", "bare", views.Filters(views.RunsView{Filter: views.RunsFilterView{Action: "/projects/1/runs"}})},
		{"AddPage", "nothing yet", views.AddPage(views.AddView{Layout: layout(), Form: addForm()})},
		{"AddPage", "refused", views.AddPage(views.AddView{Layout: layout(), Form: refusedForm(), Message: "None of the files can be read."})},
		{"AddPage", "in part", views.AddPage(views.AddView{Layout: layout(), Form: addForm(), Added: &views.AddedView{
			Run: views.Link{Text: "Run 12", Href: "/runs/12"}, Tests: "431 tests", LeftOut: []string{"b.xml, line 2: The file ends too early.", hostileText + longText},
		}})},
		{"DiaryPage", "many", views.DiaryPage(diaryView())},
		{"DiaryPage", "empty", views.DiaryPage(views.DiaryView{Layout: layout(), Start: &views.StartView{TokenCommand: "runboard token create", SubmitCommand: "runboard submit"}})},
		{"Diary", "nonsense", views.Diary(views.DiaryView{Tokens: diaryView().Tokens, Problems: []string{"token must be a number.", hostileText}})},
		{"Strip", "one day", views.Strip(views.StripView{Days: strip().Days[:1]}, views.RunsRegion)},
		{"FilterPicker", "many", views.FilterPicker(filterBar().Pickers[0])},
	}
}

func overviewExhibits() []exhibit {
	l := layout()
	l.Title, l.Project, l.Sections = "Projects", "", nil
	source := views.SourceRow{
		Name: "backend-api", Href: "/projects/1/runs?source_id=1", Status: views.Badge{Text: "Failure", Tone: views.ToneFailed},
		Runs: "212", Tests: "2,417", Elapsed: "4 m 51 s", Ran: views.Instant{Text: "2 h ago", Title: "Tue 24 Nov 2026, 07:13:58 CET", Machine: "2026-11-24T06:13:58Z"},
	}
	running := source
	running.Status, running.Stale = views.Badge{Text: "Running", Tone: views.ToneRunning}, "silent for 2 h"
	retired := source
	retired.Name, retired.IsRetired, retired.Status = longText, true, views.Badge{Text: "Success", Tone: views.TonePassed}
	project := views.ProjectCard{Name: "Webshop", Href: "/projects/1/runs", Runs: "1,284 runs", Running: views.Link{Text: "2 running", Href: "/projects/1/runs?status=4"}, Sources: []views.SourceRow{source, running, retired}}
	other := views.ProjectCard{Name: arabicText, Href: "/projects/2/runs", Runs: "No runs yet"}
	return []exhibit{
		{"ProjectsPage", "many", views.ProjectsPage(views.ProjectsView{Layout: l, Projects: []views.ProjectCard{project, other, project}})},
		{"ProjectsPage", "none", views.ProjectsPage(views.ProjectsView{Layout: l})},
		{"SourcesPage", "many", views.SourcesPage(views.SourcesView{Layout: layout(), Sources: []views.SourceRow{source, running, retired}, Runs: "/projects/1/runs"})},
		{"SourcesPage", "none", views.SourcesPage(views.SourcesView{Layout: layout(), Runs: "/projects/1/runs"})},
	}
}

func render(t *testing.T, c templ.Component) string {
	t.Helper()
	var page bytes.Buffer
	require.NoError(t, c.Render(t.Context(), &page))
	return page.String()
}

// TestGallery looks at every component in every state. With the environment's
// RUNBOARD_GALLERY it leaves the pages in that folder, to be looked at.
func TestGallery(t *testing.T) {
	t.Parallel()
	for _, e := range gallery() {
		t.Run(e.component+"/"+e.state, func(t *testing.T) {
			t.Parallel()
			page := render(t, e.shown)
			doc, err := goquery.NewDocumentFromReader(strings.NewReader(page))
			require.NoError(t, err)
			if folder := os.Getenv("RUNBOARD_GALLERY"); folder != "" {
				name := strings.ReplaceAll(e.component+" "+e.state, " ", "-") + ".html"
				require.NoError(t, os.WriteFile(filepath.Join(folder, name), []byte(page), 0o600))
			}
			requireUniqueIDs(t, doc)
			requireLabels(t, doc)
			requireTargets(t, doc)
			require.Zero(t, doc.Find("[style], style, [onclick], script:not([src])").Length(), "the policy of the pages blocks it")
			require.False(t, strings.ContainsAny(doc.Find("body").Text(), "\u202e\x00\x1b"), "what hides or turns text around is made visible")
			require.Zero(t, doc.Find("bdi b[onclick], a b[onclick]").Length(), "texts are never markup")
		})
	}
}

func requireUniqueIDs(t *testing.T, doc *goquery.Document) {
	t.Helper()
	seen := map[string]bool{}
	doc.Find("[id]").Each(func(_ int, s *goquery.Selection) {
		id := s.AttrOr("id", "")
		require.NotEmpty(t, id)
		require.NotContains(t, id, " ")
		require.False(t, seen[id], "id %q is there twice", id)
		seen[id] = true
	})
}

func requireLabels(t *testing.T, doc *goquery.Document) {
	t.Helper()
	doc.Find("input:not([type=hidden]), select, textarea").Each(func(_ int, s *goquery.Selection) {
		id := s.AttrOr("id", "")
		labelled := s.AttrOr("aria-label", "") != "" || s.Closest("label").Length() > 0 || id != "" && doc.Find("label[for='"+id+"']").Length() > 0
		require.True(t, labelled, "input %q has no label", id)
	})
	doc.Find("svg[role]").Each(func(_ int, s *goquery.Selection) {
		require.NotEmpty(t, s.AttrOr("aria-label", "")+s.AttrOr("aria-labelledby", ""), "a picture says what it shows")
	})
	doc.Find("button, a[href], summary").Each(func(_ int, s *goquery.Selection) {
		require.NotEmpty(t, strings.TrimSpace(s.Text()+s.AttrOr("title", "")), "what can be clicked has a name")
	})
}

func requireTargets(t *testing.T, doc *goquery.Document) {
	t.Helper()
	doc.Find("[href], [action], [hx-get], [src]").Each(func(_ int, s *goquery.Selection) {
		for _, name := range []string{"href", "action", "hx-get", "src"} {
			if target, ok := s.Attr(name); ok {
				require.NotEmpty(t, target, "%s of <%s>", name, goquery.NodeName(s))
			}
		}
	})
}

// TestEveryComponentIsInTheGallery reads which components there are.
func TestEveryComponentIsInTheGallery(t *testing.T) {
	t.Parallel()
	shown := map[string]bool{}
	for _, e := range gallery() {
		shown[e.component] = true
	}
	files, err := filepath.Glob("*_templ.go")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, name := range files {
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.SkipObjectResolution)
		require.NoError(t, err)
		for _, d := range file.Decls {
			if f, ok := d.(*ast.FuncDecl); ok && f.Name.IsExported() && returnsComponent(f) {
				require.True(t, shown[f.Name.Name], "%s of %s is not in the gallery", f.Name.Name, name)
			}
		}
	}
}

func returnsComponent(f *ast.FuncDecl) bool {
	if f.Type.Results == nil || len(f.Type.Results.List) != 1 {
		return false
	}
	s, ok := f.Type.Results.List[0].Type.(*ast.SelectorExpr)
	return ok && s.Sel.Name == "Component"
}

// TestTemplatesStaySafe keeps out what the policy blocks, and what would let a
// text of a client's become an address or an attribute.
func TestTemplatesStaySafe(t *testing.T) {
	t.Parallel()
	forbidden := regexp.MustCompile(`SafeURL\(|\.\.\. *\}\s*>|\{ *[a-zA-Z.]+\.\.\. *\}|\bstyle=|hx-on|js:|<script>|^css `)
	files, err := filepath.Glob("*.templ")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, name := range files {
		source, err := os.ReadFile(name)
		require.NoError(t, err)
		source = bytes.ReplaceAll(source, []byte("{ children... }"), nil)
		require.Empty(t, forbidden.FindString(string(source)), name)
	}
}

// BenchmarkRuns renders the answer to a partial request, with 25 rows.
func BenchmarkRuns(b *testing.B) {
	v := runsView()
	v.Table.Rows = slices.Repeat(v.Table.Rows, 3)[:25]
	for b.Loop() {
		if err := views.RunsPage(v).Render(context.Background(), io.Discard); err != nil {
			b.Fatal(err)
		}
	}
}
