package patient

import (
	"entractes/internal/base/actor"
	"entractes/internal/infra/db"
)

// Circle is who is near a person and whom he keeps away: what every right on his requests reads.
type Circle struct {
	Team []Member    // today, the registered GP first; outsiders without their names
	Held Oppositions // that stand
}

// CircleOf reads the circle of a patient. It never checks who asks.
func CircleOf(tx *db.Tx, id ID) (c Circle, err error) {
	f, err := filesOf(tx, id)
	if err != nil {
		return c, err
	}
	if c.Team, err = f.team(tx); err != nil {
		return c, err
	}
	all, err := f.oppositions(tx)
	c.Held = all.Standing()
	return c, err
}

// Barred tells which of some patients the actor is kept away from by an opposition. The
// number of queries does not depend on the patients.
func Barred(tx *db.Tx, who actor.Actor, ids []ID) (map[ID]bool, error) {
	out := map[ID]bool{}
	if len(ids) == 0 || who.Person == "" && who.Structure == "" {
		return out, nil
	}
	type held struct {
		Opposition
		read ID
	}
	standing, err := db.All(tx, func(r db.Row) (h held, err error) {
		return h, r.Scan(&h.read, &h.Scope, &h.Subject.Kind, &h.Subject.ID, &h.Profession)
	}, `SELECT CASE WHEN p.merged_into <> '' THEN p.merged_into ELSE p.id END, o.scope, o.subject_kind, o.subject, o.profession FROM opposition o JOIN patient p ON p.id = o.patient
		WHERE o.ended = 0 AND o.scope <> 'all' AND o.patient IN (WITH asked AS (SELECT `+survivor+` AS id FROM patient WHERE id IN `+db.In(1, len(ids))+`)
		SELECT id FROM asked UNION SELECT c.id FROM asked JOIN patient c ON c.merged_into = asked.id AND c.merged_into <> '')`, db.Args(ids)...)
	if err != nil || len(standing) == 0 {
		return out, err
	}
	of := map[ID]Oppositions{}
	for _, h := range standing {
		of[h.read] = append(of[h.read], h.Opposition)
	}
	read, err := Survivors(tx, ids)
	if err != nil {
		return nil, err
	}
	for _, id := range ids {
		barred, err := of[read[id]].Bar(tx, who)
		if err != nil {
			return nil, err
		}
		if barred {
			out[id] = true
		}
	}
	return out, nil
}
