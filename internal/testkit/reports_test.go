package testkit_test

import (
	"testing"
	"time"

	"entractes/internal/base/actor"
	"entractes/internal/base/fault"
	"entractes/internal/base/i18n"
	"entractes/internal/care/nomenclature"
	"entractes/internal/care/notify"
	"entractes/internal/care/request"
	"entractes/internal/infra/db"
	"entractes/internal/security/crypt"
	"entractes/internal/testkit"
)

func temperature(x float64) []nomenclature.Reading {
	return []nomenclature.Reading{{Code: "temp", Value: x, Unit: "°C"}}
}

// A nurse measures at each visit and in her report; the requester reads how it moves, the
// one who was asked and lost reads nothing of it.
func TestVitalsOfVisitsAndReports(t *testing.T) {
	testkit.Each(t, func(t *testing.T, h *testkit.House) {
		ward, a, other := h.Ward("Maternité A"), h.Nurse("Un"), h.Nurse("Deux")
		r := a.Starts(a.Accepts(ward.Asks()))
		_, err := h.Requests.Visit(a.Ctx(), r.ID, request.Passage{Outcome: request.VisitDone, Vitals: temperature(385)})
		if fault.CodeOf(err) != "nomenclature.vital_range" || fault.Fields(err)[0].Field != "vital_temp" {
			t.Fatalf("385 °C: %v", err)
		}
		h.Must(visit(h, a, r, temperature(38.549)))
		h.Forward(2 * time.Hour)
		h.Must(visit(h, a, r, []nomenclature.Reading{{Code: "temp", Value: 37.4, Unit: "°C"}, {Code: "pain", Value: 0, Unit: "/10"}}))
		h.Forward(time.Hour)
		_, err = h.Requests.FullReport(a.Ctx(), r.ID, request.CareReport{Text: "Apyrétique", Vitals: temperature(37)})
		h.Must(err)
		sh := ward.Sees(r)
		trends := request.Trends(request.Measures(sh.Visits, sh.Reports))
		if len(trends) != 2 || trends[0].Vital.Code != "temp" || len(trends[0].Points) != 3 || trends[1].Points[0].Reading.Value != 0 {
			t.Fatalf("trends: %+v", trends)
		}
		var values []float64
		for _, p := range trends[0].Points {
			values = append(values, p.Reading.Value)
		}
		if values[0] != 38.5 || values[1] != 37.4 || values[2] != 37 {
			t.Errorf("temperatures: %v", values)
		}
		if sh := other.Sees(r); len(sh.Visits)+len(sh.Reports) != 0 {
			t.Error("who was not chosen reads what was measured")
		}
	})
}

func visit(h *testkit.House, who *testkit.Person, r request.Request, vitals []nomenclature.Reading) error {
	_, err := h.Requests.Visit(who.Ctx(), r.ID, request.Passage{Outcome: request.VisitDone, Vitals: vitals})
	return err
}

// A full report comes back as it was written, plans the next visit, and what it may not
// say is named field by field.
func TestFullReport(t *testing.T) {
	testkit.Each(t, func(t *testing.T, h *testkit.House) {
		ward, a := h.Ward("Maternité A"), h.Nurse("Un")
		r := a.Accepts(ward.Asks(func(a *request.Ask) { a.Acts = []nomenclature.ActCode{"IDE08", "IDE01"} }))
		next := h.Clock.Now().Add(20 * time.Hour)
		if _, err := h.Requests.FullReport(a.Ctx(), r.ID, request.CareReport{Text: "Vu", Next: next}); fault.CodeOf(err) != "request.report_next" {
			t.Errorf("a next visit before care has begun: %v", err)
		}
		a.Starts(r)
		_, err := h.Requests.FullReport(a.Ctx(), r.ID, request.CareReport{
			Acts: []nomenclature.ActCode{"IDE27"}, Vitals: temperature(50), Tolerance: "so-so", Wound: &request.Wound{Stage: "9", Length: 900}, Warn: []request.Warned{"press"},
		})
		if n := len(fault.Fields(err)); n != 7 {
			t.Errorf("%d faults: %v", n, err)
		}
		full := request.CareReport{
			Text: "Plaie propre.", Seen: h.Clock.Now().Add(-time.Hour), Acts: []nomenclature.ActCode{"IDE08"}, Vitals: temperature(37.2),
			Wound: &request.Wound{Stage: "2", Aspect: "granulating", Length: 32, Width: 18, Depth: 4}, Tolerance: "good", Adverse: "Malaise bref au lever.",
			Next: next, Warn: []request.Warned{request.WarnGP},
		}
		_, err = h.Requests.FullReport(a.Ctx(), r.ID, full)
		h.Must(err)
		sh := ward.Sees(r)
		if len(sh.Reports) != 1 || !sh.NextVisit.Equal(next) {
			t.Fatalf("%d reports, next visit %v", len(sh.Reports), sh.NextVisit)
		}
		got := sh.Reports[0]
		if got.Text != full.Text || *got.Wound != *full.Wound || !got.Seen.Equal(full.Seen) || got.Adverse != full.Adverse || got.Vitals[0] != full.Vitals[0] {
			t.Errorf("the report became %+v", got.CareReport)
		}
		words := map[request.Section]string{}
		for _, s := range got.Said(i18n.For("fr"), time.UTC) {
			words[s.Section] = s.Text
		}
		if words[request.SectionWound] != "Stade 2\u00a0: perte de peau partielle · Rouge\u00a0: bourgeonnement · 32 × 18\u00a0mm · profondeur 4\u00a0mm" || words[request.SectionWarn] != "médecin traitant" {
			t.Errorf("in words: %q", words)
		}
	})
}

// A report written before reports had parts is a plain text, and still opens.
func TestPlainReportStillOpens(t *testing.T) {
	testkit.Each(t, func(t *testing.T, h *testkit.House) {
		ward, a := h.Ward("Maternité A"), h.Nurse("Un")
		r := a.Starts(a.Accepts(ward.Asks()))
		const text = `{"text": "ce n’est pas du JSON pour autant"}`
		h.Must(h.DB.Update(h.As(actor.System("testkit")), func(tx *db.Tx) error {
			for _, row := range []struct{ table, column, id, insert string }{
				{"report", "body", "old-report", `INSERT INTO report (id, request, body, person, name, created) VALUES ($1, $2, $3, '', 'Camille Un', $4)`},
				{"visit", "detail", "old-visit", `INSERT INTO visit (id, request, planned, done, outcome, detail, person, name, created) VALUES ($1, $2, 0, $4, 'done', $3, '', 'Camille Un', $4)`},
			} {
				sealed, err := h.Vault.Seal(tx, string(r.Patient), crypt.Place{Table: row.table, Column: row.column, Row: row.id}, []byte(text))
				if err != nil {
					return err
				}
				if _, err := tx.Exec(row.insert, row.id, string(r.ID), sealed, db.Ms(tx.Now())); err != nil {
					return err
				}
			}
			return nil
		}))
		sh := ward.Sees(r)
		if len(sh.Reports) != 1 || sh.Reports[0].Text != text || len(sh.Visits) != 1 || sh.Visits[0].Note != text {
			t.Errorf("%+v, %+v", sh.Reports, sh.Visits)
		}
	})
}

// An alert reaches those it names at once, even at night; the others are told that there
// is a report when they wake up.
func TestAlertOfAReport(t *testing.T) {
	testkit.Each(t, func(t *testing.T, h *testkit.House) {
		ward, a, gp := h.Ward("Maternité A"), h.Nurse("Un"), h.Doctor("Traitant")
		r := a.Starts(a.Accepts(ward.Asks()))
		h.Must(h.DB.Update(h.As(actor.System("testkit")), func(tx *db.Tx) error { return h.Patients.SetGP(tx, r.Patient, gp.Subject.ID) }))
		h.Until(h.Clock.Now().Truncate(24 * time.Hour).Add(23 * time.Hour)) // midnight in Paris
		before, quiet := len(gp.Phones()), len(ward.Phones())
		_, err := h.Requests.FullReport(a.Ctx(), r.ID, request.CareReport{Text: "Dyspnée", Alert: true, Warn: []request.Warned{request.WarnGP}})
		h.Must(err)
		h.Settle()
		if gp.Told(notify.RequestAlert) != 1 || len(gp.Phones()) != before+1 {
			t.Error("the registered GP is not told at once")
		}
		if ward.Told(notify.RequestAlert) != 0 || ward.Told(notify.RequestReport) != 1 || len(ward.Phones()) != quiet {
			t.Error("the ward is woken for what it was not named in")
		}
	})
}
