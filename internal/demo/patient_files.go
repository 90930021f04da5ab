package demo

import (
	"strings"
	"time"

	"entractes/internal/base/civil"
	"entractes/internal/care/patient"
)

// enrolFiles gives the first patients of the personas' doctor what a file may hold beside an
// identity: a person of trust, an opposition, and a second file that somebody typed
// otherwise, for a supervisor to merge.
func (e *founding) enrolFiles() error {
	story := e.followed[0]
	relatives, err := e.h.Patients.Relatives(e.tx, patient.Access{}, story)
	if err != nil {
		return err
	}
	daughter := relatives[0]
	daughter.Name, daughter.Link, daughter.Trusted = "Isabelle Fontaine", "child", true
	daughter.TrustedOn = civil.DayOf(e.tx.Now().Add(-40*24*time.Hour), zone())
	if _, err := e.h.Patients.PutRelative(e.tx, story, daughter); err != nil {
		return err
	}
	if _, err := e.h.Patients.Oppose(e.tx, e.followed[1], patient.Opposition{Scope: patient.OpposesProfession, Profession: "PODO", SaidBy: "patient", Reason: "relation"}); err != nil {
		return err
	}
	twice, err := e.h.Patients.Open(e.tx, patient.Access{}, e.followed[2])
	if err != nil {
		return err
	}
	again := twice.Identity
	again.FamilyName, again.Code, again.Floor, again.BirthPlace = strings.ToUpper(again.FamilyName), "", "", ""
	_, err = e.h.Patients.Create(e.tx, twice.Territory, again)
	return err
}
