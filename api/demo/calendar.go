package demo

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"time"

	"github.com/runboard/runboard/api"
)

const (
	day  = 24 * time.Hour
	span = 183 * day // Half a year.
	// A release is tested as a candidate for its last days.
	releaseEvery = 21 * day
	candidateFor = 5 * day
	// The bad week begins on the Monday before this long ago.
	badWeekAgo = 66 * day
)

// milestone is a release.
type milestone struct {
	api.NewMilestone

	at  time.Time
	tag string // Links runs to it: contract 2.5.
}

// plannedReleases are those of the whole time, and the next one.
func (p *project) plannedReleases(now time.Time) []milestone {
	var list []milestone
	// Each team releases on other days.
	first := dayOf(now.Add(-span)).Add(time.Duration(7+len(p.name)%5) * day)
	for n := 0; ; n++ {
		at := first.Add(time.Duration(n) * releaseEvery)
		name := p.releaseName(n)
		list = append(list, milestone{at: at, tag: fmt.Sprintf("rc-%d", p.firstVersion+n), NewMilestone: api.NewMilestone{
			Name: name, DueDate: at.Format(time.DateOnly), AutomationTags: []string{fmt.Sprintf("rc-%d", p.firstVersion+n)},
			Note: "All suites have to be green on every configuration for two nights.",
		}})
		if at.After(now) {
			return list
		}
	}
}

// nextRelease is the one that is worked on at a time.
func (p *project) nextRelease(at time.Time) milestone {
	for _, m := range p.milestones {
		if at.Before(m.at) {
			return m
		}
	}
	return p.milestones[len(p.milestones)-1]
}

// dayOf is the midnight before a time, in UTC.
func dayOf(t time.Time) time.Time { return t.UTC().Truncate(day) }

func isWeekend(t time.Time) bool {
	return t.Weekday() == time.Saturday || t.Weekday() == time.Sunday
}

// isBadWeek reports whether the network of the test environment fails at a time.
func isBadWeek(at, now time.Time) bool {
	monday := dayOf(now.Add(-badWeekAgo))
	for monday.Weekday() != time.Monday {
		monday = monday.Add(-day)
	}
	return !at.Before(monday) && at.Before(monday.Add(7*day))
}

// run is one run that takes place.
type run struct {
	suite  *suite
	at     time.Time
	now    time.Time // The end of the simulated time.
	number int       // Of all runs of its suite, from 0.
	name   string
	config string
	tags   []string
	branch string
	by     string
	// milestone is "" for a run that belongs to none, or whose tag links it.
	milestone string
}

// plan lays out all runs up to now, in the order in which they happened.
func plan(seed uint64, projects []*project, now time.Time) []*run {
	var runs []*run
	for _, p := range projects {
		for _, s := range p.suites {
			runs = append(runs, s.plan(stream(seed, "plan", p.name, s.source), now)...)
		}
	}
	slices.SortStableFunc(runs, func(a, b *run) int { return a.at.Compare(b.at) })
	return runs
}

// plan lays out the runs of a suite: nights, and builds on working days.
func (s *suite) plan(chance *rand.Rand, now time.Time) []*run {
	var runs []*run
	add := func(at time.Time, fill func(r *run, chance *rand.Rand)) {
		// What would still be going on now is left out.
		if at.After(now.Add(-2 * time.Hour)) {
			return
		}
		r := &run{suite: s, at: at, now: now, number: len(runs), config: s.config(len(runs))}
		fill(r, chance)
		runs = append(runs, r)
	}
	for date := dayOf(now.Add(-span)); date.Before(now); date = date.Add(day) {
		if s.isNightly {
			add(date.Add(time.Duration(90+chance.IntN(40))*time.Minute), (*run).nightly)
		}
		for range s.builds(chance, date) {
			// Between 7 and 18 o'clock, most of them around noon.
			hour := 7 + (chance.Float64()+chance.Float64())*5.5
			at := date.Add(time.Duration(hour * float64(time.Hour))).Truncate(time.Second)
			if chance.IntN(2) == 0 {
				add(at, (*run).merge)
			} else {
				add(at, (*run).pull)
			}
		}
	}
	return runs
}

// builds is how many there are on a day: next to none on weekends.
func (s *suite) builds(chance *rand.Rand, date time.Time) int {
	average := s.daily
	if isWeekend(date) {
		average *= 0.08
	}
	n := 0
	for left := 2 * average; left > 0; left-- {
		if chance.Float64() < min(left, 1)/2 {
			n++
		}
	}
	return n
}

func (r *run) nightly(chance *rand.Rand) {
	r.name = "Nightly " + r.at.Format(time.DateOnly)
	r.by, r.branch, r.tags = nightly, "main", []string{"nightly", "regression"}
	r.milestone = r.suite.project.nextRelease(r.at).Name
	r.candidate(chance)
}

func (r *run) merge(chance *rand.Rand) {
	r.name = fmt.Sprintf("Build %d", 4100+r.number*3)
	r.by, r.branch, r.tags = merges, "main", []string{"main"}
	r.milestone = r.suite.project.nextRelease(r.at).Name
	r.candidate(chance)
}

// candidate makes a run one of a release when that is near.
func (r *run) candidate(chance *rand.Rand) {
	next := r.suite.project.nextRelease(r.at)
	if next.at.Sub(r.at) > candidateFor || next.at.Before(r.at) || chance.IntN(3) == 0 {
		return
	}
	r.name = next.Name + " candidate, " + r.name
	r.by, r.tags, r.milestone = release, append(r.tags, next.tag), ""
}

func (r *run) pull(chance *rand.Rand) {
	if chance.IntN(9) == 0 {
		r.name, r.by = "Trying "+changes[chance.IntN(len(changes))], tester
		r.branch, r.tags = "mara/spike", []string{"manual"}
		return
	}
	number := 1800 + r.number*2
	change := changes[chance.IntN(len(changes))]
	r.name = fmt.Sprintf("#%d %s", number, change)
	r.by, r.branch, r.tags = pulls, fmt.Sprintf("pull/%d", number), []string{"pull-request"}
}

// progress is how much of the simulated time has passed: 0 on the first day, 1 now.
func (r *run) progress() float64 {
	return max(0, min(1, 1-r.now.Sub(r.at).Hours()/span.Hours()))
}

var changes = []string{
	"Keep the cart after signing out", "Round prices once", "Retry webhooks for a day", "Drop the old address form",
	"Show fees before confirming", "Upgrade the HTTP client", "Cache rates for a minute", "Use the new design for buttons",
	"Log in with a passkey", "Split the ledger by currency", "Remove the feature switch for gift cards", "Speed up the export",
	"Translate statements", "Fix the time zone of due dates", "Limit uploads to 10 MB", "Make refunds idempotent",
	"Move images to the new host", "Index orders by customer", "Warn before a session expires", "Sort search results by stock",
}
