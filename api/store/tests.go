package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/runboard/runboard/api"
)

// testSorts are what tests are sorted by, all but the severity by ascending
// value, before their id.
func (s *Store) testSorts() map[string]string {
	rank := func(of func(api.Status) int) string {
		var cases strings.Builder
		for _, status := range s.statuses {
			fmt.Fprintf(&cases, " WHEN %d THEN %d", status.ID, of(status))
		}
		return "CASE t.status" + cases.String() + " END"
	}
	return map[string]string{
		"automation_run_tests:id":         "",
		"automation_run_tests:name":       "t.name",
		"automation_run_tests:status":     rank(func(status api.Status) int { return int(status.RunStatus()) }),
		"automation_run_tests:elapsed":    "t.elapsed",
		"automation_run_tests:created_at": "t.created_at",
		api.SortTestsBySeverity:           rank(severity),
	}
}

// severity is how urgently a reader wants to see a test of a status.
func severity(status api.Status) int {
	switch {
	case status.IsFailed:
		return 6
	case status.ID == api.Blocked:
		return 5
	case status.ID == api.Retest:
		return 4
	case status.IsUntested:
		return 3
	case status.IsPassed:
		return 0
	case status.ID == api.Skipped:
		return 1
	default:
		return 2
	}
}

// orderOf is the ORDER BY of a filter: what is unknown stands last, and equal
// ones stand by id in the same direction, with a severity by ascending id.
func (s *Store) orderOf(filter api.TestFilter) string {
	direction := map[string]string{api.OrderAsc: " ASC", api.OrderDesc: " DESC"}[filter.Order]
	switch by := s.testSorts()[filter.Sort]; {
	case by == "":
		return "t.id" + direction
	case filter.Sort == api.SortTestsBySeverity:
		return by + direction + ", t.id"
	case by == "t.elapsed":
		return "t.elapsed IS NULL, t.elapsed" + direction + ", t.id" + direction
	default:
		return by + direction + ", t.id" + direction
	}
}

// ListTests is a page of a run's tests: contract 2.10.
func (s *Store) ListTests(ctx context.Context, runID int64, filter api.TestFilter) (page api.Page[api.Test], err error) {
	counters, err := s.countersFor(ctx, runID, filter.ThreadID)
	if err != nil {
		return page, fail("counting the tests of an automation run", err)
	}
	ids, total, err := s.testIDs(ctx, runID, filter, &counters)
	if err != nil {
		return page, fail("listing the tests of an automation run", err)
	}
	details, err := s.testsByID(ctx, runID, ids)
	tests := make([]api.Test, len(details))
	for i, detail := range details {
		tests[i] = detail.Test
	}
	return api.NewPage(tests, filter.Page, filter.PerPage, total), fail("reading tests", err)
}

// testIDs are the tests of a page in their order, and how many there are on all pages.
func (s *Store) testIDs(ctx context.Context, runID int64, filter api.TestFilter, counters *api.Counters) (ids []int64, total int, err error) {
	where, a, statuses := s.condition(runID, filter)
	query := "SELECT t.id " + where + " ORDER BY " + s.orderOf(filter)
	offset := (filter.Page - 1) * filter.PerPage
	if filter.Folder != "" || filter.Q != "" {
		// Nothing has counted these, and counting them takes as long as reading their ids.
		ids, err = queryAll(ctx, s.ro, scanID, query, a...)
		total = len(ids)
		return ids[min(offset, total):min(offset+filter.PerPage, total)], total, err
	}
	for _, id := range statuses {
		total += *counters.At(id)
	}
	if offset >= total {
		return nil, total, nil
	}
	ids, err = queryAll(ctx, s.ro, scanID, query+" LIMIT "+a.add(filter.PerPage)+" OFFSET "+a.add(offset), a...)
	return ids, total, err
}

// CountTests counts the tests of a run that meet a filter but for its statuses.
func (s *Store) CountTests(ctx context.Context, runID int64, filter api.TestFilter) (api.Counters, error) {
	counters, err := s.countersFor(ctx, runID, filter.ThreadID)
	if err != nil || filter.Folder == "" && filter.Q == "" {
		return counters, fail("counting the tests of an automation run", err)
	}
	filter.StatusIDs, filter.Results = nil, nil
	where, a, _ := s.condition(runID, filter)
	counters = api.Counters{}
	_, err = queryAll(ctx, s.ro, func(r row) (id api.StatusID, err error) {
		var n int
		err = r.Scan(&id, &n)
		if status := s.statuses.ByID(id); status.ID != 0 {
			counters.Add(status, n)
		}
		return id, err
	}, "SELECT t.status, count(*) "+where+" GROUP BY t.status", a...)
	return counters, fail("counting the tests of an automation run", err)
}

// countersFor are the counters of a run, or of a thread of it unless that is 0.
// A thread that the run does not have counts nothing.
func (s *Store) countersFor(ctx context.Context, runID, threadID int64) (api.Counters, error) {
	var packed []byte
	err := s.ro.QueryRowContext(ctx, "SELECT counters FROM runs WHERE id = $1", runID).Scan(&packed)
	if errors.Is(err, sql.ErrNoRows) {
		return api.Counters{}, api.NotFound("automation run", runID)
	}
	if err == nil && threadID != 0 {
		packed = nil
		err = s.ro.QueryRowContext(ctx, "SELECT counters FROM threads WHERE id = $1 AND run_id = $2", threadID, runID).Scan(&packed)
		if errors.Is(err, sql.ErrNoRows) {
			return api.Counters{}, nil
		}
	}
	if err != nil {
		return api.Counters{}, err
	}
	return unpackCounters(packed, s.statuses)
}

// condition is FROM and WHERE of a filter, and the statuses that it lets through.
func (s *Store) condition(runID int64, filter api.TestFilter) (where string, a args, statuses []api.StatusID) {
	from := "FROM tests t"
	conditions := []string{"t.id BETWEEN " + a.add(testID(runID, 0)) + " AND " + a.add(testID(runID, maxTests))}
	for _, status := range s.statuses {
		onScale := len(filter.StatusIDs) == 0 || filter.StatusIDs.Has(int64(status.RunStatus()))
		if onScale && (len(filter.Results) == 0 || filter.Results.Has(int64(status.ID))) {
			statuses = append(statuses, status.ID)
		}
	}
	if len(statuses) < len(s.statuses) {
		conditions = append(conditions, "t.status IN "+list(&a, append(statuses, 0)))
	}
	if filter.ThreadID != 0 {
		conditions = append(conditions, "t.thread_id = "+a.add(filter.ThreadID))
	}
	if filter.Folder != "" {
		conditions = append(conditions, "t.folder = "+a.add(filter.Folder))
	}
	if filter.Q != "" {
		from += " JOIN cases c ON c.id = t.case_id"
		part := a.add(likePart(strings.ToLower(filter.Q)))
		matches := make([]string, 0, 5)
		for _, column := range []string{"LOWER(t.name)", "LOWER(t.folder)", "LOWER(t.message)", "LOWER(c.key)", "t.search"} {
			matches = append(matches, column+" LIKE "+part+` ESCAPE '\'`)
		}
		conditions = append(conditions, "("+strings.Join(matches, " OR ")+")")
	}
	return from + " WHERE " + strings.Join(conditions, " AND "), a, statuses
}

const testColumns = "t.id, t.thread_id, t.case_id, c.key, t.name, t.folder, t.status, t.elapsed, t.created_at, t.message"

// testsByID are those tests of one run that exist, in the order of their ids. What
// lists do not need is left out.
func (s *Store) testsByID(ctx context.Context, runID int64, ids []int64) ([]api.TestDetail, error) {
	tests := make([]api.TestDetail, 0, len(ids))
	for chunk := range slices.Chunk(ids, listChunk) {
		var a args
		more, err := queryAll(ctx, s.ro, s.scanTest, "SELECT "+testColumns+
			" FROM tests t JOIN cases c ON c.id = t.case_id WHERE t.id IN "+list(&a, chunk), a...)
		if err != nil {
			return nil, err
		}
		tests = append(tests, more...)
	}
	return inOrder(tests, ids, func(test api.TestDetail) int64 { return test.ID }), s.markFlaked(ctx, runID, tests)
}

// markFlaked marks the tests of a run that passed or failed and whose case has a
// failed result in the run and a later one that passed. A run may have any number
// of results of one case, so they are looked through once for all tests of it.
func (s *Store) markFlaked(ctx context.Context, runID int64, tests []api.TestDetail) error {
	isDecided := func(test api.TestDetail) bool {
		return test.Status == api.StatusSuccess || test.Status == api.StatusFailure
	}
	var cases []int64
	for _, test := range tests {
		if isDecided(test) {
			cases = append(cases, int64(test.CaseID))
		}
	}
	slices.Sort(cases)
	flaked := map[int64]bool{}
	for chunk := range slices.Chunk(slices.Compact(cases), listChunk) {
		query, a := s.flaked(runID, chunk)
		ids, err := queryAll(ctx, s.ro, scanID, query, a...)
		if err != nil {
			return err
		}
		for _, id := range ids {
			flaked[id] = true
		}
	}
	for i := range tests {
		tests[i].IsFlaked = isDecided(tests[i]) && flaked[int64(tests[i].CaseID)]
	}
	return nil
}

// flaked is a query for those of the cases that passed in a run after they had failed.
func (s *Store) flaked(runID int64, cases []int64) (query string, a args) {
	of := func(is func(api.Status) bool) string {
		return "CASE WHEN status IN (" + s.statusesWhere(is) + ") THEN id END"
	}
	return "SELECT case_id FROM tests WHERE case_id IN " + list(&a, cases) +
		" AND id BETWEEN " + a.add(testID(runID, 0)) + " AND " + a.add(testID(runID, maxTests)) + " GROUP BY case_id" +
		" HAVING MIN(" + of(func(status api.Status) bool { return status.IsFailed }) + ")" +
		" < MAX(" + of(func(status api.Status) bool { return status.IsPassed }) + ")", a
}

// statusesWhere is "0, 2, 9" for those statuses; the 0, which is none, keeps the list from being empty.
func (s *Store) statusesWhere(is func(api.Status) bool) string {
	ids := []string{"0"}
	for _, status := range s.statuses {
		if is(status) {
			ids = append(ids, strconv.Itoa(int(status.ID)))
		}
	}
	return strings.Join(ids, ", ")
}

// scanTest reads testColumns.
func (s *Store) scanTest(r row) (test api.TestDetail, err error) {
	var createdAt int64
	err = r.Scan(&test.ID, &test.ThreadID, &test.CaseID, &test.Key, &test.Name, &test.Folder, &test.StatusID, &test.Elapsed,
		&createdAt, &test.Message)
	status := s.statuses.ByID(test.StatusID)
	test.RunID = test.ID >> seqBits
	test.Status, test.StatusName = status.RunStatus(), status.Name
	test.CreatedAt, test.RepositoryCaseIDs = api.UnixMilliTime(createdAt), []int64{}
	test.Artifacts, test.Fields = []api.Artifact{}, []api.Field{}
	return test, err
}

// Test is one result with all that was sent for it.
func (s *Store) Test(ctx context.Context, runID, testID int64) (api.TestDetail, error) {
	if err := requireRun(ctx, s.ro, runID); err != nil {
		return api.TestDetail{}, err
	}
	if testID>>seqBits != runID {
		return api.TestDetail{}, api.NotFound("test", testID)
	}
	tests, err := s.testsByID(ctx, runID, []int64{testID})
	if err != nil {
		return api.TestDetail{}, fail("reading a test", err)
	}
	if len(tests) == 0 {
		return api.TestDetail{}, api.NotFound("test", testID)
	}
	err = s.readDetail(ctx, &tests[0])
	return tests[0], fail("reading what was sent for a test", err)
}

// Attempts are the results of the same case that came to the run last before and
// first after a result; nil where there is none.
func (s *Store) Attempts(ctx context.Context, runID, id int64) (earlier, later *api.Test, err error) {
	if err := requireRun(ctx, s.ro, runID); err != nil {
		return nil, nil, err
	}
	if id>>seqBits != runID {
		return nil, nil, api.NotFound("test", id)
	}
	if earlier, err = s.attempt(ctx, id, testID(runID, 0), id-1, "DESC"); err == nil {
		later, err = s.attempt(ctx, id, id+1, testID(runID, maxTests), "ASC")
	}
	return earlier, later, fail("looking for other results of a case", err)
}

// attemptsOf is a query for the results of a result's case.
const attemptsOf = "SELECT id FROM tests WHERE case_id = (SELECT case_id FROM tests WHERE id = $1) AND id BETWEEN $2 AND $3 ORDER BY id "

// attempt is the first result of the same case among others of its run; nil for none.
func (s *Store) attempt(ctx context.Context, id, from, to int64, order string) (*api.Test, error) {
	ids, err := queryAll(ctx, s.ro, scanID, attemptsOf+order+" LIMIT 1", id, from, to)
	if err != nil || len(ids) == 0 {
		return nil, err
	}
	tests, err := s.testsByID(ctx, id>>seqBits, ids)
	if err != nil || len(tests) == 0 {
		return nil, err
	}
	return &tests[0].Test, nil
}

// readDetail adds what lists of tests do not need.
func (s *Store) readDetail(ctx context.Context, test *api.TestDetail) error {
	var body []byte
	err := s.ro.QueryRowContext(ctx, "SELECT body FROM test_details WHERE id = $1", test.ID).Scan(&body)
	if errors.Is(err, sql.ErrNoRows) {
		return nil
	}
	if err != nil {
		return err
	}
	var detail testDetail
	if err := json.Unmarshal(body, &detail); err != nil {
		return err
	}
	test.File, test.Line, test.Assertions = detail.File, detail.Line, detail.Assertions
	test.Artifacts, test.Fields = append(test.Artifacts, detail.Artifacts...), append(test.Fields, detail.Fields...)
	return nil
}

// ListFolders are the folders of a run's tests, those with most failures first, then by name.
func (s *Store) ListFolders(ctx context.Context, runID int64) ([]api.Folder, error) {
	if err := requireRun(ctx, s.ro, runID); err != nil {
		return nil, err
	}
	folders, err := queryAll(ctx, s.ro, func(r row) (folder api.Folder, err error) {
		err = r.Scan(&folder.Name, &folder.Total, &folder.Failure)
		return folder, err
	}, "SELECT name, total_count, failure_count FROM folders WHERE run_id = $1 ORDER BY failure_count DESC, name", runID)
	return slices.Clip(folders), fail("listing the folders of an automation run", err)
}
