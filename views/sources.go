package views

// SourcesView is the page of a project's sources.
type SourcesView struct {
	Layout  Layout
	Sources []SourceRow
	Runs    string // URL of the project's runs, for when there is no source yet.
}

// SourceRow is one source and its latest state.
type SourceRow struct {
	Name      string
	Href      string // Its runs.
	Status    Badge  // Of its newest run when that is running, else of its last completed one.
	IsRetired bool
	Runs      string // "212"
	Tests     string // Average of a run.
	Elapsed   string // Average of a run.
	Ran       Instant
	Stale     string // "silent for 2 h"; empty unless it is running and nothing has come for long.
}
