package report

import (
	"cmp"
	"fmt"
	"hash/maphash"
	"html"
	"strconv"
	"strings"
)

// tapFormat is the Test Anything Protocol, of versions 12 to 14.
func tapFormat() format {
	return format{
		name: "tap", title: "TAP", sniff: tapSniff,
		read: func(in *input) {
			r := &tapReader{in: in, behind: -1, seed: maphash.MakeSeed(), names: map[uint64]int{}}
			r.fallback = strings.TrimSuffix(baseName(in.report.File), ".tap")
			r.file()
		},
	}
}

// tapSniff looks at all lines: other output may come first.
func tapSniff(o *opening) bool {
	if o.root != "" || len(o.members) > 0 {
		return false
	}
	for line := range strings.Lines(o.text) {
		line = strings.TrimRight(line, "\r\n")
		if tapVersion().MatchString(line) || tapPlan().MatchString(line) || tapNumbered().MatchString(line) {
			return true
		}
	}
	return false
}

var (
	tapVersion = pattern(`(?i)^TAP version \d+\s*$`)
	tapPlan    = pattern(`^1\.\.(\d+)\s*(?:#\s*(?i:skip\S*)?\s*(.*))?$`)
	// tapPoint has: not, the number, a dash, and the description.
	tapPoint = pattern(`^(not )?ok\b[ \t]*(\d+\b)?[ \t]*(-[ \t]*)?(.*)$`)
	tapProve = pattern(`^(\S+) \.{2,} *$`) // Before the tests of a file that prove runs.
	tapBail  = pattern(`^(?i:Bail out!)\s*(.*)$`)
	// tapNumbered is a point that nothing else looks like.
	tapNumbered = pattern(`^(not ok|ok \d+|ok -)( |$)`)
	// tapDirective ends a description. Its # has no \ before it.
	tapDirective = pattern(`(?i)(?:^|[ \t])#[ \t]*(skip|todo)([a-z]*)\b[ \t:]*(.*)$`)
	// tapTime is how some tools tell how long a test took, behind its description.
	tapTime = pattern(`(?i)[ \t]*#[ \t]*(?:time=|duration_ms[ =])([\d.]+[ ]?m?s?)[ \t]*$`)
	// tapSummary is a comment that tells of the whole file, or repeats what follows.
	tapSummary = pattern(`^(tests|pass|fail|ok|not ok|skip|skipped|todo|failed|suites|cancelled)[\s:]*\d*$|^(time=|duration_ms\b|failed \d+ of |Subtest\b|Looks like )`)
)

const (
	maxTAPNames = 200_000 // Of which it is known how often they come.
	tapIndent   = 4       // Of tests within others.
	tapDetail   = 2       // Of what is about a test.
	maxTAPDepth = 16      // That is shown.
)

// tapReader reads one file.
type tapReader struct {
	in   *input
	seed maphash.Seed

	points    int
	planned   int
	hasPlan   bool
	versioned bool // It says of which version it is.
	isProve   bool // It is what prove has printed, of several files.
	isTimed   bool // The names end with a time, as Bats writes them.
	over      bool // It was given up.
	names     map[uint64]int

	point    *tapTest // The last one, about which more may follow.
	behind   int      // The indent of the point on the line before; -1 when that is none.
	detailed bool     // Lines that are indented belong to the last point.
	yaml     *tapYAML // That the next lines belong to; nil for none.
	braced   bool     // Tests within the last one follow, until a brace.
	comment  string   // The line before, if it may be the heading of tests.
	heading  string   // Of the tests that follow.
	fallback string   // For tests without one: that of the file, of which there may be several.

	// Of the test that comes next:
	inner    test     // It has only steps: the tests within it.
	failures longText // Of these.
	last     string   // Of these, if it has failed.
	output   longText // Printed before it.
}

func (r *tapReader) file() {
	lines := r.in.lines()
	for !r.over && lines.next() {
		r.line(lines.number, lines.text)
	}
	if isPoint := r.behind == 0; isPoint && lines.open {
		r.cutOff(lines.number)
	}
	r.end()
	switch {
	case r.over:
	case len(r.inner.steps) > 0:
		r.in.problem(0, "The file ends within a test that holds others; it is left out with them.")
	case !r.hasPlan:
		r.in.problem(0, "The file has no plan, so it may not be whole.")
	case r.planned != r.points:
		r.in.problem(0, fmt.Sprintf("The plan of the file is 1..%d, but it holds %d.", r.planned, r.points))
	}
}

// cutOff decides on a point in a last line that has no end.
func (r *tapReader) cutOff(line int) {
	if r.hasPlan && r.points != r.planned {
		r.point, r.points = nil, r.points-1
		r.in.problem(line, "The file ends within this line; it is left out.")
		return
	}
	r.in.remark(line, "The last line has no end, so what it says may not be whole.")
}

// line takes one line.
func (r *tapReader) line(number int, text string) {
	inner := strings.TrimLeft(text, " ")
	indent := len(text) - len(inner)
	if r.yaml != nil && r.takeYAML(indent, text) || r.isDetail(indent, inner) || strings.TrimSpace(text) == "" {
		return
	}
	behind := r.behind
	r.behind, r.detailed = -1, false
	point := tapPoint().FindStringSubmatch(inner)
	isPoint := indent == 0 && point != nil
	r.endComment(isPoint && point[3] == "")
	switch {
	case tapBail().MatchString(inner) && indent%tapIndent == 0:
		r.bailOut(number, tapBail().FindStringSubmatch(inner)[1])
	case inner == "---" && r.isYAML(indent, behind):
		r.yaml = &tapYAML{indent: indent}
		if indent < tapIndent || behind == 0 {
			r.point.yaml = append(r.point.yaml, r.yaml)
		}
	case indent > 0:
		r.within(indent, inner, point)
	case inner == "{" && r.point != nil:
		r.braced = true
	case inner == "}" && r.braced:
		r.endBrace()
	case inner == "ok" && r.isProve: // It says so of a whole file.
	case isPoint:
		r.testPoint(point)
	case tapPlan().MatchString(inner):
		r.plan(number, tapPlan().FindStringSubmatch(inner))
	case tapVersion().MatchString(inner):
		r.versioned = true
	case strings.HasPrefix(inner, "#"):
		r.commentLine(inner)
	case strings.HasPrefix(inner, "pragma "):
	case tapProve().MatchString(inner):
		r.isProve, r.heading = true, tapProve().FindStringSubmatch(inner)[1]
	default:
		r.output.write([]byte(text + "\n"))
	}
}

// isDetail takes a line of what some tools, among them Mocha, write behind a
// failed test without further ado, indented by less than a test within another.
func (r *tapReader) isDetail(indent int, text string) bool {
	if r.behind == 0 && r.point.status == failed && 0 < indent && indent < tapIndent && text != "---" {
		r.detailed, r.behind = true, -1
	}
	if !r.detailed || indent == 0 && text != "" {
		return false
	}
	text = strings.TrimPrefix(text, "# ")
	r.point.comments.write([]byte(strings.Repeat(" ", max(0, indent-tapDetail)) + text + "\n"))
	return true
}

// isYAML reports whether diagnostics begin. Vitest indents those of a test like
// a test within it.
func (r *tapReader) isYAML(indent, behind int) bool {
	if indent%tapIndent == 0 {
		return behind >= 0 && indent == behind+tapIndent
	}
	return indent > tapIndent || r.point != nil
}

// within takes an indented line: of a test within another, or output.
func (r *tapReader) within(indent int, text string, found []string) {
	if indent%tapIndent != 0 {
		r.output.write([]byte(strings.Repeat(" ", indent) + text + "\n"))
		return
	}
	if found == nil { // Plans and comments of tests within others.
		if said := trim(strings.TrimLeft(text, "#")); r.last != "" && text[0] == '#' && !tapSummary().MatchString(said) {
			r.failures.write([]byte(said + "\n"))
		}
		return
	}
	r.behind = indent
	found[4] = strings.TrimSuffix(trim(found[4]), "{")
	status, name, reason, _ := tapOutcome(found)
	content := strings.Repeat("&emsp;", min(indent/tapIndent, maxTAPDepth)-1) + html.EscapeString(name)
	if reason != "" {
		content += " (" + html.EscapeString(reason) + ")"
	}
	if r.braced {
		r.point.addStep(status, content)
	} else {
		r.inner.addStep(status, content)
	}
	if r.last = ""; status == failed {
		r.last = name
	}
}

// takeYAML takes a line, unless the diagnostics before it have ended. Those of
// a test within another tell why that failed.
func (r *tapReader) takeYAML(indent int, text string) bool {
	taken := r.yaml.take(indent, text)
	if !r.yaml.ended {
		return true
	}
	if r.yaml.indent > tapIndent && r.last != "" {
		if message, trace, _ := r.yaml.reason(); message+trace != "" {
			r.failures.write([]byte(joined(strings.TrimSuffix(r.last+": "+message, ": "), trace) + "\n"))
		}
	}
	r.yaml = nil
	return taken
}

// testPoint takes a test.
func (r *tapReader) testPoint(found []string) {
	r.end()
	found[4], r.braced = strings.CutSuffix(trim(found[4]), "{")
	t := &tapTest{dashed: found[3] != "", isNotOK: found[1] != ""}
	t.status, t.name, t.reason, t.elapsed = tapOutcome(found)
	r.isTimed = r.isTimed || r.points == 0 && !t.dashed && tapInTime().MatchString(t.name)
	t.settle(r.isTimed)
	if t.name == "" {
		t.name = "Test " + strconv.Itoa(r.points+1)
	}
	t.folder = cmp.Or(r.heading, r.fallback)
	t.steps, t.inner, t.printed = r.inner.steps, r.failures.String(), r.output.String()
	r.inner, r.last = test{}, ""
	r.failures.reset()
	r.output.reset()
	r.points++
	r.point, r.behind = t, 0
}

// plan takes how many tests there are to be. Files that were put together have several.
func (r *tapReader) plan(line int, found []string) {
	planned, err := strconv.Atoi(found[1])
	if err != nil {
		r.in.problem(line, "The plan is no number of tests.")
		return
	}
	r.hasPlan = true
	r.planned = min(r.planned+planned, maxElapsed)
	if planned == 0 && found[2] != "" {
		r.in.remark(line, "All tests were left out: "+shorten(strings.TrimSuffix(found[2], "."))+".")
	}
}

func (r *tapReader) bailOut(line int, reason string) {
	r.over = true
	text := "The tests were given up here"
	if reason != "" {
		text += ": " + shorten(strings.TrimSuffix(reason, "."))
	}
	r.in.problem(line, text+".")
}

// commentLine takes a comment: right behind a failure it is about that; else it may head tests.
func (r *tapReader) commentLine(text string) {
	text = strings.TrimPrefix(strings.TrimPrefix(text, "#"), " ")
	said := trim(text)
	switch {
	case said == "" || tapSummary().MatchString(said):
	case r.point != nil && r.point.isNotOK && r.point.yaml == nil:
		r.point.comments.write([]byte(text + "\n"))
	case r.versioned && r.point != nil && r.point.dashed:
		r.point.after.write([]byte("# " + text + "\n")) // Those of Node and AVA are about the test before them.
	case r.versioned && text[0] != ' ' && !tapVersion().MatchString(said):
		r.comment = said
	default:
		r.output.write([]byte("# " + text + "\n"))
	}
}

// endComment tells what the comment before a line is. Only tools that state the
// version and write no dash in a point write headings, among them tape; Perl's
// write notes, which change from run to run.
func (r *tapReader) endComment(isBeforePoint bool) {
	if r.comment != "" && isBeforePoint {
		r.heading = r.comment
	} else if r.comment != "" {
		r.output.write([]byte("# " + r.comment + "\n"))
	}
	r.comment = ""
}

// endBrace ends what is within the last test.
func (r *tapReader) endBrace() {
	if r.braced {
		r.braced = false
		r.point.inner = r.failures.String()
		r.failures.reset()
	}
}

// end sends the last test.
func (r *tapReader) end() {
	t := r.point
	if t == nil {
		return
	}
	if r.yaml != nil {
		r.yaml.endValue()
	}
	r.endBrace()
	r.point, r.yaml = nil, nil
	t.describe()
	r.tellApart(&t.test)
	r.in.emit(&t.test)
}
