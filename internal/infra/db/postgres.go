package db

import (
	"context"
	"fmt"
	"runtime"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"

	"entractes/internal/base/clock"
)

func (d *DB) openPostgres(ctx context.Context) error {
	cfg, err := pgx.ParseConfig(d.url)
	if err != nil {
		return fmt.Errorf("read the PostgreSQL address: %w", err)
	}
	pool := stdlib.OpenDB(*cfg)
	pool.SetMaxOpenConns(max(16, 8*runtime.NumCPU()))
	pool.SetMaxIdleConns(max(16, 8*runtime.NumCPU()))
	pool.SetConnMaxIdleTime(5 * time.Minute)
	d.readers, d.writers = pool, pool
	if err := d.Ping(ctx); err != nil {
		return err
	}
	return d.MeasureOffset(ctx)
}

// MeasureOffset compares the process clock with PostgreSQL's, which is the one all
// nodes share, and corrects Now by the difference. A clock moved by hand is left alone, and so is SQLite.
func (d *DB) MeasureOffset(ctx context.Context) error {
	if _, byHand := d.clock.(*clock.Manual); byHand || d.engine != Postgres {
		return nil
	}
	before := d.reading()
	var micros int64
	if err := d.readers.QueryRowContext(ctx, "SELECT CAST(extract(epoch FROM clock_timestamp()) * 1000000 AS BIGINT)").Scan(&micros); err != nil {
		return mapError(err)
	}
	middle := before.Add(d.reading().Sub(before) / 2)
	d.offset.Store(time.UnixMicro(micros).Sub(middle).Milliseconds())
	return nil
}

// Offset is the correction MeasureOffset found: how far PostgreSQL's clock is ahead of
// this process's.
func (d *DB) Offset() time.Duration { return time.Duration(d.offset.Load()) * time.Millisecond }

func (d *DB) updatePostgres(ctx context.Context, fn func(tx *Tx) error) error {
	var done *Tx
	err := d.within(ctx, beginUpdate, func(p *pipeline) error {
		done = &Tx{ctx: ctx, run: p, db: d, now: d.Now()}
		if err := fn(done); err != nil {
			return err
		}
		return p.commit(ctx)
	})
	if err != nil {
		return err
	}
	done.tapped()
	for _, f := range done.after {
		f()
	}
	return nil
}

// Notify wakes the listeners of channel on every node. It does nothing on SQLite,
// whose only node is this one. Never called inside Update: it would halve the throughput.
func (d *DB) Notify(ctx context.Context, channel, payload string) error {
	if d.engine != Postgres {
		return nil
	}
	_, err := d.writers.ExecContext(ctx, "SELECT pg_notify($1, $2)", channel, payload)
	return mapError(err)
}

// Listen calls fn for each notification of channel until ctx ends or the connection
// is lost; the caller reconnects. ready is called once the ear is open. It returns at once on SQLite.
func (d *DB) Listen(ctx context.Context, channel string, ready func(), fn func(payload string)) error {
	if d.engine != Postgres {
		return nil
	}
	conn, err := d.readers.Conn(ctx)
	if err != nil {
		return mapError(err)
	}
	defer conn.Close() //nolint:errcheck // the listener is leaving
	return conn.Raw(func(driver any) error {
		pg := driver.(*stdlib.Conn).Conn()
		// A connection that has listened must not go back to the pool.
		defer pg.Close(context.WithoutCancel(ctx)) //nolint:errcheck // the listener is leaving
		if _, err := pg.Exec(ctx, "LISTEN "+pgx.Identifier{channel}.Sanitize()); err != nil {
			return mapError(err)
		}
		ready()
		for {
			n, err := pg.WaitForNotification(ctx)
			if err != nil {
				return mapError(err)
			}
			fn(n.Payload)
		}
	})
}
