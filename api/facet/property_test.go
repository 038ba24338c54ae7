package facet_test

import (
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/runboard/runboard/api"
	"github.com/runboard/runboard/api/facet"
	"github.com/runboard/runboard/api/query"
)

// moments are times about which a day is out of the ordinary somewhere: an hour
// is missing or comes twice, at midnight or at another time, or the day is left out.
var moments = map[string]string{
	"Europe/Berlin":     "2026-03-29T01:00:00Z",
	"America/New_York":  "2025-11-02T06:00:00Z",
	"Asia/Kathmandu":    "2026-01-02T18:15:00Z",
	"America/Sao_Paulo": "2018-11-04T03:00:00Z",
	"America/St_Johns":  "2010-11-07T02:31:00Z",
	"Pacific/Apia":      "2011-12-30T10:00:00Z",
	"UTC":               "1970-02-01T00:00:00Z",
}

var (
	words = []string{"", "Nightly", "nightly", "night", "ÄPFEL", "äpfel", "İzmir", "\u212A", "k", "main/äp", "tly", "nn", "n"}
	tags  = []string{"main", "Main", "äpfel", "nightly", "x"}
)

// TestAgreesWithTheModel compares the index with the model after every step of
// random histories.
func TestAgreesWithTheModel(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		name := rapid.SampledFrom([]string{
			"Europe/Berlin", "America/New_York", "Asia/Kathmandu", "America/Sao_Paulo", "America/St_Johns", "Pacific/Apia", "UTC",
		}).Draw(t, "zone")
		zone, err := time.LoadLocation(name)
		require.NoError(t, err)
		moment, err := time.Parse(time.RFC3339, moments[name])
		require.NoError(t, err)
		index, want := facet.New(), model{}
		t.Repeat(map[string]func(*rapid.T){
			"put": func(t *rapid.T) {
				for range rapid.IntRange(1, 30).Draw(t, "runs") {
					run := drawRun(t, moment)
					index.Put(run)
					want[run.ID] = run
				}
			},
			"": func(t *rapid.T) {
				filter := drawFilter(t, moment, name)
				now := drawTime(t, moment, "now")
				got, gotTotal := index.Select(1, filter)
				page, total := want.Select(1, filter)
				require.Equal(t, total, gotTotal)
				require.Equal(t, page, got)
				require.Equal(t, want.Facets(1, filter, zone, now), index.Facets(1, filter, zone, now))
			},
		})
	})
}

func drawRun(t *rapid.T, moment time.Time) facet.Run {
	id := rapid.OneOf(rapid.Int64Range(1, 60), rapid.Int64Range(math.MaxInt64-3, math.MaxInt64)).Draw(t, "id")
	source := rapid.Int64Range(1, 3).Draw(t, "source")
	number := rapid.OneOf(rapid.IntRange(0, 3), rapid.IntRange(200, 300), rapid.IntRange(60_000, 70_000), rapid.Just(math.MaxInt))
	return facet.Run{
		ID: id, ProjectID: 1 + id%2, SourceID: source, Source: words[source],
		MilestoneID: rapid.Int64Range(0, 2).Draw(t, "milestone"),
		ConfigID:    rapid.Int64Range(0, 2).Draw(t, "config"),
		CreatedBy:   rapid.Int64Range(1, 2).Draw(t, "user"),
		Status:      api.RunStatus(rapid.IntRange(2, 4).Draw(t, "status")),
		CreatedAt:   drawTime(t, moment, "created").UnixMilli(),
		CompletedAt: rapid.SampledFrom([]int64{0, 0, 1, moment.UnixMilli(), moment.UnixMilli() + 70_000}).Draw(t, "completed"),
		Elapsed:     rapid.OneOf(rapid.Int64Range(-1, 3), rapid.Int64Min(-1)).Draw(t, "elapsed"),
		Failure:     number.Draw(t, "failure"), Total: number.Draw(t, "total"),
		Name: rapid.SampledFrom(words).Draw(t, "name") + rapid.SampledFrom(words).Draw(t, "more"),
		Tags: rapid.SliceOfN(rapid.SampledFrom(tags), 0, 3).Draw(t, "tags"),
	}
}

// drawTime is a time near the moment: to the hour, so that many fall together,
// or not; or at any other time.
func drawTime(t *rapid.T, moment time.Time, label string) time.Time {
	days := rapid.IntRange(-65, 65).Draw(t, label+", days")
	hours := rapid.IntRange(0, 23).Draw(t, label+", hours")
	millis := rapid.OneOf(rapid.Just(0), rapid.IntRange(-7_200_000, 7_200_000)).Draw(t, label+", milliseconds")
	return rapid.SampledFrom([]time.Time{
		moment.Add(time.Duration(millis) * time.Millisecond),
		moment.AddDate(0, 0, days).Add(time.Duration(hours) * time.Hour).Add(time.Duration(millis) * time.Millisecond),
		time.Date(2000+days*10, 1, 1, hours, 0, 0, millis*1e6, time.UTC),
	}).Draw(t, label)
}

func drawFilter(t *rapid.T, moment time.Time, zone string) api.RunFilter {
	some := func(label string, from, to int64) query.IDs {
		if rapid.Bool().Draw(t, label+" is any") {
			return nil
		}
		return rapid.SliceOfN(rapid.Int64Range(from, to), 0, 3).Draw(t, label)
	}
	text := rapid.SampledFrom([]string{"", "", "", "N", "nn", "Night", "ä", "i", "lyn", "k", "nothing"})
	bound := func(label string) string {
		layout := rapid.SampledFrom([]string{"", "", time.RFC3339Nano, time.DateOnly}).Draw(t, label+" layout")
		return drawTime(t, moment, label).Format(layout)
	}
	filter := api.NewRunFilter()
	filter.Statuses, filter.SourceIDs = some("status", 2, 4), some("source_id", 1, 4)
	filter.MilestoneIDs, filter.ConfigIDs = some("milestone_id", 1, 3), some("config_id", 1, 3)
	filter.CreatedBy = some("created_by", 1, 3)
	if rapid.Bool().Draw(t, "has tags") {
		filter.Tags = rapid.SliceOfN(rapid.SampledFrom(append(tags, "other")), 0, 2).Draw(t, "tags")
	}
	filter.CreatedAfter, filter.CreatedBefore, filter.Zone = bound("created_after"), bound("created_before"), zone
	filter.Q, filter.Name = text.Draw(t, "q"), text.Draw(t, "name")
	filter.Sort = rapid.SampledFrom(api.RunSorts()).Draw(t, "sort")
	filter.Order = rapid.SampledFrom([]string{api.OrderAsc, api.OrderDesc}).Draw(t, "order")
	filter.Page, filter.PerPage = rapid.IntRange(1, 3).Draw(t, "page"), rapid.SampledFrom([]int{1, 5, 15}).Draw(t, "per_page")
	return filter
}
