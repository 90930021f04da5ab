package territory_test

import (
	"encoding/csv"
	"slices"
	"strings"
	"testing"
	"time"

	"entractes/internal/base/fold"
	"entractes/internal/base/geo"
	"entractes/internal/care/territory"
)

var essonne = geo.Point{Lat: 48.606, Lon: 2.488}

func labels(found []territory.Found) []string {
	var out []string
	for _, f := range found {
		out = append(out, f.Label())
	}
	return out
}

func TestSearchFindsWhatPeopleType(t *testing.T) {
	for _, c := range []struct {
		query string
		near  geo.Point
		want  string
		as    string
	}{
		{"Corbeil", essonne, "Corbeil-Essonnes (91)", ""},
		{"corbeil essonnes", geo.Point{}, "Corbeil-Essonnes (91)", ""},
		{"evry", essonne, "Évry-Courcouronnes (91)", "Évry"},
		{"courcouronnes", essonne, "Évry-Courcouronnes (91)", "Courcouronnes"},
		{"hay les roses", geo.Point{}, "L'Haÿ-les-Roses (94)", ""},
		{"l’hay", geo.Point{}, "L'Haÿ-les-Roses (94)", ""},
		{"roses hay", geo.Point{}, "L'Haÿ-les-Roses (94)", ""},
		{"Ste Genevieve des b", essonne, "Sainte-Geneviève-des-Bois (91)", ""},
		{"sainte geneviève des bois", essonne, "Sainte-Geneviève-des-Bois (91)", ""},
		{"st germain les corb", essonne, "Saint-Germain-lès-Corbeil (91)", ""},
		{"saint germain", essonne, "Saint-Germain-lès-Corbeil (91)", ""},
		{"91100", essonne, "Corbeil-Essonnes (91)", ""},
		{"75011", geo.Point{}, "Paris 11e Arrondissement (75)", ""},
		{"paris", geo.Point{}, "Paris (75)", ""},
		{"75011 paris", geo.Point{}, "Paris 11e Arrondissement (75)", ""},
		{"OEuilly", geo.Point{}, "Œuilly (51)", ""},
		{"mennecy 91540", geo.Point{}, "Mennecy (91)", ""},
		{"La Plaine Des Cafres", geo.Point{}, "Le Tampon (974)", "La Plaine Des Cafres"},
		{"marseille", geo.Point{}, "Marseille (13)", ""},
	} {
		got := territory.Search(c.query, c.near, 5)
		if len(got) == 0 || got[0].Label() != c.want || got[0].As != c.as {
			t.Errorf("Search(%q) = %q (as %q), want %q (as %q) first", c.query, labels(got), firstAs(got), c.want, c.as)
		}
	}
}

func firstAs(found []territory.Found) string {
	if len(found) == 0 {
		return ""
	}
	return found[0].As
}

func TestSearchRefusesNothing(t *testing.T) {
	for _, q := range []string{"", " ", "-’", "zzzzqq", "99999", strings.Repeat("é", 5000), "\xff\xfe"} {
		if got := territory.Search(q, essonne, 5); len(got) > 0 {
			t.Errorf("Search(%.20q) = %q, want nothing", q, labels(got))
		}
	}
	if got := territory.Search("paris", essonne, 0); got != nil {
		t.Errorf("no place asked, %d given", len(got))
	}
	if got := territory.Search("a", essonne, 8); len(got) != 8 {
		t.Errorf("one letter gives %d communes, want 8", len(got))
	}
}

func TestSearchPrefersTheTerritory(t *testing.T) {
	here := territory.Search("saint", essonne, 10)
	for _, f := range here {
		if d := geo.Distance(essonne, f.Point); d > 80 && f.Population < 100_000 {
			t.Errorf("%s, %.0f km away, is among the ten first", f.Label(), d)
		}
	}
	island := territory.Search("saint", geo.Point{Lat: -21.1, Lon: 55.5}, 3)
	for _, f := range island {
		if f.Departement != "974" {
			t.Errorf("from La Réunion, %s is among the three first", f.Label())
		}
	}
}

// linear answers by reading every name, as the floor the index is compared with.
func linear(query string) map[territory.CommuneCode]bool {
	words := fold.Words(query)
	out := map[territory.CommuneCode]bool{}
	for _, c := range territory.CommunesOf(func(territory.Commune) bool { return true }) {
		have := append(fold.Words(c.Name), c.Postal...)
		if !slices.ContainsFunc(words, func(w string) bool {
			return !slices.ContainsFunc(have, func(h string) bool { return strings.HasPrefix(h, w) })
		}) {
			out[c.Code] = true
		}
	}
	return out
}

func TestSearchFindsAllThatALinearReadingFinds(t *testing.T) {
	for _, q := range []string{"evr", "ville", "bois 91", "la fer", "975", "x", "montgeron", "les ulis"} {
		got := map[territory.CommuneCode]bool{}
		for _, f := range territory.Search(q, essonne, 40_000) {
			if f.As == "" {
				got[f.Code] = true
			}
		}
		for code := range linear(q) {
			if c, _ := territory.CommuneOf(code); !got[code] && !slices.ContainsFunc(territory.Search(q, essonne, 40_000), func(f territory.Found) bool { return f.Code == code }) {
				t.Errorf("Search(%q) misses %s", q, c.Label())
			}
		}
	}
}

func TestEveryCommuneIsComplete(t *testing.T) {
	all := territory.CommunesOf(func(territory.Commune) bool { return true })
	if len(all) < 35_000 {
		t.Fatalf("%d communes, want 35,014", len(all))
	}
	for _, c := range all {
		if c.Name == "" || !c.Point.Valid() || c.Departement == "" || len(c.Code) != 5 {
			t.Errorf("%s is incomplete: %+v", c.Code, c)
		}
		if _, ok := territory.DepartementOf(c.Departement); !ok {
			t.Errorf("%s is in an unknown département %s", c.Code, c.Departement)
		}
	}
	if n := len(territory.CommunesOf(func(c territory.Commune) bool { return c.Departement == "91" })); n != 194 {
		t.Errorf("Essonne has %d communes, want 194", n)
	}
	if len(territory.EPCIs()) < 1200 || len(territory.Departements()) < 105 {
		t.Error("groupings or départements are missing")
	}
}

func TestCommuneOf(t *testing.T) {
	c, ok := territory.CommuneOf("91174")
	if !ok || c.Name != "Corbeil-Essonnes" || !slices.Equal(c.Postal, []string{"91100"}) || c.Approximate || c.Population < 50_000 || geo.Distance(c.Point, essonne) > 1 {
		t.Errorf("91174 = %+v", c)
	}
	if c, _ := territory.CommuneOf("01001"); !c.Approximate {
		t.Error("01001 should have an approximate position")
	}
	if _, ok := territory.CommuneOf("00000"); ok {
		t.Error("00000 exists")
	}
}

func TestZones(t *testing.T) {
	for code, want := range map[territory.CommuneCode]string{
		"91174": "Europe/Paris", "2A004": "Europe/Paris", "97411": "Indian/Reunion", "97209": "America/Martinique",
		"97611": "Indian/Mayotte", "98613": "Pacific/Wallis", "98818": "Pacific/Noumea", "98731": "Pacific/Marquesas",
	} {
		if c, _ := territory.CommuneOf(code); c.Zone().Loc.String() != want {
			t.Errorf("%s lives by the clocks of %s, want %s", c.Label(), c.Zone().Loc, want)
		}
	}
	if c, _ := territory.CommuneOf("57463"); c.Zone().Department != "57" {
		t.Errorf("%s has the holidays of %q, want those of Moselle", c.Label(), c.Zone().Department)
	}
}

func TestEmbeddedFileNeedsNoCSVReader(t *testing.T) {
	text := territory.Unpack("communes")
	if strings.Contains(text, `"`) {
		t.Fatal("communes.csv has quotes: it must be read by encoding/csv")
	}
	rows, err := csv.NewReader(strings.NewReader(text)).ReadAll()
	if err != nil || len(rows[0]) != 12 {
		t.Fatalf("communes.csv: %v", err)
	}
	for _, r := range rows[1:] {
		if c, ok := territory.CommuneOf(territory.CommuneCode(r[0])); !ok || c.Name != r[1] || strings.Join(c.Postal, "|") != r[7] {
			t.Fatalf("row %q was read as %+v", r, c)
		}
	}
}

func FuzzSearch(f *testing.F) {
	f.Add("corbeil 91")
	f.Add("st é\xff")
	f.Fuzz(func(t *testing.T, q string) {
		if got := territory.Search(q, essonne, 7); len(got) > 7 {
			t.Errorf("Search(%q) gives %d", q, len(got))
		}
	})
}

// BenchmarkSearch prints how many times faster the index is than reading every name, in the same run.
func BenchmarkSearch(b *testing.B) {
	queries := []string{"cor", "saint", "evry cour", "91100", "ville", "les", "a", "montgeron"}
	territory.Search("a", essonne, 1)
	const rounds = 3
	start := time.Now()
	for range rounds {
		for _, q := range queries {
			linear(q)
		}
	}
	floor := time.Since(start) / time.Duration(rounds*len(queries))
	i := 0
	for b.Loop() {
		territory.Search(queries[i%len(queries)], essonne, 8)
		i++
	}
	b.ReportMetric(float64(floor)/(float64(b.Elapsed())/float64(b.N)), "×linear")
}

func BenchmarkSearchEach(b *testing.B) {
	territory.Search("a", essonne, 1)
	for _, q := range []string{"cor", "saint", "evry cour", "91100", "les", "a", "s"} {
		b.Run(q, func(b *testing.B) {
			for b.Loop() {
				territory.Search(q, essonne, 8)
			}
		})
	}
}

func BenchmarkLoad(b *testing.B) {
	for b.Loop() {
		territory.Load()
	}
}
