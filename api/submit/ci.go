package submit

import (
	"strings"

	"github.com/runboard/runboard/api"
)

// Build is what a CI system tells of the build that it runs. Any of it may be
// empty.
type Build struct {
	Name    string // Such as "Nightly #12".
	Branch  string // That is built; of a pull request, the one that is to be merged.
	Commit  string
	URL     string // Page of the build.
	Pull    string // Number of the pull or merge request.
	PullURL string
}

// Environment are the variables of a process, by name.
type Environment map[string]string

// FindBuild is the build in which a process runs, as GitHub, GitLab, Jenkins,
// Azure Pipelines, Buildkite, CircleCI, Bitbucket and TeamCity tell it; the zero
// Build outside of these. read reads a file, which TeamCity keeps some of it in.
func FindBuild(env Environment, read func(name string) ([]byte, error)) Build {
	switch {
	case env["GITHUB_ACTIONS"] != "":
		return env.github()
	case env["GITLAB_CI"] != "":
		return env.gitlab()
	case env["TF_BUILD"] != "":
		return env.azure()
	case env["BUILDKITE"] != "":
		return env.buildkite()
	case env["CIRCLECI"] != "":
		return env.circle()
	case env["BITBUCKET_BUILD_NUMBER"] != "":
		return env.bitbucket()
	case env["TEAMCITY_VERSION"] != "":
		return env.teamcity(read)
	case env["JENKINS_URL"] != "":
		return env.jenkins()
	default:
		return Build{}
	}
}

// Describe adds a build to a run.
func (b Build) Describe(run *api.Attachments) {
	for _, field := range []struct{ name, value string }{{"Branch", b.Branch}, {"Commit", b.Commit}} {
		if field.value != "" {
			run.Fields = append(run.Fields, api.Field{Type: api.FieldString, Name: field.name, Value: &field.value})
		}
	}
	if isWeb(b.URL) {
		run.Links = append(run.Links, api.Link{Name: "Build", URL: b.URL})
	}
	if isWeb(b.PullURL) {
		run.Links = append(run.Links, api.Link{Name: "Pull request " + b.Pull, URL: b.PullURL})
	} else if b.Pull != "" {
		run.Fields = append(run.Fields, api.Field{Type: api.FieldString, Name: "Pull request", Value: &b.Pull})
	}
}

// DescribeThread adds a build to a thread, which has no links.
func (b Build) DescribeThread(thread *api.ThreadUpdate) {
	if isWeb(b.URL) {
		thread.Fields = append(thread.Fields, api.Field{Type: api.FieldURL, Name: "Build", Value: &b.URL})
	}
}

func isWeb(address string) bool {
	return strings.HasPrefix(address, "https://") || strings.HasPrefix(address, "http://")
}

// numbered is "what #number", as far as both are known.
func numbered(what, number string) string {
	if number == "" {
		return what
	}
	return strings.TrimSpace(what + " #" + number)
}

// below is an address below another one, or "" when a part is not known.
func below(parts ...string) string {
	for i, part := range parts {
		if parts[i] = strings.TrimSuffix(part, "/"); parts[i] == "" {
			return ""
		}
	}
	return strings.Join(parts, "/")
}

// branch is a ref without what says that it is a branch.
func branch(ref string) string { return strings.TrimPrefix(ref, "refs/heads/") }
