package handlers

import (
	"cmp"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/runboard/runboard/api"
	"github.com/runboard/runboard/api/query"
)

// frame is how the reader's own address wants pages to be framed. Every link
// carries it along.
type frame struct {
	Embed string `form:"embed"` // "1" inside another site's frame.
	Theme string `form:"theme"` // One of themes; "" for the reader's own.
}

// readFrame takes what it understands; the rest of the query is others'
// business. The error is that of a query that cannot be read, such as one that
// names two themes.
func readFrame(r *http.Request) (frame, error) {
	var f frame
	if err := api.DecodeFilter(&f, r.URL.RawQuery); err != nil {
		return frame{}, err
	}
	return f, nil
}

// Validate forgets what is not known: a frame is never a reason to show nothing.
func (f *frame) Validate(*api.Problems) {
	if f.Embed != "1" {
		f.Embed = ""
	}
	if !isTheme(f.Theme) {
		f.Theme = ""
	}
}

// links makes the addresses of pages, in their canonical form. No other type does.
type links struct {
	frame

	perPage int            // Rows a page that the reader prefers; 0 for pageRows.
	runs    api.RunFilter  // The default list of runs, which an address leaves out.
	tests   api.TestFilter // The same for the tests of a run.
	exact   bool           // Tests can be listed by their exact status.
}

// pageRows are the rows of a page of runs unless the reader prefers others.
const pageRows = 25

// newLinks makes links for a reader who prefers a number of rows; 0 for none.
func newLinks(f frame, perPage int, can api.Capabilities) links {
	runs, tests := api.NewRunFilter(), api.NewTestFilter()
	runs.PerPage = pageRows
	// Failures come first, by the best order that the backend has.
	for _, sort := range []string{"automation_run_tests:status", api.SortTestsBySeverity} {
		if slices.Contains(can.TestSorts, sort) {
			tests.Sort = sort
		}
	}
	if perPage == pageRows {
		perPage = 0
	}
	return links{frame: f, perPage: perPage, runs: runs, tests: tests, exact: can.Results}
}

func (l links) homeURL() string { return l.join("/", "") }

// allRuns is the list of runs that the reader starts from.
func (l links) allRuns() api.RunFilter {
	filter := l.runs
	filter.PerPage = cmp.Or(l.perPage, filter.PerPage)
	return filter
}

// askedRuns is the list of runs that an address starts from. A page of it is
// certain rows, whatever number of them the reader prefers.
func (l links) askedRuns(values url.Values) api.RunFilter {
	if values.Get("page") != "" && values.Get("per_page") == "" {
		return l.runs
	}
	return l.allRuns()
}

// runsURL leads to a list of runs. The address of a page that is not the first,
// or made for someone who prefers a number of rows, always names the number, so
// that it shows the same to others.
func (l links) runsURL(projectID int64, filter api.RunFilter) string {
	base := l.runs
	if l.perPage != 0 || filter.Page > 1 {
		base.PerPage = 0
	}
	return l.join(runsPath(projectID), query.Encode(normal(filter), base))
}

func runsPath(projectID int64) string {
	return "/projects/" + strconv.FormatInt(projectID, 10) + "/runs"
}

func (l links) sourcesURL(projectID int64) string {
	return l.join("/projects/"+strconv.FormatInt(projectID, 10)+"/sources", "")
}

// runURL leads to a run and, on its page, to a list of its tests.
func (l links) runURL(id int64, filter api.TestFilter) string {
	return runPath(id) + l.testsQuery(filter)
}

// testsQuery is the end of the address of such a list, with its question mark.
func (l links) testsQuery(filter api.TestFilter) string {
	return l.join("", query.Encode(filter, l.tests))
}

func runPath(id int64) string { return "/runs/" + strconv.FormatInt(id, 10) }

// resultFilter lists the tests of a run with a status. It reports false when
// the backend cannot tell them from others.
func (l links) resultFilter(status api.Status) (api.TestFilter, bool) {
	filter := l.tests
	switch {
	case l.exact:
		filter.Results = query.IDs{int64(status.ID)}
	case status.ID == api.Passed || status.ID == api.Failed:
		filter.StatusIDs = query.IDs{int64(status.RunStatus())}
	default:
		return filter, false
	}
	return filter, true
}

func (l links) testURL(runID, testID int64) string {
	return l.join(runPath(runID)+"/tests/"+strconv.FormatInt(testID, 10), "")
}

// attachedURL leads to all that was attached to a run.
func (l links) attachedURL(runID int64) string { return l.join(runPath(runID)+"/attachments", "") }

// threadURL leads to all that was attached to a thread.
func (l links) threadURL(runID, threadID int64) string {
	return l.join(runPath(runID)+"/threads/"+strconv.FormatInt(threadID, 10), "")
}

// join puts an address together, with the frame at its end.
func (l links) join(path, encoded string) string {
	parts := make([]string, 0, 2)
	for _, part := range []string{encoded, query.Encode(l.frame, frame{})} {
		if part != "" {
			parts = append(parts, part)
		}
	}
	if len(parts) == 0 {
		return path
	}
	return path + "?" + strings.Join(parts, "&")
}

// normal is the filter as its address spells it: what a page shows anyway and
// what makes no difference is left out.
func normal(filter api.RunFilter) api.RunFilter {
	filter.Expands = nil
	if filter.Zone == "UTC" || !needsZone(filter.CreatedAfter) && !needsZone(filter.CreatedBefore) {
		filter.Zone = ""
	}
	return filter
}

// needsZone reports whether a time is read in the zone of its filter.
func needsZone(text string) bool {
	return text != "" && (len(text) <= len("2006-01-02") || !strings.ContainsAny(text[len("2006-01-02"):], "zZ+-"))
}

// searchSource is how htmx names the text search as the source of a request.
const searchSource = "input#q"

// settle brings the canonical address of a page into the reader's address bar.
// It reports true when it has answered with a redirect, so that nothing is left to do.
func settle(w http.ResponseWriter, r *http.Request, canonical string) bool {
	_, rawQuery, _ := strings.Cut(canonical, "?")
	if localURL(r.URL) == canonical || len(rawQuery) > query.MaxLength { // Letters that are escaped have grown.
		return false
	}
	if !isPartial(r) {
		http.Redirect(w, r, canonical, http.StatusSeeOther)
		return true
	}
	current, err := url.Parse(r.Header.Get("HX-Current-URL"))
	isTyping := r.Header.Get("HX-Source") == searchSource
	if isTyping || err == nil && localURL(current) == canonical {
		w.Header().Set("HX-Replace-Url", canonical)
	} else {
		w.Header().Set("HX-Push-Url", canonical)
	}
	return false
}

// localURL is the path and query of an address, as it was asked for.
func localURL(u *url.URL) string {
	local := url.URL{Path: u.Path, RawPath: u.RawPath, RawQuery: u.RawQuery}
	return local.String()
}
