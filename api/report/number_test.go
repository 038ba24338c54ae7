package report_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/runboard/runboard/api/report"
)

func TestSecondsInAnyNotation(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]int64{
		"1.5": 1_500_000, "1,5": 1_500_000, "0,001": 1000, "1,234.56": 1_234_560_000, "1.234,56": 1_234_560_000,
		"24,000": 24_000_000_000, "1,234,567": 1_234_567_000_000, "1.234.567": 1_234_567_000_000,
		"1e-3": 1000, "2E2": 200_000_000, " 3 ": 3_000_000, "4s": 4_000_000, "250 ms": 250_000, "0": 0,
		"-1": -1, "": -1, "NaN": -1, "Inf": -1, "1e300": -1, "x": -1, "1 2": -1,
	} {
		require.Equal(t, want, report.Seconds(text), "%q", text)
	}
}

func TestSecondsAsTheTestmoCLIReadsThem(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]int64{
		"1.5": 1_500_000, "1,5": 1_500_000, ".5": 500_000, "+1": 1_000_000, "-0": 0, "24,000": 24_000_000, "0.0000005": 1,
		"1.": -1, "1,234.5": -1, "1e-3": -1, "-1": -1, "": -1, ".": -1, "+-1": -1, "1 s": -1,
	} {
		require.Equal(t, want, report.PlainSeconds(text), "%q", text)
	}
}

func TestClock(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]int64{
		"00:00:01.5000000": 1_500_000, "01:02:03": 3_723_000_000, "1.00:00:00": 86_400_000_000, "1:2": -1, "a:b:c": -1, "-1:00:00": -1, "": -1,
	} {
		require.Equal(t, want, report.Clock(text), "%q", text)
	}
}
