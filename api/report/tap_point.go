package report

import (
	"fmt"
	"hash/maphash"
	"strings"
)

// tapTest is a test about which more may follow.
type tapTest struct {
	test

	dashed   bool       // It has a dash before its name.
	reason   string     // Of what it says itself.
	comments longText   // Right behind it.
	yaml     []*tapYAML // QUnit writes some for each assertion.
	inner    string     // Failures of tests within it.
	printed  string     // Before it.
	after    longText   // Printed behind it.
}

// tapOutcome is what a point says: status, name, reason and time.
func tapOutcome(found []string) (status, name, reason string, elapsed *int64) {
	status, name = passed, found[4]
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
		reason = strings.TrimPrefix(trim(name[at[6]:at[7]]), "-") // Mocha writes one where there is none.
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
	message, trace, kind, rest := "", "", "", ""
	for i, y := range t.yaml {
		if i > 0 {
			more, place, _ := y.reason()
			rest = joined(rest, y.rest())
			trace = joined(trace, more, place)
			continue
		}
		if t.elapsed == nil {
			t.elapsed = tapElapsed(y.values["duration_ms"], true)
		}
		t.file, t.line = y.place()
		message, trace, kind = y.reason()
		rest = y.rest()
	}
	switch {
	case t.status == passed:
		message, trace, kind = "", "", ""
	case t.status == failed && message+trace+t.inner == "":
		message, rest = rest, ""
	}
	t.addReason(t.status, joined(t.reason, message, comments, ofConsole(t.inner)), trace, kind)
	t.addOutput("Diagnostics", rest)
	t.addOutput("Output", t.printed+t.after.String())
}
