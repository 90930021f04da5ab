package pro_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"testing"
	"time"

	"entractes/internal/infra/db"
	"entractes/internal/testkit"
	"entractes/internal/web/webtest"
)

// Two people of a ward share one inbox: who reads, who looks after it, and in whose name they answer.
func TestAServiceSharesItsInbox(t *testing.T) {
	h := testkit.Start(t, db.SQLite)
	ward, nurse, other := h.Ward("Maternité A"), h.Nurse("Léonore"), h.Ward("Chirurgie B")
	second := h.Member(ward, "Maud Fictive")
	s := open(t, h, ward, nurse, other, second)
	r := ward.Asks()
	nurse.Accepts(r)
	at := "/notifications/" + string(r.ID)
	item := "#i-" + string(r.ID)

	box := s.get(second, "/notifications").is(http.StatusOK)
	box.says(item, "1 non lue")
	box.says(item, "Personne ne s’en occupe")
	if got := s.post(ward, at+"/prendre", "garder", "non-lues").is(http.StatusSeeOther); got.to != "/notifications?fait=prendre&garder=non-lues&vue=service"+item {
		t.Errorf("sent to %q", got.to)
	}
	s.get(ward, "/demandes/"+string(r.ID)).is(http.StatusOK)
	box = s.get(second, "/notifications?vue=service&garder=tout")
	box.says(item, "Lu par "+ward.Actor.Name)
	box.says(item+" .row-owner", ward.Actor.Name)
	if box.has(".bell .badge") {
		t.Error("what one has read is still unread for the other")
	}
	s.post(second, at+"/prendre").is(http.StatusConflict).says(".notice", ward.Actor.Name+" s’en occupe déjà")
	s.post(second, at+"/confier", "vu", "1", "to", string(second.Account)).is(http.StatusSeeOther)
	s.get(ward, "/notifications").says(item+" .row-owner", "Maud Fictive")
	s.get(second, "/demandes/"+string(r.ID)).says("#suivie-par", "Maud Fictive")
	if s.get(nurse, "/demandes/"+string(r.ID)).has("#suivie-par") {
		t.Error("who carries it sees who of the ward looks after it")
	}
	s.post(ward, at+"/prendre", "suite", "demande").is(http.StatusConflict).says(".notice", "Maud Fictive s’en occupe déjà")
	if got := s.post(second, at+"/laisser", "suite", "demande").is(http.StatusSeeOther); got.to != "/demandes/"+string(r.ID)+"?fait=laisser" {
		t.Errorf("sent to %q", got.to)
	}
	s.post(second, "/demandes/"+string(r.ID)+"/message", "message", "Deuxième étage.").is(http.StatusSeeOther)
	s.get(nurse, "/demandes/"+string(r.ID)).says("#messages", "Maud Fictive, pour Maternité A")
	s.get(second, "/notifications?vue=recues").says("main", "Demande acceptée")
	s.get(nurse, "/notifications?vue=service").is(http.StatusNotFound)
	s.post(other, at+"/prendre").is(http.StatusNotFound)
	s.post(nurse, at+"/prendre").is(http.StatusNotFound)
}

// What has ended is put away by hand and taken back; what nobody took for long can only be read.
func TestArchivesOfALife(t *testing.T) {
	h := testkit.Start(t, db.SQLite)
	ward, nurse, midwife := h.Ward("Maternité A"), h.Nurse("Léonore"), of("SF")
	s := open(t, h, ward, nurse)
	r := nurse.Completes(nurse.Accepts(ward.Asks(family("Fin", "Noé"))))
	page := "/demandes/" + string(r.ID)
	s.get(ward, "/archives").is(http.StatusOK).says("main", "Aucune archive")
	s.post(ward, page+"/archiver").is(http.StatusSeeOther)
	s.get(ward, page).says("#archive", "n’est plus dans vos listes")
	s.get(ward, "/archives").says("main", "N. FIN")
	s.get(ward, "/archives?q=fi").says("main", "N. FIN")
	s.get(ward, "/archives?q=personne").says("main", "Aucune archive ne répond")
	if s.get(ward, "/").has("a[href="+page+"]") || !s.get(nurse, "/").has("a[href="+page+"]") {
		t.Error("it is still in the ward’s lists, or has left the nurse’s")
	}
	s.post(ward, page+"/desarchiver").is(http.StatusSeeOther)
	if !s.get(ward, "/").has("a[href=" + page + "]") {
		t.Error("taken back, it is not in the list")
	}

	alone := ward.Asks(midwife, acts("VISITE", 3, "SF06"))
	page = "/demandes/" + string(alone.ID)
	s.post(ward, page+"/archiver").is(http.StatusConflict)
	if !s.get(ward, page).has("#form-relancer") {
		t.Error("what nobody took cannot be tried again")
	}
	h.Forward(30 * 24 * time.Hour)
	late := s.get(ward, page)
	late.says("main", "Consultation seule")
	if late.has("#form-relancer") || late.has("#attendre") {
		t.Error("after thirty days it may still be tried")
	}
	s.post(ward, page+"/relancer").is(http.StatusConflict).says(".notice", "elle ne peut plus être relancée")
	s.post(ward, page+"/archiver").is(http.StatusSeeOther)
}

// TestTeamPagesAreSeenAndReadByEveryone looks at the shared inbox and the archive.
func TestTeamPagesAreSeenAndReadByEveryone(t *testing.T) {
	t.Parallel()
	d := oneMorning(t)
	second := d.Member(d.ward, "Maud Fictive")
	d.in[string(second.Account)] = second.Actor
	second.Takes(d.accepted)
	d.Forward(time.Minute)
	d.ward.Sees(d.accepted)
	d.Must(d.Supervise.ReadItem(d.ward.Ctx(), d.accepted.ID))
	d.Must(d.Requests.Shelve(d.nurse.Ctx(), d.ended.ID))
	server := httptest.NewServer(entrance(d.door))
	defer server.Close()
	ctx := webtest.Browser(t)
	for _, p := range []struct {
		name string
		who  *testkit.Person
		path string
	}{
		{"items", d.ward, "/notifications"}, {"items-company", d.sos, "/notifications"}, {"archive", d.nurse, "/archives"}, {"archived", d.nurse, "/demandes/" + string(d.ended.ID)},
	} {
		t.Run(p.name, func(t *testing.T) {
			for width, theme := range webtest.Looks() {
				webtest.Visit(t, ctx, server.URL+"/entrer/"+string(p.who.Account)+"?suite="+url.QueryEscape(p.path), width, theme)
				webtest.Shot(t, ctx, "pro-"+p.name, width, theme)
				webtest.NoBarrier(t, ctx)
			}
		})
	}
}
