package patient_test

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"entractes/internal/base/actor"
	"entractes/internal/base/clock"
	"entractes/internal/base/fault"
	"entractes/internal/care/directory"
	"entractes/internal/care/patient"
	"entractes/internal/infra/db"
	"entractes/internal/infra/db/dbtest"
)

var supervisor = actor.Actor{Account: "acc-sup", Name: "Sasha Veille", Territory: "ter-1", Roles: []actor.Role{actor.RoleSupervisorNurse}}

func (b bundle) supervising() context.Context { return actor.With(context.Background(), supervisor) }

// dump is everything kept of the patients, save the history of merges.
func (b bundle) dump() string {
	b.t.Helper()
	var out strings.Builder
	b.do(func(tx *db.Tx) error {
		for _, q := range []string{
			`SELECT id, merged_into, gp, commune, identity, name_index, version, updated FROM patient ORDER BY id`,
			`SELECT id, patient, subject, '', detail, detail, since, until FROM team_member ORDER BY id`,
			`SELECT id, patient, subject, scope, '', '', at, ended FROM opposition ORDER BY id`,
			`SELECT id, patient, kind, request, '', '', at, 0 FROM consent ORDER BY id`,
		} {
			_, err := db.All(tx, func(r db.Row) (string, error) {
				var a, c, d, e string
				var f, g []byte
				var h, i int64
				err := r.Scan(&a, &c, &d, &e, &f, &g, &h, &i)
				fmt.Fprintf(&out, "%s %s %s %s %x %x %d %d\n", a, c, d, e, f, g, h, i)
				return a, err
			}, q)
			if err != nil {
				return err
			}
		}
		return nil
	})
	return out.String()
}

// jeannes makes n files that look alike, each with a team, an agreement and an opposition of its own.
func (b bundle) jeannes(n int) []patient.ID {
	b.t.Helper()
	ids := make([]patient.ID, n)
	for i := range ids {
		ids[i] = b.create(jeanne())
		b.do(func(tx *db.Tx) error {
			if _, err := b.AddMember(tx, ids[i], patient.Member{Profession: "PHARMA", Outsider: &patient.Outsider{Name: "Pharmacie " + strings.Repeat("I", i+1)}}); err != nil {
				return err
			}
			if _, err := b.AddMember(tx, ids[i], patient.Member{Profession: "IDE", Subject: directory.Subject{Kind: directory.KindProfessional, ID: "pro-1"}}); err != nil {
				return err
			}
			if _, err := b.Oppose(tx, ids[i], patient.Opposition{Scope: patient.OpposesSomebody, Subject: directory.Subject{Kind: directory.KindStructure, ID: fmt.Sprint("str-", i)}, SaidBy: "patient"}); err != nil {
				return err
			}
			return patient.RecordConsent(tx, ids[i], fmt.Sprint("req-", i), patient.ConsentSharing)
		})
	}
	return ids
}

// Merged, two files are read as one, whichever is asked for; undone, each is as it was.
func TestMergedFilesAreReadAsOne(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB, _ *clock.Manual) {
		b := setup(t, d)
		ids := b.jeannes(2)
		kept, gone := ids[0], ids[1]
		b.do(func(tx *db.Tx) error { return b.SetGP(tx, gone, "pro-gp") })
		before := b.dump()
		id, err := b.MergeFiles(b.supervising(), kept, gone, "document")
		if err != nil {
			t.Fatal(err)
		}
		b.do(func(tx *db.Tx) error {
			for _, asked := range ids {
				p, err := b.Open(tx, patient.Access{}, asked)
				if err != nil || p.ID != kept {
					t.Errorf("%s opens %s: %v", asked, p.ID, err)
				}
				team, err := b.OpenTeam(tx, patient.Access{}, asked)
				if err != nil || len(team) != 4 || team[0].Subject.ID != "pro-gp" || team[1].Outsider == nil || team[3].Outsider == nil {
					t.Errorf("the team of %s is %+v: %v", asked, team, err)
				}
				held, err := patient.OppositionsOf(tx, asked)
				if err != nil || len(held) != 2 {
					t.Errorf("%d oppositions: %v", len(held), err)
				}
				agreed, err := patient.Consents(tx, asked)
				if err != nil || len(agreed) != 2 {
					t.Errorf("%d agreements: %v", len(agreed), err)
				}
				files, err := patient.Files(tx, asked)
				if err != nil || !slices.Equal(files, []patient.ID{kept, gone}) {
					t.Errorf("files of %s: %v, %v", asked, files, err)
				}
			}
			found, err := b.Find(tx, "ter-1", "Exemple", "Jeanne", jeanne().BirthDate)
			if err != nil || len(found) != 1 || found[0].ID != kept {
				t.Errorf("found %+v: %v", found, err)
			}
			all, err := b.OpenList(tx, patient.Access{}, ids, "list")
			if err != nil || len(all) != 2 || all[gone].ID != kept {
				t.Errorf("%+v: %v", all, err)
			}
			reached, err := b.ByPhone(tx, "ter-1", "+33639980011")
			if err != nil || len(reached) != 2 {
				t.Errorf("reached %v: %v", reached, err)
			}
			mine, err := patient.PatientsOf(tx, directory.Subject{Kind: directory.KindProfessional, ID: "pro-1"})
			if err != nil || !slices.Equal(mine, []patient.ID{kept}) {
				t.Errorf("of the usual team of %v: %v", mine, err)
			}
			return nil
		})
		wantCode(t, b.try(func(tx *db.Tx) error { return b.Change(tx, patient.Access{}, gone, 2, jeanne()) }), fault.KindConflict, "patient.merged")
		_, err = b.MergeFiles(b.supervising(), kept, gone, "document")
		wantCode(t, err, fault.KindConflict, "patient.merged")
		if err := b.UnmergeFiles(b.supervising(), id); err != nil {
			t.Fatal(err)
		}
		wantCode(t, b.UnmergeFiles(b.supervising(), id), fault.KindConflict, "patient.merge_undone")
		if after := b.dump(); after != before {
			t.Errorf("before:\n%s\nafter:\n%s", before, after)
		}
		for _, one := range ids {
			if trail := strings.Join(b.trail(one), "|"); !strings.Contains(trail, "patient.merge  document") || !strings.Contains(trail, "patient.unmerge  document") {
				t.Errorf("the merge is not in the trail of %s: %s", one, trail)
			}
		}
		m, err := b.Merging(b.supervising())
		if err != nil || len(m.Pairs) != 1 || len(m.Merges) != 1 || m.Merges[0].Undone.IsZero() || m.Merges[0].UndoneName != supervisor.Name || m.People[gone].ID != gone {
			t.Errorf("%+v: %v", m, err)
		}
	})
}

// TestUndoneMergesLeaveNoTrace: whatever is merged, in whatever order it is undone, the
// pointers are at every moment those of the merges that hold, and in the end everything is as before.
func TestUndoneMergesLeaveNoTrace(t *testing.T) {
	t.Parallel()
	for _, engine := range []db.Engine{db.SQLite, db.Postgres} {
		t.Run(string(engine), func(t *testing.T) {
			t.Parallel()
			b := setup(t, dbtest.Open(t, engine, clock.NewManual(dbtest.Start)))
			ids := b.jeannes(5)
			before := b.dump()
			rapid.Check(t, func(t *rapid.T) {
				holding, into := map[patient.MergeID]patient.ID{}, map[patient.ID]patient.ID{}
				check := func() {
					b.do(func(tx *db.Tx) error {
						read, err := patient.Survivors(tx, ids)
						for _, id := range ids {
							want := id
							for next, ok := into[want]; ok; next, ok = into[want] {
								want = next
							}
							if read[id] != want {
								t.Fatalf("%s is read as %s, want %s", id, read[id], want)
							}
						}
						return err
					})
				}
				undo := func(id patient.MergeID) {
					if err := b.UnmergeFiles(b.supervising(), id); err != nil {
						t.Fatal(err)
					}
					delete(into, holding[id])
					delete(holding, id)
					check()
				}
				for range rapid.IntRange(1, 6).Draw(t, "acts") {
					if len(holding) > 0 && rapid.Bool().Draw(t, "undo") {
						undo(rapid.SampledFrom(slices.Sorted(maps.Keys(holding))).Draw(t, "which"))
						continue
					}
					kept, gone := rapid.SampledFrom(ids).Draw(t, "kept"), rapid.SampledFrom(ids).Draw(t, "gone")
					_, keptIsGone := into[kept]
					_, goneIsGone := into[gone]
					id, err := b.MergeFiles(b.supervising(), kept, gone, "person")
					if (err == nil) != (kept != gone && !keptIsGone && !goneIsGone) {
						t.Fatalf("merging: %v", err)
					}
					if err == nil {
						holding[id], into[gone] = gone, kept
					}
					check()
				}
				for len(holding) > 0 {
					undo(rapid.SampledFrom(slices.Sorted(maps.Keys(holding))).Draw(t, "last"))
				}
				if after := b.dump(); after != before {
					t.Fatalf("before:\n%s\nafter:\n%s", before, after)
				}
			})
		})
	}
}

func TestWhoMayMerge(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB, _ *clock.Manual) {
		b := setup(t, d)
		ids := b.jeannes(2)
		far := supervisor
		far.Territory = "ter-2"
		_, err := b.MergeFiles(b.ctx, ids[0], ids[1], "document")
		wantCode(t, err, fault.KindForbidden, "patient.merge_forbidden")
		_, err = b.Merging(b.ctx)
		wantCode(t, err, fault.KindForbidden, "patient.merge_forbidden")
		_, err = b.MergeFiles(actor.With(t.Context(), far), ids[0], ids[1], "document")
		wantCode(t, err, fault.KindNotFound, "patient.not_found")
		_, err = b.MergeFiles(b.supervising(), ids[0], ids[0], "document")
		wantCode(t, err, fault.KindInvalid, "patient.merge_self")
		_, err = b.MergeFiles(b.supervising(), ids[0], ids[1], "why not")
		wantCode(t, err, fault.KindInvalid, "patient.merge_reason")
		wantCode(t, b.UnmergeFiles(b.supervising(), "nothing"), fault.KindNotFound, "patient.merge_not_found")

		known := b.create(qualified())
		other := qualified()
		other.INS.Matricule = "2410591228002" + patient.Key("2410591228002")
		_, err = b.MergeFiles(b.supervising(), known, b.create(other), "document")
		wantCode(t, err, fault.KindConflict, "patient.merge_ins")

		if err := b.KeepApart(b.supervising(), ids[1], ids[0]); err != nil {
			t.Fatal(err)
		}
		m, err := b.Merging(b.supervising())
		if err != nil || slices.ContainsFunc(m.Pairs, func(p patient.Pair) bool { return p.One.ID == ids[0] && p.Other.ID == ids[1] }) {
			t.Errorf("said apart, they are proposed: %v", err)
		}
	})
}
