package report_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/runboard/runboard/api/report"
)

func TestDart(t *testing.T) {
	t.Parallel()
	tests, read := readData(t, "dart/flutter.json")
	require.Equal(t, lines(`
test/cart_test.dart › Cart totals | adds | passed | 9000 µs | /home/ci/shop/test/cart_test.dart:6
  console Output: "adding"
test/cart_test.dart › Cart | pays | failed | 10000 µs | /home/ci/shop/test/cart_test.dart:14
  highlighted console Failure: "Expected: <2>\n  Actual: <1>\ntest/cart_test.dart 15:7  main.<fn>" map[message:Expected: <2>
  Actual: <1>]
test/cart_test.dart | crashes | error | 2000 µs | /home/ci/shop/test/cart_test.dart
  highlighted console Error: "Exception: lost"
  highlighted console Failure: "Expected: true\ntest/cart_test.dart 20:7" map[message:Expected: true]
test/cart_test.dart | ships | skipped | 0 µs | /home/ci/shop/test/cart_test.dart:30
  highlighted console Skipped: "no harbour"
chrome › test/web_test.dart | loads | passed | 2000 µs | test\web_test.dart
chrome › test/web_test.dart | hangs | untested | test\web_test.dart`), allDescribed(tests))
	require.Equal(t, report.Counts{Tests: 6, Passed: 2, Failed: 1, Errors: 1, Skipped: 1, Untested: 1}, read.Counts)
	require.EqualValues(t, 23_000, read.Elapsed)
	require.Equal(t, []report.Problem{
		{Line: 28, Text: "An error belongs to no test that runs: Late"},
		{Line: 30, Text: "The line is no whole event; it is left out."},
		{Line: 29, Text: `The test "hangs" has begun, but not ended.`},
		{Line: 30, Text: "The last event is missing; the run did not end."},
	}, read.Problems)
}

func TestDartFileThatDoesNotLoad(t *testing.T) {
	t.Parallel()
	tests, read, err := readText(t, `{"protocolVersion":"0.1.1","runnerVersion":"1.25.7","type":"start","time":0}
{"suite":{"id":0,"platform":"vm","path":"C:\\shop\\test\\a_test.dart"},"type":"suite","time":0}
{"test":{"id":1,"name":"loading a_test.dart","suiteID":0,"groupIDs":[]},"type":"testStart","time":1}
{"testID":1,"error":"Failed to load: no such file","stackTrace":"","isFailure":false,"type":"error","time":2}
{"testID":1,"result":"error","skipped":false,"hidden":false,"type":"testDone","time":3}
{"success":false,"type":"done","time":4}`, report.Options{})
	require.NoError(t, err)
	require.Equal(t, []string{"loading a_test.dart error Failed to load: no such file"}, outline(tests))
	require.Equal(t, "test/a_test.dart", tests[0].Folder)
	require.Empty(t, read.Problems)
}
