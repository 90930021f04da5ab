package request

import (
	"entractes/internal/base/actor"
	"entractes/internal/care/territory"
	"entractes/internal/infra/db"
)

// shareBorder says which of the candidates belong to a territory that does not share its
// border with that of the request. The usual team, and a duty line, are not asked whose they are.
func shareBorder(tx *db.Tx, r Request, settings territory.Settings, all []Candidate) error {
	var theirs []territory.ID
	for _, c := range all {
		if c.Neighbour {
			theirs = append(theirs, c.Territory)
		}
	}
	shared, err := territory.Shares(tx, r.Territory, settings, theirs)
	for i, c := range all {
		all[i].Barred = c.Neighbour && !shared[c.Territory]
	}
	return err
}

// showBorder lets the consoles near a request read it: those of the territories that hold its
// commune too, and of the neighbours asked, where both sides share their border; and always
// that of whoever asked. Its owner alone acts.
func (st *step) showBorder(asked []Judged) error {
	holding, err := territory.Holding(st.tx, st.r.Commune)
	if err != nil {
		return err
	}
	var near []territory.ID
	for _, t := range holding {
		near = append(near, t.ID)
	}
	for _, j := range asked {
		if j.Verdict == VerdictAsked && j.Neighbour {
			near = append(near, j.Territory)
		}
	}
	shared, err := territory.Shares(st.tx, st.r.Territory, st.settings, near)
	if err != nil {
		return err
	}
	if st.act == ActTrigger {
		shared[st.who.Territory] = true
	}
	for id, yes := range shared {
		if !yes || id == "" || id == st.r.Territory {
			continue
		}
		if err := st.tx.Write(`INSERT INTO border (request, territory) VALUES ($1, $2) ON CONFLICT (request, territory) DO NOTHING`, string(st.r.ID), id); err != nil {
			return err
		}
	}
	return nil
}

// borders lists the territories that see a request they do not own.
func borders(tx *db.Tx, id ID) ([]territory.ID, error) {
	return db.All(tx, db.Value[territory.ID], `SELECT territory FROM border WHERE request = $1 ORDER BY territory`, string(id))
}

// neighbours tells whether the actor supervises or operates a territory that sees r without owning it.
func neighbours(tx *db.Tx, r Request, who actor.Actor) (bool, error) {
	if who.Territory == "" || who.Territory == r.Territory || !who.Supervises() && !who.Has(actor.RoleOperator) {
		return false, nil
	}
	_, near, err := db.Find(tx, db.Value[string], `SELECT request FROM border WHERE request = $1 AND territory = $2`, string(r.ID), who.Territory)
	return near, err
}
