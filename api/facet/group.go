package facet

import (
	"encoding/binary"
	"slices"
	"strings"
)

// The parts of a filter, in the order of its parameters. Of those before
// partTags a run has exactly one value each: they are its dimensions.
const (
	partStatus = iota
	partSource
	partMilestone
	partConfig
	partUser
	partTags
	partTime
	partQ
	partName
	partCount

	dimensions = partTags
)

// parameters are what Lifted calls the parts.
var parameters = [partCount]string{
	"status", "source_id", "milestone_id", "config_id", "created_by", "tags", "created_after", "q", "name",
}

// mask is a set of parts.
type mask uint16

func bit(part int) mask { return 1 << part }

// kind is what runs may agree in, by dimension: the numbers of values.
type kind [dimensions]uint32

// group is all that a filter can choose from: the numbers of a kind and a set of tags.
type group struct{ kind, tags uint32 }

// vocabulary numbers what runs are told apart by. Tags are as they are put;
// other text is in lower case.
type vocabulary struct {
	values  [dimensions]interner[int64]
	sources []string // By number of the source, its name.
	tags    interner[string]
	lower   []string         // By number of a tag.
	tagSets interner[string] // The ascending numbers of tags, 4 bytes each.
	kinds   interner[kind]
	groups  interner[group]
	names   dictionary
}

func newVocabulary() vocabulary {
	v := vocabulary{
		tags: newInterner[string](), tagSets: newInterner[string](), kinds: newInterner[kind](), groups: newInterner[group](),
		names: newDictionary(),
	}
	for d := range v.values {
		v.values[d] = newInterner[int64]()
	}
	return v
}

// group is the number of a run's group.
func (v *vocabulary) group(run *Run) uint32 {
	var k kind
	for d, value := range [dimensions]int64{int64(run.Status), run.SourceID, run.MilestoneID, run.ConfigID, run.CreatedBy} {
		k[d] = v.values[d].number(value)
	}
	source := strings.ToLower(run.Source)
	if int(k[partSource]) == len(v.sources) {
		v.sources = append(v.sources, source)
	}
	v.sources[k[partSource]] = source
	return v.groups.number(group{kind: v.kinds.number(k), tags: v.tagSet(run.Tags)})
}

func (v *vocabulary) tagSet(tags []string) uint32 {
	numbers := make([]uint32, len(tags))
	for i, tag := range tags {
		numbers[i] = v.tags.number(tag)
		if int(numbers[i]) == len(v.lower) {
			v.lower = append(v.lower, strings.ToLower(tag))
		}
	}
	slices.Sort(numbers)
	var set []byte
	for _, number := range slices.Compact(numbers) {
		set = binary.LittleEndian.AppendUint32(set, number)
	}
	return v.tagSets.number(string(set))
}

// eachTag calls do with the numbers of the tags in a set.
func eachTag(set string, do func(tag uint32)) {
	for ; set != ""; set = set[4:] {
		do(uint32(set[0]) | uint32(set[1])<<8 | uint32(set[2])<<16 | uint32(set[3])<<24)
	}
}
