package report

import (
	"cmp"
	"hash/maphash"
	"io/fs"
	"path"
	"slices"
	"strings"
)

// allureFormat is a folder of Allure 2 or 3 results, or one of its files: a
// result each, and containers with what was done before and after several of them.
func allureFormat() format {
	return format{
		name: "allure", title: "Allure results",
		sniff: func(o *opening) bool { return isAllureResult(o) || isAllureGlobals(o) },
		read: func(in *input) {
			head, _ := in.text.Peek(openingSize) // An error comes again with the first read.
			if isAllureGlobals(newOpening(head)) {
				a := &allureFolder{in: in}
				a.globals(in)
				a.conclude()
				return
			}
			r := readAllureResult(in)
			r.emit(in, nil)
		},
		belongs: func(name string) bool { return strings.HasSuffix(name, ".json") },
		readFolder: func(in *input, folder fs.FS, names []string) []string {
			a := &allureFolder{in: in, folder: folder, seed: maphash.MakeSeed(), names: names, hooks: map[uint64][]*allureHooks{}, attached: map[string]bool{}}
			return a.read()
		},
	}
}

// isAllureResult reports whether a file is a result: it has what everything has
// that was run, and something that only Allure writes.
func isAllureResult(o *opening) bool {
	if o.array || !o.has("name") || isAllureContainer(o) {
		return false
	}
	for _, name := range []string{"uuid", "historyId", "testCaseId", "fullName", "statusDetails", "stage", "labels", "links", "steps", "parameters", "attachments", "start", "stop"} {
		if o.has("status", name) {
			return true
		}
	}
	return o.has("uuid", "start")
}

func isAllureContainer(o *opening) bool {
	return o.has("uuid", "children") || o.has("befores") || o.has("afters")
}

func isAllureGlobals(o *opening) bool { return !o.array && o.has("attachments", "errors") }

// What is held of the containers of a folder.
const (
	maxAllureHooks    = 8 << 20 // Bytes.
	maxAllureChildren = 100_000 // Results that they are for.
)

// allureFolder reads one folder. It passes every result twice, since attempts at
// one test come in any order, and the last of them counts.
type allureFolder struct {
	in     *input
	folder fs.FS
	names  []string // Of its files, sorted.
	seed   maphash.Seed

	results  []allureFile
	hooks    map[uint64][]*allureHooks // By the uuid of a result.
	size     int                       // Of hooks, in bytes.
	children int
	failures []*allureHooks  // With something that has failed.
	global   []string        // Why something outside of all tests has failed.
	attached map[string]bool // Of names, those of attachments.
}

// allureFile is what is known of a result before it is read.
type allureFile struct {
	name        string
	start, stop int64  // Milliseconds.
	retry       int64  // How many attempts were before it, where that is said.
	history     uint64 // 0 for none.
}

// compare orders attempts at a test: short ones may begin in the same millisecond.
func (f *allureFile) compare(other *allureFile) int {
	return cmp.Or(cmp.Compare(f.start, other.start), cmp.Compare(f.stop, other.stop), cmp.Compare(f.retry, other.retry), cmp.Compare(f.name, other.name))
}

// read reads the folder and returns those of its files that are part of the report.
func (a *allureFolder) read() []string {
	isNamed := slices.ContainsFunc(a.names, func(name string) bool { return strings.HasSuffix(name, "-result.json") })
	var rest []string
	for _, name := range a.names {
		if !a.take(name, isNamed) {
			rest = append(rest, name)
		}
	}
	slices.SortFunc(a.results, func(x, y allureFile) int { return x.compare(&y) })
	last := map[uint64]int{}
	for i, file := range a.results {
		last[file.history] = i
	}
	for i, file := range a.results {
		a.in.part(a.folder, file.name, func(in *input) {
			r := readAllureResult(in)
			r.attempt = file.history != 0 && last[file.history] != i
			hooks := a.hooks[a.hash(r.uuid)]
			r.emit(in, hooks)
			for _, h := range hooks {
				h.told = h.told || isFailure(r.status)
			}
			for _, attachment := range r.attachments {
				a.attach(attachment.value)
			}
		})
	}
	a.conclude()
	return slices.DeleteFunc(slices.Clone(a.names), func(name string) bool {
		return isAmong(rest, name) && !a.attached[name]
	})
}

// conclude tells of what was done before and after tests, and failed without them.
func (a *allureFolder) conclude() {
	if len(a.results) == 0 {
		a.in.problem(0, "There is no result of a test.")
	}
	for _, h := range a.failures {
		isGlobal := func(reason string) bool { return h.reason != "" && strings.Contains(reason, h.reason) }
		if !h.told && !slices.ContainsFunc(a.global, isGlobal) {
			a.in.note(h.failure)
		}
	}
}

// isFailure reports whether a status is that of something that has gone wrong.
func isFailure(status string) bool { return status == failed || status == errored }

// isAllureAttachment reports whether a file is named as Allure names what is attached.
func isAllureAttachment(name string) bool {
	return strings.HasSuffix(strings.TrimSuffix(name, path.Ext(name)), "-attachment")
}

// attach notes a file that is attached, so that it is no report of its own.
func (a *allureFolder) attach(name string) {
	if isAmong(a.names, name) {
		a.attached[name] = true
	}
}

func (a *allureFolder) hash(text string) uint64 { return maphash.String(a.seed, text) }

// take takes a file as what its name says it is. If no file is named as Allure
// names them, their content tells.
func (a *allureFolder) take(name string, isNamed bool) bool {
	switch {
	case strings.HasSuffix(name, "-result.json"):
		a.in.part(a.folder, name, func(in *input) { a.index(in, name) })
	case strings.HasSuffix(name, "-container.json"):
		a.in.part(a.folder, name, a.container)
	case strings.HasSuffix(name, "-globals.json"):
		a.in.part(a.folder, name, a.globals)
	case isAllureAttachment(name):
	case slices.Contains([]string{"categories.json", "environment.properties", "environment.xml", "executor.json"}, name):
	case !isNamed && strings.HasSuffix(name, ".json"):
		return a.takeByContent(name)
	default:
		return false
	}
	return true
}

// takeByContent takes a file as what it holds. Beside others that are results
// less is enough for one.
func (a *allureFolder) takeByContent(name string) bool {
	taken := true
	a.in.part(a.folder, name, func(in *input) {
		head, _ := in.text.Peek(openingSize) // An error comes again with the first read.
		switch o := newOpening(head); {
		case isAllureContainer(o):
			a.container(in)
		case isAllureResult(o), !o.array && o.has("name", "status"), o.has("name", "uuid"):
			a.index(in, name)
		case isAllureGlobals(o):
			a.globals(in)
		default:
			taken = false
		}
	})
	return taken
}

// index notes a result.
func (a *allureFolder) index(in *input, name string) {
	file, isResult := allureFile{name: name}, false
	j := in.json()
	bounded := func(value float64, _ bool) int64 { return int64(min(max(value, 0), maxElapsed)) }
	j.members(func(name string) {
		switch name {
		case "historyId":
			if id := j.text(); id != "" {
				file.history = a.hash(id)
			}
		case "start":
			file.start = bounded(j.number())
		case "stop":
			file.stop = bounded(j.number())
		case "parameters":
			readAllureParameters(j, func(p allureParameter) {
				if p.name == "Retry" { // Of allure-mocha.
					file.retry = bounded(number(p.whole))
				}
			})
		case "name", "status", "uuid":
			isResult = true
		}
	})
	switch {
	case j.failed(): // That has been noted.
	case !isResult:
		in.problem(1, "This is no Allure result.")
	default:
		a.results = append(a.results, file)
	}
}

// globals takes what has gone wrong outside of all tests.
func (a *allureFolder) globals(in *input) {
	j := in.json()
	j.members(func(name string) {
		switch name {
		case "attachments":
			var part test
			readAllureAttachments(j, &part)
			for _, attachment := range part.attachments {
				a.attach(attachment.value)
			}
		case "errors":
			j.items(func() {
				line := j.line()
				message, trace := readAllureDetails(j, nil)
				if why := oneLine(cmp.Or(message, trace)); why != "" && !j.failed() {
					in.problem(line, sentence("Something failed that belongs to no test: "+why))
				}
				if len(a.global) < maxProblems {
					a.global = append(a.global, cutLong(message))
				}
			})
		}
	})
}
