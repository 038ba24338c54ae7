package api

import (
	"fmt"
	"strings"
)

// RunStatus is the state of a run or thread: contract 2.1.
type RunStatus int

// The three states of a run, and the fourth of a source or case that has none yet.
const (
	StatusNeutral RunStatus = 1 // Of sources, cases and tests only: neither passed nor failed.
	StatusSuccess RunStatus = 2
	StatusFailure RunStatus = 3
	StatusRunning RunStatus = 4
)

// StatusID is the exact status of a test, 1 to 25: contract 3.1.
type StatusID int

// The six statuses that every instance has; 7 to 25 are custom.
const (
	Untested StatusID = 1
	Passed   StatusID = 2
	Failed   StatusID = 3
	Retest   StatusID = 4
	Blocked  StatusID = 5
	Skipped  StatusID = 6

	statusCount = 25
)

// Status describes one status of a test: contract 1.2, expand "statuses".
type Status struct {
	ID         StatusID `json:"id"`
	Name       string   `json:"name"`
	SystemName string   `json:"system_name"`
	Color      string   `json:"color"` // Of a custom status, "#rrggbb"; may be empty.
	IsFinal    bool     `json:"is_final"`
	IsUntested bool     `json:"is_untested"`
	IsPassed   bool     `json:"is_passed"`
	IsFailed   bool     `json:"is_failed"`
	IsActive   bool     `json:"is_active"`
	Aliases    []string `json:"aliases"`
}

// RunStatus is the status on the scale of contract 2.10, which knows only
// neutral, success and failure.
func (s Status) RunStatus() RunStatus {
	switch {
	case s.IsPassed:
		return StatusSuccess
	case s.IsFailed:
		return StatusFailure
	default:
		return StatusNeutral
	}
}

// Statuses are all statuses of an instance, by ascending id.
type Statuses []Status

// DefaultStatuses are those of a new instance: six with names, and 19 custom
// ones that are inactive until they are given a name.
func DefaultStatuses() Statuses {
	all := Statuses{
		{ID: Untested, Name: "Untested", IsUntested: true, Color: "#94a3b8", Aliases: []string{"untested"}},
		{ID: Passed, Name: "Passed", IsPassed: true, IsFinal: true, Color: "#15803d", Aliases: []string{"passed", "success", "ok"}},
		{ID: Failed, Name: "Failed", IsFailed: true, IsFinal: true, Color: "#dc2626", Aliases: []string{"failed", "failure", "error", "broken"}},
		{ID: Retest, Name: "Retest", Color: "#0891b2", Aliases: []string{"retest"}},
		{ID: Blocked, Name: "Blocked", IsFinal: true, Color: "#9333ea", Aliases: []string{"blocked"}},
		{ID: Skipped, Name: "Skipped", IsFinal: true, Color: "#64748b", Aliases: []string{"skipped", "skip", "disabled", "ignored", "pending"}},
	}
	for i := range all {
		all[i].SystemName, all[i].IsActive = strings.ToLower(all[i].Name), true
	}
	for n := 1; len(all) < statusCount; n++ {
		id := StatusID(len(all) + 1)
		all = append(all, Status{ID: id, Name: fmt.Sprintf("Custom %d", n), SystemName: fmt.Sprintf("custom_%d", n), Aliases: []string{}})
	}
	return all
}

// ByAlias finds the active status that a client means by a word, whatever its capitals.
func (s Statuses) ByAlias(word string) (Status, bool) {
	for _, status := range s {
		for _, alias := range status.Aliases {
			if status.IsActive && strings.EqualFold(alias, word) {
				return status, true
			}
		}
	}
	return Status{}, false
}

// ByID finds a status; the zero Status when there is none.
func (s Statuses) ByID(id StatusID) Status {
	for _, status := range s {
		if status.ID == id {
			return status
		}
	}
	return Status{}
}

// Aliases are all words that clients may send, in the order of the statuses.
func (s Statuses) Aliases() []string {
	var words []string
	for _, status := range s {
		if status.IsActive {
			words = append(words, status.Aliases...)
		}
	}
	return words
}
