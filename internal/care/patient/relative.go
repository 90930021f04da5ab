package patient

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"entractes/internal/base/civil"
	"entractes/internal/base/fault"
	"entractes/internal/base/ident"
	"entractes/internal/care/directory"
	"entractes/internal/infra/db"
	"entractes/internal/security/crypt"
)

// RelativeID names one relative.
type RelativeID string

// Link is what a relative is to the person.
type Link string

// Links are those proposed.
func Links() []Link {
	return []Link{"spouse", "child", "parent", "sibling", "family", "friend", "neighbour", "guardian", "carer", "other"}
}

// Relative is somebody near the person.
type Relative struct {
	ID    RelativeID      `json:"-"`
	Name  string          `json:"name"`
	Link  Link            `json:"link"`
	Phone directory.Phone `json:"phone,omitempty"`
	// MayCall tells that he may be called about the person.
	MayCall bool `json:"may_call,omitempty"`
	// Legal tells that he represents a minor or a protected adult.
	Legal bool `json:"legal,omitempty"`
	// Trusted tells the person of trust, whom the person named on TrustedOn. There is one at a time.
	Trusted   bool      `json:"trusted,omitempty"`
	TrustedOn civil.Day `json:"trusted_on,omitzero"`

	Since time.Time `json:"-"`
	Ended time.Time `json:"-"` // zero while he is a relative
}

// ofIdentity begins the id of the relative that the form of a request left in the identity
// of a file, before any other was written there; the file follows.
const ofIdentity = "identity-"

type sealedRelative struct {
	Relative
	of     ID // the file it was written in
	detail []byte
}

func relativePlace(id RelativeID) crypt.Place {
	return crypt.Place{Table: "relative", Column: "detail", Row: string(id)}
}

// Relatives opens those of a patient, the person of trust first, then those who represent
// him, then those who may be called; the ended ones last. It records the reading and never checks who asks.
func (g *Register) Relatives(tx *db.Tx, a Access, id ID) ([]Relative, error) {
	all, err := g.relatives(tx, id)
	if err != nil {
		return nil, err
	}
	return all, g.record(tx, a.or("patient.relatives"), id)
}

// Current leaves those who are relatives today.
func Current(all []Relative) []Relative {
	return slices.DeleteFunc(slices.Clone(all), func(r Relative) bool { return !r.Ended.IsZero() })
}

func (g *Register) relatives(tx *db.Tx, id ID) ([]Relative, error) {
	f, err := filesOf(tx, id)
	if err != nil {
		return nil, err
	}
	rows, err := db.All(tx, func(r db.Row) (s sealedRelative, err error) {
		var since, ended int64
		err = r.Scan(&s.ID, &s.of, &s.detail, &since, &ended)
		s.Since, s.Ended = db.At(since), db.At(ended)
		return s, err
	}, `SELECT id, patient, detail, created, ended FROM relative WHERE patient IN `+db.In(1, len(f.all))+` ORDER BY created, id`, db.Args(f.all)...)
	if err != nil {
		return nil, err
	}
	var out []Relative
	written := map[ID]bool{}
	for _, r := range rows {
		written[r.of] = true
		if err := g.vault.OpenJSON(tx, string(r.of), relativePlace(r.ID), r.detail, &r.Relative); err != nil {
			return nil, err
		}
		out = append(out, r.Relative)
	}
	for _, file := range f.all {
		if written[file] {
			continue
		}
		row, err := db.One(tx, "patient.not_found", scanSealed, `SELECT `+patientColumns+` FROM patient WHERE id = $1`, file)
		if err == nil {
			err = g.unseal(tx, &row)
		}
		if err != nil {
			return nil, err
		}
		if r, ok := row.relative(); ok {
			out = append(out, r)
		}
	}
	slices.SortStableFunc(out, byNearness)
	return out, nil
}

// byNearness puts first who decides with the person, then who answers.
func byNearness(a, b Relative) int {
	rank := func(r Relative) int {
		switch {
		case !r.Ended.IsZero():
			return 4
		case r.Trusted:
			return 0
		case r.Legal:
			return 1
		case r.MayCall:
			return 2
		}
		return 3
	}
	return cmp.Compare(rank(a), rank(b))
}

// relative is the one an identity holds, who was given to be called.
func (s sealed) relative() (Relative, bool) {
	i := s.Identity
	if i.RelativePhone == "" && i.RelativeName == "" {
		return Relative{}, false
	}
	return Relative{ID: ofIdentity + RelativeID(s.ID), Name: i.RelativeName, Link: "other", Phone: i.RelativePhone, MayCall: i.RelativePhone != "", Since: s.Created}, true
}

// check wants a name and a link, a phone for who may be called, and the day a person of trust was named.
func (r Relative) check(today civil.Day) error {
	var l fault.List
	if f := checkText("name", r.Name, nameMax); f != nil || r.Name == "" {
		l.Add(fault.Invalid("patient.relative_name", "name"))
	}
	if !slices.Contains(Links(), r.Link) {
		l.Add(fault.Invalid("patient.relative_link", "link"))
	}
	if phone, err := directory.ParsePhone(string(r.Phone)); err != nil {
		l.Add(fault.Invalid("patient.phone", "phone"))
	} else if phone == "" && r.MayCall {
		l.Add(fault.Invalid("patient.relative_phone", "phone"))
	}
	if r.Trusted && (r.TrustedOn.IsZero() || today.Before(r.TrustedOn)) {
		l.Add(fault.Invalid("patient.trusted_on", "trusted_on"))
	}
	return l.Err()
}

// PutRelative adds a relative, or replaces the one of r.ID, whose former words are kept as
// ended; and records it. Who is named the person of trust takes the place of the former one.
// It never checks who asks.
func (g *Register) PutRelative(tx *db.Tx, id ID, r Relative) (RelativeID, error) {
	code, err := CommuneOf(tx, id)
	if err != nil {
		return "", err
	}
	if phone, err := directory.ParsePhone(string(r.Phone)); err == nil {
		r.Phone = phone
	}
	if !r.Trusted {
		r.TrustedOn = civil.Day{}
	}
	if err := r.check(civil.DayOf(tx.Now(), civil.ZoneOf(string(code)).Loc)); err != nil {
		return "", err
	}
	f, known, err := g.adopt(tx, id)
	if err != nil {
		return "", err
	}
	if r.ID != "" {
		if err := g.endRelative(tx, f, known, r.ID); err != nil {
			return "", err
		}
	}
	if r.Trusted {
		if err := g.dismissTrusted(tx, f, r.ID); err != nil {
			return "", err
		}
	}
	put, err := g.insertRelative(tx, f.read(), r)
	if err != nil {
		return "", err
	}
	if err := g.answering(tx, f.read()); err != nil {
		return "", err
	}
	return put, g.record(tx, Access{Action: "patient.relative"}, f.read())
}

// EndRelative ends a relative now, and records it. It never checks who asks. One that has ended is not found.
func (g *Register) EndRelative(tx *db.Tx, id ID, relative RelativeID) error {
	f, known, err := g.adopt(tx, id)
	if err != nil {
		return err
	}
	if err := g.endRelative(tx, f, known, relative); err != nil {
		return err
	}
	if err := g.answering(tx, f.read()); err != nil {
		return err
	}
	return g.record(tx, Access{Action: "patient.relative_end"}, f.read())
}

// adopt writes down the relatives that only an identity holds, and returns their ids by those they had.
func (g *Register) adopt(tx *db.Tx, id ID) (f files, adopted map[RelativeID]RelativeID, err error) {
	if f, err = filesOf(tx, id); err != nil {
		return f, nil, err
	}
	all, err := g.relatives(tx, id)
	if err != nil {
		return f, nil, err
	}
	adopted = map[RelativeID]RelativeID{}
	for _, r := range all {
		file, ok := strings.CutPrefix(string(r.ID), ofIdentity)
		if !ok {
			continue
		}
		if r.Name == "" {
			r.Name = r.Phone.String()
		}
		if adopted[r.ID], err = g.insertRelative(tx, ID(file), r); err != nil {
			return f, nil, err
		}
	}
	return f, adopted, nil
}

func (g *Register) insertRelative(tx *db.Tx, id ID, r Relative) (RelativeID, error) {
	r.ID = ident.New[RelativeID](tx.Now())
	detail, err := g.vault.SealJSON(tx, string(id), relativePlace(r.ID), r)
	if err != nil {
		return "", err
	}
	err = tx.Write(`INSERT INTO relative (id, patient, detail, created, trusted, ended) VALUES ($1, $2, $3, $4, $5, 0)`, r.ID, id, detail, db.Ms(tx.Now()), r.Trusted)
	return r.ID, err
}

func (g *Register) endRelative(tx *db.Tx, f files, adopted map[RelativeID]RelativeID, relative RelativeID) error {
	if id, ok := adopted[relative]; ok {
		relative = id
	}
	n, err := tx.Exec(`UPDATE relative SET ended = $1 WHERE id = $2 AND ended = 0 AND patient IN `+db.In(3, len(f.all)), append([]any{db.Ms(tx.Now()), relative}, db.Args(f.all)...)...)
	if err == nil && n == 0 {
		err = fault.NotFound("patient.relative_not_found")
	}
	return err
}

// dismissTrusted makes of the former person of trust an ordinary relative.
func (g *Register) dismissTrusted(tx *db.Tx, f files, put RelativeID) error {
	all, err := g.relatives(tx, f.read())
	if err != nil {
		return err
	}
	for _, r := range Current(all) {
		if !r.Trusted || r.ID == put {
			continue
		}
		if err := g.endRelative(tx, f, nil, r.ID); err != nil {
			return err
		}
		r.Trusted, r.TrustedOn = false, civil.Day{}
		if _, err := g.insertRelative(tx, f.read(), r); err != nil {
			return err
		}
	}
	return nil
}

// answering writes in the identity the nearest relative who may be called: the number the
// provider calls when the patient has none, and by which he is found.
func (g *Register) answering(tx *db.Tx, id ID) error {
	all, err := g.relatives(tx, id)
	if err != nil {
		return err
	}
	row, err := g.row(tx, id)
	if err != nil {
		return err
	}
	i := row.Identity
	i.RelativeName, i.RelativePhone = "", ""
	for _, r := range Current(all) {
		if r.MayCall && r.Phone != "" {
			i.RelativeName, i.RelativePhone = r.Name, r.Phone
			break
		}
	}
	if i == row.Identity {
		return nil
	}
	if err := g.keepVersion(tx, row.Patient); err != nil {
		return err
	}
	return g.replace(tx, i, row.ID)
}
