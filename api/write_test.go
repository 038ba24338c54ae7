package api_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/runboard/runboard/api"
)

func TestNewMilestonesAreValidated(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		milestone api.NewMilestone
		field     string // "" when it is fine.
		want      string
	}{
		"a name alone":     {api.NewMilestone{Name: "2.0"}, "", ""},
		"everything":       {api.NewMilestone{Name: "2.0", AutomationTags: slices.Repeat([]string{"v2"}, 100), DueDate: "2028-02-29", Note: strings.Repeat("ä", 16_384)}, "", ""},
		"no name":          {api.NewMilestone{}, "name", "Must not be empty."},
		"a blank name":     {api.NewMilestone{Name: " \t"}, "name", "Must not be empty."},
		"NUL in the name":  {api.NewMilestone{Name: "a\x00"}, "name", "Must not hold the character NUL."},
		"no day":           {api.NewMilestone{Name: "a", DueDate: "tomorrow"}, "due_date", "Must be a date such as 2026-01-02."},
		"no such day":      {api.NewMilestone{Name: "a", DueDate: "2026-02-30"}, "due_date", "Must be a date such as 2026-01-02."},
		"a time":           {api.NewMilestone{Name: "a", DueDate: "2026-02-03T04:05:06Z"}, "due_date", "Must be a date such as 2026-01-02."},
		"too many tags":    {api.NewMilestone{Name: "a", AutomationTags: slices.Repeat([]string{"v2"}, 101)}, "automation_tags", "Must have at most 100 items."},
		"an empty tag":     {api.NewMilestone{Name: "a", AutomationTags: []string{"v2", ""}}, "automation_tags", "Must not hold an empty tag."},
		"NUL in a tag":     {api.NewMilestone{Name: "a", AutomationTags: []string{"v\x002"}}, "automation_tags", "Must not hold the character NUL."},
		"a long tag":       {api.NewMilestone{Name: "a", AutomationTags: []string{strings.Repeat("ä", 751)}}, "automation_tags", "Must have at most 750 characters."},
		"a note in Latin1": {api.NewMilestone{Name: "a", Note: "\xe4"}, "note", "Must be valid UTF-8."},
		"a long note":      {api.NewMilestone{Name: "a", Note: strings.Repeat("ä", 16_385)}, "note", "Must have at most 16384 characters."},
	} {
		var problems api.Problems
		test.milestone.Validate(&problems)
		if test.field == "" {
			require.NoError(t, problems.Err(), name)
			continue
		}
		refusal, ok := errors.AsType[*api.Error](problems.Err())
		require.True(t, ok, name)
		require.Equal(t, map[string][]string{test.field: {test.want}}, refusal.Fields, name)
	}
}

func TestNewConfigsAreValidated(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{
		"Chrome": "", "Ünïx 🚀": "", "": "Must not be empty.", "\n": "Must not be empty.", "a\x00b": "Must not hold the character NUL.", "\xff": "Must be valid UTF-8.",
	} {
		var problems api.Problems
		config := api.NewConfig{Name: name}
		config.Validate(&problems)
		if want == "" {
			require.NoError(t, problems.Err(), "%q", name)
			continue
		}
		refusal, ok := errors.AsType[*api.Error](problems.Err())
		require.True(t, ok, "%q", name)
		require.Equal(t, map[string][]string{"name": {want}}, refusal.Fields, "%q", name)
	}
}
