package report_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/runboard/runboard/api/report"
)

func TestTAPOfPerl(t *testing.T) {
	t.Parallel()
	tests, read := readData(t, "tap/perl.tap")
	require.Equal(t, lines(`
perl | adds | passed
  console Output: "# Seeded with 20160810"
perl | pays | failed | t/pay.t:12
  highlighted console Failure: "Failed test 'pays'\n  at t/pay.t line 12.\n         got: '1'\n    expected: '2'"
perl | ships | skipped
  highlighted console Skipped: "not on this system"
perl | converts | skipped
  highlighted console Skipped: "to do: some day"
perl | rounds | passed
  console Reason: "to do"
perl | asserts # of \ things | passed
  console Output: "asking the bank"
perl | asserts # of \ things | passed`), allDescribed(tests))
	require.Equal(t, report.Counts{Tests: 7, Passed: 4, Failed: 1, Skipped: 2}, read.Counts)
	require.Empty(t, read.Problems)
	require.NotEqual(t, tests[5].Key, tests[6].Key, "they are two tests")
}

func TestTAPOfNode(t *testing.T) {
	t.Parallel()
	tests, read := readData(t, "tap/node.tap")
	require.Equal(t, lines(`
node | cart | failed | 2250 µs | /src/cart.test.js:5:1
  highlighted console Failure: "1 subtest failed\npays <once>: 1 is not 2\nTestContext.<anonymous> (/src/cart.test.js:8:10)\n\nTest.run (node:internal/test:1:2)"
  console Diagnostics: "duration_ms: 2.25\nlocation: '/src/cart.test.js:5:1'\nfailureType: 'subtestsFailed'\nerror: '1 subtest failed'"
  html Steps: "<test-steps><test-step status=\"passed\">adds</test-step>\n<test-step status=\"failed\">pays &lt;once&gt;</test-step>\n</test-steps>"
node | ships | skipped | 100 µs`), allDescribed(tests))
	require.Empty(t, read.Problems)
}

func TestTAPWithHeadings(t *testing.T) {
	t.Parallel()
	tests, read := readData(t, "tap/tape.tap")
	require.Equal(t, lines(`
cart | should be equal | passed
cart | should be equal | passed
cart | should be equivalent | failed | test/cart.js:9
  highlighted console Failure: "-1\n+2"
  console Diagnostics: "operator: deepEqual\ndiff: |\n  -1\n  +2\nat:\n  file: test/cart.js\n  line: 9"
money | should be equal | passed
money | Test 5 | passed | 1500000 µs
money | holds others | passed | 68430 µs
  console Reason: "Failed test 'second'"
  html Steps: "<test-steps><test-step status=\"passed\">&emsp;deep</test-step>\n<test-step status=\"passed\">first (to do: soon)</test-step>\n<test-step status=\"failed\">second</test-step>\n</test-steps>"
money | breaks off | failed
  highlighted console Failure: "severity: fail"
money | goes on | passed`), allDescribed(tests))
	require.Empty(t, read.Problems)
	keys := map[string]bool{}
	for _, test := range tests {
		keys[test.Key] = true
	}
	require.Len(t, keys, len(tests))
}

// What tools other than those of Perl write about a failed test, each in its own way.
func TestTAPFailures(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct{ file, want string }{
		"Mocha": {`1..3
not ok 1 cart adds
  expected { a: 1 } to equal
    {
      a: 2
    }
  
  AssertionError: no
      at Context.<anonymous> (cart.js:4:36)
ok 2 cart pays # SKIP -
ok 3 cart ships
`, `
a.xml | cart adds | failed
  highlighted console Failure: "expected { a: 1 } to equal\n  {\n    a: 2\n  }\n\nAssertionError: no\n    at Context.<anonymous> (cart.js:4:36)"
a.xml | cart pays | skipped
a.xml | cart ships | passed`},
		"Jasmine": {`TAP version 13
not ok 1 - cart : adds
  # Failure: Expected 1 to be 2.
  # === STACK TRACE ===
  #     at <Jasmine>
ok 2 - cart : pays
1..2
`, `
a.xml | cart : adds | failed
  highlighted console Failure: "Failure: Expected 1 to be 2.\n=== STACK TRACE ===\n    at <Jasmine>"
a.xml | cart : pays | passed`},
		"Vitest": {`TAP version 13
1..2
not ok 1 - cart.ts > adds # time=7.79ms
    ---
    error:
        name: "AssertionError"
        message: "expected \"1\"
to be 2"
    at: "/src/cart.ts:5:53"
    actual: "{
  \"a\": 1
}"
    ...
not ok 2 - pay.ts # time=9ms {
    1..2
    not ok 1 - pays # time=8ms
        ---
        error:
            name: "Error"
            message: "no money"
        at: "/src/pay.ts:7:1"
        ...
    ok 2 - counts # time=1ms
}
`, `
a.xml | cart.ts > adds | failed | 7790 µs | /src/cart.ts:5:53
  highlighted console Failure: "expected \"1\"\nto be 2" map[type:AssertionError]
  console Diagnostics: "error:\n    name: \"AssertionError\"\n    message: \"expected \\\"1\\\"\nto be 2\"\nat: \"/src/cart.ts:5:53\"\nactual: \"{\n  \\\"a\\\": 1\n}\""
a.xml | pay.ts | failed | 9000 µs
  highlighted console Failure: "pays: no money"
  html Steps: "<test-steps><test-step status=\"failed\">pays</test-step>\n<test-step status=\"passed\">counts</test-step>\n</test-steps>"`},
		"AVA": {`TAP version 13
ok 1 - cart › adds
#   2 items
# cleanup for adds
not ok 2 - cart › pays
  ---
    name: AssertionError
    details:
      'Error thrown in test:': |-
        TypeError {
          message: 'no money',
        }
    message: Error thrown in test
    at: 'file:///src/cart.js:4:32'
  ...
not ok 3 - cart › ships
  ---
    name: AssertionError
    details:
      'Value is not truthy:': '''no'''
    message: ''
  ...

1..3
# tests 3
`, `
a.xml | cart › adds | passed
  console Output: "#   2 items\n# cleanup for adds"
a.xml | cart › pays | failed | /src/cart.js:4:32
  highlighted console Failure: "Error thrown in test:\n  TypeError {\n    message: 'no money',\n  }" map[type:AssertionError]
  console Diagnostics: "name: AssertionError\ndetails:\n  'Error thrown in test:': |-\n    TypeError {\n      message: 'no money',\n    }\nmessage: Error thrown in test\nat: 'file:///src/cart.js:4:32'"
a.xml | cart › ships | failed
  highlighted console Failure: "Value is not truthy: 'no'" map[type:AssertionError]
  console Diagnostics: "name: AssertionError\ndetails:\n  'Value is not truthy:': '''no'''\nmessage: ''"`},
		"QUnit": {`TAP version 13
not ok 1 cart > adds
  ---
  message: first
  stack: |
        at adds (/src/cart.js:3:27)
  ...
  ---
  message: second
  stack: |
        at adds (/src/cart.js:3:82)
  ...
1..1
`, `
a.xml | cart > adds | failed
  highlighted console Failure: "first\n    at adds (/src/cart.js:3:27)\nsecond\n    at adds (/src/cart.js:3:82)" map[message:first]
  console Diagnostics: "message: first\nstack: |\n      at adds (/src/cart.js:3:27)\nmessage: second\nstack: |\n      at adds (/src/cart.js:3:82)"`},
		"prove": {`t/cart.t .. 
ok 1 - adds
1..1
ok
t/pay.t ... 
not ok 1 - adds # TODO soon
#   Failed (TODO) test 'adds'
#   at t/pay.t line 8.
ok 2 - pays
1..2
ok
`, `
t/cart.t | adds | passed
t/pay.t | adds | skipped | t/pay.t:8
  highlighted console Skipped: "to do: soon\nFailed (TODO) test 'adds'\n  at t/pay.t line 8."
t/pay.t | pays | passed`},
		"Bats": {`1..4
ok 1 adds in 15ms
not ok 2 pays in 2005ms # timeout after 2s
# (in test file ./cart.bats, line 3)
ok 3 ships in 4ms # skip no road
not ok 4 setup_file failed
`, `
a.xml | adds | passed | 15000 µs
a.xml | pays | failed | 2005000 µs | ./cart.bats:3
  highlighted console Failure: "timeout after 2s\n(in test file ./cart.bats, line 3)"
a.xml | ships | skipped | 4000 µs
  highlighted console Skipped: "no road"
a.xml | setup_file failed | failed`},
		"Check": {`ok 1 - cart.c:Cart:adds: Passed
not ok 2 - cart.c:Cart:pays: Assertion '1 == 2' failed
1..2
`, `
a.xml | cart.c:Cart:adds | passed
a.xml | cart.c:Cart:pays | failed
  highlighted console Failure: "Assertion '1 == 2' failed"`},
		"node-tap": {`TAP version 14
# Subtest: cart
    not ok 1 - deep
      ---
      at:
        fileName: cart.js
        lineNumber: 5
      stack: |
        Test.<anonymous> (cart.js:5:28)
      ...
    1..1
not ok 1 - cart # time=2ms
  ---
  at:
    fileName: cart.js
    lineNumber: 3
  ...
1..1
`, `
a.xml | cart | failed | 2000 µs | cart.js:3
  highlighted console Failure: "deep\nTest.<anonymous> (cart.js:5:28)"
  console Diagnostics: "at:\n  fileName: cart.js\n  lineNumber: 3"
  html Steps: "<test-steps><test-step status=\"failed\">deep</test-step>\n</test-steps>"`},
		"Node": {`TAP version 13
# printed before all
# Subtest: adds
ok 1 - adds
  ---
  duration_ms: 1
  ...
# adds says this
# Subtest: pays
ok 2 - pays
  ---
  duration_ms: 1
  ...
1..2
# tests 2
`, `
a.xml | adds | passed | 1000 µs
  console Output: "# printed before all\n# adds says this"
a.xml | pays | passed | 1000 µs`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			tests, read, err := readText(t, tt.file, report.Options{})
			require.NoError(t, err)
			require.Equal(t, lines(tt.want), allDescribed(tests))
			require.Empty(t, read.Problems)
		})
	}
}

func TestTAPPoints(t *testing.T) {
	t.Parallel()
	for line, want := range map[string]string{
		"ok":                              "Test 1 passed",
		"ok 12":                           "Test 1 passed",
		"ok - a":                          "a passed",
		"ok 3-a":                          "a passed",
		"ok a":                            "a passed",
		"not ok-a b":                      "a b failed",
		"ok 1 a # SKIPPED why":            "a skipped why",
		"not ok 1 - a # skip":             "a skipped",
		"ok 1 #skip: why":                 "Test 1 skipped why",
		"not ok 1 a # TODO why # time=2s": "a skipped to do: why",
		`ok 1 a \# SKIP`:                  "a # SKIP passed",
		"ok 1 a#skip":                     "a#skip passed",
		"ok 1 a # skipper":                "a skipped",
		"ok 1 a # other":                  "a # other passed",
		"ok 1 - answers in 100ms":         "answers in 100ms passed",
	} {
		tests, _, err := readText(t, "1..1\n"+line+"\n", report.Options{})
		require.NoError(t, err)
		require.Equal(t, []string{want}, outline(tests), line)
	}
}

func TestTAPThatIsNotWhole(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		file, want string
		line       int
		minor      bool
	}{
		"no plan":             {"TAP version 13\nok 1\n", "The file has no plan, so it may not be whole.", 0, false},
		"too few":             {"1..3\nok 1\nok 2\n", "The plan of the file is 1..3, but it holds 2.", 0, false},
		"too many":            {"ok 1\nok 2\n1..1\n", "The plan of the file is 1..1, but it holds 2.", 0, false},
		"no number":           {"ok 1\n1..99999999999999999999\n", "The plan is no number of tests.", 2, false},
		"all left out":        {"1..0 # SKIP no network\n", "All tests were left out: no network.", 1, true},
		"given up":            {"1..3\nok 1\nBail out!\nok 2\n", "The tests were given up here.", 3, false},
		"given up in another": {"1..3\n    ok 1\n    Bail out! No disk.\nok 1\n", "The tests were given up here: No disk.", 3, false},
		"cut within a point":  {"1..3\nok 1\nok 2 ne", "The file ends within this line; it is left out.", 3, false},
		"cut off":             {"1..2\nok 1\n    ok 1 - a\n", "The file ends within a test that holds others; it is left out with them.", 0, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, read, err := readText(t, tt.file, report.Options{})
			require.NoError(t, err)
			require.Contains(t, read.Problems, report.Problem{Line: tt.line, Text: tt.want, Minor: tt.minor})
		})
	}
	tests, read, err := readText(t, "1..2\nok 1 a\nok 2 b", report.Options{})
	require.NoError(t, err)
	require.Equal(t, []string{"a passed", "b passed"}, outline(tests), "the last line may be whole")
	require.Equal(t, []report.Problem{{Line: 3, Text: "The last line has no end, so what it says may not be whole.", Minor: true}}, read.Problems)
	tests, read = readData(t, "tap/given-up.tap")
	require.Equal(t, []string{"has a database failed"}, outline(tests))
	require.Len(t, read.Problems, 1)
}

func TestTAPPlansOfSeveralFilesAddUp(t *testing.T) {
	t.Parallel()
	_, read, err := readText(t, "TAP version 13\n1..1\nok 1 a\nTAP version 13\nok 1 b\nok 2 c\n1..2\n", report.Options{})
	require.NoError(t, err)
	require.Equal(t, report.Counts{Tests: 3, Passed: 3}, read.Counts)
	require.Empty(t, read.Problems)
}

func TestTAPDiagnosticsOfOddShape(t *testing.T) {
	t.Parallel()
	tests, _, err := readText(t, `1..3
not ok 1 - deep first
  ---
        deep: 1
    message: 'it''s'
   line: 2
   file: "file:///src/a.js"
  ...
not ok 2 - list

  ---
  - one
  - two
  ...
not ok 3 - open
  ---
  message: |
    first
      second

  stack: "at a\n  at b"
`, report.Options{})
	require.NoError(t, err)
	require.Equal(t, lines(`
a.xml | deep first | failed | /src/a.js:2
  highlighted console Failure: "it's"
  console Diagnostics: "deep: 1\nmessage: 'it''s'\nline: 2\nfile: \"file:///src/a.js\""
a.xml | list | failed
  highlighted console Failure: "- one\n- two"
a.xml | open | failed
  highlighted console Failure: "first\n  second\nat a\n  at b" map[message:first
  second]
  console Diagnostics: "message: |\n  first\n    second\n\nstack: \"at a\\n  at b\""`), allDescribed(tests))
}
