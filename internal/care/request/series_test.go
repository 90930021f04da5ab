package request_test

import (
	"testing"
	"time"

	"entractes/internal/care/request"
	"entractes/internal/care/territory"
)

func series(days int, started time.Time) request.Request {
	return request.Request{Commune: "91174", StartAt: monday, StartedAt: started, Care: request.Care{Days: days}}
}

func TestSeriesEnd(t *testing.T) {
	for _, c := range []struct {
		name string
		r    request.Request
		end  string
	}{
		{"no duration", series(0, monday), ""},
		{"one day ends with it", series(1, monday), "2026-03-17 00:00"},
		{"counted from the day wanted until it starts", series(3, time.Time{}), "2026-03-19 00:00"},
		{"then from the day it started", series(3, monday.AddDate(0, 0, 1)), "2026-03-20 00:00"},
		{"through the change of clocks", series(15, monday), "2026-03-31 00:00"},
	} {
		got := ""
		if end := request.SeriesEnd(c.r); !end.IsZero() {
			got = end.In(paris.Loc).Format("2006-01-02 15:04")
		}
		if got != c.end {
			t.Errorf("%s: ends %q, want %q", c.name, got, c.end)
		}
	}
}

func TestSeriesReminder(t *testing.T) {
	night := territory.Defaults().Night
	for _, c := range []struct {
		name string
		r    request.Request
		lead time.Duration
		due  string
	}{
		{"two days before, once the night is over", series(8, monday), 48 * time.Hour, "2026-03-22 07:00"},
		{"by day, at the hour", series(8, monday), 36 * time.Hour, "2026-03-22 12:00"},
		{"a series shorter than the lead is not recalled", series(2, monday), 48 * time.Hour, ""},
		{"a lead that falls in the last night would come too late", series(8, monday), time.Hour, ""},
		{"turned off", series(8, monday), 0, ""},
		{"no duration", series(0, monday), 48 * time.Hour, ""},
	} {
		got := ""
		if due := request.SeriesReminder(c.r, c.lead, night, paris.Loc); !due.IsZero() {
			got = due.In(paris.Loc).Format("2006-01-02 15:04")
		}
		if got != c.due {
			t.Errorf("%s: recalled %q, want %q", c.name, got, c.due)
		}
	}
}
