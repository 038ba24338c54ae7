package main

import (
	"fmt"
	"strconv"

	"github.com/runboard/runboard/api"
	"github.com/runboard/runboard/api/store"
)

type projectCommand struct {
	Create createProject `cmd:"" help:"Make a project and print its number."`
	List   listProjects  `cmd:"" help:"List the projects."`
	Config struct {
		Add addConfig `cmd:"" help:"Make a configuration and print its number."`
	} `cmd:"" help:"Configurations that runs can name."`
	Milestone struct {
		Add addMilestone `cmd:"" help:"Make a milestone and print its number."`
	} `cmd:"" help:"Milestones that runs can belong to."`
}

type createProject struct {
	storeFlags

	Name string `arg:"" help:"Name of the project."`
}

// Run prints the number of the project, which clients call its id.
func (p *createProject) Run(c *console) error {
	return p.withStore(c, func(s *store.Store) error {
		id, err := s.CreateProject(c.ctx, p.Name)
		return c.printID(id, err)
	})
}

type listProjects struct{ storeFlags }

// Run prints a table, oldest first.
func (p *listProjects) Run(c *console) error {
	return p.withExisting(c, func(s *store.Store) error {
		filter := api.NewProjectFilter()
		filter.Order = api.OrderAsc
		rows := []string{"ID\tNAME\tRUNS"}
		for {
			page, err := s.ListProjects(c.ctx, filter)
			if err != nil {
				return err
			}
			for _, project := range page.Result {
				rows = append(rows, fmt.Sprintf("%d\t%s\t%d", project.ID, project.Name, project.AutomationRunCount))
			}
			if page.NextPage == 0 {
				return c.printTable(rows)
			}
			filter.Page = int(page.NextPage)
		}
	})
}

// inProject is a command about one project.
type inProject struct {
	storeFlags

	Project int64  `default:"1" help:"Number of the project (${default})."`
	Name    string `arg:"" help:"Its name."`
}

type addConfig struct{ inProject }

// Run prints the number of the configuration.
func (a *addConfig) Run(c *console) error {
	config := api.NewConfig{Name: a.Name}
	return a.add(c, &config, func(w api.Writer) (int64, error) { return w.CreateConfig(c.ctx, a.Project, config) })
}

type addMilestone struct {
	inProject

	Tag  []string `help:"Runs with one of these tags belong to it."`
	Due  string   `placeholder:"2026-01-31" help:"When it is due."`
	Note string   `help:"What it is about."`
}

// Run prints the number of the milestone.
func (a *addMilestone) Run(c *console) error {
	milestone := api.NewMilestone{Name: a.Name, AutomationTags: a.Tag, DueDate: a.Due, Note: a.Note}
	return a.add(c, &milestone, func(w api.Writer) (int64, error) { return w.CreateMilestone(c.ctx, a.Project, milestone) })
}

// described is what is to be made.
type described interface{ Validate(problems *api.Problems) }

// add makes something that makes sense, in the name of the user who makes the projects.
func (p *inProject) add(c *console, what described, create func(api.Writer) (int64, error)) error {
	var problems api.Problems
	what.Validate(&problems)
	if err := problems.Err(); err != nil {
		return usageError{err}
	}
	return p.withStore(c, func(s *store.Store) error {
		project, err := s.Project(c.ctx, p.Project)
		if err != nil {
			return err
		}
		id, err := create(s.As(api.Actor{ID: project.CreatedBy, Scope: api.ScopeAdmin}))
		return c.printID(id, err)
	})
}

func (c *console) printID(id int64, err error) error {
	if err != nil {
		return err
	}
	return c.print(strconv.FormatInt(id, 10))
}
