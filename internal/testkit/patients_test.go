package testkit_test

import (
	"slices"
	"testing"
	"time"

	"entractes/internal/base/actor"
	"entractes/internal/base/fault"
	"entractes/internal/care/nomenclature"
	"entractes/internal/care/notify"
	"entractes/internal/care/patient"
	"entractes/internal/care/request"
	"entractes/internal/infra/db"
	"entractes/internal/security/audit"
	"entractes/internal/testkit"
)

func twin(answer request.TwinAnswer) func(*request.Ask) {
	return func(a *request.Ask) { a.Twin = answer }
}

func named(family, given string) func(*request.Ask) {
	return func(a *request.Ask) { a.NewPatient.FamilyName, a.NewPatient.GivenName = family, given }
}

func opposes(p ...*testkit.Person) patient.Opposition {
	o := patient.Opposition{Scope: patient.OpposesAll, SaidBy: "patient"}
	if len(p) > 0 {
		o.Scope, o.Subject = patient.OpposesSomebody, p[0].Subject
	}
	return o
}

// knows tells whether the file of a patient exists for somebody.
func knows(h *testkit.House, p *testkit.Person, id patient.ID) bool {
	h.T.Helper()
	_, err := h.Requests.PatientFile(p.Ctx(), id)
	if err != nil && fault.KindOf(err) != fault.KindNotFound {
		h.T.Fatal(err)
	}
	return err == nil
}

func patients(h *testkit.House) (n int64) {
	h.T.Helper()
	h.Must(h.DB.View(h.T.Context(), func(tx *db.Tx) (err error) {
		n, err = db.One(tx, "patient.not_found", db.Value[int64], `SELECT count(*) FROM patient`)
		return err
	}))
	return n
}

// Somebody already known is asked for again by another ward: it learns only that she is
// known, and nothing is written before it says whether it is she.
func TestATwinIsMetBeforeAnythingIsWritten(t *testing.T) {
	testkit.Each(t, func(t *testing.T, h *testkit.House) {
		first, second, nurse := h.Ward("Maternité A"), h.Ward("Chirurgie"), h.Nurse("Un")
		known := first.Asks(named("Morel", "Jeanne"))
		before := patients(h)
		again := testkit.Ask(h, named("MOREL", "jeanne"), twin(""), func(a *request.Ask) { a.NewPatient.Street, a.NewPatient.Code = "5 rue Neuve", "" })
		for _, try := range []func() error{
			func() error { _, err := h.Requests.Trigger(second.Ctx(), again); return err },
			func() error { _, err := h.Requests.Save(second.Ctx(), again); return err },
		} {
			if err := try(); fault.KindOf(err) != fault.KindConflict || fault.CodeOf(err) != "request.patient_twin" || fault.Fields(err)[0].Field != "twin" || len(fault.Fields(err)[0].Values) != 0 {
				t.Errorf("the twin is not met: %v", err)
			}
		}
		if patients(h) != before || knows(h, second, known.Patient) {
			t.Fatal("something was written, or the file opened")
		}

		unsaid := again
		unsaid.Twin, unsaid.Consent = request.TwinSame, false
		if _, err := h.Requests.Save(second.Ctx(), unsaid); fault.CodeOf(err) != "request.consent" {
			t.Errorf("a draft opens the file without the patient's word: %v", err)
		}
		again.Twin = request.TwinSame
		used, err := h.Requests.Trigger(second.Ctx(), again)
		h.Must(err)
		h.Settle()
		if used.Patient != known.Patient || patients(h) != before || !knows(h, second, known.Patient) {
			t.Error("the file is not used")
		}
		nurse.Accepts(used)
		if sh := nurse.Sees(used); sh.Patient.Identity.Street != "5 rue Neuve" || sh.Patient.Identity.Code != "" || sh.Patient.Identity.FamilyName != "Morel" {
			t.Errorf("where she lives now is not known, or who she is has changed: %+v", sh.Patient.Identity)
		}

		third := h.Ward("Gériatrie")
		kept, err := h.Requests.Save(third.Ctx(), testkit.Ask(h, named("Morel", "Jeanne"), twin(request.TwinSame)))
		h.Must(err)
		file, err := h.Requests.PatientFile(third.Ctx(), kept.Patient)
		h.Must(err)
		if kept.Patient != known.Patient || len(file.Agreements) != 3 || file.Agreements[0].Request != string(kept.ID) {
			t.Errorf("a draft uses %s with %d agreements", kept.Patient, len(file.Agreements))
		}
		trail, err := h.Patients.Accesses(h.As(actor.Actor{Account: "dpo", Roles: []actor.Role{actor.RoleAuditor}}), known.Patient)
		h.Must(err)
		if !slices.ContainsFunc(trail, func(l audit.Line) bool {
			return l.Action == "patient.twin_used" && l.Account == string(second.Account)
		}) {
			t.Error("that her file was used is not in its trail")
		}

		h.Must(h.Requests.Oppose(first.Ctx(), known.Patient, opposes(second)))
		if r := second.Asks(named("Morel", "Jeanne"), twin("")); r.Patient == known.Patient {
			t.Error("whom she opposes meets her file")
		}

		other := third.Asks(named("Morel", "Jeanne"), twin(request.TwinOther))
		if other.Patient == known.Patient || patients(h) != before+2 {
			t.Error("somebody else has the same file")
		}
		if r := second.Asks(named("Morel", "Jeanneton"), twin("")); r.Patient == known.Patient {
			t.Error("another name is the same person")
		}
	})
}

// Two files of one person become one: both wards read both requests, a nurse sees one
// patient, what was sealed for either stays readable; undone, each is on its own again.
func TestMergedFilesFollowTheirRequests(t *testing.T) {
	testkit.Each(t, func(t *testing.T, h *testkit.House) {
		first, second, nurse, doctor := h.Ward("Maternité A"), h.Ward("Chirurgie"), h.Nurse("Un"), h.Doctor("Toubib")
		supervisor := h.Supervisor(actor.RoleSupervisorNurse)
		one, two := first.Asks(testkit.Motive("Pansement.")), second.Asks(testkit.Motive("Injection."))
		nurse.Accepts(one)
		nurse.Accepts(two)
		h.Usual(two.Patient, doctor)
		list := func(p *testkit.Person) int {
			all, err := h.Requests.PatientList(p.Ctx())
			h.Must(err)
			return len(all)
		}
		if knows(h, second, one.Patient) || list(nurse) != 2 {
			t.Fatal("they are one already")
		}
		id, err := h.Patients.MergeFiles(supervisor.Ctx(), one.Patient, two.Patient, "document")
		h.Must(err)
		if !knows(h, second, one.Patient) || !knows(h, first, two.Patient) || list(nurse) != 1 || list(doctor) != 1 {
			t.Error("the files are not read as one")
		}
		for _, asked := range []patient.ID{one.Patient, two.Patient} {
			file, err := h.Requests.PatientFile(nurse.Ctx(), asked)
			h.Must(err)
			if file.Patient.ID != one.Patient || len(file.Requests) != 2 || len(file.Team) != 1 {
				t.Errorf("%s opens %s with %d requests and %d members", asked, file.Patient.ID, len(file.Requests), len(file.Team))
			}
		}
		if sh := nurse.Sees(two); sh.Details.Motive != "Injection." || sh.Patient.ID != one.Patient {
			t.Errorf("the request of the merged file: %+v", sh.Details)
		}
		if r := second.Asks(testkit.For(two.Patient)); r.Patient != one.Patient {
			t.Error("a new request is written in the file that is gone")
		}
		nurse.Suspends(one, nomenclature.Hospitalised)
		if sh := nurse.Sees(two); sh.State != request.Suspended {
			t.Errorf("in hospital, her other request is %s", sh.State)
		}
		h.Must(h.Patients.UnmergeFiles(supervisor.Ctx(), id))
		if !knows(h, second, one.Patient) || knows(h, first, two.Patient) || list(nurse) != 2 {
			t.Error("the files are not apart again, or what was asked meanwhile is lost")
		}
	})
}

// The patient opposes one of the people asked: he loses sight of the request at once, is told
// that he is no longer needed, and is asked in no later search; another may still come.
func TestAnOppositionToSomebodyActsAtOnce(t *testing.T) {
	testkit.Each(t, func(t *testing.T, h *testkit.House) {
		ward, a, b := h.Ward("Maternité A"), h.Nurse("Un"), h.Nurse("Deux")
		supervisor := h.Supervisor(actor.RoleSupervisorNurse)
		r := ward.Asks()
		offer := a.OfferOn(r)
		if err := h.Requests.Oppose(b.Ctx(), r.Patient, opposes(a)); fault.KindOf(err) != fault.KindNotFound {
			t.Errorf("who is only asked records an opposition: %v", err)
		}
		h.Must(h.Requests.Oppose(ward.Ctx(), r.Patient, opposes(a)))
		h.Settle()
		if _, err := h.Requests.Show(a.Ctx(), r.ID); fault.KindOf(err) != fault.KindNotFound {
			t.Errorf("he still sees it: %v", err)
		}
		if _, err := h.Requests.Accept(a.Ctx(), offer, ""); fault.KindOf(err) != fault.KindNotFound {
			t.Errorf("he still takes it: %v", err)
		}
		home, err := h.Requests.Home(a.Ctx())
		h.Must(err)
		if a.Told(notify.OfferCancelled) != 1 || b.Told(notify.OfferCancelled) != 0 || len(home.Waiting) != 0 {
			t.Error("he is not told, or still asked")
		}
		if sh := supervisor.Sees(r); sh.State != request.Searching {
			t.Errorf("the search is %s for the others", sh.State)
		}
		b.Accepts(r)
		again := ward.Asks(testkit.For(r.Patient))
		asked := h.Asked(supervisor, again)
		if _, there := asked[a.Subject]; there || len(asked) != 1 {
			t.Errorf("he is asked again: %v", asked)
		}
		for _, res := range supervisor.Sees(again).Rounds[0].Resources {
			if res.Who.Subject == a.Subject && res.Verdict != request.VerdictOpposed {
				t.Errorf("he is not asked because %s", res.Verdict)
			}
		}
		if _, err := h.Requests.Place(supervisor.Ctx(), again.ID, request.Placement{Person: a.Subject.ID}); fault.CodeOf(err) != "request.placed_opposed" {
			t.Errorf("he is placed: %v", err)
		}
		withdraw(h, ward, r.Patient)
		if later := ward.Asks(testkit.For(r.Patient)); a.OfferOn(later) == "" {
			t.Error("withdrawn, the opposition still counts")
		}
	})
}

// withdraw ends every opposition of a patient.
func withdraw(h *testkit.House, p *testkit.Person, id patient.ID) {
	h.T.Helper()
	file, err := h.Requests.PatientFile(p.Ctx(), id)
	h.Must(err)
	for _, o := range file.Oppositions.Standing() {
		h.Must(h.Requests.WithdrawOpposition(p.Ctx(), id, o.ID))
	}
	h.Settle()
}

// The only one asked is opposed: the search moves on, and ends when nobody is left.
func TestAnOppositionToTheLastOneEndsTheSearch(t *testing.T) {
	testkit.Each(t, func(t *testing.T, h *testkit.House) {
		ward, a := h.Ward("Maternité A"), h.Nurse("Un")
		r := ward.Asks()
		h.Must(h.Requests.Oppose(ward.Ctx(), r.Patient, opposes(a)))
		h.Settle()
		if sh := ward.Sees(r); sh.State != request.Unfilled || h.DeskTold(notify.RequestUnfilled) != 1 {
			t.Errorf("the request is %s", sh.State)
		}
	})
}

// Who carries the request is opposed: he reads nothing of it any more, not even in his
// lists, and the desk and the requester are told to find another.
func TestAnOppositionToWhoCarriesIt(t *testing.T) {
	testkit.Each(t, func(t *testing.T, h *testkit.House) {
		ward, a, b := h.Ward("Maternité A"), h.Nurse("Un"), h.Nurse("Deux")
		supervisor := h.Supervisor(actor.RoleSupervisorNurse)
		r := ward.Asks()
		h.Usual(r.Patient, a)
		a.Accepts(r)
		h.Must(h.Requests.Oppose(ward.Ctx(), r.Patient, opposes(a)))
		h.Settle()
		home, err := h.Requests.Home(a.Ctx())
		h.Must(err)
		list, err := h.Requests.PatientList(a.Ctx())
		h.Must(err)
		if knows(h, a, r.Patient) || len(home.InCharge) != 0 || len(list) != 0 {
			t.Errorf("he still reads it: %d carried, %d patients", len(home.InCharge), len(list))
		}
		if h.DeskTold(notify.RequestOpposed) != 1 || ward.Told(notify.RequestOpposed) != 1 || a.Told(notify.RequestOpposed) != 0 {
			t.Error("those who can do something are not told")
		}
		released := supervisor.Releases(r)
		if asked := h.Asked(supervisor, released); len(asked) != 1 || asked[b.Subject].Asked.IsZero() {
			t.Errorf("after the release: %v", asked)
		}
	})
}

// Somebody opposed proposed, or was asked to take over: neither brings him in.
func TestAnOppositionToWhoProposedOrWouldTakeOver(t *testing.T) {
	testkit.Each(t, func(t *testing.T, h *testkit.House) {
		ward, a, b := h.Ward("Maternité A"), h.Nurse("Un"), h.Nurse("Deux")
		r := ward.Asks(forDays(5))
		offer := a.OfferOn(r)
		a.Proposes(r, request.Proposal{Days: 2})
		h.Must(h.Requests.Oppose(ward.Ctx(), r.Patient, opposes(a)))
		h.Settle()
		if sh := ward.Sees(r); len(sh.Proposals) != 0 {
			t.Errorf("his proposal is still there: %+v", sh.Proposals)
		}
		if _, err := h.Requests.TakeProposal(ward.Ctx(), offer); fault.KindOf(err) != fault.KindConflict {
			t.Errorf("it is retained: %v", err)
		}
		b.Accepts(r)
		if _, err := h.Requests.OfferHandOver(b.Ctx(), r.ID, a.Subject); fault.CodeOf(err) != "request.colleague_opposed" {
			t.Errorf("he is asked to take over: %v", err)
		}
		withdraw(h, ward, r.Patient)
		_, err := h.Requests.OfferHandOver(b.Ctx(), r.ID, a.Subject)
		h.Must(err)
		h.Must(h.Requests.Oppose(ward.Ctx(), r.Patient, opposes(a)))
		if _, err := h.Requests.AgreeHandOver(a.Ctx(), r.ID); err == nil {
			t.Error("he took over")
		}
	})
}

// A search that was being opened when the opposition was said is looked at again.
func TestASearchThatMissedTheOpposition(t *testing.T) {
	testkit.Each(t, func(t *testing.T, h *testkit.House) {
		ward, a, b := h.Ward("Maternité A"), h.Nurse("Un"), h.Nurse("Deux")
		r := ward.Asks()
		h.Must(h.Requests.Oppose(ward.Ctx(), r.Patient, opposes(a)))
		missed := ward.Asks(testkit.For(r.Patient))
		// As if it had been opened before: he is asked, and the opposition is there.
		h.Must(h.DB.Update(h.As(actor.System("test")), func(tx *db.Tx) error {
			_, err := tx.Exec(`UPDATE offer SET state = 'pending', decided = 0 WHERE request = $1 AND recipient = $2`, string(r.ID), a.Subject.ID)
			return err
		}))
		h.Forward(time.Minute)
		if asked := pending(h, r); asked[a.Subject.ID] || !asked[b.Subject.ID] {
			t.Errorf("still asked: %v", asked)
		}
		if len(h.Offers(missed)) != 1 {
			t.Error("he is asked after it")
		}
	})
}

// A whole profession, and a whole ward.
func TestAnOppositionToAProfessionOrAService(t *testing.T) {
	testkit.Each(t, func(t *testing.T, h *testkit.House) {
		ward, other, a, gp := h.Ward("Maternité A"), h.Ward("Chirurgie"), h.Nurse("Un"), h.Doctor("Toubib")
		r, by := ward.Asks(), other.Asks()
		h.Must(h.DB.Update(h.As(actor.System("test")), func(tx *db.Tx) error { return h.Patients.SetGP(tx, r.Patient, gp.Subject.ID) }))
		nurses := patient.Opposition{Scope: patient.OpposesProfession, Profession: nomenclature.Nurse, SaidBy: "representative"}
		h.Must(h.Requests.Oppose(gp.Ctx(), r.Patient, nurses))
		h.Settle()
		if sh := ward.Sees(r); sh.State != request.Unfilled {
			t.Errorf("with every nurse opposed, the request is %s", sh.State)
		}
		if _, err := h.Requests.Trigger(gp.Ctx(), testkit.Ask(h, testkit.For(r.Patient))); fault.CodeOf(err) != "request.opposed_profession" {
			t.Errorf("a nurse is asked for: %v", err)
		}
		gp.Asks(testkit.For(r.Patient), func(a *request.Ask) { a.Profession, a.Acts = nomenclature.Physio, []nomenclature.ActCode{"MK08"} })
		if _, err := h.Requests.Show(a.Ctx(), r.ID); fault.KindOf(err) != fault.KindNotFound {
			t.Errorf("the nurse still sees it: %v", err)
		}

		h.Must(h.Requests.Oppose(h.Supervisor(actor.RoleSupervisorNurse).Ctx(), by.Patient, opposes(other)))
		h.Settle()
		home, err := h.Requests.Home(other.Ctx())
		h.Must(err)
		if knows(h, other, by.Patient) || len(home.Mine) != 0 {
			t.Error("the ward still reads what it asked")
		}
	})
}

// The patient opposes any sharing: no search goes on or starts, the usual team and the
// people asked read nothing, who already asked or carries keeps what he has.
func TestAnOppositionToAnySharing(t *testing.T) {
	testkit.Each(t, func(t *testing.T, h *testkit.House) {
		ward, a, b, gp := h.Ward("Maternité A"), h.Nurse("Un"), h.Nurse("Deux"), h.Doctor("Toubib")
		carried := ward.Asks()
		h.Usual(carried.Patient, gp)
		a.Accepts(carried)
		open := ward.Asks(testkit.For(carried.Patient))
		draft, err := h.Requests.Save(ward.Ctx(), testkit.Ask(h, testkit.For(carried.Patient)))
		h.Must(err)
		h.Must(h.Requests.Oppose(ward.Ctx(), carried.Patient, opposes()))
		h.Settle()
		if sh := ward.Sees(open); sh.State != request.Unfilled {
			t.Errorf("the search is %s", sh.State)
		}
		if knows(h, gp, carried.Patient) || knows(h, b, carried.Patient) || !knows(h, ward, carried.Patient) || !knows(h, a, carried.Patient) {
			t.Error("who reads the file is not who should")
		}
		if b.Told(notify.OfferCancelled) != 1 {
			t.Error("who was asked is not told")
		}
		for _, try := range []struct {
			name string
			err  error
		}{
			{"trigger", triggers(h, ward, testkit.Ask(h, testkit.For(carried.Patient)))},
			{"trigger a draft", triggers(h, ward, testkit.Ask(h, testkit.For(carried.Patient), func(a *request.Ask) { a.Draft = draft.ID }))},
			{"retry", second(h.Requests.Retry(ward.Ctx(), open.ID, time.Time{}))},
		} {
			if fault.CodeOf(try.err) != "request.opposed" {
				t.Errorf("%s: %v", try.name, try.err)
			}
		}
		told := gp.Told(notify.RequestCompleted)
		a.Starts(carried)
		a.Completes(carried)
		if gp.Told(notify.RequestCompleted) != told {
			t.Error("the usual team is still told")
		}
		withdraw(h, ward, carried.Patient)
		if back := ward.Retries(open); back.State != request.Searching {
			t.Errorf("withdrawn, a retry makes it %s", back.State)
		}
	})
}

func pending(h *testkit.House, r request.Request) map[string]bool {
	h.T.Helper()
	out := map[string]bool{}
	h.Must(h.DB.View(h.T.Context(), func(tx *db.Tx) error {
		ids, err := db.All(tx, db.Value[string], `SELECT recipient FROM offer WHERE dispatch = $1 AND state = 'pending'`, string(r.Dispatch))
		for _, id := range ids {
			out[id] = true
		}
		return err
	}))
	return out
}

func triggers(h *testkit.House, p *testkit.Person, a request.Ask) error {
	return second(h.Requests.Trigger(p.Ctx(), a))
}

func second(_ request.Request, err error) error { return err }
