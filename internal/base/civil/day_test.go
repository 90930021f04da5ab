package civil

import (
	"encoding/csv"
	"encoding/json"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"entractes/internal/base/fault"
)

func day(t *testing.T, s string) Day {
	t.Helper()
	d, err := ParseDay(s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func TestParseDay(t *testing.T) {
	if d := day(t, "2028-02-29"); d != (Day{2028, time.February, 29}) || d.Weekday() != time.Tuesday {
		t.Errorf("got %v, a %v", d, d.Weekday())
	}
	for _, s := range []string{"", "2027-02-29", "28/03/2027", "2027-3-8", "2027-13-01", "tomorrow"} {
		if _, err := ParseDay(s); fault.CodeOf(err) != "civil.day.malformed" {
			t.Errorf("%q: %v", s, err)
		}
	}
}

func TestDayTravelsAsText(t *testing.T) {
	in := map[string]Day{"a": day(t, "2027-03-28"), "b": {}}
	text, err := json.Marshal(in)
	if err != nil || string(text) != `{"a":"2027-03-28","b":""}` {
		t.Fatalf("%s, %v", text, err)
	}
	var out map[string]Day
	if err := json.Unmarshal(text, &out); err != nil || out["a"] != in["a"] || !out["b"].IsZero() {
		t.Errorf("%v, %v", out, err)
	}
}

func TestAges(t *testing.T) {
	for _, c := range []struct {
		birth, on string
		want      int
	}{
		{"1950-09-07", "2028-09-06", 77}, {"1950-09-07", "2028-09-07", 78},
		{"2000-02-29", "2027-02-28", 26}, {"2000-02-29", "2027-03-01", 27}, {"2000-02-29", "2028-02-29", 28},
		{"2027-01-02", "2027-01-01", -1},
	} {
		if got := day(t, c.birth).YearsUntil(day(t, c.on)); got != c.want {
			t.Errorf("born %s, on %s: %d, want %d", c.birth, c.on, got, c.want)
		}
	}
}

func TestDaysAddUp(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := DayFrom(rapid.IntRange(1900, 2200).Draw(t, "year"), 1, rapid.IntRange(1, 366).Draw(t, "day"))
		n := rapid.IntRange(-100_000, 100_000).Draw(t, "n")
		later := d.Add(n)
		if d.Until(later) != n || later.Add(-n) != d || d.Before(later) != (n > 0) {
			t.Errorf("%v + %d = %v", d, n, later)
		}
		if again, err := ParseDay(d.String()); err != nil || again != d {
			t.Errorf("%v reads %v, %v", d, again, err)
		}
		for _, name := range zoneNames {
			loc := location(name)
			if start := later.Start(loc); DayOf(start, loc) != later || DayOf(start.Add(-1), loc) != later.Add(-1) {
				t.Errorf("%v begins at %v in %s", later, start, name)
			}
		}
	})
}

func TestHolidaysAgreeWithTheOfficialList(t *testing.T) {
	keys := map[string]string{
		"Jour de l'an": "new_year", "Vendredi saint": "good_friday", "Lundi de Pâques": "easter_monday", "Fête du Travail": "labour",
		"Victoire 1945": "victory", "Ascension": "ascension", "Lundi de Pentecôte": "whit_monday", "Fête nationale": "national",
		"Assomption": "assumption", "Toussaint": "all_saints", "Armistice 1918": "armistice", "Noël": "christmas",
		"Saint-Étienne": "saint_stephen", "Abolition de l'esclavage": "abolition",
	}
	file, err := os.ReadFile("testdata/jours_feries.csv")
	if err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(strings.NewReader(string(file))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	departments := []string{"", "01", "91", "2A", "57", "67", "68", "971", "972", "973", "974", "975", "976", "977", "978"}
	for _, department := range departments {
		for year := 2024; year <= 2035; year++ {
			want := map[Holiday]bool{}
			for _, row := range rows[1:] {
				d := day(t, row[0])
				if d.Year == year && (row[2] == "FR" || department != "" && slices.Contains(strings.Split(row[2], "|"), department)) {
					want[Holiday{d, keys[row[1]]}] = true
				}
			}
			got := HolidaysOf(year, department)
			if len(got) != len(want) || slices.ContainsFunc(got, func(h Holiday) bool { return !want[h] }) {
				t.Errorf("%d in %q: got %v, want %v", year, department, got, want)
			}
		}
	}
}

func TestEasterIsASundayOfSpring(t *testing.T) {
	for year := 1900; year <= 2299; year++ {
		e := Easter(year)
		if e.Weekday() != time.Sunday || e.Before(Day{year, time.March, 22}) || (Day{year, time.April, 25}).Before(e) {
			t.Errorf("%d: %v", year, e)
		}
	}
}

func TestZones(t *testing.T) {
	for code, want := range map[string]string{
		"91228": "Europe/Paris", "2A004": "Europe/Paris", "2B": "Europe/Paris", "75056": "Europe/Paris", "": "Europe/Paris", "x": "Europe/Paris",
		"97411": "Indian/Reunion", "974": "Indian/Reunion", "97209": "America/Martinique", "97105": "America/Guadeloupe", "97611": "Indian/Mayotte",
		"97302": "America/Cayenne", "97502": "America/Miquelon", "98735": "Pacific/Tahiti", "98731": "Pacific/Marquesas", "98719": "Pacific/Gambier",
		"98818": "Pacific/Noumea", "98613": "Pacific/Wallis", "97701": "America/St_Barthelemy", "97801": "America/Marigot",
	} {
		if z := ZoneOf(code); z.Loc.String() != want {
			t.Errorf("%s is in %v, want %s", code, z.Loc, want)
		}
	}
	for code, want := range map[string]string{"91228": "91", "2A004": "2A", "97411": "974", "98731": "987", "67482": "67", "974": "974"} {
		if z := ZoneOf(code); z.Department != want {
			t.Errorf("%s is in %s, want %s", code, z.Department, want)
		}
	}
	if z := ZoneIn(ZoneOf("97209").Loc); z.Department != "972" || ZoneIn(Paris()).Department != "" {
		t.Errorf("Martinique is %q by its clocks", z.Department)
	}
}

// FuzzParse reads days and hours as strangers send them.
func FuzzParse(f *testing.F) {
	for _, s := range []string{"2027-03-28", "24:00", "0000-01-01", "9999-12-31", "7:5", "\x00"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if d, err := ParseDay(s); err == nil && d.String() != s {
			t.Errorf("%q reads %v", s, d)
		}
		if minute, err := ParseHour(s); err == nil && (minute < 0 || minute > 1440) {
			t.Errorf("%q reads %d", s, minute)
		}
	})
}
