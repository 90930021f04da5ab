package testkit_test

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"entractes/internal/app"
	"entractes/internal/base/actor"
	"entractes/internal/base/clock"
	"entractes/internal/base/fault"
	"entractes/internal/infra/config"
	"entractes/internal/infra/db"
	"entractes/internal/infra/db/dbtest"
	"entractes/internal/security/backup"
	"entractes/internal/testkit"
)

// A house is copied while people work, and made anew on each engine: what was written
// before is there, readable, and the audit chain holds.
func TestAHouseIsCopiedAndMadeAnew(t *testing.T) {
	testkit.Each(t, func(t *testing.T, h *testkit.House) {
		ward, nurse := h.Ward("Maternité A"), h.Nurse("Une")
		r := ward.Asks(testkit.Motive("Pansement de césarienne"))
		nurse.Accepts(r)
		nurse.Starts(r)
		nurse.Reports(r, "Rien à signaler")
		before := ward.Sees(r)

		folder := t.TempDir()
		busy, rest := context.WithCancel(t.Context())
		var wg sync.WaitGroup
		wg.Go(func() {
			for busy.Err() == nil {
				_, err := h.Requests.Trigger(actor.With(busy, ward.Actor), testkit.Ask(h))
				if err != nil && busy.Err() == nil {
					t.Errorf("the house did not go on working: %v", err)
				}
			}
		})
		made, err := h.Backup(t.Context(), folder, 2)
		rest()
		wg.Wait()
		h.Must(err)
		if made.Rows == 0 || made.Size == 0 {
			t.Fatalf("the copy is empty: %+v", made)
		}
		noPlainText(t, filepath.Join(folder, made.File), "césarienne", "Exemple", "Maternité", "user1")

		for _, engine := range []db.Engine{db.SQLite, db.Postgres} {
			c := h.Config
			c.Database = dbtest.Address(t, engine)
			if _, err := app.Restore(t.Context(), c, filepath.Join(folder, made.File)); err != nil {
				t.Fatalf("to %s: %v", engine, err)
			}
			again := testkit.Build(t, c.Database, c.MasterKey, h.Clock)
			after, err := again.Requests.Show(actor.With(t.Context(), ward.Actor), r.ID)
			h.Must(err)
			if after.Name != before.Name || after.Details.Motive != before.Details.Motive || after.State != before.State || len(after.Timeline) != len(before.Timeline) || len(after.Reports) != 1 {
				t.Errorf("on %s the request is not what it was: %+v", engine, after.Request)
			}
			report, err := again.Audit.Verify(t.Context())
			if err != nil || report.Broken != nil {
				t.Errorf("the audit chain does not hold on %s: %+v, %v", engine, report.Broken, err)
			}
			// It lives: what was promised is kept, and new things are done.
			if _, err := again.Requests.Report(actor.With(t.Context(), nurse.Actor), r.ID, "Encore"); err != nil {
				t.Errorf("the new house does not work on %s: %v", engine, err)
			}
			if _, err := app.Restore(t.Context(), c, filepath.Join(folder, made.File)); fault.CodeOf(err) != "backup.not_empty" {
				t.Errorf("a house that holds something was written over: %v", err)
			}
		}
	})
}

// noPlainText fails when a copy can be read without the key.
func noPlainText(t *testing.T, path string, words ...string) {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for _, w := range words {
		if bytes.Contains(text, []byte(w)) {
			t.Errorf("the copy holds %q in the clear", w)
		}
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("others may read the copy: %v %v", info.Mode(), err)
	}
}

// A copy that was cut, altered or lengthened, or of another key, makes no house and leaves nothing.
func TestADamagedCopyMakesNoHouse(t *testing.T) {
	h := testkit.Start(t, db.SQLite)
	h.Ward("Maternité A").Asks()
	folder := t.TempDir()
	made, err := h.Backup(t.Context(), folder, 0)
	h.Must(err)
	whole, err := os.ReadFile(filepath.Join(folder, made.File))
	h.Must(err)
	middle := bytes.Clone(whole)
	middle[len(middle)/2] ^= 1
	for name, text := range map[string][]byte{
		"cut": whole[:len(whole)-1], "half": whole[:len(whole)/2], "altered": middle, "its end altered": append(bytes.Clone(whole[:len(whole)-1]), whole[len(whole)-1]^1),
		"lengthened": append(bytes.Clone(whole), 0), "empty": nil, "something else": []byte("PK\x03\x04 not a copy at all, but long enough to be read"),
	} {
		t.Run(name, func(t *testing.T) { refused(t, h.Config, text) })
	}
	t.Run("another key", func(t *testing.T) {
		other := testkit.Start(t, db.SQLite)
		refused(t, other.Config, whole)
	})
	t.Run("no key", func(t *testing.T) {
		c := h.Config
		c.MasterKey, c.Database = filepath.Join(t.TempDir(), "none"), filepath.Join(t.TempDir(), "house.db")
		if _, err := app.Restore(t.Context(), c, filepath.Join(folder, made.File)); fault.CodeOf(err) != "backup.key" {
			t.Errorf("a copy without its key: %v", err)
		}
		if _, err := os.Stat(c.MasterKey); !errors.Is(err, os.ErrNotExist) {
			t.Error("a new master key was made, as if it could open the copy")
		}
	})
}

func refused(t *testing.T, c config.Config, text []byte) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "x.copie")
	if err := os.WriteFile(path, text, 0o600); err != nil {
		t.Fatal(err)
	}
	c.Database = filepath.Join(t.TempDir(), "house.db")
	if _, err := app.Restore(t.Context(), c, path); fault.CodeOf(err) != "backup.unreadable" {
		t.Fatalf("it was not refused as unreadable: %v", err)
	}
	d, err := db.Open(t.Context(), c.Database, clock.Real())
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close() //nolint:errcheck // nothing was written
	if found, _, err := d.SchemaVersions(t.Context()); err != nil || found > 0 {
		if err := d.View(t.Context(), func(tx *db.Tx) error {
			n, err := db.One(tx, "none", db.Value[int64], `SELECT (SELECT count(*) FROM request) + (SELECT count(*) FROM professional)`)
			if n > 0 {
				t.Errorf("%d rows were left", n)
			}
			return err
		}); err != nil {
			t.Fatal(err)
		}
	}
}

// A house with a folder for copies makes one a day by itself, keeps as many as it was
// told, and knows how old the last one is.
func TestCopiesAreMadeByThemselves(t *testing.T) {
	for _, engine := range []db.Engine{db.SQLite, db.Postgres} {
		t.Run(string(engine), func(t *testing.T) {
			folder := t.TempDir()
			h := testkit.Start(t, engine, func(c *config.Config) { c.BackupFolder, c.BackupEvery, c.BackupKeep = folder, 24*time.Hour, 2 })
			h.Ward("Maternité A").Asks()
			h.Must(h.EnsureBackups(t.Context()))
			for range 4 {
				h.Forward(24 * time.Hour)
			}
			files, err := filepath.Glob(filepath.Join(folder, "*"))
			h.Must(err)
			if len(files) != 2 {
				t.Errorf("%d copies are kept: %v", len(files), files)
			}
			h.Must(h.DB.View(t.Context(), func(tx *db.Tx) error {
				last, ok, err := backup.Last(tx)
				if !ok || h.Clock.Now().Sub(last.At) > 24*time.Hour {
					t.Errorf("the last copy is %v old", h.Clock.Now().Sub(last.At))
				}
				return err
			}))
		})
	}
}
