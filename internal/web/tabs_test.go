package web_test

import (
	"strings"
	"testing"

	"entractes/internal/base/actor"
	"entractes/internal/web"
)

func TestTabsFollowWhatOneDoes(t *testing.T) {
	t.Parallel()
	who := func(person string, roles ...actor.Role) actor.Actor {
		return actor.Actor{Account: "a", Person: person, Roles: roles}
	}
	for name, c := range map[string]struct {
		a    actor.Actor
		want string
	}{
		"nobody":               {actor.Actor{}, ""},
		"a nurse":              {who("p", actor.RoleProfessional), "home patients ask people map me"},
		"a supervisor":         {who("", actor.RoleSupervisorNurse), "supervision ask people map me enrol"},
		"an administrator":     {who("", actor.RoleTerritoryAdmin), "rules duty enrol invite accounts data people map me"},
		"of the platform":      {who("", actor.RolePlatformAdmin), "rules duty enrol invite accounts data people map me"},
		"a nurse who keeps":    {who("p", actor.RoleProfessional, actor.RoleTerritoryAdmin), "home patients ask people map me rules duty enrol invite accounts data"},
		"an operator as well":  {who("", actor.RoleOperator, actor.RoleTerritoryAdmin), "supervision ask people map me rules duty enrol invite accounts data"},
		"a nurse, once more":   {who("p", actor.RoleProfessional), "home patients ask people map me"},
		"who manages a house":  {who("", actor.RoleStructureManager), "house people me"},
		"an auditor":           {who("", actor.RoleAuditor), "data trail me"},
		"a requesting service": {who("", actor.RoleService), "home patients ask people map me"},
	} {
		var got []string
		for _, tab := range web.TabsOf(c.a) {
			got = append(got, tab.Section)
		}
		if strings.Join(got, " ") != c.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}
