package request

import (
	"slices"

	"entractes/internal/base/fault"
	"entractes/internal/care/patient"
	"entractes/internal/infra/db"
	"entractes/internal/security/audit"
)

// TwinAnswer is what whoever asks says when a person is already known under what he typed.
type TwinAnswer string

// The answers. Without one, the question is asked: a conflict, "request.patient_twin", before anything is written.
const (
	TwinSame  TwinAnswer = "same"  // it is he: his file is used
	TwinOther TwinAnswer = "other" // it is somebody else: a file is made
)

// twin finds, for a new patient, the file of the person who is likely the same, and does
// what a answers about it. What may be learned from it is written here, because it is all
// there is to protect somebody from whoever types his name.
//
//   - Whoever asks learns one thing: that somebody with what he typed is known in his
//     territory. Neither a name, a date nor a number comes back that he did not type, no
//     file is named, and two files that match look like one.
//   - Saying « it is he » needs what a request needs, the word that the patient was told and
//     agrees, even for a draft: from then on he is the requester of that patient, reads his
//     identity, and both are in the trail of the file.
//   - For somebody the patient opposes nothing matches: he makes another file, which says
//     nothing of the first.
//   - What he typed of the address and of the phone replaces what was kept, which stays in
//     the versions; who the person is, is never corrected this way.
//
// It returns an empty id when a file must be made. whole tells that the request is triggered,
// which records the agreement itself.
func (s *Service) twin(tx *db.Tx, r Request, a Ask, whole bool) (patient.ID, error) {
	id, found, err := s.patients.Twin(tx, r.Territory, a.NewPatient)
	if err != nil || !found {
		return "", err
	}
	switch {
	case a.Twin == TwinOther:
		return "", s.audit.Record(tx, audit.Event{Action: "patient.twin_other", Object: "patient", ObjectID: string(id), Patient: string(id), Request: string(r.ID)})
	case a.Twin != TwinSame:
		return "", fault.Conflict("request.patient_twin").At("twin")
	case !a.Consent:
		return "", fault.Invalid("request.consent", "consent")
	}
	if !whole {
		if err := patient.RecordConsent(tx, id, string(r.ID), patient.ConsentSharing); err != nil {
			return "", err
		}
	}
	return id, s.refresh(tx, r, id, a.NewPatient)
}

// refresh keeps what was typed of where a known patient lives and how to reach him.
func (s *Service) refresh(tx *db.Tx, r Request, id patient.ID, typed patient.Identity) error {
	p, err := s.patients.Open(tx, patient.Access{Action: "patient.twin_used", Request: string(r.ID)}, id)
	if err != nil {
		return err
	}
	if fresh := p.Identity.Refresh(typed); fresh != p.Identity.Normalize() {
		if err := s.patients.Change(tx, patient.Access{}, p.ID, p.Version, fresh); err != nil {
			return err
		}
	}
	return s.addRelative(tx, p.ID, typed.Normalize())
}

// addRelative keeps the relative who was typed, unless one of that number is known.
func (s *Service) addRelative(tx *db.Tx, id patient.ID, typed patient.Identity) error {
	if typed.RelativePhone == "" {
		return nil
	}
	all, err := s.patients.Relatives(tx, patient.Access{}, id)
	if err != nil || slices.ContainsFunc(patient.Current(all), func(r patient.Relative) bool { return r.Phone == typed.RelativePhone }) {
		return err
	}
	name := typed.RelativeName
	if name == "" {
		name = typed.RelativePhone.String()
	}
	_, err = s.patients.PutRelative(tx, id, patient.Relative{Name: name, Link: "other", Phone: typed.RelativePhone, MayCall: true})
	return err
}

// survivor is the file that is read in place of id.
func survivor(tx *db.Tx, id patient.ID) (patient.ID, error) {
	files, err := patient.Files(tx, id)
	if err != nil {
		return "", err
	}
	return files[0], nil
}
