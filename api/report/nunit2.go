package report

import "strings"

// nunit2Format is the XML of NUnit before 3, and of what imitates it.
func nunit2Format() format {
	return format{
		name: "nunit2", title: "NUnit 2 XML",
		sniff: func(o *opening) bool {
			return o.root == "test-results" || o.root == "test-suite" && o.holds("results")
		},
		read: func(in *input) {
			n := &nunitReader{in: in, xml: in.xml()}
			n.begin = n.begin2
			n.file()
		},
	}
}

// begin2 describes a case of NUnit 2.
func (n *nunitReader) begin2(around []nunitSuite) nunitCase {
	x := n.xml
	var c nunitCase
	result := x.attribute("result")
	c.status, c.stated = nunit2Status(result)
	switch {
	case c.stated:
	case strings.EqualFold(x.attribute("executed"), "false"):
		c.status, c.stated = skipped, true
	case strings.EqualFold(x.attribute("success"), "false"):
		c.status, c.stated = failure, true
	}
	c.folder, c.name = nunit2Name(x.attribute("name"), around)
	c.elapsed, c.assertions = n.elapsed(), count(x.attribute("asserts"))
	c.found.add("Description", x.attribute("description"))
	return c
}

// nunit2Status is what a result means. Before NUnit 2.5 there was none; then the
// test has passed unless something else tells.
func nunit2Status(result string) (status string, stated bool) {
	switch result {
	case "Success":
		return passed, true
	case "Failure":
		return failure, true
	case "Error", "Cancelled":
		return errored, true
	case "Ignored", "Skipped", "Inconclusive", "NotRunnable":
		return skipped, true
	default:
		return passed, false
	}
}

// nunit2Name divides the full name of a case where the names of the suites around
// it end; a suite may have its full name or the last part of it.
func nunit2Name(full string, around []nunitSuite) (folder, name string) {
	at := 0
	for _, s := range around {
		switch {
		case s.name == "":
		case strings.HasPrefix(full[at:], s.name+"."):
			at += len(s.name) + 1
		case strings.HasPrefix(full, s.name+"."):
			at = max(at, len(s.name)+1)
		}
	}
	if at == 0 || at == len(full) {
		folder, name = splitName(full)
	} else {
		folder, name = full[:at-1], full[at:]
	}
	if folder == "" && len(around) > 0 {
		folder = around[len(around)-1].name
	}
	return folder, name
}
