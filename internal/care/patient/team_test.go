package patient_test

import (
	"strings"
	"testing"
	"time"

	"entractes/internal/base/clock"
	"entractes/internal/base/fault"
	"entractes/internal/care/directory"
	"entractes/internal/care/patient"
	"entractes/internal/infra/db"
	"entractes/internal/infra/db/dbtest"
)

func TestUsualTeam(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB, c *clock.Manual) {
		b := setup(t, d)
		id := b.create(jeanne())
		ines := directory.Subject{Kind: directory.KindProfessional, ID: "pro-1"}
		cabinet := directory.Subject{Kind: directory.KindStructure, ID: "cab-1"}
		gp := directory.Subject{Kind: directory.KindProfessional, ID: "pro-gp"}
		var member patient.MemberID
		b.do(func(tx *db.Tx) (err error) {
			if member, err = b.AddMember(tx, id, patient.Member{Subject: ines, Profession: "IDE"}); err != nil {
				return err
			}
			if _, err = b.AddMember(tx, id, patient.Member{Subject: cabinet, Profession: "MK", Since: tx.Now().Add(time.Hour)}); err != nil {
				return err
			}
			if _, err = b.AddMember(tx, id, patient.Member{Profession: "PHARMA", Outsider: &patient.Outsider{Name: "Pharmacie Modèle", Town: "Évry"}}); err != nil {
				return err
			}
			return b.SetGP(tx, id, gp.ID)
		})
		wantCode(t, b.try(func(tx *db.Tx) error {
			_, err := b.AddMember(tx, id, patient.Member{Subject: ines, Profession: "IDE"})
			return err
		}), fault.KindConflict, "patient.member")
		team := b.team(id)
		if len(team) != 3 || team[0].Subject != gp || !team[0].RegisteredGP || team[0].Profession != "MED_GEN" || team[1].Subject != ines || team[2].Outsider != nil {
			t.Errorf("%+v", team)
		}
		b.do(func(tx *db.Tx) error {
			open, err := b.OpenTeam(tx, patient.Access{Action: "patient.show"}, id)
			if err == nil && (len(open) != 3 || open[2].Outsider == nil || open[2].Outsider.Name != "Pharmacie Modèle") {
				t.Errorf("%+v", open)
			}
			return err
		})
		c.Advance(time.Hour)
		if got := b.subjects(id); got != "pro-gp pro-1  cab-1" {
			t.Errorf("an hour later: %q", got)
		}
		for s, want := range map[directory.Subject]int{ines: 1, gp: 1, cabinet: 1, {}: 0, {Kind: directory.KindStructure, ID: "pro-1"}: 0} {
			if got := b.patientsOf(s); len(got) != want {
				t.Errorf("patients of %v: %v", s, got)
			}
		}
		b.do(func(tx *db.Tx) error { return b.EndMember(tx, id, member, time.Time{}) })
		if got := b.subjects(id); got != "pro-gp  cab-1" {
			t.Errorf("after leaving: %q", got)
		}
		if got := b.patientsOf(ines); len(got) != 0 {
			t.Errorf("leaving ends access: %v", got)
		}
		wantCode(t, b.try(func(tx *db.Tx) error { return b.EndMember(tx, id, member, time.Time{}) }), fault.KindNotFound, "patient.member_not_found")
		b.do(func(tx *db.Tx) error {
			if _, err := b.AddMember(tx, id, patient.Member{Subject: gp, Profession: "MED_GEN"}); err != nil {
				return err
			}
			return b.SetGP(tx, id, gp.ID)
		})
		if team := b.team(id); len(team) != 3 || team[0].ID == "" || !team[0].RegisteredGP {
			t.Errorf("the GP, member too, is one: %+v", team)
		}
	})
}

func (b bundle) team(id patient.ID) (out []patient.Member) {
	b.t.Helper()
	b.do(func(tx *db.Tx) (err error) { out, err = patient.TeamOf(tx, id); return err })
	return out
}

func (b bundle) subjects(id patient.ID) string {
	var out []string
	for _, m := range b.team(id) {
		out = append(out, m.Subject.ID)
	}
	return strings.Join(out, " ")
}

func (b bundle) patientsOf(s directory.Subject) (out []patient.ID) {
	b.t.Helper()
	b.do(func(tx *db.Tx) (err error) { out, err = patient.PatientsOf(tx, s); return err })
	return out
}

func TestMembersAreChecked(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB, _ *clock.Manual) {
		b := setup(t, d)
		id := b.create(jeanne())
		ines := directory.Subject{Kind: directory.KindProfessional, ID: "pro-1"}
		for _, tc := range []struct {
			m    patient.Member
			want string
		}{
			{patient.Member{Profession: "IDE"}, "subject patient.member_subject"},
			{patient.Member{Subject: directory.Subject{Kind: "outsider", ID: "x"}, Profession: "IDE"}, "subject patient.member_subject"},
			{patient.Member{Subject: ines, Outsider: &patient.Outsider{Name: "Zoé"}, Profession: "IDE"}, "subject patient.member_subject"},
			{patient.Member{Subject: ines, Profession: "??"}, "profession patient.member_profession"},
			{patient.Member{Outsider: &patient.Outsider{Phone: "x"}, Profession: "IDE"}, "name patient.name, phone patient.phone"},
		} {
			err := b.try(func(tx *db.Tx) error { _, err := b.AddMember(tx, id, tc.m); return err })
			if got := faults(err); got != tc.want {
				t.Errorf("%+v: %q, want %q", tc.m, got, tc.want)
			}
		}
	})
}
