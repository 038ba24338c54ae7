package submit

import (
	"cmp"
	"path"
	"strings"
)

func (e Environment) github() Build {
	repository := below(e["GITHUB_SERVER_URL"], e["GITHUB_REPOSITORY"])
	b := Build{
		Name: numbered(e["GITHUB_WORKFLOW"], e["GITHUB_RUN_NUMBER"]), Branch: cmp.Or(e["GITHUB_HEAD_REF"], e["GITHUB_REF_NAME"]),
		Commit: e["GITHUB_SHA"], URL: below(repository, "actions/runs", e["GITHUB_RUN_ID"]),
	}
	// refs/pull/12/merge
	if rest, ok := strings.CutPrefix(e["GITHUB_REF"], "refs/pull/"); ok {
		b.Pull, _, _ = strings.Cut(rest, "/")
		b.PullURL = below(repository, "pull", b.Pull)
	}
	return b
}

func (e Environment) gitlab() Build {
	return Build{
		Name: numbered(e["CI_JOB_NAME"], e["CI_PIPELINE_IID"]), Commit: e["CI_COMMIT_SHA"], URL: cmp.Or(e["CI_JOB_URL"], e["CI_PIPELINE_URL"]),
		Branch: cmp.Or(e["CI_MERGE_REQUEST_SOURCE_BRANCH_NAME"], e["CI_COMMIT_REF_NAME"]),
		Pull:   e["CI_MERGE_REQUEST_IID"], PullURL: below(e["CI_MERGE_REQUEST_PROJECT_URL"], "-/merge_requests", e["CI_MERGE_REQUEST_IID"]),
	}
}

func (e Environment) azure() Build {
	b := Build{
		Name: numbered(e["BUILD_DEFINITIONNAME"], e["BUILD_BUILDNUMBER"]), Commit: e["BUILD_SOURCEVERSION"],
		Branch: branch(cmp.Or(e["SYSTEM_PULLREQUEST_SOURCEBRANCH"], e["BUILD_SOURCEBRANCH"])),
		URL: below(cmp.Or(e["SYSTEM_COLLECTIONURI"], e["SYSTEM_TEAMFOUNDATIONCOLLECTIONURI"]),
			strings.ReplaceAll(e["SYSTEM_TEAMPROJECT"], " ", "%20"), "_build/results?buildId="+e["BUILD_BUILDID"]),
		Pull: cmp.Or(e["SYSTEM_PULLREQUEST_PULLREQUESTNUMBER"], e["SYSTEM_PULLREQUEST_PULLREQUESTID"]),
	}
	kind := "pull" // Of GitHub.
	if e["BUILD_REPOSITORY_PROVIDER"] == "TfsGit" {
		kind = "pullrequest"
	}
	b.PullURL = below(strings.TrimSuffix(e["BUILD_REPOSITORY_URI"], ".git"), kind, b.Pull)
	return b
}

func (e Environment) buildkite() Build {
	b := Build{
		Name: numbered(e["BUILDKITE_PIPELINE_NAME"], e["BUILDKITE_BUILD_NUMBER"]), Branch: e["BUILDKITE_BRANCH"],
		Commit: e["BUILDKITE_COMMIT"], URL: e["BUILDKITE_BUILD_URL"],
	}
	if b.Pull = e["BUILDKITE_PULL_REQUEST"]; b.Pull == "false" {
		b.Pull = ""
	}
	// git://github.com/acme/shop.git
	_, repository, _ := strings.Cut(strings.TrimSuffix(e["BUILDKITE_PULL_REQUEST_REPO"], ".git"), "://")
	if strings.HasPrefix(repository, "github.com/") {
		b.PullURL = below("https://"+repository, "pull", b.Pull)
	}
	return b
}

func (e Environment) circle() Build {
	b := Build{
		Name: numbered(e["CIRCLE_JOB"], e["CIRCLE_BUILD_NUM"]), Branch: e["CIRCLE_BRANCH"], Commit: e["CIRCLE_SHA1"],
		URL: e["CIRCLE_BUILD_URL"], PullURL: e["CIRCLE_PULL_REQUEST"],
	}
	if b.PullURL != "" {
		b.Pull = path.Base(b.PullURL)
	}
	return b
}

func (e Environment) bitbucket() Build {
	repository := e["BITBUCKET_GIT_HTTP_ORIGIN"]
	if strings.HasPrefix(repository, "http://bitbucket.org/") {
		repository = "https" + strings.TrimPrefix(repository, "http") // As it is given.
	}
	return Build{
		Name: numbered(e["BITBUCKET_REPO_SLUG"], e["BITBUCKET_BUILD_NUMBER"]), Branch: e["BITBUCKET_BRANCH"], Commit: e["BITBUCKET_COMMIT"],
		URL:  below(repository, "pipelines/results", e["BITBUCKET_BUILD_NUMBER"]),
		Pull: e["BITBUCKET_PR_ID"], PullURL: below(repository, "pull-requests", e["BITBUCKET_PR_ID"]),
	}
}

func (e Environment) jenkins() Build {
	return Build{
		Name: numbered(e["JOB_NAME"], e["BUILD_NUMBER"]), Commit: e["GIT_COMMIT"], URL: cmp.Or(e["RUN_DISPLAY_URL"], e["BUILD_URL"]),
		Branch: branch(cmp.Or(e["CHANGE_BRANCH"], e["BRANCH_NAME"], strings.TrimPrefix(e["GIT_BRANCH"], "origin/"))),
		Pull:   e["CHANGE_ID"], PullURL: e["CHANGE_URL"],
	}
}

func (e Environment) teamcity(read func(string) ([]byte, error)) Build {
	system := properties(read, e["TEAMCITY_BUILD_PROPERTIES_FILE"])
	config := properties(read, system["teamcity.configuration.properties.file"])
	b := Build{
		Name:   numbered(e["TEAMCITY_BUILDCONF_NAME"], e["BUILD_NUMBER"]),
		Commit: cmp.Or(e["BUILD_VCS_NUMBER"], config["build.vcs.number"]),
		Branch: branch(cmp.Or(config["teamcity.pullRequest.source.branch"], config["teamcity.build.branch"])),
		Pull:   config["teamcity.pullRequest.number"],
		URL:    e["BUILD_URL"],
	}
	if id := config["teamcity.build.id"]; b.URL == "" && id != "" {
		b.URL = below(config["teamcity.serverUrl"], "viewLog.html?buildId="+id)
	}
	return b
}

// properties reads a file of Java properties, as far as one needs to know of it
// what TeamCity writes there; what cannot be read is empty.
func properties(read func(string) ([]byte, error), name string) map[string]string {
	if name == "" {
		return nil
	}
	text, err := read(name)
	if err != nil {
		return nil
	}
	all := map[string]string{}
	for line := range strings.Lines(string(text)) {
		if key, value, ok := strings.Cut(strings.TrimSpace(line), "="); ok && !strings.HasPrefix(key, "#") {
			all[key] = strings.NewReplacer(`\:`, ":", `\=`, "=", `\\`, `\`, `\#`, "#", `\!`, "!", `\ `, " ").Replace(value)
		}
	}
	return all
}
