package report

import (
	"regexp"
	"strings"
)

// tapYAML are diagnostics of a test. Of them only texts by name are read, those
// of "at" as if they stood outside of it; the rest is shown as it stands.
type tapYAML struct {
	indent int // Of its first and its last line.
	base   int // Of its content; 0 as long as there is none.
	ended  bool
	text   longText
	values map[string]string

	name   string // Of a text of several lines; "" outside of one.
	quoted bool   // It goes on until a quote.
	nested int    // Its indent.
	value  longText
}

// maxTAPValues is how many texts are read.
const maxTAPValues = 64

// take takes a line, or reports false when it belongs to the diagnostics no more.
func (y *tapYAML) take(indent int, text string) bool {
	if y.ended {
		return false
	}
	trimmed := strings.TrimSpace(text)
	isEnd := indent == y.indent && trimmed == "..."
	if y.quoted && !isEnd {
		y.text.write([]byte(text + "\n"))
		y.value.write([]byte("\n" + text))
		if endsQuoted(text) {
			y.endValue()
		}
		return true
	}
	if isEnd || trimmed != "" && indent < y.indent {
		y.ended = true
		y.endValue()
		return trimmed == "..." // Anything else follows diagnostics that have no end.
	}
	if y.base == 0 && trimmed != "" {
		y.base = indent
	}
	line := text[min(y.base, indent):]
	y.text.write([]byte(line + "\n"))
	y.entry(indent, line)
	return true
}

// entry takes a line as what it means.
func (y *tapYAML) entry(indent int, line string) {
	if y.name != "" {
		if indent > y.nested || strings.TrimSpace(line) == "" {
			y.value.write([]byte(strings.TrimPrefix(line, strings.Repeat(" ", max(0, y.nested-y.base+2))) + "\n"))
			return
		}
		y.endValue()
	}
	name, value, found := strings.Cut(line, ":")
	name = strings.TrimSpace(name)
	if !found || name == "" || strings.ContainsAny(name, " \t\"'") || value != "" && value[0] != ' ' {
		return
	}
	switch value = strings.TrimSpace(value); {
	case value == "" && (name == "at" || name == "error"): // What they hold is read as if it stood outside of them.
	case value == "", isBlockOfText(value):
		y.name, y.nested = name, indent
	case value[0] == '"' && !endsQuoted(value[1:]):
		y.name, y.quoted = name, true
		y.value.write([]byte(value))
	default:
		y.set(name, unquoted(value))
	}
}

// isBlockOfText reports whether a value is in the lines that follow.
func isBlockOfText(value string) bool {
	return (value[0] == '|' || value[0] == '>') && strings.Trim(value[1:], "+-0123456789") == ""
}

// endsQuoted reports whether a text between quotes ends with a line, as Vitest
// writes it over several.
func endsQuoted(line string) bool {
	before, ends := strings.CutSuffix(line, `"`)
	return ends && (len(before)-len(strings.TrimRight(before, `\`)))%2 == 0
}

func (y *tapYAML) endValue() {
	if y.name == "" {
		return
	}
	value := strings.TrimRight(y.value.String(), "\n")
	if y.quoted {
		value = unquoted(value)
	}
	y.set(y.name, value)
	y.name, y.quoted = "", false
	y.value.reset()
}

// set sets a value. The first of a name counts.
func (y *tapYAML) set(name, value string) {
	if y.values == nil {
		y.values = map[string]string{}
	}
	if _, known := y.values[name]; !known && len(y.values) < maxTAPValues {
		y.values[name] = cutMiddle(value)
	}
}

// unquoted is a text without its quotes.
func unquoted(value string) string {
	if len(value) < 2 || value[0] != value[len(value)-1] {
		return value
	}
	switch inner := value[1 : len(value)-1]; value[0] {
	case '\'':
		return strings.ReplaceAll(inner, "''", "'")
	case '"':
		return strings.NewReplacer(`\n`, "\n", `\t`, "\t", `\"`, `"`, `\\`, `\`).Replace(inner)
	default:
		return value
	}
}

// reason is why a test has its status, and the kind of error, each "" if it is not said.
func (y *tapYAML) reason() (message, trace, kind string) {
	for _, name := range []string{"message", "error", "reason", "diff"} {
		if message == "" {
			message = y.values[name]
		}
	}
	if details := avaDetails(y.values["details"]); details != "" {
		if strings.HasPrefix(details, message) {
			message = ""
		}
		message = joined(message, details) // The message says no more than that there was an error.
	}
	return message, y.values["stack"], y.values["name"]
}

// avaDetails are texts below quoted headings, without their marks.
func avaDetails(text string) string {
	var shown strings.Builder
	for line := range strings.Lines(text) {
		quoted, found := strings.CutPrefix(line, "'")
		heading, value, isHeading := strings.Cut(quoted, "':")
		if found && isHeading {
			if value = strings.TrimSpace(value); value == "" || isBlockOfText(value) {
				value = ""
			}
			line = strings.TrimRight(strings.TrimSuffix(heading, ":")+": "+unquoted(value), " ") + "\n"
		}
		shown.WriteString(line)
	}
	return strings.TrimRight(shown.String(), "\n")
}

// rest is all that was said, unless that is no more than what every test of Node has.
func (y *tapYAML) rest() string {
	told := len(y.values) == 0
	for name := range y.values {
		told = told || name != "duration_ms" && name != "type"
	}
	if !told {
		return ""
	}
	return ofConsole(y.text.String())
}

// place is where the test is.
func (y *tapYAML) place() (string, *int) {
	if file := y.values["file"]; file != "" {
		return strings.TrimPrefix(file, "file://"), count(y.values["line"])
	}
	if file := y.values["fileName"]; file != "" {
		return file, count(y.values["lineNumber"])
	}
	for _, name := range []string{"location", "at"} {
		if file, line := tapPlace(y.values[name], tapLocation()); file != "" {
			return strings.TrimPrefix(file, "file://"), line
		}
	}
	return "", nil
}

var (
	// tapSentences are how Perl and Bats name a place in comments.
	tapSentences = pattern(`\b(?:at|in(?: test)? file) (\S+?),? line (\d+)`)
	tapLocation  = pattern(`([^\s(']+):(\d+)(?::\d+)?\b`)
)

// tapPlace is the first place that a text names.
func tapPlace(text string, pattern *regexp.Regexp) (string, *int) {
	if found := pattern.FindStringSubmatch(text); found != nil {
		return found[1], count(found[2])
	}
	return "", nil
}
