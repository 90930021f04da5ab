package request_test

import (
	"testing"
	"time"

	"entractes/internal/base/civil"
	"entractes/internal/base/fault"
	"entractes/internal/care/nomenclature"
	"entractes/internal/care/request"
	"entractes/internal/care/territory"
)

// TestTheSentenceSaysEveryRhythm renders what a form may ask: how often, when in the week
// and in the day, how long, and until what.
func TestTheSentenceSaysEveryRhythm(t *testing.T) {
	for _, c := range []struct {
		often string
		days  int
		end   string
		want  string
	}{
		{"once", 0, "", "Visite à domicile, Pansement simple [à partir du lundi 16 mars]"},
		{"once at soir", 1, "", "Visite à domicile, Pansement simple pendant 1 j [1 passage, le soir, à partir du lundi 16 mars]"},
		{"2/day at matin,coucher", 8, "", "Visite à domicile, Pansement simple pendant 8 j [2 passages par jour, le matin et au coucher, à partir du lundi 16 mars]"},
		{"2/day", 0, "delivery", "Visite à domicile, Pansement simple, jusqu’à l’accouchement [2 passages par jour, à partir du lundi 16 mars]"},
		{"1/day", 15, "healed", "Visite à domicile, Pansement simple pendant 15 j, jusqu’à cicatrisation [1 passage par jour, à partir du lundi 16 mars]"},
		{"3/week", 30, "", "Visite à domicile, Pansement simple pendant 30 j [3 passages par semaine, à partir du lundi 16 mars]"},
		{"once on 1,3,5 at matin", 30, "", "Visite à domicile, Pansement simple pendant 30 j [1 passage le lundi, le mercredi et le vendredi, le matin, à partir du lundi 16 mars]"},
		{"2/day on 1,2,3,4,5", 0, "", "Visite à domicile, Pansement simple, durée non précisée [2 passages par jour du lundi au vendredi, à partir du lundi 16 mars]"},
		{"every 2 days at apres_midi", 3, "undetermined", "Visite à domicile, Pansement simple pendant 3 j [tous les 2 jours, l’après-midi, à partir du lundi 16 mars]"},
	} {
		often, err := nomenclature.ParseFrequency(c.often)
		if err != nil {
			t.Fatal(err)
		}
		r := request.Request{
			Mode: nomenclature.HomeVisit, Acts: []nomenclature.ActCode{"IDE07"}, Commune: "91174", StartAt: monday,
			Care: request.Care{Days: c.days, End: c.end, Frequency: often},
		}
		if got := r.Sentence(french); plain(got) != c.want {
			t.Errorf("%s\ngot  %s\nwant %s", c.often, plain(got), c.want)
		}
	}
}

// TestTheBlocksAreReadAfterTheSentence says each block and each answer once, in its words.
func TestTheBlocksAreReadAfterTheSentence(t *testing.T) {
	acts := []nomenclature.ActCode{"IDE07", "IDE10"}
	d := request.Details{
		Answers:   request.Answers{"IDE07": {"site": "talon gauche"}, "IDE10": {"count": "12", "removal_date": "2026-03-20"}},
		Maternity: (&request.Maternity{Date: civil.DayFrom(2026, 5, 4), Birth: request.Caesarean, Parity: 2, Multiple: true, BabyGrams: 2950}).Seen(monday),
		Transport: &request.Transport{From: "EHPAD des Tilleuls", To: "urgences", Ward: "cardiologie", Position: request.Lying, Weight: 92, Oxygen: true, Voucher: true},
	}
	want := []string{
		"Pansement simple (Localisation : talon gauche). Retrait d’agrafes ou de fils (≤ 10, > 10) (Nombre : 12, Date du retrait : vendredi 20 mars 2026)",
		"Accouchement prévu : lundi 4 mai 2026, Césarienne, Parité : 2, Grossesse multiple, Bébé : 2 950 g",
		"Départ : EHPAD des Tilleuls, arrivée : urgences, service : cardiologie, allongé, 92 kg, oxygène, bon de transport fait",
	}
	got := d.Blocks(french, acts)
	if len(got) != len(want) {
		t.Fatalf("%d blocks: %q", len(got), got)
	}
	for i := range want {
		if plain(got[i]) != want[i] {
			t.Errorf("got  %s\nwant %s", plain(got[i]), want[i])
		}
	}
	if one := (request.Details{Answers: request.Answers{"IDE16": {"size": "16.5"}}}).Blocks(french, []nomenclature.ActCode{"IDE16"}); plain(one[0]) != "Taille de sonde : 16,5 CH" {
		t.Errorf("one act says %q", one)
	}
	if none := (request.Details{Maternity: &request.Maternity{}, Transport: &request.Transport{}}).Blocks(french, nil); len(none) != 0 {
		t.Errorf("empty blocks say %q", none)
	}
}

// TestEveryQuestionOfTheNomenclatureCanBeAnswered answers each question of each act, well and badly.
func TestEveryQuestionOfTheNomenclatureCanBeAnswered(t *testing.T) {
	good := map[nomenclature.FieldKind]string{
		nomenclature.FieldText: "talon", nomenclature.FieldLong: "deux\nlignes", nomenclature.FieldNumber: "2.5", nomenclature.FieldBool: "1",
		nomenclature.FieldDate: "2026-03-20", nomenclature.FieldTime: "08:30", nomenclature.FieldSpecialty: "SM04",
	}
	bad := map[nomenclature.FieldKind]string{
		nomenclature.FieldText: "\x00", nomenclature.FieldLong: "\xff", nomenclature.FieldNumber: "deux", nomenclature.FieldBool: "oui",
		nomenclature.FieldDate: "20/03/2026", nomenclature.FieldTime: "8 h", nomenclature.FieldChoice: "aucun", nomenclature.FieldSpecialty: "XX",
	}
	asked := 0
	for _, act := range nomenclature.Acts() {
		for _, q := range request.Questions(act.Code) {
			asked++
			field := request.AnswerField(act.Code, q.Code)
			a := anAsk(act)
			answer := good[q.Kind]
			if q.Kind == nomenclature.FieldChoice {
				answer = q.Options[0].Code
			}
			a.Details.Answers.Set(act.Code, q.Code, answer)
			if f := faultsOf(a)[field]; f != "" {
				t.Errorf("%s %s %q: %s", act.Code, q.Code, answer, f)
			}
			a.Details.Answers[act.Code][q.Code] = bad[q.Kind]
			if f := faultsOf(a)[field]; f == "" {
				t.Errorf("%s %s takes %q", act.Code, q.Code, bad[q.Kind])
			}
		}
	}
	if asked < 50 {
		t.Errorf("only %d questions", asked)
	}
}

func anAsk(act nomenclature.Act) request.Ask {
	return request.Ask{
		Profession: act.Professions[0], Acts: []nomenclature.ActCode{act.Code}, Mode: act.Mode, Urgency: nomenclature.U3,
		Details: request.Details{Answers: request.Answers{}},
	}
}

func faultsOf(a request.Ask) map[string]string {
	out := map[string]string{}
	for _, f := range fault.Fields(request.CheckNeed(a, territory.Defaults(), monday)) {
		out[f.Field] = f.Code
	}
	return out
}

// TestACareThatContradictsItselfIsRefused names the field of each contradiction.
func TestACareThatContradictsItselfIsRefused(t *testing.T) {
	usual, _ := nomenclature.ActOf("IDE07")
	for _, c := range []struct {
		name   string
		change func(a *request.Ask)
		field  string
		code   string
	}{
		{"two moments for one visit", func(a *request.Ask) {
			a.Care.Frequency = nomenclature.Frequency{PerDay: 1, At: nomenclature.Morning | nomenclature.Evening}
		}, "frequency", "request.moments"},
		{"days and a number a week", func(a *request.Ask) { a.Care.Frequency = nomenclature.Frequency{PerWeek: 2, On: civil.Monday} }, "frequency", "request.rhythm"},
		{"thirteen a day", func(a *request.Ask) { a.Care.Frequency.PerDay = 13 }, "frequency", "request.frequency"},
		{"an end nobody knows", func(a *request.Ask) { a.Care.End = "someday" }, "days", "request.end"},
		{"a baby of 9 kg", func(a *request.Ask) { a.Details.Maternity = &request.Maternity{BabyGrams: 9000} }, "baby_grams", "request.baby_grams"},
		{"a birth in two years", func(a *request.Ask) {
			a.Details.Maternity = &request.Maternity{Date: civil.DayOf(monday, time.UTC).Add(700)}
		}, "maternity_date", "request.birth_date"},
		{"a standing patient", func(a *request.Ask) { a.Details.Transport = &request.Transport{Position: "standing"} }, "transport_position", "request.position"},
		{"a patient of a ton", func(a *request.Ask) { a.Details.Transport = &request.Transport{Weight: 1000} }, "transport_weight", "request.weight"},
		{"an answer about another act", func(a *request.Ask) { a.Details.Answers.Set("IDE10", "count", "3") }, "acts", "request.answer"},
		{"an answer nobody asked", func(a *request.Ask) { a.Details.Answers.Set("IDE07", "count", "3") }, "acts", "request.answer"},
	} {
		a := anAsk(usual)
		if f := faultsOf(a); len(f) != 0 {
			t.Fatalf("a usual ask: %v", f)
		}
		c.change(&a)
		if got := faultsOf(a)[c.field]; got != c.code {
			t.Errorf("%s: %q at %s, want %s", c.name, got, c.field, c.code)
		}
	}
	other, _ := nomenclature.ActOf("IDE99")
	a := anAsk(other)
	if f := faultsOf(a); f["answers.IDE99.free_text"] != "request.answer_needed" {
		t.Errorf("another care without words: %v", f)
	}
	if a.Details.Motive = "Soin de bouche"; len(faultsOf(a)) != 0 {
		t.Error("the motive does not stand for the description")
	}
}
