package views

import "slices"

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
