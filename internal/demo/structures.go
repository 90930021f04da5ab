package demo

import (
	"entractes/internal/base/actor"
	"entractes/internal/base/civil"
	"entractes/internal/care/directory"
	"entractes/internal/care/nomenclature"
	"entractes/internal/care/territory"
)

// Names of structures that other parts look for.
const (
	hospital    = "Centre hospitalier des Trois Rivières"
	clinic      = "Clinique des Coudriers"
	deskName    = "Plateforme de coordination"
	sosName     = "SOS Médecins du Val"
	firstFleet  = "Ambulances des Cascades"
	tilleuls    = "Pharmacie des Tilleuls"
	maternityA  = "Maternité A"
	maternityB  = "Maternité B"
	gynaecology = "Urgences gynécologiques"
	highRisk    = "Grossesses à haut risque"
)

// establishment is a hospital or a clinic with its services.
type establishment struct {
	name, commune string
	wards         []ward
}

// ward is one service; profession is empty when it only asks.
type ward struct {
	name, extension string
	profession      nomenclature.ProfessionCode
	users           []user
}

var coordinator = []actor.Role{actor.RoleService, actor.RoleDischargeCoordinator}

// establishments are fictional, in real communes.
var establishments = []establishment{
	{hospital, "Corbeil-Essonnes", []ward{
		{maternityA, "4101", "", []user{{"maternite", "Sandrine Perrot", "coordinatrice ville-hôpital", coordinator}, {role: "sage-femme"}}},
		{maternityB, "4102", "", []user{{role: "sage-femme coordinatrice"}, {role: "sage-femme"}}},
		{gynaecology, "4110", "", []user{{"urgences", "Dr Samir Haddad", "gynécologue de garde", nil}, {role: "sage-femme d’accueil"}}},
		{highRisk, "4120", "", []user{{role: "sage-femme"}}},
		{"Chirurgie digestive", "4201", "", []user{{role: "cadre de santé"}, {role: "infirmière coordinatrice"}}},
		{"Court séjour gériatrique", "4301", nomenclature.HospitalService, []user{{role: "gériatre"}, {role: "assistante sociale"}}},
		{"Hospitalisation à domicile", "4401", nomenclature.HAD, []user{{role: "infirmière de coordination"}}},
	}},
	{clinic, "Évry-Courcouronnes", []ward{
		{"Chirurgie orthopédique", "201", "", []user{{"chirurgie", "Élodie Garnier", "infirmière coordinatrice", coordinator}}},
		{"Chirurgie ambulatoire", "205", "", []user{{role: "infirmière"}}},
		{"Maternité", "210", "", []user{{role: "sage-femme"}}},
	}},
	{"Hôpital de la Vallée Claire", "Longjumeau", []ward{
		{"Maternité", "310", "", []user{{role: "sage-femme coordinatrice"}}},
		{"Médecine", "320", nomenclature.HospitalService, []user{{role: "cadre de santé"}}},
		{"Urgences", "315", "", []user{{role: "médecin urgentiste"}}},
	}},
	{"Centre hospitalier du Gâtinais", "Étampes", []ward{
		{"Médecine polyvalente", "510", nomenclature.HospitalService, []user{{role: "cadre de santé"}}},
		{"Chirurgie", "520", "", []user{{role: "infirmière coordinatrice"}}},
	}},
	{"Centre hospitalier des Deux Ponts", "Melun", []ward{
		{"Maternité", "110", "", []user{{role: "sage-femme"}}},
		{"Urgences", "115", "", []user{{role: "médecin urgentiste"}}},
	}},
	{"Clinique du Parc aux Biches", "Brunoy", []ward{{"Chirurgie", "120", "", []user{{role: "infirmière coordinatrice"}}}}},
}

// team is one structure that answers, or several of the same kind.
type team struct {
	kind       directory.StructureKind
	profession nomenclature.ProfessionCode
	role       string // of its user
	names      []string
	communes   []string
	km         float64 // 0: the whole territory
	wakes      bool
	weeks      []civil.Window
}

// teams are the structures that answer as one resource (EA-008).
var teams = []team{
	{directory.SOSMedecins, nomenclature.SOSMedecins, "médecin régulateur", []string{sosName}, []string{"Évry-Courcouronnes"}, 0, true, nil},
	{directory.Company, nomenclature.AmbulanceCompany, "régulateur", []string{
		firstFleet, "Ambulances du Lavoir", "Transports sanitaires de l’Orge", "Ambulances du Plateau", "Ambulances de la Juine", "Ambulances des Peupliers", "Transports sanitaires de Sénart", "Ambulances du Bel-Air",
	}, []string{"Corbeil-Essonnes", "Évry-Courcouronnes", "Savigny-sur-Orge", "Massy", "Étampes", "Brétigny-sur-Orge", "Montgeron", "Melun"}, 20, true, nil},
	{directory.Laboratory, nomenclature.Laboratory, "secrétaire médicale", []string{
		"Laboratoire des Trois Fontaines", "Laboratoire du Marché", "Laboratoire de l’Yvette", "Laboratoire de la Halle", "Laboratoire du Moulin", "Laboratoire des Bords de Seine",
	}, []string{"Corbeil-Essonnes", "Évry-Courcouronnes", "Orsay", "Arpajon", "Étampes", "Draveil"}, 15, false, []civil.Window{hours(saturdayToo, 700, 1830)}},
	{directory.Imaging, nomenclature.Imaging, "secrétaire médicale", []string{
		"Centre d’imagerie des Lilas", "Imagerie du Plateau", "Centre d’imagerie de la Gare", "Imagerie de la Forêt",
	}, []string{"Corbeil-Essonnes", "Massy", "Savigny-sur-Orge", "Yerres"}, 20, false, []civil.Window{hours(saturdayToo, 800, 1900)}},
	{directory.HomeService, nomenclature.SSIAD, "infirmière coordinatrice", []string{
		"SSIAD Les Mésanges", "SSIAD du Hurepoix", "SSIAD Seine et Sénart", "SSIAD de la Juine",
	}, []string{"Évry-Courcouronnes", "Arpajon", "Draveil", "Étampes"}, 15, false, []civil.Window{hours(civil.EveryDay, 730, 1930)}},
	{directory.HomeService, "SAAD", "responsable de secteur", []string{"Aide à domicile Le Lien", "Aide à domicile Bonjour Voisin", "Aide à domicile des Prés"}, []string{"Corbeil-Essonnes", "Longjumeau", "Brétigny-sur-Orge"}, 15, false, []civil.Window{hours(civil.Weekdays, 830, 1800)}},
	{directory.HomeService, nomenclature.HAD, "infirmière de coordination", []string{"HAD du Grand Chêne"}, []string{"Palaiseau"}, 0, true, nil},
	{directory.Company, nomenclature.PSAD, "technicien", []string{"Confort Santé Domicile", "Matériel médical des Hirondelles"}, []string{"Ris-Orangis", "Montlhéry"}, 0, false, []civil.Window{hours(saturdayToo, 830, 1830)}},
	{directory.OtherKind, nomenclature.SocialService, "assistante sociale", []string{
		"Service social de la Seine", "Service social de l’Orge", "Service social du Plateau", "Service social de la Juine",
	}, []string{"Corbeil-Essonnes", "Sainte-Geneviève-des-Bois", "Palaiseau", "Étampes"}, 15, false, []civil.Window{hours(civil.Weekdays, 900, 1730)}},
	{directory.OtherKind, "DAC", "référente de parcours", []string{"Dispositif d’appui du territoire"}, []string{"Évry-Courcouronnes"}, 0, false, []civil.Window{hours(civil.Weekdays, 900, 1800)}},
	{directory.OtherKind, "EQUIPE_MOBILE", "infirmière", []string{"Équipe mobile de soins palliatifs", "Équipe mobile de gériatrie"}, []string{"Corbeil-Essonnes", "Longjumeau"}, 0, false, []civil.Window{hours(civil.Weekdays, 900, 1800)}},
	{directory.HealthCentre, "MMG", "secrétaire médicale", []string{"Maison médicale de garde du Pont"}, []string{"Corbeil-Essonnes"}, 20, false, []civil.Window{hours(civil.Weekdays, 2000, 2400), hours(civil.Weekend|civil.Holidays, 800, 2400)}},
}

// enrolEstablishments enrols the hospitals and their services.
func (e *founding) enrolEstablishments() error {
	for _, h := range establishments {
		commune := named(h.commune)
		of := territoryOf(commune)
		house, err := e.structure(directory.Structure{Territory: of, Kind: directory.Establishment, Name: h.name, Commune: commune.Code})
		if err != nil {
			return err
		}
		for _, w := range h.wards {
			s := directory.Structure{
				Territory: of, Kind: directory.Ward, Parent: house.ID, Name: w.name, Extension: w.extension, Profession: w.profession,
				Street: house.Street, Commune: commune.Code, Point: house.Point,
			}
			if w.profession != "" {
				s.Practice = directory.Practice{Communes: codesOf(near(commune, e.all, 30))}
			}
			if _, err := e.structure(s, w.users...); err != nil {
				return err
			}
		}
	}
	return nil
}

// enrolTeams enrols the structures that answer.
func (e *founding) enrolTeams() error {
	for _, t := range teams {
		for i, name := range t.names {
			commune := named(t.communes[i])
			s := directory.Structure{
				Territory: territoryOf(commune), Kind: t.kind, Name: name, Profession: t.profession, Commune: commune.Code,
				Practice: directory.Practice{Wakes: t.wakes, Windows: t.weeks, Communes: codesOf(e.in[territoryOf(commune)])},
			}
			if t.km > 0 {
				s.Practice.Communes = codesOf(near(commune, e.all, t.km))
			}
			u := user{role: t.role}
			switch name {
			case sosName:
				u = user{"sosmedecins", "Dr Nicolas Faure", t.role, nil}
			case firstFleet:
				u = user{"ambulance", "Corinne Robin", "régulatrice", nil}
			}
			if _, err := e.structure(s, u); err != nil {
				return err
			}
		}
	}
	return nil
}

// enrolDesks enrols the coordination desk of each territory.
func (e *founding) enrolDesks() error {
	people := map[territory.ID][]user{
		Essonne: {
			{"operatrice", "Nadia Mansouri", "opératrice", []actor.Role{actor.RoleOperator}},
			{"superviseur", "Dr Paul Aubry", "médecin superviseur", []actor.Role{actor.RoleSupervisorDoctor}},
			{"superviseuse", "Claire Monnier", "infirmière superviseuse", []actor.Role{actor.RoleSupervisorNurse}},
			{"supervision.sf", "Agnès Prévost", "sage-femme superviseuse", []actor.Role{actor.RoleSupervisorMidwife}},
		},
		SeineEtMarne: {
			{role: "opérateur", roles: []actor.Role{actor.RoleOperator}},
			{role: "médecin superviseur", roles: []actor.Role{actor.RoleSupervisorDoctor}},
		},
	}
	for _, of := range []territory.ID{Essonne, SeineEtMarne} {
		commune := named(map[territory.ID]string{Essonne: "Évry-Courcouronnes", SeineEtMarne: "Melun"}[of])
		s := directory.Structure{Territory: of, Kind: directory.CallDesk, Name: deskName, Commune: commune.Code}
		if of == SeineEtMarne {
			s.Name += " de Seine-et-Marne"
		}
		if _, err := e.structure(s, people[of]...); err != nil {
			return err
		}
	}
	return nil
}

// territoryOf is the territory of the demonstration that holds a commune.
func territoryOf(c territory.Commune) territory.ID {
	if c.Departement == departements[SeineEtMarne] {
		return SeineEtMarne
	}
	return Essonne
}
