package report_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/runboard/runboard/api/report"
)

func TestXUnit2(t *testing.T) {
	t.Parallel()
	tests, read := readData(t, "xunit/v2.xml")
	require.Equal(t, lines(`
Shop.CartTests | Adds(count: 1.5) | passed | 250000 µs
  console Output: "hello"
  string Category: "fast, cart"
Shop.CartTests | Fails as it says | failure | 10000 µs
  highlighted console Failure: "Assert.True() Failure\n   at Shop.CartTests.Fails() in C:\\src\\CartTests.cs:line 16" map[message:Assert.True() Failure type:Xunit.Sdk.TrueException]
Shop.CartTests | Skips | skipped | 0 µs
  highlighted console Skipped: "later"
Shop.Other | NoType | passed`), allDescribed(tests))
	require.Equal(t, report.Counts{Tests: 4, Passed: 2, Failed: 1, Skipped: 1}, read.Counts)
	require.Equal(t, []report.Problem{{Line: 5, Text: `A failure belongs to no test (assembly-cleanup C:\src\Shop.Tests.dll): no connection`}}, read.Problems)
}

func TestXUnit3(t *testing.T) {
	t.Parallel()
	tests, read := readData(t, "xunit/v3.xml")
	require.Equal(t, lines(`
Shop.CartTests | Adds | passed | 5000 µs | /src/CartTests.cs:12
  artifact log.txt https://ci.test/log.txt
  console Warnings: "slow\nold"
  text notes: "line 1\nline 2"
Shop.CartTests | Asked | untested | 0 µs`), allDescribed(tests))
	require.EqualValues(t, 2_500_000, read.Elapsed)
	require.Empty(t, read.Problems)
}

func TestXUnit1(t *testing.T) {
	t.Parallel()
	tests, read := readData(t, "xunit/v1.xml")
	require.Equal(t, lines(`
Shop.CartTests | Fails | failure | 153000 µs
  highlighted console Failure: "no" map[type:E]
Shop.CartTests | Skips | skipped
  highlighted console Skipped: "later"`), allDescribed(tests))
	require.Equal(t, []report.Problem{{Line: 3, Text: "A failure belongs to no test (class Shop.CartTests): fixture is broken"}}, read.Problems)
}
