package nomenclature

import (
	"slices"

	"entractes/internal/base/civil"
)

// FieldKind tells how a question of an act is answered.
type FieldKind string

// The kinds.
const (
	FieldText      FieldKind = "text"
	FieldLong      FieldKind = "long" // several lines
	FieldNumber    FieldKind = "number"
	FieldBool      FieldKind = "bool"
	FieldDate      FieldKind = "date"
	FieldTime      FieldKind = "time"
	FieldChoice    FieldKind = "choice"    // one of Options
	FieldSpecialty FieldKind = "specialty" // the code of a Specialty
	FieldPhoto     FieldKind = "photo"
)

// Field is a question that some acts add to the form.
type Field struct {
	Code string `json:"code"`
	Words
	Kind    FieldKind `json:"kind"`
	Unit    string    `json:"unit"`
	Options []Term    `json:"options"`
}

// FieldOf returns a question; false when there is none of this code.
func FieldOf(code string) (Field, bool) {
	return find(data().terms.Fields, func(f Field) bool { return f.Code == code })
}

// DayPart is a moment of the day at which visits are wanted. From and To are minutes
// since midnight; the night crosses it.
type DayPart struct {
	Code string `json:"code"`
	Words
	From int `json:"from"`
	To   int `json:"to"`
}

// Window returns the day part on the given days.
func (d DayPart) Window(days civil.Days) civil.Window {
	return civil.Window{Days: days, From: d.From, To: d.To}
}

// DayParts lists the moments of the day, from the morning.
func DayParts() []DayPart { return slices.Clone(data().terms.DayParts) }

// DayPartOf returns a moment of the day; false when there is none of this code.
func DayPartOf(code string) (DayPart, bool) {
	return find(data().terms.DayParts, func(d DayPart) bool { return d.Code == code })
}

// EndCriteria lists what may end a series of care besides a date.
func EndCriteria() []Term { return slices.Clone(data().terms.EndCriteria) }

// InsuranceSchemes lists the health-insurance schemes; the code is the number of the « grand régime ».
func InsuranceSchemes() []Term { return slices.Clone(data().terms.Schemes) }

// InsuranceSchemeOf returns a scheme; false when there is none of this code.
func InsuranceSchemeOf(code string) (Term, bool) {
	return find(data().terms.Schemes, func(t Term) bool { return t.Code == code })
}

// Situations lists what changes the cover of a patient.
func Situations() []Term { return slices.Clone(data().terms.Situations) }

// SituationOf returns a situation; false when there is none of this code.
func SituationOf(code string) (Term, bool) {
	return find(data().terms.Situations, func(t Term) bool { return t.Code == code })
}
