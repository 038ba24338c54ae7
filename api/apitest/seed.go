package apitest

import (
	"slices"
	"strings"
	"time"

	"github.com/runboard/runboard/api"
)

// Run is a run of the seed: all that is sent for it, in the order of the fields.
type Run struct {
	api.NewRun // Its configuration and milestone by name.

	By      string // The API user who sends all but its threads and its end.
	Later   []api.Attachments
	Threads []Thread
	End     *api.RunEnd // nil as long as it is running.
	EndedBy string
}

// Thread is a thread of a Run.
type Thread struct {
	By      string
	Start   api.ThreadUpdate
	Batches []api.ThreadUpdate
	End     *api.ThreadUpdate // nil when nothing but the end of the run completes it.
}

// SeedSize is how many runs the seed has: whole pages of 15 and 25, and pages of
// 50 and 100 that are not full.
const SeedSize = 75

// SeedTime is the time at which the seed is sent; its last runs begin then.
func SeedTime() time.Time { return time.Date(2026, 4, 2, 12, 0, 0, 250e6, time.UTC) }

// The names that the seed uses. Configurations and milestones have to be made
// first; "" is for runs that have none.
var (
	seedUsers      = []string{"ci", "Ærø-Bot", "night shift"}
	seedSources    = []string{"backend-api", "Frontend E2E", "Überwachung", "load_test", `C:\build`}
	seedConfigs    = []string{"", "Chrome", "Firefox", "Safari Ω"}
	seedMilestones = []string{"", "1.0", "Ship it 🚀"}
	seedNames      = []string{
		"Nightly", "nightly", "Nightly 100%", "Nightly 100 of 100", "under_score", "underXscore", `back\slash`,
		"ÄRGER in Köln", "تشغيل ليلي", "🚀 of main", "Éclair straße",
	}
	seedTags = [][]string{
		nil, {"nightly"}, {"Nightly", "smoke"}, {"smoke test", "größe-xl"}, {releaseTag}, {"100%"}, {"smoke", "nightly", "b_c", "smoke"},
	}
	seedWords = []string{"passed", "failed", "skipped", "PASSED", "blocked", "untested", "retest", "ok", "error", "Skip", "passed"}
)

// seedNights are about the 29th of March in Berlin, which has 23 hours: its
// beginning, half an hour later, its last millisecond, and half an hour after it.
var seedNights = []time.Time{
	time.Date(2026, 3, 28, 23, 0, 0, 0, time.UTC), time.Date(2026, 3, 28, 23, 30, 0, 0, time.UTC),
	time.Date(2026, 3, 29, 21, 59, 59, 999e6, time.UTC), time.Date(2026, 3, 29, 22, 30, 0, 0, time.UTC),
}

// releaseTag is the automation tag of the last milestone.
const releaseTag = "release-2"

// Seed is a deterministic set of runs in the order in which they are sent, which
// is not that of their creation: three at a time begin at the same moment. What
// they consist of goes round in circles of different lengths, so that nearly
// everything occurs with everything.
func Seed() []Run {
	runs := make([]Run, SeedSize)
	for i := range runs {
		runs[i] = seedRun(i)
	}
	return runs
}

func seedRun(i int) Run {
	createdAt := seedMoment(i * 7 % SeedSize / 3)
	run := Run{
		NewRun: api.NewRun{
			Name: pick(seedNames, i), Source: pick(seedSources, i/2), Config: pick(seedConfigs, i),
			Milestone: pick(seedMilestones, i/4), Tags: pick(seedTags, i), CreatedAt: api.NewTime(createdAt),
		},
		By: pick(seedUsers, i), EndedBy: pick(seedUsers, i),
	}
	if i%4 == 1 {
		run.Attachments = seedAttachments(i)
	}
	if i%8 == 1 {
		run.Later = []api.Attachments{{Links: []api.Link{{Name: "Later", URL: "https://ci.example.com/later"}}}, seedAttachments(i + 1)}
	}
	for lane := range i / 3 % 4 {
		run.Threads = append(run.Threads, seedThread(i, lane))
	}
	if i%6 != 5 {
		completedAt := createdAt.Add(time.Duration(i%3) * 10 * time.Minute)
		if completedAt.After(SeedTime()) {
			completedAt = SeedTime()
		}
		run.End = &api.RunEnd{MeasureElapsed: i%5 == 0, CompletedAt: api.NewTime(completedAt)}
	}
	if i%4 == 0 {
		run.EndedBy = pick(seedUsers, i+1)
	}
	return run
}

// seedMoment is when the runs of a group begin: those of the last one at the
// time of the seed, some around the days of seedNights, the others every 71 hours.
func seedMoment(group int) time.Time {
	const last = SeedSize/3 - 1
	if night := group - last + len(seedNights); night >= 0 && group < last {
		return seedNights[night]
	}
	return SeedTime().Add(-time.Duration(last-group) * (71*time.Hour + 17*time.Millisecond))
}

func seedThread(i, lane int) Thread {
	thread := Thread{By: pick(seedUsers, i+lane)}
	var batch api.ThreadUpdate
	first, second := int64(1000*(i%7)), int64(lane*250)
	switch (i + lane) % 4 { // With 3 nobody says.
	case 0:
		thread.Start.ElapsedComputed, batch.ElapsedComputed = &first, &second
	case 1:
		thread.Start.ElapsedObserved, thread.Start.ElapsedComputed, batch.ElapsedComputed = &second, &first, &first
	case 2:
		batch.ElapsedObserved = &first
	}
	if lane == 1 {
		more := seedAttachments(i + lane)
		thread.Start.Fields, thread.Start.Artifacts = more.Fields, more.Artifacts
	}
	for n := range (i + 3*lane) % 9 {
		result := "passed"
		if i%3 > 0 {
			result = pick(seedWords, i+n)
		}
		batch.Tests = append(batch.Tests, api.NewTest{Key: "case" + string(rune('a'+n)), Name: "Case", Folder: "suite", Status: result})
	}
	thread.Batches = append(thread.Batches, api.ThreadUpdate{}, batch)
	if lane == 0 && i%4 != 0 && i%3 > 0 {
		thread.End = &api.ThreadUpdate{ElapsedObserved: &first}
	}
	return thread
}

func seedAttachments(i int) api.Attachments {
	value, size := "made by "+pick(seedUsers, i), int64(i)*1000
	return api.Attachments{
		Artifacts: []api.Artifact{{Name: "log", Note: "whole", URL: "https://ci.example.com/log", MimeType: "text/plain", Size: &size}, {Name: "bare", URL: "s3://log"}},
		Fields: []api.Field{
			{Type: api.FieldString, Name: "Branch", Value: &value, Meta: api.Meta{"a": "b", "é": ""}},
			{Type: api.FieldConsole, Name: "Output"},
			{Type: api.FieldURL, Name: "Build", Value: &value, IsHighlight: true},
		},
		Links: []api.Link{{Name: "Build", Note: "the whole log", URL: "https://ci.example.com/1?a=1&b=<2>"}},
	}
}

// pick is an item of a list that goes round in a circle.
func pick[T any](items []T, i int) T { return items[i%len(items)] }

// statusNamed is the status that a client means, which the seed knows by the
// first of its letters.
func statusNamed(word string) api.Status {
	id := map[string]api.StatusID{
		"passed": api.Passed, "ok": api.Passed, "success": api.Passed, "failed": api.Failed, "failure": api.Failed, "error": api.Failed,
		"broken": api.Failed, "retest": api.Retest, "blocked": api.Blocked, "untested": api.Untested, "skipped": api.Skipped,
		"skip": api.Skipped, "disabled": api.Skipped, "ignored": api.Skipped, "pending": api.Skipped,
	}[strings.ToLower(word)]
	return api.DefaultStatuses()[id-1]
}

// hasAny reports whether one of the words is among a run's tags.
func hasAny(tags []string, words ...string) bool {
	return slices.ContainsFunc(words, func(word string) bool { return slices.Contains(tags, word) })
}
