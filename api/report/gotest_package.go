package report

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// endPackage takes the end of a package. Nothing of it comes after that, unless it is run again.
func (g *goReader) endPackage(line int, e goEvent) {
	p := g.packageOf(e.pkg)
	output := p.lastWords()
	unended := g.endTests(line, p, e.action == "pass")
	switch {
	case e.action != "fail":
	case !p.failed && e.failedBuild != "":
		g.notBuilt(line, p.name, g.printedBy(e.failedBuild))
	case !p.failed:
		g.packageFailure(line, p.name, "The package "+shorten(p.name)+" failed, but none of its tests"+goReason(output, false), output)
	case unended > 0:
		g.in.problem(line, fmt.Sprintf("The package %s ended before %d of its tests%s", shorten(p.name), unended, goReason(output, false)))
	}
	if e.elapsed == nil || *e.elapsed == 0 { // Of what comes from its cache Go tells only the times of tests.
		e.elapsed = &p.elapsed
	}
	g.elapsed = addElapsed(g.elapsed, *e.elapsed)
	if p.held {
		delete(g.packages, p.name)
		g.release(p.name)
		g.output -= p.output.size()
	}
}

// printedBy is what a build has printed.
func (g *goReader) printedBy(build string) string {
	if text, ok := g.builds[build]; ok {
		return text.String()
	}
	return ""
}

// endTests sends the tests of a package that have not ended, and returns how many
// will not. Benchmarks have no event for it when they pass.
func (g *goReader) endTests(line int, p *goPackage, hasPassed bool) (unended int) {
	byNumber := func(a, b *goTest) int { return cmp.Compare(a.number, b.number) }
	for _, t := range slices.SortedFunc(maps.Values(p.tests), byNumber) {
		t.status = untested
		if strings.HasPrefix(t.name, "Benchmark") && (hasPassed || goFigures().MatchString(t.output.String())) {
			t.status = passed
		} else {
			unended++
		}
		g.endTest(line, p, t)
	}
	return unended
}

// notBuilt tells that the tests of a package could not run.
func (g *goReader) notBuilt(line int, name, output string) {
	g.packageFailure(line, name, "The package "+shorten(name)+" could not be built, so its tests did not run"+goReason(output, true), output)
}

// lastWords are why a package could not go on, which one of its tests may have
// printed, or else what it has printed itself.
func (p *goPackage) lastWords() string {
	for _, t := range p.tests {
		if text := t.output.String(); goPanic().MatchString(text) {
			return text
		}
	}
	return p.output.String()
}

// packageFailure tells of a failure that belongs to no test.
func (g *goReader) packageFailure(line int, name, sentence, output string) {
	if !g.in.options.Extended {
		g.in.problem(line, sentence)
		return
	}
	t := test{name: name, folder: name, status: errored}
	if t.name == "" {
		t.name = "Package without name"
	}
	t.addHighlight("Error", strings.TrimSpace(output), nil)
	g.in.emit(&t)
}

// goSaysLittle is a line of a package that does not tell why it failed: what Go
// prints around the tests, and the calls of a trace.
var goSaysLittle = pattern(`^(\W*$|\s|#|PASS$|FAIL|ok\s|exit status|coverage:|-test\.shuffle|testing: warning:|created by |\S+\(.*\)$)`)

// goReason is the line of an output that tells most, as the end of a sentence: of
// a build the first that tells anything, of a package a panic or else the last.
func goReason(output string, isBuild bool) string {
	reason := goPanic().FindString(output)
	if reason == "" {
		for line := range strings.Lines(output) {
			if line = strings.TrimRight(line, "\r\n"); goSaysLittle().MatchString(line) {
				continue
			}
			if reason = trim(line); isBuild {
				break
			}
		}
	}
	if reason == "" {
		return "."
	}
	return ": " + shorten(strings.TrimSuffix(reason, ".")) + "."
}
