package db

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"sync"
)

// group is SQLite's only writer. Acts that wait together share one commit, and so
// one wait for the disk; a savepoint each keeps a refused act from sinking its neighbours.
type group struct {
	db    *DB
	conn  *sql.Conn
	run   *statements
	acts  chan *act
	quit  chan struct{}
	done  chan struct{}
	close func()
}

// groupSize bounds how many acts one commit may hold, so that the first never waits for long.
const groupSize = 64

// act is one Update waiting for its commit.
type act struct {
	ctx   context.Context
	fn    func(tx *Tx) error
	tx    *Tx
	err   error
	panic any
	ended chan struct{}
}

func newGroup(ctx context.Context, d *DB) (*group, error) {
	conn, err := d.writers.Conn(ctx)
	if err != nil {
		return nil, err
	}
	g := &group{
		db: d, conn: conn, run: &statements{conn: conn, cache: map[string]*sql.Stmt{}},
		acts: make(chan *act, groupSize), quit: make(chan struct{}), done: make(chan struct{}),
	}
	g.close = sync.OnceFunc(func() { close(g.quit); <-g.done })
	go g.loop()
	return g, nil
}

// errClosed is met by acts that come after Close.
var errClosed = errors.New("database is closed")

// update queues fn and waits until its fate is on disk. A panic in fn comes back in the caller's goroutine.
func (g *group) update(ctx context.Context, fn func(tx *Tx) error) error {
	a := &act{ctx: ctx, fn: fn, ended: make(chan struct{})}
	select {
	case g.acts <- a:
	case <-ctx.Done():
		return ctx.Err()
	case <-g.quit:
		return errClosed
	}
	select {
	case <-a.ended:
	case <-g.done:
		select {
		case <-a.ended:
		default:
			return errClosed
		}
	}
	if a.panic != nil {
		panic(a.panic)
	}
	if a.err != nil {
		return mapError(a.err)
	}
	a.tx.tapped()
	for _, f := range a.tx.after {
		f()
	}
	return nil
}

func (g *group) loop() {
	defer close(g.done)
	defer g.conn.Close() //nolint:errcheck // the process is leaving the database
	for {
		select {
		case a := <-g.acts:
			g.commit(g.gather(a))
		case <-g.quit:
			for {
				select {
				case a := <-g.acts:
					g.commit(g.gather(a))
				default:
					return
				}
			}
		}
	}
}

// gather takes the acts that are already waiting beside first.
func (g *group) gather(first *act) []*act {
	acts := []*act{first}
	for len(acts) < groupSize {
		select {
		case a := <-g.acts:
			acts = append(acts, a)
		default:
			return acts
		}
	}
	return acts
}

// commit runs acts in order inside one transaction and tells each its fate.
func (g *group) commit(acts []*act) {
	defer func() {
		for _, a := range acts {
			close(a.ended)
		}
	}()
	ctx := context.Background()
	if err := g.exec(ctx, "BEGIN IMMEDIATE"); err != nil {
		sink(acts, err)
		return
	}
	for _, a := range acts {
		g.perform(ctx, a)
	}
	if err := g.exec(ctx, "COMMIT"); err != nil {
		_ = g.exec(ctx, "ROLLBACK") // the commit's own error is the one to tell
		sink(acts, err)
	}
}

// perform runs one act behind its savepoint.
func (g *group) perform(ctx context.Context, a *act) {
	if a.err = a.ctx.Err(); a.err != nil {
		return
	}
	if a.err = g.exec(ctx, "SAVEPOINT act"); a.err != nil {
		return
	}
	a.tx = &Tx{ctx: a.ctx, run: g.run, db: g.db, now: g.db.Now()}
	a.err = func() (err error) {
		defer func() {
			if a.panic = recover(); a.panic != nil {
				err = fmt.Errorf("panic: %v", a.panic)
			}
		}()
		return a.fn(a.tx)
	}()
	if a.err != nil {
		a.err = errors.Join(a.err, g.exec(ctx, "ROLLBACK TO act"))
	}
	a.err = errors.Join(a.err, g.exec(ctx, "RELEASE act"))
}

func (g *group) exec(ctx context.Context, q string) error {
	return g.run.write(ctx, q, nil)
}

// sink gives err to the acts that had succeeded: nothing of them is on disk.
func sink(acts []*act, err error) {
	for _, a := range acts {
		if a.err == nil {
			a.err = err
		}
	}
}
