package report

import (
	"fmt"
	"hash/maphash"
	"path"
	"strings"

	"github.com/runboard/runboard/api"
)

// xunitFormat is the XML of xUnit.net, versions 1 to 3.
func xunitFormat() format {
	return format{
		name: "xunit", title: "xUnit.net XML",
		sniff: func(o *opening) bool {
			// Maven describes packages by an element that is called assembly too.
			return o.root == "assemblies" && (o.holds("assembly") || len(o.elements) == 0) ||
				o.root == "assembly" && (o.attributes["test-framework"] != "" || o.holds("test"))
		},
		read: func(in *input) {
			r := &xunitReader{in: in, xml: in.xml(), seed: maphash.MakeSeed(), homes: map[uint64]xunitHome{}}
			r.file()
			r.release()
		},
	}
}

// xunitReader reads one file.
type xunitReader struct {
	in  *input
	xml *xmlReader

	assembly string               // What the current one is called, beside others; "" for one alone.
	held     heldTests            // Until it is known which tests come in several assemblies.
	homes    map[uint64]xunitHome // By key.
	seed     maphash.Seed
}

// xunitHome is where a test comes from.
type xunitHome struct {
	assembly uint64 // The hash of the first one.
	several  bool   // There are others.
}

// maxXUnitHomes is of how many tests it is known.
const maxXUnitHomes = 200_000

// xunitTest is a test while its element is read.
type xunitTest struct {
	test
	found                labels
	message, trace, kind string
	output               string
	warnings             longText
	texts                []field // That are attached.
}

func (r *xunitReader) file() {
	x := r.xml
	x.root(func(name string) {
		if elapsed := between(x.attribute("start-rtf"), x.attribute("finish-rtf")); elapsed != nil {
			r.in.state(*elapsed)
		}
		if name == "assembly" {
			r.groups()
			return
		}
		x.children(func(name string) {
			if name == "assembly" {
				r.assembly = xunitAssembly(x.attribute("name"), x.attribute("target-framework"))
				r.groups()
			}
		})
	})
}

// xunitAssembly is what tells an assembly from others: its file and what it was
// built for or, where that is not told, its folder.
func xunitAssembly(file, framework string) string {
	file = slashed(file)
	if name := path.Base(file); framework != "" {
		return cutShort(name + " (" + framework + ")")
	}
	return cutShort(path.Join(path.Base(path.Dir(file)), path.Base(file)))
}

// groups passes an assembly. Its groups are collections or, of version 1, classes.
func (r *xunitReader) groups() {
	x := r.xml
	x.children(func(name string) {
		switch name {
		case "collection", "class":
			group := x.attribute("name")
			x.children(func(name string) {
				switch name {
				case "test":
					r.test(group)
				case "failure": // Of a class, by its fixture.
					var t xunitTest
					line := x.line
					r.testElement(&t, name)
					r.outside(line, "class", group, &t)
				}
			})
		case "errors":
			x.children(func(string) {
				var t xunitTest
				line, kind, title := x.line, x.attribute("type"), x.attribute("name")
				x.children(func(name string) { r.testElement(&t, name) })
				r.outside(line, kind, title, &t)
			})
		}
	})
}

// outside tells of a failure that belongs to no test.
func (r *xunitReader) outside(line int, kind, name string, t *xunitTest) {
	r.in.problem(line, fmt.Sprintf("A failure belongs to no test (%s): %s", oneLine(kind+" "+name), oneLine(t.message)))
}

func (r *xunitReader) test(group string) {
	x := r.xml
	var t xunitTest
	t.name, t.folder = x.attribute("name"), x.attribute("type")
	t.file, t.line = x.attribute("source-file"), count(x.attribute("source-line"))
	t.elapsed = seconds(x.attribute("time"))
	if t.elapsed == nil {
		t.elapsed = clock(x.attribute("time-rtf"))
	}
	if t.name == "" {
		t.name = x.attribute("method")
	}
	t.status = xunitStatus(x.attribute("result"))
	if t.folder == "" {
		t.folder, t.name = splitName(t.name)
	}
	if t.folder == "" {
		t.folder = group
	}
	if short, ok := strings.CutPrefix(t.name, t.folder+"."); ok && short != "" {
		t.name = short
	}
	x.children(func(name string) { r.testElement(&t, name) })
	if x.failed() {
		return
	}
	t.addReason(t.status, t.message, t.trace, t.kind)
	t.addOutput("Output", t.output)
	t.addOutput("Warnings", t.warnings.String())
	for _, f := range t.texts {
		t.add(f)
	}
	t.found.addTo(&t.test)
	t.name = orUnnamed(t.name)
	r.add(&t.test)
}

// add counts a test and sends it, or holds it if it may come in another assembly too.
func (r *xunitReader) add(t *test) {
	if r.assembly == "" {
		r.in.emit(t)
		return
	}
	r.in.count(t)
	sent := t.result()
	hash, assembly := maphash.String(r.seed, sent.Key), maphash.String(r.seed, r.assembly)
	switch home, known := r.homes[hash]; {
	case known && home.assembly != assembly:
		home.several = true
		r.homes[hash] = home
	case !known && len(r.homes) < maxXUnitHomes:
		r.homes[hash] = xunitHome{assembly: assembly}
	}
	if !r.held.add(heldTest{Of: r.assembly, Name: t.folder + "." + t.name, Test: sent}) {
		r.release()
	}
}

// release sends what is held. The same test in several assemblies, as of one
// project that is built for several frameworks, is another test in each; in a file
// that is too large to be held, if that is known until there.
func (r *xunitReader) release() {
	r.held.release(func(held heldTest) {
		if r.homes[maphash.String(r.seed, held.Test.Key)].several {
			held.Test.Key = hashed(held.Name + "\x00" + held.Of)
			if len(held.Test.Fields) < maxFields {
				held.Test.Fields = append(held.Test.Fields, field{kind: api.FieldString, name: "Assembly", value: held.Of}.sent())
			}
		}
		r.in.send(held.Test)
	})
}

// xunitStatus is what a result means.
func xunitStatus(result string) string {
	switch result {
	case "Pass":
		return passed
	case "Fail":
		return failure
	case "Skip":
		return skipped
	default: // NotRun is for tests that run only when asked for.
		return untested
	}
}

func (r *xunitReader) testElement(t *xunitTest, name string) {
	x := r.xml
	switch name {
	case "failure":
		t.kind = x.attribute("exception-type")
		x.children(func(name string) {
			switch name {
			case "message":
				t.message = x.text()
			case "stack-trace":
				t.trace = x.text()
			}
		})
	case "reason": // Of version 1 there is a message in it.
		text := x.mixed(func(string) { t.message = x.text() })
		t.message = joined(text, t.message)
	case "output":
		t.output = x.text()
	case "warnings":
		x.children(func(string) {
			x.content(nil, t.warnings.write)
			t.warnings.write([]byte{'\n'})
		})
	case "traits":
		x.children(func(string) { t.found.add(x.attribute("name"), x.attribute("value")) })
	case "attachments":
		x.children(func(string) { r.attachment(t) })
	}
}

// attachment passes an attachment, which is within the file. Texts are kept; what
// has a media type is no text, and is left out.
func (r *xunitReader) attachment(t *xunitTest) {
	if r.xml.attribute("media-type") != "" {
		return
	}
	name, text := r.xml.attribute("name"), r.xml.text()
	if isLink(text) {
		t.addAttachment(name, text, "")
	} else if len(t.texts) < maxFields {
		t.texts = append(t.texts, field{kind: api.FieldText, name: name, value: cutMiddle(text)})
	}
}
