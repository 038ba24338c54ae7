package api_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/runboard/runboard/api"
)

func TestParseTime(t *testing.T) {
	t.Parallel()
	berlin, err := time.LoadLocation("Europe/Berlin")
	require.NoError(t, err)
	for text, want := range map[string]string{
		"2026-01-02T03:04:05Z":           "2026-01-02T03:04:05Z",
		"2026-01-02t03:04:05z":           "2026-01-02T03:04:05Z",
		"2026-01-02T03:04:05.678Z":       "2026-01-02T03:04:05.678Z",
		"2026-01-02T03:04:05.678901234Z": "2026-01-02T03:04:05.678901234Z",
		"2026-01-02T03:04:05,5Z":         "2026-01-02T03:04:05.5Z",
		"2026-01-02T03:04:05+05:45":      "2026-01-01T21:19:05Z",
		"2026-01-02T03:04:05.5-07:00":    "2026-01-02T10:04:05.5Z",
		"2026-01-02T03:04:05":            "2026-01-02T02:04:05Z",
		"2026-07-02T03:04:05.25":         "2026-07-02T01:04:05.25Z",
		"2026-01-02 03:04:05.678901":     "2026-01-02T02:04:05.678901Z",
		"2026-01-02T03:04":               "2026-01-02T02:04:00Z",
		"2026-01-02":                     "2026-01-01T23:00:00Z",
		"2026-07-02":                     "2026-07-01T22:00:00Z",
		"2024-02-29":                     "2024-02-28T23:00:00Z",
		"9999-12-31T23:59:59.999Z":       "9999-12-31T23:59:59.999Z",
	} {
		got, err := api.ParseTime(text, berlin)
		require.NoError(t, err, text)
		require.Equal(t, want, got.UTC().Format(time.RFC3339Nano), text)
	}
	for _, text := range []string{
		"", "now", "2026", "2026-1-2", "2026-02-29", "2026-13-01", "02.01.2026", "2026-01-02T25:00:00Z", "2026-01-02T03:04:05+5",
		"2026-01-02T03:04:05 Europe/Berlin", "2026-01-02Z", "1767323045", "0001-01-01", "10000-01-01", " 2026-01-02",
	} {
		_, err := api.ParseTime(text, berlin)
		require.Error(t, err, text)
	}
}

func TestTimesOnTheWire(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		`"2026-01-02T03:04:05.6789Z"`:     `"2026-01-02T03:04:05.678Z"`,
		`"2026-01-02T03:04:05+01:00"`:     `"2026-01-02T02:04:05.000Z"`,
		`"2026-01-02 03:04:05.678901"`:    `"2026-01-02T03:04:05.678Z"`,
		`"1969-12-31T23:59:59.9999Z"`:     `"1969-12-31T23:59:59.999Z"`,
		`"2026-01-02"`:                    `"2026-01-02T00:00:00.000Z"`,
		`null`:                            `null`,
		`""`:                              `null`,
		`"\u0032026-01-02T03:04:05.000Z"`: `"2026-01-02T03:04:05.000Z"`,
	} {
		read := api.UnixMilliTime(1)
		require.NoError(t, json.Unmarshal([]byte(text), &read), text)
		written, err := json.Marshal(read)
		require.NoError(t, err)
		require.Equal(t, want, string(written), text)
	}
	for _, text := range []string{`7`, `"soon"`, `{}`, `[]`} {
		require.Error(t, json.Unmarshal([]byte(text), new(api.Time)), text)
	}
}

func TestTimesAreMilliseconds(t *testing.T) {
	t.Parallel()
	moment := time.Date(2026, 1, 2, 4, 4, 5, 678_999_999, time.FixedZone("", 3600))
	got := api.NewTime(moment)
	require.Equal(t, time.Date(2026, 1, 2, 3, 4, 5, 678e6, time.UTC), got.Time)
	require.Equal(t, moment.UnixMilli(), got.Millis())
	require.Equal(t, got, api.UnixMilliTime(got.Millis()))
	for _, zero := range []api.Time{{}, api.NewTime(time.Time{}), api.UnixMilliTime(0)} {
		require.True(t, zero.IsZero())
		require.Zero(t, zero.Millis())
	}
}
