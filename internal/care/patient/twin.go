package patient

import (
	"cmp"
	"fmt"
	"slices"

	"entractes/internal/base/actor"
	"entractes/internal/base/fold"
	"entractes/internal/infra/db"
	"entractes/internal/security/audit"
)

// Likeness is what two identities have in common.
type Likeness struct {
	Given  bool // a given name, used or at birth
	Family bool // a family name, used or at birth
	Birth  bool // the birth date
	Phone  bool // the phone that reaches them
	// SexDiffers tells that both sexes are known and are not the same.
	SexDiffers bool
}

// Compare tells what two identities have in common, whatever the accents and the case.
func Compare(a, b Identity) Likeness {
	return Likeness{
		Given:      share([]string{a.GivenName, a.FirstName}, []string{b.GivenName, b.FirstName}),
		Family:     share([]string{a.FamilyName, a.BirthName}, []string{b.FamilyName, b.BirthName}),
		Birth:      !a.BirthDate.IsZero() && a.BirthDate == b.BirthDate,
		Phone:      a.CallPhone() != "" && a.CallPhone() == b.CallPhone(),
		SexDiffers: a.Sex != b.Sex && a.Sex != UnknownSex && b.Sex != UnknownSex && a.Sex != "" && b.Sex != "",
	}
}

func share(a, b []string) bool {
	for _, x := range a {
		for _, y := range b {
			if key := fold.Key(x); key != "" && key == fold.Key(y) {
				return true
			}
		}
	}
	return false
}

// Twins tells whether the two are likely the same person: the given name is the same, the
// sex is not another, and two of family name, birth date and phone agree. The given name
// is never spared: a phone and a birth date are what brothers and sisters born together share.
func (l Likeness) Twins() bool { return l.Given && !l.SexDiffers && l.strength() >= 2 }

func (l Likeness) strength() int {
	n := 0
	for _, same := range []bool{l.Family, l.Birth, l.Phone} {
		if same {
			n++
		}
	}
	return n
}

// Twin looks in a territory for the file of the person typed, before another one is made.
// It returns the likeliest, and nothing of what the file holds. A file whose person opposes
// being shared with the actor is not found: for him it does not exist. The search is recorded,
// without what was typed. It never checks who asks.
func (g *Register) Twin(tx *db.Tx, territory string, typed Identity) (ID, bool, error) {
	typed = typed.Normalize()
	ids, err := g.alike(tx, territory, typed)
	if err != nil {
		return "", false, err
	}
	by, _ := actor.From(tx.Context()) // nobody is refused by the audit
	type found struct {
		id       ID
		strength int
	}
	var twins []found
	for _, id := range ids {
		row, err := g.row(tx, id)
		if err != nil {
			return "", false, err
		}
		like := Compare(typed, row.Identity)
		if !like.Twins() {
			continue
		}
		held, err := OppositionsOf(tx, id)
		if err != nil {
			return "", false, err
		}
		barred, err := held.Bar(tx, by)
		if err != nil {
			return "", false, err
		}
		if !barred {
			twins = append(twins, found{id, like.strength()})
		}
	}
	slices.SortStableFunc(twins, func(a, b found) int { return cmp.Compare(b.strength, a.strength) })
	events := []audit.Event{{Action: "patient.search", Object: "patient", Detail: fmt.Sprintf("by likeness, %d found", len(twins))}}
	for _, t := range twins {
		events = append(events, audit.Event{Action: "patient.found", Object: "patient", ObjectID: string(t.id), Patient: string(t.id), Detail: "by likeness"})
	}
	if err := g.audit.RecordAll(tx, events); err != nil || len(twins) == 0 {
		return "", false, err
	}
	return twins[0].id, true, nil
}

// alike returns, the oldest first, the files that share with typed a name and birth date, or a phone.
func (g *Register) alike(tx *db.Tx, territory string, typed Identity) ([]ID, error) {
	name, birth, phone := g.indexes(typed)
	if len(birth) == 0 {
		birth = name
	}
	// Two searches, each by its index: joined by OR, a planner may prefer to read every file.
	q := `SELECT ` + survivor + ` FROM patient WHERE territory = $1 AND name_index IN ($2, $3)
		UNION SELECT ` + survivor + ` FROM patient WHERE territory = $1 AND birth_index IN ($2, $3) ORDER BY 1 LIMIT $4`
	ids, err := db.All(tx, db.Value[ID], q, territory, name, birth, int64(candidatesMax))
	if err != nil {
		return nil, err
	}
	if len(phone) > 0 {
		reached, err := db.All(tx, db.Value[ID], `SELECT `+survivor+` FROM patient WHERE territory = $1 AND phone_index = $2 ORDER BY 1 LIMIT $3`, territory, phone, int64(candidatesMax))
		if err != nil {
			return nil, err
		}
		ids = append(ids, reached...)
	}
	slices.Sort(ids)
	return slices.Compact(ids), nil
}

// Refresh is i with what typed says, now, of where the person lives and how to reach him. A
// new street or commune replaces the whole way in; otherwise only what was said is replaced.
// Nothing else changes: who somebody is, is not corrected by who asks for him.
func (i Identity) Refresh(typed Identity) Identity {
	i, typed = i.Normalize(), typed.Normalize()
	if typed.Commune != "" && typed.Commune != i.Commune || typed.Street != "" && fold.Key(typed.Street) != fold.Key(i.Street) {
		i.Street, i.Building, i.Floor, i.Door, i.Code, i.NameOnDoor = typed.Street, typed.Building, typed.Floor, typed.Door, typed.Code, typed.NameOnDoor
		if typed.Commune != "" {
			i.Commune = typed.Commune
		}
	}
	for _, t := range []struct{ kept, said *string }{
		{&i.Building, &typed.Building}, {&i.Floor, &typed.Floor}, {&i.Door, &typed.Door}, {&i.Code, &typed.Code}, {&i.NameOnDoor, &typed.NameOnDoor},
	} {
		if *t.said != "" {
			*t.kept = *t.said
		}
	}
	if typed.Phone != "" {
		i.Phone = typed.Phone
	}
	return i
}
