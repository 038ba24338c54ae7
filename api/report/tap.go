package report

import (
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
			r := &tapReader{in: in, seed: maphash.MakeSeed(), names: map[uint64]int{}}
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
	tapPoint   = pattern(`^(not )?ok\b[ \t]*(\d+\b)?[ \t]*(?:-[ \t]*)?(.*)$`)
	tapBail    = pattern(`^(?i:Bail out!)\s*(.*)$`)
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
	over      bool // It was given up.
	names     map[uint64]int

	point   *tapTest // The last one, about which more may follow.
	yaml    *tapYAML // That the next lines belong to; nil for none.
	braced  bool     // Tests within the last one follow, until a brace.
	comment string   // The line before, if it may be the heading of tests.
	heading string   // Of the tests that follow.

	// Of the test that comes next:
	inner    test     // It has only steps: the tests within it.
	failures longText // Of these.
	last     string   // Of these, if it has failed.
	output   longText // Printed before it.
}

// tapTest is a test about which more may follow.
type tapTest struct {
	test

	reason   string   // Of what it says itself.
	comments longText // Right behind it.
	yaml     *tapYAML // nil when there is none.
	inner    string   // Failures of tests within it.
	printed  string   // Before it.
}

func (r *tapReader) file() {
	lines := r.in.lines()
	for !r.over && lines.next() {
		r.line(lines.number, lines.text)
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

// line takes one line.
func (r *tapReader) line(number int, text string) {
	inner := strings.TrimLeft(text, " ")
	indent := len(text) - len(inner)
	if r.yaml != nil && r.takeYAML(indent, text) || strings.TrimSpace(text) == "" {
		return
	}
	isPoint := indent == 0 && tapPoint().MatchString(inner)
	if r.comment != "" && isPoint {
		r.heading = r.comment
	} else if r.comment != "" {
		r.output.write([]byte("# " + r.comment + "\n"))
	}
	r.comment = ""
	switch {
	case tapBail().MatchString(inner) && indent%tapIndent == 0:
		r.bailOut(number, tapBail().FindStringSubmatch(inner)[1])
	case indent > 0:
		r.within(indent, inner)
	case inner == "{" && r.point != nil:
		r.braced = true
	case inner == "}" && r.braced:
		r.endBrace()
	case isPoint:
		r.testPoint(tapPoint().FindStringSubmatch(inner))
	case tapPlan().MatchString(inner):
		r.plan(number, tapPlan().FindStringSubmatch(inner))
	case tapVersion().MatchString(inner):
		r.versioned = true
	case strings.HasPrefix(inner, "#"):
		r.commentLine(inner)
	case strings.HasPrefix(inner, "pragma "):
	default:
		r.output.write([]byte(text + "\n"))
	}
}

// within takes an indented line: of diagnostics, of a test within another, or output.
func (r *tapReader) within(indent int, text string) {
	if text == "---" && indent%tapIndent != 0 && (indent > tapIndent || r.point != nil) {
		r.yaml = &tapYAML{indent: indent}
		if indent < tapIndent {
			r.point.yaml = r.yaml
		}
		return
	}
	if indent%tapIndent != 0 {
		r.output.write([]byte(strings.Repeat(" ", indent) + text + "\n"))
		return
	}
	found := tapPoint().FindStringSubmatch(text)
	if found == nil { // Plans and comments of tests within others.
		if said := trim(strings.TrimLeft(text, "#")); r.last != "" && text[0] == '#' && !tapSummary().MatchString(said) {
			r.failures.write([]byte(said + "\n"))
		}
		return
	}
	found[3] = strings.TrimSuffix(trim(found[3]), "{")
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
		message, trace := r.yaml.reason()
		r.failures.write([]byte(joined(r.last+": "+message, trace) + "\n"))
	}
	r.yaml = nil
	return taken
}

// testPoint takes a test.
func (r *tapReader) testPoint(found []string) {
	r.end()
	found[3], r.braced = strings.CutSuffix(trim(found[3]), "{")
	t := &tapTest{}
	t.status, t.name, t.reason, t.elapsed = tapOutcome(found)
	if t.name == "" {
		t.name = "Test " + strconv.Itoa(r.points+1)
	}
	t.folder = r.heading
	t.steps, t.inner, t.printed = r.inner.steps, r.failures.String(), r.output.String()
	r.inner, r.last = test{}, ""
	r.failures.reset()
	r.output.reset()
	r.points++
	r.point = t
}

// tapOutcome is what a point says: status, name, reason and time.
func tapOutcome(found []string) (status, name, reason string, elapsed *int64) {
	status, name = passed, found[3]
	if found[1] != "" {
		status = failed
	}
	if !strings.Contains(name, "#") {
		return status, trim(tapUnescaped.Replace(name)), "", nil
	}
	if time := tapTime().FindStringSubmatchIndex(name); time != nil {
		elapsed = tapElapsed(name[time[2]:time[3]], strings.Contains(name[time[0]:], "_ms"))
		name = name[:time[0]]
	}
	if at := tapDirective().FindStringSubmatchIndex(name); at != nil {
		reason = trim(name[at[6]:at[7]])
		isSkip := strings.EqualFold(name[at[2]:at[3]], "skip")
		if isSkip || status == failed {
			status = skipped // What is to do may fail.
		}
		if !isSkip {
			reason = strings.TrimRight("to do: "+reason, ": ")
		}
		name = name[:at[0]]
	}
	return status, trim(tapUnescaped.Replace(name)), tapUnescaped.Replace(reason), elapsed
}

var tapUnescaped = strings.NewReplacer(`\\`, `\`, `\#`, `#`)

// tapElapsed is a time with its unit, or in milliseconds.
func tapElapsed(text string, isMilliseconds bool) *int64 {
	if isMilliseconds && !strings.HasSuffix(text, "s") {
		text += "ms"
	}
	return seconds(text)
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
		return
	case r.point != nil && r.point.status == failed && r.point.yaml == nil:
		r.point.comments.write([]byte(text + "\n"))
		return
	}
	// Only tools that state the version write headings, among them tape; Perl's
	// write notes, which change from run to run.
	if r.versioned && text[0] != ' ' && !tapVersion().MatchString(said) {
		r.comment = said
	} else {
		r.output.write([]byte("# " + text + "\n"))
	}
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

// tellApart makes tests of the same name different, which asserts often are.
func (r *tapReader) tellApart(t *test) {
	hash := maphash.Comparable(r.seed, [2]string{t.folder, t.name})
	times, known := r.names[hash]
	if !known && len(r.names) >= maxTAPNames {
		return
	}
	r.names[hash] = times + 1
	if times > 0 {
		t.id = fmt.Sprintf("%s #%d", strings.TrimPrefix(t.folder+"."+t.name, "."), times+1)
	}
}

// describe fills in what was said about a test.
func (t *tapTest) describe() {
	comments := trim(t.comments.String())
	t.file, t.line = tapPlace(comments, tapSentences())
	message, trace, rest := "", "", ""
	if t.yaml != nil {
		if t.elapsed == nil {
			t.elapsed = tapElapsed(t.yaml.values["duration_ms"], true)
		}
		t.file, t.line = t.yaml.place()
		message, trace = t.yaml.reason()
		rest = t.yaml.rest()
	}
	switch {
	case t.status == passed:
		message, trace = "", ""
	case t.status == failed && message == "" && trace == "":
		message, rest = rest, ""
	}
	t.addReason(t.status, joined(t.reason, message, comments, ofConsole(t.inner)), trace, "")
	t.addOutput("Diagnostics", rest)
	t.addOutput("Output", t.printed)
}
