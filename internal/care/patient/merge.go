package patient

import (
	"context"
	"slices"
	"time"

	"entractes/internal/base/actor"
	"entractes/internal/base/fault"
	"entractes/internal/base/ident"
	"entractes/internal/infra/db"
	"entractes/internal/security/audit"
)

// MergeID names one merge.
type MergeID string

// MergeReason is how it is known that two files are of one person.
type MergeReason string

// MergeReasons are those a merge may have.
func MergeReasons() []MergeReason {
	return []MergeReason{"document", "matricule", "person", "caregiver", "entry"}
}

// Merge is two files made one, by whom and why; Undone is zero while it holds.
type Merge struct {
	ID         MergeID
	Gone, Kept ID
	Reason     MergeReason
	Name       string
	At         time.Time
	Undone     time.Time
	UndoneName string
}

func scanMerge(r db.Row) (m Merge, err error) {
	var at, undone int64
	err = r.Scan(&m.ID, &m.Gone, &m.Kept, &m.Reason, &m.Name, &at, &undone, &m.UndoneName)
	m.At, m.Undone = db.At(at), db.At(undone)
	return m, err
}

const mergeColumns = `id, gone, kept, reason, name, at, undone, undone_name`

// supervising runs fn for who supervises a territory, in which every file must be; the
// refusal is recorded. Patients of other territories do not exist for him.
func (g *Register) supervising(ctx context.Context, action audit.Action, fn func(tx *db.Tx, territory string) error) error {
	err := g.db.Update(ctx, func(tx *db.Tx) error {
		by, ok := actor.From(ctx)
		switch {
		case !ok:
			return fault.Unauthenticated("unauthenticated")
		case !by.Supervises() || by.Territory == "":
			return fault.Forbidden("patient.merge_forbidden")
		}
		return fn(tx, by.Territory)
	})
	return g.audit.Refusal(ctx, audit.Event{Action: action, Object: "patient"}, err)
}

// MergeFiles makes one of two files: gone is read as kept from now on, and everything of
// both is read together. Supervisors of the territory may. A file merged meanwhile is a
// conflict, and so are two different matricules: they are not the same person.
func (g *Register) MergeFiles(ctx context.Context, kept, gone ID, reason MergeReason) (id MergeID, err error) {
	defer fault.Wrap(&err, "merge patient %s into %s", gone, kept)
	err = g.supervising(ctx, "patient.merge", func(tx *db.Tx, territory string) error {
		id, err = g.merge(tx, territory, kept, gone, reason)
		return err
	})
	return id, err
}

func (g *Register) merge(tx *db.Tx, territory string, kept, gone ID, reason MergeReason) (MergeID, error) {
	if !slices.Contains(MergeReasons(), reason) {
		return "", fault.Invalid("patient.merge_reason", "reason")
	}
	if kept == gone {
		return "", fault.Invalid("patient.merge_self", "kept")
	}
	rows, err := db.All(tx, scanSealed, `SELECT `+patientColumns+` FROM patient WHERE id IN ($1, $2) AND territory = $3 ORDER BY id FOR UPDATE`, kept, gone, territory)
	if err != nil {
		return "", err
	}
	if len(rows) != 2 {
		return "", fault.NotFound("patient.not_found")
	}
	for n := range rows {
		if rows[n].into != "" {
			return "", fault.Conflict("patient.merged")
		}
		if err := g.unseal(tx, &rows[n]); err != nil {
			return "", err
		}
	}
	if a, b := rows[0].Identity.INS, rows[1].Identity.INS; !a.IsZero() && !b.IsZero() && a != b {
		return "", fault.Conflict("patient.merge_ins")
	}
	by, _ := actor.From(tx.Context())
	id := ident.New[MergeID](tx.Now())
	err = tx.Write(`INSERT INTO patient_merge (id, territory, gone, kept, reason, account, name, at, undone, undone_account, undone_name) VALUES ($1,$2,$3,$4,$5,$6,$7,$8,0,'','')`,
		id, territory, gone, kept, reason, by.Account, by.Name, db.Ms(tx.Now()))
	if err != nil {
		return "", err
	}
	if err := tx.Write(`UPDATE patient SET merged_into = $1 WHERE id = $2 OR merged_into = $2 AND merged_into <> ''`, kept, gone); err != nil {
		return "", err
	}
	return id, g.recordBoth(tx, "patient.merge", kept, gone, string(reason))
}

// recordBoth leaves the line in the trail of either file.
func (g *Register) recordBoth(tx *db.Tx, action audit.Action, one, other ID, detail string) error {
	return g.audit.RecordAll(tx, []audit.Event{
		{Action: action, Object: "patient", ObjectID: string(other), Patient: string(one), Detail: detail},
		{Action: action, Object: "patient", ObjectID: string(one), Patient: string(other), Detail: detail},
	})
}

// UnmergeFiles undoes a merge: the file that was gone is read again, with the files that had
// been merged into it before, and nothing of either has changed by the merge. What was
// written since is of the file it was written in. Supervisors of the territory may.
func (g *Register) UnmergeFiles(ctx context.Context, id MergeID) (err error) {
	defer fault.Wrap(&err, "unmerge %s", id)
	return g.supervising(ctx, "patient.unmerge", func(tx *db.Tx, territory string) error { return g.unmerge(tx, territory, id) })
}

func (g *Register) unmerge(tx *db.Tx, territory string, id MergeID) error {
	m, err := db.One(tx, "patient.merge_not_found", scanMerge, `SELECT `+mergeColumns+` FROM patient_merge WHERE id = $1 AND territory = $2`, id, territory)
	if err != nil {
		return err
	}
	by, _ := actor.From(tx.Context())
	n, err := tx.Exec(`UPDATE patient_merge SET undone = $1, undone_account = $2, undone_name = $3 WHERE id = $4 AND undone = 0`, db.Ms(tx.Now()), by.Account, by.Name, id)
	if err == nil && n == 0 {
		err = fault.Conflict("patient.merge_undone")
	}
	if err != nil {
		return err
	}
	f, err := filesOf(tx, m.Gone)
	if err != nil {
		return err
	}
	holding, err := db.All(tx, scanMerge, `SELECT `+mergeColumns+` FROM patient_merge WHERE undone = 0 AND gone IN `+db.In(1, len(f.all)), db.Args(f.all)...)
	if err != nil {
		return err
	}
	into := make(map[ID]ID, len(holding))
	for _, h := range holding {
		into[h.Gone] = h.Kept
	}
	for _, file := range f.all {
		if err := tx.Write(`UPDATE patient SET merged_into = $1 WHERE id = $2 AND merged_into <> $1`, pointed(into, file), file); err != nil {
			return err
		}
	}
	return g.recordBoth(tx, "patient.unmerge", m.Kept, m.Gone, string(m.Reason))
}

// pointed follows the merges that hold from a file to the one that is read; empty when it is itself.
func pointed(into map[ID]ID, file ID) ID {
	read := ID("")
	for next, ok := into[file]; ok; next, ok = into[next] {
		read = next
	}
	return read
}

// Pair is two files that look like those of one person.
type Pair struct {
	One, Other Patient
	Likeness
}

// Merging is what a supervisor reads to make one of two files.
type Merging struct {
	Pairs []Pair
	// More tells that there are others than those shown.
	More   bool
	Merges []Merge
	// People are the files of the merges, by id.
	People map[ID]Patient
}

const (
	pairsMax  = 20
	mergesMax = 50
)

// Merging opens the files of the territory that look like those of one person, and the
// merges already made. Each reading is recorded. Supervisors of the territory may.
func (g *Register) Merging(ctx context.Context) (m Merging, err error) {
	defer fault.Wrap(&err, "list likely twins")
	err = g.supervising(ctx, "patient.twins", func(tx *db.Tx, territory string) error {
		if m.Pairs, m.More, err = g.pairs(tx, territory); err != nil {
			return err
		}
		m.Merges, err = db.All(tx, scanMerge, `SELECT `+mergeColumns+` FROM patient_merge WHERE territory = $1 ORDER BY at DESC, id DESC LIMIT $2`, territory, int64(mergesMax))
		if err != nil {
			return err
		}
		m.People, err = g.asTheyAre(tx, m.Merges)
		return err
	})
	return m, err
}

// asTheyAre opens each file of the merges as it is, merged or not.
func (g *Register) asTheyAre(tx *db.Tx, merges []Merge) (map[ID]Patient, error) {
	people := map[ID]Patient{}
	for _, m := range merges {
		for _, id := range []ID{m.Gone, m.Kept} {
			if _, ok := people[id]; ok {
				continue
			}
			row, err := db.One(tx, "patient.not_found", scanSealed, `SELECT `+patientColumns+` FROM patient WHERE id = $1`, id)
			if err != nil {
				return nil, err
			}
			if err := g.unseal(tx, &row); err != nil {
				return nil, err
			}
			people[id] = row.Patient
		}
	}
	ids := make([]string, 0, len(people))
	for id := range people {
		ids = append(ids, string(id))
	}
	slices.Sort(ids)
	return people, g.audit.RecordPatients(tx, audit.Event{Action: "patient.twins", Object: "patient"}, ids, listQuiet)
}

// pairs finds the likely twins of a territory that nobody said are two people.
func (g *Register) pairs(tx *db.Tx, territory string) (out []Pair, more bool, err error) {
	type ids struct{ one, other ID }
	scan := func(r db.Row) (p ids, err error) { return p, r.Scan(&p.one, &p.other) }
	var found []ids
	const perLikeness = 200
	for _, same := range []string{"b.name_index = a.name_index AND b.id > a.id", "b.birth_index = a.name_index AND b.id <> a.id", "b.phone_index = a.phone_index AND length(a.phone_index) > 0 AND b.id > a.id"} {
		some, err := db.All(tx, scan, `SELECT a.id, b.id FROM patient a JOIN patient b ON `+same+` AND b.territory = a.territory AND b.merged_into = ''
			WHERE a.territory = $1 AND a.merged_into = '' AND NOT EXISTS (SELECT 1 FROM patient_apart x WHERE x.one = a.id AND x.other = b.id OR x.one = b.id AND x.other = a.id)
			ORDER BY a.id, b.id LIMIT $2`, territory, int64(perLikeness))
		if err != nil {
			return nil, false, err
		}
		for _, p := range some {
			if p.one > p.other {
				p.one, p.other = p.other, p.one
			}
			if !slices.Contains(found, p) {
				found = append(found, p)
			}
		}
	}
	var read []string
	for _, p := range found {
		one, err := g.row(tx, p.one)
		if err != nil {
			return nil, false, err
		}
		other, err := g.row(tx, p.other)
		if err != nil {
			return nil, false, err
		}
		like := Compare(one.Identity, other.Identity)
		if !like.Twins() {
			continue
		}
		if len(out) == pairsMax {
			more = true
			break
		}
		out = append(out, Pair{One: one.Patient, Other: other.Patient, Likeness: like})
		read = append(read, string(p.one), string(p.other))
	}
	slices.Sort(read)
	return out, more, g.audit.RecordPatients(tx, audit.Event{Action: "patient.twins", Object: "patient"}, slices.Compact(read), listQuiet)
}

// KeepApart says that two files that look alike are of two people: they are proposed no
// more. Supervisors of the territory may.
func (g *Register) KeepApart(ctx context.Context, one, other ID) (err error) {
	defer fault.Wrap(&err, "keep patients %s and %s apart", one, other)
	if one > other {
		one, other = other, one
	}
	return g.supervising(ctx, "patient.apart", func(tx *db.Tx, territory string) error {
		n, err := db.One(tx, "patient.not_found", db.Value[int64], `SELECT count(*) FROM patient WHERE id IN ($1, $2) AND territory = $3`, one, other, territory)
		if err != nil {
			return err
		}
		if n != 2 {
			return fault.NotFound("patient.not_found")
		}
		by, _ := actor.From(ctx)
		err = tx.Write(`INSERT INTO patient_apart (one, other, account, name, at) VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING`, one, other, by.Account, by.Name, db.Ms(tx.Now()))
		if err != nil {
			return err
		}
		return g.recordBoth(tx, "patient.apart", one, other, "")
	})
}
