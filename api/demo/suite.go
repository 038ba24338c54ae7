package demo

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"time"
)

// style is how the names, files and failures of a suite read.
type style int

const (
	service style = iota
	browser
	device
)

// project is one team's product.
type project struct {
	id           int64 // Known once it is made.
	name         string
	version      string // Format of a version's name.
	firstVersion int
	milestones   []milestone // By date.
	suites       []*suite
}

// suite is one source, as its team has it today.
type suite struct {
	project   *project
	source    string
	style     style
	areas     []string
	checks    []string
	configs   []string
	lanes     int
	median    time.Duration // Of one test.
	drift     float64       // How much slower it has become in half a year; 0.2 is 20 %.
	daily     float64       // Runs on a working day, on average.
	isNightly bool          // And one every night.

	cases     []testCase
	breakages []breakage
}

// testCase is one test of a suite.
type testCase struct {
	key, name, folder, file string
	line                    int
	median                  time.Duration
	since                   float64 // When it was written: 0 is the first day, 1 today.
	flakiness               float64 // How often it fails for no reason.
	skipped                 string  // Why it is always skipped; "" when it is not.
	needs                   int     // Index of the case without which it is blocked; -1 for none.
}

// breakage is a time in which some tests of a suite fail, always alike.
type breakage struct {
	from, to time.Time
	cases    map[int]bool
	cause    int // Picks the text.
}

// stream is a source of chance of its own, so that nothing depends on the order of things.
func stream(seed uint64, parts ...any) *rand.Rand {
	sum := sha256.Sum256([]byte(fmt.Sprintln(parts...)))
	return rand.New(rand.NewPCG(seed, binary.BigEndian.Uint64(sum[:])))
}

// populate writes the cases of a suite and decides when which of them break.
func (s *suite) populate(seed uint64, now time.Time) {
	chance := stream(seed, s.project.name, s.source)
	for _, area := range s.areas {
		for _, check := range s.checks {
			s.cases = append(s.cases, s.newCase(chance, area, check))
		}
	}
	s.breakages = s.newBreakages(chance, now)
}

func (s *suite) newCase(chance *rand.Rand, area, check string) testCase {
	c := testCase{
		name: fmt.Sprintf(check, area), line: 10 + chance.IntN(400), needs: -1,
		median: time.Duration(float64(s.median) * math.Exp(chance.NormFloat64()*0.7)),
	}
	word := strings.ReplaceAll(strings.ToLower(area), " ", "-")
	switch s.style {
	case service:
		c.folder = s.source + "/" + strings.ReplaceAll(word, "-", "_")
		c.file = c.folder + "/" + strings.ReplaceAll(word, "-", "_") + "_test.go"
	case browser:
		c.folder = "tests/" + word + ".spec.ts"
		c.file = c.folder
	case device:
		name := strings.ReplaceAll(area, " ", "") + "Tests"
		c.folder = "com.example.wallet.ui." + name
		c.file = "ui/" + name + ".kt"
	}
	sum := sha256.Sum256([]byte(c.folder + "." + c.name))
	c.key = hex.EncodeToString(sum[:])
	// Two thirds are older than the data, the rest came in since.
	c.since = max(0, chance.Float64()*2.7-1.8)
	switch luck := chance.Float64(); {
	case luck < s.flakyShare():
		c.flakiness = 0.04 + 0.1*chance.Float64()
	case luck > 0.985:
		c.skipped = skipReasons[chance.IntN(len(skipReasons))]
	case luck > 0.93 && len(s.cases) > 0:
		c.needs = len(s.cases) - 1
	}
	return c
}

// flakyShare is how many of the cases are flaky: more where a screen is involved.
func (s *suite) flakyShare() float64 {
	if s.style == service {
		return 0.012
	}
	return 0.07
}

// newBreakages gives a suite a breakage every other week or so, and every
// third suite one that lasts until now.
func (s *suite) newBreakages(chance *rand.Rand, now time.Time) []breakage {
	var list []breakage
	for at := now.Add(-span); at.Before(now); {
		at = at.Add(time.Duration((5 + 16*chance.Float64()) * float64(day)))
		list = append(list, s.newBreakage(chance, at, time.Duration((6+60*chance.Float64())*float64(time.Hour))))
	}
	if chance.IntN(3) == 0 {
		list = append(list, s.newBreakage(chance, now.Add(-34*time.Hour), span))
	}
	return list
}

// newBreakage hits one to six tests that stand together.
func (s *suite) newBreakage(chance *rand.Rand, from time.Time, length time.Duration) breakage {
	b := breakage{from: from, to: from.Add(length), cases: map[int]bool{}, cause: chance.IntN(1 << 16)}
	first := chance.IntN(len(s.cases))
	for i := range 1 + chance.IntN(6) {
		b.cases[(first+i)%len(s.cases)] = true
	}
	return b
}

// breakage is the one that hits a case at a time; nil when none does.
func (s *suite) breakage(i int, at time.Time) *breakage {
	for n := range s.breakages {
		if b := &s.breakages[n]; b.cases[i] && !at.Before(b.from) && at.Before(b.to) {
			return b
		}
	}
	return nil
}

var skipReasons = []string{
	"Waits for the new pricing service", "Not supported on this platform", "Too slow for every build, runs before a release",
	"Known issue SHOP-2291", "Needs a device that is out for repair",
}
