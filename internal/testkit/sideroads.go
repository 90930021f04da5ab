package testkit

import (
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
