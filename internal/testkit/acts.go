package testkit

import (
	"context"
	"time"

	"entractes/internal/base/actor"
	"entractes/internal/base/fault"
	"entractes/internal/care/directory"
	"entractes/internal/care/nomenclature"
	"entractes/internal/care/patient"
	"entractes/internal/care/request"
	"entractes/internal/infra/db"
)

// Ctx is the context in which the person acts.
func (p *Person) Ctx() context.Context { return actor.With(p.h.T.Context(), p.Actor) }

// Ask is a usual request: one injection a day for three days by a nurse, within the
// day, for a patient of Corbeil-Essonnes. Options change it.
func Ask(h *House, options ...func(*request.Ask)) request.Ask {
	h.T.Helper()
	h.people++
	a := request.Ask{
		Once: "once-" + time.Duration(h.people).String(), NewPatient: PatientIn(CorbeilEssonnes, "Exemple"), Profession: nomenclature.Nurse, Acts: []nomenclature.ActCode{"IDE01"},
		Mode: nomenclature.HomeVisit, Urgency: nomenclature.U2, Start: h.Clock.Now().Add(4 * time.Hour),
		Care: request.Care{Days: 3, Frequency: nomenclature.Frequency{PerDay: 1}, Prescription: request.PrescriptionWithPatient}, Consent: true,
		Twin: request.TwinOther, // scenarios give everybody the same name unless they say otherwise
	}
	for _, f := range options {
		f(&a)
	}
	return a
}

// For asks for a patient already known.
func For(id patient.ID) func(*request.Ask) { return func(a *request.Ask) { a.Patient = id } }

// Urgency asks with another urgency, as soon as possible.
func Urgency(u nomenclature.Urgency) func(*request.Ask) {
	return func(a *request.Ask) { a.Urgency, a.Start = u, time.Time{} }
}

// Motive adds a free text.
func Motive(text string) func(*request.Ask) {
	return func(a *request.Ask) { a.Details.Motive = text }
}

// Asks triggers a usual request changed by options, and does what is due.
func (p *Person) Asks(options ...func(*request.Ask)) request.Request {
	p.h.T.Helper()
	r, err := p.h.Requests.Trigger(p.Ctx(), Ask(p.h, options...))
	p.h.Must(err)
	p.h.Settle()
	return r
}

// OfferOn returns the person's pending or past offer in the current round of r; empty when he was not asked.
func (p *Person) OfferOn(r request.Request) request.OfferID {
	p.h.T.Helper()
	sh, err := p.h.Requests.Show(p.Ctx(), r.ID)
	if fault.KindOf(err) == fault.KindNotFound && err != nil {
		return ""
	}
	p.h.Must(err)
	return sh.Relation.Offer
}

// Accepts accepts r, which must succeed.
func (p *Person) Accepts(r request.Request) request.Request {
	p.h.T.Helper()
	return p.does(p.h.Requests.Accept(p.Ctx(), p.OfferOn(r), ""))
}

// Declines declines r, which must succeed.
func (p *Person) Declines(r request.Request) request.Request {
	p.h.T.Helper()
	return p.does(p.h.Requests.Decline(p.Ctx(), p.OfferOn(r), ""))
}

// Contacts says that the first visit is agreed.
func (p *Person) Contacts(r request.Request, next time.Time) request.Request {
	p.h.T.Helper()
	return p.does(p.h.Requests.Contact(p.Ctx(), r.ID, next))
}

// HandsBack says that r cannot be taken in charge after all.
func (p *Person) HandsBack(r request.Request) request.Request {
	p.h.T.Helper()
	return p.does(p.h.Requests.HandBack(p.Ctx(), r.ID, string(request.HandBackReasons()[0].Code)))
}

// Starts says that care has begun.
func (p *Person) Starts(r request.Request) request.Request {
	p.h.T.Helper()
	return p.does(p.h.Requests.Start(p.Ctx(), r.ID))
}

// Visits notes a visit done, with the next one when next is not zero.
func (p *Person) Visits(r request.Request, note string, next time.Time) request.Request {
	p.h.T.Helper()
	return p.does(p.h.Requests.Visit(p.Ctx(), r.ID, request.Passage{Outcome: request.VisitDone, Note: note, Next: next}))
}

// Reports writes a care report.
func (p *Person) Reports(r request.Request, text string) request.Request {
	p.h.T.Helper()
	return p.does(p.h.Requests.Report(p.Ctx(), r.ID, text))
}

// Completes ends the series of care.
func (p *Person) Completes(r request.Request) request.Request {
	p.h.T.Helper()
	return p.does(p.h.Requests.Complete(p.Ctx(), r.ID, string(nomenclature.Reasons(nomenclature.CloseReasons)[0].Code)))
}

// Releases gives r back.
func (p *Person) Releases(r request.Request) request.Request {
	p.h.T.Helper()
	return p.does(p.h.Requests.Release(p.Ctx(), r.ID, string(nomenclature.Reasons(nomenclature.ReleaseReasons)[0].Code)))
}

// Undoes takes an acceptance back.
func (p *Person) Undoes(r request.Request) request.Request {
	p.h.T.Helper()
	return p.does(p.h.Requests.Undo(p.Ctx(), r.ID))
}

// Suspends stops r for a while.
func (p *Person) Suspends(r request.Request, reason nomenclature.ReasonCode) request.Request {
	p.h.T.Helper()
	return p.does(p.h.Requests.Suspend(p.Ctx(), r.ID, string(reason)))
}

// Resumes takes r up again.
func (p *Person) Resumes(r request.Request, start time.Time) request.Request {
	p.h.T.Helper()
	return p.does(p.h.Requests.Resume(p.Ctx(), r.ID, start))
}

// MarksError says that r should not have been written.
func (p *Person) MarksError(r request.Request) request.Request {
	p.h.T.Helper()
	return p.does(p.h.Requests.MarkError(p.Ctx(), r.ID))
}

// Waitlists puts r on the waiting list.
func (p *Person) Waitlists(r request.Request) request.Request {
	p.h.T.Helper()
	return p.does(p.h.Requests.Waitlist(p.Ctx(), r.ID))
}

// Places gives r to somebody found by phone.
func (p *Person) Places(r request.Request, found request.Placement) request.Request {
	p.h.T.Helper()
	return p.does(p.h.Requests.Place(p.Ctx(), r.ID, found))
}

// Cancels cancels r.
func (p *Person) Cancels(r request.Request) request.Request {
	p.h.T.Helper()
	return p.does(p.h.Requests.Cancel(p.Ctx(), r.ID, string(nomenclature.Reasons(nomenclature.CancelReasons)[0].Code)))
}

// Retries searches again.
func (p *Person) Retries(r request.Request) request.Request {
	p.h.T.Helper()
	return p.does(p.h.Requests.Retry(p.Ctx(), r.ID, time.Time{}))
}

// does checks that an act succeeded and does what is due.
func (p *Person) does(r request.Request, err error) request.Request {
	p.h.T.Helper()
	p.h.Must(err)
	p.h.Settle()
	return r
}

// Sees opens r as the person.
func (p *Person) Sees(r request.Request) request.Sheet {
	p.h.T.Helper()
	sh, err := p.h.Requests.Show(p.Ctx(), r.ID)
	p.h.Must(err)
	return sh
}

// Asked tells whether somebody was asked in the current round of r, as the supervisor reads it.
func (h *House) Asked(supervisor *Person, r request.Request) map[directory.Subject]request.Resource {
	h.T.Helper()
	out := map[directory.Subject]request.Resource{}
	sh := supervisor.Sees(r)
	if len(sh.Rounds) == 0 {
		return out
	}
	for _, res := range sh.Rounds[0].Resources {
		if !res.Asked.IsZero() {
			out[res.Who.Subject] = res
		}
	}
	return out
}

// Offers returns the offers of the current round of r, by recipient.
func (h *House) Offers(r request.Request) map[directory.Subject]request.OfferID {
	h.T.Helper()
	out := map[directory.Subject]request.OfferID{}
	h.Must(h.DB.View(h.T.Context(), func(tx *db.Tx) error {
		_, err := db.All(tx, func(row db.Row) (s directory.Subject, err error) {
			var id request.OfferID
			err = row.Scan(&s.Kind, &s.ID, &id)
			out[s] = id
			return s, err
		}, `SELECT recipient_kind, recipient, id FROM offer WHERE dispatch = $1`, string(r.Dispatch))
		return err
	}))
	return out
}
