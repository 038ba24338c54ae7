package views

import "strconv"

// AddRegion holds the form to hand over result files, and what became of the last ones.
const AddRegion = "adding"

// AddView is the page of that form.
type AddView struct {
	Layout  Layout
	Form    AddForm
	Message string     // What went wrong; "" when nothing did.
	Added   *AddedView // nil when nothing was added.
}

// AddForm is the form to hand over result files.
type AddForm struct {
	Action       string
	Sources      []string // Names that the project knows.
	Source, Name string   // As they were typed.
	AsksToken    bool
	Most         int64               // Bytes of all files.
	Problems     map[string][]string // Sentences by parameter, shown beside the control.
}

// AddedView is a run that was made, and what of the files was left out.
type AddedView struct {
	Run     Link
	Tests   string // "431 tests"
	LeftOut []string
}

func mebibytes(bytes int64) string { return strconv.FormatInt(bytes>>20, 10) + " MiB" }
