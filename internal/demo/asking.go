package demo

import (
	"context"
	"fmt"
	"time"

	"entractes/internal/base/actor"
	"entractes/internal/base/civil"
	"entractes/internal/base/fault"
	"entractes/internal/care/directory"
	"entractes/internal/care/nomenclature"
	"entractes/internal/care/request"
	"entractes/internal/care/rota"
	"entractes/internal/care/territory"
	"entractes/internal/infra/db"
	"entractes/internal/security/auth"
)

// wardsOf are the services of hospitals that ask as one kind of requester.
var wardsOf = map[who][]string{
	byMaternity: {maternityA, maternityA, maternityB, "Maternité"},
	byGynae:     {gynaecology, highRisk},
	bySurgery:   {"Chirurgie digestive", "Chirurgie orthopédique", "Chirurgie ambulatoire", "Chirurgie"},
	byWard:      {"Court séjour gériatrique", "Médecine", "Médecine polyvalente"},
	byEmergency: {"Urgences"},
}

// trade that asks as one kind of requester.
var tradesOf = map[who]nomenclature.ProfessionCode{
	byGP: nomenclature.GP, byNurse: nomenclature.Nurse, byPharmacist: nomenclature.Pharmacist, byMidwife: nomenclature.Midwife, bySOS: nomenclature.SOSMedecins,
}

// someNeed draws a usual request that suits the hour.
func (l *life) someNeed(at time.Time) need {
	dark := night.Contains(at, zone())
	weekend := civil.DayOf(at, zone()).Weekday() == time.Saturday || civil.DayOf(at, zone()).Weekday() == time.Sunday
	return needs[l.d.weighted(len(needs), func(i int) float64 {
		n := needs[i]
		switch {
		case dark && !n.night && !l.real:
			return 0
		case dark && !n.night: // who plays at night must see more than ambulances
			return n.weight / 4
		case weekend && (n.by == byGP || n.by == byPharmacist || n.by == byOperator):
			return n.weight / 4
		}
		return n.weight
	})]
}

// ask triggers a usual request, or an order of several, and writes what will come of it.
func (l *life) ask(ctx context.Context, n need) error {
	who, a, err := l.compose(ctx, n)
	if err != nil {
		return err
	}
	if more := l.beside(n); len(more) > 0 {
		return l.askOrder(ctx, who, a, more)
	}
	r, err := l.h.Requests.Trigger(by(ctx, who), a)
	if err != nil {
		return fmt.Errorf("%s asks %s %v: %w", n.by, n.profession, n.acts, err)
	}
	return l.follow(ctx, r.ID)
}

// compose chooses who asks, for whom, and writes the form.
func (l *life) compose(ctx context.Context, n need) (who auth.Account, a request.Ask, err error) {
	a = request.Ask{
		Once: rand20(l.d), Profession: n.profession, Acts: n.acts, Mode: n.mode, Urgency: n.urgency, Consent: true,
		Care: request.Care{Days: n.days, Frequency: nomenclature.Frequency{PerDay: n.perDay}, Prescription: request.PrescriptionWithPatient}, Details: request.Details{Motive: pick(l.d, n.motives), Maternity: l.maternity(n)},
	}
	a.Start = l.start(n)
	if n.line != "" {
		if a.Care.Line, err = l.line(ctx, n.line); err != nil {
			return who, a, err
		}
	}
	home, err := l.requester(ctx, n, &who, &a)
	if err != nil {
		return who, a, err
	}
	if a.Patient == "" {
		commune, _ := territory.CommuneOf(home)
		a.Twin = request.TwinOther // a name drawn twice is of two people
		a.NewPatient = l.d.identity(n.about, l.d.inhabited(near(commune, communesOf(territoryOf(commune)), 9)), l.now())
	}
	return who, a, nil
}

// maternity is the block of a need about a birth; nil for the others.
func (l *life) maternity(n need) *request.Maternity {
	day := civil.DayOf(l.now(), zone())
	switch {
	case n.after:
		return &request.Maternity{Date: day.Add(-l.d.between(2, 5)), MotherAndBaby: true, PostPartum: true}
	case n.before:
		return &request.Maternity{Date: day.Add(l.d.between(20, 70))}
	}
	return nil
}

// start is when care is wanted.
func (l *life) start(n need) time.Time {
	now := l.now()
	switch {
	case n.start == tomorrow:
		day := civil.DayOf(now, zone()).Add(1)
		return civil.First(day, l.d.between(8*4, 11*4)*15, zone())
	case n.start > 0:
		return civil.First(civil.DayOf(now.Add(n.start), zone()), 9*60, zone())
	}
	return time.Time{}
}

// requester fills who asks, and for whom when he asks for a patient he knows. It
// returns the commune around which a new patient lives.
func (l *life) requester(ctx context.Context, n need, who *auth.Account, a *request.Ask) (territory.CommuneCode, error) {
	if names := wardsOf[n.by]; len(names) > 0 {
		s := pick(l.d, l.cast.wards[pick(l.d, names)])
		account, err := l.actorFor(ctx, s.Subject)
		*who = account
		return s.commune, err
	}
	if n.by == byOperator {
		return l.throughDesk(ctx, who, a)
	}
	if f, ok := l.someFollowed(n.by); ok {
		id := f.gp
		if n.by == byNurse {
			id = f.nurse
		}
		account, err := l.actorFor(ctx, directory.Subject{Kind: directory.KindProfessional, ID: id})
		*who, a.Patient = account, f.patient
		return f.commune, err
	}
	s := pick(l.d, l.cast.byTrade[tradesOf[n.by]])
	for range 20 {
		if l.here(s.territory) {
			break
		}
		s = pick(l.d, l.cast.byTrade[tradesOf[n.by]])
	}
	account, err := l.actorFor(ctx, s.Subject)
	*who = account
	return s.commune, err
}

// here draws whether a request comes from a territory: the eastern one has few people, and asks seldom.
func (l *life) here(of territory.ID) bool { return of == Essonne || l.d.chance(0.3) }

// someFollowed draws a patient whom a GP or a nurse already knows.
func (l *life) someFollowed(by who) (follow, bool) {
	if by != byGP && by != byNurse || len(l.cast.followed) < 2 || !l.d.chance(0.7) {
		return follow{}, false
	}
	for range 20 {
		f := pick(l.d, l.cast.followed[1:]) // the patient of the storyline is left to who plays
		commune, _ := territory.CommuneOf(f.commune)
		if (by == byGP || f.nurse != "") && l.here(territoryOf(commune)) {
			return f, true
		}
	}
	return follow{}, false
}

// throughDesk is a call: the operator asks for a GP who has no application.
func (l *life) throughDesk(ctx context.Context, who *auth.Account, a *request.Ask) (territory.CommuneCode, error) {
	busy, err := l.played(ctx)
	if err != nil {
		return "", err
	}
	for _, o := range l.cast.operators {
		if o.Territory != Essonne || busy[o.ID] {
			continue
		}
		for range 20 {
			if s := pick(l.d, l.cast.byTrade[nomenclature.GP]); s.territory == Essonne {
				*who, a.For = o, s.Subject
				return s.commune, nil
			}
		}
	}
	return "", errNobody
}

// line finds a duty line by its name.
func (l *life) line(ctx context.Context, name string) (id rota.LineID, err error) {
	err = l.h.DB.View(actor.With(ctx, actor.System("demo")), func(tx *db.Tx) error {
		lines, err := rota.Lines(tx, rota.Query{Territory: Essonne})
		for _, d := range lines {
			if d.Name == name {
				id = d.ID
			}
		}
		if err == nil && id == "" {
			err = fault.NotFound("rota.not_found")
		}
		return err
	})
	return id, err
}

// rand20 is the one-use key of a form that nobody sends twice.
func rand20(d dice) string { return fmt.Sprintf("demo-%016x", d.Uint64()) }
