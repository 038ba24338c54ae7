package apitest

import (
	"iter"
	"slices"
	"strings"
	"time"

	"github.com/runboard/runboard/api"
	"github.com/runboard/runboard/api/query"
)

// part is one parameter of a filter, and which runs it wants.
type part struct {
	parameter string // As RunFacets.Lifted names it.
	name      string
	set       func(*api.RunFilter)
	wants     func(seeded) bool
	isSearch  bool // Only where Capabilities say so.
	isAlone   bool // Not to be combined, because it changes what others mean.
}

// parts are parameters of every kind, those of one beside each other.
func (w *world) parts() []part {
	return slices.Concat(w.statusParts(), w.idParts(), tagParts(), timeParts(), searchParts())
}

// pairs are every two parameters, with some of their values.
func pairs(parts []part) iter.Seq2[part, part] {
	const values = 4
	var groups [][]part
	for _, p := range parts {
		switch last := len(groups) - 1; {
		case p.isAlone:
		case last >= 0 && groups[last][0].parameter == p.parameter:
			groups[last] = append(groups[last], p)
		default:
			groups = append(groups, []part{p})
		}
	}
	return func(yield func(part, part) bool) {
		for i, group := range groups {
			for j, other := range groups[i+1:] {
				for n := range values {
					if !yield(pick(group, n), pick(other, i+j+n)) {
						return
					}
				}
			}
		}
	}
}

func (w *world) statusParts() []part {
	status := func(name string, ids ...int64) part {
		return part{
			parameter: "status", name: name,
			set:   func(f *api.RunFilter) { f.Statuses = ids },
			wants: func(run seeded) bool { return slices.Contains(ids, int64(run.want.Status)) },
		}
	}
	return []part{status("success", 2), status("failure", 3), status("running", 4), status("two of them", 2, 4), status("all", 2, 3, 4)}
}

func (w *world) idParts() []part {
	ids := func(parameter, name string, field func(*api.RunFilter) *query.IDs, of func(api.Run) int64, wanted ...int64) part {
		slices.Sort(wanted)
		return part{
			parameter: parameter, name: name,
			set:   func(f *api.RunFilter) { *field(f) = wanted },
			wants: func(run seeded) bool { return slices.Contains(wanted, of(run.want)) },
		}
	}
	sources, ofSource := func(f *api.RunFilter) *query.IDs { return &f.SourceIDs }, func(r api.Run) int64 { return r.SourceID }
	milestones, ofMilestone := func(f *api.RunFilter) *query.IDs { return &f.MilestoneIDs }, func(r api.Run) int64 { return int64(r.MilestoneID) }
	configs, ofConfig := func(f *api.RunFilter) *query.IDs { return &f.ConfigIDs }, func(r api.Run) int64 { return int64(r.ConfigID) }
	users, ofUser := func(f *api.RunFilter) *query.IDs { return &f.CreatedBy }, func(r api.Run) int64 { return r.CreatedBy }
	return []part{
		ids("source_id", "one", sources, ofSource, w.sources["backend-api"]),
		ids("source_id", "two", sources, ofSource, w.sources["Überwachung"], w.sources["load_test"]),
		ids("source_id", "of another project", sources, ofSource, w.elsewhere.want.SourceID),
		ids("source_id", "one and an unknown one", sources, ofSource, w.sources["load_test"], unknownID),
		ids("milestone_id", "one", milestones, ofMilestone, w.milestones["1.0"]),
		ids("milestone_id", "two", milestones, ofMilestone, w.milestones["1.0"], w.milestones["Ship it 🚀"]),
		ids("config_id", "one", configs, ofConfig, w.configs["Firefox"]),
		ids("config_id", "two", configs, ofConfig, w.configs["Chrome"], w.configs["Safari Ω"]),
		ids("created_by", "one", users, ofUser, w.users["ci"]),
		ids("created_by", "two", users, ofUser, w.users["Ærø-Bot"], w.users["night shift"]),
	}
}

// unknownID is nobody's.
const unknownID = 4711

func tagParts() []part {
	tags := func(name string, words ...string) part {
		slices.Sort(words)
		return part{
			parameter: "tags", name: name,
			set:   func(f *api.RunFilter) { f.Tags = words },
			wants: func(run seeded) bool { return hasAny(run.Tags, words...) },
		}
	}
	return []part{
		tags("one", "nightly"), tags("any of two", "nightly", "größe-xl"), tags("other capitals", "Nightly"), tags("part of one", "smok"),
		tags("with a blank", "smoke test"), tags("with a percent sign", "100%"), tags("one and an unknown one", "b_c", "no such"),
	}
}

func timeParts() []part {
	after := func(name, text string, bound time.Time) part {
		return part{
			parameter: "created_after", name: name,
			set:   func(f *api.RunFilter) { f.CreatedAfter = text },
			wants: func(run seeded) bool { return run.want.CreatedAt.After(bound) },
		}
	}
	from := func(name, date string, first time.Time) part {
		p := after(name, date, first)
		p.wants = func(run seeded) bool { return !run.want.CreatedAt.Before(first) }
		return p
	}
	before := func(name, text string, bound time.Time) part {
		return part{
			parameter: "created_before", name: name,
			set:   func(f *api.RunFilter) { f.CreatedBefore = text },
			wants: func(run seeded) bool { return run.want.CreatedAt.Before(bound) },
		}
	}
	in := func(zone string, p part) part {
		set := p.set
		p.name, p.isAlone = p.name+" in "+zone, true
		p.set = func(f *api.RunFilter) { set(f); f.Zone = zone }
		return p
	}
	early, late := seedMoment(5), seedMoment(18)
	plusFive, minusSeven := time.FixedZone("", 5*3600+45*60), time.FixedZone("", -7*3600)
	const precise, offset = "2006-01-02T15:04:05.000Z", "2006-01-02T15:04:05.000-07:00"
	// The clocks go forward in Berlin that night: this day has 23 hours.
	day, nextDay := time.Date(2026, 3, 28, 23, 0, 0, 0, time.UTC), time.Date(2026, 3, 29, 22, 0, 0, 0, time.UTC)
	both := in("Europe/Berlin", from("a day of 23 hours", "2026-03-29", day))
	setAfter := both.set
	both.set = func(f *api.RunFilter) { setAfter(f); f.CreatedBefore = "2026-03-30" }
	both.wants = func(run seeded) bool { return !run.want.CreatedAt.Before(day) && run.want.CreatedAt.Before(nextDay) }
	return []part{
		after("exclusive", early.Format(precise), early),
		after("a millisecond earlier", early.Add(-time.Millisecond).Format(precise), early.Add(-time.Millisecond)),
		after("between two milliseconds", early.Add(-time.Microsecond).Format(time.RFC3339Nano), early.Add(-time.Microsecond)),
		after("offset", late.In(plusFive).Format(offset), late),
		from("a date", "2026-03-01", time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)),
		after("now", SeedTime().Format(precise), SeedTime()),
		before("exclusive", late.Format(precise), late),
		before("a millisecond later", late.Add(time.Millisecond).Format(precise), late.Add(time.Millisecond)),
		before("between two milliseconds", late.Add(time.Microsecond).Format(time.RFC3339Nano), late.Add(time.Microsecond)),
		before("offset", late.In(minusSeven).Format(offset), late),
		before("a date", "2026-02-01", time.Date(2026, 2, 1, 0, 0, 0, 0, time.UTC)),
		in("Asia/Kathmandu", after("a moment", early.In(plusFive).Format("2006-01-02T15:04:05.000"), early)),
		in("America/Phoenix", before("a minute", late.In(minusSeven).Format("2006-01-02T15:04"), late.Truncate(time.Minute))),
		in("Europe/Berlin", from("a date", "2026-03-29", day)),
		in("Europe/Berlin", after("a midnight", "2026-03-29T00:00", day)),
		in("Europe/Berlin", after("an offset all the same", late.In(plusFive).Format(offset), late)),
		both,
	}
}

func searchParts() []part {
	contains := func(text, part string) bool { return strings.Contains(strings.ToLower(text), strings.ToLower(part)) }
	q := func(name, text string) part {
		return part{
			parameter: "q", name: name, isSearch: true,
			set: func(f *api.RunFilter) { f.Q = text },
			wants: func(run seeded) bool {
				return contains(run.Name, text) || contains(run.Source, text) ||
					slices.ContainsFunc(run.Tags, func(tag string) bool { return contains(tag, text) })
			},
		}
	}
	name := func(name, text string) part {
		return part{
			parameter: "name", name: name, isSearch: true,
			set:   func(f *api.RunFilter) { f.Name = text },
			wants: func(run seeded) bool { return contains(run.Name, text) },
		}
	}
	return []part{
		q("in name, source and tag", "E"), q("of a name", "köln"), q("of a source", "ÜBERWACH"), q("of a tag", "GRÖSSE-XL"), q("capital of a tag", "GRößE"),
		q("a percent sign", "100%"), q("an underscore", "d_"), q("a backslash", `\`), q("right to left", "ليلي"), q("an emoji", "🚀"),
		q("a quote", "'"), q("of the end of one and the beginning of another", "nightlybackend"), q("nothing", "no such"),
		name("capitals", "nIGHTLY"), name("other capitals", "ärger"), name("a percent sign", "0%"), name("an underscore", "r_s"),
		name("a backslash", `K\S`), name("of a source only", "api"), name("of a tag only", "smoke"), name("an asterisk", "*"),
	}
}
