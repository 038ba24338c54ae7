package store

import (
	"cmp"
	"slices"

	"github.com/runboard/runboard/api"
)

// Projects, sources, milestones and users are few, so they are read whole, and
// filtered, sorted and paged here.

// keep leaves what a filter wants.
func keep[T any](items []T, wanted func(T) bool) []T {
	return slices.DeleteFunc(items, func(item T) bool { return !wanted(item) })
}

// isAsked reports whether a yes or no is what a filter asks for, nil being both.
func isAsked(asked *bool, value bool) bool { return asked == nil || *asked == value }

// sortByTime sorts by an instant, then by id in the same direction; what has no
// such instant stands last.
func sortByTime[T any](items []T, order string, instant func(T) api.Time, id func(T) int64) {
	direction := 1
	if order == api.OrderDesc {
		direction = -1
	}
	slices.SortFunc(items, func(a, b T) int {
		x, y := instant(a), instant(b)
		if x.IsZero() != y.IsZero() {
			return cmp.Compare(y.Millis(), x.Millis())
		}
		return direction * cmp.Or(x.Compare(y.Time), cmp.Compare(id(a), id(b)))
	})
}

// pageOf cuts a page out of a whole list.
func pageOf[T any](items []T, page, perPage int) api.Page[T] {
	start := min((page-1)*perPage, len(items))
	return api.NewPage(items[start:min(start+perPage, len(items))], page, perPage, len(items))
}
