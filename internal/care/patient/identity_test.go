package patient_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"entractes/internal/base/civil"
	"entractes/internal/base/fault"
	"entractes/internal/base/i18n"
	"entractes/internal/care/directory"
	"entractes/internal/care/patient"
	"entractes/internal/care/territory"
	"entractes/internal/infra/db/dbtest"
)

const corbeil territory.CommuneCode = "91174"

// jeanne is whole and right.
func jeanne() patient.Identity {
	return patient.Identity{
		FamilyName: "Exemple", BirthName: "Fictif", GivenName: "Jeanne", BirthDate: civil.Day{Year: 1941, Month: 5, Day: 3},
		BirthPlace: "Évry", Sex: patient.Female, Phone: "06 39 98 00 11", RelativeName: "Paul Exemple", RelativePhone: "0639980012",
		Commune: corbeil, Street: "3 rue des Essais", Building: "B", Floor: "2", Door: "gauche", Code: "12A34", NameOnDoor: "Exemple",
		FileNumber: "D-42", InsuranceScheme: "01", Fictitious: true,
	}
}

// faults lists "field code" of every fault of err.
func faults(err error) string {
	var out []string
	for _, f := range fault.Fields(err) {
		out = append(out, f.Field+" "+f.Code)
	}
	return strings.Join(out, ", ")
}

func TestCheck(t *testing.T) {
	t.Parallel()
	cases := []struct {
		name   string
		change func(i *patient.Identity)
		want   string
	}{
		{"whole", func(*patient.Identity) {}, ""},
		{"the least", func(i *patient.Identity) {
			*i = patient.Identity{FamilyName: "Exemple", GivenName: "Jeanne", BirthDate: i.BirthDate, Commune: corbeil}
		}, ""},
		{"born today", func(i *patient.Identity) { i.BirthDate = civil.Day{Year: 2026, Month: 3, Day: 16} }, ""},
		{"born tomorrow", func(i *patient.Identity) { i.BirthDate = civil.Day{Year: 2026, Month: 3, Day: 17} }, "birth_date patient.birth_date_future"},
		{"125 years old", func(i *patient.Identity) { i.BirthDate = civil.Day{Year: 1900, Month: 3, Day: 17} }, ""},
		{"126 years old", func(i *patient.Identity) { i.BirthDate = civil.Day{Year: 1900, Month: 3, Day: 16} }, "birth_date patient.birth_date_old"},
		{"30 February", func(i *patient.Identity) { i.BirthDate = civil.Day{Year: 1950, Month: 2, Day: 30} }, "birth_date patient.birth_date"},
		{"empty", func(i *patient.Identity) { *i = patient.Identity{} },
			"family_name patient.family_name_missing, given_name patient.given_name_missing, birth_date patient.birth_date_missing, commune patient.commune"},
		{"a megabyte", func(i *patient.Identity) { i.FamilyName = strings.Repeat("a", 1<<20) }, "family_name patient.too_long"},
		{"NUL", func(i *patient.Identity) { i.GivenName = "Jea\x00nne" }, "given_name patient.characters"},
		{"not UTF-8", func(i *patient.Identity) { i.Street = "3 rue\xff" }, "street patient.characters"},
		{"digits", func(i *patient.Identity) { i.FamilyName = "Exemple2" }, "family_name patient.name"},
		{"no letter", func(i *patient.Identity) { i.BirthName = "--" }, "birth_name patient.name"},
		{"phones", func(i *patient.Identity) { i.Phone, i.RelativePhone = "12", "abc" }, "phone patient.phone, relative_phone patient.phone"},
		{"enumerations", func(i *patient.Identity) { i.Sex, i.InsuranceScheme, i.INSStatus = "F", "zz", "OK" },
			"sex patient.sex, insurance_scheme patient.insurance_scheme, ins_status patient.ins_status"},
		{"fictitious and validated", func(i *patient.Identity) { i.INSStatus = patient.INSValidated }, "ins_status patient.ins_attribute"},
		{"fictitious and doubtful", func(i *patient.Identity) { i.Doubtful = true }, "ins_status patient.ins_attribute"},
		{"unknown commune", func(i *patient.Identity) { i.Commune = "99999" }, "commune patient.commune"},
	}
	for _, tc := range cases {
		i := jeanne()
		tc.change(&i)
		err := i.Check(dbtest.Start)
		if got := faults(err); got != tc.want {
			t.Errorf("%s: %q, want %q", tc.name, got, tc.want)
		}
		for _, f := range fault.Fields(err) {
			for _, lang := range i18n.Langs {
				if text := i18n.For(lang).T("fault."+f.Code, f.Values...); strings.Contains(text, "{") || strings.Contains(text, "fault.") {
					t.Errorf("%s in %s: %q", f.Code, lang, text)
				}
			}
		}
	}
}

func TestTodayIsTheDayOfTheCommune(t *testing.T) {
	t.Parallel()
	evening := time.Date(2026, 3, 16, 22, 0, 0, 0, time.UTC) // already the 17th in Saint-Denis de La Réunion
	i := jeanne()
	i.BirthDate = civil.Day{Year: 2026, Month: 3, Day: 17}
	if faults(i.Check(evening)) == "" {
		t.Error("born tomorrow in Corbeil")
	}
	i.Commune = "97411"
	if got := faults(i.Check(evening)); got != "" {
		t.Errorf("born today in Saint-Denis: %s", got)
	}
}

func TestNames(t *testing.T) {
	t.Parallel()
	for given, want := range map[string]string{
		"Jeanne": "J. EXEMPLE", "Jean-Pierre": "J.-P. EXEMPLE", "marie anne": "M. A. EXEMPLE", "Élodie": "É. EXEMPLE", "": "EXEMPLE",
	} {
		i := patient.Identity{FamilyName: "Exemple", GivenName: given}
		if got := i.ShortName(); got != want {
			t.Errorf("%q: %q, want %q", given, got, want)
		}
	}
	if got := jeanne().FullName(); got != "Jeanne EXEMPLE" {
		t.Errorf("FullName = %q", got)
	}
}

func TestCallPhone(t *testing.T) {
	t.Parallel()
	i := jeanne().Normalize()
	if i.CallPhone() != "+33639980011" {
		t.Error(i.CallPhone())
	}
	i.Phone = ""
	if i.CallPhone() != "+33639980012" {
		t.Error(i.CallPhone())
	}
}

func TestNormalizeTwiceChangesNothing(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		i := jeanne()
		i.FamilyName, i.Street = rapid.String().Draw(t, "name"), rapid.String().Draw(t, "street")
		i.Phone = directory.Phone(rapid.StringMatching(`[+0-9 ().]{0,20}`).Draw(t, "phone"))
		once := i.Normalize()
		if once.Normalize() != once {
			t.Fatalf("%+v", once)
		}
		if fmt.Sprint(i.Check(dbtest.Start)) != fmt.Sprint(once.Check(dbtest.Start)) {
			t.Fatal("normalizing changes the verdict")
		}
	})
}

func FuzzCheck(f *testing.F) {
	f.Add("Exemple", "Jeanne", "06 39 98 00 11", "3 rue des Essais", 1941, 5, 3)
	f.Add("\x00", "\xff", "+", strings.Repeat("é", 300), -1, 99, 0)
	f.Fuzz(func(t *testing.T, family, given, phone, street string, year, month, day int) {
		i := jeanne()
		i.FamilyName, i.GivenName, i.Phone, i.Street = family, given, directory.Phone(phone), street
		i.BirthDate = civil.Day{Year: year, Month: time.Month(month), Day: day}
		if err := i.Check(dbtest.Start); err == nil && (i.FullName() == "" || i.ShortName() == "" || i.BirthDate.Year < 1900) {
			t.Errorf("accepted %+v", i)
		}
	})
}
