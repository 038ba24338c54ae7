package report_test

import (
	"archive/zip"
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/runboard/runboard/api"
	"github.com/runboard/runboard/api/report"
)

// memoryLimit is how much more memory reading any file may hold at a time, in bytes.
const memoryLimit = 64 << 20

// secret is the text of a file that hostile files name.
const secret = "what stands in the secret file"

// TestHostileFiles must not run beside other tests: it measures memory.
//
//nolint:paralleltest // It measures memory.
func TestHostileFiles(t *testing.T) {
	file := filepath.Join(t.TempDir(), "secret.txt")
	require.NoError(t, os.WriteFile(file, []byte(secret), 0o600))
	for name, tt := range map[string]struct {
		file    io.Reader
		problem string // What must be said of the file that is read.
		failure string // What must be said of the file that is not.
	}{
		"external entity": {
			strings.NewReader(`<!DOCTYPE t [<!ENTITY x SYSTEM "file://` + file + `">]><testsuite><testcase name="a"><failure>&x;</failure></testcase></testsuite>`),
			"nothing is opened", "",
		},
		"external document type": {
			strings.NewReader(`<!DOCTYPE t SYSTEM "` + file + `"><testsuite><testcase name="a"/></testsuite>`), "", "",
		},
		"parameter entity": {
			strings.NewReader(`<!DOCTYPE t [<!ENTITY % x SYSTEM "` + file + `">%x;]><testsuite><testcase name="a"/></testsuite>`), "nothing is opened", "",
		},
		"billion laughs":                {strings.NewReader(laughs()), "declares entities", ""},
		"quadratic blow-up":             {strings.NewReader(blowUp(50_000)), "declares entities", ""},
		"long document type":            {strings.NewReader(blowUp(100_000)), "declares entities", ""},
		"document type beyond":          {strings.NewReader(blowUp(2 << 20)), "", "no result file that is known"},
		"deep":                          {strings.NewReader(strings.Repeat("<testsuite>", 200_000)), "", "nested more than 64 deep"},
		"many attributes":               {strings.NewReader(attributes(100_000)), "", ""},
		"endless tag":                   {io.MultiReader(strings.NewReader(`<testsuite><testsuite name="`), repeated("x", 96<<20)), "", "A tag is longer than 16 MiB"},
		"endless text":                  {io.MultiReader(strings.NewReader(`<testsuite><testcase name="a"><failure>`), repeated("x y ", 96<<20)), "", "ends within <failure>"},
		"endless output":                {io.MultiReader(strings.NewReader(`<testsuite><testcase name="a"><system-out>`), repeated("x y\n", 96<<20)), "", "ends within <system-out>"},
		"endless line":                  {io.MultiReader(strings.NewReader(`<testsuite><testcase name="a"><system-out>[[PROPERTY|`), repeated("x", 96<<20)), "", "ends within <system-out>"},
		"endless comment":               {io.MultiReader(strings.NewReader(`<testsuite><!-- `), repeated("- ", 96<<20)), "", "ends within a comment"},
		"endless blank":                 {io.MultiReader(strings.NewReader(`<testsuite><testcase name="a"><failure>b`), repeated(" ", 96<<20)), "", "ends within <failure>"},
		"endless properties":            {io.MultiReader(strings.NewReader(`<testsuite><testcase name="a"><properties>`), repeated(`<property name="a" value="b"/>`, 96<<20)), "", "The file ends within"},
		"endless statuses":              {io.MultiReader(strings.NewReader(`<testsuite><testcase name="a">`), repeated(`<failure message="b"/><rerunFailure message="c"/>`, 96<<20)), "", "The file ends within"},
		"endless directives":            {io.MultiReader(strings.NewReader(`<testsuite><testcase name="a"><system-out>`), repeated("[[ATTACHMENT|a]]\n[[PROPERTY|b=c]]\n", 96<<20)), "", "ends within <system-out>"},
		"endless cases":                 {io.MultiReader(strings.NewReader(`<testsuite>`), repeated(`<testcase name="a"/>`, 24<<20)), "", "The file ends within"},
		"endless names":                 {io.MultiReader(strings.NewReader(`<testsuite>`), &names{last: 1_000_000}), "", "ends within <testsuite>"},
		"endless TRX results":           {io.MultiReader(strings.NewReader(`<TestRun><Results>`), repeated(`<UnitTestResult testId="a" testName="b" outcome="Failed"><Output><ErrorInfo><Message>c</Message></ErrorInfo></Output></UnitTestResult>`, 24<<20)), "", "The file ends within"},
		"endless TRX definitions":       {io.MultiReader(strings.NewReader(`<TestRun><TestDefinitions>`), definitions()), "", "The file ends within"},
		"endless TRX messages":          {io.MultiReader(strings.NewReader(`<TestRun><Results><UnitTestResult testName="a"><Output><TextMessages>`), repeated(`<Message>b</Message>`, 72<<20)), "", "The file ends within"},
		"endless TRX rows":              {io.MultiReader(strings.NewReader(`<TestRun><Results><UnitTestResult testName="a"><InnerResults>`), repeated(`<UnitTestResult testName="a"/>`, 8<<20)), "", "The file ends within"},
		"endless NUnit 3 properties":    {io.MultiReader(strings.NewReader(`<test-run><test-suite><test-case name="a"><properties>`), repeated(`<property name="a" value="b"/>`, 72<<20)), "", "The file ends within"},
		"endless NUnit 2 suites":        {io.MultiReader(strings.NewReader(`<test-results><test-suite name="a"><results>`), repeated(`<test-suite name="b" result="Failure"/>`, 8<<20)), "", "The file ends within"},
		"endless xUnit.net assemblies":  {io.MultiReader(strings.NewReader(`<assemblies>`), &numbered{format: `<assembly name="%d` + strings.Repeat("a", 700) + `"><collection><test name="%[1]d"/></collection></assembly>`, count: 100_000}), "", "The file ends within"},
		"endless xUnit.net warnings":    {io.MultiReader(strings.NewReader(`<assemblies><assembly><collection><test name="a"><warnings>`), repeated(`<warning>b</warning>`, 72<<20)), "", "The file ends within"},
		"endless TestNG parameters":     {io.MultiReader(strings.NewReader(`<testng-results><suite><test><class><test-method name="a"><params>`), repeated(`<param><value>b</value></param>`, 72<<20)), "", "The file ends within"},
		"endless CTest output":          {io.MultiReader(strings.NewReader(`<Site><Testing><Test><Name>a</Name><Results><Measurement><Value encoding="base64" compression="gzip">`), repeated(`eJzt`, 72<<20)), "", "The file ends within"},
		"endless Robot Framework steps": {io.MultiReader(strings.NewReader(`<robot generator="Robot"><suite><test name="a">`), repeated(`<kw name="b"><arg>c</arg><msg level="INFO" html="true">&lt;a href="d"&gt;</msg></kw>`, 72<<20)), "", "The file ends within"},
		"deep Robot Framework keywords": {io.MultiReader(strings.NewReader(`<robot generator="Robot"><suite><test name="a">`), repeated(`<kw name="`+strings.Repeat("b", 1<<19)+`">`, 140<<20)), "", "Robot Framework keywords, line 1: Elements are nested more than 256 deep"},
		"deep Robot Framework suites":   {io.MultiReader(strings.NewReader(`<robot generator="Robot">`), repeated(`<suite name="`+strings.Repeat("b", 1<<19)+`">`, 140<<20)), "", "line 1: Elements are nested more than 256 deep"},
		"long names of elements":        {io.MultiReader(strings.NewReader(`<testsuite>`), repeated(`<`+strings.Repeat("b", 1<<20)+`>`, 96<<20)), "", "The name of an element is longer than 1024 bytes"},
		"long names of attributes":      {io.MultiReader(strings.NewReader(`<testsuite>`), &names{after: strings.Repeat("b", 1<<18), last: 400}), "", "ends within <testsuite>"},
		"CTest bomb":                    {strings.NewReader(ctestBomb(t, 512<<20)), "", ""},
		"control characters":            {strings.NewReader("<testsuite><testcase name=\"a\x1b[0m\x01\"><failure>\x00\x07\xff</failure></testcase></testsuite>"), "NUL characters", ""},
		"gzip bomb":                     {packed(t, 512<<20), "", "times as large as packed"},
		"half a gzip file":              {bytes.NewReader(half(t, packed(t, 1<<20))), "", "cannot be read: unexpected EOF"},
		"no gzip file":                  {strings.NewReader("\x1f\x8b but text"), "", "begins like a gzip file"},
		"nothing":                       {strings.NewReader(""), "", "The file is empty"},
		"blank":                         {strings.NewReader(" \n\t\r\n"), "", "The file is empty"},
		"no result file":                {strings.NewReader("<html><body/></html>"), "", "XML that begins with <html>"},
		"a program":                     {strings.NewReader("\x7fELF\x02\x01\x01\x00\x00"), "", "no result file that is known"},
		"an archive as stream":          {strings.NewReader("PK\x03\x04..."), "", "is an archive"},
	} {
		t.Run(name, func(t *testing.T) {
			read, err := readWatched(t, name, tt.file)
			if tt.failure != "" {
				require.ErrorContains(t, err, tt.failure)
				return
			}
			require.NoError(t, err)
			if tt.problem != "" {
				require.NotEmpty(t, read.Problems)
				require.Contains(t, fmt.Sprint(read.Problems), tt.problem)
			}
		})
	}
}

// readWatched reads a file and checks how much memory that takes.
func readWatched(t *testing.T, name string, file io.Reader) (report.Report, error) {
	t.Helper()
	var highest uint64
	before := heap()
	reader := watched{from: file, each: func() { highest = max(highest, heap()) }}
	read, err := report.Read(t.Context(), name, &reader, report.Options{}, func(test api.NewTest) error {
		require.NotContains(t, fmt.Sprint(test), secret)
		return nil
	})
	require.Less(t, max(highest, before)-before, uint64(memoryLimit), "bytes in use")
	return read, err
}

func heap() uint64 {
	var memory runtime.MemStats
	runtime.ReadMemStats(&memory)
	return memory.HeapAlloc
}

// watched calls each now and then.
type watched struct {
	from io.Reader
	each func()
	read int
}

func (w *watched) Read(into []byte) (int, error) {
	n, err := w.from.Read(into)
	if w.read += n; w.read > 4<<20 {
		w.read = 0
		runtime.GC()
		w.each()
	}
	return n, err
}

// repeated is a text over and over, up to so many bytes.
func repeated(text string, size int64) io.Reader {
	return io.LimitReader(&endless{text: strings.Repeat(text, 1+64<<10/len(text))}, size)
}

type endless struct {
	text string
	at   int
}

func (e *endless) Read(into []byte) (int, error) {
	n := copy(into, e.text[e.at:])
	e.at = (e.at + n) % len(e.text)
	return n, nil
}

// names are elements of which each, and its attribute, has another name.
type names struct {
	after string // In the name of the attribute.
	last  int
	next  int
	text  string
}

func (n *names) Read(into []byte) (int, error) {
	if n.text == "" {
		if n.next++; n.next > n.last {
			return 0, io.EOF
		}
		n.text = fmt.Sprintf(`<a%d b%d%s="c"/>`, n.next, n.next, n.after)
	}
	size := copy(into, n.text)
	n.text = n.text[size:]
	return size, nil
}

func laughs() string {
	var file strings.Builder
	file.WriteString(`<!DOCTYPE t [<!ENTITY l0 "ha">`)
	for i := 1; i < 10; i++ {
		fmt.Fprintf(&file, `<!ENTITY l%d "%s">`, i, strings.Repeat(fmt.Sprintf("&l%d;", i-1), 10))
	}
	file.WriteString(`]><testsuite><testcase name="&l9;"><failure>&l9;</failure></testcase></testsuite>`)
	return file.String()
}

func blowUp(size int) string {
	return `<!DOCTYPE t [<!ENTITY a "` + strings.Repeat("a", size) + `">]><testsuite><testcase name="a"><failure>` + strings.Repeat("&a;", 100_000) + `</failure></testcase></testsuite>`
}

func attributes(count int) string {
	var file strings.Builder
	file.WriteString(`<testsuite><testcase name="a"`)
	for i := range count {
		fmt.Fprintf(&file, ` a%d="%d"`, i, i)
	}
	file.WriteString(`/></testsuite>`)
	return file.String()
}

// packed is a file of so many spaces within an element, packed by gzip.
func packed(t *testing.T, size int64) io.Reader {
	t.Helper()
	var file bytes.Buffer
	to := gzip.NewWriter(&file)
	_, err := io.Copy(to, io.MultiReader(strings.NewReader("<testsuite>"), repeated(" ", size)))
	require.NoError(t, err)
	require.NoError(t, to.Close())
	return &file
}

func half(t *testing.T, file io.Reader) []byte {
	t.Helper()
	data, err := io.ReadAll(file)
	require.NoError(t, err)
	return data[:len(data)/2]
}

func TestHostileArchives(t *testing.T) {
	t.Parallel()
	const suite = `<testsuite><testcase name="a"/></testsuite>`
	for name, tt := range map[string]struct {
		file zip.FileHeader
		want string
	}{
		"parent":        {zip.FileHeader{Name: "../a.xml"}, "leads out of the archive: ../a.xml"},
		"inner parent":  {zip.FileHeader{Name: "b/../../a.xml"}, "leads out of the archive"},
		"absolute":      {zip.FileHeader{Name: "/etc/a.xml"}, "leads out of the archive"},
		"backslashes":   {zip.FileHeader{Name: `..\a.xml`}, "leads out of the archive"},
		"drive":         {zip.FileHeader{Name: `c:\a.xml`}, "leads out of the archive"},
		"same name":     {zip.FileHeader{Name: "ok.xml"}, "another one has the same name: ok.xml"},
		"same path":     {zip.FileHeader{Name: `in\ok.xml`}, "another one has the same name: in/ok.xml"},
		"symbolic link": {link("a.xml"), "a.xml: It is a link"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			files := []zip.FileHeader{{Name: "ok.xml"}, tt.file, {Name: "in/ok.xml"}}
			tests, failures := readArchive(t, archiveOf(t, files, suite))
			require.Len(t, tests, 2, "the other files are read")
			require.Len(t, failures, 1)
			require.ErrorContains(t, failures[0], tt.want)
		})
	}
	t.Run("many files", func(t *testing.T) {
		t.Parallel()
		tests, failures := readArchive(t, archiveOf(t, manyFiles(10_001), suite))
		require.Empty(t, tests)
		require.Len(t, failures, 1)
		require.ErrorContains(t, failures[0], "more than 10000 files")
	})
	t.Run("bomb", func(t *testing.T) {
		t.Parallel()
		tests, failures := readArchive(t, archiveOf(t, []zip.FileHeader{{Name: "bomb.xml", Method: zip.Deflate}}, "<testsuite>"+strings.Repeat(" ", 100<<20)))
		require.Empty(t, tests)
		require.ErrorContains(t, failures[0], "times as large as packed")
	})
}

func TestArchiveIsReadWhole(t *testing.T) {
	t.Parallel()
	files := []zip.FileHeader{{Name: "b/2.xml"}, {Name: "a.log", Method: zip.Deflate}, {Name: "b/"}, {Name: "./"}, {Name: "./d.xml"}, {Name: `e\f.xml`}, {Name: "__MACOSX/._a"}, {Name: ".hidden"}, {Name: "c.xml"}}
	tests, failures := readArchive(t, archiveOf(t, files, `<testsuite><testcase name="a"/></testsuite>`))
	require.Empty(t, failures)
	require.Len(t, tests, 5)
}

func link(name string) zip.FileHeader {
	header := zip.FileHeader{Name: name}
	header.SetMode(fs.ModeSymlink | 0o777)
	return header
}

func manyFiles(count int) []zip.FileHeader {
	files := make([]zip.FileHeader, count)
	for i := range files {
		files[i].Name = fmt.Sprintf("%d.xml", i)
	}
	return files
}

// archiveOf is an archive of files of the same content.
func archiveOf(t *testing.T, files []zip.FileHeader, content string) *bytes.Reader {
	t.Helper()
	var archive bytes.Buffer
	to := zip.NewWriter(&archive)
	for _, header := range files {
		file, err := to.CreateHeader(&header)
		require.NoError(t, err)
		if !strings.HasSuffix(header.Name, "/") {
			_, err = io.WriteString(file, content)
			require.NoError(t, err)
		}
	}
	require.NoError(t, to.Close())
	return bytes.NewReader(archive.Bytes())
}

// readArchive is what comes of an archive: its tests, and the errors of its files.
func readArchive(t *testing.T, archive *bytes.Reader) ([]api.NewTest, []error) {
	t.Helper()
	var tests []api.NewTest
	var failures []error
	err := report.ReadFile(t.Context(), "results.zip", archive, report.Options{},
		func(test api.NewTest) error {
			tests = append(tests, test)
			return nil
		},
		func(_ report.Report, err error) error {
			if err != nil {
				failures = append(failures, err)
			}
			return nil
		})
	require.NoError(t, err)
	return tests, failures
}
