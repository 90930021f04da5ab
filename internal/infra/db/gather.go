package db

import (
	"context"
	"fmt"
	"sync"
)

// Gather does acts of one kind together: those that come while a transaction is under way
// share the next one, which reads and writes for all of them. One act alone waits for
// nobody. It may be used concurrently.
type Gather[A any] struct {
	db   *DB
	most int
	do   func(tx *Tx, acts []A) error

	mu      sync.Mutex
	waiting []*gathered[A]
	leading bool
}

type gathered[A any] struct {
	ctx   context.Context
	act   A
	err   error
	panic any
	ended chan struct{}
}

// NewGather returns a Gather of at most so many acts in a transaction. do may run more than
// once for the same act, as the function of Update may: it writes what comes of an act into
// the act, from the beginning each time. All who call Do act in the same name.
func NewGather[A any](d *DB, most int, do func(tx *Tx, acts []A) error) *Gather[A] {
	return &Gather[A]{db: d, most: most, do: do}
}

// Do returns once the transaction of a is on disk, or nothing of it is. When the acts of one
// transaction fail, each is tried again alone: a bad one sinks by itself, and a panic of it comes back
// in the goroutine that asked. An act whose ctx has ended is not begun.
func (g *Gather[A]) Do(ctx context.Context, a A) error {
	mine := &gathered[A]{ctx: ctx, act: a, ended: make(chan struct{})}
	g.mu.Lock()
	g.waiting = append(g.waiting, mine)
	if !g.leading {
		g.leading = true
		go g.lead()
	}
	g.mu.Unlock()
	<-mine.ended
	if mine.panic != nil {
		panic(mine.panic)
	}
	return mine.err
}

// lead works until nobody waits.
func (g *Gather[A]) lead() {
	for {
		g.mu.Lock()
		batch := g.waiting[:min(len(g.waiting), g.most)]
		g.waiting = g.waiting[len(batch):]
		if len(batch) == 0 {
			g.leading, g.waiting = false, nil
			g.mu.Unlock()
			return
		}
		g.mu.Unlock()
		g.together(batch)
	}
}

func (g *Gather[A]) together(batch []*gathered[A]) {
	var acts []A
	var live []*gathered[A]
	for _, m := range batch {
		if m.err = m.ctx.Err(); m.err != nil {
			close(m.ended)
			continue
		}
		acts, live = append(acts, m.act), append(live, m)
	}
	if len(live) == 0 {
		return
	}
	panicked, err := g.update(live[0].ctx, acts)
	for i, m := range live {
		m.err, m.panic = err, panicked
		if err != nil && len(live) > 1 {
			m.panic, m.err = g.update(m.ctx, acts[i:i+1])
		}
		close(m.ended)
	}
}

// update never lets one act's end of patience undo the others, nor its panic end the process.
func (g *Gather[A]) update(ctx context.Context, acts []A) (panicked any, err error) {
	defer func() {
		if panicked = recover(); panicked != nil {
			err = fmt.Errorf("panic: %v", panicked)
		}
	}()
	return nil, g.db.Update(context.WithoutCancel(ctx), func(tx *Tx) error { return g.do(tx, acts) })
}
