package report

import (
	"cmp"
	"fmt"
	"strconv"
	"strings"
)

// testngFormat is the XML of TestNG.
func testngFormat() format {
	return format{
		name: "testng", title: "TestNG XML",
		sniff: func(o *opening) bool { return o.root == "testng-results" },
		read: func(in *input) {
			r := &testngReader{in: in, xml: in.xml()}
			r.file()
		},
	}
}

// testngReader reads one file.
type testngReader struct {
	in  *input
	xml *xmlReader

	held []testngRun // Of the current class.
	size int         // Of held, in bytes.
}

// testngRun is a run of a method that waits for the others of the class.
type testngRun struct {
	test
	thrown bool // It counts as skipped, but it ran and has thrown something.
}

// testngMethod is a run of a method while its element is read.
type testngMethod struct {
	test
	found                labels
	params               []string
	message, trace, kind string
	output               longText
}

func (r *testngReader) file() {
	x := r.xml
	var total float64
	x.root(func(string) {
		x.children(func(name string) {
			if name != "suite" {
				return
			}
			if elapsed := milliseconds(x.attribute("duration-ms")); elapsed != nil {
				total += float64(*elapsed)
			}
			r.elsewhere(name)
			x.children(func(name string) {
				if name == "test" {
					r.group(x.attribute("name"))
				}
			})
		})
	})
	if elapsed := micros(total); elapsed != nil && total > 0 {
		r.in.state(*elapsed)
	}
}

// elsewhere tells of results that stand in another file, which is not opened.
func (r *testngReader) elsewhere(name string) {
	if url := r.xml.attribute("url"); url != "" {
		r.in.problem(r.xml.line, fmt.Sprintf("The results of a %s are in another file, which is not opened: %s", name, shorten(url)))
	}
}

// group passes what TestNG calls a test: classes that run together.
func (r *testngReader) group(group string) {
	x := r.xml
	r.elsewhere("test")
	x.children(func(name string) {
		if name != "class" {
			return
		}
		class := x.attribute("name")
		if in := x.attribute("package"); in != "" && in != "[default]" {
			class = in + "." + class
		}
		x.children(func(name string) {
			if name == "test-method" {
				r.method(group, class)
			}
		})
		r.release()
	})
}

// milliseconds are the microseconds in a number of milliseconds.
func milliseconds(text string) *int64 {
	value, ok := number(text)
	if !ok {
		return nil
	}
	return micros(value * 1000)
}

func (r *testngReader) method(group, class string) {
	x, line := r.xml, r.xml.line
	var t testngMethod
	t.name, t.folder = x.attribute("name"), class
	t.elapsed = milliseconds(x.attribute("duration-ms"))
	t.status = testngStatus(x.attribute("status"))
	t.attempt = x.attribute("retried") == "true"
	isConfig, instance := x.attribute("is-config") == "true", testngInstance(x.attribute("test-instance-name"), x.attribute("signature"))
	t.found.add("Description", x.attribute("description"))
	t.found.add("Test", group)
	t.found.add("Groups", x.attribute("groups"))
	t.found.add("Instance", instance)
	x.children(func(name string) { r.methodElement(&t, name) })
	switch {
	case x.failed():
		return
	case isConfig:
		if t.status == failure {
			r.in.problem(line, fmt.Sprintf("%s.%s prepares or cleans up and is no test, but it failed: %s", shorten(class), shorten(t.name), oneLine(cmp.Or(trim(t.message), t.trace))))
		}
		return
	case t.attempt && t.status == skipped && t.trace != "":
		t.status = failure // TestNG skips what it tries again.
	}
	thrown := t.status == skipped && strings.Contains(t.trace, "."+t.name+"(") && !strings.HasSuffix(t.kind, "SkipException")
	t.addReason(t.status, t.message, t.trace, t.kind)
	t.addOutput("Output", t.output.String())
	t.found.addTo(&t.test)
	if len(t.params) > 0 && t.name != "" {
		t.name += "(" + strings.Join(t.params, ", ") + ")"
	}
	// The same class may run in several groups, as for several browsers.
	t.id = strings.Join([]string{group, instance, class, t.name}, "\x00")
	t.name = orUnnamed(t.name)
	r.held = append(r.held, testngRun{t.test, thrown})
	if r.size += t.size(); r.size > maxHeld {
		r.release()
	}
}

// testngOwn is what an instance of a class calls itself, as a factory may let it.
var testngOwn = pattern(`\binstance:(.+)\]$`)

// testngInstance is the name of an instance that stays across runs, "" if it has none.
func testngInstance(stated, signature string) string {
	own := testngOwn().FindStringSubmatch(signature)
	if stated != "" || own == nil {
		return stated
	}
	name := testngIdentity().ReplaceAllString(own[1], "")
	if strings.HasPrefix(own[1], name) && name != own[1] {
		return "" // It ends with its identity, as the class does of what has no text of its own.
	}
	return name
}

// release sends what is held. Old versions of TestNG do not say which runs they tried
// again: these are those that have thrown something, but count as skipped, of what
// has passed or failed too. They come before that, wherever they stand.
func (r *testngReader) release() {
	ended := map[string]bool{}
	for _, run := range r.held {
		ended[run.id] = ended[run.id] || !run.attempt && (run.status == passed || run.status == failure)
	}
	earlier := map[string][]testngRun{}
	for _, run := range r.held {
		if run.thrown && ended[run.id] {
			run.retried()
			earlier[run.id] = append(earlier[run.id], run)
		}
	}
	for i := range r.held {
		run := &r.held[i]
		if run.thrown && ended[run.id] {
			continue
		}
		for j := range earlier[run.id] {
			r.in.emit(&earlier[run.id][j].test)
		}
		delete(earlier, run.id)
		r.in.emit(&run.test)
	}
	r.held, r.size = nil, 0
}

// retried makes a run an attempt that has failed.
func (t *testngRun) retried() {
	t.status, t.attempt = failure, true
	for i := range t.fields {
		if t.fields[i].highlight {
			t.fields[i].name = outcomeTitle(t.status)
		}
	}
}

// testngStatus is what a status means. A method may be allowed to fail sometimes.
func testngStatus(status string) string {
	switch status {
	case "PASS", "SUCCESS_PERCENTAGE_FAILURE":
		return passed
	case "FAIL":
		return failure
	case "SKIP":
		return skipped
	default:
		return untested
	}
}

func (r *testngReader) methodElement(t *testngMethod, name string) {
	x := r.xml
	switch name {
	case "params":
		x.children(func(string) { x.children(func(string) { r.parameter(t) }) })
	case "exception":
		t.kind = x.attribute("class")
		x.children(func(name string) {
			switch name {
			case "message":
				t.message = x.text()
			case "full-stacktrace", "short-stacktrace":
				t.trace = x.text()
			}
		})
	case "reporter-output":
		x.children(func(string) {
			x.content(nil, t.output.write)
			t.output.write([]byte{'\n'})
		})
	case "attributes":
		x.children(func(string) {
			name, text := x.attribute("name"), x.text()
			if isLink(text) {
				t.addAttachment(name, text, "")
			} else {
				t.found.add(name, text)
			}
		})
	}
}

// testngIdentity is what Java adds to an object without a text of its own. It differs from run to run.
var testngIdentity = pattern(`@[0-9a-f]{1,8}\b`)

// parameter passes the value of a parameter, which is a part of the name.
func (r *testngReader) parameter(t *testngMethod) {
	text := "null"
	if r.xml.attribute("is-null") != "true" {
		text = trim(r.xml.text())
	}
	if len(t.params) < maxFields {
		t.params = append(t.params, cutShort(testngIdentity().ReplaceAllString(text, "")))
		t.found.add("Parameter "+strconv.Itoa(len(t.params)), text)
	}
}
