package nomenclature

import "slices"

// woundActs lists the acts that concern a wound: its state is then part of the report.
var woundActs = []ActCode{"IDE07", "IDE08", "IDE09", "IDE10", "IDE33", "SF10", "SP08", "PO01"}

// ConcernsWound tells whether one of acts concerns a wound.
func ConcernsWound(acts []ActCode) bool {
	return slices.ContainsFunc(acts, func(a ActCode) bool { return slices.Contains(woundActs, a) })
}

// woundStages are those of a pressure ulcer (EPUAP, NPIAP and PPPIA, 2019); other wounds have none.
var woundStages = []Term{
	{"1", Words{"Stade 1\u00a0: rougeur qui persiste", "Stage 1: redness that remains"}},
	{"2", Words{"Stade 2\u00a0: perte de peau partielle", "Stage 2: partial skin loss"}},
	{"3", Words{"Stade 3\u00a0: perte de peau complète", "Stage 3: full skin loss"}},
	{"4", Words{"Stade 4\u00a0: muscle, tendon ou os visible", "Stage 4: muscle, tendon or bone visible"}},
	{"unstageable", Words{"Non classable\u00a0: fond masqué", "Unstageable: hidden bed"}},
}

// WoundStages lists the stages a wound may have.
func WoundStages() []Term { return slices.Clone(woundStages) }

// WoundStageOf returns a stage; false when there is none of this code.
func WoundStageOf(code string) (Term, bool) {
	return find(woundStages, func(t Term) bool { return t.Code == code })
}

// woundAspects follow the colours by which a wound is read.
var woundAspects = []Term{
	{"epithelial", Words{"Rose\u00a0: épidermisation", "Pink: epithelialising"}},
	{"granulating", Words{"Rouge\u00a0: bourgeonnement", "Red: granulating"}},
	{"sloughy", Words{"Jaune\u00a0: fibrine", "Yellow: slough"}},
	{"necrotic", Words{"Noir\u00a0: nécrose", "Black: necrosis"}},
	{"infected", Words{"Signes d’infection", "Signs of infection"}},
}

// WoundAspects lists how a wound may look.
func WoundAspects() []Term { return slices.Clone(woundAspects) }

// WoundAspectOf returns an aspect; false when there is none of this code.
func WoundAspectOf(code string) (Term, bool) {
	return find(woundAspects, func(t Term) bool { return t.Code == code })
}

// tolerances tell how care was borne.
var tolerances = []Term{
	{"good", Words{"Bonne", "Good"}},
	{"fair", Words{"Moyenne", "Fair"}},
	{"poor", Words{"Mauvaise", "Poor"}},
}

// Tolerances lists how care may have been borne.
func Tolerances() []Term { return slices.Clone(tolerances) }

// ToleranceOf returns a tolerance; false when there is none of this code.
func ToleranceOf(code string) (Term, bool) {
	return find(tolerances, func(t Term) bool { return t.Code == code })
}
