package testkit_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"entractes/internal/base/actor"
	"entractes/internal/base/fault"
	"entractes/internal/care/directory"
	"entractes/internal/care/nomenclature"
	"entractes/internal/care/notify"
	"entractes/internal/care/request"
	"entractes/internal/care/rota"
	"entractes/internal/infra/db"
	"entractes/internal/testkit"
)

// verdicts reads, as a supervisor does, why each person considered was asked or not.
func verdicts(supervisor *testkit.Person, r request.Request) map[directory.Subject]request.Verdict {
	out := map[directory.Subject]request.Verdict{}
	for _, res := range supervisor.Sees(r).Rounds[0].Resources {
		out[directory.Subject{Kind: directory.KindProfessional, ID: res.Who.ID}] = res.Verdict
	}
	return out
}

// Within limits a request to networks.
func within(names ...string) func(*request.Ask) {
	return func(a *request.Ask) { a.Care.Networks = names }
}

// A ward limits its request to a network: its members are asked, with the usual team,
// and the others are not, for that reason. The preview says the same before.
func TestLimitedToANetwork(t *testing.T) {
	testkit.Each(t, func(t *testing.T, h *testkit.House) {
		ward, supervisor := h.Ward("Maternité A"), h.Supervisor(actor.RoleSupervisorNurse)
		inside := h.Professional(testkit.Professional{Name: "Dedans", Networks: []string{"CPTS Val des Sources", "MSP du Parc"}})
		outside := h.Professional(testkit.Professional{Name: "Dehors", Networks: []string{"URPS"}})
		usual, alone := h.Nurse("Habituelle"), h.Nurse("Seule")
		first := ward.Asks()
		ward.Cancels(first)
		h.Usual(first.Patient, usual)

		h.Must(h.DB.View(t.Context(), func(tx *db.Tx) error {
			all, err := directory.NetworksIn(tx, testkit.Territory)
			if len(all) != 3 || all[0].Name != "CPTS Val des Sources" || all[0].People != 1 {
				t.Errorf("the networks of the territory: %+v", all)
			}
			return err
		}))
		ask := testkit.Ask(h, testkit.For(first.Patient), within("cpts val-des-sources"))
		preview, err := h.Requests.Preview(ward.Ctx(), ask)
		h.Must(err)
		if preview.All() != 2 || preview.NotAsked[request.VerdictNetwork] != 2 {
			t.Errorf("before it is sent: %d asked, %v not", preview.All(), preview.NotAsked)
		}
		r := ward.Asks(testkit.For(first.Patient), within("cpts val-des-sources"))
		h.Forward(61 * time.Minute)
		asked := h.Asked(supervisor, r)
		if len(asked) != 2 || asked[usual.Subject].Asked.IsZero() || asked[inside.Subject].Asked.IsZero() {
			t.Errorf("asked: %v", asked)
		}
		why := verdicts(supervisor, r)
		if why[outside.Subject] != request.VerdictNetwork || why[alone.Subject] != request.VerdictNetwork {
			t.Errorf("the reasons kept: %v", why)
		}
		if sh := ward.Sees(r); len(sh.Care.Networks) != 1 {
			t.Error("the request does not say that it was limited")
		}
		// What nobody could choose is refused at its field.
		if _, err := h.Requests.Trigger(ward.Ctx(), testkit.Ask(h, within(""))); err == nil {
			t.Error("a network without a name is accepted")
		}
		// Searched again, the limit holds.
		h.Until(r.ReplyBy)
		if back := ward.Retries(r); len(h.Asked(supervisor, back)) != 1 {
			t.Errorf("a retry asks %v", h.Asked(supervisor, back))
		}
	})
}

// A cabinet answers as one: its user says which of them comes, then somebody else. The
// requester reads who comes and how to call him each time; each answer is kept, with who
// gave it and for whom.
func TestACabinetSaysWhoComes(t *testing.T) {
	testkit.Each(t, func(t *testing.T, h *testkit.House) {
		ward := h.Ward("Maternité A")
		cabinet := h.Structure(testkit.Structure{Name: "Cabinet des Lilas", Kind: directory.Cabinet, Profession: nomenclature.Nurse})
		nadia := h.Professional(testkit.Professional{Name: "Nadia", Profession: nomenclature.Physio, Structure: cabinet.Subject.ID})
		stranger := h.Professional(testkit.Professional{Name: "Passant", Profession: nomenclature.Physio})
		r := ward.Asks()

		if _, err := h.Requests.AcceptSending(cabinet.Ctx(), cabinet.OfferOn(r), request.Coming{Member: stranger.Subject.ID}); fault.CodeOf(err) != "request.coming_member" {
			t.Errorf("somebody of another cabinet comes: %v", err)
		}
		r, err := h.Requests.AcceptSending(cabinet.Ctx(), cabinet.OfferOn(r), request.Coming{Member: nadia.Subject.ID})
		h.Must(err)
		sh := ward.Sees(r)
		if sh.Request.Provider.Name != "Camille Nadia, Cabinet des Lilas" || sh.Coming == nil || string(sh.Coming.Phone) != nadia.Phone {
			t.Fatalf("the ward reads %q, %+v", sh.Request.Provider.Name, sh.Coming)
		}
		accepted := sh.Timeline[len(sh.Timeline)-1]
		if accepted.Act != request.ActAccept || accepted.OnBehalf != cabinet.Subject.ID || accepted.Account != string(cabinet.Account) || sh.Named[accepted.Coming()].Member != nadia.Subject.ID {
			t.Errorf("the act says %+v", accepted)
		}

		// A colleague of the cabinet, on her own account, may change it; nobody else may.
		if _, err := h.Requests.NameComing(stranger.Ctx(), r.ID, request.Coming{Name: "Moi"}); fault.KindOf(err) != fault.KindNotFound {
			t.Errorf("a stranger names who comes: %v", err)
		}
		if _, err := h.Requests.NameComing(ward.Ctx(), r.ID, request.Coming{Name: "Moi"}); fault.KindOf(err) != fault.KindForbidden {
			t.Errorf("the requester names who comes: %v", err)
		}
		for field, c := range map[string]request.Coming{"coming": {Name: strings.Repeat("x", 101)}, "coming_phone": {Name: "Dominique", Phone: "12"}} {
			if _, err := h.Requests.NameComing(nadia.Ctx(), r.ID, c); len(fault.Fields(err)) != 1 || fault.Fields(err)[0].Field != field {
				t.Errorf("%+v is refused by %v", c, err)
			}
		}
		_, err = h.Requests.NameComing(nadia.Ctx(), r.ID, request.Coming{Name: "Dominique  Volant", Phone: "06 39 98 00 77"})
		h.Must(err)
		h.Settle()
		sh = ward.Sees(r)
		if sh.Request.Provider.Name != "Dominique Volant, Cabinet des Lilas" || sh.Coming.Phone != "+33639980077" || ward.Told(notify.RequestComing) != 1 {
			t.Errorf("the ward reads %q, %+v", sh.Request.Provider.Name, sh.Coming)
		}
		named := sh.Timeline[len(sh.Timeline)-1]
		if named.Act != request.ActNameComing || named.OnBehalf != cabinet.Subject.ID || named.Person != nadia.Subject.ID || sh.Named[accepted.Coming()].Name != "Camille Nadia" {
			t.Errorf("the story says %+v", named)
		}
		// Saying nobody is saying oneself.
		_, err = h.Requests.NameComing(nadia.Ctx(), r.ID, request.Coming{})
		h.Must(err)
		if sh = ward.Sees(r); sh.Coming.Member != nadia.Subject.ID || string(sh.Coming.Phone) != nadia.Phone {
			t.Errorf("after all %+v comes", sh.Coming)
		}
		for _, m := range ward.Phones() {
			if strings.Contains(m.Title+m.Text, "Volant") {
				t.Errorf("a message names him: %s", m.Text)
			}
		}
	})
}

// A person comes himself: nobody is named for him, and a new round forgets who came.
func TestAPersonComesHimself(t *testing.T) {
	testkit.Each(t, func(t *testing.T, h *testkit.House) {
		ward, nurse := h.Ward("Maternité A"), h.Nurse("Un")
		cabinet := h.Structure(testkit.Structure{Name: "Cabinet des Lilas", Kind: directory.Cabinet, Profession: nomenclature.Nurse})
		r := ward.Asks()
		r, err := h.Requests.AcceptSending(cabinet.Ctx(), cabinet.OfferOn(r), request.Coming{Name: "Dominique Volant"})
		h.Must(err)
		r = cabinet.Releases(r)
		if sh := ward.Sees(r); sh.Coming != nil {
			t.Errorf("after the release %+v still comes", sh.Coming)
		}
		nurse.Accepts(r)
		if slices.Contains(nurse.Sees(r).Acts, request.ActNameComing) {
			t.Error("a person is asked who comes")
		}
		if _, err := h.Requests.NameComing(nurse.Ctx(), r.ID, request.Coming{Name: "Un autre"}); fault.CodeOf(err) != "request.coming_person" {
			t.Errorf("a person sends somebody else: %v", err)
		}
		if sh := ward.Sees(r); sh.Coming != nil || string(sh.Card.Phone) != nurse.Phone {
			t.Errorf("the ward reads %+v, %s", sh.Coming, sh.Card.Phone)
		}
	})
}

// What leaves people out and what brings them back holds with networks and duty lines: a
// release leaves out who gave it back and who declined as long as somebody else of the
// network matches; an undo, a retry and a resume ask everyone of it again, and nobody else.
func TestWhoComesBackInALimitedSearch(t *testing.T) {
	testkit.Each(t, func(t *testing.T, h *testkit.House) {
		ward, supervisor := h.Ward("Maternité A"), h.Supervisor(actor.RoleSupervisorNurse)
		var in []*testkit.Person
		for _, n := range []string{"Un", "Deux", "Trois"} {
			in = append(in, h.Professional(testkit.Professional{Name: n, Networks: []string{"CPTS"}}))
		}
		h.Nurse("Dehors")
		expect := func(what string, r request.Request, want ...*testkit.Person) {
			t.Helper()
			asked := h.Asked(supervisor, r)
			for _, p := range want {
				if asked[p.Subject].Asked.IsZero() {
					t.Errorf("%s does not ask %s", what, p.Name)
				}
			}
			if len(asked) != len(want) {
				t.Errorf("%s asks %d, want %d", what, len(asked), len(want))
			}
		}
		r := ward.Asks(within("CPTS"))
		expect("the first search", r, in...)
		in[0].Declines(r)
		in[1].Accepts(r)
		r = in[1].Undoes(r)
		expect("an undo", r, in...)
		in[0].Declines(r)
		in[1].Accepts(r)
		r = in[1].Releases(r)
		expect("a release", r, in[2])
		in[2].Accepts(r)
		r = in[2].Releases(r)
		expect("a release when all have gone", r, in...)
		r = ward.Suspends(r, nomenclature.Hospitalised)
		r = ward.Resumes(r, h.Clock.Now().Add(20*time.Hour))
		expect("a resume", r, in...)
		for _, p := range in {
			p.Declines(r)
		}
		r = ward.Retries(r)
		expect("a retry", r, in...)
	})
}

// The same on a duty line asked in order: the releaser's turn is over while another is on
// duty, and everybody's comes back with an undo.
func TestWhoComesBackOnADutyLine(t *testing.T) {
	testkit.Each(t, func(t *testing.T, h *testkit.House) {
		ward, supervisor := h.Ward("Maternité A"), h.Supervisor(actor.RoleSupervisorDoctor)
		p := physios(h, "Un", "Deux")
		line := onDuty(h, rota.InOrder, shift{p[0], 1, -time.Hour, 8 * time.Hour}, shift{p[1], 2, -time.Hour, 8 * time.Hour})
		r := ward.Asks(ofLine(line, nomenclature.U1, 20*time.Minute))
		p[0].Accepts(r)
		r = p[0].Undoes(r)
		if asked := h.Asked(supervisor, r); len(asked) != 1 || asked[p[0].Subject].Asked.IsZero() {
			t.Errorf("an undo asks %v", asked)
		}
		p[0].Accepts(r)
		r = p[0].Releases(r)
		h.Forward(15 * time.Minute)
		if asked := h.Asked(supervisor, r); len(asked) != 1 || asked[p[1].Subject].Asked.IsZero() {
			t.Errorf("a release asks %v", asked)
		}
		p[1].Declines(r)
		if sh := ward.Sees(r); sh.State != request.Unfilled {
			t.Fatalf("the request is %s", sh.State)
		}
		r = ward.Retries(r)
		if asked := h.Asked(supervisor, r); len(asked) != 1 || asked[p[0].Subject].Asked.IsZero() {
			t.Errorf("a retry asks %v", asked)
		}
	})
}
