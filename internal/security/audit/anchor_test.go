package audit_test

import (
	"crypto/ed25519"
	"crypto/rand"
	"testing"
	"time"

	"pgregory.net/rapid"

	"entractes/internal/base/clock"
	"entractes/internal/base/fault"
	"entractes/internal/infra/db"
	"entractes/internal/infra/db/dbtest"
	"entractes/internal/infra/queue"
	"entractes/internal/security/audit"
)

// Whoever rewrites the whole chain, seals and all, cannot sign its head, nor take back an anchor kept elsewhere.
func TestARewrittenChainIsSeenByItsAnchors(t *testing.T) {
	t.Parallel()
	public, key, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	_, thief, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	dbtest.Each(t, func(t *testing.T, d *db.DB, c *clock.Manual) {
		a, q := audit.New(d), queue.New(d, queue.Options{})
		a.Register(q)
		a.RegisterAnchor(q, key)
		for _, start := range []func() error{func() error { return a.Start(t.Context(), q) }, func() error { return a.StartAnchor(t.Context(), q) }} {
			if err := start(); err != nil {
				t.Fatal(err)
			}
		}
		day := func() {
			saw(t, a, "pat-1")
			for range 3 {
				c.Advance(8*time.Hour + time.Minute)
				if err := q.Drain(t.Context()); err != nil {
					t.Fatal(err)
				}
			}
		}
		day()
		day()
		verified := func(kept ...audit.Anchor) (int, string) {
			t.Helper()
			hold, broken, err := a.VerifyAnchors(t.Context(), public, kept...)
			if err != nil {
				t.Fatal(err)
			}
			if broken != nil {
				return hold, string(broken.Damage)
			}
			return hold, ""
		}
		if hold, broken := verified(); hold != 2 || broken != "" {
			t.Fatalf("%d anchors hold, %q", hold, broken)
		}
		var elsewhere audit.Anchor
		update := func(fn func(tx *db.Tx) error) {
			t.Helper()
			if err := d.Update(t.Context(), fn); err != nil {
				t.Fatal(err)
			}
		}
		day()
		update(func(tx *db.Tx) error { // the line of the log that was kept
			at, err := db.One(tx, "none", func(r db.Row) (out audit.Anchor, err error) {
				var ms int64
				err = r.Scan(&out.Seal, &ms, &out.Hash, &out.Signature)
				out.At = db.At(ms)
				return out, err
			}, `SELECT seal, at, hash, signature FROM audit_anchor ORDER BY seal DESC LIMIT 1`)
			elsewhere = at
			return err
		})
		read, err := audit.ParseAnchor(elsewhere.String())
		if err != nil || read.String() != elsewhere.String() {
			t.Fatalf("%v %v", read, err)
		}
		// Everything is made anew by somebody who has the database and not the key.
		update(func(tx *db.Tx) error {
			for _, q := range []string{`DELETE FROM audit_anchor`, `DELETE FROM audit_seal`, `UPDATE audit SET seal = 0, name = 'Personne'`} {
				if _, err := tx.Exec(q); err != nil {
					return err
				}
			}
			for more := true; more; {
				var err error
				if more, err = a.SealIn(tx); err != nil {
					return err
				}
			}
			return nil
		})
		if r := verify(t, a); r.Broken != nil {
			t.Fatalf("the test rewrites badly: %+v", r.Broken)
		}
		if _, broken := verified(read); broken != string(audit.ChainReplaced) {
			t.Errorf("a chain that was made anew: %q", broken)
		}
		update(func(tx *db.Tx) error {
			_, _, err := a.AnchorIn(tx, thief)
			return err
		})
		if _, broken := verified(); broken != string(audit.AnchorForged) {
			t.Errorf("an anchor signed by another: %q", broken)
		}
	})
}

func TestParseAnchor(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.OneOf(rapid.String(), rapid.StringMatching(`[0-9]{1,20}\.[0-9]{1,20}\.[A-Za-z0-9_-]{0,50}\.[A-Za-z0-9_-]{0,90}`)).Draw(t, "text")
		if _, err := audit.ParseAnchor(text); err != nil && fault.CodeOf(err) != "audit.anchor" {
			t.Fatalf("%q: %v", text, err)
		}
	})
}
