package report_test

import (
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/runboard/runboard/api"
	"github.com/runboard/runboard/api/report"
)

func suiteOf(name string) string { return `<testsuite><testcase name="` + name + `"/></testsuite>` }

// failuresOf reads paths, and is the tests and the errors.
func failuresOf(t *testing.T, paths ...string) ([]api.NewTest, []error) {
	t.Helper()
	var tests []api.NewTest
	var failures []error
	err := report.ReadPaths(t.Context(), paths, report.Options{}, func(test api.NewTest) error {
		tests = append(tests, test)
		return nil
	}, func(_ report.Report, err error) error {
		if err != nil {
			failures = append(failures, err)
		}
		return nil
	})
	require.NoError(t, err)
	return tests, failures
}

// Links do not keep the other files of a folder from being read, nor fail a job.
func TestLinksInAFolder(t *testing.T) {
	t.Parallel()
	folder, outside := t.TempDir(), t.TempDir()
	write(t, filepath.Join(outside, "out.xml"), suiteOf("out"))
	write(t, filepath.Join(folder, "run-1", "a.xml"), suiteOf("a"))
	write(t, filepath.Join(folder, ".store", "b.xml"), suiteOf("b"))
	for link, target := range map[string]string{
		"a-again.xml":  "run-1/a.xml",
		"b.xml":        ".store/b.xml",
		"b-again.xml":  "b.xml",
		"latest":       "run-1",
		"loop":         ".",
		"round":        "round",
		"out.xml":      filepath.Join(outside, "out.xml"),
		"out-folder":   outside,
		"parent.xml":   "../" + filepath.Base(outside) + "/out.xml",
		"nowhere.xml":  "none.xml",
		"run-1/up.xml": "../a-again.xml",
	} {
		require.NoError(t, os.Symlink(target, filepath.Join(folder, link)))
	}
	tests, failures := failuresOf(t, folder)
	require.ElementsMatch(t, []string{"a passed", "b passed"}, outline(tests), "each once")
	require.Len(t, failures, 10)
	for _, failure := range failures {
		require.ErrorIs(t, failure, report.ErrUnknown, "nothing of it is missing")
		require.ErrorContains(t, failure, "It is a link ")
	}

	link := filepath.Join(t.TempDir(), "results")
	require.NoError(t, os.Symlink(folder, link))
	tests, _ = failuresOf(t, link, filepath.Join(folder, "out.xml"))
	require.ElementsMatch(t, []string{"a passed", "b passed", "out passed"}, outline(tests), "what is named is followed")
}

func TestNamesThatAreNoText(t *testing.T) {
	t.Parallel()
	if runtime.GOOS != "linux" {
		t.Skip("other systems have no such names")
	}
	folder := t.TempDir()
	write(t, filepath.Join(folder, "r\xe9sultats", "a\x1b[31m\xff.xml"), suiteOf("a"))
	write(t, filepath.Join(folder, "b-result.json"), `{"uuid":"u","name":"b","status":"passed"}`)
	write(t, filepath.Join(folder, "\xff-result.json"), `{"uuid":"v","name":"c","status":"passed"}`)
	tests, reports := readPaths(t, folder)
	require.ElementsMatch(t, []string{"a passed", "b passed", "c passed"}, outline(tests))
	var names []string
	for _, read := range reports {
		names = append(names, strings.TrimPrefix(read.File, folder))
	}
	require.ElementsMatch(t, []string{"", "/r\uFFFDsultats/a\uFFFD[31m\uFFFD.xml"}, names)
}

// What can be read only once, or never ends, is not begun.
func TestWhatIsNoFile(t *testing.T) {
	t.Parallel()
	pipe, to, err := os.Pipe()
	require.NoError(t, err)
	defer func() { require.NoError(t, pipe.Close()) }()
	_, err = io.WriteString(to, suiteOf("a"))
	require.NoError(t, err)
	require.NoError(t, to.Close())
	folder := t.TempDir()
	var listen net.ListenConfig
	socket, err := listen.Listen(t.Context(), "unix", filepath.Join(folder, "socket.xml"))
	require.NoError(t, err)
	defer func() { require.NoError(t, socket.Close()) }()

	tests, failures := failuresOf(t, "-", fmt.Sprintf("/dev/fd/%d", pipe.Fd()), "/dev/zero", folder)
	require.Empty(t, tests)
	require.Len(t, failures, 4)
	require.EqualError(t, failures[0], "-: Standard input is not read. Write it to a file, and name that.")
	require.ErrorContains(t, failures[1], "It is a pipe or a device, which is not read.")
	require.ErrorContains(t, failures[2], "/dev/zero: It is a pipe or a device")
	require.ErrorContains(t, failures[3], "socket.xml: It is no plain file.")
	for _, failure := range failures[:3] {
		require.NotErrorIs(t, failure, report.ErrUnknown, "it was named")
	}
}

func TestOtherWaysOfPacking(t *testing.T) {
	t.Parallel()
	tar := strings.Repeat("a", 257) + "ustar\x00" + "00" + strings.Repeat("\x00", 300)
	for name, tt := range map[string]struct{ text, want string }{
		"tar":         {tar, "packed by tar, which is not read. zip and gzip are."},
		"tar of GNU":  {strings.Replace(tar, "ustar\x0000", "ustar  \x00", 1), "packed by tar,"},
		"tar in gzip": {gzipped(t, tar), "packed by tar,"},
		"zip in gzip": {gzipped(t, "PK\x03\x04"), "unpack it"},
		"7-Zip":       {"7z\xbc\xaf\x27\x1c\x00\x04", "packed by 7-Zip,"},
		"RAR":         {"Rar!\x1a\x07\x01\x00", "packed by RAR,"},
		"xz":          {"\xfd7zXZ\x00\x00", "packed by xz,"},
		"zstd":        {"\x28\xb5\x2f\xfd\x04", "packed by zstd,"},
		"bzip2":       {"BZh91AY&SY\x00", "packed by bzip2,"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			path := filepath.Join(t.TempDir(), "results.bin")
			write(t, path, tt.text)
			_, failures := failuresOf(t, path)
			require.Len(t, failures, 1)
			require.ErrorIs(t, failures[0], report.ErrUnknown)
			require.ErrorContains(t, failures[0], tt.want)
		})
	}
}
