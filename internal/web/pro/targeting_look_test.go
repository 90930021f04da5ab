package pro_test

import (
	"net/http/httptest"
	"net/url"
	"testing"
	"time"

	"entractes/internal/base/actor"
	"entractes/internal/care/directory"
	"entractes/internal/care/nomenclature"
	"entractes/internal/care/request"
	"entractes/internal/care/territory"
	"entractes/internal/infra/db"
	"entractes/internal/testkit"
	"entractes/internal/web/webtest"
)

// TestWhoIsAskedIsSeen looks at where one chooses a network, says who comes, reads whom one
// replaces and what a neighbour sees.
func TestWhoIsAskedIsSeen(t *testing.T) {
	t.Parallel()
	h := testkit.Start(t, db.SQLite)
	h.Must(h.DB.Update(h.As(actor.System("test")), func(tx *db.Tx) error {
		_, err := territory.Add(tx, territory.New{ID: "lisiere", Name: "Lisière", Communes: append(testkit.Communes("77"), testkit.CorbeilEssonnes)})
		return err
	}))
	ward := h.Ward("Maternité A")
	cabinet := h.Structure(testkit.Structure{Name: "Cabinet des Lilas", Kind: directory.Cabinet, Profession: nomenclature.Nurse})
	h.Professional(testkit.Professional{Name: "Nadia", Profession: nomenclature.Physio, Structure: cabinet.Subject.ID})
	h.Professional(testkit.Professional{Name: "Dominique", Profession: nomenclature.Physio, Structure: cabinet.Subject.ID})
	usual := h.Professional(testkit.Professional{Name: "Léonore", Networks: []string{"CPTS Val des Sources", "MSP du Parc"}})
	stands := h.Professional(testkit.Professional{Name: "Merise", Networks: []string{"CPTS Val des Sources"}})
	near := h.SupervisorOf("lisiere", actor.RoleSupervisorNurse)
	supervisor := h.Supervisor(actor.RoleSupervisorNurse)
	_, err := h.Directory.AddAbsence(usual.Ctx(), usual.Subject, directory.Absence{From: h.Clock.Now(), To: h.Clock.Now().AddDate(0, 0, 7), Replacement: stands.Subject.ID, Reason: "Congés"})
	h.Must(err)
	first := ward.Asks(midday(h, 20*time.Hour))
	ward.Cancels(first)
	h.Usual(first.Patient, usual)
	replaced := ward.Asks(testkit.For(first.Patient), midday(h, 20*time.Hour))
	asked, carried := ward.Asks(midday(h, 20*time.Hour)), ward.Asks(midday(h, 20*time.Hour))
	carried, err = h.Requests.AcceptSending(cabinet.Ctx(), cabinet.OfferOn(carried), request.Coming{Name: "Camille Nadia", Phone: "06 39 98 00 77"})
	h.Must(err)
	s := open(t, h, ward, cabinet, stands, near, usual, supervisor)
	server := httptest.NewServer(entrance(s.door))
	defer server.Close()
	ctx := webtest.Browser(t)
	for _, p := range []struct {
		name string
		who  *testkit.Person
		path string
	}{
		{"network", ward, "/demandes/nouvelle?comme=" + string(replaced.ID)}, {"cabinet-home", cabinet, "/"}, {"cabinet-asked", cabinet, at(asked)}, {"cabinet-carries", cabinet, at(carried) + "?acte=intervenant"},
		{"who-comes", ward, at(carried)}, {"replacement", stands, at(replaced)}, {"replacement-me", stands, "/moi"}, {"absence-me", usual, "/moi"}, {"border", near, at(replaced)}, {"person", supervisor, "/annuaire/" + stands.Subject.ID},
	} {
		t.Run(p.name, func(t *testing.T) {
			for width, theme := range webtest.Looks() {
				webtest.Visit(t, ctx, server.URL+"/entrer/"+string(p.who.Account)+"?suite="+url.QueryEscape(p.path), width, theme)
				webtest.Shot(t, ctx, "targeting-"+p.name, width, theme)
				webtest.NoBarrier(t, ctx)
			}
		})
	}
}
