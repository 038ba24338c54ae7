package views

import "slices"

// hasTests reports whether there are tests, if perhaps not on this page.
func (v TestsTableView) hasTests() bool { return len(v.Rows) > 0 || v.Beyond != "" || v.Nothing != nil }

func (v TestsTableView) hasFolders() bool {
	return slices.ContainsFunc(v.Rows, func(r TestRow) bool { return r.Folder.Text != "" })
}

func (v TestsTableView) hasThreads() bool {
	return slices.ContainsFunc(v.Rows, func(r TestRow) bool { return r.Thread.Text != "" })
}

// columns are the heads of all columns: those that may sort, and the others
// among them.
func (v TestsTableView) columns() []Head {
	return []Head{
		v.Heads[0], v.Heads[1],
		{Text: "Folder", Kind: "folder"},
		{Text: "Thread", Kind: "thread"},
		v.Heads[2],
		{Text: "Details", Kind: "more"},
	}
}
