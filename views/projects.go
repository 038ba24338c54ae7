package views

// ProjectsView is the first page: the projects, each with its sources.
type ProjectsView struct {
	Layout   Layout
	Projects []ProjectCard
	Make     string // The command that makes a project.
}

// ProjectCard is one project with the latest state of its sources.
type ProjectCard struct {
	Name    string
	Href    string // Its runs.
	Runs    string // "1,284 runs"
	Running Link   // "2 running", to those; without Text for none.
	Sources []SourceRow
}
