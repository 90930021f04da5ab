package testkit_test

import (
	"slices"
	"testing"
	"time"

	"entractes/internal/base/actor"
	"entractes/internal/base/fault"
	"entractes/internal/care/nomenclature"
	"entractes/internal/care/notify"
	"entractes/internal/care/request"
	"entractes/internal/care/supervise"
	"entractes/internal/care/territory"
	"entractes/internal/infra/db"
	"entractes/internal/testkit"
)

// The territory beyond the border, and one that has nothing to do with it.
const (
	beyond territory.ID = "lisiere"
	abroad territory.ID = "ailleurs"
)

// neighbourhood draws two more territories; the first holds Corbeil-Essonnes too.
func neighbourhood(h *testkit.House) {
	h.T.Helper()
	h.Must(h.DB.Update(h.As(actor.System("test")), func(tx *db.Tx) error {
		if _, err := territory.Add(tx, territory.New{ID: beyond, Name: "Lisière", Communes: append(testkit.Communes("77"), testkit.CorbeilEssonnes)}); err != nil {
			return err
		}
		_, err := territory.Add(tx, territory.New{ID: abroad, Name: "Ailleurs", Communes: testkit.Communes("974")})
		return err
	}))
}

// set changes one rule of a territory, as the platform.
func set(h *testkit.House, of territory.ID, key, value string) {
	h.T.Helper()
	_, err := h.Territories.Save(h.As(actor.System("test")), of, territory.Edit{Values: map[string]string{key: value}})
	h.Must(err)
}

func consoleOf(h *testkit.House, p *testkit.Person, q supervise.Query) supervise.Page {
	h.T.Helper()
	page, err := h.Supervise.Console(p.Ctx(), q)
	h.Must(err)
	return page
}

// On a commune that two territories hold, one owns the request and its rules are those of
// the search; people of both sides are asked, both consoles see it, and the owner's alone
// acts. A third territory sees nothing at all.
func TestBorder(t *testing.T) {
	testkit.Each(t, func(t *testing.T, h *testkit.House) {
		neighbourhood(h)
		ward := h.Ward("Maternité A")
		here, there := h.Nurse("Ici"), h.Professional(testkit.Professional{Name: "Là", Territory: beyond})
		own, near, far := h.Supervisor(actor.RoleSupervisorNurse), h.SupervisorOf(beyond, actor.RoleSupervisorNurse), h.SupervisorOf(abroad, actor.RoleSupervisorNurse)
		r := ward.Asks(testkit.Motive("Suite de césarienne"))
		if r.Territory != testkit.Territory {
			t.Fatalf("the owner is %s", r.Territory)
		}
		asked := h.Asked(own, r)
		if len(asked) != 2 || asked[there.Subject].Asked.IsZero() || !slices.Contains(asked[there.Subject].Why, "neighbour") || slices.Contains(asked[here.Subject].Why, "neighbour") {
			t.Errorf("asked: %+v", asked)
		}

		mine, theirs, strangers := consoleOf(h, own, supervise.Query{}), consoleOf(h, near, supervise.Query{}), consoleOf(h, far, supervise.Query{})
		if len(mine.Rows) != 1 || mine.Rows[0].Patient == nil || mine.Rows[0].Details == nil || len(mine.Rows[0].Can) == 0 || mine.Rows[0].Elsewhere != "" {
			t.Errorf("the owner's console: %+v", mine.Rows)
		}
		if len(theirs.Rows) != 1 || theirs.Rows[0].Elsewhere != "Essonne" || theirs.Counts.All != 1 || theirs.Counts.Searching != 1 {
			t.Fatalf("the neighbour's console: %+v, %+v", theirs.Rows, theirs.Counts)
		}
		if row := theirs.Rows[0]; row.Patient != nil || row.Details != nil || len(row.Can) != 0 || !row.Sight.Need {
			t.Errorf("the neighbour reads %+v and may %v", row.Patient, row.Can)
		}
		if len(strangers.Rows) != 0 || strangers.Counts != (supervise.Counts{}) {
			t.Errorf("a stranger reads %+v", strangers.Rows)
		}
		for name, q := range map[string]supervise.Query{
			"its state": {States: []request.State{request.Searching}}, "its profession": {Profession: nomenclature.Nurse}, "its commune": {Commune: testkit.CorbeilEssonnes},
		} {
			if n := len(consoleOf(h, near, q).Rows); n != 1 {
				t.Errorf("by %s the neighbour finds %d", name, n)
			}
		}
		if n := len(consoleOf(h, near, supervise.Query{States: []request.State{request.Completed}}).Rows) + len(consoleOf(h, near, supervise.Query{Text: "06 39 98 12 34"}).Rows); n != 0 {
			t.Errorf("the neighbour finds %d rows by another state or by the patient's phone", n)
		}

		// The neighbour who takes it carries it like anybody.
		r = there.Accepts(r)
		if sh := there.Sees(r); sh.Patient == nil {
			t.Error("who carries it does not read the patient")
		}
		if h.DeskTold(notify.RequestUnfilled) != 0 || consoleOf(h, near, supervise.Query{}).Counts.InCharge != 1 {
			t.Error("the neighbour's console does not follow")
		}
	})
}

// The neighbour's supervisor reads the request without its patient and does nothing to it; a
// stranger does not know that it exists.
func TestOnlyTheOwnerActs(t *testing.T) {
	testkit.Each(t, func(t *testing.T, h *testkit.House) {
		neighbourhood(h)
		ward, there := h.Ward("Maternité A"), h.Professional(testkit.Professional{Name: "Là", Territory: beyond})
		near, far := h.SupervisorOf(beyond, actor.RoleSupervisorNurse), h.SupervisorOf(abroad, actor.RoleSupervisorNurse)
		r := ward.Asks(testkit.Motive("Suite de césarienne"))
		sh := near.Sees(r)
		if !sh.Relation.Neighbour || sh.Patient != nil || sh.Name != "" || sh.Details != nil || len(sh.Acts) != 0 || len(sh.Messages)+len(sh.Reports)+len(sh.Visits) != 0 {
			t.Errorf("on its page the neighbour reads %q, %+v and may %v", sh.Name, sh.Patient, sh.Acts)
		}
		acts := map[string]func(p *testkit.Person) error{
			"widen":  func(p *testkit.Person) error { _, err := h.Requests.Widen(p.Ctx(), r.ID); return err },
			"cancel": func(p *testkit.Person) error { _, err := h.Requests.Cancel(p.Ctx(), r.ID, "duplicate"); return err },
			"place": func(p *testkit.Person) error {
				_, err := h.Requests.Place(p.Ctx(), r.ID, request.Placement{Person: there.Subject.ID})
				return err
			},
			"mark as error": func(p *testkit.Person) error { _, err := h.Requests.MarkError(p.Ctx(), r.ID); return err },
		}
		for name, act := range acts {
			if err := act(near); fault.KindOf(err) != fault.KindForbidden {
				t.Errorf("the neighbour may %s: %v", name, err)
			}
			if err := act(far); fault.KindOf(err) != fault.KindNotFound {
				t.Errorf("a stranger who wants to %s meets %v", name, err)
			}
		}
		for _, p := range []*testkit.Person{near, far} {
			if _, err := h.Requests.PatientFile(p.Ctx(), r.Patient); fault.KindOf(err) != fault.KindNotFound {
				t.Errorf("%s opens the patient: %v", p.Name, err)
			}
		}
		if _, err := h.Requests.Show(far.Ctx(), r.ID); fault.KindOf(err) != fault.KindNotFound {
			t.Errorf("a stranger opens the request: %v", err)
		}
	})
}

// The owner is the territory of the highest priority, whoever asks; its rules are those of
// the search. A territory does not give itself priority: the platform does.
func TestBorderPriority(t *testing.T) {
	testkit.Each(t, func(t *testing.T, h *testkit.House) {
		neighbourhood(h)
		ward, own, near := h.Ward("Maternité A"), h.Supervisor(actor.RoleSupervisorNurse), h.SupervisorOf(beyond, actor.RoleSupervisorNurse)
		h.Nurse("Ici")
		set(h, beyond, "reply.u2", "50m")
		keeper := h.SupervisorOf(beyond, actor.RoleTerritoryAdmin)
		_, err := h.Territories.Save(keeper.Ctx(), beyond, territory.Edit{Values: map[string]string{"border.weight": "9"}})
		if fault.KindOf(err) != fault.KindForbidden {
			t.Errorf("a territory takes the priority: %v", err)
		}
		set(h, beyond, "border.weight", "9")
		ask := testkit.Ask(h)
		preview, err := h.Requests.Preview(ward.Ctx(), ask)
		h.Must(err)
		r := ward.Asks()
		if r.Territory != beyond || r.ReplyBy.Sub(r.Triggered) != 50*time.Minute || !preview.ReplyBy.Equal(r.ReplyBy) {
			t.Fatalf("owned by %s, answered within %s", r.Territory, r.ReplyBy.Sub(r.Triggered))
		}
		// The territory that asked sees it, and the ward its own request.
		if page := consoleOf(h, own, supervise.Query{}); len(page.Rows) != 1 || page.Rows[0].Elsewhere != "Lisière" || len(page.Rows[0].Can) != 0 {
			t.Errorf("the console of those who asked: %+v", page.Rows)
		}
		if page := consoleOf(h, ward, supervise.Query{}); len(page.Rows) != 1 || page.Rows[0].Patient == nil || len(page.Rows[0].Can) == 0 {
			t.Errorf("the ward's own console: %+v", page.Rows)
		}
		if sh := near.Sees(r); !sh.Relation.Supervisor || sh.Patient == nil {
			t.Error("the owner's supervisor does not read it")
		}
		// A commune that it alone holds is its own, and one that nobody holds is the asker's.
		for commune, want := range map[territory.CommuneCode]territory.ID{"91228": testkit.Territory, "75056": testkit.Territory, "77288": beyond, "97411": abroad} {
			h.Must(h.DB.View(t.Context(), func(tx *db.Tx) error {
				got, err := territory.OwnerOf(tx, commune, testkit.Territory)
				if got != want {
					t.Errorf("%s is owned by %s, want %s", commune, got, want)
				}
				return err
			}))
		}
	})
}

// Where one of the two does not share its border, nobody beyond is asked, save the usual
// team, and its console sees nothing.
func TestBorderClosed(t *testing.T) {
	for _, closed := range []territory.ID{testkit.Territory, beyond} {
		t.Run(closed, func(t *testing.T) {
			testkit.Each(t, func(t *testing.T, h *testkit.House) {
				neighbourhood(h)
				ward, own, near := h.Ward("Maternité A"), h.Supervisor(actor.RoleSupervisorNurse), h.SupervisorOf(beyond, actor.RoleSupervisorNurse)
				here, there := h.Nurse("Ici"), h.Professional(testkit.Professional{Name: "Là", Territory: beyond})
				set(h, closed, "border.shared", "false")
				r := ward.Asks()
				if asked := h.Asked(own, r); len(asked) != 1 || asked[here.Subject].Asked.IsZero() || verdicts(own, r)[there.Subject] != request.VerdictTerritory {
					t.Errorf("asked: %v, because %v", asked, verdicts(own, r))
				}
				if _, err := h.Requests.Show(near.Ctx(), r.ID); fault.KindOf(err) != fault.KindNotFound || len(consoleOf(h, near, supervise.Query{}).Rows) != 0 {
					t.Errorf("the neighbour sees it: %v", err)
				}
				ward.Cancels(r)
				h.Usual(r.Patient, there)
				again := ward.Asks(testkit.For(r.Patient))
				if asked := h.Asked(own, again); len(asked) != 1 || asked[there.Subject].Asked.IsZero() {
					t.Errorf("the usual nurse beyond the border: %v", asked)
				}
			})
		})
	}
}
