package db

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/stdlib"
)

// pipeline is a transaction of PostgreSQL that goes to the server and back as seldom as it
// can: its beginning and what is only written travel with the next statement that has an
// answer, or with the commit. The server does them in their order, so nobody sees a difference
// but the clock: most of what a short statement costs is the way.
type pipeline struct {
	conn    *pgx.Conn
	begin   string
	waiting []statement
	begun   bool // the server has answered within the transaction
	fresh   bool // the connection was lost before it ever had: nothing was done
}

type statement struct {
	text string
	args []any
}

// waitingMost bounds how many statements travel together.
const waitingMost = 256

const (
	beginView   = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
	beginUpdate = "BEGIN"
)

var errRolledBack = errors.New("the commit was answered by a rollback")

func (p *pipeline) write(ctx context.Context, q string, args []any) error {
	p.waiting = append(p.waiting, statement{q, args})
	if len(p.waiting) < waitingMost {
		return nil
	}
	last := p.waiting[len(p.waiting)-1]
	p.waiting = p.waiting[:len(p.waiting)-1]
	_, err := p.exec(ctx, last.text, last.args)
	return err
}

func (p *pipeline) exec(ctx context.Context, q string, args []any) (int64, error) {
	if p.begun && len(p.waiting) == 0 {
		tag, err := p.conn.Exec(ctx, q, args...)
		return tag.RowsAffected(), err
	}
	sent, err := p.send(ctx, q, args)
	if err != nil {
		return 0, err
	}
	tag, err := sent.Exec()
	return tag.RowsAffected(), p.after(errors.Join(err, sent.Close()))
}

func (p *pipeline) query(ctx context.Context, q string, args []any) (rows, error) {
	if p.begun && len(p.waiting) == 0 {
		found, err := p.conn.Query(ctx, q, args...)
		if err != nil {
			return nil, err
		}
		return pipelined{found, nil}, nil
	}
	sent, err := p.send(ctx, q, args)
	if err != nil {
		return nil, err
	}
	found, err := sent.Query()
	if err != nil {
		return nil, p.after(errors.Join(err, sent.Close()))
	}
	p.begun = true
	return pipelined{found, sent}, nil
}

// send gives the server the statements that wait and q. What it answers to those before q has been read.
func (p *pipeline) send(ctx context.Context, q string, args []any) (pgx.BatchResults, error) {
	batch := &pgx.Batch{}
	if !p.begun {
		batch.Queue(p.begin)
	}
	for _, s := range p.waiting {
		batch.Queue(s.text, s.args...)
	}
	p.waiting = p.waiting[:0]
	before := batch.Len()
	batch.Queue(q, args...)
	sent := p.conn.SendBatch(ctx, batch)
	for range before {
		if _, err := sent.Exec(); err != nil {
			_ = sent.Close() // it has the same to say
			return nil, p.after(err)
		}
	}
	return sent, nil
}

// after notes how the first trip of the transaction ended.
func (p *pipeline) after(err error) error {
	if err == nil {
		p.begun = true
	} else if !p.begun && p.conn.IsClosed() {
		p.fresh = true
	}
	return err
}

// commit makes what was done last. A transaction that did nothing costs nothing.
func (p *pipeline) commit(ctx context.Context) error {
	if !p.begun && len(p.waiting) == 0 {
		return nil
	}
	var tag pgconn.CommandTag
	sent, err := p.send(ctx, "COMMIT", nil)
	if err == nil {
		tag, err = sent.Exec()
		err = errors.Join(err, sent.Close())
	}
	p.fresh = false // the server may have committed
	if err == nil && tag.String() != "COMMIT" {
		err = errRolledBack
	}
	return err
}

// end undoes what was not committed and leaves the connection ready for others, or closed.
func (p *pipeline) end(ctx context.Context) {
	if p.conn.IsClosed() || p.conn.PgConn().TxStatus() == 'I' {
		return
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
	defer cancel()
	if _, err := p.conn.Exec(ctx, "ROLLBACK"); err != nil {
		_ = p.conn.Close(ctx) // the pool throws it away
	}
}

// pipelined are the rows of a statement that travelled with others.
type pipelined struct {
	pgx.Rows
	sent pgx.BatchResults
}

// Close reads the rest and says what went wrong.
func (r pipelined) Close() error {
	r.Rows.Close()
	err := r.Err()
	if r.sent != nil {
		if end := r.sent.Close(); err == nil {
			err = end
		}
	}
	return err
}

// within runs fn in a transaction of a connection of the pool. A connection that had died
// while nobody used it is replaced, once, as long as nothing was asked of it.
func (d *DB) within(ctx context.Context, begin string, fn func(p *pipeline) error) error {
	for again := false; ; again = true {
		p := &pipeline{begin: begin}
		err := d.connected(ctx, p, fn)
		if !p.fresh || again || ctx.Err() != nil {
			return err
		}
	}
}

func (d *DB) connected(ctx context.Context, p *pipeline, fn func(p *pipeline) error) (err error) {
	conn, err := d.readers.Conn(ctx)
	if err != nil {
		return err
	}
	defer conn.Close() //nolint:errcheck // it goes back to the pool
	raw := conn.Raw(func(driver any) error {
		pg, ok := driver.(*stdlib.Conn)
		if !ok {
			return fmt.Errorf("the driver is %T", driver)
		}
		p.conn = pg.Conn()
		defer p.end(ctx)
		err = fn(p)
		return nil
	})
	return errors.Join(err, raw)
}
