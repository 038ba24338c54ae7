package views

// Regions of the runs list that are updated by themselves. Each id is used by
// the component, by hx-target, and by tests.
const (
	RunsRegion    = "runs"    // The table with its pager.
	FiltersRegion = "filters" // The filter bar with its counts, chips and strip.
	SummaryRegion = "summary" // The status line.
	AlertsRegion  = "alerts"  // What went wrong with the last partial update.
)

// SearchInput is the id of the text search. What it asks for replaces the
// address instead of adding to the history.
const SearchInput = "q"

// RunsView is the runs list: contract 2.1 as a page.
type RunsView struct {
	Layout  Layout
	Strip   StripView
	Filter  RunsFilterView
	Summary string // "1,284 runs, page 2 of 52, newest first"
	Table   RunsTableView
	Add     *AddForm // nil when the reader cannot add results.
	// KeepsFilters is true when a partial answer leaves the filters as they are.
	KeepsFilters bool
}

// RunsFilterView is the filter bar. Its controls carry the API's parameter names.
type RunsFilterView struct {
	Action   string    // Path of the list, without a query.
	Hidden   []Hidden  // What the form must carry along: sort, order, per_page, embed, theme, tz.
	Segments []Segment // All, Success, Failure, Running.
	Status   string    // Value of the parameter status, carried along.
	Pickers  []Picker
	After    string // Values of the two date inputs, "2026-01-02" or "".
	Before   string
	Ranges   []Segment // 24 h, 7 d, 30 d, this month.
	Period   string    // What the bounds of time are together, "7 d" or "1–30 Nov 2026"; empty without them.
	Query    string    // Of the text search.
	NoSearch bool      // The backend cannot search by text.
	Chips    []Chip
	Reset    string            // URL without any filter; empty when none is set.
	Problems map[string]string // Sentences by parameter, shown beside the control.
}

// Hidden is a hidden input.
type Hidden struct{ Name, Value string }

// Segment is one choice of a segmented control or a quick link.
type Segment struct {
	Text     string
	Href     string
	Count    string // Empty when it is not known.
	Room     string // The widest count that may come to stand there, for which there is room; empty for any.
	Tone     Tone   // Empty for a choice without one.
	Selected bool
}

// Picker is a disclosure with a search box and checkboxes.
type Picker struct {
	Name    string // Parameter: source_id, milestone_id, config_id, created_by, tags.
	Label   string // "Source"
	Chosen  string // "backend-api", "3 chosen", or "" for none.
	Choices []Choice
	More    string // Why not all choices are there; empty when they are.
	Problem string
}

// Choice is one value of a Picker.
type Choice struct {
	Value   string
	Text    string
	Count   string // Under the other filters; empty when it is not known.
	Checked bool
}

// Chip is an active filter with a link that removes it.
type Chip struct {
	Label  string // "Source"
	Text   string // "backend-api"
	Remove string
}

// StripView is the strip of the last 60 days.
type StripView struct {
	Summary string // A sentence: "212 runs in the last 60 days, 31 with failures."
	Days    []StripDay
}

// StripDay is one column of the strip. Heights are in thousandths of the
// highest day, at least 1 where the count is not zero.
type StripDay struct {
	Date     string // "2026-11-24"
	Title    string // "Tue 24 Nov: 6 runs, 1 failure"
	Href     string // Narrows the list to the day.
	Failure  int
	Running  int
	Success  int
	Selected bool
}

// RunsTableView is the table with its pager, or one of the two empty states.
type RunsTableView struct {
	Heads   []Head // Of run, results, rate, total, elapsed, threads, created and by, in this order.
	Rows    []RunRow
	Pager   PagerView
	Refresh string       // URL to refresh the region from while a run is running; empty when none is.
	Beyond  string       // URL of the last page, when this one lies after it; empty otherwise.
	Nothing *NothingView // Set when no run meets the filter.
	Start   *StartView   // Set when the project has no run at all.
}

// Head is the head of a column.
type Head struct {
	ID   string // Of the link, so that focus survives a swap.
	Text string
	Href string // Sorts by the column; empty when the backend cannot.
	Sort string // "ascending", "descending", or "" when another column sorts.
	Kind string // Class of the column: "run", "bar", "rate", "number", "time" or "by"; of tests "status", "test" or "number".
}

// RunRow is one run in the list.
type RunRow struct {
	ID        string
	Name      string
	Href      string
	Status    Badge
	Stale     string // "silent for 3 h" when a running run has received nothing for long; empty otherwise.
	Source    Link   // These four add themselves to the filter.
	Config    Link
	Milestone Link
	Tags      []Link
	MoreTags  string // "+88" when not all tags are there, which the run's own page has; empty otherwise.
	Bar       Bar
	Rate      Rate
	Total     string
	Elapsed   string
	Threads   ThreadsView
	Created   Instant
	By        Link
}

// ThreadsView is how many threads of a run are done.
type ThreadsView struct {
	Href  string // To the threads; empty for nowhere.
	Text  string // "6/8" while running, "8" after, "" for none.
	Title string // "6 of 8 threads completed"
	Done  int    // In thousandths; shown as a thin line while Active.
	// Active is true while the run is running.
	Active bool
}

// PagerView leads to other pages. Empty links are not there.
type PagerView struct {
	First, Prev, Next, Last string
	Numbers                 []Segment // Around here.
	PerPage                 []Segment
}

// NothingView says that nothing meets the filter, and which part of it to remove.
type NothingView struct {
	Narrowest string // "Tag: nightly", or "" when the counts are not known.
	Lift      string // URL without it.
	Count     string // How many there are then: "1,284".
	Reset     string
}

// StartView tells a newcomer how to submit a first report.
type StartView struct {
	TokenCommand  string
	SubmitCommand string
	Submissions   string // URL of the diary of submissions; empty when there is none, or this is it.
}
