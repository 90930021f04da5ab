package db

import (
	"context"
	"database/sql"
	"fmt"
	"net/url"
	"runtime"
	"strings"

	// The driver is pure Go, and the only one that binds $2 by its number.
	_ "modernc.org/sqlite"
)

func (d *DB) openSQLite(ctx context.Context) error {
	path := sqlitePath(d.url)
	writers, err := sql.Open("sqlite", sqliteDSN(path, url.Values{"_txlock": {"immediate"}}))
	if err != nil {
		return mapError(err)
	}
	writers.SetMaxOpenConns(1)
	// The writer's connection comes first: it creates the file and turns WAL on.
	d.writers = writers
	d.group, err = newGroup(ctx, d)
	if err != nil {
		return mapError(err)
	}
	readers, err := sql.Open("sqlite", sqliteDSN(path, url.Values{"_query_only": {"1"}}))
	if err != nil {
		return mapError(err)
	}
	readers.SetMaxOpenConns(max(4, 2*runtime.NumCPU()))
	readers.SetMaxIdleConns(max(4, 2*runtime.NumCPU()))
	d.readers = readers
	return d.Ping(ctx)
}

// sqlitePath reads the file of a SQLite address, written with or without its scheme.
func sqlitePath(address string) string { return strings.TrimPrefix(address, "sqlite://") }

// sqliteDSN opens path with acknowledged writes on disk (synchronous=FULL).
func sqliteDSN(path string, more url.Values) string {
	more["_pragma"] = []string{
		"busy_timeout(5000)", "journal_mode(WAL)", "synchronous(FULL)", "foreign_keys(1)",
		"cache_size(-8000)", "temp_store(MEMORY)", "journal_size_limit(67108864)",
	}
	if _, ok := more["_query_only"]; ok {
		more.Del("_query_only")
		more.Add("_pragma", "query_only(1)")
	}
	return fmt.Sprintf("file:%s?%s", (&url.URL{Path: path}).EscapedPath(), more.Encode())
}

// statements runs text on the writer's connection, each prepared once.
type statements struct {
	conn  *sql.Conn
	cache map[string]*sql.Stmt
}

// maxStatements bounds the cache: texts with lists of many lengths are not worth keeping.
const maxStatements = 512

func (s *statements) prepare(ctx context.Context, q string) (*sql.Stmt, bool, error) {
	if st, ok := s.cache[q]; ok {
		return st, true, nil
	}
	st, err := s.conn.PrepareContext(ctx, q)
	if err != nil {
		return nil, false, err
	}
	if len(s.cache) < maxStatements {
		s.cache[q] = st
		return st, true, nil
	}
	return st, false, nil
}

func (s *statements) exec(ctx context.Context, q string, args []any) (int64, error) {
	st, kept, err := s.prepare(ctx, q)
	if err != nil {
		return 0, err
	}
	if !kept {
		defer st.Close() //nolint:errcheck // its result is already known
	}
	return changed(st.ExecContext(ctx, args...))
}

func (s *statements) write(ctx context.Context, q string, args []any) error {
	_, err := s.exec(ctx, q, args)
	return err
}

func (s *statements) query(ctx context.Context, q string, args []any) (rows, error) {
	if _, ok := s.cache[q]; !ok && len(s.cache) >= maxStatements {
		return s.conn.QueryContext(ctx, q, args...) //nolint:rowserrcheck // the caller reads and closes
	}
	st, _, err := s.prepare(ctx, q) //nolint:sqlclosecheck // kept for the next time, closed with the connection
	if err != nil {
		return nil, err
	}
	return st.QueryContext(ctx, args...) //nolint:rowserrcheck // the caller reads and closes
}
