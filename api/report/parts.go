package report

import (
	"slices"
	"strings"

	"github.com/runboard/runboard/api"
)

// failures are how many tests have failed so far.
func (in *input) failures() int { return in.report.Failed + in.report.Errors }

// addOutput adds what a test has printed.
func (t *test) addOutput(name, text string) {
	t.addField(api.FieldConsole, name, trim(ofConsole(text)))
}

// ofConsole is a text of several lines without empty ones around it.
func ofConsole(text string) string {
	return strings.Trim(strings.ReplaceAll(text, "\r\n", "\n"), "\r\n")
}

// sentence is a text with a point at its end, unless it has one or is cut there.
func sentence(text string) string {
	if strings.HasSuffix(text, ".") || strings.HasSuffix(text, "…") {
		return text
	}
	return text + "."
}

// joined are texts below each other, without those that are empty.
func joined(texts ...string) string {
	return strings.Join(slices.DeleteFunc(texts, func(text string) bool { return text == "" }), "\n")
}

// labels are short texts by name. A name may have several, as categories do.
type labels struct {
	names  []string
	values map[string][]string
}

// add adds a text, unless it or its name is empty, or there are as many as are sent.
func (l *labels) add(name, value string) {
	name, value = cutShort(trim(name)), cutShort(trim(value))
	known, ok := l.values[name]
	if name == "" || value == "" || !ok && len(l.names) == maxFields || len(known) == maxFields {
		return
	}
	if l.values == nil {
		l.values = map[string][]string{}
	}
	if !ok {
		l.names = append(l.names, name)
	}
	l.values[name] = append(known, value)
}

// addTo adds a field for each name.
func (l *labels) addTo(t *test) {
	for _, name := range l.names {
		t.addField(api.FieldString, name, strings.Join(l.values[name], ", "))
	}
}

// splitName divides the full name of a test at the last point that is not within
// arguments: "a.B(1.5).c(2.5)" is "c(2.5)" in "a.B(1.5)". The group is "" when
// there is none, or when the name is a sentence.
func splitName(full string) (group, name string) {
	at := lastPoint(full)
	if at <= 0 {
		return "", full
	}
	group, name = full[:at], full[at+1:]
	if method, _, _ := strings.Cut(name, "("); method == "" || strings.ContainsAny(method, " \t") {
		return "", full
	}
	return group, name
}

// lastPoint is where the last point outside of arguments is, -1 if there is none.
func lastPoint(full string) int {
	at, round, angle, quoted := -1, 0, 0, false
	for i := 0; i < len(full); i++ {
		switch c := full[i]; {
		case quoted && c == '\\':
			i++
		case c == '"':
			quoted = !quoted && round > 0
		case quoted:
		case c == '(':
			round++
		case c == ')':
			round = max(0, round-1)
		case round > 0:
		case c == '<':
			angle++
		case c == '>':
			angle = max(0, angle-1)
		case c == '.' && angle == 0:
			at = i
		}
	}
	return at
}
