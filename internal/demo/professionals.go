package demo

import (
	"slices"
	"time"

	"entractes/internal/base/civil"
	"entractes/internal/base/geo"
	"entractes/internal/care/directory"
	"entractes/internal/care/nomenclature"
	"entractes/internal/care/territory"
)

// trade is how the people of one line of the plan work.
type trade struct {
	profession nomenclature.ProfessionCode
	women      float64 // share of women
	civility   string
	visits     float64    // share of those who go to the patient's home
	nearKm     [2]float64 // shortest and longest way to a commune served
	practice   bool       // works in a cabinet
	weeks      [][]civil.Window
}

// hours writes a window in hours and minutes: 830 is half past eight.
func hours(days civil.Days, from, to int) civil.Window {
	return civil.Window{Days: days, From: from/100*60 + from%100, To: to/100*60 + to%100}
}

const saturdayToo = civil.Weekdays | civil.Saturday

var (
	nurseWeeks = [][]civil.Window{
		{hours(civil.EveryDay, 630, 2030)},
		{hours(civil.EveryDay, 700, 1300), hours(civil.EveryDay, 1600, 2030)},
		{hours(saturdayToo, 700, 2000)},
		{hours(civil.Weekdays, 700, 1930)},
	}
	officeWeeks = [][]civil.Window{
		{hours(civil.Weekdays, 830, 1900)},
		{hours(civil.Weekdays, 900, 1230), hours(civil.Weekdays, 1400, 1930), hours(civil.Saturday, 900, 1200)},
		{hours(civil.Monday|civil.Tuesday|civil.Thursday|civil.Friday, 830, 1830)},
		{hours(saturdayToo, 900, 1900)},
	}
	shopWeeks = [][]civil.Window{{hours(saturdayToo, 900, 1930)}, {hours(civil.Weekdays, 830, 2000), hours(civil.Saturday, 900, 1900)}}
)

// trades are the lines of the plan, by its codes.
var trades = map[string]trade{
	"60":     {nomenclature.Nurse, 0.84, "", 1, [2]float64{8, 14}, true, nurseWeeks},
	"70":     {nomenclature.Physio, 0.52, "", 0.7, [2]float64{8, 12}, true, officeWeeks},
	"10":     {nomenclature.GP, 0.5, "Dr", 0.6, [2]float64{8, 12}, true, officeWeeks},
	"10S":    {nomenclature.Specialist, 0.45, "Dr", 0.05, [2]float64{15, 20}, true, officeWeeks},
	"21":     {nomenclature.Pharmacist, 0.68, "", 0.3, [2]float64{8, 10}, false, shopWeeks},
	"40":     {nomenclature.Dentist, 0.45, "Dr", 0.05, [2]float64{8, 12}, true, officeWeeks},
	"91":     {nomenclature.SpeechTherapy, 0.96, "", 0.5, [2]float64{8, 14}, true, officeWeeks},
	"80":     {nomenclature.Podiatrist, 0.7, "", 0.7, [2]float64{8, 14}, true, officeWeeks},
	"50":     {nomenclature.Midwife, 0.97, "", 1, [2]float64{14, 20}, true, officeWeeks},
	"R95-93": {"PSYCHO", 0.85, "", 0.2, [2]float64{10, 15}, true, officeWeeks},
	"95":     {"DIET", 0.9, "", 0.5, [2]float64{10, 20}, true, officeWeeks},
	"94":     {"ERGO", 0.85, "", 1, [2]float64{15, 20}, true, officeWeeks},
	"96":     {"PSYMOT", 0.88, "", 0.6, [2]float64{10, 15}, true, officeWeeks},
	"92":     {"ORTHOPT", 0.9, "", 0.1, [2]float64{10, 15}, true, officeWeeks},
}

// specialties are those a doctor of the plan may have.
var specialties = []string{"SM04", "SM15", "SM18", "SM19", "SM20", "SM24", "SM30"}

// eastern is the share of the plan that lives in Seine-et-Marne.
const eastern = 0.15

// enrolPlan enrols the professionals of the plan.
func (e *founding) enrolPlan() error {
	for _, line := range words().plan {
		t := trades[line.code]
		count := max(1, int(float64(line.count)*e.size.Share+0.5))
		already := len(slices.DeleteFunc(slices.Clone(e.professionals), func(p directory.Professional) bool { return p.Profession != t.profession }))
		for range count - already {
			if err := e.enrolOne(t); err != nil {
				return err
			}
		}
	}
	return nil
}

func (e *founding) enrolOne(t trade) error {
	of := Essonne
	if e.d.chance(eastern) {
		of = SeineEtMarne
	}
	commune := e.d.inhabited(e.in[of])
	sex := "M"
	if e.d.chance(t.women) {
		sex = "F"
	}
	given, family := e.name(sex, "bbc")
	p := directory.Professional{
		Territory: of, Civility: t.civility, FamilyName: family, GivenName: given, Sex: sex, Profession: t.profession,
		Commune: commune.Code, Practice: e.practice(t, commune),
	}
	if t.profession == nomenclature.Specialist {
		p.Specialty = pick(e.d, specialties)
	}
	if err := e.place(&p, t, commune); err != nil {
		return err
	}
	added, err := e.professional(p, "")
	if err != nil {
		return err
	}
	return e.away(added)
}

// place gives a professional the cabinet or pharmacy of his commune where he works, when there is one.
func (e *founding) place(p *directory.Professional, t trade, commune territory.Commune) error {
	kind, name := directory.Cabinet, "Cabinet "+e.d.odonym()
	switch {
	case t.profession == nomenclature.Pharmacist:
		kind, name = directory.Pharmacy, "Pharmacie "+e.d.odonym()
	case !t.practice || e.d.chance(0.55):
		return nil
	}
	for _, key := range e.order {
		s := e.structures[key]
		if s.Kind == kind && s.Commune == commune.Code && e.d.chance(0.7) {
			p.Structure, p.Street, p.Point = s.ID, s.Street, s.Point
			return nil
		}
	}
	s := directory.Structure{Territory: p.Territory, Kind: kind, Name: name, Commune: commune.Code}
	if kind == directory.Pharmacy {
		s.Profession = nomenclature.Pharmacy
		s.Practice = directory.Practice{Communes: codesOf(near(commune, e.all, 6)), Windows: pick(e.d, shopWeeks)}
	}
	if _, taken := e.structures[name+" "]; taken {
		s.Name = name + " de " + commune.Name
	}
	var users []user
	if kind == directory.Pharmacy {
		users = []user{{role: "préparatrice"}}
	}
	added, err := e.structure(s, users...)
	p.Structure, p.Street, p.Point = added.ID, added.Street, added.Point
	return err
}

// odonym names a place of work: « des Lilas ».
func (d dice) odonym() string {
	for {
		if name := pick(d, words().odonyms); len(name) > 3 && (name[:2] == "de" || name[:2] == "du") {
			return name
		}
	}
}

// practice is where, when and for what somebody accepts to be asked.
func (e *founding) practice(t trade, commune territory.Commune) directory.Practice {
	km := t.nearKm[0] + e.d.Float64()*(t.nearKm[1]-t.nearKm[0])
	if commune.Population < 8000 {
		km = min(km*1.5, 20)
	}
	p := directory.Practice{Windows: pick(e.d, t.weeks), Networks: []string{networkOf(commune)}, Wakes: e.d.chance(0.08)}
	if e.d.chance(0.25) {
		p.Radius = float64(int(km * 0.8))
		p.Communes = []territory.CommuneCode{commune.Code}
	} else {
		// The nearer a commune, the surer that it is served.
		for _, c := range near(commune, e.all, km) {
			if c.Code == commune.Code || e.d.chance(1-0.85*geo.Distance(c.Point, commune.Point)/km) {
				p.Communes = append(p.Communes, c.Code)
			}
		}
	}
	p.Modes, p.Acts = e.modes(t), e.acts(t)
	if e.d.chance(0.2) {
		p.Quiet = civil.Night{From: 20 * 60, To: 8 * 60}
	}
	return p
}

// modes leaves out the visit for those who stay in their office; empty means all.
func (e *founding) modes(t trade) []nomenclature.Mode {
	prof, _ := nomenclature.ProfessionOf(t.profession)
	if e.d.chance(t.visits) {
		return nil
	}
	return slices.DeleteFunc(slices.Clone(prof.Modes), func(m nomenclature.Mode) bool { return m.AtHome() })
}

// acts leaves out a few acts of the profession for one person in three; empty means all.
func (e *founding) acts(t trade) []nomenclature.ActCode {
	if !e.d.chance(0.35) {
		return nil
	}
	var out []nomenclature.ActCode
	for _, a := range nomenclature.ActsFor(t.profession) {
		if e.d.chance(0.8) {
			out = append(out, a.Code)
		}
	}
	return out
}

// away writes a holiday for some, and « complet » for others.
func (e *founding) away(p directory.Professional) error {
	now := e.tx.Now()
	span := time.Duration(e.size.Days) * 24 * time.Hour
	switch {
	case e.d.chance(0.1):
		from := now.Add(time.Duration(e.d.Float64() * float64(span+10*24*time.Hour)))
		_, err := directory.InsertAbsence(e.tx, p.Subject(), directory.Absence{From: from, To: from.Add(time.Duration(e.d.between(2, 14)) * 24 * time.Hour), Reason: "Congés"})
		return err
	case e.d.chance(0.05):
		return directory.SetBusy(e.tx, p.Subject(), now.Add(span+time.Duration(e.d.between(1, 6))*24*time.Hour))
	}
	return nil
}

// networkOf is the fictional health community of a commune, by where it lies.
func networkOf(c territory.Commune) string {
	switch {
	case c.Departement == departements[SeineEtMarne] && c.Point.Lat > 48.6:
		return "CPTS Brie des Sources"
	case c.Departement == departements[SeineEtMarne]:
		return "CPTS Lisière de Bière"
	case c.Point.Lat < 48.55:
		return "CPTS Portes du Gâtinais"
	case c.Point.Lon > 2.38:
		return "CPTS Seine et Forêt"
	case c.Point.Lat > 48.68:
		return "CPTS Plateau des Yvettes"
	}
	return "CPTS des Deux Vallées"
}
