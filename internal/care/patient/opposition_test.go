package patient_test

import (
	"testing"
	"time"

	"entractes/internal/base/clock"
	"entractes/internal/base/fault"
	"entractes/internal/care/directory"
	"entractes/internal/care/nomenclature"
	"entractes/internal/care/patient"
	"entractes/internal/infra/db"
	"entractes/internal/infra/db/dbtest"
)

func TestWhomAnOppositionNames(t *testing.T) {
	t.Parallel()
	one := directory.Subject{Kind: directory.KindProfessional, ID: "pro-1"}
	cabinet := directory.Subject{Kind: directory.KindStructure, ID: "pro-1"} // the same id is not the same subject
	somebody := patient.Opposition{Scope: patient.OpposesSomebody, Subject: one}
	profession := patient.Opposition{Scope: patient.OpposesProfession, Profession: "IDE"}
	all := patient.Opposition{Scope: patient.OpposesAll}
	for _, tc := range []struct {
		name                 string
		held                 patient.Oppositions
		subject              directory.Subject
		profession           string
		all, against, byName bool
	}{
		{"nothing", nil, one, "IDE", false, false, false},
		{"all is nobody's name", patient.Oppositions{all}, one, "IDE", true, false, false},
		{"him", patient.Oppositions{somebody}, one, "MK", false, true, true},
		{"not the cabinet", patient.Oppositions{somebody}, cabinet, "IDE", false, false, false},
		{"his profession", patient.Oppositions{profession}, one, "IDE", false, true, false},
		{"another profession", patient.Oppositions{profession}, one, "MK", false, false, false},
		{"no profession", patient.Oppositions{{Scope: patient.OpposesProfession}}, one, "", false, false, false},
		{"nobody", patient.Oppositions{{Scope: patient.OpposesSomebody}}, directory.Subject{}, "IDE", false, false, false},
	} {
		if got := tc.held.All(); got != tc.all {
			t.Errorf("%s: all is %t", tc.name, got)
		}
		if got := tc.held.Against(tc.subject, nomenclature.ProfessionCode(tc.profession)); got != tc.against {
			t.Errorf("%s: against is %t", tc.name, got)
		}
		if got := tc.held.Against(tc.subject, ""); got != tc.byName {
			t.Errorf("%s: by name is %t", tc.name, got)
		}
	}
}

func TestAnOppositionHoldsUntilItIsWithdrawn(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB, c *clock.Manual) {
		b := setup(t, d)
		id := b.create(jeanne())
		opposed := func() (yes bool) {
			b.do(func(tx *db.Tx) (err error) { yes, err = patient.Opposed(tx, id); return err })
			return yes
		}
		oppose := func(o patient.Opposition) (oid patient.OppositionID, err error) {
			err = b.try(func(tx *db.Tx) error { oid, err = b.Oppose(tx, id, o); return err })
			return oid, err
		}
		all := patient.Opposition{Scope: patient.OpposesAll, SaidBy: "patient", Reason: "privacy"}
		first, err := oppose(all)
		if err != nil || !opposed() {
			t.Fatalf("%v, opposed %t", err, opposed())
		}
		_, err = oppose(all)
		wantCode(t, err, fault.KindConflict, "patient.opposed")
		b.do(func(tx *db.Tx) error { return patient.RecordConsent(tx, id, "req-1", patient.ConsentSharing) })
		if !opposed() {
			t.Error("an agreement to a request ends the opposition")
		}
		c.Advance(time.Hour)
		b.do(func(tx *db.Tx) error { return b.Withdraw(tx, id, first) })
		wantCode(t, b.try(func(tx *db.Tx) error { return b.Withdraw(tx, id, first) }), fault.KindNotFound, "patient.opposition_not_found")
		if opposed() {
			t.Error("withdrawn, it still holds")
		}
		if _, err := oppose(all); err != nil || !opposed() {
			t.Errorf("said again: %v", err)
		}
		b.do(func(tx *db.Tx) error {
			history, err := patient.AllOppositions(tx, id)
			if len(history) != 2 || history[1].Ended.IsZero() || history[1].Name != nurse.Name || history[1].EndedName != nurse.Name || !history[0].Ended.IsZero() {
				t.Errorf("%+v", history)
			}
			return err
		})
		_, err = oppose(patient.Opposition{Scope: patient.OpposesSomebody, Reason: "x"})
		if got, want := faults(err), "somebody patient.opposition_subject, reason patient.opposition_reason, said_by patient.opposition_said_by"; got != want {
			t.Errorf("%q", got)
		}
		_, err = oppose(patient.Opposition{Scope: "some", SaidBy: "trusted"})
		if got, want := faults(err), "scope patient.opposition_scope"; got != want {
			t.Errorf("%q", got)
		}
	})
}
