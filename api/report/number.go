package report

import (
	"math"
	"strconv"
	"strings"
	"time"
)

// maxElapsed is the longest time that is taken as one, in microseconds: about
// 285 years, what JSON readers that know only floats still hold exactly.
const maxElapsed = 1<<53 - 1

// seconds are the microseconds in a number of seconds as people and tools write
// it: with a point or a comma, thousands, an exponent, and "s" or "ms" behind it.
// It is nil for what is no number, or negative.
func seconds(text string) *int64 {
	text = strings.ToLower(trim(text))
	unit := float64(time.Second / time.Microsecond)
	if number, ok := strings.CutSuffix(text, "ms"); ok {
		text, unit = number, float64(time.Millisecond/time.Microsecond)
	} else {
		text = strings.TrimSuffix(text, "s")
	}
	value, err := strconv.ParseFloat(plain(strings.TrimSpace(text)), 64)
	if err != nil {
		return nil
	}
	return micros(value * unit)
}

// micros rounds a time in microseconds, nil if it cannot be one.
func micros(value float64) *int64 {
	if math.IsNaN(value) || value < 0 || value > maxElapsed {
		return nil
	}
	return new(int64(math.Floor(value + 0.5)))
}

// plain is a number with a point and without thousands: of several separators
// the last one is the decimal one, unless it comes more than once. One comma
// alone is the decimal one, unless three digits follow and one to three precede
// it, of which the first is no zero.
func plain(number string) string {
	comma, point := strings.LastIndexByte(number, ','), strings.LastIndexByte(number, '.')
	switch {
	case comma < 0:
		if strings.Count(number, ".") > 1 {
			return strings.ReplaceAll(number, ".", "")
		}
		return number
	case point > comma:
		return strings.ReplaceAll(number, ",", "")
	case point >= 0:
		return strings.ReplaceAll(strings.ReplaceAll(number, ".", ""), ",", ".")
	case strings.Count(number, ",") > 1 || isThousands(number[:comma], number[comma+1:]):
		return strings.ReplaceAll(number, ",", "")
	default:
		return strings.ReplaceAll(number, ",", ".")
	}
}

func isThousands(before, after string) bool {
	return len(after) == 3 && len(before) > 0 && len(before) <= 3 && before[0] != '0'
}

// addElapsed adds without running over.
func addElapsed(a, b int64) int64 {
	if a > maxElapsed-b {
		return maxElapsed
	}
	return a + b
}

// between is the microseconds from one RFC 3339 instant to another, nil if
// either is none or they are the wrong way round.
func between(start, end string) *int64 {
	from, err := time.Parse(time.RFC3339Nano, start)
	if err != nil {
		return nil
	}
	to, err := time.Parse(time.RFC3339Nano, end)
	if err != nil {
		return nil
	}
	return micros(float64(to.Sub(from)) / float64(time.Microsecond))
}

// clock is the microseconds in "hh:mm:ss.fffffff", with days and a point before
// it or not, as .NET writes times. It is nil for anything else.
func clock(text string) *int64 {
	parts := strings.Split(trim(text), ":")
	if len(parts) != 3 {
		return nil
	}
	days, hours, ok := strings.Cut(parts[0], ".")
	if !ok {
		days, hours = "0", parts[0]
	}
	var total float64
	for i, part := range []string{days, hours, parts[1], parts[2]} {
		value, err := strconv.ParseFloat(part, 64)
		if err != nil || value < 0 {
			return nil
		}
		total += value * []float64{86_400, 3600, 60, 1}[i]
	}
	return micros(total * 1e6)
}

// count is a whole number from 0, nil for anything else.
func count(text string) *int {
	value, err := strconv.Atoi(text)
	if err != nil || value < 0 || value > maxElapsed {
		return nil
	}
	return &value
}

// number is a number as JSON writes it.
func number(text string) (float64, bool) {
	value, err := strconv.ParseFloat(text, 64)
	return value, err == nil && !math.IsInf(value, 0) && !math.IsNaN(value)
}

// plainSeconds are the microseconds in a plain number of seconds, with a point or
// a comma, as the Testmo CLI takes it: contract 6.2.
func plainSeconds(text string) *int64 {
	text = strings.Replace(text, ",", ".", 1)
	digits := strings.TrimLeft(text, "+-")
	whole, fraction, found := strings.Cut(digits, ".")
	if len(text)-len(digits) > 1 || !isDigits(whole) || !isDigits(fraction) || found && fraction == "" || digits == "" {
		return nil
	}
	value, err := strconv.ParseFloat(text, 64)
	if err != nil {
		return nil
	}
	return micros(value * 1e6)
}

func isDigits(text string) bool { return strings.Trim(text, "0123456789") == "" }
