package civil

import (
	"slices"
	"time"
)

// Holiday is a public holiday. Its name is the sentence "civil.holiday." + Key.
type Holiday struct {
	Day Day
	Key string
}

// fixed are the holidays of all France that keep their date.
var fixed = []struct {
	month time.Month
	day   int
	key   string
}{
	{time.January, 1, "new_year"}, {time.May, 1, "labour"}, {time.May, 8, "victory"}, {time.July, 14, "national"},
	{time.August, 15, "assumption"}, {time.November, 1, "all_saints"}, {time.November, 11, "armistice"}, {time.December, 25, "christmas"},
}

// abolition is the day each overseas département remembers the end of slavery (law 83-550).
var abolition = map[string]struct {
	month time.Month
	day   int
}{
	"971": {time.May, 27}, "972": {time.May, 22}, "973": {time.June, 10}, "974": {time.December, 20},
	"976": {time.April, 27}, "977": {time.October, 9}, "978": {time.May, 28},
}

// alsaceMoselle keeps two holidays of the local law of 16 August 1892.
var alsaceMoselle = []string{"57", "67", "68"}

// HolidaysOf lists the public holidays of a year in a département, in order; those of
// all France when department is empty. Two of them may fall on one day.
func HolidaysOf(year int, department string) []Holiday {
	easter := Easter(year)
	list := []Holiday{
		{easter.Add(1), "easter_monday"}, {easter.Add(39), "ascension"}, {easter.Add(50), "whit_monday"},
	}
	for _, f := range fixed {
		list = append(list, Holiday{DayFrom(year, f.month, f.day), f.key})
	}
	if slices.Contains(alsaceMoselle, department) {
		list = append(list, Holiday{easter.Add(-2), "good_friday"}, Holiday{DayFrom(year, time.December, 26), "saint_stephen"})
	}
	if a, ok := abolition[department]; ok {
		list = append(list, Holiday{DayFrom(year, a.month, a.day), "abolition"})
	}
	slices.SortStableFunc(list, func(a, b Holiday) int { return a.Day.Compare(b.Day) })
	return list
}

// Holiday returns the public holiday that day is in z; false on ordinary days.
func (z Zone) Holiday(day Day) (Holiday, bool) {
	for _, h := range HolidaysOf(day.Year, z.Department) {
		if h.Day == day {
			return h, true
		}
	}
	return Holiday{}, false
}

// IsHoliday tells whether day is a public holiday in z.
func (z Zone) IsHoliday(day Day) bool {
	_, is := z.Holiday(day)
	return is
}

// Easter returns Easter Sunday of a year of the Gregorian calendar, after the
// algorithm published in Nature in 1876 and given again by Meeus.
func Easter(year int) Day {
	a, b, c := year%19, year/100, year%100
	d, e := b/4, b%4
	g := (8*b + 13) / 25
	h := (19*a + b - d - g + 15) % 30
	i, k := c/4, c%4
	l := (32 + 2*e + 2*i - h - k) % 7
	m := (a + 11*h + 19*l) / 433
	month := (h + l - 7*m + 90) / 25
	day := (h + l - 7*m + 33*month + 19) % 32
	return Day{year, time.Month(month), day}
}
