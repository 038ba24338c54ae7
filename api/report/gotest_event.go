package report

import (
	"hash/maphash"
	"strings"

	"github.com/runboard/runboard/api"
)

// goEvent is one line.
type goEvent struct {
	action, pkg, test       string
	output                  string
	elapsed                 *int64
	importPath, failedBuild string // Of builds.
	key, value              string // Of attributes that tests give themselves.
	path                    string // Of a folder that a test has written.
}

// readGoEvent reads a line, unless it is no whole object.
func readGoEvent(in *input, text string) (goEvent, bool) {
	var e goEvent
	j, apart := in.jsonText(text)
	j.members(func(name string) {
		switch name {
		case "Action":
			e.action = j.text()
		case "Package":
			e.pkg = j.text()
		case "Test":
			e.test = j.text()
		case "Output":
			e.output = j.text()
		case "Elapsed":
			if value, ok := j.number(); ok {
				e.elapsed = micros(value * 1e6)
			}
		case "ImportPath":
			e.importPath = j.text()
		case "FailedBuild":
			e.failedBuild = j.text()
		case "Key":
			e.key = j.text()
		case "Value":
			e.value = j.text()
		case "Path":
			e.path = j.text()
		}
	})
	return e, apart.err == nil
}

// testEvent takes an event of a test.
func (g *goReader) testEvent(line int, e goEvent) {
	p := g.packageOf(e.pkg)
	t, running := p.tests[e.test]
	if !running {
		if _, ended := g.ended[g.hash(e)]; ended && e.action != "run" && goStatus(e.action) == "" {
			return // It has printed something more.
		}
		t = &goTest{test: test{name: e.test, folder: e.pkg}, number: g.begun, held: p.held && g.admit(e.test)}
		g.begun++
		if t.held {
			p.tests[e.test] = t
		}
	}
	switch status := goStatus(e.action); {
	case status != "":
		t.status, t.elapsed = status, e.elapsed
		g.endTest(line, p, t)
	case !t.held:
	case e.action == "output":
		g.printed(t, e.output)
	case e.action == "attr" && g.output <= maxGoOutput:
		t.addField(api.FieldString, e.key, e.value)
		g.charge(t, len(e.key)+len(e.value))
	case e.action == "artifacts" && g.output <= maxGoOutput:
		t.addAttachment("Artifacts", e.path, "")
		g.charge(t, len(e.path))
	}
}

// printed keeps what a test has printed. What its runner prints is left out while
// it is an event of its own: behind a line without an end it would be a part of it.
func (g *goReader) printed(t *goTest, text string) {
	if goFrame().ReplaceAllString(text, "") == "" {
		if !t.within {
			return
		}
		text = "\n"
	}
	g.hold(&t.output, text)
	t.within = !strings.HasSuffix(text, "\n")
}

// charge counts what is held of a test beside its output.
func (g *goReader) charge(t *goTest, size int) {
	t.beside += size
	g.output += size
}

// goStatus is the status that an event gives to its test, "" for none.
func goStatus(action string) string {
	switch action {
	case "pass", "bench":
		return passed
	case "fail":
		return failed
	case "skip":
		return skipped
	default:
		return ""
	}
}

func (g *goReader) hash(e goEvent) uint64 {
	return maphash.Comparable(g.seed, [2]string{e.pkg, e.test})
}

// endTest sends a test that has ended, or that will not.
func (g *goReader) endTest(line int, p *goPackage, t *goTest) {
	if t.held {
		delete(p.tests, t.name)
		g.release(t.name)
		g.output -= t.output.size() + t.beside
	}
	p.failed = p.failed || t.status == failed
	id := g.hash(goEvent{pkg: t.folder, test: t.name})
	earlier, again := g.ended[id]
	switch {
	case again && t.status == untested:
		g.in.problem(line, "The test "+shorten(t.name)+" was begun again, but did not end.")
		return
	case again:
		g.in.recount(earlier)
	}
	if t.elapsed != nil && !strings.Contains(t.name, "/") {
		p.elapsed = addElapsed(p.elapsed, *t.elapsed)
	}
	if again || len(g.ended) < maxGoEnded {
		g.ended[id] = t.status
	}
	t.describe()
	g.in.emit(&t.test)
}

var (
	// goFrame is what the test runner prints about a test, not the test.
	goFrame = pattern(`(?m)^(=== (RUN|PAUSE|CONT|NAME|ATTR|ARTIFACTS) .*| *--- (PASS|FAIL|SKIP|BENCH): .*|exit status \d+)(\n|$)`)
	// goPlace is where a test prints something.
	goPlace = pattern(`(?m)^ +(\S+\.go):(\d+): `)
	// goPanic is why no test could go on.
	goPanic = pattern(`(?m)^(panic|fatal error): .*`)
	// goFigures are the result of a benchmark.
	goFigures = pattern(`(?m)^Benchmark\S*\s+(\d+\s.*/op.*)$`)
)

// describe fills in what the output tells. Of the places where a test prints
// something the last one is where it has failed, since nothing is printed after that.
func (t *goTest) describe() {
	text := strings.Trim(goFrame().ReplaceAllString(t.output.String(), ""), "\n")
	switch t.status {
	case failed:
		t.addHighlight("Failure", text, nil)
		if places := goPlace().FindAllStringSubmatch(text, -1); places != nil {
			last := places[len(places)-1]
			t.file, t.line = last[1], count(last[2])
		}
	case skipped:
		t.addHighlight("Skipped", text, nil)
	default:
		if t.status == untested && goPanic().MatchString(text) {
			t.addHighlight("Failure", text, nil)
			return
		}
		if figures := goFigures().FindStringSubmatch(text); figures != nil {
			t.addField(api.FieldString, "Benchmark", strings.Join(strings.Fields(figures[1]), " "))
		}
		t.addField(api.FieldConsole, "Output", text)
	}
}
