package report_test

import (
	"fmt"
	"strings"
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

func TestXUnitTestsInSeveralAssemblies(t *testing.T) {
	t.Parallel()
	const begin, end = `<assemblies>`, `</assemblies>`
	assembly := func(attributes, results string) string {
		return "<assembly " + attributes + `><collection name="c">` + results + "</collection></assembly>"
	}
	const shared, alone = `<test name="Shop.Cart.Adds" type="Shop.Cart" result="%s"/>`, `<test name="Shop.Cart.Pays" type="Shop.Cart" result="Pass"/>`
	passed, failed := fmt.Sprintf(shared, "Pass"), fmt.Sprintf(shared, "Fail")
	keys := func(file string) map[string]string {
		tests, read, err := readText(t, file, report.Options{})
		require.NoError(t, err)
		require.Equal(t, len(tests), read.Tests)
		keys := map[string]string{}
		for _, test := range tests {
			keys[strings.ReplaceAll(described(test), "\n  ", " ")] = test.Key
		}
		return keys
	}
	one := keys(begin + assembly(`name="/b/net6.0/Shop.dll" target-framework="v6.0"`, passed+alone) + end)
	for name, names := range map[string][4]string{
		"frameworks": {`name="/b/net6.0/Shop.dll" target-framework="v6.0"`, `name="/b/net8.0/Shop.dll" target-framework="v8.0"`, "Shop.dll (v6.0)", "Shop.dll (v8.0)"},
		"folders":    {`name="C:\b\net6.0\Shop.dll"`, `name="C:\b\net8.0\Shop.dll"`, "net6.0/Shop.dll", "net8.0/Shop.dll"},
	} {
		several := keys(begin + assembly(names[0], passed+alone) + assembly(names[1], failed) + end)
		require.Len(t, several, 3, name)
		inSix, inEight := several["Shop.Cart | Adds | passed string Assembly: \""+names[2]+`"`], several["Shop.Cart | Adds | failure string Assembly: \""+names[3]+`"`]
		require.NotEmpty(t, inSix, name)
		require.NotEmpty(t, inEight, name)
		require.NotEqual(t, inSix, inEight, name)
		require.Equal(t, one["Shop.Cart | Pays | passed"], several["Shop.Cart | Pays | passed"], "what comes once stays what it is")
		require.Equal(t, several, keys(begin+assembly(names[1], failed)+assembly(names[0], passed+alone)+end), "the order of assemblies changes nothing")
	}
	again, _, err := readText(t, begin+assembly(`name="a.dll"`, failed)+assembly(`name="a.dll"`, passed)+end, report.Options{})
	require.NoError(t, err)
	require.Equal(t, one["Shop.Cart | Adds | passed"], again[0].Key)
	require.Equal(t, again[0].Key, again[1].Key, "one assembly that was run twice has the same tests")
}
