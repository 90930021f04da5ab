package db

import (
	"context"
	"database/sql"
)

// runner runs the statements of one transaction on its engine.
type runner interface {
	// exec returns how many rows the statement changed.
	exec(ctx context.Context, q string, args []any) (int64, error)
	// write may put the statement off until the next one, or the commit.
	write(ctx context.Context, q string, args []any) error
	query(ctx context.Context, q string, args []any) (rows, error)
}

// rows are read to the end, then closed.
type rows interface {
	Row
	Next() bool
	Err() error
	Close() error
}

// viewing is a read-only transaction of SQLite.
type viewing struct{ tx *sql.Tx }

func (v viewing) exec(ctx context.Context, q string, args []any) (int64, error) {
	return changed(v.tx.ExecContext(ctx, q, args...))
}

func (v viewing) write(ctx context.Context, q string, args []any) error {
	_, err := v.tx.ExecContext(ctx, q, args...)
	return err
}

func (v viewing) query(ctx context.Context, q string, args []any) (rows, error) {
	return v.tx.QueryContext(ctx, q, args...) //nolint:rowserrcheck // the caller reads and closes
}

// changed counts the rows of a result.
func changed(r sql.Result, err error) (int64, error) {
	if err != nil {
		return 0, err
	}
	return r.RowsAffected()
}
