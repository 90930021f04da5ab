package crypt_test

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"entractes/internal/base/clock"
	"entractes/internal/infra/db"
	"entractes/internal/infra/db/dbtest"
	"entractes/internal/security/crypt"
)

// file is the master key as several nodes read it.
type file struct{ text atomic.Pointer[[]byte] }

func newFile(t *testing.T) *file {
	t.Helper()
	text, err := crypt.NewMasterKey()
	if err != nil {
		t.Fatal(err)
	}
	f := &file{}
	f.text.Store(&text)
	return f
}

func (f *file) read() ([]byte, error) { return *f.text.Load(), nil }

// node is a vault that follows the file.
func (f *file) node(t *testing.T) *crypt.Vault {
	t.Helper()
	v, err := crypt.Open(*f.text.Load())
	if err != nil {
		t.Fatal(err)
	}
	v.Follow(f.read)
	return v
}

func (f *file) change(t *testing.T, how func([]byte) ([]byte, error)) {
	t.Helper()
	text, err := how(*f.text.Load())
	if err != nil {
		t.Fatal(err)
	}
	f.text.Store(&text)
}

// The master key is rotated while two nodes seal and open: nobody meets a closed door, and in
// the end the new key alone opens everything.
func TestTheMasterKeyIsRotatedWhilePeopleWork(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB, _ *clock.Manual) {
		f := newFile(t)
		nodes := []*crypt.Vault{f.node(t), f.node(t)}
		var mu sync.Mutex
		sealed := map[string][]byte{}
		seal := func(v *crypt.Vault, owner string) {
			var s []byte
			err := d.Update(context.Background(), func(tx *db.Tx) (err error) {
				s, err = v.Seal(tx, owner, here, []byte("texte de "+owner))
				return err
			})
			if err != nil {
				t.Errorf("%s: %v", owner, err)
				return
			}
			mu.Lock()
			defer mu.Unlock()
			sealed[owner] = s
		}
		open := func(v *crypt.Vault, owner string) {
			mu.Lock()
			s, ok := sealed[owner]
			mu.Unlock()
			if !ok {
				return
			}
			err := d.View(context.Background(), func(tx *db.Tx) error {
				plain, err := v.Open(tx, owner, here, s)
				if err == nil && string(plain) != "texte de "+owner {
					t.Errorf("%s opens as %q", owner, plain)
				}
				return err
			})
			if err != nil {
				t.Errorf("%s: %v", owner, err)
			}
		}
		for n := range 60 {
			seal(nodes[n%2], fmt.Sprintf("before-%d", n))
		}
		old := *f.text.Load()
		var wg sync.WaitGroup
		for n, v := range nodes {
			wg.Go(func() {
				for i := range 60 {
					seal(v, fmt.Sprintf("during-%d-%d", n, i))
					open(v, fmt.Sprintf("before-%d", i))
					open(v, fmt.Sprintf("during-%d-%d", 1-n, i/2))
				}
			})
		}
		f.change(t, crypt.AddMaster)
		tool := f.node(t)
		rewrap := func() {
			for done := 7; done == 7; {
				update(t, d, func(tx *db.Tx) (err error) {
					done, err = tool.Rewrap(tx, 7)
					return err
				})
			}
		}
		rewrap()
		wg.Wait()
		for _, v := range nodes {
			if err := v.Renew(); err != nil {
				t.Fatal(err)
			}
		}
		rewrap() // what nodes made before they read the file again
		err := d.View(t.Context(), func(tx *db.Tx) error {
			left, all, err := tool.Unrotated(tx)
			if left != 0 || all != 180 {
				t.Errorf("%d of %d data keys left", left, all)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		f.change(t, crypt.RetireMasters)
		fresh := f.node(t)
		if err := d.View(t.Context(), fresh.Check); err != nil {
			t.Fatal(err)
		}
		for owner := range sealed {
			open(fresh, owner)
		}
		stale, err := crypt.Open(old)
		if err != nil {
			t.Fatal(err)
		}
		wantCode(t, d.View(t.Context(), stale.Check), "crypt.wrong_master")
		if string(fresh.Index("name", "moreau")) != string(stale.Index("name", "moreau")) {
			t.Error("blind indexes changed with the key that wraps")
		}
	})
}

func TestATextThatIsNoMasterKeyChangesNothing(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"", "bonjour", "{}", `{"wrap": {}, "index": {}}`} {
		for name, how := range map[string]func([]byte) ([]byte, error){"add": crypt.AddMaster, "retire": crypt.RetireMasters} {
			_, err := how([]byte(text))
			wantCode(t, err, "crypt.master")
			if err != nil && strings.Contains(err.Error(), "bonjour") {
				t.Errorf("%s repeats the text", name)
			}
		}
	}
	f := newFile(t)
	v := f.node(t)
	broken := []byte("bonjour")
	f.text.Store(&broken)
	wantCode(t, v.Renew(), "crypt.master")
}
