package db

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"io"
	"net"

	"github.com/jackc/pgx/v5/pgconn"
	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"entractes/internal/base/fault"
)

// mapError turns an engine's error into a fault, by code and never by text. Faults
// and context errors pass unchanged.
func mapError(err error) error {
	if err == nil || errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	if _, ok := errors.AsType[*fault.Error](err); ok {
		return err
	}
	if _, ok := errors.AsType[fault.List](err); ok {
		return err
	}
	if e, ok := errors.AsType[*sqlite.Error](err); ok {
		return mapSQLite(e.Code(), err)
	}
	if e, ok := errors.AsType[*pgconn.PgError](err); ok {
		return mapPostgres(e.Code, err)
	}
	if cut(err) {
		return fault.Unavailable("db.unreachable").Because(err)
	}
	return err
}

// cut tells an error of the way to the database: nobody knows whether a commit under way was done.
func cut(err error) bool {
	if _, ok := errors.AsType[*pgconn.ConnectError](err); ok {
		return true
	}
	if _, ok := errors.AsType[net.Error](err); ok {
		return true
	}
	return errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF) || errors.Is(err, net.ErrClosed) || errors.Is(err, sql.ErrConnDone) || errors.Is(err, driver.ErrBadConn) || pgconn.SafeToRetry(err)
}

func mapSQLite(code int, err error) error {
	switch code {
	case sqlite3.SQLITE_CONSTRAINT_UNIQUE, sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY:
		return fault.Conflict("db.duplicate").Because(err)
	}
	switch code & 0xff {
	case sqlite3.SQLITE_FULL, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_IOERR:
		return fault.Unavailable("db.not_writable").Because(err)
	case sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED:
		return fault.Unavailable("db.busy").Because(err)
	case sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT:
		return fault.Unavailable("db.unreachable").Because(err)
	}
	return err
}

func mapPostgres(code string, err error) error {
	switch {
	case code == "23505":
		return fault.Conflict("db.duplicate").Because(err)
	case code == "40001", code == "40P01":
		return fault.Unavailable("db.busy").Because(err)
	case code == "53100", code == "25006":
		return fault.Unavailable("db.not_writable").Because(err)
	case len(code) == 5 && (code[:2] == "08" || code[:2] == "57" || code[:2] == "53"):
		return fault.Unavailable("db.unreachable").Because(err)
	}
	return err
}

// retryable tells whether PostgreSQL asks to run the same transaction again.
func retryable(err error) bool {
	e, ok := errors.AsType[*pgconn.PgError](err)
	return ok && (e.Code == "40001" || e.Code == "40P01")
}
