package demo

import (
	"math"
	"math/rand/v2"
	"time"

	"github.com/runboard/runboard/api"
)

// The words for statuses, as every instance knows them.
const (
	passed  = "passed"
	failed  = "failed"
	skipped = "skipped"
	blocked = "blocked"
	retest  = "retest"
)

// How likely things are that have no other cause.
const (
	outageShare  = 0.45   // Runs of the bad week that meet an outage.
	outageHits   = 0.35   // Tests that fail in one.
	accidents    = 0.0002 // Tests that fail once and never again.
	retestShare  = 0.0015 // Tests on devices that someone has to look at again.
	retryPasses  = 0.85   // Flaky failures that pass when tried again.
	slowBadWeek  = 1.5    // Factor on elapsed in the bad week.
	smallAtFirst = 0.45   // Part of a suite that ran half a year ago.
)

// simulate decides all results of a run, by lane, each in the order in which
// they happen.
func (r *run) simulate(seed uint64) [][]api.NewTest {
	chance := stream(seed, "run", r.suite.project.name, r.suite.source, r.number, r.at.Unix())
	lanes := make([][]api.NewTest, r.suite.lanes)
	isBad := isBadWeek(r.at, r.now)
	isOutage := isBad && chance.Float64() < outageShare
	results := make([]string, len(r.suite.cases))
	for i := range r.suite.cases {
		c := &r.suite.cases[i]
		// The same part of the cases in every run, so that a suite only grows.
		if c.since > r.progress() || float64(i*7919%1000)/1000 > smallAtFirst+(1-smallAtFirst)*r.progress() {
			continue
		}
		o := r.outcome(chance, i, results, isOutage)
		results[i] = o.status
		factor := (1 + r.suite.drift*r.progress()) * math.Exp(chance.NormFloat64()*0.12)
		if isBad {
			factor *= slowBadWeek
		}
		lane := i * r.suite.lanes / len(r.suite.cases)
		if o.isRetried {
			lanes[lane] = append(lanes[lane], r.test(chance, c, outcome{status: failed, cause: o.cause}, factor*1.3))
		}
		lanes[lane] = append(lanes[lane], r.test(chance, c, o, factor))
	}
	return lanes
}

// outcome is what happens to one test.
type outcome struct {
	status    string
	cause     int  // Picks the text of a failure; 0 for none.
	isOutage  bool // The environment is the cause.
	isRetried bool // It fails first, and passes when tried again.
}

// outcome decides what happens to the case i; results are those of the cases before it.
func (r *run) outcome(chance *rand.Rand, i int, results []string, isOutage bool) outcome {
	c := &r.suite.cases[i]
	luck := chance.Float64()
	switch breakage := r.suite.breakage(i, r.at); {
	case c.skipped != "":
		return outcome{status: skipped}
	case c.needs >= 0 && (results[c.needs] == failed || results[c.needs] == blocked):
		return outcome{status: blocked}
	case breakage != nil:
		return outcome{status: failed, cause: 1 + breakage.cause}
	case isOutage && luck < outageHits:
		return outcome{status: failed, isOutage: true}
	case luck < c.flakiness*retryPasses:
		return outcome{status: passed, isRetried: true, cause: 1 + i}
	case luck < c.flakiness+accidents:
		return outcome{status: failed, cause: 1 + i}
	case r.suite.style == device && luck > 1-retestShare:
		return outcome{status: retest}
	default:
		return outcome{status: passed}
	}
}

// test is one result as a client sends it.
func (r *run) test(chance *rand.Rand, c *testCase, o outcome, factor float64) api.NewTest {
	line := c.line
	test := api.NewTest{
		Key: c.key, Name: c.name, Folder: c.folder, File: c.file, Line: &line, Status: o.status,
		Artifacts: []api.Artifact{}, Fields: []api.Field{},
	}
	if o.status == skipped || o.status == blocked {
		test.Fields = append(test.Fields, reason(c, o.status))
		return test
	}
	took := max(50*time.Microsecond, time.Duration(float64(c.median)*factor)).Microseconds()
	test.Elapsed = &took
	if r.suite.style == service {
		assertions := 1 + c.line%9
		test.Assertions = &assertions
	}
	if o.status == failed {
		test.Fields = append(test.Fields, r.failure(chance, c, o)...)
		test.Artifacts = append(test.Artifacts, r.evidence(c)...)
	}
	return test
}
