package crypt_test

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"pgregory.net/rapid"

	"entractes/internal/base/clock"
	"entractes/internal/base/fault"
	"entractes/internal/infra/db"
	"entractes/internal/infra/db/dbtest"
	"entractes/internal/security/crypt"
	"entractes/internal/security/crypt/crypttest"
)

func update(t testing.TB, d *db.DB, fn func(tx *db.Tx) error) {
	t.Helper()
	if err := d.Update(context.Background(), fn); err != nil {
		t.Fatal(err)
	}
}

func wantCode(t testing.TB, err error, code string) {
	t.Helper()
	if fault.CodeOf(err) != code || fault.KindOf(err) != fault.KindInternal {
		t.Errorf("got %v, want an internal fault %s", err, code)
	}
}

var here = crypt.Place{Table: "patient", Column: "identity", Row: "row-1"}

func TestASealedTextOpensOnlyInItsPlace(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB, _ *clock.Manual) {
		v := crypttest.Vault(t)
		var sealed []byte
		update(t, d, func(tx *db.Tx) (err error) {
			if _, err = v.Seal(tx, "other", here, []byte("x")); err != nil {
				return err
			}
			sealed, err = v.Seal(tx, "owner", here, []byte("Jeanne Exemple"))
			return err
		})
		if bytes.Contains(sealed, []byte("Jeanne")) {
			t.Error("the text is readable")
		}
		update(t, d, func(tx *db.Tx) error {
			plain, err := v.Open(tx, "owner", here, sealed)
			if err != nil || string(plain) != "Jeanne Exemple" {
				t.Errorf("Open = %q, %v", plain, err)
			}
			moved := map[string]crypt.Place{
				"table":  {Table: "relative", Column: "identity", Row: "row-1"},
				"column": {Table: "patient", Column: "detail", Row: "row-1"},
				"row":    {Table: "patient", Column: "identity", Row: "row-2"},
				"joined": {Table: "patient", Column: "identityrow-1", Row: "x"},
			}
			for _, at := range moved {
				_, err := v.Open(tx, "owner", at, sealed)
				wantCode(t, err, "crypt.refused")
			}
			for _, owner := range []string{"other", "nobody"} {
				_, err := v.Open(tx, owner, here, sealed)
				wantCode(t, err, "crypt.refused")
			}
			for i := range sealed {
				bad := bytes.Clone(sealed)
				bad[i] ^= 1
				_, err := v.Open(tx, "owner", here, bad)
				wantCode(t, err, "crypt.refused")
				_, err = v.Open(tx, "owner", here, sealed[:i])
				wantCode(t, err, "crypt.refused")
			}
			return nil
		})
	})
}

func TestAnOwnerAndAWholePlaceAreNeeded(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB, _ *clock.Manual) {
		v := crypttest.Vault(t)
		err := d.Update(t.Context(), func(tx *db.Tx) error {
			_, err := v.Seal(tx, "", here, []byte("x"))
			return err
		})
		wantCode(t, err, "internal")
		err = d.Update(t.Context(), func(tx *db.Tx) error {
			_, err := v.Seal(tx, "owner", crypt.Place{Table: "patient", Column: "identity"}, []byte("x"))
			return err
		})
		wantCode(t, err, "internal")
	})
}

func TestAMovedKeyIsRefused(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB, _ *clock.Manual) {
		key, err := crypt.NewMasterKey()
		if err != nil {
			t.Fatal(err)
		}
		v := mustOpen(t, key)
		var sealed []byte
		update(t, d, func(tx *db.Tx) (err error) {
			sealed, err = v.Seal(tx, "victim", here, []byte("secret"))
			return err
		})
		update(t, d, func(tx *db.Tx) error {
			_, err := tx.Exec(`UPDATE data_key SET owner = 'thief'`)
			return err
		})
		restarted := mustOpen(t, key)
		update(t, d, func(tx *db.Tx) error {
			_, err := restarted.Open(tx, "thief", here, sealed)
			wantCode(t, err, "crypt.refused")
			wantCode(t, restarted.Check(tx), "crypt.refused")
			return nil
		})
	})
}

func mustOpen(t testing.TB, key []byte) *crypt.Vault {
	t.Helper()
	v, err := crypt.Open(key)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func TestAnotherMasterIsRefusedClearly(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB, _ *clock.Manual) {
		v, stranger := crypttest.Vault(t), crypttest.Vault(t)
		var sealed []byte
		update(t, d, func(tx *db.Tx) (err error) {
			if err := stranger.Check(tx); err != nil {
				t.Errorf("an empty database accepts any master: %v", err)
			}
			sealed, err = v.Seal(tx, "owner", here, []byte("secret"))
			return err
		})
		err := d.View(t.Context(), func(tx *db.Tx) error {
			if err := v.Check(tx); err != nil {
				t.Errorf("its own master: %v", err)
			}
			_, err := stranger.Open(tx, "owner", here, sealed)
			wantCode(t, err, "crypt.wrong_master")
			wantCode(t, stranger.Check(tx), "crypt.wrong_master")
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		err = d.Update(t.Context(), func(tx *db.Tx) error {
			_, err := stranger.Seal(tx, "owner", here, []byte("x"))
			return err
		})
		wantCode(t, err, "crypt.wrong_master")
	})
}

func TestAKeyWhoseMakingIsUndoneSealsNothing(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB, _ *clock.Manual) {
		key, err := crypt.NewMasterKey()
		if err != nil {
			t.Fatal(err)
		}
		v := mustOpen(t, key)
		undone := errors.New("undone")
		err = d.Update(t.Context(), func(tx *db.Tx) error {
			for range 3 {
				if _, err := v.Seal(tx, "owner", here, []byte("lost")); err != nil {
					return err
				}
			}
			return undone
		})
		if !errors.Is(err, undone) {
			t.Fatal(err)
		}
		var sealed []byte
		update(t, d, func(tx *db.Tx) (err error) {
			sealed, err = v.Seal(tx, "owner", here, []byte("kept"))
			return err
		})
		restarted := mustOpen(t, key)
		update(t, d, func(tx *db.Tx) error {
			plain, err := restarted.Open(tx, "owner", here, sealed)
			if err != nil || string(plain) != "kept" {
				t.Errorf("after a restart: %q, %v", plain, err)
			}
			return nil
		})
	})
}

func TestManySealAtOnceUnderOneKey(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB, _ *clock.Manual) {
		key, err := crypt.NewMasterKey()
		if err != nil {
			t.Fatal(err)
		}
		var mu sync.Mutex
		var all [][]byte
		var wg sync.WaitGroup
		for range 8 {
			node := mustOpen(t, key) // each as a node of its own
			wg.Go(func() {
				err := d.Update(context.Background(), func(tx *db.Tx) error {
					sealed, err := node.Seal(tx, "owner", here, []byte("same"))
					if err == nil {
						tx.AfterCommit(func() { mu.Lock(); all = append(all, sealed); mu.Unlock() })
					}
					return err
				})
				if err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		update(t, d, func(tx *db.Tx) error {
			for _, sealed := range all {
				if plain, err := mustOpen(t, key).Open(tx, "owner", here, sealed); err != nil || string(plain) != "same" {
					t.Errorf("%q, %v", plain, err)
				}
			}
			return nil
		})
		if len(all) != 8 {
			t.Errorf("%d sealed, want 8", len(all))
		}
	})
}

func TestNothingIsReadableInTheFile(t *testing.T) {
	t.Parallel()
	path := dbtest.Address(t, db.SQLite)
	d := dbtest.OpenAt(t, path, clock.NewManual(dbtest.Start))
	key, err := crypt.NewMasterKey()
	if err != nil {
		t.Fatal(err)
	}
	v := mustOpen(t, key)
	update(t, d, func(tx *db.Tx) error {
		sealed, err := v.SealJSON(tx, "owner", here, map[string]string{"name": "Hippolyte Introuvable"})
		if err != nil {
			return err
		}
		_, err = tx.Exec(`INSERT INTO patient (id, territory, identity, name_index, phone_index, commune, gp, version, created, updated)
			VALUES ('row-1', 't', $1, $2, $3, '91174', '', 1, 0, 0)`, sealed, v.Index("name", "hippolyte introuvable"), v.Index("phone", "+33639980011"))
		return err
	})
	var text []byte
	files, err := filepath.Glob(path + "*")
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	for _, f := range files {
		b, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		text = append(text, b...)
	}
	if !bytes.Contains(text, []byte("row-1")) {
		t.Error("the row is not in the files read: the test proves nothing")
	}
	low := bytes.ToLower(text)
	for _, secret := range []string{"hippolyte", "introuvable", "639980011", strings.Split(string(key), `"value": "`)[1][:40]} {
		if bytes.Contains(low, bytes.ToLower([]byte(secret))) {
			t.Errorf("%q is readable in the database", secret)
		}
	}
}

func TestOpenRefusesWhatIsNotAMasterKey(t *testing.T) {
	t.Parallel()
	good, err := crypt.NewMasterKey()
	if err != nil {
		t.Fatal(err)
	}
	for _, text := range [][]byte{nil, []byte("{}"), []byte("hello"), good[:len(good)/2], []byte(`{"wrap":{},"index":{}}`), []byte(`{"wrap":1,"index":2}`)} {
		_, err := crypt.Open(text)
		wantCode(t, err, "crypt.master")
	}
}

func TestIndexesCompareOnlyWithinTheirPurpose(t *testing.T) {
	t.Parallel()
	v, other := crypttest.Vault(t), crypttest.Vault(t)
	rapid.Check(t, func(t *rapid.T) {
		a := rapid.SliceOfN(rapid.String(), 1, 3).Draw(t, "a")
		b := rapid.SliceOfN(rapid.String(), 1, 3).Draw(t, "b")
		if bytes.Equal(v.Index("p", a...), v.Index("p", b...)) != slices.Equal(a, b) {
			t.Fatalf("%q and %q", a, b)
		}
		if bytes.Equal(v.Index("p", a...), v.Index("q", a...)) || bytes.Equal(v.Index("p", a...), other.Index("p", a...)) {
			t.Fatalf("%q compares across purposes or masters", a)
		}
		if len(v.Index("p", a...)) != 16 {
			t.Fatal("length")
		}
	})
}

func FuzzOpen(f *testing.F) {
	d := dbtest.Open(f, db.SQLite, clock.NewManual(dbtest.Start))
	v := crypttest.Vault(f)
	var sealed []byte
	update(f, d, func(tx *db.Tx) (err error) {
		sealed, err = v.Seal(tx, "owner", here, []byte("plain"))
		return err
	})
	f.Add(sealed, "owner", "patient", "identity", "row-1")
	f.Add([]byte{}, "owner", "patient", "identity", "row-1")
	f.Add(sealed, "owner", "patien", "tidentity", "row-1")
	f.Fuzz(func(t *testing.T, text []byte, owner, table, column, row string) {
		at := crypt.Place{Table: table, Column: column, Row: row}
		_ = d.View(context.Background(), func(tx *db.Tx) error {
			plain, err := v.Open(tx, owner, at, text)
			whole := bytes.Equal(text, sealed) && owner == "owner" && at == here
			if whole != (err == nil) || whole && string(plain) != "plain" {
				t.Errorf("Open = %q, %v", plain, err)
			}
			return nil
		})
	})
}

func BenchmarkSealAndOpen(b *testing.B) {
	d := dbtest.Open(b, db.SQLite, clock.NewManual(dbtest.Start))
	v := crypttest.Vault(b)
	update(b, d, func(tx *db.Tx) error { _, err := v.Seal(tx, "owner", here, nil); return err })
	update(b, d, func(tx *db.Tx) error {
		for b.Loop() {
			sealed, err := v.Seal(tx, "owner", here, []byte("a name and an address"))
			if err != nil {
				return err
			}
			if _, err := v.Open(tx, "owner", here, sealed); err != nil {
				return err
			}
		}
		return nil
	})
}

// A key that is destroyed opens nothing any more, on this node at once and on another within a minute; no other is made in
// its place, and the other owners keep theirs.
func TestADestroyedKeyOpensNothing(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB, c *clock.Manual) {
		text, err := crypt.NewMasterKey()
		if err != nil {
			t.Fatal(err)
		}
		here1, there := mustOpen(t, text), mustOpen(t, text)
		var sealed, kept []byte
		update(t, d, func(tx *db.Tx) (err error) {
			if kept, err = here1.Seal(tx, "other", here, []byte("y")); err != nil {
				return err
			}
			sealed, err = here1.Seal(tx, "owner", here, []byte("x"))
			return err
		})
		opens := func(v *crypt.Vault, owner string, sealed []byte) (plain []byte) {
			update(t, d, func(tx *db.Tx) (err error) {
				plain, err = v.Open(tx, owner, here, sealed)
				return err
			})
			return plain
		}
		if string(opens(here1, "owner", sealed)) != "x" || string(opens(there, "owner", sealed)) != "x" {
			t.Fatal("it does not open")
		}
		for range 2 {
			update(t, d, func(tx *db.Tx) error { return here1.Destroy(tx, "owner") })
			if plain := opens(here1, "owner", sealed); plain != nil {
				t.Errorf("opened after its key was destroyed: %q", plain)
			}
		}
		c.Advance(crypt.KeyLife)
		if plain := opens(there, "owner", sealed); plain != nil {
			t.Errorf("another node still opens it: %q", plain)
		}
		update(t, d, func(tx *db.Tx) error {
			if _, err := there.Seal(tx, "owner", here, []byte("z")); !crypt.Destroyed(err) || fault.KindOf(err) != fault.KindNotFound {
				t.Errorf("sealed again: %v", err)
			}
			if err := there.Prefetch(tx, []string{"owner", "other"}); err != nil {
				t.Error(err)
			}
			if left, all, err := here1.Unrotated(tx); left != 0 || all != 1 || err != nil {
				t.Errorf("%d of %d left, %v", left, all, err)
			}
			return here1.Check(tx)
		})
		if string(opens(here1, "other", kept)) != "y" || string(opens(there, "other", kept)) != "y" {
			t.Error("the other owner lost his key")
		}
	})
}
