package enrolment

import (
	"strings"
	"testing"

	"entractes/internal/base/fault"
	"entractes/internal/base/geo"
)

func TestProfessionsAreNamedAsPeopleDo(t *testing.T) {
	for text, want := range map[string]string{
		"IDE": "IDE", "infirmière": "IDE", "Infirmiers": "IDE", "SAGE-FEMME": "SF", "médecin généraliste": "MED_GEN", "nurse": "IDE", "SOS_MEDECINS": "", "": "", "marabout": "",
	} {
		if got := professionNamed(text); string(got) != want {
			t.Errorf("%q is %q, want %q", text, got, want)
		}
	}
}

func TestListsOfSpreadsheets(t *testing.T) {
	for name, c := range map[string]struct {
		text string
		rows int
	}{
		"semicolons":          {"Nom;Prénom\nA;B\n\n;\nC;D\n", 2},
		"commas, quotes":      {"nom,prenom\n\"A, B\",C\n", 1},
		"a mark at the start": {"\ufeffnom;prenom\r\nA;B\r\n", 1},
		"too few cells":       {"nom;prenom;rpps\nA\n", 1},
		"no line":             {"nom;prenom\n", 0},
		"nothing":             {"", 0},
	} {
		rows, err := readList(strings.NewReader(c.text))
		if len(rows) != c.rows || (err == nil) != (c.rows > 0) {
			t.Errorf("%s: %v, %v", name, rows, err)
		}
		if c.rows > 0 && rows[0]["nom"] == "" {
			t.Errorf("%s: %v", name, rows)
		}
	}
}

// FuzzList reads anything as a list: it is refused with a sentence, or each of its lines is a person or a fault.
func FuzzList(f *testing.F) {
	f.Add("profession;nom;prenom;rpps;courriel;telephone;commune;reseau\nIDE;Exemple;Claire;10000000018;claire@example.org;06 39 98 00 00;Corbeil-Essonnes;CPTS\n")
	f.Add("\"\n;;;\n\x00,")
	f.Add("nom\n" + strings.Repeat("x\n", 3))
	f.Fuzz(func(t *testing.T, text string) {
		rows, err := readList(strings.NewReader(text))
		if err != nil {
			if fault.CodeOf(err) != "enrol.list" {
				t.Fatal(err)
			}
			return
		}
		for _, row := range rows {
			p, err := personOf(row, "essonne", geo.Point{})
			for _, e := range fault.Fields(err) {
				if e.Kind != fault.KindInvalid || e.Field == "" {
					t.Errorf("%v for %v", e, row)
				}
			}
			if err == nil && (p.Email == "" || p.Profession == "" || p.FamilyName == "") {
				t.Errorf("%+v is nobody", p)
			}
		}
	})
}
