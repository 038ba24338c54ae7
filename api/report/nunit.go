package report

import "strings"

// nunitReader reads one file of NUnit 2 or 3, whose cases hold the same elements.
type nunitReader struct {
	in  *input
	xml *xmlReader
	// begin is what the attributes of the case that began last tell of it.
	begin func(around []nunitSuite) nunitCase

	total float64 // Of the times of the outermost suites, in microseconds.
	told  int     // Suites that failed, though no test of theirs did, and were told of.
}

// nunitSuite is what is known of a suite while its content is read.
type nunitSuite struct {
	name    string
	full    string // The name with those around it; NUnit 2 has none.
	line    int
	failed  bool
	before  int    // Failures before it.
	message string // Why it failed.
}

// nunitCase is a case while its element is read.
type nunitCase struct {
	test
	found          labels
	stated         bool // The case states its outcome; else failed decides.
	failed         bool // It holds a failure.
	message, trace string
	output         string
}

func (n *nunitReader) file() {
	n.xml.root(func(name string) {
		stated := n.elapsed() // NUnit 2 has a time of day there, which is no time.
		if name == "test-suite" {
			n.suite(nil)
		} else {
			n.content(nil, nil)
		}
		if stated == nil && n.total > 0 {
			stated = micros(n.total)
		}
		if stated != nil {
			n.in.state(*stated)
		}
	})
}

// elapsed is the time that the element that began last states, nil if it states none.
func (n *nunitReader) elapsed() *int64 {
	if value := seconds(n.xml.attribute("duration")); value != nil {
		return value
	}
	return seconds(n.xml.attribute("time"))
}

// content passes what stands in a suite or in the whole file. Of NUnit 2 its
// suites and cases stand in one more element. Nil s is the whole file.
func (n *nunitReader) content(around []nunitSuite, s *nunitSuite) {
	n.xml.children(func(name string) {
		switch name {
		case "results":
			n.content(around, s)
		case "test-suite":
			if reason := n.suite(around); s != nil && s.message == "" {
				s.message = reason
			}
		case "test-case":
			n.testcase(around)
		case "failure", "reason":
			message, _ := n.reason()
			if s != nil && s.message == "" {
				s.message = message
			}
		}
	})
}

// suite passes a suite. If it could not be run at all it returns why, for which
// the suite around it has failed.
func (n *nunitReader) suite(around []nunitSuite) string {
	x := n.xml
	s := nunitSuite{name: x.attribute("name"), full: x.attribute("fullname"), line: x.line, before: n.in.failures() + n.told}
	if elapsed := n.elapsed(); elapsed != nil && len(around) == 0 {
		n.total += float64(*elapsed)
	}
	result := x.attribute("result")
	isBroken, inTearDown := result == "NotRunnable" || x.attribute("label") == "Invalid", x.attribute("site") == "TearDown"
	s.failed = result == "Failed" || result == "Failure" || result == "Error"
	n.content(append(around, s), &s)
	switch {
	case !s.failed || x.failed():
	case n.in.failures()+n.told == s.before:
		n.told++
		n.in.problem(s.line, "The suite "+shorten(s.name)+" failed, but none of its tests did"+saying(s.message))
	case inTearDown: // NUnit 3 does not let tests fail for it.
		n.in.problem(s.line, "The suite "+shorten(s.name)+" failed after its tests"+saying(s.message))
	}
	if !isBroken {
		return ""
	}
	return s.message
}

// saying ends a sentence with a reason, if there is one.
func saying(reason string) string {
	if reason = oneLine(reason); reason != "" {
		return "; it says: " + reason
	}
	return "."
}

func (n *nunitReader) testcase(around []nunitSuite) {
	c := n.begin(around)
	n.xml.children(func(name string) { n.caseElement(&c, name) })
	if n.xml.failed() {
		return
	}
	if !c.stated && c.failed {
		c.status = failure
	}
	c.addReason(c.status, c.message, c.trace, "")
	c.addOutput("Output", c.output)
	c.found.addTo(&c.test)
	c.name = orUnnamed(c.name)
	n.in.emit(&c.test)
}

func (n *nunitReader) caseElement(c *nunitCase, name string) {
	x := n.xml
	switch name {
	case "failure":
		c.failed = true
		c.message, c.trace = n.reason()
	case "reason":
		if message, _ := n.reason(); !c.failed {
			c.message = message
		}
	case "output":
		c.output = x.text()
	case "categories":
		x.children(func(string) { c.found.add("Category", x.attribute("name")) })
	case "properties":
		x.children(func(string) {
			// Those of NUnit itself repeat what is told in other places.
			if name := x.attribute("name"); !strings.HasPrefix(name, "_") {
				c.found.add(name, x.attribute("value"))
			}
		})
	case "attachments":
		x.children(func(string) { n.attachment(&c.test) })
	}
}

// reason passes an element that tells why.
func (n *nunitReader) reason() (message, trace string) {
	n.xml.children(func(name string) {
		switch name {
		case "message":
			message = n.xml.text()
		case "stack-trace":
			trace = n.xml.text()
		}
	})
	return message, trace
}

func (n *nunitReader) attachment(t *test) {
	var path string
	title := "Attachment"
	n.xml.children(func(name string) {
		switch name {
		case "filePath":
			path = n.xml.text()
		case "description":
			if text := n.xml.text(); text != "" {
				title = text
			}
		}
	})
	t.addAttachment(title, path, "")
}
