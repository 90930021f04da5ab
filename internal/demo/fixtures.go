package demo

import (
	"context"
	"fmt"
	"time"

	"entractes/internal/base/civil"
	"entractes/internal/care/nomenclature"
	"entractes/internal/care/patient"
	"entractes/internal/care/request"
	"entractes/internal/care/territory"
)

// fixture is one request seen on the console of a real territory, with its real
// offsets in minutes and fictional people. accepted is counted from the trigger, started
// from the acceptance and completed from the start; never is said by absent.
type fixture struct {
	name               string
	at                 int // minute of the day, hour * 60
	from               string
	need               need
	accepted           int
	started, completed int
	report             string
	same               string // fixture whose patient this one is about
	within             time.Duration
	withoutPhone       bool
}

// absent is an offset of what did not happen.
const absent = -1

// fixtures are F1 to F15.
var fixtures = []fixture{
	{name: "F1", at: 9*60 + 12, from: maternityA, accepted: 1, started: 1, completed: absent, need: need{profession: nomenclature.Nurse, acts: []nomenclature.ActCode{"IDE05", "IDE01"}, urgency: nomenclature.U3, start: tomorrow, perDay: 1, days: 15, about: mother, after: true,
		motives: []string{"Césarienne, a déjà une sage-femme. Bilan sanguin deux fois par semaine. Accouchement il y a cinq jours."}}},
	{name: "F2", at: 9*60 + 48, from: tilleuls, accepted: 1, started: absent, completed: absent, need: need{profession: nomenclature.Nurse, acts: []nomenclature.ActCode{"IDE09"}, urgency: nomenclature.U2, perDay: 1, days: 15, about: adult,
		motives: []string{"Hernie opérée, patient en ALD. Pansement à débuter ce jour."}}},
	{name: "F3", at: 10*60 + 5, from: sosName, accepted: 7, started: absent, completed: absent, need: need{profession: nomenclature.AmbulanceCompany, line: ambulanceLine, acts: []nomenclature.ActCode{"TR01"}, mode: nomenclature.Transport, urgency: nomenclature.U1, about: elder,
		motives: []string{"Vers les urgences. Code à l’entrée, repère : face au lavoir."}}},
	{name: "F4", at: 10*60 + 30, from: maternityB, accepted: 3, started: absent, completed: absent, need: need{profession: nomenclature.Midwife, acts: []nomenclature.ActCode{"SF06"}, urgency: nomenclature.U3, start: tomorrow, perDay: 1, days: 3, about: mother, after: true,
		motives: []string{"Surveillance après accouchement, sortie mère et bébé."}}},
	{name: "F5", at: 10*60 + 30, from: maternityB, same: "F4", accepted: 2, started: absent, completed: absent, need: need{profession: nomenclature.Nurse, acts: []nomenclature.ActCode{"IDE01", "IDE10"}, urgency: nomenclature.U3, start: tomorrow, perDay: 1, days: 3, about: mother, after: true,
		motives: []string{"Même patiente que la demande de sage-femme. Agrafes à retirer."}}},
	{name: "F6", at: 11*60 + 2, from: sosName, accepted: 5, started: 8, completed: absent, need: need{profession: nomenclature.AmbulanceCompany, line: ambulanceLine, acts: []nomenclature.ActCode{"TR01"}, mode: nomenclature.Transport, urgency: nomenclature.U1, about: elder,
		motives: []string{"Patient de 73 ans. Moins d’une heure si possible."}}},
	{name: "F7", at: 11*60 + 20, from: gynaecology, accepted: 2, started: absent, completed: absent, need: need{profession: nomenclature.Nurse, acts: []nomenclature.ActCode{"IDE20"}, urgency: nomenclature.U3, start: tomorrow, perDay: 2, days: 0, about: mother, before: true,
		motives: []string{"Tensiomètre connecté remis. Tension deux fois par jour jusqu’à l’accouchement."}}},
	{name: "F8", at: 11*60 + 24, from: gynaecology, same: "F7", accepted: 10, started: absent, completed: absent, need: need{profession: nomenclature.Midwife, acts: []nomenclature.ActCode{"SF02", "SF01"}, urgency: nomenclature.U3, start: tomorrow, perDay: 1, days: 0, about: mother, before: true,
		motives: []string{"Hypertension traitée, antécédent de pré-éclampsie, refuse l’hospitalisation. Cinq visites par semaine, hôpital le mardi et le vendredi."}}},
	{name: "F9", at: 12*60 + 15, from: gynaecology, accepted: 31, started: absent, completed: absent, need: need{profession: nomenclature.Midwife, acts: []nomenclature.ActCode{"SF03"}, urgency: nomenclature.U3, start: tomorrow, perDay: 1, days: 1, about: mother, before: true,
		motives: []string{"Menace d’accouchement prématuré. Monitoring demain."}}},
	{name: "F10", at: 13*60 + 40, from: "Chirurgie digestive", accepted: 12, started: 2, completed: 14, withoutPhone: true,
		report: "Contact pris avec le service pour confirmer la date de début. Message laissé à la référente, la patiente n’a pas de téléphone.",
		need: need{profession: nomenclature.Nurse, acts: []nomenclature.ActCode{"IDE17"}, urgency: nomenclature.U2, days: 3, about: elder,
			motives: []string{"Urostomie : poche à changer tous les deux jours. Pas de téléphone, appeler la référente."}}},
	{name: "F11", at: 14*60 + 10, from: sosName, accepted: 3, started: 2, completed: 36, report: "Patient pris en charge sans incident, confié à l’accueil.",
		need: need{profession: nomenclature.AmbulanceCompany, line: ambulanceLine, acts: []nomenclature.ActCode{"TR01"}, mode: nomenclature.Transport, urgency: nomenclature.U1, about: elder, motives: []string{"Transport vers l’hôpital."}}},
	{name: "F12", at: 14*60 + 25, from: maternityA, accepted: 85, started: absent, completed: absent, need: need{profession: nomenclature.Midwife, acts: []nomenclature.ActCode{"SF06"}, urgency: nomenclature.U3, start: tomorrow, perDay: 1, days: 3, about: mother, after: true, motives: []string{"Sortie demain."}}},
	{name: "F13", at: 15 * 60, from: highRisk, accepted: 59, started: absent, completed: absent, need: need{profession: nomenclature.Midwife, acts: []nomenclature.ActCode{"SF05"}, urgency: nomenclature.U3, start: tomorrow, perDay: 1, days: 7, about: mother, before: true, motives: []string{"Grossesse gémellaire, surveillance rapprochée."}}},
	{name: "F14", at: 15*60 + 20, from: "leonore", accepted: 21, started: 1, completed: 0, report: "Transmissions faites de vive voix, matériel et clés remis.",
		need: need{profession: nomenclature.Nurse, acts: []nomenclature.ActCode{"IDE25"}, urgency: nomenclature.U2, perDay: 1, days: 10, about: elder, motives: []string{"Relais de tournée pendant mes congés."}}},
	{name: "F15", at: 16*60 + 40, from: sosName, accepted: absent, started: absent, completed: absent, within: 12 * time.Minute,
		need: need{profession: nomenclature.Physio, line: physioLine, acts: []nomenclature.ActCode{"MK05"}, urgency: nomenclature.U1, about: infant, motives: []string{"Nourrisson encombré, désencombrement ce soir."}}},
}

// planFixtures writes the fixtures on the last working day that is over at until.
func (l *life) planFixtures(until time.Time) {
	day := civil.DayOf(until, zone()).Add(-1)
	for day.Weekday() == time.Saturday || day.Weekday() == time.Sunday {
		day = day.Add(-1)
	}
	patients := map[string]patient.ID{}
	for _, f := range fixtures {
		at := civil.First(day, f.at, zone())
		if f.same != "" {
			at = at.Add(time.Second) // the patient is there
		}
		l.agenda.add(at, func(ctx context.Context) error { return l.replay(ctx, f, patients) })
	}
}

// replay asks one fixture and writes its acts at their offsets.
func (l *life) replay(ctx context.Context, f fixture, patients map[string]patient.ID) error {
	r, err := l.askFixture(ctx, f, patients[f.same])
	if err != nil {
		return fmt.Errorf("%s: %w", f.name, err)
	}
	patients[f.name] = r.Patient
	l.known[r.ID] = true
	if f.accepted == absent {
		return nil
	}
	l.after(minutes(f.accepted), func(ctx context.Context) error { return l.acceptFixture(ctx, f, r.ID) })
	return nil
}

func (l *life) askFixture(ctx context.Context, f fixture, known patient.ID) (request.Request, error) {
	s := l.fixtureFrom(f.from)
	all := l.cast.accountsOf(s.Subject)
	if len(all) == 0 {
		return request.Request{}, errNobody
	}
	n := f.need
	if n.mode == "" {
		n.mode = nomenclature.HomeVisit
	}
	a := request.Ask{
		Once: "demo-" + f.name, Patient: known, Profession: n.profession, Acts: n.acts, Mode: n.mode, Urgency: n.urgency, Consent: true, Start: l.start(n), RespondWithin: f.within,
		Care: request.Care{Days: n.days, Frequency: nomenclature.Frequency{PerDay: n.perDay}, Prescription: request.PrescriptionWithPatient}, Details: request.Details{Motive: n.motives[0], Maternity: l.maternity(n)},
	}
	if f.name == "F10" {
		a.Care.Frequency = nomenclature.Frequency{EveryDays: 2}
	}
	completeForm(f.name, &a)
	if n.line != "" {
		line, err := l.line(ctx, n.line)
		if err != nil {
			return request.Request{}, err
		}
		a.Care.Line = line
	}
	if known == "" {
		home, _ := territory.CommuneOf(s.commune)
		a.Twin = request.TwinOther // a name drawn twice is of two people
		a.NewPatient = l.d.identity(n.about, home, l.now())
		if f.withoutPhone {
			a.NewPatient.RelativeName, a.NewPatient.RelativePhone, a.NewPatient.Phone = "Mme Renée Aubry, référente", "+33639989003", ""
		}
	}
	if err := l.prescribe(ctx, all[0], &a); err != nil {
		return request.Request{}, err
	}
	return l.h.Requests.Trigger(by(ctx, all[0]), a)
}

// fixtureFrom finds who asked: a persona by login, or a ward, a pharmacy, SOS Médecins by name.
func (l *life) fixtureFrom(name string) subject {
	for _, accounts := range l.cast.persons {
		if accounts[0].Login == name {
			return l.cast.subjects[accounts[0].Person]
		}
	}
	for _, s := range l.cast.subjects {
		if s.name == name {
			return s
		}
	}
	return subject{}
}

func (l *life) acceptFixture(ctx context.Context, f fixture, id request.ID) error {
	s, err := l.read(ctx, id)
	if err != nil {
		return err
	}
	_, who, o, err := l.someoneAsked(ctx, id, s.Dispatch)
	if err != nil {
		return fmt.Errorf("%s: %w", f.name, err)
	}
	if _, err := l.h.Requests.Accept(by(ctx, who), o.id, ""); err != nil {
		return err
	}
	if f.started == absent {
		l.agenda.add(l.begins(s), func(ctx context.Context) error { return l.starts(ctx, id) })
		return nil
	}
	l.after(minutes(f.started), func(ctx context.Context) error {
		if _, err := l.h.Requests.Start(by(ctx, who), id); err != nil {
			return err
		}
		if f.completed == absent {
			l.goes(id, s.Mode)
			return nil
		}
		l.after(minutes(f.completed), func(ctx context.Context) error {
			if _, err := l.h.Requests.Report(by(ctx, who), id, f.report); err != nil {
				return err
			}
			if _, err := l.h.Requests.Complete(by(ctx, who), id, "care_finished"); err != nil {
				return err
			}
			if f.name != "F11" {
				return nil // their requester has not said yet what was avoided
			}
			asker, err := l.actorFor(ctx, l.fixtureFrom(f.from).Subject)
			if err != nil {
				return err
			}
			return l.h.Requests.SayAvoidance(by(ctx, asker), id, request.WouldHaveGone)
		})
		return nil
	})
	return nil
}

// planStoryline gives the patient of the storyline a past: a dressing, eleven days ago,
// asked by her doctor and done by her usual nurse.
func (l *life) planStoryline(until time.Time) {
	day := civil.DayOf(until, zone()).Add(-11)
	l.agenda.add(civil.First(day, 9*60+40, zone()), func(ctx context.Context) error {
		if len(l.cast.followed) == 0 {
			return errNobody
		}
		f := l.cast.followed[0]
		doctor, nurse := l.cast.persons[f.gp], l.cast.persons[f.nurse]
		if len(doctor) == 0 || len(nurse) == 0 {
			return errNobody
		}
		r, err := l.h.Requests.Trigger(by(ctx, doctor[0]), request.Ask{
			Once: "demo-storyline", Patient: f.patient, Profession: nomenclature.Nurse, Acts: []nomenclature.ActCode{"IDE07"}, Mode: nomenclature.HomeVisit, Urgency: nomenclature.U2,
			Consent: true, Care: request.Care{Days: 3, Frequency: nomenclature.Frequency{PerDay: 1}, Prescription: request.PrescriptionWithPatient}, Details: request.Details{Motive: "Plaie de l’avant-bras après une chute. Pansement pendant trois jours."},
		})
		if err != nil {
			return err
		}
		l.known[r.ID] = true
		l.after(4*time.Minute, func(ctx context.Context) error {
			return l.acceptFixture(ctx, fixture{name: "storyline", started: absent}, r.ID)
		})
		return nil
	})
}

func minutes(n int) time.Duration { return time.Duration(n) * time.Minute }
