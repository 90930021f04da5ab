package actor_test

import (
	"testing"

	"entractes/internal/base/actor"
)

func TestContextCarriesTheActor(t *testing.T) {
	if _, ok := actor.From(t.Context()); ok {
		t.Fatal("a bare context carries nobody")
	}
	got, ok := actor.From(actor.With(t.Context(), actor.Actor{Name: "A", Roles: []actor.Role{actor.RoleSupervisorNurse}}))
	if !ok || !got.Supervises() || got.IsSystem() || got.Has(actor.RoleOperator) {
		t.Errorf("got %+v", got)
	}
}
