package backup

import (
	"compress/gzip"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"

	"entractes/internal/base/fault"
	"entractes/internal/infra/db"
	"entractes/internal/security/crypt"
)

// Restore makes the house of a copy in d, which must be empty, in one transaction: a
// restoration that fails leaves nothing. The schema is then that of this binary.
// A copy of a newer binary is refused with "db.newer_schema", a house that is not empty
// with "backup.not_empty", anything that is no whole copy under this master key with "backup.unreadable".
func Restore(ctx context.Context, d *db.DB, v *crypt.Vault, r io.Reader) (c Copy, err error) {
	defer fault.Wrap(&err, "restore the house")
	in, err := open(v, r)
	if err != nil {
		return c, err
	}
	if err := in.Decode(&c.Head); err != nil {
		return c, unreadable(err)
	}
	if err := d.MigrateTo(ctx, c.Schema); err != nil {
		return c, err
	}
	// The lines can be read only once: a transaction that had to run again would find the end.
	if err := d.Update(ctx, func(tx *db.Tx) error { return c.load(tx, in) }); err != nil {
		return c, err
	}
	_, err = d.Migrate(ctx)
	return c, err
}

// open reads what stands before the lines.
func open(v *crypt.Vault, r io.Reader) (*json.Decoder, error) {
	head := make([]byte, len(magic))
	if _, err := io.ReadFull(r, head); err != nil || string(head) != magic {
		return nil, unreadable(errors.Join(err, errors.New("it does not begin as a copy")))
	}
	sealed, err := v.OpenStream(r, use)
	if err != nil {
		return nil, unreadable(err)
	}
	packed, err := gzip.NewReader(sealed)
	if err != nil {
		return nil, unreadable(err)
	}
	in := json.NewDecoder(packed)
	in.UseNumber()
	return in, nil
}

func unreadable(cause error) error {
	return fault.Invalid("backup.unreadable", "").Because(cause)
}

// rowsAtOnce bounds the rows read before they are written.
const rowsAtOnce = 500

func (c *Copy) load(tx *db.Tx, in *json.Decoder) error {
	if err := c.refuseUnlessEmpty(tx); err != nil {
		return err
	}
	c.Rows = map[string]int64{}
	tables := map[string]db.Table{}
	for _, t := range c.Tables {
		tables[t.Name], c.Rows[t.Name] = t, 0
	}
	var at string
	var rows [][]any
	flush := func() error {
		if len(rows) == 0 {
			return nil
		}
		c.Rows[at] += int64(len(rows))
		err := db.AddRows(tx, tables[at], rows)
		rows = rows[:0]
		return err
	}
	for {
		var l line
		if err := in.Decode(&l); err != nil {
			return unreadable(err)
		}
		if l.Table != at || len(rows) == rowsAtOnce {
			if err := flush(); err != nil {
				return err
			}
			at = l.Table
		}
		if l.Rows != nil {
			return c.finish(in, l.Rows)
		}
		row, err := typed(tables[l.Table], l.Row)
		if err != nil {
			return unreadable(err)
		}
		rows = append(rows, row)
	}
}

// finish compares what was read with what the copy says it holds, and reads to the end:
// only there is the last block known to be whole.
func (c *Copy) finish(in *json.Decoder, said map[string]int64) error {
	if !maps.Equal(said, c.Rows) {
		return unreadable(errors.New("the rows are not as many as the copy says"))
	}
	if _, err := in.Token(); !errors.Is(err, io.EOF) {
		return unreadable(errors.Join(err, errors.New("something follows the end")))
	}
	return nil
}

func (c *Copy) refuseUnlessEmpty(tx *db.Tx) error {
	here, err := db.Tables(tx)
	if err != nil {
		return err
	}
	for _, t := range c.Tables {
		i := slices.IndexFunc(here, func(o db.Table) bool { return o.Name == t.Name })
		if i < 0 || !sameColumns(here[i], t) {
			return unreadable(fmt.Errorf("table %s is not that of schema %d", t.Name, c.Schema))
		}
		n, err := db.One(tx, "backup.unreadable", db.Value[int64], "SELECT count(*) FROM "+t.Name)
		if err != nil {
			return err
		}
		if n > 0 {
			return fault.Conflict("backup.not_empty")
		}
	}
	return nil
}

// sameColumns compares names and kinds: columns added by later steps stand in another order on each engine.
func sameColumns(a, b db.Table) bool {
	kinds := func(t db.Table) map[string]db.ColumnKind {
		out := map[string]db.ColumnKind{}
		for _, c := range t.Columns {
			out[c.Name] = c.Kind
		}
		return out
	}
	return maps.Equal(kinds(a), kinds(b))
}

// typed gives each value of a line the type of its column.
func typed(t db.Table, row []any) ([]any, error) {
	if t.Name == "" || len(row) != len(t.Columns) {
		return nil, fmt.Errorf("a row of table %q has %d values", t.Name, len(row))
	}
	for i, c := range t.Columns {
		v, ok := value(c.Kind, row[i])
		if !ok {
			return nil, fmt.Errorf("a value of %s.%s is not %s", t.Name, c.Name, c.Kind)
		}
		row[i] = v
	}
	return row, nil
}

func value(k db.ColumnKind, v any) (any, bool) {
	if v == nil {
		return nil, true
	}
	switch v := v.(type) {
	case json.Number:
		if k == db.Int {
			n, err := v.Int64()
			return n, err == nil
		}
		n, err := v.Float64()
		return n, err == nil && k == db.Real
	case bool:
		return v, k == db.Bool
	case string:
		if k == db.Bytes {
			b, err := base64.StdEncoding.DecodeString(v)
			return b, err == nil
		}
		return v, k == db.Text
	}
	return nil, false
}
