package patient

import (
	"strings"

	"entractes/internal/infra/db"
)

// A person may have had two files. Once they are merged, one is read and the other points
// at it; its rows stay where they are, so that its sealed texts stay readable and that undoing
// the merge restores it exactly. Whatever is read of a person is read of all his files.

// files are those of one person: the one that is read, then those merged into it.
type files struct {
	all []ID
	gp  string
}

// read is the file that is read.
func (f files) read() ID { return f.all[0] }

// key names all of them, to what is remembered.
func (f files) key() string {
	var b strings.Builder
	for _, id := range f.all {
		b.WriteString(string(id))
	}
	return b.String()
}

// survivor writes the id of the file that is read in place of the one of a row.
const survivor = `CASE WHEN merged_into <> '' THEN merged_into ELSE id END`

// filesOf reads the files of the person of id, whichever of them id is.
func filesOf(tx *db.Tx, id ID) (files, error) {
	return db.Memo(tx, "patient", id, func() (files, error) { return readFiles(tx, id) })
}

func readFiles(tx *db.Tx, id ID) (files, error) {
	type row struct {
		id, into ID
		gp       string
		joined   bool
	}
	scan := func(r db.Row) (v row, err error) { return v, r.Scan(&v.id, &v.into, &v.gp, &v.joined) }
	const columns = `SELECT p.id, p.merged_into, p.gp, EXISTS (SELECT 1 FROM patient c WHERE c.merged_into = p.id AND c.merged_into <> '') FROM patient p WHERE p.id = $1`
	one, err := db.One(tx, "patient.not_found", scan, columns, id)
	if err == nil && one.into != "" {
		one, err = db.One(tx, "patient.not_found", scan, columns, one.into)
	}
	f := files{all: []ID{one.id}, gp: one.gp}
	if err != nil || !one.joined {
		return f, err
	}
	others, err := db.All(tx, scan, `SELECT id, merged_into, gp, FALSE FROM patient WHERE merged_into = $1 AND merged_into <> '' ORDER BY id`, one.id)
	for _, o := range others {
		f.all = append(f.all, o.id)
		if f.gp == "" {
			f.gp = o.gp
		}
	}
	return f, err
}

// Files returns the ids under which a person is known, the file that is read first.
func Files(tx *db.Tx, id ID) ([]ID, error) {
	f, err := filesOf(tx, id)
	return f.all, err
}

// Survivors returns, for each id, the file that is read in its place, which is itself
// unless it was merged. Those that do not exist are not in the result.
func Survivors(tx *db.Tx, ids []ID) (map[ID]ID, error) {
	out := make(map[ID]ID, len(ids))
	if len(ids) == 0 {
		return out, nil
	}
	_, err := db.All(tx, func(r db.Row) (id ID, err error) {
		var read ID
		err = r.Scan(&id, &read)
		out[id] = read
		return id, err
	}, `SELECT id, `+survivor+` FROM patient WHERE id IN `+db.In(1, len(ids)), db.Args(ids)...)
	return out, err
}

// expanded adds to files that are read those merged into them.
func expanded(tx *db.Tx, read []ID) ([]ID, error) {
	if len(read) == 0 {
		return nil, nil
	}
	merged, err := db.All(tx, db.Value[ID], `SELECT id FROM patient WHERE merged_into <> '' AND merged_into IN `+db.In(1, len(read))+` ORDER BY id`, db.Args(read)...)
	return append(read, merged...), err
}
