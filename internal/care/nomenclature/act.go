package nomenclature

import (
	"slices"
	"strings"

	"entractes/internal/base/fold"
)

// ActCode names a care act that can be requested.
type ActCode string

// Act is one thing to ask for.
type Act struct {
	Code ActCode
	Words
	// Professions are those who do it, the most usual first.
	Professions []ProfessionCode
	Mode        Mode
	Frequency   Frequency
	// NeedsPrescription tells whether a prescription must come with the request.
	NeedsPrescription bool
	// NGAP is shown to professionals as a hint and is empty when there is none.
	NGAP   string
	Fields []ActField

	// label and others are the folded words search looks at.
	label, others []string
}

// ActField is a question the act adds to the form.
type ActField struct {
	Field
	Required bool
}

// DoneBy tells whether p does this act.
func (a Act) DoneBy(p ProfessionCode) bool { return slices.Contains(a.Professions, p) }

// Acts lists every act, by profession.
func Acts() []Act { return slices.Clone(data().acts) }

// ActsFor lists the acts a profession does.
func ActsFor(p ProfessionCode) []Act {
	return slices.DeleteFunc(Acts(), func(a Act) bool { return !a.DoneBy(p) })
}

// ActOf returns the act of a code; false when there is none.
func ActOf(code ActCode) (Act, bool) {
	i, ok := data().byAct[code]
	if !ok {
		return Act{}, false
	}
	return data().acts[i], true
}

// Label returns the words of the act; the code itself when it is not known.
func (c ActCode) Label(lang string) string {
	if a, ok := ActOf(c); ok {
		return a.Label(lang)
	}
	return string(c)
}

func (t *tables) readAct(r row) {
	a := Act{
		Code: ActCode(r["code"]), Words: Words{r["fr"], r["en"]}, Professions: codes[ProfessionCode](r.list("professions")),
		Mode: Mode(r["mode"]), NeedsPrescription: r.is("prescription"), NGAP: r["ngap"],
	}
	var err error
	if a.Frequency, err = ParseFrequency(r["frequency"]); err != nil {
		t.problem("acts: %s: %v", a.Code, err)
	}
	for _, name := range r.list("fields") {
		code, required := strings.CutSuffix(name, "!")
		i := slices.IndexFunc(t.terms.Fields, func(f Field) bool { return f.Code == code })
		if i < 0 {
			t.problem("acts: %s: no field %q", a.Code, code)
			continue
		}
		a.Fields = append(a.Fields, ActField{t.terms.Fields[i], required})
	}
	a.label = fold.Words(a.FR)
	a.others = append(fold.Words(a.EN), fold.Words(r["keywords"])...)
	for _, code := range a.Professions {
		if i, ok := t.byProfession[code]; ok {
			a.others = append(a.others, fold.Words(t.professions[i].masculine+" "+t.professions[i].feminine)...)
		}
	}
	if _, twice := t.byAct[a.Code]; twice || a.Code == "" {
		t.problem("acts: code %q is empty or there twice", a.Code)
	}
	t.byAct[a.Code] = len(t.acts)
	t.acts = append(t.acts, a)
}
