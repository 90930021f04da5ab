package pro

import (
	"context"
	"net/http"
	"time"

	"entractes/internal/base/fault"
	"entractes/internal/base/i18n"
	"entractes/internal/care/directory"
	"entractes/internal/care/nomenclature"
	"entractes/internal/care/request"
	"entractes/internal/web"
)

// handingOver is the address of the act « passer le relais ».
const handingOver = "relais"

// offerHandOver answers POST /demandes/{id}/relais: a colleague is asked to take over.
func (p *Pages) offerHandOver(w http.ResponseWriter, r *http.Request) error {
	return p.act(w, r, handingOver, func(ctx context.Context, f *web.Form) (request.ID, error) {
		who := found{profession: nomenclature.ProfessionCode(f.Text("profession", codeMax)), none: fault.Invalid("request.colleague", "colleague")}
		who.name, who.id = f.Chosen("colleague", "colleague_id")
		id, err := p.named(ctx, f, who)
		if err != nil {
			return here(r), err
		}
		to, err := p.subjectOf(ctx, id)
		if err != nil {
			return here(r), err
		}
		_, err = p.Requests.OfferHandOver(ctx, here(r), to)
		return here(r), err
	})
}

// subjectOf finds whether an id is that of a professional or of a structure.
func (p *Pages) subjectOf(ctx context.Context, id string) (directory.Subject, error) {
	e, err := p.entry(ctx, id)
	if fault.KindOf(err) == fault.KindNotFound {
		err = fault.Invalid("request.colleague", "colleague")
	}
	return e.Subject, err
}

// agreeHandOver answers POST /demandes/{id}/relais/reprendre.
func (p *Pages) agreeHandOver(w http.ResponseWriter, r *http.Request) error {
	return p.act(w, r, "relais-reprendre", func(ctx context.Context, _ *web.Form) (request.ID, error) {
		_, err := p.Requests.AgreeHandOver(ctx, here(r))
		return here(r), err
	})
}

// refuseHandOver answers POST /demandes/{id}/relais/refuser.
func (p *Pages) refuseHandOver(w http.ResponseWriter, r *http.Request) error {
	return p.act(w, r, "relais-refuser", func(ctx context.Context, _ *web.Form) (request.ID, error) {
		_, err := p.Requests.RefuseHandOver(ctx, here(r))
		return here(r), err
	})
}

// withdrawHandOver answers POST /demandes/{id}/relais/retirer.
func (p *Pages) withdrawHandOver(w http.ResponseWriter, r *http.Request) error {
	return p.act(w, r, "relais-retirer", func(ctx context.Context, _ *web.Form) (request.ID, error) {
		_, err := p.Requests.WithdrawHandOver(ctx, here(r))
		return here(r), err
	})
}

// handOverRow is one request a colleague asks the reader to take over: what, where, since when.
func handOverRow(p *i18n.Printer, row request.Row, now time.Time) web.Row {
	return web.Row{
		Icon: "forward", Title: communeName(row.Commune), Detail: acts(p, row.Request), More: moment(p, due(row), now, zone(row)),
		Href: address(row.ID), Tail: web.StatePill(p, row.State),
	}
}
