package testkit_test

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"entractes/internal/base/clock"
	"entractes/internal/base/fault"
	"entractes/internal/care/notify"
	"entractes/internal/infra/db"
	"entractes/internal/infra/db/dbtest"
	"entractes/internal/testkit"
)

// A disk that fills up refuses what is asked, loudly, and never writes half of it; what was
// there is still read, and everything goes on once there is room, without a hand.
func TestTheDiskIsFull(t *testing.T) {
	disk := filepath.Join(t.TempDir(), "disk")
	if err := os.Mkdir(disk, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := syscall.Mount("tmpfs", disk, "tmpfs", 0, "size=24m"); err != nil {
		t.Fatalf("mount a small disk, which root does: %v", err)
	}
	h := houseAt(t, filepath.Join(disk, "house.db"))
	t.Cleanup(func() {
		if err := syscall.Unmount(disk, syscall.MNT_DETACH); err != nil {
			t.Error(err)
		}
	})
	nurse, ward := h.Nurse("Léonore"), h.Ward("Maternité A")
	first := ward.Asks()
	h.Settle()

	ballast := filepath.Join(disk, "ballast")
	fill(t, ballast)
	written := 1
	for range 2000 { // the log of the database had some room left
		_, err := h.Requests.Trigger(ward.Ctx(), testkit.Ask(h))
		if err == nil {
			written++
			continue
		}
		refusedForRoom(t, err)
		break
	}
	if written > 2000 {
		t.Fatal("the disk never was full")
	}
	if _, err := h.Requests.Show(ward.Ctx(), first.ID); err != nil {
		refusedForRoom(t, err) // looking writes who looked
	}
	if n := requestsIn(h); n != written {
		t.Errorf("%d requests are there, %d were acknowledged", n, written)
	}

	if err := os.Remove(ballast); err != nil {
		t.Fatal(err)
	}
	r := ward.Asks()
	h.Settle()
	nurse.Accepts(r)
	if nurse.Told(notify.OfferNew) != written+1 {
		t.Errorf("the nurse was told of %d requests, want %d", nurse.Told(notify.OfferNew), written+1)
	}
	wholeRequests(t, h)
}

// A database that may only be read refuses what is asked in the same way, and goes on by itself.
func TestTheDatabaseIsReadOnly(t *testing.T) {
	server := dbtest.StartOwn(t)
	h := houseAt(t, server.Address())
	nurse, ward := h.Nurse("Léonore"), h.Ward("Maternité A")
	ward.Asks()
	h.Settle()
	written := 1
	server.ReadOnly(true)
	for range 100 { // a session learns it at its next transaction
		if _, err := h.Requests.Trigger(ward.Ctx(), testkit.Ask(h)); err != nil {
			refusedForRoom(t, err)
			break
		}
		written++
	}
	if n := requestsIn(h); n != written || written > 100 {
		t.Errorf("%d requests are there, %d were acknowledged", n, written)
	}
	server.ReadOnly(false)
	r := ward.Asks()
	h.Settle()
	nurse.Accepts(r)
	wholeRequests(t, h)
}

// houseAt is a house of a test on a database of its own.
func houseAt(t *testing.T, address string) *testkit.House {
	t.Helper()
	c := clock.NewManual(dbtest.Start)
	h := &testkit.House{T: t, Clock: c, House: testkit.Build(t, address, filepath.Join(t.TempDir(), "master.key"), c)}
	h.Settlement()
	return h
}

// fill writes a file until its disk has no room.
func fill(t *testing.T, path string) {
	t.Helper()
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	block := bytes.Repeat([]byte{1}, 64<<10)
	for err == nil {
		_, err = f.Write(block)
		if len(block) > 512 && errors.Is(err, syscall.ENOSPC) {
			block, err = block[:len(block)/2], nil
		}
	}
	if !errors.Is(err, syscall.ENOSPC) {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil && !errors.Is(err, syscall.ENOSPC) {
		t.Fatal(err)
	}
}

func refusedForRoom(t *testing.T, err error) {
	t.Helper()
	e, ok := errors.AsType[*fault.Error](err)
	if !ok || e.Kind != fault.KindUnavailable || e.Code != "db.not_writable" {
		t.Errorf("it is said that %v", err)
	}
}

func requestsIn(h *testkit.House) (n int) {
	h.T.Helper()
	h.Must(h.DB.View(h.T.Context(), func(tx *db.Tx) error {
		count, err := db.One(tx, "none", db.Value[int64], `SELECT count(*) FROM request`)
		n = int(count)
		return err
	}))
	return n
}

// wholeRequests finds no request that was half written.
func wholeRequests(t *testing.T, h *testkit.House) {
	t.Helper()
	noneOf(t, h.DB, map[string]string{
		"requests without acts":            `SELECT count(*) FROM request r WHERE NOT EXISTS (SELECT 1 FROM request_act a WHERE a.request = r.id)`,
		"requests without a round":         `SELECT count(*) FROM request r WHERE r.state = 'searching' AND NOT EXISTS (SELECT 1 FROM dispatch d WHERE d.id = r.dispatch AND d.state = 'open')`,
		"people asked and never told":      neverTold,
		"acts of requests that are not":    `SELECT count(*) FROM request_act a WHERE NOT EXISTS (SELECT 1 FROM request r WHERE r.id = a.request)`,
		"rounds whose end nobody promised": `SELECT count(*) FROM dispatch d WHERE d.state = 'open' AND NOT EXISTS (SELECT 1 FROM job j WHERE j.key = d.id AND j.kind = 'request.deadline')`,
	})
}
