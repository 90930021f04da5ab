package nomenclature

import "slices"

// ProfessionCode names a profession, or a kind of structure that answers as one.
type ProfessionCode string

// The professions and structures the code of the product speaks of; Professions has them all.
const (
	GP            ProfessionCode = "MED_GEN"
	Specialist    ProfessionCode = "MED_SPE"
	Nurse         ProfessionCode = "IDE"
	AdvancedNurse ProfessionCode = "IPA"
	Midwife       ProfessionCode = "SF"
	Physio        ProfessionCode = "MK"
	Pharmacist    ProfessionCode = "PHARMA"
	Dentist       ProfessionCode = "DENT"
	Podiatrist    ProfessionCode = "PODO"
	SpeechTherapy ProfessionCode = "ORTHOPH"

	SOSMedecins      ProfessionCode = "SOS_MEDECINS"
	AmbulanceCompany ProfessionCode = "AMB_ENTREPRISE"
	Laboratory       ProfessionCode = "LABO"
	Imaging          ProfessionCode = "IMAGERIE"
	Pharmacy         ProfessionCode = "PHARMACIE"
	SSIAD            ProfessionCode = "SSIAD"
	HAD              ProfessionCode = "HAD"
	PSAD             ProfessionCode = "PSAD"
	HospitalService  ProfessionCode = "SERVICE_HOSPITALIER"
	SocialService    ProfessionCode = "SERVICE_SOCIAL"
)

// Profession is who can be asked.
type Profession struct {
	Code ProfessionCode
	// Structure tells a team that answers as one resource from a person.
	Structure bool
	// Nomenclature and RPPS are the official codes; empty for structures and for
	// professions that are not registered.
	Nomenclature string
	RPPS         []string

	masculine, feminine, plural string
	english, englishPlural      string

	// Dispatchable tells whether requests may be sent to this profession.
	Dispatchable bool
	// Optional professions are asked nothing until a territory turns them on.
	Optional bool
	// Modes are the usual care modes, the most usual first.
	Modes []Mode
}

// Label returns the name of the profession in general.
func (p Profession) Label(lang string) string {
	if lang == "en" {
		return p.english
	}
	return p.masculine
}

// LabelFor names the profession of one person; a structure has one name.
func (p Profession) LabelFor(lang string, feminine bool) string {
	if feminine && lang != "en" {
		return p.feminine
	}
	return p.Label(lang)
}

// Plural names several of them.
func (p Profession) Plural(lang string) string {
	if lang == "en" {
		return p.englishPlural
	}
	return p.plural
}

// Offers tells whether m is one of the usual modes of the profession.
func (p Profession) Offers(m Mode) bool { return slices.Contains(p.Modes, m) }

// Professions lists professions, then structures.
func Professions() []Profession { return slices.Clone(data().professions) }

// Dispatchable lists those that requests may be sent to.
func Dispatchable() []Profession {
	return slices.DeleteFunc(Professions(), func(p Profession) bool { return !p.Dispatchable })
}

// ProfessionOf returns the profession of a code; false when there is none.
func ProfessionOf(code ProfessionCode) (Profession, bool) {
	i, ok := data().byProfession[code]
	if !ok {
		return Profession{}, false
	}
	return data().professions[i], true
}

// Label returns the name of the profession; the code itself when it is not known.
func (c ProfessionCode) Label(lang string) string {
	if p, ok := ProfessionOf(c); ok {
		return p.Label(lang)
	}
	return string(c)
}

func (t *tables) readProfession(r row) {
	p := Profession{
		Code: ProfessionCode(r["code"]), Structure: r["kind"] == "structure", Nomenclature: r["nomenclature"], RPPS: r.list("rpps"),
		masculine: r["masculine"], feminine: r["feminine"], plural: r["plural"], english: r["en"], englishPlural: r["en_plural"],
		Dispatchable: r.is("dispatchable"), Optional: r.is("optional"), Modes: codes[Mode](r.list("modes")),
	}
	if _, twice := t.byProfession[p.Code]; twice || p.Code == "" {
		t.problem("professions: code %q is empty or there twice", p.Code)
	}
	t.byProfession[p.Code] = len(t.professions)
	t.professions = append(t.professions, p)
}
