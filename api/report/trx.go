package report

import (
	"fmt"
	"strings"
)

// trxFormat is what Visual Studio, vstest and dotnet test write.
func trxFormat() format {
	return format{
		name: "trx", title: "TRX (Visual Studio, dotnet test)",
		sniff: func(o *opening) bool {
			// CppUnit and AUnit write an element of the same name, with other elements in it.
			return o.root == "TestRun" && (strings.Contains(o.attributes["xmlns"], "VisualStudio/TeamTest") ||
				o.holds("TestDefinitions", "Results", "TestSettings", "TestRunConfiguration", "ResultSummary"))
		},
		read: func(in *input) {
			r := &trxReader{in: in, xml: in.xml(), definitions: map[string]trxDefinition{}, classes: map[string]string{}}
			r.file()
		},
	}
}

// trxReader reads one file. Of each result the class is in the definitions, which
// come before the results or, from vstest, after them.
type trxReader struct {
	in  *input
	xml *xmlReader

	definitions map[string]trxDefinition // By the id of the test.
	classes     map[string]string        // Each name once.
	size        int                      // Of both, in bytes.
	full        bool                     // No more definitions are kept.
	defined     bool                     // They have been read.
	held        heldTests                // Until they are.

	outcome    string   // Of the whole run.
	complaints []string // What the run itself reports as errors.
	classless  int      // Results that were left out, as their classes stand behind a mistake.
}

// trxResult is a result while its element is read.
type trxResult struct {
	test
	testID string

	message, trace string
	output         [4]longText // In the order of trxOutputs.
	inner          int         // Results within it.
}

// trxOutputs are the elements with what a test has printed, and the names of their fields.
var trxOutputs = [4][2]string{{"StdOut", "Output"}, {"StdErr", "Errors"}, {"DebugTrace", "Debug trace"}, {"TextMessages", "Messages"}}

// maxComplaints is how many errors of the run itself are told.
const maxComplaints = 3

func (r *trxReader) file() {
	r.xml.root(func(string) { r.xml.children(r.section) })
	r.held.release(r.complete)
	if r.classless > 0 {
		r.in.problem(0, fmt.Sprintf("Results whose classes were to follow (%d) are left out.", r.classless))
	}
	r.conclude()
}

func (r *trxReader) section(name string) {
	switch name {
	case "Times":
		if elapsed := between(r.xml.attribute("start"), r.xml.attribute("finish")); elapsed != nil && *elapsed > 0 {
			r.in.state(*elapsed)
		}
	case "TestDefinitions":
		r.xml.children(func(string) { r.definition() })
		r.defined = true
	case "Results":
		r.xml.children(func(name string) { r.result(name, nil) })
	case "ResultSummary":
		r.outcome = r.xml.attribute("outcome")
		r.xml.children(func(name string) {
			if name == "RunInfos" {
				r.xml.children(func(string) { r.complaint() })
			}
		})
	}
}

// result passes a result. Of one that holds others, such as a data-driven test
// or an ordered one, only these count.
func (r *trxReader) result(name string, around *trxResult) {
	if !strings.HasSuffix(name, "Result") && name != "TestResultAggregation" {
		return
	}
	x, line := r.xml, r.xml.line
	t := trxResult{test: test{name: x.attribute("testName"), status: trxStatus(x.attribute("outcome"))}, testID: x.attribute("testId")}
	t.elapsed = clock(x.attribute("duration"))
	if t.elapsed == nil && t.status != skipped {
		t.elapsed = between(x.attribute("startTime"), x.attribute("endTime"))
	}
	if around != nil {
		around.inner++
		if row := x.attribute("dataRowInfo"); row != "" && t.name == around.name {
			t.name += " (Data Row " + row + ")"
		}
		if t.testID == "" {
			t.testID = around.testID
		}
	}
	x.children(func(name string) { r.resultElement(&t, name) })
	if x.failed() || t.inner > 0 {
		return
	}
	t.addReason(t.status, t.message, t.trace, "")
	for i, output := range trxOutputs {
		t.addOutput(output[1], t.output[i].String())
	}
	r.add(line, &t)
}

// trxStatus is what an outcome means. A result without one has an error.
func trxStatus(outcome string) string {
	switch outcome {
	case "Passed", "PassedButRunAborted", "Warning", "Completed":
		return passed
	case "Failed":
		return failure
	case "NotExecuted", "Inconclusive", "NotRunnable":
		return skipped
	case "InProgress", "Pending":
		return untested
	default:
		return errored
	}
}

func (r *trxReader) resultElement(t *trxResult, name string) {
	x := r.xml
	switch name {
	case "InnerResults":
		x.children(func(name string) { r.result(name, t) })
	case "Output":
		x.children(func(name string) { r.outputElement(t, name) })
	case "ResultFiles":
		x.children(func(string) { t.addAttachment("Attachment", x.attribute("path"), "") })
	case "CollectorDataEntries":
		r.collected(t)
	}
}

func (r *trxReader) outputElement(t *trxResult, name string) {
	if name == "ErrorInfo" {
		r.xml.children(func(name string) {
			switch name {
			case "Message":
				t.message = r.xml.text()
			case "StackTrace":
				t.trace = r.xml.text()
			}
		})
		return
	}
	for i, output := range trxOutputs {
		if name == output[0] {
			text := &t.output[i]
			r.xml.content(func(string) {
				r.xml.content(nil, text.write)
				text.write([]byte{'\n'})
			}, text.write)
		}
	}
}

// collected passes what data collectors have attached, at any depth.
func (r *trxReader) collected(t *trxResult) {
	r.xml.children(func(name string) {
		if name == "A" {
			t.addAttachment("Attachment", r.xml.attribute("href"), "")
			return
		}
		r.collected(t)
	})
}

// add sends a result as soon as its class can be known.
func (r *trxReader) add(line int, t *trxResult) {
	if t.name == "" {
		r.in.count(&t.test)
		r.in.problem(line, "A result has no name; it cannot be sent.")
		return
	}
	waiting := heldTest{Of: t.testID, Name: t.name, Test: t.result()}
	if r.defined {
		r.complete(waiting)
		return
	}
	if !r.held.add(waiting) {
		r.in.problem(line, "The results come before the definitions and are too many to be held; from here back their classes are not known.")
		r.held.release(r.complete)
	}
}

// complete gives a result what its definition knows, counts it and sends it. If
// the file was not read as far as the definition, and the name of the result does
// not tell the class either, then its key would be another one: it is left out.
func (r *trxReader) complete(waiting heldTest) {
	definition, known := r.definitions[waiting.Of]
	folder, name := definition.class, waiting.Name
	if folder == "" {
		folder, name = splitName(name)
	}
	if folder == "" && !known && r.in.isOurs() {
		r.classless++
		return
	}
	r.in.count(&test{status: waiting.Test.Status, elapsed: waiting.Test.Elapsed})
	if folder == "" {
		folder = definition.storage
	}
	sent := waiting.Test
	if short, ok := strings.CutPrefix(name, folder+"."); ok && short != "" {
		name = short
	}
	sent.Name, sent.Key, sent.Folder = cutShort(name), key(folder, name), noFolder
	if folder != "" {
		sent.Folder = cutShort(folder)
	}
	for _, f := range definition.fields[:max(0, min(len(definition.fields), maxFields-len(sent.Fields)))] {
		sent.Fields = append(sent.Fields, f.sent())
	}
	r.in.send(sent)
}

// complaint passes something that the run itself reports. That a test has failed,
// which xUnit.net says here too, its result tells.
func (r *trxReader) complaint() {
	isError := r.xml.attribute("outcome") == "Error"
	r.xml.children(func(name string) {
		if name != "Text" || !isError || len(r.complaints) == maxComplaints {
			return
		}
		text := trim(r.xml.text())
		if !strings.HasSuffix(text, "[FAIL]") {
			r.complaints = append(r.complaints, oneLine(text))
		}
	})
}

// conclude tells of a run that ended badly, if its results do not say so.
func (r *trxReader) conclude() {
	said, complains := r.in.failures() > 0, len(r.complaints) > 0
	switch r.outcome {
	case "Aborted", "Disconnected", "Timeout":
	case "Error", "Failed":
		if said && !complains {
			return
		}
	default:
		if !complains {
			return
		}
	}
	text := fmt.Sprintf("The run ended as %q; results may be missing.", shorten(r.outcome))
	if complains {
		text += " It says: " + strings.Join(r.complaints, " / ")
	}
	r.in.problem(0, text)
}
