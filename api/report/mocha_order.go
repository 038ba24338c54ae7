package report

import "hash/maphash"

// mochaOrder are the tests of a file as they ran. That is the order of the list
// of all, which does not say for sure how each ended. In the lists of outcomes,
// which follow, they are again; what is only there are hooks that failed, and
// outcomes of tests that have more than one.
type mochaOrder struct {
	in   *input
	seed maphash.Seed

	all    waitingTests
	places []mochaPlace           // Of all.
	free   map[uint64]mochaPlaces // Of all, those of which no other list has told yet, by what they are.

	first, last waitingTests // What is only in lists of outcomes.

	full  bool // Not all tests are held.
	given bool // There are lists of outcomes.
	over  bool // More would be held than may be: what has its outcome is sent at once.
	sped  bool // Tests that passed tell how fast they were.
}

// mochaPlace is the place of a test among all.
type mochaPlace struct {
	next   int  // That of the next test which cannot be told from it.
	taken  bool // A list of outcomes has told of it.
	unsure bool // It has passed or, when those that passed tell how fast they were, skipped itself.
}

// mochaPlaces are those of tests which cannot be told from each other, in order.
type mochaPlaces struct{ first, last int }

// unsure is what a test seems to be that has run and says no more.
const unsure = "unsure"

func newMochaOrder(in *input) *mochaOrder {
	return &mochaOrder{in: in, seed: maphash.MakeSeed(), free: map[uint64]mochaPlaces{}}
}

// hash is what a test is known by in two lists.
func (o *mochaOrder) hash(t *test, seems string) uint64 {
	return maphash.Comparable(o.seed, [4]string{t.file, t.folder, t.name, seems})
}

// add keeps a test of the list of all, unless its outcome has been told before.
func (o *mochaOrder) add(t *mochaTest) {
	o.sped = o.sped || t.sped
	if o.given || o.full {
		return
	}
	seems := t.seems()
	whole := t.assemble(t.outcome())
	o.full = !o.all.add(whole)
	o.over = o.full
	here := len(o.places)
	o.places = append(o.places, mochaPlace{next: here, unsure: seems == unsure})
	hash := o.hash(whole, seems)
	places, ok := o.free[hash]
	if ok {
		o.places[places.last].next = here
		places.last = here
	} else {
		places = mochaPlaces{first: here, last: here}
	}
	o.free[hash] = places
}

// seems is the outcome by which a test of the list of all is looked for. One that
// failed after it had passed is in both lists; its own place is where it passed.
func (t *mochaTest) seems() string {
	switch outcome := t.outcome(); {
	case outcome == failed && t.sped:
		return passed
	case outcome == passed && !t.sped && t.state == "":
		return unsure
	default:
		return outcome
	}
}

// tell gives a test of a list of outcomes its place.
func (o *mochaOrder) tell(t *test) {
	here, ok := o.take(t)
	switch {
	case o.over:
		o.in.emit(t)
		if ok {
			o.all.tests[here] = test{}
		}
	case ok:
		o.all.size += t.size() - o.all.tests[here].size()
		o.all.tests[here] = *t
		o.places[here].taken = true
	case t.status == passed: // It has failed after that, or else it would be among all.
		o.first.add(t)
	default:
		o.last.add(t)
	}
	if !o.over && o.all.size+o.first.size+o.last.size >= maxHeld {
		o.over = true
		o.send(false)
	}
}

// take finds the place of a test. One that has passed for sure is not where
// another outcome belongs.
func (o *mochaOrder) take(t *test) (int, bool) {
	for _, seems := range [...]string{t.status, unsure, skipped, untested, failed} {
		hash := o.hash(t, seems)
		places, ok := o.free[hash]
		if !ok {
			continue
		}
		here := places.first
		if here == places.last {
			delete(o.free, hash)
		} else {
			places.first = o.places[here].next
			o.free[hash] = places
		}
		return here, true
	}
	return 0, false
}

// conclude sends what is held at the end of a file, or where it breaks off. Then,
// or without lists of outcomes, tests of which no other list has told count as
// they seem to have ended.
func (o *mochaOrder) conclude(broken bool) { o.send(broken || !o.given) }

// send sends what has been told of, or everything. It is not held any longer.
func (o *mochaOrder) send(everything bool) {
	o.emit(o.first.take())
	for i := range o.all.tests {
		t, place := &o.all.tests[i], o.places[i]
		if t.name == "" || !place.taken && !everything {
			continue // It has been sent, or is to be told of.
		}
		if place.unsure && !place.taken && o.sped {
			t.status = skipped
		}
		o.in.emit(t)
		*t = test{}
	}
	o.emit(o.last.take())
}

func (o *mochaOrder) emit(tests []test) {
	for i := range tests {
		o.in.emit(&tests[i])
	}
}
