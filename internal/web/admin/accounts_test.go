package admin_test

import (
	"net/http"
	"regexp"
	"strings"
	"testing"
)

// Whoever administers gives the way in back, once he has proved himself lately, and closes accounts; of his territory.
func TestAccountsAreManaged(t *testing.T) {
	o := open(t)
	if p := o.get(o.nurse, "/administration/comptes"); p.status != http.StatusNotFound {
		t.Errorf("a nurse: %d", p.status)
	}
	if p := o.get(o.keeper, "/administration/comptes"); p.status != http.StatusSeeOther || !strings.HasPrefix(p.to, "/connexion/confirmer?suite=") {
		t.Fatalf("a proof that is not fresh: %d %s", p.status, p.to)
	}
	keeper := o.in[string(o.keeper.Account)]
	keeper.Proved = o.Clock.Now()
	o.in[string(o.keeper.Account)] = keeper
	list := o.get(o.keeper, "/administration/comptes")
	if list.status != http.StatusOK || !strings.Contains(list.body, "Camille Vabre") || !strings.Contains(list.body, "0 preuve en plus") {
		t.Fatalf("%d %s", list.status, list.body)
	}
	if strings.Contains(list.body, "ADMIN_PLATEFORME") {
		t.Error("one of a territory reads the administrators of the platform")
	}
	if p := o.get(o.keeper, "/administration/comptes?q=personne"); !strings.Contains(p.body, "Aucun compte") {
		t.Error("a search that finds nobody")
	}
	path := "/administration/comptes/" + string(o.nurse.Account)
	shown := o.post(o.keeper, path+"/code", "login", "user1")
	if code := regexp.MustCompile(`[A-Z2-7]{4}(-[A-Z2-7]{4}){3}`).FindString(shown.body); shown.status != http.StatusOK || code == "" {
		t.Fatalf("%d: no code", shown.status)
	}
	if p := o.post(o.keeper, path+"/fermer"); p.status != http.StatusSeeOther {
		t.Errorf("%d", p.status)
	}
	if p := o.get(o.keeper, "/administration/comptes"); !strings.Contains(p.body, "Compte fermé") {
		t.Error("the account is still open")
	}
	if p := o.post(o.keeper, path+"/code"); p.status != http.StatusNotFound {
		t.Errorf("a closed account is readmitted: %d", p.status)
	}
	if p := o.post(o.keeper, "/administration/comptes/"+string(o.platform.Account)+"/code"); p.status != http.StatusNotFound {
		t.Errorf("an administrator of the platform is readmitted by one of a territory: %d", p.status)
	}
}
