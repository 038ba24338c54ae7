package report_test

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"github.com/runboard/runboard/api"
	"github.com/runboard/runboard/api/report"
)

// fuzzRead feeds a reader with files like these, as they are and behind a line of
// output. Whatever the file, what is read of it can be sent, and the counts are
// those of what was emitted.
func fuzzRead(f *testing.F, seeds ...string) {
	f.Helper()
	for _, pattern := range seeds {
		files, err := filepath.Glob(pattern)
		require.NoError(f, err)
		for _, file := range files {
			data, err := os.ReadFile(file)
			require.NoError(f, err)
			f.Add(data)
			f.Add(append([]byte("> npm test\n"), data...))
		}
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		emitted := 0
		read, err := report.Read(t.Context(), "fuzzed", bytes.NewReader(data), report.Options{}, func(test api.NewTest) error {
			emitted++
			requireSendable(t, test)
			return nil
		})
		if err != nil {
			wrong, ok := errors.AsType[*report.Error](err)
			require.True(t, ok, "%v", err)
			require.True(t, strings.HasPrefix(wrong.Error(), "fuzzed"))
		}
		require.LessOrEqual(t, emitted, read.Tests+read.Attempts)
		require.Equal(t, read.Tests, read.Passed+read.Failed+read.Errors+read.Skipped+read.Untested)
		require.GreaterOrEqual(t, read.Elapsed, int64(0))
	})
}

// requireSendable checks what every server expects of a test: contract 2.9.
func requireSendable(t *testing.T, test api.NewTest) {
	t.Helper()
	require.Regexp(t, "^[0-9a-f]{64}$", test.Key)
	require.NotEmpty(t, test.Name)
	require.NotEmpty(t, test.Folder)
	require.Contains(t, api.DefaultStatuses().Aliases(), test.Status)
	texts := []string{test.Name, test.Folder, test.File}
	for _, field := range test.Fields {
		require.Contains(t, []api.FieldType{1, 2, 3, 4, 5}, field.Type)
		require.LessOrEqual(t, len(*field.Value), 3*16_384)
		texts = append(texts, field.Name, *field.Value)
	}
	for _, artifact := range test.Artifacts {
		texts = append(texts, artifact.Name, artifact.URL)
	}
	for _, text := range texts {
		require.True(t, utf8.ValidString(text) && !strings.Contains(text, "\x00"), "%q", text)
	}
	require.LessOrEqual(t, len(test.Fields), 24+24+1)
}

func FuzzJUnit(f *testing.F) {
	fuzzRead(f, "testdata/junit/*.xml", "testdata/hostile/*.xml")
}

func FuzzTRX(f *testing.F) { fuzzRead(f, "testdata/trx/*") }

func FuzzNUnit2(f *testing.F) { fuzzRead(f, "testdata/nunit2/*") }

func FuzzNUnit3(f *testing.F) { fuzzRead(f, "testdata/nunit3/*") }

func FuzzXUnit(f *testing.F) { fuzzRead(f, "testdata/xunit/*") }

func FuzzTestNG(f *testing.F) { fuzzRead(f, "testdata/testng/*") }

func FuzzCTest(f *testing.F) { fuzzRead(f, "testdata/ctest/*") }

func FuzzRobot(f *testing.F) { fuzzRead(f, "testdata/robot/*") }

func FuzzCTRF(f *testing.F) { fuzzRead(f, "testdata/ctrf/*") }

func FuzzPlaywright(f *testing.F) { fuzzRead(f, "testdata/playwright/*") }

func FuzzMocha(f *testing.F) { fuzzRead(f, "testdata/mocha/*", "testdata/mochawesome/*") }

func FuzzRSpec(f *testing.F) { fuzzRead(f, "testdata/rspec/*") }

func FuzzCucumber(f *testing.F) { fuzzRead(f, "testdata/cucumber/*") }

func FuzzCucumberMessages(f *testing.F) { fuzzRead(f, "testdata/cucumber-messages/*") }

func FuzzDart(f *testing.F) { fuzzRead(f, "testdata/dart/*") }

func FuzzGoTest(f *testing.F) { fuzzRead(f, "testdata/gotest/*") }

func FuzzTAP(f *testing.F) { fuzzRead(f, "testdata/tap/*") }

func FuzzAllure(f *testing.F) { fuzzRead(f, "testdata/allure/*/*.json") }

func FuzzAllure1(f *testing.F) { fuzzRead(f, "testdata/allure1/*/*-testsuite.xml") }

// FuzzXML holds the reader of XML to encoding/xml, for files that both take.
func FuzzXML(f *testing.F) {
	for _, seed := range []string{`<a b="c">d<e/> <![CDATA[ f ]]>&lt;</a>`, "<?xml version='1.0'?>\n<!DOCTYPE a><a>\r\n<!-- b -->c</a>"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		events, _, err := report.XMLEvents(data)
		want, wantErr := standardEvents(data)
		if wantErr == nil && err == nil {
			require.Equal(t, want, withoutTexts(events))
		}
	})
}

// standardEvents are the elements and attributes as encoding/xml reads them.
func standardEvents(data []byte) ([]string, error) {
	var events []string
	tokens := xml.NewDecoder(bytes.NewReader(data))
	for {
		token, err := tokens.RawToken()
		if token == nil {
			if errors.Is(err, io.EOF) {
				err = nil
			}
			return events, err
		}
		switch token := token.(type) {
		case xml.StartElement:
			events = append(events, "<"+token.Name.Local)
		case xml.EndElement:
			events = append(events, ">")
		}
	}
}

// withoutTexts are the elements alone.
func withoutTexts(events []string) []string {
	return slices.DeleteFunc(events, func(event string) bool { return event[0] != '<' && event != ">" })
}
