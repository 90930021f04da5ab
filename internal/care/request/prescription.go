package request

import (
	"slices"

	"entractes/internal/base/actor"
	"entractes/internal/base/fault"
	"entractes/internal/base/i18n"
	"entractes/internal/care/nomenclature"
	"entractes/internal/care/territory"
	"entractes/internal/infra/db"
)

// Prescription says where the prescription of a request is. People asked read it as a
// word; the document itself is opened after acceptance only.
type Prescription string

// Where a prescription may be. Empty is what nobody said.
const (
	PrescriptionAttached    Prescription = "attached"
	PrescriptionWithPatient Prescription = "with_patient"
	PrescriptionToCome      Prescription = "to_come"
)

// Prescriptions lists them in the order of a choice.
var Prescriptions = []Prescription{PrescriptionWithPatient, PrescriptionToCome, PrescriptionAttached}

// Word says where the prescription is: « ordonnance : remise au patient »; nothing when nobody said.
func (w Prescription) Word(p *i18n.Printer) string {
	if w == "" {
		return ""
	}
	return p.T("request.prescription." + string(w))
}

// NeedsPrescription tells whether one of the acts is done on a prescription only.
func NeedsPrescription(acts []nomenclature.ActCode) bool {
	return slices.ContainsFunc(acts, func(code nomenclature.ActCode) bool {
		a, ok := nomenclature.ActOf(code)
		return ok && a.NeedsPrescription
	})
}

// checkPrescription returns what a request to trigger says of its prescription, there
// being one among its documents or not. Acts that need one want it said; a territory may
// want it attached.
func (a Ask) checkPrescription(there bool, s territory.Settings) (Prescription, error) {
	said := a.Care.Prescription
	if there {
		return PrescriptionAttached, nil
	}
	if !NeedsPrescription(a.Acts) {
		return "", nil // what a form proposes by itself says nothing of acts that need none
	}
	switch {
	case s.PrescriptionAttached, said == PrescriptionAttached:
		return said, fault.Invalid("request.prescription_file", "prescription")
	case !slices.Contains(Prescriptions, said):
		return "", fault.Invalid("request.prescription", "prescription")
	}
	return said, nil
}

// prescribe writes into r where its prescription is. Its first result says what is missing for r to be triggered.
func (a Ask) prescribe(tx *db.Tx, r *Request, who actor.Actor, s territory.Settings) (unsaid, err error) {
	there, err := prescribed(tx, who.Account, r.ID, a.Documents)
	if err != nil {
		return nil, err
	}
	r.Care.Prescription, unsaid = a.checkPrescription(there, s)
	return unsaid, nil
}

// prescribed tells whether a prescription is among documents that an account may give to a draft.
func prescribed(tx *db.Tx, account string, draft ID, ids []DocumentID) (bool, error) {
	if len(ids) == 0 {
		return false, nil
	}
	all, err := db.All(tx, scanDocument, `SELECT `+documentColumns+` FROM document WHERE id IN `+db.In(1, len(ids)), db.Args(ids)...)
	return slices.ContainsFunc(all, func(d Document) bool {
		return d.Kind == DocPrescription && (d.account == account || d.Request == draft && draft != "") // bindDocument judges the rest
	}), err
}
