package store

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/runboard/runboard/api"
)

// seqBits are the low bits of a test's id, which number it within its run. The
// others are the id of the run, so ids stay exact in JavaScript up to run 2^33.
const seqBits = 20

// maxTests is how many tests a run can have.
const maxTests = 1<<seqBits - 1

// testID is the id of the test that is number seq, from 1, of a run.
func testID(runID int64, seq int) int64 { return runID<<seqBits + int64(seq) }

// messageLength is how many characters of a failure's text lists show.
const messageLength = 250

// newTest is a result whose status is known.
type newTest struct {
	api.NewTest
	status api.Status
}

// testDetail is what lists of tests do not need. It is stored as JSON.
type testDetail struct {
	File       string         `json:"file,omitempty"`
	Line       *int           `json:"line,omitempty"`
	Assertions *int           `json:"assertions,omitempty"`
	Artifacts  []api.Artifact `json:"artifacts,omitempty"`
	Fields     []api.Field    `json:"fields,omitempty"`
}

// readTests finds the statuses that clients mean.
func (w writer) readTests(tests []api.NewTest) ([]newTest, error) {
	var problems api.Problems
	read := make([]newTest, len(tests))
	for i, test := range tests {
		status, ok := w.statuses.ByAlias(test.Status)
		if !ok {
			problems.Add(fmt.Sprintf("tests.%d.status", i), "There is no status %q. Known: %s.",
				test.Status, strings.Join(w.statuses.Aliases(), ", "))
		}
		read[i] = newTest{test, status}
	}
	return read, problems.Err()
}

// insertTests stores tests behind those that the run has.
func (w writer) insertTests(ctx context.Context, tx *sql.Tx, run api.Run, threadID int64, tests []newTest) error {
	if run.Total+len(tests) > maxTests {
		return api.Refused("Automation run %d would have more than %d tests.", run.ID, maxTests)
	}
	cases, err := casesFor(ctx, tx, run.SourceID, tests)
	if err != nil {
		return err
	}
	now, rows, details := w.millis(), make([][]any, len(tests)), [][]any(nil)
	for i, test := range tests {
		id, message := testID(run.ID, run.Total+i+1), test.message()
		rows[i] = []any{
			id, threadID, cases[test.Key], int(test.status.ID), test.Elapsed, now, test.Name, test.Folder, message, test.searchText(message),
		}
		detail := testDetail{test.File, test.Line, test.Assertions, test.Artifacts, test.Fields}
		body, err := encode(detail)
		if err != nil {
			return err
		}
		if body != "{}" {
			details = append(details, []any{id, body})
		}
	}
	const columns = "tests (id, thread_id, case_id, status, elapsed, created_at, name, folder, message, search)"
	if err := insertAll(ctx, tx, columns, rows, ""); err != nil {
		return err
	}
	if err := insertAll(ctx, tx, "test_details (id, body)", details, ""); err != nil {
		return err
	}
	return countFolders(ctx, tx, run.ID, tests)
}

// casesFor are the ids of the tests' cases by key; those that are new are made.
func casesFor(ctx context.Context, tx *sql.Tx, sourceID int64, tests []newTest) (map[string]int64, error) {
	keys := make([]string, len(tests))
	for i, test := range tests {
		keys[i] = test.Key
	}
	slices.Sort(keys)
	keys, ids := slices.Compact(keys), make(map[string]int64, len(tests))
	if err := findCases(ctx, tx, sourceID, keys, ids); err != nil {
		return nil, err
	}
	// In one order everywhere, so that no two transactions wait for each other.
	var rows [][]any
	missing := slices.DeleteFunc(keys, func(key string) bool { return ids[key] != 0 })
	for _, key := range missing {
		rows = append(rows, []any{sourceID, key})
	}
	if err := insertAll(ctx, tx, "cases (source_id, key)", rows, " ON CONFLICT (source_id, key) DO NOTHING"); err != nil {
		return nil, err
	}
	return ids, findCases(ctx, tx, sourceID, missing, ids)
}

// findCases adds the ids of those cases that exist, by key.
func findCases(ctx context.Context, tx *sql.Tx, sourceID int64, keys []string, ids map[string]int64) error {
	for chunk := range slices.Chunk(keys, listChunk) {
		a := args{sourceID}
		_, err := queryAll(ctx, tx, func(r row) (id int64, err error) {
			var key string
			if err = r.Scan(&id, &key); err == nil {
				ids[key] = id
			}
			return id, err
		}, "SELECT id, key FROM cases WHERE source_id = $1 AND key IN "+list(&a, chunk), a...)
		if err != nil {
			return err
		}
	}
	return nil
}

// countFolders keeps the numbers of ListFolders.
func countFolders(ctx context.Context, tx *sql.Tx, runID int64, tests []newTest) error {
	folders := map[string]*api.Folder{}
	var rows [][]any
	for _, test := range tests {
		folder := folders[test.Folder]
		if folder == nil {
			folder = &api.Folder{Name: test.Folder}
			folders[test.Folder] = folder
		}
		folder.Total++
		if test.status.IsFailed {
			folder.Failure++
		}
	}
	for _, folder := range folders {
		rows = append(rows, []any{runID, folder.Name, folder.Total, folder.Failure})
	}
	return insertAll(ctx, tx, "folders (run_id, name, total_count, failure_count)", rows, ` ON CONFLICT (run_id, name) DO UPDATE
		SET total_count = folders.total_count + excluded.total_count, failure_count = folders.failure_count + excluded.failure_count`)
}

// message is the beginning of the highlighted text, nil when there is none. A
// test that passed has none, whatever is highlighted.
func (t newTest) message() *string {
	if t.status.IsPassed {
		return nil
	}
	for _, field := range t.Fields {
		if field.IsHighlight && field.Value != nil {
			short := firstCharacters(*field.Value, messageLength)
			return &short
		}
	}
	return nil
}

func firstCharacters(text string, n int) string {
	for i := range text {
		if n == 0 {
			return text[:i]
		}
		n--
	}
	return text
}

// searchText is what a search looks through for texts that are not all ASCII,
// and nil for the many that are: those LOWER can handle in both databases.
func (t newTest) searchText(message *string) *string {
	text := t.Name + "\n" + t.Folder + "\n" + t.Key
	if message != nil {
		text += "\n" + *message
	}
	if len(text) == utf8.RuneCountInString(text) {
		return nil
	}
	text = strings.ToLower(text)
	return &text
}
