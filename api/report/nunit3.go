package report

import "strings"

// nunit3Format is the XML of NUnit 3 and later.
func nunit3Format() format {
	return format{
		name: "nunit3", title: "NUnit 3 XML",
		sniff: func(o *opening) bool {
			// The framework without its console writes a suite alone, as NUnit 2 may.
			return o.root == "test-run" || o.root == "test-suite" && !o.holds("results")
		},
		read: func(in *input) {
			n := &nunitReader{in: in, xml: in.xml()}
			n.begin = n.begin3
			n.file()
		},
	}
}

// begin3 describes a case of NUnit 3. Its full name has the arguments of the
// fixture, which its class name has not.
func (n *nunitReader) begin3(around []nunitSuite) nunitCase {
	x := n.xml
	c := nunitCase{stated: true}
	c.status = nunit3Status(x.attribute("result"), x.attribute("label"))
	c.name = x.attribute("name")
	full := x.attribute("fullname")
	switch folder, ok := strings.CutSuffix(full, "."+c.name); {
	case ok && c.name != "":
		c.folder = folder
	case x.attribute("classname") != "":
		c.folder = x.attribute("classname")
	default:
		c.folder, _ = splitName(full)
	}
	if c.name == "" {
		_, c.name = splitName(full)
	}
	if c.folder == "" && len(around) > 0 {
		c.folder = around[len(around)-1].full
	}
	c.elapsed, c.assertions = n.elapsed(), count(x.attribute("asserts"))
	return c
}

// nunit3Status is what a result and its label mean.
func nunit3Status(result, label string) string {
	switch result {
	case "Passed", "Warning":
		return passed
	case "Skipped", "Inconclusive":
		return skipped
	case "Failed":
		switch label {
		case "Error", "Invalid", "Cancelled":
			return errored
		}
		return failure
	default:
		return untested
	}
}
