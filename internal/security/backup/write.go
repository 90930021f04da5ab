package backup

import (
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"io"
	"slices"
	"time"

	"entractes/internal/base/fault"
	"entractes/internal/infra/db"
	"entractes/internal/security/crypt"
)

// use binds the encryption of a copy to being one.
const use = "backup"

// magic opens every copy; the number is that of its format.
const magic = "ENTRACTES-COPIE 1\n"

// leftOut are the tables whose rows are worth nothing in another house.
var leftOut = []string{"session", "ceremony"}

// Head is what a copy says of itself.
type Head struct {
	At     time.Time  `json:"at"`
	Schema int64      `json:"schema"`
	Engine db.Engine  `json:"engine"`
	Tables []db.Table `json:"tables"`
}

// Copy is one copy made or read to its end.
type Copy struct {
	Head
	Rows map[string]int64
}

// All counts the rows of every table.
func (c Copy) All() (n int64) {
	for _, rows := range c.Rows {
		n += rows
	}
	return n
}

// line is one line of a copy after its head: a row of a table, or the end with the counts.
type line struct {
	Table string           `json:"t,omitempty"`
	Row   []any            `json:"r,omitempty"`
	Rows  map[string]int64 `json:"rows,omitempty"`
}

// Write copies the database into w. The house goes on working meanwhile.
func Write(ctx context.Context, d *db.DB, v *crypt.Vault, w io.Writer) (c Copy, err error) {
	defer fault.Wrap(&err, "copy the house")
	if _, err := io.WriteString(w, magic); err != nil {
		return c, err
	}
	sealed, err := v.SealStream(w, use)
	if err != nil {
		return c, err
	}
	packed := gzip.NewWriter(sealed)
	if c.Schema, _, err = d.SchemaVersions(ctx); err != nil {
		return c, err
	}
	c.Engine, c.Rows = d.Engine(), map[string]int64{}
	if err := d.View(ctx, func(tx *db.Tx) error { return c.write(tx, json.NewEncoder(packed)) }); err != nil {
		return c, err
	}
	return c, errors.Join(packed.Close(), sealed.Close())
}

func (c *Copy) write(tx *db.Tx, out *json.Encoder) (err error) {
	c.At = tx.Now()
	if c.Tables, err = db.Tables(tx); err != nil {
		return err
	}
	c.Tables = slices.DeleteFunc(c.Tables, func(t db.Table) bool { return slices.Contains(leftOut, t.Name) })
	if err := out.Encode(c.Head); err != nil {
		return err
	}
	for _, t := range c.Tables {
		n := int64(0)
		err := db.Rows(tx, t, func(row []any) error {
			n++
			return out.Encode(line{Table: t.Name, Row: row})
		})
		if err != nil {
			return err
		}
		c.Rows[t.Name] = n
	}
	return out.Encode(line{Rows: c.Rows})
}
