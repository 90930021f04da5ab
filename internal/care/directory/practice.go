package directory

import (
	"encoding/json"
	"slices"
	"time"
	"unicode/utf8"

	"entractes/internal/base/civil"
	"entractes/internal/base/fault"
	"entractes/internal/care/nomenclature"
	"entractes/internal/care/territory"
	"entractes/internal/infra/db"
)

// MaxRadius is the longest radius a practice may declare, in kilometres.
const MaxRadius = 100

// What one practice may hold.
const (
	maxCommunes = 1000
	maxWindows  = 50
	maxNetworks = 20
	maxText     = 200 // characters of a name, an address or a reason
)

// Practice is where, when and for what a subject accepts to be asked.
type Practice struct {
	// Communes are those served; Radius reaches further than them from the practice, in kilometres, 0 for not at all.
	Communes []territory.CommuneCode
	Radius   float64
	// Acts and Modes are those accepted; empty means all those of the profession.
	Acts  []nomenclature.ActCode
	Modes []nomenclature.Mode
	// Networks are those belonged to: a CPTS, a health centre.
	Networks []string
	// Wakes accepts to be woken for what cannot wait. Quiet are the hours without alert for the rest; the zero Night is none.
	Wakes bool
	Quiet civil.Night
	// Windows are the hours of every week; none means always.
	Windows  []civil.Window
	Absences []Absence
	// BusyUntil and OpenUntil end « complet » and « disponible maintenant »; zero when not said. One at most is set.
	BusyUntil time.Time
	OpenUntil time.Time
}

// AbsenceID names an absence.
type AbsenceID string

// Absence is a time away. Replacement is the professional who takes over, or empty.
type Absence struct {
	ID          AbsenceID
	From, To    time.Time
	Replacement string
	Reason      string
}

// check lists what is wrong in what the subject himself chooses, windows apart.
func (p Practice) check(profession nomenclature.ProfessionCode) error {
	var l fault.List
	if p.Radius < 0 || p.Radius > MaxRadius || p.Radius != p.Radius { // the last is NaN
		l.Add(fault.Invalid("directory.radius", "radius", "max", MaxRadius))
	}
	if len(p.Communes) > maxCommunes {
		l.Add(fault.Invalid("directory.communes", "communes", "max", maxCommunes))
	}
	for _, c := range p.Communes {
		if _, ok := territory.CommuneOf(c); !ok {
			l.Add(fault.Invalid("directory.commune", "communes", "code", string(c)))
		}
	}
	for _, a := range p.Acts {
		if act, ok := nomenclature.ActOf(a); !ok || !act.DoneBy(profession) {
			l.Add(fault.Invalid("directory.act", "acts", "code", string(a)))
		}
	}
	for _, m := range p.Modes {
		if _, ok := nomenclature.ModeOf(m); !ok {
			l.Add(fault.Invalid("directory.mode", "modes", "code", string(m)))
		}
	}
	if len(p.Networks) > maxNetworks || slices.ContainsFunc(p.Networks, tooLong) {
		l.Add(fault.Invalid("directory.networks", "networks", "max", maxNetworks))
	}
	const day = 24 * 60
	if p.Quiet.From < 0 || p.Quiet.From >= day || p.Quiet.To < 0 || p.Quiet.To >= day {
		l.Add(fault.Invalid("civil.window.hours", "quiet"))
	}
	return l.Err()
}

func checkWindows(windows []civil.Window) error {
	var l fault.List
	if len(windows) > maxWindows {
		l.Add(fault.Invalid("directory.windows", "windows", "max", maxWindows))
	}
	for _, w := range windows {
		l = append(l, fault.Fields(w.Check("windows"))...)
	}
	return l.Err()
}

func tooLong(s string) bool { return utf8.RuneCountInString(s) > maxText }

// profile is the part of a practice that is read whole and never searched.
type profile struct {
	Acts      []nomenclature.ActCode `json:"acts,omitempty"`
	Modes     []nomenclature.Mode    `json:"modes,omitempty"`
	Networks  []string               `json:"networks,omitempty"`
	Wakes     bool                   `json:"wakes,omitempty"`
	QuietFrom int                    `json:"quiet_from,omitempty"`
	QuietTo   int                    `json:"quiet_to,omitempty"`
}

// profileText writes the column profile.
func (p Practice) profileText() (string, error) {
	text, err := json.Marshal(profile{p.Acts, p.Modes, p.Networks, p.Wakes, p.Quiet.From, p.Quiet.To})
	return string(text), err
}

// readProfile fills p from the column.
func (p *Practice) readProfile(text string) error {
	var f profile
	if err := json.Unmarshal([]byte(text), &f); err != nil {
		return err
	}
	p.Acts, p.Modes, p.Networks, p.Wakes, p.Quiet = f.Acts, f.Modes, f.Networks, f.Wakes, civil.Night{From: f.QuietFrom, To: f.QuietTo}
	return nil
}

// writeCoverage replaces the communes of a subject.
func writeCoverage(tx *db.Tx, subject string, profession nomenclature.ProfessionCode, communes []territory.CommuneCode) error {
	if err := tx.Write(`DELETE FROM coverage WHERE subject = $1`, subject); err != nil {
		return err
	}
	unique := slices.Clone(communes)
	slices.Sort(unique)
	for chunk := range slices.Chunk(slices.Compact(unique), 100) {
		q, args := `INSERT INTO coverage (subject, profession, commune) VALUES `, []any{subject, string(profession)}
		for i, c := range chunk {
			if i > 0 {
				q += ", "
			}
			q += "($1, $2, " + arg(len(args)+1) + ")"
			args = append(args, string(c))
		}
		if err := tx.Write(q, args...); err != nil {
			return err
		}
	}
	return nil
}

func coverageOf(tx *db.Tx, subject string) ([]territory.CommuneCode, error) {
	return db.All(tx, db.Value[territory.CommuneCode], `SELECT commune FROM coverage WHERE subject = $1 ORDER BY commune`, subject)
}
