package demo

import (
	"entractes/internal/base/civil"
	"entractes/internal/base/fault"
	"entractes/internal/care/directory"
	"entractes/internal/care/nomenclature"
	"entractes/internal/care/territory"
	"entractes/internal/infra/db"
	"entractes/internal/security/auth"
)

// Persona is somebody to play.
type Persona struct {
	Slug    string // login and name of his host
	Account auth.AccountID
	Name    string
	Where   string // his service, company or commune
}

// playable lists the personas in the order of the page. What each is for is the
// sentence "dev.persona." + slug.
var playable = []string{
	"medecin", "leonore", "karim", "maternite", "urgences", "sagefemme", "ambulance", "sosmedecins", "kine", "pharmacienne", "chirurgie",
	"operatrice", "superviseuse", "superviseur", "supervision.sf", keeper.Login,
}

// Personas lists the people to play; those who are not enrolled are left out.
func Personas(tx *db.Tx) ([]Persona, error) {
	var out []Persona
	for _, login := range playable {
		a, err := auth.AccountByLogin(tx, login)
		if fault.KindOf(err) == fault.KindNotFound {
			continue
		} else if err != nil {
			return nil, err
		}
		card, err := directory.CardOf(tx, a.Person, a.Structure)
		if err != nil {
			return nil, err
		}
		p := Persona{Slug: login, Account: a.ID, Name: a.Name, Where: card.Name}
		switch {
		case a.Person == "" && a.Structure == "":
			of, err := territory.Of(tx, a.Territory)
			if err != nil {
				return nil, err
			}
			p.Where = of.Name
		case a.Person != "" && card.Kind == directory.KindProfessional:
			commune, _ := territory.CommuneOf(card.Commune)
			p.Where = commune.Name
		case card.Structure != "":
			p.Where += ", " + card.Structure
		}
		out = append(out, p)
	}
	return out, nil
}

// played is a professional who is a persona.
type played struct {
	slug, civility, given, family, sex string
	profession                         nomenclature.ProfessionCode
	commune                            string
	wakes                              bool
}

// theStoryNeeds are the professionals of the storyline, enrolled first: their numbers
// are the first of the fiction.
var theStoryNeeds = []played{
	{"medecin", "Dr", "Hélène", "Marchand", "F", nomenclature.GP, "Corbeil-Essonnes", false},
	{"leonore", "", "Léonore", "Vasseur", "F", nomenclature.Nurse, "Corbeil-Essonnes", true},
	{"karim", "", "Karim", "Belkacem", "M", nomenclature.Nurse, "Corbeil-Essonnes", true},
	{"sagefemme", "", "Margaux", "Delmas", "F", nomenclature.Midwife, "Évry-Courcouronnes", true},
	{"kine", "", "Bastien", "Leclercq", "M", nomenclature.Physio, "Corbeil-Essonnes", false},
	{"pharmacienne", "", "Awa", "Diallo", "F", nomenclature.Pharmacist, "Corbeil-Essonnes", false},
}

// enrolPersonas enrols the professionals that people play. They are free at any hour:
// who tries the product at night must be asked too.
func (e *founding) enrolPersonas() error {
	corbeil := named("Corbeil-Essonnes")
	shop, err := e.structure(directory.Structure{
		Territory: Essonne, Kind: directory.Pharmacy, Name: tilleuls, Profession: nomenclature.Pharmacy, Commune: corbeil.Code,
		Practice: directory.Practice{Communes: codesOf(near(corbeil, e.all, 6))},
	}, user{role: "préparatrice"})
	if err != nil {
		return err
	}
	for _, w := range theStoryNeeds {
		commune := named(w.commune)
		p := directory.Professional{
			Territory: Essonne, Civility: w.civility, FamilyName: w.family, GivenName: w.given, Sex: w.sex, Profession: w.profession, Commune: commune.Code,
			Practice: directory.Practice{
				Communes: codesOf(near(commune, e.all, 10)), Wakes: w.wakes, Networks: []string{networkOf(commune)},
				Windows: []civil.Window{{Days: civil.EveryDay | civil.Holidays, From: 0, To: 24 * 60}},
			},
		}
		if w.profession == nomenclature.Pharmacist {
			p.Structure, p.Street = shop.ID, shop.Street
		}
		e.full[w.given+" "+w.family] = true
		added, err := e.professional(p, w.slug)
		if err != nil {
			return err
		}
		e.known[w.slug] = added
	}
	return nil
}
