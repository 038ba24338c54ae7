package report

import (
	"slices"
	"strings"

	"github.com/runboard/runboard/api"
)

// allureResult is one result.
type allureResult struct {
	test

	uuid, historyID, testCaseID, fullName string
	start, stop                           float64 // Milliseconds; 0 for none.
	message, trace                        string
	details, parameters, links            test              // Of which each has only fields.
	labels                                labels            // But those that tell of the folder.
	suites                                map[string]string // These.
	arguments                             string            // What tells the test from others of its name.
}

// allureSuites are the labels that tell of the folder, those that people see
// first; several of one line are within each other.
var allureSuites = [][]string{{"parentSuite", "suite", "subSuite"}, {"testClass"}, {"class"}, {"epic", "feature", "story"}, {"package"}}

// allureFields are those of them that are fields as well.
var allureFields = []string{"epic", "feature", "story", "package"}

// readAllureResult reads a result whole.
func readAllureResult(in *input) *allureResult {
	r := &allureResult{suites: map[string]string{}, test: test{status: untested}}
	j := in.json()
	texts := map[string]*string{"name": &r.name, "uuid": &r.uuid, "historyId": &r.historyID, "testCaseId": &r.testCaseID, "fullName": &r.fullName}
	j.members(func(name string) {
		switch name {
		case "status":
			r.status = allureStatus(j.text())
		case "statusDetails":
			r.message, r.trace = readAllureDetails(j, &r.details)
		case "description":
			r.details.addField(api.FieldText, "Description", j.text())
		case "descriptionHtml":
			r.details.addField(api.FieldHTML, "Description", j.text())
		case "start":
			r.start, _ = j.number()
		case "stop":
			r.stop, _ = j.number()
		case "steps":
			readAllureSteps(j, &r.test, allureStep{})
		case "attachments":
			readAllureAttachments(j, &r.test)
		case "parameters":
			readAllureParameters(j, r.parameter)
		case "labels":
			j.items(func() { r.label(readAllureNamed(j)) })
		case "links":
			j.items(func() { r.link(readAllureNamed(j)) })
		default:
			if into, ok := texts[name]; ok {
				*into = j.text()
			}
		}
	})
	return r
}

// allureStatus is what a word means, of whatever case. What is no status is none.
func allureStatus(word string) string {
	switch strings.ToLower(word) {
	case "passed":
		return passed
	case "failed":
		return failed
	case "broken":
		return errored
	case "skipped", "pending", "canceled":
		return skipped
	default:
		return untested
	}
}

// emit emits a result that has been read, with what was done before and after it.
func (r *allureResult) emit(in *input, hooks []*allureHooks) {
	if in.err != nil {
		return // It is not whole.
	}
	for _, name := range []string{r.fullName, unnamed} {
		if trim(r.name) == "" {
			r.name = name
		}
	}
	r.folder = r.suite()
	r.elapsed = allureElapsed(r.start, r.stop)
	r.id = r.identity()
	r.addReason(r.status, r.message, r.trace, "")
	r.addParts(&r.details, &r.parameters, &r.links)
	r.labels.addTo(&r.test)
	own := r.steps
	r.steps = nil
	for _, h := range hooks {
		r.addParts(&h.befores)
	}
	r.steps = append(r.steps, own...)
	for _, h := range hooks {
		r.addParts(&h.afters)
	}
	in.emit(&r.test)
}

// allureElapsed is the time between two instants in milliseconds, nil unless both are known.
func allureElapsed(start, stop float64) *int64 {
	if start <= 0 || stop <= 0 {
		return nil
	}
	return micros((stop - start) * 1000)
}

// suite is the folder. A story may be the test itself.
func (r *allureResult) suite() string {
	for _, names := range allureSuites {
		var suites []string
		for _, name := range names {
			if value := r.suites[name]; value != "" && (name != "story" || value != r.name) {
				suites = append(suites, value)
			}
		}
		if len(suites) > 0 {
			return strings.Join(suites, " > ")
		}
	}
	group, _ := splitName(r.fullName)
	return group
}

// identity is what is the same in all runs of the test.
func (r *allureResult) identity() string {
	if r.historyID != "" {
		return r.historyID
	}
	for _, id := range []string{r.testCaseID, r.fullName} {
		if id != "" {
			return id + r.arguments
		}
	}
	if r.arguments == "" {
		return ""
	}
	return strings.TrimPrefix(r.folder+"."+r.name, ".") + r.arguments
}

// parameter takes a parameter of the test.
func (r *allureResult) parameter(p allureParameter) {
	if !p.excluded && len(r.arguments) < longLimit {
		r.arguments += " " + cutShort(p.name) + "=" + cutShort(p.whole)
	}
	r.parameters.addField(api.FieldString, p.name, p.value)
}

// label takes a label, unless it is one that tools write for themselves.
func (r *allureResult) label(label allureNamed) {
	if strings.HasPrefix(label.name, "_") {
		return
	}
	isSuite := slices.ContainsFunc(allureSuites, func(names []string) bool { return slices.Contains(names, label.name) })
	if isSuite && r.suites[label.name] == "" {
		r.suites[label.name] = label.value
		if !slices.Contains(allureFields, label.name) {
			return
		}
	}
	r.labels.add(label.name, label.value)
}

// link takes a link; its address may be its name.
func (r *allureResult) link(link allureNamed) {
	if link.url == "" && isLink(link.name) {
		link.url = link.name
	}
	name := link.name
	for _, other := range []string{link.kind, "link"} {
		if name == "" || name == link.url {
			name = other
		}
	}
	kind := api.FieldString
	if strings.HasPrefix(link.url, "https://") {
		kind = api.FieldURL
	}
	r.links.addField(kind, name, link.url)
}
