package testkit_test

import (
	"bytes"
	"slices"
	"strings"
	"testing"
	"time"

	"entractes/internal/base/actor"
	"entractes/internal/base/fault"
	"entractes/internal/care/notify"
	"entractes/internal/care/request"
	"entractes/internal/care/territory"
	"entractes/internal/infra/db"
	"entractes/internal/infra/media"
	"entractes/internal/testkit"
)

// A prescription photographed with the request is opened by the service that asked and
// by the desk, and by nobody else before one accepts; then by him, by the usual team and
// the registered GP. Whoever was asked and lost never opens it, and one who releases no longer does.
func TestADocumentIsOpenedAfterAcceptance(t *testing.T) {
	testkit.Each(t, func(t *testing.T, h *testkit.House) {
		ward, colleague, other := h.Ward("Maternité A"), h.Nurse("Deux"), h.Ward("Chirurgie")
		nurse, usual, gp := h.Nurse("Un"), h.Professional(testkit.Professional{Name: "Habituelle", Covers: []string{"Évry-Courcouronnes"}}), h.Doctor("Traitant")
		operator := h.Supervisor(actor.RoleOperator)
		supervisor, foreign := h.Supervisor(actor.RoleSupervisorNurse), h.Supervisor(actor.RoleSupervisorMidwife)
		doc := ward.Keeps(h.Prescription())
		r := ward.Asks(testkit.With(doc))
		h.Usual(r.Patient, usual)
		h.Must(h.DB.Update(h.As(actor.System("test")), func(tx *db.Tx) error { return h.Patients.SetGP(tx, r.Patient, gp.Subject.ID) }))
		everybody := map[string]*testkit.Person{
			"ward": ward, "operator": operator, "supervisor": supervisor, "another supervisor": foreign, "another ward": other, "nurse": nurse, "colleague": colleague, "usual": usual, "GP": gp,
		}
		check := func(when string, may ...string) {
			t.Helper()
			for name, p := range everybody {
				if got := p.Opens(doc); got != slices.Contains(may, name) {
					t.Errorf("%s, the %s opens it: %v", when, name, got)
				}
			}
		}
		check("while searching", "ward", "operator", "supervisor")
		if sh := nurse.Sees(r); len(sh.Documents) != 0 || sh.Care.Prescription != request.PrescriptionAttached {
			t.Errorf("asked, the nurse reads %q and %d documents", sh.Care.Prescription, len(sh.Documents))
		}
		nurse.Accepts(r)
		check("once accepted", "ward", "operator", "supervisor", "nurse", "usual", "GP")
		if sh := nurse.Sees(r); len(sh.Documents) != 1 || sh.Documents[0].Name != "Ordonnance.jpg" || sh.Documents[0].Author != ward.Actor.Name {
			t.Errorf("the provider reads %+v", sh.Documents)
		}
		if sh := colleague.Sees(r); len(sh.Documents) != 0 {
			t.Error("a colleague who lost reads the list")
		}
		file, err := h.Requests.PatientFile(gp.Ctx(), r.Patient)
		if h.Must(err); len(file.Documents) != 1 || file.Documents[0].Request != r.ID {
			t.Errorf("the file of the patient shows %+v", file.Documents)
		}
		r = nurse.Releases(r)
		check("after the release", "ward", "operator", "supervisor")
		r = usual.Accepts(r)
		usual.Starts(r)
		usual.Completes(r)
		check("once completed", "ward", "supervisor", "usual", "GP")
		if _, _, err := h.Requests.OpenDocument(nurse.Ctx(), doc); fault.KindOf(err) != fault.KindNotFound {
			t.Errorf("refused, it still seems to exist: %v", err)
		}
	})
}

// Documents go both ways, and the other side is told that one waits, without a word of what it is.
func TestDocumentsBothWays(t *testing.T) {
	testkit.Each(t, func(t *testing.T, h *testkit.House) {
		ward, nurse, lost := h.Ward("Maternité A"), h.Nurse("Un"), h.Nurse("Deux")
		r := ward.Asks()
		early := ward.Attaches(r, request.Upload{Kind: request.DocLetter, Name: "Lettre de sortie.pdf", Data: h.Photo()})
		if lost.Told(notify.RequestDocument)+nurse.Told(notify.RequestDocument) != 0 {
			t.Error("people asked are told")
		}
		if _, err := h.Requests.Attach(nurse.Ctx(), r.ID, h.Prescription()); fault.KindOf(err) != fault.KindForbidden {
			t.Errorf("attached by somebody who is only asked: %v", err)
		}
		nurse.Accepts(r)
		result := nurse.Attaches(r, request.Upload{Kind: request.DocResult, Name: "Bilan EXEMPLE Alix.png", Data: h.Photo()})
		late := ward.Attaches(r, h.Prescription())
		if ward.Told(notify.RequestDocument) != 1 || nurse.Told(notify.RequestDocument) != 1 || lost.Told(notify.RequestDocument) != 0 {
			t.Errorf("told: the ward %d, the nurse %d", ward.Told(notify.RequestDocument), nurse.Told(notify.RequestDocument))
		}
		for _, m := range append(ward.Phones(), nurse.Phones()...) {
			if strings.Contains(m.Title+m.Text+m.Link, "EXEMPLE") || strings.Contains(m.Title+m.Text, "Bilan") {
				t.Errorf("a message names it: %s", m.Text)
			}
		}
		for _, id := range []request.DocumentID{early.ID, result.ID, late.ID} {
			if !ward.Opens(id) || !nurse.Opens(id) || lost.Opens(id) {
				t.Errorf("%s is not opened by the two sides alone", id)
			}
		}
		sh := ward.Sees(r)
		if len(sh.Documents) != 3 || sh.Documents[1].Side != request.Provider || sh.Documents[2].Side != request.Requester || sh.Care.Prescription != request.PrescriptionAttached {
			t.Errorf("the sheet shows %+v, %s", sh.Documents, sh.Care.Prescription)
		}
		nurse.Starts(r)
		nurse.Completes(r)
		nurse.Attaches(r, request.Upload{Kind: request.DocImage, Data: h.Photo()})
		if _, err := h.Requests.Attach(ward.Ctx(), r.ID, h.Prescription()); fault.CodeOf(err) != "request.state" {
			t.Errorf("the ward attaches to what has ended: %v", err)
		}
		if _, err := h.Requests.Attach(lost.Ctx(), r.ID, h.Prescription()); fault.KindOf(err) != fault.KindForbidden {
			t.Errorf("a stranger attaches: %v", err)
		}
	})
}

// What was kept for a request that nobody sent is forgotten after a day, and what was
// bound to one stays. A draft that is given other documents forgets those it had.
func TestOrphansAreForgotten(t *testing.T) {
	testkit.Each(t, func(t *testing.T, h *testkit.House) {
		ward, other := h.Ward("Maternité A"), h.Ward("Chirurgie")
		orphan, first, second := ward.Keeps(h.Prescription()), ward.Keeps(h.Prescription()), ward.Keeps(h.Prescription())
		if !ward.Opens(orphan) || other.Opens(orphan) {
			t.Error("a document that waits is not opened by who gave it alone")
		}
		ask := testkit.Ask(h, testkit.With(first))
		draft, err := h.Requests.Save(ward.Ctx(), ask)
		h.Must(err)
		if d, b := h.Files(); d != 3 || b != 3 {
			t.Fatalf("%d documents and %d blobs", d, b)
		}
		if _, err := h.Requests.Save(other.Ctx(), testkit.Ask(h, testkit.With(second))); fault.CodeOf(err) != "request.document_gone" {
			t.Errorf("the document of somebody else: %v", err)
		}
		ask.Draft, ask.Documents = draft.ID, []request.DocumentID{second, second}
		r, err := h.Requests.Trigger(ward.Ctx(), ask)
		h.Must(err)
		h.Forward(25 * time.Hour)
		if d, b := h.Files(); d != 1 || b != 1 || !ward.Opens(second) || ward.Opens(first) || ward.Opens(orphan) {
			t.Errorf("after a day %d documents and %d blobs are left", d, b)
		}
		if sh := ward.Sees(r); len(sh.Documents) != 1 || sh.Documents[0].ID != second {
			t.Errorf("the request has %+v", sh.Documents)
		}
		if _, err := h.Requests.Trigger(ward.Ctx(), testkit.Ask(h, testkit.With(orphan))); fault.CodeOf(err) != "request.document_gone" {
			t.Errorf("a forgotten document: %v", err)
		}
	})
}

// A document given to one request is not taken by another, save one of the same order.
func TestADocumentStaysWithItsRequest(t *testing.T) {
	testkit.Each(t, func(t *testing.T, h *testkit.House) {
		ward := h.Ward("Maternité A")
		doc := ward.Keeps(h.Prescription())
		first := ward.Asks(testkit.With(doc))
		if _, err := h.Requests.Trigger(ward.Ctx(), testkit.Ask(h, testkit.With(doc))); fault.CodeOf(err) != "request.document_gone" {
			t.Errorf("taken by another request: %v", err)
		}
		second, err := h.Requests.Save(ward.Ctx(), testkit.Ask(h))
		h.Must(err)
		h.Must(h.DB.Update(h.As(actor.System("test")), func(tx *db.Tx) error {
			_, err := tx.Exec(`UPDATE request SET care_order = $2 WHERE id = $1`, string(second.ID), string(first.Order))
			return err
		}))
		ask := testkit.Ask(h, testkit.With(doc))
		ask.Draft = second.ID
		second, err = h.Requests.Trigger(ward.Ctx(), ask)
		h.Must(err)
		a, b := ward.Sees(first).Documents, ward.Sees(second).Documents
		if len(a) != 1 || len(b) != 1 || a[0].ID == b[0].ID || !ward.Opens(a[0].ID) || !ward.Opens(b[0].ID) {
			t.Errorf("of the same order: %+v and %+v", a, b)
		}
	})
}

// A submission sent twice keeps its file once.
func TestADocumentSentTwiceIsOne(t *testing.T) {
	testkit.Each(t, func(t *testing.T, h *testkit.House) {
		ward := h.Ward("Maternité A")
		ctx := request.Once(ward.Ctx(), "clé")
		one, err := h.Requests.Receive(ctx, h.Prescription())
		h.Must(err)
		two, err := h.Requests.Receive(ctx, h.Prescription())
		if h.Must(err); one != two {
			t.Error("kept twice")
		}
		r := ward.Asks(testkit.With(one))
		for range 2 {
			_, err := h.Requests.Attach(ctx, r.ID, request.Upload{Kind: request.DocOther, Data: h.Photo()})
			h.Must(err)
		}
		if d, b := h.Files(); d != 2 || b != 2 {
			t.Errorf("%d documents and %d blobs", d, b)
		}
	})
}

// What is refused leaves nothing, and the bytes on disk are not those of the photo.
func TestARefusedFileLeavesNothing(t *testing.T) {
	testkit.Each(t, func(t *testing.T, h *testkit.House) {
		ward := h.Ward("Maternité A")
		r := ward.Asks()
		for code, u := range map[string]request.Upload{
			"media.unknown":         {Kind: request.DocPrescription, Name: "ordonnance.jpg", Data: []byte("<html><script>alert(1)</script>")},
			"media.broken":          {Kind: request.DocPrescription, Name: "ordonnance.jpg", Data: h.Photo()[:600]},
			"media.large":           {Kind: request.DocPrescription, Data: append(h.Photo(), make([]byte, 11<<20)...)},
			"request.document_kind": {Kind: "virus", Data: h.Photo()},
		} {
			if _, err := h.Requests.Receive(ward.Ctx(), u); fault.CodeOf(err) != code {
				t.Errorf("received: %v, want %s", err, code)
			}
			if _, err := h.Requests.Attach(ward.Ctx(), r.ID, u); fault.CodeOf(err) != code {
				t.Errorf("attached: %v, want %s", err, code)
			}
		}
		if d, b := h.Files(); d != 0 || b != 0 {
			t.Fatalf("%d documents and %d blobs are kept", d, b)
		}
		d := ward.Attaches(r, h.Prescription())
		_, data, err := h.Requests.OpenDocument(ward.Ctx(), d.ID)
		h.Must(err)
		h.Must(h.DB.View(t.Context(), func(tx *db.Tx) error {
			sealed, err := db.One(tx, "none", db.Value[[]byte], `SELECT body FROM blob`)
			if bytes.Contains(sealed, data[:64]) || len(sealed) <= len(data) {
				t.Error("the photo is readable on disk")
			}
			return err
		}))
		if d.Media != media.JPEG || d.Size != len(data) {
			t.Errorf("%s of %d bytes, %d read", d.Media, d.Size, len(data))
		}
	})
}

// An act that needs a prescription leaves once it is said where it is, or once it is
// attached when the territory wants it so. Other acts need none.
func TestActsOnPrescription(t *testing.T) {
	testkit.Each(t, func(t *testing.T, h *testkit.House) {
		ward, nurse := h.Ward("Maternité A"), h.Nurse("Un")
		saying := func(w request.Prescription) func(*request.Ask) {
			return func(a *request.Ask) { a.Care.Prescription = w }
		}
		refused := func(code string, options ...func(*request.Ask)) {
			t.Helper()
			ask := testkit.Ask(h, options...)
			_, err := h.Requests.Trigger(ward.Ctx(), ask)
			if fault.CodeOf(err) != code || fault.Fields(err)[0].Field != "prescription" {
				t.Errorf("triggered: %v, want %s", err, code)
			}
			if err := h.Requests.Check(ward.Ctx(), ask); fault.CodeOf(err) != code {
				t.Errorf("checked: %v, want %s", err, code)
			}
		}
		refused("request.prescription", saying(""))
		refused("request.prescription", saying("perdue"))
		refused("request.prescription_file", saying(request.PrescriptionAttached))
		refused("request.prescription_file", saying(request.PrescriptionAttached), testkit.With(ward.Keeps(request.Upload{Kind: request.DocLetter, Data: h.Photo()})))
		if _, err := h.Requests.Save(ward.Ctx(), testkit.Ask(h, saying(""))); err != nil {
			t.Errorf("a draft: %v", err)
		}
		r := ward.Asks(saying(request.PrescriptionToCome))
		if sh := nurse.Sees(r); sh.Care.Prescription != request.PrescriptionToCome {
			t.Errorf("the nurse reads %q", sh.Care.Prescription)
		}
		noAct := func(a *request.Ask) { a.Acts, a.Details.Motive, a.Care.Prescription = nil, "Avis", "" }
		ward.Asks(noAct)

		admin := h.Supervisor(actor.RoleTerritoryAdmin)
		_, err := h.Territories.Save(admin.Ctx(), testkit.Territory, territory.Edit{Values: map[string]string{"prescription.attached": "true"}})
		h.Must(err)
		refused("request.prescription_file", saying(request.PrescriptionWithPatient))
		if r := ward.Asks(saying(""), testkit.With(ward.Keeps(h.Prescription()))); r.Care.Prescription != request.PrescriptionAttached {
			t.Errorf("attached, it says %q", r.Care.Prescription)
		}
		ward.Asks(noAct)
	})
}
