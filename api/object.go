package api

// Project holds sources, runs, milestones and configurations: contract 4.1.
// Manual runs and sessions are out of scope, so their counts are always 0.
type Project struct {
	ID          int64  `json:"id"`
	Name        string `json:"name"`
	Note        string `json:"note,omitempty"`
	IsCompleted bool   `json:"is_completed"`

	MilestoneCount          int `json:"milestone_count"`
	MilestoneActiveCount    int `json:"milestone_active_count"`
	MilestoneCompletedCount int `json:"milestone_completed_count"`

	RunCount           int `json:"run_count"`
	RunActiveCount     int `json:"run_active_count"`
	RunClosedCount     int `json:"run_closed_count"`
	SessionCount       int `json:"session_count"`
	SessionActiveCount int `json:"session_active_count"`
	SessionClosedCount int `json:"session_closed_count"`

	AutomationSourceCount        int `json:"automation_source_count"`
	AutomationSourceActiveCount  int `json:"automation_source_active_count"`
	AutomationSourceRetiredCount int `json:"automation_source_retired_count"`
	AutomationRunCount           int `json:"automation_run_count"`
	AutomationRunActiveCount     int `json:"automation_run_active_count"`
	AutomationRunCompletedCount  int `json:"automation_run_completed_count"`

	CreatedAt   Time       `json:"created_at"`
	CreatedBy   int64      `json:"created_by"`
	UpdatedAt   Time       `json:"updated_at"`
	UpdatedBy   OptionalID `json:"updated_by"`
	CompletedAt Time       `json:"completed_at"`
}

// Source is one suite that reports over and over: contract 4.1.
type Source struct {
	ID               int64      `json:"id"`
	ProjectID        int64      `json:"project_id"`
	Name             string     `json:"name"`
	Status           RunStatus  `json:"status"` // Of its last completed run; neutral before the first.
	IsRetired        bool       `json:"is_retired"`
	RunCount         int        `json:"run_count"`
	TestCountAverage int        `json:"test_count_average"` // Over its completed runs.
	ElapsedAverage   int64      `json:"elapsed_average"`    // Microseconds, over its completed runs that have an elapsed.
	RanAt            Time       `json:"ran_at"`             // Creation of its newest run.
	CreatedAt        Time       `json:"created_at"`
	CreatedBy        int64      `json:"created_by"`
	UpdatedAt        Time       `json:"updated_at"`
	UpdatedBy        OptionalID `json:"updated_by"`
	RetiredAt        Time       `json:"retired_at"`
	RetiredBy        OptionalID `json:"retired_by"`
}

// Milestone is a release or another goal that runs belong to: contract 4.1.
type Milestone struct {
	ID             int64      `json:"id"`
	ProjectID      int64      `json:"project_id"`
	RootID         OptionalID `json:"root_id"`
	ParentID       OptionalID `json:"parent_id"`
	TypeID         int64      `json:"type_id"` // Runboard has one type, 1.
	Name           string     `json:"name"`
	Note           string     `json:"note"`
	IsStarted      bool       `json:"is_started"`
	IsCompleted    bool       `json:"is_completed"`
	StartDate      *string    `json:"start_date"` // "2026-01-02"
	DueDate        *string    `json:"due_date"`   // "2026-01-02"
	AutomationTags []string   `json:"automation_tags"`
	Issues         []int64    `json:"issues"`
	Links          []Link     `json:"links"`
	StartedAt      Time       `json:"started_at"`
	CreatedAt      Time       `json:"created_at"`
	CreatedBy      int64      `json:"created_by"`
	UpdatedAt      Time       `json:"updated_at"`
	UpdatedBy      OptionalID `json:"updated_by"`
	CompletedAt    Time       `json:"completed_at"`
}

// Tag is a tag of a project's runs: contract 4.2.
type Tag struct {
	ID         int64  `json:"id"`
	Entity     string `json:"entity"` // Always "automation_runs" here.
	Name       string `json:"name"`
	UsageCount int    `json:"usage_count"`
}

// User is a person or, for a token, an API user of the token's name: contract 4.1.
type User struct {
	ID            int64      `json:"id"`
	Name          string     `json:"name"`
	Email         string     `json:"email"`
	Type          int        `json:"type"`
	Timezone      *string    `json:"timezone"`
	DateFormat    *string    `json:"date_format"`
	TimeFormat    *string    `json:"time_format"`
	Notifications int        `json:"notifications"`
	TFAEnabled    bool       `json:"tfa_enabled"`
	IsActive      bool       `json:"is_active"`
	IsForgotten   bool       `json:"is_forgotten"`
	IsAPI         bool       `json:"is_api"`
	RoleID        OptionalID `json:"role_id"`
	Groups        []int64    `json:"groups"`
	CreatedAt     Time       `json:"created_at"`
	CreatedBy     OptionalID `json:"created_by"`
	UpdatedAt     Time       `json:"updated_at"`
	UpdatedBy     OptionalID `json:"updated_by"`
}

// Scope says what a token may do. Each scope includes those before it.
type Scope string

// The scopes of tokens, from the narrowest to the widest.
const (
	ScopeRead   Scope = "read"
	ScopeSubmit Scope = "submit" // And create, append to and complete runs.
	ScopeImport Scope = "import" // And give runs dates in the past.
	ScopeAdmin  Scope = "admin"  // And make configurations and milestones, and read users.
)

// Scopes are all scopes, from the narrowest to the widest.
func Scopes() []Scope { return []Scope{ScopeRead, ScopeSubmit, ScopeImport, ScopeAdmin} }

// Includes reports whether a token of scope s may do what needs the other one.
func (s Scope) Includes(other Scope) bool {
	rank := map[Scope]int{ScopeRead: 1, ScopeSubmit: 2, ScopeImport: 3, ScopeAdmin: 4}
	return rank[other] > 0 && rank[s] >= rank[other]
}

// Actor is who makes a request: the API user of a token.
type Actor struct {
	ID      int64
	TokenID int64 // Or BoardToken.
	Name    string
	Scope   Scope
}
