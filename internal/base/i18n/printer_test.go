package i18n

import (
	"testing"
	"time"

	"entractes/internal/base/fault"
)

func TestForKnowsItsLanguages(t *testing.T) {
	for lang, want := range map[string]string{"": "fr", "fr": "fr", "fr-CA": "fr", "en": "en", "EN-gb": "en", "de": "fr"} {
		if got := For(lang).Lang(); got != want {
			t.Errorf("For(%q) writes %s, want %s", lang, got, want)
		}
	}
}

func TestMatch(t *testing.T) {
	for header, want := range map[string]string{
		"": "fr", "en": "en", "en-GB,en;q=0.9,fr;q=0.8": "en", "fr;q=0.9, en;q=0.8": "fr", "de, en;q=0.5": "en",
		"de": "fr", "*": "fr", "en;q=0": "fr", "en;q=x": "fr", ";;,,": "fr", "en;q=0.2,*;q=0.5": "fr",
	} {
		if got := Match(header); got != want {
			t.Errorf("Match(%q) = %s, want %s", header, got, want)
		}
	}
}

// with returns a printer of lang over sentences made for one test.
func with(lang string, messages map[string]message) *Printer {
	return &Printer{lang: lang, messages: messages, fallback: map[string]message{"only.fr": {other: "seulement ici"}}}
}

func TestSentencesAreFilled(t *testing.T) {
	p := with("fr", map[string]message{
		"hello":  {other: "Bonjour {name}, {name}"},
		"visits": {one: "{n} passage", other: "{n} passages"},
		"year":   {other: "{year} : {km}"},
		"broken": {other: "a {b"},
	})
	for _, c := range []struct {
		key  string
		kv   []any
		want string
	}{
		{"hello", []any{"name", "{n}", "n", 3}, "Bonjour {n}, {n}"},
		{"hello", nil, "Bonjour {name}, {name}"},
		{"hello", []any{"name"}, "Bonjour {name}, {name}"},
		{"visits", []any{"n", 0}, "0 passage"},
		{"visits", []any{"n", 1}, "1 passage"},
		{"visits", []any{"n", 1.5}, "1,5 passage"},
		{"visits", []any{"n", int64(2)}, "2 passages"},
		{"visits", []any{"n", 12345}, "12\u202f345 passages"},
		{"year", []any{"year", 2027, "km", 3.2}, "2027 : 3,2"},
		{"broken", []any{"b", 1}, "a {b"},
		{"only.fr", nil, "seulement ici"},
		{"no.such.key", []any{"n", 1}, "no.such.key"},
	} {
		if got := p.T(c.key, c.kv...); got != c.want {
			t.Errorf("T(%q, %v) = %q, want %q", c.key, c.kv, got, c.want)
		}
	}
	if got := with("en", p.messages).T("visits", "n", 0); got != "0 passages" {
		t.Errorf("English zero: %q", got)
	}
}

func TestFaultFallsBackOnItsKind(t *testing.T) {
	p := For("fr")
	if got, want := p.Fault(fault.Conflict("no.such.code")), p.T("fault.conflict"); got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if got, want := p.Fault(fault.Internal(nil)), p.T("fault.internal"); got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if got := p.Fault(nil); got != "" {
		t.Errorf("nil says %q", got)
	}
}

func TestDaysAndHours(t *testing.T) {
	reunion := time.FixedZone("Indian/Reunion", 4*3600)
	now := time.Date(2028, 9, 7, 21, 0, 0, 0, time.UTC) // 1 h on the 8th in Réunion
	fr, en := For("fr"), For("en")
	for _, c := range []struct{ got, want string }{
		{fr.Day(now, nil), "jeudi 7 septembre"},
		{fr.Day(now, reunion), "vendredi 8 septembre"},
		{fr.Day(time.Date(2027, 2, 1, 0, 0, 0, 0, time.UTC), nil), "lundi 1er février"},
		{en.Day(now, nil), "Thursday 7 September"},
		{fr.DayYear(now, nil), "jeudi 7 septembre 2028"},
		{fr.Hour(now.Add(-10*time.Hour-40*time.Minute), nil), "10\u00a0h\u00a020"},
		{fr.Hour(now, reunion), "1\u00a0h"},
		{en.Hour(now, reunion), "01:00"},
		{fr.Moment(now.Add(-10*time.Hour), now, nil), "aujourd’hui 11\u00a0h"},
		{fr.Moment(now.Add(11*time.Hour+5*time.Minute), now, nil), "demain 8\u00a0h\u00a005"},
		{fr.Moment(now.Add(-24*time.Hour), now, nil), "hier 21\u00a0h"},
		{fr.Moment(now.Add(-72*time.Hour), now, nil), "lundi 4 septembre 21\u00a0h"},
		{fr.Moment(now.AddDate(1, 0, 0), now, nil), "vendredi 7 septembre 2029 21\u00a0h"},
		{en.Moment(now, now, reunion), "today 01:00"},
	} {
		if c.got != c.want {
			t.Errorf("got %q, want %q", c.got, c.want)
		}
	}
}

func TestQuantities(t *testing.T) {
	fr, en := For("fr"), For("en")
	for _, c := range []struct{ got, want string }{
		{fr.Duration(14 * time.Minute), "14\u00a0min"},
		{fr.Duration(-14*time.Minute - time.Second), "14\u00a0min"},
		{fr.Duration(59 * time.Second), "moins d’une minute"},
		{fr.Duration(74 * time.Minute), "1\u00a0h\u00a014"},
		{fr.Duration(2 * time.Hour), "2\u00a0h"},
		{fr.Duration(48 * time.Hour), "2\u00a0j"},
		{fr.Duration(30 * time.Hour), "1\u00a0j\u00a06\u00a0h"},
		{fr.Duration(12*24*time.Hour + 5*time.Hour), "12\u00a0j"},
		{en.Duration(74 * time.Minute), "1\u00a0h\u00a014\u00a0min"},
		{en.Duration(2 * time.Hour), "2\u00a0h"},
		{en.Duration(48 * time.Hour), "2\u00a0d"},
		{fr.Km(3.2), "3,2\u00a0km"}, {en.Km(3.2), "3.2\u00a0km"}, {fr.Km(12.3), "12\u00a0km"}, {fr.Km(9.97), "10\u00a0km"},
		{fr.Number(0), "0"}, {fr.Number(999), "999"}, {fr.Number(-1234567), "-1\u202f234\u202f567"}, {en.Number(12345), "12,345"},
		{fr.Join(nil), ""}, {fr.Join([]string{"a"}), "a"}, {fr.Join([]string{"a", "b", "c"}), "a, b et c"}, {en.Join([]string{"a", "b"}), "a and b"},
	} {
		if c.got != c.want {
			t.Errorf("got %q, want %q", c.got, c.want)
		}
	}
}

// FuzzMatch reads headers as strangers send them.
func FuzzMatch(f *testing.F) {
	for _, header := range []string{"en-GB,en;q=0.9", "fr;q=", "*;q=0.1,en", ";q=1,,=", "\xff"} {
		f.Add(header)
	}
	f.Fuzz(func(t *testing.T, header string) {
		if lang := Match(header); For(lang).Lang() != lang {
			t.Errorf("Match(%q) = %q, which is not a language of the product", header, lang)
		}
		for _, text := range []string{For("fr").T("common.and", header, header), header} {
			Slips("fr", text)
		}
	})
}
