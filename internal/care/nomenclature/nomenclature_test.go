package nomenclature

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"entractes/internal/base/civil"
	"entractes/internal/base/fault"
	"entractes/internal/base/i18n"
)

func TestDataAreWellMade(t *testing.T) {
	for _, p := range data().problems {
		t.Error(p)
	}
}

func TestEveryProfessionCanBeAsked(t *testing.T) {
	for _, p := range Professions() {
		for _, m := range p.Modes {
			if _, ok := ModeOf(m); !ok {
				t.Errorf("%s: no mode %q", p.Code, m)
			}
		}
		if p.Dispatchable && (len(p.Modes) == 0 || len(ActsFor(p.Code)) == 0) {
			t.Errorf("%s is dispatchable and has no mode or no act", p.Code)
		}
		if p.Dispatchable && p.Optional {
			t.Errorf("%s is dispatchable and optional", p.Code)
		}
		for _, code := range p.RPPS {
			registered := func(r RPPSProfession) bool { return r.Nomenclature == p.Nomenclature && r.Code == code && r.Active }
			if !slices.ContainsFunc(RPPSProfessions(), registered) {
				t.Errorf("%s: the register has no %s %s", p.Code, p.Nomenclature, code)
			}
		}
	}
}

func TestEveryActIsDoneBySomebodyInAnUsualWay(t *testing.T) {
	for _, a := range Acts() {
		if len(a.Professions) == 0 {
			t.Errorf("%s is done by nobody", a.Code)
		}
		for _, code := range a.Professions {
			p, ok := ProfessionOf(code)
			if !ok || !p.Dispatchable {
				t.Errorf("%s: %q is not a dispatchable profession", a.Code, code)
			} else if !p.Offers(a.Mode) {
				t.Errorf("%s: %s does not offer %s", a.Code, code, a.Mode)
			}
		}
		seen := map[string]bool{}
		for _, f := range a.Fields {
			if seen[f.Code] {
				t.Errorf("%s asks %s twice", a.Code, f.Code)
			}
			seen[f.Code] = true
		}
		if strings.HasSuffix(string(a.Code), "99") && !slices.ContainsFunc(a.Fields, func(f ActField) bool { return f.Code == "free_text" && f.Required }) {
			t.Errorf("%s must ask what it is", a.Code)
		}
	}
}

func TestTheActListsAreComplete(t *testing.T) {
	var want []string
	add := func(prefix string, last int, more ...string) {
		for i := 1; i <= last; i++ {
			want = append(want, fmt.Sprintf("%s%02d", prefix, i))
		}
		want = append(want, more...)
	}
	add("IDE", 33, "IDE99")
	add("SF", 16, "SF99")
	add("MK", 12, "MK99")
	add("MG", 8)
	add("SP", 10)
	add("TR", 6)
	add("PH", 7)
	add("LB", 3, "RX", "EC", "SC", "IR")
	add("DE", 2)
	add("PO", 2)
	add("OR", 3)
	add("OP", 2)
	add("SO", 6)
	add("PS", 5)
	add("SOS", 2, "ER01", "DI01", "PY01")
	for _, code := range want {
		if _, ok := ActOf(ActCode(code)); !ok {
			t.Errorf("%s is missing", code)
		}
	}
}

func TestLabelsAreThereAndTypographicallyRight(t *testing.T) {
	check := func(what, lang, text string) {
		if text == "" {
			t.Errorf("%s has no label in %s", what, lang)
		}
		for _, slip := range i18n.Slips(lang, text) {
			t.Errorf("%s: %s: %q", what, slip, text)
		}
	}
	words := func(what string, w Words) { check(what, "fr", w.FR); check(what, "en", w.EN) }
	for _, lang := range i18n.Langs {
		for _, p := range Professions() {
			for _, text := range []string{p.Label(lang), p.LabelFor(lang, true), p.Plural(lang)} {
				check(string(p.Code), lang, text)
			}
		}
	}
	for _, a := range Acts() {
		words(string(a.Code), a.Words)
		if a.NGAP != "" {
			check(string(a.Code)+" NGAP", "fr", a.NGAP)
		}
	}
	for _, f := range data().terms.Fields {
		words(f.Code, f.Words)
		for _, o := range f.Options {
			words(f.Code+" "+o.Code, o.Words)
		}
	}
	for _, u := range Urgencies() {
		words(string(u.Code), u.Words)
	}
	for _, m := range Modes() {
		words(string(m.Code), m.Words)
	}
	for _, d := range DayParts() {
		words(d.Code, d.Words)
	}
	for _, list := range ReasonLists() {
		for _, r := range Reasons(list) {
			words(string(r.Code), r.Words)
		}
	}
	for _, term := range slices.Concat(InsuranceSchemes(), Situations(), EndCriteria()) {
		words(term.Code, term.Words)
	}
	for _, s := range data().specialties {
		words(s.Code, s.Words)
	}
	for _, r := range RPPSProfessions() {
		words(r.Nomenclature+" "+r.Code, r.Words)
	}
}

func TestNoCodeIsThereTwice(t *testing.T) {
	lists := map[string][]string{}
	note := func(list, code string) { lists[list] = append(lists[list], code) }
	for _, f := range data().terms.Fields {
		note("fields", f.Code)
		if (f.Kind == FieldChoice) != (len(f.Options) > 0) {
			t.Errorf("%s has options and is no choice, or the contrary", f.Code)
		}
	}
	for _, list := range ReasonLists() {
		for _, r := range Reasons(list) {
			note(string(list), string(r.Code))
		}
	}
	for _, u := range Urgencies() {
		note("urgencies", string(u.Code))
	}
	for _, m := range Modes() {
		note("modes", string(m.Code))
	}
	for _, s := range InsuranceSchemes() {
		note("schemes", s.Code)
	}
	for _, s := range Situations() {
		note("situations", s.Code)
	}
	for _, s := range data().specialties {
		note("specialties", s.Code)
	}
	for _, r := range RPPSProfessions() {
		note("register", r.Nomenclature+r.Code)
	}
	for name, list := range lists {
		slices.Sort(list)
		if len(slices.Compact(slices.Clone(list))) != len(list) {
			t.Errorf("%s: a code is there twice: %v", name, list)
		}
	}
	if got, want := len(data().terms.Reasons), len(ReasonLists()); got != want {
		t.Errorf("%d lists of reasons in the data, %d in the code", got, want)
	}
}

func TestCodesTheProductSpeaksOfExist(t *testing.T) {
	for _, code := range []ProfessionCode{
		GP, Specialist, Nurse, AdvancedNurse, Midwife, Physio, Pharmacist, Dentist, Podiatrist, SpeechTherapy,
		SOSMedecins, AmbulanceCompany, Laboratory, Imaging, Pharmacy, SSIAD, HAD, PSAD, HospitalService, SocialService,
	} {
		if _, ok := ProfessionOf(code); !ok {
			t.Errorf("no profession %s", code)
		}
	}
	for _, m := range []Mode{
		HomeVisit, Consultation, PracticeCare, Advice, TeleConsult, ExpertOpinion, Transport, Examination, Delivery, DirectAdmission, SocialInterview,
	} {
		if m.Label("fr") == string(m) {
			t.Errorf("no mode %s", m)
		}
	}
	for _, code := range []ReasonCode{
		NobodyMatches, NobodyAvailable, AllDeclined, NoAnswer, DelayTooShort, OffHours, ActNotCovered, TechnicalFailure, Duplicate,
	} {
		if _, ok := ReasonOf(UnfilledReasons, code); !ok {
			t.Errorf("no reason %s", code)
		}
	}
	for list, code := range map[ReasonList]ReasonCode{
		CancelReasons: Hospitalised, CloseReasons: Death, DeclineReasons: NoReason, VisitNotDoneReasons: Hospitalised,
	} {
		if list.Label(code, "en") == string(code) {
			t.Errorf("%s has no reason %s", list, code)
		}
	}
}

func TestModesTellWhoMoves(t *testing.T) {
	if !HomeVisit.AtHome() || !Transport.AtHome() || !Delivery.AtHome() || Consultation.AtHome() || Mode("x").AtHome() {
		t.Error("who goes to the patient is misread")
	}
	if !Advice.Remote() || !TeleConsult.Remote() || !ExpertOpinion.Remote() || HomeVisit.Remote() {
		t.Error("who stays where he is is misread")
	}
}

func TestUrgencyDefaults(t *testing.T) {
	for _, c := range []struct {
		code         Urgency
		reply, start time.Duration
		rule         StartRule
		priority     string
		night        bool
	}{
		{U0, 10 * time.Minute, time.Hour, StartWithin, "stat", true},
		{U1, 20 * time.Minute, 4 * time.Hour, StartWithin, "asap", true},
		{U2, 2 * time.Hour, 0, StartSameDay, "urgent", false},
		{U3, 4 * time.Hour, 24 * time.Hour, StartWithin, "urgent", false},
		{U4, 12 * time.Hour, 48 * time.Hour, StartWithin, "routine", false},
		{Planned, 24 * time.Hour, 0, StartChosen, "routine", false},
	} {
		u, ok := UrgencyOf(c.code)
		if !ok || u.Reply() != c.reply || u.StartDelay() != c.start || u.Start != c.rule || u.Priority != c.priority || u.DayAndNight != c.night {
			t.Errorf("%s: %+v", c.code, u)
		}
	}
	now := time.Date(2027, 9, 7, 10, 0, 0, 0, time.UTC)
	for ahead, want := range map[time.Duration]time.Duration{
		72 * time.Hour: 24 * time.Hour, 20 * time.Hour: 8 * time.Hour, 13 * time.Hour: 2 * time.Hour, -time.Hour: 2 * time.Hour,
	} {
		if got := PlannedReply(now, now.Add(ahead)); got != want {
			t.Errorf("care in %v is answered within %v, want %v", ahead, got, want)
		}
	}
}

func TestLabelsOfUnknownCodesAreTheCodes(t *testing.T) {
	for got, want := range map[string]string{
		ProfessionCode("X").Label("fr"): "X", ActCode("Y").Label("fr"): "Y", Mode("Z").Label("en"): "Z", Urgency("U9").Label("fr"): "U9",
		DeclineReasons.Label("nope", "fr"): "nope", ReasonList("nope").Label("x", "fr"): "x",
	} {
		if got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
	if Reasons("nope") != nil {
		t.Error("a list that does not exist has reasons")
	}
}

func TestWhatIsReturnedIsACopy(t *testing.T) {
	Professions()[0].Code = "X"
	Acts()[0].Code = "X"
	ActsFor(Midwife)[0].Code = "X"
	if Professions()[0].Code != GP || Acts()[0].Code != "IDE01" || ActsFor(Midwife)[0].Code != "SF01" || len(Dispatchable()) >= len(Professions()) {
		t.Error("a caller changed the nomenclature")
	}
}

func TestGendersAndPlurals(t *testing.T) {
	nurse, _ := ProfessionOf(Nurse)
	got := []string{nurse.Label("fr"), nurse.LabelFor("fr", true), nurse.Plural("fr"), nurse.LabelFor("en", true), nurse.Plural("en")}
	if want := []string{"Infirmier", "Infirmière", "Infirmiers", "Nurse", "Nurses"}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

func TestFromRPPS(t *testing.T) {
	for _, c := range []struct {
		nomenclature, code, specialty string
		want                          ProfessionCode
		ok                            bool
	}{
		{NomenclatureHealth, "10", "SM54", GP, true}, {NomenclatureHealth, "10", "SM04", Specialist, true}, {NomenclatureHealth, "10", "", Specialist, true},
		{NomenclatureHealth, "60", "", Nurse, true}, {NomenclatureHealth, "60", "SI04", AdvancedNurse, true}, {NomenclatureHealth, "70", "", Physio, true},
		{NomenclatureHealth, "93", "", "PSYCHO", true}, {NomenclatureTitle, "93", "", "PSYCHO", true}, {NomenclatureHealth, "83", "", "APPAREIL", true},
		{NomenclatureSocial, "41", "", "SOC_ASS", true}, {NomenclatureHealth, "31", "", "", false}, {"", "", "", "", false},
	} {
		if got, ok := FromRPPS(c.nomenclature, c.code, c.specialty); got != c.want || ok != c.ok {
			t.Errorf("%s %s %s is %q, %v", c.nomenclature, c.code, c.specialty, got, ok)
		}
	}
	if s, ok := SpecialtyOf("SM04"); !ok || s.RPPS != "10" || len(Specialties("10")) < 90 || len(Specialties("21")) != 0 {
		t.Errorf("SM04 is %+v; pharmacists have %v", s, Specialties("21"))
	}
}

func TestSearchActs(t *testing.T) {
	first := func(acts []Act) ActCode {
		if len(acts) == 0 {
			return ""
		}
		return acts[0].Code
	}
	for text, want := range map[string]ActCode{
		"ide08": "IDE08", "prise de sang": "IDE05", "ULCERE": "IDE08", "piqure d’insuline": "IDE04", "pansement simple": "IDE07",
		"œil rouge": "OP01", "oeil rou": "OP01", "retour à domicile": "TR04", "blood pressure": "IDE20", "irm": "IR", "kine respi": "MK05",
		"bébé jaunisse": "SF08", "hba1c inconnu": "",
	} {
		if got := first(SearchActs(text)); got != want {
			t.Errorf("%q finds %q, want %q", text, got, want)
		}
	}
	if got := first(SearchActs("agrafes", Midwife)); got != "SF10" {
		t.Errorf("midwives remove staples as %q", got)
	}
	if len(SearchActs("")) != len(Acts()) || len(SearchActs("d")) == 0 || len(SearchActs("", Physio)) != len(ActsFor(Physio)) {
		t.Error("an empty text, or one letter, must not hide the acts")
	}
}

func TestFrequencies(t *testing.T) {
	fr, en := i18n.For("fr"), i18n.For("en")
	for text, want := range map[string][2]string{
		"once": {"une fois", "once"}, "1/day": {"1 fois par jour", "1 time a day"}, "3/week": {"3 fois par semaine", "3 times a week"},
		"every 2 days": {"tous les 2 jours", "every 2 days"}, "every 1 days": {"tous les jours", "every day"},
		"2/day at matin,soir": {"2 fois par jour, le matin et le soir", "2 times a day, in the morning and in the evening"},
		"once on 1,4":         {"le lundi et le jeudi", "on Monday and on Thursday"}, "once on 1,2,3,4,5 at midi": {"du lundi au vendredi, le midi", "from Monday to Friday, at midday"},
		"3/day on 6,7": {"3 fois par jour le samedi et le dimanche", "3 times a day on Saturday and on Sunday"},
	} {
		f, err := ParseFrequency(text)
		if err != nil || f.String() != text || f.Label(fr) != want[0] || f.Label(en) != want[1] {
			t.Errorf("%s: %v, %v, %q, %q", text, f, err, f.Label(fr), f.Label(en))
		}
	}
	for _, text := range []string{"0/day", "-1/week", "61/day", "every", "2", "often", "1.5/day", "every day days", "1/day on 8", "1/day on", "1/day at", "1/day at aube", "1/day at soir,matin"} {
		if _, err := ParseFrequency(text); fault.CodeOf(err) != "nomenclature.frequency.malformed" {
			t.Errorf("%q: %v", text, err)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.String().Draw(t, "text")
		if f, err := ParseFrequency(text); err == nil && text != "" {
			if again, err := ParseFrequency(f.String()); err != nil || again != f {
				t.Errorf("%q reads %v then %v", text, f, again)
			}
		}
	})
}

func TestAFrequencyAgreesWithItself(t *testing.T) {
	for _, c := range []struct {
		text string
		want bool
	}{
		{"once", true}, {"2/day at matin,soir", true}, {"1/day at matin,soir", false}, {"once at matin", true}, {"once on 1,3 at matin", true}, {"once on 1,3 at matin,soir", false},
		{"2/day on 1,3 at matin,soir", true}, {"2/week on 1,3", false}, {"every 2 days on 1", false}, {"every 2 days at nuit", true},
	} {
		f, err := ParseFrequency(c.text)
		if err != nil || f.Consistent() != c.want {
			t.Errorf("%s: %v, %t", c.text, err, f.Consistent())
		}
		raw, err := json.Marshal(f)
		var again Frequency
		if err != nil || json.Unmarshal(raw, &again) != nil || again != f {
			t.Errorf("%s is kept as %s and read %v", c.text, raw, again)
		}
	}
	if (Frequency{PerDay: 1, PerWeek: 2}).Consistent() || (Frequency{PerDay: -1}).Consistent() || (Frequency{On: civil.Holidays}).Consistent() {
		t.Error("two rhythms, a negative one, or public holidays agree")
	}
}

func TestDayParts(t *testing.T) {
	for i, d := range DayParts() {
		if m, ok := MomentOf(d.Code); !ok || m != 1<<i || m.Parts()[0].Code != d.Code {
			t.Errorf("%s is the moment %b", d.Code, m)
		}
	}
	night, ok := DayPartOf("nuit")
	at := time.Date(2027, 9, 8, 3, 0, 0, 0, civil.Paris())
	if !ok || !civil.Overlaps([]civil.Window{night.Window(civil.Tuesday)}, at, at, civil.Paris()) {
		t.Error("the night of Tuesday goes on until Wednesday morning")
	}
	codes := map[string]bool{}
	for _, d := range DayParts() {
		codes[d.Code] = true
	}
	if want := []string{"apres_midi", "coucher", "matin", "midi", "nuit", "soir"}; !slices.Equal(slices.Sorted(maps.Keys(codes)), want) {
		t.Errorf("got %v", codes)
	}
	for _, find := range []func(string) bool{
		func(c string) bool { _, ok := FieldOf(c); return ok },
		func(c string) bool { _, ok := InsuranceSchemeOf(c); return ok },
		func(c string) bool { _, ok := SituationOf(c); return ok },
	} {
		if find("no such code") {
			t.Error("a code that does not exist is found")
		}
	}
}
