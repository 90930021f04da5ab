package request

import (
	"context"
	"slices"

	"entractes/internal/base/actor"
	"entractes/internal/base/fault"
	"entractes/internal/care/directory"
	"entractes/internal/care/patient"
	"entractes/internal/care/territory"
	"entractes/internal/infra/db"
)

// Known is a patient of somebody's list, with his latest request that the reader may see.
type Known struct {
	ID      patient.ID
	Name    string
	Commune territory.CommuneCode
	// Usual tells that the reader is of the usual team.
	Usual bool
	// Last is nil when the reader may see no request of this patient.
	Last *Row
}

// longestList bounds a list of patients.
const longestList = 200

// PatientList lists the patients of whoever asks: those of the requests he or his
// service asked or carries, and those whose usual team he is in; the latest request
// first, then by name. The reading is one line of the audit.
func (s *Service) PatientList(ctx context.Context) (list []Known, err error) {
	defer fault.Wrap(&err, "list patients")
	err = s.db.Update(ctx, func(tx *db.Tx) error {
		list, err = s.patientList(tx)
		return err
	})
	return list, err
}

func (s *Service) patientList(tx *db.Tx) ([]Known, error) {
	who, err := signedIn(tx)
	if err != nil {
		return nil, err
	}
	rows, err := s.rows(tx, who, `SELECT `+requestColumns+` FROM request WHERE `+among(askedBy(`state <> 'entered_in_error'`, "$4"), carriedBy(`'accepted', 'started', 'suspended', 'completed'`, "$4"))+` ORDER BY created DESC, id LIMIT $4`, append(askerOf(who), int64(longestList))...)
	if err != nil {
		return nil, err
	}
	var list []Known
	for _, r := range rows {
		if r.Sight.Identity && !slices.ContainsFunc(list, func(k Known) bool { return k.ID == r.Request.Patient }) {
			list = append(list, Known{ID: r.Request.Patient, Last: &r})
		}
	}
	for _, subject := range []directory.Subject{{Kind: directory.KindProfessional, ID: who.Person}, {Kind: directory.KindStructure, ID: who.Structure}} {
		ids, err := patient.PatientsOf(tx, subject)
		if err != nil {
			return nil, err
		}
		for _, id := range ids {
			list = withUsual(list, id)
		}
	}
	if list, err = onceEach(tx, who, list); err != nil {
		return nil, err
	}
	return s.named(tx, list[:min(len(list), longestList)])
}

// onceEach leaves each person once, under the file that is read, and nobody who opposes the reader.
func onceEach(tx *db.Tx, who actor.Actor, list []Known) ([]Known, error) {
	ids := make([]patient.ID, len(list))
	for i, k := range list {
		ids[i] = k.ID
	}
	read, err := patient.Survivors(tx, ids)
	if err != nil {
		return nil, err
	}
	var out []Known
	for _, k := range list {
		k.ID = read[k.ID]
		if i := slices.IndexFunc(out, func(o Known) bool { return o.ID == k.ID }); i >= 0 {
			out[i].Usual = out[i].Usual || k.Usual
			continue
		}
		if k.Last == nil { // of the usual team alone: his requests say nothing of it
			of, err := near(tx, who, k.ID)
			if err != nil {
				return nil, err
			}
			if !of.usual {
				continue
			}
		}
		out = append(out, k)
	}
	return out, nil
}

// withUsual marks a patient as one whose usual team the reader is in.
func withUsual(list []Known, id patient.ID) []Known {
	if i := slices.IndexFunc(list, func(k Known) bool { return k.ID == id }); i >= 0 {
		list[i].Usual = true
		return list
	}
	return append(list, Known{ID: id, Usual: true})
}

func (s *Service) named(tx *db.Tx, list []Known) ([]Known, error) {
	ids := make([]patient.ID, len(list))
	for i, k := range list {
		ids[i] = k.ID
	}
	opened, err := s.patients.OpenList(tx, patient.Access{}, ids, "one’s own patients")
	if err != nil {
		return nil, err
	}
	for i, k := range list {
		p := opened[k.ID]
		list[i].Name, list[i].Commune = p.Identity.FullName(), p.Identity.Commune
	}
	return list, nil
}
