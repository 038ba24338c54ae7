package facet

import (
	"math"
	"strings"

	"github.com/runboard/runboard/api"
)

// matcher is a filter put in terms of a project. It says once for each kind, set
// of tags and name what runs that have them fail.
type matcher struct {
	set         mask      // The parts that the filter has.
	kinds       []mask    // By kind: the parts of dimensions that it fails.
	groups      []verdict // By group.
	names       []mask    // By name: which of partQ and partName it fails; nil when the filter has neither.
	first, last int64     // Milliseconds: the bounds of creation, inclusive.
}

// verdict is what a filter makes of a group.
type verdict struct {
	fails   mask // Parts of dimensions, and partTags.
	excuses mask // partQ when the source or a tag has what is sought, so that no name must have it.
}

func (p *project) matcher(filter *api.RunFilter) *matcher {
	m := &matcher{set: setOf(filter), first: math.MinInt64, last: math.MaxInt64}
	m.kinds = p.failingKinds(filter)
	sets := p.failingTagSets(filter)
	m.groups = make([]verdict, len(p.groups.values))
	for i, g := range p.groups.values {
		m.groups[i].fails = m.kinds[g.kind] | sets[g.tags]
	}
	m.matchTime(filter)
	p.matchText(filter, m)
	return m
}

// asked are the values that a filter has, by dimension.
func asked(filter *api.RunFilter) [dimensions][]int64 {
	return [dimensions][]int64{filter.Statuses, filter.SourceIDs, filter.MilestoneIDs, filter.ConfigIDs, filter.CreatedBy}
}

// setOf are the parts that a filter has.
func setOf(filter *api.RunFilter) (set mask) {
	for part, has := range [partCount]bool{
		partTags: len(filter.Tags) > 0, partTime: filter.CreatedAfter != "" || filter.CreatedBefore != "",
		partQ: filter.Q != "", partName: filter.Name != "",
	} {
		if has || part < dimensions && len(asked(filter)[part]) > 0 {
			set |= bit(part)
		}
	}
	return set
}

func (p *project) failingKinds(filter *api.RunFilter) []mask {
	failing := make([]mask, len(p.kinds.values))
	for d, values := range asked(filter) {
		if len(values) == 0 {
			continue
		}
		wanted := p.values[d].find(values)
		for i := range failing {
			if !wanted[p.kinds.values[i][d]] {
				failing[i] |= bit(d)
			}
		}
	}
	return failing
}

func (p *project) failingTagSets(filter *api.RunFilter) []mask {
	failing := make([]mask, len(p.tagSets.values))
	if len(filter.Tags) == 0 {
		return failing
	}
	wanted := p.tags.find(filter.Tags)
	for i := range failing {
		if !p.hasTag(i, wanted) {
			failing[i] = bit(partTags)
		}
	}
	return failing
}

// hasTag reports whether any tag of a set is wanted.
func (p *project) hasTag(set int, wanted []bool) (has bool) {
	eachTag(p.tagSets.values[set], func(tag uint32) { has = has || wanted[tag] })
	return has
}

// matchTime sets the bounds of creation. Those of a filter are exclusive.
func (m *matcher) matchTime(filter *api.RunFilter) {
	if after := filter.After(); !after.IsZero() {
		m.first = after.UnixMilli() + 1
	}
	if before := filter.Before(); !before.IsZero() {
		m.last = before.Add(-1).UnixMilli()
	}
}

func (p *project) matchText(filter *api.RunFilter, m *matcher) {
	if m.set&(bit(partQ)|bit(partName)) == 0 {
		return
	}
	m.names = make([]mask, p.names.count)
	if filter.Q != "" {
		m.fail(partQ, &p.names, filter.Q)
		p.excuse(strings.ToLower(filter.Q), m)
	}
	if filter.Name != "" {
		m.fail(partName, &p.names, filter.Name)
	}
}

// fail lets all names fail a part but those that have a text in them.
func (m *matcher) fail(part int, names *dictionary, text string) {
	for i := range m.names {
		m.names[i] |= bit(part)
	}
	names.search(strings.ToLower(text), m.names, bit(part))
}

// excuse marks the groups that have what is sought in their source or a tag.
func (p *project) excuse(sought string, m *matcher) {
	sources, tags := contain(p.sources, sought), contain(p.lower, sought)
	sets := make([]bool, len(p.tagSets.values))
	for i := range sets {
		sets[i] = p.hasTag(i, tags)
	}
	for i, g := range p.groups.values {
		if sources[p.kinds.values[g.kind][partSource]] || sets[g.tags] {
			m.groups[i].excuses = bit(partQ)
		}
	}
}

// contain says of each text whether a part is in it.
func contain(texts []string, part string) []bool {
	found := make([]bool, len(texts))
	for i, text := range texts {
		found[i] = strings.Contains(text, part)
	}
	return found
}

// looksAtRows reports whether there are parts that a group does not decide.
func (m *matcher) looksAtRows() bool { return m.set&^(bit(partTags+1)-1) != 0 }

// covers reports whether all runs of a block were created between the bounds;
// touches, whether some may have been.
func (m *matcher) covers(b *block) bool { return m.first <= b.first && b.last <= m.last }

func (m *matcher) touches(b *block) bool { return m.first <= b.last && b.first <= m.last }

// judge says of the first rows of a block what they fail of the parts that a
// group does not decide. Runs of a group that fails two parts already count
// nowhere, so it leaves out what their names fail.
func (m *matcher) judge(b *block, rows []mask) {
	outside := mask(0)
	if !m.touches(b) {
		outside = bit(partTime)
	}
	for i := range rows {
		rows[i] = outside
	}
	if m.names != nil {
		for i, name := range b.names[:len(rows)] {
			if group := m.groups[b.groups[i]]; group.fails&(group.fails-1) == 0 {
				rows[i] |= m.names[name] &^ group.excuses
			}
		}
	}
	if outside != 0 || m.covers(b) {
		return
	}
	var values [blockSize]int64
	created := values[:len(rows)]
	b.keys[sortCreated].unpack(created)
	for i, created := range created {
		if created < m.first || created > m.last {
			rows[i] |= bit(partTime)
		}
	}
}
