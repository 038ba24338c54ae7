package submit

import (
	"cmp"
	"encoding/json"
	"io"
	"net/url"
	"os"
	"path"
	"strconv"
	"strings"
)

func (e Environment) github() Build {
	page := below(e["GITHUB_SERVER_URL"], e["GITHUB_REPOSITORY"])
	b := Build{
		Name: numbered(e["GITHUB_WORKFLOW"], e["GITHUB_RUN_NUMBER"]), Branch: e["GITHUB_REF_NAME"], Commit: e["GITHUB_SHA"],
		URL: below(page, "actions/runs", e["GITHUB_RUN_ID"]),
	}
	if e["GITHUB_REF_TYPE"] == "tag" {
		b.Tag = b.Branch
	}
	// refs/pull/12/merge
	if rest, ok := strings.CutPrefix(e["GITHUB_REF"], "refs/pull/"); ok {
		b.Pull, _, _ = strings.Cut(rest, "/")
	}
	// The variables tell of a commit that is thrown away, or of the branch that is
	// merged into.
	pull := event(e["GITHUB_EVENT_PATH"]).Pull
	if head := cmp.Or(e["GITHUB_HEAD_REF"], pull.Head.Ref); head != "" {
		b.Branch, b.Commit = head, pull.Head.SHA
	}
	if b.Pull == "" && pull.Number > 0 {
		b.Pull = strconv.FormatInt(pull.Number, 10)
	}
	b.PullURL = below(page, "pull", b.Pull)
	return b
}

// githubEvent is what a workflow of GitHub was started by, as far as it is about
// a pull request.
type githubEvent struct {
	Pull struct {
		Number int64 `json:"number"`
		Head   struct {
			Ref string `json:"ref"`
			SHA string `json:"sha"`
		} `json:"head"`
	} `json:"pull_request"`
}

// longestEvent is more than GitHub sends.
const longestEvent = 32 << 20

// event reads an event of GitHub; what cannot be read is empty.
func event(name string) (e githubEvent) {
	file, err := os.Open(name)
	if err != nil {
		return githubEvent{}
	}
	defer func() { _ = file.Close() }() // It was only read.
	if json.NewDecoder(io.LimitReader(file, longestEvent)).Decode(&e) != nil {
		return githubEvent{}
	}
	return e
}

func (e Environment) gitlab() Build {
	return Build{
		Name: numbered(e["CI_JOB_NAME"], e["CI_PIPELINE_IID"]), URL: cmp.Or(e["CI_JOB_URL"], e["CI_PIPELINE_URL"]),
		// The second is thrown away where the first is given.
		Commit: cmp.Or(e["CI_MERGE_REQUEST_SOURCE_BRANCH_SHA"], e["CI_COMMIT_SHA"]),
		Branch: cmp.Or(e["CI_MERGE_REQUEST_SOURCE_BRANCH_NAME"], e["CI_COMMIT_REF_NAME"]), Tag: e["CI_COMMIT_TAG"],
		Pull: e["CI_MERGE_REQUEST_IID"], PullURL: below(e["CI_MERGE_REQUEST_PROJECT_URL"], "-/merge_requests", e["CI_MERGE_REQUEST_IID"]),
	}
}

func (e Environment) azure() Build {
	b := Build{
		Name:   numbered(e["BUILD_DEFINITIONNAME"], e["BUILD_BUILDNUMBER"]),
		Commit: cmp.Or(e["SYSTEM_PULLREQUEST_SOURCECOMMITID"], e["BUILD_SOURCEVERSION"]),
		Branch: cmp.Or(e["SYSTEM_PULLREQUEST_SOURCEBRANCH"], e["BUILD_SOURCEBRANCH"]),
		URL: below(cmp.Or(e["SYSTEM_COLLECTIONURI"], e["SYSTEM_TEAMFOUNDATIONCOLLECTIONURI"]),
			url.PathEscape(e["SYSTEM_TEAMPROJECT"]), "_build/results?buildId="+e["BUILD_BUILDID"]),
		Pull: cmp.Or(e["SYSTEM_PULLREQUEST_PULLREQUESTNUMBER"], e["SYSTEM_PULLREQUEST_PULLREQUESTID"]),
	}
	kind := map[string]string{"TfsGit": "pullrequest", "GitHub": "pull", "GitHubEnterprise": "pull", "Bitbucket": "pull-requests"}
	b.PullURL = below(repository(e["BUILD_REPOSITORY_URI"]), kind[e["BUILD_REPOSITORY_PROVIDER"]], b.Pull)
	return b
}

func (e Environment) buildkite() Build {
	b := Build{
		Name: numbered(e["BUILDKITE_PIPELINE_NAME"], e["BUILDKITE_BUILD_NUMBER"]), Branch: e["BUILDKITE_BRANCH"],
		Tag: e["BUILDKITE_TAG"], Commit: e["BUILDKITE_COMMIT"], URL: e["BUILDKITE_BUILD_URL"], Pull: e["BUILDKITE_PULL_REQUEST"],
	}
	if b.Commit == "HEAD" {
		b.Commit = "" // What was asked for, when no commit was.
	}
	if b.Pull == "false" {
		b.Pull = ""
	}
	b.PullURL = pullOf(repository(e["BUILDKITE_REPO"]), b.Pull)
	return b
}

func (e Environment) circle() Build {
	b := Build{
		Name: numbered(e["CIRCLE_JOB"], e["CIRCLE_BUILD_NUM"]), Branch: e["CIRCLE_BRANCH"], Tag: e["CIRCLE_TAG"],
		Commit: e["CIRCLE_SHA1"], URL: e["CIRCLE_BUILD_URL"], PullURL: e["CIRCLE_PULL_REQUEST"],
	}
	if b.PullURL != "" {
		b.Pull = path.Base(b.PullURL)
	}
	return b
}

func (e Environment) bitbucket() Build {
	page := cmp.Or(repository(e["BITBUCKET_GIT_HTTP_ORIGIN"]), below("https://bitbucket.org", e["BITBUCKET_REPO_FULL_NAME"]))
	if rest, ok := strings.CutPrefix(page, "http://bitbucket.org/"); ok {
		page = "https://bitbucket.org/" + rest // As it is given.
	}
	return Build{
		Name: numbered(e["BITBUCKET_REPO_SLUG"], e["BITBUCKET_BUILD_NUMBER"]), Branch: e["BITBUCKET_BRANCH"],
		Tag: e["BITBUCKET_TAG"], Commit: e["BITBUCKET_COMMIT"], URL: below(page, "pipelines/results", e["BITBUCKET_BUILD_NUMBER"]),
		Pull: e["BITBUCKET_PR_ID"], PullURL: below(page, "pull-requests", e["BITBUCKET_PR_ID"]),
	}
}

// isJenkins also without JENKINS_URL, which a Jenkins that was never told its
// address leaves out.
func (e Environment) isJenkins() bool {
	return e["JENKINS_URL"] != "" || e["JENKINS_HOME"] != "" || strings.HasPrefix(e["BUILD_TAG"], "jenkins-")
}

func (e Environment) jenkins() Build {
	job, err := url.PathUnescape(e["JOB_NAME"]) // shop/feature%2Flogin
	if err != nil {
		job = e["JOB_NAME"]
	}
	return Build{
		Name: numbered(job, e["BUILD_NUMBER"]), Commit: e["GIT_COMMIT"], URL: cmp.Or(e["RUN_DISPLAY_URL"], e["BUILD_URL"]),
		Branch: cmp.Or(e["CHANGE_BRANCH"], e["BRANCH_NAME"], strings.TrimPrefix(e["GIT_BRANCH"], "origin/")), Tag: e["TAG_NAME"],
		Pull: e["CHANGE_ID"], PullURL: e["CHANGE_URL"],
	}
}

func (e Environment) teamcity(read func(string) ([]byte, error)) Build {
	system := properties(read, e["TEAMCITY_BUILD_PROPERTIES_FILE"])
	config := properties(read, system["teamcity.configuration.properties.file"])
	b := Build{
		Name:   numbered(e["TEAMCITY_BUILDCONF_NAME"], e["BUILD_NUMBER"]),
		Commit: cmp.Or(e["BUILD_VCS_NUMBER"], config["build.vcs.number"]),
		Branch: cmp.Or(config["teamcity.pullRequest.source.branch"], config["teamcity.build.branch"]),
		Pull:   config["teamcity.pullRequest.number"],
		URL:    e["BUILD_URL"],
	}
	if b.Branch == "" || b.Branch == "<default>" {
		b.Branch = config["vcsroot.branch"]
	}
	b.PullURL = pullOf(repository(config["vcsroot.url"]), b.Pull)
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
