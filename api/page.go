package api

import (
	"encoding/json"
	"strconv"
	"time"
)

// Page is one page of a list: contract 1.1.
type Page[T any] struct {
	Page     OptionalID `json:"page"` // The four page numbers are null for an empty set.
	PrevPage OptionalID `json:"prev_page"`
	NextPage OptionalID `json:"next_page"`
	LastPage OptionalID `json:"last_page"`
	PerPage  int        `json:"per_page"`
	Total    int        `json:"total"` // Over all pages.
	Result   []T        `json:"result"`
	Expands  Expands    `json:"expands"`

	Freshness `json:"-"`
}

// NewPage numbers a page: items are those of the given page, total is over all.
// A page beyond the end has no next page, and the last page as its previous one.
func NewPage[T any](items []T, page, perPage, total int) Page[T] {
	if items == nil {
		items = []T{}
	}
	p := Page[T]{PerPage: perPage, Total: total, Result: items}
	last := (total + perPage - 1) / perPage
	if last == 0 {
		return p
	}
	p.Page, p.LastPage = OptionalID(page), OptionalID(last)
	if page > 1 {
		p.PrevPage = OptionalID(min(page-1, last))
	}
	if page < last {
		p.NextPage = OptionalID(page + 1)
	}
	return p
}

// Freshness says how old an answer is. The zero value is an answer of just now.
type Freshness struct {
	AsOf    time.Time // When the answer was last good; zero when it is fresh.
	Problem *Error    // Why there is no fresh one; nil when there is.
}

// Named is an object that another one refers to by its id.
type Named struct {
	ID   int64  `json:"id"`
	Name string `json:"name"`
}

// Expands name the objects that a page refers to, as far as they were asked
// for: contract 1.2.
type Expands struct {
	Sources    []Named  `json:"automation_sources,omitempty"`
	Configs    []Named  `json:"configs,omitempty"`
	Milestones []Named  `json:"milestones,omitempty"`
	Statuses   Statuses `json:"statuses,omitempty"`
	Users      []Named  `json:"users,omitempty"`
}

func (e Expands) isEmpty() bool {
	return len(e.Sources)+len(e.Configs)+len(e.Milestones)+len(e.Statuses)+len(e.Users) == 0
}

// MarshalJSON writes an object by name of expand, or an empty array when there
// is nothing, as Testmo does.
func (e Expands) MarshalJSON() ([]byte, error) {
	if e.isEmpty() {
		return []byte("[]"), nil
	}
	type plain Expands
	return json.Marshal(plain(e))
}

// UnmarshalJSON takes an object, an array, or null.
func (e *Expands) UnmarshalJSON(data []byte) error {
	*e = Expands{}
	if data[0] != '{' {
		return nil
	}
	type plain Expands
	return json.Unmarshal(data, (*plain)(e))
}

// NameOf finds a name by id; "" when it is not there.
func NameOf(items []Named, id int64) string {
	for _, item := range items {
		if item.ID == id {
			return item.Name
		}
	}
	return ""
}

func appendInt(b []byte, n int64) []byte { return strconv.AppendInt(b, n, 10) }
