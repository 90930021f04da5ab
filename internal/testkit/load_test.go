package testkit_test

import (
	"testing"
	"time"

	"entractes/internal/base/actor"
	"entractes/internal/base/fault"
	"entractes/internal/care/nomenclature"
	"entractes/internal/care/request"
	"entractes/internal/care/supervise"
	"entractes/internal/demo"
	"entractes/internal/infra/db"
	"entractes/internal/testkit"
)

// A territory made for measures is one like another: its past requests have their acts, their
// searches and their readers, nothing of them is promised or told, and new ones are asked there.
func TestATerritoryMadeForMeasures(t *testing.T) {
	testkit.Each(t, func(t *testing.T, h *testkit.House) {
		told := map[string]float64{}
		size := demo.Load{Departement: "45", Professionals: 240, Requests: 450, Seed: 3, Progress: func(what string, part float64) {
			if part < told[what] {
				t.Errorf("%s went back", what)
			}
			told[what] = part
		}}
		h.Must(demo.Fill(t.Context(), h.Demo(), size))
		if told["professionnels"] != 1 || told["demandes"] != 1 {
			t.Errorf("progress ended at %v", told)
		}
		noneOf(t, h.DB, map[string]string{
			"rounds with two winners": twoWinners, "requests whose acts do not lead to their state": astray,
			"rounds that go on":                    `SELECT count(*) FROM dispatch WHERE state = 'open'`,
			"offers without an answer":             `SELECT count(*) FROM offer WHERE state = 'pending'`,
			"people told of the past":              `SELECT count(*) FROM delivery`,
			"completed requests without provider":  `SELECT count(*) FROM request WHERE state = 'completed' AND provider = ''`,
			"requests that nobody wrote the trail": `SELECT count(*) FROM request r WHERE NOT EXISTS (SELECT 1 FROM audit a WHERE a.request = r.id AND a.action = 'request.import')`,
			"old requests among the current ones":  `SELECT count(*) FROM request WHERE ended > 0 AND ended < 1700000000000 AND archived = FALSE`,
		})
		wards := wardsOf(h)
		supervisor := h.SupervisorOf(demo.Measures, actor.RoleSupervisorNurse)
		page, err := h.Supervise.Console(supervisor.Ctx(), supervise.Query{States: []request.State{request.Completed}, Archived: true})
		h.Must(err)
		if len(page.Rows) == 0 {
			t.Error("the console shows none of them")
		}
		sh, err := h.Requests.Show(actor.With(t.Context(), wards[0]), latestOf(h, wards[0].Structure))
		h.Must(err)
		if len(sh.Timeline) < 3 || sh.Details.Motive == "" && sh.Sight.Need {
			t.Errorf("its page shows %d acts, and %q", len(sh.Timeline), sh.Details.Motive)
		}
		r, err := h.Requests.Trigger(actor.With(t.Context(), wards[0]), askIn(communesOf("45")[0], 1))
		h.Must(err)
		if r.State != request.Searching && r.State != request.Unfilled {
			t.Errorf("a new request is %s", r.State)
		}
		if err := demo.Fill(t.Context(), h.Demo(), size); err == nil {
			t.Error("the same territory was made twice")
		}
	})
}

func latestOf(h *testkit.House, service string) (id request.ID) {
	h.T.Helper()
	h.Must(h.DB.View(h.T.Context(), func(tx *db.Tx) (err error) {
		id, err = db.One(tx, "none", db.Value[request.ID], `SELECT id FROM request WHERE service = $1 AND service <> '' ORDER BY created DESC LIMIT 1`, service)
		return err
	}))
	return id
}

// Only the product and the administrators of the platform bring requests in, and only those
// whose steps follow each other.
func TestWhatMayBeBroughtIn(t *testing.T) {
	testkit.Each(t, func(t *testing.T, h *testkit.House) {
		ward, nurse := h.Ward("Maternité A"), h.Nurse("Léonore")
		keeper := h.Supervisor(actor.RolePlatformAdmin)
		known := ward.Asks()
		at := h.Clock.Now().Add(-48 * time.Hour)
		whole := request.Past{
			Patient: known.Patient, Commune: testkit.CorbeilEssonnes, Profession: nomenclature.Nurse, Acts: []nomenclature.ActCode{"IDE01"}, Mode: nomenclature.HomeVisit,
			Urgency: nomenclature.U2, From: known.From, Asked: []request.Who{{Subject: nurse.Subject, Name: nurse.Name}}, Provider: 0, State: request.Completed,
			Triggered: at, Accepted: at.Add(time.Minute), Started: at.Add(time.Hour), Ended: at.Add(2 * time.Hour),
		}
		bring := func(who *testkit.Person, p request.Past) error {
			return h.DB.Update(who.Ctx(), func(tx *db.Tx) error { return h.Requests.Import(tx, testkit.Territory, p) })
		}
		if err := bring(keeper, whole); err != nil {
			t.Error(err)
		}
		if err := bring(ward, whole); fault.CodeOf(err) != "request.import" || fault.KindOf(err) != fault.KindForbidden {
			t.Errorf("a service brings requests in: %v", err)
		}
		for name, spoil := range map[string]func(p *request.Past){
			"no end":                     func(p *request.Past) { p.Ended = time.Time{} },
			"an end before the start":    func(p *request.Past) { p.Ended = p.Started.Add(-time.Minute) },
			"completed by nobody":        func(p *request.Past) { p.Provider, p.Accepted = -1, time.Time{} },
			"completed without a start":  func(p *request.Past) { p.Started = time.Time{} },
			"taken by somebody unasked":  func(p *request.Past) { p.Provider = 1 },
			"unfilled, and taken":        func(p *request.Past) { p.State = request.Unfilled },
			"still searching":            func(p *request.Past) { p.State = request.Searching },
			"in a commune of no country": func(p *request.Past) { p.Commune = "00000" },
		} {
			p := whole
			spoil(&p)
			if err := bring(keeper, p); fault.KindOf(err) != fault.KindInvalid || err == nil {
				t.Errorf("%s: %v", name, err)
			}
		}
		noneOf(t, h.DB, map[string]string{"requests whose acts do not lead to their state": astray})
	})
}
