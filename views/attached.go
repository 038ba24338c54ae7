package views

// AttachedView is the page of all that was attached to a run, or to one of its
// threads: what the page of the run shows at once, and what it fetches from here.
type AttachedView struct {
	Layout Layout
	Title  string // "Attachments", or the name of the thread.
	Status Badge
	Run    Link
	Tests  Link // Those of the thread; empty for a run.
	Sent   SentView
	Rest   SentView
}
