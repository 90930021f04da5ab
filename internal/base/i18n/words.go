package i18n

import (
	"math"
	"strconv"
	"strings"
	"time"
)

// Spaces that never break a line. In French a thin one goes inside numbers.
const (
	nbsp  = "\u00a0"
	nnbsp = "\u202f"
)

// Day names the day t falls on in loc: « jeudi 7 septembre », "Thursday 7 September".
func (p *Printer) Day(t time.Time, loc *time.Location) string {
	t = in(t, loc)
	return p.T("common.weekday."+strconv.Itoa(int(t.Weekday()))) + " " + p.dayOfMonth(t)
}

// DayYear is Day followed by the year: « jeudi 7 septembre 2028 ».
func (p *Printer) DayYear(t time.Time, loc *time.Location) string {
	return p.Day(t, loc) + " " + strconv.Itoa(in(t, loc).Year())
}

// Date writes a day with its year and without its name: « 2 mai 1960 », for a birth.
func (p *Printer) Date(t time.Time, loc *time.Location) string {
	t = in(t, loc)
	return p.dayOfMonth(t) + " " + strconv.Itoa(t.Year())
}

// Hour writes the wall time of t in loc: « 10 h 20 », « 8 h » ; "10:20".
func (p *Printer) Hour(t time.Time, loc *time.Location) string {
	t = in(t, loc)
	if p.lang != "fr" {
		return t.Format("15:04")
	}
	return hoursAndMinutes(t.Hour(), t.Minute())
}

// Moment writes t as one would say it at now: « aujourd’hui 10 h 20 », « demain 8 h 05 »,
// « hier 22 h », « jeudi 7 septembre 10 h 20 », with the year when it is another one.
func (p *Printer) Moment(t, now time.Time, loc *time.Location) string {
	t, now = in(t, loc), in(now, loc)
	var day string
	switch daysBetween(now, t) {
	case -1:
		day = p.T("common.yesterday")
	case 0:
		day = p.T("common.today")
	case 1:
		day = p.T("common.tomorrow")
	default:
		day = p.Day(t, loc)
		if t.Year() != now.Year() {
			day = p.DayYear(t, loc)
		}
	}
	return day + " " + p.Hour(t, loc)
}

// Duration writes how long d is, sign left out, rounded down to what matters:
// « moins d’une minute », « 14 min », « 1 h 14 », « 1 j 6 h », « 12 j ».
func (p *Printer) Duration(d time.Duration) string {
	minutes := int(d.Abs() / time.Minute)
	days, hours := minutes/(24*60), minutes/60%24
	unit := p.T("common.unit.day")
	switch {
	case minutes == 0:
		return p.T("common.under_a_minute")
	case minutes < 60:
		return strconv.Itoa(minutes) + nbsp + "min"
	case days == 0 && p.lang == "fr":
		return hoursAndMinutes(hours, minutes%60)
	case days == 0 && minutes%60 == 0:
		return strconv.Itoa(hours) + nbsp + "h"
	case days == 0:
		return strconv.Itoa(hours) + nbsp + "h" + nbsp + strconv.Itoa(minutes%60) + nbsp + "min"
	case hours == 0 || days >= 7:
		return p.Number(days) + nbsp + unit
	}
	return strconv.Itoa(days) + nbsp + unit + nbsp + strconv.Itoa(hours) + nbsp + "h"
}

// Km writes a distance in kilometres, one decimal under 10 km: « 3,2 km », « 12 km ».
func (p *Printer) Km(km float64) string {
	digits := 1
	if math.Abs(km) >= 9.95 {
		digits = 0
	}
	return p.decimal(strconv.FormatFloat(km, 'f', digits, 64)) + nbsp + "km"
}

// Decimal writes x with a number of decimals: « 38,5 », "38.5".
func (p *Printer) Decimal(x float64, places int) string {
	return p.decimal(strconv.FormatFloat(x, 'f', places, 64))
}

// Number groups the thousands of n: « 12 345 », "12,345".
func (p *Printer) Number(n int) string {
	sep := ","
	if p.lang == "fr" {
		sep = nnbsp
	}
	digits, sign := strconv.Itoa(n), ""
	if n < 0 {
		digits, sign = digits[1:], "-"
	}
	var groups []string
	for len(digits) > 3 {
		groups = append([]string{digits[len(digits)-3:]}, groups...)
		digits = digits[:len(digits)-3]
	}
	return sign + strings.Join(append([]string{digits}, groups...), sep)
}

// Join lists words as a sentence does: « a, b et c ».
func (p *Printer) Join(words []string) string {
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	last := len(words) - 1
	return strings.Join(words[:last], ", ") + " " + p.T("common.and") + " " + words[last]
}

// dayOfMonth writes « 1er septembre », « 7 septembre ».
func (p *Printer) dayOfMonth(t time.Time) string {
	day := strconv.Itoa(t.Day())
	if p.lang == "fr" && t.Day() == 1 {
		day = "1er"
	}
	return day + " " + p.T("common.month."+strconv.Itoa(int(t.Month())))
}

// hoursAndMinutes is the French form, for wall times as for durations.
func hoursAndMinutes(h, m int) string {
	text := strconv.Itoa(h) + nbsp + "h"
	if m == 0 {
		return text
	}
	if m < 10 {
		return text + nbsp + "0" + strconv.Itoa(m)
	}
	return text + nbsp + strconv.Itoa(m)
}

// daysBetween counts calendar days, so that a clock change between from and to does not shift them.
func daysBetween(from, to time.Time) int {
	noon := func(t time.Time) time.Time {
		return time.Date(t.Year(), t.Month(), t.Day(), 12, 0, 0, 0, time.UTC)
	}
	return int(noon(to).Sub(noon(from)) / (24 * time.Hour))
}

func in(t time.Time, loc *time.Location) time.Time {
	if loc == nil {
		return t.UTC()
	}
	return t.In(loc)
}
