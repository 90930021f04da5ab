package demo

import (
	"context"

	"entractes/internal/base/actor"
	"entractes/internal/care/territory"
	"entractes/internal/infra/db"
	"entractes/internal/security/auth"
)

// keeper is who administers the territory: she keeps its rules and its duty lines, belongs
// to no service and reads no request.
var keeper = auth.NewAccount{
	Login: "administratrice", Name: "Solène Lacroix", Roles: []actor.Role{actor.RoleTerritoryAdmin}, Territory: Essonne,
}

// enrolKeeper enrols her.
func (e *founding) enrolKeeper() error {
	_, err := e.h.Auth.Create(e.tx, keeper)
	return err
}

// decisions are what the territory chose when it opened. None of them changes who is
// asked in the history.
var decisions = []territory.Edit{
	{Values: map[string]string{"radius.urban": "12", "radius.rural": "25"}, Why: "Les cabinets du sud du territoire sont éloignés."},
	{Values: map[string]string{"alerts.cap": "8"}, Why: "Demande des infirmiers, avant d’essayer une limite."},
}

// decide makes the decisions in her name. A house stopped before it has the rules of any
// other.
func decide(ctx context.Context, h House) error {
	var who actor.Actor
	err := h.DB.View(ctx, func(tx *db.Tx) error {
		a, err := auth.AccountByLogin(tx, keeper.Login)
		who = a.Actor()
		return err
	})
	if err != nil {
		return err
	}
	rules := territory.NewService(h.DB)
	for _, d := range decisions {
		if _, err := rules.Save(actor.With(ctx, who), Essonne, d); err != nil {
			return err
		}
	}
	return nil
}
