package api

import (
	"context"
	"mime/multipart"
	"slices"
)

// Intake makes runs of result files that are handed over at once (Runboard).
type Intake interface {
	// Take makes a run in a project of the files of a form, for whoever has the
	// secret; "" is for whom the field token of the form names. once is the key
	// of the caller, or "": with the same one, the same form is one run. What is wrong
	// with the form or its files is a KindInvalid error, and nothing is stored then.
	Take(ctx context.Context, secret string, projectID int64, once string, form *multipart.Reader) (Taken, error)
}

// MaxForm is how many bytes such a form may have.
const MaxForm = 64 << 20

// Fields of a form with result files, beside the files themselves.
const (
	TakenSource = "source"
	TakenFiles  = "files" // Where problems of files are told.
	TakenToken  = "token"
)

// Taken is a run that was made of result files.
type Taken struct {
	ID    int64       `json:"id"`
	URL   string      `json:"url"` // Of its page.
	Tests int         `json:"tests"`
	Files []TakenFile `json:"files"` // In the order in which they were read.

	// What the form said, for whoever shows it again or keeps a diary; there with
	// an error, too.
	Source, Name string `json:"-"`
	Secret       string `json:"-"` // Of the token that it was handed over with; "" for none.
	Sent         int64  `json:"-"` // Bytes of the texts and files, as far as they arrived.
}

// HasLeftOut reports whether results are missing or doubtful.
func (t *Taken) HasLeftOut() bool { return slices.ContainsFunc(t.Files, TakenFile.HasLeftOut) }

// TakenFile is what was read of a file. A file of an archive stands for itself.
type TakenFile struct {
	File     string         `json:"file"`
	Format   string         `json:"format"` // "" when it is not known.
	Tests    int            `json:"tests"`
	Passed   int            `json:"passed"`
	Failed   int            `json:"failed"`
	Errors   int            `json:"errors"`
	Skipped  int            `json:"skipped"`
	Untested int            `json:"untested"`
	Elapsed  int64          `json:"elapsed"`         // Microseconds.
	Error    string         `json:"error,omitempty"` // Why it was not read, or not to its end, in a sentence.
	Line     int            `json:"line,omitempty"`  // Of the error, from 1; 0 when it is about the whole file.
	Problems []TakenProblem `json:"problems"`        // What was not read as it stands in the file.
}

// HasLeftOut reports whether results of it are missing or doubtful.
func (f TakenFile) HasLeftOut() bool {
	return f.Error != "" || slices.ContainsFunc(f.Problems, func(p TakenProblem) bool { return !p.Minor })
}

// TakenProblem is something in a file that was not read as it stands there.
type TakenProblem struct {
	File string `json:"file,omitempty"` // That it is about; "" for that beside which it is told.
	Line int    `json:"line"`           // From 1; 0 when it is about the whole file.
	Text string `json:"text"`           // A sentence.
	// Minor is true when no result is missing or doubtful.
	Minor bool `json:"minor"`
}
