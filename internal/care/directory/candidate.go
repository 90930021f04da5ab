package directory

import (
	"cmp"
	"math"
	"slices"
	"strconv"
	"time"

	"entractes/internal/base/civil"
	"entractes/internal/base/geo"
	"entractes/internal/care/nomenclature"
	"entractes/internal/care/territory"
	"entractes/internal/infra/db"
)

// Query is where care is wanted, and from whom.
type Query struct {
	// Territory is the one that asks. It is no criterion: near a border, people of both sides answer.
	Territory  string
	Profession nomenclature.ProfessionCode
	Commune    territory.CommuneCode
	// Point is the centre of the commune when it is not known better.
	Point geo.Point
}

// Candidate is a subject with everything matching reads of him.
type Candidate struct {
	Subject
	Territory  string
	Name       string
	Profession nomenclature.ProfessionCode
	Commune    territory.CommuneCode
	Point      geo.Point
	// Covers says that he serves the commune; Reaches, that he does or that the place is within his radius.
	Covers  bool
	Reaches bool
	// Km is the distance to the place, from his own.
	Km float64
	// Neighbour says that he belongs to another territory than the one that asks.
	Neighbour bool
	// Practice lacks Communes, which Covers sums up; its absences are those not over.
	Practice
}

// The columns of a candidate, alike in both tables; the caller adds whether the commune is served.
const (
	professionalCandidate = `SELECT id, territory, civility || ' ' || given_name || ' ' || family_name, profession, commune, lat, lon, radius_km, profile, busy_until, open_until, `
	structureCandidate    = `SELECT id, territory, name, profession, commune, lat, lon, radius_km, profile, busy_until, open_until, `
)

// Candidates returns every active subject of the profession who serves the commune, or the city of an
// arrondissement, or whose radius reaches the point; the nearest first, then by id. It makes three
// queries whatever the number of subjects, and one more for each 300 found.
func Candidates(tx *db.Tx, q Query) ([]Candidate, error) {
	q = q.placed()
	city := q.Commune
	if c, ok := territory.CommuneOf(q.Commune); ok && c.Parent != "" {
		city = c.Parent
	}
	// The sum of two longest radii is at least the longest.
	longest, err := db.One(tx, "directory.not_found", db.Value[float64], `SELECT COALESCE((SELECT max(radius_km) FROM professional WHERE profession = $1 AND radius_km > 0), 0)
		+ COALESCE((SELECT max(radius_km) FROM structure WHERE profession = $1 AND radius_km > 0), 0)`, string(q.Profession))
	if err != nil {
		return nil, err
	}
	// The box holds who might reach; the two products, short by a hundredth, leave few to measure. One IN over a
	// union is joined from its inside on both engines, where two IN with OR make PostgreSQL read everyone.
	const kmPerDegree = 110
	box := geo.Box(q.Point, min(longest, MaxRadius))
	kmPerLon := kmPerDegree * math.Cos(min(math.Abs(q.Point.Lat)+1, 90)*math.Pi/180)
	args := []any{
		string(q.Profession), string(q.Commune), string(city), box.South, box.North, box.West, box.East,
		q.Point.Lat, q.Point.Lon, float64(kmPerDegree), kmPerLon,
	}
	const served = `SELECT subject FROM coverage WHERE commune IN ($2, $3) AND profession = $1`
	const near = ` WHERE profession = $1 AND radius_km > 0 AND lat BETWEEN $4 AND $5 AND lon BETWEEN $6 AND $7
		AND ABS(lat - $8) * $10 <= radius_km AND ABS(lon - $9) * $11 <= radius_km`
	people, err := db.All(tx, scanCandidate(q, KindProfessional), professionalCandidate+`id IN (`+served+`) FROM professional
		WHERE active = TRUE AND profession = $1 AND id IN (`+served+` UNION SELECT id FROM professional`+near+`)`, args...)
	if err != nil {
		return nil, err
	}
	teams, err := db.All(tx, scanCandidate(q, KindStructure), structureCandidate+`id IN (`+served+`) FROM structure
		WHERE active = TRUE AND profession = $1 AND id IN (`+served+` UNION SELECT id FROM structure`+near+`)`, args...)
	if err != nil {
		return nil, err
	}
	all := slices.DeleteFunc(append(people, teams...), func(c Candidate) bool { return !c.Reaches })
	slices.SortFunc(all, nearest)
	return all, attachTimes(tx, all)
}

// CandidatesOf returns the active subjects among those named, in their order, with what q says of each;
// neither profession nor coverage is asked of them.
func CandidatesOf(tx *db.Tx, q Query, subjects []Subject) ([]Candidate, error) {
	q = q.placed()
	found := make(map[Subject]Candidate, len(subjects))
	for _, kind := range []Kind{KindProfessional, KindStructure} {
		columns, from := professionalCandidate, `professional`
		if kind == KindStructure {
			columns, from = structureCandidate, `structure`
		}
		for ids := range slices.Chunk(idsOf(subjects, kind), chunk) {
			list, err := db.All(tx, scanCandidate(q, kind), columns+`id IN (SELECT subject FROM coverage WHERE commune = $1) FROM `+from+`
				WHERE active = TRUE AND id IN `+db.In(2, len(ids)), append([]any{string(q.Commune)}, db.Args(ids)...)...)
			if err != nil {
				return nil, err
			}
			for _, c := range list {
				found[c.Subject] = c
			}
		}
	}
	out := make([]Candidate, 0, len(found))
	for _, s := range subjects {
		if c, ok := found[s]; ok {
			out = append(out, c)
			delete(found, s)
		}
	}
	return out, attachTimes(tx, out)
}

// CountByProfession counts the active subjects of a profession in a territory.
func CountByProfession(tx *db.Tx, of string, profession nomenclature.ProfessionCode) (int, error) {
	n, _, err := db.Find(tx, db.Value[int64], `SELECT n FROM profession_count WHERE territory = $1 AND profession = $2`, of, string(profession))
	return int(n), err
}

// counted adds one to what CountByProfession says: it is asked at each search, among a
// hundred thousand people as among ten.
func counted(tx *db.Tx, of string, profession nomenclature.ProfessionCode) error {
	if profession == "" {
		return nil
	}
	return tx.Write(`INSERT INTO profession_count (territory, profession, n) VALUES ($1, $2, 1)
		ON CONFLICT (territory, profession) DO UPDATE SET n = profession_count.n + 1`, of, string(profession))
}

// placed gives q the centre of its commune when it has no point.
func (q Query) placed() Query {
	if c, ok := territory.CommuneOf(q.Commune); ok && q.Point.IsZero() {
		q.Point = c.Point
	}
	return q
}

// chunk is how many subjects one query names.
const chunk = 300

func nearest(a, b Candidate) int {
	return cmp.Or(cmp.Compare(a.Km, b.Km), cmp.Compare(a.ID, b.ID), cmp.Compare(a.Kind, b.Kind))
}

func idsOf(subjects []Subject, kind Kind) []string {
	var ids []string
	for _, s := range subjects {
		if s.Kind == kind && s.ID != "" {
			ids = append(ids, s.ID)
		}
	}
	return ids
}

func scanCandidate(q Query, kind Kind) func(db.Row) (Candidate, error) {
	return func(r db.Row) (c Candidate, err error) {
		var busy, open int64
		var text string
		c.Kind = kind
		err = r.Scan(&c.ID, &c.Territory, &c.Name, &c.Profession, &c.Commune, &c.Point.Lat, &c.Point.Lon, &c.Radius, &text, &busy, &open, &c.Covers)
		if err != nil {
			return c, err
		}
		c.Name, c.BusyUntil, c.OpenUntil = fullName(c.Name), db.At(busy), db.At(open)
		c.Km = geo.Distance(c.Point, q.Point)
		c.Reaches = c.Covers || c.Radius > 0 && c.Km <= c.Radius
		c.Neighbour = c.Territory != q.Territory
		return c, c.readProfile(text)
	}
}

// attachTimes reads the windows and the absences not over of all.
func attachTimes(tx *db.Tx, all []Candidate) error {
	at := make(map[string]int, len(all))
	ids := make([]string, len(all))
	for i, c := range all {
		at[c.ID], ids[i] = i, c.ID
	}
	times, err := timesOf(tx, ids)
	for _, t := range times {
		p := &all[at[t.subject]].Practice
		if t.kind == kindWindow {
			p.Windows = append(p.Windows, t.window)
		} else {
			p.Absences = append(p.Absences, t.absence)
		}
	}
	return err
}

// The kinds of row of the table availability.
const (
	kindWindow  = "window"
	kindAbsence = "absence"
)

// timeRow is a row of the table availability: a window or an absence.
type timeRow struct {
	subject, kind string
	window        civil.Window
	absence       Absence
}

// timesOf reads the windows of subjects and their absences that are not over.
func timesOf(tx *db.Tx, subjects []string) ([]timeRow, error) {
	var out []timeRow
	for ids := range slices.Chunk(subjects, chunk) {
		rows, err := db.All(tx, scanTime, `SELECT subject, kind, id, days, from_min, to_min, starts, ends, replacement, reason FROM availability
			WHERE subject IN `+db.In(2, len(ids))+` AND (kind = 'window' OR ends > $1) ORDER BY subject, kind, starts, id`,
			append([]any{db.Ms(tx.Now())}, db.Args(ids)...)...)
		if err != nil {
			return nil, err
		}
		out = append(out, rows...)
	}
	return out, nil
}

func scanTime(r db.Row) (t timeRow, err error) {
	var days, from, to, starts, ends int64
	err = r.Scan(&t.subject, &t.kind, &t.absence.ID, &days, &from, &to, &starts, &ends, &t.absence.Replacement, &t.absence.Reason)
	t.window = civil.Window{Days: civil.Days(days), From: int(from), To: int(to)} //nolint:gosec // written from a Window
	t.absence.From, t.absence.To = time.UnixMilli(starts).UTC(), time.UnixMilli(ends).UTC()
	return t, err
}

// arg writes the n-th argument of a text put together.
func arg(n int) string { return "$" + strconv.Itoa(n) }
