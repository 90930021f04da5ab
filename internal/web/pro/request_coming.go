package pro

import (
	"context"
	"net/http"

	"entractes/internal/care/directory"
	"entractes/internal/care/request"
	"entractes/internal/infra/db"
	"entractes/internal/web"
)

// sending is the address of the act that says who comes.
const sending = "intervenant"

// coming answers POST /demandes/{id}/intervenant: who comes, for a cabinet or a structure.
func (p *Pages) coming(w http.ResponseWriter, r *http.Request) error {
	return p.act(w, r, sending, func(ctx context.Context, f *web.Form) (request.ID, error) {
		c := readComing(f)
		if err := f.Err(); err != nil {
			return here(r), err
		}
		_, err := p.Requests.NameComing(ctx, here(r), c)
		return here(r), err
	})
}

// readComing reads who comes: one of the list, or a name and a phone. What is written wins
// over the list, whose first line is always chosen.
func readComing(f *web.Form) request.Coming {
	c := request.Coming{Name: f.Text("coming", nameMax), Phone: directory.Phone(readPhone(f, "coming_phone"))}
	if c.Name == "" {
		c.Member, c.Phone = f.Text("coming_member", codeMax), ""
	}
	return c
}

// colleagues are those who may come in the name of the structure of the reader.
func (p *Pages) colleagues(ctx context.Context, offer *request.Offer, provider request.Who) (list []web.Option, err error) {
	of := provider.Subject
	if offer != nil && of.IsZero() {
		of = offer.To.Subject
	}
	if of.Kind != directory.KindStructure || of.ID != web.Actor(ctx).Structure {
		return nil, nil
	}
	err = p.DB.View(ctx, func(tx *db.Tx) error {
		all, err := directory.ColleaguesOf(tx, of.ID)
		for _, c := range all {
			list = append(list, web.Option{Value: c.ID, Label: joinedBy(" · ", c.Name, c.Label)})
		}
		return err
	})
	return list, err
}

// nameColleagues gives the cards of a list those who may come.
func (p *Pages) nameColleagues(ctx context.Context, asks []web.AskCard) error {
	for i, c := range asks {
		a, ok := c.Inside.(answering)
		if !ok || !a.structure() {
			continue
		}
		var err error
		if a.colleagues, err = p.colleagues(ctx, &a.offer, request.Who{}); err != nil {
			return err
		}
		asks[i].Inside = a
	}
	return nil
}

// comingFields are the questions of whoever answers for a structure.
type comingFields struct {
	id         string // tells the fields of several cards apart
	structure  string
	colleagues []web.Option
	form       *web.Form
}

// providerPhone is how to call whoever carries the request: who comes, otherwise the provider himself.
func (v requestView) providerPhone() directory.Phone {
	if v.Coming != nil && v.Coming.Phone != "" {
		return v.Coming.Phone
	}
	return v.Card.Phone
}
