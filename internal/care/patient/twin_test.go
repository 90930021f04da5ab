package patient_test

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"entractes/internal/base/actor"
	"entractes/internal/base/civil"
	"entractes/internal/base/clock"
	"entractes/internal/care/directory"
	"entractes/internal/care/patient"
	"entractes/internal/care/territory"
	"entractes/internal/infra/db"
	"entractes/internal/infra/db/dbtest"
)

// alike is how two identities may differ, and whether they are still likely the same person.
var alike = []struct {
	name   string
	change func(i *patient.Identity)
	want   bool
}{
	{"the same", func(*patient.Identity) {}, true},
	{"capitals and accents", func(i *patient.Identity) { i.FamilyName, i.GivenName = "EXEMPLÉ", "jeanne" }, true},
	{"the name at birth typed as the name used", func(i *patient.Identity) { i.FamilyName, i.BirthName = "Fictif", "" }, true},
	{"no phone", func(i *patient.Identity) { i.Phone, i.RelativePhone = "", "" }, true},
	{"another sex", func(i *patient.Identity) { i.Sex = patient.Male }, false},
	{"a sex nobody knows", func(i *patient.Identity) { i.Sex = patient.UnknownSex }, true},
	{"another birth date, the same phone", func(i *patient.Identity) { i.BirthDate = civil.Day{Year: 1941, Month: 3, Day: 5} }, true},
	{"another birth date, another phone", func(i *patient.Identity) {
		i.BirthDate, i.Phone = civil.Day{Year: 1941, Month: 3, Day: 5}, "0639980099"
	}, false},
	{"another family name, the same phone", func(i *patient.Identity) { i.FamilyName, i.BirthName = "Autre", "" }, true},
	{"another family name, another phone", func(i *patient.Identity) { i.FamilyName, i.BirthName, i.Phone = "Autre", "", "0639980099" }, false},
	{"a sister born the same day", func(i *patient.Identity) { i.GivenName = "Anne" }, false},
	{"the same phone alone", func(i *patient.Identity) {
		i.GivenName, i.BirthDate, i.FamilyName, i.BirthName = "Paul", civil.Day{Year: 1939, Month: 1, Day: 1}, "Autre", ""
	}, false},
}

func TestWhoIsLikelyTheSamePerson(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB, _ *clock.Manual) {
		b := setup(t, d)
		id := b.create(jeanne())
		for _, tc := range alike {
			typed := jeanne()
			tc.change(&typed)
			a, other := jeanne().Normalize(), typed.Normalize()
			if got := patient.Compare(a, other).Twins(); got != tc.want || patient.Compare(other, a) != patient.Compare(a, other) {
				t.Errorf("%s: %+v", tc.name, patient.Compare(a, other))
			}
			b.do(func(tx *db.Tx) error {
				found, ok, err := b.Twin(tx, "ter-1", typed)
				if ok != tc.want || ok && found != id {
					t.Errorf("%s: found %q, %t", tc.name, found, ok)
				}
				_, elsewhere, errElsewhere := b.Twin(tx, "ter-2", typed)
				if elsewhere {
					t.Errorf("%s: found in another territory", tc.name)
				}
				if err == nil {
					err = errElsewhere
				}
				return err
			})
		}
		trail := strings.Join(b.trail(id), "|")
		if !strings.Contains(trail, "patient.found  by likeness") {
			t.Errorf("the search is not in the trail: %s", trail)
		}
	})
}

// The likeliest of several is the one: more in common, then the oldest file.
func TestTheLikeliestTwin(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB, _ *clock.Manual) {
		b := setup(t, d)
		far := jeanne()
		far.Phone = "0639980077"
		b.create(far)
		near := b.create(jeanne())
		b.create(jeanne())
		b.do(func(tx *db.Tx) error {
			found, ok, err := b.Twin(tx, "ter-1", jeanne())
			if !ok || found != near {
				t.Errorf("found %s, want %s", found, near)
			}
			return err
		})
	})
}

// For somebody the person opposes, the file does not exist.
func TestATwinIsHiddenFromWhomThePersonOpposes(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB, _ *clock.Manual) {
		b := setup(t, d)
		id := b.create(jeanne())
		b.do(func(tx *db.Tx) error {
			_, err := b.Oppose(tx, id, patient.Opposition{Scope: patient.OpposesSomebody, Subject: directory.Subject{Kind: directory.KindProfessional, ID: nurse.Person}, SaidBy: "patient"})
			return err
		})
		for _, who := range []actor.Actor{nurse, {Account: "acc-2", Person: "pro-2", Territory: "ter-1"}} {
			b := b
			b.ctx = actor.With(t.Context(), who)
			b.do(func(tx *db.Tx) error {
				_, ok, err := b.Twin(tx, "ter-1", jeanne())
				if ok != (who.Person == "pro-2") {
					t.Errorf("%s finds it: %t", who.Person, ok)
				}
				return err
			})
		}
	})
}

// TestRefreshNeverChangesWhoSomebodyIs: only where he lives and how to reach him may change,
// nothing known is erased by silence, and saying it twice is saying it once.
func TestRefreshNeverChangesWhoSomebodyIs(t *testing.T) {
	t.Parallel()
	text := rapid.SampledFrom([]string{"", "A", "B"})
	draw := func(t *rapid.T, name string) patient.Identity {
		i := jeanne()
		i.Street, i.Building, i.Code, i.Floor = text.Draw(t, name+" street"), text.Draw(t, name+" building"), text.Draw(t, name+" code"), text.Draw(t, name+" floor")
		if rapid.Bool().Draw(t, name+" has no phone") {
			i.Phone = ""
		}
		i.FamilyName, i.Sex = rapid.SampledFrom([]string{"Un", "Deux"}).Draw(t, name), patient.UnknownSex
		i.Commune = rapid.SampledFrom([]territory.CommuneCode{corbeil, "91228"}).Draw(t, name+" commune")
		return i.Normalize()
	}
	rapid.Check(t, func(t *rapid.T) {
		kept, typed := draw(t, "kept"), draw(t, "typed")
		got := kept.Refresh(typed)
		if got.FamilyName != kept.FamilyName || got.Sex != kept.Sex || got.BirthDate != kept.BirthDate {
			t.Fatalf("somebody else: %+v", got)
		}
		if got.Phone == "" && kept.Phone != "" || got.Commune != typed.Commune || typed.Code != "" && got.Code != typed.Code {
			t.Fatalf("%+v from %+v and %+v", got, kept, typed)
		}
		if (got.Street != kept.Street || got.Commune != kept.Commune) && got.Code != typed.Code {
			t.Fatal("the code of another entrance is kept")
		}
		if again := got.Refresh(typed); again != got {
			t.Fatalf("twice: %+v, then %+v", got, again)
		}
	})
}
