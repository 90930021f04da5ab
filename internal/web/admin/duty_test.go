package admin_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"entractes/internal/base/civil"
	"entractes/internal/care/directory"
	"entractes/internal/care/nomenclature"
	"entractes/internal/care/rota"
	"entractes/internal/infra/db"
	"entractes/internal/testkit"
)

// lines makes two lines and their shifts of one week: companies that take turns day and
// night, and physiotherapists together by day, save on Sunday.
func (o *office) lines() (amb, physio rota.LineID) {
	o.t.Helper()
	var fleets, physios []*testkit.Person
	for _, name := range []string{"Ambulances du Val", "Ambulances des Cascades", "Transports sanitaires de l’Orge"} {
		fleets = append(fleets, o.Structure(testkit.Structure{Name: name, Kind: directory.Company, Profession: nomenclature.AmbulanceCompany, Wakes: true}))
	}
	for _, name := range []string{"Saule", "Bouleau"} {
		physios = append(physios, o.Professional(testkit.Professional{Name: name, Profession: nomenclature.Physio}))
	}
	amb, physio = o.Line("Ambulance astreinte", nomenclature.AmbulanceCompany, rota.InOrder), o.Line("Kiné respiratoire", nomenclature.Physio, rota.Together)
	loc := civil.Paris()
	monday := civil.Day{Year: 2026, Month: 3, Day: 16}
	var turns, days []rota.DutyShift
	for n := range 7 {
		day := monday.Add(n)
		for rank := range 2 {
			turns = append(turns, rota.DutyShift{Subject: fleets[(n+rank)%3].Subject, Rank: rank + 1, From: day.Start(loc), To: day.End(loc)})
		}
		for _, p := range physios {
			if span := civil.SpanOn(day, 8*60, 20*60, loc); n < 6 {
				days = append(days, rota.DutyShift{Subject: p.Subject, Rank: 1, From: span.Start, To: span.End})
			}
		}
	}
	from, to := monday.Start(loc), monday.Add(7).Start(loc)
	o.Must(o.Rota.ReplaceShifts(o.As(o.keeper.Actor), amb, from, to, turns))
	o.Must(o.Rota.ReplaceShifts(o.As(o.keeper.Actor), physio, from, to, days))
	return amb, physio
}

func (o *office) shifts(line rota.LineID, from, to string) (list []rota.DutyShift) {
	o.t.Helper()
	o.Must(o.DB.View(o.t.Context(), func(tx *db.Tx) (err error) {
		list, err = rota.Shifts(tx, line, wall(o.t, from), wall(o.t, to))
		return err
	}))
	return list
}

func wall(t *testing.T, text string) time.Time {
	t.Helper()
	when, err := time.ParseInLocation("2006-01-02", text, civil.Paris())
	if err != nil {
		t.Fatal(err)
	}
	return when
}

const dutyPath = "/administration/astreintes"

func TestLinesShowWhoIsOnDutyAndTheGaps(t *testing.T) {
	o := open(t)
	amb, physio := o.lines()
	o.get(o.keeper, dutyPath).is(200).says("Ambulance astreinte", "Ambulances du Val, jusqu’à", "Camille Saule, jusqu’à aujourd’hui 20\u00a0h", "À tour de rôle", "tout le territoire", "trous")
	week := o.get(o.keeper, dutyPath+"/"+string(physio)).is(200).says("Kiné respiratoire", "Du lundi 16 mars au dimanche 22 mars 2026", "8\u00a0h – 20\u00a0h", "moments sans personne", "toute la journée", "<svg")
	if n := week.count("li", "class=gap"); n != 13 { // two a day, and the whole Sunday
		t.Errorf("%d gaps", n)
	}
	o.get(o.keeper, dutyPath+"/"+string(amb)+"?semaine=2026-03-26").is(200).says("Aucune garde cette semaine", "Du lundi 23 mars au dimanche 29 mars")
	o.get(o.keeper, dutyPath+"/nothing").is(404)
	for _, p := range []*testkit.Person{o.nurse, o.desk} {
		for _, path := range []string{"", "/nouvelle", "/" + string(amb), "/" + string(amb) + "/modifier", "/" + string(amb) + "/plan", "/personnes?q=a"} {
			o.get(p, dutyPath+path).is(404)
		}
		o.post(p, dutyPath+"/"+string(amb)+"/plan", "p0", "x").is(404)
		o.post(p, dutyPath+"/"+string(amb)+"/reconduire?semaine=2026-03-16", "weeks", "2").is(404)
	}
}

func TestALineIsWrittenAndComesBackWithItsFaults(t *testing.T) {
	o := open(t)
	o.post(o.keeper, dutyPath+"/nouvelle", "name", "", "profession", "RIEN", "mode", "in_order", "phone", "12", "communes", "91174").is(422).
		says("3 points sont à corriger").has("input", "name=phone", "value=12", "aria-invalid=true").has("select", "name=profession", "aria-invalid=true").has("a", "href=#f-name")
	made := o.post(o.keeper, dutyPath+"/nouvelle", "name", "Kiné bronchiolite", "profession", "MK", "mode", "together", "phone", "01 99 00 12 34", "communes", "91174", "active", "1").is(303)
	at := strings.TrimSuffix(made.to, "?fait=ligne")
	o.get(o.keeper, made.to).says("La ligne est enregistrée.", "Kiné bronchiolite", "tous ensemble")
	o.get(o.keeper, at+"/modifier").is(200).says("01\u00a099\u00a000\u00a012\u00a034", "Communes servies\u00a0: Corbeil-Essonnes")
	o.post(o.keeper, at+"/modifier", "name", "Kiné bronchiolite", "profession", "MK", "mode", "together").is(303)
	o.get(o.keeper, dutyPath).says("Fermée", "Ne se demande plus")
}

func TestShiftsOfAPeriodAreReplaced(t *testing.T) {
	o := open(t)
	amb, _ := o.lines()
	plan := dutyPath + "/" + string(amb) + "/plan?du=2026-03-18&au=2026-03-19"
	o.get(o.keeper, plan).is(200).says("Ambulances des Cascades", `value="2026-03-18T00:00"`, "du mercredi 18 mars au jeudi 19 mars 2026", `name="p0_rank"`)
	val := o.shifts(amb, "2026-03-16", "2026-03-17")[0].Subject
	// One chosen, one whose name says enough, one removed, and an empty row.
	o.post(o.keeper, plan,
		"p0", "Ambulances du Val", "p0_id", "structure:"+val.ID, "p0_id_for", "Ambulances du Val", "p0_from", "2026-03-18T08:00", "p0_to", "2026-03-19T08:00", "p0_rank", "2",
		"p1", "orge", "p1_id", "", "p1_id_for", "", "p1_from", "2026-03-18T08:00", "p1_to", "2026-03-20T00:00", "p1_rank", "1",
		"p2", "Ambulances des Cascades", "p2_off", "1", "p2_from", "2026-03-18T00:00", "p2_to", "2026-03-19T00:00", "p2_rank", "1",
		"p3", "", "p3_id", "", "p3_from", "", "p3_to", "", "p3_rank", "1",
	).leads(dutyPath + "/" + string(amb) + "?fait=plan&semaine=2026-03-18")
	if got := o.shifts(amb, "2026-03-18", "2026-03-20"); len(got) != 2 || got[0].Rank != 1 || got[1].Subject != val {
		t.Errorf("%+v", got)
	}
	if got := o.shifts(amb, "2026-03-16", "2026-03-17"); len(got) != 2 {
		t.Errorf("another day changed: %+v", got)
	}
	o.get(o.keeper, dutyPath+"/"+string(amb)+"?fait=plan&semaine=2026-03-18").says("Les gardes sont enregistrées.", "Transports sanitaires de l’Orge")
}

func TestRefusedShiftsKeepTheirRowsAndTheirFaults(t *testing.T) {
	o := open(t)
	amb, _ := o.lines()
	plan := dutyPath + "/" + string(amb) + "/plan?du=2026-03-18&au=2026-03-19"
	o.post(o.keeper, plan, "p0", "Ambulances", "p0_from", "2026-03-18T08:00", "p0_to", "2026-03-19T08:00", "p1", "Zorglub", "p1_from", "", "p1_to", "2026-03-19T08:00").is(422).
		says("Plusieurs personnes portent ce nom", "Laquelle de ces personnes", "Ambulances du Val", "Personne de ce nom n’est inscrit", "3 points sont à corriger").
		has("input", "name=p1", "value=Zorglub", "aria-invalid=true").has("input", "name=p1_from", "aria-invalid=true").has("input", "type=radio", "name=p0_id")
	val := "structure:" + o.shifts(amb, "2026-03-16", "2026-03-17")[0].Subject.ID
	got := o.post(o.keeper, plan, "p0", "", "p0_from", "", "p0_to", "", "p1", "Ambulances du Val", "p1_id", val, "p1_from", "2026-03-19T08:00", "p1_to", "2026-03-18T08:00",
		"p2", "Ambulances du Val", "p2_id", val, "p2_from", "2026-03-10T08:00", "p2_to", "2026-03-18T08:00").is(422)
	got.says("La garde 2 finit avant de commencer", "La garde 3 sort de la période").has("input", "name=p1_to", "aria-invalid=true").has("input", "name=p2_from", "aria-invalid=true")
	if list := o.shifts(amb, "2026-03-18", "2026-03-20"); len(list) != 4 {
		t.Errorf("a refused plan was half written: %+v", list)
	}
	o.post(o.keeper, plan, "p0", "Ambulances du Val", "p0_id", val, "p0_from", "", "p0_to", "", "plus", "1").is(200).says(`name="p1"`, `name="p3"`)
}

func TestAWeekIsRepeated(t *testing.T) {
	o := open(t)
	_, physio := o.lines()
	at := dutyPath + "/" + string(physio)
	o.post(o.keeper, at+"/reconduire?semaine=2026-03-16", "weeks", "2").leads(at + "?fait=reconduite&semaine=2026-03-23")
	if got := o.shifts(physio, "2026-03-23", "2026-04-13"); len(got) != 24 || got[0].From.In(civil.Paris()).Hour() != 8 || got[23].From.In(civil.Paris()).Hour() != 8 {
		t.Errorf("%d shifts", len(got))
	}
	o.post(o.keeper, at+"/reconduire?semaine=2026-03-16", "weeks", "80").is(http.StatusUnprocessableEntity).says("de 1 à 26 fois", `value="80"`)
	o.post(o.keeper, at+"/reconduire?semaine=rien", "weeks", "1").is(404)
}

func TestPeopleAreProposedWhileOneTypes(t *testing.T) {
	o := open(t)
	o.lines()
	o.get(o.keeper, dutyPath+"/personnes?q=sau&metier=MK").is(200).says(`data-label="Camille Saule"`, "professional:").hides("Val", "<html")
	o.get(o.keeper, dutyPath+"/personnes?q=zorglub&metier=MK").is(200).says("Personne de ce nom")
	o.get(o.keeper, dutyPath+"/personnes?q=vabre&metier=MK").is(200).says("Camille Vabre") // nobody of the profession: others are proposed
}
