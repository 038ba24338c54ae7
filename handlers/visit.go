package handlers

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/runboard/runboard/api"
	"github.com/runboard/runboard/views"
)

// visit is who reads a page, and how: it makes the links and shows the times.
type visit struct {
	links
	clock

	preferences preferences
	can         api.Capabilities // Of the backend, as they are at this request.
	asksZone    bool             // The page may be loaded again, once the browser has told its zone.
}

// visit reads how the reader wants a page. With an error, which is that of
// readFrame, it is one without a frame.
func (h *Handlers) visit(r *http.Request) (visit, error) {
	p, can := h.preferences(r), h.Capabilities()
	f, err := readFrame(r)
	return visit{
		links:       newLinks(f, p.PerPage, can),
		clock:       clock{now: h.Now(), zone: p.location()},
		preferences: p,
		can:         can,
		asksZone:    p.Zone == "" && p.BrowserZone == "" && r.Method == http.MethodGet,
	}, err
}

// layout frames a page about no project. Here is the canonical address of the page.
func (h *Handlers) layout(v visit, title, here string) views.Layout {
	layout := views.Layout{
		Title: title, Embed: v.Embed != "", Theme: "auto", Zone: v.zone.String(), Zones: zones(v.zone.String()),
		Made: v.instant(api.NewTime(v.now)), Here: here, Keys: v.preferences.Keys != keysOff,
		PerPage: strconv.Itoa(pageRows), Instance: h.Instance,
		ChosenZone: v.preferences.Zone, AskZone: v.asksZone,
	}
	if v.perPage != 0 {
		layout.PerPage = strconv.Itoa(v.perPage)
	}
	if h.Diary != nil {
		layout.Submissions = v.diaryURL(api.NewDiaryFilter())
	}
	for _, theme := range []string{v.preferences.Theme, v.Theme} {
		if theme != "" {
			layout.Theme = theme
		}
	}
	return layout
}

// projectLayout frames a page of a project; the section of its title is the
// current one. In a frame there is no other project to switch to.
func (h *Handlers) projectLayout(r *http.Request, v visit, projectID int64, title, here string) (views.Layout, error) {
	layout := h.layout(v, title, here)
	if !layout.Embed {
		projects, _, err := h.projects(r.Context())
		if err != nil {
			return layout, err
		}
		for _, project := range projects {
			link := views.Link{Text: project.Name, Href: v.runsURL(project.ID, v.allRuns())}
			if project.ID == projectID {
				layout.Project, link.Href = project.Name, ""
			}
			layout.Projects = append(layout.Projects, link)
		}
	}
	if layout.Project == "" {
		project, err := h.Reader.Project(r.Context(), projectID)
		if err != nil {
			return layout, err
		}
		layout.Project = project.Name
	}
	layout.Sections = []views.Section{
		{Text: "Runs", Href: v.runsURL(projectID, v.allRuns()), Current: title == "Runs"},
		{Text: "Sources", Href: v.sourcesURL(projectID), Current: title == "Sources"},
	}
	return layout, nil
}

// stale says in a sentence why a page shows older data; "" when it is fresh.
func (c clock) stale(f api.Freshness) string {
	if f.Problem == nil {
		return ""
	}
	return "Showing data from " + c.moment(f.AsOf) + ": the instance did not answer (" + strings.TrimSuffix(f.Problem.Message, ".") + ")."
}

// zones are what a reader can choose from: the usual ones, and the present one.
func zones(present string) []string {
	names := []string{
		"UTC", "Africa/Cairo", "Africa/Johannesburg", "Africa/Lagos", "Africa/Nairobi", "America/Argentina/Buenos_Aires",
		"America/Bogota", "America/Chicago", "America/Denver", "America/Halifax", "America/Los_Angeles", "America/Mexico_City",
		"America/New_York", "America/Phoenix", "America/Sao_Paulo", "America/Toronto", "America/Vancouver", "Asia/Bangkok",
		"Asia/Dhaka", "Asia/Dubai", "Asia/Hong_Kong", "Asia/Jakarta", "Asia/Jerusalem", "Asia/Karachi", "Asia/Kolkata",
		"Asia/Manila", "Asia/Seoul", "Asia/Shanghai", "Asia/Singapore", "Asia/Taipei", "Asia/Tehran", "Asia/Tokyo",
		"Australia/Adelaide", "Australia/Brisbane", "Australia/Perth", "Australia/Sydney", "Europe/Amsterdam", "Europe/Athens",
		"Europe/Berlin", "Europe/Brussels", "Europe/Bucharest", "Europe/Budapest", "Europe/Copenhagen", "Europe/Dublin",
		"Europe/Helsinki", "Europe/Istanbul", "Europe/Kyiv", "Europe/Lisbon", "Europe/London", "Europe/Madrid", "Europe/Moscow",
		"Europe/Oslo", "Europe/Paris", "Europe/Prague", "Europe/Rome", "Europe/Stockholm", "Europe/Vienna", "Europe/Warsaw",
		"Europe/Zurich", "Pacific/Auckland", "Pacific/Honolulu",
	}
	if !slices.Contains(names, present) {
		names = append(names, present)
	}
	return names
}
