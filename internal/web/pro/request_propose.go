package pro

import (
	"context"
	"net/http"
	"slices"
	"strconv"

	"entractes/internal/base/i18n"
	"entractes/internal/care/nomenclature"
	"entractes/internal/care/request"
	"entractes/internal/care/territory"
	"entractes/internal/web"

	"github.com/a-h/templ"
)

// proposing is the address of the act « oui, mais… ».
const proposing = "proposer"

// propose answers POST /offres/{offer}/proposer. Hours are read in the zone of the
// commune that the form carries.
func (p *Pages) propose(w http.ResponseWriter, r *http.Request) error {
	return p.act(w, r, proposing, func(ctx context.Context, f *web.Form) (request.ID, error) {
		id := request.ID(f.Text("demande", codeMax))
		proposal := request.Proposal{
			Start: f.Moment("start", placeZone(territory.CommuneCode(f.Text("commune", codeMax)))), Days: f.Int("days", 1, 1000),
			Note: f.Text("note", noteMax), Coming: f.Text("coming", nameMax),
		}
		for _, code := range f.All("acts") {
			proposal.Acts = append(proposal.Acts, nomenclature.ActCode(code))
		}
		if err := f.Err(); err != nil {
			return id, err
		}
		_, err := p.Requests.Propose(ctx, request.OfferID(r.PathValue("offer")), proposal)
		return id, err
	})
}

// retract answers POST /offres/{offer}/retirer: a proposal taken back.
func (p *Pages) retract(w http.ResponseWriter, r *http.Request) error {
	return p.act(w, r, "retirer", func(ctx context.Context, f *web.Form) (request.ID, error) {
		id := request.ID(f.Text("demande", codeMax))
		if err := f.Err(); err != nil {
			return id, err
		}
		_, err := p.Requests.Retract(ctx, request.OfferID(r.PathValue("offer")))
		return id, err
	})
}

// takeProposal answers POST /offres/{offer}/retenir.
func (p *Pages) takeProposal(w http.ResponseWriter, r *http.Request) error {
	return p.act(w, r, "retenir", func(ctx context.Context, f *web.Form) (request.ID, error) {
		id := request.ID(f.Text("demande", codeMax))
		if err := f.Err(); err != nil {
			return id, err
		}
		_, err := p.Requests.TakeProposal(ctx, request.OfferID(r.PathValue("offer")))
		return id, err
	})
}

// offerPost is the address of an act on an offer.
func offerPost(id request.OfferID, act string) templ.SafeURL {
	return templ.SafeURL("/offres/" + string(id) + "/" + act)
}

// proposeLabel tells whether the reader has already proposed something.
func (v requestView) proposeLabel() string {
	if v.Relation.Proposed {
		return v.p.T("pro.proposer.again")
	}
	return v.p.T("pro.proposer")
}

// proposedDays says the duration asked, under the field where another is proposed.
func (v requestView) proposedDays() string {
	if v.Care.Days == 0 {
		return v.p.T("pro.proposer.days.open")
	}
	return v.p.T("pro.proposer.days.hint", "n", v.Care.Days)
}

func actOptions(p *i18n.Printer, codes []nomenclature.ActCode) []web.Option {
	var options []web.Option
	for _, code := range codes {
		options = append(options, web.Option{Value: string(code), Label: code.Label(p.Lang())})
	}
	return options
}

// chosenActs are the acts ticked: those sent, or all of them at first.
func (v requestView) chosenActs(f *web.Form) []string {
	if v.refused == proposing {
		return f.Values("acts")
	}
	var all []string
	for _, code := range v.Request.Acts {
		all = append(all, string(code))
	}
	return all
}

// mine is the reader's own proposal that waits; nil when there is none.
func (v requestView) mine() *request.Proposed {
	i := slices.IndexFunc(v.Proposals, func(p request.Proposed) bool { return v.Relation.Proposed && p.Offer == v.Relation.Offer })
	if i < 0 {
		return nil
	}
	return &v.Proposals[i]
}

// terms says what a proposal changes.
func (v requestView) terms(p request.Proposed) []web.Fact {
	var facts []web.Fact
	add := func(key, text string) {
		if text != "" {
			facts = append(facts, web.Fact{Label: v.p.T("pro.proposal." + key), Text: text})
		}
	}
	if !p.Start.IsZero() {
		add("start", v.p.Moment(p.Start, v.Now, v.loc))
	}
	if p.Days > 0 {
		add("days", v.p.T("pro.proposal.days.n", "n", p.Days))
	}
	add("acts", actWords(v.p, p.Acts))
	add("left", actWords(v.p, p.Left))
	add("coming", p.Coming)
	add("note", p.Note)
	return facts
}

func actWords(p *i18n.Printer, codes []nomenclature.ActCode) string {
	var words []string
	for _, code := range codes {
		words = append(words, code.Label(p.Lang()))
	}
	return joined(words)
}

// proposer says who proposes: his name, how far, and whether he is a usual carer.
func (v requestView) proposer(p request.Proposed) string {
	words := []string{p.By.Name}
	if p.Usual {
		words = append(words, v.p.T("pro.person.usual"))
	}
	if p.Km > 0 {
		words = append(words, v.p.Km(p.Km))
	}
	return joinedBy(" · ", words...)
}

// left lists the acts that a retained proposal leaves undone; empty unless the reader asked for them.
func (v requestView) left() []nomenclature.ActCode {
	if !v.Relation.Requester || len(v.Versions) == 0 || v.Versions[0].Act != request.ActTakeProposal {
		return nil
	}
	return slices.DeleteFunc(slices.Clone(v.Versions[0].Asked.Acts), func(a nomenclature.ActCode) bool { return slices.Contains(v.Request.Acts, a) })
}

// daysField writes a number of days as a field shows it; nothing for a duration nobody knows.
func daysField(n int) string {
	if n == 0 {
		return ""
	}
	return strconv.Itoa(n)
}
