package report_test

import (
	"errors"
	"io"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/runboard/runboard/api/report"
)

func TestJSONIsTakenApart(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		file string
		want []string
	}{
		"values":           {`{"a": "b", "c": [1.50, true, false, null], "d": {}}`, []string{"1 {", "1 a=b", "1 c[", "1 =1.50", "1 =true", "1 =false", "1 null", "]", "1 d{", "}", "}"}},
		"lines":            {"{\n\"a\":\n1,\n\n\"b\": [\n2,\n3\n]\n}", []string{"1 {", "3 a=1", "5 b[", "6 =2", "7 =3", "]", "}"}},
		"several":          {"1\n{}\n\n[]\n", []string{"1 =1", "2 {", "}", "4 [", "]"}},
		"nothing":          {" \n", nil},
		"escapes":          {`"\u0041\n\ud83d\ude00"`, []string{"1 =A\n\U0001F600"}},
		"NUL":              {"{\"a\\u0000b\": \"c\\u0000d\"}", []string{"1 {", "1 ab=cd", "}"}},
		"broken UTF-8":     {"\"a\xffb\"", []string{"1 =a\uFFFDb"}},
		"half a character": {`"a\ud83d"`, []string{"1 =a\uFFFD"}},
		"same names":       {`{"a": 1, "a": 2}`, []string{"1 {", "1 a=1", "1 a=2", "}"}},
		"very large":       {`[` + strings.Repeat("9", 400) + `]`, []string{"1 [", "1 =" + strings.Repeat("9", 400), "]"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			events, err := report.JSONEvents(strings.NewReader(tt.file))
			require.NoError(t, err)
			require.Equal(t, tt.want, events)
		})
	}
}

func TestJSONLinesAreCountedBeyondWhatIsHeld(t *testing.T) {
	t.Parallel()
	events, err := report.JSONEvents(strings.NewReader("[" + strings.Repeat("\n  1,", 200_000) + "\n2\n]"))
	require.NoError(t, err)
	require.Equal(t, []string{"200000 =1", "200001 =1", "200002 =2", "]"}, events[199_999:])
}

func TestJSONSaysWhatIsWrong(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct{ file, want string }{
		"open object":     {"{\"a\": 1,\n", "line 2: The file ends within a JSON value"},
		"open text":       {"{\n\"a\": \"b", "line 2: The file ends within a JSON value"},
		"no value":        {"[\n\n1,\nx]", "line 4: This is no valid JSON"},
		"comma at end":    {"[1,\n]", "line 2: This is no valid JSON"},
		"text behind":     {"{}\n}", "line 2: This is no valid JSON"},
		"name without":    {"{1: 2}", "line 1: This is no valid JSON"},
		"control":         {"[\"a\nb\"]", "line 1: This is no valid JSON"},
		"depth":           {strings.Repeat("[\n", 65), "line 65: Values are nested more than 64 deep"},
		"endless text":    {`"` + strings.Repeat("a", 17<<20), "A text, or the space before it, is longer than 16 MiB"},
		"endless blank":   {"[" + strings.Repeat(" ", 17<<20), "longer than 16 MiB"},
		"unknown and bad": {`{"a": nul}`, "This is no valid JSON"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := report.JSONEvents(strings.NewReader(tt.file))
			require.ErrorContains(t, err, tt.want)
		})
	}
}

func TestJSONTellsOfAFileThatCannotBeRead(t *testing.T) {
	t.Parallel()
	broken := errors.New("the disk is gone")
	_, err := report.JSONEvents(io.MultiReader(strings.NewReader(`{"a": `), failing{broken}))
	require.ErrorIs(t, err, broken)
	require.ErrorContains(t, err, "It cannot be read")
}

// failing is a file that cannot be read.
type failing struct{ err error }

func (f failing) Read([]byte) (int, error) { return 0, f.err }

func TestJSONTextsAreJoined(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		`{"a": "b"}`: "b", `{"a": ["b", "c"]}`: "b, c", `{"a": [1, true, null, {"b": "c"}, ["d"], "", "e"]}`: "1, true, , e",
		`{"a": []}`: "", `{"a": {"b": "c"}}`: "", `{"a": null}`: "",
	} {
		all, err := report.JSONJoined(text)
		require.NoError(t, err)
		require.Equal(t, want, all, text)
	}
}

func TestLongJSONTextsKeepTheirEnds(t *testing.T) {
	t.Parallel()
	long := "begin" + strings.Repeat("é", 1<<20) + "end"
	text, err := report.JSONText(strings.NewReader(`"` + long + `"`))
	require.NoError(t, err)
	require.Less(t, len(text), 200<<10)
	require.True(t, strings.HasPrefix(text, "beginéé"))
	require.True(t, strings.HasSuffix(text, "ééend"))
}

func TestLines(t *testing.T) {
	t.Parallel()
	full := strings.Repeat("x", 4<<20)
	for name, tt := range map[string]struct {
		file  string
		want  []string
		count int
	}{
		"nothing":       {"", nil, 0},
		"one":           {"a", []string{"1 a"}, 1},
		"ends":          {"a\nb\r\n\nc\n", []string{"1 a", "2 b", "3 ", "4 c"}, 4},
		"broken":        {"a\xff\x00b\n", []string{"1 a\uFFFDb"}, 1},
		"as long as is": {full + "\r\nb", []string{"1 " + full, "2 b"}, 2},
		"too long":      {full + "xx\nb", []string{"1 " + full + "…", "2 b"}, 2},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			all, count, err := report.Lines(strings.NewReader(tt.file))
			require.NoError(t, err)
			require.Equal(t, tt.count, count)
			require.True(t, slices.Equal(tt.want, all), "%d lines, which are too long to be printed", len(all))
		})
	}
	broken := errors.New("the disk is gone")
	all, _, err := report.Lines(io.MultiReader(strings.NewReader("a\nb"), failing{broken}))
	require.ErrorIs(t, err, broken)
	require.Equal(t, []string{"1 a"}, all)
}
