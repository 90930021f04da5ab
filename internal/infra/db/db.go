// Package db is one database with two engines and one SQL text: SQLite embedded
// in the process, or PostgreSQL when several nodes share the work.
//
// The text is PostgreSQL's, inside the subset that SQLite also reads (times are
// BIGINT milliseconds, identifiers are made in Go, documents are TEXT never
// queried inside, filters are built by appending words). FOR UPDATE [SKIP LOCKED]
// and COLLATE "C" are the only words dropped for SQLite, which has one writer and
// compares bytes.
package db

import (
	"context"
	"database/sql"
	"errors"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"entractes/internal/base/clock"
	"entractes/internal/base/fault"
	"entractes/internal/infra/trace"
)

// Engine names the machine behind a DB.
type Engine string

// The two engines.
const (
	SQLite   Engine = "sqlite"
	Postgres Engine = "postgres"
)

// DB is one open database. It may be used concurrently.
type DB struct {
	engine  Engine
	url     string
	clock   clock.Clock
	opened  time.Time
	readers *sql.DB
	writers *sql.DB // the same pool as readers on PostgreSQL
	group   *group  // SQLite only
	offset  atomic.Int64
	last    atomic.Int64
	texts   sync.Map // written SQL → SQL of the engine
	tap     func(all []Written)
}

// Open opens url: "postgres://…" or the path of a SQLite file, created when absent.
// The schema is neither read nor changed: see Migrate. Close releases everything.
func Open(ctx context.Context, url string, c clock.Clock) (_ *DB, err error) {
	defer fault.Wrap(&err, "open database")
	d := &DB{url: url, clock: c, opened: c.Now()}
	if strings.HasPrefix(url, "postgres://") || strings.HasPrefix(url, "postgresql://") {
		d.engine = Postgres
		return d, d.openPostgres(ctx)
	}
	d.engine = SQLite
	return d, d.openSQLite(ctx)
}

// Engine tells which machine answers.
func (d *DB) Engine() Engine { return d.engine }

// Clock is the clock every transaction reads.
func (d *DB) Clock() clock.Clock { return d.clock }

// Close waits for the acts under way and releases the database.
func (d *DB) Close() error {
	if d.group != nil {
		d.group.close()
	}
	err := d.readers.Close()
	if d.writers != d.readers {
		err = errors.Join(err, d.writers.Close())
	}
	return err
}

// Ping tells whether the database answers.
func (d *DB) Ping(ctx context.Context) error {
	return mapError(d.readers.PingContext(ctx))
}

// Now is the instant of this house: the process clock, corrected by the offset to
// PostgreSQL's clock, never before an instant already given, in whole milliseconds.
func (d *DB) Now() time.Time {
	ms := d.reading().UnixMilli() + d.offset.Load()
	for {
		last := d.last.Load()
		if ms <= last {
			return time.UnixMilli(last).UTC()
		}
		if d.last.CompareAndSwap(last, ms) {
			return time.UnixMilli(ms).UTC()
		}
	}
}

// reading is the process clock before its correction. On PostgreSQL it is the time at
// opening and what has passed since by the monotonic clock: when somebody sets the wall
// clock of one node, that node neither escalates early nor takes leases of the others.
func (d *DB) reading() time.Time {
	now := d.clock.Now()
	if d.engine == Postgres {
		return d.opened.Add(now.Sub(d.opened))
	}
	return now
}

// View runs fn in a read-only transaction, in which every statement sees the same picture
// of the data. A write in it fails.
func (d *DB) View(ctx context.Context, fn func(tx *Tx) error) (err error) {
	ctx, end := trace.Start(ctx, "db.view")
	defer func() { end(err) }()
	if d.engine == Postgres {
		return mapError(d.within(ctx, beginView, func(p *pipeline) error {
			if err := fn(&Tx{ctx: ctx, run: p, db: d, now: d.Now()}); err != nil {
				return err
			}
			return p.commit(ctx) // what was put off fails here
		}))
	}
	std, err := d.readers.BeginTx(ctx, nil)
	if err != nil {
		return mapError(err)
	}
	defer std.Rollback() //nolint:errcheck // nothing was written
	return fn(&Tx{ctx: ctx, run: viewing{std}, db: d, now: d.Now()})
}

// Update runs fn in one transaction and commits it. When it returns nil, what fn
// wrote is on disk. On a serialization failure or a deadlock fn runs again, so it
// may run more than once: it must do nothing outside its transaction but through
// AfterCommit. No network call belongs inside.
func (d *DB) Update(ctx context.Context, fn func(tx *Tx) error) (err error) {
	ctx, end := trace.Start(ctx, "db.update")
	defer func() { end(err) }()
	if d.engine == SQLite {
		return d.group.update(ctx, fn)
	}
	const attempts = 6
	for n := 1; ; n++ {
		err := d.updatePostgres(ctx, fn)
		if n == attempts || !retryable(err) || ctx.Err() != nil {
			return mapError(err)
		}
	}
}

// text returns q in the words of the engine.
func (d *DB) text(q string) string {
	if d.engine == Postgres {
		return q
	}
	if t, ok := d.texts.Load(q); ok {
		return t.(string)
	}
	t := forSQLite(q)
	d.texts.Store(q, t)
	return t
}

// forSQLite drops the words SQLite does not read. Arguments named $1, $2, $3… once each
// and in this order lose their names: the driver looks each name up along the whole
// list, which for a statement of some hundred arguments takes longer than the insert.
func forSQLite(q string) string {
	for _, words := range []string{" FOR UPDATE SKIP LOCKED", " FOR UPDATE", ` COLLATE "C"`} {
		q = strings.ReplaceAll(q, words, "")
	}
	for i, name := range argument.FindAllString(q, -1) {
		if name != "$"+strconv.Itoa(i+1) {
			return q
		}
	}
	return argument.ReplaceAllString(q, "?")
}

var argument = regexp.MustCompile(`\$[0-9]+`)
