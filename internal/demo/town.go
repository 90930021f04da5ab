package demo

import (
	"context"
	"log/slog"
	"time"

	"entractes/internal/base/actor"
	"entractes/internal/base/civil"
	"entractes/internal/base/geo"
	"entractes/internal/care/directory"
	"entractes/internal/care/enrolment"
	"entractes/internal/care/notify"
	"entractes/internal/care/patient"
	"entractes/internal/care/request"
	"entractes/internal/care/supervise"
	"entractes/internal/care/territory"
	"entractes/internal/infra/db"
	"entractes/internal/infra/queue"
	"entractes/internal/security/auth"
)

// The two territories.
const (
	Essonne      territory.ID = "essonne"
	SeineEtMarne territory.ID = "seine-et-marne"
)

// departements are the départements the communes of a territory come from.
var departements = map[territory.ID]string{Essonne: "91", SeineEtMarne: "77"}

// House is what a demonstration acts upon: the services of a house that is already built.
type House struct {
	DB       *db.DB
	Queue    *queue.Queue
	Auth     *auth.Service
	Notify   *notify.Service
	Patients *patient.Register
	Requests *request.Service
	// Supervise is how the desk works together; it may be nil.
	Supervise *supervise.Service
	// Enrolment lets people in; it may be nil.
	Enrolment *enrolment.Service
	Log       *slog.Logger
}

// Size says how much of a territory is made. The zero Size is the whole.
type Size struct {
	// Share is the part of the plan that is enrolled, from 0 to 1; 0 means all.
	Share float64
	// Days is the length of the history, fourteen when zero.
	Days int
	// PerDay is the number of requests of a working day, twenty when zero.
	PerDay int
}

func (s Size) orDefault() Size {
	if s.Share <= 0 || s.Share > 1 {
		s.Share = 1
	}
	if s.Days <= 0 {
		s.Days = 14
	}
	if s.PerDay <= 0 {
		s.PerDay = 20
	}
	return s
}

// zone is where the whole demonstration lives.
func zone() *time.Location { return civil.Paris() }

// As returns ctx in which the demonstration itself acts.
func As(ctx context.Context) context.Context { return as(ctx) }

func as(ctx context.Context) context.Context { return actor.With(ctx, actor.System("demo")) }

// communesOf lists the communes of a territory.
func communesOf(of territory.ID) []territory.Commune {
	return territory.CommunesOf(func(c territory.Commune) bool { return c.Departement == departements[of] })
}

// named finds a commune of the demonstration by its name, which the tests check.
func named(name string) territory.Commune {
	found := territory.Search(name, geo.Point{Lat: 48.6, Lon: 2.45}, 1)
	if len(found) == 0 {
		panic("demo: no commune is called " + name)
	}
	return found[0].Commune
}

// inhabited draws a commune in proportion of its inhabitants.
func (d dice) inhabited(all []territory.Commune) territory.Commune {
	return all[d.weighted(len(all), func(i int) float64 { return float64(all[i].Population) })]
}

// near lists the communes of both territories within km of a commune, itself first.
func near(c territory.Commune, all []territory.Commune, km float64) []territory.Commune {
	out := []territory.Commune{c}
	for _, other := range all {
		if other.Code != c.Code && geo.Distance(c.Point, other.Point) <= km {
			out = append(out, other)
		}
	}
	return out
}

func codesOf(all []territory.Commune) []territory.CommuneCode {
	out := make([]territory.CommuneCode, len(all))
	for i, c := range all {
		out[i] = c.Code
	}
	return out
}

// subjectOf is a directory subject as notify names it.
func subjectOf(s directory.Subject) notify.Subject {
	return notify.Subject{Kind: string(s.Kind), ID: s.ID}
}
