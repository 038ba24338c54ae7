package handlers

import (
	"fmt"
	"strconv"
	"time"

	"github.com/runboard/runboard/api"
	"github.com/runboard/runboard/views"
)

// nothing stands where there is no figure.
const nothing = "–"

// number writes 1284 as "1,284".
func number(n int) string {
	text := strconv.Itoa(n)
	first := 0
	if n < 0 {
		first = 1
	}
	for i := len(text) - 3; i > first; i -= 3 {
		text = text[:i] + "," + text[i:]
	}
	return text
}

// counted writes "1 run", "1,284 runs".
func counted(n int, one string) string {
	if n == 1 {
		return "1 " + one
	}
	return number(n) + " " + one + "s"
}

// elapsed writes microseconds as "1 h 04 m", "4 m 05 s", "3.2 s" or "41 ms".
func elapsed(us *int64) string {
	if us == nil {
		return nothing
	}
	d := time.Duration(*us) * time.Microsecond
	switch {
	case d <= 0:
		return "0 ms"
	case d < time.Millisecond:
		return "< 1 ms"
	case d.Round(time.Millisecond) < time.Second:
		return fmt.Sprintf("%d ms", d.Round(time.Millisecond).Milliseconds())
	case d.Round(100*time.Millisecond) < time.Minute:
		return fmt.Sprintf("%.1f s", d.Round(100*time.Millisecond).Seconds())
	case d.Round(time.Second) < time.Hour:
		d = d.Round(time.Second)
		return fmt.Sprintf("%d m %02d s", d/time.Minute, d%time.Minute/time.Second)
	default:
		d = d.Round(time.Minute)
		return fmt.Sprintf("%d h %02d m", d/time.Hour, d%time.Hour/time.Minute)
	}
}

// size writes bytes as "182 kB" or "1.4 MB"; "" when nobody said.
func size(bytes *int64) string {
	if bytes == nil || *bytes < 0 {
		return ""
	}
	if *bytes < 1000 {
		return fmt.Sprintf("%d B", *bytes)
	}
	n, units := float64(*bytes)/1000, []string{"kB", "MB", "GB", "TB"}
	for n >= 999.5 && len(units) > 1 {
		n, units = n/1000, units[1:]
	}
	if n < 9.95 {
		return fmt.Sprintf("%.1f %s", n, units[0])
	}
	return fmt.Sprintf("%.0f %s", n, units[0])
}

// span writes roughly how long something takes: "5 min", "3 h", "12 d".
func span(d time.Duration) string {
	switch {
	case d < time.Hour:
		return fmt.Sprintf("%d min", d/time.Minute)
	case d < 24*time.Hour:
		return fmt.Sprintf("%d h", d/time.Hour)
	default:
		return fmt.Sprintf("%d d", d/(24*time.Hour))
	}
}

// clock shows times to one reader.
type clock struct {
	now  time.Time
	zone *time.Location
}

// instant is a point in time beside now; its text is a date after two weeks.
func (c clock) instant(t api.Time) views.Instant {
	if t.IsZero() {
		return views.Instant{}
	}
	local := t.In(c.zone)
	text := local.Format("2 Jan 2006")
	switch age := c.now.Sub(t.Time); {
	case age > -time.Minute && age < time.Minute:
		text = "just now"
	case age > 0 && age < 14*24*time.Hour:
		text = span(age) + " ago"
	}
	return views.Instant{
		Text: text, Title: local.Format("Mon 2 Jan 2006, 15:04:05 MST"), Machine: t.UTC().Format(time.RFC3339),
	}
}

// second is a point in time to the second, for what happens many times a minute;
// how long ago it was is in the title.
func (c clock) second(t api.Time) views.Instant {
	i := c.instant(t)
	i.Title = i.Text + ", " + i.Title
	i.Text = t.In(c.zone).Format("2 Jan 15:04:05")
	return i
}

// moment is a time of today, or a day and its time.
func (c clock) moment(t time.Time) string {
	local := t.In(c.zone)
	if local.Format(time.DateOnly) == c.today(0) {
		return local.Format("15:04")
	}
	return local.Format("2 Jan 2006, 15:04")
}

// today is the date that now falls on, moved by days.
func (c clock) today(days int) string {
	return c.now.In(c.zone).AddDate(0, 0, days).Format(time.DateOnly)
}
