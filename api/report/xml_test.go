package report_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/runboard/runboard/api/report"
)

func TestXMLIsTakenApart(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("x", 70_000)
	for name, tt := range map[string]struct {
		file string
		want []string
	}{
		"attributes":         {`<a b = "1" c='>"' n:d="&lt;"/>`, []string{"<a", "@b=1", `@c=>"`, "@d=<", ">"}},
		"prefixes":           {`<n:a><m:b></m:b></n:a>`, []string{"<a", "<b", ">", ">"}},
		"mixed text":         {"<a> b <c/> d <![CDATA[ e ]]> f <!-- - --> g </a>", []string{"<a", "<c", ">", `"bd e f  g`, ">"}},
		"lines":              {"<a>b\r\nc\rd</a>", []string{"<a", "\"b\nc\nd", ">"}},
		"references":         {"<a>&#65;&#x42;&amp;&nbsp;</a>", []string{"<a", "\"AB&\u00a0", ">"}},
		"long text":          {"<a>" + long + "</a>", []string{"<a", `"` + long, ">"}},
		"long blank":         {"<a>b" + strings.Repeat(" ", 60_000) + "c</a>", []string{"<a", `"b` + strings.Repeat(" ", 60_000) + "c", ">"}},
		"escape characters":  {"<a>\x1b[31mred\x1b[0m</a>", []string{"<a", "\"\x1b[31mred\x1b[0m", ">"}},
		"XML 1.1":            {"<?xml version='1.1'?><a>&#27;</a>", []string{"<a", "\"\x1b", ">"}},
		"control in XML 1.0": {"<?xml version='1.0'?><a>b&#27;c</a>", []string{"<a", `"bc`, ">"}},
		"document type":      {`<!DOCTYPE a [<!-- ' > --><!ELEMENT a (#PCDATA)>]><a>b</a>`, []string{"<a", `"b`, ">"}},
		"broken UTF-8":       {"<a>b\xffc</a>", []string{"<a", "\"b\uFFFDc", ">"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			events, read, err := report.XMLEvents([]byte(tt.file))
			require.NoError(t, err)
			require.Equal(t, tt.want, events)
			require.Empty(t, read.Problems)
		})
	}
}

func TestXMLSaysWhatIsWrong(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct{ file, want string }{
		"nothing":              {"<!-- -->", "It holds no element"},
		"wrong end":            {"<a>\n<b>\n</a>", "line 3: <b> ends with </a>"},
		"end alone":            {"<a/>\n</a>", "line 2: </a> ends an element that has not begun"},
		"second root":          {"<a/>\n\n<b/>", "line 3: A second root element <b> follows"},
		"text outside":         {"<a/>\nb", "line 2: Here is text outside of any element: b"},
		"open element":         {"<a>\n<b>", "line 2: The file ends within <b>"},
		"open tag":             {"<a>\n<b c='\n", "line 2: The file ends within a tag"},
		"open comment":         {"<a>\n<!-- ", "The file ends within a comment"},
		"open section":         {"<a>\n<![CDATA[ ]]", "The file ends within a CDATA section"},
		"attribute alone":      {"<a>\n<b c/></a>", "line 2: In the tag <b> something is no attribute: c"},
		"value without quotes": {"<a b=c/>", "The attribute b has no value in quotes"},
		"bare <":               {"<a>1 < 2</a>", "A < is followed by no name"},
		"declaration":          {"<a><!ELEMENT></a>", "neither a comment nor a CDATA section"},
		"depth":                {strings.Repeat("<a>\n", 65), "line 65: Elements are nested more than 64 deep"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, _, err := report.XMLEvents([]byte(tt.file))
			require.ErrorContains(t, err, tt.want)
		})
	}
}

func TestXMLNotesWhatItReadsOtherwise(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		file, text, want string
		isMinor          bool
	}{
		"unknown entity":  {"<a>\n&foo; &foo;</a>", "&foo; &foo;", "The entity &foo; is not defined", false},
		"bare ampersand":  {"<a>b & c</a>", "b & c", "An & begins no reference", true},
		"NUL":             {"<a>b\x00c</a>", "bc", "NUL characters are left out", true},
		"entities":        {`<!DOCTYPE a [<!ENTITY b "c">]><a>d</a>`, "d", "declares entities", false},
		"external entity": {`<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>`, "&b;", "nothing is opened for them", false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			events, read, err := report.XMLEvents([]byte(tt.file))
			require.NoError(t, err)
			require.Equal(t, []string{"<a", `"` + tt.text, ">"}, events)
			require.NotEmpty(t, read.Problems)
			require.Contains(t, read.Problems[0].Text, tt.want)
			require.Equal(t, tt.isMinor, read.Problems[0].Minor)
		})
	}
}
