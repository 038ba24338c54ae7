package api

import (
	"context"
	"strings"
	"time"
	"unicode/utf8"
)

// Writer takes results. A *Client is one; a store gives one that acts as a
// given user. Each call is one transaction: it happens whole or not at all, and
// what has returned without an error outlives a crash.
//
// Values are expected to have been checked and cut to size where they came in;
// what only the store can know is refused with an *Error: unknown projects,
// runs and threads (KindNotFound), unknown statuses, configurations and
// milestones, and things that are completed (KindInvalid).
type Writer interface {
	// CreateRun starts a run and returns its id: contract 2.5.
	CreateRun(ctx context.Context, projectID int64, run NewRun) (int64, error)
	// AppendRun adds to a run: contract 2.6.
	AppendRun(ctx context.Context, runID int64, more Attachments) error
	// CompleteRun ends a run and its open threads: contract 2.7. A second time changes nothing.
	CompleteRun(ctx context.Context, runID int64, end RunEnd) error
	// CreateThread opens a thread of a run and returns its id: contract 2.8.
	CreateThread(ctx context.Context, runID int64, thread ThreadUpdate) (int64, error)
	// AppendThread adds to a thread; elapsed is added to what is there: contract 2.8.
	AppendThread(ctx context.Context, threadID int64, more ThreadUpdate) error
	// CompleteThread ends a thread; elapsed replaces what is there: contract 2.8. A second time changes nothing.
	CompleteThread(ctx context.Context, threadID int64, end ThreadUpdate) error
	// CreateConfig makes a configuration and returns its id (Runboard).
	CreateConfig(ctx context.Context, projectID int64, config NewConfig) (int64, error)
	// CreateMilestone makes a milestone and returns its id (Runboard).
	CreateMilestone(ctx context.Context, projectID int64, milestone NewMilestone) (int64, error)
}

// Attachments are what can be hung onto a run, or onto a thread without links.
type Attachments struct {
	Artifacts []Artifact `json:"artifacts,omitempty"`
	Fields    []Field    `json:"fields,omitempty"`
	Links     []Link     `json:"links,omitempty"`
}

// NewRun describes a run to be created: contract 2.5.
type NewRun struct {
	Name        string     `json:"name"`
	Source      string     `json:"source"`                 // Made when the project has none of that name.
	Config      string     `json:"config,omitempty"`       // Name of an existing configuration; "" for none.
	ConfigID    OptionalID `json:"config_id,omitempty"`    // Wins over Config.
	Milestone   string     `json:"milestone,omitempty"`    // Name of an existing milestone; "" for none.
	MilestoneID OptionalID `json:"milestone_id,omitempty"` // Wins over Milestone.
	Tags        []string   `json:"tags,omitempty"`
	Attachments
	CreatedAt Time `json:"created_at,omitzero"` // Runboard: honoured for scope import; zero means now.
}

// RunEnd says how a run is completed: contract 2.7.
type RunEnd struct {
	MeasureElapsed bool `json:"measure_elapsed"`       // True: from creation to completion; false: of the longest thread.
	CompletedAt    Time `json:"completed_at,omitzero"` // Runboard: honoured for scope import; zero means now.
}

// ThreadUpdate is what a thread is given: contract 2.8. Elapsed is in
// microseconds; observed is preferred over computed. CompleteThread takes
// nothing but the two.
type ThreadUpdate struct {
	ElapsedObserved *int64     `json:"elapsed_observed,omitempty"`
	ElapsedComputed *int64     `json:"elapsed_computed,omitempty"`
	Artifacts       []Artifact `json:"artifacts,omitempty"`
	Fields          []Field    `json:"fields,omitempty"`
	Tests           []NewTest  `json:"tests,omitempty"` // In AppendThread only.
}

// NewTest is one result to be stored: contract 2.9.
type NewTest struct {
	Key        string     `json:"key"` // Identity within the source: contract 2.9.
	Name       string     `json:"name"`
	Status     string     `json:"status"` // An alias, such as "passed"; refused when unknown.
	Folder     string     `json:"folder"`
	Elapsed    *int64     `json:"elapsed,omitempty"` // Microseconds.
	File       string     `json:"file,omitempty"`
	Line       *int       `json:"line,omitempty"`
	Assertions *int       `json:"assertions,omitempty"`
	Artifacts  []Artifact `json:"artifacts"`
	Fields     []Field    `json:"fields"`
}

// NewConfig describes a configuration to be made (Runboard).
type NewConfig struct {
	Name string `json:"name"`
}

// Validate adds what makes no sense. How long a name may be, and whether it is
// taken, the store knows.
func (c *NewConfig) Validate(p *Problems) { validateName(p, c.Name) }

// NewMilestone describes a milestone to be made (Runboard).
type NewMilestone struct {
	Name           string   `json:"name"`
	AutomationTags []string `json:"automation_tags,omitempty"`
	DueDate        string   `json:"due_date,omitempty"` // "2026-01-02", or "".
	Note           string   `json:"note,omitempty"`
}

// MaxTags is how many tags a run or a milestone may be given.
const MaxTags = 100

// Validate adds what makes no sense. How long a name may be, and whether it is
// taken, the store knows.
func (m *NewMilestone) Validate(p *Problems) {
	validateName(p, m.Name)
	if len(m.AutomationTags) > MaxTags {
		p.Add("automation_tags", "Must have at most %d items.", MaxTags)
	}
	for _, tag := range m.AutomationTags {
		if tag == "" {
			p.Add("automation_tags", "Must not hold an empty tag.")
		}
		validateText(p, "automation_tags", tag, 750)
	}
	if _, err := time.Parse(time.DateOnly, m.DueDate); err != nil && m.DueDate != "" {
		p.Add("due_date", "Must be a date such as 2026-01-02.")
	}
	validateText(p, "note", m.Note, 16_384)
}

func validateName(p *Problems, name string) {
	if strings.TrimSpace(name) == "" {
		p.Add("name", "Must not be empty.")
	}
	validateText(p, "name", name, 750)
}

// validateText adds what no database takes, and what is longer than clients cut
// texts to: contract 6.6.
func validateText(p *Problems, field, text string, longest int) {
	switch {
	case !utf8.ValidString(text):
		p.Add(field, "Must be valid UTF-8.")
	case strings.ContainsRune(text, 0):
		p.Add(field, "Must not hold the character NUL.")
	case utf8.RuneCountInString(text) > longest:
		p.Add(field, "Must have at most %d characters.", longest)
	}
}
