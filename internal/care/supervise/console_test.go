package supervise_test

import (
	"slices"
	"testing"
	"time"

	"entractes/internal/base/actor"
	"entractes/internal/base/clock"
	"entractes/internal/base/fault"
	"entractes/internal/care/nomenclature"
	"entractes/internal/care/request"
	"entractes/internal/care/supervise"
	"entractes/internal/infra/db"
	"entractes/internal/infra/db/dbtest"
)

// show reads a page or fails the test.
func (h *house) show(who actor.Actor, q supervise.Query) supervise.Page {
	h.t.Helper()
	page, err := h.console.Console(h.as(who), q)
	if err != nil {
		h.t.Fatal(err)
	}
	return page
}

func ids(p supervise.Page) []request.ID {
	var out []request.ID
	for _, r := range p.Rows {
		out = append(out, r.ID)
	}
	return out
}

func (h *house) expect(who actor.Actor, q supervise.Query, want ...request.ID) supervise.Page {
	h.t.Helper()
	page := h.show(who, q)
	if got := ids(page); !slices.Equal(got, want) {
		h.t.Errorf("%s asks %+v: got %v, want %v", who.Name, q, got, want)
	}
	return page
}

func TestWhoReadsWhat(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB, _ *clock.Manual) {
		h := openHouse(t, d)
		h.add(
			sample{id: "ours", service: "maternity", created: 2 * time.Minute},
			sample{id: "theirs", service: "clinic", account: "a-cli", created: time.Minute},
			sample{id: "draft", state: request.Draft, service: "maternity"},
			sample{id: "error", state: request.EnteredInError, service: "maternity"},
			sample{id: "far", territory: "eure", account: "a-far"},
		)
		h.expect(supervisor, supervise.Query{}, "theirs", "ours")
		h.expect(operator, supervise.Query{}, "theirs", "ours")
		h.expect(elsewhere, supervise.Query{}, "far")
		if p := h.expect(ward, supervise.Query{}, "ours"); !p.Own || p.Counts.All != 1 {
			t.Errorf("the ward's page: own %v, %+v", p.Own, p.Counts)
		}
		h.expect(ward, supervise.Query{Service: "clinic"}, "ours")
		for _, who := range []actor.Actor{nurse, {Account: "x", Roles: []actor.Role{actor.RoleSupervisorNurse}}, {Account: "y", Territory: "essonne", Roles: []actor.Role{actor.RoleTerritoryAdmin}}, {}} {
			if _, err := h.console.Console(h.as(who), supervise.Query{}); fault.CodeOf(err) != "supervise.forbidden" {
				t.Errorf("%q got %v", who.Account, err)
			}
		}
	})
}

func TestSixColumns(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB, _ *clock.Manual) {
		h := openHouse(t, d)
		h.add(
			sample{id: "midwife", profession: nomenclature.Midwife, service: "maternity", created: 3 * time.Minute, asked: 4, replyBy: time.Hour},
			sample{id: "taken", state: request.Accepted, service: "maternity", provider: "nadia", created: 2 * time.Minute, startBy: time.Hour},
			sample{id: "done", state: request.Completed, provider: "nadia"},
		)
		rows := h.show(supervisor, supervise.Query{}).Rows
		done, taken, midwife := rows[0], rows[1], rows[2]
		if taken.Service.Name != "Maternité A" || taken.Service.Extension != "4521" || taken.From.Name != "Anne" {
			t.Errorf("requester: %+v, %+v", taken.Service, taken.From)
		}
		if taken.Card.Name != "Nadia Vabre" || taken.Card.Label != "Infirmière" || taken.Card.Phone == "" {
			t.Errorf("provider: %+v", taken.Card)
		}
		if taken.Patient == nil || taken.Patient.CallPhone() == "" {
			t.Errorf("patient: %+v", taken.Patient)
		}
		if taken.Details == nil || taken.Details.Motive == "" || len(taken.Acts) != 1 {
			t.Errorf("motive: %+v, acts %v", taken.Details, taken.Acts)
		}
		if midwife.Details != nil || midwife.Patient == nil {
			t.Error("a nurse's supervisor reads the motive of a midwife's request, or not the name")
		}
		if c := midwife.Counts; c != (supervise.RoundCounts{Asked: 4, Reached: 2, Seen: 1, Declined: 1}) {
			t.Errorf("counts %+v", c)
		}
		if !slices.Contains(midwife.Can, request.ActWiden) || !slices.Contains(taken.Can, request.ActRelease) || !slices.Equal(done.Can, []request.Act{request.ActMarkError}) {
			t.Errorf("acts: %v, %v, %v", midwife.Can, taken.Can, done.Can)
		}
		rows = h.show(operator, supervise.Query{}).Rows
		if rows[0].Details != nil || rows[1].Details == nil || rows[2].Details == nil {
			t.Error("an operator reads the motive until the request is closed, and no longer")
		}
	})
}

func TestFiltersAndCounts(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB, _ *clock.Manual) {
		h := openHouse(t, d)
		h.add(
			sample{id: "a", state: request.Searching, created: 9 * time.Minute, replyBy: 2 * time.Hour},
			sample{id: "b", state: request.Unfilled, profession: nomenclature.Physio, service: "clinic", created: 8 * time.Minute, commune: "91286"},
			sample{id: "c", state: request.Accepted, provider: "nadia", created: 7 * time.Minute, startBy: time.Hour},
			sample{id: "d", state: request.Started, provider: "nadia", created: 6 * time.Minute, commune: "91286"},
			sample{id: "e", state: request.Completed, created: 5 * time.Minute},
			sample{id: "f", state: request.Cancelled, profession: nomenclature.Physio, created: 4 * time.Minute},
		)
		p := h.expect(supervisor, supervise.Query{}, "f", "e", "d", "c", "b", "a")
		if p.Counts != (supervise.Counts{All: 6, AtRisk: 1, Searching: 1, InCharge: 2, Unfilled: 1, Completed: 1, Cancelled: 1}) {
			t.Errorf("counts %+v", p.Counts)
		}
		if len(p.Recent.Professions) != 2 || p.Recent.Professions[0] != nomenclature.Nurse || len(p.Recent.Services) != 1 {
			t.Errorf("recent %+v", p.Recent)
		}
		h.expect(supervisor, supervise.Query{States: []request.State{request.Accepted, request.Started}}, "d", "c")
		p = h.expect(supervisor, supervise.Query{Profession: nomenclature.Physio}, "f", "b")
		if p.Counts.All != 2 || p.Counts.AtRisk != 1 {
			t.Errorf("counts of a profession %+v", p.Counts)
		}
		h.expect(supervisor, supervise.Query{Commune: "91286"}, "d", "b")
		h.expect(supervisor, supervise.Query{Service: "clinic"}, "b")
		h.expect(supervisor, supervise.Query{AtRisk: true}, "b")
		p = h.expect(supervisor, supervise.Query{Text: "clinique"}, "b")
		if p.Counts.All != 1 || p.Counts.Unfilled != 1 {
			t.Errorf("counts of a text %+v", p.Counts)
		}
		h.expect(supervisor, supervise.Query{Text: "Vabre", States: []request.State{request.Started}}, "d")
		h.expect(supervisor, supervise.Query{Text: "personne"})
		h.expect(supervisor, supervise.Query{Text: "clinique", AtRisk: true}, "b")
	})
}

func TestPhoneFindsThePatient(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB, _ *clock.Manual) {
		h := openHouse(t, d)
		h.add(sample{id: "his", patient: 7}, sample{id: "other", patient: 8, created: 2 * time.Minute})
		h.expect(operator, supervise.Query{Text: "06 39 98 00 17"}, "his")
		var details []string
		h.update(func(tx *db.Tx) (err error) {
			details, err = db.All(tx, db.Value[string], `SELECT detail FROM audit WHERE action = 'supervise.console' AND patient = ''`)
			return err
		})
		if len(details) != 1 || details[0] != "1 read; asked by text" {
			t.Errorf("audit %q", details)
		}
	})
}

func TestPagesFollowEachOther(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB, _ *clock.Manual) {
		h := openHouse(t, d)
		var all []sample
		for i := range 25 {
			all = append(all, sample{created: time.Duration(1+i/3) * time.Minute, state: []request.State{request.Searching, request.Completed}[i%2]})
		}
		h.add(all...)
		for _, states := range [][]request.State{nil, {request.Searching, request.Completed}} {
			whole := ids(h.show(supervisor, supervise.Query{States: states}))
			var got []request.ID
			q := supervise.Query{States: states, Limit: 4}
			for {
				p := h.show(supervisor, q)
				got = append(got, ids(p)...)
				if p.Next.IsZero() {
					break
				}
				q.Before = supervise.ParseCursor(p.Next.String())
			}
			if len(got) != 25 || !slices.Equal(got, whole) {
				t.Errorf("pages give %v, the whole is %v", got, whole)
			}
		}
	})
}

func TestFilterKeepsWhatRiskOfFinds(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB, _ *clock.Manual) {
		h := openHouse(t, d)
		var all []sample
		for _, state := range request.States {
			for _, at := range []time.Duration{-time.Hour, time.Hour} {
				for _, opened := range []time.Duration{time.Minute, 3 * time.Hour, 40 * 24 * time.Hour} {
					for _, within := range []time.Duration{30 * time.Minute, 4 * time.Hour} {
						all = append(all, sample{state: state, created: opened, replyBy: at, startBy: at, nextVisit: -at, within: within})
					}
				}
			}
		}
		all = append(all, sample{state: request.Searching, replyBy: 2 * time.Hour, opened: 2 * time.Hour}, sample{state: request.Searching, replyBy: 2*time.Hour + time.Millisecond, opened: 2 * time.Hour})
		h.add(all...)
		var want []request.ID
		for q := (supervise.Query{}); ; {
			p := h.show(supervisor, q)
			for _, r := range p.Rows {
				if r.Risk != supervise.NoRisk {
					want = append(want, r.ID)
				}
			}
			if p.Next.IsZero() {
				break
			}
			q.Before = p.Next
		}
		p := h.expect(supervisor, supervise.Query{AtRisk: true}, want...)
		if len(want) < 10 || int(p.Counts.AtRisk) != len(want) {
			t.Errorf("%d at risk, counted %d", len(want), p.Counts.AtRisk)
		}
	})
}

func TestUsers(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB, _ *clock.Manual) {
		h := openHouse(t, d)
		h.update(func(tx *db.Tx) error {
			return insert(tx, "account (id, login, name, roles, person, structure, territory, lang, state, created)", [][]any{
				{"1", "nadia", "Nadia Vabre", `["PROFESSIONNEL"]`, "nadia", "", "essonne", "fr", "active", int64(1)},
				{"2", "maternite", "Maternité A", `["SERVICE"]`, "", "maternity", "essonne", "fr", "closed", int64(1)},
				{"3", "paul", "Paul Ailleurs", `["SUPERVISEUR_MEDECIN"]`, "", "", "eure", "fr", "active", int64(1)},
			})
		})
		page, err := h.console.Users(h.as(operator), "")
		if err != nil || len(page.List) != 2 || page.List[0].Structure != "Maternité A" || !page.List[0].Closed || page.List[1].Profession != nomenclature.Nurse {
			t.Errorf("%+v, %v", page.List, err)
		}
		if _, err := h.console.Users(h.as(ward), ""); fault.CodeOf(err) != "supervise.forbidden" {
			t.Errorf("a ward reads the accounts: %v", err)
		}
	})
}

func TestCursor(t *testing.T) {
	t.Parallel()
	c := supervise.Cursor{Created: dbtest.Start, ID: "0abc-d"}
	if got := supervise.ParseCursor(c.String()); got != c {
		t.Errorf("%v became %v", c, got)
	}
	for _, text := range []string{"", "x", "-", "!-a", "-5-a", "zzzzzzzzzzzzzzzzzz-a"} {
		if got := supervise.ParseCursor(text); !got.IsZero() {
			t.Errorf("%q is read as %v", text, got)
		}
	}
}
