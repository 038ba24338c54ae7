package report_test

import (
	"bytes"
	"compress/gzip"
	"compress/zlib"
	"encoding/base64"
	"io"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/runboard/runboard/api"
	"github.com/runboard/runboard/api/report"
)

func TestCTest(t *testing.T) {
	t.Parallel()
	tests, read := readData(t, "ctest/Test.xml")
	require.Equal(t, lines(`
core | adds | passed | 250000 µs
  artifact adds https://ci.test/adds
  console Reason: "Required regular expression found"
  console Output: "hello world"
  string Processors: "2"
  string Peak memory: "12.5"
  string Labels: "core, fast"
  text Table: "a b\n1 2"
  text Command: "/bin/adds \"1\""
  text Environment: "A=1\nB=2"
Unnamed folder | fails | failure | 10 µs
  highlighted console Failure: "Failed, exit value 1\na.cpp:21: Failure" map[message:Failed, exit value 1]
  text Command: "/bin/fails"
Unnamed folder | ./hangs | failure | 1500000 µs
  highlighted console Failure: "Timeout"
Unnamed folder | off | skipped
  highlighted console Skipped: "Disabled"
Unnamed folder | skips | skipped
  highlighted console Skipped: "SKIP_RETURN_CODE=77"
Unnamed folder | lost | skipped
  highlighted console Skipped: "Unable to find executable"
Unnamed folder | broken output | passed
Unnamed folder | plain output | passed
  console Output: "hello"`), allDescribed(tests))
	require.Equal(t, report.Counts{Tests: 8, Passed: 3, Failed: 2, Skipped: 3}, read.Counts)
	require.EqualValues(t, 3_000_000, read.Elapsed)
	require.Equal(t, []report.Problem{
		{Line: 51, Text: "lost did not run, though it should have: Unable to find executable"},
		{Line: 52, Text: "What a test has printed cannot be unpacked: zlib: invalid header."},
	}, read.Problems)
}

func TestCTestUnpacksOutput(t *testing.T) {
	t.Parallel()
	for name, pack := range map[string]func(io.Writer) io.WriteCloser{
		"zlib": func(to io.Writer) io.WriteCloser { return zlib.NewWriter(to) },
		"gzip": func(to io.Writer) io.WriteCloser { return gzip.NewWriter(to) },
	} {
		tests, read := readPackedCTest(t, pack, "first\n"+strings.Repeat("x y z\n", 100_000)+"last")
		require.Empty(t, read.Problems, name)
		output := *tests[0].Fields[0].Value
		require.True(t, strings.HasPrefix(output, "first\n") && strings.HasSuffix(output, "\nlast"), name)
	}
}

func readPackedCTest(t *testing.T, pack func(io.Writer) io.WriteCloser, text string) ([]api.NewTest, report.Report) {
	t.Helper()
	var packed bytes.Buffer
	to := pack(&packed)
	_, err := io.WriteString(to, text)
	require.NoError(t, err)
	require.NoError(t, to.Close())
	tests, read, err := readText(t, `<Site><Testing><Test Status="passed"><Name>a</Name><Results><Measurement><Value encoding="base64" compression="gzip">`+
		base64.StdEncoding.EncodeToString(packed.Bytes())+`</Value></Measurement></Results></Test></Testing></Site>`, report.Options{})
	require.NoError(t, err)
	return tests, read
}

// ctestBomb is a file with so many spaces, packed.
func ctestBomb(t *testing.T, size int64) string {
	t.Helper()
	var packed bytes.Buffer
	to := zlib.NewWriter(&packed)
	_, err := io.Copy(to, repeated(" ", size))
	require.NoError(t, err)
	require.NoError(t, to.Close())
	return `<Site><Testing><Test Status="passed"><Name>a</Name><Results><Measurement><Value encoding="base64" compression="gzip">` +
		base64.StdEncoding.EncodeToString(packed.Bytes()) + `</Value></Measurement></Results></Test></Testing></Site>`
}
