package demo

import (
	"fmt"
	"time"

	"entractes/internal/base/civil"
	"entractes/internal/care/directory"
	"entractes/internal/care/nomenclature"
	"entractes/internal/care/patient"
	"entractes/internal/care/territory"
)

// kind says what sort of patient a need is about.
type kind string

const (
	elder  kind = "elder"
	adult  kind = "adult"
	mother kind = "mother"
	infant kind = "infant"
)

// followed is how many patients have a registered GP and a usual team from the beginning.
const followed = 110

// theStoryline is the patient of EA-093.
var theStoryline = patient.Identity{
	FamilyName: "Fontaine", GivenName: "Odette", BirthDate: civil.DayFrom(1941, time.May, 14), BirthPlace: "Étampes", Sex: patient.Female,
	Phone: "+33639989001", RelativeName: "Isabelle Fontaine, sa fille", RelativePhone: "+33639989002",
	Street: "22 rue des Mésanges", Building: "B", Floor: "2e", Door: "à gauche", Code: "47A63", NameOnDoor: "Fontaine",
	InsuranceScheme: "01", INSStatus: patient.INSProvisional, Fictitious: true,
}

// enrolPatients makes the patients whom their doctors and nurses know.
func (e *founding) enrolPatients() error {
	story := theStoryline
	story.Commune = named("Corbeil-Essonnes").Code
	id, err := e.h.Patients.Create(e.tx, Essonne, story)
	if err != nil {
		return err
	}
	e.followed = append(e.followed, id)
	if err := e.h.Patients.SetGP(e.tx, id, e.known["medecin"].ID); err != nil {
		return err
	}
	if err := e.team(id, e.known["leonore"], e.known["pharmacienne"]); err != nil {
		return err
	}
	var doctors []directory.Professional
	for _, p := range e.professionals {
		if p.Profession == nomenclature.GP {
			doctors = append(doctors, p)
		}
	}
	count := max(4, int(followed*e.size.Share))
	for i := range count {
		doctor := e.known["medecin"]
		if i >= min(6, count/2) {
			doctor = pick(e.d, doctors)
		}
		if err := e.followedBy(doctor); err != nil {
			return fmt.Errorf("patient %d: %w", i, err)
		}
	}
	return nil
}

// followedBy makes one patient of a doctor, who lives near him and has a nurse there.
func (e *founding) followedBy(doctor directory.Professional) error {
	home, _ := territory.CommuneOf(doctor.Commune)
	around := near(home, e.in[doctor.Territory], 6)
	commune := e.d.inhabited(around)
	of := elder
	if e.d.chance(0.3) {
		of = adult
	}
	id, err := e.h.Patients.Create(e.tx, doctor.Territory, e.d.identity(of, commune, e.tx.Now()))
	if err != nil {
		return err
	}
	e.followed = append(e.followed, id)
	if err := e.h.Patients.SetGP(e.tx, id, doctor.ID); err != nil {
		return err
	}
	for _, wanted := range []struct {
		profession nomenclature.ProfessionCode
		chance     float64
	}{{nomenclature.Nurse, 0.75}, {nomenclature.Pharmacist, 0.5}, {nomenclature.Physio, 0.3}} {
		if !e.d.chance(wanted.chance) {
			continue
		}
		if p, ok := e.someone(wanted.profession, commune); ok {
			if err := e.team(id, p); err != nil {
				return err
			}
		}
	}
	return nil
}

// someone finds a professional who serves a commune.
func (e *founding) someone(profession nomenclature.ProfessionCode, c territory.Commune) (directory.Professional, bool) {
	var found []directory.Professional
	for _, p := range e.professionals {
		if p.Profession != profession {
			continue
		}
		for _, code := range p.Communes {
			if code == c.Code {
				found = append(found, p)
			}
		}
	}
	if len(found) == 0 {
		return directory.Professional{}, false
	}
	return pick(e.d, found), true
}

// identity makes a fictional person, marked so, who lives in commune.
func (d dice) identity(of kind, commune territory.Commune, now time.Time) patient.Identity {
	sex, generation, youngest, oldest := pick(d, []string{"F", "F", "M"}), "a", 72, 96
	switch of {
	case adult:
		generation, youngest, oldest = "b", 42, 71
	case mother:
		sex, generation, youngest, oldest = "F", "c", 21, 41
	case infant:
		sex, generation, youngest, oldest = pick(d, []string{"F", "M"}), "d", 0, 1
	}
	born := civil.DayOf(now, zone()).Add(-d.between(youngest*365+40, oldest*365+300))
	i := patient.Identity{
		FamilyName: d.family(), GivenName: d.given(sex, generation), BirthDate: born, BirthPlace: named(pick(d, birthplaces)).Name, Sex: patient.Male,
		Phone: directory.Phone(fmt.Sprintf("+3363998%04d", d.between(5000, 8999))), Commune: commune.Code, Street: d.street(),
		InsuranceScheme: "01", INSStatus: patient.INSProvisional, Fictitious: true,
	}
	if sex == "F" {
		i.Sex = patient.Female
	}
	if d.chance(0.55) {
		i.Floor, i.Door = pick(d, []string{"rez-de-chaussée", "1er", "2e", "3e", "4e", "7e"}), pick(d, []string{"à droite", "à gauche", "en face"})
		i.Code = fmt.Sprintf("%02d%s%02d", d.between(10, 99), pick(d, []string{"A", "B"}), d.between(10, 99))
	}
	if of == infant || d.chance(0.12) { // a relative is called when the patient has no telephone
		i.RelativeName = d.given(pick(d, []string{"F", "M"}), "bc") + " " + i.FamilyName
		i.RelativePhone, i.Phone = i.Phone, ""
	}
	if d.chance(0.06) {
		i.InsuranceScheme = pick(d, []string{"02", "04", "05", "08"})
	}
	return i
}

var birthplaces = []string{"Évry-Courcouronnes", "Corbeil-Essonnes", "Melun", "Étampes", "Longjumeau", "Versailles", "Créteil", "Orléans", "Lille", "Nantes", "Dijon"}
