package submit_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/runboard/runboard/api"
	"github.com/runboard/runboard/api/submit"
)

func TestFindBuild(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		env  string
		want submit.Build
	}{
		"none": {"CI=true", submit.Build{}},
		"github": {
			"GITHUB_ACTIONS=true GITHUB_WORKFLOW=Nightly GITHUB_RUN_NUMBER=12 GITHUB_RUN_ID=99 GITHUB_SHA=abc GITHUB_REF=refs/heads/main " +
				"GITHUB_REF_NAME=main GITHUB_SERVER_URL=https://github.test GITHUB_REPOSITORY=acme/shop",
			submit.Build{Name: "Nightly #12", Branch: "main", Commit: "abc", URL: "https://github.test/acme/shop/actions/runs/99"},
		},
		"github, tag": {
			"GITHUB_ACTIONS=true GITHUB_REF=refs/tags/v1 GITHUB_REF_NAME=v1 GITHUB_REF_TYPE=tag GITHUB_SHA=abc",
			submit.Build{Tag: "v1", Commit: "abc"},
		},
		"gitlab": {
			"GITLAB_CI=true CI_JOB_NAME=unit CI_PIPELINE_IID=7 CI_JOB_URL=https://gitlab.test/j/1 CI_COMMIT_REF_NAME=main CI_COMMIT_SHA=abc",
			submit.Build{Name: "unit #7", Branch: "main", Commit: "abc", URL: "https://gitlab.test/j/1"},
		},
		"gitlab, merge request": {
			"GITLAB_CI=true CI_MERGE_REQUEST_IID=3 CI_MERGE_REQUEST_PROJECT_URL=https://gitlab.test/acme/shop CI_MERGE_REQUEST_SOURCE_BRANCH_NAME=fix CI_COMMIT_REF_NAME=x",
			submit.Build{Branch: "fix", Pull: "3", PullURL: "https://gitlab.test/acme/shop/-/merge_requests/3"},
		},
		"gitlab, merged results": {
			"GITLAB_CI=true CI_MERGE_REQUEST_SOURCE_BRANCH_NAME=fix CI_COMMIT_SHA=merged CI_MERGE_REQUEST_SOURCE_BRANCH_SHA=abc",
			submit.Build{Branch: "fix", Commit: "abc"},
		},
		"gitlab, tag": {"GITLAB_CI=true CI_COMMIT_REF_NAME=v1 CI_COMMIT_TAG=v1", submit.Build{Tag: "v1"}},
		"jenkins": {
			"JENKINS_URL=https://jenkins.test/ JOB_NAME=shop/main BUILD_NUMBER=4 BUILD_URL=https://jenkins.test/job/4/ GIT_BRANCH=origin/main GIT_COMMIT=abc",
			submit.Build{Name: "shop/main #4", Branch: "main", Commit: "abc", URL: "https://jenkins.test/job/4/"},
		},
		"jenkins, pull request": {
			"JENKINS_URL=https://jenkins.test/ BRANCH_NAME=PR-8 CHANGE_BRANCH=fix CHANGE_ID=8 CHANGE_URL=https://git.test/8",
			submit.Build{Branch: "fix", Pull: "8", PullURL: "https://git.test/8"},
		},
		"jenkins, several branches": {
			"JENKINS_URL=https://jenkins.test/ JOB_NAME=shop/feature%2Fx BUILD_NUMBER=3 BRANCH_NAME=feature/x",
			submit.Build{Name: "shop/feature/x #3", Branch: "feature/x"},
		},
		"jenkins, that does not know its address": {
			"BUILD_TAG=jenkins-shop-17 JOB_NAME=shop BUILD_NUMBER=17 GIT_BRANCH=origin/main GIT_COMMIT=abc",
			submit.Build{Name: "shop #17", Branch: "main", Commit: "abc"},
		},
		"jenkins, at home":         {"JENKINS_HOME=/var/jenkins JOB_NAME=shop BUILD_NUMBER=17", submit.Build{Name: "shop #17"}},
		"jenkins, tag":             {"JENKINS_URL=https://jenkins.test/ BRANCH_NAME=v1 TAG_NAME=v1", submit.Build{Tag: "v1"}},
		"none, an image is tagged": {"BUILD_TAG=shop-17 JOB_NAME=shop", submit.Build{}},
		"azure": {
			"TF_BUILD=True BUILD_DEFINITIONNAME=shop BUILD_BUILDNUMBER=20260102.1 BUILD_BUILDID=77 SYSTEM_COLLECTIONURI=https://dev.azure.test/acme/ " +
				"SYSTEM_TEAMPROJECT=My+shop BUILD_SOURCEBRANCH=refs/heads/feature/a BUILD_SOURCEVERSION=abc",
			submit.Build{Name: "shop #20260102.1", Branch: "feature/a", Commit: "abc", URL: "https://dev.azure.test/acme/My%20shop/_build/results?buildId=77"},
		},
		"azure, pull request": {
			"TF_BUILD=True SYSTEM_PULLREQUEST_PULLREQUESTID=9 SYSTEM_PULLREQUEST_SOURCEBRANCH=refs/heads/fix SYSTEM_PULLREQUEST_SOURCECOMMITID=abc BUILD_SOURCEVERSION=merged " +
				"BUILD_REPOSITORY_PROVIDER=TfsGit BUILD_REPOSITORY_URI=https://acme@dev.azure.test/acme/My+shop/_git/shop",
			submit.Build{Branch: "fix", Commit: "abc", Pull: "9", PullURL: "https://dev.azure.test/acme/My%20shop/_git/shop/pullrequest/9"},
		},
		"azure, pull request at github": {
			"TF_BUILD=True SYSTEM_PULLREQUEST_PULLREQUESTID=9001 SYSTEM_PULLREQUEST_PULLREQUESTNUMBER=9 BUILD_REPOSITORY_PROVIDER=GitHub BUILD_REPOSITORY_URI=https://github.test/acme/shop.git",
			submit.Build{Pull: "9", PullURL: "https://github.test/acme/shop/pull/9"},
		},
		"azure, pull request elsewhere": {
			"TF_BUILD=True SYSTEM_PULLREQUEST_PULLREQUESTID=9 BUILD_REPOSITORY_PROVIDER=Git BUILD_REPOSITORY_URI=https://git.test/acme/shop.git",
			submit.Build{Pull: "9"},
		},
		"azure, tag": {"TF_BUILD=True BUILD_SOURCEBRANCH=refs/tags/v1.0", submit.Build{Tag: "v1.0"}},
		"buildkite": {
			"BUILDKITE=true BUILDKITE_PIPELINE_NAME=shop BUILDKITE_BUILD_NUMBER=2 BUILDKITE_BUILD_URL=https://buildkite.test/2 BUILDKITE_BRANCH=main BUILDKITE_COMMIT=abc BUILDKITE_PULL_REQUEST=false",
			submit.Build{Name: "shop #2", Branch: "main", Commit: "abc", URL: "https://buildkite.test/2"},
		},
		"buildkite, pull request of a fork": {
			"BUILDKITE=true BUILDKITE_COMMIT=HEAD BUILDKITE_PULL_REQUEST=6 BUILDKITE_PULL_REQUEST_REPO=git://github.com/other/shop.git BUILDKITE_REPO=git@github.com:acme/shop.git",
			submit.Build{Pull: "6", PullURL: "https://github.com/acme/shop/pull/6"},
		},
		"buildkite, pull request over ssh": {
			"BUILDKITE=true BUILDKITE_PULL_REQUEST=6 BUILDKITE_REPO=ssh://git@github.com:22/acme/shop.git",
			submit.Build{Pull: "6", PullURL: "https://github.com/acme/shop/pull/6"},
		},
		"buildkite, pull request elsewhere": {
			"BUILDKITE=true BUILDKITE_PULL_REQUEST=6 BUILDKITE_REPO=/srv/shop.git",
			submit.Build{Pull: "6"},
		},
		"buildkite, tag": {"BUILDKITE=true BUILDKITE_BRANCH=v1 BUILDKITE_TAG=v1 BUILDKITE_COMMIT=abc", submit.Build{Tag: "v1", Commit: "abc"}},
		"circleci": {
			"CIRCLECI=true CIRCLE_JOB=unit CIRCLE_BUILD_NUM=3 CIRCLE_BUILD_URL=https://circle.test/3 CIRCLE_BRANCH=main CIRCLE_SHA1=abc CIRCLE_PULL_REQUEST=https://github.com/acme/shop/pull/4",
			submit.Build{Name: "unit #3", Branch: "main", Commit: "abc", URL: "https://circle.test/3", Pull: "4", PullURL: "https://github.com/acme/shop/pull/4"},
		},
		"circleci, tag": {"CIRCLECI=true CIRCLE_TAG=v1 CIRCLE_SHA1=abc", submit.Build{Tag: "v1", Commit: "abc"}},
		"bitbucket": {
			"BITBUCKET_BUILD_NUMBER=5 BITBUCKET_REPO_SLUG=shop BITBUCKET_GIT_HTTP_ORIGIN=http://bitbucket.org/acme/shop BITBUCKET_BRANCH=main BITBUCKET_COMMIT=abc BITBUCKET_PR_ID=2",
			submit.Build{
				Name: "shop #5", Branch: "main", Commit: "abc", URL: "https://bitbucket.org/acme/shop/pipelines/results/5",
				Pull: "2", PullURL: "https://bitbucket.org/acme/shop/pull-requests/2",
			},
		},
		"bitbucket, name alone": {
			"BITBUCKET_BUILD_NUMBER=5 BITBUCKET_REPO_FULL_NAME=acme/shop BITBUCKET_PR_ID=2",
			submit.Build{
				Name: "#5", URL: "https://bitbucket.org/acme/shop/pipelines/results/5",
				Pull: "2", PullURL: "https://bitbucket.org/acme/shop/pull-requests/2",
			},
		},
		"bitbucket, tag": {"BITBUCKET_BUILD_NUMBER=5 BITBUCKET_TAG=v1", submit.Build{Name: "#5", Tag: "v1"}},
		"teamcity": {
			"TEAMCITY_VERSION=2026.1 TEAMCITY_BUILDCONF_NAME=Unit BUILD_NUMBER=8 BUILD_VCS_NUMBER=abc TEAMCITY_BUILD_PROPERTIES_FILE=system",
			submit.Build{Name: "Unit #8", Branch: "fix", Commit: "abc", URL: "https://teamcity.test/viewLog.html?buildId=40", Pull: "7", PullURL: "https://github.com/acme/shop/pull/7"},
		},
		"teamcity, default branch": {
			"TEAMCITY_VERSION=2026.1 TEAMCITY_BUILD_PROPERTIES_FILE=default",
			submit.Build{Branch: "main"},
		},
		"teamcity, default branch of several repositories": {
			"TEAMCITY_VERSION=2026.1 TEAMCITY_BUILD_PROPERTIES_FILE=several",
			submit.Build{},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			require.Equal(t, test.want, submit.FindBuild(environment(test.env), teamcityFile))
		})
	}
}

func TestFindBuildOfAPullRequestAtGitHub(t *testing.T) {
	t.Parallel()
	const event = `{"action":"synchronize","number":5,"pull_request":{"number":5,"head":{"ref":"fix","sha":"abc"},"title":null}}`
	for name, test := range map[string]struct {
		env, event string
		want       submit.Build
	}{
		"merged for a try": {
			"GITHUB_REF=refs/pull/5/merge GITHUB_REF_NAME=5/merge GITHUB_HEAD_REF=fix GITHUB_SHA=merged", event,
			submit.Build{Branch: "fix", Commit: "abc", Pull: "5", PullURL: "https://github.test/acme/shop/pull/5"},
		},
		"with the rights of the target": {
			"GITHUB_REF=refs/heads/main GITHUB_REF_NAME=main GITHUB_HEAD_REF=fix GITHUB_SHA=main", event,
			submit.Build{Branch: "fix", Commit: "abc", Pull: "5", PullURL: "https://github.test/acme/shop/pull/5"},
		},
		"reviewed": {
			"GITHUB_REF=refs/pull/5/merge GITHUB_REF_NAME=5/merge GITHUB_SHA=merged", event,
			submit.Build{Branch: "fix", Commit: "abc", Pull: "5", PullURL: "https://github.test/acme/shop/pull/5"},
		},
		"event that cannot be read": {
			"GITHUB_REF=refs/pull/5/merge GITHUB_REF_NAME=5/merge GITHUB_HEAD_REF=fix GITHUB_SHA=merged", event[:40],
			submit.Build{Branch: "fix", Pull: "5", PullURL: "https://github.test/acme/shop/pull/5"},
		},
		"event of another kind": {
			"GITHUB_REF=refs/heads/main GITHUB_REF_NAME=main GITHUB_SHA=def", `{"ref":"refs/heads/main","pull_request":[]}`,
			submit.Build{Branch: "main", Commit: "def"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			file := filepath.Join(t.TempDir(), "event.json")
			require.NoError(t, os.WriteFile(file, []byte(test.event), 0o600))
			env := environment(test.env + " GITHUB_ACTIONS=true GITHUB_SERVER_URL=https://github.test GITHUB_REPOSITORY=acme/shop")
			env["GITHUB_EVENT_PATH"] = file
			require.Equal(t, test.want, submit.FindBuild(env, teamcityFile))
		})
	}
}

// environment takes variables apart, whose values have + for a space.
func environment(text string) submit.Environment {
	env := submit.Environment{}
	for pair := range strings.FieldsSeq(text) {
		key, value, _ := strings.Cut(pair, "=")
		env[key] = strings.ReplaceAll(value, "+", " ")
	}
	return env
}

// teamcityFile reads the files of a TeamCity agent.
func teamcityFile(name string) ([]byte, error) {
	switch name {
	case "system":
		return []byte("#TeamCity build properties\nteamcity.configuration.properties.file=config\n"), nil
	case "config":
		return []byte("teamcity.build.branch=pull/7\nteamcity.pullRequest.number=7\nteamcity.pullRequest.source.branch=refs/heads/fix\n" +
			"teamcity.serverUrl=https\\://teamcity.test\nteamcity.build.id=40\nvcsroot.url=https\\://github.com/acme/shop\n"), nil
	case "default":
		return []byte("teamcity.configuration.properties.file=default-config\n"), nil
	case "default-config":
		return []byte("teamcity.build.branch=<default>\nvcsroot.branch=refs/heads/main\n"), nil
	case "several":
		return []byte("teamcity.configuration.properties.file=several-config\n"), nil
	case "several-config":
		return []byte("teamcity.build.branch=<default>\n"), nil
	}
	return nil, errors.New("there is no such file")
}

func TestBuildsDescribeRuns(t *testing.T) {
	t.Parallel()
	var run api.Attachments
	submit.Build{Branch: "fix", Commit: "abc", URL: "https://ci.test/1", Pull: "7", PullURL: "https://git.test/7"}.Describe(&run)
	require.Equal(t, []api.Link{{Name: "Build", URL: "https://ci.test/1"}, {Name: "Pull request 7", URL: "https://git.test/7"}}, run.Links)
	require.Equal(t, []api.Field{
		{Type: api.FieldString, Name: "Branch", Value: new("fix")}, {Type: api.FieldString, Name: "Commit", Value: new("abc")},
	}, run.Fields)

	run = api.Attachments{}
	submit.Build{Tag: "v1"}.Describe(&run)
	require.Equal(t, []api.Field{{Type: api.FieldString, Name: "Tag", Value: new("v1")}}, run.Fields)

	run = api.Attachments{}
	submit.Build{URL: "javascript:alert(1)", Pull: "7"}.Describe(&run)
	require.Empty(t, run.Links)
	require.Equal(t, []api.Field{{Type: api.FieldString, Name: "Pull request", Value: new("7")}}, run.Fields)

	var thread api.ThreadUpdate
	submit.Build{URL: "https://ci.test/1"}.DescribeThread(&thread)
	require.Equal(t, []api.Field{{Type: api.FieldURL, Name: "Build", Value: new("https://ci.test/1")}}, thread.Fields)
}
