package report

import (
	"cmp"
	"fmt"
	"hash/maphash"
	"slices"
	"strconv"
	"strings"

	"github.com/runboard/runboard/api"
)

// cucumberFormat is the JSON of Cucumber for the JVM, JavaScript and Ruby, of
// behave, and of what imitates them.
func cucumberFormat() format {
	return format{
		name: "cucumber", title: "Cucumber JSON",
		sniff: func(o *opening) bool {
			isEmpty := strings.Join(strings.Fields(o.text), "") == "[]" // Of a run that no scenario was chosen for.
			return o.array && (isEmpty || o.has("elements") || o.has("keyword", "uri") || o.has("keyword", "location"))
		},
		read: func(in *input) {
			c := &cucumberReader{in: in, json: in.json(), folders: cucumberFolders{}, rows: newCucumberRows()}
			for c.json.more() {
				c.json.items(c.feature)
			}
		},
	}
}

// maxCucumberRows is how many scenarios are told apart by their places.
const maxCucumberRows = 100_000

// maxCucumberFolders is how many features are told apart by their files.
const maxCucumberFolders = 10_000

// cucumberReader reads one file.
type cucumberReader struct {
	in   *input
	json *jsonReader

	folders cucumberFolders
	rows    cucumberRows
}

// cucumberRows tell rows of an outline apart, which have the same name, and other
// scenarios that have: by name how many places there are, and by name and place
// which of them it is.
type cucumberRows struct {
	places map[uint64]int
	seed   maphash.Seed
}

func newCucumberRows() cucumberRows {
	return cucumberRows{places: map[uint64]int{}, seed: maphash.MakeSeed()}
}

// name is the name of a scenario, with its number among those that share it. The
// same scenario at the same place is a further attempt.
func (c *cucumberRows) name(file, folder, name, place string) string {
	shared := file + "\x00" + folder + "\x00" + name
	all, own := maphash.String(c.seed, shared), maphash.String(c.seed, shared+"\x00"+place)
	row, ok := c.places[own]
	if !ok && len(c.places) < 2*maxCucumberRows {
		c.places[all]++
		row = c.places[all]
		c.places[own] = row
	}
	if row > 1 {
		return cutShort(name) + " #" + strconv.Itoa(row)
	}
	return name
}

// cucumberFolders are the files of features, by their names. Features of the same
// name in several files are told apart by them.
type cucumberFolders map[string]string

// of is the folder for a feature.
func (c cucumberFolders) of(feature, file string) string {
	if feature == "" {
		return baseName(file)
	}
	first, ok := c[feature]
	if !ok && len(c) < maxCucumberFolders {
		c[strings.Clone(feature)] = cutShort(file)
	}
	if !ok || first == cutShort(file) {
		return feature
	}
	return feature + " (" + file + ")"
}

// cucumberFeature is what is known of a feature. Some writers sort members by
// name, so that it comes behind its scenarios.
type cucumberFeature struct {
	name, file string
	named      bool
	tags       string
	waiting    waitingTests
	background *cucumberElement // Of the scenario that comes next.
}

// cucumberElement is a scenario or a background.
type cucumberElement struct {
	test

	kind, keyword, tags, said string // said is the status that it states, as in behave.
	inSeconds                 bool   // Durations are in seconds, as in behave, not nanoseconds.
	hasExamples               bool
	steps, results            int
	worst                     string
	duration                  float64
	output                    longText
	highlights, embeddings    test // Of which each has only fields or attachments.
	after                     test // Of which it has only the steps that come last.
}

func (c *cucumberReader) feature() {
	var f cucumberFeature
	c.json.members(func(name string) {
		switch name {
		case "name":
			f.name, f.named = cutShort(c.json.text()), true
		case "uri":
			f.file = cucumberFile(c.json.text())
		case "location":
			f.file, _ = cucumberPlace(c.json.text())
		case "tags":
			f.tags = c.tags()
		case "elements":
			c.json.items(func() { c.element(&f) })
		}
	})
	if c.json.failed() && !f.named {
		c.leaveOut(&f)
	}
	c.flush(&f)
}

// leaveOut drops scenarios of a feature whose name would have come behind them:
// they would be other tests than in all other reports.
func (c *cucumberReader) leaveOut(f *cucumberFeature) {
	if left := len(f.waiting.take()); left > 0 {
		c.in.problem(0, fmt.Sprintf("The file breaks off before the name of a feature, so its scenarios are left out: %d.", left))
	}
}

// flush sends the scenarios of a feature.
func (c *cucumberReader) flush(f *cucumberFeature) {
	waiting := f.waiting.take()
	var placed []*test
	for i := range waiting {
		t := &waiting[i]
		if t.file == "" {
			t.file = f.file
		}
		t.folder = c.folders.of(f.name, f.file)
		if t.line != nil {
			placed = append(placed, t)
		}
	}
	// They may have been executed in any order, another one each time.
	slices.SortStableFunc(placed, func(a, b *test) int { return cmp.Or(cmp.Compare(*a.line, *b.line), cmp.Compare(a.id, b.id)) })
	for _, t := range placed {
		// Rows of one line, as pytest-bdd writes them, have ids of their own.
		t.name = c.rows.name(t.file, t.folder, t.name, strconv.Itoa(*t.line)+" "+t.id)
	}
	for i := range waiting {
		waiting[i].id = ""
		waiting[i].addField(api.FieldString, "Feature tags", f.tags)
		c.in.emit(&waiting[i])
	}
}

func (c *cucumberReader) element(f *cucumberFeature) {
	e := &cucumberElement{}
	c.json.members(func(name string) { c.elementMember(e, name) })
	if c.json.failed() {
		return // It is not whole.
	}
	if e.kind == "background" || e.kind == "" && strings.EqualFold(e.keyword, "background") {
		f.background = e
		return
	}
	if e.hasExamples && e.results == 0 {
		return // It is the outline itself; its rows are elements of their own.
	}
	if f.background != nil && f.background.results > 0 {
		e.follow(f.background)
	}
	f.background = nil
	if !f.waiting.add(e.assemble()) {
		c.flush(f)
	}
}

func (c *cucumberReader) elementMember(e *cucumberElement, name string) {
	switch name {
	case "name":
		e.name = c.json.text()
	case "id":
		e.id = cutShort(c.json.text())
	case "keyword":
		e.keyword = c.json.text()
	case "type":
		e.kind = c.json.text()
	case "line":
		e.line = count(c.json.text())
	case "location":
		e.file, e.line = cucumberPlace(c.json.text())
		e.inSeconds = true
	case "status":
		e.said = c.json.text()
	case "tags":
		e.tags = c.tags()
	case "examples":
		e.hasExamples = c.json.next() == '['
	case "before", "around":
		c.json.items(func() { c.step(e, true) })
	case "after": // Some writers put it before the steps.
		own := e.test.steps
		e.test.steps = nil
		c.json.items(func() { c.step(e, true) })
		e.after.steps, e.test.steps = e.test.steps, own
	case "steps":
		c.json.items(func() { c.step(e, false) })
	}
}

// tags passes tags: objects with names, or texts.
func (c *cucumberReader) tags() string {
	var all longText
	c.json.items(func() {
		var tag string
		if c.json.next() == '{' {
			c.json.members(func(name string) {
				if name == "name" {
					tag = c.json.text()
				}
			})
		} else {
			tag = c.json.text()
		}
		if tag != "" {
			all.write([]byte(", " + tag))
		}
	})
	return strings.TrimPrefix(all.String(), ", ")
}

// cucumberFile is a path without what says that it is one.
func cucumberFile(uri string) string {
	return strings.TrimPrefix(uri, "file:")
}

// cucumberPlace takes "features/a.feature:12" apart.
func cucumberPlace(location string) (string, *int) {
	at := strings.LastIndexByte(location, ':')
	if at < 0 {
		return location, nil
	}
	if line := count(location[at+1:]); line != nil {
		return location[:at], line
	}
	return location, nil
}

// follow puts the background of a scenario before it: what fails there fails the scenario.
func (e *cucumberElement) follow(background *cucumberElement) {
	e.test.steps = slices.Concat(background.test.steps, e.test.steps)
	e.steps += background.steps
	e.results += background.results
	e.duration += background.duration
	e.worst = worseOfCucumber(background.worst, e.worst)
	output := background.output
	output.write([]byte(e.output.String()))
	e.output = output
	for _, parts := range []struct{ before, after *test }{{&background.highlights, &e.highlights}, {&background.embeddings, &e.embeddings}} {
		parts.before.addParts(parts.after)
		*parts.after = *parts.before
	}
}

// assemble is a scenario as a test, but for what its feature knows.
func (e *cucumberElement) assemble() *test {
	e.status = e.outcome()
	if e.name == "" {
		e.name = e.keyword
	}
	e.name = orUnnamed(e.name)
	if e.results > 0 {
		unit := 1e3
		if e.inSeconds {
			unit = 1e-6
		}
		e.elapsed = micros(e.duration / unit)
	}
	if isOnlySkipped := e.status == failed && len(e.highlights.fields) == 1; isOnlySkipped {
		e.highlights.fields[0].name = outcomeTitle(failed) // behave fails what others skip.
	}
	e.addParts(&e.after, &e.highlights)
	e.addOutput("Output", e.output.String())
	e.addParts(&e.embeddings)
	e.addField(api.FieldString, "Tags", e.tags)
	return &e.test
}

// outcome is that of a scenario: the worst of its steps and hooks, unless it states one.
func (e *cucumberElement) outcome() string {
	worst := e.worst
	if e.said != "" {
		worst = worseOfCucumber(worst, strings.ToLower(e.said))
	}
	switch worst {
	case "":
		if e.steps > 0 {
			return untested
		}
		return passed // It has no steps.
	case "passed":
		return passed
	case "skipped", "pending", "undefined", "pending_warn":
		return skipped
	case "untested", "unused", "unknown":
		return untested
	case "error", "hook_error", "cleanup_error":
		return errored
	default:
		return failed
	}
}
