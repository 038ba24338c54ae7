package api

// Run is one submission of results: contract 2.3.
type Run struct {
	ID          int64      `json:"id"` // Of the whole instance, not of the project.
	ProjectID   int64      `json:"project_id"`
	SourceID    int64      `json:"source_id"`
	Name        string     `json:"name"`
	Status      RunStatus  `json:"status"`
	ConfigID    OptionalID `json:"config_id"`
	MilestoneID OptionalID `json:"milestone_id"`
	Elapsed     *int64     `json:"elapsed"` // Microseconds; nil when nobody said.
	IsCompleted bool       `json:"is_completed"`
	Artifacts   []Artifact `json:"artifacts"`
	Fields      []Field    `json:"fields"`
	Links       []Link     `json:"links"`
	Tags        []string   `json:"tags"`
	Threads     []Thread   `json:"threads"` // Empty in a list.
	Counters
	ThreadCount          int        `json:"thread_count"`
	ThreadActiveCount    int        `json:"thread_active_count"`
	ThreadCompletedCount int        `json:"thread_completed_count"`
	CreatedAt            Time       `json:"created_at"`
	CreatedBy            int64      `json:"created_by"`
	UpdatedAt            Time       `json:"updated_at"`
	UpdatedBy            OptionalID `json:"updated_by"`
	CompletedAt          Time       `json:"completed_at"`
	CompletedBy          OptionalID `json:"completed_by"`
}

// Thread is a parallel lane of a run: contract 2.4.
type Thread struct {
	ID          int64      `json:"id"`
	Index       int        `json:"index"` // From 0, in the order of creation.
	Name        *string    `json:"name"`  // Nothing in the API sets it.
	Status      RunStatus  `json:"status"`
	Elapsed     *int64     `json:"elapsed"` // Microseconds; nil when nobody said.
	IsCompleted bool       `json:"is_completed"`
	Artifacts   []Artifact `json:"artifacts"`
	Fields      []Field    `json:"fields"`
	Counters
	CreatedAt   Time       `json:"created_at"`
	CreatedBy   int64      `json:"created_by"`
	CompletedAt Time       `json:"completed_at"`
	CompletedBy OptionalID `json:"completed_by"`
}

// RunDetail is a single run with what its ids stand for.
type RunDetail struct {
	Result    Run     `json:"result"`
	Expands   Expands `json:"expands"`
	Freshness `json:"-"`
}

// OptionalID is the id of something that may be missing: 0 here, null on the wire.
type OptionalID int64

// MarshalJSON writes null for 0.
func (id OptionalID) MarshalJSON() ([]byte, error) {
	if id == 0 {
		return []byte("null"), nil
	}
	return appendInt(nil, int64(id)), nil
}

// FieldType says how the value of a field is to be read: contract 2.9.
type FieldType int

// The five types of fields.
const (
	FieldString  FieldType = 1 // One line.
	FieldText    FieldType = 2 // Several lines.
	FieldHTML    FieldType = 3 // As the client sent it: never show it unsanitised.
	FieldConsole FieldType = 4 // Monospace, may hold ANSI colours.
	FieldURL     FieldType = 5 // Any text; a link only if it is http or https.
)

// Field is a named value that a client attached to a run, thread or test: contract 2.9.
type Field struct {
	Type        FieldType `json:"type"`
	Name        string    `json:"name"`
	Value       *string   `json:"value"`
	Meta        Meta      `json:"meta"`
	IsHighlight bool      `json:"is_highlight"` // Carries the failure's text.
}

// Link leads from a run to a page elsewhere. Its URL is what the client sent,
// so it may be of any scheme or none.
type Link struct {
	Name string `json:"name"`
	Note string `json:"note,omitempty"`
	URL  string `json:"url"`
}

// Artifact points at a file kept elsewhere. Its URL is what the client sent.
type Artifact struct {
	Name     string `json:"name"`
	Note     string `json:"note,omitempty"`
	URL      string `json:"url"`
	MimeType string `json:"mime_type,omitempty"`
	Size     *int64 `json:"size,omitempty"` // Bytes.
}
