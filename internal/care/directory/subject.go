package directory

import (
	"strings"

	"entractes/internal/care/nomenclature"
	"entractes/internal/care/territory"
)

// Kind tells persons from structures.
type Kind string

// The kinds of subject.
const (
	KindProfessional Kind = "professional"
	KindStructure    Kind = "structure"
)

// Subject is somebody who may be asked: a professional or a structure. Subjects compare with ==. The
// zero Subject is nobody.
type Subject struct {
	Kind Kind
	ID   string
}

// IsZero tells whether it is nobody.
func (s Subject) IsZero() bool { return s.ID == "" }

// Card is what colleagues read of a subject.
type Card struct {
	Subject
	Territory string
	// Name is « Dr Anne Dupont » or « Maternité A ».
	Name string
	// Label is what a person asked reads of a requester: the service's name, or the profession.
	Label string
	// Profession is empty for a structure that only asks.
	Profession nomenclature.ProfessionCode
	// Structure is the cabinet or service of a professional and the establishment of a ward; empty without one.
	Structure string
	Phone     Phone
	Extension string
	Email     string
	Commune   territory.CommuneCode
	Active    bool
}

// label writes the profession as the person bears it: « Infirmière libérale » is not ours to guess,
// « Infirmière » is.
func label(p nomenclature.ProfessionCode, sex string) string {
	prof, ok := nomenclature.ProfessionOf(p)
	if !ok {
		return string(p)
	}
	return prof.LabelFor("fr", sex == "F")
}

// fullName joins the parts of a name that are given.
func fullName(parts ...string) string {
	return strings.Join(strings.Fields(strings.Join(parts, " ")), " ")
}
