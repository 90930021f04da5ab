// Package civil keeps time as people live it: days, hours on the wall, nights and
// public holidays, in the zone of a commune. Nothing here reads the clock.
//
// Two rules turn an hour on the wall into an instant on the days the clocks change.
// An hour that the spring change skips stands for the instant of the change. An hour
// that the autumn change repeats is its first occurrence where something begins and
// its last occurrence where something ends. So on 28 March 2027 in Paris a window from
// 2:15 to 2:45 does not exist and a shift from 22:00 to 6:00 lasts seven hours; on
// 31 October 2027 a window from 2:00 to 3:00 happens once, for two hours, and the
// shift lasts nine.
//
// Intervals hold their beginning and not their end. Hours on the wall are minutes
// since midnight; 1440 is the midnight that ends a day.
package civil

import (
	"fmt"
	"time"

	"entractes/internal/base/fault"
)

// Day is a date on the calendar, without hour nor zone. Days compare with == and serve as map keys.
type Day struct {
	Year  int
	Month time.Month
	Day   int
}

// DayOf returns the day it is in loc at t.
func DayOf(t time.Time, loc *time.Location) Day {
	y, m, d := t.In(loc).Date()
	return Day{y, m, d}
}

// DayFrom returns the day of these numbers, carried over as time.Date does: 30 February is in March.
func DayFrom(year int, month time.Month, day int) Day {
	return DayOf(time.Date(year, month, day, 0, 0, 0, 0, time.UTC), time.UTC)
}

// ParseDay reads "2027-03-28". It refuses any other form and days that do not exist
// with the code civil.day.malformed; the caller names the field.
func ParseDay(s string) (Day, error) {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil {
		return Day{}, fault.Invalid("civil.day.malformed", "").Because(err)
	}
	return DayOf(t, time.UTC), nil
}

// String writes 2027-03-28; "" for the zero Day.
func (d Day) String() string {
	if d.IsZero() {
		return ""
	}
	return fmt.Sprintf("%04d-%02d-%02d", d.Year, int(d.Month), d.Day)
}

// MarshalText writes the form ParseDay reads.
func (d Day) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText reads the form String writes, the empty one as well.
func (d *Day) UnmarshalText(text []byte) (err error) {
	if len(text) == 0 {
		*d = Day{}
		return nil
	}
	*d, err = ParseDay(string(text))
	return err
}

// IsZero tells whether no day was given.
func (d Day) IsZero() bool { return d == Day{} }

// Weekday returns the day of the week.
func (d Day) Weekday() time.Weekday { return d.midnight().Weekday() }

// Add returns the day n days later, earlier when n is negative.
func (d Day) Add(n int) Day { return DayFrom(d.Year, d.Month, d.Day+n) }

// Until returns the number of days from d to other; negative when other is before.
func (d Day) Until(other Day) int {
	return int(other.midnight().Sub(d.midnight()) / (24 * time.Hour))
}

// Before tells whether d comes before other.
func (d Day) Before(other Day) bool { return d.Compare(other) < 0 }

// Compare orders days: -1, 0 or 1.
func (d Day) Compare(other Day) int { return d.midnight().Compare(other.midnight()) }

// Start returns the first instant of the day in loc.
func (d Day) Start(loc *time.Location) time.Time { return First(d, 0, loc) }

// End returns the instant the next day starts in loc.
func (d Day) End(loc *time.Location) time.Time { return d.Add(1).Start(loc) }

// YearsUntil returns the whole years from d, a birth, to other: an age. Who was born on
// 29 February is a year older on 1 March of ordinary years, as the law counts. It is
// negative when other is before d.
func (d Day) YearsUntil(other Day) int {
	years := other.Year - d.Year
	if other.Month < d.Month || other.Month == d.Month && other.Day < d.Day {
		years--
	}
	return years
}

// midnight stands for the day in computations; UTC has no clock change.
func (d Day) midnight() time.Time {
	return time.Date(d.Year, d.Month, d.Day, 0, 0, 0, 0, time.UTC)
}
