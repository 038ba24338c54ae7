package report

import "strings"

// goPrinted is a line of what go test prints for people.
var goPrinted = pattern(`(?m)^(=== RUN   |--- (PASS|FAIL|SKIP): |(ok  |FAIL|\?   )\t\S+\t)`)

// xmlOf says how a file of XML begins.
func xmlOf(o *opening) string {
	root := "<" + shorten(o.root) + ">"
	if space := o.attributes["xmlns"]; space != "" {
		root += " of the namespace " + shorten(space)
	}
	return root
}

// hint is how to get something that is known from a tool whose file is not, as
// one more sentence with a space before it; "" for most files.
func hint(o *opening) string {
	switch {
	case strings.Contains(o.attributes["xmlns"], "check.sourceforge.net"):
		return " Check also writes TAP, to the file that CK_TAP_LOG_FILE_NAME names."
	case o.has("generator") && strings.Contains(o.text, `"Robot `):
		return " Robot Framework makes XML of its JSON: rebot --output output.xml output.json."
	case goPrinted().MatchString(o.text):
		return " This looks like what go test prints; go test -json writes it as it is known here."
	default:
		return ""
	}
}
