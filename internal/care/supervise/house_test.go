package supervise_test

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"entractes/internal/base/actor"
	"entractes/internal/base/civil"
	"entractes/internal/base/i18n"
	"entractes/internal/care/directory"
	"entractes/internal/care/nomenclature"
	"entractes/internal/care/notify"
	"entractes/internal/care/patient"
	"entractes/internal/care/request"
	"entractes/internal/care/supervise"
	"entractes/internal/care/territory"
	"entractes/internal/infra/db"
	"entractes/internal/infra/live"
	"entractes/internal/infra/queue"
	"entractes/internal/security/audit"
	"entractes/internal/security/crypt"
	"entractes/internal/security/crypt/crypttest"
)

// The people of these tests, all invented.
var (
	supervisor = actor.Actor{Account: "a-sup", Name: "Claire Fictive", Territory: "essonne", Roles: []actor.Role{actor.RoleSupervisorNurse}}
	operator   = actor.Actor{Account: "a-ope", Name: "Omar Fictif", Territory: "essonne", Roles: []actor.Role{actor.RoleOperator}}
	ward       = actor.Actor{Account: "a-mat", Name: "Maternité A", Territory: "essonne", Structure: "maternity", Roles: []actor.Role{actor.RoleService}}
	nurse      = actor.Actor{Account: "a-ide", Name: "Nadia V.", Territory: "essonne", Person: "nadia", Roles: []actor.Role{actor.RoleProfessional}}
	other      = actor.Actor{Account: "a-ma2", Name: "Maud Fictive", Territory: "essonne", Structure: "maternity", Roles: []actor.Role{actor.RoleService}}
	elsewhere  = actor.Actor{Account: "a-els", Name: "Paul Ailleurs", Territory: "eure", Roles: []actor.Role{actor.RoleSupervisorDoctor}}
)

type house struct {
	t       testing.TB
	d       *db.DB
	v       *crypt.Vault
	p       *i18n.Printer
	console *supervise.Service
	people  []patient.ID
	n       int
}

// openHouse fills d with a territory, a ward, a nurse and patients.
func openHouse(t testing.TB, d *db.DB) *house {
	t.Helper()
	v := crypttest.Vault(t)
	a := audit.New(d)
	register := patient.New(d, v, a)
	q, hub := queue.New(d, queue.Options{}), live.New(d)
	h := &house{t: t, d: d, v: v, p: i18n.For("en"), console: supervise.New(d, q, hub, v, a, notify.New(d, q, hub, notify.Options{}), register)}
	h.update(func(tx *db.Tx) error {
		for _, n := range []territory.New{{ID: "essonne", Name: "Essonne", Communes: []territory.CommuneCode{"91174", "91228", "91286"}}, {ID: "eure", Name: "Eure", Communes: []territory.CommuneCode{"27681"}}} {
			if _, err := territory.Add(tx, n); err != nil {
				return err
			}
		}
		for _, s := range []directory.Structure{
			{ID: "maternity", Name: "Maternité A", Kind: directory.Ward, Phone: "01 99 00 61 00", Extension: "4521"},
			{ID: "clinic", Name: "Clinique C", Kind: directory.Establishment, Phone: "01 99 00 61 12"},
		} {
			s.Territory, s.Commune, s.Active = "essonne", "91174", true
			if _, err := directory.AddStructure(tx, s); err != nil {
				return err
			}
		}
		_, err := directory.AddProfessional(tx, directory.Professional{
			ID: "nadia", Territory: "essonne", FamilyName: "Vabre", GivenName: "Nadia", Sex: "F", Profession: nomenclature.Nurse,
			Phone: "06 39 98 54 09", Commune: "91174", Active: true, Practice: directory.Practice{Radius: 10},
		})
		if err != nil {
			return err
		}
		for i := range 50 {
			id, err := register.Create(tx, "essonne", patient.Identity{
				FamilyName: "Fictif" + strings.Repeat("a", i%7), GivenName: "Jeanne", Sex: patient.Female, BirthDate: civil.Day{Year: 1950, Month: 5, Day: 1 + i%28},
				Phone: directory.Phone("06 39 98 00 " + strconv.Itoa(10+i)), Commune: "91174", Fictitious: true,
			})
			if err != nil {
				return err
			}
			h.people = append(h.people, id)
		}
		return nil
	})
	return h
}

func (h *house) update(fn func(tx *db.Tx) error) {
	h.t.Helper()
	if err := h.d.Update(actor.With(h.t.Context(), actor.System("test")), fn); err != nil {
		h.t.Fatal(err)
	}
}

func (h *house) as(who actor.Actor) context.Context { return actor.With(h.t.Context(), who) }

// sample is one request as a test wants it; what is empty has a value that does not matter.
type sample struct {
	id         request.ID
	state      request.State
	profession nomenclature.ProfessionCode
	service    string
	commune    territory.CommuneCode
	territory  string
	account    string
	// before now
	created, opened time.Duration
	// after now
	replyBy, startBy, nextVisit time.Duration
	within                      time.Duration
	provider                    string
	patient                     int
	asked                       int
	archived                    bool
	// closed is how long ago its last search ended
	closed time.Duration
}

func or[T comparable](v, other T) T {
	var zero T
	if v == zero {
		return other
	}
	return v
}

// add writes requests, many in one text.
func (h *house) add(samples ...sample) {
	h.t.Helper()
	h.update(func(tx *db.Tx) error {
		now := tx.Now()
		after := func(d time.Duration) int64 {
			if d == 0 {
				return 0
			}
			return db.Ms(now.Add(d))
		}
		var requests, rounds, orders, items [][]any
		for _, s := range samples {
			h.n++
			id := string(or(s.id, request.ID(fmt.Sprintf("r%08d", h.n))))
			person := h.people[(s.patient+h.n)%len(h.people)]
			if s.patient > 0 {
				person = h.people[s.patient]
			}
			sealed, err := h.v.SealJSON(tx, string(person), crypt.Place{Table: "request", Column: "details", Row: id}, request.Details{Motive: "suites de chirurgie"})
			if err != nil {
				return err
			}
			care, err := json.Marshal(request.Care{Frequency: nomenclature.Frequency{PerDay: 1}, Days: 3})
			if err != nil {
				return err
			}
			created := now.Add(-or(s.created, time.Minute))
			of, kind := or(s.territory, "essonne"), ""
			if s.provider != "" {
				kind = string(directory.KindProfessional)
			}
			orders = append(orders, []any{"o" + id, of, string(person), db.Ms(created)})
			requests = append(requests, []any{
				id, of, "o" + id, string(person), string(or(s.state, request.Searching)), "", string(or(s.profession, nomenclature.Nurse)), "VISITE", "U3",
				string(or(s.commune, "91174")), 48.6, 2.4, db.Ms(now), after(s.startBy), or(s.within, 4*time.Hour).Milliseconds(), string(care), sealed, s.service, "", or(s.account, "a-mat"),
				"Anne", "Maternité A", "01 99 00 61 00", "d" + id, kind, s.provider, or(s.provider, ""), int64(1), db.Ms(created), db.Ms(created), int64(0), int64(0), int64(0),
				after(s.replyBy), after(s.nextVisit), "", id, "2026-03-16", s.archived,
			})
			rounds = append(rounds, []any{"d" + id, of, id, int64(1), "open", db.Ms(now.Add(-or(s.opened, or(s.created, time.Minute)))), after(or(s.replyBy, time.Hour)), int64(1), int64(1), "{}", false, after(-s.closed), "", int64(1)})
			items = append(items, []any{"i" + id, id, int64(0), "IDE08"})
		}
		for _, w := range []struct {
			into string
			rows [][]any
		}{
			{"care_order (id, territory, patient, created)", orders},
			{`request (id, territory, care_order, patient, state, came_from, profession, mode, urgency, commune, lat, lon, start_at, start_by, respond_within, need, details, service,
				requester, account, requester_name, requester_role, requester_phone, dispatch, provider_kind, provider, provider_name, version, created, triggered, accepted, started, ended,
				reply_by, next_visit, reason, once, created_day, archived)`, requests},
			{"request_item (id, request, rank, act)", items},
			{"dispatch (id, territory, request, number, state, opened, reply_by, wave, waves, plan, short_notice, closed, reason, version)", rounds},
		} {
			if err := insert(tx, w.into, w.rows); err != nil {
				return err
			}
		}
		return h.ask(tx, samples)
	})
}

func insert(tx *db.Tx, into string, rows [][]any) error {
	if len(rows) == 0 {
		return nil
	}
	const most = 20_000 // arguments of one text
	for part := range slices.Chunk(rows, most/len(rows[0])) {
		var values []string
		var args []any
		for _, row := range part {
			values = append(values, db.In(len(args)+1, len(row)))
			args = append(args, row...)
		}
		if _, err := tx.Exec("INSERT INTO "+into+" VALUES "+strings.Join(values, ","), args...); err != nil {
			return err
		}
	}
	return nil
}

// ask writes the offers of samples, each told by SMS: the first was seen, the second received, the third declined.
func (h *house) ask(tx *db.Tx, samples []sample) error {
	var offers, told [][]any
	for i, s := range samples {
		id := string(or(s.id, request.ID(fmt.Sprintf("r%08d", h.n-len(samples)+1+i))))
		for k := range s.asked {
			who, state, decision := "p"+strconv.Itoa(k), "queued", "pending"
			switch k {
			case 0:
				state = "seen"
			case 1:
				state = "sent"
			case 2:
				decision = "declined"
			}
			offer := "f" + id + strconv.Itoa(k)
			offers = append(offers, []any{offer, or(s.territory, "essonne"), "d" + id, id, "professional", who, who, "", int64(1), int64(k), false, 1.5, decision, db.Ms(tx.Now()), int64(0), "", "[]"})
			for _, channel := range []string{"sms", "inbox"} {
				told = append(told, []any{offer + channel, "essonne", "professional", who, channel, "", "offer.new", true, id, "d" + id, offer, int64(1), int64(0), "{}", false, state, int64(0), db.Ms(tx.Now())})
				state = "delivered"
			}
		}
	}
	if err := insert(tx, "offer (id, territory, dispatch, request, recipient_kind, recipient, recipient_name, line, wave, rank, usual, km, state, asked, decided, reason, why)", offers); err != nil {
		return err
	}
	return insert(tx, "delivery (id, territory, subject_kind, subject, channel, target, topic, solicits, request, dispatch, offer, wave, rank, params, urgent, state, not_before, created)", told)
}

// history writes n requests, one every five minutes until now: the latest are alive, the others ended.
func (h *house) history(n int) {
	h.t.Helper()
	alive := []request.State{request.Searching, request.Accepted, request.Started, request.Started, request.Completed, request.Unfilled, request.Suspended}
	ended := []request.State{request.Completed, request.Completed, request.Completed, request.Completed, request.Completed, request.Completed, request.Completed, request.Unfilled, request.Cancelled}
	professions := []nomenclature.ProfessionCode{"IDE", "IDE", "IDE", "SF", "AMB_ENTREPRISE", "IDE", "SF", "MK"}
	services := []string{"maternity", "clinic", ""}
	communes := []territory.CommuneCode{"91174", "91286", "91174", "91286", "91174", "91286", "91174", "91286", "91228"}
	var batch []sample
	for i := n - 1; i >= 0; i-- {
		s := sample{
			profession: professions[i%len(professions)], service: services[i%len(services)], commune: communes[i%len(communes)],
			created: time.Duration(i+1) * 5 * time.Minute, replyBy: 2 * time.Hour, startBy: 24 * time.Hour,
		}
		if i < 700 {
			s.state = alive[i%len(alive)]
			s.asked = 8
			if i%20 == 0 {
				s.startBy, s.nextVisit = -time.Hour, -time.Hour
			}
		} else {
			s.state, s.startBy, s.replyBy, s.archived = ended[i%len(ended)], -time.Hour, -time.Hour, s.created > 30*24*time.Hour
		}
		if s.state.InCharge() || s.state == request.Completed {
			s.provider = "nadia"
		}
		if batch = append(batch, s); len(batch) == 200 || i == 0 {
			h.add(batch...)
			batch = nil
		}
	}
	// PostgreSQL does it by itself after a while; SQLite never does.
	if h.d.Engine() == db.Postgres {
		h.update(func(tx *db.Tx) error {
			_, err := tx.Exec(`ANALYZE`)
			return err
		})
	}
}

// owned makes the supervisor look after a few of the latest requests, and a colleague after others.
func (h *house) owned() {
	h.t.Helper()
	h.update(func(tx *db.Tx) error {
		ids, err := db.All(tx, db.Value[string], `SELECT id FROM request WHERE territory = 'essonne' AND state = 'searching' ORDER BY created DESC, id DESC LIMIT 80`)
		if err != nil {
			return err
		}
		var rows [][]any
		for i, id := range ids {
			rows = append(rows, []any{id, "", []string{supervisor.Account, operator.Account}[i%2], "Claire Fictive", db.Ms(tx.Now()), int64(1)})
		}
		return insert(tx, "row_owner (request, service, account, name, since, version)", rows)
	})
}

// accounts opens the accounts of the people of these tests.
func (h *house) accounts() {
	h.t.Helper()
	h.update(func(tx *db.Tx) error {
		var rows [][]any
		for i, who := range []actor.Actor{supervisor, operator, ward, nurse, elsewhere, other} {
			roles, err := json.Marshal(who.Roles)
			if err != nil {
				return err
			}
			rows = append(rows, []any{who.Account, "login" + strconv.Itoa(i), who.Name, string(roles), who.Person, who.Structure, who.Territory, "fr", "active", int64(1)})
		}
		return insert(tx, "account (id, login, name, roles, person, structure, territory, lang, state, created)", rows)
	})
}
