package api

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
)

// CreateRun is Writer's.
func (c *Client) CreateRun(ctx context.Context, projectID int64, run NewRun) (int64, error) {
	return c.create(ctx, projectPath(projectID, "/automation/runs"), run)
}

// AppendRun is Writer's.
func (c *Client) AppendRun(ctx context.Context, runID int64, more Attachments) error {
	return c.post(ctx, runPath(runID, "/append"), more, &done{})
}

// CompleteRun is Writer's.
func (c *Client) CompleteRun(ctx context.Context, runID int64, end RunEnd) error {
	return c.post(ctx, runPath(runID, "/complete"), end, &done{})
}

// CreateThread is Writer's.
func (c *Client) CreateThread(ctx context.Context, runID int64, thread ThreadUpdate) (int64, error) {
	return c.create(ctx, runPath(runID, "/threads"), thread)
}

// AppendThread is Writer's.
func (c *Client) AppendThread(ctx context.Context, threadID int64, more ThreadUpdate) error {
	more.Tests = slices.Clone(more.Tests)
	for i := range more.Tests {
		// Contract 2.9: clients send both lists always.
		more.Tests[i].Artifacts = append([]Artifact{}, more.Tests[i].Artifacts...)
		more.Tests[i].Fields = append([]Field{}, more.Tests[i].Fields...)
	}
	return c.post(ctx, fmt.Sprintf("/automation/runs/threads/%d/append", threadID), more, &done{})
}

// CompleteThread is Writer's.
func (c *Client) CompleteThread(ctx context.Context, threadID int64, end ThreadUpdate) error {
	return c.post(ctx, fmt.Sprintf("/automation/runs/threads/%d/complete", threadID), end, &done{})
}

// CreateConfig is Writer's.
func (c *Client) CreateConfig(ctx context.Context, projectID int64, config NewConfig) (int64, error) {
	return c.create(ctx, projectPath(projectID, "/configs"), config)
}

// CreateMilestone is Writer's.
func (c *Client) CreateMilestone(ctx context.Context, projectID int64, milestone NewMilestone) (int64, error) {
	return c.create(ctx, projectPath(projectID, "/milestones"), milestone)
}

// done is the answer to what makes nothing: none at all or, from some, an object.
// Anything else is of something that stands before the instance, such as the
// page that asks for a password: contract 2.8.
type done map[string]json.RawMessage

func (d *done) isAnswer() bool { return *d != nil }

// created is the answer to what makes an object: contract 1.
type created struct {
	ID int64 `json:"id"`
}

func (c *created) isAnswer() bool { return c.ID != 0 }

func (c *Client) create(ctx context.Context, path string, object any) (int64, error) {
	var made created
	err := c.post(ctx, path, object, &made)
	return made.ID, err
}
