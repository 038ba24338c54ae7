package query_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/runboard/runboard/api/query"
)

type filter struct {
	Statuses query.IDs   `form:"status"`
	Tags     query.Words `form:"tags"`
	After    string      `form:"created_after"`
	Sort     string      `form:"sort"`
	Page     int         `form:"page"`
	ThreadID int64       `form:"thread_id"`
	Active   *bool       `form:"is_active"`
	Wide     bool        `form:"wide"`
	Admin    string
	Lean     bool `form:"-"`
}

func defaults() filter { return filter{Sort: "runs:created_at", Page: 1} }

func decode(raw string) (filter, error) {
	f := defaults()
	err := query.Decode(&f, raw)
	return f, err
}

func TestDecodeReadsWhatItKnows(t *testing.T) {
	t.Parallel()
	tests := map[string]func(f *filter){
		"":                          func(*filter) {},
		"status=3,2,3":              func(f *filter) { f.Statuses = query.IDs{2, 3} },
		"status=3&status=2":         func(f *filter) { f.Statuses = query.IDs{2, 3} },
		"status=%203%20,,":          func(f *filter) { f.Statuses = query.IDs{3} },
		"status=&tags=,":            func(*filter) {},
		"tags=b,a%2Cb":              func(f *filter) { f.Tags = query.Words{"a", "b"} },
		"tags=na%C3%AFve+caf%C3%A9": func(f *filter) { f.Tags = query.Words{"naïve café"} },
		"page=7&thread_id=9007199254740993": func(f *filter) {
			f.Page, f.ThreadID = 7, 9007199254740993
		},
		"is_active=0":                     func(f *filter) { f.Active = new(false) },
		"is_active=true&wide=1":           func(f *filter) { f.Active, f.Wide = new(true), true },
		"sort=runs:name":                  func(f *filter) { f.Sort = "runs:name" },
		"sort=&page=&is_active=+":         func(*filter) {},
		"Admin=1&Lean=1&-=1&lean=1":       func(*filter) {},
		"unknown=1&unknown=2":             func(*filter) {},
		"x[=1&status[0]=2&page.x=1&y]=":   func(*filter) {},
		"status%5B%5D=2&%5B0%5D.status=3": func(*filter) {},
	}
	for raw, change := range tests {
		t.Run(raw, func(t *testing.T) {
			t.Parallel()
			want := defaults()
			change(&want)
			got, err := decode(raw)
			require.NoError(t, err)
			require.Equal(t, want, got)
		})
	}
}

func TestDecodeRefusesWhatItCannotRead(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		raw  string
		want error
	}{
		"bad escape":              {"sort=%zz", query.ErrMalformed},
		"semicolon":               {"page=2;sort=a", query.ErrMalformed},
		"scalar twice":            {"page=2&page=3", query.ErrMalformed},
		"scalar twice, the same":  {"page=2&page=2", query.ErrMalformed},
		"scalar twice, one blank": {"sort=&sort=a", query.ErrMalformed},
		"garbled scalar twice":    {"sort=%ff&sort=%ff", query.ErrMalformed},
		"1,001 parameters":        {strings.Repeat("a&", 1000) + "a", query.ErrTooMany},
		"1,100 bracketed names":   {strings.Repeat("a[0]=1&", 1100), query.ErrTooMany},
		"10,001 parameters":       {strings.Repeat("a&", 10_000) + "a", query.ErrTooMany},
		"too many bytes":          {"sort=" + strings.Repeat("a", query.MaxLength), query.ErrTooLong},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := decode("wide=1&" + test.raw)
			require.ErrorIs(t, err, test.want)
			require.Equal(t, defaults(), got, "nothing may be filled in")
		})
	}
}

func TestDecodeNamesBadFieldsAndFillsTheOthers(t *testing.T) {
	t.Parallel()
	f, err := decode("status=2,x&page=two&thread_id=9223372036854775808&is_active=maybe&sort=runs:name")
	fields, ok := errors.AsType[query.FieldErrors](err)
	require.True(t, ok, "%v", err)
	require.Equal(t, query.FieldErrors{
		"status":    "Must be ids, separated by commas.",
		"page":      "Must be a whole number.",
		"thread_id": "Must be a whole number.",
		"is_active": "Must be 1 or 0.",
	}, fields)
	want := defaults()
	want.Sort = "runs:name"
	require.Equal(t, want, f)
	require.EqualError(t, err, "is_active: Must be 1 or 0. page: Must be a whole number. "+
		"status: Must be ids, separated by commas. thread_id: Must be a whole number.")
}

func TestDecodeNamesFieldsThatAreNoText(t *testing.T) {
	t.Parallel()
	f, err := decode("wide=1&tags=a,%00&created_after=%ff&unknown=%ff&%00=1")
	fields, ok := errors.AsType[query.FieldErrors](err)
	require.True(t, ok, "%v", err)
	const want = "Must be valid UTF-8 without the character NUL."
	require.Equal(t, query.FieldErrors{"tags": want, "created_after": want}, fields)
	require.True(t, f.Wide, "the others are filled in")
	_, err = decode("unknown=%ff&%00=1")
	require.NoError(t, err, "what is not known is left out")
}

func TestDecodeLimitsLists(t *testing.T) {
	t.Parallel()
	_, err := decode("tags=a" + strings.Repeat(",a", query.MaxValues-1))
	require.NoError(t, err)
	for _, raw := range []string{"tags=a" + strings.Repeat(",a", query.MaxValues), "status=1" + strings.Repeat("&status=1", query.MaxValues)} {
		_, err = decode(raw)
		require.ErrorContains(t, err, "May hold at most 50 values.")
	}
}

func TestDecodeLeavesSharedValuesAlone(t *testing.T) {
	t.Parallel()
	shared := true
	f := filter{Active: &shared}
	require.NoError(t, query.Decode(&f, "is_active=0"))
	require.False(t, *f.Active)
	require.True(t, shared)
}

func TestDecodePanicsOnTypesThatItDoesNotKnow(t *testing.T) {
	t.Parallel()
	var wrong struct {
		Ratio float64 `form:"ratio"`
	}
	require.PanicsWithValue(t, "query: the field Ratio of struct { Ratio float64 \"form:\\\"ratio\\\"\" } is a float64",
		func() { _ = query.Decode(&wrong, "") })
}

func TestEncodeIsShortAndCanonical(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name   string
		change func(f *filter)
		want   string
	}{
		{"nothing differs", func(*filter) {}, ""},
		{"an empty list is no list", func(f *filter) { f.Statuses = query.IDs{} }, ""},
		{
			"order of declaration", func(f *filter) { f.Sort, f.Statuses, f.Wide = "runs:name", query.IDs{3, 2, 3}, true },
			"status=2,3&sort=runs:name&wide=1",
		},
		{"what is not tagged is left out", func(f *filter) { f.Admin, f.Lean = "x", true }, ""},
		{"readable", func(f *filter) { f.After = "2026-01-02T03:04:05Z" }, "created_after=2026-01-02T03:04:05Z"},
		{"escaped", func(f *filter) { f.Tags = query.Words{"b&c=d", "a/b %2C#+é"} }, "tags=a/b+%252C%23%2B%C3%A9,b%26c%3Dd"},
		{"false is not nothing", func(f *filter) { f.Active = new(false) }, "is_active=0"},
		{"zero is not nothing", func(f *filter) { f.Page = 0 }, "page=0"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			f := defaults()
			test.change(&f)
			require.Equal(t, test.want, query.Encode(f, defaults()))
			require.Equal(t, test.want, query.Encode(&f, new(defaults())))
		})
	}
}

func TestEncodeDisplacesAList(t *testing.T) {
	t.Parallel()
	base := filter{Statuses: query.IDs{4}}
	raw := query.Encode(filter{}, base)
	require.Equal(t, "status=", raw)
	require.NoError(t, query.Decode(&base, raw))
	require.Empty(t, base.Statuses)
}

// drawFilter draws filters as Decode makes them.
func drawFilter(t *rapid.T) filter {
	// A space that is none to a regular expression is one all the same.
	isTrimmed := func(text string) bool { return strings.TrimSpace(text) == text }
	word := rapid.StringMatching(`[^,\x00\s\x{FFFD}]([^,\x00\x{FFFD}]*[^,\x00\s\x{FFFD}])?`).Filter(isTrimmed)
	text := rapid.Custom(func(t *rapid.T) string {
		return rapid.StringMatching(`[^\x00\s\x{FFFD}][^\x00\x{FFFD}]*`).Filter(isTrimmed).Draw(t, "text")
	})
	words := func(t *rapid.T, label string) query.Words {
		return query.ParseWords(rapid.SliceOfN(word, 0, query.MaxValues).Draw(t, label))
	}
	ids := rapid.SliceOfN(rapid.Int64Min(1), 0, query.MaxValues).Draw(t, "status")
	slices.Sort(ids)
	f := filter{
		Tags:     words(t, "tags"),
		After:    rapid.OneOf(rapid.Just(""), text).Draw(t, "after"),
		Sort:     text.Draw(t, "sort"),
		Page:     rapid.Int().Draw(t, "page"),
		ThreadID: rapid.Int64().Draw(t, "thread_id"),
		Active:   rapid.SampledFrom([]*bool{nil, new(true), new(false)}).Draw(t, "active"),
		Wide:     rapid.Bool().Draw(t, "wide"),
	}
	if len(ids) > 0 {
		f.Statuses = slices.Compact(ids)
	}
	return f
}

func TestEncodeThenDecodeGivesTheSame(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		want := drawFilter(t)
		raw := query.Encode(want, defaults())
		if len(raw) > query.MaxLength {
			t.Skip("too long")
		}
		got, err := decode(raw)
		require.NoError(t, err)
		require.Equal(t, want, got)
	})
}

func FuzzDecode(f *testing.F) {
	for _, raw := range []string{
		"", "status=2,3&sort=runs:name", "tags=%C3%A4+b,c&page=2&is_active=0", "x[=1&status[0]=2", "page=2&page=3", "page=;%zz",
		"tags=%00", "wide=on&thread_id=-1", "created_after=2026-01-02T03:04:05%2B01:00",
	} {
		f.Add(raw)
	}
	f.Fuzz(func(t *testing.T, raw string) {
		got, err := decode(raw)
		if err != nil {
			return
		}
		canonical := query.Encode(got, defaults())
		if len(canonical) > query.MaxLength {
			return // Letters that a browser would have escaped have grown.
		}
		again, err := decode(canonical)
		require.NoError(t, err)
		require.Equal(t, got, again)
		require.Equal(t, canonical, query.Encode(again, defaults()))
	})
}
