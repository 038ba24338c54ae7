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
	isNotOK  bool       // It failed, or was to be done and did.
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

var (
	tapInTime  = pattern(` in (\d+)ms$`)
	tapTimeout = pattern(` # (timeout after \d+s)$`)
	tapOfCheck = pattern(`^(\S+\.\w+:[^:\s]+:[^:\s]+): (.*)$`)
)

// settle takes out of a name what is not the same in each run: the time and the
// timeout of Bats, and the message of Check.
func (t *tapTest) settle(isTimed bool) {
	if at := tapTimeout().FindStringSubmatchIndex(t.name); at != nil {
		t.name, t.reason = t.name[:at[0]], t.name[at[2]:at[3]]
	}
	if at := tapInTime().FindStringSubmatchIndex(t.name); isTimed && at != nil {
		t.name, t.elapsed = t.name[:at[0]], tapElapsed(t.name[at[2]:at[3]], true)
	}
	if said := tapOfCheck().FindStringSubmatch(t.name); said != nil {
		t.name = said[1]
		if t.status != passed {
			t.reason = joined(t.reason, said[2])
		}
	}
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
		message, trace, kind = y.reason()
		if t.file, t.line = y.place(); t.file == "" {
			t.file, t.line = tapPlace(message, tapSentences())
		}
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
