package audit_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"entractes/internal/base/actor"
	"entractes/internal/base/clock"
	"entractes/internal/base/fault"
	"entractes/internal/base/ident"
	"entractes/internal/infra/db"
	"entractes/internal/infra/db/dbtest"
	"entractes/internal/security/audit"
)

var nurse = actor.Actor{Account: "acc-1", Person: "pro-1", Name: "Inès Modèle", Roles: []actor.Role{actor.RoleProfessional}, OnBehalf: "pro-2"}

func as(t *testing.T, a actor.Actor) context.Context {
	t.Helper()
	return actor.With(t.Context(), a)
}

func saw(t *testing.T, a *audit.Audit, patient string) {
	t.Helper()
	if err := a.Saw(as(t, nurse), audit.Event{Action: "request.read", Object: "request", ObjectID: "req-1", Patient: patient, Request: "req-1"}); err != nil {
		t.Fatal(err)
	}
}

func sealAll(t *testing.T, d *db.DB, a *audit.Audit) (seals int) {
	t.Helper()
	for more := true; more; seals++ {
		if err := d.Update(as(t, actor.System("audit")), func(tx *db.Tx) (err error) {
			more, err = a.SealIn(tx)
			return err
		}); err != nil {
			t.Fatal(err)
		}
	}
	return seals
}

func verify(t *testing.T, a *audit.Audit) audit.Report {
	t.Helper()
	r, err := a.Verify(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func exec(t *testing.T, d *db.DB, q string, args ...any) {
	t.Helper()
	err := d.Update(t.Context(), func(tx *db.Tx) error {
		n, err := tx.Exec(q, args...)
		if err == nil && n == 0 {
			err = errors.New("changed nothing: " + q)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

func ids(t *testing.T, d *db.DB) (out []string) {
	t.Helper()
	err := d.View(t.Context(), func(tx *db.Tx) (err error) {
		out, err = db.All(tx, db.Value[string], `SELECT id FROM audit ORDER BY id`)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestNobodyIsRefused(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB, _ *clock.Manual) {
		err := audit.New(d).Saw(t.Context(), audit.Event{Action: "x"})
		if fault.CodeOf(err) != "audit.nobody" || fault.KindOf(err) != fault.KindInternal {
			t.Errorf("got %v", err)
		}
		if len(ids(t, d)) != 0 {
			t.Error("a row without author was written")
		}
	})
}

func TestOfPatient(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB, c *clock.Manual) {
		a := audit.New(d)
		saw(t, a, "pat-1")
		c.Advance(time.Minute)
		saw(t, a, "pat-2")
		doctor := actor.Actor{Account: "acc-2", Name: "Docteur Spécimen", Roles: []actor.Role{actor.RoleProfessional}}
		refused := a.Refusal(as(t, doctor), audit.Event{Action: "request.accept", Patient: "pat-1"}, fault.Forbidden("request.not_yours"))
		if fault.CodeOf(refused) != "request.not_yours" {
			t.Errorf("the refusal changed: %v", refused)
		}
		list := func(read func(tx *db.Tx) ([]audit.Line, error)) (lines []audit.Line) {
			if err := d.View(t.Context(), func(tx *db.Tx) (err error) { lines, err = read(tx); return err }); err != nil {
				t.Fatal(err)
			}
			return lines
		}
		lines := list(func(tx *db.Tx) ([]audit.Line, error) { return audit.OfPatient(tx, "pat-1") })
		if len(lines) != 2 {
			t.Fatalf("%d lines", len(lines))
		}
		last, first := lines[0], lines[1]
		if last.Outcome != audit.Refused || last.Detail != "request.not_yours" || last.Account != "acc-2" {
			t.Errorf("refusal: %+v", last)
		}
		if first.Name != nurse.Name || first.OnBehalf != "pro-2" || first.Role != string(actor.RoleProfessional) || !first.At.Equal(dbtest.Start) || first.Outcome != audit.OK {
			t.Errorf("reading: %+v", first)
		}
		mine := list(func(tx *db.Tx) ([]audit.Line, error) { return audit.OfPatientBy(tx, "pat-1", nurse.Account) })
		if len(mine) != 1 || mine[0].Account != nurse.Account {
			t.Errorf("the nurse's own: %v", mine)
		}
		if none := list(func(tx *db.Tx) ([]audit.Line, error) { return audit.OfPatient(tx, "") }); len(none) != 0 {
			t.Errorf("no patient: %v", none)
		}
	})
}

func TestRefusalLeavesFormMistakesOut(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB, _ *clock.Manual) {
		a := audit.New(d)
		for _, err := range []error{nil, fault.Invalid("x.y", "z"), fault.Conflict("x.y"), context.Canceled} {
			if got := a.Refusal(as(t, nurse), audit.Event{Action: "x"}, err); !errors.Is(got, err) {
				t.Errorf("%v became %v", err, got)
			}
		}
		if n := len(ids(t, d)); n != 0 {
			t.Errorf("%d rows", n)
		}
		gone, cancel := context.WithCancel(as(t, nurse))
		cancel()
		_ = a.Refusal(gone, audit.Event{Action: "x"}, fault.NotFound("x.y"))
		_ = a.Refusal(gone, audit.Event{Action: "x"}, errors.New("disk on fire"))
		if n := len(ids(t, d)); n != 2 {
			t.Errorf("%d rows, want the refusal and the failure, though the visitor had left", n)
		}
	})
}

func TestWhateverIsWrittenFits(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB, c *clock.Manual) {
		a := audit.New(d)
		dirty := "a\x00b\xff" + strings.Repeat("é", 5000)
		if err := a.Saw(as(t, actor.Actor{Name: dirty}), audit.Event{Action: audit.Action(dirty), Patient: "p", Detail: dirty}); err != nil {
			t.Fatal(err)
		}
		c.Advance(time.Hour)
		sealAll(t, d, a)
		if r := verify(t, a); r.Broken != nil || r.Rows != 1 {
			t.Errorf("%+v", r)
		}
	})
}

func TestTheChainHolds(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB, c *clock.Manual) {
		a := audit.New(d)
		if r := verify(t, a); r.Broken != nil || r.Seals != 0 {
			t.Errorf("empty: %+v", r)
		}
		fill(t, d, a, 1203)
		sealAll(t, d, a)
		if r := verify(t, a); r.Seals != 0 || r.Waiting != 1203 || !r.Oldest.Equal(dbtest.Start) {
			t.Errorf("within the margin: %+v", r)
		}
		c.Advance(audit.Margin)
		if n := sealAll(t, d, a); n != 3 {
			t.Errorf("%d batches, want 3", n)
		}
		saw(t, a, "pat-1")
		r := verify(t, a)
		if r.Broken != nil || r.Seals != 3 || r.Rows != 1203 || r.Waiting != 1 || len(r.LastHash) != 32 {
			t.Errorf("%+v", r)
		}
	})
}

func fill(t *testing.T, d *db.DB, a *audit.Audit, n int) {
	t.Helper()
	err := d.Update(as(t, nurse), func(tx *db.Tx) error {
		return a.RecordAll(tx, make([]audit.Event, n))
	})
	if err != nil {
		t.Fatal(err)
	}
}

// TestALateRowIsSealedLater: a transaction that began before a seal and commits after it leaves an older identifier.
func TestALateRowIsSealedLater(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB, c *clock.Manual) {
		a := audit.New(d)
		late := ident.New[string](c.Now())
		c.Advance(time.Second)
		fill(t, d, a, 3)
		c.Advance(time.Minute)
		sealAll(t, d, a)
		exec(t, d, `INSERT INTO audit (id, at, account, person, name, role, on_behalf, action, object, object_id, patient, request, outcome, detail)
			VALUES ($1, $2, '', '', '', '', '', 'late', '', '', '', '', 'ok', '')`, late, db.Ms(dbtest.Start))
		if r := verify(t, a); r.Broken != nil || r.Waiting != 1 {
			t.Errorf("before: %+v", r)
		}
		sealAll(t, d, a)
		if r := verify(t, a); r.Broken != nil || r.Waiting != 0 || r.Seals != 2 || r.Rows != 4 {
			t.Errorf("after: %+v", r)
		}
	})
}

func TestTwoSealersNeverForkTheChain(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB, c *clock.Manual) {
		a := audit.New(d)
		fill(t, d, a, 40)
		c.Advance(time.Minute)
		ended := make(chan error)
		for range 4 {
			go func() {
				ended <- d.Update(context.Background(), func(tx *db.Tx) error { _, err := a.SealIn(tx); return err })
			}()
		}
		for range 4 {
			if err := <-ended; err != nil && fault.KindOf(err) != fault.KindConflict {
				t.Error(err)
			}
		}
		if r := verify(t, a); r.Broken != nil || r.Seals != 1 || r.Rows != 40 {
			t.Errorf("%+v", r)
		}
	})
}

func TestVerifyNamesTheFirstBreak(t *testing.T) {
	t.Parallel()
	const insert = `INSERT INTO audit (id, at, account, person, name, role, on_behalf, action, object, object_id, patient, request, outcome, detail, seal)
		VALUES ($1, 0, '', '', '', '', '', 'forged', '', '', '', '', 'ok', '', $2)`
	cases := []struct {
		name   string
		tamper func(t *testing.T, d *db.DB, ids []string) audit.Break
	}{
		{"row edited", func(t *testing.T, d *db.DB, ids []string) audit.Break {
			exec(t, d, `UPDATE audit SET name = 'Someone else' WHERE id = $1`, ids[502])
			return audit.Break{Damage: audit.RowEdited, Seal: 2, Row: ids[502]}
		}},
		{"row emptied of its patient", func(t *testing.T, d *db.DB, ids []string) audit.Break {
			exec(t, d, `UPDATE audit SET patient = 'pat-9' WHERE id = $1`, ids[0])
			return audit.Break{Damage: audit.RowEdited, Seal: 1, Row: ids[0]}
		}},
		{"row removed", func(t *testing.T, d *db.DB, ids []string) audit.Break {
			exec(t, d, `DELETE FROM audit WHERE id = $1`, ids[10])
			return audit.Break{Damage: audit.RowRemoved, Seal: 1, Row: ids[9]}
		}},
		{"first row removed", func(t *testing.T, d *db.DB, ids []string) audit.Break {
			exec(t, d, `DELETE FROM audit WHERE id = $1`, ids[0])
			return audit.Break{Damage: audit.RowRemoved, Seal: 1}
		}},
		{"row unsealed", func(t *testing.T, d *db.DB, ids []string) audit.Break {
			exec(t, d, `UPDATE audit SET seal = 0 WHERE id = $1`, ids[3])
			return audit.Break{Damage: audit.RowRemoved, Seal: 1, Row: ids[2]}
		}},
		{"row inserted", func(t *testing.T, d *db.DB, ids []string) audit.Break {
			exec(t, d, insert, ids[4]+"0", 1)
			return audit.Break{Damage: audit.RowInserted, Seal: 1, Row: ids[4] + "0"}
		}},
		{"row inserted under a seal to come", func(t *testing.T, d *db.DB, ids []string) audit.Break {
			exec(t, d, insert, ids[4]+"0", 9)
			return audit.Break{Damage: audit.SealRemoved, Seal: 4, Row: ids[4] + "0"}
		}},
		{"seal edited", func(t *testing.T, d *db.DB, _ []string) audit.Break {
			exec(t, d, `UPDATE audit_seal SET at = at + 1 WHERE number = 2`)
			return audit.Break{Damage: audit.SealEdited, Seal: 2}
		}},
		{"seal's hash edited", func(t *testing.T, d *db.DB, _ []string) audit.Break {
			exec(t, d, `UPDATE audit_seal SET hash = digests WHERE number = 1`)
			return audit.Break{Damage: audit.SealEdited, Seal: 1}
		}},
		{"seal removed", func(t *testing.T, d *db.DB, _ []string) audit.Break {
			exec(t, d, `DELETE FROM audit_seal WHERE number = 2`)
			return audit.Break{Damage: audit.SealRemoved, Seal: 2}
		}},
		{"last seal removed", func(t *testing.T, d *db.DB, ids []string) audit.Break {
			exec(t, d, `DELETE FROM audit_seal WHERE number = 3`)
			return audit.Break{Damage: audit.SealRemoved, Seal: 3, Row: ids[1000]}
		}},
	}
	dbtest.Each(t, func(t *testing.T, d *db.DB, c *clock.Manual) {
		a := audit.New(d)
		fill(t, d, a, 1005)
		c.Advance(time.Minute)
		sealAll(t, d, a)
		all := ids(t, d)
		keep(t, d)
		for _, tc := range cases {
			want := tc.tamper(t, d, all)
			if r := verify(t, a); r.Broken == nil || *r.Broken != want {
				t.Errorf("%s: %+v, want %+v", tc.name, r.Broken, want)
			}
			restore(t, d)
			if r := verify(t, a); r.Broken != nil {
				t.Fatalf("after %s: %+v", tc.name, r.Broken)
			}
		}
	})
}

// keep copies both tables, so that one chain serves every case.
func keep(t *testing.T, d *db.DB) {
	t.Helper()
	for _, q := range []string{`CREATE TABLE kept_audit AS SELECT * FROM audit`, `CREATE TABLE kept_seal AS SELECT * FROM audit_seal`} {
		if err := d.Update(t.Context(), func(tx *db.Tx) error { _, err := tx.Exec(q); return err }); err != nil {
			t.Fatal(err)
		}
	}
}

func restore(t *testing.T, d *db.DB) {
	t.Helper()
	err := d.Update(t.Context(), func(tx *db.Tx) error {
		for _, q := range []string{
			`DELETE FROM audit`, `DELETE FROM audit_seal`,
			`INSERT INTO audit SELECT * FROM kept_audit`, `INSERT INTO audit_seal SELECT * FROM kept_seal`,
		} {
			if _, err := tx.Exec(q); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
