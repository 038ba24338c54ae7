package report_test

import (
	"errors"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/runboard/runboard/api"
	"github.com/runboard/runboard/api/report"
)

// corpus holds real result files of many tools. It is no part of this repository.
const corpus = "../../../shared/corpus/open"

// decidedOtherwise are the files of the corpus whose counts here are not those
// of its table, by path, and why.
var decidedOtherwise = map[string]struct {
	counts report.Counts
	why    string
}{
	"allure-results/allure-framework__allure2/demo/": {
		report.Counts{Tests: 21, Passed: 13, Failed: 5, Errors: 1, Skipped: 1, Untested: 1},
		"9 of the 30 results are earlier attempts at tests of the same historyId; Allure too counts only the last of them",
	},
	"allure-results/allure-framework__allure3/allure2data/": {
		report.Counts{Tests: 31, Passed: 28, Untested: 3},
		"3 results say PASSED and Passed; Allure too reads a status in any case",
	},
}

// unreadable are the files of which an error is expected, although the table may
// have counts for them, by path, and a part of what the error must say.
var unreadable = map[string]string{
	"other/android-cts/launchableinc__cli/cts__test_result.xml":                                                                "XML that begins with <Result>",
	"other/cppunit/jenkinsci__xunit-plugin/cppunit__testcase6__input.xml":                                                      "XML that begins with <TestRun>",
	"other/cunit-native/jenkinsci__xunit-plugin/cunit__testcase4__input.xml":                                                   "XML that begins with <CUNIT_TEST_RUN_REPORT>",
	"other/invalid-json/EnricoMi__publish-unit-test-result-action/json__empty.json":                                            "The file is empty",
	"other/invalid-json/EnricoMi__publish-unit-test-result-action/json__non-json.json":                                         "no result file that is known",
	"other/jenkins-junitResult/jenkinsci__junit-plugin/junitResult.xml":                                                        "XML that begins with <result>",
	"other/not-a-report/EnricoMi__publish-unit-test-result-action/junit-xml__non-junit.xml":                                    "XML that begins with <suites>",
	"other/pytest-reportlog/launchableinc__cli/pytest__report.json":                                                            "no result file that is known",
	"other/qtestlib/jenkinsci__xunit-plugin/qtestlib__testcase2__input.xml":                                                    "XML that begins with <TestCase>",
	"nunit2-xml/EnricoMi__publish-unit-test-result-action/nunit__nunit3__jenkins__NUnit-issue47367.xml":                        "line 5: In the tag <test-case> something is no attribute",
	"junit-xml/EnricoMi__publish-unit-test-result-action/junit-xml__pytest__corrupt-xml.xml":                                   "line 11: The file ends within <skipped>",
	"junit-xml/EnricoMi__publish-unit-test-result-action/xml__non-xml.xml":                                                     "no result file that is known",
	"junit-xml/catchorg__Catch2/junit.sw.approved.txt":                                                                         "no result file that is known",
	"junit-xml/kubernetes__test-infra/kettle__testdata__malformed.xml":                                                         "line 10: The file ends within a tag",
	"junit-xml/mikepenz__action-junit-report/corrupt-junit__e2e-tests__corrupt__target__sf-reports__TEST-test.CorruptTest.xml": "line 18: The file ends within a CDATA section",
}

// besides are the files beside a report in a folder of the corpus that are none,
// by the path of the folder, and a part of what must be said of them.
var besides = map[string]string{
	"allure-results/allure-framework__allure3/allure2data/":  "invalid.json: This is no result file",
	"allure1-results/allure-framework__allure2/allure1data/": "sample-json-testsuite.json: This is no result file",
}

// others are the kinds of the corpus which nothing here is written for. Each of
// their files is read by a reader that fits all the same, or is unreadable.
const others = "other/"

// kinds are those of the corpus that are read here.
var kinds = []string{
	"junit-xml", "trx", "nunit2-xml", "nunit3-xml", "xunitnet-xml", "testng-xml", "ctest-xml", "robot-xml", "ctrf-json", "cucumber-json", "cucumber-messages", "dart-json", "mocha-json", "playwright-json", "rspec-json",
	"gotest-json", "tap", "allure-results", "allure1-results",
}

// expectation is one line of the table.
type expectation struct {
	path, kind string
	counts     report.Counts
	counted    bool // The table has counts.
}

// sum is what the files of one kind hold together.
type sum struct {
	files, decided, differences int
	report.Counts
}

func TestCorpus(t *testing.T) {
	t.Parallel()
	sums := map[string]*sum{}
	for _, want := range expectations(t) {
		kind, _, _ := strings.Cut(want.kind, "/")
		s := sums[kind]
		if s == nil {
			s = &sum{}
			sums[kind] = s
		}
		got, err := readCorpus(t, want.path)
		s.files++
		s.add(got.Counts)
		if _, ok := decidedOtherwise[want.path]; ok {
			s.decided++
		}
		if !t.Run(want.path, func(t *testing.T) { want.check(t, got, err) }) {
			s.differences++
		}
	}
	for _, kind := range slices.Sorted(maps.Keys(sums)) {
		s := sums[kind]
		t.Logf("%-18s %3d files %6d tests %6d passed %5d failed %5d errors %5d skipped %5d untested %3d decided otherwise %3d differences",
			kind, s.files, s.Tests, s.Passed, s.Failed, s.Errors, s.Skipped, s.Untested, s.decided, s.differences)
	}
	for _, path := range slices.Sorted(maps.Keys(decidedOtherwise)) {
		t.Logf("Decided otherwise: %s: %s.", path, decidedOtherwise[path].why)
	}
}

func (s *sum) add(c report.Counts) {
	s.Tests += c.Tests
	s.Passed += c.Passed
	s.Failed += c.Failed
	s.Errors += c.Errors
	s.Skipped += c.Skipped
	s.Untested += c.Untested
}

// check compares what was read of a file with the table, or with what was decided here.
func (e expectation) check(t *testing.T, got report.Report, err error) {
	t.Helper()
	if message, ok := unreadable[e.path]; ok {
		require.ErrorContains(t, err, message)
		return
	}
	if message, ok := besides[e.path]; ok {
		require.ErrorContains(t, err, message)
	} else {
		require.NoError(t, err)
	}
	if decided, ok := decidedOtherwise[e.path]; ok {
		require.NotEqual(t, e.counts, decided.counts, "it is in the table of decisions without need")
		require.Equal(t, decided.counts, got.Counts)
		return
	}
	require.True(t, e.counted, "it can be read, although the corpus has no counts for it")
	require.Equal(t, e.counts, got.Counts)
}

// expectations are the lines of the corpus's table for the formats that are read here.
func expectations(t *testing.T) []expectation {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(corpus, "EXPECTED.tsv"))
	if err != nil {
		t.Skip("../shared/corpus is not here")
	}
	var all []expectation
	for line := range strings.Lines(string(data)) {
		columns := strings.Split(line, "\t")
		e := expectation{path: strings.TrimPrefix(columns[0], "files/"), kind: columns[1], counted: columns[3] != ""}
		if !slices.Contains(kinds, e.kind) && !strings.HasPrefix(e.kind, others) {
			continue
		}
		for i, count := range []*int{&e.counts.Tests, &e.counts.Passed, &e.counts.Failed, &e.counts.Errors, &e.counts.Skipped, &e.counts.Untested} {
			*count, _ = strconv.Atoi(columns[3+i]) // Empty is none.
		}
		all = append(all, e)
	}
	require.NotEmpty(t, all)
	return all
}

// readCorpus reads a file of the corpus, or a folder of it. The error is of it and
// of all files beside it.
func readCorpus(t *testing.T, path string) (report.Report, error) {
	t.Helper()
	var read report.Report
	var failure error
	err := report.ReadPaths(t.Context(), []string{filepath.Join(corpus, "files", path)}, report.Options{}, func(api.NewTest) error { return nil },
		func(r report.Report, err error) error {
			if read.File == "" {
				read = r
			} else {
				require.Error(t, err, "a second report in %s", path)
			}
			failure = errors.Join(failure, err)
			return nil
		})
	require.NoError(t, err)
	return read, failure
}
