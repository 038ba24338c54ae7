package report

import (
	"fmt"
	"hash/maphash"
	"maps"
	"slices"
	"strings"
)

// goFormat is what "go test -json" and "go tool test2json" write: an event a
// line, of tests, packages and builds, amid lines that are none.
func goFormat() format {
	return format{
		name: "gotest", title: "go test -json", sniff: goSniff,
		read: func(in *input) {
			g := &goReader{in: in, seed: maphash.MakeSeed(), packages: map[string]*goPackage{}, builds: map[string]*longText{}, ended: map[uint64]string{}}
			g.file()
		},
	}
}

// goSniff looks at all lines: others may come before the first event, or instead
// of it when nothing could be built.
func goSniff(o *opening) bool {
	if o.root != "" || o.array {
		return false
	}
	for line := range strings.Lines(o.text) {
		line = trim(line)
		if strings.HasPrefix(line, `{"`) && isGoEvent(newOpening([]byte(line))) || goNotBuilt().MatchString(line) {
			return true
		}
	}
	return false
}

func isGoEvent(o *opening) bool {
	return o.has("Action") && (o.has("Package") || o.has("Test") || o.has("ImportPath"))
}

// goNotBuilt is the line for a package whose tests could not be built or set up.
var goNotBuilt = pattern(`^FAIL\t(\S+) \[(build|setup) failed\]$`)

// How much is held of what has begun and has not ended. A package may have all
// of its tests begun at once, and their output waits for how they end.
const (
	maxGoOutput = 12 << 20 // Bytes of output.
	maxGoOpen   = 20 << 20 // Bytes of names, with goOverhead for each of them.
	goOverhead  = 256
	maxGoEnded  = 200_000 // Tests that are known again when they are run again.
)

// goReader reads one file.
type goReader struct {
	in       *input
	seed     maphash.Seed
	packages map[string]*goPackage // That have not ended.
	builds   map[string]*longText  // What was printed of builds, by the package they are for.
	ended    map[uint64]string     // How tests have ended, by package and name.
	elapsed  int64                 // Of packages.

	begun  int // Tests, ever.
	output int // Bytes that are held.
	open   int
	full   bool // That something was not held has been said.

	broken    int // The last line, if it is no whole event; 0 otherwise.
	stray     longText
	strayLine int // The first one that is no event; 0 for none.
}

// goPackage is a package whose tests run.
type goPackage struct {
	name    string
	tests   map[string]*goTest // That have not ended.
	elapsed int64              // Of tests, without those within others.
	output  longText           // Of no test.
	failed  bool               // A test has failed.
	held    bool               // Its other events will find it.
}

// goTest is a test that runs.
type goTest struct {
	test

	number int // Of all tests, as they have begun.
	output longText
	within bool // The output ends within a line.
	beside int  // Bytes of it that are held beside its output.
	held   bool // Its other events will find it.
}

func (g *goReader) file() {
	lines := g.in.lines()
	for lines.next() {
		if g.broken > 0 {
			g.in.problem(g.broken, "This is no whole event; it is left out.")
			g.broken = 0
		}
		switch text := trim(lines.text); {
		case text == "":
		case lines.cut:
			g.in.problem(lines.number, fmt.Sprintf("An event is longer than %d MiB; it is left out.", maxLine>>20))
		case text[0] != '{':
			g.strayText(lines.number, text)
		default:
			if e, ok := readGoEvent(g.in, text); ok {
				g.event(lines.number, e)
			} else {
				g.broken = lines.number
			}
		}
	}
	for _, name := range slices.Sorted(maps.Keys(g.packages)) {
		g.endTests(lines.number, g.packages[name], false)
		g.elapsed = addElapsed(g.elapsed, g.packages[name].elapsed)
	}
	if g.strayLine > 0 {
		g.in.remark(g.strayLine, "Lines that are no events of go test -json, such as this one, are left out.")
	}
	g.in.state(g.elapsed)
	if g.broken > 0 {
		g.in.fail(g.broken, "The file ends within an event.")
	}
}

// strayText takes a line that is no event. What is printed of a build comes
// before the line that says that it has failed.
func (g *goReader) strayText(line int, text string) {
	if failed := goNotBuilt().FindStringSubmatch(text); failed != nil {
		g.notBuilt(line, failed[1], g.stray.String())
		g.stray.reset()
		g.strayLine = 0
		return
	}
	if g.strayLine == 0 {
		g.strayLine = line
	}
	g.stray.write([]byte(text + "\n"))
}

// event takes one event.
func (g *goReader) event(line int, e goEvent) {
	switch {
	case e.action == "build-output":
		g.buildOutput(e)
	case e.action == "build-fail":
	case e.test != "":
		g.testEvent(line, e)
	case e.action == "output":
		if p := g.packageOf(e.pkg); p.held {
			g.hold(&p.output, e.output)
		}
	case e.action == "pass" || e.action == "fail" || e.action == "skip":
		g.endPackage(line, e)
	}
}

// packageOf is a package that runs. If no more can be held it is one that is forgotten.
func (g *goReader) packageOf(name string) *goPackage {
	if p, ok := g.packages[name]; ok {
		return p
	}
	p := &goPackage{name: name, tests: map[string]*goTest{}, held: g.admit(name)}
	if p.held {
		g.packages[name] = p
	}
	return p
}

// buildOutput keeps what a build prints until a package has failed for it.
func (g *goReader) buildOutput(e goEvent) {
	if g.builds[e.importPath] == nil {
		if !g.admit(e.importPath) {
			return
		}
		g.builds[e.importPath] = &longText{}
	}
	g.hold(g.builds[e.importPath], e.output)
}

// admit reports whether one more thing of this name can be held.
func (g *goReader) admit(name string) bool {
	size := goOverhead + len(name)
	if g.open+size > maxGoOpen {
		g.tellFull("So many tests run at once that those which do not end are not all told.")
		return false
	}
	g.open += size
	return true
}

func (g *goReader) release(name string) { g.open -= goOverhead + len(name) }

// hold adds to a text, unless too much is held.
func (g *goReader) hold(text *longText, piece string) {
	if g.output > maxGoOutput {
		g.tellFull("So much is printed at once that not all of it is kept.")
		return
	}
	before := text.size()
	text.write([]byte(piece))
	g.output += text.size() - before
}

func (g *goReader) tellFull(text string) {
	if !g.full {
		g.full = true
		g.in.problem(0, text)
	}
}
