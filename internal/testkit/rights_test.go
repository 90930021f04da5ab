package testkit_test

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"entractes/internal/base/actor"
	"entractes/internal/base/civil"
	"entractes/internal/base/fault"
	"entractes/internal/base/i18n"
	"entractes/internal/care/notify"
	"entractes/internal/care/paper"
	"entractes/internal/care/patient"
	"entractes/internal/care/request"
	"entractes/internal/care/retention"
	"entractes/internal/care/supervise"
	"entractes/internal/infra/db"
	"entractes/internal/infra/pdf/pdftest"
	"entractes/internal/security/audit"
	"entractes/internal/testkit"
)

// wholeLife is a request that was asked, carried and reported, with everything that can be said in one.
type wholeLife struct {
	request.Request
	ward, nurse, gp *testkit.Person
}

func liveWhole(h *testkit.House) wholeLife {
	h.T.Helper()
	l := wholeLife{ward: h.Ward("Chirurgie A"), nurse: h.Nurse("Vabre"), gp: h.Doctor("Martel")}
	doc := l.ward.Keeps(h.Prescription())
	l.Request = l.ward.Asks(testkit.Motive("plaie brumazine du talon"), testkit.With(doc))
	h.Must(h.DB.Update(h.As(actor.System("test")), func(tx *db.Tx) error { return h.Patients.SetGP(tx, l.Patient, l.gp.Subject.ID) }))
	l.nurse.Accepts(l.Request)
	l.nurse.Starts(l.Request)
	l.nurse.Visits(l.Request, "pansement grisolune refait", time.Time{})
	l.nurse.Reports(l.Request, "cicatrisation mirlifoxe en bonne voie")
	h.Must(h.Requests.Write(l.ward.Ctx(), l.ID, "merci pour la xylophonite"))
	l.Request = l.nurse.Completes(l.Request)
	h.Settle()
	return l
}

// proven is somebody who has just proved who he is.
func proven(h *testkit.House, p *testkit.Person) actor.Actor {
	who := p.Actor
	who.Proved = h.Clock.Now()
	return who
}

// Somebody who supervises and does not read a file opens it for an emergency: he says why, reads for an hour, and everybody
// concerned knows.
func TestGlassIsBroken(t *testing.T) {
	testkit.Each(t, func(t *testing.T, h *testkit.House) {
		l := liveWhole(h)
		midwives, nurses, operator, elsewhere := h.Supervisor(actor.RoleSupervisorMidwife), h.Supervisor(actor.RoleSupervisorNurse), h.Supervisor(actor.RoleOperator), h.SupervisorOf("ailleurs", actor.RoleSupervisorMidwife)
		reads := func(p *testkit.Person) bool {
			t.Helper()
			sh, err := h.Requests.Show(p.Ctx(), l.ID)
			h.Must(err)
			return sh.Details != nil && sh.Details.Motive != "" && len(sh.Reports) == 1
		}
		if reads(midwives) || reads(operator) || !reads(nurses) {
			t.Error("who reads a request of nurses that is over")
		}
		why := patient.Glass{Reason: "emergency", Note: "La personne est aux urgences, on demande les soins."}
		for name, try := range map[string]struct {
			who  actor.Actor
			g    patient.Glass
			code string
		}{
			"not proven":  {midwives.Actor, why, "auth.prove"},
			"no reason":   {proven(h, midwives), patient.Glass{Note: why.Note}, "glass.reason"},
			"no sentence": {proven(h, midwives), patient.Glass{Reason: "alert", Note: "  "}, "glass.note"},
			"elsewhere":   {proven(h, elsewhere), why, "patient.not_found"},
			"a nurse":     {proven(h, h.Nurse("Autre")), why, "patient.not_found"},
			"the ward":    {proven(h, l.ward), why, "patient.not_found"},
		} {
			err := h.Requests.BreakGlass(h.As(try.who), l.Patient, try.g)
			if code := fault.CodeOf(fault.Fields(err)[0]); code != try.code {
				t.Errorf("%s: %v", name, err)
			}
		}
		if reads(midwives) {
			t.Error("a refusal opened the file")
		}
		h.Must(h.Requests.BreakGlass(h.As(proven(h, midwives)), l.Patient, why))
		h.Settle()
		if !reads(midwives) || reads(operator) {
			t.Error("the file opens to her, and to her alone")
		}
		if l.gp.Told(notify.PatientGlass) != 1 {
			t.Error("the registered GP was not told")
		}
		log, err := h.Requests.AccessLog(nurses.Ctx(), l.Patient)
		h.Must(err)
		printed := paper.Accesses(i18n.For("fr"), log)
		if rows := printed.Sections[0].Table.Rows; !slices.ContainsFunc(rows, func(row []string) bool {
			return strings.Contains(row[3], "ouverture en urgence (Urgence pour la personne)")
		}) {
			t.Errorf("the trail does not say it: %v", rows)
		}
		h.Forward(time.Hour)
		if reads(midwives) {
			t.Error("she still reads an hour later")
		}
	})
}

// The copy of a file holds everything that is held about a person, as pages and as data, with what is attached; the reader
// puts in it what he may read and no more.
func TestAFileIsCopied(t *testing.T) {
	testkit.Each(t, func(t *testing.T, h *testkit.House) {
		l := liveWhole(h)
		midwives := h.Supervisor(actor.RoleSupervisorMidwife)
		if _, err := h.Requests.Copy(l.gp.Ctx(), l.Patient); fault.CodeOf(err) != "auth.prove" {
			t.Errorf("without a fresh proof: %v", err)
		}
		if _, err := h.Requests.Copy(h.As(proven(h, h.Nurse("Autre"))), l.Patient); fault.KindOf(err) != fault.KindNotFound {
			t.Errorf("a stranger: %v", err)
		}
		c, err := h.Requests.Copy(h.As(proven(h, midwives)), l.Patient)
		h.Must(err)
		if c.Kept != 1 || c.Sheets[0].Details != nil || len(c.Documents) != 0 {
			t.Errorf("a copy by who does not read the texts: %d kept, %+v", c.Kept, c.Sheets[0].Details)
		}
		// What the two sides wrote to each other is theirs; the house itself copies everything.
		all, err := h.Requests.Copy(h.As(actor.System("test")), l.Patient)
		h.Must(err)
		if sh := all.Sheets[0]; all.Kept != 0 || len(sh.Messages) != 1 || sh.Details == nil || len(all.Documents) != 1 {
			t.Errorf("the house copies %+v", sh)
		}
		// Through the pages, as the registered GP.
		site := h.Site()
		answer, err := site.SignedIn(l.gp).Get(site.URL + "/patients/" + string(l.Patient) + "/copie")
		h.Must(err)
		body, err := io.ReadAll(answer.Body)
		h.Must(err)
		h.Must(answer.Body.Close())
		if answer.StatusCode != http.StatusOK || answer.Header.Get("Content-Type") != "application/zip" || answer.Header.Get("Cache-Control") != "no-store" {
			t.Fatalf("%d %v", answer.StatusCode, answer.Header)
		}
		z, err := zip.NewReader(bytes.NewReader(body), int64(len(body)))
		h.Must(err)
		files := map[string][]byte{}
		for _, f := range z.File {
			r, err := f.Open()
			h.Must(err)
			files[f.Name], err = io.ReadAll(r)
			h.Must(err)
		}
		var data struct {
			Format   string
			Patient  struct{ Identity map[string]any }
			Requests []struct {
				Details   map[string]any
				Reports   []map[string]any
				Visits    []map[string]any
				Messages  []map[string]any
				Timeline  []map[string]any
				Documents []struct{ File string }
			}
			Accesses []map[string]any
		}
		h.Must(json.Unmarshal(files["dossier.json"], &data))
		if data.Format != "entractes.copy/1" || data.Patient.Identity["street"] == "" || len(data.Requests) != 1 {
			t.Fatalf("%s", files["dossier.json"])
		}
		r := data.Requests[0]
		if r.Details["motive"] != "plaie brumazine du talon" || len(r.Reports) != 1 || len(r.Visits) != 1 || len(r.Messages) != 0 || len(r.Timeline) < 5 || len(data.Accesses) == 0 {
			t.Errorf("%s", files["dossier.json"])
		}
		if len(r.Documents) == 0 || len(files[r.Documents[0].File]) == 0 {
			t.Errorf("the document is not in the archive: %v", r.Documents)
		}
		words := pdftest.Words(t, files["dossier.pdf"])
		for _, word := range []string{"brumazine", "grisolune", "mirlifoxe", "Chirurgie A"} {
			if !strings.Contains(words, word) {
				t.Errorf("%q is not in the pages", word)
			}
		}
		if strings.Contains(pdftest.Words(t, files["acces.pdf"]), "brumazine") {
			t.Error("the trail holds what was read")
		}
	})
}

// The trail is read whole by the auditor and who supervises, without anything of the file for the former; others read their own.
func TestWhoReadsTheTrail(t *testing.T) {
	testkit.Each(t, func(t *testing.T, h *testkit.House) {
		l := liveWhole(h)
		auditor, nurses, stranger := h.Supervisor(actor.RoleAuditor), h.Supervisor(actor.RoleSupervisorNurse), h.Nurse("Autre")
		all, err := h.Requests.AccessLog(auditor.Ctx(), l.Patient)
		h.Must(err)
		if !all.Whole || all.Name != "" || len(all.Lines) < 5 {
			t.Errorf("the auditor reads %d lines of %q", len(all.Lines), all.Name)
		}
		if seen, err := h.Requests.AccessLog(nurses.Ctx(), l.Patient); err != nil || !seen.Whole || seen.Name == "" {
			t.Errorf("who supervises: %+v, %v", seen.Whole, err)
		}
		own, err := h.Requests.AccessLog(l.nurse.Ctx(), l.Patient)
		h.Must(err)
		for _, line := range own.Lines {
			if line.Account != string(l.nurse.Account) {
				t.Errorf("she reads the access of %s", line.Name)
			}
		}
		if own.Whole || len(own.Lines) == 0 {
			t.Errorf("her own accesses: %d", len(own.Lines))
		}
		for _, who := range []*testkit.Person{stranger, h.Supervisor(actor.RoleTerritoryAdmin), h.SupervisorOf("ailleurs", actor.RoleAuditor)} {
			if _, err := h.Requests.AccessLog(who.Ctx(), l.Patient); fault.KindOf(err) != fault.KindNotFound {
				t.Errorf("%s: %v", who.Name, err)
			}
		}
	})
}

// At its term a file is erased: no word of it is left anywhere, what must be kept is read by whoever may, and a hold
// or a child keeps it. Before, it is refused, and the day is told.
func TestAFileIsErasedAtItsTerm(t *testing.T) {
	testkit.Each(t, func(t *testing.T, h *testkit.House) {
		l := liveWhole(h)
		keeper, nurses := h.Supervisor(actor.RoleTerritoryAdmin), h.Supervisor(actor.RoleSupervisorNurse)
		plan := func() retention.Plan {
			t.Helper()
			p, err := h.Retention.Plan(keeper.Ctx(), testkit.Territory)
			h.Must(err)
			return p
		}
		if p := plan(); len(p.Due) != 0 {
			t.Errorf("due at once: %+v", p.Due)
		}
		err := h.Retention.Erase(keeper.Ctx(), l.Patient)
		if fault.CodeOf(err) != "retention.before_term" || !slices.Contains(fault.Fields(err)[0].Values, any("2046-03-16")) {
			t.Errorf("before its term: %v", err)
		}
		for _, who := range []*testkit.Person{nurses, l.gp, h.Supervisor(actor.RolePlatformAdmin), h.SupervisorOf("ailleurs", actor.RoleTerritoryAdmin)} {
			if err := h.Retention.Erase(who.Ctx(), l.Patient); fault.KindOf(err) != fault.KindNotFound {
				t.Errorf("%s erases: %v", who.Name, err)
			}
		}
		h.Clock.Advance(21 * 365 * 24 * time.Hour)
		h.Must(h.Retention.Start(h.As(actor.System("test"))))
		h.Settle()
		if p := plan(); len(p.Due) != 1 || p.Due[0].ID != l.Patient || p.Due[0].Requests != 1 || p.Erases {
			t.Fatalf("%+v", p)
		}
		h.Must(h.Retention.Hold(keeper.Ctx(), l.Patient, "réclamation en cours"))
		if p := plan(); len(p.Due) != 0 || len(p.Holds) != 1 {
			t.Errorf("held: %+v", p)
		}
		if err := h.Retention.Erase(keeper.Ctx(), l.Patient); fault.CodeOf(err) != "retention.held" {
			t.Errorf("held: %v", err)
		}
		h.Rule("keep.erase", "true")
		h.Forward(25 * time.Hour)
		if file, err := h.Requests.PatientFile(l.gp.Ctx(), l.Patient); err != nil || file.Patient.Identity.FamilyName == "Dossier effacé" {
			t.Errorf("erased while it is held: %v", err)
		}
		h.Must(h.Retention.Release(keeper.Ctx(), l.Patient))
		h.Forward(25 * time.Hour)
		if p := plan(); len(p.Due) != 0 || len(p.Done) != 1 || p.Done[0].Ground != retention.AtTerm {
			t.Fatalf("%+v", p)
		}
		gone(t, h, l, nurses)
	})
}

// gone fails the test when something of the person is left, or when what must be kept is not read any more.
func gone(t *testing.T, h *testkit.House, l wholeLife, nurses *testkit.Person) {
	t.Helper()
	file, err := h.Requests.PatientFile(l.ward.Ctx(), l.Patient)
	h.Must(err)
	if i := file.Patient.Identity; i.FamilyName != "Dossier effacé" || i.GivenName != "" || i.Street != "" || i.Phone != "" || len(file.Team) != 0 {
		t.Errorf("%+v", i)
	}
	sh, err := h.Requests.Show(l.ward.Ctx(), l.ID)
	h.Must(err)
	if sh.Details.Motive != "" || sh.Reports[0].Text != "" || sh.Visits[0].Note != "" || sh.Messages[0].Text != "" || len(sh.Documents) != 0 {
		t.Errorf("%+v", sh.Details)
	}
	if sh.State != request.Completed || len(sh.Timeline) < 5 || sh.Request.Provider.ID != l.nurse.Subject.ID {
		t.Error("what happened is not kept")
	}
	if _, blobs := h.Files(); blobs != 0 {
		t.Errorf("%d files left", blobs)
	}
	if _, err := h.Requests.Evidence(nurses.Ctx(), l.ID); err != nil {
		t.Errorf("the evidence sheet: %v", err)
	}
	if _, err := h.Supervise.Console(nurses.Ctx(), supervise.Query{}); err != nil {
		t.Errorf("the console: %v", err)
	}
	if log, err := h.Requests.AccessLog(nurses.Ctx(), l.Patient); err != nil || !slices.ContainsFunc(log.Lines, func(one audit.Line) bool { return one.Action == "patient.erase" }) {
		t.Errorf("the trail does not say it: %v", err)
	}
	twin := testkit.PatientIn(testkit.CorbeilEssonnes, "Test")
	h.Must(h.DB.Update(nurses.Ctx(), func(tx *db.Tx) error {
		if err := h.Patients.Change(tx, patient.Access{}, l.Patient, file.Patient.Version, twin); fault.CodeOf(err) != "patient.erased" {
			t.Errorf("changed once erased: %v", err)
		}
		return nil
	}))
	h.Must(h.Retention.Erase(h.As(actor.System("test")), l.Patient))
}

// A file of which nothing was ever asked is erased on demand; a child is kept until he is twenty-eight.
func TestMistakesAndChildren(t *testing.T) {
	testkit.Each(t, func(t *testing.T, h *testkit.House) {
		keeper := h.Supervisor(actor.RoleTerritoryAdmin)
		var mistake, child patient.ID
		h.Must(h.DB.Update(h.As(actor.System("test")), func(tx *db.Tx) (err error) {
			if mistake, err = h.Patients.Create(tx, string(testkit.Territory), testkit.PatientIn(testkit.CorbeilEssonnes, "Erreur")); err != nil {
				return err
			}
			young := testkit.PatientIn(testkit.CorbeilEssonnes, "Enfant")
			young.BirthDate = civil.DayFrom(2024, time.May, 2)
			child, err = h.Patients.Create(tx, string(testkit.Territory), young)
			return err
		}))
		h.Must(h.Retention.Erase(keeper.Ctx(), mistake))
		h.Clock.Advance(21 * 365 * 24 * time.Hour)
		p, err := h.Retention.Plan(keeper.Ctx(), testkit.Territory)
		h.Must(err)
		if len(p.Due) != 0 || len(p.Done) != 1 || p.Done[0].ID != mistake || p.Done[0].Ground != retention.ByMistake {
			t.Errorf("%+v", p)
		}
		h.Clock.Advance(6 * 366 * 24 * time.Hour)
		if p, err = h.Retention.Plan(keeper.Ctx(), testkit.Territory); err != nil || len(p.Due) != 1 || p.Due[0].ID != child {
			t.Errorf("a child who is twenty-nine: %+v, %v", p.Due, err)
		}
		if err := h.Retention.Hold(keeper.Ctx(), "nobody", "réclamation"); fault.KindOf(err) != fault.KindNotFound {
			t.Errorf("a file that is none: %v", err)
		}
	})
}
