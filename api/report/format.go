package report

import (
	"fmt"
	"io/fs"
	"strings"
)

// format is one kind of result file.
type format struct {
	name  string // For machines: "junit".
	title string // For people: "JUnit XML".

	// sniff reports whether a file that begins like this is of the format.
	sniff func(*opening) bool
	// read reads the file to its end or its first mistake.
	read func(*input)

	// belongs reports whether a file of a folder, by its name, makes the folder a
	// report of this format; nil for formats of single files.
	belongs func(name string) bool
	// readFolder reads a folder of which some file belongs and is recognised; names
	// are its files, sorted. It returns those that are no reports of their own, sorted
	// too, such as attachments, which are not opened.
	readFolder func(in *input, folder fs.FS, names []string) []string
}

// formats are asked in this order; the first that recognises a file reads it.
func formats() []format {
	return []format{
		junitFormat(),
		trxFormat(),
		allure1Format(), // Before NUnit 3, whose parts may begin like it.
		nunit3Format(),
		nunit2Format(),
		xunitFormat(),
		testngFormat(),
		ctestFormat(),
		robotFormat(),
		ctrfFormat(),
		playwrightFormat(),
		mochawesomeFormat(),
		mochaFormat(),
		rspecFormat(),
		cucumberFormat(),
		messagesFormat(),
		dartFormat(),
		goFormat(),
		allureFormat(),
		tapFormat(), // Last: it looks at every line.
	}
}

// Format is one kind of file that can be read.
type Format struct {
	Name  string // As in Report: "junit".
	Title string // "JUnit XML"
}

// Formats are all that Read knows.
func Formats() []Format {
	var all []Format
	for _, f := range formats() {
		all = append(all, Format{Name: f.name, Title: f.title})
	}
	return all
}

// recognise finds the format of a file.
func recognise(o *opening) (format, bool) {
	for _, f := range formats() {
		if f.sniff(o) {
			return f, true
		}
	}
	return format{}, false
}

// unknown says what a file is not.
func unknown(name string, o *opening) *Error {
	switch text := strings.TrimSpace(o.text); {
	case text == "":
		return &Error{File: name, Text: "The file is empty.", Err: ErrEmpty}
	case text[0] == '<' && o.root == "" && len(o.text) < openingSize:
		return &Error{File: name, Text: "The file ends before its first element.", Err: ErrEmpty}
	}
	var titles []string
	for _, f := range formats() {
		titles = append(titles, f.title)
	}
	what := "This is no result file that is known here"
	if o.root != "" {
		what += ", but XML that begins with " + xmlOf(o)
	}
	return &Error{File: name, Text: fmt.Sprintf("%s.%s Known are: %s.", what, hint(o), strings.Join(titles, ", ")), Err: ErrUnknown}
}
