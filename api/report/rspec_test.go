package report_test

import (
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
