package server

import (
	"slices"

	"github.com/runboard/runboard/api"
)

// operation is one call of the API, and what its description says of it.
type operation struct {
	route   string    // Method and path below base.
	scope   api.Scope // That a token needs; "" for no token at all.
	serve   serve
	summary string
	query   []parameter
	body    schema // nil when there is none.
	isForm  bool   // The body is a form with files, not JSON.
	answer  schema // nil for 204.
	isOurs  bool   // Testmo does not have it.
}

// importRoute is the route of result files.
const importRoute = "POST /projects/{id}/automation/runs/import"

// operations are all there are.
func operations() []operation {
	return slices.Concat(runOperations(), writeOperations(), projectOperations(), instanceOperations())
}

func runOperations() []operation {
	return []operation{
		{
			route: "GET /projects/{id}/automation/runs", scope: api.ScopeRead,
			serve: pageIn("project", api.NewRunFilter, Store.ListRuns), summary: "Lists the runs of a project.",
			query: runParameters(), answer: pageOf("AutomationRun"),
		},
		{
			route: "GET /automation/runs/{id}", scope: api.ScopeRead,
			serve: (*server).showRun, summary: "Shows a run with its threads.",
			query: expandParameter(api.RunExpands()), answer: singleOf("AutomationRun"),
		},
		{
			route: "GET /automation/runs/{id}/tests", scope: api.ScopeRead,
			serve: pageIn("automation run", api.NewTestFilter, Store.ListTests), summary: "Lists the tests of a run.",
			query: testParameters(), answer: pageOf("AutomationTest"),
		},
	}
}

func writeOperations() []operation {
	return []operation{
		{
			route: "POST /projects/{id}/automation/runs", scope: api.ScopeSubmit,
			serve: create("project", newRunFields, api.Writer.CreateRun), summary: "Starts a run.",
			body: ref("NewAutomationRun"), answer: ref("Created"),
		},
		{
			route: "POST /automation/runs/{id}/append", scope: api.ScopeSubmit,
			serve: change("automation run", attachmentFields, api.Writer.AppendRun), summary: "Adds to a run.",
			body: ref("Attachments"),
		},
		{
			route: "POST /automation/runs/{id}/complete", scope: api.ScopeSubmit,
			serve:   change("automation run", runEndFields, api.Writer.CompleteRun),
			summary: "Ends a run and its open threads. A second time changes nothing.",
			body:    ref("AutomationRunEnd"),
		},
		{
			route: "POST /automation/runs/{id}/threads", scope: api.ScopeSubmit,
			serve: create("automation run", newThreadFields, api.Writer.CreateThread), summary: "Opens a thread of a run.",
			body: ref("NewAutomationRunThread"), answer: ref("Created"),
		},
		{
			route: "POST /automation/runs/threads/{id}/append", scope: api.ScopeSubmit,
			serve: change("automation run thread", threadFields, api.Writer.AppendThread), summary: "Adds tests and more to a thread.",
			body: ref("AutomationRunThreadUpdate"),
		},
		{
			route: "POST /automation/runs/threads/{id}/complete", scope: api.ScopeSubmit,
			serve:   change("automation run thread", threadEndFields, api.Writer.CompleteThread),
			summary: "Ends a thread. A second time changes nothing.",
			body:    ref("AutomationRunThreadEnd"),
		},
		{
			route: importRoute, scope: api.ScopeSubmit,
			serve: (*server).takeFiles, summary: "Makes a run of result files, which may be packed.",
			body: ref("ResultFiles"), isForm: true, answer: ref("Taken"), isOurs: true,
		},
		{
			route: "POST /projects/{id}/configs", scope: api.ScopeAdmin,
			serve: create("project", newConfigFields, api.Writer.CreateConfig), summary: "Makes a configuration.",
			body: ref("NewConfig"), answer: ref("Created"), isOurs: true,
		},
		{
			route: "POST /projects/{id}/milestones", scope: api.ScopeAdmin,
			serve: create("project", newMilestoneFields, api.Writer.CreateMilestone), summary: "Makes a milestone.",
			body: ref("NewMilestone"), answer: ref("Created"), isOurs: true,
		},
	}
}

func projectOperations() []operation {
	return []operation{
		{
			route: "GET /projects", scope: api.ScopeRead,
			serve: page(api.NewProjectFilter, Store.ListProjects), summary: "Lists the projects.",
			query: projectParameters(), answer: pageOf("Project"),
		},
		{
			route: "GET /projects/{id}", scope: api.ScopeRead,
			serve: one("project", userExpand(), Store.Project, func(p api.Project) references {
				return references{users: []api.OptionalID{api.OptionalID(p.CreatedBy), p.UpdatedBy}}
			}),
			summary: "Shows a project.", query: expandParameter(userExpand()), answer: singleOf("Project"),
		},
		{
			route: "GET /projects/{id}/automation/sources", scope: api.ScopeRead,
			serve: pageIn("project", api.NewSourceFilter, Store.ListSources), summary: "Lists the sources of a project.",
			query: sourceParameters(), answer: pageOf("AutomationSource"),
		},
		{
			route: "GET /automation/sources/{id}", scope: api.ScopeRead,
			serve: one("automation source", userExpand(), Store.Source, func(source api.Source) references {
				return references{users: []api.OptionalID{api.OptionalID(source.CreatedBy), source.UpdatedBy, source.RetiredBy}}
			}),
			summary: "Shows a source.", query: expandParameter(userExpand()), answer: singleOf("AutomationSource"),
		},
		{
			route: "GET /projects/{id}/milestones", scope: api.ScopeRead,
			serve: pageIn("project", api.NewMilestoneFilter, Store.ListMilestones), summary: "Lists the milestones of a project.",
			query: milestoneParameters(), answer: pageOf("Milestone"),
		},
		{
			route: "GET /milestones/{id}", scope: api.ScopeRead,
			serve: one("milestone", api.MilestoneExpands(), Store.Milestone, func(m api.Milestone) references {
				return references{projectID: m.ProjectID, users: []api.OptionalID{api.OptionalID(m.CreatedBy), m.UpdatedBy}}
			}),
			summary: "Shows a milestone.", query: expandParameter(api.MilestoneExpands()), answer: singleOf("Milestone"),
		},
		{
			route: "GET /projects/{id}/users", scope: api.ScopeRead,
			serve:   pageIn("project", api.NewListFilter, Store.ListProjectUsers),
			summary: "Names the users who may be the creators of a project's runs.",
			query:   listParameters(), answer: pageOf("Named"),
		},
		{
			route: "GET /projects/{id}/configs", scope: api.ScopeRead,
			serve: allIn(Store.ListConfigs), summary: "Lists the configurations of a project.", answer: allOf("Named"),
		},
		{
			route: "GET /projects/{id}/statuses", scope: api.ScopeRead,
			serve: allIn(Store.ListStatuses), summary: "Lists the statuses that tests can have.", answer: allOf("Status"),
		},
		{
			route: "GET /projects/{id}/tags", scope: api.ScopeRead,
			serve: allIn(Store.ListTags), summary: "Lists the tags of a project's runs.", answer: allOf("Tag"),
		},
	}
}

func instanceOperations() []operation {
	return []operation{
		{
			route: "GET /openapi.json", serve: (*server).showDescription,
			summary: "Describes this API.", answer: schema{"type": "object"}, isOurs: true,
		},
		{
			route: "GET /user", scope: api.ScopeRead,
			serve: (*server).showCaller, summary: "Shows the user that the token acts as.", answer: ref("User"),
		},
		{
			route: "GET /users", scope: api.ScopeAdmin,
			serve: page(api.NewListFilter, Store.ListUsers), summary: "Lists all users.",
			query: listParameters(), answer: pageOf("User"),
		},
		{
			route: "GET /users/{id}", scope: api.ScopeAdmin,
			serve:   one("user", userExpands(), Store.User, func(api.User) references { return references{} }),
			summary: "Shows a user.", query: expandParameter(userExpands()), answer: singleOf("User"),
		},
		{
			route: "GET /groups", scope: api.ScopeRead,
			serve: (*server).listNothing, summary: "Lists the groups of users, of which there are none.",
			query: listParameters(), answer: pageOf("Named"),
		},
		{
			route: "GET /groups/{id}", scope: api.ScopeRead,
			serve: missing("group"), summary: "Shows a group of users.", answer: singleOf("Named"),
		},
		{
			route: "GET /roles", scope: api.ScopeRead,
			serve: (*server).listNothing, summary: "Lists the roles of users, of which there are none.",
			query: listParameters(), answer: pageOf("Named"),
		},
		{
			route: "GET /roles/{id}", scope: api.ScopeRead,
			serve: missing("role"), summary: "Shows a role of users.", answer: singleOf("Named"),
		},
		{
			route: "GET /issues/connections", scope: api.ScopeRead,
			serve:   (*server).listConnections,
			summary: "Lists the connections to issue trackers, of which there are none.",
			query:   listParameters(), answer: connectionPage(),
		},
	}
}

// userExpand are the expands of projects and sources: contract 4.1.
func userExpand() []string { return []string{"users"} }

// userExpands are the expands of users: contract 4.1.
func userExpands() []string { return []string{"groups", "roles", "users"} }
