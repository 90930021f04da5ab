package blob_test

import (
	"bytes"
	"errors"
	"testing"

	"entractes/internal/base/clock"
	"entractes/internal/base/fault"
	"entractes/internal/infra/blob"
	"entractes/internal/infra/db"
	"entractes/internal/infra/db/dbtest"
)

func TestABlobIsWrittenOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, _ *clock.Manual) {
		body := bytes.Repeat([]byte{0, 1, 0xff, '\''}, 1<<20)
		if err := d.Update(t.Context(), func(tx *db.Tx) error { return blob.Put(tx, "a", body) }); err != nil {
			t.Fatal(err)
		}
		err := d.Update(t.Context(), func(tx *db.Tx) error { return blob.Put(tx, "a", []byte("other")) })
		if fault.CodeOf(err) != "db.duplicate" {
			t.Errorf("written twice: %v", err)
		}
		if err := d.View(t.Context(), func(tx *db.Tx) error {
			got, err := blob.Get(tx, "a")
			if !bytes.Equal(got, body) {
				t.Errorf("%d bytes instead of %d", len(got), len(body))
			}
			return err
		}); err != nil {
			t.Fatal(err)
		}
	})
}

func TestABlobIsForgotten(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, _ *clock.Manual) {
		err := d.Update(t.Context(), func(tx *db.Tx) error {
			return errors.Join(blob.Put(tx, "a", nil), blob.Put(tx, "b", []byte("b")), blob.Delete(tx, "a"), blob.Delete(tx, "a"))
		})
		if err != nil {
			t.Fatal(err)
		}
		err = d.View(t.Context(), func(tx *db.Tx) error {
			if got, err := blob.Get(tx, "b"); err != nil || string(got) != "b" {
				t.Errorf("the other one: %q, %v", got, err)
			}
			_, err := blob.Get(tx, "a")
			return err
		})
		if fault.CodeOf(err) != "blob.not_found" {
			t.Errorf("read after it was deleted: %v", err)
		}
	})
}

// What is refused leaves nothing, and neither does a transaction that ends in an error.
func TestARefusedBlobLeavesNothing(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, _ *clock.Manual) {
		err := d.Update(t.Context(), func(tx *db.Tx) error { return blob.Put(tx, "large", make([]byte, blob.Max+1)) })
		if fault.CodeOf(err) != "blob.large" {
			t.Errorf("too large: %v", err)
		}
		undone := errors.New("undone")
		err = d.Update(t.Context(), func(tx *db.Tx) error { return errors.Join(blob.Put(tx, "undone", []byte("x")), undone) })
		if !errors.Is(err, undone) {
			t.Fatal(err)
		}
		if err := d.View(t.Context(), func(tx *db.Tx) error {
			names, err := db.All(tx, db.Value[string], `SELECT name FROM blob`)
			if len(names) != 0 {
				t.Errorf("kept: %v", names)
			}
			return err
		}); err != nil {
			t.Fatal(err)
		}
	})
}
