package db

import (
	"context"
	"errors"
	"strconv"
	"strings"
	"time"

	"entractes/internal/base/fault"
)

// Tx is one transaction. It belongs to one goroutine and ends with the function it was given to.
type Tx struct {
	ctx   context.Context
	run   runner
	db    *DB
	now   time.Time
	after []func()
	// reading is set while rows are read: PostgreSQL refuses a statement meanwhile.
	reading bool
	// memo is what Memo has read, by table and key.
	memo map[string]map[any]any
	// written is kept for a Tap.
	written []Written
}

var errReading = errors.New("a statement is asked for while rows are being read: read them to the end first")

// Ready refuses while rows are being read. SQLite would let a statement through and
// PostgreSQL would not; whoever may need one, or finds what it needs in a cache, asks
// first, so that the mistake shows at once on both.
func (t *Tx) Ready() error {
	if t.reading {
		return errReading
	}
	return nil
}

// Row is one row being read.
type Row interface{ Scan(dest ...any) error }

// Now is the instant of this transaction: every row of one act bears the same.
func (t *Tx) Now() time.Time { return t.now }

// Context carries who is acting.
func (t *Tx) Context() context.Context { return t.ctx }

// AfterCommit calls fn once the transaction is on disk, never when it is not. fn
// must be quick and may not fail: what must happen is promised in the queue instead.
func (t *Tx) AfterCommit(fn func()) { t.after = append(t.after, fn) }

// Exec runs one statement and returns the number of rows it changed. An error ends
// the transaction: the caller returns it.
func (t *Tx) Exec(q string, args ...any) (int64, error) {
	if err := t.Ready(); err != nil {
		return 0, err
	}
	t.wrote(q, args)
	n, err := t.run.exec(t.stmtContext(), t.db.text(q), args)
	return n, mapError(err)
}

// Write is Exec when nobody needs to know how many rows were changed. On PostgreSQL it
// travels with the next statement or the commit, and may say only there what is wrong
// with it: who must know at once that a row exists calls Exec. args belong to the
// transaction from here on.
func (t *Tx) Write(q string, args ...any) error {
	if err := t.Ready(); err != nil {
		return err
	}
	t.wrote(q, args)
	return mapError(t.run.write(t.stmtContext(), t.db.text(q), args))
}

// stmtContext shields the statements of a grouped write from cancellation: SQLite
// answers an interrupted write by rolling back the whole transaction, and with it
// the neighbours of the group.
func (t *Tx) stmtContext() context.Context {
	if _, grouped := t.run.(*statements); grouped {
		return context.WithoutCancel(t.ctx)
	}
	return t.ctx
}

// All reads every row of q. The rows are read to the end before it returns.
func All[T any](t *Tx, scan func(Row) (T, error), q string, args ...any) (out []T, err error) {
	if err := t.Ready(); err != nil {
		return nil, err
	}
	rows, err := t.run.query(t.stmtContext(), t.db.text(q), args)
	if err != nil {
		return nil, mapError(err)
	}
	t.reading = true
	defer func() { t.reading, err = false, errors.Join(err, mapError(rows.Close())) }()
	for rows.Next() {
		v, err := scan(rows)
		if err != nil {
			return nil, mapError(err)
		}
		out = append(out, v)
	}
	return out, mapError(rows.Err())
}

// Find reads the first row of q; false when there is none.
func Find[T any](t *Tx, scan func(Row) (T, error), q string, args ...any) (T, bool, error) {
	all, err := All(t, scan, q, args...)
	if err != nil || len(all) == 0 {
		var zero T
		return zero, false, err
	}
	return all[0], true, nil
}

// One reads the first row of q; fault.NotFound(code) when there is none.
func One[T any](t *Tx, code string, scan func(Row) (T, error), q string, args ...any) (T, error) {
	v, ok, err := Find(t, scan, q, args...)
	if err == nil && !ok {
		err = fault.NotFound(code)
	}
	return v, err
}

// Value scans a row of one column.
func Value[T any](r Row) (v T, err error) {
	err = r.Scan(&v)
	return v, err
}

// Ms stores an instant: unix milliseconds, 0 for the zero time.
func Ms(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMilli()
}

// At reads an instant stored by Ms.
func At(ms int64) time.Time {
	if ms == 0 {
		return time.Time{}
	}
	return time.UnixMilli(ms).UTC()
}

// In writes "($first,$first+1,…)" for n values.
func In(first, n int) string {
	var b strings.Builder
	b.WriteByte('(')
	for i := range n {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteByte('$')
		b.WriteString(strconv.Itoa(first + i))
	}
	b.WriteByte(')')
	return b.String()
}

// Values writes "($1,$2),($3,$4),…" for n rows of columns each: one statement for many rows.
func Values(n, columns int) string {
	rows := make([]string, n)
	for i := range rows {
		rows[i] = In(i*columns+1, columns)
	}
	return strings.Join(rows, ",")
}

// Args turns values of one type into arguments.
func Args[T any](values []T) []any {
	out := make([]any, len(values))
	for i, v := range values {
		out[i] = v
	}
	return out
}
