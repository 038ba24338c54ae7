package report_test

import (
	"io"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestHostileLines is TestHostileFiles for formats of lines, and for Allure's files.
//
//nolint:paralleltest // It measures memory.
func TestHostileLines(t *testing.T) {
	const (
		goBegin     = `{"Action":"start","Package":"a"}` + "\n"
		allureBegin = `{"uuid":"u","name":"a","status":"failed",`
		within      = "The file ends within"
	)
	long := strings.Repeat("x", 60<<10)
	for name, tt := range map[string]struct {
		begin   string
		rest    io.Reader
		problem string // What must be said of the file that is read.
		failure string // What must be said of the file that is not.
	}{
		"endless go test output":     {goBegin, repeated(`{"Action":"output","Package":"a","Test":"b","Output":"`+long+`\n"}`+"\n", 48<<20), "", within},
		"endless go tests":           {goBegin, &numbered{format: `{"Action":"run","Package":"a","Test":"Test%d"}` + "\n", count: 200_000}, "So many tests run at once", ""},
		"endless go tests that end":  {goBegin, &numbered{format: `{"Action":"pass","Package":"a","Test":"Test%d"}` + "\n", count: 300_000}, "", ""},
		"endless go test attributes": {goBegin, &numbered{format: `{"Action":"attr","Package":"a","Test":"Test%d","Key":"b","Value":"` + long + `"}` + "\n", count: 800}, "", ""},
		"endless packages":           {goBegin, &numbered{format: `{"Action":"output","Package":"p%d","Output":"b"}` + "\n", count: 200_000}, "So many tests run at once", ""},
		"endless builds":             {goBegin, &numbered{format: `{"Action":"build-output","ImportPath":"p%d","Output":"` + long + `"}` + "\n", count: 800}, "So much is printed at once", ""},
		"long names of go tests":     {goBegin, &numbered{format: `{"Action":"run","Package":"a","Test":"%d` + long + `"}` + "\n", count: 500}, "So many tests run at once", ""},
		"endless line of go test":    {goBegin + `{"Action":"output","Package":"a","Output":"`, repeated("x", 72<<20), "longer than 4 MiB", ""},
		"endless lines of no events": {goBegin, repeated("goroutine 1 [running]:\n", 48<<20), "no events of go test -json", ""},
		"endless TAP tests":          {"1..2\n", repeated("ok 1 - a\n", 4<<20), "ends within this line", ""},
		"endless names of TAP tests": {"1..2\n", &numbered{format: "ok - a%d\n", count: 300_000}, "but it holds", ""},
		"endless line of TAP":        {"ok 1 - a", repeated("x", 72<<20), "has no end", ""},
		"endless TAP output":         {"1..2\n", repeated("a b c\n", 48<<20), "but it holds", ""},
		"endless TAP comments":       {"1..1\nnot ok 1\n", repeated("# a b c\n", 48<<20), "", ""},
		"endless TAP diagnostics":    {"1..1\nnot ok 1\n  ---\n", &numbered{format: "  name%d: " + long + "\n", count: 800}, "", ""},
		"endless TAP text":           {"1..1\nnot ok 1\n  ---\n  message: |\n", repeated("    a b c\n", 48<<20), "", ""},
		"endless TAP subtests":       {"1..1\n", repeated("    not ok 1 - a\n    # b\n      ---\n      message: c\n      ...\n", 24<<20), "ends within a test", ""},
		"deep TAP subtests":          {"1..1\n", repeated(strings.Repeat(" ", 3<<20)+"ok 1 - a\n", 24<<20), "ends within a test", ""},
		"endless Allure steps":       {allureBegin + `"steps":[`, repeated(`{"name":"`+long+`","parameters":[{"name":"b","value":"c"}]},`, 48<<20), "", within},
		"deep Allure steps":          {allureBegin, repeated(`"steps":[{"name":"b",`, 4<<20), "", "nested more than 64 deep"},
		"endless Allure parameters":  {allureBegin + `"parameters":[`, repeated(`{"name":"b","value":"`+long+`"},`, 48<<20), "", within},
		"endless Allure labels":      {allureBegin + `"labels":[`, &numbered{format: `{"name":"%d","value":"` + long + `"},`, count: 800}, "", within},
		"endless Allure attachments": {allureBegin + `"attachments":[`, repeated(`{"name":"b","source":"`+long+`"},`, 48<<20), "", within},
		"endless Allure text":        {allureBegin + `"statusDetails":{"trace":"`, repeated("x", 72<<20), "", "longer than 16 MiB"},
		"endless Allure 1 steps":     {`<test-suite><test-cases><test-case><steps>`, repeated(`<step><name>a</name><attachments><attachment source="b"/></attachments></step>`, 48<<20), "", within},
		"endless Allure 1 arguments": {`<test-suite><test-cases><test-case><parameters>`, repeated(`<parameter name="a" value="b"/>`, 48<<20), "", within},
		"deep Allure 1 steps":        {`<test-suite><test-cases><test-case>`, repeated(`<steps><step>`, 4<<20), "", "nested more than 64 deep"},
	} {
		t.Run(name, func(t *testing.T) {
			read, err := readWatched(t, name, io.MultiReader(strings.NewReader(tt.begin), tt.rest))
			if tt.failure != "" {
				require.ErrorContains(t, err, tt.failure)
				return
			}
			require.NoError(t, err)
			if tt.problem != "" {
				require.NotEmpty(t, read.Problems)
				require.Contains(t, read.Problems[0].Text, tt.problem)
			}
		})
	}
}
