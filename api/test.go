package api

// Test is one result of a run: contract 2.10, and what Runboard adds to it.
type Test struct {
	ID                int64      `json:"automation_test_id"`
	CaseID            OptionalID `json:"automation_case_id"` // The same test across runs of a source.
	RepositoryCaseID  OptionalID `json:"repository_case_id"`
	RepositoryCaseIDs []int64    `json:"repository_case_ids"`
	Key               string     `json:"key"`
	Name              string     `json:"name"`
	Folder            string     `json:"folder"`
	Status            RunStatus  `json:"status"`  // Neutral, success or failure.
	Elapsed           *int64     `json:"elapsed"` // Microseconds; nil when nobody said.
	ThreadID          OptionalID `json:"thread_id"`
	CreatedAt         Time       `json:"created_at"`

	StatusName string  `json:"status_name,omitempty"` // Runboard: the exact status.
	Message    *string `json:"message"`               // Runboard: first 250 characters of the highlighted field.
	IsFlaked   bool    `json:"is_flaked"`             // Runboard: its key failed and later passed in this run.
}

// TestDetail is a test with all that was sent for it. Testmo's API does not
// give it back, so only a store can.
type TestDetail struct {
	Test
	RunID      int64
	StatusID   StatusID
	File       string
	Line       *int
	Assertions *int
	Artifacts  []Artifact
	Fields     []Field
}
