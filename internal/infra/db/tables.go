package db

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"

	"entractes/internal/base/fault"
)

// ColumnKind is the type of a column, of those both engines have.
type ColumnKind string

// The kinds of a column.
const (
	Text  ColumnKind = "text"
	Int   ColumnKind = "int"
	Real  ColumnKind = "real"
	Bool  ColumnKind = "bool"
	Bytes ColumnKind = "bytes"
)

// Column is one column of a table.
type Column struct {
	Name string     `json:"name"`
	Kind ColumnKind `json:"kind"`
}

// Table is one table of the schema, the same on both engines.
type Table struct {
	Name    string   `json:"name"`
	Columns []Column `json:"columns"`
}

// versions is the migrator's own table, which is no data.
const versions = "goose_db_version"

// Tables lists the tables, each after those it refers to.
func Tables(t *Tx) (out []Table, err error) {
	defer fault.Wrap(&err, "list the tables")
	catalogue := sqliteCatalogue
	if t.db.engine == Postgres {
		catalogue = postgresCatalogue
	}
	type line struct{ table, column, kind string }
	lines, err := All(t, func(r Row) (l line, err error) { return l, r.Scan(&l.table, &l.column, &l.kind) }, catalogue.columns)
	if err != nil {
		return nil, err
	}
	refers, err := All(t, func(r Row) (p [2]string, err error) { return p, r.Scan(&p[0], &p[1]) }, catalogue.references)
	if err != nil {
		return nil, err
	}
	for _, l := range lines {
		kind, ok := columnKinds[strings.ToLower(l.kind)]
		if !ok {
			return nil, fmt.Errorf("column %s.%s has type %s, which the two engines do not share", l.table, l.column, l.kind)
		}
		if n := len(out); n == 0 || out[n-1].Name != l.table {
			out = append(out, Table{Name: l.table})
		}
		last := &out[len(out)-1]
		last.Columns = append(last.Columns, Column{l.column, kind})
	}
	return inOrder(out, refers)
}

var columnKinds = map[string]ColumnKind{
	"text": Text, "bigint": Int, "double precision": Real, "boolean": Bool, "bytea": Bytes, "blob": Bytes,
}

type catalogue struct{ columns, references string }

var sqliteCatalogue = catalogue{
	columns: `SELECT m.name, c.name, c.type FROM sqlite_master m JOIN pragma_table_info(m.name) c
		WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%' AND m.name <> '` + versions + `' ORDER BY m.name, c.cid`,
	references: `SELECT m.name, f."table" FROM sqlite_master m JOIN pragma_foreign_key_list(m.name) f WHERE m.type = 'table' ORDER BY 1, 2`,
}

var postgresCatalogue = catalogue{
	columns: `SELECT table_name, column_name, data_type FROM information_schema.columns
		WHERE table_schema = current_schema() AND table_name <> '` + versions + `' ORDER BY table_name, ordinal_position`,
	references: `SELECT c.relname, p.relname FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid JOIN pg_class p ON p.oid = k.confrelid
		JOIN pg_namespace n ON n.oid = c.relnamespace WHERE k.contype = 'f' AND n.nspname = current_schema() ORDER BY 1, 2`,
}

// inOrder puts each table after those it refers to.
func inOrder(tables []Table, refers [][2]string) (out []Table, err error) {
	left := tables
	done := map[string]bool{}
	for len(left) > 0 {
		var later []Table
		for _, t := range left {
			waits := slices.ContainsFunc(refers, func(r [2]string) bool { return r[0] == t.Name && r[1] != t.Name && !done[r[1]] })
			if waits {
				later = append(later, t)
				continue
			}
			out = append(out, t)
			done[t.Name] = true
		}
		if len(later) == len(left) {
			return nil, fmt.Errorf("table %s refers to itself through others", left[0].Name)
		}
		left = later
	}
	return out, nil
}

// Rows calls fn with each row of a table, one value a column: string, int64, float64,
// bool, []byte or nil. fn keeps no value longer than its call.
func Rows(t *Tx, table Table, fn func(row []any) error) (err error) {
	defer fault.Wrap(&err, "read table %s", table.Name)
	if err := t.Ready(); err != nil {
		return err
	}
	rows, err := t.run.query(t.stmtContext(), "SELECT "+table.list()+" FROM "+table.Name, nil)
	if err != nil {
		return mapError(err)
	}
	t.reading = true
	defer func() { t.reading, err = false, errors.Join(err, mapError(rows.Close())) }()
	into, row := make([]any, len(table.Columns)), make([]any, len(table.Columns))
	for i, c := range table.Columns {
		into[i] = c.Kind.holder()
	}
	for rows.Next() {
		if err := rows.Scan(into...); err != nil {
			return mapError(err)
		}
		for i := range into {
			row[i] = held(into[i])
		}
		if err := fn(row); err != nil {
			return err
		}
	}
	return mapError(rows.Err())
}

func (k ColumnKind) holder() any {
	switch k {
	case Int:
		return new(sql.NullInt64)
	case Real:
		return new(sql.NullFloat64)
	case Bool:
		return new(sql.NullBool)
	case Bytes:
		return new([]byte)
	}
	return new(sql.NullString)
}

func held(v any) any {
	switch v := v.(type) {
	case *sql.NullInt64:
		if v.Valid {
			return v.Int64
		}
	case *sql.NullFloat64:
		if v.Valid {
			return v.Float64
		}
	case *sql.NullBool:
		if v.Valid {
			return v.Bool
		}
	case *sql.NullString:
		if v.Valid {
			return v.String
		}
	case *[]byte:
		if *v != nil {
			return *v
		}
	}
	return nil
}

// maxArguments bounds the arguments of one statement: both engines take more.
const maxArguments = 10000

// AddRows writes rows into a table in the order of its columns.
func AddRows(t *Tx, table Table, rows [][]any) (err error) {
	defer fault.Wrap(&err, "write table %s", table.Name)
	for chunk := range slices.Chunk(rows, max(1, maxArguments/len(table.Columns))) {
		text := "INSERT INTO " + table.Name + " (" + table.list() + ") VALUES " + Values(len(chunk), len(table.Columns))
		if _, err := t.Exec(text, slices.Concat(chunk...)...); err != nil {
			return err
		}
	}
	return nil
}

// list names the columns; one of them is a word of SQL, so each stands between quotes.
func (t Table) list() string {
	names := make([]string, len(t.Columns))
	for i, c := range t.Columns {
		names[i] = `"` + c.Name + `"`
	}
	return strings.Join(names, ", ")
}

// MigrateTo brings an empty database to a version of the schema, which this binary must know.
func (d *DB) MigrateTo(ctx context.Context, version int64) (err error) {
	defer fault.Wrap(&err, "migrate database to %d", version)
	return mapError(d.withMigrator(func(p *migrator) error {
		current, known, err := p.GetVersions(ctx)
		if err != nil {
			return err
		}
		if version > known || current > version {
			return fault.Unavailable("db.newer_schema", "found", max(version, current), "known", min(known, version))
		}
		_, err = p.UpTo(ctx, version)
		return err
	}))
}
