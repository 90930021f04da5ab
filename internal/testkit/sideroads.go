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
