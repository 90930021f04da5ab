package demo

import (
	"entractes/internal/care/directory"
	"entractes/internal/infra/db"
)

// crews are the people whom the first ambulance company may send: whoever accepts for it
// chooses one of them, and the requester reads whom to call.
var crews = []directory.Member{
	{Name: "Équipage 1, Bruno Lacombe", Role: "ambulancier diplômé", Phone: "+33639981901"},
	{Name: "Équipage 2, Inès Chauvin", Role: "ambulancière diplômée", Phone: "+33639981902"},
	{Name: "Équipage 3, Théo Martin", Role: "auxiliaire ambulancier", Phone: "+33639981903"},
}

// enrolCrews writes them.
func (e *founding) enrolCrews() error {
	id, ok, err := db.Find(e.tx, db.Value[string], `SELECT id FROM structure WHERE name = $1`, firstFleet)
	if err != nil || !ok {
		return err
	}
	for _, c := range crews {
		c.Structure = id
		if _, err := directory.AddMember(e.tx, c); err != nil {
			return err
		}
	}
	return nil
}
