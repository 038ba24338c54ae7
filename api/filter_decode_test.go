package api_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/runboard/runboard/api"
	"github.com/runboard/runboard/api/query"
)

func TestDecodeFilterFillsEachFilter(t *testing.T) {
	t.Parallel()
	runs := api.NewRunFilter()
	require.NoError(t, api.DecodeFilter(&runs, "status=3,2&tags=b,a&created_after=2026-01-02&tz=Europe/Berlin&q=log+in&per_page=25&page=2&expands=users,configs"))
	want := api.NewRunFilter()
	want.Statuses, want.Tags, want.Expands = query.IDs{2, 3}, query.Words{"a", "b"}, query.Words{"configs", "users"}
	want.CreatedAfter, want.Zone, want.Q, want.PerPage, want.Page = "2026-01-02", "Europe/Berlin", "log in", 25, 2
	require.Equal(t, want, runs)
	require.Equal(t, "2026-01-01T22:59:59.999Z", runs.After().UTC().Format(time.RFC3339Nano))

	tests := api.NewTestFilter()
	require.NoError(t, api.DecodeFilter(&tests, "status_id=3&result=7,25&thread_id=9007199254740993&folder=a%2Fb&per_page=1000"))
	require.Equal(t, query.IDs{7, 25}, tests.Results)
	require.EqualValues(t, 9007199254740993, tests.ThreadID)
	require.Equal(t, "a/b", tests.Folder)

	for _, filter := range []api.Filter{
		new(api.NewProjectFilter()), new(api.NewSourceFilter()), new(api.NewMilestoneFilter()), new(api.NewListFilter()),
	} {
		require.NoError(t, api.DecodeFilter(filter, "page=3&per_page=15&is_completed=0&is_retired=true&order=&unknown=1"))
		require.Contains(t, query.Encode(filter, emptyLike(filter)), "per_page=15&page=3")
	}
}

// emptyLike is a filter of the same type whose paging differs from the tested one.
func emptyLike(filter api.Filter) any {
	switch filter.(type) {
	case *api.ProjectFilter:
		return api.NewProjectFilter()
	case *api.SourceFilter:
		return api.NewSourceFilter()
	case *api.MilestoneFilter:
		return api.NewMilestoneFilter()
	default:
		return api.NewListFilter()
	}
}

func TestDecodeFilterRefuses(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		raw    string
		kind   api.Kind
		fields map[string][]string
	}{
		"a repeated scalar": {"page=1&page=1", api.KindMalformed, nil},
		"a bad escape":      {"sort=%zz", api.KindMalformed, nil},
		"too long":          {"q=" + strings.Repeat("a", query.MaxLength), api.KindLongQuery, nil},
		"bad values, each with a sentence": {
			"per_page=7&page=two&status=1,x&order=up", api.KindInvalid, map[string][]string{
				"per_page": {"Must be one of 15, 25, 50, 100."},
				"page":     {"Must be a whole number."},
				"status":   {"Must be ids, separated by commas."},
				"order":    {"Must be one of asc, desc."},
			},
		},
		"a day that does not exist": {"created_after=2026-02-30&tz=Nowhere/City", api.KindInvalid, map[string][]string{
			"created_after": {"Must be a time such as 2026-01-02T03:04:05Z, or a date such as 2026-01-02."},
			"tz":            {"Must be the name of a time zone, such as Europe/Berlin."},
		}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			err := api.DecodeFilter(new(api.NewRunFilter()), test.raw)
			refused, ok := errors.AsType[*api.Error](err)
			require.True(t, ok, "%v", err)
			require.Equal(t, test.kind, refused.Kind)
			require.Equal(t, test.fields, refused.Fields)
			require.NotEmpty(t, refused.Message)
		})
	}
}
