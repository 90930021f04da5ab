package patient_test

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"entractes/internal/base/actor"
	"entractes/internal/base/civil"
	"entractes/internal/base/clock"
	"entractes/internal/base/fault"
	"entractes/internal/base/fold"
	"entractes/internal/care/directory"
	"entractes/internal/care/patient"
	"entractes/internal/infra/db"
	"entractes/internal/infra/db/dbtest"
	"entractes/internal/security/audit"
	"entractes/internal/security/crypt/crypttest"
)

var nurse = actor.Actor{Account: "acc-1", Person: "pro-1", Name: "Inès Modèle", Territory: "ter-1", Roles: []actor.Role{actor.RoleProfessional}}

// bundle is a register on a fresh database, acted on by the nurse.
type bundle struct {
	*patient.Register
	t   testing.TB
	d   *db.DB
	ctx context.Context
}

func setup(t testing.TB, d *db.DB) bundle {
	t.Helper()
	v := crypttest.Vault(t)
	return bundle{patient.New(d, v, audit.New(d)), t, d, actor.With(context.Background(), nurse)}
}

func (b bundle) try(fn func(tx *db.Tx) error) error { return b.d.Update(b.ctx, fn) }

func (b bundle) do(fn func(tx *db.Tx) error) {
	b.t.Helper()
	if err := b.try(fn); err != nil {
		b.t.Fatal(err)
	}
}

func (b bundle) create(i patient.Identity) (id patient.ID) {
	b.t.Helper()
	b.do(func(tx *db.Tx) (err error) { id, err = b.Create(tx, "ter-1", i); return err })
	return id
}

// trail lists "action request detail" of the audit of a patient, in order.
func (b bundle) trail(id patient.ID) (out []string) {
	b.t.Helper()
	b.do(func(tx *db.Tx) error {
		lines, err := audit.OfPatient(tx, string(id))
		slices.Reverse(lines)
		for _, l := range lines {
			out = append(out, strings.TrimSpace(string(l.Action)+" "+l.Request+" "+l.Detail))
		}
		return err
	})
	return out
}

func wantCode(t testing.TB, err error, kind fault.Kind, code string) {
	t.Helper()
	if fault.KindOf(err) != kind || fault.CodeOf(err) != code {
		t.Errorf("got %v, want %v %s", err, kind, code)
	}
}

func TestWhatIsKeptComesBackAndIsRecorded(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB, c *clock.Manual) {
		b := setup(t, d)
		id := b.create(jeanne())
		var p patient.Patient
		b.do(func(tx *db.Tx) (err error) {
			p, err = b.Open(tx, patient.Access{Action: "request.show", Request: "req-1"}, id)
			return err
		})
		if want := jeanne().Normalize(); p.Identity != want || p.ID != id || p.Territory != "ter-1" || p.Version != 1 || !p.Created.Equal(dbtest.Start) {
			t.Errorf("%+v", p)
		}
		if p.Identity.Phone != "+33639980011" || p.Identity.INSStatus != patient.INSProvisional {
			t.Errorf("%+v", p.Identity)
		}
		c.Advance(time.Minute)
		moved := p.Identity
		moved.Commune, moved.Street = "91228", "8 place du Marché"
		b.do(func(tx *db.Tx) error { return b.Change(tx, patient.Access{}, id, p.Version, moved) })
		wantCode(t, b.try(func(tx *db.Tx) error { return b.Change(tx, patient.Access{}, id, p.Version, moved) }), fault.KindConflict, "patient.changed")
		b.do(func(tx *db.Tx) error {
			all, err := b.OpenAll(tx, patient.Access{Action: "request.list"}, []patient.ID{id, "nobody"})
			if len(all) != 1 || all[id].Identity != moved || all[id].Version != 2 || !all[id].Updated.Equal(dbtest.Start.Add(time.Minute)) {
				t.Errorf("%+v", all)
			}
			none, errNone := b.OpenAll(tx, patient.Access{}, nil)
			if len(none) != 0 || errNone != nil {
				t.Error(none, errNone)
			}
			code, errCode := patient.CommuneOf(tx, id)
			if code != "91228" || errCode != nil {
				t.Error(code, errCode)
			}
			return err
		})
		want := "patient.create|request.show req-1|patient.change|request.list"
		if got := strings.Join(b.trail(id), "|"); got != want {
			t.Errorf("audit %q, want %q", got, want)
		}
	})
}

func TestAListOnAScreenIsOneReading(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB, c *clock.Manual) {
		b := setup(t, d)
		id, other := b.create(jeanne()), b.create(jeanne())
		draw := func(a actor.Actor, ids ...patient.ID) {
			b := b
			b.ctx = actor.With(t.Context(), a)
			b.do(func(tx *db.Tx) error {
				all, err := b.OpenList(tx, patient.Access{Action: "console.list"}, ids, "late")
				if err == nil && (len(all) != len(ids) || all[id].Identity != jeanne().Normalize()) {
					t.Errorf("%+v", all)
				}
				return err
			})
		}
		supervisor := actor.Actor{Account: "acc-2", Roles: []actor.Role{actor.RoleSupervisorNurse}}
		for range 3 {
			draw(supervisor, id)
			c.Advance(time.Minute)
		}
		draw(supervisor, id, other)
		draw(nurse, id)
		if got := strings.Join(b.trail(id), "|"); got != "patient.create|console.list|console.list" {
			t.Errorf("one reading each: %q", got)
		}
		if got := strings.Join(b.trail(other), "|"); got != "patient.create|console.list" {
			t.Errorf("a new one in the list: %q", got)
		}
		c.Advance(15 * time.Minute)
		draw(supervisor, id)
		if got := len(b.trail(id)); got != 4 {
			t.Errorf("%d lines after a quarter of an hour", got)
		}
	})
}

func TestNothingIsReadWithoutAnAuthor(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB, _ *clock.Manual) {
		b := setup(t, d)
		id := b.create(jeanne())
		nobody := b
		nobody.ctx = t.Context()
		for name, act := range map[string]func(tx *db.Tx) error{
			"create":  func(tx *db.Tx) error { _, err := b.Create(tx, "ter-1", jeanne()); return err },
			"open":    func(tx *db.Tx) error { _, err := b.Open(tx, patient.Access{}, id); return err },
			"all":     func(tx *db.Tx) error { _, err := b.OpenAll(tx, patient.Access{}, []patient.ID{id}); return err },
			"change":  func(tx *db.Tx) error { return b.Change(tx, patient.Access{}, id, 1, jeanne()) },
			"team":    func(tx *db.Tx) error { _, err := b.OpenTeam(tx, patient.Access{}, id); return err },
			"phone":   func(tx *db.Tx) error { _, err := b.FindByPhone(tx, "ter-1", "0639980011"); return err },
			"consent": func(tx *db.Tx) error { return patient.RecordConsent(tx, id, "", patient.ConsentSharing) },
			"gp":      func(tx *db.Tx) error { return b.SetGP(tx, id, "pro-9") },
			"find": func(tx *db.Tx) error {
				_, err := b.Find(tx, "ter-1", "Exemple", "Jeanne", jeanne().BirthDate)
				return err
			},
		} {
			if err := nobody.try(act); fault.CodeOf(err) != "audit.nobody" {
				t.Errorf("%s: %v", name, err)
			}
		}
		if _, err := b.Accesses(t.Context(), id); fault.KindOf(err) != fault.KindUnauthenticated {
			t.Error(err)
		}
	})
}

func TestAllFaultsAreReturnedAndNothingIsKept(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB, _ *clock.Manual) {
		b := setup(t, d)
		bad := jeanne()
		bad.FamilyName, bad.BirthDate = "", civil.Day{Year: 2999, Month: 1, Day: 1}
		err := b.try(func(tx *db.Tx) error { _, err := b.Create(tx, "ter-1", bad); return err })
		if got := faults(err); got != "family_name patient.family_name_missing, birth_date patient.birth_date_future" {
			t.Error(got)
		}
		id := b.create(jeanne())
		err = b.try(func(tx *db.Tx) error { return b.Change(tx, patient.Access{}, id, 1, bad) })
		if len(fault.Fields(err)) != 2 {
			t.Error(err)
		}
		wantCode(t, b.try(func(tx *db.Tx) error { return b.Change(tx, patient.Access{}, "nobody", 1, jeanne()) }), fault.KindNotFound, "patient.not_found")
		wantCode(t, b.try(func(tx *db.Tx) error { _, err := b.Open(tx, patient.Access{}, "nobody"); return err }), fault.KindNotFound, "patient.not_found")
		wantCode(t, b.try(func(tx *db.Tx) error { return b.SetGP(tx, "nobody", "pro-9") }), fault.KindNotFound, "patient.not_found")
	})
}

func TestFindTellsOnlyWhatWasTyped(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB, _ *clock.Manual) {
		b := setup(t, d)
		id := b.create(jeanne())
		homonym := jeanne()
		homonym.BirthName, homonym.Phone, homonym.RelativePhone = "", "", "06 39 98 77 77"
		other := b.create(homonym)
		birth := jeanne().BirthDate
		for _, tc := range []struct {
			territory, family, given string
			birth                    civil.Day
			want                     []patient.ID
		}{
			{"ter-1", "EXEMPLE", "jeanne", birth, []patient.ID{id, other}},
			{"ter-1", "fictif", "Jéanne", birth, []patient.ID{id}},
			{"ter-2", "Exemple", "Jeanne", birth, nil},
			{"ter-1", "Exempl", "Jeanne", birth, nil},
			{"ter-1", "Exemple", "Jeanne", birth.Add(1), nil},
			{"ter-1", "Exemple", "", birth, nil},
			{"ter-1", "", "Jeanne", birth, nil},
			{"ter-1", "Exemple", "Jeanne", civil.Day{}, nil},
		} {
			b.do(func(tx *db.Tx) error {
				found, err := b.Find(tx, tc.territory, tc.family, tc.given, tc.birth)
				var ids []patient.ID
				for _, f := range found {
					ids = append(ids, f.ID)
					if want := (patient.Candidate{ID: f.ID, FamilyName: tc.family, GivenName: tc.given, BirthDate: tc.birth}); f != want {
						t.Errorf("%+v says more than what was typed", f)
					}
				}
				if !slices.Equal(ids, tc.want) {
					t.Errorf("%+v: %v", tc, ids)
				}
				return err
			})
		}
		for phone, want := range map[directory.Phone]patient.ID{"06.39.98.00.11": id, "+33639987777": other, "06 39 98 00 12": "", "": "", "x": ""} {
			b.do(func(tx *db.Tx) error {
				found, err := b.FindByPhone(tx, "ter-1", phone)
				if len(found) > 1 || len(found) == 1 && (found[0].ID != want || found[0].FamilyName != "") || len(found) == 0 && want != "" {
					t.Errorf("%q: %+v", phone, found)
				}
				return err
			})
		}
		if got := b.trail(other); !slices.Contains(got, "patient.found  by identity") || !slices.Contains(got, "patient.found  by phone") {
			t.Errorf("searches are not in the trail: %q", got)
		}
	})
}

// TestSearchIgnoresSpelling: whatever the accents, the case and the separators, the same key finds the same person and no other.
func TestSearchIgnoresSpelling(t *testing.T) {
	t.Parallel()
	b := setup(t, dbtest.Open(t, db.SQLite, clock.NewManual(dbtest.Start)))
	names := rapid.StringMatching(`[a-zéèëçA-Z]{1,8}([ '-][a-zA-Z]{1,6})?`)
	rapid.Check(t, func(t *rapid.T) {
		i := jeanne()
		i.FamilyName, i.BirthName, i.GivenName = names.Draw(t, "family"), "", names.Draw(t, "given")
		typed := names.Draw(t, "typed")
		if rapid.Bool().Draw(t, "same") {
			typed = strings.ToUpper(strings.NewReplacer("-", " ", "é", "e").Replace(i.FamilyName))
		}
		var id patient.ID
		b.do(func(tx *db.Tx) (err error) { id, err = b.Create(tx, "ter-"+t.Name(), i); return err })
		b.do(func(tx *db.Tx) error {
			found, err := b.Find(tx, "ter-"+t.Name(), typed, i.GivenName, i.BirthDate)
			there := slices.ContainsFunc(found, func(c patient.Candidate) bool { return c.ID == id })
			if len(found) < 20 && there != (fold.Key(typed) == fold.Key(i.FamilyName)) {
				t.Fatalf("%q finds %q: %v", typed, i.FamilyName, there)
			}
			return err
		})
	})
}

func TestMovedIdentitiesDoNotOpen(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB, _ *clock.Manual) {
		b := setup(t, d)
		one := b.create(jeanne())
		other := jeanne()
		other.GivenName = "Paule"
		two := b.create(other)
		b.do(func(tx *db.Tx) error {
			_, err := tx.Exec(`UPDATE patient SET identity = (SELECT identity FROM patient WHERE id = $1) WHERE id = $2`, one, two)
			return err
		})
		wantCode(t, b.try(func(tx *db.Tx) error { _, err := b.Open(tx, patient.Access{}, two); return err }), fault.KindInternal, "crypt.refused")
	})
}

func TestNothingNominativeIsInTheFile(t *testing.T) {
	t.Parallel()
	path := dbtest.Address(t, db.SQLite)
	b := setup(t, dbtest.OpenAt(t, path, clock.NewManual(dbtest.Start)))
	i := jeanne()
	i.FamilyName, i.BirthName = "Introuvable", "Invisible"
	id := b.create(i)
	b.do(func(tx *db.Tx) error {
		if _, err := b.AddMember(tx, id, patient.Member{Profession: "IDE", Outsider: &patient.Outsider{Name: "Zoé Lointaine", Phone: "0639985555"}}); err != nil {
			return err
		}
		if _, err := b.Find(tx, "ter-1", i.FamilyName, i.GivenName, i.BirthDate); err != nil {
			return err
		}
		_, err := b.Open(tx, patient.Access{}, id)
		return err
	})
	files, err := filepath.Glob(path + "*")
	if err != nil {
		t.Fatal(err)
	}
	var text []byte
	for _, f := range files {
		part, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		text = append(text, bytes.ToLower(part)...)
	}
	if !bytes.Contains(text, []byte(id)) {
		t.Error("the patient is not in the files read: the test proves nothing")
	}
	for _, secret := range []string{"introuvable", "invisible", "jeanne", "essais", "39980011", "39980012", "1941-05-03", "12a34", "d-42", "lointaine", "39985555"} {
		if bytes.Contains(text, []byte(secret)) {
			t.Errorf("%q is readable in the database", secret)
		}
	}
}

func TestAgreementsAreKept(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB, c *clock.Manual) {
		b := setup(t, d)
		id := b.create(jeanne())
		b.do(func(tx *db.Tx) error { return patient.RecordConsent(tx, id, "req-1", patient.ConsentSharing) })
		wantCode(t, b.try(func(tx *db.Tx) error { return patient.RecordConsent(tx, id, "", "perhaps") }), fault.KindInvalid, "patient.consent_kind")
		b.do(func(tx *db.Tx) error {
			all, err := patient.Consents(tx, id)
			if len(all) != 1 || all[0].Kind != patient.ConsentSharing || all[0].Account != nurse.Account || all[0].Request != "req-1" {
				t.Errorf("%+v", all)
			}
			return err
		})
	})
}

func TestWhoReadsTheTrail(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB, _ *clock.Manual) {
		b := setup(t, d)
		id := b.create(jeanne())
		for _, tc := range []struct {
			by   actor.Actor
			want int
		}{
			{actor.Actor{Account: "sup", Territory: "ter-1", Roles: []actor.Role{actor.RoleSupervisorNurse}}, 1},
			{actor.Actor{Account: "far", Territory: "ter-2", Roles: []actor.Role{actor.RoleSupervisorNurse}}, 0},
			{actor.Actor{Account: "adm", Territory: "ter-1", Roles: []actor.Role{actor.RoleTerritoryAdmin}}, 0},
			{nurse, 1},
			{actor.Actor{Account: "dpo", Roles: []actor.Role{actor.RoleAuditor}}, 5},
		} {
			lines, err := b.Accesses(actor.With(t.Context(), tc.by), id)
			if err != nil || len(lines) != tc.want {
				t.Errorf("%s reads %d lines, %v; want %d", tc.by.Account, len(lines), err, tc.want)
			}
		}
		_, err := b.Accesses(actor.With(t.Context(), nurse), "nobody")
		wantCode(t, err, fault.KindNotFound, "patient.not_found")
	})
}
