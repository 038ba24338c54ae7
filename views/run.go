package views

// Regions of the run page that are updated by themselves, as those of the runs
// list; FiltersRegion, SummaryRegion and AlertsRegion have the same ids here.
const (
	RunRegion     = "run"     // The head of the page.
	ThreadsRegion = "threads" // The threads with their progress.
	TestsRegion   = "tests"   // The table of tests with its pager.
)

// RunView is the page of one run: contract 2.4 and 2.10.
type RunView struct {
	Layout  Layout
	Head    RunHeadView
	Sent    SentView // For the run itself.
	Threads ThreadsListView
	Filter  TestsFilterView
	Summary string // "1,204 tests, 12 failed, page 1 of 13, failures first"
	Table   TestsTableView
}

// RunHeadView is the run in short.
type RunHeadView struct {
	ID        string
	Name      string
	Status    Badge
	Stale     string // "silent for 3 h" when a running run has received nothing for long; empty otherwise.
	Origin    []Link // Source, configuration, milestone and tags, into the list of runs with that filter.
	MoreTags  string // "and 88 more tags" when not all of them are there; empty otherwise.
	Rate      Rate
	Total     string
	Tests     string // URL of all tests.
	Elapsed   string
	Threads   ThreadsView
	Created   Instant
	By        Link
	Completed Instant // Without Machine while the run is running.
	Bar       Bar
}

// ThreadsListView are the threads of a run.
type ThreadsListView struct {
	Summary string // "8 threads, 6 completed, of which 1 failed"
	IsOpen  bool   // Shown without being asked for, unless the reader has closed it.
	Rows    []ThreadRow
	More    string // Why not all threads are there; empty when they are.
}

// ThreadRow is one thread.
type ThreadRow struct {
	ID      string
	Name    string
	Href    string // To its tests.
	Status  Badge
	Bar     Bar
	Total   string
	Elapsed string
	Created Instant
	Sent    SentView
}

// TestsFilterView is the filter bar of the tests. Its controls carry the API's
// parameter names.
type TestsFilterView struct {
	Action   string    // Path of the page, without a query.
	Hidden   []Hidden  // What the form must carry along.
	Segments []Segment // All, and each status.
	Pickers  []LinkPicker
	Query    string // Of the text search.
	NoSearch bool   // The backend cannot search by text.
	Chips    []Chip
	Reset    string            // URL without any filter; empty when none is set.
	Problems map[string]string // Sentences by parameter.
}

// LinkPicker is a disclosure with a search box and one link for each choice.
type LinkPicker struct {
	Name    string // Parameter: thread_id, folder.
	Label   string // "Folder"
	Chosen  string // Empty for none.
	Lift    string // URL without the choice; empty when there is none.
	Choices []FolderChoice
	More    string // Why not all choices are there; empty when they are.
}

// FolderChoice is one choice of a LinkPicker: a folder or a thread.
type FolderChoice struct {
	Text     string
	Href     string
	Count    string // "120"
	Failed   string // "3"; empty for none.
	Selected bool
}

// TestsTableView is the table of tests with its pager, or an empty state.
type TestsTableView struct {
	Heads   []Head // Of status, test and elapsed, in this order.
	Rows    []TestRow
	Pager   PagerView
	Refresh string       // URL to refresh the region from while the run is running; empty after.
	Beyond  string       // URL of the last page, when this one lies after it; empty otherwise.
	Nothing *NothingView // Set when the run has tests, of which none meets the filter.
	Why     string       // Why its tests cannot be listed, in a sentence; empty when they can.
}

// TestRow is one test in the list.
type TestRow struct {
	ID      string
	Name    string
	Href    string // Its own page; empty when the backend gives no more than the row.
	Status  Badge
	Flaked  bool
	Message string // The first line; may hold colours.
	Folder  Link   // These two narrow the list.
	Thread  Link   // Without text in a run of one thread.
	Elapsed string
	Sent    *SentView // Shown at once when there; nil to be fetched when the row is opened.
}
