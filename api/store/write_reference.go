package store

import (
	"context"
	"database/sql"
	"slices"
	"strings"

	"github.com/runboard/runboard/api"
)

// knownNames is how many names an error about an unknown one lists.
const knownNames = 20

// configAndMilestone are the configuration and the milestone of a new run, 0 for none:
// contract 2.5. What does not exist in the project is a KindInvalid error.
func configAndMilestone(ctx context.Context, tx *sql.Tx, projectID int64, run api.NewRun) (config, milestone api.OptionalID, err error) {
	configs, err := namesIn(ctx, tx, "configs", projectID)
	if err != nil {
		return 0, 0, err
	}
	milestones, err := milestonesIn(ctx, tx, projectID)
	if err != nil {
		return 0, 0, err
	}
	named := make([]api.Named, len(milestones))
	for i, m := range milestones {
		named[i] = api.Named{ID: m.ID, Name: m.Name}
	}
	var problems api.Problems
	config = choose(&problems, "config", configs, run.ConfigID, run.Config)
	milestone = choose(&problems, "milestone", named, run.MilestoneID, run.Milestone)
	if run.MilestoneID == 0 && run.Milestone == "" {
		milestone = milestoneByTag(milestones, run.Tags)
	}
	return config, milestone, problems.Err()
}

// choose finds what is meant by an id or, without one, by a name.
func choose(problems *api.Problems, field string, known []api.Named, id api.OptionalID, name string) api.OptionalID {
	if id == 0 && name == "" {
		return 0
	}
	key := strings.ToLower(strings.TrimSpace(name))
	for _, one := range known {
		if id == api.OptionalID(one.ID) || id == 0 && strings.ToLower(one.Name) == key {
			return api.OptionalID(one.ID)
		}
	}
	names := make([]string, min(len(known), knownNames))
	for i := range names {
		names[i] = known[i].Name
	}
	words := "The project has none."
	if len(names) > 0 {
		words = "Known: " + strings.Join(names, ", ") + "."
	}
	if id != 0 {
		problems.Add(field+"_id", "The project has no %s %d. %s", field, id, words)
	} else {
		problems.Add(field, "The project has no %s %q. %s", field, name, words)
	}
	return 0
}

// milestoneByTag is the oldest open milestone with one of the tags, 0 when there is none.
func milestoneByTag(milestones []api.Milestone, tags []string) api.OptionalID {
	var oldest api.OptionalID
	for _, m := range milestones {
		matches := slices.ContainsFunc(m.AutomationTags, func(tag string) bool { return slices.Contains(tags, tag) })
		if matches && !m.IsCompleted && (oldest == 0 || m.ID < int64(oldest)) {
			oldest = api.OptionalID(m.ID)
		}
	}
	return oldest
}
