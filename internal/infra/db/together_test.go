package db_test

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"

	"entractes/internal/base/clock"
	"entractes/internal/base/fault"
	"entractes/internal/infra/db"
	"entractes/internal/infra/db/dbtest"
)

func put(tx *db.Tx, owner, master string) error {
	return tx.Write(`INSERT INTO data_key (owner, wrapped, master, created) VALUES ($1, $2, $3, $4)`, owner, []byte{1}, master, db.Ms(tx.Now()))
}

// What is only written is seen by what the transaction reads next, in the order it was written.
func TestWhatIsPutOffIsSeenByTheNextReading(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, _ *clock.Manual) {
		err := d.Update(t.Context(), func(tx *db.Tx) error {
			for i := range 600 { // more than travel together
				if err := put(tx, fmt.Sprintf("%03d", i), "m"); err != nil {
					return err
				}
			}
			if err := tx.Write(`UPDATE data_key SET master = $1 WHERE owner = $2`, "second", "007"); err != nil {
				return err
			}
			if err := tx.Write(`DELETE FROM data_key WHERE owner = $1`, "008"); err != nil {
				return err
			}
			n, err := db.One(tx, "none", db.Value[int64], `SELECT count(*) FROM data_key`)
			if err == nil && n != 599 {
				t.Errorf("%d rows", n)
			}
			if err := put(tx, "008", "third"); err != nil {
				return err
			}
			changed, err := tx.Exec(`UPDATE data_key SET master = 'fourth' WHERE master IN ('second', 'third')`)
			if err == nil && changed != 2 {
				t.Errorf("%d rows changed", changed)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		if n := count(t, d); n != 600 {
			t.Errorf("%d rows", n)
		}
	})
}

// A writing that is refused undoes the act, wherever it is found out, and says why.
func TestWhatIsPutOffAndRefusedUndoesTheAct(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, _ *clock.Manual) {
		told := 0
		for name, then := range map[string]func(tx *db.Tx) error{
			"found at the commit": func(*db.Tx) error { return nil },
			"found at a reading": func(tx *db.Tx) error {
				_, err := db.All(tx, db.Value[string], `SELECT owner FROM data_key`)
				return err
			},
			"found at a count": func(tx *db.Tx) error {
				_, err := tx.Exec(`UPDATE data_key SET master = 'x'`)
				return err
			},
		} {
			err := d.Update(t.Context(), func(tx *db.Tx) error {
				tx.AfterCommit(func() { told++ })
				return errors.Join(put(tx, "same", "m"), put(tx, "same", "m"), then(tx))
			})
			if fault.CodeOf(err) != "db.duplicate" {
				t.Errorf("%s: %v", name, err)
			}
		}
		if n := count(t, d); n != 0 || told != 0 {
			t.Errorf("%d rows, told %d times", n, told)
		}
		if err := d.View(t.Context(), func(tx *db.Tx) error { return put(tx, "x", "m") }); err == nil {
			t.Error("a view wrote, later")
		}
	})
}

// What was read once is read again after a writing to its table, and only then.
func TestWhatIsRememberedIsForgottenWhenWritten(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, _ *clock.Manual) {
		err := d.Update(t.Context(), func(tx *db.Tx) error {
			readings := 0
			read := func() int64 {
				n, err := db.Memo(tx, "data_key", "count", func() (int64, error) {
					readings++
					return db.One(tx, "none", db.Value[int64], `SELECT count(*) FROM data_key`)
				})
				if err != nil {
					t.Fatal(err)
				}
				return n
			}
			for i := range 3 {
				if err := put(tx, fmt.Sprint(i), "m"); err != nil {
					return err
				}
				if err := tx.Write(`INSERT INTO closed_round (dispatch, at) VALUES ($1, 0)`, fmt.Sprint(i)); err != nil {
					return err
				}
				for range 2 {
					if n := read(); n != int64(i+1) {
						t.Errorf("after %d writings, %d rows", i+1, n)
					}
				}
			}
			if readings != 3 {
				t.Errorf("read %d times", readings)
			}
			if _, err := db.Memo(tx, "data_key", "fails", func() (int64, error) { return 0, errors.New("not now") }); err == nil {
				t.Error("no error")
			}
			if n, err := db.Memo(tx, "data_key", "fails", func() (int64, error) { return 7, nil }); n != 7 || err != nil {
				t.Error("an error was remembered")
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}

// order is one act of a Gather.
type order struct{ owner string }

// gather inserts the rows of orders, and counts its transactions.
func gather(d *db.DB, most int, transactions *atomic.Int64) *db.Gather[*order] {
	return db.NewGather(d, most, func(tx *db.Tx, all []*order) error {
		transactions.Add(1)
		if len(all) > most {
			return fmt.Errorf("%d acts in one transaction", len(all))
		}
		for _, o := range all {
			if _, err := tx.Exec(`INSERT INTO data_key (owner, wrapped, master, created) VALUES ($1, $2, 'm', 0)`, o.owner, []byte{1}); err != nil {
				return err
			}
		}
		return nil
	})
}

// together does acts at once and returns the refusals.
func together(t *testing.T, g *db.Gather[*order], acts int, owner func(i int) string) (refused []error) {
	t.Helper()
	var wg sync.WaitGroup
	var mu sync.Mutex
	start := make(chan struct{})
	for i := range acts {
		wg.Go(func() {
			<-start
			if err := g.Do(t.Context(), &order{owner(i)}); err != nil {
				mu.Lock()
				defer mu.Unlock()
				refused = append(refused, err)
			}
		})
	}
	close(start)
	wg.Wait()
	return refused
}

// Acts that come together share transactions; one that comes alone waits for nobody.
func TestGatheredActsShareTransactions(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, _ *clock.Manual) {
		var transactions atomic.Int64
		g := gather(d, 16, &transactions)
		if err := g.Do(t.Context(), &order{"alone"}); err != nil || transactions.Load() != 1 {
			t.Errorf("%v, %d transactions", err, transactions.Load())
		}
		const acts = 400
		if refused := together(t, g, acts, strconv.Itoa); len(refused) > 0 {
			t.Error(errors.Join(refused...))
		}
		if n := count(t, d); n != acts+1 {
			t.Errorf("%d rows", n)
		}
		if n := transactions.Load(); n < acts/16 || n > acts/2 {
			t.Errorf("%d transactions for %d acts", n, acts)
		}
		ended, cancel := context.WithCancel(t.Context())
		cancel()
		if err := g.Do(ended, &order{"late"}); !errors.Is(err, context.Canceled) {
			t.Errorf("an act whose patience had ended: %v", err)
		}
	})
}

// A bad act of a Gather sinks alone, and is told why.
func TestABadGatheredActSinksAlone(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, _ *clock.Manual) {
		var transactions atomic.Int64
		const acts = 200
		refused := together(t, gather(d, 16, &transactions), acts, func(i int) string { return strconv.Itoa(i / 2) })
		if n := count(t, d); n != acts/2 || len(refused) != acts/2 {
			t.Errorf("%d rows and %d refusals of %d acts", n, len(refused), acts)
		}
		for _, err := range refused {
			if fault.CodeOf(err) != "db.duplicate" {
				t.Errorf("refused by %v", err)
			}
		}
	})
}

// An act of a Gather that panics does so for whoever asked for it, as one of Update does: its
// neighbours are done, and the next acts too.
func TestAGatheredActThatPanicsSinksAlone(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, _ *clock.Manual) {
		g := db.NewGather(d, 16, func(tx *db.Tx, all []*order) error {
			for _, o := range all {
				if o.owner == "boom" {
					panic("boom")
				}
				if _, err := tx.Exec(`INSERT INTO data_key (owner, wrapped, master, created) VALUES ($1, $2, 'm', 0)`, o.owner, []byte{1}); err != nil {
					return err
				}
			}
			return nil
		})
		const acts = 60
		var wg sync.WaitGroup
		var panics atomic.Int64
		start := make(chan struct{})
		for i := range acts {
			owner := strconv.Itoa(i)
			if i%20 == 7 {
				owner = "boom"
			}
			wg.Go(func() {
				defer func() {
					if p := recover(); p == "boom" {
						panics.Add(1)
					} else if p != nil {
						t.Errorf("panics with %v", p)
					}
				}()
				<-start
				if err := g.Do(t.Context(), &order{owner}); err != nil {
					t.Error(err)
				}
			})
		}
		close(start)
		wg.Wait()
		if n := count(t, d); n != acts-3 || panics.Load() != 3 {
			t.Errorf("%d rows and %d panics", n, panics.Load())
		}
		if err := g.Do(t.Context(), &order{"after"}); err != nil {
			t.Error(err)
		}
	})
}
