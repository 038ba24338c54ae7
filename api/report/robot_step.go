package report

import (
	"html"
	"slices"
	"strings"
)

// robotStep is a step while its element is read.
type robotStep struct {
	title string
	words []string // What stands behind the title.
	set   string   // The variables that take what a keyword returns.
	// flavor is what a loop has between its variables and its values.
	flavor string
}

// maxWords is how many arguments of a step are shown.
const maxWords = 24

// step passes one thing that a test did, and adds it as a step if it is to be
// shown: what a test calls, and what is in its loops and branches, but not what
// its keywords call in turn. What these log is output all the same.
func (r *robotReader) step(t *robotTest, element string, shown bool) robotStatus {
	x := r.xml
	s, isBlock := r.begin(element)
	s.title = cutLong(s.title)
	at := -1
	if shown && s.title != "" && len(t.steps) < maxSteps {
		at = len(t.steps)
		t.steps = append(t.steps, step{})
	}
	status := robotStatus{word: untested}
	x.children(func(name string) {
		switch name {
		case "status":
			status = r.status()
		case "msg":
			r.logged(t)
		case "arguments", "assign": // Before version 4.
			x.children(func(name string) { r.word(&s, element, name) })
		case "arg", "var", "value", "pattern":
			r.word(&s, element, name)
		case "doc", "tag", "tags", "timeout":
		default:
			r.step(t, name, shown && isBlock)
		}
	})
	if at >= 0 {
		t.steps[at] = step{status: status.word, content: cutLong(html.EscapeString(s.String()))}
	}
	return status
}

// begin is what the attributes of the step that began last tell of it. Blocks hold
// steps of the test itself. Those without a title, such as IF, whose branches
// have one, are not shown.
func (r *robotReader) begin(element string) (s robotStep, isBlock bool) {
	x := r.xml
	name, kind := x.attribute("name"), strings.ToUpper(x.attribute("type"))
	switch element {
	case "kw":
		s.title = name
		switch kind {
		case "SETUP", "TEARDOWN":
			s.title = kind[:1] + strings.ToLower(kind[1:]) + ": " + name
		case "FOR": // Before version 4 loops were keywords.
			s.title = "FOR " + name
			return s, true
		case "FORITEM":
			return s, true
		}
		return s, false
	case "for":
		s.title, s.flavor = "FOR", cutShort(x.attribute("flavor"))
	case "iter":
		s.title = "ITERATION"
	case "while":
		s.title = trim("WHILE " + x.attribute("condition"))
	case "branch":
		s.title = trim(kind + " " + x.attribute("condition"))
	case "group":
		s.title = trim("GROUP " + name)
	case "variable":
		s.title = "VAR " + name
	case "return", "break", "continue", "error":
		s.title = strings.ToUpper(element)
	}
	return s, true
}

// word passes something that stands behind the title of a step.
func (r *robotReader) word(s *robotStep, element, name string) {
	variable := r.xml.attribute("name")
	text := cutShort(r.xml.text())
	switch {
	case name == "var" && element == "kw":
		s.set = cutShort(s.set + text + " = ")
		return
	case name == "var" && variable != "":
		text = variable + " = " + text
	case name == "value" && s.flavor != "":
		s.words = append(s.words, s.flavor)
		s.flavor = ""
	}
	if len(s.words) < maxWords {
		s.words = append(s.words, text)
	}
}

// String is the step as it is written in a test.
func (s *robotStep) String() string {
	return s.set + strings.Join(append([]string{s.title}, s.words...), "    ")
}

// logged passes a message that was logged. Pictures and links in it are attached.
func (r *robotReader) logged(t *robotTest) {
	x := r.xml
	level := x.attribute("level")
	isHTML := x.attribute("html") == "true" || x.attribute("html") == "yes"
	if level == "TRACE" || level == "DEBUG" {
		return
	}
	text := x.text()
	if isHTML {
		t.attachLinks(text)
		text = plainText(text)
	}
	if text == "" {
		return
	}
	if level != "INFO" && level != "" {
		text = level + ": " + text
	}
	t.output.write([]byte(text + "\n"))
}

// robotLinks are what a text in HTML refers to.
var robotLinks = pattern(`(?i)\b(?:src|href)\s*=\s*["']([^"']+)`)

// attachLinks attaches what a text in HTML refers to, but not what is within it.
func (t *robotTest) attachLinks(text string) {
	for _, found := range robotLinks().FindAllStringSubmatch(text, maxAttachments) {
		value := html.UnescapeString(found[1])
		isKnown := slices.ContainsFunc(t.attachments, func(a attachment) bool { return a.value == value })
		if !isKnown && !strings.HasPrefix(value, "data:") && !strings.HasPrefix(value, "#") {
			t.addAttachment("Attachment", value, "")
		}
	}
}

// robotText is a message as a text: one may say that it is HTML.
func robotText(message string) string {
	if rest, ok := strings.CutPrefix(message, "*HTML*"); ok {
		return plainText(rest)
	}
	return message
}

var (
	robotBreaks = pattern(`(?i)<(?:br|/p|/tr|/li|hr)\b[^>]*>`)
	robotTags   = pattern(`<[^>]*>`)
)

// plainText is a text in HTML without its tags.
func plainText(text string) string {
	return trim(html.UnescapeString(robotTags().ReplaceAllString(robotBreaks().ReplaceAllString(text, "\n"), "")))
}
