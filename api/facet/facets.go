package facet

import (
	"cmp"
	"math/bits"
	"slices"
	"strings"

	"github.com/runboard/runboard/api"
)

func (p *project) facets(filter *api.RunFilter, c *calendar) api.RunFacets {
	m := p.matcher(filter)
	t := p.tally(m, c)
	kinds, sets := p.share(m, t.weights)
	values := p.valueCounts(m, kinds, &t)
	tags := p.tagCounts(sets)
	facets := api.RunFacets{Total: total(t.weights, m), Days: t.days.days(c), Lifted: map[string]int{}}
	for _, count := range sets {
		t.alone[partTags] += count
	}
	t.alone[partTags] -= facets.Total
	for part, parameter := range parameters {
		if m.set&bit(part) != 0 {
			facets.Lifted[parameter] = facets.Total + t.alone[part]
		}
	}
	wanted := asked(filter)
	for d, list := range [dimensions]*[]api.Facet{
		&facets.Statuses, &facets.Sources, &facets.Milestones, &facets.Configs, &facets.Users,
	} {
		*list = facetsOf(&p.values[d], values[d], wanted[d], func(id int64, count int) api.Facet { return api.Facet{ID: id, Count: count} })
	}
	slices.SortFunc(facets.Statuses, func(a, b api.Facet) int { return cmp.Compare(a.ID, b.ID) })
	facets.Tags = facetsOf(&p.tags, tags, filter.Tags, func(tag string, count int) api.Facet { return api.Facet{Name: tag, Count: count} })
	return facets
}

// share counts the runs of each kind that have the tags of the filter, and those
// of each set of tags that meet the rest of it.
func (p *project) share(m *matcher, weights []uint32) (kinds, sets []int) {
	kinds, sets = make([]int, len(p.kinds.values)), make([]int, len(p.tagSets.values))
	for i, weight := range weights {
		failing, g := m.groups[i].fails, p.groups.values[i]
		if failing&bit(partTags) == 0 {
			kinds[g.kind] += int(weight)
		}
		if failing&^bit(partTags) == 0 {
			sets[g.tags] += int(weight)
		}
	}
	return kinds, sets
}

// valueCounts counts, by dimension, the runs of each value that fail nothing, or
// only that dimension, which it adds to the tally.
func (p *project) valueCounts(m *matcher, kinds []int, t *tally) (counts [dimensions][]int) {
	for d := range counts {
		counts[d] = make([]int, len(p.values[d].values))
	}
	for i, count := range kinds {
		k, failing := p.kinds.values[i], m.kinds[i]
		switch bits.OnesCount16(uint16(failing)) {
		case 0:
			for d, number := range k {
				counts[d][number] += count
			}
		case 1:
			d := bits.TrailingZeros16(uint16(failing))
			counts[d][k[d]] += count
			t.alone[d] += count
		}
	}
	return counts
}

func (p *project) tagCounts(sets []int) []int {
	counts := make([]int, len(p.tags.values))
	for i, count := range sets {
		if count > 0 {
			eachTag(p.tagSets.values[i], func(tag uint32) { counts[tag] += count })
		}
	}
	return counts
}

// facetsOf are the values that are counted or asked for, in their order. The
// zero value, which is none, is left out.
func facetsOf[K comparable](known *interner[K], counts []int, asked []K, facet func(value K, count int) api.Facet) []api.Facet {
	var facets []api.Facet
	var none K
	for number, count := range counts {
		if value := known.values[number]; count > 0 && value != none {
			facets = append(facets, facet(value, count))
		}
	}
	for i, value := range asked {
		number, isKnown := known.numbers[value]
		if (!isKnown || counts[number] == 0) && !slices.Contains(asked[:i], value) {
			facets = append(facets, facet(value, 0))
		}
	}
	slices.SortFunc(facets, func(a, b api.Facet) int {
		return cmp.Or(cmp.Compare(b.Count, a.Count), cmp.Compare(a.ID, b.ID), strings.Compare(a.Name, b.Name))
	})
	return facets
}
