package demo

import (
	"context"
	"fmt"
	"hash/fnv"
	"time"

	"entractes/internal/base/actor"
	"entractes/internal/base/civil"
	"entractes/internal/base/fault"
	"entractes/internal/care/directory"
	"entractes/internal/care/nomenclature"
	"entractes/internal/care/notify"
	"entractes/internal/care/patient"
	"entractes/internal/care/request"
	"entractes/internal/care/territory"
	"entractes/internal/infra/db"
	"entractes/internal/security/auth"
)

// Load is how large a territory made for measures is. The zero value of a field is its default.
type Load struct {
	Territory     territory.ID // « mesures »
	Departement   string       // its communes; all of France when empty
	Professionals int          // none when zero
	Requests      int          // that are over; none when zero
	Years         int          // over which they are spread; seven when zero
	Asked         int          // people asked for each; five when zero
	Seed          uint64
	// Progress is told what is being made and how far it has come, from 0 to 1. It may be nil.
	Progress func(what string, part float64)
}

// Measures is the territory of a Load that names none.
const Measures territory.ID = "mesures"

// loadWards is how many services ask, and the requests for which one patient is made.
const (
	loadWards      = 40
	loadPerPatient = 5
	loadTogether   = 200 // rows of one transaction
)

// Fill makes in a house a territory of any size: professionals who live as people do, with
// their accounts, and requests that are over. It goes through the same functions as people do,
// save that past requests are brought in. The territory must not exist yet: a house that was
// stopped on the way is begun again with another name, or anew.
func Fill(ctx context.Context, h House, l Load) (err error) {
	defer fault.Wrap(&err, "make a territory of %d professionals and %d requests", l.Professionals, l.Requests)
	if l.Territory == "" {
		l.Territory = Measures
	}
	if l.Years <= 0 {
		l.Years = 7
	}
	if l.Asked <= 0 {
		l.Asked = 5
	}
	if l.Progress == nil {
		l.Progress = func(string, float64) {}
	}
	f := &filling{Load: l, h: h, ctx: as(ctx), d: newDice(l.Seed)}
	for _, part := range []func() error{f.draw, f.enrol, f.bringIn, f.analyse} {
		if err := part(); err != nil {
			return err
		}
	}
	return nil
}

// filling is a Load under way.
type filling struct {
	Load
	h     House
	ctx   context.Context //nolint:containedctx // of one call of Fill
	d     dice
	all   []territory.Commune // by code, so that neighbours are often together
	homes []int               // places in all, each once for a thousand inhabitants
	wards []request.From
	known map[nomenclature.ProfessionCode][]request.Who
}

// inParts does n things, many in one transaction.
func (f *filling) inParts(what string, n int, do func(tx *db.Tx, from, to int) error) error {
	for from := 0; from < n; from += loadTogether {
		to := min(n, from+loadTogether)
		if err := f.h.DB.Update(f.ctx, func(tx *db.Tx) error { return do(tx, from, to) }); err != nil {
			return err
		}
		f.Progress(what, float64(to)/float64(n))
	}
	return nil
}

// home draws a commune in proportion of its inhabitants.
func (f *filling) home() territory.Commune { return f.all[pick(f.d, f.homes)] }

// draw makes the territory and the services that ask.
func (f *filling) draw() error {
	var codes []territory.CommuneCode
	for _, c := range territory.CommunesOf(func(c territory.Commune) bool {
		return c.Parent == "" && (f.Departement == "" || c.Departement == f.Departement)
	}) {
		codes = append(codes, c.Code)
		for range 1 + c.Population/1000 {
			f.homes = append(f.homes, len(f.all))
		}
		f.all = append(f.all, c)
	}
	return f.h.DB.Update(f.ctx, func(tx *db.Tx) error {
		if _, err := territory.Add(tx, territory.New{ID: f.Territory, Name: "Mesures", Communes: codes}); err != nil {
			return err
		}
		f.wards = nil
		for i := range loadWards {
			s := directory.Structure{Territory: f.Territory, Kind: directory.Ward, Name: fmt.Sprintf("Service de mesure %d", i+1), Commune: f.home().Code, Phone: "+33199000001", Active: true}
			added, err := directory.AddStructure(tx, s)
			if err != nil {
				return err
			}
			account, err := f.h.Auth.Create(tx, auth.NewAccount{
				Login: fmt.Sprintf("%s.service%d", f.Territory, i+1), Name: "Cadre du service " + fmt.Sprint(i+1), Roles: []actor.Role{actor.RoleService}, Structure: added.ID, Territory: f.Territory,
			})
			if err != nil {
				return err
			}
			f.wards = append(f.wards, request.From{Account: string(account.ID), Service: added.ID, Name: account.Name, Role: added.Name, Phone: string(added.Phone)})
		}
		return nil
	})
}

// loadProfessions are in the proportions of the country, more or less.
var loadProfessions = []nomenclature.ProfessionCode{nomenclature.Nurse, nomenclature.Nurse, nomenclature.Physio, nomenclature.GP, nomenclature.Midwife, nomenclature.Pharmacist}

// enrol makes the professionals: each serves his commune and five around it, or reaches 5 to 20 km.
func (f *filling) enrol() error {
	f.known = map[nomenclature.ProfessionCode][]request.Who{}
	return f.inParts("professionnels", f.Professionals, func(tx *db.Tx, from, to int) error {
		for i := from; i < to; i++ {
			at := pick(f.d, f.homes)
			p := directory.Professional{
				Territory: f.Territory, FamilyName: f.d.family(), GivenName: f.d.given("F", "bc"), Profession: loadProfessions[i%len(loadProfessions)], RPPS: f.rpps(i),
				Phone: directory.Phone(fmt.Sprintf("+3363998%04d", i%10_000)), Email: fmt.Sprintf("mesure%d@example.org", i), Commune: f.all[at].Code, Active: true,
				// At any hour: a measure made at night is that of the day.
				Practice: directory.Practice{Wakes: true, Windows: []civil.Window{hours(civil.EveryDay, 0, 1200), hours(civil.EveryDay, 1200, 2400)}},
			}
			if i%2 == 0 {
				p.Radius = float64(f.d.between(5, 20))
			} else {
				for _, c := range f.all[max(0, at-3):min(len(f.all), at+3)] {
					p.Communes = append(p.Communes, c.Code)
				}
			}
			if err := f.enrolOne(tx, i, p); err != nil {
				return err
			}
		}
		return nil
	})
}

// rpps is a number in the form of the national register that it never gave. Those of two
// territories hardly ever meet.
func (f *filling) rpps(i int) string {
	h := fnv.New32a()
	_, _ = h.Write([]byte(f.Territory)) // a hash never fails
	return fmt.Sprintf("998%02d%06d", h.Sum32()%100, i%1_000_000)
}

func (f *filling) enrolOne(tx *db.Tx, i int, p directory.Professional) error {
	added, err := directory.AddProfessional(tx, p)
	if err != nil {
		return err
	}
	if err := f.h.Notify.SetAddresses(tx, subjectOf(added.Subject()), []notify.Address{{Channel: notify.SMSChannel, Target: string(added.Phone)}}); err != nil {
		return err
	}
	_, err = f.h.Auth.Create(tx, auth.NewAccount{
		Login: fmt.Sprintf("%s.pro%d", f.Territory, i), Name: added.Name(), Roles: []actor.Role{actor.RoleProfessional}, Person: added.ID, Territory: f.Territory,
	})
	f.known[added.Profession] = append(f.known[added.Profession], request.Who{Subject: added.Subject(), Name: added.Name()})
	return err
}

// bringIn makes the requests that are over, the oldest first.
func (f *filling) bringIn() error {
	var file patient.ID
	var home territory.Commune
	return f.inParts("demandes", f.Requests, func(tx *db.Tx, from, to int) (err error) {
		span := time.Duration(f.Years) * 365 * 24 * time.Hour
		past := make([]request.Past, 0, to-from)
		for i := from; i < to; i++ {
			if file == "" || i%loadPerPatient == 0 {
				home = f.home()
				if file, err = f.h.Patients.Create(tx, f.Territory, f.d.identity(elder, home, tx.Now())); err != nil {
					return err
				}
			}
			age := time.Duration(float64(span)*(1-float64(i)/float64(f.Requests))) + 48*time.Hour
			past = append(past, f.past(file, home, tx.Now().Add(-age)))
		}
		return f.h.Requests.Import(tx, f.Territory, past...)
	})
}

// past is a request triggered at that instant, which ended within a day.
func (f *filling) past(file patient.ID, home territory.Commune, at time.Time) request.Past {
	profession := pick(f.d, loadProfessions)
	p := request.Past{
		Patient: file, Commune: home.Code, Profession: profession, Mode: nomenclature.HomeVisit, Urgency: nomenclature.U2,
		Care: request.Care{Days: 3, Frequency: nomenclature.Frequency{PerDay: 1}}, Details: request.Details{Motive: "Demande de mesure"}, From: pick(f.d, f.wards),
		Provider: -1, State: request.Unfilled, Triggered: at, Ended: at.Add(4 * time.Hour),
	}
	if acts := nomenclature.ActsFor(profession); len(acts) > 0 {
		p.Acts = []nomenclature.ActCode{pick(f.d, acts).Code}
	}
	if all := f.known[profession]; len(all) > 0 {
		first := f.d.IntN(len(all))
		for i := range min(f.Asked, len(all)) {
			p.Asked = append(p.Asked, all[(first+i)%len(all)])
		}
	}
	if len(p.Asked) > 0 && f.d.chance(0.9) {
		p.Provider, p.State = f.d.IntN(len(p.Asked)), request.Completed
		p.Accepted, p.Started, p.Ended = at.Add(f.d.around(12*time.Minute)), at.Add(6*time.Hour), at.Add(24*time.Hour)
	} else if f.d.chance(0.3) {
		p.State = request.Cancelled
	}
	return p
}

// analyse counts the rows for PostgreSQL's planner at once, which would do it after a while. SQLite never does.
func (f *filling) analyse() error {
	if f.h.DB.Engine() == db.SQLite {
		return nil
	}
	f.Progress("statistiques", 0)
	defer f.Progress("statistiques", 1)
	return f.h.DB.Update(f.ctx, func(tx *db.Tx) error { return tx.Write("ANALYZE") })
}
