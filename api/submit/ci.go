package submit

import (
	"net/url"
	"strings"

	"github.com/runboard/runboard/api"
)

// Build is what a CI system tells of the build that it runs. Any of it may be
// empty.
type Build struct {
	Name    string // Such as "Nightly #12".
	Branch  string // That is built; of a pull request, the one that is to be merged.
	Tag     string // That is built instead of a branch.
	Commit  string // The last one of Branch, or that of Tag.
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
	b := env.build(read)
	b.Branch = strings.TrimPrefix(b.Branch, "refs/heads/")
	if tag, ok := strings.CutPrefix(b.Branch, "refs/tags/"); ok {
		b.Tag = tag
	}
	if b.Tag != "" {
		b.Branch = "" // Most systems repeat the tag there.
	}
	return b
}

func (e Environment) build(read func(string) ([]byte, error)) Build {
	switch {
	case e["GITHUB_ACTIONS"] != "":
		return e.github()
	case e["GITLAB_CI"] != "":
		return e.gitlab()
	case e["TF_BUILD"] != "":
		return e.azure()
	case e["BUILDKITE"] != "":
		return e.buildkite()
	case e["CIRCLECI"] != "":
		return e.circle()
	case e["BITBUCKET_BUILD_NUMBER"] != "":
		return e.bitbucket()
	case e["TEAMCITY_VERSION"] != "":
		return e.teamcity(read)
	case e.isJenkins():
		return e.jenkins()
	default:
		return Build{}
	}
}

// Describe adds a build to a run.
func (b Build) Describe(run *api.Attachments) {
	for _, field := range []struct{ name, value string }{{"Branch", b.Branch}, {"Tag", b.Tag}, {"Commit", b.Commit}} {
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

// repository is the page of a Git repository, by the address that it is cloned
// from; "" when that cannot be told. Who clones is left out.
func repository(address string) string {
	if !strings.Contains(address, "://") {
		// git@github.com:acme/shop.git
		host, name, ok := strings.Cut(address, ":")
		if !ok {
			return ""
		}
		address = "ssh://" + host + "/" + name
	}
	page, err := url.Parse(strings.TrimSuffix(strings.TrimSuffix(address, "/"), ".git"))
	if err != nil || page.Host == "" {
		return ""
	}
	page.User = nil
	if page.Scheme != "http" && page.Scheme != "https" {
		page.Scheme, page.Host = "https", page.Hostname()
	}
	return page.String()
}

// pullOf is the page of a pull request of a repository; "" when that is not one
// of GitHub, as others have other addresses.
func pullOf(repository, number string) string {
	if !strings.HasPrefix(repository, "https://github.com/") {
		return ""
	}
	return below(repository, "pull", number)
}
