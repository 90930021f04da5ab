package db_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"syscall"
	"testing"
	"time"

	"entractes/internal/base/clock"
	"entractes/internal/base/fault"
	"entractes/internal/infra/db"
	"entractes/internal/infra/db/dbtest"
)

func insert(tx *db.Tx, owner string) error {
	_, err := tx.Exec(`INSERT INTO data_key (owner, wrapped, master, created) VALUES ($1, $2, $3, $4)`, owner, []byte{1}, "m", db.Ms(tx.Now()))
	return err
}

func count(t *testing.T, d *db.DB) (n int64) {
	t.Helper()
	err := d.View(t.Context(), func(tx *db.Tx) (err error) {
		n, err = db.One(tx, "none", db.Value[int64], `SELECT count(*) FROM data_key`)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// A refused act must not sink its neighbours of the same commit, on either engine.
func TestOneBadActSinksAlone(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, _ *clock.Manual) {
		var wg sync.WaitGroup
		var mu sync.Mutex
		bad := 0
		for i := range 100 {
			wg.Go(func() {
				err := d.Update(t.Context(), func(tx *db.Tx) error { return insert(tx, fmt.Sprint(i/2)) })
				if err != nil {
					if fault.CodeOf(err) != "db.duplicate" || fault.KindOf(err) != fault.KindConflict {
						t.Errorf("unexpected error: %v", err)
					}
					mu.Lock()
					bad++
					mu.Unlock()
				}
			})
		}
		wg.Wait()
		if n := count(t, d); n != 50 || bad != 50 {
			t.Errorf("%d rows and %d refusals, want 50 and 50", n, bad)
		}
	})
}

func TestAfterCommitOnlyAfterCommit(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, _ *clock.Manual) {
		told := 0
		refused := errors.New("refused")
		err := d.Update(t.Context(), func(tx *db.Tx) error {
			tx.AfterCommit(func() { told++ })
			return errors.Join(insert(tx, "x"), refused)
		})
		if !errors.Is(err, refused) || told != 0 || count(t, d) != 0 {
			t.Fatalf("err %v, told %d", err, told)
		}
		if err := d.Update(t.Context(), func(tx *db.Tx) error {
			tx.AfterCommit(func() { told++ })
			return insert(tx, "x")
		}); err != nil || told != 1 || count(t, d) != 1 {
			t.Fatalf("err %v, told %d", err, told)
		}
	})
}

func TestPanicReachesTheCallerAndNobodyElse(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, _ *clock.Manual) {
		func() {
			defer func() {
				if recover() == nil {
					t.Error("the panic is lost")
				}
			}()
			_ = d.Update(t.Context(), func(*db.Tx) error { panic("boom") })
		}()
		if err := d.Update(t.Context(), func(tx *db.Tx) error { return insert(tx, "after") }); err != nil {
			t.Fatal(err)
		}
	})
}

// The drivers that bind $2 by its place instead of its number change the wrong row without an error.
func TestArgumentsAreBoundByNumber(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, _ *clock.Manual) {
		err := d.Update(t.Context(), func(tx *db.Tx) error {
			if err := insert(tx, "a"); err != nil {
				return err
			}
			n, err := tx.Exec(`UPDATE data_key SET master = $2 WHERE owner = $1`, "a", "second")
			if err == nil && n != 1 {
				t.Errorf("%d rows changed, want 1", n)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}

func TestViewCannotWrite(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, _ *clock.Manual) {
		if err := d.View(t.Context(), func(tx *db.Tx) error { return insert(tx, "x") }); err == nil {
			t.Error("a view wrote")
		}
	})
}

func TestTimeNeverGoesBack(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, c *clock.Manual) {
		before := d.Now()
		c.Advance(-time.Hour)
		if d.Now().Before(before) {
			t.Error("the instant of a transaction went back")
		}
		c.Advance(2 * time.Hour)
		if got := d.Now().Sub(before); got != time.Hour {
			t.Errorf("moved by %v, want 1h", got)
		}
	})
}

func TestCancelledActLeavesNothing(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, _ *clock.Manual) {
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if err := d.Update(ctx, func(tx *db.Tx) error { return insert(tx, "x") }); err == nil {
			t.Error("a cancelled act succeeded")
		}
		if n := count(t, d); n != 0 {
			t.Errorf("%d rows", n)
		}
	})
}

func TestMigrateTwiceAndRefuseNewer(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, _ *clock.Manual) {
		if n, err := d.Migrate(t.Context()); n != 0 || err != nil {
			t.Fatalf("second run: %d steps, %v", n, err)
		}
		err := d.Update(t.Context(), func(tx *db.Tx) error {
			_, err := tx.Exec(`INSERT INTO goose_db_version (version_id, is_applied) VALUES ($1, $2)`, int64(9999), true)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := d.Migrate(t.Context()); fault.CodeOf(err) != "db.newer_schema" {
			t.Errorf("got %v", err)
		}
	})
}

// Names are lost only where their order says the same.
func TestArgumentsKeepTheirMeaning(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, _ *clock.Manual) {
		err := d.View(t.Context(), func(tx *db.Tx) error {
			for q, want := range map[string]string{
				`SELECT CAST($1 AS TEXT) || CAST($2 AS TEXT)`:                     "ab",
				`SELECT CAST($2 AS TEXT) || CAST($1 AS TEXT)`:                     "ba",
				`SELECT CAST($1 AS TEXT) || CAST($1 AS TEXT) || CAST($2 AS TEXT)`: "aab",
			} {
				got, err := db.One(tx, "none", db.Value[string], q, "a", "b")
				if err != nil {
					return err
				}
				if got != want {
					t.Errorf("%s gives %q, want %q", q, got, want)
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}

// A statement asked for while rows are read is refused on both engines, though only
// PostgreSQL would mind.
func TestRowsAreReadToTheEndFirst(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, _ *clock.Manual) {
		err := d.View(t.Context(), func(tx *db.Tx) error {
			_, err := db.All(tx, func(db.Row) (int, error) {
				_, err := db.All(tx, db.Value[int64], `SELECT 1`)
				return 0, err
			}, `SELECT 1`)
			return err
		})
		if err == nil {
			t.Error("a statement inside the reading of another was let through")
		}
		err = d.View(t.Context(), func(tx *db.Tx) error {
			if _, err := db.All(tx, db.Value[int64], `SELECT 1`); err != nil {
				return err
			}
			return tx.Ready()
		})
		if err != nil {
			t.Errorf("after the last row: %v", err)
		}
	})
}

// A database that dies in the middle of an act is said to be unreachable, whichever way the
// connection ends, and is used again once it is back.
func TestACutConnectionIsSaidAsSuch(t *testing.T) {
	t.Parallel()
	for name, how := range map[string]syscall.Signal{"stopped": syscall.SIGINT, "crashed": syscall.SIGQUIT} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := dbtest.StartOwn(t)
			d := dbtest.OpenAt(t, server.Address(), clock.NewManual(dbtest.Start))
			unreachable := func(err error) {
				t.Helper()
				if e, ok := errors.AsType[*fault.Error](err); !ok || e.Kind != fault.KindUnavailable || e.Code != "db.unreachable" {
					t.Errorf("said %v", err)
				}
			}
			one := func(tx *db.Tx) error {
				_, err := tx.Exec("UPDATE territory SET name = name")
				return err
			}
			unreachable(d.Update(t.Context(), func(tx *db.Tx) error {
				if err := one(tx); err != nil {
					t.Error(err)
				}
				server.Stop(how)
				return one(tx)
			}))
			unreachable(d.Update(t.Context(), one))
			unreachable(d.View(t.Context(), func(tx *db.Tx) error {
				_, err := db.All(tx, db.Value[string], "SELECT id FROM territory")
				return err
			}))
			server.Start()
			if err := d.Update(t.Context(), one); err != nil {
				t.Errorf("not used again: %v", err)
			}
		})
	}
}
