package nomenclature

import (
	"slices"
	"strings"
)

// The nomenclatures of professions of the national register.
const (
	NomenclatureHealth = "TRE_G15"
	NomenclatureTitle  = "TRE_R95"
	NomenclatureSocial = "TRE_R94"
)

// RPPSProfession is a profession of the national register. The key is (Nomenclature, Code): 93 exists twice.
type RPPSProfession struct {
	Nomenclature, Code string
	Words
	Feminine string
	Active   bool
}

// Specialty is a qualification of the national register: SM04 cardiology, SI01 advanced nursing.
type Specialty struct {
	Code string
	Words
	// RPPS is the code of the profession that holds it, in TRE_G15.
	RPPS   string
	Active bool
}

// generalPractice are the specialties that make a doctor a GP.
var generalPractice = []string{"SM26", "SM53", "SM54"}

// RPPSProfessions lists the professions of the register, retired codes among them.
func RPPSProfessions() []RPPSProfession { return slices.Clone(data().registered) }

// Specialties lists the specialties in use of a profession of the register ("10" for doctors).
func Specialties(rpps string) []Specialty {
	return slices.DeleteFunc(slices.Clone(data().specialties), func(s Specialty) bool { return s.RPPS != rpps || !s.Active })
}

// SpecialtyOf returns a specialty, retired ones too; false when there is none of this code.
func SpecialtyOf(code string) (Specialty, bool) {
	return find(data().specialties, func(s Specialty) bool { return s.Code == code })
}

// FromRPPS returns our profession for a code of the register and the specialties held.
// A doctor is a GP with a specialty of general practice, and a specialist without; a nurse with an
// advanced-practice qualification is an IPA. False when we have no such profession.
func FromRPPS(nomenclature, code string, specialties ...string) (ProfessionCode, bool) {
	if nomenclature == NomenclatureHealth {
		switch {
		case code == "10" && slices.ContainsFunc(specialties, func(s string) bool { return slices.Contains(generalPractice, s) }):
			return GP, true
		case code == "10":
			return Specialist, true
		case code == "60" && slices.ContainsFunc(specialties, func(s string) bool { return strings.HasPrefix(s, "SI") }):
			return AdvancedNurse, true
		case code == "93": // retired here, psychologists moved to TRE_R95
			nomenclature = NomenclatureTitle
		}
	}
	p, ok := find(data().professions, func(p Profession) bool {
		return p.Nomenclature == nomenclature && slices.Contains(p.RPPS, code)
	})
	return p.Code, ok
}

// typographic is for official files, which are written with straight apostrophes.
func typographic(s string) string { return strings.ReplaceAll(s, "'", "’") }

func (t *tables) readRegistered(r row) {
	t.registered = append(t.registered, RPPSProfession{
		Nomenclature: r["nomenclature"], Code: r["code"], Words: Words{typographic(r["libelle"]), typographic(r["label_en"])},
		Feminine: typographic(r["libelle_f"]), Active: r.is("actif"),
	})
}

func (t *tables) readSpecialty(r row) {
	t.specialties = append(t.specialties, Specialty{
		Code: r["code"], Words: Words{typographic(r["libelle"]), typographic(r["label_en"])}, RPPS: r["profession"], Active: r.is("actif"),
	})
}
