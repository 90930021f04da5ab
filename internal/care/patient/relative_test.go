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

// relatives lists those of today: « name link phone call legal trusted ».
func (b bundle) relatives(id patient.ID) (out []string, all []patient.Relative) {
	b.t.Helper()
	b.do(func(tx *db.Tx) (err error) { all, err = b.Relatives(tx, patient.Access{}, id); return err })
	for _, r := range patient.Current(all) {
		words := []string{r.Name, string(r.Link), string(r.Phone)}
		for word, is := range map[string]bool{"trusted": r.Trusted, "legal": r.Legal, "call": r.MayCall} {
			if is {
				words = append(words, word)
			}
		}
		if r.Trusted {
			words = append(words, r.TrustedOn.String())
		}
		out = append(out, strings.Join(words, " "))
	}
	return out, all
}

func (b bundle) calls(id patient.ID) (phone directory.Phone, name string) {
	b.t.Helper()
	b.do(func(tx *db.Tx) error {
		p, err := b.Open(tx, patient.Access{}, id)
		phone, name = p.Identity.CallPhone(), p.Identity.RelativeName
		return err
	})
	return phone, name
}

func TestRelatives(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB, c *clock.Manual) {
		b := setup(t, d)
		without := jeanne()
		without.Phone = ""
		id := b.create(without)
		put := func(r patient.Relative) (rid patient.RelativeID, err error) {
			c.Advance(time.Minute)
			err = b.try(func(tx *db.Tx) error { rid, err = b.PutRelative(tx, id, r); return err })
			return rid, err
		}
		mustPut := func(r patient.Relative) patient.RelativeID {
			t.Helper()
			rid, err := put(r)
			if err != nil {
				t.Fatal(err)
			}
			return rid
		}
		if got, _ := b.relatives(id); len(got) != 1 || got[0] != "Paul Exemple other +33639980012 call" {
			t.Errorf("of the form: %q", got)
		}
		daughter := mustPut(patient.Relative{Name: "Anne Exemple", Link: "child", Phone: "06 39 98 00 13", MayCall: true, Trusted: true, TrustedOn: day(2026, 3, 1)})
		if got, _ := b.relatives(id); len(got) != 2 || !strings.HasPrefix(got[0], "Anne Exemple child +33639980013") || got[1] != "Paul Exemple other +33639980012 call" {
			t.Errorf("with his daughter: %q", got)
		}
		if phone, name := b.calls(id); phone != "+33639980013" || name != "Anne Exemple" {
			t.Errorf("the provider calls %s, %s", phone, name)
		}
		b.do(func(tx *db.Tx) error {
			found, err := b.FindByPhone(tx, "ter-1", "06 39 98 00 13")
			if len(found) != 1 {
				t.Error("nobody is found by the phone of the daughter")
			}
			return err
		})

		friend := mustPut(patient.Relative{Name: "Sam Ami", Link: "friend", Phone: "0639980014", Trusted: true, TrustedOn: day(2026, 3, 16)})
		got, all := b.relatives(id)
		if len(got) != 3 || got[0] != "Sam Ami friend +33639980014 trusted 2026-03-16" || strings.Contains(strings.Join(got[1:], " "), "trusted") {
			t.Errorf("with another person of trust: %q", got)
		}
		if len(all) != 4 || all[3].ID != daughter || !all[3].Trusted || all[3].Ended.IsZero() {
			t.Errorf("who was the person of trust is lost: %+v", all)
		}
		if phone, _ := b.calls(id); phone != "+33639980013" && phone != "+33639980012" {
			t.Errorf("who may not be called is: %s", phone)
		}

		for want, r := range map[string]patient.Relative{
			"name patient.relative_name, link patient.relative_link": {Link: "boss"},
			"phone patient.relative_phone":                           {Name: "A", Link: "child", MayCall: true},
			"phone patient.phone":                                    {Name: "A", Link: "child", Phone: "12", MayCall: true},
			"trusted_on patient.trusted_on":                          {Name: "A", Link: "child", Trusted: true, TrustedOn: day(2026, 3, 17)},
		} {
			if _, err := put(r); faults(err) != want {
				t.Errorf("%q, want %q", faults(err), want)
			}
		}
		for _, r := range all[:3] {
			b.do(func(tx *db.Tx) error { return b.EndRelative(tx, id, r.ID) })
		}
		wantCode(t, b.try(func(tx *db.Tx) error { return b.EndRelative(tx, id, friend) }), fault.KindNotFound, "patient.relative_not_found")
		if phone, name := b.calls(id); phone != "" || name != "" {
			t.Errorf("with nobody left, the provider calls %s, %s", phone, name)
		}
		if got, all := b.relatives(id); len(got) != 0 || len(all) != 4 {
			t.Errorf("%q, %d kept", got, len(all))
		}
	})
}

// The only relative is the one of the form: he is changed and ended as any other.
func TestTheRelativeOfTheFormIsOneOfThem(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB, _ *clock.Manual) {
		b := setup(t, d)
		id, other := b.create(jeanne()), b.create(jeanne())
		_, all := b.relatives(id)
		named := all[0]
		named.Link = "spouse"
		b.do(func(tx *db.Tx) error { _, err := b.PutRelative(tx, id, named); return err })
		if got, all := b.relatives(id); len(got) != 1 || got[0] != "Paul Exemple spouse +33639980012 call" || len(all) != 2 {
			t.Errorf("%q of %d", got, len(all))
		}
		_, all = b.relatives(other)
		b.do(func(tx *db.Tx) error { return b.EndRelative(tx, other, all[0].ID) })
		if got, _ := b.relatives(other); len(got) != 0 {
			t.Errorf("ended, he is still there: %q", got)
		}
	})
}

// Merged files have the relatives of both, each readable.
func TestRelativesOfMergedFiles(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB, _ *clock.Manual) {
		b := setup(t, d)
		kept, gone := b.create(jeanne()), b.create(jeanne())
		for id, name := range map[patient.ID]string{kept: "Anne", gone: "Sam"} {
			b.do(func(tx *db.Tx) error {
				_, err := b.PutRelative(tx, id, patient.Relative{Name: name, Link: "child", Trusted: true, TrustedOn: day(2026, 3, 1)})
				return err
			})
		}
		if _, err := b.MergeFiles(b.supervising(), kept, gone, "person"); err != nil {
			t.Fatal(err)
		}
		if got, _ := b.relatives(gone); len(got) != 4 {
			t.Errorf("%q", got)
		}
		b.do(func(tx *db.Tx) error {
			_, err := b.PutRelative(tx, gone, patient.Relative{Name: "Lou", Link: "friend", Trusted: true, TrustedOn: day(2026, 3, 2)})
			return err
		})
		if got, _ := b.relatives(kept); len(got) != 5 || strings.Count(strings.Join(got, "|"), "trusted") != 1 {
			t.Errorf("two people of trust: %q", got)
		}
	})
}

// Two files of which only the identities hold a relative show both, and keep both once one is added.
func TestRelativesOfMergedIdentities(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB, _ *clock.Manual) {
		b := setup(t, d)
		other := jeanne()
		other.RelativeName, other.RelativePhone = "Anne", "0639980013"
		kept, gone := b.create(jeanne()), b.create(other)
		id, err := b.MergeFiles(b.supervising(), kept, gone, "person")
		if err != nil {
			t.Fatal(err)
		}
		if got, _ := b.relatives(kept); len(got) != 2 {
			t.Errorf("%q", got)
		}
		b.do(func(tx *db.Tx) error {
			_, err := b.PutRelative(tx, kept, patient.Relative{Name: "Lou", Link: "friend"})
			return err
		})
		if got, _ := b.relatives(gone); len(got) != 3 {
			t.Errorf("%q", got)
		}
		if err := b.UnmergeFiles(b.supervising(), id); err != nil {
			t.Fatal(err)
		}
		if got, _ := b.relatives(gone); len(got) != 1 || !strings.HasPrefix(got[0], "Anne") {
			t.Errorf("%q", got)
		}
	})
}
