package testkit

import (
	"entractes/internal/care/nomenclature"
	"entractes/internal/care/request"
)

// Proposes answers r by « yes, but ».
func (p *Person) Proposes(r request.Request, proposal request.Proposal) request.Request {
	p.h.T.Helper()
	return p.does(p.h.Requests.Propose(p.Ctx(), p.OfferOn(r), proposal))
}

// Retracts takes a proposal on r back.
func (p *Person) Retracts(r request.Request) request.Request {
	p.h.T.Helper()
	return p.does(p.h.Requests.Retract(p.Ctx(), p.OfferOn(r)))
}

// Retains takes the proposal that by made on r.
func (p *Person) Retains(r request.Request, by *Person) request.Request {
	p.h.T.Helper()
	return p.does(p.h.Requests.TakeProposal(p.Ctx(), p.h.Offers(r)[by.Subject]))
}

// OffersHandOver asks a colleague to take r over.
func (p *Person) OffersHandOver(r request.Request, to *Person) request.Request {
	p.h.T.Helper()
	return p.does(p.h.Requests.OfferHandOver(p.Ctx(), r.ID, to.Subject))
}

// AgreesHandOver takes r over.
func (p *Person) AgreesHandOver(r request.Request) request.Request {
	p.h.T.Helper()
	return p.does(p.h.Requests.AgreeHandOver(p.Ctx(), r.ID))
}

// RefusesHandOver leaves r to whoever carries it.
func (p *Person) RefusesHandOver(r request.Request) request.Request {
	p.h.T.Helper()
	return p.does(p.h.Requests.RefuseHandOver(p.Ctx(), r.ID))
}

// WithdrawsHandOver takes back what was offered to a colleague.
func (p *Person) WithdrawsHandOver(r request.Request) request.Request {
	p.h.T.Helper()
	return p.does(p.h.Requests.WithdrawHandOver(p.Ctx(), r.ID))
}

// ChangeOf is the need of r as its requester reads it, to be amended by options.
func (p *Person) ChangeOf(r request.Request, options ...func(*request.Change)) request.Change {
	p.h.T.Helper()
	sh := p.Sees(r)
	c := request.Change{Acts: sh.Request.Acts, Mode: sh.Mode, Urgency: sh.Urgency, Frequency: sh.Care.Frequency, Days: sh.Care.Days, Motive: sh.Details.Motive}
	for _, f := range options {
		f(&c)
	}
	return c
}

// Amends changes what r asks.
func (p *Person) Amends(r request.Request, options ...func(*request.Change)) request.Request {
	p.h.T.Helper()
	return p.does(p.h.Requests.Amend(p.Ctx(), r.ID, p.ChangeOf(r, options...)))
}

// Reconfirms says that r is still carried after a change.
func (p *Person) Reconfirms(r request.Request) request.Request {
	p.h.T.Helper()
	return p.does(p.h.Requests.Reconfirm(p.Ctx(), r.ID))
}

// RefusesChange gives r back after a change.
func (p *Person) RefusesChange(r request.Request) request.Request {
	p.h.T.Helper()
	return p.does(p.h.Requests.RefuseChange(p.Ctx(), r.ID, string(nomenclature.Reasons(nomenclature.ReleaseReasons)[0].Code)))
}
