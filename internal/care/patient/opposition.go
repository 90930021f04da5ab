package patient

import (
	"slices"
	"time"

	"entractes/internal/base/actor"
	"entractes/internal/base/fault"
	"entractes/internal/base/ident"
	"entractes/internal/care/directory"
	"entractes/internal/care/nomenclature"
	"entractes/internal/infra/db"
	"entractes/internal/security/audit"
)

// OppositionID names one opposition.
type OppositionID string

// OppositionScope tells what somebody opposes.
type OppositionScope string

// The scopes: any sharing; the sharing with one professional or structure; with a profession.
const (
	OpposesAll        OppositionScope = "all"
	OpposesSomebody   OppositionScope = "somebody"
	OpposesProfession OppositionScope = "profession"
)

// OppositionReason is why, as far as the person said it.
type OppositionReason string

// SaidBy is who said it to whoever records it.
type SaidBy string

// OppositionReasons are those proposed; none is needed.
func OppositionReasons() []OppositionReason {
	return []OppositionReason{"privacy", "conflict", "relation", "other"}
}

// SaidBys are those who may oppose.
func SaidBys() []SaidBy { return []SaidBy{"patient", "representative", "trusted"} }

// Opposition is what a person opposes. It holds from At until it is withdrawn.
type Opposition struct {
	ID         OppositionID
	Scope      OppositionScope
	Subject    directory.Subject           // for somebody
	Profession nomenclature.ProfessionCode // for a profession
	Reason     OppositionReason
	SaidBy     SaidBy
	// Account and Name recorded it.
	Account, Name string
	At            time.Time
	// Ended is zero while it holds; EndedName withdrew it.
	Ended     time.Time
	EndedName string
}

// Oppositions are those of one person.
type Oppositions []Opposition

// Standing leaves those that hold.
func (o Oppositions) Standing() Oppositions {
	return slices.DeleteFunc(slices.Clone(o), func(one Opposition) bool { return !one.Ended.IsZero() })
}

// All tells whether any sharing is opposed.
func (o Oppositions) All() bool {
	return slices.ContainsFunc(o, func(one Opposition) bool { return one.Scope == OpposesAll })
}

// Against tells whether one of them names a subject or its profession.
func (o Oppositions) Against(s directory.Subject, p nomenclature.ProfessionCode) bool {
	return slices.ContainsFunc(o, func(one Opposition) bool {
		return one.Scope == OpposesSomebody && one.Subject == s && s.ID != "" || one.Scope == OpposesProfession && one.Profession == p && p != ""
	})
}

// Profession tells whether a whole profession is opposed.
func (o Oppositions) Profession(p nomenclature.ProfessionCode) bool {
	return slices.ContainsFunc(o, func(one Opposition) bool { return one.Scope == OpposesProfession && one.Profession == p })
}

// Bar tells whether they keep the actor away: by his name, his structure's, or the profession of either.
func (o Oppositions) Bar(tx *db.Tx, who actor.Actor) (bool, error) {
	if len(o) == 0 || who.Person == "" && who.Structure == "" {
		return false, nil
	}
	subjects := []directory.Subject{{Kind: directory.KindProfessional, ID: who.Person}, {Kind: directory.KindStructure, ID: who.Structure}}
	for _, s := range subjects {
		if o.Against(s, "") {
			return true, nil
		}
	}
	if !slices.ContainsFunc(o, func(one Opposition) bool { return one.Scope == OpposesProfession }) {
		return false, nil
	}
	cards, err := directory.ByIDs(tx, subjects)
	for _, c := range cards {
		if o.Profession(c.Profession) {
			return true, err
		}
	}
	return false, err
}

const oppositionColumns = `id, scope, subject_kind, subject, profession, reason, said_by, account, name, at, ended, ended_name`

func scanOpposition(r db.Row) (o Opposition, err error) {
	var at, ended int64
	err = r.Scan(&o.ID, &o.Scope, &o.Subject.Kind, &o.Subject.ID, &o.Profession, &o.Reason, &o.SaidBy, &o.Account, &o.Name, &at, &ended, &o.EndedName)
	o.At, o.Ended = db.At(at), db.At(ended)
	return o, err
}

// AllOppositions returns what a person opposes and has opposed, the last first. It never checks who asks.
func AllOppositions(tx *db.Tx, id ID) (Oppositions, error) {
	f, err := filesOf(tx, id)
	if err != nil {
		return nil, err
	}
	return f.oppositions(tx)
}

func (f files) oppositions(tx *db.Tx) (Oppositions, error) {
	return db.Memo(tx, "opposition", f.key(), func() (Oppositions, error) {
		return db.All(tx, scanOpposition,
			`SELECT `+oppositionColumns+` FROM opposition WHERE patient IN `+db.In(1, len(f.all))+` ORDER BY at DESC, id DESC`, db.Args(f.all)...)
	})
}

// OppositionsOf returns what a person opposes now. It never checks who asks.
func OppositionsOf(tx *db.Tx, id ID) (Oppositions, error) {
	all, err := AllOppositions(tx, id)
	return all.Standing(), err
}

// Opposed tells whether the person opposes any sharing.
func Opposed(tx *db.Tx, id ID) (bool, error) {
	held, err := OppositionsOf(tx, id)
	return held.All(), err
}

// check wants a scope with what it names.
func (o Opposition) check() error {
	var l fault.List
	switch o.Scope {
	case OpposesAll:
	case OpposesSomebody:
		if o.Subject.ID == "" || o.Subject.Kind != directory.KindProfessional && o.Subject.Kind != directory.KindStructure {
			l.Add(fault.Invalid("patient.opposition_subject", "somebody"))
		}
	case OpposesProfession:
		if _, ok := nomenclature.ProfessionOf(o.Profession); !ok {
			l.Add(fault.Invalid("patient.opposition_profession", "opposed_profession"))
		}
	default:
		l.Add(fault.Invalid("patient.opposition_scope", "scope"))
	}
	if o.Reason != "" && !slices.Contains(OppositionReasons(), o.Reason) {
		l.Add(fault.Invalid("patient.opposition_reason", "reason"))
	}
	if !slices.Contains(SaidBys(), o.SaidBy) {
		l.Add(fault.Invalid("patient.opposition_said_by", "said_by"))
	}
	return l.Err()
}

// Oppose keeps what a person opposes, and records it. It never checks who asks. The same
// opposition twice is a conflict, "patient.opposed".
func (g *Register) Oppose(tx *db.Tx, id ID, o Opposition) (OppositionID, error) {
	if o.Scope != OpposesSomebody {
		o.Subject = directory.Subject{}
	}
	if o.Scope != OpposesProfession {
		o.Profession = ""
	}
	if err := o.check(); err != nil {
		return "", err
	}
	f, err := filesOf(tx, id)
	if err != nil {
		return "", err
	}
	said, err := f.oppositions(tx)
	if err != nil {
		return "", err
	}
	if slices.ContainsFunc(said.Standing(), func(h Opposition) bool {
		return h.Scope == o.Scope && h.Subject == o.Subject && h.Profession == o.Profession
	}) {
		return "", fault.Conflict("patient.opposed")
	}
	by, _ := actor.From(tx.Context()) // nobody is refused by the audit
	o.ID = ident.New[OppositionID](tx.Now())
	err = tx.Write(`INSERT INTO opposition (patient, `+oppositionColumns+`, ended_account) VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,0,'','')`,
		f.read(), o.ID, o.Scope, string(o.Subject.Kind), o.Subject.ID, string(o.Profession), o.Reason, o.SaidBy, by.Account, by.Name, db.Ms(tx.Now()))
	if err != nil {
		return "", err
	}
	return o.ID, g.audit.Record(tx, audit.Event{Action: "patient.oppose", Object: "patient", ObjectID: string(f.read()), Patient: string(f.read()), Detail: string(o.Scope)})
}

// Withdraw ends an opposition now, and records it. It never checks who asks. One that has ended is not found.
func (g *Register) Withdraw(tx *db.Tx, id ID, opposition OppositionID) error {
	f, err := filesOf(tx, id)
	if err != nil {
		return err
	}
	by, _ := actor.From(tx.Context()) // nobody is refused by the audit
	n, err := tx.Exec(`UPDATE opposition SET ended = $1, ended_account = $2, ended_name = $3 WHERE id = $4 AND ended = 0 AND patient IN `+db.In(5, len(f.all)),
		append([]any{db.Ms(tx.Now()), by.Account, by.Name, opposition}, db.Args(f.all)...)...)
	if err == nil && n == 0 {
		err = fault.NotFound("patient.opposition_not_found")
	}
	if err != nil {
		return err
	}
	return g.audit.Record(tx, audit.Event{Action: "patient.oppose_end", Object: "patient", ObjectID: string(f.read()), Patient: string(f.read())})
}
