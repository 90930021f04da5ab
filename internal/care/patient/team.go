package patient

import (
	"slices"
	"time"

	"entractes/internal/base/fault"
	"entractes/internal/base/ident"
	"entractes/internal/care/directory"
	"entractes/internal/care/nomenclature"
	"entractes/internal/infra/db"
	"entractes/internal/security/crypt"
)

// MemberID names one membership of a usual team.
type MemberID string

// Member is somebody of a usual team (EA-111): of the directory, or an outsider.
type Member struct {
	ID         MemberID // empty for a registered GP who is not a member otherwise
	Subject    directory.Subject
	Profession nomenclature.ProfessionCode
	// RegisteredGP tells the « médecin traitant » of the patient.
	RegisteredGP bool
	Since        time.Time
	Until        time.Time // zero while he is a member
	// Outsider is somebody whom the directory does not know. Only OpenTeam fills it.
	Outsider *Outsider
}

// Outsider is how to reach somebody whom the directory does not know.
type Outsider struct {
	Name       string          `json:"name"`
	Town       string          `json:"town,omitempty"`
	Phone      directory.Phone `json:"phone,omitempty"`
	Mail       string          `json:"mail,omitempty"`
	SecureMail string          `json:"secure_mail,omitempty"`
}

// Current tells whether he is a member at now. Leaving ends what membership opens.
func (m Member) Current(now time.Time) bool {
	return !now.Before(m.Since) && (m.Until.IsZero() || now.Before(m.Until))
}

// kindOutsider is written where members of the directory have their kind.
const kindOutsider = "outsider"

type sealedMember struct {
	Member
	of     ID // the file it was written in
	kind   string
	detail []byte
}

const memberColumns = `id, patient, subject_kind, subject, profession, detail, since, until`

func scanMember(r db.Row) (m sealedMember, err error) {
	var since, until int64
	err = r.Scan(&m.ID, &m.of, &m.kind, &m.Subject.ID, &m.Profession, &m.detail, &since, &until)
	m.Since, m.Until = db.At(since), db.At(until)
	if m.kind != kindOutsider {
		m.Subject.Kind = directory.Kind(m.kind)
	}
	return m, err
}

func memberPlace(id MemberID) crypt.Place {
	return crypt.Place{Table: "team_member", Column: "detail", Row: string(id)}
}

// TeamOf returns the usual team of a patient at the instant of the transaction, the
// registered GP first. Outsiders have no name here: OpenTeam gives it. It never checks who asks.
func TeamOf(tx *db.Tx, id ID) ([]Member, error) {
	f, err := filesOf(tx, id)
	if err != nil {
		return nil, err
	}
	return f.team(tx)
}

func (f files) team(tx *db.Tx) ([]Member, error) {
	rows, err := team(tx, f)
	out := make([]Member, len(rows))
	for n, r := range rows {
		out[n] = r.Member
	}
	return out, err
}

// OpenTeam is TeamOf with the outsiders, and records the reading. It never checks who asks.
func (g *Register) OpenTeam(tx *db.Tx, a Access, id ID) ([]Member, error) {
	f, err := filesOf(tx, id)
	if err != nil {
		return nil, err
	}
	rows, err := team(tx, f)
	if err != nil {
		return nil, err
	}
	return g.opened(tx, a, f.read(), rows)
}

// PastTeam opens who was of the usual team and is no more, the last to leave first, and
// records the reading. It never checks who asks.
func (g *Register) PastTeam(tx *db.Tx, a Access, id ID) ([]Member, error) {
	f, err := filesOf(tx, id)
	if err != nil {
		return nil, err
	}
	rows, err := db.All(tx, scanMember, `SELECT `+memberColumns+` FROM team_member WHERE until > 0 AND until <= $1 AND patient IN `+db.In(2, len(f.all))+` ORDER BY until DESC, id`,
		append([]any{db.Ms(tx.Now())}, db.Args(f.all)...)...)
	if err != nil {
		return nil, err
	}
	return g.opened(tx, a, id, rows)
}

// opened fills the outsiders of a team and records the reading.
func (g *Register) opened(tx *db.Tx, a Access, id ID, rows []sealedMember) ([]Member, error) {
	out := make([]Member, len(rows))
	for n, r := range rows {
		if r.kind == kindOutsider {
			r.Outsider = &Outsider{}
			if err := g.vault.OpenJSON(tx, string(r.of), memberPlace(r.ID), r.detail, r.Outsider); err != nil {
				return nil, err
			}
		}
		out[n] = r.Member
	}
	return out, g.record(tx, a.or("patient.team"), id)
}

func team(tx *db.Tx, f files) ([]sealedMember, error) {
	now := db.Ms(tx.Now())
	found, err := db.All(tx, scanMember, `SELECT `+memberColumns+` FROM team_member WHERE since <= $1 AND (until = 0 OR until > $1) AND patient IN `+db.In(2, len(f.all))+` ORDER BY since, id`,
		append([]any{now}, db.Args(f.all)...)...)
	if err != nil {
		return nil, err
	}
	var rows []sealedMember
	for _, m := range found { // a member of two files that were merged is one member
		if m.Subject.IsZero() || !slices.ContainsFunc(rows, func(o sealedMember) bool { return o.Subject == m.Subject }) {
			rows = append(rows, m)
		}
	}
	if f.gp == "" {
		return rows, nil
	}
	doctor := directory.Subject{Kind: directory.KindProfessional, ID: f.gp}
	n := slices.IndexFunc(rows, func(m sealedMember) bool { return m.Subject == doctor })
	first := sealedMember{Member: Member{Subject: doctor, Profession: nomenclature.GP}, kind: string(directory.KindProfessional)}
	if n >= 0 {
		first = rows[n]
		rows = slices.Delete(rows, n, n+1)
	}
	first.RegisteredGP = true
	return slices.Insert(rows, 0, first), nil
}

// AddMember adds somebody to the usual team, from m.Since or from now, and records it. It
// never checks who asks. Somebody who already is a member is a conflict, "patient.member".
func (g *Register) AddMember(tx *db.Tx, id ID, m Member) (MemberID, error) {
	if err := m.check(); err != nil {
		return "", err
	}
	f, err := filesOf(tx, id)
	if err != nil {
		return "", err
	}
	id = f.read()
	rows, err := team(tx, f)
	if err != nil {
		return "", err
	}
	if !m.Subject.IsZero() && slices.ContainsFunc(rows, func(o sealedMember) bool { return o.Subject == m.Subject && o.ID != "" }) {
		return "", fault.Conflict("patient.member")
	}
	if m.Since.IsZero() {
		m.Since = tx.Now()
	}
	m.ID = ident.New[MemberID](tx.Now())
	kind, detail := string(m.Subject.Kind), []byte{}
	if m.Outsider != nil {
		kind = kindOutsider
		if detail, err = g.vault.SealJSON(tx, string(id), memberPlace(m.ID), m.Outsider); err != nil {
			return "", err
		}
	}
	err = tx.Write(`INSERT INTO team_member (id, patient, subject_kind, subject, profession, detail, since, until) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
		m.ID, id, kind, m.Subject.ID, m.Profession, detail, db.Ms(m.Since), db.Ms(m.Until))
	if err != nil {
		return "", err
	}
	return m.ID, g.record(tx, Access{Action: "patient.team_add"}, id)
}

// check wants a subject of the directory or an outsider with a name, not both.
func (m Member) check() error {
	var l fault.List
	if m.Subject.IsZero() == (m.Outsider == nil) || m.Outsider == nil && m.Subject.Kind != directory.KindProfessional && m.Subject.Kind != directory.KindStructure {
		l.Add(fault.Invalid("patient.member_subject", "subject"))
	}
	if _, ok := nomenclature.ProfessionOf(m.Profession); !ok {
		l.Add(fault.Invalid("patient.member_profession", "profession"))
	}
	if !m.Until.IsZero() && !m.Until.After(m.Since) {
		l.Add(fault.Invalid("patient.member_until", "until"))
	}
	if o := m.Outsider; o != nil {
		if f := checkText("name", o.Name, nameMax); f != nil || o.Name == "" {
			l.Add(fault.Invalid("patient.name", "name"))
		}
		l.Add(checkText("town", o.Town, nameMax))
		l.Add(checkText("mail", o.Mail, streetMax))
		l.Add(checkText("secure_mail", o.SecureMail, streetMax))
		l.Add(checkPhone("phone", o.Phone))
	}
	return l.Err()
}

// EndMember ends a membership at an instant, and records it; a zero instant means now. It never
// checks who asks. A membership that has ended is not found.
func (g *Register) EndMember(tx *db.Tx, id ID, member MemberID, at time.Time) error {
	if at.IsZero() {
		at = tx.Now()
	}
	f, err := filesOf(tx, id)
	if err != nil {
		return err
	}
	// The same member of two merged files leaves both.
	n, err := tx.Exec(`UPDATE team_member SET until = $1 WHERE (until = 0 OR until > $2) AND patient IN `+db.In(4, len(f.all))+` AND (id = $3
		OR subject <> '' AND (subject_kind, subject) IN (SELECT m.subject_kind, m.subject FROM team_member m WHERE m.id = $3))`,
		append([]any{db.Ms(at), db.Ms(tx.Now()), member}, db.Args(f.all)...)...)
	if err == nil && n == 0 {
		err = fault.NotFound("patient.member_not_found")
	}
	if err != nil {
		return err
	}
	return g.record(tx, Access{Action: "patient.team_end"}, f.read())
}

// SetGP names the registered GP by his id in the directory, or nobody when empty, and records it. It never checks who asks.
func (g *Register) SetGP(tx *db.Tx, id ID, gp string) error {
	f, err := filesOf(tx, id)
	if err != nil {
		return err
	}
	changed := f.all[:1]
	if gp == "" {
		changed = f.all // otherwise the one of a merged file would be read
	}
	err = tx.Write(`UPDATE patient SET gp = $1, version = version + 1, updated = $2 WHERE id IN `+db.In(3, len(changed)), append([]any{gp, db.Ms(tx.Now())}, db.Args(changed)...)...)
	if err != nil {
		return err
	}
	return g.record(tx, Access{Action: "patient.gp"}, f.read())
}

// PatientsOf returns the patients whose usual team somebody is in, or whose registered GP
// he is, at the instant of the transaction. It never checks who asks.
func PatientsOf(tx *db.Tx, s directory.Subject) ([]ID, error) {
	if s.IsZero() {
		return nil, nil
	}
	now := db.Ms(tx.Now())
	q := `SELECT ` + survivor + ` FROM patient WHERE id IN (SELECT patient FROM team_member WHERE subject = $1 AND subject_kind = $2 AND since <= $3 AND (until = 0 OR until > $3))`
	args := []any{s.ID, string(s.Kind), now}
	if s.Kind == directory.KindProfessional {
		q += ` UNION SELECT ` + survivor + ` FROM patient WHERE gp = $4 AND gp <> ''`
		args = append(args, s.ID)
	}
	ids, err := db.All(tx, db.Value[ID], q, args...)
	slices.Sort(ids)
	return slices.Compact(ids), err
}
