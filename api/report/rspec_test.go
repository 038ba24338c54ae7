package report_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/runboard/runboard/api/report"
)

func TestRSpec(t *testing.T) {
	t.Parallel()
	tests, read := readData(t, "rspec/report.json")
	require.Equal(t, lines(`
Cart#add when empty | adds | passed | 12500 µs | spec/cart_spec.rb:5
Cart#add when empty | pays | failed | 10 µs | spec/cart_spec.rb:9
  artifact pays.html https://ci.test/pays.html
  string image: "/tmp/pays.png"
  highlighted console Failure: "expected: 2\n     got: 1\n./spec/cart_spec.rb:10:in `+"`"+`block'\n./lib/cart.rb:3:in `+"`"+`pay'" map[message:expected: 2
     got: 1 type:RSpec::Expectations::ExpectationNotMetError]
Cart | ships | skipped | 500000 µs | spec/cart_spec.rb:14
  highlighted console Skipped: "No reason given"
  console Expected failure: "no harbour"
spec/top_spec.rb | example at ./spec/top_spec.rb:1 | passed | 0 µs | spec/top_spec.rb:1
spec/old_spec.rb | Old adds | untested | spec/old_spec.rb:2`), allDescribed(tests))
	require.Equal(t, report.Counts{Tests: 5, Passed: 2, Failed: 1, Skipped: 1, Untested: 1}, read.Counts)
	require.EqualValues(t, 1_250_000, read.Elapsed)
	require.Equal(t, []report.Problem{
		{Line: 4, Text: "RSpec says: An error occurred while loading ./spec/ship_spec.rb. NameError: uninitialized co…"},
		{Line: 17, Text: `The status "unknown" is none of RSpec; the example counts as untested.`},
		{Line: 19, Text: "RSpec tells of errors outside of examples (1); results are missing."},
	}, read.Problems)
}

func TestRSpecWithoutExamples(t *testing.T) {
	t.Parallel()
	tests, read, err := readText(t, `{"version": "3", "examples": [], "summary": {"duration": 0.5, "example_count": 0}, "summary_line": "0 examples"}`, report.Options{})
	require.NoError(t, err)
	require.Empty(t, tests)
	require.Empty(t, read.Problems)
	require.Equal(t, "rspec", read.Format)
	require.EqualValues(t, 500_000, read.Elapsed)
}

func TestRSpecNumbersExamplesOfOneName(t *testing.T) {
	t.Parallel()
	const example = `{"id": "%s", "description": "works", "full_description": "Loop works", "status": "%s", "file_path": "./spec/loop_spec.rb"}`
	file := func(examples ...[2]string) string {
		var all []string
		for _, e := range examples {
			all = append(all, fmt.Sprintf(example, e[0], e[1]))
		}
		return `{"examples": [` + strings.Join(all, ",\n") + `], "summary_line": ""}`
	}
	keys := func(text string) map[string]string {
		tests, read, err := readText(t, text, report.Options{})
		require.NoError(t, err)
		require.Equal(t, len(tests), read.Tests)
		keys := map[string]string{}
		for _, test := range tests {
			keys[test.Key] = test.Name + " " + test.Status
		}
		return keys
	}
	first, second, tenth, other := [2]string{"./spec/loop_spec.rb[1:2]", "passed"}, [2]string{"./spec/loop_spec.rb[1:3]", "failed"},
		[2]string{"./spec/loop_spec.rb[1:10]", "pending"}, [2]string{"./spec/other_spec.rb[1:1]", "passed"}
	alone := keys(file(first))
	require.Equal(t, []string{"works passed"}, slices.Collect(maps.Values(alone)))
	ordered := keys(file(first, second, tenth, other))
	require.Subset(t, ordered, alone, "the first one stays what it would be alone")
	require.Equal(t, []string{"works #2 failed", "works #3 skipped", "works #4 passed", "works passed"}, slices.Sorted(maps.Values(ordered)))
	require.Equal(t, ordered, keys(file(tenth, other, second, first)), "a random order changes nothing")
	require.Len(t, keys(file([2]string{"", "passed"}, [2]string{"", "failed"})), 2, "RSpec before 3.3 has no ids")

	again, _, err := readText(t, file(first)+"\n"+file(first), report.Options{})
	require.NoError(t, err)
	require.Equal(t, again[0].Key, again[1].Key, "a second run in the file is of the same examples")
}
