package rota

import (
	"encoding/json"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"entractes/internal/base/fault"
	"entractes/internal/care/directory"
	"entractes/internal/care/nomenclature"
	"entractes/internal/care/territory"
	"entractes/internal/infra/db"
)

// LineID names a duty line.
type LineID string

// ShiftID names a shift.
type ShiftID string

// Mode is how the people on duty of a line are asked.
type Mode string

// The modes.
const (
	InOrder  Mode = "in_order"
	Together Mode = "together"
)

// DutyLine is a line one may ask instead of a person.
type DutyLine struct {
	ID        LineID
	Territory territory.ID
	Name      string
	// Profession is the one as which the line answers.
	Profession nomenclature.ProfessionCode
	Mode       Mode
	// Communes are those served; none means the whole territory.
	Communes []territory.CommuneCode
	Phone    directory.Phone
	Active   bool
}

// Serves tells whether the line answers for a commune of its territory.
func (l DutyLine) Serves(c territory.CommuneCode) bool {
	if len(l.Communes) == 0 || slices.Contains(l.Communes, c) {
		return true
	}
	commune, ok := territory.CommuneOf(c)
	return ok && commune.Parent != "" && slices.Contains(l.Communes, commune.Parent)
}

// DutyShift is one person or structure on duty from From until To. Lower ranks are asked first.
type DutyShift struct {
	ID       ShiftID
	Line     LineID
	Subject  directory.Subject
	Rank     int
	From, To time.Time
}

// OnDuty is somebody on duty at an instant. Until is when the last of his shifts that follow each other
// without a gap ends.
type OnDuty struct {
	directory.Subject
	Rank  int
	Shift ShiftID
	Until time.Time
}

// Query chooses lines.
type Query struct {
	Territory  territory.ID
	Profession nomenclature.ProfessionCode // empty for all
	Commune    territory.CommuneCode       // empty for all
}

// Normalize puts every field in the form it is stored in and returns every fault, each with its field.
func (l *DutyLine) Normalize() error {
	const longest = 100
	var faults fault.List
	l.Name = strings.Join(strings.Fields(l.Name), " ")
	if l.Name == "" || utf8.RuneCountInString(l.Name) > longest {
		faults.Add(fault.Invalid("rota.name", "name", "max", longest))
	}
	if l.Territory == "" {
		faults.Add(fault.Invalid("rota.territory", "territory"))
	}
	if _, ok := nomenclature.ProfessionOf(l.Profession); !ok {
		faults.Add(fault.Invalid("rota.profession", "profession"))
	}
	if l.Mode != InOrder && l.Mode != Together {
		faults.Add(fault.Invalid("rota.mode", "mode"))
	}
	for _, c := range l.Communes {
		if _, ok := territory.CommuneOf(c); !ok {
			faults.Add(fault.Invalid("rota.commune", "communes", "code", string(c)))
		}
	}
	phone, err := directory.ParsePhone(string(l.Phone))
	if err != nil {
		faults.Add(fault.Invalid("directory.phone", "phone"))
	}
	l.Phone = phone
	return faults.Err()
}

const lineColumns = `id, territory, name, profession, mode, communes, phone, active`

func scanLine(r db.Row) (l DutyLine, err error) {
	var communes string
	if err := r.Scan(&l.ID, &l.Territory, &l.Name, &l.Profession, &l.Mode, &communes, &l.Phone, &l.Active); err != nil {
		return l, err
	}
	return l, json.Unmarshal([]byte(communes), &l.Communes)
}

// Line returns a line, active or not; NotFound when there is none.
func Line(tx *db.Tx, id LineID) (DutyLine, error) {
	return db.One(tx, "rota.not_found", scanLine, `SELECT `+lineColumns+` FROM duty_line WHERE id = $1`, string(id))
}

// Lines lists the active lines that answer q, by name.
func Lines(tx *db.Tx, q Query) ([]DutyLine, error) {
	text, args := `SELECT `+lineColumns+` FROM duty_line WHERE territory = $1 AND active = TRUE`, []any{q.Territory}
	if q.Profession != "" {
		text, args = text+` AND profession = $2`, append(args, string(q.Profession))
	}
	lines, err := db.All(tx, scanLine, text+` ORDER BY name, id`, args...)
	if q.Commune != "" {
		lines = slices.DeleteFunc(lines, func(l DutyLine) bool { return !l.Serves(q.Commune) })
	}
	return lines, err
}

func scanShift(r db.Row) (s DutyShift, err error) {
	var rank, from, to int64
	err = r.Scan(&s.ID, &s.Line, &s.Subject.Kind, &s.Subject.ID, &rank, &from, &to)
	s.Rank, s.From, s.To = int(rank), db.At(from), db.At(to)
	return s, err
}

// Shifts lists the shifts of a line that are under way at some moment from from until to, in order of time.
func Shifts(tx *db.Tx, line LineID, from, to time.Time) ([]DutyShift, error) {
	return db.All(tx, scanShift, `SELECT id, line, subject_kind, subject, rank, starts, ends FROM duty WHERE line = $1 AND ends > $2 AND starts < $3
		ORDER BY starts, rank, id`, string(line), db.Ms(from), db.Ms(to))
}

// OnCall lists who is on duty on a line at an instant, each once, in the order they are asked; nobody on
// a line that is closed or does not exist.
func OnCall(tx *db.Tx, line LineID, at time.Time) ([]OnDuty, error) {
	shifts, err := db.All(tx, scanShift, `SELECT d.id, d.line, d.subject_kind, d.subject, d.rank, d.starts, d.ends FROM duty d JOIN duty_line l ON l.id = d.line
		WHERE d.line = $1 AND l.active = TRUE AND d.ends > $2 ORDER BY d.rank, d.starts, d.id`, string(line), db.Ms(at))
	var out []OnDuty
	for _, s := range shifts {
		if s.From.After(at) || slices.ContainsFunc(out, func(o OnDuty) bool { return o.Subject == s.Subject }) {
			continue
		}
		out = append(out, OnDuty{Subject: s.Subject, Rank: s.Rank, Shift: s.ID, Until: until(shifts, s)})
	}
	return out, err
}

// until follows the shifts of one subject that touch each other.
func until(shifts []DutyShift, s DutyShift) time.Time {
	end := s.To
	for grown := true; grown; {
		grown = false
		for _, next := range shifts {
			if next.Subject == s.Subject && !next.From.After(end) && next.To.After(end) {
				end, grown = next.To, true
			}
		}
	}
	return end
}

// NextStart is when the next shift of a line begins after an instant; false when none is written.
func NextStart(tx *db.Tx, line LineID, after time.Time) (time.Time, bool, error) {
	at, ok, err := db.Find(tx, db.Value[int64], `SELECT starts FROM duty WHERE line = $1 AND starts > $2 AND ends > $2 ORDER BY starts LIMIT 1`, string(line), db.Ms(after))
	return db.At(at), ok, err
}

// OnDutyAs tells who is on duty at an instant on any open line that answers as a profession.
func OnDutyAs(tx *db.Tx, profession nomenclature.ProfessionCode, at time.Time) (map[directory.Subject]bool, error) {
	all, err := db.All(tx, func(r db.Row) (s directory.Subject, err error) { return s, r.Scan(&s.Kind, &s.ID) },
		`SELECT d.subject_kind, d.subject FROM duty d JOIN duty_line l ON l.id = d.line WHERE l.profession = $1 AND l.active = TRUE AND d.starts <= $2 AND d.ends > $2`,
		string(profession), db.Ms(at))
	out := make(map[directory.Subject]bool, len(all))
	for _, s := range all {
		out[s] = true
	}
	return out, err
}
